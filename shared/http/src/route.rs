//! Routes as data. A function states its routes once, in one table; its router, the program for one machine, the
//! template's test and the tests that walk all routes read the same table.

use lambda_http::http::Method;
use percent_encoding::percent_decode_str;

use crate::{Request, Response, reply};

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Anyone.
    Public,
    /// Whoever has the secret that the link carries.
    Bearer,
    /// Whoever is signed in to a wallet.
    Session,
    /// Programs of the staff, by a token.
    Staff,
    /// Staff who are signed in to the office's pages.
    Office,
    /// A service that signs what it sends with a secret that it shares with the programme.
    Signed,
}

/// One route of a function. `O` is the function's own enum of operations.
#[derive(Debug, Clone)]
pub struct Route<O> {
    /// The method. A `GET` route answers `HEAD` too.
    pub method: Method,
    /// The path, with `{name}` for one segment, as API Gateway writes it.
    pub path: &'static str,
    /// Who may call it.
    pub audience: Audience,
    /// What it does.
    pub operation: O,
    /// Whether pages of other origins may send it, although it is no `GET` of anyone's.
    across_origins: bool,
}

impl<O> Route<O> {
    /// A route.
    pub const fn new(method: Method, path: &'static str, audience: Audience, operation: O) -> Self {
        Self { method, path, audience, operation, across_origins: false }
    }

    /// The same, which pages of any origin may send. For a route that heeds no cookie and changes nothing.
    #[must_use]
    pub const fn across_origins(mut self) -> Self {
        self.across_origins = true;
        self
    }

    /// As API Gateway and access logs name it. Holds no path parameter's value.
    pub fn key(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// Where a request leads.
#[derive(Debug)]
pub enum Found<'a, O> {
    /// To this route, with the value of its one parameter (empty if it has none).
    Route(&'a Route<O>, String),
    /// The path exists, but not for this method. The text lists the methods that do.
    WrongMethod(String),
    /// Nowhere.
    Nothing,
}

/// Finds routes by method and path.
#[derive(Debug)]
pub struct Router<O: 'static> {
    paths: matchit::Router<Vec<&'static Route<O>>>,
}

impl<O> Router<O> {
    /// A router over a table.
    ///
    /// # Panics
    /// If the table names one path in two ways that exclude each other: a mistake in the table itself, found by any
    /// test that makes the router.
    #[expect(clippy::expect_used, reason = "the table is a constant of the program, not input")]
    pub fn new(routes: &'static [Route<O>]) -> Self {
        let mut paths = matchit::Router::new();
        let mut seen: Vec<&str> = Vec::new();
        for route in routes {
            if !seen.contains(&route.path) {
                seen.push(route.path);
                let methods = routes.iter().filter(|other| other.path == route.path).collect();
                paths.insert(route.path, methods).expect("the route table contradicts itself");
            }
        }
        Self { paths }
    }

    /// Where the request leads. The parameter is percent-decoded.
    pub fn find(&self, method: &Method, path: &str) -> Found<'_, O> {
        let Ok(found) = self.paths.at(path) else { return Found::Nothing };
        let wanted = if method == Method::HEAD { &Method::GET } else { method };
        let Some(route) = found.value.iter().find(|route| route.method == wanted) else {
            return Found::WrongMethod(methods(found.value.iter().copied()).join(", "));
        };
        let raw = found.params.iter().next().map_or("", |(_, value)| value);
        percent_decode_str(raw)
            .decode_utf8()
            .map_or(Found::Nothing, |value| Found::Route(route, value.into_owned()))
    }

    /// The answer to `OPTIONS` at a path that anyone may read, a browser's question of another origin included (Fetch,
    /// section 4.8). None for other requests and other paths.
    pub fn options(&self, request: &Request) -> Option<Response> {
        let found =
            self.paths.at(request.uri().path()).ok().filter(|_| request.method() == Method::OPTIONS)?;
        let routes = || found.value.iter().copied();
        let crosses = |route: &&Route<O>| {
            route.across_origins || (route.method == Method::GET && route.audience == Audience::Public)
        };
        let across = methods(routes().filter(crosses));
        let takes_content = routes().filter(crosses).any(|route| route.method != Method::GET);
        let mut allowed = methods(routes());
        allowed.push("OPTIONS");
        (!across.is_empty()).then(|| reply::options(&allowed.join(", "), &across.join(", "), takes_content))
    }
}

/// The methods of these routes, with the `HEAD` that each `GET` brings.
fn methods<O: 'static>(routes: impl Iterator<Item = &'static Route<O>>) -> Vec<&'static str> {
    let mut names = Vec::new();
    for route in routes {
        names.push(route.method.as_str());
        if route.method == Method::GET {
            names.push("HEAD");
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    static ROUTES: &[Route<u8>] = &[
        Route::new(Method::GET, "/claim/{token}", Audience::Bearer, 1),
        Route::new(Method::POST, "/claim/{token}", Audience::Bearer, 2),
        Route::new(Method::GET, "/issuer", Audience::Public, 3),
        Route::new(Method::GET, "/verify", Audience::Public, 4),
        Route::new(Method::POST, "/verify", Audience::Public, 5).across_origins(),
        Route::new(Method::GET, "/wallet/sign-in", Audience::Public, 6),
        Route::new(Method::POST, "/wallet/sign-in", Audience::Public, 7),
    ];

    #[test]
    fn a_request_leads_to_its_route() {
        let router = Router::new(ROUTES);
        for (method, path, operation, parameter) in [
            (Method::GET, "/claim/abc", 1, "abc"),
            (Method::HEAD, "/claim/abc", 1, "abc"),
            (Method::POST, "/claim/a%2Fb", 2, "a/b"),
            (Method::GET, "/issuer", 3, ""),
        ] {
            match router.find(&method, path) {
                Found::Route(route, value) => {
                    assert_eq!((route.operation, value.as_str()), (operation, parameter));
                }
                other => panic!("{method} {path}: {other:?}"),
            }
        }
        assert!(matches!(router.find(&Method::GET, "/claim/a/b"), Found::Nothing));
        assert!(matches!(router.find(&Method::GET, "/claim/%FF"), Found::Nothing));
        match router.find(&Method::DELETE, "/claim/abc") {
            Found::WrongMethod(allowed) => assert_eq!(allowed, "GET, HEAD, POST"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn pages_of_other_origins_may_read_what_anyone_may_and_send_what_says_so() {
        let router = Router::new(ROUTES);
        let asked = |method: Method, path: &str| {
            let request = lambda_http::http::Request::builder()
                .method(method)
                .uri(path)
                .body(lambda_http::Body::Empty)
                .unwrap();
            router.options(&request)
        };
        for (path, allowed, across, headers) in [
            ("/issuer", "GET, HEAD, OPTIONS", "GET, HEAD", "Accept, If-None-Match"),
            ("/verify", "GET, HEAD, POST, OPTIONS", "GET, HEAD, POST", "Accept, If-None-Match, Content-Type"),
            ("/wallet/sign-in", "GET, HEAD, POST, OPTIONS", "GET, HEAD", "Accept, If-None-Match"),
        ] {
            let answer = asked(Method::OPTIONS, path).unwrap();
            let header = |name: &str| answer.headers()[name].to_str().unwrap();
            assert_eq!(answer.status(), 204, "{path}");
            assert!(answer.body().is_empty(), "{path}");
            assert_eq!(header("allow"), allowed, "{path}");
            assert_eq!(header("access-control-allow-origin"), "*", "{path}");
            assert_eq!(header("access-control-allow-methods"), across, "{path}");
            assert_eq!(header("access-control-allow-headers"), headers, "{path}");
            assert_eq!(header("access-control-max-age"), "86400", "{path}");
            assert!(!answer.headers().contains_key("access-control-allow-credentials"), "{path}");
            assert!(asked(Method::GET, path).is_none(), "{path}");
        }
        assert!(asked(Method::OPTIONS, "/claim/abc").is_none());
        assert!(asked(Method::OPTIONS, "/nowhere").is_none());
    }
}
