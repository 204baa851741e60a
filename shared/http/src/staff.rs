//! Who counts as staff.

use aws_lc_rs::digest;
use lambda_http::{RequestExt, http::header, request::RequestContext};
use shomei_core::office::{Member, Role, RoleNames};
use subtle::ConstantTimeEq;

use crate::{Problem, Request};

/// How staff prove themselves to an API route.
pub enum StaffGate {
    /// One machine: a bearer token, of which only the SHA-256 is held here.
    Token {
        /// The hash.
        sha256: [u8; 32],
    },
    /// In the cloud: the gateway's JWT authorizer has verified the token. Who issued it for whom is checked here once
    /// more, so that a route that lost its authorizer, or got another one, opens to nobody; the role is checked only here.
    Claims {
        /// Who must have issued the token.
        issuer: String,
        /// For whom.
        audience: String,
        /// What must be listed of the person.
        roles: RoleNames,
    },
}

impl std::fmt::Debug for StaffGate {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Token { .. } => "StaffGate::Token",
            Self::Claims { .. } => "StaffGate::Claims",
        })
    }
}

impl StaffGate {
    /// A gate that opens for this token.
    pub fn token(token: &str) -> Self {
        Self::Token { sha256: sha256(token) }
    }

    /// Lets clerks and approvers pass, and says who it is. Whoever has the token of one machine may do everything there, and is called
    /// `local`.
    ///
    /// # Errors
    /// [`Problem::not_staff`] for whoever has no valid token, [`Problem::role_missing`] for a token without such a role.
    pub fn admit(&self, request: &Request) -> Result<Member, Problem> {
        match self {
            Self::Token { sha256: expected } => {
                let authorization = request.headers().get(header::AUTHORIZATION);
                let token = authorization.and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
                match token.map(|token| sha256(token).ct_eq(expected).into()) {
                    Some(true) => Ok(Member { subject: "local".to_owned(), role: Role::Approver }),
                    _ => Err(Problem::not_staff()),
                }
            }
            Self::Claims { issuer, audience, roles } => {
                let Some(RequestContext::ApiGatewayV2(context)) = request.request_context_ref() else {
                    return Err(Problem::not_staff());
                };
                let authorizer = context.authorizer.as_ref();
                let jwt = authorizer.and_then(|authorizer| authorizer.jwt.as_ref());
                let claims = &jwt.ok_or_else(Problem::not_staff)?.claims;
                // Cognito's access tokens name their audience `client_id`, and the gateway takes that as well.
                let meant_for = claims.get("aud").or_else(|| claims.get("client_id"));
                if claims.get("iss") != Some(issuer)
                    || !meant_for.is_some_and(|claim| listed(claim).any(|name| name == audience))
                {
                    return Err(Problem::not_staff());
                }
                let subject = claims.get("sub").filter(|subject| !subject.is_empty());
                let subject = subject.ok_or_else(Problem::not_staff)?.clone();
                // Whoever may write any address into a profile must not become someone else by it.
                let counts =
                    roles.claim != "email" || claims.get("email_verified").is_some_and(|it| it == "true");
                let role = claims.get(&roles.claim).filter(|_| counts);
                let role = role.and_then(|claim| roles.role_of(listed(claim)));
                match role {
                    Some(role) if role >= Role::Clerk => Ok(Member { subject, role }),
                    _ => Err(Problem::role_missing()),
                }
            }
        }
    }
}

/// API Gateway hands a list claim on as `[one two]`.
fn listed(claim: &str) -> impl Iterator<Item = &str> {
    claim.trim_matches(['[', ']']).split(' ').map(|name| name.trim_matches('"'))
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

    /// Who is let in by a token with these claims, as the gateway hands it on.
    fn admitted(gate: &StaffGate, claims: &[(&str, &str)]) -> Result<(String, Role), u16> {
        let claims: serde_json::Map<_, _> =
            claims.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
        let event = serde_json::json!({
            "version": "2.0",
            "rawPath": "/candidates",
            "requestContext": {
                "authorizer": { "jwt": { "claims": claims } },
                "http": { "method": "POST", "path": "/candidates", "protocol": "HTTP/1.1" },
                "timeEpoch": 1_793_577_600_000_i64,
            },
            "isBase64Encoded": false,
        });
        let request = lambda_http::request::from_str(&event.to_string()).unwrap();
        gate.admit(&request)
            .map(|member| (member.subject, member.role))
            .map_err(|problem| problem.status.as_u16())
    }

    #[test]
    fn an_address_counts_only_if_the_service_has_verified_it() {
        let gate = StaffGate::Claims {
            issuer: "https://login.example.jp/".to_owned(),
            audience: "badges".to_owned(),
            roles: RoleNames::of_clerks("email", "hanako@example.jp"),
        };
        let claims = [
            ("iss", "https://login.example.jp/"),
            ("aud", "badges"),
            ("sub", "staff-1"),
            ("email", "hanako@example.jp"),
        ];
        let with = |verified: &[(&str, &str)]| admitted(&gate, &[&claims, verified].concat());
        assert_eq!(with(&[("email_verified", "true")]), Ok(("staff-1".to_owned(), Role::Clerk)));
        assert_eq!(with(&[("email_verified", "false")]), Err(403));
        assert_eq!(with(&[]), Err(403));
    }

    #[test]
    fn a_token_counts_only_as_the_gateway_hands_it_on() {
        let gate = StaffGate::Claims {
            issuer: "https://login.example.jp/".to_owned(),
            audience: "badges".to_owned(),
            roles: RoleNames {
                claim: "cognito:groups".to_owned(),
                viewer: vec!["viewer".to_owned()],
                clerk: vec!["clerk".to_owned()],
                approver: vec!["lead".to_owned()],
            },
        };
        let problem = gate.admit(&request(Some("Bearer anything"))).unwrap_err();
        assert_eq!(problem.status, http::StatusCode::UNAUTHORIZED);
        let admitted = |claims: &[(&str, &str)]| admitted(&gate, claims);
        let issuer = ("iss", "https://login.example.jp/");
        let role = ("cognito:groups", "[viewer clerk]");
        let subject = ("sub", "staff-1");
        let let_in = || Ok(("staff-1".to_owned(), Role::Clerk));
        assert_eq!(admitted(&[issuer, subject, ("aud", "badges"), role]), let_in());
        assert_eq!(admitted(&[issuer, subject, ("aud", "[account badges]"), role]), let_in());
        assert_eq!(admitted(&[issuer, subject, ("client_id", "badges"), role]), let_in());
        let lead = ("cognito:groups", "[clerk lead]");
        assert_eq!(
            admitted(&[issuer, subject, ("aud", "badges"), lead]),
            Ok(("staff-1".to_owned(), Role::Approver))
        );
        assert_eq!(admitted(&[issuer, subject, ("aud", "badges"), ("cognito:groups", "[viewer]")]), Err(403));
        assert_eq!(admitted(&[issuer, ("aud", "badges"), role]), Err(401));
        assert_eq!(admitted(&[issuer, ("sub", ""), ("aud", "badges"), role]), Err(401));
        assert_eq!(admitted(&[("iss", "https://evil.example/"), ("aud", "badges"), role]), Err(401));
        assert_eq!(admitted(&[issuer, ("aud", "shop"), ("client_id", "badges"), role]), Err(401));
        assert_eq!(admitted(&[issuer, role]), Err(401));
        assert_eq!(admitted(&[issuer, subject, ("aud", "badges"), ("roles", "[clerk]")]), Err(403));
        assert_eq!(
            admitted(&[issuer, subject, ("aud", "badges"), ("cognito:groups", "[clerk-of-others]")]),
            Err(403)
        );
    }
}
