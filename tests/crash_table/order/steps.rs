//! The people of the orders' life, and the steps that several of its use cases take.

use jiff::civil::date;
use payments::bank::Deposit;
use shomei_core::{
    badge::BadgeId,
    calendar::Month,
    candidate::{AchievementId, AnyCandidate, BodyNumber, CandidateRef, Correction, Kind},
    claim::{
        Asked,
        addresses::{self, Proved},
    },
    order::{Actor, Addressee, Amount, AnyOrder, PaymentId, Reason, Way},
    ports::MailKind,
    reissue::{
        favour::{self, Favoured},
        issue,
        order::{self, Ordered},
        pay::{self, Entered, Received},
        refund::{self, Heard, Returned, Told},
        restore, staff,
        statement::{self, Verdict},
    },
    store::{self, Failure},
    token::Token,
    wallet::{Holding, WalletId},
};
use shomei_tests::{
    faults::Faulty,
    month::{self, claim_ports, consent},
    world::{World, link_in},
};

use crate::recipient::{address, client, deliver, wallet};

/// Nine people, each with a day of their own, by which their badge is found.
pub(super) const LIST: &str = "資格コード,区分,日付,氏名,メールアドレス,会員番号\n\
    pm-foundation,合格,2026/10/1,見本 一郎,ichiro@example.jp,A-1\n\
    pm-foundation,合格,2026/10/2,見本 二葉,futaba@example.jp,A-2\n\
    pm-foundation,合格,2026/10/3,見本 三月,mitsu@example.jp,A-3\n\
    pm-foundation,合格,2026/10/4,見本 四季,shiki@example.jp,A-4\n\
    pm-foundation,合格,2026/10/5,見本 五美,gomi@example.jp,A-5\n\
    pm-foundation,合格,2026/10/6,見本 六郎,rokuro@example.jp,A-6\n\
    pm-foundation,合格,2026/10/7,見本 七海,nanami@example.jp,A-7\n\
    pm-foundation,合格,2026/10/8,見本 八重,yae@example.jp,A-8\n\
    pm-foundation,合格,2026/10/9,見本 九十九,tsukumo@example.jp,A-9\n";

pub(super) const ICHIRO: Person = Person { day: 1, address: "ichiro@example.jp" };
pub(super) const FUTABA: Person = Person { day: 2, address: "futaba@example.jp" };
pub(super) const MITSU: Person = Person { day: 3, address: "mitsu@example.jp" };
pub(super) const SHIKI: Person = Person { day: 4, address: "shiki@example.jp" };
pub(super) const GOMI: Person = Person { day: 5, address: "gomi@example.jp" };
pub(super) const ROKURO: Person = Person { day: 6, address: "rokuro@example.jp" };
pub(super) const NANAMI: Person = Person { day: 7, address: "nanami@example.jp" };
pub(super) const YAE: Person = Person { day: 8, address: "yae@example.jp" };
pub(super) const TSUKUMO: Person = Person { day: 9, address: "tsukumo@example.jp" };

/// Somebody with one badge.
#[derive(Debug, Clone, Copy)]
pub(super) struct Person {
    pub(super) day: i8,
    pub(super) address: &'static str,
}

/// What an order costs, in yen.
pub(super) const FEE: u64 = 5_500;

pub(super) fn clerk() -> Actor {
    Actor::staff("clerk-1")
}

fn occasion(person: Person) -> CandidateRef {
    let achievement = AchievementId::parse(month::ACHIEVEMENT).unwrap();
    let number = BodyNumber::mend(&format!("A-{}", person.day)).unwrap();
    CandidateRef::named(&achievement, Kind::Pass, Month::new(2026, 10).unwrap(), &number)
}

/// The badge that the register names now.
pub(super) async fn badge(world: &World, of: Person) -> BadgeId {
    match store::load::<AnyCandidate>(world.table(), &occasion(of).key()).await.unwrap().unwrap().record {
        AnyCandidate::Issued(candidate) => candidate.state.badge,
        other => panic!("{other:?}"),
    }
}

/// Whether a wallet has the badge that the register names now.
pub(super) async fn holds(world: &World, wallet: Option<&WalletId>, person: Person) -> bool {
    let key = Holding::key_of(wallet.unwrap(), &badge(world, person).await);
    store::load::<Holding>(world.table(), &key).await.unwrap().is_some()
}

/// The order that a person placed.
pub(super) async fn order_of(world: &World, person: Person) -> AnyOrder {
    let orders = staff::orders(Faulty::new(world, None).reissue(), Month::new(2026, 11).unwrap()).await;
    let theirs =
        |order: &AnyOrder| order.terms().addressee.is_some() && order.terms().date.day() == person.day;
    orders.unwrap().into_iter().find(theirs).unwrap()
}

pub(super) async fn ordered(ports: &Faulty<'_>, world: &World, person: Person) -> Result<(), Failure> {
    let (wallet, badge) = (wallet(world, person.address).await.unwrap(), badge(world, person).await);
    let to = Addressee::parse("見本 様").unwrap();
    let ordered = order::place(ports.reissue(), &wallet, &badge, &to, &consent()).await?;
    assert!(matches!(ordered, Some(Ordered::Order(_))), "{ordered:?}");
    deliver(ports).await
}

/// What the payment service tells. Sessions and events have names of their own.
pub(super) async fn card(world: &World, person: Person, session: &str, event: &str) -> Received {
    Received {
        id: PaymentId::of_checkout(session),
        way: Way::PaymentService,
        amount: Amount::yen(FEE),
        paid_on: date(2026, 11, 3),
        order: Some(order_of(world, person).await.terms().id.clone()),
        intent: Some(session.to_owned()),
        event: Some(format!("{session} {event}")),
        actor: Actor::PaymentService,
    }
}

pub(super) async fn settled(ports: &Faulty<'_>, received: &Received) -> Result<(), Failure> {
    let entered = pay::receive(ports.reissue(), received).await?;
    assert_eq!(entered, Entered::Settled(received.order.clone().unwrap()));
    Ok(())
}

/// A line of the bank's statement that names a person's order.
pub(super) async fn transferred(
    ports: &Faulty<'_>,
    world: &World,
    person: Person,
    amount: u64,
) -> Result<Verdict, Failure> {
    let reference = order_of(world, person).await.terms().reference;
    let deposit = Deposit {
        line: 2,
        date: date(2026, 11, 4),
        amount,
        texts: vec![format!("ミホン {reference}"), "振込".to_owned()],
        identity: format!("{:02}{amount:062}", person.day),
    };
    Ok(statement::enter(ports.reissue(), &deposit, &clerk()).await?.verdict)
}

pub(super) async fn refunded(ports: &Faulty<'_>, world: &World, person: Person) -> Result<(), Failure> {
    let order = order_of(world, person).await;
    let (order, reason) = (&order.terms().id, Reason::parse("払い戻しの依頼").unwrap());
    let returned = refund::refund(ports.reissue(), order, &clerk(), &reason).await?;
    assert_eq!(returned, Returned::Entered);
    deliver(ports).await
}

pub(super) async fn issued(ports: &Faulty<'_>, world: &World, person: Person) -> Result<(), Failure> {
    let order = order_of(world, person).await;
    issue::issue(ports.issuance().signing(), &order.terms().id, &Actor::PaymentService).await?;
    match order_of(world, person).await {
        AnyOrder::Reissued(order) => assert_eq!(order.state.badge, badge(world, person).await),
        other => panic!("{other:?}"),
    }
    deliver(ports).await
}

pub(super) async fn favoured(
    ports: &Faulty<'_>,
    person: Person,
    corrected: Option<&str>,
) -> Result<(), Failure> {
    let (to, reason) = (corrected.map(address), Reason::parse("届かなかったため").unwrap());
    let favoured = favour::favour(
        ports.reissue(),
        &occasion(person),
        &Correction { address: to, ..Correction::default() },
        &clerk(),
        &reason,
    )
    .await?;
    assert!(matches!(favoured, Favoured::Order(_) | Favoured::Running(_)), "{favoured:?}");
    Ok(())
}

/// The staff take back what they ordered free of charge.
pub(super) async fn taken_back(ports: &Faulty<'_>, world: &World, person: Person) -> Result<(), Failure> {
    let orders = staff::orders(Faulty::new(world, None).reissue(), Month::new(2026, 11).unwrap()).await;
    let favour =
        |order: &AnyOrder| order.terms().addressee.is_none() && order.terms().date.day() == person.day;
    let order = orders.unwrap().into_iter().find(favour).unwrap();
    let reason = Reason::parse("本人の希望による").unwrap();
    let returned = refund::refund(ports.reissue(), &order.terms().id, &clerk(), &reason).await?;
    assert!(matches!(returned, Returned::Entered | Returned::NothingPaid), "{returned:?}");
    Ok(())
}

pub(super) async fn heard(
    ports: &Faulty<'_>,
    session: &str,
    told: Told,
    answer: Heard,
) -> Result<(), Failure> {
    let event = format!("{session} {told:?}");
    let heard = refund::hear(ports.reissue(), session, told, &event).await?;
    // What is told again was seen to before.
    assert!(heard == answer || heard == Heard::Before, "{heard:?}");
    Ok(())
}

pub(super) async fn ask_to_merge(ports: &Faulty<'_>, world: &World) -> Result<(), Failure> {
    let (may, wallet) = (claim_ports(ports, world), wallet(world, ICHIRO.address).await.unwrap());
    assert_eq!(addresses::ask(may, &wallet, &address(YAE.address), &client()).await?, Asked::Noted);
    deliver(ports).await
}

/// Whether the last link has brought the other wallet into the first person's, now or before.
pub(super) async fn merged(ports: &Faulty<'_>, world: &World) -> Result<bool, Failure> {
    let into = wallet(world, ICHIRO.address).await.unwrap();
    let token = newest_link(world, MailKind::AddressProof, "/wallet/prove/");
    match addresses::prove(claim_ports(ports, world), &into, &token, &consent()).await? {
        Proved::Added { .. } => Ok(true),
        Proved::Dead => Ok(wallet(world, YAE.address).await == Some(into)),
        other => panic!("{other:?}"),
    }
}

pub(super) async fn ask_to_restore(ports: &Faulty<'_>) -> Result<(), Failure> {
    let (number, to) = (BodyNumber::mend("A-7").unwrap(), address(NANAMI.address));
    assert_eq!(restore::ask(ports.reissue(), &number, &to, &client()).await?, Asked::Noted);
    deliver(ports).await
}

/// Whether the last link has opened a wallet with the proof, now or before.
pub(super) async fn restored(ports: &Faulty<'_>, world: &World) -> Result<bool, Failure> {
    let token = newest_link(world, MailKind::RestoreWallet, "/reissue/");
    let browser = restore::restore(ports.reissue(), &token).await?;
    let Some(wallet) = wallet(world, NANAMI.address).await else { return Ok(false) };
    assert!(holds(world, Some(&wallet), NANAMI).await);
    // Whoever was not told asks for another link, since the browser has no session.
    Ok(browser.is_some())
}

pub(super) fn newest_link(world: &World, kind: MailKind, path: &str) -> Token {
    let mails = world.outbox.mails();
    link_in(&mails.iter().rfind(|mail| mail.kind == kind).unwrap().text, path).unwrap()
}
