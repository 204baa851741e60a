//! One question to one host, and its answer.

use std::{
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use http_body_util::{BodyExt, Empty};
use hyper::{
    Request, Response, StatusCode,
    body::{Body, Bytes, Incoming},
    client::conn::http1,
    header::{
        ACCEPT, ACCEPT_ENCODING, CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, HOST, HeaderMap, HeaderName,
        LOCATION, TRANSFER_ENCODING, USER_AGENT,
    },
};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, join, split},
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, pki_types::ServerName},
};
use verifier::web::{Fetched, MAX_BYTES, WebError};

use crate::{
    address::is_public,
    network::{Network, Stream},
    target::Target,
};

const PORT: u16 = 443;
/// How many addresses of a host are tried, and for how long each.
const ADDRESSES: usize = 4;
const CONNECTING: Duration = Duration::from_secs(1);
/// Of an answer's head: bytes, and headers.
const HEAD_BYTES: usize = 16 * 1024;
const HEADERS: usize = 100;
/// What a host may send in all, certificates and chunk sizes included. Only a host that wastes most of it gets so far.
const WIRE_BYTES: u64 = 4 * MAX_BYTES as u64;

const ACCEPTED: &str = "application/vc+ld+json, application/vc, application/ld+json, application/json, \
    application/vc+jwt, application/jwt, application/did+ld+json;q=0.9, application/did+json;q=0.9, image/png, \
    image/svg+xml, */*;q=0.1";

/// What a host said.
#[derive(Debug)]
pub(crate) enum Answer {
    Here(Fetched),
    /// A redirect. Its body is not read.
    Elsewhere(Target),
}

/// Asks for the target. The caller says how long that may take.
pub(crate) async fn exchange(
    network: &dyn Network,
    tls: Arc<ClientConfig>,
    target: &Target,
) -> Result<Answer, WebError> {
    let stream = connect(network, checked(network, target).await?).await?;
    let (reader, writer) = split(stream);
    let server = ServerName::DnsName(target.name().clone());
    let secure = TlsConnector::from(tls)
        .connect(server, join(reader.take(WIRE_BYTES), writer))
        .await
        .map_err(|_| no_answer("TLS"))?;
    ask(secure, target).await
}

/// The log learns how far it came, and neither name nor address: both may tell of a person.
fn no_answer(step: &'static str) -> WebError {
    tracing::debug!(step, "a fetch failed");
    WebError::NoAnswer
}

/// The addresses of the host. If one of them is not public, none is used: a name that mixes them is an attack or a slip.
async fn checked(network: &dyn Network, target: &Target) -> Result<Vec<IpAddr>, WebError> {
    let addresses = network.resolve(target.name().as_ref()).await.map_err(|_| no_answer("name"))?;
    if addresses.iter().all(|address| is_public(*address)) { Ok(addresses) } else { Err(WebError::Forbidden) }
}

async fn connect(network: &dyn Network, addresses: Vec<IpAddr>) -> Result<Box<dyn Stream>, WebError> {
    for address in in_turn(addresses).into_iter().take(ADDRESSES) {
        let connecting = network.connect(SocketAddr::new(address, PORT));
        if let Ok(Ok(stream)) = timeout(CONNECTING, connecting).await {
            return Ok(stream);
        }
    }
    Err(no_answer("connection"))
}

/// In the resolver's order, but one family after the other, so that a family without a route costs one attempt.
fn in_turn(addresses: Vec<IpAddr>) -> Vec<IpAddr> {
    let first_is_v4 = addresses.first().is_some_and(IpAddr::is_ipv4);
    let (first, second): (Vec<_>, Vec<_>) =
        addresses.into_iter().partition(|address| address.is_ipv4() == first_is_v4);
    let mut second = second.into_iter();
    let mut turns = Vec::new();
    for address in first {
        turns.push(address);
        turns.extend(second.next());
    }
    turns.extend(second);
    turns
}

async fn ask(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin,
    target: &Target,
) -> Result<Answer, WebError> {
    let (mut sender, connection) = http1::Builder::new()
        .max_headers(HEADERS)
        .max_header_size(HEAD_BYTES)
        .max_buf_size(2 * HEAD_BYTES)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|_| no_answer("HTTP"))?;
    let question = question(target).map_err(|_| WebError::Forbidden)?;
    let mut answer = pin!(async {
        read(sender.send_request(question).await.map_err(|_| no_answer("HTTP"))?, target).await
    });
    // Both in one future: who stops waiting for the answer also closes the connection.
    tokio::select! {
        answer = &mut answer => answer,
        _ = connection => answer.await,
    }
}

fn question(target: &Target) -> Result<Request<Empty<Bytes>>, hyper::http::Error> {
    Request::get(target.path_and_query())
        .header(HOST, target.host())
        .header(USER_AGENT, "shomei-verify")
        .header(ACCEPT, ACCEPTED)
        .header(ACCEPT_ENCODING, "identity")
        .header(CONNECTION, "close")
        .body(Empty::new())
}

async fn read(response: Response<Incoming>, target: &Target) -> Result<Answer, WebError> {
    let (head, body) = response.into_parts();
    if let Some(location) = redirect(head.status, &head.headers) {
        return Ok(Answer::Elsewhere(target.redirected(location?)?));
    }
    // Nothing is unpacked, so that what is read is no longer than what was sent.
    if !only(&head.headers, CONTENT_ENCODING, "identity")
        || !only(&head.headers, TRANSFER_ENCODING, "chunked")
    {
        return Err(no_answer("encoding"));
    }
    Ok(Answer::Here(Fetched {
        url: target.as_str().to_owned(),
        status: head.status.as_u16(),
        media_type: media_type(&head.headers),
        body: whole(body).await?,
    }))
}

/// Where an answer leads. A redirect without an address is an answer like any other.
fn redirect(status: StatusCode, headers: &HeaderMap) -> Option<Result<&str, WebError>> {
    if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = headers.get(LOCATION)?;
    Some(std::str::from_utf8(location.as_bytes()).map_err(|_| WebError::Forbidden))
}

fn only(headers: &HeaderMap, name: HeaderName, value: &str) -> bool {
    headers.get_all(name).iter().all(|found| found.as_bytes().eq_ignore_ascii_case(value.as_bytes()))
}

fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

async fn whole(mut body: Incoming) -> Result<Vec<u8>, WebError> {
    if body.size_hint().lower() > MAX_BYTES as u64 {
        return Err(WebError::TooLong);
    }
    let mut read = Vec::new();
    while let Some(frame) = body.frame().await {
        // Trailers are of no interest.
        let Ok(data) = frame.map_err(|_| no_answer("HTTP"))?.into_data() else { continue };
        if read.len() + data.len() > MAX_BYTES {
            return Err(WebError::TooLong);
        }
        read.extend_from_slice(&data);
    }
    Ok(read)
}
