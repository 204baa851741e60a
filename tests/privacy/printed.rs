//! What `Debug` and `Display` print: a slip that puts a record or an error into a log or a panic betrays nobody.

use std::{fmt::Debug, fs, path::PathBuf};

use shomei_core::{
    address::MailAddress,
    badge::AnyBadge,
    candidate::{AnyCandidate, BodyNumber, Due, Kana, Kind, Occasions, PersonName, Roman},
    claim,
    intake::{
        Registration,
        list::{read_csv, read_json},
        register_list,
        row::parse_row,
    },
    issuance::Announcement,
    ports::{Clock, MailKind, Transaction, Wanted},
    programme::Bilingual,
    store::{self, Failure},
    verify,
};
use shomei_tests::{audit::Census, month, world::World};

use crate::{
    people::{self, PEOPLE, personal_in},
    watched::Watched,
};

/// Everything that prints something personal, by what it is.
struct Printed<'a> {
    world: &'a World,
    personal: Vec<String>,
}

impl<'a> Printed<'a> {
    fn of(world: &'a World) -> Self {
        Self { world, personal: Vec::new() }
    }

    fn debug(&mut self, what: &str, value: &dyn Debug) {
        self.text(what, &format!("{value:?}"));
        self.text(what, &format!("{value:#?}"));
    }

    fn text(&mut self, what: &str, text: &str) {
        assert!(!text.is_empty(), "{what} prints nothing at all");
        let personal = personal_in(text, &self.world.outbox);
        if !personal.is_empty() {
            self.personal.push(format!("{what}: {personal:?}"));
        }
    }

    fn holds_nothing(mut self) {
        self.personal.dedup();
        assert!(self.personal.is_empty(), "{:#?}", self.personal);
    }
}

fn all<T: Debug>(records: &[T]) -> Vec<&dyn Debug> {
    records.iter().map(|record| record as &dyn Debug).collect()
}

#[tokio::test]
async fn records_print_nothing_personal() {
    let ports = Watched::new(World::new().await);
    people::lived(&ports).await;
    let world = &ports.world;
    let mut printed = Printed::of(world);
    let census = Census::take(&world.store).await;
    assert_eq!((census.badges.len(), census.public.len()), (people::BADGES, 1));
    for candidate in census.candidates.values() {
        printed.debug("AnyCandidate", candidate);
        printed.debug("CandidateDetails", candidate.details());
    }
    for badge in census.badges.values() {
        printed.debug("AnyBadge", badge);
    }
    for badge in census.public.values() {
        printed.debug("PublicBadge", badge);
    }
    for occasions in &census.occasions {
        printed.debug("Occasions", occasions);
    }
    for grant in &census.grants {
        printed.debug("ClaimGrant", grant);
    }
    for grant in &census.grants_of_badges {
        printed.debug("GrantOfBadge", grant);
    }
    for mail in &world.outbox.mails() {
        printed.debug("Mail", mail);
    }
    for wallet in &census.wallets {
        printed.debug("Wallet", wallet);
    }
    let kinds: [(&str, &[&dyn Debug]); 7] = [
        ("AddressOwner", &all(&census.owners)),
        ("Holding", &all(&census.holdings)),
        ("Session", &all(&census.sessions)),
        ("SignInGrant", &all(&census.sign_ins)),
        ("AddressProof", &all(&census.proofs)),
        ("Letter", &all(&census.letters)),
        ("Limit", &all(&census.limits)),
    ];
    for (kind, records) in kinds {
        assert!(!records.is_empty(), "there is no {kind}");
        for record in records {
            printed.debug(kind, record);
        }
    }
    for letter in &census.letters {
        printed.debug("Subject", &letter.subject);
    }
    for token in world.outbox.tokens().values().flatten() {
        printed.debug("Token", token);
        printed.debug("Opened", &claim::open(month::claim_ports(world.table(), world), token).await.unwrap());
    }
    let public = census.public.keys().next().unwrap();
    let examined = verify::examine(world.table(), &world.programme, public, world.clock.now()).await.unwrap();
    printed.debug("Examined", &examined.unwrap());
    let link = world.programme.claim_url(&people::token(world, &PEOPLE[0]));
    printed.debug(
        "Announcement",
        &Announcement {
            mail: MailKind::BadgeIssued,
            badge: census.badges.keys().next().unwrap(),
            holder_name: &PersonName::new(PEOPLE[0].name).unwrap(),
            achievement: &Bilingual { ja: "基礎".to_owned(), en: "Foundation".to_owned() },
            kind: Kind::Pass,
            date: jiff::civil::date(2026, 10, 5),
            claim_url: &link,
            expires: world.clock.now(),
        },
    );
    printed.holds_nothing();
}

#[tokio::test]
async fn rows_and_their_answers_print_nothing_personal() {
    let ports = Watched::new(World::new().await);
    let functions = ports.functions();
    assert_eq!(people::register_achievement(&functions).await.status(), 201);
    let world = &ports.world;
    let mut printed = Printed::of(world);
    let list = people::october();
    for row in read_csv(list.as_bytes()).unwrap() {
        printed.debug("RawRow", &row);
        if let Ok(row) = row {
            printed.debug("ParsedRow", &parse_row(&row));
        }
    }
    let member = |text: &str| format!(r#"[{{"name":"{text}","{text}":1}},{{"name":["{text}"]}},{text}"#);
    for row in read_json(member(PEOPLE[0].name).as_bytes()) {
        printed.debug("RawRow of JSON", &row);
    }
    let mut registration = Registration::new(world.table(), &world.clock, &world.entropy);
    let mut answers = Vec::new();
    let rows = read_csv(list.as_bytes()).unwrap();
    let registered = register_list(&mut registration, rows, |answer| answers.push(answer)).await.unwrap();
    assert_eq!((registered.summary.refused, registered.summary.accepted_with_warning), (7, 1));
    printed.debug("Registration", &registration);
    printed.debug("Registered", &registered);
    for answer in &answers {
        printed.debug("RowAnswer", answer);
    }
    printed.holds_nothing();
}

#[tokio::test]
async fn errors_print_nothing_personal() {
    let ports = Watched::new(World::new().await);
    people::lived(&ports).await;
    let world = &ports.world;
    let mut printed = Printed::of(world);
    for text in
        ["機密\n一織", "機密\u{e000}", &"機密".repeat(101), "iori.kimitsu@himitsu", "@himitsu.example.jp"]
    {
        let refusals = [
            PersonName::new(text).map(drop),
            Kana::new(text).map(drop),
            Roman::new(text).map(drop),
            BodyNumber::mend(text).map(drop),
        ];
        for refusal in refusals.into_iter().filter_map(Result::err) {
            printed.debug("TextRefusal", &refusal);
            printed.text("TextRefusal", &refusal.to_string());
        }
        let refusal = MailAddress::mend(text).unwrap_err();
        printed.debug("AddressRefusal", &refusal);
        printed.text("AddressRefusal", &refusal.to_string());
        // As the store decodes them.
        let json = serde_json::to_string(text).unwrap();
        let broken = [
            serde_json::from_str::<MailAddress>(&json).map(drop),
            serde_json::from_str::<BodyNumber>(&json).map(drop),
        ];
        for error in broken.into_iter().filter_map(Result::err) {
            printed.text("a text that does not decode", &error.to_string());
        }
    }
    // An item of another shape than its reader expects.
    let census = Census::take(&world.store).await;
    let keys: Vec<_> = census.candidates.into_keys().collect();
    for item in world.table().get_many(&keys, Wanted::All).await.unwrap().into_iter().flatten() {
        let errors = [
            store::decode::<Due>(item.clone()).map(drop),
            store::decode::<AnyBadge>(item.clone()).map(drop),
            store::decode::<Occasions>(item).map(drop),
        ];
        for error in errors.into_iter().filter_map(Result::err) {
            printed.debug("ReadError", &error);
            printed.text("ReadError", &error.to_string());
            let failure = Failure::from(error);
            printed.debug("Failure", &failure);
            printed.text("Failure", &failure.to_string());
        }
    }
    printed.holds_nothing();
}

/// What goes through the narrow waist.
#[tokio::test]
async fn keys_items_and_writes_print_nothing_personal() {
    let ports = Watched::new(World::new().await);
    people::lived(&ports).await;
    let world = &ports.world;
    let mut printed = Printed::of(world);
    let census = Census::take(&world.store).await;
    for (key, candidate) in &census.candidates {
        let person = Occasions::key_of(candidate.details());
        let write = store::create::<AnyCandidate>(candidate).unwrap();
        let item = world.table().get(key).await.unwrap();
        printed.debug("Key", &person);
        printed.debug("Write", &write);
        printed.debug("Item", &item);
        let page = world.table().query(&key.partition, None, 10).await.unwrap();
        printed.debug("Page", &page);
        let transaction = Transaction { token: "1".to_owned(), writes: vec![write] };
        printed.debug("Transaction", &transaction);
    }
    printed.holds_nothing();
}

/// Plain texts that are personal, by the names that structs give them.
const PERSONAL_FIELDS: [&str; 13] = [
    "addressee: String",
    "holder_name: String",
    "holder_name: Option<String>",
    "main_address: String",
    "address: String",
    "action: String",
    "sign_in_action: String",
    "claim_url: String",
    "claim_url: &'a str",
    "message: String",
    "reply_to: String",
    "text: String",
    "html: String",
];

/// The pages and mails are given plain text: whatever holds it writes its own `Debug`.
#[test]
fn structs_with_personal_text_derive_no_debug() {
    let mut holding = 0;
    let mut deriving = Vec::new();
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let mut folders = vec![root.join("shared/pages/src"), root.join("shared/core/src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
                continue;
            }
            let text = fs::read_to_string(entry.path()).unwrap();
            let mut derived = "";
            for (line, next) in text.lines().zip(text.lines().skip(1)) {
                if line.starts_with("#[derive(") {
                    derived = line;
                }
                if line == "}" {
                    derived = "";
                }
                if PERSONAL_FIELDS.iter().any(|field| next.trim().starts_with(&format!("pub {field},"))) {
                    holding += 1;
                    if derived.contains("Debug") {
                        deriving.push(format!("{}: {}", entry.file_name().display(), next.trim()));
                    }
                }
            }
        }
    }
    assert!(holding >= 20, "the search finds only {holding} fields");
    assert!(deriving.is_empty(), "{deriving:#?}");
}
