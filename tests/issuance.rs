//! Laws of issuing that no single fault shows.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    collections::BTreeSet,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use jiff::Timestamp;
use openbadges::{
    credential::AchievementCredential,
    did::DidDocument,
    keys::SecretKey,
    proof::SignedDocument,
    verify::{StatusKnowledge, Verdict, verify_credential},
};
use shomei_core::{
    badge::AnyBadge,
    calendar::Month,
    candidate::{AnyCandidate, IssueRefusal},
    delivery,
    intake::{NewAchievement, register_achievement},
    issuance::{self, Call, Ports},
    ports::{Cause, Entropy, Mail, MailError, Mailer, SignError, Signer},
    programme::IssuerKey,
    status::StatusListId,
    store::{Failure, Stopped},
};
use shomei_tests::{
    audit::{Census, incompleteness, inconsistencies},
    faults::Faulty,
    month::{self, HEADING, OCTOBER},
    world::{KEY, Outbox, World, programme},
};

fn at(moment: &str) -> Timestamp {
    moment.parse().unwrap()
}

async fn registered(validity_months: Option<u16>) -> World {
    let world = World::new().await;
    let ports = Faulty::new(&world, None);
    month::achievement(&ports, &world, validity_months).await.unwrap().unwrap();
    month::register(&ports, &world, OCTOBER).await.unwrap();
    world
}

async fn refusals(world: &World) -> Vec<IssueRefusal> {
    let census = Census::take(&world.store).await;
    let refused = census.candidates.into_values().filter_map(|candidate| match candidate {
        AnyCandidate::Refused(candidate) => Some(candidate.state.reason),
        _ => None,
    });
    refused.collect()
}

#[tokio::test]
async fn what_is_due_is_decided_by_the_schedule_and_not_by_the_day() {
    let world = registered(None).await;
    let ports = Faulty::new(&world, None);
    // The last second of October in Japan: nothing is closed, although the clock says November.
    let plan = issuance::plan(&ports, at("2026-10-31T14:59:59Z")).await.unwrap();
    assert!(plan.work.is_empty() && plan.months.is_empty());
    // The first second of November: all of it is, although the clock is set back.
    world.clock.jump(-3 * 86_400);
    let plan = issuance::plan(&ports, at("2026-10-31T15:00:00Z")).await.unwrap();
    assert_eq!(plan.work.iter().map(|work| work.due).sum::<usize>(), 4);
    assert_eq!(plan.months, [Month::new(2026, 10).unwrap()]);
}

#[tokio::test]
async fn whoever_is_registered_late_is_caught_by_the_next_run() {
    let world = registered(None).await;
    let ports = Faulty::new(&world, None);
    assert!(month::run(&ports, month::scheduled()).await.unwrap().agrees());
    let late = "pm-foundation,合格,2026/9/30,見本 遅,late@example.jp,A-9\n";
    month::register(&ports, &world, &format!("{HEADING}{late}")).await.unwrap();
    let before =
        issuance::reconcile(&ports, &world.programme.office, month::scheduled(), None).await.unwrap();
    assert!(!before.agrees(), "someone without a badge is never counted as agreeing: {before}");
    assert!(month::run(&ports, month::scheduled()).await.unwrap().agrees());
    assert_eq!(inconsistencies(&world).await, Vec::<String>::new());
    assert_eq!(incompleteness(&world, 5).await, Vec::<String>::new());
}

/// The same list with one line moved to a day before the programme, after it was registered.
#[tokio::test]
async fn whoever_turns_out_to_get_no_badge_is_refused_with_a_reason() {
    let world = registered(Some(1)).await;
    let ports = Faulty::new(&world, None);
    // One month of validity: those who passed on 1 October are out of it since 1 November.
    let sums = month::run(&ports, month::scheduled()).await.unwrap();
    assert!(sums.agrees(), "{sums}");
    assert_eq!(refusals(&world).await, [IssueRefusal::AlreadyExpired]);
    let line = sums.to_string();
    assert!(
        line.starts_with("2026-10: registered 4 = issued 3 + refused 1; issued 3 = mailed 3 + owed 0"),
        "{line}"
    );
    assert_eq!(inconsistencies(&world).await, Vec::<String>::new());

    // The validity is mended, the list is sent again, and the next run makes up for it.
    month::achievement(&ports, &world, None).await.unwrap().unwrap();
    month::register(&ports, &world, OCTOBER).await.unwrap();
    assert!(month::run(&ports, month::scheduled()).await.unwrap().agrees());
    assert_eq!(incompleteness(&world, 4).await, Vec::<String>::new());
}

/// A key that does not answer.
struct DeadKey;

#[async_trait]
impl Signer for DeadKey {
    fn fragment(&self) -> &'static str {
        KEY
    }

    async fn sign(&self, _: &[u8; 64]) -> Result<[u8; 64], SignError> {
        Err(SignError::Unavailable(Cause::new("throttled")))
    }
}

/// A key that remembers what it signed, and may lose its answers.
struct Witness<'a> {
    key: &'a dyn Signer,
    signed: Mutex<Vec<[u8; 64]>>,
    answers: bool,
}

#[async_trait]
impl Signer for Witness<'_> {
    fn fragment(&self) -> &str {
        self.key.fragment()
    }

    async fn sign(&self, hash_data: &[u8; 64]) -> Result<[u8; 64], SignError> {
        self.signed.lock().unwrap().push(*hash_data);
        if self.answers {
            self.key.sign(hash_data).await
        } else {
            Err(SignError::Unavailable(Cause::new("lost")))
        }
    }
}

#[tokio::test]
async fn signing_again_signs_the_same_bytes_and_one_signature_a_badge_is_enough() {
    let world = registered(None).await;
    let list = StatusListId::parse("2026-10-0").unwrap();
    issuance::publish_list(ports(&world, &world.key, &world.entropy), &list).await.unwrap();
    let plan = issuance::plan(world.table(), month::scheduled()).await.unwrap();
    let mut runs = Vec::new();
    for answers in [false, false, true] {
        let witness = Witness { key: &world.key, signed: Mutex::default(), answers };
        for work in &plan.work {
            let _ = issuance::issue(ports(&world, &witness, &world.entropy), *work, &Call::default()).await;
        }
        let mut signed = witness.signed.into_inner().unwrap();
        signed.sort_unstable();
        runs.push(signed);
        // Whoever tries again does so on another day.
        world.clock.jump(86_400);
    }
    assert_eq!(runs.first().unwrap().len(), 4);
    assert!(runs.iter().all(|signed| signed == runs.first().unwrap()));
    assert_eq!(Census::take(&world.store).await.badges.len(), 4);
}

/// A key of another name.
struct OtherKey(SecretKey);

#[async_trait]
impl Signer for OtherKey {
    fn fragment(&self) -> &'static str {
        "key-2"
    }

    async fn sign(&self, hash_data: &[u8; 64]) -> Result<[u8; 64], SignError> {
        Ok(self.0.sign(hash_data))
    }
}

fn ports<'a>(world: &'a World, signer: &'a dyn Signer, entropy: &'a dyn Entropy) -> Ports<'a> {
    Ports {
        table: world.table(),
        signer,
        token_signer: None,
        mailer: &world.outbox,
        clock: &world.clock,
        entropy,
        programme: &world.programme,
    }
}

#[tokio::test]
async fn a_key_rotated_between_preparing_and_signing_strands_nobody() {
    let mut world = registered(None).await;
    let plan = issuance::plan(world.table(), month::scheduled()).await.unwrap();
    for work in &plan.work {
        issuance::issue(ports(&world, &DeadKey, &world.entropy), *work, &Call::default()).await.unwrap_err();
    }
    let census = Census::take(&world.store).await;
    assert!(census.badges.is_empty());
    assert_eq!(census.slots.len(), 4, "everyone is prepared");

    let new = OtherKey(SecretKey::from_seed(&[8; 32]).unwrap());
    let mut keys = world.programme.keys().to_vec();
    keys.push(IssuerKey { fragment: "key-2".to_owned(), public: new.0.public(), revoked: None });
    world.programme = programme(keys);
    for work in &plan.work {
        issuance::issue(ports(&world, &new, &world.entropy), *work, &Call::default()).await.unwrap();
    }
    let census = Census::take(&world.store).await;
    assert_eq!(census.badges.len(), 4);
    for signed in census.signed() {
        let badge = SignedDocument::<AchievementCredential>::parse(signed.as_bytes()).unwrap();
        assert!(badge.proof.verification_method.as_str().ends_with("#key-2"));
    }
    assert_eq!(inconsistencies(&world).await, Vec::<String>::new());
}

/// Badges of the old key stay good as long as the key is listed.
#[tokio::test]
async fn a_retired_key_stays_listed_or_its_badges_stop_verifying() {
    let world = registered(None).await;
    month::run(&Faulty::new(&world, None), month::scheduled()).await.unwrap();
    let census = Census::take(&world.store).await;
    let signed = census.signed().next().unwrap();
    let list = census.lists.values().next().unwrap().signed.as_bytes();
    let verdict = |did: &DidDocument| {
        let status = StatusKnowledge::List(list);
        verify_credential(signed.as_bytes(), did, at("2026-11-03T00:00:00Z"), status).verdict()
    };
    let new = SecretKey::from_seed(&[8; 32]).unwrap().public();
    let both =
        [KEY, "key-2"].map(str::to_owned).into_iter().zip([world.programme.keys()[0].public.clone(), new]);
    let both: Vec<_> = both.map(|(fragment, public)| IssuerKey { fragment, public, revoked: None }).collect();
    assert_eq!(verdict(&programme(both.clone()).did_document().unwrap()), Verdict::Valid);
    assert_eq!(verdict(&programme(both[1..].to_vec()).did_document().unwrap()), Verdict::NotValid);
}

/// Randomness that gives everyone the same few indexes.
struct Narrow<'a>(&'a dyn Entropy, AtomicU64);

impl Entropy for Narrow<'_> {
    fn fill(&self, buffer: &mut [u8]) {
        if buffer.len() == 8 {
            // A status index: one of six.
            let next = self.1.fetch_add(1, Ordering::SeqCst) % 6;
            buffer.copy_from_slice(&next.to_le_bytes());
        } else {
            self.0.fill(buffer);
        }
    }
}

#[tokio::test]
async fn two_badges_never_share_a_status_index() {
    let world = registered(None).await;
    let narrow = Narrow(&world.entropy, AtomicU64::new(0));
    let plan = issuance::plan(world.table(), month::scheduled()).await.unwrap();
    let call = Call::default();
    let shards =
        plan.work.iter().map(|work| issuance::issue(ports(&world, &world.key, &narrow), *work, &call));
    for issued in futures::future::join_all(shards).await {
        issued.unwrap();
    }
    assert_eq!(inconsistencies(&world).await, Vec::<String>::new());
    assert_eq!(Census::take(&world.store).await.badges.len(), 4);
}

/// A key that signs something else.
struct LyingKey<'a>(&'a dyn Signer);

#[async_trait]
impl Signer for LyingKey<'_> {
    fn fragment(&self) -> &str {
        self.0.fragment()
    }

    async fn sign(&self, hash_data: &[u8; 64]) -> Result<[u8; 64], SignError> {
        let mut other = *hash_data;
        other.rotate_left(1);
        self.0.sign(&other).await
    }
}

#[tokio::test]
async fn nothing_is_issued_whose_signature_does_not_verify() {
    let world = registered(None).await;
    let list = StatusListId::parse("2026-10-0").unwrap();
    issuance::publish_list(ports(&world, &world.key, &world.entropy), &list).await.unwrap();
    for work in &issuance::plan(world.table(), month::scheduled()).await.unwrap().work {
        let outcome =
            issuance::issue(ports(&world, &LyingKey(&world.key), &world.entropy), *work, &Call::default())
                .await;
        assert!(matches!(outcome, Err(Stopped { failure: Failure::NeedsPerson(_), .. })), "{outcome:?}");
    }
    assert!(Census::take(&world.store).await.badges.is_empty());
    assert!(month::run(&Faulty::new(&world, None), month::scheduled()).await.unwrap().agrees());
}

#[tokio::test]
async fn salts_and_indexes_cannot_be_guessed_from_each_other() {
    let world = registered(None).await;
    assert!(month::run(&Faulty::new(&world, None), month::scheduled()).await.unwrap().agrees());
    let census = Census::take(&world.store).await;
    let mut salts = BTreeSet::new();
    let mut subjects = BTreeSet::new();
    for signed in census.signed() {
        let badge: serde_json::Value = serde_json::from_str(signed).unwrap();
        let subject = &badge["credentialSubject"];
        salts.insert(subject["identifier"][0]["salt"].to_string());
        subjects.insert(subject["id"].to_string());
    }
    assert_eq!((salts.len(), subjects.len()), (4, 4));
    let mut indexes: Vec<_> = census.slots.iter().map(|slot| slot.index.value()).collect();
    indexes.sort_unstable();
    let spread = indexes.windows(2).map(|pair| pair[1] - pair[0]).min().unwrap();
    assert!(spread > 100, "four of 131072 places, drawn at random (always the same here): {indexes:?}");
}

#[tokio::test]
async fn a_published_list_shows_every_revoked_badge_and_no_other() {
    let world = registered(None).await;
    assert!(month::run(&Faulty::new(&world, None), month::scheduled()).await.unwrap().agrees());
    let census = Census::take(&world.store).await;
    let slot = census.slots.first().unwrap();
    month::revoke(&world, &slot.list, slot.index).await;
    let published = issuance::publish_marked(ports(&world, &world.key, &world.entropy)).await.unwrap();
    assert_eq!(published, 1);
    let census = Census::take(&world.store).await;
    assert!(census.stale.is_empty(), "the mark is gone");
    let list = census.lists.get(&slot.list).unwrap().signed.as_bytes();
    let did = world.programme.did_document().unwrap();
    for (id, badge) in &census.badges {
        let AnyBadge::Unclaimed(badge) = badge else { panic!("nobody has claimed") };
        let status = StatusKnowledge::List(list);
        let report = verify_credential(badge.signed.as_bytes(), &did, at("2026-11-03T00:00:00Z"), status);
        let expected = if *id == slot.badge { Verdict::NotValid } else { Verdict::Valid };
        assert_eq!(report.verdict(), expected, "{:?}", report.checks);
    }
}

/// A mail service that refuses one address.
struct Choosy<'a>(&'a Outbox, &'static str);

#[async_trait]
impl Mailer for Choosy<'_> {
    async fn ready(&self) -> Result<usize, MailError> {
        self.0.ready().await
    }

    async fn send(&self, mails: &[Mail]) -> Vec<Result<(), MailError>> {
        let mut results = Vec::new();
        for mail in mails {
            if mail.to.as_str() == self.1 {
                results.push(Err(MailError::Refused(Cause::new("550"))));
            } else {
                results.append(&mut self.0.send(std::slice::from_ref(mail)).await);
            }
        }
        results
    }
}

#[tokio::test]
async fn a_refused_mail_stays_owed_and_is_seen() {
    let world = registered(None).await;
    let faultless = Faulty::new(&world, None);
    let plan = issuance::plan(&faultless, month::scheduled()).await.unwrap();
    month::issue(&faultless, &plan).await.unwrap();
    let choosy = Choosy(&world.outbox, "futaba@example.jp");
    for work in &plan.work {
        let ports = Ports { mailer: &choosy, ..ports(&world, &world.key, &world.entropy) };
        issuance::announce(ports, *work, &month::compose, &Call::default()).await.unwrap();
    }
    let sums = issuance::reconcile(&faultless, &world.programme.office, month::scheduled(), None)
        .await
        .unwrap()
        .to_string();
    assert!(sums.contains("issued 4 = mailed 3 + owed 1 (1 refused by the mail service) — agrees"), "{sums}");
    assert_eq!(inconsistencies(&world).await, Vec::<String>::new());
    // The office sees whose it is.
    let october = Month::new(2026, 10).unwrap();
    let refused = async || delivery::unsent(world.table(), october, 50).await.unwrap();
    let seen: Vec<_> = refused().await.iter().map(|one| one.badge.address.as_str().to_owned()).collect();
    assert_eq!(seen, ["futaba@example.jp"]);
    // The next run tries again.
    assert!(month::run(&faultless, month::scheduled()).await.unwrap().agrees());
    assert_eq!(incompleteness(&world, 4).await, Vec::<String>::new());
    assert!(refused().await.is_empty());
}

#[tokio::test]
async fn a_correction_after_preparing_comes_too_late() {
    let world = registered(None).await;
    for work in &issuance::plan(world.table(), month::scheduled()).await.unwrap().work {
        issuance::issue(ports(&world, &DeadKey, &world.entropy), *work, &Call::default()).await.unwrap_err();
    }
    let row = "pm-foundation,合格,2026/10/5,見本 二葉,new@example.jp,A-2\n";
    let (registered, _) =
        month::register(&Faulty::new(&world, None), &world, &format!("{HEADING}{row}")).await.unwrap();
    assert_eq!((registered.summary.amended, registered.summary.refused), (0, 1));
}

#[tokio::test]
async fn a_programme_that_begins_later_after_all_refuses_with_that_reason() {
    let world = registered(None).await;
    let later = NewAchievement { first_eligible: jiff::civil::date(2026, 10, 10), ..month::qualification() };
    let ports = month::claim_ports(world.table(), &world);
    register_achievement(ports, &month::clerk(), later).await.unwrap().unwrap();
    let sums = month::run(&Faulty::new(&world, None), month::scheduled()).await.unwrap();
    assert!(sums.agrees(), "{sums}");
    assert_eq!(refusals(&world).await, [IssueRefusal::BeforeProgramme; 2]);
}
