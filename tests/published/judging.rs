//! `/verify`: one badge or many, from a browser or a program, and nothing of it is kept.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use lambda_http::Body;
use openbadges::jwt::{SecretTokenKey, TokenKey};
use serde_json::Value;
use shomei_core::badge::{BadgeId, Visibility};
use shomei_tests::{audit::contents, world::World};
use shomei_verify::Verify;

use super::{announced, claimed, get, header, json, send, verify};

const BOUNDARY: &str = "limit-of-parts";

type Fields<'a> = Vec<(&'a str, &'a str)>;
type Files<'a> = Vec<(&'a str, &'a [u8])>;

fn links(links: &str) -> (Fields<'_>, Files<'_>) {
    (vec![("link", links)], vec![])
}

fn file<'a>(name: &'a str, content: &'a [u8]) -> (Fields<'a>, Files<'a>) {
    (vec![], vec![(name, content)])
}

/// A form with files, as a browser sends it.
fn form(fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Body {
    let mut body = Vec::new();
    let mut part = |head: String, content: &[u8]| {
        body.extend(format!("--{BOUNDARY}\r\ncontent-disposition: form-data; {head}\r\n\r\n").as_bytes());
        body.extend(content);
        body.extend(b"\r\n");
    };
    for (name, value) in fields {
        part(format!("name=\"{name}\""), value.as_bytes());
    }
    for (name, content) in files {
        part(format!("name=\"file\"; filename=\"{name}\""), content);
    }
    body.extend(format!("--{BOUNDARY}--\r\n").as_bytes());
    Body::Binary(body)
}

async fn judge(verify: &Verify, accept: &str, body: Body) -> shomei_http::Response {
    let media_type = format!("multipart/form-data; boundary={BOUNDARY}");
    send(verify, "POST", "/verify", &[("content-type", &media_type), ("accept", accept)], body).await
}

struct Badge {
    world: World,
    verify: Verify,
    url: String,
    json: Vec<u8>,
    png: Vec<u8>,
    token: Vec<u8>,
    hosted: Vec<u8>,
}

async fn badge() -> Badge {
    let world = announced(true).await;
    let badge = claimed(&world, "ichiro@example.jp", Visibility::Public).await;
    let verify = verify(&world);
    let file = async |ending: &str| get(&verify, &format!("/badges/{badge}{ending}")).await.body().to_vec();
    let (json, png) = (file(".json").await, file(".png").await);
    let (token, hosted) = (file(".jwt").await, file(".v2.json").await);
    Badge {
        url: format!("https://badges.example.jp/badges/{badge}"),
        json,
        png,
        token,
        hosted,
        world,
        verify,
    }
}

fn outcomes(verdict: &Value) -> Vec<(&str, &str)> {
    let checks = verdict["checks"].as_array().unwrap();
    checks
        .iter()
        .map(|check| (check["check"].as_str().unwrap(), check["outcome"].as_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn our_badge_is_valid_in_every_form_and_address() {
    let badge = badge().await;
    for (media_type, file) in [
        ("image/png", &badge.png),
        ("application/json", &badge.json),
        ("application/vc+ld+json", &badge.json),
        ("application/jwt", &badge.token),
        ("application/ld+json", &badge.hosted),
    ] {
        let body = Body::Binary(file.clone());
        let answer = send(&badge.verify, "POST", "/verify", &[("content-type", media_type)], body).await;
        let verdict = json(&answer);
        assert_eq!(verdict["verdict"], "valid", "{media_type}: {verdict}");
        assert!(outcomes(&verdict).iter().all(|(_, outcome)| ["passed", "not-applicable"].contains(outcome)));
        assert_eq!(header(&answer, "cache-control"), "no-store");
        assert_eq!(header(&answer, "access-control-allow-origin"), "*");
    }
    for address in ["", ".json", ".png", ".jwt", ".v2.json"].map(|ending| format!("{}{ending}", badge.url)) {
        let answer = judge(&badge.verify, "application/json", form(&[("link", &address)], &[])).await;
        assert_eq!(json(&answer)["verdict"], "valid", "{address}");
    }
}

#[tokio::test]
async fn a_changed_badge_is_not_valid_and_the_page_says_why() {
    let badge = badge().await;
    let changed = String::from_utf8(badge.json.clone()).unwrap().replace("基礎", "宇宙飛行士");
    let answer = judge(&badge.verify, "text/html", form(&[], &[("badge.json", changed.as_bytes())])).await;
    let page = String::from_utf8(answer.body().to_vec()).unwrap();
    assert_eq!(answer.status(), 200);
    assert!(page.contains("badge.json") && !page.contains("有効なバッジです"));
    let answer =
        judge(&badge.verify, "application/json", form(&[], &[("badge.json", changed.as_bytes())])).await;
    let verdict = json(&answer);
    assert_eq!(verdict["verdict"], "not-valid");
    assert!(outcomes(&verdict).contains(&("signature", "failed")));
}

#[tokio::test]
async fn whose_badge_it_is_is_a_check_of_its_own() {
    let badge = badge().await;
    for (asked, verdict, outcome) in [
        ("ichiro@example.jp", "valid", "passed"),
        ("ICHIRO@example.jp", "valid", "passed"),
        ("futaba@example.jp", "not-valid", "failed"),
        ("", "valid", "not-applicable"),
    ] {
        let form = form(&[("recipient", asked)], &[("badge.png", &badge.png)]);
        let answer = json(&judge(&badge.verify, "application/json", form).await);
        assert_eq!(answer["verdict"], verdict, "{asked}");
        assert!(outcomes(&answer).contains(&("recipient", outcome)), "{asked}");
    }
}

#[tokio::test]
async fn what_a_stranger_hosts_could_not_be_checked_where_fetching_is_off() {
    let badge = badge().await;
    let stranger =
        String::from_utf8(badge.hosted.clone()).unwrap().replace("badges.example.jp", "other.example");
    let form = form(&[], &[("stranger.json", stranger.as_bytes())]);
    let verdict = json(&judge(&badge.verify, "application/json", form).await);
    assert_eq!(verdict["verdict"], "could-not-check", "{verdict}");
}

#[tokio::test]
async fn many_become_a_table_and_a_spreadsheet() {
    let badge = badge().await;
    let list = format!("氏名,リンク\r\n見本 一郎,{}\r\n見本 二葉,https://other.example/badge\r\n", badge.url);
    let files: &[(&str, &[u8])] = &[
        ("list.csv", list.as_bytes()),
        ("a.png", &badge.png),
        ("b.json", b"no badge"),
        ("c.jwt", &badge.token),
    ];
    let answer = judge(&badge.verify, "application/json", form(&[("format", "json")], files)).await;
    let results = json(&answer);
    let results = results["results"].as_array().unwrap();
    let verdicts: Vec<_> = results.iter().map(|result| result["verdict"]["verdict"].as_str()).collect();
    assert_eq!(
        verdicts,
        [Some("valid"), Some("could-not-check"), Some("valid"), Some("not-valid"), Some("valid")]
    );

    let answer = judge(&badge.verify, "text/html", form(&[("format", "csv")], files)).await;
    assert_eq!(header(&answer, "content-type"), "text/csv; charset=utf-8");
    let table = String::from_utf8(answer.body().to_vec()).unwrap();
    assert!(table.starts_with('\u{feff}'));
    assert_eq!(table.matches("\r\n").count(), 6, "{table}");

    let page = judge(&badge.verify, "text/html", form(&[], files)).await;
    let page = String::from_utf8(page.body().to_vec()).unwrap();
    assert!(page.contains("a.png") && page.contains("other.example"));
}

/// A program must know what it gets before it asks: one verdict for what is given alone, a list for all else.
#[tokio::test]
async fn the_request_alone_decides_the_form_of_the_answer_and_the_schema_has_both() {
    let badge = badge().await;
    let schema = json(&get(&badge.verify, "/verify/schema.json").await);
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let url = badge.url.as_str();
    let twice = format!("{url}\n{url}");
    let gone = "https://badges.example.jp/badges/unknown";
    let alone: [(Fields<'_>, Files<'_>); 8] = [
        links(url),
        links("https://other.example/badge"),
        links(gone),
        links("no link"),
        file("badge.png", &badge.png),
        file("badge.json", b"no badge"),
        // Badges that were saved as text are no lists of the links in them.
        file("badge.txt", &badge.json),
        file("badge.txt", &badge.token),
    ];
    for (fields, files) in &alone {
        let answer = json(&judge(&badge.verify, "application/json", form(fields, files)).await);
        assert!(validator.is_valid(&answer) && answer["verdict"].is_string(), "{fields:?} {answer}");
        assert_eq!(answer.get("checks").is_some(), answer.get("unavailable").is_none(), "{answer}");
    }
    let several: [(Fields<'_>, Files<'_>); 6] = [
        links(&twice),
        file("list.csv", url.as_bytes()),
        file("list.txt", b"https://other.example/badge"),
        (vec![("link", gone)], vec![("a.json", &badge.json)]),
        (vec![("link", url)], vec![("list.csv", url.as_bytes())]),
        (vec![], vec![("a.json", &badge.json), ("b.json", b"no badge")]),
    ];
    for (fields, files) in &several {
        let answer = json(&judge(&badge.verify, "application/json", form(fields, files)).await);
        assert!(validator.is_valid(&answer) && answer["results"].is_array(), "{fields:?} {answer}");
    }
    for media_type in ["application/json", "image/png"] {
        let body = Body::Binary(b"no badge".to_vec());
        let answer =
            json(&send(&badge.verify, "POST", "/verify", &[("content-type", media_type)], body).await);
        assert!(validator.is_valid(&answer) && answer["checks"].is_array(), "{answer}");
    }
    let answer = json(&judge(&badge.verify, "application/json", form(&[("link", gone)], &[])).await);
    assert_eq!(
        (&answer["verdict"], &answer["unavailable"]["code"]),
        (&"could-not-check".into(), &"status".into())
    );
    assert_eq!(answer["unavailable"]["status"], 404);
}

#[tokio::test]
async fn a_list_without_links_is_told_as_that_and_not_as_a_bad_badge() {
    let badge = badge().await;
    for (name, list) in
        [("list.csv", "氏名,メール\r\n見本,a@example.jp\r\n"), ("empty.TXT", ""), ("list.txt", "eyes")]
    {
        for files in
            [vec![(name, list.as_bytes())], vec![("badge.png", &*badge.png), (name, list.as_bytes())]]
        {
            let answer =
                judge(&badge.verify, "text/html", form(&[("recipient", "hr@example.jp")], &files)).await;
            let page = String::from_utf8(answer.body().to_vec()).unwrap();
            assert_eq!(answer.status(), 422, "{name}");
            assert!(page.contains("リンクが見つかりません") && page.contains("hr@example.jp"), "{name}");
            let answer = judge(&badge.verify, "application/json", form(&[], &files)).await;
            assert_eq!(
                (answer.status().as_u16(), header(&answer, "content-type")),
                (400, "application/problem+json")
            );
        }
    }
}

#[tokio::test]
async fn nothing_and_too_much_are_told_with_what_was_typed_kept() {
    let badge = badge().await;
    let answer = judge(&badge.verify, "text/html", form(&[("recipient", "hr@example.jp")], &[])).await;
    assert_eq!(answer.status(), 422);
    let page = String::from_utf8(answer.body().to_vec()).unwrap();
    assert!(page.contains("hr@example.jp") && page.contains("ファイルを選ぶか"));
    let many: Vec<_> = (0..201).map(|place| format!("https://other.example/{place}")).collect();
    let many = many.join("\n");
    let answer = judge(&badge.verify, "text/html", form(&[("link", &many)], &[])).await;
    assert_eq!(answer.status(), 422);
    assert!(String::from_utf8(answer.body().to_vec()).unwrap().contains("201件"));
    let answer = judge(&badge.verify, "application/json", form(&[], &[])).await;
    assert_eq!(
        (answer.status().as_u16(), header(&answer, "content-type")),
        (400, "application/problem+json")
    );
    let large = Body::Binary(vec![b' '; 5 << 20]);
    let answer = send(&badge.verify, "POST", "/verify", &[("content-type", "application/json")], large).await;
    assert_eq!(answer.status(), 413);
}

/// The mark reaches the published list a little later; our own verdict does not wait for it.
#[tokio::test]
async fn a_badge_is_not_valid_from_the_moment_it_is_deleted() {
    let badge = badge().await;
    let id = badge.url.rsplit('/').next().and_then(BadgeId::parse).unwrap();
    super::gone::delete(&badge.world, &id).await;
    for (media_type, file) in [("application/json", &badge.json), ("application/jwt", &badge.token)] {
        let body = Body::Binary(file.clone());
        let verdict =
            json(&send(&badge.verify, "POST", "/verify", &[("content-type", media_type)], body).await);
        assert_eq!(verdict["verdict"], "not-valid", "{media_type}");
        assert!(outcomes(&verdict).contains(&("revocation", "failed")), "{media_type}");
    }
}

/// Who signs with a key of one's own may write any address into a badge, and borrows no page of ours by that.
#[tokio::test]
async fn a_strangers_badge_never_leads_to_a_page_of_ours() {
    let badge = badge().await;
    let secret = SecretTokenKey::from_pkcs8(&SecretTokenKey::generate().unwrap()).unwrap();
    let TokenKey::P256 { x, y } = secret.public().unwrap() else { panic!("no P-256 key") };
    let text = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let jwk = serde_json::json!({ "kty": "EC", "crv": "P-256", "x": text(&x), "y": text(&y) });
    let issuer = format!("did:jwk:{}", text(jwk.to_string().as_bytes()));
    let mut payload: Value = serde_json::from_slice(&badge.json).unwrap();
    let members = payload.as_object_mut().unwrap();
    members.remove("proof");
    members.remove("credentialStatus");
    payload["issuer"]["id"] = issuer.clone().into();
    payload["iss"] = issuer.clone().into();
    let head = serde_json::json!({ "alg": "ES256", "typ": "JWT", "kid": format!("{issuer}#0") });
    let input = format!("{}.{}", text(head.to_string().as_bytes()), text(payload.to_string().as_bytes()));
    let token = format!("{input}.{}", text(&secret.sign(input.as_bytes()).unwrap()));
    let files: &[(&str, &[u8])] = &[("forged.jwt", token.as_bytes())];
    let verdict = json(&judge(&badge.verify, "application/json", form(&[], files)).await);
    assert_eq!(verdict["verdict"], "valid", "anyone may sign anything with a key of one's own: {verdict}");
    let page = judge(&badge.verify, "text/html", form(&[], files)).await;
    let page = String::from_utf8(page.body().to_vec()).unwrap();
    assert!(!page.contains(&format!("href=\"{}\"", badge.url)), "the page leads to a badge of ours");
    let genuine: &[(&str, &[u8])] = &[("badge.jwt", &badge.token)];
    let page = judge(&badge.verify, "text/html", form(&[], genuine)).await;
    assert!(String::from_utf8(page.body().to_vec()).unwrap().contains(&badge.url));
}

#[tokio::test]
async fn links_are_found_in_whatever_a_spreadsheet_saves() {
    let badge = badge().await;
    let japanese = b"\x8e\x81\x96\xbc,link\r\n\x8c\xa9\x96{ \x88\xea\x98Y,"; // CP932
    let utf_16 = format!("\u{feff}見本 一郎\t{0}\r\n{0}.json", badge.url);
    let lists: [Vec<u8>; 5] = [
        [japanese, badge.url.as_bytes()].concat(),
        format!("見本 一郎\t{}\r\n", badge.url).into_bytes(),
        format!("見本;\"{}\n{}.json\"", badge.url, badge.url).into_bytes(),
        format!("{0},{0}\n", badge.url).into_bytes(),
        utf_16.encode_utf16().flat_map(u16::to_le_bytes).collect(),
    ];
    for (list, links) in lists.iter().zip([1, 1, 2, 1, 2]) {
        let files: &[(&str, &[u8])] = &[("list.csv", list), ("a.json", &badge.json)];
        let answer = json(&judge(&badge.verify, "application/json", form(&[], files)).await);
        let results = answer["results"].as_array().unwrap();
        assert_eq!(results.len(), links + 1, "{answer}");
        assert!(results.iter().all(|result| result["verdict"]["verdict"] == "valid"), "{answer}");
    }
    let twice = form(&[("link", &badge.url), ("link", &format!("{}.json", badge.url))], &[]);
    let answer = json(&judge(&badge.verify, "application/json", twice).await);
    assert_eq!(answer["results"].as_array().unwrap().len(), 2, "every field of links counts");
}

#[tokio::test]
async fn programs_on_other_sites_may_read_what_went_wrong() {
    let badge = badge().await;
    let headers = [("content-type", "application/zip"), ("accept", "application/json")];
    let refused = send(&badge.verify, "POST", "/verify", &headers, Body::Empty).await;
    assert_eq!((refused.status().as_u16(), header(&refused, "access-control-allow-origin")), (415, "*"));
    let unknown = get(&badge.verify, "/badges/unknown.json").await;
    assert_eq!((unknown.status().as_u16(), header(&unknown, "access-control-allow-origin")), (404, "*"));
}

/// Nothing that was given or typed is stored.
#[tokio::test]
async fn judging_writes_nothing() {
    let badge = badge().await;
    let client = badge.world.store.client();
    let before = contents(&client).await;
    let form = form(&[("recipient", "hr@example.jp"), ("link", &badge.url)], &[("badge.png", &badge.png)]);
    assert_eq!(judge(&badge.verify, "text/html", form).await.status(), 200);
    assert_eq!(contents(&client).await, before);
}
