//! Signs staff in at the body's own service, by the authorization code flow of `OpenID` Connect with PKCE: Cognito, Google
//! Workspace, Entra, Keycloak, or whatever else publishes its configuration (`OpenID` Connect Discovery 1.0).
//!
//! The library checks what the standard asks for (`OpenID` Connect Core, section 3.1.3.7): signature, issuer, audience, expiry and nonce.
//! Nothing is kept between two sign-ins, so a key that the service has changed is believed at once, and one that it has withdrawn no more.
#![warn(missing_docs)]

mod claims;
mod client;
mod http;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, Nonce, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _,
    core::{CoreAuthenticationFlow, CoreJwsSigningAlgorithm, CoreProviderMetadata},
};
use shomei_core::{
    ports::{Cause, Clock, Identity, IdentityProvider, Returned, SignInError, SignInSecrets},
    store::Failure,
};

use self::{
    client::Client,
    http::{ANSWER_TIME, Asking, Http, Reach},
};

/// A sign-in never waits longer for the service: for its configuration, its keys and its tokens.
pub const LONGEST_WAIT: Duration = ANSWER_TIME.saturating_mul(3);

/// The longest name that a service may have for a person (`OpenID` Connect Core, section 2).
const LONGEST_SUBJECT: usize = 255;

/// The signatures that are taken. Not `none`, and none by a secret that we share: whoever knew our client's secret could name anyone.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Whom to ask, and as whom.
pub struct SignInService {
    issuer: IssuerUrl,
    client_id: ClientId,
    client_secret: Option<ClientSecret>,
    redirect: RedirectUrl,
    role_claim: String,
    clock: Arc<dyn Clock>,
    http: Http,
}

impl std::fmt::Debug for SignInService {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "SignInService({})", self.issuer.as_str())
    }
}

impl SignInService {
    /// The service with this issuer, which knows us as `client_id` and sends browsers back to `redirect`. It is reached by HTTPS
    /// only, but on this very machine.
    ///
    /// # Errors
    /// [`Failure::NeedsPerson`] if an address is none.
    pub fn new(
        issuer: &str,
        client_id: &str,
        client_secret: Option<&str>,
        redirect: &str,
        role_claim: &str,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Failure> {
        let wrong = |what: &str, error: &dyn std::fmt::Display| {
            Failure::NeedsPerson(format!("the sign-in service's {what} does not fit: {error}"))
        };
        let issuer = IssuerUrl::new(issuer.to_owned()).map_err(|error| wrong("issuer", &error))?;
        let reach = Reach::of(issuer.url()).ok_or_else(|| wrong("issuer", &"it is not reached by HTTPS"))?;
        Ok(Self {
            issuer,
            client_id: ClientId::new(client_id.to_owned()),
            client_secret: client_secret.map(|secret| ClientSecret::new(secret.to_owned())),
            redirect: RedirectUrl::new(redirect.to_owned()).map_err(|error| wrong("way back", &error))?,
            role_claim: role_claim.to_owned(),
            clock,
            http: Http::new(reach),
        })
    }

    /// What the service says of itself today, keys included.
    async fn client(&self, asking: &Asking) -> Result<Client, SignInError> {
        let metadata = CoreProviderMetadata::discover_async(self.issuer.clone(), asking)
            .await
            .map_err(|error| client::discovery_error(&error))?;
        // To the others only we go, and `http` looks at every address.
        if !self.http.reach().allows(metadata.authorization_endpoint().url()) {
            return Err(SignInError::Unavailable(Cause::new("it would ask for passwords without HTTPS")));
        }
        Ok(client::of(metadata, self.client_id.clone(), self.client_secret.clone(), self.redirect.clone()))
    }
}

#[async_trait]
impl IdentityProvider for SignInService {
    async fn begin(&self, secrets: &SignInSecrets) -> Result<String, SignInError> {
        let client = self.client(&self.http.ready().await?).await?;
        let (state, nonce) = (secrets.state.clone(), secrets.nonce.clone());
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier(secrets));
        let (url, _, _) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .add_scope(Scope::new("email".to_owned()))
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        Ok(url.into())
    }

    async fn finish(
        &self,
        returned: &Returned<'_>,
        secrets: &SignInSecrets,
    ) -> Result<Identity, SignInError> {
        // RFC 9207, section 2.4: a code that another service gave is shown to none.
        if returned.issuer.is_some_and(|named| named != self.issuer.as_str()) {
            return Err(refused("another service sent the browser back"));
        }
        let asking = self.http.ready().await?;
        let client = self.client(&asking).await?;
        let tokens = client
            .exchange_code(AuthorizationCode::new(returned.code.to_owned()))
            .map_err(|_| refused("it has no token endpoint"))?
            .set_pkce_verifier(verifier(secrets))
            .request_async(&asking)
            .await
            .map_err(|error| client::exchange_error(&error))?;
        let token = tokens.id_token().ok_or_else(|| refused("it gave no ID token"))?;
        let now = self.clock.now();
        let verifier =
            client.id_token_verifier().set_allowed_algs(SIGNATURES).set_time_fn(move || claims::moment(now));
        let nonce = Nonce::new(secrets.nonce.clone());
        let claims = token.claims(&verifier, &nonce).map_err(|error| refused(client::token_error(&error)))?;
        // OpenID Connect Core, section 3.1.3.7, step 5. The library leaves it to us.
        if claims.authorized_party().is_some_and(|party| *party != self.client_id) {
            return Err(refused("the ID token was given to another client"));
        }
        let subject = claims.subject().as_str();
        if subject.is_empty() || subject.len() > LONGEST_SUBJECT || subject.chars().any(char::is_control) {
            return Err(refused("the ID token names nobody"));
        }
        Ok(Identity { subject: subject.to_owned(), roles: claims::listed(claims, &self.role_claim) })
    }
}

fn verifier(secrets: &SignInSecrets) -> PkceCodeVerifier {
    PkceCodeVerifier::new(secrets.verifier.clone())
}

fn refused(why: &str) -> SignInError {
    SignInError::Refused(Cause::new(why))
}
