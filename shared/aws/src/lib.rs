//! The programme's ports on DynamoDB, KMS and SES, and the configuration that names them. Nothing else.
//!
//! Adapters are thin: they translate, retry what the SDK retries, and sort every error after what the caller can do.
#![warn(missing_docs)]

pub mod dynamodb;
pub mod kms;
pub mod machine;
pub mod ses;
pub mod settings;

use aws_config::{BehaviorVersion, SdkConfig};

/// The behaviour of the SDK that this code was tested with. A newer one is a decision, not an accident.
pub async fn sdk() -> SdkConfig {
    aws_config::load_defaults(BehaviorVersion::v2026_01_12()).await
}
