//! The library's client with our claims, and what its errors mean.

use openidconnect::{
    AuthType, ClaimsVerificationError, ClientId, ClientSecret, DiscoveryError, EmptyExtraTokenFields,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenFields, RedirectUrl, RequestTokenError,
    SignatureVerificationError, StandardErrorResponse, StandardTokenResponse,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim,
        CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata,
        CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
    },
};
use shomei_core::ports::{Cause, SignInError};

use crate::{claims::Others, http::NoAnswer};

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
) -> Client {
    let methods = metadata.token_endpoint_auth_methods_supported().cloned().unwrap_or_default();
    let in_body = methods.contains(&CoreClientAuthMethod::ClientSecretPost)
        && !methods.contains(&CoreClientAuthMethod::ClientSecretBasic);
    let client = Client::from_provider_metadata(metadata, id, secret).set_redirect_uri(redirect);
    if in_body { client.set_auth_type(AuthType::RequestBody) } else { client }
}

/// What the service says of itself cannot be had. Nobody is refused by that: it is the service that has to be mended.
pub(crate) fn discovery_error(error: &DiscoveryError<NoAnswer>) -> SignInError {
    let why = match error {
        DiscoveryError::Request(no_answer) => no_answer.to_string(),
        DiscoveryError::Response(status, ..) if status.is_success() => "no JSON".to_owned(),
        DiscoveryError::Response(status, ..) => format!("an answer with status {}", status.as_u16()),
        DiscoveryError::Validation(_) => "it is the configuration of another issuer".to_owned(),
        _ => "it cannot be read".to_owned(),
    };
    SignInError::Unavailable(Cause::new(format!("its configuration: {why}")))
}

/// The code's exchange failed. The service's own words may name the person, so only codes that a standard defines are told.
pub(crate) fn exchange_error(
    error: &RequestTokenError<NoAnswer, StandardErrorResponse<CoreErrorResponseType>>,
) -> SignInError {
    match error {
        RequestTokenError::ServerResponse(answer) => {
            let code = match answer.error() {
                CoreErrorResponseType::Extension(_) => "with a code of its own",
                known => known.as_ref(),
            };
            SignInError::Refused(Cause::new(format!("the token endpoint refuses: {code}")))
        }
        RequestTokenError::Request(no_answer) => {
            SignInError::Unavailable(Cause::new(format!("its token endpoint: {no_answer}")))
        }
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            SignInError::Refused(Cause::new("the token endpoint's answer cannot be read"))
        }
    }
}

/// What is wrong with a token, in words of ours: what stands in it is a stranger's until it is verified.
pub(crate) fn token_error(error: &ClaimsVerificationError) -> &'static str {
    use ClaimsVerificationError as Wrong;
    match error {
        Wrong::Expired(_) => "the ID token has expired",
        Wrong::InvalidAudience(_) => "the ID token is for somebody else",
        Wrong::InvalidIssuer(_) => "the ID token is of another issuer",
        Wrong::InvalidNonce(_) => "the ID token belongs to another sign-in",
        Wrong::SignatureVerification(SignatureVerificationError::DisallowedAlg(_)) => {
            "the ID token is not signed in a way that is taken"
        }
        Wrong::SignatureVerification(_) => "the ID token's signature proves nothing",
        _ => "the ID token cannot be read",
    }
}
