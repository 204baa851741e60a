//! The function as SNS calls it: what it reads, what it refuses, and what it says of either.

use std::sync::Arc;

use serde_json::{Value, json};
use shomei_aws::machine::SystemEntropy;
use shomei_core::{
    delivery::{Bounce, Complaint, Delay, Happened, StatusCode},
    ports::{Cause, Item, Key, MailKind, Page, ReadError, Table, Transaction, Wanted, WriteError},
    store::Failure,
};
use shomei_delivery::{Delivery, Heard, Refusal, Told, read};
use shomei_tests::{
    mails::{BOUNCES, DELAYS, TOPIC},
    world::TestClock,
};

use super::*;

fn function(table: Arc<dyn Table>) -> Delivery {
    Delivery::new(table, Arc::new(TestClock::at("2026-11-02T00:00:00Z")), Arc::new(SystemEntropy), TOPIC)
}

fn on(world: &World) -> Delivery {
    function(Arc::new(world.store.table.clone()))
}

/// What the function makes of an event of SES.
fn told(event: &Value) -> Result<Told, Refusal> {
    read(mails::record(TOPIC, &event.to_string()), TOPIC)
}

fn every_happening(at: Timestamp) -> Vec<Happened> {
    let code = StatusCode::parse("4.4.1");
    let mut all = vec![Happened::Sent, Happened::Delivered { at }, Happened::Rejected, Happened::NotRendered];
    all.extend(DELAYS.iter().map(|(kind, _)| Happened::Delayed(Delay { at, kind: *kind, code })));
    all.extend(BOUNCES.iter().map(|(class, kind, ..)| {
        Happened::Bounced(Bounce { at, class: *class, kind: *kind, code: StatusCode::parse("5.1.10") })
    }));
    all.extend([true, false].map(|of_earlier_mail| Happened::Complained(Complaint { at, of_earlier_mail })));
    all
}

#[tokio::test]
async fn what_ses_writes_is_read_as_it_is_meant() {
    let world = announced().await;
    let at: Timestamp = "2026-11-01T00:10:08.512Z".parse().unwrap();
    let mail = mail_to(&world, ICHIRO);
    for kind in MailKind::ALL {
        let badge = mail.badge.clone().filter(|_| kind.is_invitation());
        let mail = Mail { kind, badge, ..mail.clone() };
        for happened in every_happening(at) {
            let event = mails::event(&mail, "0106019f-0000-000000", at, happened);
            assert_eq!(told(&mails::written(&event)), Ok(Told::Event(Box::new(event))), "{happened:?}");
        }
    }
}

#[tokio::test]
async fn old_forms_of_addresses_come_back_as_they_were_sent() {
    let world = announced().await;
    let old = "a..b.@docomo.ne.jp";
    let mail = Mail { to: address(old), ..mail_to(&world, ICHIRO) };
    let now = world.clock.now();
    let event = mails::event(&mail, "m-1", now, mails::hard(now));
    let written = mails::written(&event);
    assert_eq!(written["mail"]["destination"], json!(["\"a..b.\"@docomo.ne.jp"]));
    assert_eq!(told(&written), Ok(Told::Event(Box::new(event))));
}

#[tokio::test]
async fn what_other_systems_say_is_not_taken_for_more_than_it_is() {
    let world = announced().await;
    let now = world.clock.now();
    let event = mails::event(&mail_to(&world, ICHIRO), "m-1", now, mails::hard(now));
    let written = mails::written(&event);
    let with = |place: &str, value: Value| {
        let mut changed = written.clone();
        *changed.pointer_mut(place).unwrap() = value;
        match told(&changed).unwrap() {
            Told::Event(event) => *event,
            Told::Nothing => panic!("{changed}"),
        }
    };
    // Another system forwarded the mail, and that address bounced. Ours is stopped: it is where the mail is lost.
    let forwarded = with("/bounce/bouncedRecipients/0/emailAddress", json!("elsewhere@example.org"));
    assert_eq!(forwarded, event);
    // What is no code is left out: it may quote anything.
    for words in
        [json!("5.1.1 <ichiro@example.jp>"), json!("5.1"), json!("9.1.1"), json!("5.1.1.1"), Value::Null]
    {
        let Happened::Bounced(bounce) = with("/bounce/bouncedRecipients/0/status", words).happened else {
            panic!("no bounce")
        };
        assert_eq!(bounce.code, None);
    }
    // A kind of bounce that is new counts by its class.
    let Happened::Bounced(new) = with("/bounce/bounceSubType", json!("Unheard")).happened else {
        panic!("no bounce")
    };
    assert_eq!((new.class, new.kind), (delivery::BounceClass::Permanent, delivery::BounceKind::Other));
    // Of a kind of mail that is new, nothing is known but where it went.
    let later = with("/mail/tags/mail/0", json!("season-greetings"));
    assert_eq!((later.kind, later.recipients), (None, event.recipients));
}

#[tokio::test]
async fn what_is_not_about_delivery_is_passed_over() {
    let world = announced().await;
    let now = world.clock.now();
    let mail = mail_to(&world, ICHIRO);
    let mut not_spam = mails::written(&mails::event(&mail, "m-1", now, mails::junk(now)));
    not_spam["complaint"]["complaintFeedbackType"] = json!("not-spam");
    let mut opened = mails::written(&mails::event(&mail, "m-1", now, Happened::Sent));
    opened["eventType"] = json!("Open");
    let greeting = "Successfully validated SNS topic for Amazon SES event publishing.";
    let records = [not_spam.to_string(), opened.to_string(), greeting.to_owned()];
    let call = json!({ "Records": records.map(|message| mails::record(TOPIC, &message)) });
    let heard = on(&world).handle(call).await.unwrap();
    assert_eq!(heard, Heard { ignored: 3, ..Heard::default() });
    assert_eq!(census(&world).await.stopped, []);
}

/// An event with one thing wrong, and what it is refused for.
fn refused(world: &World) -> Vec<(&'static str, Value)> {
    let now = world.clock.now();
    let good = mails::written(&mails::event(&mail_to(world, FUTABA), "m-2", now, mails::hard(now)));
    let with = |place: &str, value: Value| {
        let mut changed = good.clone();
        *changed.pointer_mut(place).unwrap() = value;
        mails::record(TOPIC, &changed.to_string())
    };
    let without = |part: &str| {
        let mut changed = good.clone();
        changed.as_object_mut().unwrap().remove(part);
        mails::record(TOPIC, &changed.to_string())
    };
    let other = "arn:aws:sns:ap-northeast-1:999999999999:shomei-mail-events";
    let mut of_queue = mails::record(TOPIC, &good.to_string());
    of_queue["EventSource"] = json!("aws:sqs");
    vec![
        ("foreign-topic", mails::record(other, &good.to_string())),
        ("not-a-notification", of_queue),
        ("not-a-notification", json!({ "EventSource": "aws:sns" })),
        ("not-a-notification", json!("futaba@example.jp")),
        ("not-an-event", mails::record(TOPIC, "")),
        ("not-an-event", mails::record(TOPIC, "futaba@example.jp")),
        ("not-an-event", mails::record(TOPIC, "{\"eventType\":\"Bounce\"}")),
        ("not-an-event", without("mail")),
        ("not-an-event", without("bounce")),
        ("not-an-event", with("/mail/timestamp", json!("yesterday"))),
        ("not-an-event", with("/bounce/timestamp", json!(1_700_000_000))),
        ("not-an-event", with("/bounce/bounceType", json!("Lasting"))),
        ("bad-name", with("/mail/messageId", json!("m 2 <futaba@example.jp>"))),
        ("bad-name", with("/mail/tags/badge/0", json!("futaba@example.jp"))),
        ("bad-name", with("/mail/destination", json!(["futaba"]))),
        ("bad-name", with("/mail/destination", json!([]))),
    ]
}

#[tokio::test]
async fn what_is_wrong_is_refused_and_keeps_nothing_else_from_being_heard() {
    let world = announced().await;
    let delivery = on(&world);
    let now = world.clock.now();
    for (place, (code, record)) in refused(&world).into_iter().enumerate() {
        assert_eq!(read(record.clone(), TOPIC).unwrap_err().code(), code, "{record}");
        let beside = mails::event(&mail_to(&world, ICHIRO), &format!("m-{place}"), now, mails::hard(now));
        let beside = mails::record(TOPIC, &mails::written(&beside).to_string());
        let failure = delivery.handle(json!({ "Records": [record, beside] })).await.unwrap_err();
        // The platform keeps what was refused for people to look at; what failed says nothing of it.
        let expected = format!("needs a person: refused events: 1, the first one as {code}");
        assert_eq!((failure.kind(), failure.to_string()), ("NeedsPerson", expected));
        let census = census(&world).await;
        let known = &census.deliveries[&badge_of(&world, ICHIRO)];
        assert_eq!(known.mails.len(), (place + 1).min(delivery::MOST_MAILS), "{code}");
        assert!(!census.deliveries.contains_key(&badge_of(&world, FUTABA)), "{code}");
    }
    for call in [json!({}), json!({ "Records": {} }), json!([]), Value::Null, json!({ "step": "sweep" })] {
        let failure = delivery.handle(call).await.unwrap_err();
        assert_eq!(failure.kind(), "NeedsPerson", "{failure}");
    }
    assert_eq!(delivery.handle(json!({ "Records": [] })).await.unwrap(), Heard::default());
}

/// A store that never answers about some kind of item.
struct Silent(Arc<dyn Table>, &'static str);

#[async_trait::async_trait]
impl Table for Silent {
    async fn get(&self, key: &Key) -> Result<Option<Item>, ReadError> {
        self.0.get(key).await
    }

    async fn get_many(&self, keys: &[Key], wanted: Wanted) -> Result<Vec<Option<Item>>, ReadError> {
        self.0.get_many(keys, wanted).await
    }

    async fn query(&self, partition: &str, after: Option<&str>, limit: u32) -> Result<Page, ReadError> {
        self.0.query(partition, after, limit).await
    }

    async fn transact(&self, transaction: &Transaction) -> Result<(), WriteError> {
        if transaction.writes.iter().any(|write| write.key().kind() == self.1) {
            return Err(WriteError::Unknown(Cause::new("lost")));
        }
        self.0.transact(transaction).await
    }
}

#[tokio::test]
async fn a_store_that_does_not_answer_makes_the_call_fail_and_the_rest_is_heard() {
    let world = announced().await;
    let silent = Silent(Arc::new(world.store.table.clone()), "STOPPED");
    let now = world.clock.now();
    let event =
        |to: &str, happened| mails::written(&mails::event(&mail_to(&world, to), "m-1", now, happened));
    let mut call = mails::call(&[event(ICHIRO, mails::hard(now)), event(FUTABA, mails::soft(now))]);
    let records = call["Records"].as_array_mut().unwrap();
    records.push(mails::record(TOPIC, "nothing that SES says"));
    // What repeating mends is told, whatever else is wrong.
    let failure = function(Arc::new(silent)).handle(call.clone()).await.unwrap_err();
    assert!(matches!(failure, Failure::TryAgain(_)), "{failure}");
    let census = super::census(&world).await;
    assert_eq!(
        (census.deliveries.len(), census.stopped.len()),
        (1, 0),
        "of a mail all is on record, or nothing"
    );
    call["Records"].as_array_mut().unwrap().pop();
    let heard = on(&world).handle(call).await.unwrap();
    assert_eq!(heard, Heard { applied: 1, known: 1, ..Heard::default() });
    is_sound(&world).await;
}
