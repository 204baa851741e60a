//! What a request says of its reader: where the form was shown, which cookie the browser keeps, and where on the network it is.

use std::net::{IpAddr, Ipv6Addr};

use lambda_http::{Body, RequestExt, http::header, request::RequestContext};
use serde::de::DeserializeOwned;

use crate::Request;

/// Where a server that is not a gateway saw the request come from.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// Whether a form was sent from a page of this origin. Browsers say so with `Origin` on every POST (Fetch, section 3.2); a few
/// leave it out towards the same origin, and say `Sec-Fetch-Site: same-origin` instead. Who says neither is no browser
/// on our page.
pub fn is_from(request: &Request, origin: &str) -> bool {
    let headers = request.headers();
    match headers.get(header::ORIGIN) {
        Some(named) => named.as_bytes() == origin.as_bytes(),
        None => headers.get("sec-fetch-site").is_some_and(|site| site.as_bytes() == b"same-origin"),
    }
}

/// The value of a cookie.
pub fn cookie<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    let headers = request.headers().get_all(header::COOKIE).iter();
    headers
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(found, value)| (found == name).then_some(value))
}

/// The network that a request comes from: an IPv4 address, or the first half of an IPv6 address, which is one household's.
/// Empty if nothing is known.
pub fn network(request: &Request) -> String {
    let from_gateway = || match request.request_context_ref()? {
        RequestContext::ApiGatewayV2(context) => context.http.source_ip.as_deref()?.parse().ok(),
        _ => None,
    };
    let peer = request.extensions().get::<Peer>().map(|peer| peer.0).or_else(from_gateway);
    peer.map(named).unwrap_or_default()
}

fn named(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).to_string(),
    }
}

/// The body as it was sent, whatever form the gateway gave it.
pub fn bytes(request: &Request) -> &[u8] {
    match request.body() {
        Body::Text(text) => text.as_bytes(),
        Body::Binary(bytes) => bytes,
        _ => &[],
    }
}

/// The fields of a posted form; none, if they are not these.
pub fn form<T: DeserializeOwned>(request: &Request) -> Option<T> {
    serde_urlencoded::from_bytes(bytes(request)).ok()
}

/// The fields of the query; none, if they are not these.
pub fn query<T: DeserializeOwned>(request: &Request) -> Option<T> {
    serde_urlencoded::from_str(request.uri().query().unwrap_or_default()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_http::http;

    fn request(headers: &[(&str, &str)]) -> Request {
        let mut request = http::Request::builder();
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(Body::Empty).unwrap()
    }

    #[test]
    fn only_our_own_page_posts() {
        let ours = "https://badges.example.jp";
        for (headers, expected) in [
            (&[("origin", ours)][..], true),
            (&[("origin", "https://badges.example.jp.evil.example")], false),
            (&[("origin", "null")], false),
            (&[("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")], false),
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "same-site")], false),
            (&[], false),
        ] {
            assert_eq!(is_from(&request(headers), ours), expected, "{headers:?}");
        }
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let request = request(&[("cookie", "a=1; __Host-wallet=x=y;b=2"), ("cookie", "c=3")]);
        assert_eq!(cookie(&request, "__Host-wallet"), Some("x=y"));
        assert_eq!(cookie(&request, "c"), Some("3"));
        assert_eq!(cookie(&request, "wallet"), None);
    }

    #[test]
    fn one_household_is_one_network() {
        let network = |address: &str| {
            let mut request = request(&[]);
            request.extensions_mut().insert(Peer(address.parse().unwrap()));
            network(&request)
        };
        assert_eq!(network("203.0.113.9"), "203.0.113.9");
        assert_eq!(network("::ffff:203.0.113.9"), "203.0.113.9");
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(super::network(&request(&[])), "");
    }
}
