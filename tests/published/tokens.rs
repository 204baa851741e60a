//! Badges as signed tokens: made when a badge is issued or by the step that makes missing ones, never by reading.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use openbadges::jwt;
use serde_json::Value;
use shomei_core::{
    badge::{AnyBadge, Visibility},
    issuance::{self, Call},
    store::Failure,
};
use shomei_tests::{
    audit::Census,
    faults::{Fault, Faulty, Plan},
    month,
    world::World,
};

use super::{announced, claimed, get, header, json, verify};

fn part(token: &str, place: usize) -> Value {
    let part = token.split('.').nth(place).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[tokio::test]
async fn a_public_badge_is_a_token_too_and_its_key_is_where_the_header_says() {
    let world = announced(true).await;
    let badge = claimed(&world, "ichiro@example.jp", Visibility::Public).await;
    let verify = verify(&world);
    let answer = get(&verify, &format!("/badges/{badge}.jwt")).await;
    assert_eq!((answer.status().as_u16(), header(&answer, "content-type")), (200, "application/jwt"));
    let token = String::from_utf8(answer.body().to_vec()).unwrap();

    let head = part(&token, 0);
    let kid = head["kid"].as_str().unwrap();
    assert_eq!(head, serde_json::json!({ "alg": "ES256", "kid": kid, "typ": "JWT" }));
    let jwk = json(&get(&verify, kid.strip_prefix("https://badges.example.jp").unwrap()).await);
    assert_eq!(json(&get(&verify, "/.well-known/jwks.json").await)["keys"], serde_json::json!([jwk]));

    let (mut payload, signed) =
        (part(&token, 1), json(&get(&verify, &format!("/badges/{badge}.json")).await));
    for (claim, member) in [("iss", "/issuer/id"), ("jti", "/id"), ("sub", "/credentialSubject/id")] {
        assert_eq!(
            payload.as_object_mut().unwrap().remove(claim).as_ref(),
            signed.pointer(member),
            "{claim}"
        );
    }
    let from: jiff::Timestamp = signed["validFrom"].as_str().unwrap().parse().unwrap();
    assert_eq!(payload.as_object_mut().unwrap().remove("nbf"), Some(from.as_second().into()));
    let mut unsigned = signed;
    unsigned.as_object_mut().unwrap().remove("proof");
    assert_eq!(payload, unsigned, "the token says what the credential says");
}

#[tokio::test]
async fn no_token_without_a_key_and_none_of_a_private_badge() {
    let without = announced(false).await;
    let badge = claimed(&without, "ichiro@example.jp", Visibility::Public).await;
    assert_eq!(get(&verify(&without), &format!("/badges/{badge}.jwt")).await.status(), 404);
    let keys = json(&get(&verify(&without), "/.well-known/jwks.json").await);
    assert_eq!(keys, serde_json::json!({ "keys": [] }));

    let with = announced(true).await;
    let badge = claimed(&with, "ichiro@example.jp", Visibility::Private).await;
    assert_eq!(get(&verify(&with), &format!("/badges/{badge}.jwt")).await.status(), 404);
}

async fn make_missing(world: &World) -> Result<issuance::Tokens, Failure> {
    let ports = Faulty::new(world, None);
    issuance::tokens(ports.issuance(), month::scheduled(), &Call::default()).await
}

/// The names of the keys that signed the tokens of all badges, and of what is public.
async fn signers(world: &World) -> Vec<Option<String>> {
    let census = Census::take(&world.store).await;
    let name = |token: &Option<String>| token.as_deref().and_then(jwt::key_name);
    let badges = census.badges.values().map(|badge| match badge {
        AnyBadge::Unclaimed(badge) => name(&badge.token),
        AnyBadge::Claimed(badge) => name(&badge.token),
        AnyBadge::Deleted(_) => panic!("nothing was deleted"),
    });
    badges.chain(census.public.values().map(|public| name(&public.token))).collect()
}

#[tokio::test]
async fn badges_of_before_get_their_tokens_by_one_step_and_new_ones_when_the_key_changes() {
    let mut world = announced(false).await;
    claimed(&world, "ichiro@example.jp", Visibility::Public).await;
    assert!(matches!(make_missing(&world).await, Err(Failure::NeedsPerson(_))));
    assert_eq!(signers(&world).await, vec![None; 5]);

    for key in ["token-1", "token-2"] {
        world.give_out_tokens(key);
        let made = make_missing(&world).await.unwrap();
        assert_eq!((made.signed, made.finished), (4, true));
        let expected = Some(format!("https://badges.example.jp/keys/{key}"));
        assert_eq!(signers(&world).await, vec![expected; 5]);
        assert_eq!(make_missing(&world).await.unwrap().signed, 0, "nothing is signed twice");
    }
}

#[tokio::test]
async fn whatever_fails_while_tokens_are_made_the_next_call_makes_the_rest() {
    let mut begun = announced(false).await;
    claimed(&begun, "ichiro@example.jp", Visibility::Public).await;
    begun.give_out_tokens("token-1");
    let operations = {
        let world = begun.copy().await;
        let ports = Faulty::new(&world, None);
        issuance::tokens(ports.issuance(), month::scheduled(), &Call::default()).await.unwrap();
        ports.operations().len()
    };
    assert!(operations > 4);
    let mut failed = 0;
    for at in 0..operations {
        for fault in [Fault::Before, Fault::After] {
            let world = begun.copy().await;
            let ports = Faulty::new(&world, Some(Plan { at, fault, dies: true }));
            let outcome = issuance::tokens(ports.issuance(), month::scheduled(), &Call::default()).await;
            failed += usize::from(outcome.is_err());
            make_missing(&world).await.unwrap();
            let expected = Some("https://badges.example.jp/keys/token-1".to_owned());
            assert_eq!(signers(&world).await, vec![expected; 5], "{at} {fault:?}");
        }
    }
    assert!(failed > operations / 2, "{failed} of {operations} failed");
}
