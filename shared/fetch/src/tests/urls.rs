//! What the text of an address decides.

use verifier::web::WebError;

use crate::target::Target;

/// Not fetched from.
const REFUSED: &[&str] = &[
    // Other schemes, or none.
    "http://issuer.example/",
    "ftp://issuer.example/",
    "file:///etc/passwd",
    "gopher://issuer.example/",
    "data:application/json,{}",
    "javascript:alert(1)",
    "ws://issuer.example/",
    "did:web:issuer.example",
    "urn:uuid:6b1f3c1e-0000-4000-8000-000000000000",
    "blob:https://issuer.example/1",
    "view-source:https://issuer.example/",
    "//issuer.example/",
    "/badge",
    "issuer.example",
    "",
    "https:",
    "https://",
    "https:///",
    // Other ports.
    "https://issuer.example:80/",
    "https://issuer.example:8443/",
    "https://issuer.example:0/",
    "https://issuer.example:22/",
    "https://issuer.example:65536/",
    "https://issuer.example:port/",
    // User names, and what looks like a host and is none.
    "https://user@issuer.example/",
    "https://user:word@issuer.example/",
    "https://:word@issuer.example/",
    "https://issuer.example@127.0.0.1/",
    "https://issuer.example%40127.0.0.1/",
    "https://issuer.example:443@localhost/",
    // Addresses in every spelling.
    "https://127.0.0.1/",
    "https://127.1/",
    "https://127.0.1/",
    "https://2130706433/",
    "https://017700000001/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://0x7f.1/",
    "https://127.0.0.1./",
    "https://0/",
    "https://0.0.0.0/",
    "https://10.0.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://%31%32%37.0.0.1/",
    "https://１２７.０.０.１/",
    "https://①②⑦.⓪.⓪.①/",
    "https://127。0。0。1/",
    "https://8.8.8.8/",
    "https://256.256.256.256/",
    "https://1.2.3.4.5/",
    "https://issuer.example.0x1/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[fd00:ec2::254]/",
    "https://[fe80::1%25eth0]/",
    "https://[fe80::1%eth0]/",
    "https://[64:ff9b::127.0.0.1]/",
    "https://[2606:4700::1111]/",
    "https://[v1.x]/",
    "https://[::1/",
    "https://::1/",
    // Names of the inside.
    "https://localhost/",
    "https://LOCALHOST/",
    "https://localhost./",
    "https://issuer.localhost/",
    "https://ｌｏｃａｌｈｏｓｔ/",
    "https://loc%61lhost/",
    "https://localhost.localdomain/",
    "https://intranet/",
    "https://com/",
    "https://printer.local/",
    "https://metadata.google.internal/",
    "https://ip-10-0-0-1.ap-northeast-1.compute.internal/",
    "https://wiki.corp/",
    "https://nas.home.arpa/",
    "https://router.lan/",
    "https://expyuzz4wqqyqhjn.onion/",
    // No names.
    "https://./",
    "https://../",
    "https://issuer..example/",
    "https://.issuer.example/",
    "https://issuer.example../",
    "https://localhost../",
    "https://printer.local../",
    "https://-issuer.example/",
    "https://iss uer.example/",
    "https://iss%20uer.example/",
    "https://iss%00uer.example/",
    "https://issuer.exa*mple/",
    "https://xn--a.example/",
    // What browsers mend.
    " https://issuer.example/",
    "https://issuer.example/ ",
    "https://issuer.exam\nple/",
    "https://issuer.exam\tple/",
    "https:\\\\issuer.example\\",
    "https://issuer.example\\@localhost/",
    "https://issuer.example/a b",
    "https://issuer.example/\u{0}",
    "https://issuer.example/\u{a0}",
];

#[test]
fn only_https_names_on_the_usual_port_are_fetched_from() {
    for address in REFUSED {
        assert_eq!(Target::parse(address), Err(WebError::Forbidden), "{address:?}");
    }
    let label = "a".repeat(63);
    let long_name = format!("https://{label}.{label}.{label}.{label}.example/");
    assert_eq!(Target::parse(&long_name), Err(WebError::Forbidden));
    assert_eq!(Target::parse(&format!("https://{label}a.example/")), Err(WebError::Forbidden));
    let long = format!("https://issuer.example/{}", "a".repeat(4096 - 23));
    assert_eq!(long.len(), 4096);
    assert!(Target::parse(&long).is_ok());
    assert_eq!(Target::parse(&format!("{long}a")), Err(WebError::Forbidden));
    // Percent signs make it longer than it looked.
    assert_eq!(
        Target::parse(&format!("https://issuer.example/{}", "あ".repeat(1000))),
        Err(WebError::Forbidden)
    );
}

#[test]
fn an_address_is_asked_for_as_it_is_meant() {
    let accepted = [
        ("https://issuer.example", "issuer.example", "issuer.example", "/"),
        ("https://issuer.example:443/", "issuer.example", "issuer.example", "/"),
        ("HTTPS://Issuer.EXAMPLE/Badge", "issuer.example", "issuer.example", "/Badge"),
        ("https://issuer.example./did.json", "issuer.example", "issuer.example.", "/did.json"),
        ("https://a-b.c_d.example/x?y=z&n=1#key", "a-b.c_d.example", "a-b.c_d.example", "/x?y=z&n=1"),
        ("https://資格.example/認定", "xn--0xv762f.example", "xn--0xv762f.example", "/%E8%AA%8D%E5%AE%9A"),
        ("https://issuer.example/a/../b/%2e%2e/c", "issuer.example", "issuer.example", "/c"),
        ("https://issuer.example/%0d%0aX:1", "issuer.example", "issuer.example", "/%0d%0aX:1"),
        ("https://issuer.example?q", "issuer.example", "issuer.example", "/?q"),
        ("https://user.issuer.example/@me", "user.issuer.example", "user.issuer.example", "/@me"),
        ("https://notlocalhost.example/", "notlocalhost.example", "notlocalhost.example", "/"),
        ("https://local.example/", "local.example", "local.example", "/"),
    ];
    for (address, name, host, path) in accepted {
        let target = Target::parse(address).unwrap_or_else(|error| panic!("{address}: {error}"));
        assert_eq!(
            (target.name().as_ref(), target.host(), target.path_and_query()),
            (name, host, path),
            "{address}"
        );
        assert!(!target.as_str().contains('#'), "{address}");
    }
}

#[test]
fn a_redirect_obeys_the_same_rules() {
    let here = Target::parse("https://issuer.example/a/b?c").unwrap();
    let follows = [
        ("d", "https://issuer.example/a/d"),
        ("/d#e", "https://issuer.example/d"),
        ("?d", "https://issuer.example/a/b?d"),
        ("//other.example/d", "https://other.example/d"),
        ("https://other.example/d", "https://other.example/d"),
        ("", "https://issuer.example/a/b?c"),
    ];
    for (location, there) in follows {
        assert_eq!(here.redirected(location).map(|target| target.as_str().to_owned()), Ok(there.to_owned()));
    }
    let refused = [
        "http://issuer.example/d",
        "//127.0.0.1/d",
        "//localhost/d",
        "//issuer.example:8443/d",
        "//user@issuer.example/d",
        "https://2130706433/d",
        "file:///etc/passwd",
        "/d e",
        "\\\\localhost\\d",
    ];
    for location in refused {
        assert_eq!(here.redirected(location), Err(WebError::Forbidden), "{location}");
    }
}
