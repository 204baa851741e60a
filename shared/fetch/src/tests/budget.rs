//! How much one request may fetch.

use verifier::web::{Outside, Web, WebError};

use crate::{
    FETCHES_A_REQUEST, Fetcher, Switch,
    tests::{
        net::{HOST, Net, Route, one_host},
        server::{Asked, Authority, Term, answers, moved, ok},
    },
};

#[tokio::test]
async fn so_many_hosts_are_asked_and_no_more() {
    let page = answers(|path| if path == "/moved" { moved("/") } else { ok("application/json", "{}") });
    let (fetcher, _, asked) = one_host(page).await;
    let request = fetcher.request();
    // What is refused by its text asks nobody.
    assert_eq!(request.get("https://localhost/").await, Err(WebError::Forbidden));
    // A redirect asks twice.
    assert!(request.get(&format!("https://{HOST}/moved")).await.is_ok());
    for number in 2..FETCHES_A_REQUEST {
        assert!(request.get(&format!("https://{HOST}/{number}")).await.is_ok(), "{number}");
    }
    assert_eq!(request.get(&format!("https://{HOST}/more")).await, Err(WebError::TooMany));
    assert_eq!(asked.all().len(), FETCHES_A_REQUEST);
    // What is known still is.
    assert!(request.get(&format!("https://{HOST}/moved")).await.is_ok());
    // The next request has its own, however it comes by it.
    let outside: &dyn Outside = &fetcher;
    assert!(outside.request().get(&format!("https://{HOST}/more")).await.is_ok());
    assert!(fetcher.request().get(&format!("https://{HOST}/more")).await.is_ok());
    assert_eq!(asked.all().len(), FETCHES_A_REQUEST + 2);
}

#[tokio::test]
async fn an_address_is_asked_once_a_request() {
    let (fetcher, net, asked) = one_host(answers(|path| ok("application/json", path))).await;
    let request = fetcher.request();
    let (first, second) = tokio::join!(
        request.get("https://issuer.example/list"),
        request.get("https://ISSUER.example:443/list#1")
    );
    assert_eq!(first, second);
    assert_eq!(first.map(|got| got.body), Ok(b"/list".to_vec()));
    assert!(request.get("https://issuer.example/list").await.is_ok());
    assert_eq!(asked.paths(), ["/list"]);
    // So is one that failed.
    for _ in 0..2 {
        assert_eq!(request.get("https://unknown.example/").await, Err(WebError::NoAnswer));
    }
    assert_eq!(net.looked_up(), [HOST, "unknown.example"]);
    // Other addresses, and other requests, are not.
    assert!(request.get("https://issuer.example/list?").await.is_ok());
    assert!(request.get("https://issuer.example/List").await.is_ok());
    assert!(fetcher.request().get("https://issuer.example/list").await.is_ok());
    assert_eq!(asked.all().len(), 4);
}

#[tokio::test]
async fn who_gives_up_keeps_nobody_from_asking() {
    let (fetcher, _, asked) = one_host(answers(|_| ok("application/json", "{}"))).await;
    let request = fetcher.request();
    let mut given_up = Box::pin(request.get("https://issuer.example/list"));
    assert!(
        std::future::poll_fn(|context| std::task::Poll::Ready(given_up.as_mut().poll(context)))
            .await
            .is_pending()
    );
    drop(given_up);
    assert!(request.get("https://issuer.example/list").await.is_ok());
    assert_eq!(asked.paths(), ["/list"]);
}

#[tokio::test]
async fn switched_off_nothing_is_even_looked_up() {
    let authority = Authority::new();
    let route = Route::Memory(
        authority.certify(&[HOST], Term::Now),
        answers(|_| ok("application/json", "{}")),
        Asked::default(),
    );
    let net = Net::default().name(HOST, &[&["11.0.0.1"]]).route("11.0.0.1", route);
    let (mut fetcher, net) = net.fetcher(&authority);
    fetcher.switch = Switch::Off;
    for address in ["https://issuer.example/", "http://localhost/", "nonsense"] {
        assert_eq!(fetcher.request().get(address).await, Err(WebError::Off));
        assert_eq!(Fetcher::off().request().get(address).await, Err(WebError::Off));
    }
    assert!(net.looked_up().is_empty());
    fetcher.switch = Switch::On;
    assert!(fetcher.request().get("https://issuer.example/").await.is_ok());
}
