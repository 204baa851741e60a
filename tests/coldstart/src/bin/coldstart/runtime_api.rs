//! The Lambda Runtime API as far as a function's runtime sees it: it asks for the next event and is kept waiting until
//! one is due, posts its answer, and asks again. Answers with as little work as it can, for its time counts too.

use std::{
    io::{self, BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use crate::Outcome;

/// A runtime may open a second connection before it gives the first one back.
const CONNECTIONS: usize = 2;
/// How long a process may take for its next step.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often a process that is silent is looked after.
const LOOK: Duration = Duration::from_millis(20);

const ACCEPTED: &[u8] =
    b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"status\":\"OK\"}\n";

/// The events of one process, and what came of them.
#[derive(Default)]
struct Work {
    event: &'static str,
    expected: &'static str,
    /// How many events are still to be handed out.
    due: u32,
    /// How many have been answered as expected.
    answered: u32,
    /// The first answer that was not.
    wrong: Option<String>,
    /// When it last asked, and was kept waiting.
    waits: Option<Instant>,
    first_sent: Option<Instant>,
    last_answered: Option<Instant>,
    /// The process has ended.
    closed: bool,
}

#[derive(Default)]
struct Shared {
    work: Mutex<Work>,
    changed: Condvar,
}

impl Shared {
    fn work(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The server of one process, on loopback.
pub(crate) struct RuntimeApi {
    shared: Arc<Shared>,
    address: SocketAddr,
}

impl RuntimeApi {
    pub(crate) fn open() -> Outcome<Self> {
        let (listener, address) =
            listen().map_err(|error| format!("nothing can listen on loopback: {error}"))?;
        let shared = Arc::new(Shared::default());
        let listener = Arc::new(listener);
        for _ in 0..CONNECTIONS {
            let (listener, shared) = (listener.clone(), shared.clone());
            thread::spawn(move || {
                while let Ok((connection, _)) = listener.accept() {
                    // A process that is ended leaves its connection as it is.
                    let _ = serve(&connection, &shared);
                    if shared.work().closed {
                        break;
                    }
                }
            });
        }
        Ok(Self { shared, address })
    }

    /// What a process needs in `AWS_LAMBDA_RUNTIME_API`.
    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    /// When the process asked for its first event, which it does not get yet. `lives` says why if it cannot come.
    pub(crate) fn first_poll(&self, lives: impl FnMut() -> Outcome<()>) -> Outcome<Instant> {
        self.wait("never asks for an event", lives, |work| work.waits)
    }

    /// Hands out an event so many times, one after the other, and gives the time from the first one until its last
    /// answer is there.
    pub(crate) fn answer(
        &self,
        event: &'static str,
        times: u32,
        expected: &'static str,
        lives: impl FnMut() -> Outcome<()>,
    ) -> Outcome<Duration> {
        let mut work = self.shared.work();
        *work = Work { event, expected, due: times, ..Work::default() };
        drop(work);
        self.shared.changed.notify_all();
        let asks_again = |work: &Work| {
            if work.wrong.is_none() {
                work.waits?;
            }
            Some((work.wrong.clone(), work.answered, work.last_answered?.duration_since(work.first_sent?)))
        };
        match self.wait("does not answer", lives, asks_again)? {
            (Some(wrong), ..) => Err(format!("answers {wrong}, and not {expected}")),
            (None, answered, taken) if answered == times => Ok(taken),
            (None, answered, _) => Err(format!("answers {answered} of {times} events")),
        }
    }

    fn wait<T>(
        &self,
        otherwise: &str,
        mut lives: impl FnMut() -> Outcome<()>,
        found: impl Fn(&Work) -> Option<T>,
    ) -> Outcome<T> {
        let mut looks = 0;
        let mut work = self.shared.work();
        loop {
            if let Some(found) = found(&work) {
                return Ok(found);
            }
            let (again, waited) =
                self.shared.changed.wait_timeout(work, LOOK).unwrap_or_else(PoisonError::into_inner);
            work = again;
            if waited.timed_out() {
                lives()?;
                looks += 1;
                if LOOK * looks > PATIENCE {
                    return Err(otherwise.to_owned());
                }
            }
        }
    }
}

fn listen() -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.shared.work().closed = true;
        self.shared.changed.notify_all();
        for _ in 0..CONNECTIONS {
            // Wakes a thread that waits for a connection. One that does not wait ends by itself.
            let _ = TcpStream::connect(self.address);
        }
    }
}

/// One connection, until either side ends it.
fn serve(connection: &TcpStream, shared: &Shared) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let mut from = BufReader::with_capacity(64 * 1024, connection);
    let mut to = connection;
    let mut body = Vec::new();
    while let Some(asks) = request(&mut from, &mut body)? {
        let now = real_time();
        if asks {
            let Some(event) = next(shared, now) else { break };
            to.write_all(event.as_bytes())?;
        } else {
            answered(shared, now, &body);
            to.write_all(ACCEPTED)?;
        }
    }
    Ok(())
}

/// Reads one request, and says whether it asks for an event; otherwise it answers one.
fn request(from: &mut impl BufRead, body: &mut Vec<u8>) -> io::Result<Option<bool>> {
    let mut line = String::new();
    if from.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let asks = line.starts_with("GET ");
    let mut length = 0;
    loop {
        line.clear();
        from.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().map_err(|_| io::ErrorKind::InvalidData)?;
        }
    }
    body.resize(length, 0);
    from.read_exact(body)?;
    Ok(Some(asks))
}

/// The next event, as soon as one is due.
fn next(shared: &Shared, now: Instant) -> Option<String> {
    let mut work = shared.work();
    while !work.closed && work.due == 0 {
        if work.waits.is_none() {
            work.waits = Some(now);
            shared.changed.notify_all();
        }
        work = shared.changed.wait(work).unwrap_or_else(PoisonError::into_inner);
    }
    if work.closed {
        return None;
    }
    work.due -= 1;
    work.waits = None;
    let event = work.event;
    let reply = format!(
        "HTTP/1.1 200 OK\r\n\
         Content-Type: application/json\r\n\
         Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\n\
         Lambda-Runtime-Deadline-Ms: 4102412400000\r\n\
         Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:ap-northeast-1:123456789012:function:coldstart\r\n\
         Lambda-Runtime-Trace-Id: Root=1-6b04dac5-5cd69baa80d8207484b7ee24;Parent=b1ba5e9d5c1b2a3f;Sampled=0\r\n\
         Content-Length: {}\r\n\r\n{event}",
        event.len()
    );
    if work.first_sent.is_none() {
        work.first_sent = Some(real_time());
    }
    Some(reply)
}

fn answered(shared: &Shared, now: Instant, body: &[u8]) {
    let mut work = shared.work();
    work.last_answered = Some(now);
    if contains(body, work.expected.as_bytes()) {
        work.answered += 1;
    } else if work.wrong.is_none() {
        work.wrong = Some(String::from_utf8_lossy(body).into_owned());
        shared.changed.notify_all();
    }
}

fn contains(body: &[u8], words: &[u8]) -> bool {
    body.windows(words.len()).any(|window| window == words)
}

#[expect(clippy::disallowed_methods, reason = "this program measures real time")]
pub(crate) fn real_time() -> Instant {
    Instant::now()
}
