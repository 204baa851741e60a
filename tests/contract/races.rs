//! Writers at the same time, each with connections of its own.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use shomei_core::ports::{Item, Key, Table, Wanted, Write, WriteError};
use tokio::{sync::Barrier, task::JoinSet};

use crate::place::{Place, conflict_at, create, delete, key, replace, text, text_of, transaction};

const WRITERS: usize = 16;

/// All writers start together, each with its own write. Answers with what each was told.
async fn race(place: &Place, write: impl Fn(usize) -> Write) -> Vec<Result<(), WriteError>> {
    let start = Arc::new(Barrier::new(WRITERS));
    let mut writers = JoinSet::new();
    for number in 0..WRITERS {
        let (start, table) = (Arc::clone(&start), place.own_table());
        // A write of its own comes first: it must go with the other, and the conflict must not name it.
        let beside = create(key(&format!("beside-{number:02}")), text("beside"));
        let transaction = transaction(vec![beside, write(number)]);
        writers.spawn(async move {
            // The connection stands before the start.
            table.get(&key("item")).await.unwrap();
            start.wait().await;
            (number, table.transact(&transaction).await)
        });
    }
    let mut outcomes = writers.join_all().await;
    outcomes.sort_by_key(|(number, _)| *number);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

/// Exactly one writer won, all others met a conflict at their guard and left nothing. Answers with the winner.
async fn the_one_winner(place: &Place, outcomes: Vec<Result<(), WriteError>>) -> usize {
    let winners: Vec<_> = (0..WRITERS).filter(|&number| outcomes[number].is_ok()).collect();
    assert_eq!(winners.len(), 1, "{outcomes:?}");
    for outcome in outcomes.into_iter().filter(Result::is_err) {
        assert_eq!(conflict_at(outcome), [1]);
    }
    for number in 0..WRITERS {
        let beside = place.state(&format!("beside-{number:02}")).await;
        assert_eq!(beside.is_some(), winners.contains(&number), "of writer {number}");
    }
    winners[0]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_writers_that_create_one_item_exactly_one_wins() {
    let place = Place::new().await;
    let outcomes = race(&place, |number| create(key("item"), text(number.to_string()))).await;
    let winner = the_one_winner(&place, outcomes).await;
    assert_eq!(place.state("item").await, Some((1, winner.to_string())));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_writers_that_replace_one_version_exactly_one_wins() {
    let place = Place::new().await;
    place.apply(vec![create(key("item"), text("first"))]).await.unwrap();
    let outcomes = race(&place, |number| replace(key("item"), 1, text(number.to_string()))).await;
    let winner = the_one_winner(&place, outcomes).await;
    assert_eq!(place.state("item").await, Some((2, winner.to_string())));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_writers_that_replace_or_delete_one_version_exactly_one_wins() {
    let place = Place::new().await;
    place.apply(vec![create(key("item"), text("first"))]).await.unwrap();
    let outcomes = race(&place, |number| {
        if number % 2 == 0 {
            replace(key("item"), 1, text(number.to_string()))
        } else {
            delete(key("item"), 1)
        }
    })
    .await;
    let winner = the_one_winner(&place, outcomes).await;
    let left = (winner % 2 == 0).then(|| (2, winner.to_string()));
    assert_eq!(place.state("item").await, left);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn increments_by_reading_and_replacing_lose_nothing() {
    const INCREMENTS: u32 = 100;
    let place = Place::new().await;
    place.apply(vec![create(key("sum"), text("0"))]).await.unwrap();
    let taken = Arc::new(AtomicU32::new(0));
    let mut loops = JoinSet::new();
    for _ in 0..8 {
        let (taken, table) = (Arc::clone(&taken), place.own_table());
        loops.spawn(async move {
            while taken.fetch_add(1, Ordering::SeqCst) < INCREMENTS {
                increment(&table).await;
            }
        });
    }
    loops.join_all().await;
    let sum = (u64::from(INCREMENTS) + 1, INCREMENTS.to_string());
    assert_eq!(place.state("sum").await, Some(sum));
}

async fn increment(table: &dyn Table) {
    loop {
        let item = table.get(&key("sum")).await.unwrap().unwrap();
        let sum: u32 = text_of(&item).parse().unwrap();
        let next = replace(key("sum"), item.version, text((sum + 1).to_string()));
        match table.transact(&transaction(vec![next])).await {
            Ok(()) => return,
            Err(WriteError::Conflict { .. }) => {}
            Err(other) => panic!("{other}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn transactions_that_cross_keep_what_they_share() {
    let accounts = ["a", "b", "c"];
    let place = Place::new().await;
    place.apply(accounts.iter().map(|sort| create(key(sort), text("100"))).collect()).await.unwrap();
    let mut loops = JoinSet::new();
    for number in 0..6 {
        // Every pair in both directions.
        let (from, to) = (accounts[number % 3], accounts[(number % 3 + 1 + number / 3) % 3]);
        let table = place.own_table();
        loops.spawn(async move {
            for _ in 0..10 {
                move_one(&table, [key(from), key(to)]).await;
            }
        });
    }
    loops.join_all().await;
    let mut sum = 0;
    let mut moves = 0;
    for sort in accounts {
        let (version, amount) = place.state(sort).await.unwrap();
        sum += amount.parse::<u32>().unwrap();
        moves += version - 1;
    }
    assert_eq!((sum, moves), (300, 2 * 6 * 10));
}

async fn move_one(table: &dyn Table, keys: [Key; 2]) {
    loop {
        let items = table.get_many(&keys, Wanted::All).await.unwrap();
        let moved = items.into_iter().flatten().zip([-1, 1]).map(|(item, by)| {
            let amount: i32 = text_of(&item).parse().unwrap();
            replace(item.key, item.version, text((amount + by).to_string()))
        });
        match table.transact(&transaction(moved.collect())).await {
            Ok(()) => return,
            Err(WriteError::Conflict { .. }) => {}
            Err(other) => panic!("{other}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_transaction_sent_by_many_at_once_is_applied_once() {
    let place = Place::new().await;
    place.apply(vec![create(key("old"), text("old"))]).await.unwrap();
    let same = transaction(vec![create(key("new"), text("new")), replace(key("old"), 1, text("replaced"))]);
    let mut senders = JoinSet::new();
    for _ in 0..WRITERS {
        let (table, same) = (place.own_table(), same.clone());
        senders.spawn(async move { table.transact(&same).await });
    }
    for outcome in senders.join_all().await {
        // While the first one is at work, the store may say so to the others.
        assert!(matches!(outcome, Ok(()) | Err(WriteError::Unknown(_))), "{outcome:?}");
    }
    assert_eq!(place.state("new").await, Some((1, "new".to_owned())));
    assert_eq!(place.state("old").await, Some((2, "replaced".to_owned())));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_read_that_starts_after_a_transaction_sees_it() {
    let place = Place::new().await;
    let readers: Vec<_> = (0..3).map(|_| place.own_table()).collect();
    for version in 0..20 {
        let write = match version {
            0 => create(key("item"), text("0")),
            _ => replace(key("item"), version, text(version.to_string())),
        };
        place.apply(vec![write]).await.unwrap();
        let written = Some((version + 1, version.to_string()));
        let seen = |item: Option<&Item>| item.map(|item| (item.version, text_of(item)));
        let got = readers[0].get(&key("item")).await.unwrap();
        assert_eq!(seen(got.as_ref()), written);
        let got = readers[1].get_many(&[key("item")], Wanted::All).await.unwrap();
        assert_eq!(seen(got[0].as_ref()), written);
        let got = readers[2].query("CONTRACT", None, 10).await.unwrap();
        assert_eq!(seen(got.items.first()), written);
    }
}
