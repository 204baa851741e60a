//! A net that remembers what was asked of it, and may change its mind.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use tokio::{io::duplex, net::TcpStream};
use tokio_rustls::rustls::ServerConfig;

use crate::{
    Fetcher,
    network::{Network, Stream},
    tests::server::{Answers, Asked, Authority, Term, converse, serve},
};

/// Where an address leads.
#[derive(Clone)]
pub(super) enum Route {
    Socket(SocketAddr),
    /// Memory instead of a socket, so that time can be made to pass.
    Memory(Arc<ServerConfig>, Answers, Asked),
    /// Nobody takes the connection, nobody refuses it.
    Nowhere,
}

#[derive(Default)]
pub(super) struct Net {
    /// The answers to one look-up after the other; the last one stays.
    names: HashMap<String, Vec<Vec<IpAddr>>>,
    routes: HashMap<IpAddr, Route>,
    looked_up: Mutex<Vec<String>>,
    connected: Mutex<Vec<SocketAddr>>,
}

impl Net {
    pub(super) fn name(mut self, name: &str, lookups: &[&[&str]]) -> Self {
        let parsed = |addresses: &&[&str]| addresses.iter().map(|address| address.parse().unwrap()).collect();
        self.names.insert(name.to_owned(), lookups.iter().map(parsed).collect());
        self
    }

    pub(super) fn route(mut self, address: &str, route: Route) -> Self {
        self.routes.insert(address.parse().unwrap(), route);
        self
    }

    pub(super) fn looked_up(&self) -> Vec<String> {
        self.looked_up.lock().unwrap().clone()
    }

    pub(super) fn connected(&self) -> Vec<String> {
        self.connected.lock().unwrap().iter().map(ToString::to_string).collect()
    }

    /// A fetcher over this net, which stays in sight.
    pub(super) fn fetcher(self, authority: &Authority) -> (Fetcher, Arc<Self>) {
        let net = Arc::new(self);
        (Fetcher::over(Shared(Arc::clone(&net)), vec![authority.root()]), net)
    }
}

#[derive(Debug)]
struct Shared(Arc<Net>);

impl std::fmt::Debug for Net {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Net")
    }
}

#[async_trait]
impl Network for Shared {
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let mut looked_up = self.0.looked_up.lock().unwrap();
        let before = looked_up.iter().filter(|other| *other == name).count();
        looked_up.push(name.to_owned());
        let lookups = self.0.names.get(name).ok_or(io::ErrorKind::NotFound)?;
        Ok(lookups[before.min(lookups.len() - 1)].clone())
    }

    async fn connect(&self, address: SocketAddr) -> io::Result<Box<dyn Stream>> {
        self.0.connected.lock().unwrap().push(address);
        let route = self.0.routes.get(&address.ip()).ok_or(io::ErrorKind::ConnectionRefused)?;
        match route.clone() {
            Route::Socket(socket) => Ok(Box::new(TcpStream::connect(socket).await?)),
            Route::Memory(config, answers, asked) => {
                let (here, there) = duplex(64 * 1024);
                tokio::spawn(converse(there, config, answers, asked));
                Ok(Box::new(here))
            }
            Route::Nowhere => std::future::pending().await,
        }
    }
}

/// The host that most tests ask.
pub(super) const HOST: &str = "issuer.example";

/// A net with [`HOST`], which answers as it is told, over a socket.
pub(super) async fn one_host(answers: Answers) -> (Fetcher, Arc<Net>, Asked) {
    let authority = Authority::new();
    let (socket, asked) = serve(authority.certify(&[HOST], Term::Now), answers).await;
    let net = Net::default().name(HOST, &[&["11.0.0.1"]]).route("11.0.0.1", Route::Socket(socket));
    let (fetcher, net) = net.fetcher(&authority);
    (fetcher, net, asked)
}

/// The same without a socket, for tests in which time is made to pass.
pub(super) fn host_in_memory(answers: Answers) -> Fetcher {
    let authority = Authority::new();
    let route = Route::Memory(authority.certify(&[HOST], Term::Now), answers, Asked::default());
    Net::default().name(HOST, &[&["11.0.0.1"]]).route("11.0.0.1", route).fetcher(&authority).0
}
