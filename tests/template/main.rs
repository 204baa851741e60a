//! The template against the code, both ways: what only one of them says is an error. And whoever takes anything out of the
//! template, or puts in what does not belong, is told so by one of these tests.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise, and what is missing in JSON reads as null"
)]

#[path = "../functions/browser.rs"]
mod browser;
mod changes;
mod document;
mod foreign;
mod grants;
mod keeping;
mod office;
mod office_people;
mod office_work;
mod orders;
#[path = "../functions/request.rs"]
mod request;
mod running;
mod serving;
mod telling;
mod used;
mod wallets;
mod watching;

use std::collections::BTreeSet;

use openbadges::jwt::Algorithm;
use serde_json::{Value, json};
use shomei_core::{
    issuance::{Announced, Issued, Plan, Work},
    letter::Letter,
    money::Fee,
    office::revocation::OwedRevocation,
    order::OwedBadge,
    status::StaleList,
};
use shomei_issuance::Step;

use crate::{document::Template, running::steps};

/// What is said about one topic, one readable line a fact.
pub(crate) type Facts = BTreeSet<String>;

/// A topic: what the template says about it, and what the code means.
struct Topic {
    said: fn(&Template) -> Facts,
    meant: fn() -> Facts,
}

const TOPICS: [Topic; 13] = [
    Topic { said: serving::programs::said, meant: serving::programs::meant },
    Topic { said: serving::environment::said, meant: serving::environment::meant },
    Topic { said: serving::routes::said, meant: serving::routes::meant },
    Topic { said: serving::logs::said, meant: serving::logs::meant },
    Topic { said: keeping::table::said, meant: keeping::table::meant },
    Topic { said: keeping::keys::said, meant: keeping::keys::meant },
    Topic { said: keeping::mail::said, meant: keeping::mail::meant },
    Topic { said: telling::said, meant: telling::meant },
    Topic { said: keeping::decisions::said, meant: keeping::decisions::meant },
    Topic { said: running::schedules::said, meant: running::schedules::meant },
    Topic { said: running::steps::said, meant: running::steps::meant },
    Topic { said: running::triggers::said, meant: running::triggers::meant },
    Topic { said: watching::said, meant: watching::meant },
];

fn differences(said: &Facts, meant: &Facts) -> Vec<String> {
    let missing = meant.difference(said).map(|fact| format!("missing in the template: {fact}"));
    let foreign = said.difference(meant).map(|fact| format!("only in the template: {fact}"));
    missing.chain(foreign).collect()
}

fn agree(said: fn(&Template) -> Facts, meant: fn() -> Facts) {
    let found = differences(&said(&Template::read()), &meant());
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_folder_of_functions_is_deployed_with_its_binary() {
    agree(serving::programs::said, serving::programs::meant);
}

#[test]
fn each_function_is_told_what_it_reads() {
    agree(serving::environment::said, serving::environment::meant);
}

#[test]
fn the_api_has_the_routes_of_the_functions() {
    agree(serving::routes::said, serving::routes::meant);
}

#[test]
fn logs_are_kept_and_hold_no_path() {
    agree(serving::logs::said, serving::logs::meant);
}

#[test]
fn the_table_is_the_one_that_the_code_uses() {
    agree(keeping::table::said, keeping::table::meant);
}

#[test]
fn only_issuance_and_reissue_sign_and_only_with_the_current_key() {
    agree(keeping::keys::said, keeping::keys::meant);
}

#[test]
fn mail_is_signed_encrypted_and_not_tracked() {
    agree(keeping::mail::said, keeping::mail::meant);
}

#[test]
fn ses_tells_delivery_and_nobody_else_of_every_mail() {
    agree(telling::said, telling::meant);
}

#[test]
fn parameters_decide_what_they_should() {
    agree(keeping::decisions::said, keeping::decisions::meant);
}

#[test]
fn schedules_are_in_japanese_time() {
    agree(running::schedules::said, running::schedules::meant);
}

#[test]
fn the_monthly_run_has_its_steps() {
    agree(running::steps::said, running::steps::meant);
}

#[test]
fn what_is_triggered_has_a_bound_and_a_place_for_failures() {
    agree(running::triggers::said, running::triggers::meant);
}

#[test]
fn every_alarm_watches_what_somebody_counts() {
    agree(watching::said, watching::meant);
}

#[test]
fn tokens_are_signed_in_a_way_that_the_code_knows() {
    let template = Template::read();
    let algorithms = &template.0["Parameters"]["TokenKeyAlgorithm"]["AllowedValues"];
    assert_eq!(*algorithms, json!([Algorithm::Es256.name(), Algorithm::Rs256.name()]));
}

/// Whoever may see the stack's settings learns nothing by which a payment could be made up, or staff be signed in elsewhere.
#[test]
fn only_secrets_are_not_shown() {
    let template = Template::read();
    let parameters = template.0["Parameters"].as_object().unwrap();
    let hidden: Vec<_> = parameters.iter().filter(|(_, parameter)| parameter["NoEcho"] == true).collect();
    let names: BTreeSet<_> = hidden.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["StaffClientSecret", "WebhookSecrets"].into());
    for (name, parameter) in hidden {
        assert_eq!(parameter["Default"], "", "without a service of that kind {name} is no secret");
    }
}

/// What nobody sets is what the code has without settings.
#[test]
fn a_badge_costs_again_what_the_code_says() {
    let template = Template::read();
    let default = |parameter: &str| template.0["Parameters"][parameter]["Default"].clone();
    let Fee { total, tax_percent } = Fee::REISSUE;
    assert_eq!(default("ReissueFeeYen"), total.0.to_string());
    assert_eq!(default("TaxPercent"), tax_percent.to_string());
    for optional in ["InvoiceRegistration", "IssuerAddress", "BankAccount", "PaymentLink"] {
        assert_eq!(default(optional), "", "{optional}");
    }
}

#[tokio::test]
async fn each_function_may_do_what_it_does_and_nothing_else() {
    let used = Box::pin(used::used()).await;
    let found = grants::differences(&grants::granted(&Template::read()), &used);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// What Step Functions and the scheduler send, with the answers of the code in the place of paths, is what issuance reads.
#[test]
fn issuance_understands_what_it_is_sent() {
    let template = Template::read();
    let (scheduled, started) = ("2026-11-01T00:00:00Z", "2026-11-01T00:00:03.123Z");
    let at: jiff::Timestamp = scheduled.parse().unwrap();
    let work: Work = serde_json::from_value(
        json!({ "shard": { "month": "2026-10", "number": 7 }, "lists": 1, "due": 6, "owed": 0 }),
    )
    .unwrap();
    let plan = serde_json::to_value(Plan { scheduled: at, work: vec![work], months: vec![work.shard.month] })
        .unwrap();
    // `ItemsPath`, and what the later steps read of the plan.
    assert!(plan["work"].is_array() && plan["scheduled"] == scheduled, "{plan}");
    let answers = [
        serde_json::to_value(Issued::default()).unwrap(),
        serde_json::to_value(Announced::default()).unwrap(),
    ];
    for answer in answers {
        assert!(answer.get("next").is_some_and(Value::is_null), "a finished step says so: {answer}");
    }
    let paths = [
        ("$.scheduled", plan["scheduled"].clone()),
        ("$.work", plan["work"][0].clone()),
        ("$.last.next", Value::Null),
        ("$$.Execution.StartTime", json!(started)),
    ];
    for (name, payload) in steps::payloads() {
        let resolved: Value = payload
            .as_object()
            .unwrap()
            .iter()
            .map(|(key, value)| match key.strip_suffix(".$") {
                Some(key) => {
                    let found = paths.iter().find(|(path, _)| value == path);
                    (key.to_owned(), found.unwrap_or_else(|| panic!("{name} reads {value}")).1.clone())
                }
                None => (key.clone(), value.clone()),
            })
            .collect();
        let step = Step::of(resolved.clone()).unwrap_or_else(|error| panic!("{resolved}: {error}"));
        assert_eq!(serde_json::to_value(&step).unwrap()["step"], payload["step"]);
    }
    let run = running::input(&template, "MonthlySchedule", scheduled);
    assert_eq!(run, running::input(&template, "DailySchedule", scheduled));
    assert_eq!(run, json!({ "scheduled": scheduled }), "what the plan reads");
    let sweep = running::input(&template, "SweepSchedule", scheduled);
    assert_eq!(Step::of(sweep).unwrap(), Step::Sweep { scheduled: at });
    let remind = running::input(&template, "RemindSchedule", scheduled);
    assert_eq!(Step::of(remind).unwrap(), Step::Remind { scheduled: at });
    for (partition, step) in [
        (StaleList::PARTITION, Step::Publish),
        (Letter::PARTITION, Step::Deliver),
        (OwedBadge::PARTITION, Step::IssueAgain),
        (OwedRevocation::PARTITION, Step::IssueAgain),
    ] {
        let keys = json!({ "pk": { "S": partition }, "sk": { "S": "1" } });
        let told = json!({ "Records": [{ "eventName": "INSERT", "dynamodb": { "Keys": keys } }] });
        assert_eq!(Step::of(told).unwrap(), step);
    }
}

/// All differences there are, as if the grants of the intact template were what is used.
struct Judge {
    meant: Vec<Facts>,
    used: BTreeSet<grants::Grant>,
}

impl Judge {
    fn of(template: &Template) -> Self {
        Self { meant: TOPICS.iter().map(|topic| (topic.meant)()).collect(), used: grants::granted(template) }
    }

    fn finds_nothing(&self, template: &Template) -> bool {
        let said = TOPICS.iter().zip(&self.meant);
        said.into_iter().all(|(topic, meant)| (topic.said)(template) == *meant)
            && grants::differences(&grants::granted(template), &self.used).is_empty()
    }
}

#[test]
fn nothing_can_be_taken_out_unnoticed() {
    let template = Template::read();
    let judge = Judge::of(&template);
    assert!(judge.finds_nothing(&template), "the template differs before anything is taken out");
    let places = changes::places(&template);
    let free = |place: &str| changes::FREE.iter().any(|(exception, _)| changes::is_within(place, exception));
    let judged: Vec<_> = places.iter().filter(|place| !free(place)).collect();
    assert!(judged.len() > 1_000, "only {} places are looked at", judged.len());
    let unnoticed: Vec<_> =
        judged.into_iter().filter(|place| judge.finds_nothing(&changes::without(&template, place))).collect();
    assert!(unnoticed.is_empty(), "nobody misses {unnoticed:#?}");
}

#[test]
fn nothing_foreign_can_be_put_in_unnoticed() {
    let template = Template::read();
    let judge = Judge::of(&template);
    for (what, place, value) in foreign::things() {
        let changed = changes::with(&template, &place, value);
        assert!(!judge.finds_nothing(&changed), "nobody notices {what} at {place}");
    }
}

/// An exception that no longer excuses anything would only hide the next mistake.
#[test]
fn every_exception_is_needed() {
    let template = Template::read();
    let judge = Judge::of(&template);
    let places = changes::places(&template);
    for (exception, reason) in changes::FREE {
        let mut excused = places.iter().filter(|place| changes::is_within(place, exception));
        let needed = excused.any(|place| judge.finds_nothing(&changes::without(&template, place)));
        assert!(needed, "{exception} ({reason}) excuses nothing");
    }
}
