//! What the functions use: every operation that they ask of the table, of KMS and of SES while a whole month is lived,
//! recorded at the SDK's door and at the services' own.

use std::{
    collections::BTreeSet,
    fs,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use aws_sdk_dynamodb::{
    config::{ConfigBag, Intercept, interceptors::BeforeSerializationInterceptorContextRef},
    error::BoxError,
    operation::{
        batch_get_item::BatchGetItemInput, get_item::GetItemInput, query::QueryInput,
        transact_write_items::TransactWriteItemsInput,
    },
    types::{AttributeValue, KeysAndAttributes},
};
use openbadges::keys::SecretKey;
use payments::stripe::WebhookSecrets;
use serde_json::json;
use shomei_aws::{
    dynamodb::{DynamoTable, PARTITION_KEY},
    kms::KmsSigner,
    machine::SystemEntropy,
    ses::SesMailer,
};
use shomei_claim::Claim;
use shomei_core::{
    address::MailAddress,
    badge::{AnyBadge, BadgeId},
    delivery::Happened,
    ports::{Clock, Entropy, Mail, MailKind, NameMatchKey, SignError, Table},
    programme::{BankAccount, OfficeTerms, ReissueTerms, Retention},
};
use shomei_delivery::Delivery;
use shomei_http::{Request, Response};
use shomei_intake::Intake;
use shomei_issuance::{ANNOUNCE_AT_ONCE, Issuance};
use shomei_local::embedded;
use shomei_reissue::Reissue;
use shomei_tests::{
    audit::Census,
    cloud::Cloud,
    mails, month,
    world::{KEY, TestClock, World},
};
use shomei_verify::Verify;

use crate::{
    grants::Grant,
    office::Office,
    office_people::OfficePeople,
    office_work::OfficeWork,
    orders::{self, Orders},
    request::{gate, request},
    wallets::Recipients,
};

/// The key of tokens. It signs in memory: by KMS signs the key of badges, and a grant does not tell which of them.
const TOKEN_KEY: &str = "token-1";

type Used = Arc<Mutex<BTreeSet<Grant>>>;

/// Notes what a function's client asks of the table, before it is sent.
#[derive(Debug)]
struct Recorder {
    function: &'static str,
    used: Used,
}

impl Recorder {
    fn note(&self, action: &str, key: &AttributeValue) {
        let partition = key.as_s().unwrap();
        let mut parts = partition.split('#');
        let first = parts.next().unwrap();
        let kind = match first {
            "PUB" => format!("PUB#{}", parts.next().unwrap()),
            // Strangers may fill up no counts of recipients, and reissue asks for one kind of mail.
            "LIMIT" if self.function != "claim" => format!("LIMIT#{}", parts.next().unwrap()),
            _ => first.to_owned(),
        };
        let grant = Grant::new(self.function, &format!("dynamodb:{action}"), &kind);
        self.used.lock().unwrap_or_else(PoisonError::into_inner).insert(grant);
    }
}

impl Intercept for Recorder {
    fn name(&self) -> &'static str {
        "Recorder"
    }

    fn read_before_execution(
        &self,
        context: &BeforeSerializationInterceptorContextRef<'_>,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let input = context.input();
        if let Some(input) = input.downcast_ref::<GetItemInput>() {
            self.note("GetItem", &input.key().unwrap()[PARTITION_KEY]);
        } else if let Some(input) = input.downcast_ref::<BatchGetItemInput>() {
            for key in input.request_items().unwrap().values().flat_map(KeysAndAttributes::keys) {
                self.note("BatchGetItem", &key[PARTITION_KEY]);
            }
        } else if let Some(input) = input.downcast_ref::<QueryInput>() {
            self.note("Query", &input.expression_attribute_values().unwrap()[":pk"]);
        } else if let Some(input) = input.downcast_ref::<TransactWriteItemsInput>() {
            for item in input.transact_items() {
                if let Some(put) = item.put() {
                    self.note("PutItem", &put.item()[PARTITION_KEY]);
                }
                if let Some(delete) = item.delete() {
                    self.note("DeleteItem", &delete.key()[PARTITION_KEY]);
                }
                if let Some(check) = item.condition_check() {
                    self.note("ConditionCheckItem", &check.key()[PARTITION_KEY]);
                }
                assert!(item.update().is_none(), "nobody records an update");
            }
        } else {
            panic!("{}: an operation that nobody records: {input:?}", self.function);
        }
        Ok(())
    }
}

/// A key that records who asked for it.
struct RecordedKey {
    function: &'static str,
    used: Used,
}

#[async_trait]
impl NameMatchKey for RecordedKey {
    async fn of_badge(&self, _badge: &BadgeId) -> Result<[u8; 32], SignError> {
        let grant = Grant::new(self.function, "kms:GenerateMac", "");
        self.used.lock().unwrap_or_else(PoisonError::into_inner).insert(grant);
        Ok([7; 32])
    }
}

/// October and what comes after it, by the functions themselves. Gives everything they asked for.
pub(crate) async fn used() -> BTreeSet<Grant> {
    let mut world = World::new().await;
    world.give_out_tokens(TOKEN_KEY);
    let used = Used::default();
    let table = |function| -> Arc<dyn Table> {
        let recorder = Recorder { function, used: used.clone() };
        let config = world.store.client().config().to_builder().interceptor(recorder).build();
        Arc::new(DynamoTable::new(aws_sdk_dynamodb::Client::from_conf(config), embedded::TABLE))
    };
    let time = Arc::new(TestClock::at("2026-11-02T00:00:00Z"));
    let clock: Arc<dyn Clock> = time.clone();
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let account = BankAccount::parse("見本銀行|本店|普通|0123456|ﾐﾎﾝ").unwrap();
    let terms = ReissueTerms { bank: Some(account), ..ReissueTerms::default() };
    // Whatever the office can ask for is asked for.
    let retention = Retention { readings: Some(1), ..Retention::default() };
    let programme = world.programme.clone().with_reissue(terms).with_retention(retention);
    let programme = Arc::new(programme.with_office(OfficeTerms { second_approval: true }));
    let cloud = Cloud::start(SecretKey::from_seed(&[7; 32]).unwrap()).await;
    let sdk = cloud.sdk();

    let intake = Intake::new(table("intake"), clock.clone(), entropy.clone(), programme.clone(), gate());
    register(&intake, &month::OCTOBER.replace("pm-foundation", "pm-agile")).await;
    let row = |person| format!("pm-agile,合格,2026/10/1,見本,p{person}@example.jp,G-{person}\n");
    // Badges of one person and one achievement point to each other.
    let renewal = |person| format!("pm-agile,更新,2026/10/2,見本,p{person}@example.jp,G-{person}\n");
    let crowd: Vec<String> = (0..40).map(row).chain([2, 5].map(renewal)).collect();
    register(&intake, &format!("{}{}", month::HEADING, crowd.concat())).await;
    let correction = "pm-agile,合格,2026/10/5,見本 二葉,futaba.mihon@example.jp,A-2\n";
    register(&intake, &format!("{}{correction}", month::HEADING)).await;

    let office = &OfficeWork { world: &world, intake: &intake, time: &time };
    office.register().await;
    office.approve().await;

    let mailer = SesMailer::of(&sdk, "見本", "badges@example.jp", "rules", ANNOUNCE_AT_ONCE);
    let issuance = Issuance::new(
        table("issuance"),
        Arc::new(KmsSigner::of(&sdk, "key", KEY)),
        Arc::new(mailer),
        clock.clone(),
        entropy.clone(),
        programme.clone(),
    );
    run(&issuance).await;
    let late = "pm-agile,合格,2026/10/9,見本 五郎,goro@example.jp,A-5\n";
    register(&intake, &format!("{}{late}", month::HEADING)).await;
    office.approve().await;
    run(&issuance).await;
    let sums = intake.handle(request("GET", "/reconciliation", &[], b"")).await;
    assert_eq!(sums.status(), 200);
    Office { world: &world, intake: &intake }.live().await;
    office.edit_qualifications().await;

    let key = |function| -> Option<Arc<dyn NameMatchKey>> {
        Some(Arc::new(RecordedKey { function, used: used.clone() }))
    };
    let claim = Claim::new(table("claim"), clock.clone(), entropy.clone(), programme.clone())
        .with_name_match(key("claim"));
    Recipients { world: &world, cloud: &cloud, claim: &claim, issuance: &issuance }.live().await;
    let delivery = &Delivery::new(table("delivery"), clock.clone(), entropy.clone(), mails::TOPIC);
    hear(delivery, &world, office).await;
    // Whoever has not claimed after a week is reminded.
    time.jump(8 * 24 * 3_600);
    event(&issuance, json!({ "step": "remind", "scheduled": "2026-11-10T00:00:00Z" })).await;
    run(&issuance).await;
    // What was issued before there were tokens gets them, for its holder and for strangers.
    let token_signer = Arc::new(world.token_key.clone().unwrap());
    let issuance = issuance.with_tokens(Some(token_signer.clone()));
    let tokens = event(&issuance, json!({ "step": "tokens", "scheduled": "2026-11-10T00:00:00Z" })).await;
    assert!(tokens["finished"] == true && tokens["signed"].as_u64() > Some(40), "{tokens}");

    let fetcher = Arc::new(shomei_fetch::Fetcher::off());
    let verify = Verify::new(table("verify"), clock.clone(), programme.clone(), fetcher)
        .with_name_match(key("verify"), entropy.clone());
    strangers(&verify, &Census::take(&world.store).await).await;

    let kms = Cloud::start(SecretKey::from_seed(&[7; 32]).unwrap()).await;
    let signer = Arc::new(KmsSigner::of(&kms.sdk(), "key", KEY));
    let reissue = &Reissue::new(table("reissue"), signer, clock, entropy, programme, gate())
        .with_tokens(Some(token_signer))
        .with_payment_events(Some(WebhookSecrets::parse(orders::SECRET).unwrap()));
    let recipients = &Recipients { world: &world, cloud: &cloud, claim: &claim, issuance: &issuance };
    let orders = &Orders { recipients, reissue, kms: &kms, time: &time };
    orders.live().await;

    event(&issuance, json!({ "step": "sweep", "scheduled": "2026-11-02T00:00:00Z" })).await;
    office.register_november().await;
    let people = OfficePeople { work: office, orders, delivery };
    people.live().await;
    people.are_forgotten().await;

    let mut used = used.lock().unwrap_or_else(PoisonError::into_inner).clone();
    for (function, services) in [("issuance", &cloud), ("reissue", &kms)] {
        used.extend(services.asked().iter().map(|asked| Grant::new(function, asked.action, "")));
    }
    used
}

/// A badge's mail comes back, another one is sent, and comes back for good; and then a person releases the address.
async fn hear(function: &Delivery, world: &World, office: &OfficeWork<'_>) {
    let census = Census::take(&world.store).await;
    let waiting = census.badges.values().find_map(|badge| match badge {
        AnyBadge::Unclaimed(badge) if badge.address.as_str() == "p30@example.jp" => Some(badge),
        _ => None,
    });
    let badge = waiting.expect("somebody has not claimed");
    let mail = badge_mail(&badge.id, badge.address.clone());
    let now = office.now();
    let events = [("m-1", mails::soft(now)), ("m-2", Happened::Sent), ("m-2", mails::hard(now))];
    for (message, happened) in events {
        let written = mails::written(&mails::event(&mail, message, now, happened));
        assert_eq!(function.handle(mails::call(&[written])).await.unwrap().applied, 1, "{happened:?}");
    }
    let clerk = office.clerk().await;
    clerk.open("/office/undelivered").await;
    let released =
        clerk.post("/office/undelivered/release", &format!("candidate={}&reason=x", badge.candidate)).await;
    assert!(released.ends_with("done=released"), "{released}");
}

/// The mail that announces a badge.
pub(crate) fn badge_mail(badge: &BadgeId, to: MailAddress) -> Mail {
    let text = String::new;
    let (kind, badge) = (MailKind::BadgeIssued, Some(badge.clone()));
    Mail { kind, reply_to: None, badge, to, subject: text(), text: text(), html: text() }
}

/// What whoever comes by sees of everything that is public.
async fn strangers(verify: &Verify, census: &Census) {
    let badge = census.public.values().next().unwrap();
    for path in [
        "/".to_owned(),
        format!("/badges/{}", badge.id),
        format!("/badges/{}.json", badge.id),
        format!("/badges/{}.v2.json", badge.id),
        format!("/badges/{}.jwt", badge.id),
        format!("/badges/{}.png", badge.id),
        format!("/badges/{}.preview-1.png", badge.id),
        format!("/badges/{}.qr.png", badge.id),
        "/achievements/pm-agile".to_owned(),
        "/achievements/pm-agile.v2.json".to_owned(),
        format!("/artwork/{}.png", badge.artwork),
        "/issuer".to_owned(),
        "/issuer.v2.json".to_owned(),
        format!("/status/{}", badge.list),
        "/.well-known/did.json".to_owned(),
        "/.well-known/jwks.json".to_owned(),
        format!("/keys/{TOKEN_KEY}"),
        "/help".to_owned(),
        "/help/all".to_owned(),
        "/verify".to_owned(),
        "/verify/schema.json".to_owned(),
    ] {
        assert_eq!(verify.handle(request("GET", &path, &[], b"")).await.status(), 200, "{path}");
    }
    let headers = [("content-type", "application/vc+ld+json")];
    let judged = verify.handle(request("POST", "/verify", &headers, badge.signed.as_bytes())).await;
    let verdict: serde_json::Value = serde_json::from_slice(judged.body()).unwrap();
    assert_eq!(verdict["verdict"], "valid", "{verdict}");
    let comparable = census.public.values().find(|badge| badge.name_marks.is_some()).unwrap();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let path = format!("/badges/{}/name-match", comparable.id);
    assert_eq!(verify.handle(request("POST", &path, &form, b"name=x")).await.status(), 200);
    let gone = format!("/badges/{}", census.gone.keys().next().unwrap());
    assert_eq!(verify.handle(request("GET", &gone, &[], b"")).await.status(), 410);
}

/// The recorded achievement, changed once, and then a list.
async fn register(intake: &Intake, list: &str) {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../events/intake.register-achievement.json");
    let recorded: Request = lambda_http::request::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let achievement = intake.handle(recorded).await;
    assert!(achievement.status().is_success(), "{achievement:?}");
    let headers = [("content-type", "text/csv; charset=utf-8")];
    let answer: Response = intake.handle(request("POST", "/candidates", &headers, list.as_bytes())).await;
    let text = String::from_utf8(answer.body().to_vec()).unwrap();
    assert!(answer.status() == 200 && text.contains("\"refused\":0"), "{text}");
}

/// The steps as the state machine drives them.
async fn run(issuance: &Issuance) {
    let scheduled = "2026-11-01T00:00:00Z";
    let plan = event(issuance, json!({ "step": "plan", "scheduled": scheduled })).await;
    for step in ["issue", "announce"] {
        for work in plan["work"].as_array().unwrap() {
            event(issuance, json!({ "step": step, "work": work, "after": null })).await;
        }
    }
    let again = event(issuance, json!({ "step": "plan", "scheduled": scheduled })).await;
    for work in again["work"].as_array().unwrap() {
        event(issuance, json!({ "step": "announce", "work": work, "after": null })).await;
    }
    event(issuance, json!({ "step": "reconcile", "scheduled": scheduled, "started": scheduled })).await;
}

async fn event(issuance: &Issuance, event: serde_json::Value) -> serde_json::Value {
    serde_json::to_value(issuance.receive(event, None).await.unwrap()).unwrap()
}
