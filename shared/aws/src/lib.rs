//! The programme's ports on DynamoDB, KMS and SES, and the configuration that names them. Nothing else.
//!
//! Adapters are thin: they translate, retry what the SDK retries, and sort every error after what the caller can do.
#![warn(missing_docs)]

pub mod dynamodb;
pub mod kms;
pub mod machine;
pub mod ses;
pub mod settings;

use std::time::Duration;

use aws_config::{BehaviorVersion, SdkConfig, timeout::TimeoutConfig};

/// How long one answer of a service may take, before the SDK asks again. It has no such limit of its own: without one,
/// a connection that fell silent would hold a function until the platform ends it.
const ANSWER: Duration = Duration::from_secs(5);

/// The behaviour of the SDK that this code was tested with. A newer one is a decision, not an accident.
pub async fn sdk() -> SdkConfig {
    aws_config::defaults(BehaviorVersion::v2026_01_12())
        .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(ANSWER).build())
        .load()
        .await
}
