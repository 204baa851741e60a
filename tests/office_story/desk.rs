//! The office at work in a world: what the clerk does, and how a story reads.

use jiff::Timestamp;
use shomei_core::{
    address::MailAddress,
    badge::{AnyBadge, Visibility},
    calendar::Month,
    candidate::{AchievementId, AnyCandidate, BodyNumber, CandidateRef, Correction, Kind},
    claim::{self, Accepted, deletion},
    issuance::{self, Call},
    office::{
        Member, Ports, Role,
        correct::{self, Corrected, Holder},
        story::{self, Event, Story, What},
    },
    order::{Actor, Reason},
    store,
    token::Token,
    wallet::{AddressHash, AddressOwner},
};
use shomei_tests::{
    faults::Faulty,
    month::{self, OCTOBER},
    world::World,
};

pub(crate) const DAY: i64 = 86_400;

pub(crate) fn october() -> Month {
    Month::new(2026, 10).unwrap()
}

pub(crate) fn clerk() -> Member {
    Member { subject: "clerk-1".to_owned(), role: Role::Clerk }
}

pub(crate) fn reason() -> Reason {
    Reason::parse("電話で確認").unwrap()
}

pub(crate) fn ports(world: &World) -> Ports<'_> {
    Ports { table: world.table(), clock: &world.clock, entropy: &world.entropy, programme: &world.programme }
}

/// The occasion of one of October's people.
pub(crate) fn occasion(number: &str) -> CandidateRef {
    let kind = if number == "A-4" { Kind::Renewal } else { Kind::Pass };
    let achievement = AchievementId::parse(month::ACHIEVEMENT).unwrap();
    CandidateRef::named(&achievement, kind, october(), &BodyNumber::mend(number).unwrap())
}

/// October's people, registered on the 2nd of November.
pub(crate) async fn registered() -> World {
    let world = World::new().await;
    let ports = Faulty::new(&world, None);
    month::achievement(&ports, &world, None).await.unwrap().unwrap();
    month::register(&ports, &world, OCTOBER).await.unwrap();
    world
}

/// The same, issued, not mailed.
pub(crate) async fn issued() -> World {
    let world = registered().await;
    let ports = Faulty::new(&world, None);
    let plan = issuance::plan(&ports, month::scheduled()).await.unwrap();
    month::issue(&ports, &plan).await.unwrap();
    world
}

/// The same, issued and mailed.
pub(crate) async fn mailed() -> World {
    let world = issued().await;
    let ports = Faulty::new(&world, None);
    assert!(month::run(&ports, month::scheduled()).await.unwrap().agrees());
    world
}

/// What the stream asks issuance for.
pub(crate) async fn follow(world: &World) -> issuance::IssuedAgain {
    let ports = Faulty::new(world, None);
    let call = Call::default();
    let done = issuance::issue_again(ports.issuance(), &month::compose, &call).await.unwrap();
    issuance::publish_marked(ports.issuance()).await.unwrap();
    done
}

/// What the sweep sends.
pub(crate) async fn sweep(world: &World) -> issuance::Swept {
    let (swept, result) = month::sweep(&Faulty::new(world, None), month::scheduled()).await;
    result.unwrap();
    swept
}

/// The newest link that was mailed to an address.
pub(crate) fn link(world: &World, address: &str) -> Token {
    world.outbox.tokens().remove(address).unwrap().pop().unwrap()
}

pub(crate) async fn claim(world: &World, address: &str, visibility: Visibility) {
    let token = link(world, address);
    let accepted = month::accept(&Faulty::new(world, None), world, &token, visibility).await.unwrap();
    assert!(matches!(accepted, Accepted::Now(_)), "{accepted:?}");
}

/// The holder deletes the badge of an occasion.
pub(crate) async fn delete(world: &World, address: &str, number: &str) {
    let may = month::claim_ports(world.table(), world);
    let key = AddressOwner::key_of(&AddressHash::of(&mail_address(address)));
    let wallet = store::load::<AddressOwner>(world.table(), &key).await.unwrap().unwrap().record.wallet;
    let AnyCandidate::Issued(candidate) = candidate(world, number).await else { panic!("not issued") };
    assert!(deletion::delete(may, &wallet, &candidate.state.badge).await.unwrap().is_some());
}

pub(crate) async fn candidate(world: &World, number: &str) -> AnyCandidate {
    store::load::<AnyCandidate>(world.table(), &occasion(number).key()).await.unwrap().unwrap().record
}

/// The badge that the register names.
pub(crate) async fn badge(world: &World, number: &str) -> AnyBadge {
    let AnyCandidate::Issued(candidate) = candidate(world, number).await else { panic!("not issued") };
    let key = AnyBadge::key_of(&candidate.state.badge);
    store::load::<AnyBadge>(world.table(), &key).await.unwrap().unwrap().record
}

pub(crate) fn mail_address(text: &str) -> MailAddress {
    MailAddress::mend(text).unwrap().address
}

pub(crate) fn to_address(text: &str) -> Correction {
    Correction { address: Some(mail_address(text)), ..Correction::default() }
}

pub(crate) async fn correct(world: &World, number: &str, correction: &Correction) -> Corrected {
    let (member, occasion, reason) = (clerk(), occasion(number), reason());
    correct::correct(ports(world), &member, &occasion, correction, &reason, Holder::Keeps).await.unwrap()
}

pub(crate) async fn opens(world: &World, token: &Token) -> claim::Opened {
    claim::open(month::claim_ports(world.table(), world), token).await.unwrap()
}

pub(crate) async fn story(world: &World, number: &str) -> Story {
    story::tell(ports(world), &occasion(number)).await.unwrap().unwrap()
}

/// A story in lines: days since the 2nd of November 2026 in UTC, who, what.
pub(crate) fn lines(story: &Story) -> Vec<String> {
    let begins: Timestamp = "2026-11-02T00:00:00Z".parse().unwrap();
    let line = |Event { at, by, what }: &Event| {
        let who = match by {
            None => String::new(),
            Some(Actor::Staff { subject }) => format!("{subject}: "),
            Some(Actor::Holder) => "holder: ".to_owned(),
            Some(other) => format!("{other:?}: "),
        };
        let day = at.duration_since(begins).as_hours() / 24;
        format!("{day} {who}{}", words(what))
    };
    story.events.iter().map(line).collect()
}

fn words(what: &What) -> String {
    match what {
        What::Issued { again, .. } => if *again { "issued again" } else { "issued" }.to_owned(),
        What::Mailed { mail, until, .. } => {
            format!("mailed {}{}", mail.name(), if until.is_some() { " with a link" } else { "" })
        }
        What::MailRefused { .. } => "mail refused".to_owned(),
        What::LinkMade { .. } => "link made".to_owned(),
        What::LinksExpired { .. } => "links expired".to_owned(),
        What::Claimed { .. } => "claimed".to_owned(),
        What::Shown { visibility, .. } => format!("shown {}", visibility.name()),
        What::Deleted { .. } => "deleted".to_owned(),
        What::Withdrawn { .. } => "withdrawn".to_owned(),
        What::Order { happened, .. } => {
            let name = format!("{happened:?}");
            format!("order {}", name.split([' ', '{']).next().unwrap().to_lowercase())
        }
        What::Office(deed) => {
            let deed = serde_json::to_value(deed).unwrap();
            deed["deed"].as_str().unwrap().to_owned()
        }
        other => format!("{other:?}").to_lowercase(),
    }
}

/// What the office did since the qualification was registered.
pub(crate) async fn audit(world: &World) -> Vec<shomei_core::office::audit::AuditLine> {
    let lines = shomei_tests::audit::Census::take(&world.store).await.audit;
    lines
        .into_iter()
        .filter(|line| !matches!(line.deed, shomei_core::office::audit::Deed::AchievementSaved { .. }))
        .collect()
}
