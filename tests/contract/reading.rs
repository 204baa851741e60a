//! `query` and `get_many`.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_dynamo::{AttributeValue, Item as Attributes};
use shomei_core::ports::{Guard, Item, Key, Table as _, Wanted, Write};

use crate::{
    line::Line,
    place::{Place, create, key, text, text_of},
};

async fn fill(place: &Place, keys: &[Key]) {
    for part in keys.chunks(100) {
        let writes = part.iter().map(|key| create(key.clone(), text(&key.sort))).collect();
        place.apply(writes).await.unwrap();
    }
}

fn sorts(items: &[Item]) -> Vec<&str> {
    items.iter().map(|item| item.key.sort.as_str()).collect()
}

/// All items of a partition, page by page, and how many pages it took.
async fn walk(place: &Place, partition: &str, limit: u32) -> (Vec<Item>, usize) {
    let (mut items, mut after, mut pages) = (Vec::new(), None, 0);
    loop {
        let page = place.table().query(partition, after.as_deref(), limit).await.unwrap();
        assert!(page.items.len() <= limit as usize);
        items.extend(page.items);
        pages += 1;
        assert!(pages < 1_000, "the pages do not end");
        match page.next {
            Some(next) => after = Some(next),
            None => return (items, pages),
        }
    }
}

#[tokio::test]
async fn a_partition_is_in_the_order_of_its_sort_keys_bytes() {
    let place = Place::new().await;
    // UTF-16 would put 𠮷 before ﾊ, a collation would put a beside A and か゛ beside が.
    let unordered = [
        "が",
        "ﾊ",
        "𠮷",
        "か\u{3099}",
        "か",
        "a",
        "B",
        "A",
        "b",
        "10",
        "9",
        "a#",
        "a\u{0}",
        "ａ",
        "é",
        "z",
        "~",
        " ",
    ];
    fill(&place, &unordered.map(key)).await;
    let (items, _) = walk(&place, "CONTRACT", 100).await;
    let mut ordered = unordered;
    ordered.sort_by_key(|sort| sort.as_bytes().to_vec());
    assert_eq!(sorts(&items), ordered);
    for (from, after) in ordered.iter().enumerate() {
        let page = place.table().query("CONTRACT", Some(after), 100).await.unwrap();
        assert_eq!(sorts(&page.items), ordered[from + 1..], "after {after:?}");
    }
}

#[tokio::test]
async fn after_is_exclusive_and_need_not_be_there() {
    let place = Place::new().await;
    fill(&place, &["a", "c", "e"].map(key)).await;
    for (after, rest) in
        [("a", ["c", "e"].as_slice()), ("b", &["c", "e"]), ("d", &["e"]), ("e", &[]), ("f", &[])]
    {
        let page = place.table().query("CONTRACT", Some(after), 100).await.unwrap();
        assert_eq!(sorts(&page.items), rest, "after {after}");
    }
}

#[tokio::test]
async fn pages_of_any_limit_bring_every_item_once() {
    let place = Place::new().await;
    let keys: Vec<_> = (0..23).map(|number| key(&format!("{number:02}"))).collect();
    fill(&place, &keys).await;
    for limit in [1, 2, 7, 22, 23, 24, 1_000, u32::MAX] {
        let (items, pages) = walk(&place, "CONTRACT", limit).await;
        assert_eq!(items.iter().map(|item| &item.key).collect::<Vec<_>>(), keys.iter().collect::<Vec<_>>());
        let whole = keys.len().div_ceil(limit as usize);
        assert!((whole..=whole + 1).contains(&pages), "{pages} pages of {limit}");
    }
}

#[tokio::test]
async fn other_partitions_are_not_touched() {
    let place = Place::new().await;
    let others = ["CONTRAC", "CONTRACT#", "CONTRACT\u{0}", "contract", "CONTRACT ", "B", "Z"];
    let keys: Vec<_> = others.iter().map(|other| Key::new(*other, "m")).collect();
    fill(&place, &keys).await;
    fill(&place, &["a", "z"].map(key)).await;
    let (items, _) = walk(&place, "CONTRACT", 1).await;
    assert_eq!(sorts(&items), ["a", "z"]);
    assert!(items.iter().all(|item| item.key.partition == "CONTRACT"));
}

#[tokio::test]
async fn an_empty_partition_is_an_empty_page_without_a_next_one() {
    let place = Place::new().await;
    fill(&place, &[key("item")]).await;
    for (partition, after) in [("NOBODY", None), ("NOBODY", Some("item")), ("CONTRACT", Some("item"))] {
        let page = place.table().query(partition, after, 10).await.unwrap();
        assert_eq!((page.items.len(), page.next), (0, None), "{partition}");
    }
}

#[tokio::test]
async fn pages_end_at_a_megabyte_and_bring_every_item_once() {
    let place = Place::new().await;
    let kana = "あ".repeat(100_000 / 3);
    for number in 0..30 {
        let large = text(format!("{number:02}{kana}"));
        place.apply(vec![create(key(&format!("{number:02}")), large)]).await.unwrap();
    }
    let (items, pages) = walk(&place, "CONTRACT", 500).await;
    assert!((3..=5).contains(&pages), "{pages} pages of 3 MB");
    assert_eq!(items.len(), 30);
    for (number, item) in items.iter().enumerate() {
        assert_eq!(item.key.sort, format!("{number:02}"));
        assert_eq!(text_of(item), format!("{number:02}{kana}"));
    }
}

#[tokio::test]
async fn every_read_asks_for_the_strongly_consistent_state() {
    let place = Place::new().await;
    fill(&place, &[key("item")]).await;
    let line = Line::to(place.store.address).await;
    let table = place.table_at(line.address);
    table.get(&key("item")).await.unwrap();
    table.get_many(&[key("item")], Wanted::All).await.unwrap();
    table.query("CONTRACT", None, 1).await.unwrap();
    // The embedded store has no other state to give: only the request tells.
    for operation in ["GetItem", "BatchGetItem", "Query"] {
        let asked = line.seen(operation);
        assert!(asked.len() == 1 && asked[0].contains("\"ConsistentRead\":true"), "{asked:?}");
    }
}

#[tokio::test]
async fn get_many_takes_any_number_and_keeps_the_order() {
    let place = Place::new().await;
    // 7 and 250 share no factor: a shuffle that meets every number.
    let keys: Vec<_> = (0..250).map(|number| key(&format!("{:03}", number * 7 % 250))).collect();
    let there: Vec<_> = keys.iter().filter(|key| !key.sort.ends_with('3')).cloned().collect();
    fill(&place, &there).await;
    for count in [0, 1, 99, 100, 101, 250] {
        let items = place.table().get_many(&keys[..count], Wanted::All).await.unwrap();
        assert_eq!(items.len(), count);
        for (key, item) in keys.iter().zip(&items) {
            let expected = there.contains(key).then(|| (key, 1, key.sort.clone()));
            assert_eq!(item.as_ref().map(|item| (&item.key, item.version, text_of(item))), expected);
        }
    }
}

#[tokio::test]
async fn get_many_brings_only_the_wanted_attributes() {
    let place = Place::new().await;
    let whole = Attributes::from(HashMap::from(
        // Words that the service keeps for itself, and one that is written with a dot.
        ["state", "name", "a.b", "other"].map(|name| (name.to_owned(), AttributeValue::S(name.to_owned()))),
    ));
    let expires = Some(Timestamp::from_second(1_900_000_000).unwrap());
    let put = |key, attributes| Write::Put { key, expires, attributes, guard: Guard::Absent };
    place.apply(vec![put(key("whole"), whole.clone()), put(key("none"), text("other"))]).await.unwrap();
    let wanted = Wanted::Only(&["name", "state", "a.b", "absent"]);
    let keys = [key("none"), key("absent"), key("whole")];
    let [none, absent, some] = place.table().get_many(&keys, wanted).await.unwrap().try_into().unwrap();
    assert!(absent.is_none());
    let (none, some) = (none.unwrap(), some.unwrap());
    assert_eq!((none.key, none.version, none.expires), (key("none"), 1, expires));
    assert!(none.attributes.is_empty());
    assert_eq!((some.key, some.version, some.expires), (key("whole"), 1, expires));
    let mut names: Vec<&str> = some.attributes.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["a.b", "name", "state"]);
    for name in names {
        assert_eq!(some.attributes.get(name), whole.get(name));
    }
}

#[tokio::test]
async fn get_many_asks_again_for_what_a_batch_left_out() {
    let place = Place::new().await;
    let kanji = "署".repeat(100_000);
    for first in (0..60).step_by(10) {
        let large = |number: usize| create(key(&format!("{number:03}")), text(format!("{number}{kanji}")));
        place.apply((first..first + 10).map(large).collect()).await.unwrap();
    }
    let line = Line::to(place.store.address).await;
    let keys: Vec<_> = (0..60).rev().map(|number| key(&format!("{number:03}"))).collect();
    let items = place.table_at(line.address).get_many(&keys, Wanted::All).await.unwrap();
    let asked = line.seen("BatchGetItem");
    assert!(asked.len() > 1, "18 MB came in one answer: nothing was left out");
    assert!(asked.iter().all(|request| request.contains("\"ConsistentRead\":true")));
    for (item, number) in items.iter().zip((0..60).rev()) {
        assert_eq!(text_of(item.as_ref().unwrap()), format!("{number}{kanji}"));
    }
}
