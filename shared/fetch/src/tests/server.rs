//! Web servers of strangers, with real TLS, and the authority that certifies them.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
    time::sleep,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, PrivateKeyDer},
    },
};

/// Certifies whom it is told to.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    root: CertificateDer<'static>,
}

/// When a certificate holds.
#[derive(Clone, Copy)]
pub(super) enum Term {
    Now,
    Over,
    Ahead,
}

impl Authority {
    pub(super) fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        let root = params.self_signed(&key).unwrap().der().clone();
        Self { issuer: Issuer::new(params, key), root }
    }

    pub(super) fn root(&self) -> CertificateDer<'static> {
        self.root.clone()
    }

    pub(super) fn certify(&self, names: &[&str], term: Term) -> Arc<ServerConfig> {
        let key = KeyPair::generate().unwrap();
        let mut params =
            CertificateParams::new(names.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap();
        (params.not_before, params.not_after) = match term {
            Term::Now => (date_time_ymd(2020, 1, 1), date_time_ymd(2120, 1, 1)),
            Term::Over => (date_time_ymd(2020, 1, 1), date_time_ymd(2024, 1, 1)),
            Term::Ahead => (date_time_ymd(2110, 1, 1), date_time_ymd(2120, 1, 1)),
        };
        let certificate = params.signed_by(&key, &self.issuer).unwrap().der().clone();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        Arc::new(config)
    }
}

/// Far more than anyone should read.
const FLOOD: usize = 16 << 20;

/// What a server sends, piece by piece.
#[derive(Debug, Clone)]
pub(super) enum Part {
    Bytes(Vec<u8>),
    /// For ever, or nearly so: whoever reads on after a flood waits.
    Again(Vec<u8>),
    Pause(Duration),
    /// Ends the connection without the end of TLS.
    Cut,
}

/// What a server answers to a path.
pub(super) type Answers = Arc<dyn Fn(&str) -> Vec<Part> + Send + Sync>;

pub(super) fn answers(answer: impl Fn(&str) -> Vec<Part> + Send + Sync + 'static) -> Answers {
    Arc::new(answer)
}

/// An ordinary answer.
pub(super) fn ok(media_type: &str, body: &str) -> Vec<Part> {
    let length = body.len();
    text(&format!("HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\n\r\n{body}"))
}

pub(super) fn text(answer: &str) -> Vec<Part> {
    vec![Part::Bytes(answer.as_bytes().to_vec())]
}

pub(super) fn moved(to: &str) -> Vec<Part> {
    text(&format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"))
}

/// What a server was asked: the name in TLS, and the head of the request.
#[derive(Debug, Default, Clone)]
pub(super) struct Asked(Arc<Mutex<Vec<(String, String)>>>);

impl Asked {
    pub(super) fn all(&self) -> Vec<(String, String)> {
        self.0.lock().unwrap().clone()
    }

    pub(super) fn paths(&self) -> Vec<String> {
        self.all().iter().map(|(_, head)| head.split(' ').nth(1).unwrap().to_owned()).collect()
    }
}

/// Serves on a socket of this machine, until the test's runtime ends.
pub(super) async fn serve(config: Arc<ServerConfig>, answers: Answers) -> (SocketAddr, Asked) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Asked::default();
    let hearing = asked.clone();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(converse(stream, Arc::clone(&config), Arc::clone(&answers), hearing.clone()));
        }
    });
    (address, asked)
}

/// One connection. That the other side goes away is its good right.
pub(super) async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    config: Arc<ServerConfig>,
    answers: Answers,
    asked: Asked,
) {
    let Ok(mut stream) = TlsAcceptor::from(config).accept(stream).await else { return };
    let name = stream.get_ref().1.server_name().unwrap_or_default().to_owned();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = stream.read_u8().await else { return };
        head.push(byte);
    }
    let head = String::from_utf8(head).unwrap();
    let parts = answers(head.split(' ').nth(1).unwrap());
    asked.0.lock().unwrap().push((name, head));
    for part in parts {
        match part {
            Part::Bytes(bytes) if stream.write_all(&bytes).await.is_ok() && stream.flush().await.is_ok() => {}
            Part::Bytes(_) | Part::Cut => return,
            Part::Again(bytes) => {
                for _ in 0..FLOOD / bytes.len() {
                    if stream.write_all(&bytes).await.is_err() {
                        return;
                    }
                }
                sleep(Duration::from_hours(1)).await;
            }
            Part::Pause(duration) => sleep(duration).await,
        }
    }
    // The other side may be gone by now.
    let _ = stream.shutdown().await;
}
