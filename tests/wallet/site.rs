//! The functions that recipients meet, with their real words, on a world whose clock and outbox the test controls.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use jiff::Timestamp;
use shomei_claim::Claim;
use shomei_core::{
    badge::{AnyBadge, BadgeId, Claimed},
    ports::{Cause, Clock, Entropy, Mail, MailError, MailKind, Mailer, SignError, Signer},
};
use shomei_fetch::Fetcher;
use shomei_http::staff::StaffGate;
use shomei_issuance::{Issuance, Outcome, Step};
use shomei_reissue::Reissue;
use shomei_tests::{
    audit::{Census, Contents, contents, inconsistencies},
    faults::Faulty,
    month::{self, HEADING, OCTOBER},
    world::{KEY, NAME_MATCH_KEY, World, link_in, webhook_secrets},
};
use shomei_verify::Verify;

/// What opens the staff's routes.
pub(crate) const STAFF_TOKEN: &str = "the staff's own";

pub(crate) const MINUTE: i64 = 60;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// The functions on one world.
pub(crate) struct Site {
    pub(crate) world: Arc<World>,
    pub(crate) claim: Claim,
    pub(crate) reissue: Reissue,
    pub(crate) verify: Verify,
    pub(crate) issuance: Issuance,
    /// Reads what no use case reads: everything.
    client: Client,
}

/// The ports that a world has no separate handle of.
struct Ports(Arc<World>);

impl Clock for Ports {
    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }
}

impl Entropy for Ports {
    fn fill(&self, buffer: &mut [u8]) {
        self.0.entropy.fill(buffer);
    }
}

#[async_trait]
impl Mailer for Ports {
    async fn ready(&self) -> Result<usize, MailError> {
        self.0.outbox.ready().await
    }

    async fn send(&self, mails: &[Mail]) -> Vec<Result<(), MailError>> {
        self.0.outbox.send(mails).await
    }
}

/// Has the key's name, and never an answer.
struct NoSigner;

#[async_trait]
impl Signer for NoSigner {
    fn fragment(&self) -> &str {
        KEY
    }

    async fn sign(&self, _: &[u8; 64]) -> Result<[u8; 64], SignError> {
        Err(SignError::Unavailable(Cause::new("a planned fault")))
    }
}

impl Site {
    /// October's four badges, issued and mailed.
    pub(crate) async fn october() -> Self {
        Self::of(OCTOBER).await
    }

    /// The badges of one person who passed so often, newest last.
    pub(crate) async fn of_one_person(badges: usize) -> Self {
        let row = |number: usize| {
            format!("pm-foundation,合格,2026/10/{number},見本 一郎,ichiro@example.jp,A-{number}\n")
        };
        Self::of(&(HEADING.to_owned() + &(1..=badges).map(row).collect::<String>())).await
    }

    /// The badges of a list, issued and mailed.
    pub(crate) async fn of(list: &str) -> Self {
        Self::valid_for(list, None).await
    }

    /// The same, valid for so many months.
    pub(crate) async fn valid_for(list: &str, months: Option<u16>) -> Self {
        let site = Self::on(World::new().await);
        let ports = Faulty::new(&site.world, None);
        month::achievement(&ports, &site.world, months).await.unwrap().unwrap();
        month::register(&ports, &site.world, list).await.unwrap();
        site.run(month::scheduled()).await;
        site
    }

    fn on(world: World) -> Self {
        let world = Arc::new(world);
        let table = Arc::new(world.store.table.clone());
        let ports = Arc::new(Ports(world.clone()));
        let programme = Arc::new(world.programme.clone());
        Self {
            claim: Claim::new(table.clone(), ports.clone(), ports.clone(), programme.clone())
                .with_name_match(Some(Arc::new(NAME_MATCH_KEY))),
            verify: Verify::new(table.clone(), ports.clone(), programme.clone(), Arc::new(Fetcher::off()))
                .with_name_match(Some(Arc::new(NAME_MATCH_KEY)), ports.clone()),
            reissue: Reissue::new(
                table.clone(),
                Arc::new(world.key.clone()),
                ports.clone(),
                ports.clone(),
                programme.clone(),
                StaffGate::token(STAFF_TOKEN),
            )
            .with_payment_events(Some(webhook_secrets())),
            issuance: Issuance::new(
                table,
                Arc::new(world.key.clone()),
                ports.clone(),
                ports.clone(),
                ports,
                programme,
            ),
            client: world.store.client(),
            world,
        }
    }

    /// As an installation without a key for comparing names.
    pub(crate) fn turn_name_match_off(&mut self) {
        let ports = Arc::new(Ports(self.world.clone()));
        let (table, programme) =
            (Arc::new(self.world.store.table.clone()), Arc::new(self.world.programme.clone()));
        self.claim = Claim::new(table.clone(), ports.clone(), ports.clone(), programme.clone());
        self.verify = Verify::new(table, ports, programme, Arc::new(Fetcher::off()));
    }

    /// From now on, reissue has no answer of its signer. Issuance has.
    pub(crate) fn break_signer(&mut self) {
        let ports = Arc::new(Ports(self.world.clone()));
        self.reissue = Reissue::new(
            Arc::new(self.world.store.table.clone()),
            Arc::new(NoSigner),
            ports.clone(),
            ports,
            Arc::new(self.world.programme.clone()),
            StaffGate::token(STAFF_TOKEN),
        );
    }

    /// A site of its own that begins where this one stands.
    pub(crate) async fn copy(&self) -> Self {
        Self::on(self.world.copy().await)
    }

    /// Every step of a run, as a scheduler calls them.
    pub(crate) async fn run(&self, scheduled: Timestamp) {
        let Outcome::Planned(plan) = self.step(Step::Plan { scheduled }).await else { panic!("no plan") };
        for &work in &plan.work {
            self.step(Step::Issue { work, after: None }).await;
        }
        for &work in &plan.work {
            self.step(Step::Announce { work, after: None }).await;
        }
        self.step(Step::Reconcile { scheduled, started: None }).await;
    }

    pub(crate) async fn step(&self, step: Step) -> Outcome {
        self.issuance.handle(step, None).await.unwrap()
    }

    /// Sends the letters that are owed, as the table's stream asks for it, and gives them.
    pub(crate) async fn deliver(&self) -> Vec<Mail> {
        let before = self.world.outbox.mails().len();
        self.step(Step::Deliver).await;
        self.world.outbox.mails().split_off(before)
    }

    /// The path of the link in the last mail of this kind to an address.
    pub(crate) fn link(&self, kind: MailKind, address: &str) -> String {
        let path = match kind {
            MailKind::SignIn => "/wallet/sign-in/",
            MailKind::AddressProof => "/wallet/prove/",
            MailKind::RestoreWallet => "/reissue/restore/",
            _ => "/claim/",
        };
        let mails = self.world.outbox.mails();
        let mail = mails.iter().rfind(|mail| mail.kind == kind && mail.to.as_str() == address);
        let mail = mail.unwrap_or_else(|| panic!("no {} was mailed to {address}", kind.name()));
        path.to_owned() + link_in(&mail.text, path).unwrap().text()
    }

    /// The link by which the badge of an address was announced.
    pub(crate) fn claim_link(&self, address: &str) -> String {
        self.link(MailKind::BadgeIssued, address)
    }

    /// The badges that were mailed to an address and are not deleted, oldest occasion first.
    pub(crate) async fn badges(&self, address: &str) -> Vec<BadgeId> {
        let census = Census::take(&self.world.store).await;
        let mut badges: Vec<_> = census
            .badges
            .values()
            .filter_map(|badge| match badge {
                AnyBadge::Unclaimed(badge) => Some((badge.date, &badge.address, &badge.id)),
                AnyBadge::Claimed(badge) => Some((badge.date, &badge.address, &badge.id)),
                AnyBadge::Deleted(_) => None,
            })
            .filter(|(_, to, _)| to.as_str() == address)
            .map(|(date, _, id)| (date, id.clone()))
            .collect();
        badges.sort();
        badges.into_iter().map(|(_, id)| id).collect()
    }

    /// The one badge of an address.
    pub(crate) async fn badge(&self, address: &str) -> BadgeId {
        let mut badges = self.badges(address).await;
        assert_eq!(badges.len(), 1, "{address} has several badges, or none");
        badges.remove(0)
    }

    /// A claimed badge as it is stored.
    pub(crate) async fn claimed(&self, id: &BadgeId) -> shomei_core::badge::Badge<Claimed> {
        match Census::take(&self.world.store).await.badges.remove(id) {
            Some(AnyBadge::Claimed(badge)) => badge,
            other => panic!("{other:?}"),
        }
    }

    /// Which wallet holds a badge, by that wallet's addresses; nothing, if none does.
    pub(crate) async fn holder(&self, id: &BadgeId) -> Vec<String> {
        let census = Census::take(&self.world.store).await;
        let Some(place) = census.holdings.iter().find(|place| place.badge == *id) else { return Vec::new() };
        let wallet = census.wallets.iter().find(|wallet| wallet.id == place.wallet).unwrap();
        wallet.addresses.iter().map(|proven| proven.address.as_str().to_owned()).collect()
    }

    pub(crate) async fn contents(&self) -> Contents {
        contents(&self.client).await
    }

    /// Nothing is lost, doubled or half-made.
    pub(crate) async fn is_sound(&self) {
        assert_eq!(inconsistencies(&self.world).await, Vec::<String>::new());
    }
}
