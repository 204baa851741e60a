//! Names, and the addresses that they turn out to have.

use verifier::web::{Web, WebError};

use crate::{
    network::{Internet, Network},
    tests::{
        net::{HOST, Net, Route},
        server::{Authority, Term, answers, moved, ok, serve},
    },
};

#[tokio::test]
async fn one_address_of_the_inside_forbids_the_host() {
    let mixed: [&[&str]; 6] = [
        &["127.0.0.1"],
        &["11.0.0.1", "10.0.0.1"],
        &["10.0.0.1", "11.0.0.1"],
        &["11.0.0.1", "2606:4700::1111", "::1"],
        &["11.0.0.1", "::ffff:11.0.0.1"],
        &["11.0.0.1", "11.0.0.2", "11.0.0.3", "11.0.0.4", "11.0.0.5", "169.254.169.254"],
    ];
    for addresses in mixed {
        let (fetcher, net) = Net::default().name(HOST, &[addresses]).fetcher(&Authority::new());
        assert_eq!(fetcher.request().get("https://issuer.example/").await, Err(WebError::Forbidden));
        assert!(net.connected().is_empty(), "{addresses:?}");
    }
}

#[tokio::test]
async fn a_name_without_addresses_is_no_answer() {
    let (fetcher, net) = Net::default().name("empty.example", &[&[]]).fetcher(&Authority::new());
    let request = fetcher.request();
    assert_eq!(request.get("https://empty.example/").await, Err(WebError::NoAnswer));
    assert_eq!(request.get("https://unknown.example/").await, Err(WebError::NoAnswer));
    assert!(net.connected().is_empty());
}

/// A name server that says something public when it is asked for the check, and something else ever after.
#[tokio::test]
async fn the_address_that_was_checked_is_the_one_that_is_used() {
    let authority = Authority::new();
    let page = answers(|path| if path == "/" { moved("/again") } else { ok("application/json", "{}") });
    let (socket, asked) = serve(authority.certify(&[HOST], Term::Now), page).await;
    let net = Net::default()
        .name(HOST, &[&["11.0.0.1"], &["127.0.0.1"]])
        .route("11.0.0.1", Route::Socket(socket))
        .route("127.0.0.1", Route::Socket(socket));
    let (fetcher, net) = net.fetcher(&authority);
    let request = fetcher.request();
    // One look-up for one connection.
    assert!(request.get("https://issuer.example/straight").await.is_ok());
    assert_eq!((net.looked_up().len(), net.connected()), (1, vec!["11.0.0.1:443".to_owned()]));
    assert_eq!(request.get("https://issuer.example/later").await, Err(WebError::Forbidden));
    assert_eq!(net.connected().len(), 1);

    // A redirect is a new connection, so the name is looked up and checked anew.
    let net = Net::default()
        .name(HOST, &[&["11.0.0.1"], &["127.0.0.1"]])
        .route("11.0.0.1", Route::Socket(socket))
        .route("127.0.0.1", Route::Socket(socket));
    let (fetcher, net) = net.fetcher(&authority);
    assert_eq!(fetcher.request().get("https://issuer.example/").await, Err(WebError::Forbidden));
    assert_eq!((net.looked_up().len(), net.connected()), (2, vec!["11.0.0.1:443".to_owned()]));
    assert_eq!(asked.paths(), ["/straight", "/"]);
}

#[tokio::test]
async fn a_family_without_a_route_costs_one_attempt() {
    let authority = Authority::new();
    let page = answers(|_| ok("application/json", "{}"));
    let (socket, _) = serve(authority.certify(&[HOST], Term::Now), page).await;
    let addresses = ["2606:4700::1", "2606:4700::2", "2606:4700::3", "11.0.0.1"];
    let net = Net::default().name(HOST, &[&addresses]).route("11.0.0.1", Route::Socket(socket));
    let (fetcher, net) = net.fetcher(&authority);
    assert!(fetcher.request().get("https://issuer.example./").await.is_ok());
    assert_eq!(net.connected(), ["[2606:4700::1]:443", "11.0.0.1:443"]);
    assert_eq!(net.looked_up(), [HOST]);

    // No host gets us to knock at many doors.
    let many: Vec<String> = (1..=50).map(|number| format!("11.0.1.{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let (fetcher, net) = Net::default().name(HOST, &[&many]).fetcher(&authority);
    assert_eq!(fetcher.request().get("https://issuer.example/").await, Err(WebError::NoAnswer));
    assert_eq!(net.connected(), ["11.0.1.1:443", "11.0.1.2:443", "11.0.1.3:443", "11.0.1.4:443"]);
}

/// The real one, as far as it goes without a net: a name that cannot exist is an error, not a panic or an address.
#[tokio::test]
async fn the_system_is_asked() {
    assert!(Internet::default().resolve("issuer.invalid").await.is_err());
}
