//! Answers, and what is read of them.

use std::time::Duration;

use tokio::time::Instant;
use verifier::web::{Fetched, MAX_BYTES, Web, WebError};

use crate::tests::{
    net::{HOST, host_in_memory, one_host},
    server::{Part, answers, ok, text},
};

async fn fetched(parts: Vec<Part>) -> Result<Fetched, WebError> {
    let (fetcher, ..) = one_host(answers(move |_| parts.clone())).await;
    fetcher.request().get(&format!("https://{HOST}/badge")).await
}

#[tokio::test]
async fn a_document_is_fetched_and_nothing_is_told_of_us() {
    let (fetcher, net, asked) = one_host(answers(|_| ok("Application/LD+JSON; charset=utf-8", "{}"))).await;
    let got = fetcher.request().get("https://Issuer.example/a/badge?x=1#key-1").await;
    let expected = Fetched {
        url: "https://issuer.example/a/badge?x=1".to_owned(),
        status: 200,
        media_type: "application/ld+json".to_owned(),
        body: b"{}".to_vec(),
    };
    assert_eq!(got, Ok(expected));
    assert_eq!(net.connected(), ["11.0.0.1:443"]);
    let [(name, head)] = &asked.all()[..] else { panic!("{asked:?}") };
    assert_eq!(name, HOST);
    let mut lines: Vec<_> = head.trim_end().split("\r\n").collect();
    assert_eq!(lines.remove(0), "GET /a/badge?x=1 HTTP/1.1");
    lines.retain(|line| !line.starts_with("accept: application/vc+ld+json, "));
    lines.sort_unstable();
    let rest = [
        "accept-encoding: identity",
        "connection: close",
        "host: issuer.example",
        "user-agent: shomei-verify",
    ];
    assert_eq!(lines, rest);
}

#[tokio::test]
async fn every_status_is_an_answer() {
    for status in [204, 300, 304, 400, 401, 403, 404, 410, 429, 500, 503] {
        let got = fetched(text(&format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n"))).await.unwrap();
        assert_eq!((got.status, got.media_type.as_str(), got.body.len()), (status, "", 0));
    }
    // A redirect to nowhere.
    let got = fetched(text("HTTP/1.1 302 Found\r\nContent-Length: 2\r\n\r\nhi")).await.unwrap();
    assert_eq!((got.status, got.body.as_slice()), (302, b"hi".as_slice()));
    let got =
        fetched(text("HTTP/1.1 410 Gone\r\nContent-Type: application/json\r\n\r\n{\"revoked\":true}")).await;
    assert_eq!(got.map(|got| (got.status, got.body)), Ok((410, b"{\"revoked\":true}".to_vec())));
}

#[tokio::test]
async fn exactly_so_much_is_read() {
    let sized = |declared: bool, length: usize| {
        let length_header = if declared { format!("Content-Length: {length}\r\n") } else { String::new() };
        let mut parts = text(&format!("HTTP/1.1 200 OK\r\n{length_header}\r\n"));
        parts.push(Part::Bytes(vec![b'x'; length]));
        parts
    };
    for declared in [true, false] {
        let got = fetched(sized(declared, MAX_BYTES)).await.unwrap();
        assert_eq!(got.body.len(), MAX_BYTES);
        assert_eq!(fetched(sized(declared, MAX_BYTES + 1)).await, Err(WebError::TooLong));
    }
    // What is only announced is not waited for.
    let announced = text("HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n");
    assert_eq!(fetched(announced).await, Err(WebError::TooLong));
}

/// After so many bytes, not after so much time, which does not pass here.
#[tokio::test(start_paused = true)]
async fn an_endless_answer_ends() {
    let endless = |head: &str, again: &str| {
        let mut parts = text(head);
        parts.push(Part::Again(again.as_bytes().to_vec()));
        parts
    };
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let body = format!("1000\r\n{}\r\n", "x".repeat(0x1000));
    let cases = [
        (endless(chunked, &body), WebError::TooLong),
        (endless("HTTP/1.1 200 OK\r\n\r\n", "xxxxxxxxxxxxxxxx"), WebError::TooLong),
        // Most of it is not the body.
        (endless(chunked, "1;aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\nx\r\n"), WebError::NoAnswer),
        (endless(&format!("{chunked}0\r\n"), "X-Trailer: x\r\n"), WebError::NoAnswer),
        (endless("", "HTTP/1.1 100 Continue\r\n\r\n"), WebError::NoAnswer),
        (endless("HTTP/1.1 200 OK\r\n", "X-Header: x\r\n"), WebError::NoAnswer),
        (endless("HTTP/1.1 200 OK\r\nX-Header: ", "xxxxxxxx"), WebError::NoAnswer),
        (endless("", "xxxxxxxx"), WebError::NoAnswer),
    ];
    for (number, (parts, error)) in cases.into_iter().enumerate() {
        let start = Instant::now();
        let fetcher = host_in_memory(answers(move |_| parts.clone()));
        let got = fetcher.request().get(&format!("https://{HOST}/badge")).await;
        assert_eq!((got, start.elapsed()), (Err(error), Duration::ZERO), "case {number}");
    }
}

#[tokio::test]
async fn a_head_is_bounded() {
    let with = |headers: &str| text(&format!("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n{headers}\r\n"));
    assert!(fetched(with(&format!("X-Header: {}\r\n", "x".repeat(12 * 1024)))).await.is_ok());
    assert_eq!(
        fetched(with(&format!("X-Header: {}\r\n", "x".repeat(17 * 1024)))).await,
        Err(WebError::NoAnswer)
    );
    assert!(fetched(with(&"X-Header: x\r\n".repeat(99))).await.is_ok());
    assert_eq!(fetched(with(&"X-Header: x\r\n".repeat(100))).await, Err(WebError::NoAnswer));
}

#[tokio::test]
async fn what_is_packed_is_not_unpacked() {
    let with = |header: &str| text(&format!("HTTP/1.1 200 OK\r\n{header}\r\nContent-Length: 2\r\n\r\n{{}}"));
    assert!(fetched(with("Content-Encoding: Identity")).await.is_ok());
    for packed in [
        "Content-Encoding: gzip",
        "Content-Encoding: br",
        "Content-Encoding: identity, gzip",
        "Content-Encoding: identity\r\nContent-Encoding: deflate",
    ] {
        assert_eq!(fetched(with(packed)).await, Err(WebError::NoAnswer), "{packed}");
    }
    let packed = text("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
    assert_eq!(fetched(packed).await, Err(WebError::NoAnswer));
    let chunked = text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
    assert_eq!(fetched(chunked).await.map(|got| got.body), Ok(b"{}".to_vec()));
}

#[tokio::test]
async fn half_an_answer_is_none() {
    let cut = |answer: &str| {
        let mut parts = text(answer);
        parts.push(Part::Cut);
        parts
    };
    for half in [
        "",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
        // Without a length, only the end of TLS tells that this was all.
        "HTTP/1.1 200 OK\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{} ",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "{}",
    ] {
        assert_eq!(fetched(cut(half)).await, Err(WebError::NoAnswer), "{half:?}");
    }
}
