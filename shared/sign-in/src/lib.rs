//! Signs staff in at the body's own service, by the authorization code flow of `OpenID` Connect with PKCE: Cognito, Google
//! Workspace, Entra, Keycloak, or whatever else publishes its configuration (`OpenID` Connect Discovery 1.0).
//!
//! The library checks what the standard asks for (`OpenID` Connect Core, section 3.1.3.7): signature, issuer, audience, expiry and nonce.
//! Nothing is kept between two sign-ins, so a key that the service has changed is believed at once, and one that it has withdrawn no more.
#![warn(missing_docs)]

mod claims;
mod client;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, Nonce, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _,
    core::{CoreAuthenticationFlow, CoreJwsSigningAlgorithm, CoreProviderMetadata},
};
use shomei_core::{
    ports::{Cause, Clock, Identity, IdentityProvider, SignInError, SignInSecrets},
    store::Failure,
};

use self::client::{Client, Http};

/// How long one answer of the service may take.
const ANSWER_TIME: Duration = Duration::from_secs(8);

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
        let alone = matches!(issuer.url().host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        if issuer.url().scheme() != "https" && !alone {
            return Err(wrong("issuer", &"it is not reached by HTTPS"));
        }
        Ok(Self {
            issuer,
            client_id: ClientId::new(client_id.to_owned()),
            client_secret: client_secret.map(|secret| ClientSecret::new(secret.to_owned())),
            redirect: RedirectUrl::new(redirect.to_owned()).map_err(|error| wrong("way back", &error))?,
            role_claim: role_claim.to_owned(),
            clock,
            http: Http::new(alone, ANSWER_TIME),
        })
    }

    /// What the service says of itself today, keys included.
    async fn client(&self, http: &reqwest::Client) -> Result<Client, SignInError> {
        let metadata = CoreProviderMetadata::discover_async(self.issuer.clone(), http)
            .await
            .map_err(|error| unavailable("its configuration", &error))?;
        client::of(metadata, self.client_id.clone(), self.client_secret.clone(), self.redirect.clone())
    }
}

#[async_trait]
impl IdentityProvider for SignInService {
    async fn begin(&self, secrets: &SignInSecrets) -> Result<String, SignInError> {
        let client = self.client(self.http.client().await?).await?;
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

    async fn finish(&self, code: &str, secrets: &SignInSecrets) -> Result<Identity, SignInError> {
        let http = self.http.client().await?;
        let client = self.client(http).await?;
        let tokens = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|_| refused("it has no token endpoint"))?
            .set_pkce_verifier(verifier(secrets))
            .request_async(http)
            .await
            .map_err(|error| client::exchange_error(&error))?;
        let token = tokens.id_token().ok_or_else(|| refused("it gave no ID token"))?;
        let now = self.clock.now();
        let verifier = client
            .id_token_verifier()
            // A secret of ours is none of the service's signatures: HMAC would let whoever knows it name anyone.
            .set_allowed_algs([
                CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
                CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
                CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
                CoreJwsSigningAlgorithm::RsaSsaPssSha256,
                CoreJwsSigningAlgorithm::RsaSsaPssSha384,
                CoreJwsSigningAlgorithm::RsaSsaPssSha512,
                CoreJwsSigningAlgorithm::EcdsaP256Sha256,
                CoreJwsSigningAlgorithm::EcdsaP384Sha384,
                CoreJwsSigningAlgorithm::EdDsa,
            ])
            .set_time_fn(move || claims::moment(now));
        let nonce = Nonce::new(secrets.nonce.clone());
        let claims = token.claims(&verifier, &nonce).map_err(|error| refused(&error.to_string()))?;
        Ok(Identity {
            subject: claims.subject().to_string(),
            roles: claims::listed(claims, &self.role_claim),
        })
    }
}

fn verifier(secrets: &SignInSecrets) -> PkceCodeVerifier {
    PkceCodeVerifier::new(secrets.verifier.clone())
}

fn refused(why: &str) -> SignInError {
    SignInError::Refused(Cause::new(why))
}

fn unavailable(what: &str, error: &dyn std::fmt::Display) -> SignInError {
    SignInError::Unavailable(Cause::new(format!("{what}: {error}")))
}
