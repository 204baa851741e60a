//! Sizes at the limit. A size counts names and values in UTF-8, as DynamoDB does.

use shomei_core::ports::Write;

use crate::place::{Place, assert_not_applied, create, key, text};

/// The most that one item may hold, its key and our own attributes included.
const ITEM: usize = 400 * 1024;
/// What our own attributes and names take at the most, with the short keys used here.
const OVERHEAD: usize = 100;

/// A write of about so many bytes.
fn write_of(bytes: usize, sort: &str) -> Write {
    create(key(sort), text("署".repeat(bytes / 3)))
}

#[tokio::test]
async fn an_item_just_under_the_limit_is_written_and_read() {
    let place = Place::new().await;
    place.apply(vec![write_of(ITEM - OVERHEAD, "large")]).await.unwrap();
    let (version, text) = place.state("large").await.unwrap();
    assert_eq!((version, text), (1, "署".repeat((ITEM - OVERHEAD) / 3)));
}

#[tokio::test]
async fn an_item_over_the_limit_is_not_applied_nor_is_anything_beside_it() {
    let place = Place::new().await;
    let outcome = place.apply(vec![write_of(10, "beside"), write_of(ITEM + 3, "too-large")]).await;
    assert_not_applied(&outcome);
    assert_eq!(place.state("beside").await, None);
    assert_eq!(place.state("too-large").await, None);
}

fn writes_of(count: usize, bytes: usize) -> Vec<Write> {
    (0..count).map(|number| write_of(bytes, &format!("{number:02}"))).collect()
}

#[tokio::test]
async fn a_transaction_near_four_megabytes_applies() {
    for (count, bytes) in [(10, ITEM - OVERHEAD), (100, 40 * 1024)] {
        let place = Place::new().await;
        place.apply(writes_of(count, bytes)).await.unwrap();
        for number in 0..count {
            let (_, text) = place.state(&format!("{number:02}")).await.unwrap();
            assert_eq!(text.len(), bytes / 3 * 3);
        }
    }
}

#[tokio::test]
async fn a_transaction_over_four_megabytes_is_not_applied() {
    // The last one is larger than any request may be: the store refuses it before it reads it.
    for (count, bytes) in [(11, ITEM - OVERHEAD), (100, 44 * 1024), (50, ITEM - OVERHEAD)] {
        let place = Place::new().await;
        assert_not_applied(&place.apply(writes_of(count, bytes)).await);
        for number in 0..count {
            assert_eq!(place.state(&format!("{number:02}")).await, None);
        }
    }
}
