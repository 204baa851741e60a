//! What strangers learn: of a badge that is not public, nothing, not even that it exists.

use std::collections::BTreeSet;

use lambda_http::Body;
use shomei_core::{
    badge::{AnyBadge, BadgeId},
    claim::MAILS_TO_AN_ADDRESS,
    ports::Key,
};
use shomei_http::Response;
use shomei_tests::{
    audit::Census,
    month,
    world::{World, link_in},
};

use crate::{
    browser::Browser,
    functions::{Functions, request::request},
    people, revocations,
    watched::{Operation, Watched},
};

const ACCEPTS: [&str; 8] = [
    "",
    "*/*",
    "text/html,application/xhtml+xml,*/*;q=0.8",
    "application/json",
    "application/vc+ld+json",
    "application/ld+json, application/json;q=0.5",
    "application/vc",
    "image/avif,image/png,*/*;q=0.8",
];
const LANGUAGES: [&str; 3] = ["", "ja,en;q=0.8", "en-GB"];
/// What a badge's address may end in.
const SUFFIXES: [&str; 7] = ["", ".json", ".v2.json", ".jwt", ".png", ".qr.png", ".preview-1.png"];

/// Everything that a stranger can observe, and the work behind it.
#[derive(Debug, PartialEq, Eq)]
struct Observed {
    status: u16,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    /// With the badge's name taken out.
    operations: Vec<Operation>,
}

fn body(response: &Response) -> Vec<u8> {
    match response.body() {
        Body::Text(text) => text.clone().into_bytes(),
        Body::Binary(bytes) => bytes.clone(),
        _ => Vec::new(),
    }
}

async fn observe(
    ports: &Watched,
    functions: &Functions,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
) -> Observed {
    ports.begin(None);
    let response = functions.verify.handle(request(method, path, headers, b"")).await;
    let mut named: Vec<_> = response
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()))
        .collect();
    named.sort();
    let operations = ports.operations().into_iter().map(without_name).collect();
    Observed { status: response.status().as_u16(), headers: named, body: body(&response), operations }
}

fn without_name(operation: Operation) -> Operation {
    let unnamed = |mut key: Key| {
        let name = key.partition.rfind('#').map_or(0, |at| at + 1);
        key.partition.truncate(name);
        key
    };
    match operation {
        Operation::Get(key) => Operation::Get(unnamed(key)),
        Operation::GetMany(keys) => Operation::GetMany(keys.into_iter().map(unnamed).collect()),
        other => other,
    }
}

fn headers<'a>(accept: &'a str, language: &'a str) -> Vec<(&'a str, &'a str)> {
    let both = [("accept", accept), ("accept-language", language)];
    both.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

/// The badges of October: the public one, those that are not, and the one that was and is deleted.
async fn badges(ports: &Watched) -> (BadgeId, Vec<(&'static str, BadgeId)>, BadgeId) {
    let mut public = None;
    let mut gone = None;
    let mut hidden = Vec::new();
    let census = Census::take(&ports.world.store).await;
    for (id, badge) in census.badges {
        match badge {
            AnyBadge::Deleted(_) if census.gone.contains_key(&id) => gone = Some(id),
            AnyBadge::Claimed(badge) if badge.published().is_some() => public = Some(id),
            AnyBadge::Claimed(_) => hidden.push(("private", id)),
            AnyBadge::Unclaimed(_) => hidden.push(("unclaimed", id)),
            AnyBadge::Deleted(_) => hidden.push(("deleted", id)),
        }
    }
    let kinds: Vec<_> = hidden.iter().map(|(kind, _)| *kind).collect();
    for kind in ["private", "unclaimed"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    (public.unwrap(), hidden, gone.unwrap())
}

#[tokio::test]
async fn private_unclaimed_and_unknown_badges_look_the_same() {
    let ports = Watched::new(World::new().await);
    let functions = people::lived(&ports).await;
    // What the issuer revokes before anybody saw it was never there.
    revocations::done(&functions, &ports.world, &people::PEOPLE[3]).await;
    let (public, hidden, gone) = badges(&ports).await;
    let mut names: Vec<(&str, String)> = hidden.iter().map(|(kind, id)| (*kind, id.to_string())).collect();
    names.push(("not public, in capitals", hidden[0].1.to_string().to_uppercase()));
    names.push(("no name of any badge", "first-badge".to_owned()));
    names.push(("not even one word", "%E3%83%90%E3%83%83%E3%82%B8%201".to_owned()));
    names.push(("the name of nothing", BadgeId::of_nothing().to_string()));
    names.push(("public, in capitals", public.to_string().to_uppercase()));

    let unknown = "0b06a6e2-5bd5-4a3e-9d0c-6f8b2a7c4d11";
    for method in ["GET", "HEAD"] {
        for suffix in SUFFIXES {
            // Drawing takes time, and picks no language.
            let accepts = if suffix.starts_with(".preview") { &ACCEPTS[..1] } else { &ACCEPTS[..] };
            for (accept, language) in
                accepts.iter().flat_map(|accept| LANGUAGES.iter().map(move |language| (*accept, *language)))
            {
                let headers = headers(accept, language);
                let case = format!("{method} /badges/…{suffix} {headers:?}");
                let path = |name: &str| format!("/badges/{name}{suffix}");
                let expected = observe(&ports, &functions, method, &path(unknown), &headers).await;
                assert_eq!(expected.status, 404, "{case}");
                for (kind, name) in &names {
                    let observed = observe(&ports, &functions, method, &path(name), &headers).await;
                    assert_eq!(observed, expected, "{case}: {kind}");
                }
                // There is no token: this programme gives out none.
                let there = if suffix == ".jwt" { 404 } else { 200 };
                let shown = observe(&ports, &functions, method, &path(&public.to_string()), &headers).await;
                assert_eq!(shown.status, there, "{case}: public");
                let left = observe(&ports, &functions, method, &path(&gone.to_string()), &headers).await;
                assert_eq!((left.status, &left.operations), (410, &expected.operations), "{case}: gone");
            }
        }
    }
}

/// Nor by asking whether a name is their holder's.
#[tokio::test]
async fn hidden_badges_answer_no_name() {
    let ports = Watched::new(World::new().await);
    let functions = people::lived(&ports).await;
    let (public, hidden, gone) = badges(&ports).await;
    let form = [("content-type", "application/x-www-form-urlencoded")];
    for accept in ["text/html", "application/json"] {
        let mut seen = Vec::new();
        let others = [gone.clone(), BadgeId::of_nothing()];
        for id in hidden.iter().map(|(_, id)| id).chain(&others) {
            ports.begin(None);
            let headers = [form.as_slice(), &[("accept", accept)]].concat();
            let path = format!("/badges/{id}/name-match");
            let response = functions.verify.handle(request("POST", &path, &headers, b"name=x")).await;
            let operations: Vec<_> = ports.operations().into_iter().map(without_name).collect();
            seen.push((response.status().as_u16(), body(&response), operations));
        }
        let [first, others @ ..] = seen.as_slice() else { panic!("nothing was asked") };
        assert!(first.0 == 404 && others.iter().all(|other| other == first), "{accept}: {seen:?}");
    }
    let path = format!("/badges/{public}/name-match");
    let response = functions.verify.handle(request("POST", &path, &form, b"name=x")).await;
    assert_eq!(response.status(), 200, "its holder allows it");
}

/// One path for every parameter of a route: what is there, what is not, and what is not public.
fn paths(route: &str, public: &BadgeId, hidden: &[(&str, BadgeId)], artwork: &str) -> Vec<String> {
    let values: Vec<String> = match route {
        "/badges/{document}" => {
            let ids = hidden.iter().map(|(_, id)| id).chain([public]);
            ids.flat_map(|id| SUFFIXES.map(|suffix| format!("{id}{suffix}"))).collect()
        }
        "/achievements/{document}" => [month::ACHIEVEMENT, "unknown"]
            .iter()
            .flat_map(|id| ["", ".json", ".v2.json", ".png"].map(|suffix| format!("{id}{suffix}")))
            .collect(),
        "/help/{topic}" => ["claim", "all", "unknown"].map(str::to_owned).into(),
        "/artwork/{file}" => {
            vec![artwork.to_owned(), format!("{artwork}.png"), format!("{}.png", "0".repeat(64))]
        }
        "/status/{list}" => vec!["2026-10-0".to_owned(), "2026-10-1".to_owned(), "BADGE".to_owned()],
        "/keys/{key}" => vec!["token-1".to_owned(), "key-1".to_owned()],
        "/assets/{file}" => {
            let style = shomei_pages::STYLESHEET_PATH.rsplit('/').next().unwrap();
            vec![style.to_owned(), "unknown.css".to_owned()]
        }
        route if !route.contains('{') => return vec![route.to_owned()],
        route => panic!("no sample of {route}: add one"),
    };
    let start = route.find('{').unwrap();
    values.into_iter().map(|value| format!("{}{value}", &route[..start])).collect()
}

#[tokio::test]
async fn verify_reads_public_items_and_changes_nothing() {
    let mut world = World::new().await;
    world.give_out_tokens("token-1");
    let ports = Watched::new(world);
    let functions = people::lived(&ports).await;
    let (public, mut hidden, gone) = badges(&ports).await;
    hidden.push(("gone", gone));
    let artwork = Census::take(&ports.world.store).await.artwork[0].id.to_string();
    let mut read = BTreeSet::new();
    for route in shomei_verify::ROUTES.iter().filter(|route| route.method == "GET") {
        let mut found = false;
        for path in paths(route.path, &public, &hidden, &artwork) {
            for (method, accept) in
                ["GET", "HEAD"].iter().flat_map(|method| ACCEPTS.map(|accept| (*method, accept)))
            {
                let headers = headers(accept, "ja");
                ports.begin(None);
                let response = functions.verify.handle(request(method, &path, &headers, b"")).await;
                found |= response.status() == 200;
                for operation in ports.operations() {
                    assert!(!operation.acts(), "{method} {path} {accept}: {operation:?}");
                    for partition in operation.reads() {
                        assert!(partition.starts_with("PUB#"), "{method} {path} {accept} reads {partition}");
                        read.insert(partition.split('#').nth(1).unwrap().to_owned());
                    }
                }
            }
        }
        assert!(found, "{} was never answered", route.key());
    }
    assert_eq!(read, ["ACHIEVEMENT", "ARTWORK", "BADGE", "STATUS"].map(str::to_owned).into());
}

#[tokio::test]
async fn opening_a_link_changes_nothing() {
    let ports = Watched::new(World::new().await);
    let functions = people::lived(&ports).await;
    let mut statuses = Vec::new();
    for path in ["/claim/", "/wallet/sign-in/", "/wallet/prove/"] {
        for token in ports.world.outbox.mails().iter().filter_map(|mail| link_in(&mail.text, path)) {
            for method in ["GET", "HEAD"] {
                ports.begin(None);
                let path = format!("{path}{}", token.text());
                let response = functions.claim.handle(request(method, &path, &[], b"")).await;
                statuses.push(response.status().as_u16());
                let operations = ports.operations();
                assert!(!operations.is_empty() && !operations.iter().any(Operation::acts), "{operations:?}");
            }
        }
    }
    // One badge was deleted, and two sign-in links were used.
    statuses.sort_unstable();
    assert_eq!(statuses, [[200; 12].as_slice(), &[404; 2], &[410; 4]].concat());
}

/// Whoever asks for a mail learns nothing of the address: not by the answer, not by the work, not by how often it is taken.
#[tokio::test]
async fn asking_for_a_mail_does_not_tell_whether_an_address_is_known() {
    let ports = Watched::new(World::new().await);
    let functions = people::lived(&ports).await;
    ports.world.clock.jump(3_600);
    let asked = async |address: &str| {
        let mut seen = Vec::new();
        for _ in 0..=MAILS_TO_AN_ADDRESS {
            ports.begin(None);
            let mut browser = Browser::new(&functions.claim);
            let response = browser.post("/wallet/sign-in", &format!("address={address}")).await;
            let operations: Vec<_> = ports.operations().into_iter().map(without_name).collect();
            seen.push((
                response.status().as_u16(),
                format!("{:?}", response.headers()),
                body(&response),
                operations,
            ));
        }
        seen
    };
    let known = asked(people::PEOPLE[0].address).await;
    let statuses: Vec<_> = known.iter().map(|(status, ..)| *status).collect();
    assert_eq!(statuses, [303, 303, 303, 303, 303, 429]);
    assert_eq!(known, asked("daremo@himitsu.example.jp").await);
}
