//! Who is believed to be whom.

use std::sync::Arc;

use tokio::net::TcpListener;
use tokio_rustls::rustls::ServerConfig;
use verifier::web::{Web, WebError};

use crate::{
    Fetcher, Loopback,
    tests::{
        net::{HOST, Net, Route},
        server::{Authority, Term, answers, ok, serve},
    },
};

async fn fetched_from(config: Arc<ServerConfig>, trusted: &Authority) -> (Result<u16, WebError>, usize) {
    let (socket, asked) = serve(config, answers(|_| ok("application/json", "{}"))).await;
    let fetcher = Fetcher::over(Loopback::default().host(HOST, socket), vec![trusted.root()]);
    let got = fetcher.request().get(&format!("https://{HOST}/")).await;
    (got.map(|got| got.status), asked.all().len())
}

#[tokio::test]
async fn a_host_proves_its_name() {
    let trusted = Authority::new();
    for names in [[HOST, "other.example"], ["other.example", HOST]] {
        assert_eq!(
            fetched_from(trusted.certify(&names, Term::Now), &trusted).await,
            (Ok(200), 1),
            "{names:?}"
        );
    }
    let refused = [
        ("another name", trusted.certify(&["other.example"], Term::Now)),
        ("a name below", trusted.certify(&["*.issuer.example"], Term::Now)),
        ("an address", trusted.certify(&["11.0.0.1"], Term::Now)),
        ("no longer valid", trusted.certify(&[HOST], Term::Over)),
        ("not yet valid", trusted.certify(&[HOST], Term::Ahead)),
        ("a stranger's root", Authority::new().certify(&[HOST], Term::Now)),
    ];
    for (why, config) in refused {
        // It does not even learn what is asked for.
        assert_eq!(fetched_from(config, &trusted).await, (Err(WebError::NoAnswer), 0), "{why}");
    }
}

#[tokio::test]
async fn nothing_is_asked_without_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let route = Route::Socket(listener.local_addr().unwrap());
    let net = Net::default().name(HOST, &[&["11.0.0.1"]]).route("11.0.0.1", route);
    let (fetcher, _) = net.fetcher(&Authority::new());
    let server = async {
        let (stream, _) = listener.accept().await.unwrap();
        stream.readable().await.unwrap();
        let mut first = [0; 1];
        stream.try_read(&mut first).unwrap();
        stream.try_write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
        first[0]
    };
    let request = fetcher.request();
    let (first, got) = tokio::join!(server, request.get("https://issuer.example/"));
    // The record type of a TLS handshake.
    assert_eq!((first, got), (22, Err(WebError::NoAnswer)));
}

#[tokio::test]
async fn without_roots_nobody_is_believed() {
    let trusted = Authority::new();
    let (socket, _) =
        serve(trusted.certify(&[HOST], Term::Now), answers(|_| ok("application/json", "{}"))).await;
    let fetcher = Fetcher::over(Loopback::default().host(HOST, socket), vec![]);
    assert_eq!(fetcher.request().get("https://issuer.example/").await, Err(WebError::NoAnswer));
}
