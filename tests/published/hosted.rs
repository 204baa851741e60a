//! Open Badges 2.0 beside 3.0: the same badge, and only while it is public.

use openbadges::{
    Text, bake,
    identity::{IdentityHash, Salt},
};
use shomei_core::badge::Visibility;

use super::{announced, claimed, get, header, json, verify};

#[tokio::test]
async fn the_hosted_form_says_what_the_signed_one_says() {
    let world = announced(false).await;
    let badge = claimed(&world, "ichiro@example.jp", Visibility::PublicWithoutName).await;
    let verify = verify(&world);
    let path = |url: &str| url.strip_prefix("https://badges.example.jp").unwrap().to_owned();
    let signed = json(&get(&verify, &format!("/badges/{badge}.json")).await);
    let answer = get(&verify, &format!("/badges/{badge}.v2.json")).await;
    assert_eq!(
        [
            header(&answer, "content-type"),
            header(&answer, "cache-control"),
            header(&answer, "access-control-allow-origin")
        ],
        ["application/ld+json", "no-cache", "*"]
    );
    let assertion = json(&answer);
    assert_eq!(assertion["issuedOn"], signed["awardedDate"]);
    assert_eq!(
        assertion["recipient"]["identity"],
        signed["credentialSubject"]["identifier"][0]["identityHash"]
    );
    let salt = Salt::from_text(Text::parse(assertion["recipient"]["salt"].as_str().unwrap()).unwrap());
    let hash = IdentityHash::of("ichiro@example.jp", &salt);
    assert_eq!(assertion["recipient"]["identity"], hash.as_str());
    assert_eq!(assertion["related"]["id"], format!("https://badges.example.jp/badges/{badge}.json"));

    let class = json(&get(&verify, &path(assertion["badge"].as_str().unwrap())).await);
    assert_eq!(class["id"], assertion["badge"]);
    assert_eq!(class["name"], signed["credentialSubject"]["achievement"]["name"]);
    let issuer = json(&get(&verify, &path(class["issuer"].as_str().unwrap())).await);
    assert_eq!((&issuer["id"], &issuer["name"]), (&class["issuer"], &signed["issuer"]["name"]));
    assert_eq!(get(&verify, &path(class["image"].as_str().unwrap())).await.status(), 200);
}

#[tokio::test]
async fn the_picture_carries_both_forms() {
    let world = announced(false).await;
    let badge = claimed(&world, "ichiro@example.jp", Visibility::Public).await;
    let verify = verify(&world);
    let picture = get(&verify, &format!("/badges/{badge}.png")).await;
    let chunks = openbadges::png_chunks::chunks(picture.body()).unwrap();
    let texts: Vec<(&[u8], &[u8])> = chunks
        .iter()
        .filter(|chunk| &chunk.kind == b"iTXt")
        .map(|chunk| {
            let place = chunk.data.iter().position(|byte| *byte == 0).unwrap();
            let (keyword, rest) = chunk.data.split_at(place);
            (keyword, rest.strip_prefix(&[0; 5]).unwrap())
        })
        .collect();
    let (signed, hosted) = (
        get(&verify, &format!("/badges/{badge}.json")).await,
        get(&verify, &format!("/badges/{badge}.v2.json")).await,
    );
    let expected: [(&[u8], &[u8]); 2] =
        [(bake::KEYWORD.as_bytes(), signed.body()), (bake::KEYWORD_2.as_bytes(), hosted.body())];
    assert_eq!(texts, expected);
}
