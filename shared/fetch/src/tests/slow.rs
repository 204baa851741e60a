//! Servers that take their time. Here it passes as fast as it can: the servers are in memory, with real TLS.

use std::time::Duration;

use tokio::time::Instant;
use verifier::web::{Web, WebError};

use crate::{
    FETCH_TIME, Fetcher, REQUEST_TIME,
    tests::{
        net::{HOST, Net, Route, host_in_memory},
        server::{Asked, Authority, Part, Term, answers, moved, ok, text},
    },
};

/// How long a fetch took, to a tenth of a second.
async fn timed(fetcher: &Fetcher) -> (Result<usize, WebError>, f64) {
    let start = Instant::now();
    let got = fetcher.request().get(&format!("https://{HOST}/0")).await;
    (got.map(|got| got.body.len()), (start.elapsed().as_secs_f64() * 10.0).floor() / 10.0)
}

fn drip(head: &str, drops: usize, every: Duration, drop: &str) -> Vec<Part> {
    let mut parts = text(head);
    for _ in 0..drops {
        parts.extend([Part::Pause(every), Part::Bytes(drop.as_bytes().to_vec())]);
    }
    parts
}

#[tokio::test(start_paused = true)]
async fn what_comes_in_time_is_waited_for() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 28\r\n\r\n";
    let fetcher = host_in_memory(answers(move |_| drip(head, 28, Duration::from_millis(100), "x")));
    assert_eq!(timed(&fetcher).await, (Ok(28), 2.8));
}

#[tokio::test(start_paused = true)]
async fn what_does_not_is_not() {
    let often = Duration::from_millis(500);
    let silence = || vec![Part::Pause(Duration::from_hours(1))];
    let cases = [
        host_in_memory(answers(move |_| silence())),
        // Always something, never all.
        host_in_memory(answers(move |_| drip("HTTP/1.1 200 OK\r\n", 1000, often, "X-Header: x\r\n"))),
        host_in_memory(answers(move |_| {
            drip("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", 1000, often, "x")
        })),
        host_in_memory(answers(move |_| drip("", 1000, often, "HTTP/1.1 100 Continue\r\n\r\n"))),
        // Each hop is quick enough.
        host_in_memory(answers(|path| {
            let mut parts = vec![Part::Pause(Duration::from_secs(1))];
            parts.extend(moved(&format!("{path}0")));
            parts
        })),
    ];
    for (number, fetcher) in cases.iter().enumerate() {
        assert_eq!(
            timed(fetcher).await,
            (Err(WebError::NoAnswer), FETCH_TIME.as_secs_f64()),
            "case {number}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_address_that_does_not_answer_is_left_for_the_next() {
    let authority = Authority::new();
    let page = answers(|_| ok("application/json", "{}"));
    let route = Route::Memory(authority.certify(&[HOST], Term::Now), page, Asked::default());
    let net = Net::default()
        .name(HOST, &[&["11.0.0.1", "11.0.0.2"]])
        .name("nowhere.example", &[&["11.0.0.1", "11.0.0.1", "11.0.0.1", "11.0.0.1"]])
        .route("11.0.0.1", Route::Nowhere)
        .route("11.0.0.2", route);
    let (fetcher, net) = net.fetcher(&authority);
    assert_eq!(timed(&fetcher).await, (Ok(2), 1.0));
    assert_eq!(net.connected(), ["11.0.0.1:443", "11.0.0.2:443"]);
    let start = Instant::now();
    assert_eq!(fetcher.request().get("https://nowhere.example/").await, Err(WebError::NoAnswer));
    assert_eq!(start.elapsed().as_secs(), FETCH_TIME.as_secs());
}

#[tokio::test(start_paused = true)]
async fn a_request_ends() {
    let authority = Authority::new();
    let silence = answers(|_| vec![Part::Pause(Duration::from_hours(1))]);
    let route = Route::Memory(authority.certify(&[HOST], Term::Now), silence, Asked::default());
    let net = Net::default().name(HOST, &[&["11.0.0.1"]]).route("11.0.0.1", route);
    let (fetcher, net) = net.fetcher(&authority);
    let request = fetcher.request();
    // The time counts from the first fetch.
    tokio::time::sleep(Duration::from_mins(1)).await;
    let start = Instant::now();
    let mut outcomes = Vec::new();
    for number in 0..10 {
        outcomes.push(request.get(&format!("https://{HOST}/{number}")).await);
    }
    // Six of three seconds, one that is cut short, and none after it.
    assert_eq!(outcomes[..6], vec![Err(WebError::NoAnswer); 6]);
    assert_eq!(outcomes[6..], vec![Err(WebError::TooMany); 4]);
    assert_eq!(net.connected().len(), 7);
    assert_eq!(start.elapsed().as_secs(), REQUEST_TIME.as_secs());
}
