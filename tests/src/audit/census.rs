//! Everything that is stored, read at once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use shomei_core::{
    achievement::{Achievement, AchievementVersion, ArtworkFile, ListedAchievement, PastWording},
    badge::{AnyBadge, BadgeId, GoneBadge, OwedMail, PublicBadge, Revoked, RevokedBadge, SentMail},
    candidate::{AnyCandidate, CandidateRef, Due, Occasions, OpenedMonth},
    claim::Limit,
    delivery::{BadgeDelivery, StoppedAddress, Undelivered},
    intake::upload::{DraftMarks, DraftRows, Upload, UploadPart},
    letter::Letter,
    office::{
        achievements::draft::AchievementDraft,
        approval::MonthApproval,
        audit::{AuditLine, Deed},
        resend::BulkResend,
        retention::RetentionProgress,
        revocation::{AnyProposal, OwedRevocation, ProposalId},
        rights::erasure::Erasure,
        session::{OfficeGrant, OfficeSession},
    },
    order::{
        AnyOrder, EarlyRefund, IssuedPaper, LastNumber, OpenOrder, OrderId, OrderReference, OwedBadge,
        ParkedPayment, Payment, PaymentAlias, PaymentId, RestoreGrant, SeenEvent, TrailLine,
    },
    ports::{Item, Key, Table, Wanted},
    status::{PublishedList, RevokedIndex, StaleList, StatusListId, StatusSlot},
    store::{self, Record, Stored},
    token::{ClaimGrant, GrantOfBadge},
    wallet::{AddressOwner, AddressProof, Holding, Session, SignInGrant, Wallet},
};
use shomei_local::embedded::{self, Store};

use super::Common;

/// Everything that is stored, by kind.
#[derive(Debug, Default)]
pub struct Census {
    /// The register.
    pub candidates: HashMap<Key, AnyCandidate>,
    /// Notes of unissued candidates.
    pub due: HashMap<CandidateRef, Due>,
    /// Every badge.
    pub badges: BTreeMap<BadgeId, AnyBadge>,
    /// Mails still to be sent.
    pub owed: BTreeMap<BadgeId, OwedMail>,
    /// Mails that were accepted.
    pub sent: BTreeMap<BadgeId, SentMail>,
    /// What strangers see.
    pub public: BTreeMap<BadgeId, PublicBadge>,
    /// Badges that were public once and are deleted or revoked.
    pub gone: BTreeMap<BadgeId, GoneBadge>,
    /// What whoever has the file of a revoked badge learns.
    pub told: BTreeMap<BadgeId, Revoked>,
    /// Claim links.
    pub grants: Vec<ClaimGrant>,
    /// The same, listed beside their badges.
    pub grants_of_badges: Vec<GrantOfBadge>,
    /// Reserved indexes.
    pub slots: Vec<StatusSlot>,
    /// Set bits.
    pub revoked: Vec<RevokedIndex>,
    /// Marks of lists to be published.
    pub stale: Vec<StaleList>,
    /// Status lists.
    pub lists: HashMap<StatusListId, PublishedList>,
    /// Qualifications.
    pub achievements: Vec<Achievement>,
    /// Which of them the office lists.
    pub listed: Vec<ListedAchievement>,
    /// Every version of them.
    pub versions: Vec<AchievementVersion>,
    /// What they said before.
    pub past_wordings: Vec<PastWording>,
    /// What clerks typed of them.
    pub drafts: Vec<AchievementDraft>,
    /// Pictures.
    pub artwork: Vec<ArtworkFile>,
    /// Registered months of every person.
    pub occasions: Vec<Occasions>,
    /// Months that runs know of.
    pub months: BTreeSet<String>,
    /// The same, with what is noted of them.
    pub opened: Vec<OpenedMonth>,
    /// Wallets.
    pub wallets: Vec<Wallet>,
    /// Which wallet knows an address.
    pub owners: Vec<AddressOwner>,
    /// Which wallet holds a badge.
    pub holdings: Vec<Holding>,
    /// Browsers that are signed in.
    pub sessions: Vec<Session>,
    /// Sign-in links.
    pub sign_ins: Vec<SignInGrant>,
    /// Links that add an address.
    pub proofs: Vec<AddressProof>,
    /// Letters still to be sent.
    pub letters: Vec<Letter>,
    /// Browsers of the staff that are signed in.
    pub office_sessions: Vec<OfficeSession>,
    /// Printed links into the office.
    pub office_grants: Vec<OfficeGrant>,
    /// How often mails were asked for.
    pub limits: Vec<Limit>,
    /// Orders.
    pub orders: BTreeMap<OrderId, AnyOrder>,
    /// Who did what to them.
    pub trail: Vec<TrailLine>,
    /// Orders that are neither ended nor done, by the badge that they replace.
    pub open_orders: BTreeMap<BadgeId, OpenOrder>,
    /// Badges that are paid and not issued.
    pub owed_badges: BTreeMap<OrderId, OwedBadge>,
    /// Whose a reference is.
    pub references: Vec<OrderReference>,
    /// Links that bring proofs into a wallet.
    pub restores: Vec<RestoreGrant>,
    /// Money.
    pub payments: BTreeMap<PaymentId, Payment>,
    /// Money that waits for the staff.
    pub parked: BTreeSet<PaymentId>,
    /// Other names of payments.
    pub aliases: Vec<PaymentAlias>,
    /// Refunds that were told of before the money.
    pub early_refunds: Vec<EarlyRefund>,
    /// Events that were seen to.
    pub events: Vec<SeenEvent>,
    /// The last number of each kind of paper.
    pub numbers: Vec<LastNumber>,
    /// Who in the office did what.
    pub audit: Vec<AuditLine>,
    /// Who approved of which month.
    pub approvals: Vec<MonthApproval>,
    /// Draft lists.
    pub uploads: Vec<Upload>,
    /// Their parts.
    pub upload_parts: Vec<UploadPart>,
    /// Their rows.
    pub draft_rows: Vec<DraftRows>,
    /// Where which row stands.
    pub draft_marks: Vec<DraftMarks>,
    /// Receipts and credit notes.
    pub papers: Vec<IssuedPaper>,
    /// How far links are sent to all of a month.
    pub resends: Vec<BulkResend>,
    /// Proposals to revoke badges.
    pub proposals: BTreeMap<ProposalId, AnyProposal>,
    /// Those that are agreed and not done.
    pub owed_revocations: BTreeSet<ProposalId>,
    /// What became of the mails about badges.
    pub deliveries: BTreeMap<BadgeId, BadgeDelivery>,
    /// Badges whose mails did not arrive.
    pub undelivered: BTreeSet<BadgeId>,
    /// Addresses that were stopped, now or once.
    pub stopped: Vec<StoppedAddress>,
    /// People who are being erased.
    pub erasures: Vec<Erasure>,
    /// How far erasing has come.
    pub retention: Option<RetentionProgress>,
}

impl Census {
    /// What the office did about people: without what it said of qualifications.
    pub fn deeds(&self) -> Vec<AuditLine> {
        let is_deed = |line: &&AuditLine| !matches!(line.deed, Deed::AchievementSaved { .. });
        self.audit.iter().filter(is_deed).cloned().collect()
    }

    /// Reads the whole store. An item of an unknown kind is an error.
    pub async fn take(store: &Store) -> Self {
        let keys = all_keys(store).await;
        let items = store.table.get_many(&keys, Wanted::All).await.unwrap();
        let mut census = Self::default();
        for item in items {
            census.read(item.unwrap());
        }
        census
    }

    /// The signed text of every badge that is not deleted.
    pub fn signed(&self) -> impl Iterator<Item = &str> {
        self.badges.values().filter_map(|badge| Common::of(badge).live).map(|live| live.signed)
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each kind of item, and nothing else")]
    fn read(&mut self, item: Item) {
        let key = item.key.clone();
        let mut parts = key.partition.split('#');
        match (parts.next().unwrap_or_default(), parts.next().unwrap_or_default()) {
            ("CANDIDATE", _) => {
                self.candidates.insert(key.clone(), decoded(item));
            }
            ("DUE", _) => {
                let due: Due = decoded(item);
                self.due.insert(due.candidate.clone(), due);
            }
            ("OWED", _) => {
                let owed: OwedMail = decoded(item);
                self.owed.insert(owed.badge.clone(), owed);
            }
            ("SENT", _) => {
                let sent: SentMail = decoded(item);
                self.sent.insert(sent.badge.clone(), sent);
            }
            ("PERSON", _) => self.occasions.push(decoded(item)),
            ("MONTHS", _) => {
                let opened: OpenedMonth = decoded(item);
                self.months.insert(opened.month.to_string());
                self.opened.push(opened);
            }
            ("BADGE", _) if key.sort == "BADGE" => {
                let badge: AnyBadge = decoded(item);
                self.badges.insert(Common::of(&badge).id.clone(), badge);
            }
            ("BADGE", _) => self.grants_of_badges.push(decoded(item)),
            ("CLAIM", _) => self.grants.push(decoded(item)),
            ("STATUS", _) => self.slots.push(decoded(item)),
            ("STALE", _) => self.stale.push(decoded(item)),
            ("REVOKED", _) => self.revoked.push(decoded(item)),
            ("PUB", "STATUS") => {
                let list: PublishedList = decoded(item);
                self.lists.insert(list.list.clone(), list);
            }
            ("PUB", "ACHIEVEMENT") if key.sort.starts_with("VERSION#") => {
                self.past_wordings.push(decoded(item));
            }
            ("PUB", "ACHIEVEMENT") => self.achievements.push(decoded(item)),
            ("PUB", "ARTWORK") => self.artwork.push(decoded(item)),
            ("PUB", "BADGE") if key.sort == "GONE" => {
                let gone: GoneBadge = decoded(item);
                self.gone.insert(gone.id.clone(), gone);
            }
            ("PUB", "BADGE") if key.sort == "REVOKED" => {
                let RevokedBadge { id, revoked } = decoded(item);
                self.told.insert(id, revoked);
            }
            ("PUB", "BADGE") => {
                let public: PublicBadge = decoded(item);
                self.public.insert(public.id.clone(), public);
            }
            ("WALLET", _) => self.wallets.push(decoded(item)),
            ("ADDRESS", _) => self.owners.push(decoded(item)),
            ("HOLDING", _) => self.holdings.push(decoded(item)),
            ("SESSION", _) => self.sessions.push(decoded(item)),
            ("SIGNIN", _) => self.sign_ins.push(decoded(item)),
            ("PROOF", _) => self.proofs.push(decoded(item)),
            ("LETTER", _) => self.letters.push(decoded(item)),
            ("OFFICE", _) if key.sort == "GRANT" => self.office_grants.push(decoded(item)),
            ("OFFICE", _) => self.office_sessions.push(decoded(item)),
            ("LIMIT", _) => self.limits.push(decoded(item)),
            ("ORDER", _) => {
                let order: AnyOrder = decoded(item);
                self.orders.insert(order.terms().id.clone(), order);
            }
            ("TRAIL", _) => self.trail.push(decoded(item)),
            ("OPENORDERS", _) => {
                let open: OpenOrder = decoded(item);
                self.open_orders.insert(open.badge.clone(), open);
            }
            ("OWEDBADGES", _) => {
                let owed: OwedBadge = decoded(item);
                self.owed_badges.insert(owed.order.clone(), owed);
            }
            ("REFERENCE", _) => self.references.push(decoded(item)),
            ("RESTORE", _) => self.restores.push(decoded(item)),
            ("PAYMENT", _) => {
                let payment: Payment = decoded(item);
                self.payments.insert(payment.id.clone(), payment);
            }
            ("PARKED", _) => {
                self.parked.insert(decoded::<ParkedPayment>(item).payment);
            }
            ("ALIAS", _) if key.sort == "REFUND" => self.early_refunds.push(decoded(item)),
            ("ALIAS", _) => self.aliases.push(decoded(item)),
            ("EVENT", _) => self.events.push(decoded(item)),
            ("AUDIT", _) => self.audit.push(decoded(item)),
            ("UPLOADS", _) => self.uploads.push(decoded(item)),
            ("UPLOADPART", _) => self.upload_parts.push(decoded(item)),
            ("UPLOADROWS", _) => self.draft_rows.push(decoded(item)),
            ("UPLOADMARKS", _) => self.draft_marks.push(decoded(item)),
            ("APPROVAL", _) => self.approvals.push(decoded(item)),
            ("NUMBERS", _) => self.numbers.push(decoded(item)),
            ("PAPER", _) => self.papers.push(decoded(item)),
            ("RESENDS", _) => self.resends.push(decoded(item)),
            ("REVOCATIONS", _) => {
                let proposal: AnyProposal = decoded(item);
                self.proposals.insert(proposal.terms().id.clone(), proposal);
            }
            ("OWEDREVOCATIONS", _) => {
                self.owed_revocations.insert(decoded::<OwedRevocation>(item).proposal);
            }
            ("DELIVERY", _) => {
                let delivery: BadgeDelivery = decoded(item);
                self.deliveries.insert(delivery.badge.clone(), delivery);
            }
            ("UNDELIVERED", _) => {
                self.undelivered.insert(decoded::<Undelivered>(item).badge);
            }
            ("STOPPED", _) => self.stopped.push(decoded(item)),
            ("ACHIEVEMENTS", _) => self.listed.push(decoded(item)),
            ("ACHIEVEMENT", _) => self.versions.push(decoded(item)),
            ("ACHIEVEMENTDRAFT", _) => self.drafts.push(decoded(item)),
            ("ERASURES", _) => self.erasures.push(decoded(item)),
            ("RETENTION", _) => self.retention = Some(decoded(item)),
            _ => panic!("an item of an unknown kind at {key:?}"),
        }
    }
}

/// Every item with every attribute, to see that nothing changed.
pub type Contents = BTreeMap<(String, String), BTreeMap<String, AttributeValue>>;

/// Everything that is stored, to the byte. Tests may scan; no use case does.
pub async fn contents(client: &aws_sdk_dynamodb::Client) -> Contents {
    let mut contents = Contents::new();
    let scan = client.scan().table_name(embedded::TABLE).consistent_read(true);
    let mut pages = scan.into_paginator().send();
    while let Some(page) = pages.next().await {
        for item in page.unwrap().items.unwrap_or_default() {
            let text = |name: &str| item.get(name).unwrap().as_s().unwrap().clone();
            contents.insert((text("pk"), text("sk")), item.into_iter().collect());
        }
    }
    contents
}

fn decoded<T: Record>(item: Item) -> T {
    let key = item.key.clone();
    let Stored { record, .. } = store::decode::<T>(item).unwrap();
    assert_eq!(record.key(), key, "an item stands at another place than its content says");
    record
}

/// Tests may scan; no use case does.
async fn all_keys(store: &Store) -> Vec<Key> {
    let client = store.client();
    let mut keys = Vec::new();
    let mut start = None;
    loop {
        let page = client
            .scan()
            .table_name(embedded::TABLE)
            .projection_expression("pk, sk")
            .set_exclusive_start_key(start)
            .send()
            .await
            .unwrap();
        for item in page.items() {
            let text = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).unwrap().clone();
            keys.push(Key::new(text("pk"), text("sk")));
        }
        start = page.last_evaluated_key.filter(|key: &HashMap<String, AttributeValue>| !key.is_empty());
        if start.is_none() {
            return keys;
        }
    }
}
