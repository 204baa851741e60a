//! The recorded events: each is read as the platform's runtime reads it, and answered by the real function on a store
//! where the samples of `events/` went through October's run. The replies stand in `events.expected.json`; after a change
//! that is meant, `UPDATE_GOLDEN=1 cargo test -p shomei-tests --test events` writes them anew.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod functions;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    sync::Arc,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use lambda_http::Body;
use serde_json::{Map, Value, json};
use shomei_aws::machine::SystemEntropy;
use shomei_core::{
    address::MailAddress,
    badge::{AnyBadge, Badge, BadgeId},
    office::{Role, session::OfficeSession},
    store,
    token::{ClaimGrant, Token},
    wallet::{AddressHash, AddressOwner, SESSION_VALIDITY, Session, Wallet},
};
use shomei_http::Response;
use shomei_local::embedded::Store;
use shomei_tests::{audit::Census, mails::EVENT_TYPES, world::World};
use tempfile::TempDir;

use crate::functions::{
    Functions, Ports,
    request::{STAFF, request},
};

/// The reply to each event: of a request its status, headers and content (of pages the title, of pictures the size, of archives
/// how many files), of a step what it tells the scheduler.
const EXPECTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/events.expected.json");

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../events"))
}

/// The names of all files in `events/`, in order.
fn files() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_file())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The names of the recorded events, `FUNCTION.CASE.json`, in order.
fn events() -> Vec<String> {
    files().into_iter().filter(|name| name.matches('.').count() == 2).collect()
}

/// The functions, after October, on the day on which the events were recorded. The store goes with the folder.
async fn after_october() -> (Functions, TempDir) {
    let World { store, key, token_key: _, outbox, clock, entropy, programme, folder } = World::new().await;
    clock.jump(22 * 24 * 3_600);
    let functions = Functions::on(Ports {
        table: Arc::new(store.table.clone()),
        signer: Arc::new(key),
        mailer: Arc::new(outbox),
        clock: Arc::new(clock),
        entropy: Arc::new(entropy),
        programme,
    });
    for achievement in achievements() {
        let body = achievement.to_string();
        let json = [("content-type", "application/json")];
        let response =
            functions.intake.handle(request("POST", "/achievements", &json, body.as_bytes())).await;
        assert_eq!(response.status(), 201, "{:?}", response.body());
    }
    let list = fs::read(self::folder().join("candidates-2026-10.csv")).unwrap();
    let bytes = [("content-type", "application/octet-stream")];
    let response = functions.intake.handle(request("POST", "/candidates", &bytes, &list)).await;
    assert_eq!(response.status(), 200, "{:?}", response.body());
    functions.run("2026-11-01T00:00:00Z").await.unwrap();
    mailed(&store).await;
    told_of(&store).await;
    signed_in(&store).await;
    (functions, folder)
}

/// The link that was recorded is one that was mailed, about some badge.
async fn mailed(store: &Store) {
    let recorded = fs::read_to_string(folder().join("claim.accept-public.json")).unwrap();
    let recorded: Value = serde_json::from_str(&recorded).unwrap();
    let text = recorded.get("rawPath").and_then(Value::as_str).unwrap().rsplit('/').next().unwrap();
    let census = Census::take(store).await;
    let badge = census.badges.keys().next().unwrap().clone();
    let expires = "2027-05-01T00:00:00Z".parse().unwrap();
    let grant = ClaimGrant { token: Token::parse(text).unwrap().hash(), badge, expires };
    let writes = vec![store::create(&grant).unwrap()];
    store::commit(&store.table, &SystemEntropy, writes).await.unwrap();
}

/// The badge that SES tells of in the recorded events is there, and waits.
async fn told_of(store: &Store) {
    let recorded = fs::read_to_string(folder().join("delivery.bounce-hard.json")).unwrap();
    let recorded: Value = serde_json::from_str(&recorded).unwrap();
    let message = recorded.pointer("/Records/0/Sns/Message").and_then(Value::as_str).unwrap();
    let message: Value = serde_json::from_str(message).unwrap();
    let id = BadgeId::parse(message.pointer("/mail/tags/badge/0").and_then(Value::as_str).unwrap()).unwrap();
    let census = Census::take(store).await;
    let waiting = census.badges.into_values().find_map(|badge| match badge {
        AnyBadge::Unclaimed(badge) => Some(AnyBadge::Unclaimed(Badge { id: id.clone(), ..badge })),
        _ => None,
    });
    let writes = vec![store::create(&waiting.unwrap()).unwrap()];
    store::commit(&store.table, &SystemEntropy, writes).await.unwrap();
}

/// The browsers that were recorded are signed in to one wallet, which holds nothing.
async fn signed_in(store: &Store) {
    let since = "2026-11-20T00:00:00Z".parse().unwrap();
    let address = MailAddress::mend("mihon@example.jp").unwrap().address;
    let wallet = Wallet::open(&SystemEntropy, address.clone(), since);
    let owner = AddressOwner { address: AddressHash::of(&address), wallet: wallet.id.clone() };
    let mut writes = vec![store::create(&wallet).unwrap(), store::create(&owner).unwrap()];
    for name in ["claim.wallet.json", "claim.sign-out.json"] {
        let event: Value = serde_json::from_str(&fs::read_to_string(folder().join(name)).unwrap()).unwrap();
        let cookie = event.pointer("/cookies/0").and_then(Value::as_str).unwrap();
        let token = Token::parse(cookie.split('=').nth(1).unwrap()).unwrap().hash();
        let expires = since.checked_add(SESSION_VALIDITY).unwrap();
        let (id, address, round) = (wallet.id.clone(), AddressHash::of(&address), wallet.round);
        writes.push(store::create(&Session { token, wallet: id, address, round, since, expires }).unwrap());
    }
    writes.push(at_a_desk(since));
    store::commit(&store.table, &SystemEntropy, writes).await.unwrap();
}

/// A browser of the staff that was recorded is signed in.
fn at_a_desk(since: jiff::Timestamp) -> shomei_core::ports::Write {
    let recorded = fs::read_to_string(folder().join("intake.office.json")).unwrap();
    let event: Value = serde_json::from_str(&recorded).unwrap();
    let cookie = event.pointer("/cookies/0").and_then(Value::as_str).unwrap();
    let token = Token::parse(cookie.split('=').nth(1).unwrap()).unwrap().hash();
    let expires = since.checked_add(SESSION_VALIDITY).unwrap();
    let (subject, role) = (STAFF.to_owned(), Role::Clerk);
    store::create(&OfficeSession { token, subject, role, expires }).unwrap()
}

/// The sample achievements as they stand in the file.
fn samples() -> Vec<Map<String, Value>> {
    let text = fs::read_to_string(folder().join("achievements.json")).unwrap();
    let mut file: Map<String, Value> = serde_json::from_str(&text).unwrap();
    serde_json::from_value(file.remove("achievements").unwrap()).unwrap()
}

/// The name of an achievement's picture, such as `artwork/pm-foundation.png`.
fn picture(achievement: &Map<String, Value>) -> &str {
    achievement.get("artworkFile").and_then(Value::as_str).unwrap()
}

/// The sample achievements as the API takes them.
fn achievements() -> Vec<Value> {
    samples()
        .into_iter()
        .map(|mut achievement| {
            let bytes = fs::read(folder().join(picture(&achievement))).unwrap();
            achievement.remove("artworkFile");
            achievement.insert("artwork".to_owned(), STANDARD.encode(bytes).into());
            Value::Object(achievement)
        })
        .collect()
}

/// What the function that an event is named after answers.
async fn replay(functions: &Functions, name: &str) -> Value {
    let text = fs::read_to_string(folder().join(name)).unwrap();
    let function = name.split('.').next().unwrap();
    if function == "issuance" {
        let event = serde_json::from_str(&text).unwrap();
        return match functions.issuance.receive(event, None).await {
            Ok(outcome) => serde_json::to_value(&outcome).unwrap(),
            Err(failure) => json!({ "errorType": failure.kind(), "errorMessage": failure.to_string() }),
        };
    }
    if function == "delivery" {
        return match functions.delivery.handle(serde_json::from_str(&text).unwrap()).await {
            Ok(heard) => serde_json::to_value(heard).unwrap(),
            Err(failure) => json!({ "errorType": failure.kind(), "errorMessage": failure.to_string() }),
        };
    }
    let request = lambda_http::request::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let answer = functions.answer(function, request).await;
    reply(&answer.unwrap_or_else(|| panic!("{name}: no function is called {function}")))
}

fn reply(response: &Response) -> Value {
    let headers: BTreeMap<&str, &str> =
        response.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    let media_type = headers.get("content-type").copied().unwrap_or_default();
    let body = match response.body() {
        Body::Text(text) if media_type.contains("json") => serde_json::from_str(text).unwrap(),
        Body::Text(text) if media_type.starts_with("text/html") => {
            let title = text.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next());
            title.unwrap_or_else(|| panic!("a page without a title: {text}")).into()
        }
        Body::Text(text) => text.as_str().into(),
        // Its records hold names that are random.
        Body::Binary(bytes) if media_type == "application/zip" => {
            let files = bytes.windows(4).filter(|window| window == b"PK\x03\x04").count();
            format!("{files} files").into()
        }
        Body::Binary(bytes) => format!("{} bytes", bytes.len()).into(),
        _ => Value::Null,
    };
    json!({ "status": response.status().as_u16(), "headers": headers, "body": body })
}

#[tokio::test]
async fn every_event_is_answered_as_expected() {
    let (functions, _folder) = after_october().await;
    let mut answers = BTreeMap::new();
    for name in events() {
        let answer = replay(&functions, &name).await;
        answers.insert(name, answer);
    }
    #[expect(clippy::disallowed_methods, reason = "a person asks for new golden files by it")]
    if std::env::var("UPDATE_GOLDEN").is_ok() {
        fs::write(EXPECTED, format!("{}\n", serde_json::to_string_pretty(&answers).unwrap())).unwrap();
        return;
    }
    let expected: BTreeMap<String, Value> =
        serde_json::from_str(&fs::read_to_string(EXPECTED).unwrap()).unwrap();
    assert_eq!(
        events(),
        expected.keys().cloned().collect::<Vec<_>>(),
        "events, and what is expected of them"
    );
    answers.retain(|name, answer| expected.get(name) != Some(answer));
    assert_eq!(answers, BTreeMap::new(), "these are answered otherwise");
}

/// A function that is only ever recorded succeeding, or only refusing, is half recorded.
#[test]
fn every_function_is_recorded_succeeding_and_refusing() {
    let expected: BTreeMap<String, Value> =
        serde_json::from_str(&fs::read_to_string(EXPECTED).unwrap()).unwrap();
    let succeeds = |answer: &Value| match answer.get("status") {
        Some(status) => status.as_u64().unwrap() < 400,
        None => answer.get("errorType").is_none(),
    };
    for function in ["intake", "issuance", "claim", "delivery", "reissue", "verify"] {
        let of_function = expected.iter().filter(|(name, _)| name.split('.').next() == Some(function));
        let kinds: BTreeSet<bool> = of_function.map(|(_, answer)| succeeds(answer)).collect();
        assert_eq!(kinds, [false, true].into(), "{function}");
    }
}

#[test]
fn every_event_comes_through_a_route() {
    let routes: BTreeMap<&str, Vec<String>> = BTreeMap::from([
        ("intake", shomei_intake::ROUTES.iter().map(shomei_http::Route::key).collect()),
        ("claim", shomei_claim::ROUTES.iter().map(shomei_http::Route::key).collect()),
        ("reissue", shomei_reissue::ROUTES.iter().map(shomei_http::Route::key).collect()),
        ("verify", shomei_verify::ROUTES.iter().map(shomei_http::Route::key).collect()),
    ]);
    for name in events() {
        let (function, _) = name.split_once('.').unwrap();
        let event: Value = serde_json::from_str(&fs::read_to_string(folder().join(&name)).unwrap()).unwrap();
        match routes.get(function) {
            Some(keys) => {
                let key = event.get("routeKey").and_then(Value::as_str).unwrap_or_default();
                // A route of GET is one of HEAD as well, and what has no route goes to verify.
                let route = key.replacen("HEAD ", "GET ", 1);
                let path = event.get("rawPath").and_then(Value::as_str).unwrap_or_default();
                let of_office = function == "intake"
                    && key.ends_with(&format!(" {}", shomei_intake::OFFICE_PAGES))
                    && path.starts_with("/office/");
                let known = keys.contains(&route) || of_office || (function == "verify" && key == "$default");
                assert!(known, "{name}: {function} has no route {key:?}");
            }
            None => assert!(["issuance", "delivery"].contains(&function), "{name}: no function is called so"),
        }
    }
}

/// Of everything that SES is asked to tell, one is recorded.
#[test]
fn every_sort_of_mail_event_is_recorded() {
    let message = |name: &String| {
        let event: Value = serde_json::from_str(&fs::read_to_string(folder().join(name)).unwrap()).unwrap();
        let message = event.pointer("/Records/0/Sns/Message").and_then(Value::as_str).map(str::to_owned);
        serde_json::from_str::<Value>(&message?).ok()
    };
    let told: Vec<Value> =
        events().iter().filter(|name| name.starts_with("delivery.")).filter_map(message).collect();
    for (name, _) in EVENT_TYPES {
        let recorded = |event: &&Value| event.get("eventType").and_then(Value::as_str) == Some(name);
        assert!(told.iter().any(|event| recorded(&event)), "no event {name} is recorded");
    }
}

#[test]
fn nothing_else_lies_in_the_folder() {
    let samples = samples();
    let pictures: Vec<&str> = samples.iter().map(picture).collect();
    let events = events();
    for name in files() {
        let sample = ["achievements.json", "candidates-2026-10.csv"].contains(&name.as_str());
        assert!(sample || events.contains(&name), "events/{name} is read by nobody");
    }
    for entry in fs::read_dir(folder()).unwrap().map(Result::unwrap) {
        let folder = entry.file_type().unwrap().is_dir();
        assert!(!folder || entry.file_name() == "artwork", "{} is read by nobody", entry.path().display());
    }
    for entry in fs::read_dir(folder().join("artwork")).unwrap().map(Result::unwrap) {
        // The drawing stands beside the picture that is made from it.
        let file = entry.path().with_extension("png");
        let name = format!("artwork/{}", file.file_name().unwrap().to_str().unwrap());
        assert!(pictures.contains(&name.as_str()), "no achievement has the picture {name}");
    }
}
