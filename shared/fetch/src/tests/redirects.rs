//! Redirects.

use verifier::web::{Web, WebError};

use crate::{
    REDIRECTS,
    tests::{
        net::{HOST, Net, Route, one_host},
        server::{Authority, Part, Term, answers, moved, ok, serve, text},
    },
};

#[tokio::test]
async fn so_many_are_followed_and_no_more() {
    // `/3` leads over two to `/0`.
    let countdown = answers(|path| match path.trim_start_matches('/').parse::<usize>() {
        Ok(0) => ok("application/json", "{}"),
        Ok(number) => moved(&format!("/{}#part", number - 1)),
        Err(_) => moved(path),
    });
    let (fetcher, net, asked) = one_host(countdown).await;
    let got = fetcher.request().get(&format!("https://{HOST}/{REDIRECTS}")).await.unwrap();
    assert_eq!((got.url.as_str(), got.status), ("https://issuer.example/0", 200));
    assert_eq!(asked.paths(), ["/3", "/2", "/1", "/0"]);
    let one_more = fetcher.request().get(&format!("https://{HOST}/{}", REDIRECTS + 1)).await;
    assert_eq!(one_more, Err(WebError::NoAnswer));
    assert_eq!(net.connected().len(), 8);
    assert_eq!(fetcher.request().get("https://issuer.example/loop").await, Err(WebError::NoAnswer));
    assert_eq!(asked.paths().len(), 12);
}

#[tokio::test]
async fn every_kind_of_redirect_is_a_new_get() {
    let authority = Authority::new();
    let names = [HOST, "www.issuer.example"];
    let page = answers(|path| match path.strip_prefix("/from/") {
        Some(status) => text(&format!(
            "HTTP/1.1 {status} X\r\nSet-Cookie: a=b\r\nLocation: //www.issuer.example/to\r\nContent-Length: 5\r\n\r\nhello"
        )),
        None => ok("application/json", "{}"),
    });
    let (socket, asked) = serve(authority.certify(&names, Term::Now), page).await;
    let net = Net::default()
        .name(HOST, &[&["11.0.0.1"]])
        .name("www.issuer.example", &[&["11.0.0.2"]])
        .route("11.0.0.1", Route::Socket(socket))
        .route("11.0.0.2", Route::Socket(socket));
    let (fetcher, net) = net.fetcher(&authority);
    for status in [301, 302, 303, 307, 308] {
        let got = fetcher.request().get(&format!("https://{HOST}/from/{status}")).await.unwrap();
        assert_eq!(
            (got.url.as_str(), got.body.as_slice()),
            ("https://www.issuer.example/to", b"{}".as_slice())
        );
    }
    assert_eq!(net.looked_up().len(), 10);
    let asked = asked.all();
    assert_eq!(asked.len(), 10);
    for (name, head) in asked {
        let head = head.to_lowercase();
        assert!(head.starts_with("get ") && head.contains(&format!("\r\nhost: {name}\r\n")), "{head}");
        assert!(!head.contains("cookie") && !head.contains("referer"), "{head}");
    }
}

#[tokio::test]
async fn none_leads_inside() {
    let authority = Authority::new();
    let targets = [
        "http://issuer.example/plain",
        "https://issuer.example:8443/port",
        "https://user@issuer.example/user",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://[::1]/",
        "https://localhost/",
        "https://inside.example/",
        "//inside.example/",
        "file:///etc/passwd",
        "https://issuer.example/\u{fffd}",
    ];
    let page = answers(move |path| match path.trim_start_matches('/').parse::<usize>() {
        Ok(number) if number < targets.len() => moved(targets[number]),
        Ok(_) => vec![Part::Bytes(b"HTTP/1.1 302 Found\r\nLocation: /\xff\r\n\r\n".to_vec())],
        Err(_) => ok("application/json", "{}"),
    });
    let (socket, asked) = serve(authority.certify(&[HOST, "inside.example"], Term::Now), page).await;
    let net = Net::default()
        .name(HOST, &[&["11.0.0.1"]])
        .name("inside.example", &[&["127.0.0.1"]])
        .route("11.0.0.1", Route::Socket(socket))
        .route("127.0.0.1", Route::Socket(socket));
    let (fetcher, net) = net.fetcher(&authority);
    let request = fetcher.request();
    // The last target is odd and harmless: it shows that the others are not refused for nothing.
    let harmless = targets.len() - 1;
    for (number, to) in targets.iter().enumerate().take(harmless) {
        let got = request.get(&format!("https://{HOST}/{number}")).await;
        assert_eq!(got, Err(WebError::Forbidden), "{to}");
    }
    assert_eq!(request.get(&format!("https://{HOST}/{}", targets.len())).await, Err(WebError::Forbidden));
    let got = request.get(&format!("https://{HOST}/{harmless}")).await.unwrap();
    assert_eq!(got.url, "https://issuer.example/%EF%BF%BD");
    assert_eq!(net.connected(), vec!["11.0.0.1:443"; targets.len() + 2]);
    assert_eq!(asked.all().len(), targets.len() + 2);
}
