//! A net of this machine's own.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use async_trait::async_trait;
use tokio::net::TcpStream;

use crate::network::{Network, Stream};

/// A net in which names have public addresses, and these stand for sockets of this machine. What is not in it does not
/// exist: nothing is asked of the real net.
#[derive(Debug, Default)]
pub struct Loopback {
    names: HashMap<String, Vec<IpAddr>>,
    servers: HashMap<IpAddr, SocketAddr>,
}

impl Loopback {
    /// Adds a host: `https://NAME/` is answered by `server`.
    #[must_use]
    pub fn host(self, name: &str, server: SocketAddr) -> Self {
        let number = u32::try_from(self.servers.len()).unwrap_or(u32::MAX);
        // Any public address will do; the first of this block is what a name gets that is added first.
        let address =
            IpAddr::V4(Ipv4Addr::from_bits(Ipv4Addr::new(11, 0, 0, 1).to_bits().saturating_add(number)));
        self.name(name, vec![address]).server(address, server)
    }

    /// Says which addresses a name has.
    #[must_use]
    pub fn name(mut self, name: &str, addresses: Vec<IpAddr>) -> Self {
        self.names.insert(name.to_owned(), addresses);
        self
    }

    /// Says where on this machine an address is.
    #[must_use]
    pub fn server(mut self, address: IpAddr, server: SocketAddr) -> Self {
        self.servers.insert(address, server);
        self
    }
}

#[async_trait]
impl Network for Loopback {
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        self.names.get(name).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    async fn connect(&self, address: SocketAddr) -> io::Result<Box<dyn Stream>> {
        let server = self.servers.get(&address.ip()).ok_or(io::ErrorKind::ConnectionRefused)?;
        Ok(Box::new(TcpStream::connect(server).await?))
    }
}
