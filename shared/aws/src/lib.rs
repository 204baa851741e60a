//! The programme's ports on DynamoDB, KMS and SES, and the configuration that names them. Nothing else.
//!
//! Adapters are thin: they translate, retry what the SDK retries, and sort every error after what the caller can do.
#![warn(missing_docs)]

pub mod dynamodb;
pub mod kms;
pub mod machine;
pub mod ses;
pub mod settings;

use std::{error::Error, fmt, iter, sync::Arc, time::Duration};

use aws_config::{BehaviorVersion, SdkConfig, timeout::TimeoutConfig};
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use shomei_core::ports::Cause;
use tokio::sync::OnceCell;

/// How long one answer of a service may take, before the SDK asks again. It has no such limit of its own: without one,
/// a connection that fell silent would hold a function until the platform ends it.
const ANSWER: Duration = Duration::from_secs(5);

/// What the services' clients have in common. It is made when the first client is needed: a function that answers from
/// memory alone never pays for it, and starting calls nobody.
#[derive(Debug, Clone, Default)]
pub struct Sdk(Arc<OnceCell<SdkConfig>>);

impl Sdk {
    /// Not made yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Made already, for services at another address.
    pub fn made(config: SdkConfig) -> Self {
        Self(Arc::new(OnceCell::new_with(Some(config))))
    }

    /// The behaviour of the SDK that this code was tested with. A newer one is a decision, not an accident.
    async fn config(&self) -> &SdkConfig {
        self.0
            .get_or_init(|| async {
                aws_config::defaults(BehaviorVersion::v2026_01_12())
                    .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(ANSWER).build())
                    .load()
                    .await
            })
            .await
    }
}

/// A client that is made when it is first needed, once.
#[derive(Debug, Clone)]
struct Lazy<C> {
    sdk: Sdk,
    client: Arc<OnceCell<C>>,
}

impl<C: Clone> Lazy<C> {
    fn of(sdk: &Sdk) -> Self {
        Self { sdk: sdk.clone(), client: Arc::default() }
    }

    fn made(client: C) -> Self {
        Self { sdk: Sdk::new(), client: Arc::new(OnceCell::new_with(Some(client))) }
    }

    async fn client(&self, make: impl FnOnce(&SdkConfig) -> C) -> &C {
        self.client.get_or_init(|| async { make(self.sdk.config().await) }).await
    }
}

/// The service's code, or what the SDK says of the failure. Never a service's own words, which may quote an address, and
/// never a debug form, which quotes the whole answer, and with it whatever item stood there.
fn cause<E, R>(service: &str, error: &SdkError<E, R>) -> Cause
where
    E: ProvideErrorMetadata + Error + 'static,
    R: fmt::Debug,
{
    let Some(code) = error.code() else {
        let chain = iter::successors(Some(error as &dyn Error), |error: &&dyn Error| (*error).source());
        let words: Vec<_> = chain.map(ToString::to_string).collect();
        return Cause::new(format!("{service}: {}", words.join(": ")));
    };
    Cause::new(format!("{service} {code}"))
}
