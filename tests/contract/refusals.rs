//! Answers of the service that the embedded store never gives, and what a caller is told: what it can do next, and
//! nothing about any person.

use shomei_core::ports::{ReadError, Table as _, WriteError};
use tokio::task::JoinSet;

use crate::{
    line::{Fault, Line, TRANSACT},
    place::{Place, create, key, text, transaction},
};

const ALWAYS: usize = usize::MAX;

#[derive(Debug, Clone, Copy)]
enum Told {
    Conflict(&'static [usize]),
    NotApplied,
    Unknown,
}

fn refusal(code: &str) -> String {
    format!(r#"{{"__type":"com.amazonaws.dynamodb.v20120810#{code}","message":"山田 yamada@example.jp"}}"#)
}

fn cancelled(codes: &[&str]) -> String {
    let reasons: Vec<_> = codes.iter().map(|code| format!(r#"{{"Code":"{code}"}}"#)).collect();
    let kind = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException";
    let list = reasons.join(",");
    format!(r#"{{"__type":"{kind}","Message":"Transaction cancelled","CancellationReasons":[{list}]}}"#)
}

#[tokio::test]
async fn every_refusal_of_the_service_says_what_a_caller_can_do() {
    let place = Place::new().await;
    let cases = [
        (400, cancelled(&["ConditionalCheckFailed"]), Told::Conflict(&[0])),
        (400, cancelled(&["None", "TransactionConflict", "ConditionalCheckFailed"]), Told::Conflict(&[2])),
        (400, cancelled(&["TransactionConflict", "None"]), Told::Unknown),
        (400, cancelled(&["None", "ThrottlingError"]), Told::Unknown),
        (400, cancelled(&["ProvisionedThroughputExceeded"]), Told::Unknown),
        (400, cancelled(&["ThrottlingError", "ConditionalCheckFailed"]), Told::Conflict(&[1])),
        (400, cancelled(&["None", "ValidationError"]), Told::NotApplied),
        (400, cancelled(&["ConditionalCheckFailed", "ItemCollectionSizeLimitExceeded"]), Told::NotApplied),
        (400, cancelled(&["AccessDenied"]), Told::NotApplied),
        (400, refusal("ValidationException"), Told::NotApplied),
        (400, refusal("AccessDeniedException"), Told::NotApplied),
        (400, refusal("ResourceNotFoundException"), Told::NotApplied),
        (400, refusal("IdempotentParameterMismatchException"), Told::NotApplied),
        (413, "Payload too large".to_owned(), Told::NotApplied),
        (400, refusal("TransactionInProgressException"), Told::Unknown),
        (400, refusal("ProvisionedThroughputExceededException"), Told::Unknown),
        (400, refusal("ThrottlingException"), Told::Unknown),
        (500, refusal("InternalServerError"), Told::Unknown),
        (503, "<html>Service Unavailable</html>".to_owned(), Told::Unknown),
        (200, "not what was asked for".to_owned(), Told::Unknown),
    ];
    let mut told = JoinSet::new();
    for (status, body, expected) in cases {
        let line = Line::to(place.store.address).await;
        let table = place.table_at(line.address);
        told.spawn(async move {
            line.fail(TRANSACT, ALWAYS, Fault::Answer(status, body.clone()));
            let outcome = table.transact(&transaction(vec![create(key("item"), text("a"))])).await;
            let fits = match (&outcome, expected) {
                (Err(WriteError::Conflict { at }), Told::Conflict(places)) => at == places,
                (Err(WriteError::NotApplied(_)), Told::NotApplied)
                | (Err(WriteError::Unknown(_)), Told::Unknown) => true,
                _ => false,
            };
            assert!(fits, "{status} {body}: {expected:?} expected, but {outcome:?}");
            assert_quotes_nobody(&outcome.unwrap_err().to_string());
        });
    }
    told.join_all().await;
}

#[tokio::test]
async fn a_transaction_that_is_put_off_for_a_moment_is_sent_again_and_applied_once() {
    let place = Place::new().await;
    for code in ["ThrottlingError", "ProvisionedThroughputExceeded", "TransactionConflict"] {
        let line = Line::to(place.store.address).await;
        let table = place.table_at(line.address);
        line.fail(TRANSACT, 3, Fault::Answer(400, cancelled(&[code, "None"])));
        table.transact(&transaction(vec![create(key(code), text("a"))])).await.unwrap();
        assert_eq!(table.get(&key(code)).await.unwrap().unwrap().version, 1, "{code}");
    }
}

/// The operator's log must not hold what these tests put into the answers.
#[track_caller]
fn assert_quotes_nobody(words: &str) {
    let address = words.contains("yamada");
    // A name in kanji may also come as escaped bytes.
    assert!(!address && !words.contains("山田") && !words.contains("\\xe5\\xb1\\xb1"), "{words}");
}

#[tokio::test]
async fn a_read_that_fails_says_whether_to_try_again_and_quotes_nobody() {
    let place = Place::new().await;
    let cut = r#"{"Item":{"pk":{"S":"山田 yamada@example.jp"},"sk":{"S":"#;
    let other_form = r#"{"Item":{"pk":"山田 yamada@example.jp"}}"#;
    let cases = [
        (200, cut.to_owned(), true),
        (200, other_form.to_owned(), true),
        (400, refusal("ProvisionedThroughputExceededException"), true),
        (400, refusal("ValidationException"), false),
        (400, refusal("AccessDeniedException"), false),
        (400, refusal("ResourceNotFoundException"), false),
        (500, cut.to_owned(), true),
        (502, "<html>山田 yamada@example.jp</html>".to_owned(), true),
    ];
    let mut told = JoinSet::new();
    for (status, body, again) in cases {
        let line = Line::to(place.store.address).await;
        let table = place.table_at(line.address);
        told.spawn(async move {
            line.fail("GetItem", ALWAYS, Fault::Answer(status, body.clone()));
            let error = table.get(&key("item")).await.unwrap_err();
            let fits = match error {
                ReadError::Unavailable(_) => again,
                ReadError::Refused(_) => !again,
                ReadError::Corrupt(_) => false,
            };
            assert!(fits, "{status} {body}: {error:?}");
            assert_quotes_nobody(&error.to_string());
        });
    }
    told.join_all().await;
}
