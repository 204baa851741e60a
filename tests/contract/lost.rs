//! Answers that do not come. What may have been applied is `Unknown`, and sending the same transaction again ends
//! the doubt.

use std::time::Duration;

use aws_sdk_dynamodb::{Client, config::timeout::TimeoutConfig};
use futures::future::join_all;
use shomei_aws::dynamodb::DynamoTable;
use shomei_core::{
    ports::{ReadError, Table, Wanted, Write},
    store,
};
use shomei_local::embedded::TABLE;
use shomei_tests::world::TestEntropy;
use tokio::net::TcpListener;

use crate::{
    line::{Fault, Line, TRANSACT},
    place::{Place, assert_unknown, conflict_at, create, delete, key, replace, text, transaction},
};

/// More failures than the adapter has patience for.
const ALWAYS: usize = usize::MAX;

/// What happens to a request on its way there or back.
const LOSSES: [Fault; 3] = [Fault::LoseRequest, Fault::LoseAnswer, Fault::CutAnswer];

/// Every loss in a world of its own, all at the same time: the SDK waits between its sendings.
async fn for_each_loss<F: Future<Output = ()>>(law: impl Fn(Fault) -> F) {
    join_all(LOSSES.map(law)).await;
}

/// A store with items to replace and to delete, a line to it, and the port over that line.
async fn over_a_line() -> (Place, Line, DynamoTable) {
    let place = Place::new().await;
    let standing = ["replaced", "deleted"].map(|sort| create(key(sort), text("first")));
    place.apply(standing.to_vec()).await.unwrap();
    let line = Line::to(place.store.address).await;
    let table = place.table_at(line.address);
    (place, line, table)
}

/// One write of every kind. Applied twice, each of them would conflict.
fn every_write() -> Vec<Write> {
    vec![
        create(key("created"), text("new")),
        replace(key("replaced"), 1, text("second")),
        delete(key("deleted"), 1),
    ]
}

async fn assert_applied_once(place: &Place) {
    assert_eq!(place.state("created").await, Some((1, "new".to_owned())));
    assert_eq!(place.state("replaced").await, Some((2, "second".to_owned())));
    assert_eq!(place.state("deleted").await, None);
}

#[tokio::test]
async fn one_lost_answer_is_made_good_by_the_same_token() {
    for_each_loss(|fault| async move {
        let (place, line, table) = over_a_line().await;
        line.fail(TRANSACT, 1, fault.clone());
        let sent = transaction(every_write());
        let outcome = table.transact(&sent).await;
        assert!(outcome.is_ok(), "{fault:?}: {outcome:?}");
        assert_applied_once(&place).await;
        let sendings = line.seen(TRANSACT);
        assert_eq!(sendings.len(), 2, "{fault:?}");
        let token = format!("\"ClientRequestToken\":\"{}\"", sent.token);
        assert!(sendings.iter().all(|body| body.contains(&token)), "{fault:?}");
    })
    .await;
}

#[tokio::test]
async fn when_every_answer_is_lost_the_outcome_is_unknown_and_the_same_transaction_ends_the_doubt() {
    for_each_loss(|fault| async move {
        let (place, line, table) = over_a_line().await;
        line.fail(TRANSACT, ALWAYS, fault.clone());
        let sent = transaction(every_write());
        assert_unknown(&table.transact(&sent).await);
        let reached = !matches!(fault, Fault::LoseRequest);
        assert_eq!(place.state("created").await.is_some(), reached, "{fault:?}");

        line.fail(TRANSACT, 0, fault.clone());
        let again = table.transact(&sent).await;
        assert!(again.is_ok(), "{fault:?}: {again:?}");
        assert_applied_once(&place).await;
        assert_eq!(conflict_at(table.transact(&transaction(every_write())).await), [0, 1, 2]);
    })
    .await;
}

#[tokio::test]
async fn a_transaction_sent_again_later_does_not_undo_what_others_did_since() {
    let (place, _line, table) = over_a_line().await;
    let sent = transaction(every_write());
    table.transact(&sent).await.unwrap();
    let since = vec![
        delete(key("created"), 1),
        replace(key("replaced"), 2, text("third")),
        create(key("deleted"), text("again")),
    ];
    place.apply(since).await.unwrap();
    table.transact(&sent).await.unwrap();
    assert_eq!(place.state("created").await, None);
    assert_eq!(place.state("replaced").await, Some((3, "third".to_owned())));
    assert_eq!(place.state("deleted").await, Some((1, "again".to_owned())));
}

#[tokio::test]
async fn a_commit_outlasts_more_lost_answers_than_one_sending_does() {
    for_each_loss(|fault| async move {
        let (place, line, table) = over_a_line().await;
        line.fail(TRANSACT, 4, fault.clone());
        let outcome = store::commit(&table, &TestEntropy::default(), every_write()).await;
        assert!(outcome.is_ok(), "{fault:?}: {outcome:?}");
        assert_applied_once(&place).await;
        assert_eq!(line.seen(TRANSACT).len(), 5, "{fault:?}");
    })
    .await;
}

#[tokio::test]
async fn a_commit_gives_up_as_unknown_when_no_answer_ever_comes() {
    let (place, line, table) = over_a_line().await;
    line.fail(TRANSACT, ALWAYS, Fault::LoseAnswer);
    assert_unknown(&store::commit(&table, &TestEntropy::default(), every_write()).await);
    assert_applied_once(&place).await;
}

#[tokio::test]
async fn a_commit_whose_guard_fails_conflicts_however_many_answers_were_lost() {
    let (place, line, table) = over_a_line().await;
    let entropy = TestEntropy::default();
    for lost in [1, 4] {
        line.fail(TRANSACT, lost, Fault::LoseAnswer);
        let writes = vec![create(key("beside"), text("new")), create(key("replaced"), text("other"))];
        assert_eq!(conflict_at(store::commit(&table, &entropy, writes).await), [1]);
        assert_eq!(place.state("beside").await, None);
    }
}

/// Reads the item that is there by one operation of the port, named as the service names it.
async fn read(table: &dyn Table, operation: &str) -> Result<usize, ReadError> {
    match operation {
        "GetItem" => table.get(&key("replaced")).await.map(|item| usize::from(item.is_some())),
        "BatchGetItem" => {
            table.get_many(&[key("replaced")], Wanted::All).await.map(|items| items.iter().flatten().count())
        }
        _ => table.query("CONTRACT", None, 1).await.map(|page| page.items.len()),
    }
}

const READS: [&str; 3] = ["GetItem", "BatchGetItem", "Query"];

/// Every read with every loss, all at the same time.
async fn for_each_lost_read<F: Future<Output = ()>>(law: impl Fn(&'static str, Fault) -> F) {
    let cases = READS.into_iter().flat_map(|operation| LOSSES.map(|fault| (operation, fault)));
    join_all(cases.map(|(operation, fault)| law(operation, fault))).await;
}

#[tokio::test]
async fn reads_outlast_one_lost_answer() {
    for_each_lost_read(|operation, fault| async move {
        let (_place, line, table) = over_a_line().await;
        line.fail(operation, 1, fault.clone());
        let found = read(&table, operation).await;
        assert!(matches!(found, Ok(1)), "{operation}, {fault:?}: {found:?}");
        assert_eq!(line.seen(operation).len(), 2, "{operation}, {fault:?}");
    })
    .await;
}

#[tokio::test]
async fn reads_whose_every_answer_is_lost_are_unavailable() {
    for_each_lost_read(|operation, fault| async move {
        let (_place, line, table) = over_a_line().await;
        line.fail(operation, ALWAYS, fault.clone());
        let found = read(&table, operation).await;
        assert!(matches!(found, Err(ReadError::Unavailable(_))), "{operation}, {fault:?}: {found:?}");
    })
    .await;
}

#[tokio::test]
async fn a_store_that_is_down_is_unavailable_to_reads_and_unknown_to_writes() {
    let place = Place::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let table = place.table_at(listener.local_addr().unwrap());
    drop(listener);
    let write = transaction(every_write());
    let reads = join_all(READS.map(|operation| read(&table, operation)));
    let (reads, written) = tokio::join!(reads, table.transact(&write));
    for found in reads {
        assert!(matches!(found, Err(ReadError::Unavailable(_))), "{found:?}");
    }
    assert_unknown(&written);
}

/// The program waits longer. How long is a matter of configuration; what it is told is a matter of the port.
fn hasty(place: &Place, line: &Line) -> DynamoTable {
    let patience = TimeoutConfig::builder().operation_attempt_timeout(Duration::from_millis(100)).build();
    let config = place.store.client_at(line.address).config().to_builder().timeout_config(patience).build();
    DynamoTable::new(Client::from_conf(config), TABLE)
}

#[tokio::test]
async fn a_store_that_falls_silent_is_unavailable_to_reads_and_unknown_to_writes() {
    let reads = join_all(READS.map(|operation| async move {
        let (place, line, _) = over_a_line().await;
        line.fail(operation, ALWAYS, Fault::Silence);
        let found = read(&hasty(&place, &line), operation).await;
        assert!(matches!(found, Err(ReadError::Unavailable(_))), "{operation}: {found:?}");
    }));
    let write = async {
        let (place, line, table) = over_a_line().await;
        line.fail(TRANSACT, ALWAYS, Fault::Silence);
        let sent = transaction(every_write());
        assert_unknown(&hasty(&place, &line).transact(&sent).await);
        line.fail(TRANSACT, 0, Fault::Silence);
        table.transact(&sent).await.unwrap();
        assert_applied_once(&place).await;
    };
    tokio::join!(reads, write);
}
