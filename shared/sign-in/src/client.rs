//! The library's client with our claims, and how it reaches the service.

use std::{sync::Arc, time::Duration};

use openidconnect::{
    AuthType, ClientId, ClientSecret, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    HttpClientError, IdTokenFields, RedirectUrl, RequestTokenError, StandardErrorResponse,
    StandardTokenResponse,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim,
        CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata,
        CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
    },
};
use shomei_core::ports::{Cause, SignInError};
use tokio::sync::OnceCell;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};

use crate::claims::Others;

type Tokens = StandardTokenResponse<
    IdTokenFields<
        Others,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

/// Knows where the service asks, and where it gives tokens if it does.
pub(crate) type Client = openidconnect::Client<
    Others,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The client of a service that says this of itself. A secret goes where the service wants it (`OpenID` Connect Core, section 9).
pub(crate) fn of(
    metadata: CoreProviderMetadata,
    id: ClientId,
    secret: Option<ClientSecret>,
    redirect: RedirectUrl,
) -> Result<Client, SignInError> {
    let methods = metadata.token_endpoint_auth_methods_supported().cloned().unwrap_or_default();
    let in_body = methods.contains(&CoreClientAuthMethod::ClientSecretPost)
        && !methods.contains(&CoreClientAuthMethod::ClientSecretBasic);
    let client = Client::from_provider_metadata(metadata, id, secret).set_redirect_uri(redirect);
    Ok(if in_body { client.set_auth_type(AuthType::RequestBody) } else { client })
}

/// Made when it is first needed: most requests of the office sign nobody in, and roots take time to read.
pub(crate) struct Http {
    alone: bool,
    answer_time: Duration,
    client: OnceCell<reqwest::Client>,
}

impl Http {
    /// `alone`: the service is on this machine, and need not speak TLS.
    pub(crate) fn new(alone: bool, answer_time: Duration) -> Self {
        Self { alone, answer_time, client: OnceCell::new() }
    }

    pub(crate) async fn client(&self) -> Result<&reqwest::Client, SignInError> {
        self.client.get_or_try_init(|| async { self.make() }).await
    }

    fn make(&self) -> Result<reqwest::Client, SignInError> {
        let fault = |error: &dyn std::fmt::Display| {
            SignInError::Unavailable(Cause::new(format!("TLS cannot be set up: {error}")))
        };
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let tls = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| fault(&error))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        reqwest::Client::builder()
            .use_preconfigured_tls(tls)
            .https_only(!self.alone)
            // The service's configuration names its addresses; whoever could redirect could name others.
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(self.answer_time)
            .build()
            .map_err(|error| fault(&error))
    }
}

/// The code's exchange failed. The service's own words may name the person, so only its code is told.
pub(crate) fn exchange_error(
    error: &RequestTokenError<HttpClientError<reqwest::Error>, StandardErrorResponse<CoreErrorResponseType>>,
) -> SignInError {
    match error {
        RequestTokenError::ServerResponse(answer) => {
            SignInError::Refused(Cause::new(format!("the code: {}", answer.error().as_ref())))
        }
        RequestTokenError::Request(_) => SignInError::Unavailable(Cause::new("the token endpoint")),
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            SignInError::Refused(Cause::new("the token endpoint's answer cannot be read"))
        }
    }
}
