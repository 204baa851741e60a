//! The adapters of KMS and SES over real HTTP: what they ask for, to the byte, and what they make of every answer.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod kms;
mod ses;

use openbadges::keys::SecretKey;
use shomei_aws::Sdk;
use shomei_tests::cloud::Cloud;

fn key() -> SecretKey {
    SecretKey::from_seed(&[9; 32]).unwrap()
}

async fn cloud() -> (Cloud, Sdk) {
    let cloud = Cloud::start(key()).await;
    let sdk = cloud.sdk();
    (cloud, sdk)
}
