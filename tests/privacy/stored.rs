//! What is stored of a person, and what is signed. `shared/README.md` says which item holds which personal field; here
//! the store is asked whether that is so.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
    path::PathBuf,
    sync::Arc,
};

use aws_sdk_dynamodb::types::AttributeValue;
use openbadges::status::StatusIndex;
use shomei_aws::dynamodb::{EXPIRES, PARTITION_KEY, SORT_KEY};
use shomei_core::{badge::AnyBadge, issuance, ports::Key, status::StatusListId, token::Token};
use shomei_issuance::Step;
use shomei_local::embedded;
use shomei_tests::{audit::Census, month, world::World};

use crate::{
    people::{self, PEOPLE, Person, personal_in},
    watched::{Fault, Operation, Since, Watched},
};

const README: &str = include_str!("../../shared/README.md");

/// An item as it lies in the store.
struct Raw {
    key: Key,
    attributes: HashMap<String, AttributeValue>,
}

impl Raw {
    /// All of it, its key included.
    fn text(&self) -> String {
        format!("{:?}", self.attributes)
    }
}

async fn scan(world: &World) -> Vec<Raw> {
    let client = world.store.client();
    let mut pages = client.scan().table_name(embedded::TABLE).into_paginator().items().send();
    let mut items = Vec::new();
    while let Some(attributes) = pages.next().await {
        let attributes = attributes.unwrap();
        let part = |name: &str| attributes[name].as_s().unwrap().clone();
        items.push(Raw { key: Key::new(part(PARTITION_KEY), part(SORT_KEY)), attributes });
    }
    items
}

/// October from the list to the claimed badges. Gives every item of three moments: when one badge was about to be signed,
/// when all were issued, and at the end.
async fn october(ports: &Arc<Watched>) -> Vec<Raw> {
    let functions = people::registered(ports).await;
    let plan = issuance::plan(ports.world.table(), "2026-11-01T00:00:00Z".parse().unwrap()).await.unwrap();
    ports.begin(Some((Since::First(Operation::Sign), Fault::Passing)));
    let outcome = functions.issuance.handle(Step::Issue { work: plan.work[0], after: None }, None).await;
    assert!(outcome.is_err(), "the step was never stopped at signing");
    ports.begin(None);
    let mut items = scan(&ports.world).await;
    for work in plan.work {
        functions.issuance.handle(Step::Issue { work, after: None }, None).await.unwrap();
    }
    items.extend(scan(&ports.world).await);
    people::issued_and_claimed(ports, &functions).await;
    // A later feature will revoke.
    let list = StatusListId::parse("2026-10-0").unwrap();
    month::revoke(&ports.world, &list, StatusIndex::wrapping(7)).await;
    items.extend(scan(&ports.world).await);
    items
}

/// One line of the table in the README.
struct Row {
    record: &'static str,
    partition: &'static str,
    sort: &'static str,
    personal: BTreeSet<&'static str>,
    swept: bool,
}

/// The texts between backticks.
fn quoted(cell: &'static str) -> Vec<&'static str> {
    cell.split('`').skip(1).step_by(2).collect()
}

fn rows() -> Vec<Row> {
    let rows: Vec<Row> = README
        .lines()
        .filter_map(|line| {
            let cells: Vec<&'static str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let [record, key, personal, _why, removed] = cells[..] else { return None };
            let &[record] = &quoted(record)[..] else { return None };
            let &[partition, sort] = &quoted(key)[..] else { panic!("{line}: the key has two parts") };
            let personal = quoted(personal).into_iter().collect();
            Some(Row { record, partition, sort, personal, swept: removed.contains("TTL") })
        })
        .collect();
    assert!(!rows.is_empty(), "shared/README.md has no table of items");
    rows
}

/// Whether a text has the form of a pattern, in which `{…}` stands for anything but a `#`.
fn fits(pattern: &str, text: &str) -> bool {
    let (patterns, texts): (Vec<_>, Vec<_>) = (pattern.split('#').collect(), text.split('#').collect());
    let same = |(pattern, text): (&&str, &&str)| pattern.starts_with('{') || pattern == text;
    patterns.len() == texts.len() && patterns.iter().zip(&texts).all(same)
}

fn row_of<'a>(rows: &'a [Row], key: &Key) -> &'a Row {
    let fitting: Vec<&Row> =
        rows.iter().filter(|row| fits(row.partition, &key.partition) && fits(row.sort, &key.sort)).collect();
    let [row] = fitting[..] else {
        panic!("{} rows of shared/README.md say what {} / {} is", fitting.len(), key.partition, key.sort)
    };
    row
}

/// Which personal fields stand in an item.
fn personal_fields(text: &str, candidates: &[String], tokens: &[String]) -> BTreeSet<&'static str> {
    let of_people =
        |field: fn(&Person) -> &'static str| PEOPLE.iter().any(|person| text.contains(field(person)));
    let any_of = |texts: &[String]| texts.iter().any(|known| text.contains(known.as_str()));
    [
        ("name", of_people(|person| person.name)),
        ("kana", of_people(|person| person.kana)),
        ("roman", of_people(|person| person.roman)),
        ("address", of_people(|person| person.address)),
        ("number", of_people(|person| person.number)),
        ("address hash", text.contains("sha256$")),
        ("candidate id", any_of(candidates)),
        ("token hash", any_of(tokens)),
    ]
    .into_iter()
    .filter_map(|(field, found)| found.then_some(field))
    .collect()
}

#[tokio::test]
async fn the_table_of_personal_fields_is_true() {
    let rows = rows();
    let ports = Watched::new(World::new().await);
    let items = october(&ports).await;
    let census = Census::take(&ports.world.store).await;
    let candidates: Vec<String> = census.candidates.into_keys().map(|key| key.sort).collect();
    let tokens: Vec<String> = ports.world.outbox.tokens().values().flatten().map(hash).collect();
    let mut stored: BTreeMap<&str, (BTreeSet<&str>, bool)> = BTreeMap::new();
    for item in &items {
        let (personal, swept) = stored.entry(row_of(&rows, &item.key).record).or_default();
        personal.extend(personal_fields(&item.text(), &candidates, &tokens));
        *swept |= item.attributes.contains_key(EXPIRES);
    }
    let table: BTreeMap<&str, (BTreeSet<&str>, bool)> =
        rows.into_iter().map(|row| (row.record, (row.personal, row.swept))).collect();
    for (record, row) in &table {
        let stored = stored.get(record).unwrap_or_else(|| panic!("nobody stores {record}"));
        assert_eq!(
            stored, row,
            "{record}: personal fields and sweeping, as stored and as in shared/README.md"
        );
    }
}

fn hash(token: &Token) -> String {
    serde_json::to_value(token.hash()).unwrap().as_str().unwrap().to_owned()
}

#[test]
fn every_record_has_its_row() {
    let mut records = BTreeSet::new();
    let mut folders = vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/core/src"))];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                let text = fs::read_to_string(entry.path()).unwrap();
                let names = text.lines().filter_map(|line| line.strip_prefix("impl Record for "));
                records.extend(names.map(|name| name.trim_end_matches(" {").to_owned()));
            }
        }
    }
    let rows: Vec<String> = rows().iter().map(|row| row.record.to_owned()).collect();
    assert_eq!(rows.iter().cloned().collect::<BTreeSet<_>>(), records, "in the table, and in shared/core");
    assert_eq!(rows.len(), records.len(), "a record stands twice in the table");
}

#[tokio::test]
async fn what_is_signed_names_nobody() {
    let ports = Watched::new(World::new().await);
    people::lived(&ports).await;
    let census = Census::take(&ports.world.store).await;
    let lists = census.lists.values().map(|list| &list.signed);
    let badges = census.badges.values().map(|badge| match badge {
        AnyBadge::Unclaimed(badge) => &badge.signed,
        AnyBadge::Claimed(badge) => &badge.signed,
    });
    assert_eq!((badges.len(), lists.len()), (people::BADGES, 1));
    for signed in badges.chain(lists) {
        assert!(signed.contains("\"proof\""), "{signed}");
        let personal = personal_in(signed, &ports.world.outbox);
        assert!(personal.is_empty(), "{personal:?} in {signed}");
    }
}

#[tokio::test]
async fn a_mailed_token_is_stored_nowhere() {
    let ports = Watched::new(World::new().await);
    people::lived(&ports).await;
    let items = scan(&ports.world).await;
    let tokens: Vec<Token> = ports.world.outbox.tokens().into_values().flatten().collect();
    assert_eq!(tokens.len(), people::BADGES);
    for token in tokens {
        // Its hash is, beside the badge and by itself.
        let holding = |text: &str| items.iter().filter(|item| item.text().contains(text)).count();
        assert_eq!((holding(token.text()), holding(&hash(&token))), (0, 2));
        for entry in fs::read_dir(ports.world.folder.path()).unwrap().map(Result::unwrap) {
            let bytes = fs::read(entry.path()).unwrap();
            let found = bytes.windows(token.text().len()).any(|window| window == token.text().as_bytes());
            assert!(!found, "{} holds a token", entry.path().display());
        }
    }
}
