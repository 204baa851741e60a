//! What holders, the staff, the payment service and the bank do with orders, in any order, two at once, and with faults.

#[path = "orders/laws.rs"]
mod laws;

use jiff::{SignedDuration, civil::date};
use payments::bank::Deposit;
use proptest::{option, prelude::*, sample::select};
use shomei_core::{
    candidate::{AnyCandidate, CandidateRef, Correction},
    claim::Client,
    order::{Actor, Addressee, Amount, AnyOrder, OrderId, Payment, PaymentAlias, PaymentId, Reason, Way},
    ports::{Clock, MailKind},
    reissue::{
        favour,
        heal::heal,
        issue, order,
        pay::{self, Received},
        refund::{self, Told},
        restore, staff, statement,
    },
    store::{self, Failure},
    wallet::Holding,
};
use shomei_tests::{
    audit::Census,
    faults::{Faulty, Plan},
    month::consent,
    world::{World, link_in},
};

pub(crate) use self::laws::{settle_up, taken_back};
use crate::recipients::{address, any_plan, at, deliver};

/// Something that becomes of an order or of money, and how it fails.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    act: Act,
    fault: Option<Plan>,
}

/// Numbers choose among what there is, counted around.
#[derive(Debug, Clone)]
enum Act {
    Order {
        place: usize,
    },
    AddressReceipt {
        order: usize,
    },
    /// The payment service tells of money, once or once more.
    Pay {
        money: Money,
        event: usize,
    },
    /// What the payment service tells of it before or after.
    Tell {
        money: Money,
        told: Told,
        event: usize,
    },
    /// A line of the bank's statement, read once or once more.
    Transfer {
        money: Money,
    },
    Confirm {
        money: Money,
    },
    Issue {
        order: usize,
    },
    Refund {
        order: usize,
    },
    ReturnParked {
        payment: usize,
    },
    Favour {
        person: usize,
        why: usize,
        corrected: Option<usize>,
    },
    AskToRestore {
        person: usize,
    },
    /// Opens a wallet by one of the newest mails that do so.
    Restore {
        mail: usize,
    },
    /// What the sweep does for orders, as if it were so many days later.
    Heal {
        days: i64,
    },
}

/// Money for an order that there is, or that nobody knows. The same one is told of whenever all of this is the same.
#[derive(Debug, Clone)]
struct Money {
    order: Option<usize>,
    sum: Sum,
    number: usize,
}

#[derive(Debug, Clone, Copy)]
enum Sum {
    Exact,
    TooLittle,
    Dollars,
}

/// So many yen an order costs.
const FEE: u64 = 5_500;

fn any_money() -> impl Strategy<Value = Money> {
    let sum = prop_oneof![6 => Just(Sum::Exact), 2 => Just(Sum::TooLittle), 1 => Just(Sum::Dollars)];
    (option::weighted(0.95, 0..9_usize), sum, 0..2_usize).prop_map(|(order, sum, number)| Money {
        order,
        sum,
        number,
    })
}

fn any_act() -> impl Strategy<Value = Act> {
    let some = || 0..9_usize;
    let event = || 0..2_usize;
    let told = select(vec![
        Told::Refunded,
        Told::PartlyRefunded,
        Told::Disputed,
        Told::DisputeWon,
        Told::DisputeLost,
    ]);
    let corrected = option::weighted(0.3, 0..6_usize);
    prop_oneof![
        8 => some().prop_map(|place| Act::Order { place }),
        1 => some().prop_map(|order| Act::AddressReceipt { order }),
        14 => (any_money(), event()).prop_map(|(money, event)| Act::Pay { money, event }),
        4 => (any_money(), told, event()).prop_map(|(money, told, event)| Act::Tell { money, told, event }),
        3 => any_money().prop_map(|money| Act::Transfer { money }),
        2 => any_money().prop_map(|money| Act::Confirm { money }),
        4 => some().prop_map(|order| Act::Issue { order }),
        2 => some().prop_map(|order| Act::Refund { order }),
        2 => some().prop_map(|payment| Act::ReturnParked { payment }),
        3 => (some(), 0..2_usize, corrected)
            .prop_map(|(person, why, corrected)| Act::Favour { person, why, corrected }),
        2 => some().prop_map(|person| Act::AskToRestore { person }),
        2 => (0..2_usize).prop_map(|mail| Act::Restore { mail }),
        2 => (0..40_i64).prop_map(|days| Act::Heal { days }),
    ]
}

pub(crate) fn any_step() -> impl Strategy<Value = Step> {
    (any_act(), option::weighted(0.5, any_plan(24))).prop_map(|(act, fault)| Step { act, fault })
}

/// Orders the deleted badge at a place in a wallet.
pub(crate) async fn place(ports: &Faulty<'_>, place: &Holding) {
    let placed = order::place(ports.reissue(), &place.wallet, &place.badge, &addressee(), &consent()).await;
    assert!(matches!(placed, Ok(Some(order::Ordered::Order(_)))), "{placed:?}");
}

impl Step {
    /// Does it. Whether it failed does not matter: whoever failed tries again some day.
    pub(crate) async fn take(&self, world: &World, census: &Census) {
        let ports = Faulty::new(world, self.fault);
        let _ = self.act.take(&ports, world, census).await;
    }
}

impl Act {
    async fn take(&self, ports: &Faulty<'_>, world: &World, census: &Census) -> Result<(), Failure> {
        let may = ports.reissue();
        match self {
            Self::Order { place } => {
                let deleted: Vec<_> = census.holdings.iter().filter(|place| place.deleted).collect();
                if let Some(place) = at(&deleted, *place) {
                    order::place(may, &place.wallet, &place.badge, &addressee(), &consent()).await?;
                }
            }
            Self::AddressReceipt { order } => {
                if let Some(order) = order_at(census, *order)
                    && let Some(wallet) = &order.terms().wallet
                {
                    order::address_receipt(may, wallet, &order.terms().id, &addressee()).await?;
                }
            }
            Self::Pay { money, event } => {
                let received = money.by_card(census, *event);
                pay::receive(may, &received).await?;
                assert!(stands(world, &received.id).await, "money that was entered is not there");
            }
            Self::Tell { money, told, event } => {
                let intent = money.name(census);
                refund::hear(may, &intent, *told, &format!("{intent} {told:?} {event}")).await?;
            }
            Self::Transfer { money } => {
                if let Some(deposit) = money.by_transfer(census) {
                    statement::enter(may, &deposit, &clerk()).await?;
                    let line = PaymentId::of_bank_line(&deposit.identity);
                    assert!(stands(world, &line).await, "a line that was entered is not there");
                }
            }
            Self::Confirm { money } => {
                if let Some(order) = money.order(census) {
                    let id = &order.terms().id;
                    staff::confirm(may, id, money.amount(), date(2026, 11, 3), &clerk()).await?;
                }
            }
            Self::Issue { order } => {
                if let Some(order) = order_at(census, *order) {
                    issue::issue(ports.issuance().signing(), &order.terms().id, &clerk()).await?;
                }
            }
            Self::Refund { order } => {
                if let Some(order) = order_at(census, *order) {
                    refund::refund(may, &order.terms().id, &clerk(), &reason(0)).await?;
                }
            }
            Self::ReturnParked { payment } => {
                let payments: Vec<_> = census.payments.keys().collect();
                if let Some(payment) = at(&payments, *payment) {
                    refund::return_parked(may, payment, &clerk()).await?;
                }
            }
            Self::Favour { person, why, corrected } => {
                if let Some(candidate) = candidate_at(census, *person) {
                    let (occasion, to) = (CandidateRef::of(candidate.details()), corrected.map(address));
                    favour::favour(
                        may,
                        &occasion,
                        &Correction { address: to, ..Correction::default() },
                        &clerk(),
                        &reason(*why),
                    )
                    .await?;
                }
            }
            Self::AskToRestore { person } => {
                if let Some(candidate) = candidate_at(census, *person) {
                    let details = candidate.details();
                    let client = Client::of("203.0.113.9");
                    restore::ask(may, &details.number, &details.address, &client).await?;
                    deliver(ports).await?;
                }
            }
            Self::Restore { mail } => {
                let mails = world.outbox.mails();
                let newest: Vec<_> =
                    mails.iter().rev().filter(|mail| mail.kind == MailKind::RestoreWallet).take(2).collect();
                let link = at(&newest, *mail).and_then(|mail| link_in(&mail.text, "/reissue/restore/"));
                if let Some(link) = link {
                    restore::restore(may, &link).await?;
                }
            }
            Self::Heal { days } => {
                let later = world.clock.now() + SignedDuration::from_hours(24 * days);
                heal(ports.issuance().signing(), later).await.1?;
            }
        }
        Ok(())
    }
}

impl Money {
    fn order<'a>(&self, census: &'a Census) -> Option<&'a AnyOrder> {
        order_at(census, self.order?)
    }

    fn order_id(&self, census: &Census) -> OrderId {
        let unknown = OrderId::parse("2026-10-0d8d2f0e-51c5-4c8c-9a53-1d1f0a2a6f11").unwrap();
        self.order(census).map_or(unknown, |order| order.terms().id.clone())
    }

    fn name(&self, census: &Census) -> String {
        format!("{}-{:?}-{}", self.order_id(census), self.sum, self.number)
    }

    fn amount(&self) -> Amount {
        match self.sum {
            Sum::Exact => Amount::yen(FEE),
            Sum::TooLittle => Amount::yen(FEE - 1),
            Sum::Dollars => Amount { units: FEE, currency: "usd".to_owned() },
        }
    }

    fn by_card(&self, census: &Census, event: usize) -> Received {
        let name = self.name(census);
        Received {
            id: PaymentId::of_checkout(&name),
            way: Way::PaymentService,
            amount: self.amount(),
            paid_on: date(2026, 11, 3),
            order: self.order.map(|_| self.order_id(census)),
            event: Some(format!("{name} paid {event}")),
            intent: Some(name),
            actor: Actor::PaymentService,
        }
    }

    fn by_transfer(&self, census: &Census) -> Option<Deposit> {
        let order = self.order(census)?;
        let amount = self.amount().units;
        let texts = vec![format!("ミホン {}", order.terms().reference)];
        Some(Deposit { line: 2, date: date(2026, 11, 4), amount, texts, identity: self.name(census) })
    }
}

fn clerk() -> Actor {
    Actor::staff("clerk-1")
}

fn addressee() -> Addressee {
    Addressee::parse("見本株式会社").unwrap()
}

/// Asked for with the same reason, a favour is the same one.
fn reason(number: usize) -> Reason {
    Reason::parse(if number.is_multiple_of(2) {
        "届かなかったため"
    } else {
        "氏名の誤りのため"
    })
    .unwrap()
}

fn order_at(census: &Census, place: usize) -> Option<&AnyOrder> {
    let orders: Vec<_> = census.orders.values().collect();
    at(&orders, place).copied()
}

fn candidate_at(census: &Census, place: usize) -> Option<&AnyCandidate> {
    let mut candidates: Vec<_> = census.candidates.values().collect();
    candidates.sort_by_key(|candidate| candidate.details().number.to_string());
    at(&candidates, place).copied()
}

/// Whether money is there, under this name or another one.
async fn stands(world: &World, id: &PaymentId) -> bool {
    let (key, alias) = (Payment::key_of(id), PaymentAlias::key_of(id));
    store::load::<Payment>(world.table(), &key).await.unwrap().is_some()
        || store::load::<PaymentAlias>(world.table(), &alias).await.unwrap().is_some()
}
