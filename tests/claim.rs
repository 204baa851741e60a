//! Laws of claiming: one acceptance counts, every mailed link works, and no link opens more than its badge.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::sync::Arc;

use async_trait::async_trait;
use futures::future::join_all;
use lambda_http::{Body, http};
use shomei_core::{
    badge::{AnyBadge, Visibility},
    claim::{self, Accepted, Opened},
    intake::register_achievement,
    issuance::{self, Call},
    ports::{Cause, Entropy, Mail, MailError, Mailer},
    store,
    token::Token,
};
use shomei_fetch::Fetcher;
use shomei_tests::{
    audit::{Census, inconsistencies},
    faults::Faulty,
    month::{self, OCTOBER},
    world::{Outbox, TestClock, World},
};
use shomei_verify::Verify;

const DAY: i64 = 86_400;

/// October's badges, issued and not mailed, and the plan that they were issued by.
async fn issued() -> (World, issuance::Plan) {
    let world = World::new().await;
    let ports = Faulty::new(&world, None);
    month::achievement(&ports, &world, None).await.unwrap().unwrap();
    month::register(&ports, &world, OCTOBER).await.unwrap();
    let plan = issuance::plan(&ports, month::scheduled()).await.unwrap();
    month::issue(&ports, &plan).await.unwrap();
    (world, plan)
}

/// October's badges, issued and mailed.
async fn announced() -> World {
    let (world, _) = issued().await;
    let ports = Faulty::new(&world, None);
    assert!(month::run(&ports, month::scheduled()).await.unwrap().agrees());
    world
}

async fn open(world: &World, token: &Token) -> Opened {
    claim::open(month::claim_ports(world.table(), world), token).await.unwrap()
}

#[tokio::test]
async fn of_many_acceptances_exactly_one_counts() {
    let world = announced().await;
    let token = world.outbox.token(0).unwrap();
    let ports = Faulty::new(&world, None);
    let accept = |place: usize| {
        let visibility = if place.is_multiple_of(2) { Visibility::Public } else { Visibility::Private };
        month::accept(&ports, &world, &token, visibility)
    };
    let (mut now, mut before) = (Vec::new(), Vec::new());
    for accepted in join_all((0..8).map(accept)).await {
        match accepted.unwrap() {
            Accepted::Now(badge) => now.push(badge.state.visibility),
            Accepted::Before(badge) => before.push(badge.state.visibility),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((now.len(), before.len()), (1, 7));
    assert!(before.iter().all(|visibility| visibility == now.first().unwrap()), "all are told what counted");
    assert_eq!(inconsistencies(&world).await, Vec::<String>::new());
}

#[tokio::test]
async fn opening_any_number_of_times_changes_nothing() {
    let world = announced().await;
    let before = format!("{:?}", Census::take(&world.store).await.badges);
    let token = world.outbox.token(0).unwrap();
    for _ in 0..5 {
        assert!(matches!(open(&world, &token).await, Opened::Offer(_)));
    }
    let ports = Faulty::new(&world, None);
    claim::open(month::claim_ports(&ports, &world), &token).await.unwrap();
    assert!(!ports.operations().contains(&"transact"));
    assert_eq!(format!("{:?}", Census::take(&world.store).await.badges), before);
}

#[tokio::test]
async fn an_old_link_says_so_and_a_claimed_badge_is_never_lost_sight_of() {
    let world = announced().await;
    let (claimed, unclaimed) = (world.outbox.token(0).unwrap(), world.outbox.token(1).unwrap());
    month::accept(&Faulty::new(&world, None), &world, &claimed, Visibility::Private).await.unwrap();
    world.clock.jump(180 * DAY - 1);
    assert!(matches!(open(&world, &unclaimed).await, Opened::Offer(_)), "to the last second");
    world.clock.jump(1);
    assert!(matches!(open(&world, &unclaimed).await, Opened::Expired));
    let late =
        month::accept(&Faulty::new(&world, None), &world, &unclaimed, Visibility::Public).await.unwrap();
    assert!(matches!(late, Accepted::Expired));
    assert!(matches!(open(&world, &claimed).await, Opened::Claimed(_)));
    // Sweeping is late: that the item still stands opens nothing.
    assert_eq!(Census::take(&world.store).await.grants.len(), 4);
}

/// Accepts every mail, and loses the answer.
struct Mute<'a>(&'a Outbox);

#[async_trait]
impl Mailer for Mute<'_> {
    async fn ready(&self) -> Result<usize, MailError> {
        self.0.ready().await
    }

    async fn send(&self, mails: &[Mail]) -> Vec<Result<(), MailError>> {
        self.0.send(mails).await;
        mails.iter().map(|_| Err(MailError::Unknown(Cause::new("lost")))).collect()
    }
}

#[tokio::test]
async fn every_link_that_was_mailed_works() {
    let (world, plan) = issued().await;
    let ports = Faulty::new(&world, None);
    let mute = issuance::Ports { mailer: &Mute(&world.outbox), ..ports.issuance() };
    for work in plan.work.iter().chain(&plan.work) {
        let announced = issuance::announce(mute, *work, &month::compose, &Call::default()).await.unwrap();
        assert_eq!((announced.mails.sent, announced.mails.postponed), (0, work.due));
    }
    assert!(month::run(&ports, month::scheduled()).await.unwrap().agrees());
    let mails = world.outbox.mails();
    assert_eq!(mails.len(), 12, "everyone was mailed three times");
    for place in 0..mails.len() {
        let token = world.outbox.token(place).unwrap();
        assert!(matches!(open(&world, &token).await, Opened::Offer(_)));
    }
    assert_eq!(inconsistencies(&world).await, Vec::<String>::new());
}

#[tokio::test]
async fn nothing_but_a_mailed_link_opens_anything() {
    let world = announced().await;
    let foreign = Token::mint(&world.entropy as &dyn Entropy);
    assert!(matches!(open(&world, &foreign).await, Opened::Unknown));
    let accepted =
        month::accept(&Faulty::new(&world, None), &world, &foreign, Visibility::Public).await.unwrap();
    assert!(matches!(accepted, Accepted::Unknown));
    // Not even what the store holds of a link.
    let census = Census::take(&world.store).await;
    for grant in &census.grants {
        let hash = serde_json::to_value(&grant.token).unwrap();
        assert!(Token::parse(hash.as_str().unwrap()).is_none_or(|token| token.hash() != grant.token));
    }
    // A mail program's full stop at the end is forgiven; a lost character is not.
    let token = world.outbox.token(0).unwrap();
    assert!(matches!(
        open(&world, &Token::parse(&format!("{}。", token.text())).unwrap()).await,
        Opened::Offer(_)
    ));
    let (short, _) = token.text().split_at(42);
    assert!(Token::parse(short).is_none());
}

#[tokio::test]
async fn what_is_public_stands_exactly_while_its_holder_wants_it() {
    let world = announced().await;
    let ports = Faulty::new(&world, None);
    assert!(Census::take(&world.store).await.public.is_empty(), "nothing is public before it is claimed");
    month::accept(&ports, &world, &world.outbox.token(0).unwrap(), Visibility::Private).await.unwrap();
    assert!(Census::take(&world.store).await.public.is_empty());
    month::accept(&ports, &world, &world.outbox.token(1).unwrap(), Visibility::Public).await.unwrap();
    let census = Census::take(&world.store).await;
    assert_eq!(census.public.len(), 1);
    let (id, public) = census.public.first_key_value().unwrap();
    let badge = store::load::<AnyBadge>(world.table(), &AnyBadge::key_of(id)).await.unwrap().unwrap().record;
    let AnyBadge::Claimed(badge) = badge else { panic!("a public badge is claimed") };
    assert_eq!(badge.published().as_ref(), Some(public));
    assert_eq!(badge.state.consent.version.0, "2026-11", "which wording was agreed to is on record");
}

#[tokio::test]
async fn an_owed_mail_is_not_sent_again_once_its_badge_is_claimed() {
    let (world, plan) = issued().await;
    let ports = Faulty::new(&world, None);
    let mute = issuance::Ports { mailer: &Mute(&world.outbox), ..ports.issuance() };
    for work in &plan.work {
        issuance::announce(mute, *work, &month::compose, &Call::default()).await.unwrap();
    }
    for place in 0..4 {
        let token = world.outbox.token(place).unwrap();
        month::accept(&ports, &world, &token, Visibility::Private).await.unwrap();
    }
    let sums = month::run(&ports, month::scheduled()).await.unwrap();
    assert!(sums.to_string().contains("mailed 4 + owed 0 — agrees"), "{sums}");
    assert_eq!(world.outbox.mails().len(), 4, "the mails had arrived: they were opened");
}

#[tokio::test]
async fn pages_show_what_was_signed_whatever_the_achievement_says_today() {
    let world = announced().await;
    let ports = Faulty::new(&world, None);
    let token = world.outbox.token(0).unwrap();
    let Accepted::Now(badge) = month::accept(&ports, &world, &token, Visibility::Public).await.unwrap()
    else {
        panic!("not claimed")
    };
    let verify = Verify::new(
        Arc::new(world.store.table.clone()),
        Arc::new(TestClock::at("2026-11-03T00:00:00Z")),
        Arc::new(world.programme.clone()),
        Arc::new(Fetcher::off()),
    );
    let path = format!("/badges/{}", badge.id);
    let before = page(&verify, &path).await;
    assert!(before.contains("基礎") && before.contains("Foundation"));

    let mut moon = month::qualification();
    moon.name.ja = "宇宙飛行士免許".to_owned();
    moon.name.en = "Astronaut Licence".to_owned();
    moon.description.en = "May fly to the Moon.".to_owned();
    register_achievement(month::claim_ports(world.table(), &world), &month::clerk(), moon)
        .await
        .unwrap()
        .unwrap();
    assert!(page(&verify, "/achievements/pm-foundation").await.contains("宇宙飛行士免許"));
    assert_eq!(page(&verify, &path).await, before);
    let Opened::Offer(offer) = open(&world, &world.outbox.token(1).unwrap()).await else {
        panic!("no offer")
    };
    assert_eq!(offer.badge.wording.name.en, "Foundation");
}

async fn page(verify: &Verify, path: &str) -> String {
    let request = http::Request::builder().uri(path).header("accept", "text/html").body(Body::Empty).unwrap();
    let Body::Text(page) = verify.handle(request).await.into_body() else { panic!("no page") };
    page
}
