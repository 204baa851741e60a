//! The life of what is kept: a copy of a person is handed out, people are erased in three states, and in the end the times of orders,
//! of the register and of the audit are over.

use jiff::Timestamp;
use shomei_core::{
    badge::Visibility,
    candidate::{AnyCandidate, BodyNumber},
    claim::{Accepted, deletion},
    issuance::{self, Call},
    office::{
        Member, Role, retention,
        rights::{Person, erasure, export, person},
    },
    order::{Addressee, AnyOrder, OrderId, PaymentId, Reason},
    ports::Clock,
    reissue::{
        issue,
        order::{self, Ordered},
        pay::{self, Entered, Received},
    },
    store::Failure,
};
use shomei_tests::{
    audit::Census,
    faults::Faulty,
    month::{self, claim_ports, consent},
    world::World,
};

use crate::{
    UseCase, crash_table,
    recipient::{deliver, wait_until, wallet},
};

/// The first one accepts, the second one orders the deleted badge, the third one never accepts; the fourth one's was issued again, and the
/// fifth one keeps it.
const LIST: &str = "資格コード,区分,日付,氏名,メールアドレス,会員番号\n\
    pm-foundation,合格,2026/10/1,見本 一郎,ichiro@example.jp,A-1\n\
    pm-foundation,合格,2026/10/2,見本 二葉,futaba@example.jp,A-2\n\
    pm-foundation,合格,2026/10/3,見本 三月,mitsu@example.jp,A-3\n\
    pm-foundation,合格,2026/10/4,見本 四季,shiki@example.jp,A-4\n\
    pm-foundation,合格,2026/10/5,見本 五美,gomi@example.jp,A-5\n";

const ICHIRO: (&str, &str) = ("A-1", "ichiro@example.jp");
const FUTABA: (&str, &str) = ("A-2", "futaba@example.jp");
const MITSU: (&str, &str) = ("A-3", "mitsu@example.jp");
const SHIKI: (&str, &str) = ("A-4", "shiki@example.jp");
const GOMI: (&str, &str) = ("A-5", "gomi@example.jp");

/// When orders of 2026 are kept no more, when the register of October is not, and when the audit of November is not.
const ORDERS_OVER: &str = "2035-12-31T15:00:00Z";
const REGISTER_OVER: &str = "2036-10-31T15:00:00Z";
const AUDIT_OVER: &str = "2036-11-30T15:00:00Z";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rights {
    Export,
    Decide,
    EraseAccepted,
    EraseOrdering,
    EraseUnclaimed,
    ForgetOrders,
    Retire,
    ForgetRegister,
    ForgetMonth,
    ForgetAudit,
    Sweep,
}

impl UseCase for Rights {
    const LIFE: &'static [Self] = &[
        Self::Export,
        Self::Decide,
        Self::EraseAccepted,
        Self::EraseOrdering,
        Self::EraseUnclaimed,
        Self::ForgetOrders,
        Self::Retire,
        Self::ForgetRegister,
        Self::ForgetMonth,
        Self::ForgetAudit,
        Self::Sweep,
    ];
    const PEOPLE: usize = 5;

    async fn begin(world: &World) {
        let ports = Faulty::new(world, None);
        month::achievement(&ports, world, None).await.unwrap().unwrap();
        month::register(&ports, world, LIST).await.unwrap();
        assert!(month::run(&ports, month::scheduled()).await.unwrap().agrees());
        for (_, address) in [ICHIRO, FUTABA, SHIKI, GOMI] {
            let link = &world.outbox.tokens()[address][0];
            let accepted = month::accept(&ports, world, link, Visibility::Public).await.unwrap();
            assert!(matches!(accepted, Accepted::Now(_)), "{accepted:?}");
        }
        for of in [FUTABA, SHIKI] {
            order(&ports, world, of).await;
        }
        let id = order_of(world, SHIKI).await;
        let received = Received {
            id: PaymentId::of_checkout("1"),
            way: shomei_core::order::Way::PaymentService,
            amount: shomei_core::order::Amount::yen(5_500),
            paid_on: jiff::civil::date(2026, 11, 2),
            order: Some(id.clone()),
            intent: Some("1".to_owned()),
            event: None,
            actor: shomei_core::order::Actor::PaymentService,
        };
        assert_eq!(pay::receive(ports.reissue(), &received).await.unwrap(), Entered::Settled(id.clone()));
        let signing = ports.issuance().signing();
        issue::issue(signing, &id, &shomei_core::order::Actor::PaymentService).await.unwrap();
        deliver(&ports).await.unwrap();
        issuance::publish_marked(ports.issuance()).await.unwrap();
    }

    /// Whoever unclaimed is erased leaves no badge, and the replaced badge counts again once its order is forgotten.
    fn left(self) -> usize {
        match self {
            Self::EraseUnclaimed => Self::PEOPLE - 1,
            _ => Self::PEOPLE,
        }
    }

    /// Whatever is not asked for stays as it is: only what was begun is left to be done.
    fn rest(self) -> Vec<Self> {
        vec![Self::Sweep]
    }

    fn goes_on(self) -> bool {
        matches!(
            self,
            Self::ForgetOrders
                | Self::Retire
                | Self::ForgetRegister
                | Self::ForgetMonth
                | Self::ForgetAudit
                | Self::Sweep
        )
    }

    async fn act(self, ports: &Faulty<'_>, world: &World) -> Result<(), Failure> {
        match self {
            Self::Export => {
                let of = found(world, ICHIRO).await.unwrap();
                let exported = export::export(ports.reissue(), &approver(), &of).await?;
                assert!(exported.records.contains(ICHIRO.1));
            }
            Self::Decide => decide(ports, world, ICHIRO).await?,
            Self::EraseAccepted => erase(ports, world, ICHIRO).await?,
            Self::EraseOrdering => {
                decide(ports, world, FUTABA).await?;
                erase(ports, world, FUTABA).await?;
            }
            Self::EraseUnclaimed => {
                decide(ports, world, MITSU).await?;
                erase(ports, world, MITSU).await?;
            }
            Self::ForgetOrders => forget(ports, world, ORDERS_OVER).await?,
            Self::Retire => forget(ports, world, REGISTER_OVER).await?,
            Self::ForgetRegister | Self::ForgetMonth => {
                world.clock.jump(3_600);
                forget(ports, world, REGISTER_OVER).await?;
            }
            Self::ForgetAudit => forget(ports, world, AUDIT_OVER).await?,
            Self::Sweep => {
                let call = Call::default();
                let now = world.clock.now();
                let (swept, result) = issuance::sweep(ports.issuance(), now, &month::compose, &call).await;
                result?;
                if swept.mails.postponed > 0 {
                    return Err(Failure::TryAgain("mails were postponed".to_owned()));
                }
            }
        }
        Ok(())
    }
}

fn approver() -> Member {
    Member { subject: "approver-1".to_owned(), role: Role::Approver }
}

async fn found(world: &World, (number, _): (&str, &str)) -> Option<Person> {
    let number = BodyNumber::mend(number).unwrap();
    person::of_number(Faulty::new(world, None).reissue(), &number).await.unwrap()
}

/// Whoever decided it and was not told decides it again, as long as the person is there.
async fn decide(ports: &Faulty<'_>, world: &World, of: (&str, &str)) -> Result<(), Failure> {
    let reason = Reason::parse("本人の請求").unwrap();
    if let Some(person) = found(world, of).await {
        erasure::begin(ports.reissue(), &approver(), &person, &reason).await?;
    }
    Ok(())
}

async fn erase(ports: &Faulty<'_>, world: &World, of: (&str, &str)) -> Result<(), Failure> {
    let number = BodyNumber::mend(of.0).unwrap();
    let progress = erasure::proceed(ports.reissue(), &number, None).await?;
    assert!(progress.done, "{progress:?}");
    assert!(found(world, of).await.is_none());
    assert_eq!(wallet(world, of.1).await, None);
    Ok(())
}

/// What one sweep erases.
async fn forget(ports: &Faulty<'_>, world: &World, when: &str) -> Result<(), Failure> {
    wait_until(world, when);
    let (months, now): (_, Timestamp) = (Census::take(&world.store).await.opened, world.clock.now());
    retention::sweep(ports.reissue(), &months, now, None).await.1
}

async fn order(ports: &Faulty<'_>, world: &World, of: (&str, &str)) {
    let wallet = wallet(world, of.1).await.unwrap();
    let badge = match &found(world, of).await.unwrap().occasions[0].record {
        AnyCandidate::Issued(candidate) => candidate.state.badge.clone(),
        other => panic!("{other:?}"),
    };
    let may = claim_ports(ports, world);
    assert!(deletion::delete(may, &wallet, &badge).await.unwrap().is_some());
    let to = Addressee::parse("見本 様").unwrap();
    let ordered = order::place(ports.reissue(), &wallet, &badge, &to, &consent()).await.unwrap();
    assert!(matches!(ordered, Some(Ordered::Order(_))), "{ordered:?}");
}

async fn order_of(world: &World, of: (&str, &str)) -> OrderId {
    let candidate = found(world, of).await.unwrap().occasions[0].candidate.clone();
    let orders = Census::take(&world.store).await.orders;
    let theirs = |order: &&AnyOrder| order.terms().candidate == candidate;
    orders.values().find(theirs).unwrap().terms().id.clone()
}

crash_table! { Rights
    handing_out_loses_nothing: Export;
    erasing_loses_nothing: Decide, EraseAccepted;
    erasing_with_an_order_loses_nothing: EraseOrdering, EraseUnclaimed;
    forgetting_orders_loses_nothing: ForgetOrders;
    forgetting_the_register_loses_nothing: Retire, ForgetRegister, ForgetMonth;
    forgetting_the_audit_loses_nothing: ForgetAudit, Sweep;
}
