//! `shomei-local keys`: the list of issuer keys grows by a key from KMS, and nothing in it is ever lost or renamed.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::process::{Command, Output};

use openbadges::keys::SecretKey;
use shomei_tests::cloud::Cloud;

fn multibase(seed: u8) -> String {
    SecretKey::from_seed(&[seed; 32]).unwrap().public().multibase()
}

fn keys(cloud: &Cloud, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_shomei-local"))
        .arg("keys")
        .args(arguments)
        .env("AWS_ENDPOINT_URL_KMS", format!("http://{}", cloud.address))
        .env("AWS_REGION", "ap-northeast-1")
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        // Nothing of the machine that tests run on.
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .current_dir(std::env::temp_dir())
        .output()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_from_kms_joins_the_list() {
    let cloud = Cloud::start(SecretKey::from_seed(&[2; 32]).unwrap()).await;
    let (first, second) = (format!("key-1={}", multibase(1)), multibase(2));
    let prints = |arguments: &[&str], expected: &str| {
        let output = keys(&cloud, arguments);
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {told}");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("{expected}\n"), "{arguments:?}");
    };
    let both = format!("{first},key-2={second}");
    prints(&["alias/shomei-key-1"], &format!("key-1={second}"));
    prints(&["alias/shomei-key-2", "--listed", &first], &both);
    // Named by its identifier, it gets the next number; asked for again, nothing changes.
    prints(&["1234abcd-12ab-34cd-56ef-1234567890ab", "--listed", &first], &both);
    prints(&["alias/shomei-key-2", "--listed", &both], &both);
    prints(&["alias/other", "--name", "key-7", "--listed", &first], &format!("{first},key-7={second}"));
    assert_eq!(cloud.times("kms:GetPublicKey"), 5);

    let refuses = |arguments: &[&str], sentence: &str| {
        let output = keys(&cloud, arguments);
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(output.stdout.is_empty() && told.contains(sentence), "{told}");
    };
    refuses(&["alias/shomei-key-1", "--listed", &first], "key-1 is listed as another key");
    refuses(&["alias/shomei-key-3", "--listed", &both], "listed already, as key-2");
    refuses(&["alias/shomei-key-2", "--listed", "key-1"], "is no key");
    cloud.will_refuse("kms:GetPublicKey", "NotFoundException");
    refuses(&["alias/shomei-key-9"], "KMS NotFoundException");
}
