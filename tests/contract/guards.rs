//! Versions, guards, and all or nothing.

use shomei_core::ports::{Guard, Key, TRANSACTION_WRITES, Table as _, Transaction, Write};

use crate::place::{
    Place, assert_not_applied, check, conflict_at, create, delete, key, replace, text, transaction,
};

#[tokio::test]
async fn a_version_is_1_at_first_and_one_more_with_every_replacement() {
    let place = Place::new().await;
    place.apply(vec![create(key("item"), text("first"))]).await.unwrap();
    assert_eq!(place.state("item").await, Some((1, "first".to_owned())));
    for version in 1..12 {
        place.apply(vec![replace(key("item"), version, text("next"))]).await.unwrap();
        assert_eq!(place.state("item").await, Some((version + 1, "next".to_owned())));
    }
}

#[tokio::test]
async fn a_deleted_item_is_gone_and_its_place_starts_again_at_1() {
    let place = Place::new().await;
    place.apply(vec![create(key("item"), text("first"))]).await.unwrap();
    place.apply(vec![replace(key("item"), 1, text("second"))]).await.unwrap();
    place.apply(vec![delete(key("item"), 2)]).await.unwrap();
    assert_eq!(place.state("item").await, None);
    place.apply(vec![create(key("item"), text("again"))]).await.unwrap();
    assert_eq!(place.state("item").await, Some((1, "again".to_owned())));
}

#[tokio::test]
async fn absent_fails_where_an_item_stands() {
    let place = Place::new().await;
    place.apply(vec![create(key("item"), text("first"))]).await.unwrap();
    assert_eq!(conflict_at(place.apply(vec![create(key("item"), text("other"))]).await), [0]);
    assert_eq!(conflict_at(place.apply(vec![check(key("item"), Guard::Absent)]).await), [0]);
    assert_eq!(place.state("item").await, Some((1, "first".to_owned())));
}

#[tokio::test]
async fn a_version_fails_where_another_one_or_nothing_stands() {
    let place = Place::new().await;
    place.apply(vec![create(key("item"), text("first"))]).await.unwrap();
    place.apply(vec![replace(key("item"), 1, text("second"))]).await.unwrap();
    for (sort, version) in
        [("item", 0), ("item", 1), ("item", 3), ("item", 22), ("nothing", 0), ("nothing", 1)]
    {
        let guarded: [Write; 3] = [
            replace(key(sort), version, text("other")),
            delete(key(sort), version),
            check(key(sort), Guard::Version(version)),
        ];
        for write in guarded {
            let case = format!("{write:?}");
            assert_eq!(conflict_at(place.apply(vec![write]).await), [0], "{case}");
        }
    }
    assert_eq!(place.state("item").await, Some((2, "second".to_owned())));
    assert_eq!(place.state("nothing").await, None);
}

#[tokio::test]
async fn a_check_changes_nothing() {
    let place = Place::new().await;
    place.apply(vec![create(key("item"), text("first"))]).await.unwrap();
    let checks = vec![check(key("item"), Guard::Version(1)), check(key("nothing"), Guard::Absent)];
    place.apply(checks).await.unwrap();
    assert_eq!(place.state("item").await, Some((1, "first".to_owned())));
    assert_eq!(place.state("nothing").await, None);
}

#[tokio::test]
async fn a_conflict_names_exactly_the_places_that_failed_and_nothing_is_applied() {
    let place = Place::new().await;
    let standing = ["kept", "replaced", "deleted", "checked"];
    let creations = standing.iter().map(|sort| create(key(sort), text("first"))).collect();
    place.apply(creations).await.unwrap();
    let outcome = place
        .apply(vec![
            create(key("new"), text("new")),
            create(key("kept"), text("other")),
            replace(key("replaced"), 1, text("second")),
            replace(key("nothing"), 1, text("other")),
            delete(key("deleted"), 1),
            delete(key("also-nothing"), 1),
            check(key("checked"), Guard::Version(2)),
            check(key("free"), Guard::Absent),
        ])
        .await;
    assert_eq!(conflict_at(outcome), [1, 3, 5, 6]);
    for sort in standing {
        assert_eq!(place.state(sort).await, Some((1, "first".to_owned())), "{sort}");
    }
    for sort in ["new", "nothing", "also-nothing", "free"] {
        assert_eq!(place.state(sort).await, None, "{sort}");
    }
}

fn many(count: usize) -> Vec<Write> {
    (0..count).map(|number| create(key(&format!("{number:03}")), text("本文"))).collect()
}

async fn count(place: &Place) -> usize {
    place.table().query("CONTRACT", None, 1_000).await.unwrap().items.len()
}

#[tokio::test]
async fn a_transaction_of_the_most_writes_applies() {
    let place = Place::new().await;
    place.apply(many(TRANSACTION_WRITES)).await.unwrap();
    assert_eq!(count(&place).await, 100);
}

#[tokio::test]
async fn one_failing_guard_among_the_most_writes_applies_none() {
    for failing in [0, 57, TRANSACTION_WRITES - 1] {
        let place = Place::new().await;
        place.apply(vec![create(key(&format!("{failing:03}")), text("first"))]).await.unwrap();
        assert_eq!(conflict_at(place.apply(many(TRANSACTION_WRITES)).await), [failing]);
        assert_eq!(count(&place).await, 1);
    }
}

#[tokio::test]
async fn a_transaction_of_none_or_too_many_writes_is_not_applied() {
    let place = Place::new().await;
    assert_not_applied(&place.apply(Vec::new()).await);
    assert_not_applied(&place.apply(many(TRANSACTION_WRITES + 1)).await);
    assert_eq!(count(&place).await, 0);
}

#[tokio::test]
async fn a_transaction_with_one_key_twice_is_not_applied() {
    let place = Place::new().await;
    place.apply(vec![create(key("item"), text("first"))]).await.unwrap();
    let pairs = [
        [create(key("twice"), text("a")), create(key("twice"), text("b"))],
        [create(key("twice"), text("a")), check(key("twice"), Guard::Absent)],
        [check(key("item"), Guard::Version(1)), replace(key("item"), 1, text("second"))],
        [delete(key("item"), 1), create(key("item"), text("second"))],
    ];
    for pair in pairs {
        assert_not_applied(&place.apply(pair.to_vec()).await);
    }
    assert_eq!(place.state("twice").await, None);
    assert_eq!(place.state("item").await, Some((1, "first".to_owned())));
}

#[tokio::test]
async fn one_sort_key_in_two_partitions_is_two_keys() {
    let place = Place::new().await;
    let other = Key::new("OTHER", "item");
    place.apply(vec![create(key("item"), text("a")), create(other.clone(), text("b"))]).await.unwrap();
    assert_eq!(place.state("item").await, Some((1, "a".to_owned())));
    assert_eq!(place.get(&other).await.unwrap().attributes, text("b"));
}

#[tokio::test]
async fn a_token_of_36_characters_is_taken_and_a_longer_one_is_not_applied() {
    let place = Place::new().await;
    for (characters, fits) in [(1, true), (36, true), (37, false)] {
        let sort = format!("token-{characters}");
        let writes = vec![create(key(&sort), text("本文"))];
        let outcome = place.table().transact(&Transaction { token: "t".repeat(characters), writes }).await;
        if fits {
            outcome.unwrap();
        } else {
            assert_not_applied(&outcome);
        }
        assert_eq!(place.state(&sort).await.is_some(), fits);
    }
}

#[tokio::test]
async fn a_key_without_text_is_not_applied() {
    let place = Place::new().await;
    for empty in [Key::new("", "sort"), key("")] {
        let writes = vec![create(key("beside"), text("本文")), create(empty, text("本文"))];
        assert_not_applied(&place.apply(writes).await);
    }
    assert_eq!(count(&place).await, 0);
}

#[tokio::test]
async fn the_same_token_with_other_contents_is_not_applied() {
    let place = Place::new().await;
    let first = transaction(vec![create(key("item"), text("first"))]);
    place.table().transact(&first).await.unwrap();
    let others = [
        vec![create(key("other"), text("first"))],
        vec![replace(key("item"), 1, text("second"))],
        vec![create(key("item"), text("first")), create(key("other"), text("first"))],
    ];
    for writes in others {
        let other = Transaction { token: first.token.clone(), writes };
        assert_not_applied(&place.table().transact(&other).await);
    }
    assert_eq!(place.state("item").await, Some((1, "first".to_owned())));
    assert_eq!(place.state("other").await, None);
}
