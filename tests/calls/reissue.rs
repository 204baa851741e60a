//! What the reissue of a deleted badge costs: ordering it, and paying, issuing and receipting it.

use shomei_core::{
    badge::AnyBadge,
    issuance::Signing,
    order::{Actor, Addressee, Amount, PaymentId, Way},
    ports::Clock as _,
    reissue::{
        Ports, issue,
        order::{self, Ordered},
        papers,
        pay::{self, Entered, Received},
    },
};
use shomei_tests::audit::Census;

use crate::{
    Metered,
    meter::{Bill, transactions},
    wallets::{bill, consent, deliver},
};

/// The recipient who deleted the badge orders it, pays, and gets it again.
pub(crate) async fn live(metered: &Metered) {
    let Metered { world, table, meter, entropy } = metered;
    let ports = Ports { table, clock: &world.clock, entropy, programme: &world.programme };
    let census = Census::take(&world.store).await;
    let deleted = census.badges.values().find_map(|badge| match badge {
        AnyBadge::Deleted(badge) => Some(badge.id.clone()),
        _ => None,
    });
    let (badge, wallet) = (deleted.unwrap(), census.wallets[0].id.clone());
    order::look(ports, &wallet, &badge).await.unwrap().unwrap();
    assert_eq!(meter.step("see the price", 1), bill([4, 0, 0, 4], None));
    let addressee = Addressee::parse("見本商事 御中").unwrap();
    let ordered = order::place(ports, &wallet, &badge, &addressee, &consent()).await.unwrap();
    let Some(Ordered::Order(order)) = ordered else { panic!("{ordered:?}") };
    assert_eq!(meter.step("order it", 1), bill([6, 0, 0, 6], Some([7, 0, 18])));
    deliver(metered).await;
    let told = Bill { asked: 1, bulk_calls: 1, mails: 1, ..bill([1, 1, 1, 3], None) };
    let told = Bill { transactions: transactions([(1, [1, 0, 2]), (1, [0, 1, 2])]), ..told };
    assert_eq!(meter.step("mail how to pay", 1), told);

    let received = Received {
        id: PaymentId::of_checkout("cs_1"),
        way: Way::PaymentService,
        amount: Amount::yen(5_500),
        paid_on: shomei_core::calendar::japan_date(world.clock.now()),
        order: Some(order.clone()),
        intent: Some("pi_1".to_owned()),
        event: Some("evt_1".to_owned()),
        actor: Actor::PaymentService,
    };
    let entered = pay::receive(ports, &received).await.unwrap();
    assert_eq!(entered, Entered::Settled(order.clone()));
    assert_eq!(meter.step("enter the payment", 1), bill([8, 0, 0, 8], Some([9, 0, 20])));
    let signing = Signing {
        table,
        signer: metered,
        token_signer: None,
        clock: &world.clock,
        entropy,
        programme: &world.programme,
    };
    let issued = issue::issue(signing, &order, &Actor::PaymentService).await.unwrap();
    assert_eq!(issued, issue::Outcome::Issued);
    let issuing = Bill { signs: 1, ..bill([14, 0, 0, 15], None) };
    let issuing = Bill { transactions: transactions([(1, [2, 0, 12]), (1, [9, 3, 40])]), ..issuing };
    assert_eq!(meter.step("issue it again", 1), issuing);
    deliver(metered).await;
    let told = Bill { asked: 1, bulk_calls: 1, mails: 1, ..bill([1, 1, 1, 3], None) };
    let told = Bill { transactions: transactions([(1, [1, 0, 2]), (1, [0, 1, 2])]), ..told };
    assert_eq!(meter.step("mail that it is issued", 1), told);
    papers::of_wallet(ports, &wallet, &order).await.unwrap().unwrap();
    assert_eq!(meter.step("see the receipt", 1), bill([2, 0, 0, 2], None));
}
