//! What a fetch needs of the net.

use std::{
    fmt::Debug,
    io,
    net::{IpAddr, SocketAddr, ToSocketAddrs},
    sync::Arc,
};

use async_trait::async_trait;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::Semaphore,
    task::spawn_blocking,
};

/// A connection, before TLS.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Names and connections. It need not know what is allowed: whoever uses it connects only to addresses that it checked.
#[async_trait]
pub trait Network: Debug + Send + Sync {
    /// All addresses of a name, which has no dot at its end and is complete nevertheless.
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>>;
    /// A connection to exactly this address.
    async fn connect(&self, address: SocketAddr) -> io::Result<Box<dyn Stream>>;
}

/// How many names are looked up at the same time. The system's resolver cannot be stopped, so an abandoned look-up holds
/// its thread, and its place here, until it gives up by itself.
const LOOKUPS: usize = 16;

/// The real one.
#[derive(Debug)]
pub(crate) struct Internet {
    lookups: Arc<Semaphore>,
}

impl Default for Internet {
    fn default() -> Self {
        Self { lookups: Arc::new(Semaphore::new(LOOKUPS)) }
    }
}

#[async_trait]
impl Network for Internet {
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let place = Arc::clone(&self.lookups).acquire_owned().await.map_err(io::Error::other)?;
        // The dot keeps the resolver from trying the name inside of the domains of this network.
        let name = format!("{name}.");
        let lookup = spawn_blocking(move || {
            let _place = place;
            (name.as_str(), 0).to_socket_addrs().map(|found| found.map(|address| address.ip()).collect())
        });
        lookup.await.map_err(io::Error::other)?
    }

    async fn connect(&self, address: SocketAddr) -> io::Result<Box<dyn Stream>> {
        Ok(Box::new(TcpStream::connect(address).await?))
    }
}
