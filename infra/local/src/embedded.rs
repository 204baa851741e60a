//! The embedded store: a DynamoDB-compatible server in this process, on a file, reached through the same SDK as in
//! the cloud.
//!
//! One process holds the file. Another one that opens the same folder (a `run` beside a `serve`) finds the first
//! one's address and talks to its store.

use std::{
    fs::{self, File},
    net::SocketAddr,
    path::Path,
    time::Duration,
};

use aws_sdk_dynamodb::{
    Client,
    config::{BehaviorVersion, Credentials, Region, retry::RetryConfig, timeout::TimeoutConfig},
};
use dynoxide::Database;
use shomei_aws::dynamodb::DynamoTable;
use tokio::net::{TcpListener, TcpStream};

use crate::Failed;

/// The name of the one table.
pub const TABLE: &str = "shomei";

/// How long one answer may take. The store is on this machine.
const ANSWER: Duration = Duration::from_secs(10);

/// How often the address of another process is looked for while that one is starting.
const LOOKS: u32 = 50;

/// The store of a data folder.
#[derive(Debug)]
pub struct Store {
    /// The port.
    pub table: DynamoTable,
    /// Where the store listens, on the loopback address.
    pub address: SocketAddr,
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
        let (address, held) = match lock.try_lock() {
            Ok(()) => {
                let _ = fs::remove_file(&address_file);
                let address = start(&folder.join("store.sqlite")).await?;
                fs::write(&address_file, address.to_string())?;
                (address, Some(lock))
            }
            Err(fs::TryLockError::WouldBlock) => (address_of_other(&address_file).await?, None),
            Err(fs::TryLockError::Error(error)) => {
                return Err(format!("the data folder cannot be locked: {error}").into());
            }
        };
        let table = DynamoTable::new(client(address), TABLE);
        table.ensure().await.map_err(|error| format!("the table cannot be made: {error}"))?;
        Ok(Self { table, address, _held: held })
    }
}

/// Serves the file on a free port of the loopback address.
async fn start(file: &Path) -> Result<SocketAddr, Failed> {
    let name = file.to_str().ok_or("the data folder's name is not Unicode")?;
    let database = Database::new(name)
        .map_err(|error| format!("the store {} cannot be opened: {error}", file.display()))?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(dynoxide::server::serve_on(listener, database));
    Ok(address)
}

async fn address_of_other(file: &Path) -> Result<SocketAddr, Failed> {
    for _ in 0..LOOKS {
        // The file may still name the store of a process that is gone: only one that answers counts.
        let written = fs::read_to_string(file).ok().and_then(|text| text.parse::<SocketAddr>().ok());
        if let Some(address) = written
            && TcpStream::connect(address).await.is_ok()
        {
            return Ok(address);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err("another shomei-local holds this data folder and does not say where".into())
}

/// The SDK's client of a store that listens at this address.
pub fn client(address: SocketAddr) -> Client {
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .endpoint_url(format!("http://{address}"))
        .region(Region::new("ap-northeast-1"))
        // The embedded store wants some credentials and checks none.
        .credentials_provider(Credentials::new("local", "local", None, None, "embedded store"))
        .retry_config(RetryConfig::standard())
        .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(ANSWER).build())
        .build();
    Client::from_conf(config)
}
