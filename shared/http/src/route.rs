//! Routes as data. A function states its routes once, in one table; its router, the program for one machine, the
//! template's test and the tests that walk all routes read the same table.

use lambda_http::http::Method;
use percent_encoding::percent_decode_str;

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Anyone.
    Public,
    /// Whoever has the secret that the link carries.
    Bearer,
    /// Whoever is signed in to a wallet.
    Session,
    /// Staff with the role.
    Staff,
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
}

impl<O> Route<O> {
    /// A route.
    pub const fn new(method: Method, path: &'static str, audience: Audience, operation: O) -> Self {
        Self { method, path, audience, operation }
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
            let allowed: Vec<_> = found.value.iter().map(|route| route.method.as_str()).collect();
            return Found::WrongMethod(allowed.join(", "));
        };
        let raw = found.params.iter().next().map_or("", |(_, value)| value);
        percent_decode_str(raw)
            .decode_utf8()
            .map_or(Found::Nothing, |value| Found::Route(route, value.into_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static ROUTES: &[Route<u8>] = &[
        Route::new(Method::GET, "/claim/{token}", Audience::Bearer, 1),
        Route::new(Method::POST, "/claim/{token}", Audience::Bearer, 2),
        Route::new(Method::GET, "/issuer", Audience::Public, 3),
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
            Found::WrongMethod(allowed) => assert_eq!(allowed, "GET, POST"),
            other => panic!("{other:?}"),
        }
    }
}
