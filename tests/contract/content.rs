//! What is written is what is read.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_dynamo::{AttributeValue, Item as Attributes};
use shomei_core::ports::{Guard, Item, Key, ReadError, Table as _, Wanted, Write};
use shomei_local::embedded::TABLE;

use crate::place::{Place, check, create, key, replace, text, text_of};

/// Texts that careless stores change, merge or refuse.
const TEXTS: [&str; 16] = [
    "",
    " ",
    "証明書　山田 太郎",
    "が",
    "か\u{3099}",
    "𠮷野家 𩸽 𠀋",
    "葛\u{e0100}城",
    "👩🏽‍🚀👨‍👩‍👧‍👦🏳️‍🌈🇯🇵",
    "é e\u{301} Å A\u{30a} Å",
    "ﾊﾝｶｸ ハンカク ＡＢＣ ABC",
    "مرحبا שלום \u{202e}txt.exe",
    "\"quoted\" 'single' `back` \\ \\u0041 \\n",
    "one\ntwo\r\nthree\ttab\u{2028}\u{2029}\u{85}",
    "\u{0}\u{1}\u{1b}\u{7f}\u{feff}\u{fffd}\u{ffff}\u{10ffff}",
    "<script>&amp;</script> %00 ${x} #pk :pk",
    "null",
];

async fn read_back(place: &Place, key: Key, attributes: Attributes) -> Item {
    place.apply(vec![create(key.clone(), attributes)]).await.unwrap();
    place.get(&key).await.unwrap()
}

#[tokio::test]
async fn text_in_any_script_comes_back_to_the_byte() {
    let place = Place::new().await;
    for (number, written) in TEXTS.into_iter().enumerate() {
        let item = read_back(&place, key(&format!("text-{number}")), text(written)).await;
        assert_eq!(text_of(&item).as_bytes(), written.as_bytes(), "{written:?}");
    }
}

#[tokio::test]
async fn keys_in_any_script_are_distinct_and_come_back_to_the_byte() {
    let place = Place::new().await;
    let texts = TEXTS.into_iter().filter(|text| !text.is_empty());
    let keys: Vec<_> = texts.flat_map(|text| [Key::new(text, "sort"), Key::new("SCRIPTS", text)]).collect();
    for key in &keys {
        // Under `Absent`: a key that the store takes for another one would conflict.
        let item = read_back(&place, key.clone(), text(&key.sort)).await;
        assert_eq!((&item.key, text_of(&item)), (key, key.sort.clone()));
    }
    let items = place.table().get_many(&keys, Wanted::All).await.unwrap();
    assert_eq!(items.into_iter().map(|item| item.unwrap().key).collect::<Vec<_>>(), keys);
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Everything {
    // Named like the table's own attributes.
    pk: String,
    sk: String,
    version: u64,
    expires: bool,
    body: BTreeMap<String, i64>,
    氏名: String,
    #[serde(rename = "dotted.name#with:signs")]
    signs: String,
    #[serde(with = "serde_bytes")]
    binary: Vec<u8>,
    #[serde(with = "serde_bytes")]
    no_bytes: Vec<u8>,
    numbers: Vec<u64>,
    smallest: i64,
    bools: (bool, bool),
    nothing: Vec<String>,
    mixed: Vec<Entry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    absent: Option<String>,
    null: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    present: Option<String>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Entry {
    Named { name: String },
    Listed { list: Vec<BTreeMap<String, Vec<u8>>> },
}

fn everything() -> Everything {
    let list = vec![BTreeMap::new(), BTreeMap::from([("鍵".to_owned(), vec![0, 255])])];
    Everything {
        pk: "not the partition".to_owned(),
        sk: String::new(),
        version: 77,
        expires: true,
        body: BTreeMap::from([("body".to_owned(), -1)]),
        氏名: "髙橋 﨑子".to_owned(),
        signs: "'".to_owned(),
        binary: (0..=255).collect(),
        no_bytes: Vec::new(),
        numbers: vec![0, 1, (1 << 53) - 1, (1 << 53) + 1, (1 << 63) - 1, 1 << 63, u64::MAX],
        smallest: i64::MIN,
        bools: (true, false),
        nothing: Vec::new(),
        mixed: vec![Entry::Listed { list }, Entry::Named { name: "🎓".to_owned() }],
        absent: None,
        null: None,
        present: Some(String::new()),
    }
}

#[tokio::test]
async fn every_kind_of_attribute_comes_back_as_it_was() {
    let place = Place::new().await;
    let attributes: Attributes = serde_dynamo::to_item(everything()).unwrap();
    let item = read_back(&place, key("everything"), attributes.clone()).await;
    assert_eq!(item, Item { key: key("everything"), version: 1, expires: None, attributes });
    assert_eq!(serde_dynamo::from_item::<_, Everything>(item.attributes).unwrap(), everything());
}

#[tokio::test]
async fn an_absent_optional_stays_absent_and_a_null_stays_null() {
    let place = Place::new().await;
    let attributes = serde_dynamo::to_item(everything()).unwrap();
    let item = read_back(&place, key("optional"), attributes).await;
    assert!(!item.attributes.contains_key("absent"));
    assert_eq!(item.attributes.get("null"), Some(&AttributeValue::Null(true)));
    assert_eq!(item.attributes.get("present"), Some(&AttributeValue::S(String::new())));
}

#[tokio::test]
async fn an_item_may_hold_nothing_but_its_key() {
    let place = Place::new().await;
    let item = read_back(&place, key("bare"), Attributes::from(HashMap::<_, AttributeValue>::new())).await;
    assert!(item.attributes.is_empty());
}

#[tokio::test]
async fn a_replacement_leaves_nothing_of_the_old_item() {
    let place = Place::new().await;
    let old = Write::Put {
        key: key("whole"),
        expires: Some(Timestamp::from_second(1_800_000_000).unwrap()),
        attributes: serde_dynamo::to_item(everything()).unwrap(),
        guard: Guard::Absent,
    };
    place.apply(vec![old]).await.unwrap();
    place.apply(vec![replace(key("whole"), 1, text("new"))]).await.unwrap();
    let new = Item { key: key("whole"), version: 2, expires: None, attributes: text("new") };
    assert_eq!(place.get(&key("whole")).await, Some(new));
}

async fn with_expiry(place: &Place, sort: &str, expires: &str) -> Item {
    let put = Write::Put {
        key: key(sort),
        expires: Some(expires.parse().unwrap()),
        attributes: text(sort),
        guard: Guard::Absent,
    };
    place.apply(vec![put]).await.unwrap();
    place.get(&key(sort)).await.unwrap()
}

#[tokio::test]
async fn an_expiry_is_kept_in_whole_seconds_in_the_attribute_that_the_table_sweeps_by() {
    let place = Place::new().await;
    let item = with_expiry(&place, "token", "2026-11-30T23:59:59.999Z").await;
    assert_eq!(item.expires, Some("2026-11-30T23:59:59Z".parse().unwrap()));

    let client = place.store.client();
    let described = client.describe_time_to_live().table_name(TABLE).send().await.unwrap();
    let sweeping = described.time_to_live_description.unwrap();
    assert_eq!(sweeping.time_to_live_status.unwrap().as_str(), "ENABLED");
    let raw = client.scan().table_name(TABLE).send().await.unwrap().items.unwrap();
    let swept_by = raw[0].get(&sweeping.attribute_name.unwrap()).unwrap();
    assert_eq!(swept_by.as_n().map(String::as_str), Ok("1796083199"));
}

#[tokio::test]
async fn an_expired_item_stands_until_it_is_swept() {
    let place = Place::new().await;
    let item = with_expiry(&place, "long-dead", "2001-01-01T00:00:00Z").await;
    assert_eq!(item.expires, Some("2001-01-01T00:00:00Z".parse().unwrap()));
    let page = place.table().query("CONTRACT", None, 10).await.unwrap();
    assert_eq!(page.items, [item]);
    // It still holds its place.
    place.apply(vec![check(key("long-dead"), Guard::Version(1))]).await.unwrap();
}

#[tokio::test]
async fn what_no_writer_of_ours_wrote_is_called_corrupt() {
    use aws_sdk_dynamodb::types::AttributeValue::{M, N, S};
    let place = Place::new().await;
    let body = ("body", M(HashMap::new()));
    let foreign = [
        vec![body.clone()],
        vec![("version", N("1".to_owned()))],
        vec![("version", S("1".to_owned())), body.clone()],
        vec![("version", N("1.5".to_owned())), body.clone()],
        vec![("version", N("1".to_owned())), ("body", S("text".to_owned()))],
        vec![("version", N("1".to_owned())), body.clone(), ("expires", S("soon".to_owned()))],
        vec![("version", N("1".to_owned())), body.clone(), ("expires", N("1e30".to_owned()))],
    ];
    for (number, attributes) in foreign.into_iter().enumerate() {
        let sort = format!("foreign-{number}");
        let mut item = HashMap::from([("pk".to_owned(), S("FOREIGN".to_owned()))]);
        item.insert("sk".to_owned(), S(sort.clone()));
        item.extend(attributes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        let put = place.store.client().put_item().table_name(TABLE).set_item(Some(item));
        put.send().await.unwrap();
        let key = Key::new("FOREIGN", sort);
        let outcome = place.table().get(&key).await;
        assert!(matches!(outcome, Err(ReadError::Corrupt(_))), "{attributes:?}: {outcome:?}");
        let outcome = place.table().get_many(&[key], Wanted::All).await;
        assert!(matches!(outcome, Err(ReadError::Corrupt(_))), "{attributes:?}: {outcome:?}");
    }
    let outcome = place.table().query("FOREIGN", None, 10).await;
    assert!(matches!(outcome, Err(ReadError::Corrupt(_))), "{outcome:?}");
}
