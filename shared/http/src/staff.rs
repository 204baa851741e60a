//! Who counts as staff.

use aws_lc_rs::digest;
use lambda_http::{RequestExt, http::header, request::RequestContext};
use subtle::ConstantTimeEq;

use crate::{Problem, Request};

/// How staff prove themselves to an API route.
pub enum StaffGate {
    /// One machine: a bearer token, of which only the SHA-256 is held here.
    Token {
        /// The hash.
        sha256: [u8; 32],
    },
    /// In the cloud: the gateway's JWT authorizer has verified the token; the role in it is checked here once more.
    Role {
        /// The value that the `roles` claim must contain.
        role: String,
    },
}

impl std::fmt::Debug for StaffGate {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Token { .. } => "StaffGate::Token",
            Self::Role { .. } => "StaffGate::Role",
        })
    }
}

/// The claim that lists a person's roles.
const ROLES: &str = "roles";

impl StaffGate {
    /// A gate that opens for this token.
    pub fn token(token: &str) -> Self {
        Self::Token { sha256: sha256(token) }
    }

    /// Lets staff pass.
    ///
    /// # Errors
    /// [`Problem::not_staff`] for whoever has no valid token, [`Problem::role_missing`] for a token without the role.
    pub fn admit(&self, request: &Request) -> Result<(), Problem> {
        match self {
            Self::Token { sha256: expected } => {
                let authorization = request.headers().get(header::AUTHORIZATION);
                let token = authorization.and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
                match token.map(|token| sha256(token).ct_eq(expected).into()) {
                    Some(true) => Ok(()),
                    _ => Err(Problem::not_staff()),
                }
            }
            Self::Role { role } => {
                let Some(RequestContext::ApiGatewayV2(context)) = request.request_context_ref() else {
                    return Err(Problem::not_staff());
                };
                let authorizer = context.authorizer.as_ref();
                let jwt = authorizer.and_then(|authorizer| authorizer.jwt.as_ref());
                let claims = &jwt.ok_or_else(Problem::not_staff)?.claims;
                match claims.get(ROLES) {
                    Some(roles) if lists(roles, role) => Ok(()),
                    _ => Err(Problem::role_missing()),
                }
            }
        }
    }
}

/// API Gateway hands a list claim on as `[one two]`.
fn lists(roles: &str, role: &str) -> bool {
    roles.trim_matches(['[', ']']).split([' ', ',']).any(|listed| listed.trim_matches('"') == role)
}

fn sha256(text: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_http::{Body, http};

    fn request(authorization: Option<&str>) -> Request {
        let mut builder = http::Request::builder().uri("/candidates");
        if let Some(value) = authorization {
            builder = builder.header(header::AUTHORIZATION, value);
        }
        builder.body(Body::Empty).unwrap()
    }

    #[test]
    fn only_the_right_token_is_admitted() {
        let gate = StaffGate::token("open sesame");
        assert!(gate.admit(&request(Some("Bearer open sesame"))).is_ok());
        for wrong in
            [None, Some("Bearer open"), Some("open sesame"), Some("Bearer "), Some("Basic open sesame")]
        {
            let problem = gate.admit(&request(wrong)).unwrap_err();
            assert_eq!(problem.status, http::StatusCode::UNAUTHORIZED, "{wrong:?}");
        }
    }

    #[test]
    fn a_role_needs_an_authorizer_in_the_request_context() {
        let gate = StaffGate::Role { role: "clerk".to_owned() };
        let problem = gate.admit(&request(Some("Bearer anything"))).unwrap_err();
        assert_eq!(problem.status, http::StatusCode::UNAUTHORIZED);
        assert!(lists("[clerk viewer]", "clerk"));
        assert!(!lists("[clerk-of-others]", "clerk"));
    }
}
