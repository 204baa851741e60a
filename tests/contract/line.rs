//! A line between the adapter and the store that fails on demand: it loses requests or answers, falls silent, or
//! answers in the store's place. It speaks just enough HTTP/1.1 to tell one message from the next.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

/// The service's name for `transact`.
pub(crate) const TRANSACT: &str = "TransactWriteItems";

/// One way in which a request fails.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// The connection ends before the store saw the request.
    LoseRequest,
    /// The store does it; the connection ends before the answer.
    LoseAnswer,
    /// The store does it; the connection ends in the middle of the answer.
    CutAnswer,
    /// The store does it; no answer ever comes, and the connection stays.
    Silence,
    /// Another answer comes, and the store never saw the request.
    Answer(u16, String),
}

/// The line. It ends with the runtime.
pub(crate) struct Line {
    /// Where the adapter calls.
    pub(crate) address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    fault: Option<Fault>,
    operation: String,
    times: usize,
    seen: Vec<(String, String)>,
}

impl Line {
    /// A line to the store at this address, without faults.
    pub(crate) async fn to(store: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((caller, _)) = listener.accept().await {
                let shared = Arc::clone(&shared);
                // An error is the end of one connection, whoever ended it.
                tokio::spawn(async move { carry(caller, store, &shared).await.ok() });
            }
        });
        Self { address, state }
    }

    /// Lets the next requests of one operation fail, so many times.
    pub(crate) fn fail(&self, operation: &str, times: usize, fault: Fault) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        operation.clone_into(&mut state.operation);
        (state.times, state.fault) = (times, Some(fault));
    }

    /// The bodies of all requests of one operation so far, in order, failed ones too.
    pub(crate) fn seen(&self, operation: &str) -> Vec<String> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let of = state.seen.iter().filter(|(seen, _)| seen == operation);
        of.map(|(_, body)| body.clone()).collect()
    }
}

impl State {
    fn take(&mut self, request: &Message) -> Option<Fault> {
        let operation = request.operation();
        let strikes = self.times > 0 && self.operation == operation;
        self.seen.push((operation, String::from_utf8_lossy(&request.body).into_owned()));
        self.times -= usize::from(strikes);
        self.fault.clone().filter(|_| strikes)
    }
}

async fn carry(caller: TcpStream, store: SocketAddr, state: &Mutex<State>) -> io::Result<()> {
    let mut caller = BufReader::new(caller);
    let mut store = BufReader::new(TcpStream::connect(store).await?);
    while let Some(request) = Message::read(&mut caller).await? {
        let fault = state.lock().unwrap_or_else(PoisonError::into_inner).take(&request);
        let answer = match fault {
            Some(Fault::LoseRequest) => return Ok(()),
            Some(Fault::Answer(status, ref body)) => Message::answer(status, body),
            _ => {
                request.write(&mut store, usize::MAX).await?;
                Message::read(&mut store).await?.ok_or(io::ErrorKind::UnexpectedEof)?
            }
        };
        match fault {
            Some(Fault::LoseAnswer) => return Ok(()),
            Some(Fault::CutAnswer) => return answer.write(&mut caller, answer.body.len() / 2).await,
            Some(Fault::Silence) => std::future::pending().await,
            _ => answer.write(&mut caller, usize::MAX).await?,
        }
    }
    Ok(())
}

struct Message {
    head: String,
    body: Vec<u8>,
}

impl Message {
    async fn read(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Self>> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if stream.read_line(&mut head).await? == 0 {
                return Ok(None);
            }
        }
        let mut message = Self { head, body: Vec::new() };
        let length = message.header("content-length").unwrap_or("0");
        message.body = vec![0; length.parse().map_err(io::Error::other)?];
        stream.read_exact(&mut message.body).await?;
        Ok(Some(message))
    }

    /// An answer as the service gives it.
    fn answer(status: u16, body: &str) -> Self {
        let kind = "content-type: application/x-amz-json-1.0";
        let length = body.len();
        let head = format!("HTTP/1.1 {status} Canned\r\n{kind}\r\ncontent-length: {length}\r\n\r\n");
        Self { head, body: body.as_bytes().to_vec() }
    }

    async fn write(&self, stream: &mut BufReader<TcpStream>, most: usize) -> io::Result<()> {
        stream.write_all(self.head.as_bytes()).await?;
        stream.write_all(&self.body[..self.body.len().min(most)]).await?;
        stream.flush().await
    }

    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
    }

    fn operation(&self) -> String {
        let target = self.header("x-amz-target").unwrap_or_default();
        target.rsplit('.').next().unwrap_or_default().to_owned()
    }
}
