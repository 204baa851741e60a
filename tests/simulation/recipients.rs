//! What recipients do with their mails and wallets, in any order, two at once, and with faults.

use proptest::{option, prelude::*, sample::select};
use shomei_core::{
    address::MailAddress,
    badge::{AnyBadge, Visibility},
    claim::{self, Client, addresses, closing, deletion, session, visibility},
    issuance::{self, Call},
    ports::{Clock, Mail, MailKind},
    store::Failure,
    token::Token,
    wallet::WalletId,
};
use shomei_tests::{
    audit::Census,
    faults::{Fault, Faulty, Plan},
    month::{self, claim_ports, consent},
    world::{World, link_in},
};

/// Something that a recipient or the schedule does, and how it fails.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    act: Act,
    fault: Option<Plan>,
}

/// Numbers choose among what there is, counted around.
#[derive(Debug, Clone)]
enum Act {
    Accept {
        mail: usize,
        visibility: Visibility,
    },
    AskForLink {
        mail: usize,
    },
    AskToSignIn {
        mailbox: usize,
    },
    AskToAdd {
        wallet: usize,
        mailbox: usize,
    },
    AskToJoin {
        wallet: usize,
        mail: usize,
    },
    /// Opens a mail, and does what it is for.
    Follow {
        mail: usize,
    },
    Show {
        badge: usize,
        visibility: Visibility,
    },
    MakeMain {
        wallet: usize,
        mailbox: usize,
    },
    RemoveAddress {
        wallet: usize,
        mailbox: usize,
    },
    SignOutEverywhere {
        wallet: usize,
    },
    Delete {
        badge: usize,
    },
    Close {
        wallet: usize,
    },
    Deliver,
    Remind,
    Sweep,
}

/// So many mailboxes there are; the last one has no badge.
const MAILBOXES: usize = 6;

fn any_act() -> impl Strategy<Value = Act> {
    let shown = || select(vec![Visibility::Private, Visibility::Public, Visibility::PublicWithoutName]);
    let mail = || 0..60_usize;
    let mailbox = || 0..MAILBOXES;
    let some = || 0..9_usize;
    prop_oneof![
        6 => (mail(), shown()).prop_map(|(mail, visibility)| Act::Accept { mail, visibility }),
        1 => mail().prop_map(|mail| Act::AskForLink { mail }),
        2 => mailbox().prop_map(|mailbox| Act::AskToSignIn { mailbox }),
        4 => (some(), mailbox()).prop_map(|(wallet, mailbox)| Act::AskToAdd { wallet, mailbox }),
        4 => (some(), mail()).prop_map(|(wallet, mail)| Act::AskToJoin { wallet, mail }),
        8 => mail().prop_map(|mail| Act::Follow { mail }),
        6 => (some(), shown()).prop_map(|(badge, visibility)| Act::Show { badge, visibility }),
        1 => (some(), mailbox()).prop_map(|(wallet, mailbox)| Act::MakeMain { wallet, mailbox }),
        1 => (some(), mailbox()).prop_map(|(wallet, mailbox)| Act::RemoveAddress { wallet, mailbox }),
        1 => some().prop_map(|wallet| Act::SignOutEverywhere { wallet }),
        3 => some().prop_map(|badge| Act::Delete { badge }),
        1 => some().prop_map(|wallet| Act::Close { wallet }),
        1 => Just(Act::Deliver),
        2 => Just(Act::Remind),
        2 => Just(Act::Sweep),
    ]
}

/// A fault at one of the first so many operations: one that comes later than the step lasts is none.
pub(crate) fn any_plan(operations: usize) -> impl Strategy<Value = Plan> {
    let fault = select(vec![Fault::Before, Fault::After, Fault::Conflict]);
    (0..operations, fault, any::<bool>()).prop_map(|(at, fault, dies)| Plan { at, fault, dies })
}

/// A recipient's step is short.
pub(crate) fn any_step() -> impl Strategy<Value = Step> {
    (any_act(), option::weighted(0.6, any_plan(16))).prop_map(|(act, fault)| Step { act, fault })
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
        let may = claim_ports(ports, world);
        let client = Client::of("203.0.113.9");
        match self {
            Self::Accept { mail, visibility } => {
                if let Some(token) = mail_at(world, *mail).and_then(|mail| link_in(&mail.text, "/claim/")) {
                    month::accept(ports, world, &token, *visibility).await?;
                }
            }
            Self::AskForLink { mail } => {
                if let Some(token) = mail_at(world, *mail).and_then(|mail| link_in(&mail.text, "/claim/")) {
                    claim::ask_link(may, &token, &client).await?;
                    deliver(ports).await?;
                }
            }
            Self::AskToSignIn { mailbox } => {
                session::ask(may, &address(*mailbox), &client).await?;
                deliver(ports).await?;
            }
            Self::AskToAdd { wallet, mailbox } => {
                if let Some(wallet) = wallet_at(census, *wallet) {
                    addresses::ask(may, wallet, &address(*mailbox), &client).await?;
                    deliver(ports).await?;
                }
            }
            Self::AskToJoin { wallet, mail } => {
                let token = mail_at(world, *mail).and_then(|mail| link_in(&mail.text, "/claim/"));
                if let (Some(wallet), Some(token)) = (wallet_at(census, *wallet), token) {
                    addresses::ask_by_link(may, wallet, &token, &client).await?;
                    deliver(ports).await?;
                }
            }
            Self::Follow { mail } => follow(may, world, census, *mail).await?,
            Self::Show { badge, visibility } => {
                if let Some(place) = at(&census.holdings, *badge) {
                    visibility::choose(may, &place.wallet, &place.badge, *visibility, &consent()).await?;
                }
            }
            Self::MakeMain { wallet, mailbox } => {
                if let Some(wallet) = wallet_at(census, *wallet) {
                    addresses::make_main(may, wallet, &address(*mailbox)).await?;
                }
            }
            Self::RemoveAddress { wallet, mailbox } => {
                if let Some(wallet) = wallet_at(census, *wallet) {
                    addresses::remove(may, wallet, &address(*mailbox)).await?;
                }
            }
            Self::SignOutEverywhere { wallet } => {
                if let Some(wallet) = wallet_at(census, *wallet) {
                    session::sign_out_everywhere(may, wallet).await?;
                }
            }
            Self::Delete { badge } => {
                if let Some(place) = at(&census.holdings, *badge) {
                    deletion::delete(may, &place.wallet, &place.badge).await?;
                }
            }
            Self::Close { wallet } => {
                if let Some(wallet) = wallet_at(census, *wallet) {
                    closing::close(may, wallet).await?;
                }
            }
            Self::Deliver => deliver(ports).await?,
            Self::Remind => {
                issuance::remind(ports.issuance(), world.clock.now(), &Call::default()).await?;
            }
            Self::Sweep => month::sweep(ports, world.clock.now()).await.1?,
        }
        Ok(())
    }
}

pub(crate) async fn deliver(ports: &Faulty<'_>) -> Result<(), Failure> {
    issuance::deliver(ports.issuance(), &month::compose, &Call::default()).await?;
    Ok(())
}

/// Signs in, or adds an address to the wallet that asked for it.
async fn follow(may: claim::Ports<'_>, world: &World, census: &Census, mail: usize) -> Result<(), Failure> {
    let to_follow = |mail: &Mail| matches!(mail.kind, MailKind::SignIn | MailKind::AddressProof);
    let mails: Vec<_> = world.outbox.mails().into_iter().filter(to_follow).collect();
    // The newest ones are the ones that still work.
    let newest: Vec<_> = mails.into_iter().rev().take(2).collect();
    let Some(mail) = at(&newest, mail) else { return Ok(()) };
    if let Some(token) = link_in(&mail.text, "/wallet/sign-in/") {
        session::sign_in(may, &token).await?;
    }
    if let Some(token) = link_in(&mail.text, "/wallet/prove/") {
        let asked = census.proofs.iter().find(|proof| proof.token == Token::hash(&token));
        if let Some(wallet) = asked.map(|proof| &proof.wallet) {
            addresses::prove(may, wallet, &token, &consent()).await?;
        }
    }
    Ok(())
}

pub(crate) fn at<T>(all: &[T], place: usize) -> Option<&T> {
    all.get(place.checked_rem(all.len())?)
}

fn mail_at(world: &World, place: usize) -> Option<Mail> {
    at(&world.outbox.mails(), place).cloned()
}

fn wallet_at(census: &Census, place: usize) -> Option<&WalletId> {
    at(&census.wallets, place).map(|wallet| &wallet.id)
}

pub(crate) fn address(mailbox: usize) -> MailAddress {
    MailAddress::mend(&format!("person{mailbox}@example.jp")).unwrap().address
}

/// What one step may not do to any badge: it never loses one, never takes an acceptance or a deletion back, and never clears a
/// bit. Gives what does not hold.
pub(crate) fn taken_back(before: &Census, after: &Census) -> Vec<String> {
    let age = |badge: &AnyBadge| match badge {
        AnyBadge::Unclaimed(_) => 0,
        AnyBadge::Claimed(_) => 1,
        AnyBadge::Deleted(_) => 2,
    };
    let mut findings = Vec::new();
    for (id, badge) in &before.badges {
        if after.badges.get(id).is_none_or(|now| age(now) < age(badge)) {
            findings.push(format!("badge {id} went back"));
        }
    }
    for bit in &before.revoked {
        if !after.revoked.contains(bit) {
            findings.push(format!("index {} of list {} is no longer revoked", bit.index, bit.list));
        }
    }
    findings
}
