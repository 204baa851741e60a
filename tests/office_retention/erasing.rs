//! A person is erased on request, in every state.

use shomei_core::{
    badge::{AnyBadge, GoneBadge, Visibility},
    calendar::Month,
    delivery::{self, Applied},
    issuance,
    office::{
        Role,
        audit::Deed,
        resend::{self, Resent},
        rights::erasure::{self, Begun, Preview, Progress},
    },
    order::{AnyOrder, Reason},
    ports::{Clock, MailKind},
    store,
};
use shomei_tests::{
    audit::Census,
    faults::{Fault, Faulty, Plan},
    mails,
    month::{self, claim_ports},
    world::World,
};

use crate::lives::*;

fn reason() -> Reason {
    Reason::parse("本人の請求（受付番号 12）").unwrap()
}

async fn begin(world: &World, of: Person) -> Begun {
    let found = person(world, of).await.unwrap();
    let ports = Faulty::new(world, None);
    erasure::begin(ports.reissue(), &member(Role::Approver), &found, &reason()).await.unwrap()
}

async fn erase(world: &World, of: Person) -> Progress {
    assert_eq!(begin(world, of).await, Begun::Begun { occasions: 1 });
    let progress = erasure::proceed(Faulty::new(world, None).reissue(), &number(of), None).await.unwrap();
    consistent(world).await;
    sums_agree(world).await;
    progress
}

async fn sums(world: &World) -> (usize, usize, usize, usize) {
    let sums =
        issuance::reconcile(world.table(), &world.programme.office, world.clock.now(), None).await.unwrap();
    let of_october = sums.months.into_iter().find(|sums| sums.month == october()).unwrap();
    (of_october.registered, of_october.issued, of_october.refused, of_october.erased)
}

/// The letters that tell of it are sent.
async fn told(world: &World) -> Vec<MailKind> {
    let before = world.outbox.mails().len();
    sweep(world).await;
    world.outbox.mails()[before..].iter().map(|mail| mail.kind).collect()
}

#[tokio::test]
async fn whoever_is_erased_is_gone_in_every_state_and_the_sums_say_that_somebody_was() {
    let world = lived().await;
    let (public, unclaimed) = (badge_id(&world, ICHIRO).await, badge_id(&world, MITSU).await);
    assert_eq!(sums(&world).await, (4, 3, 1, 0));
    let done = Progress { erased: 1, waits: Vec::new(), done: true };
    for (count, person) in [ICHIRO, FUTABA, MITSU, SHIKI].into_iter().enumerate() {
        assert_eq!(erase(&world, person).await, done, "{}", person.number);
        let (registered, issued, refused, erased) = sums(&world).await;
        assert_eq!((registered, issued + refused + erased, erased), (4, 4, count + 1));
        told(&world).await;
        assert_eq!(naming(&world, person).await, Vec::<String>::new(), "{}", person.number);
    }
    assert_eq!(erase(&world, GOROU).await, done);
    assert_eq!(naming(&world, GOROU).await, Vec::<String>::new());
    // Strangers who knew the public badge learn that it is gone; of the other one they never heard.
    for (id, known) in [(&public, true), (&unclaimed, false)] {
        let gone = store::load::<GoneBadge>(world.table(), &GoneBadge::key_of(id)).await.unwrap();
        assert_eq!(gone.is_some(), known);
    }
    assert!(badge(&world, &unclaimed).await.is_none(), "nobody had it");
    let census = Census::take(&world.store).await;
    assert_eq!((census.revoked.len(), census.erasures.len(), census.due.len()), (3, 0, 0));
    let deeds = census.deeds();
    assert_eq!(deeds.len(), 5);
    for line in deeds {
        assert!(
            matches!(&line.deed, Deed::PersonErased { candidates: 1, reason } if *reason == self::reason())
        );
        assert_eq!(line.actor, member(Role::Approver).actor());
    }
    // A run finds nobody to issue to.
    let november: Month = "2026-11".parse().unwrap();
    wait_until(&world, "2026-12-01T00:00:00Z");
    let run =
        month::run(&Faulty::new(&world, None), shomei_core::calendar::scheduled_run(november)).await.unwrap();
    assert!(run.agrees(), "{run}");
    assert!(run.to_string().contains("2026-11: registered 1 = issued 0 + refused 0 + erased 1"), "{run}");
}

#[tokio::test]
async fn a_wallet_is_closed_only_if_it_holds_nothing_of_others() {
    let world = lived().await;
    // The third person's badge comes into the first one's wallet: by a mistake, or because they are one.
    accept(&world, MITSU, Visibility::Private).await;
    let preview = async |world: &World, of| -> Preview {
        let found = person(world, of).await.unwrap();
        erasure::preview(Faulty::new(world, None).reissue(), found).await.unwrap()
    };
    let fate = preview(&world, MITSU).await.wallets;
    assert_eq!((fate.len(), fate[0].badges, fate[0].closes), (1, 1, true));
    let (into, from) = (wallet(&world, ICHIRO).await.unwrap(), address(MITSU));
    let client = shomei_core::claim::Client::of("203.0.113.9");
    let may = claim_ports(world.table(), &world);
    shomei_core::claim::addresses::ask(may, &into, &from, &client).await.unwrap();
    sweep(&world).await;
    let mails = world.outbox.mails();
    let proof = mails.iter().rfind(|mail| mail.kind == MailKind::AddressProof).unwrap();
    let token = shomei_tests::world::link_in(&proof.text, "/wallet/prove/").unwrap();
    shomei_core::claim::addresses::prove(may, &into, &token, &month::consent()).await.unwrap();
    let fate = preview(&world, MITSU).await.wallets;
    assert_eq!((fate.len(), fate[0].badges, fate[0].closes), (1, 1, false));

    assert!(erase(&world, MITSU).await.done);
    assert_eq!(wallet(&world, ICHIRO).await, Some(into.clone()));
    assert!(told(&world).await.contains(&MailKind::BadgeDeleted));
    // The address that its owner brought into the wallet is the owner's to remove.
    // Beside what an hour's count goes by.
    let named = async || {
        let named = naming(&world, MITSU).await.into_iter();
        named.filter(|kind| *kind != "LIMIT").collect::<Vec<_>>()
    };
    assert_eq!(named().await, ["ADDRESS", "WALLET"]);
    assert!(erase(&world, ICHIRO).await.done);
    assert_eq!(told(&world).await, [MailKind::WalletClosed, MailKind::WalletClosed]);
    assert_eq!(wallet(&world, ICHIRO).await, None);
    assert_eq!(named().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_link_that_waits_goes_too_and_a_mail_that_comes_back_late_leaves_nothing() {
    let world = lived().await;
    let ports = Faulty::new(&world, None);
    let resent = resend::resend(ports.reissue(), &member(Role::Clerk), &occasion(MITSU)).await.unwrap();
    assert_eq!(resent, Resent::Owed);
    assert!(naming(&world, MITSU).await.contains(&"LETTER".to_owned()));
    for person in [MITSU, ICHIRO] {
        assert!(erase(&world, person).await.done);
    }
    assert_eq!(naming(&world, MITSU).await, Vec::<String>::new());
    told(&world).await;
    let now = world.clock.now();
    let back = async |of: Person, kind: MailKind| {
        let mails = world.outbox.mails();
        let mail = mails.iter().rfind(|mail| mail.kind == kind && mail.to.as_str() == of.address).unwrap();
        let event = mails::event(mail, "m-late", now, mails::hard(now));
        delivery::apply(claim_ports(world.table(), &world), &event).await.unwrap()
    };
    for person in [MITSU, ICHIRO] {
        assert_eq!(back(person, MailKind::BadgeIssued).await, Applied::UnknownBadge);
        assert_eq!(naming(&world, person).await, Vec::<String>::new());
    }
    // Of a mail about no badge nothing tells whose it was. The page says so before anything is erased.
    assert_eq!(back(ICHIRO, MailKind::WalletClosed).await, Applied::Now);
    assert_eq!(naming(&world, ICHIRO).await, ["STOPPED"]);
}

#[tokio::test]
async fn an_order_that_is_not_paid_is_ended_and_one_that_is_paid_comes_first() {
    let world = lived().await;
    let unpaid = order(&world, FUTABA).await;
    assert!(erase(&world.copy().await, FUTABA).await.done);
    pay(&world, &unpaid).await;
    let waits = erase(&world, FUTABA).await;
    assert_eq!(waits, Progress { erased: 0, waits: vec![unpaid.clone()], done: false });
    assert!(candidate(&world, FUTABA).await.is_some());
    assert_eq!(begin(&world, FUTABA).await, Begun::Begun { occasions: 1 }, "it is the same request");
    // The sweep issues it, and then goes on with the request.
    let swept = sweep(&world).await;
    assert_eq!((swept.orders.reissued, swept.rights.erased), (1, 1));
    consistent(&world).await;
    sums_agree(&world).await;
    told(&world).await;
    assert_eq!(naming(&world, FUTABA).await, Vec::<String>::new());
    // The law's share stays, and names nobody but to whom the receipt is made out.
    let order = stored_order(&world, &unpaid).await.unwrap();
    assert!(matches!(order, AnyOrder::Reissued(_)) && order.terms().candidate.is_nobody());
    let census = Census::take(&world.store).await;
    assert_eq!((census.papers.len(), census.payments.len(), census.erasures.len()), (1, 1, 0));
    wait_until(&world, "2035-12-31T15:00:00Z");
    sweep(&world).await;
    consistent(&world).await;
    assert!(stored_order(&world, &unpaid).await.is_none());
}

#[tokio::test]
async fn only_an_approver_erases_and_nobody_is_erased_who_is_not_there() {
    let world = lived().await;
    let found = person(&world, ICHIRO).await.unwrap();
    let ports = Faulty::new(&world, None);
    for role in [Role::Viewer, Role::Clerk] {
        let begun = erasure::begin(ports.reissue(), &member(role), &found, &reason()).await.unwrap();
        assert_eq!(begun, Begun::NotApprover);
    }
    let nobody = shomei_core::candidate::BodyNumber::mend("ZK-79999").unwrap();
    assert!(
        shomei_core::office::rights::person::of_number(ports.reissue(), &nobody).await.unwrap().is_none()
    );
    let progress = erasure::proceed(ports.reissue(), &nobody, None).await.unwrap();
    assert_eq!(progress, Progress { done: true, ..Progress::default() });
    assert_eq!(Census::take(&world.store).await.deeds(), []);
}

#[tokio::test]
async fn whoever_was_erased_may_be_registered_again() {
    let world = lived().await;
    erase(&world, MITSU).await;
    // In another month nearby: the register has forgotten the first one.
    register(&world, &row(MITSU, month::ACHIEVEMENT, "2026/11/2")).await;
    // And for the very same occasion.
    erase(&world, ICHIRO).await;
    register(&world, &row(ICHIRO, month::ACHIEVEMENT, "2026/10/5")).await;
    let run = month::run(&Faulty::new(&world, None), month::scheduled()).await.unwrap();
    assert!(run.agrees(), "{run}");
    consistent(&world).await;
    assert!(matches!(badge(&world, &badge_id(&world, ICHIRO).await).await, Some(AnyBadge::Unclaimed(_))));
    assert_eq!(sums(&world).await, (5, 2, 1, 2));
}

#[tokio::test]
async fn erasing_may_die_at_every_commit_and_the_sweep_goes_on() {
    for person in [ICHIRO, FUTABA, MITSU, GOROU] {
        let world = lived().await;
        if person == FUTABA {
            order(&world, FUTABA).await;
        }
        begin(&world, person).await;
        let faultless = world.copy().await;
        let ports = Faulty::new(&faultless, None);
        assert!(erasure::proceed(ports.reissue(), &number(person), None).await.unwrap().done);
        for (at, operation) in ports.operations().into_iter().enumerate() {
            for &(fault, dies) in Plan::ways(operation).iter().filter(|(fault, _)| *fault != Fault::Conflict)
            {
                if operation != "transact" {
                    continue;
                }
                let world = world.copy().await;
                let ports = Faulty::new(&world, Some(Plan { at, fault, dies }));
                let _ = erasure::proceed(ports.reissue(), &number(person), None).await;
                consistent(&world).await;
                sums_agree(&world).await;
                world.clock.jump(3_600);
                sweep(&world).await;
                consistent(&world).await;
                told(&world).await;
                let case = format!("{}, operation {at}, {fault:?}", person.number);
                assert_eq!(naming(&world, person).await, Vec::<String>::new(), "{case}");
                assert_eq!(Census::take(&world.store).await.erasures.len(), 0, "{case}");
            }
        }
    }
}
