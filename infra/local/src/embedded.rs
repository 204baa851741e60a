//! The embedded store: DynamoDB's API in this process, on a file, reached through the same SDK as in the cloud.
//!
//! One process holds the file. Another one that opens the same folder (a `run` beside a `serve`) reads where the first
//! one listens, and the secret that lets it in, and talks to that store.
//!
//! A port of the loopback address is open to every program and every web page on the machine. So nothing is answered
//! without the secret, and nothing at all to a web page: a browser says `Origin`.

use std::{
    fmt,
    fs::{self, File},
    io::{ErrorKind, Write as _},
    net::SocketAddr,
    path::Path,
    sync::Arc,
    time::Duration,
};

use aws_sdk_dynamodb::{
    Client,
    config::{BehaviorVersion, Credentials, Region, retry::RetryConfig, timeout::TimeoutConfig},
};
use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderMap, Request, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use dynoxide::{Database, DynoxideError};
use serde::{Serialize, de::DeserializeOwned};
use shomei_aws::{dynamodb::DynamoTable, machine::SystemEntropy};
use shomei_core::ports::Entropy as _;
use tokio::{
    net::{TcpListener, TcpStream},
    task::spawn_blocking,
};

use crate::Failed;

/// The name of the one table.
pub const TABLE: &str = "shomei";

/// How long one answer may take. The store is on this machine.
const ANSWER: Duration = Duration::from_secs(10);

/// How often the address of another process is looked for while that one is starting.
const LOOKS: u32 = 50;

/// Larger requests are not read. A transaction of 4 MB in JSON is below, with every byte of it escaped.
const MAX_BODY: usize = 17 * 1024 * 1024;

/// The store of a data folder.
pub struct Store {
    /// The port.
    pub table: DynamoTable,
    /// Where the store listens, on the loopback address.
    pub address: SocketAddr,
    secret: Secret,
    /// Held as long as this process serves the file. The operating system lets go of it when the process dies.
    _held: Option<File>,
}

impl Store {
    /// Opens the store of a folder, or makes it.
    ///
    /// # Errors
    /// In words for the terminal: the folder cannot be written, or another process holds it and does not answer.
    pub async fn open(folder: &Path) -> Result<Self, Failed> {
        let lock = File::options().create(true).append(true).open(folder.join("store.lock"))?;
        let address_file = folder.join("store.address");
        let (address, secret, held) = match lock.try_lock() {
            Ok(()) => {
                forget(&address_file)?;
                let secret = Secret::random();
                let address = start(&folder.join("store.sqlite"), secret.clone()).await?;
                tell(&address_file, address, &secret)?;
                (address, secret, Some(lock))
            }
            Err(fs::TryLockError::WouldBlock) => {
                let (address, secret) = door_of_other(&address_file).await?;
                (address, secret, None)
            }
            Err(fs::TryLockError::Error(error)) => {
                return Err(format!("the data folder cannot be locked: {error}").into());
            }
        };
        let table = DynamoTable::new(client(address, &secret), TABLE);
        table.ensure().await.map_err(|error| format!("the table cannot be made: {error}"))?;
        Ok(Self { table, address, secret, _held: held })
    }

    /// A new client of this store.
    pub fn client(&self) -> Client {
        self.client_at(self.address)
    }

    /// A new client that calls at another address: of what stands between it and the store.
    pub fn client_at(&self, address: SocketAddr) -> Client {
        client(address, &self.secret)
    }
}

/// The SDK's client shows the key's name, which here is the secret.
impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("address", &self.address).finish_non_exhaustive()
    }
}

/// What lets a request in. It is made anew by each process that holds a store.
#[derive(Clone)]
struct Secret(Arc<str>);

impl Secret {
    fn random() -> Self {
        let mut bytes = [0; 32];
        SystemEntropy.fill(&mut bytes);
        Self(URL_SAFE_NO_PAD.encode(bytes).into())
    }

    /// Takes as long for a guess that is nearly right as for any other.
    fn is(&self, guess: &str) -> bool {
        let pairs = self.0.bytes().zip(guess.bytes());
        self.0.len() == guess.len() && pairs.fold(0, |differences, (a, b)| differences | (a ^ b)) == 0
    }

    /// The SDK sends it as the access key's name, in every request.
    fn opens(&self, headers: &HeaderMap) -> bool {
        let signed = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let key = signed
            .and_then(|value| value.strip_prefix("AWS4-HMAC-SHA256 Credential="))
            .and_then(|credential| credential.split_once('/'));
        !headers.contains_key(header::ORIGIN) && key.is_some_and(|(key, _)| self.is(key))
    }
}

/// Removes what a process that is gone left behind.
fn forget(file: &Path) -> Result<(), Failed> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(format!("{} cannot be removed: {error}", file.display()).into())
        }
        _ => Ok(()),
    }
}

/// Says where the store listens and what lets a request in, to the owner of the folder only. The file is whole or
/// absent.
fn tell(file: &Path, address: SocketAddr, secret: &Secret) -> Result<(), Failed> {
    let draft = file.with_extension("address-draft");
    // The mode counts only for a file that is made.
    forget(&draft)?;
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let write = || {
        writeln!(options.open(&draft)?, "{address} {}", secret.0)?;
        fs::rename(&draft, file)
    };
    write().map_err(|error| format!("{} cannot be written: {error}", file.display()).into())
}

async fn door_of_other(file: &Path) -> Result<(SocketAddr, Secret), Failed> {
    for _ in 0..LOOKS {
        // The file may still name the store of a process that is gone: only one that answers counts.
        if let Ok(written) = fs::read_to_string(file)
            && let Some((address, secret)) = written.trim().split_once(' ')
            && let Ok(address) = address.parse()
            && TcpStream::connect(address).await.is_ok()
        {
            return Ok((address, Secret(secret.into())));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err("another shomei-local holds this data folder and does not say where".into())
}

fn client(address: SocketAddr, secret: &Secret) -> Client {
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .endpoint_url(format!("http://{address}"))
        .region(Region::new("ap-northeast-1"))
        // The store does not check the signature: who knows the name of the key is let in.
        .credentials_provider(Credentials::new(&*secret.0, "local", None, None, "embedded store"))
        .retry_config(RetryConfig::standard())
        .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(ANSWER).build())
        .build();
    Client::from_conf(config)
}

/// Serves the file on a free port of the loopback address.
async fn start(file: &Path, secret: Secret) -> Result<SocketAddr, Failed> {
    let name = file.to_str().ok_or("the data folder's name is not Unicode")?;
    let database = Database::new(name)
        .map_err(|error| format!("the store {} cannot be opened: {error}", file.display()))?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let app = Router::new().fallback(answer).with_state((database, secret));
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(address)
}

async fn answer(State((database, secret)): State<(Database, Secret)>, request: Request<Body>) -> Response {
    let (head, body) = request.into_parts();
    if !secret.opens(&head.headers) {
        let refusal = DynoxideError::AccessDeniedException("This store is not open to you".to_owned());
        return said(StatusCode::FORBIDDEN, refusal.to_json());
    }
    let Ok(body) = axum::body::to_bytes(body, MAX_BODY).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let target = head.headers.get("x-amz-target").and_then(|value| value.to_str().ok());
    let operation = target.and_then(|target| target.strip_prefix("DynamoDB_20120810.")).map(str::to_owned);
    let done = spawn_blocking(move || perform(&database, operation.as_deref().unwrap_or_default(), &body));
    match done.await {
        Ok(Ok(json)) => said(StatusCode::OK, json),
        Ok(Err(error)) => {
            let status = StatusCode::from_u16(error.status_code());
            said(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), error.to_json())
        }
        // What became of the request is not known.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn said(status: StatusCode, json: String) -> Response {
    (status, [(header::CONTENT_TYPE, "application/x-amz-json-1.0")], json).into_response()
}

/// The operations that the adapter uses, and after them those that only tests need.
fn perform(store: &Database, operation: &str, body: &[u8]) -> dynoxide::Result<String> {
    match operation {
        "CreateTable" => with(body, |request| store.create_table(request)),
        "DescribeTimeToLive" => with(body, |request| store.describe_time_to_live(request)),
        "UpdateTimeToLive" => with(body, |request| store.update_time_to_live(request)),
        "GetItem" => with(body, |request| store.get_item(request)),
        "BatchGetItem" => with(body, |request| store.batch_get_item(request)),
        "Query" => with(body, |request| store.query(request)),
        "TransactWriteItems" => with(body, |request| store.transact_write_items(request)),
        "PutItem" => with(body, |request| store.put_item(request)),
        "Scan" => with(body, |request| store.scan(request)),
        _ => Err(DynoxideError::ValidationException("This store has no such operation".to_owned())),
    }
}

fn with<Q: DeserializeOwned, A: Serialize>(
    body: &[u8],
    perform: impl FnOnce(Q) -> dynoxide::Result<A>,
) -> dynoxide::Result<String> {
    // The parser's own words may quote what somebody sent.
    let request = serde_json::from_slice(body)
        .map_err(|_| DynoxideError::ValidationException("The request cannot be read".to_owned()))?;
    serde_json::to_string(&perform(request)?)
        .map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}
