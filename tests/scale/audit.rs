//! The laws of a finished month, in one pass over everything that is stored. The audit of the other tests holds more, and
//! looks at all items for each; here no item is looked at twice, and no signed text is kept.

use std::collections::{BTreeSet, HashMap, HashSet};

use aws_sdk_dynamodb::types::AttributeValue;
use openbadges::{
    did::DidDocument,
    status::StatusList,
    verify::{Check, Outcome, StatusKnowledge, verify_credential},
};
use shomei_aws::dynamodb::{PARTITION_KEY, SORT_KEY};
use shomei_core::{
    badge::{AnyBadge, BadgeId, SentMail},
    candidate::{AnyCandidate, CandidateRef, Occasions, OpenedMonth, Shard},
    ports::{Item, Key, Table as _, Wanted},
    programme::Programme,
    status::{PublishedList, StatusListId, StatusSlot},
    store::{self, Record},
    token::{ClaimGrant, GrantOfBadge},
};
use shomei_local::embedded::{self, Store};

use crate::{address, faults};

/// What is kept of a badge.
struct Kept {
    candidate: CandidateRef,
    address: String,
    list: StatusListId,
    index: openbadges::status::StatusIndex,
}

/// A month as far as it was read.
pub(crate) struct Audit {
    programme: Programme,
    did: DidDocument,
    findings: Vec<String>,
    badges: HashMap<BadgeId, Kept>,
    /// Whose badge it is, by the candidates' own word.
    owners: HashMap<BadgeId, CandidateRef>,
    candidates: usize,
    people: HashSet<(String, String)>,
    registered: HashSet<(String, String)>,
    sent: HashMap<BadgeId, Shard>,
    slots: HashMap<BadgeId, (StatusListId, u32)>,
    /// Where each link's grant stands, and the badge it opens; and the same as listed beside the badges.
    grants: HashMap<String, BadgeId>,
    listed: HashSet<(String, BadgeId)>,
    months: BTreeSet<String>,
    lists: HashMap<StatusListId, String>,
    /// A signed text of each list.
    samples: HashMap<StatusListId, String>,
    /// How many mails each address got.
    mails: HashMap<String, usize>,
    links: Vec<(String, String)>,
}

/// Everything that does not hold.
pub(crate) async fn of_store(opened: &Store, outbox: &str, people: usize) -> Vec<String> {
    let mut audit = Audit::new(faults::programme());
    outbox.lines().for_each(|mail| audit.mailed(mail));
    for_each_item(opened, |item| audit.read(item)).await;
    audit.finish(people)
}

/// Tests may scan; no use case does.
pub(crate) async fn for_each_item(opened: &Store, mut each: impl FnMut(Item)) {
    let (client, mut start) = (opened.client(), None);
    loop {
        let scan = client.scan().table_name(embedded::TABLE).projection_expression("pk, sk").limit(1_000);
        let page = scan.set_exclusive_start_key(start).send().await.unwrap();
        let keys: Vec<Key> = page.items().iter().map(key).collect();
        for item in opened.table.get_many(&keys, Wanted::All).await.unwrap() {
            each(item.unwrap());
        }
        start = page.last_evaluated_key.filter(|key| !key.is_empty());
        if start.is_none() {
            return;
        }
    }
}

fn key(attributes: &HashMap<String, AttributeValue>) -> Key {
    let text = |name: &str| attributes[name].as_s().unwrap().as_str();
    Key::new(text(PARTITION_KEY), text(SORT_KEY))
}

fn decoded<T: Record>(item: Item) -> T {
    let key = item.key.clone();
    let record = store::decode::<T>(item).unwrap().record;
    assert_eq!(record.key(), key, "an item stands at another place than its content says");
    record
}

impl Audit {
    pub(crate) fn new(programme: Programme) -> Self {
        Self {
            did: programme.did_document().unwrap(),
            programme,
            findings: Vec::new(),
            badges: HashMap::new(),
            owners: HashMap::new(),
            candidates: 0,
            people: HashSet::new(),
            registered: HashSet::new(),
            sent: HashMap::new(),
            slots: HashMap::new(),
            grants: HashMap::new(),
            listed: HashSet::new(),
            months: BTreeSet::new(),
            lists: HashMap::new(),
            samples: HashMap::new(),
            mails: HashMap::new(),
            links: Vec::new(),
        }
    }

    fn unless(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.findings.push(what());
        }
    }

    /// A line of the outbox.
    pub(crate) fn mailed(&mut self, line: &str) {
        let (address, grant) = line.split_once(' ').unwrap();
        *self.mails.entry(address.to_owned()).or_default() += 1;
        self.links.push((address.to_owned(), grant.to_owned()));
    }

    pub(crate) fn read(&mut self, item: Item) {
        let key = item.key.clone();
        let mut parts = key.partition.split('#');
        match (parts.next().unwrap_or_default(), parts.next().unwrap_or_default()) {
            ("CANDIDATE", _) => self.candidate(&decoded(item)),
            ("BADGE", _) if key.sort == "BADGE" => self.badge(&decoded(item)),
            ("BADGE", _) => {
                let grant: GrantOfBadge = decoded(item);
                let place = ClaimGrant::key_of(&grant.token).partition;
                self.listed.insert((place, grant.badge));
            }
            ("CLAIM", _) => {
                let grant: ClaimGrant = decoded(item);
                self.grants.insert(key.partition, grant.badge);
            }
            ("STATUS", _) => {
                let slot: StatusSlot = decoded(item);
                let other = self.slots.insert(slot.badge.clone(), (slot.list, slot.index.value()));
                self.unless(other.is_none(), || format!("badge {} has two indexes", slot.badge));
            }
            ("SENT", _) => {
                let sent: SentMail = decoded(item);
                let other = self.sent.insert(sent.badge.clone(), sent.shard);
                self.unless(other.is_none(), || format!("badge {}: its mail was recorded twice", sent.badge));
            }
            ("PERSON", _) => {
                let Occasions { number, achievement, months, .. } = decoded(item);
                self.unless(months.len() == 1, || format!("{} months of one person", months.len()));
                self.registered.insert((number.to_string(), achievement.to_string()));
            }
            ("MONTHS", _) => {
                self.months.insert(decoded::<OpenedMonth>(item).month.to_string());
            }
            ("PUB", "STATUS") => {
                let PublishedList { list, signed, .. } = decoded(item);
                self.lists.insert(list, signed);
            }
            ("PUB", "ACHIEVEMENT" | "ARTWORK") | ("ACHIEVEMENT" | "ACHIEVEMENTS" | "AUDIT", _) => {}
            (kind @ ("DUE" | "OWED"), _) => self.findings.push(format!("a {kind} note is left")),
            _ => self.findings.push(format!("an item of a kind that no run makes: {key:?}")),
        }
    }

    fn candidate(&mut self, candidate: &AnyCandidate) {
        self.candidates += 1;
        let details = candidate.details();
        let reference = CandidateRef::of(details);
        let first = self.people.insert((details.number.to_string(), details.achievement.to_string()));
        self.unless(first, || format!("candidate {} is registered twice", reference.id));
        let AnyCandidate::Issued(issued) = candidate else {
            self.findings.push(format!("candidate {} has no badge", reference.id));
            return;
        };
        let badge = issued.state.badge.clone();
        let other = self.owners.insert(badge.clone(), reference);
        self.unless(other.is_none(), || format!("badge {badge} belongs to two candidates"));
    }

    fn badge(&mut self, badge: &AnyBadge) {
        let AnyBadge::Unclaimed(badge) = badge else {
            self.findings.push("a badge is claimed, and nobody claimed any".to_owned());
            return;
        };
        let id = &badge.id;
        // Its list is looked at in the end.
        let later = "2026-12-31T00:00:00Z".parse().unwrap();
        let report =
            verify_credential(badge.signed.as_bytes(), &self.did, later, StatusKnowledge::Unavailable);
        let sound = [Check::Form, Check::Signature].map(|check| report.outcome(check));
        self.unless(sound == [&Outcome::Passed; 2], || format!("badge {id}: {:?}", report.checks));
        let says = |text: String| badge.signed.contains(&format!("\"{text}\""));
        let own = says(self.programme.badge_url(id))
            && says(self.programme.status_url(&badge.list))
            && says(badge.index.value().to_string());
        self.unless(own, || format!("badge {id}: another one's name, list or index is signed"));
        self.samples.entry(badge.list.clone()).or_insert_with(|| badge.signed.clone());
        let kept = Kept {
            candidate: badge.candidate.clone(),
            address: badge.address.as_str().to_owned(),
            list: badge.list.clone(),
            index: badge.index,
        };
        self.badges.insert(id.clone(), kept);
    }

    /// What does not hold, now that all was read.
    pub(crate) fn finish(mut self, people: usize) -> Vec<String> {
        let counts = [
            ("candidates", self.candidates),
            ("badges", self.badges.len()),
            ("sent mails", self.sent.len()),
            ("reserved indexes", self.slots.len()),
            ("addresses that got a mail", self.mails.len()),
        ];
        for (what, count) in counts {
            self.unless(count == people, || format!("{count} {what} of {people} people"));
        }
        self.unless(self.people == self.registered, || "people and their occasions differ".to_owned());
        self.unless(self.months == BTreeSet::from(["2026-10".to_owned()]), || "not just October".to_owned());

        let badges = std::mem::take(&mut self.badges);
        let lists = self.decoded_lists();
        let (mut places, mut addresses) = (HashSet::new(), HashSet::new());
        for (id, badge) in &badges {
            self.unless(self.owners.get(id) == Some(&badge.candidate), || {
                format!("badge {id}: its candidate has another one, or none")
            });
            let place = (badge.list.clone(), badge.index.value());
            self.unless(self.slots.get(id) == Some(&place), || {
                format!("badge {id}: its index is not reserved")
            });
            self.unless(places.insert(place), || format!("badge {id}: another one has its index"));
            self.unless(addresses.insert(&badge.address), || {
                format!("badge {id}: a second one for its address")
            });
            self.unless(self.mails.contains_key(&badge.address), || {
                format!("badge {id}: no mail was accepted")
            });
            self.unless(self.sent.get(id) == Some(&badge.candidate.shard()), || {
                format!("badge {id}: its mail is not sent, or stands in another shard")
            });
            let revoked = lists.get(&badge.list).is_none_or(|list| list.contains(badge.index));
            self.unless(!revoked, || format!("badge {id}: its list is missing, or says that it is revoked"));
        }
        let expected: HashSet<String> = (0..people).map(address).collect();
        self.unless(addresses.iter().all(|address| expected.contains(*address)), || {
            "a badge for an address that nobody has".to_owned()
        });
        let grants = std::mem::take(&mut self.grants);
        for (address, grant) in std::mem::take(&mut self.links) {
            let opened = grants.get(&grant).and_then(|badge| badges.get(badge));
            self.unless(opened.is_some_and(|badge| badge.address == address), || {
                format!("a link mailed to {address} does not open its badge")
            });
        }
        for (grant, badge) in grants {
            self.unless(badges.contains_key(&badge), || "a link leads to no badge".to_owned());
            let listed = self.listed.remove(&(grant, badge.clone()));
            self.unless(listed, || format!("a link of badge {badge} is not listed beside it"));
        }
        self.unless(self.listed.is_empty(), || "a link is listed and leads nowhere".to_owned());
        self.findings
    }

    /// The lists, each read as a verifier does together with one of its badges.
    fn decoded_lists(&mut self) -> HashMap<StatusListId, StatusList> {
        let mut decoded = HashMap::new();
        for (id, signed) in std::mem::take(&mut self.lists) {
            let document: serde_json::Value = serde_json::from_str(&signed).unwrap();
            let encoded = document["credentialSubject"]["encodedList"].as_str().unwrap();
            decoded.insert(id.clone(), StatusList::decode(encoded).unwrap());
            let Some(sample) = self.samples.get(&id) else { continue };
            let later = "2026-12-31T00:00:00Z".parse().unwrap();
            let status = StatusKnowledge::List(signed.as_bytes());
            let report = verify_credential(sample.as_bytes(), &self.did, later, status);
            let sound = *report.outcome(Check::Revocation) == Outcome::Passed;
            self.unless(sound, || format!("list {id}: {:?}", report.checks));
        }
        decoded
    }
}
