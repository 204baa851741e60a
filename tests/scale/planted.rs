//! The audit finds what it is for: each law is broken in a small month that was sound.

use shomei_core::{
    badge::{AnyBadge, BadgeId},
    ports::{Item, Key},
};

use crate::{
    address,
    audit::{Audit, for_each_item},
    faults, stage,
    store::StoreProcess,
};

/// Enough for every shard, and for calls that end and die midway.
const PEOPLE: usize = 200;

/// A finished month.
#[derive(Clone)]
struct Month {
    items: Vec<Item>,
    mails: Vec<String>,
}

impl Month {
    fn findings(self) -> Vec<String> {
        let mut audit = Audit::new(faults::programme());
        self.mails.iter().for_each(|mail| audit.mailed(mail));
        self.items.into_iter().for_each(|item| audit.read(item));
        audit.finish(PEOPLE)
    }

    fn place(&self, kind: &str) -> usize {
        let is_of_kind = |item: &Item| item.key.partition.starts_with(kind);
        self.items.iter().position(is_of_kind).unwrap_or_else(|| panic!("no {kind}"))
    }

    fn badges(&self) -> [usize; 2] {
        let is_badge = |(_, item): &(usize, &Item)| item.key.sort == "BADGE";
        let mut places = self.items.iter().enumerate().filter(is_badge).map(|(place, _)| place);
        [places.next().unwrap(), places.next().unwrap()]
    }

    fn lose(&mut self, kind: &str) {
        let place = self.place(kind);
        self.items.remove(place);
    }

    /// Puts one badge's attribute in the place of another's.
    fn mix(&mut self, attribute: &str) {
        let [one, other] = self.badges();
        let copied = self.items[other].attributes.inner()[attribute].clone();
        self.items[one].attributes.inner_mut().insert(attribute.to_owned(), copied);
    }
}

/// What was done to the month, what the audit must say of it, and how it is done.
type Damage = (&'static str, &'static str, fn(&mut Month));

const DAMAGES: [Damage; 16] = [
    ("a candidate is lost", "its candidate has another one, or none", |month| month.lose("CANDIDATE#")),
    ("an occasion is lost", "people and their occasions differ", |month| month.lose("PERSON#")),
    ("the month is lost", "not just October", |month| month.lose("MONTHS")),
    ("a badge is lost", "199 badges of 200 people", |month| drop(month.items.remove(month.badges()[0]))),
    ("an index is lost", "its index is not reserved", |month| month.lose("STATUS#")),
    ("the list is lost", "its list is missing", |month| month.lose("PUB#STATUS#")),
    ("a sent mail is lost", "its mail is not sent", |month| month.lose("SENT#")),
    ("a grant is lost", "does not open its badge", |month| month.lose("CLAIM#")),
    ("a grant is not listed", "is not listed beside it", |month| {
        let is_listed = |item: &Item| item.key.sort.starts_with("CLAIM#");
        drop(month.items.remove(month.items.iter().position(is_listed).unwrap()));
    }),
    ("a mail never came", "no mail was accepted", |month| {
        let address = format!("{} ", address(0));
        month.mails.retain(|mail| !mail.starts_with(&address));
    }),
    ("a mail holds another's link", "does not open its badge", |month| {
        let link = |mail: &String| mail.split(' ').nth(1).unwrap().to_owned();
        let other = month.mails.iter().find(|mail| !mail.starts_with(&address(0))).map(link).unwrap();
        month.mails.push(format!("{} {other}", address(0)));
    }),
    ("a badge is doubled", "another one's name, list or index is signed", |month| {
        let mut double = month.items[month.badges()[0]].clone();
        let id = BadgeId::parse("01234567-89ab-4cde-8f01-23456789abcd").unwrap();
        let name = serde_dynamo::AttributeValue::S(id.to_string());
        double.attributes.inner_mut().insert("id".to_owned(), name);
        double.key = AnyBadge::key_of(&id);
        month.items.push(double);
    }),
    ("a candidate is still due", "a DUE note is left", |month| {
        let mut note = month.items[month.place("SENT#")].clone();
        note.key = Key::new("DUE#2026-10#00", "0");
        month.items.push(note);
    }),
    ("two badges have one index", "another one has its index", |month| month.mix("index")),
    ("two badges have one text", "another one's name, list or index is signed", |month| month.mix("signed")),
    ("two badges have one address", "a second one for its address", |month| month.mix("address")),
];

pub(crate) fn every_damage_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let people = PEOPLE.to_string();
    for name in ["register", "drive"] {
        let _: serde_json::Value = stage(&[name, folder.path().to_str().unwrap(), &people]);
    }
    let sound = month(folder.path());
    assert_eq!(sound.clone().findings(), Vec::<String>::new());
    for (name, words, damage) in DAMAGES {
        let mut damaged = sound.clone();
        damage(&mut damaged);
        let findings = damaged.findings();
        assert!(findings.iter().any(|finding| finding.contains(words)), "{name}: {findings:#?}");
    }
}

#[tokio::main(flavor = "current_thread")]
async fn month(folder: &std::path::Path) -> Month {
    let held = StoreProcess::start(folder);
    let opened = held.open(folder).await;
    let mut items = Vec::new();
    for_each_item(&opened, |item| items.push(item)).await;
    let mails = std::fs::read_to_string(faults::outbox(folder)).unwrap();
    Month { items, mails: mails.lines().map(str::to_owned).collect() }
}
