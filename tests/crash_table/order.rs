//! The life of orders: every use case of the reissue, what issuance does for it, and every way in which money comes and goes.

#[path = "order/steps.rs"]
mod steps;

use jiff::civil::date;
use shomei_core::{
    badge::{AnyBadge, BadgeId, Visibility},
    claim::{Accepted, closing, deletion},
    order::{Addressee, Amount, AnyOrder, Mismatch, PaymentId},
    ports::Clock,
    reissue::{
        heal::heal,
        order::{self, Addressed},
        pay::{self, Entered},
        refund::{self, Heard, Returned, Told},
        staff::{self, Confirmed},
        statement::Verdict,
    },
    store::{self, Failure},
    wallet::Wallet,
};
use shomei_tests::{
    audit::Census,
    faults::Faulty,
    month::{self, claim_ports},
    world::World,
};

use self::steps::*;
use crate::{
    UseCase, crash_table,
    recipient::{wait_until, wallet},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reissue {
    Order,
    AddressReceipt,
    PayByCard,
    Issue,
    ToldThrice,
    PaidTwice,
    ReturnParked,
    Transfer,
    RefundBeforeIssue,
    FavourDeleted,
    WrongAmount,
    ConfirmByHand,
    BanksLine,
    Heal,
    RefundAfterIssue,
    AskToMerge,
    Merge,
    PayMerged,
    IssueMerged,
    FavourUnclaimed,
    FavourTooMuch,
    TakeFavourBack,
    FavourClaimed,
    CorrectClaimed,
    HealFavours,
    Close,
    AskToRestore,
    Restore,
    OrderRestored,
    RefundBeforeMoney,
    PayRefunded,
    PayAgain,
    Dispute,
    DisputeWon,
    PartlyRefunded,
    DisputeLost,
    Expire,
    PayExpired,
    IssueExpired,
    Sweep,
}

impl UseCase for Reissue {
    const LIFE: &'static [Self] = &[
        Self::Order,
        Self::AddressReceipt,
        Self::PayByCard,
        Self::Issue,
        Self::ToldThrice,
        Self::PaidTwice,
        Self::ReturnParked,
        Self::Transfer,
        Self::RefundBeforeIssue,
        Self::FavourDeleted,
        Self::WrongAmount,
        Self::ConfirmByHand,
        Self::BanksLine,
        Self::Heal,
        Self::RefundAfterIssue,
        Self::AskToMerge,
        Self::Merge,
        Self::PayMerged,
        Self::IssueMerged,
        Self::FavourUnclaimed,
        Self::FavourTooMuch,
        Self::TakeFavourBack,
        Self::FavourClaimed,
        Self::CorrectClaimed,
        Self::HealFavours,
        Self::Close,
        Self::AskToRestore,
        Self::Restore,
        Self::OrderRestored,
        Self::RefundBeforeMoney,
        Self::PayRefunded,
        Self::PayAgain,
        Self::Dispute,
        Self::DisputeWon,
        Self::PartlyRefunded,
        Self::DisputeLost,
        Self::Expire,
        Self::PayExpired,
        Self::IssueExpired,
        Self::Sweep,
    ];
    const PEOPLE: usize = 9;

    /// All but one have accepted their badges, some have deleted them, and some of those have ordered.
    async fn begin(world: &World) {
        let ports = Faulty::new(world, None);
        month::achievement(&ports, world, None).await.unwrap().unwrap();
        month::register(&ports, world, LIST).await.unwrap();
        assert!(month::run(&ports, month::scheduled()).await.unwrap().agrees());
        for person in [ICHIRO, FUTABA, MITSU, SHIKI, ROKURO, NANAMI, YAE, TSUKUMO] {
            let link = &world.outbox.tokens()[person.address][0];
            let accepted = month::accept(&ports, world, link, Visibility::Public).await.unwrap();
            assert!(matches!(accepted, Accepted::Now(_)), "{accepted:?}");
        }
        for person in [ICHIRO, FUTABA, MITSU, SHIKI, NANAMI, YAE] {
            let may = claim_ports(&ports, world);
            let (wallet, badge) = (wallet(world, person.address).await.unwrap(), badge(world, person).await);
            assert!(deletion::delete(may, &wallet, &badge).await.unwrap().is_some());
        }
        for person in [FUTABA, MITSU, SHIKI, YAE] {
            ordered(&ports, world, person).await.unwrap();
        }
    }

    fn goes_on(self) -> bool {
        matches!(self, Self::Heal | Self::HealFavours | Self::Expire | Self::Sweep)
    }

    /// An order may wait, and a wallet may stay as it is, for ever: only what is owed is left to be done.
    fn rest(self) -> Vec<Self> {
        vec![Self::Sweep]
    }

    async fn act(self, ports: &Faulty<'_>, world: &World) -> Result<(), Failure> {
        match self {
            Self::Order => ordered(ports, world, ICHIRO).await?,
            Self::OrderRestored => ordered(ports, world, NANAMI).await?,
            Self::AddressReceipt => {
                let wallet = wallet(world, ICHIRO.address).await.unwrap();
                let to = Addressee::parse("見本株式会社").unwrap();
                let order = order_of(world, ICHIRO).await;
                let changed =
                    order::address_receipt(ports.reissue(), &wallet, &order.terms().id, &to).await?;
                assert_eq!(changed, Some(Addressed::Changed));
            }
            Self::PayByCard | Self::PayMerged | Self::PayExpired | Self::PayAgain => {
                let (person, session) = self.card();
                settled(ports, &card(world, person, session, "paid").await).await?;
            }
            Self::ToldThrice => {
                for event in ["paid", "paid", "paid once more"] {
                    settled(ports, &card(world, ICHIRO, "1", event).await).await?;
                }
            }
            Self::PaidTwice => {
                let again = card(world, ICHIRO, "2", "paid twice").await;
                let entered = pay::receive(ports.reissue(), &again).await?;
                let (now, before) = (Entered::Parked, Entered::StillParked);
                assert!([now, before].map(|it| it(Mismatch::AlreadyPaid)).contains(&entered), "{entered:?}");
            }
            Self::ReturnParked => {
                let parked = PaymentId::of_checkout("2");
                let returned = refund::return_parked(ports.reissue(), &parked, &clerk()).await?;
                assert_eq!(returned, Returned::Entered);
            }
            Self::Transfer => {
                let verdict = transferred(ports, world, FUTABA, FEE).await?;
                assert!(matches!(verdict, Verdict::Settled { .. }), "{verdict:?}");
            }
            Self::WrongAmount => {
                let verdict = transferred(ports, world, MITSU, FEE - 1).await?;
                assert!(matches!(verdict, Verdict::Parked { reason: Mismatch::WrongAmount, .. }));
            }
            Self::ConfirmByHand => {
                let order = order_of(world, MITSU).await.terms().id.clone();
                let (paid, day) = (Amount::yen(FEE), date(2026, 11, 4));
                let confirmed = staff::confirm(ports.reissue(), &order, paid, day, &clerk()).await?;
                assert_eq!(confirmed, Confirmed::Settled(order));
            }
            Self::BanksLine => {
                let verdict = transferred(ports, world, MITSU, FEE).await?;
                assert!(matches!(verdict, Verdict::Matched { .. }), "{verdict:?}");
            }
            Self::RefundBeforeIssue => refunded(ports, world, FUTABA).await?,
            Self::RefundAfterIssue => refunded(ports, world, MITSU).await?,
            Self::Issue => issued(ports, world, ICHIRO).await?,
            Self::IssueMerged => {
                issued(ports, world, YAE).await?;
                assert!(holds(world, wallet(world, ICHIRO.address).await.as_ref(), YAE).await);
            }
            Self::IssueExpired => issued(ports, world, SHIKI).await?,
            Self::Heal | Self::HealFavours => {
                heal(ports.issuance().signing(), world.clock.now()).await.1?;
                assert_eq!(Census::take(&world.store).await.owed_badges.len(), 0);
                self.healed(world).await;
            }
            Self::AskToMerge => ask_to_merge(ports, world).await?,
            Self::Merge => {
                while !merged(ports, world).await? {
                    ask_to_merge(ports, world).await?;
                }
                let into = wallet(world, ICHIRO.address).await;
                assert_eq!(order_of(world, YAE).await.terms().wallet, into);
            }
            Self::Close => {
                if let Some(wallet) = wallet(world, NANAMI.address).await {
                    closing::close(claim_ports(ports, world), &wallet).await?;
                }
            }
            Self::AskToRestore => ask_to_restore(ports).await?,
            Self::Restore => {
                while !restored(ports, world).await? {
                    ask_to_restore(ports).await?;
                }
            }
            Self::Expire => {
                wait_until(world, "2026-12-05T01:00:00Z");
                heal(ports.issuance().signing(), world.clock.now()).await.1?;
                let order = order_of(world, SHIKI).await;
                assert!(matches!(order, AnyOrder::Expired(_)), "{order:?}");
            }
            Self::Sweep => {
                let (swept, result) = month::sweep(ports, month::scheduled()).await;
                result?;
                if swept.mails.postponed > 0 {
                    return Err(Failure::TryAgain("mails were postponed".to_owned()));
                }
            }
            _ => self.be_told(ports, world).await?,
        }
        Ok(())
    }
}

impl Reissue {
    /// What the staff order free of charge, and what the payment service tells beside the money.
    async fn be_told(self, ports: &Faulty<'_>, world: &World) -> Result<(), Failure> {
        match self {
            Self::FavourDeleted => favoured(ports, FUTABA, None).await?,
            Self::FavourUnclaimed => favoured(ports, GOMI, Some("gomi.mihon@example.jp")).await?,
            Self::FavourTooMuch | Self::FavourClaimed => favoured(ports, ROKURO, None).await?,
            Self::TakeFavourBack => taken_back(ports, world, ROKURO).await?,
            Self::CorrectClaimed => favoured(ports, TSUKUMO, Some("tsukumo.new@example.jp")).await?,
            Self::RefundBeforeMoney => heard(ports, "3", Told::Refunded, Heard::Unknown).await?,
            Self::PayRefunded => {
                let entered = pay::receive(ports.reissue(), &card(world, NANAMI, "3", "paid").await).await?;
                assert_eq!(entered, Entered::Returned);
            }
            Self::Dispute => heard(ports, "4", Told::Disputed, Heard::Entered).await?,
            Self::DisputeWon => heard(ports, "4", Told::DisputeWon, Heard::Entered).await?,
            Self::PartlyRefunded => heard(ports, "4", Told::PartlyRefunded, Heard::Entered).await?,
            Self::DisputeLost => heard(ports, "4", Told::DisputeLost, Heard::Entered).await?,
            _ => panic!("{self:?} is nobody's to do"),
        }
        Ok(())
    }

    /// Who pays by which session of the payment service.
    fn card(self) -> (Person, &'static str) {
        match self {
            Self::PayMerged => (YAE, "5"),
            Self::PayExpired => (SHIKI, "6"),
            Self::PayAgain => (NANAMI, "4"),
            _ => (ICHIRO, "1"),
        }
    }

    /// Where what was healed has come.
    async fn healed(self, world: &World) {
        let census = Census::take(&world.store).await;
        let state = |id: &BadgeId| census.badges[id].clone();
        if self == Self::Heal {
            assert!(matches!(state(&badge(world, MITSU).await), AnyBadge::Claimed(_)));
            assert!(matches!(state(&badge(world, FUTABA).await), AnyBadge::Unclaimed(_)));
            return;
        }
        assert!(holds(world, wallet(world, ROKURO.address).await.as_ref(), ROKURO).await);
        // A wallet that loses a badge changes, so that its changes happen one after the other.
        let key = Wallet::key_of(&wallet(world, TSUKUMO.address).await.unwrap());
        assert!(store::load::<Wallet>(world.table(), &key).await.unwrap().unwrap().version > 1);
        for (person, address) in [(GOMI, "gomi.mihon@example.jp"), (TSUKUMO, "tsukumo.new@example.jp")] {
            match state(&badge(world, person).await) {
                AnyBadge::Unclaimed(badge) => assert_eq!(badge.address.as_str(), address),
                other => panic!("{other:?}"),
            }
        }
    }
}

crash_table! { Reissue
    ordering_loses_nothing: Order, AddressReceipt;
    being_paid_loses_nothing: PayByCard, Issue, ToldThrice, PaidTwice, ReturnParked;
    giving_back_loses_nothing: Transfer, RefundBeforeIssue, FavourDeleted;
    entering_by_hand_loses_nothing: WrongAmount, ConfirmByHand, BanksLine, Heal, RefundAfterIssue;
    merging_with_an_order_loses_nothing: AskToMerge, Merge, PayMerged, IssueMerged;
    favours_lose_nothing: FavourUnclaimed, FavourTooMuch, TakeFavourBack, FavourClaimed, CorrectClaimed;
    issuing_favours_loses_nothing: HealFavours;
    restoring_loses_nothing: Close, AskToRestore, Restore, OrderRestored;
    disputes_lose_nothing: RefundBeforeMoney, PayRefunded, PayAgain, Dispute, DisputeWon, PartlyRefunded, DisputeLost;
    expiring_loses_nothing: Expire, PayExpired, IssueExpired;
    sweeping_loses_nothing: Sweep;
}
