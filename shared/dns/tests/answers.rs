//! Every way in which a name server can answer, and a network in which nobody does.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise"
)]

use std::{
    net::{IpAddr, SocketAddr},
    time::{Duration, Instant},
};

use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use shomei_core::ports::{MailDomains as _, TakesMail};
use shomei_dns::{NameServers, PATIENCE};
use tokio::net::UdpSocket;

const A: u16 = 1;
const MX: u16 = 15;
const AAAA: u16 = 28;

/// The code of the answer, and one record of a kind.
type Answer = (u8, Option<(u16, Vec<u8>)>);

/// None: silence.
fn answer(domain: &str, kind: u16) -> Option<Answer> {
    let none: Answer = (0, None);
    let address = (A, vec![192, 0, 2, 1]);
    let server = (MX, [&[0, 10, 2][..], b"mx", &[0]].concat());
    Some(match (domain, kind) {
        ("server.test", MX) => (0, Some(server)),
        ("null.test", MX) => (0, Some((MX, vec![0, 0, 0]))),
        ("null.test" | "address.test", A) => (0, Some(address)),
        ("v6.test", AAAA) => (0, Some((AAAA, vec![0x20; 16]))),
        ("address.test" | "v6.test" | "nothing.test", _) | ("half.test", MX) => none,
        ("gone.test", _) => (3, None),
        ("broken.test", _) => (2, None),
        ("refused.test", _) => (5, None),
        _ => return None,
    })
}

/// The name and kind of a question (RFC 1035, section 4.1).
fn question(query: &[u8]) -> (String, u16, usize) {
    let mut labels = Vec::new();
    let mut at = 12;
    while query[at] > 0 {
        let end = at + 1 + usize::from(query[at]);
        labels.push(String::from_utf8(query[at + 1..end].to_vec()).unwrap());
        at = end;
    }
    let kind = u16::from_be_bytes([query[at + 1], query[at + 2]]);
    (labels.join(".").to_lowercase(), kind, at + 5)
}

async fn name_server() -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut buffer = [0; 1500];
        loop {
            let (length, from) = socket.recv_from(&mut buffer).await.unwrap();
            let (domain, kind, end) = question(&buffer[..length]);
            let Some((code, record)) = answer(&domain, kind) else { continue };
            let count = u8::from(record.is_some());
            let header = [&buffer[..2], &[0x81, 0x80 | code, 0, 1, 0, count, 0, 0, 0, 0]].concat();
            let mut reply = [header.as_slice(), &buffer[12..end]].concat();
            if let Some((kind, data)) = record {
                reply.extend([0xC0, 12]);
                reply.extend(kind.to_be_bytes());
                reply.extend([0, 1, 0, 0, 0, 60]);
                reply.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
                reply.extend(data);
            }
            socket.send_to(&reply, from).await.unwrap();
        }
    });
    address
}

fn asking(address: SocketAddr) -> NameServers {
    let mut connection = ConnectionConfig::udp();
    connection.port = address.port();
    let mut server = NameServerConfig::udp(address.ip());
    server.connections = vec![connection];
    NameServers::of(ResolverConfig::from_parts(None, Vec::new(), vec![server]))
}

async fn asked(servers: &NameServers, domains: &[&str]) -> Vec<TakesMail> {
    let domains: Vec<String> = domains.iter().map(|domain| (*domain).to_owned()).collect();
    servers.ask(&domains).await
}

#[tokio::test]
async fn every_answer_is_understood() {
    use TakesMail::{No, Unknown, Yes};
    let servers = asking(name_server().await);
    let cases = [
        ("server.test", Yes),
        ("null.test", No),
        ("address.test", Yes),
        ("v6.test", Yes),
        ("nothing.test", No),
        ("gone.test", No),
        ("broken.test", Unknown),
        ("refused.test", Unknown),
        ("half.test", Unknown),
        ("silent.test", Unknown),
        ("not a name", Unknown),
    ];
    let answers = asked(&servers, &cases.map(|(domain, _)| domain)).await;
    for ((domain, expected), answer) in cases.into_iter().zip(answers) {
        assert_eq!(answer, expected, "{domain}");
    }
}

#[tokio::test]
async fn where_nobody_answers_nobody_waits_long() {
    let silent = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let servers = asking(silent.local_addr().unwrap());
    let domains: Vec<String> = (0..64).map(|number| format!("d{number}.test")).collect();
    let begun = Instant::now();
    let answers = servers.ask(&domains).await;
    assert!(begun.elapsed() < PATIENCE + Duration::from_secs(1), "{:?}", begun.elapsed());
    assert_eq!(answers, vec![TakesMail::Unknown; 64]);
    assert!(matches!(silent.local_addr().unwrap().ip(), IpAddr::V4(_)));
}
