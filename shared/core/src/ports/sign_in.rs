//! The body's own sign-in service, as the office needs it.

use std::fmt;

use async_trait::async_trait;

use super::Cause;

/// What the browser of a person who signs in keeps while the sign-in service has the person. Three values that nobody can guess.
pub struct SignInSecrets {
    /// Comes back in the address (RFC 6749, section 10.12).
    pub state: String,
    /// Comes back in the signed token (`OpenID` Connect Core, section 3.1.2.1).
    pub nonce: String,
    /// Proves that whoever brings the code is whoever asked for it (RFC 7636).
    pub verifier: String,
}

/// Prints nothing: they are secrets.
impl fmt::Debug for SignInSecrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SignInSecrets(…)")
    }
}

/// Whom the sign-in service has named.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// Its name for the person: `sub`.
    pub subject: String,
    /// What the token lists under the claim of roles.
    pub roles: Vec<String>,
}

/// Prints nothing: roles may be told by mail addresses.
impl fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Identity(…)")
    }
}

/// What a browser brings back from the sign-in service.
pub struct Returned<'a> {
    /// The authorization code (RFC 6749, section 4.1.2).
    pub code: &'a str,
    /// Who is said to have given it (RFC 9207). Not every service says so.
    pub issuer: Option<&'a str>,
}

/// Prints nothing: the code is a secret.
impl fmt::Debug for Returned<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Returned(…)")
    }
}

/// Nobody could be signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The service did not answer. Signing in again may do.
    #[error("the sign-in service did not answer: {0}")]
    Unavailable(Cause),
    /// What it said, or what the browser brought, proves nothing: a foreign or expired token, a code that is none.
    #[error("the sign-in proves nothing: {0}")]
    Refused(Cause),
}

/// The body's own sign-in service, by the authorization code flow of `OpenID` Connect with PKCE. Laws: an [`Identity`] is only given
/// for a token that the service signed, for us, just now, and for these secrets.
#[async_trait]
pub trait IdentityProvider: Send + Sync {
    /// Where the browser goes to sign in.
    async fn begin(&self, secrets: &SignInSecrets) -> Result<String, SignInError>;
    /// Who came back with this.
    async fn finish(&self, returned: &Returned<'_>, secrets: &SignInSecrets)
    -> Result<Identity, SignInError>;
}
