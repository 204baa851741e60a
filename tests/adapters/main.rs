//! The adapters of KMS and SES over real HTTP: what they ask for, to the byte, and what they make of every answer.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod kms;
mod ses;

use aws_config::{BehaviorVersion, Region, retry::RetryConfig};
use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider};
use openbadges::keys::SecretKey;
use shomei_aws::Sdk;
use shomei_tests::cloud::Cloud;

fn key() -> SecretKey {
    SecretKey::from_seed(&[9; 32]).unwrap()
}

/// As in the cloud, but with the services elsewhere.
fn sdk(address: &str) -> Sdk {
    let credentials = Credentials::new("AKIDEXAMPLE", "secret", None, None, "tests");
    let config = aws_config::SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new("ap-northeast-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .endpoint_url(format!("http://{address}"))
        .retry_config(RetryConfig::standard())
        .sleep_impl(aws_sdk_dynamodb::config::SharedAsyncSleep::new(Sleep))
        .build();
    Sdk::made(config)
}

/// Repetitions wait as in the cloud, but not as long.
#[derive(Debug)]
struct Sleep;

impl aws_sdk_dynamodb::config::AsyncSleep for Sleep {
    fn sleep(&self, duration: std::time::Duration) -> aws_sdk_dynamodb::config::Sleep {
        aws_sdk_dynamodb::config::Sleep::new(tokio::time::sleep(duration / 100))
    }
}

async fn cloud() -> (Cloud, Sdk) {
    let cloud = Cloud::start(key()).await;
    let sdk = sdk(&cloud.address.to_string());
    (cloud, sdk)
}
