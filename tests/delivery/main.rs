//! What became of the mails: events in any order, addresses that are stopped, badges that need a person.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

mod office;
mod order;
mod reading;
mod stops;

use jiff::Timestamp;
use shomei_core::{
    address::MailAddress,
    badge::BadgeId,
    delivery::{self, Applied, Happened, MailEvent},
    issuance::{self, Call, Swept},
    order::{Actor, Reason},
    ports::{Clock, Mail},
    token::Token,
};
use shomei_tests::{
    audit::{Census, inconsistencies},
    faults::Faulty,
    mails,
    month::{self, claim_ports},
    world::World,
};

const ICHIRO: &str = "ichiro@example.jp";
const FUTABA: &str = "futaba@example.jp";

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// October's four people, announced a moment ago.
async fn announced() -> World {
    let world = World::new().await;
    let ports = Faulty::new(&world, None);
    month::achievement(&ports, &world, None).await.unwrap().unwrap();
    month::register(&ports, &world, month::OCTOBER).await.unwrap();
    assert!(month::run(&ports, month::scheduled()).await.unwrap().agrees());
    world
}

fn address(text: &str) -> MailAddress {
    MailAddress::mend(text).unwrap().address
}

/// The last mail that an address got.
fn mail_to(world: &World, to: &str) -> Mail {
    world.outbox.mails().into_iter().rfind(|mail| mail.to.as_str() == to).unwrap()
}

fn badge_of(world: &World, to: &str) -> BadgeId {
    mail_to(world, to).badge.unwrap()
}

/// The first link that an address got.
fn token_to(world: &World, to: &str) -> Token {
    world.outbox.tokens().remove(to).unwrap().remove(0)
}

/// How many mails an address got.
fn mails_to(world: &World, to: &str) -> usize {
    world.outbox.mails().iter().filter(|mail| mail.to.as_str() == to).count()
}

/// What happens now to the last mail that an address got, a moment ago.
async fn happens(world: &World, to: &str, message: &str, happened: fn(Timestamp) -> Happened) -> Applied {
    let now = world.clock.now();
    let mail = mail_to(world, to);
    heard(world, &mails::event(&mail, message, now, happened(now))).await
}

async fn heard(world: &World, event: &MailEvent) -> Applied {
    delivery::apply(claim_ports(world.table(), world), event).await.unwrap()
}

fn clerk() -> Actor {
    Actor::staff("clerk-1")
}

fn reason() -> Reason {
    Reason::parse("the mailbox works again").unwrap()
}

async fn release(world: &World, of: &str) -> delivery::Released {
    let ports = claim_ports(world.table(), world);
    delivery::release(ports, &address(of), &clerk(), &reason()).await.unwrap()
}

/// As the cloud's sweep.
async fn sweep(world: &World) -> Swept {
    let ports = Faulty::new(world, None);
    let call = Call { skip_refused: true, ..Call::default() };
    let (swept, done) = issuance::sweep(ports.issuance(), world.clock.now(), &month::compose, &call).await;
    done.unwrap();
    swept
}

async fn remind(world: &World) -> usize {
    let ports = Faulty::new(world, None);
    issuance::remind(ports.issuance(), world.clock.now(), &Call::default()).await.unwrap().owed
}

async fn is_sound(world: &World) {
    assert_eq!(inconsistencies(world).await, Vec::<String>::new());
}

async fn census(world: &World) -> Census {
    Census::take(&world.store).await
}
