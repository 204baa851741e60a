use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use openbadges::jwt::{Algorithm, SecretTokenKey};
use serde_json::json;
use shomei_aws::kms::{AnyPublicKey, KmsNameMatchKey, KmsSigner, KmsTokenSigner, public_key};
use shomei_core::{
    badge::BadgeId,
    ports::{NameMatchKey as _, SignError, Signer as _, TokenSigner as _},
};

use shomei_tests::cloud::sdk;

use super::{cloud, key};

const KEY_ID: &str = "arn:aws:kms:ap-northeast-1:123456789012:key/1234";

#[tokio::test]
async fn a_signature_is_pure_ed25519_over_the_very_bytes() {
    let (cloud, sdk) = cloud().await;
    let signer = KmsSigner::of(&sdk, KEY_ID, "key-1");
    let signature = signer.sign(&[7; 64]).await.unwrap();
    key().public().verify(&[7; 64], &signature).unwrap();
    assert_eq!(signer.fragment(), "key-1");
    let asked = &cloud.asked()[0];
    assert_eq!(
        asked.body,
        json!({
            "KeyId": KEY_ID,
            "Message": STANDARD.encode([7; 64]),
            "MessageType": "RAW",
            "SigningAlgorithm": "ED25519_SHA_512",
        })
    );
    assert_eq!(public_key(&sdk, KEY_ID).await.unwrap(), AnyPublicKey::OfBadges(key().public()));
}

#[tokio::test]
async fn throttling_is_waited_out() {
    let (cloud, sdk) = cloud().await;
    for _ in 0..3 {
        cloud.will_refuse("kms:Sign", "ThrottlingException");
    }
    KmsSigner::of(&sdk, KEY_ID, "key-1").sign(&[7; 64]).await.unwrap();
    assert_eq!(cloud.times("kms:Sign"), 4);
    for _ in 0..20 {
        cloud.will_refuse("kms:Sign", "ThrottlingException");
    }
    let error = KmsSigner::of(&sdk, KEY_ID, "key-1").sign(&[7; 64]).await.unwrap_err();
    assert!(matches!(&error, SignError::Unavailable(_)), "{error:?}");
    assert_eq!(error.to_string(), "the signer did not answer: KMS ThrottlingException");
    assert_eq!(cloud.times("kms:Sign"), 4 + 8);
}

#[tokio::test]
async fn what_no_repetition_mends_needs_a_person() {
    let (cloud, sdk) = cloud().await;
    let signer = KmsSigner::of(&sdk, KEY_ID, "key-1");
    let codes = [
        "DisabledException",
        "NotFoundException",
        "InvalidKeyUsageException",
        "KMSInvalidStateException",
        "AccessDeniedException",
        "ValidationException",
        "UnrecognizedClientException",
    ];
    for code in codes {
        cloud.will_refuse("kms:Sign", code);
        let error = signer.sign(&[7; 64]).await.unwrap_err();
        assert_eq!(error.to_string(), format!("the signer refused: KMS {code}"));
    }
    assert_eq!(cloud.times("kms:Sign"), codes.len(), "none is asked twice");
    let short = json!({ "Signature": STANDARD.encode([1; 63]) });
    cloud.will_answer("kms:Sign", 200, short);
    let error = signer.sign(&[7; 64]).await.unwrap_err();
    assert!(matches!(&error, SignError::Refused(_)) && error.to_string().contains("63 bytes"), "{error}");
}

#[tokio::test]
async fn a_silent_service_is_asked_again_later() {
    // Nobody listens there.
    let signer = KmsSigner::of(&sdk("127.0.0.1:9"), KEY_ID, "key-1");
    let error = signer.sign(&[7; 64]).await.unwrap_err();
    assert!(matches!(error, SignError::Unavailable(_)), "{error:?}");
}

#[tokio::test]
async fn calls_in_flight_are_bounded() {
    let (cloud, sdk) = cloud().await;
    let signer = KmsSigner::of(&sdk, KEY_ID, "key-1");
    let signatures = futures::future::join_all((0..64_u8).map(|byte| {
        let signer = &signer;
        async move { signer.sign(&[byte; 64]).await.unwrap() }
    }))
    .await;
    for (byte, signature) in (0..).zip(signatures) {
        key().public().verify(&[byte; 64], &signature).unwrap();
    }
    assert!((2..=8).contains(&cloud.most_in_flight()), "{}", cloud.most_in_flight());
}

#[tokio::test]
async fn a_key_of_another_kind_is_not_taken() {
    let (cloud, sdk) = cloud().await;
    cloud.will_answer("kms:GetPublicKey", 200, json!({ "KeySpec": "SYMMETRIC_DEFAULT", "PublicKey": "" }));
    let error = public_key(&sdk, KEY_ID).await.unwrap_err().to_string();
    assert!(error.contains("neither ECC_NIST_EDWARDS25519"), "{error}");
    cloud.will_refuse("kms:GetPublicKey", "NotFoundException");
    let error = public_key(&sdk, KEY_ID).await.unwrap_err();
    assert_eq!(error.to_string(), "the signer refused: KMS NotFoundException");
}

/// As KMS writes a signature: two numbers of at most 33 bytes.
fn der(signature: &[u8]) -> Vec<u8> {
    let number = |half: &[u8]| {
        let number: Vec<u8> = half.iter().copied().skip_while(|byte| *byte == 0).collect();
        let sign: &[u8] = if number.first().is_some_and(|byte| *byte >= 0x80) { &[0] } else { &[] };
        let length = u8::try_from(sign.len() + number.len()).unwrap();
        [&[2, length][..], sign, &number].concat()
    };
    let (r, s) = signature.split_at(32);
    let both = [number(r), number(s)].concat();
    [&[0x30, u8::try_from(both.len()).unwrap()][..], &both].concat()
}

#[tokio::test]
async fn a_token_is_signed_by_its_digest_and_the_signature_becomes_that_of_jws() {
    let (cloud, sdk) = cloud().await;
    let secret = SecretTokenKey::from_pkcs8(&SecretTokenKey::generate().unwrap()).unwrap();
    let input = vec![b'a'; 5_000];
    cloud.will_answer(
        "kms:Sign",
        200,
        json!({ "Signature": STANDARD.encode(der(&secret.sign(&input).unwrap())) }),
    );
    let signer = KmsTokenSigner::of(&sdk, KEY_ID, "token-1", Algorithm::Es256);
    let signature = signer.sign(&input).await.unwrap();
    secret.public().unwrap().verify(&input, &signature).unwrap();
    let asked = cloud.asked().pop().unwrap();
    let expected = |algorithm: &str| {
        json!({
            "KeyId": KEY_ID,
            "Message": STANDARD.encode(digest(&SHA256, &input)),
            "MessageType": "DIGEST",
            "SigningAlgorithm": algorithm,
        })
    };
    assert_eq!(asked.body, expected("ECDSA_SHA_256"));

    // A signature by RSA is as JWS wants it, whatever it is.
    cloud.will_answer("kms:Sign", 200, json!({ "Signature": STANDARD.encode([9; 256]) }));
    let signer = KmsTokenSigner::of(&sdk, KEY_ID, "token-2", Algorithm::Rs256);
    assert_eq!(signer.sign(&input).await.unwrap(), vec![9; 256]);
    assert_eq!(cloud.asked().pop().unwrap().body, expected("RSASSA_PKCS1_V1_5_SHA_256"));

    cloud.will_answer("kms:Sign", 200, json!({ "Signature": STANDARD.encode([9; 64]) }));
    let signer = KmsTokenSigner::of(&sdk, KEY_ID, "token-1", Algorithm::Es256);
    assert!(matches!(signer.sign(&input).await, Err(SignError::Refused(_))));
}

#[tokio::test]
async fn the_public_half_of_a_token_key_is_read_too() {
    let (cloud, sdk) = cloud().await;
    let public = SecretTokenKey::from_pkcs8(&SecretTokenKey::generate().unwrap()).unwrap().public().unwrap();
    let document = STANDARD.encode(public.spki());
    cloud.will_answer("kms:GetPublicKey", 200, json!({ "KeySpec": "ECC_NIST_P256", "PublicKey": document }));
    assert_eq!(public_key(&sdk, KEY_ID).await.unwrap(), AnyPublicKey::OfTokens(public));
}

#[tokio::test]
async fn each_badge_has_a_key_of_its_own_for_comparing_names() {
    let (cloud, sdk) = cloud().await;
    let key = KmsNameMatchKey::of(&sdk, KEY_ID);
    let badge = BadgeId::parse("00000000-0000-4000-8000-000000000001").unwrap();
    cloud.will_answer("kms:GenerateMac", 200, json!({ "Mac": STANDARD.encode([5; 32]) }));
    assert_eq!(key.of_badge(&badge).await.unwrap(), [5; 32]);
    assert_eq!(
        cloud.asked()[0].body,
        json!({
            "KeyId": KEY_ID,
            "Message": STANDARD.encode(format!("name-match#{badge}")),
            "MacAlgorithm": "HMAC_SHA_256",
        })
    );
    for code in
        ["DisabledException", "NotFoundException", "KMSInvalidStateException", "AccessDeniedException"]
    {
        cloud.will_refuse("kms:GenerateMac", code);
        let error = key.of_badge(&badge).await.unwrap_err();
        assert!(matches!(&error, SignError::Refused(_)), "{code}: {error:?}");
    }
    for mac in [&[5; 31][..], &[], &[5; 64]] {
        cloud.will_answer("kms:GenerateMac", 200, json!({ "Mac": STANDARD.encode(mac) }));
        assert!(matches!(key.of_badge(&badge).await.unwrap_err(), SignError::Refused(_)));
    }
    // Somebody waits for it in front of a page.
    for _ in 0..9 {
        cloud.will_refuse("kms:GenerateMac", "ThrottlingException");
    }
    let before = cloud.times("kms:GenerateMac");
    let error = key.of_badge(&badge).await.unwrap_err();
    assert!(matches!(&error, SignError::Unavailable(_)), "{error:?}");
    assert_eq!(cloud.times("kms:GenerateMac") - before, 3);
}
