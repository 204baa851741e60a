//! What was issued keeps what was signed, in every form: page, credential, and the class that Open Badges 2.0 names.

use std::sync::Arc;

use lambda_http::{Body, http};
use png::ColorType;
use serde_json::Value;
use shomei_core::{
    badge::{BadgeId, Visibility},
    calendar::{self, Month},
    claim::Accepted,
};
use shomei_fetch::Fetcher;
use shomei_tests::{
    faults::Faulty,
    month::{self, HEADING},
    world::TestClock,
};
use shomei_verify::Verify;

use crate::desk::{Form, ORIGIN, PAGE, Site, picture};

async fn get(verify: &Verify, path: &str, accept: &str) -> (u16, Vec<u8>) {
    let request = http::Request::builder().uri(path).header("accept", accept).body(Body::Empty).unwrap();
    let response = verify.handle(request).await;
    (response.status().as_u16(), response.body().to_vec())
}

async fn json(verify: &Verify, path: &str) -> Value {
    let (status, body) = get(verify, path, "application/json").await;
    assert_eq!(status, 200, "{path}");
    serde_json::from_slice(&body).unwrap()
}

fn path(value: &Value) -> &str {
    value.as_str().unwrap().strip_prefix(ORIGIN).unwrap()
}

/// Issues and publishes the badge of one person, whose occasion was in this month.
async fn issued(site: &Site, number: i8, person: &str) -> BadgeId {
    let world = &site.world;
    let ports = Faulty::new(world, None);
    let row = format!("pm-foundation,合格,2026/{number}/5,見本 太郎,{person}@example.jp,{person}\n");
    let (registered, _) = month::register(&ports, world, &format!("{HEADING}{row}")).await.unwrap();
    assert_eq!(registered.summary.refused, 0);
    let scheduled = calendar::scheduled_run(Month::new(2026, number).unwrap());
    assert!(month::run(&ports, scheduled).await.unwrap().agrees());
    let token = &world.outbox.tokens()[&format!("{person}@example.jp")][0];
    let Accepted::Now(badge) = month::accept(&ports, world, token, Visibility::Public).await.unwrap() else {
        panic!("not claimed")
    };
    badge.id
}

#[tokio::test]
async fn a_badge_keeps_what_was_signed_and_the_next_one_says_what_is_new() {
    let site = Site::with_qualification().await;
    let first = issued(&site, 9, "ichiro").await;
    let verify = Verify::new(
        Arc::new(site.world.store.table.clone()),
        Arc::new(TestClock::at("2026-12-03T00:00:00Z")),
        Arc::new(site.world.programme.clone()),
        Arc::new(Fetcher::off()),
    );
    let old_page = get(&verify, &format!("/badges/{first}"), "text/html").await;
    let old_assertion = json(&verify, &format!("/badges/{first}.v2.json")).await;
    let old_class = json(&verify, path(&old_assertion["badge"])).await;
    assert_eq!(old_class["id"], old_assertion["badge"]);
    assert_eq!(
        (&old_class["name"], &old_class["description"]),
        (&"基礎".into(), &"基本を理解している。".into())
    );

    let clerk = site.clerk().await;
    let form = Form::shown(&clerk.open(&format!("{PAGE}/edit")).await)
        .with("name_ja", "基礎（新）")
        .with("criteria_ja", "実技に合格すること。")
        .with("months", "12")
        .with_picture(Some(picture(500, 500, ColorType::Rgba)));
    assert_eq!(clerk.saves(&form).await, format!("{PAGE}?done=saved"));
    site.world.clock.jump(20 * 86_400);
    let second = issued(&site, 10, "jiro").await;
    site.census().await;

    assert_eq!(get(&verify, &format!("/badges/{first}"), "text/html").await, old_page);
    assert_eq!(json(&verify, &format!("/badges/{first}.v2.json")).await, old_assertion);
    assert_eq!(json(&verify, path(&old_assertion["badge"])).await, old_class);
    assert_eq!(get(&verify, path(&old_class["image"]), "image/png").await.0, 200);

    let assertion = json(&verify, &format!("/badges/{second}.v2.json")).await;
    let class = json(&verify, path(&assertion["badge"])).await;
    let signed = json(&verify, &format!("/badges/{second}.json")).await;
    let achievement = &signed["credentialSubject"]["achievement"];
    assert_eq!(class["id"], assertion["badge"]);
    assert_eq!((&class["name"], &achievement["name"]), (&"基礎（新）".into(), &"基礎（新）".into()));
    assert_eq!(class["criteria"]["narrative"], achievement["criteria"]["narrative"]);
    assert_eq!(class["image"], achievement["image"]["id"]);
    assert_ne!(class["image"], old_class["image"]);
    assert!(assertion["expires"].as_str().unwrap() < old_assertion["expires"].as_str().unwrap());

    // The achievement itself says what is true today.
    let today = json(&verify, "/achievements/pm-foundation").await;
    assert_eq!((&today["version"], &today["name"]), (&"2".into(), &"基礎（新）".into()));
    let unversioned = json(&verify, "/achievements/pm-foundation.v2.json").await;
    assert_eq!((&unversioned["name"], &unversioned["image"]), (&class["name"], &class["image"]));
    let (_, page) = get(&verify, "/achievements/pm-foundation", "text/html").await;
    assert!(String::from_utf8(page).unwrap().contains("に改められたものです"));
    for nowhere in [
        "pm-foundation.3.v2.json",
        "pm-foundation.0.v2.json",
        "pm-foundation.01.v2.json",
        "pm-x.1.v2.json",
        "pm-foundation.1.json",
    ] {
        assert_eq!(get(&verify, &format!("/achievements/{nowhere}"), "*/*").await.0, 404, "{nowhere}");
    }
}
