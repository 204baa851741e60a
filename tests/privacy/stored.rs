//! What is stored of a person, and what is signed. `shared/README.md` says which item holds which personal field; here
//! the store is asked whether that is so.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
    path::PathBuf,
    sync::Arc,
};

use aws_sdk_dynamodb::types::AttributeValue;
use shomei_aws::dynamodb::{EXPIRES, PARTITION_KEY, SORT_KEY};
use shomei_core::{calendar::Month, issuance, ports::Key, token::Token};
use shomei_issuance::{Outcome, Step};
use shomei_local::embedded;
use shomei_tests::{audit::Census, faults::Faulty, month, world::World};

use crate::{
    functions::request::{NETWORK, STAFF},
    mails, office, orders,
    people::{self, PEOPLE, Person, personal_in},
    revocations,
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
        let bytes: String = self.attributes.values().map(in_bytes).collect();
        format!("{:?}{bytes}", self.attributes)
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

/// October from the list to the wallets, and the reissue of one badge. Gives every item of several moments: when one badge was
/// about to be signed, when all were issued, when all were claimed, when some mails had come back, when one
/// was paid and about to be signed again, before and after one was revoked. And what browsers keep.
async fn october(ports: &Arc<Watched>) -> (Vec<Raw>, Vec<Token>) {
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
    let mut kept = people::issued_and_claimed(ports, &functions).await;
    items.extend(scan(&ports.world).await);
    assert_eq!(mails::heard(&functions, &ports.world).await, Some(3));
    assert_eq!(mails::released(&ports.world).await, 2);
    items.extend(scan(&ports.world).await);
    orders::paid(ports, &functions).await;
    items.extend(scan(&ports.world).await);
    people::deliver(&functions).await;
    items.extend(scan(&ports.world).await);
    orders::settled(ports, &functions).await;
    links_again(&ports.world).await;
    items.extend(scan(&ports.world).await);
    month::edit(&Faulty::new(&ports.world, None), &ports.world, "試験と面接に合格すること。").await.unwrap();
    items.extend(scan(&ports.world).await);
    kept.extend(office::at_work(&ports.world).await);
    items.extend(scan(&ports.world).await);
    revocations::agreed(&ports.world, &PEOPLE[1]).await;
    items.extend(scan(&ports.world).await);
    let revoked = functions.issuance.handle(Step::IssueAgain, None).await.unwrap();
    assert!(matches!(&revoked, Outcome::IssuedAgain(done) if done.revoked == 1), "{revoked:?}");
    items.extend(scan(&ports.world).await);
    (items, kept)
}

/// The office has links sent to all who have not accepted their badge.
async fn links_again(world: &World) {
    let World { clock, entropy, programme, .. } = world;
    let ports = shomei_core::office::Ports { table: world.table(), clock, entropy, programme };
    let clerk =
        shomei_core::office::Member { subject: STAFF.to_owned(), role: shomei_core::office::Role::Clerk };
    shomei_core::office::resend::resend_month(ports, &clerk, Month::new(2026, 10).unwrap()).await.unwrap();
}

/// What stands in bytes, as the text that it may be: a list stands as it was sent.
fn in_bytes(value: &AttributeValue) -> String {
    match value {
        AttributeValue::B(bytes) => String::from_utf8_lossy(bytes.as_ref()).into_owned(),
        AttributeValue::L(values) => values.iter().map(in_bytes).collect(),
        AttributeValue::M(values) => values.values().map(in_bytes).collect(),
        _ => String::new(),
    }
}

/// One line of the table in the README.
struct Row {
    record: &'static str,
    partitions: Vec<&'static str>,
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
            let mut partitions = quoted(key);
            let sort = partitions.pop().filter(|_| !partitions.is_empty());
            let sort = sort.unwrap_or_else(|| panic!("{line}: the key has two parts"));
            let personal = quoted(personal).into_iter().collect();
            Some(Row { record, partitions, sort, personal, swept: removed.contains("TTL") })
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
    let is_of = |row: &&Row| {
        row.partitions.iter().any(|partition| fits(partition, &key.partition)) && fits(row.sort, &key.sort)
    };
    let fitting: Vec<&Row> = rows.iter().filter(is_of).collect();
    let [row] = fitting[..] else {
        panic!("{} rows of shared/README.md say what {} / {} is", fitting.len(), key.partition, key.sort)
    };
    row
}

/// Which personal fields stand in an item: of those that can be found by their text, and of these.
fn personal_fields(text: &str, known: &[(&'static str, Vec<String>)]) -> BTreeSet<&'static str> {
    let of_people =
        |field: fn(&Person) -> &'static str| PEOPLE.iter().any(|person| text.contains(field(person)));
    let by_text = [
        ("name", of_people(|person| person.name)),
        ("kana", of_people(|person| person.kana)),
        ("roman", of_people(|person| person.roman)),
        ("address", of_people(|person| person.address)),
        ("number", of_people(|person| person.number)),
        ("address hash", text.contains("sha256$")),
    ];
    let contains = |texts: &[String]| texts.iter().any(|known| text.contains(known.as_str()));
    let of_these = known.iter().map(|(field, texts)| (*field, contains(texts)));
    by_text.into_iter().chain(of_these).filter_map(|(field, found)| found.then_some(field)).collect()
}

#[tokio::test]
async fn the_table_of_personal_fields_is_true() {
    let rows = rows();
    let ports = Watched::new(World::new().await);
    let (items, kept) = october(&ports).await;
    let census = Census::take(&ports.world.store).await;
    let mailed = people::mailed_tokens(&ports.world.outbox);
    let digest = |text: &str| hex(&sha256(text.as_bytes()));
    let known = [
        ("candidate id", census.candidates.into_keys().map(|key| key.sort).collect()),
        ("token hash", mailed.iter().chain(&kept).map(hash).collect()),
        ("address key", PEOPLE.iter().map(|person| digest(person.address)).collect()),
        ("network hash", vec![digest(NETWORK)]),
        ("name marks", vec!["\"nothing\"".to_owned()]),
        ("addressee", vec![orders::ADDRESSEE.to_owned()]),
        ("payment id", orders::PAYMENT_IDS.map(str::to_owned).into()),
        ("staff", vec![STAFF.to_owned()]),
        ("reason", vec![orders::REASON.to_owned()]),
        ("message", vec![people::MESSAGE.to_owned()]),
    ];
    let mut stored: BTreeMap<&str, (BTreeSet<&str>, bool)> = BTreeMap::new();
    for item in &items {
        let (personal, swept) = stored.entry(row_of(&rows, &item.key).record).or_default();
        personal.extend(personal_fields(&item.text(), &known));
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

fn sha256(bytes: &[u8]) -> Vec<u8> {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes).as_ref().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
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
    let lists = census.lists.values().map(|list| list.signed.as_str());
    let badges: Vec<_> = census.signed().collect();
    // One was deleted.
    assert_eq!((badges.len(), lists.len()), (people::BADGES - 1, 1));
    for signed in badges.into_iter().chain(lists) {
        assert!(signed.contains("\"proof\""), "{signed}");
        let personal = personal_in(signed, &ports.world.outbox);
        assert!(personal.is_empty(), "{personal:?} in {signed}");
    }
}

#[tokio::test]
async fn a_mailed_token_is_stored_nowhere() {
    let ports = Watched::new(World::new().await);
    let functions = people::registered(&ports).await;
    let kept = people::issued_and_claimed(&ports, &functions).await;
    let items = scan(&ports.world).await;
    // Two were used to sign in, one was the deleted badge's.
    let mut hashes = Vec::new();
    for token in people::mailed_tokens(&ports.world.outbox).into_iter().chain(kept) {
        let holding = |text: &str| items.iter().filter(|item| item.text().contains(text)).count();
        assert_eq!(holding(token.text()), 0);
        hashes.push(holding(&hash(&token)));
        for entry in fs::read_dir(ports.world.folder.path()).unwrap().map(Result::unwrap) {
            let bytes = fs::read(entry.path()).unwrap();
            let found = bytes.windows(token.text().len()).any(|window| window == token.text().as_bytes());
            assert!(!found, "{} holds a token", entry.path().display());
        }
    }
    // Of links to badges it stands beside the badge and by itself; of others by itself, while they are of use.
    hashes.sort_unstable();
    assert_eq!(hashes, [0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
}
