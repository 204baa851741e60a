//! What a recipient costs after the mail: accepting, the wallet, deleting; and whoever does not accept, being reminded.

use shomei_core::{
    badge::{BadgeId, ConsentVersion, Visibility},
    claim::{
        self, Client, deletion, holdings,
        inquiry::{self, Inquiry, Named},
        name_match, session, visibility,
    },
    inquiry::{FormStamp, InquiryText, Topic},
    issuance::{self, Call},
    name_match::{Compared, Ports, compare},
    ports::Clock as _,
    wallet::WalletId,
};
use shomei_tests::{
    audit::Census,
    month,
    world::{NAME_MATCH_KEY, link_in},
};

use crate::{
    Metered, PEOPLE, SHARDS,
    meter::{Bill, transactions},
};

/// What one step costs that reads so much, and commits at most one transaction of so many puts, deletes and units.
pub(crate) fn bill(reads: [u64; 4], written: Option<[u64; 3]>) -> Bill {
    let [gets, batches, queries, read] = reads;
    let transactions = written.map_or_else(Default::default, |kind| transactions([(1, kind)]));
    Bill { gets, batches, queries, read, transactions, ..Bill::default() }
}

/// One recipient accepts publicly, and opens a wallet with it.
pub(crate) async fn accept(metered: &Metered) {
    let Metered { world, meter, .. } = metered;
    let token = world.outbox.token(0).unwrap();
    claim::open(metered.recipients(), &token).await.unwrap();
    assert_eq!(meter.step("open the link", 1), bill([2, 0, 0, 3], None));
    claim::accept(metered.recipients(), &token, Visibility::Public, &consent()).await.unwrap();
    assert_eq!(meter.step("accept publicly", 1), bill([4, 0, 1, 6], Some([5, 0, 26])));
}

pub(crate) fn consent() -> ConsentVersion {
    ConsentVersion("2026-11".to_owned())
}

/// The same recipient signs in by a mailed link, hides the badge, shows it again, and deletes it.
pub(crate) async fn live(metered: &Metered) {
    let Metered { world, meter, .. } = metered;
    let ports = metered.recipients();
    let wallet = sign_in(metered).await;
    let badge = Census::take(&world.store).await.public.into_keys().next().unwrap();
    meter.step("looking for them", 1);

    holdings::list(ports, &wallet, 0, 30).await.unwrap();
    assert_eq!(meter.step("see all badges", 1), bill([0, 1, 1, 3], None));
    holdings::one(ports, &wallet, &badge).await.unwrap().unwrap();
    assert_eq!(meter.step("see one badge", 1), bill([1, 0, 1, 3], None));
    ask_the_office(metered, &wallet, &badge).await;
    choose(metered, &wallet, &badge, Visibility::Private).await;
    assert_eq!(meter.step("hide it", 1), bill([4, 0, 1, 7], Some([2, 1, 22])));
    choose(metered, &wallet, &badge, Visibility::Public).await;
    assert_eq!(meter.step("show it again", 1), bill([4, 0, 1, 6], Some([3, 0, 22])));
    compare_names(metered, &wallet, &badge).await;
    deletion::delete(ports, &wallet, &badge).await.unwrap().unwrap();
    assert_eq!(meter.step("delete it", 1), bill([5, 1, 2, 10], Some([7, 3, 36])));
    deliver(metered).await;
    let told = Bill { asked: 1, bulk_calls: 1, mails: 1, ..bill([0, 1, 1, 2], None) };
    let told = Bill { transactions: transactions([(1, [1, 0, 2]), (1, [0, 1, 2])]), ..told };
    assert_eq!(meter.step("mail that it is deleted", 1), told);
    issuance::publish_marked(metered.ports()).await.unwrap();
    let published = Bill { signs: 1, ..bill([1, 0, 2, 3], None) };
    let published = Bill { transactions: transactions([(1, [1, 0, 2]), (1, [0, 1, 2])]), ..published };
    assert_eq!(meter.step("publish the list", 1), published);
}

/// The holder asks the office about the badge, and the office and the holder are mailed.
async fn ask_the_office(metered: &Metered, wallet: &WalletId, badge: &BadgeId) {
    let Metered { world, meter, .. } = metered;
    let wallets = Census::take(&world.store).await.wallets;
    let wallet = wallets.iter().find(|found| found.id == *wallet).unwrap();
    meter.step("looking for it", 1);
    let inquiry = Inquiry {
        topic: Topic::Sharing,
        message: InquiryText::mend(&"どうすればよいですか。".repeat(10)).unwrap(),
        reply_to: wallet.main_address().unwrap().clone(),
        named: Named { badge: Some(badge.clone()), link: None },
        form: FormStamp::new(&metered.entropy, world.clock.now()),
    };
    let office = world.programme.office_mailbox().unwrap();
    let client = Client::of("203.0.113.24");
    inquiry::send(metered.recipients(), &office, Some(wallet), &inquiry, &client).await.unwrap();
    assert_eq!(meter.step("ask the office", 1), bill([2, 3, 0, 13], Some([5, 0, 10])));
    deliver(metered).await;
    // The mail to the office goes by itself.
    let mailed = Bill { asked: 1, bulk_calls: 1, mails: 2, ..bill([2, 1, 1, 6], None) };
    let mailed = Bill { transactions: transactions([(2, [1, 0, 2]), (2, [0, 1, 2])]), ..mailed };
    assert_eq!(meter.step("mail it", 1), mailed);
}

/// The holder lets a name be compared, somebody does it, and the holder ends it.
async fn compare_names(metered: &Metered, wallet: &WalletId, badge: &BadgeId) {
    let meter = &metered.meter;
    let ports = metered.recipients();
    assert!(name_match::allow(ports, &NAME_MATCH_KEY, wallet, badge).await.unwrap());
    assert_eq!(meter.step("let names be compared", 1), bill([7, 0, 1, 11], Some([3, 0, 22])));
    let claim::Ports { table, clock, entropy } = ports;
    let comparing = Ports { table, clock, entropy, key: &NAME_MATCH_KEY };
    let compared = compare(comparing, badge, "見本", &Client::of("203.0.113.24")).await.unwrap();
    assert_eq!(compared.map(|answered| answered.compared), Some(Compared::Differs));
    assert_eq!(meter.step("compare a name", 1), bill([1, 3, 0, 12], Some([3, 0, 6])));
    assert!(name_match::stop(ports, wallet, badge).await.unwrap());
    assert_eq!(meter.step("stop that", 1), bill([4, 0, 1, 7], Some([3, 0, 22])));
}

async fn choose(metered: &Metered, wallet: &WalletId, badge: &BadgeId, visible: Visibility) {
    let chosen = visibility::choose(metered.recipients(), wallet, badge, visible, &consent()).await;
    assert!(chosen.unwrap());
}

pub(crate) async fn deliver(metered: &Metered) {
    issuance::deliver(metered.ports(), &month::compose, &Call::default()).await.unwrap();
}

async fn sign_in(metered: &Metered) -> WalletId {
    let Metered { world, meter, .. } = metered;
    let ports = metered.recipients();
    let address = world.outbox.mails().remove(0).to;
    session::ask(ports, &address, &Client::of("203.0.113.24")).await.unwrap();
    assert_eq!(meter.step("ask for a sign-in", 1), bill([1, 2, 0, 10], Some([3, 0, 6])));
    deliver(metered).await;
    let mailed = Bill { asked: 1, bulk_calls: 1, mails: 1, ..bill([1, 1, 1, 3], None) };
    let mailed = Bill { transactions: transactions([(1, [2, 0, 4]), (1, [0, 1, 2])]), ..mailed };
    assert_eq!(meter.step("mail the link", 1), mailed);
    let link = world.outbox.mails().iter().rev().find_map(|mail| link_in(&mail.text, "/wallet/sign-in/"));
    let link = link.unwrap();
    session::look(ports, &link).await.unwrap().unwrap();
    let browser = session::sign_in(ports, &link).await.unwrap().unwrap();
    assert_eq!(meter.step("open it and sign in", 1), bill([4, 0, 0, 4], Some([1, 1, 4])));
    let signed_in = session::signed_in(ports, &browser).await.unwrap().unwrap();
    assert_eq!(meter.step("be signed in", 1), bill([2, 0, 0, 2], None));
    signed_in.wallet.id
}

/// Everybody else is reminded after a week.
pub(crate) async fn remind(metered: &Metered) {
    let Metered { world, meter, .. } = metered;
    let others = PEOPLE - 1;
    world.clock.jump(8 * 24 * 3_600);
    let reminded = issuance::remind(metered.ports(), world.clock.now(), &Call::default()).await.unwrap();
    assert_eq!(reminded.owed as u64, others);
    // A shard's sent mails, and by 100 its badges. By 50, "sent" becomes "owed"; of who has accepted it is settled.
    let sent_mails = 7;
    let reminding = Bill {
        batches: 2 * SHARDS,
        queries: 1 + 16,
        read: 2 * PEOPLE + 1 + 16 + SHARDS * (sent_mails - 1) - 1,
        transactions: transactions([
            (2 * SHARDS - 1, [50, 50, 200]),
            (1, [50, 49, 198]),
            (SHARDS, [10, 10, 40]),
        ]),
        ..Bill::default()
    };
    assert_eq!(meter.step("remind", others), reminding);
    let (swept, done) =
        issuance::sweep(metered.ports(), world.clock.now(), &month::compose, &Call::default()).await;
    done.unwrap();
    assert_eq!(swept.mails.sent as u64, others);
    let mailing = meter.step("mail the reminders", others);
    // Badges and addresses, by the 50 that are mailed together.
    assert_eq!((mailing.gets, mailing.batches), (0, 2 * 3 * SHARDS));
    assert_eq!((mailing.mails, mailing.bulk_calls), (others, 3 * SHARDS));
    let units: u64 = mailing.transactions.iter().map(|(kind, count)| kind.units * count).sum();
    assert_eq!(units, 10 * others);
}
