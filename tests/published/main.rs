//! What strangers and their programs get: documents of both versions, tokens, keys, what is gone, and verdicts.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod caches;
mod gone;
mod hosted;
mod judging;
mod keys;
mod tokens;

use std::sync::Arc;

use lambda_http::{Body, http};
use openbadges::keys::SecretKey;
use serde_json::Value;
use shomei_core::{
    badge::{BadgeId, Visibility},
    claim::Accepted,
    ports::Clock,
};
use shomei_fetch::Fetcher;
use shomei_http::Response;
use shomei_tests::{
    faults::Faulty,
    month,
    world::{TestClock, World},
};
use shomei_verify::Verify;

/// A world whose October was issued and announced, with tokens if wanted.
async fn announced(tokens: bool) -> World {
    let mut world = World::new().await;
    if tokens {
        world.give_out_tokens("token-1");
    }
    let ports = Faulty::new(&world, None);
    month::achievement(&ports, &world, None).await.unwrap().unwrap();
    month::register(&ports, &world, month::OCTOBER).await.unwrap();
    month::run(&ports, month::scheduled()).await.unwrap();
    world
}

/// One of its badges, claimed by whoever has this address.
async fn claimed(world: &World, address: &str, visibility: Visibility) -> BadgeId {
    let ports = Faulty::new(world, None);
    let token = &world.outbox.tokens()[address][0];
    match month::accept(&ports, world, token, visibility).await.unwrap() {
        Accepted::Now(badge) => badge.id,
        other => panic!("{other:?}"),
    }
}

/// The function that strangers reach.
fn verify(world: &World) -> Verify {
    Verify::new(
        Arc::new(world.store.table.clone()),
        Arc::new(TestClock::at(&world.clock.now().to_string())),
        Arc::new(world.programme.clone()),
        Arc::new(Fetcher::off()),
    )
}

async fn send(verify: &Verify, method: &str, path: &str, headers: &[(&str, &str)], body: Body) -> Response {
    let mut request = http::Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    verify.handle(request.body(body).unwrap()).await
}

async fn get(verify: &Verify, path: &str) -> Response {
    send(verify, "GET", path, &[], Body::Empty).await
}

fn json(response: &Response) -> Value {
    serde_json::from_slice(response.body()).unwrap()
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

/// A key that is none of the issuer's.
fn another_key() -> SecretKey {
    SecretKey::from_seed(&[8; 32]).unwrap()
}
