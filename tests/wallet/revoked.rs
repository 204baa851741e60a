//! A badge that the issuer revoked: what its holder, strangers and programs get, and that it is sold to nobody.

use lambda_http::{Body, http};
use serde_json::{Value, json};
use shomei_core::{
    badge::{BadgeId, Ground},
    office::{
        Member, Role,
        revocation::{Decision, Draft, Progress, ProposalId, decide, execute, propose},
    },
    order::{AnyOrder, Reason, Use},
    ports::MailKind,
};
use shomei_issuance::{Outcome, Step};
use shomei_tests::{audit::Census, faults::Faulty};

use crate::{
    browser::{Answer, Browser},
    ordering::{deleted, only_order, order, order_form},
    paying::{staff, transfer},
    site::{DAY, Site},
    strangers::{forms, statuses, visit},
};

const ICHIRO: &str = "ichiro@example.jp";
const FUTABA: &str = "futaba@example.jp";

/// One of the staff proposes, another one agrees, and it is done as far as it can be.
async fn revoke(site: &Site, badges: &[&BadgeId], ground: Ground) -> Progress {
    let ports = Faulty::new(&site.world, None);
    let member = |subject: &str| Member { subject: subject.to_owned(), role: Role::Approver };
    let (badges, reason) = (badges.iter().copied().cloned().collect(), Reason::parse("内規 第3条").unwrap());
    let draft = Draft { id: ProposalId::random(&site.world.entropy), badges, ground, reason };
    propose(ports.reissue(), &member("one"), &draft).await.unwrap();
    decide(ports.reissue(), &member("another"), &draft.id, Decision::Agree).await.unwrap();
    let (progress, result) = execute(ports.reissue(), &draft.id, None).await;
    result.unwrap();
    progress
}

/// What the verdict on a file says of its revocation, and as a whole.
async fn judged(site: &Site, file: &str) -> (Value, Value) {
    let request = http::Request::post("/verify").header("content-type", "application/vc+ld+json");
    let answer = Answer::of(site.verify.handle(request.body(Body::from(file)).unwrap()).await);
    let verdict: Value = serde_json::from_slice(&answer.body).unwrap();
    let checks = verdict.get("checks").and_then(Value::as_array).unwrap();
    let line = checks.iter().find(|line| line.get("check").is_some_and(|check| check == "revocation"));
    (line.unwrap().clone(), verdict.get("verdict").unwrap().clone())
}

async fn publish(site: &Site) {
    assert_eq!(site.step(Step::Publish).await, Outcome::Published { lists: 1 });
}

#[tokio::test]
async fn strangers_learn_the_day_and_a_general_ground_of_what_was_public() {
    let site = Site::october().await;
    assert_eq!(Browser::new(&site).accept(ICHIRO, "public").await.status, 200);
    let badge = site.claimed(&site.badge(ICHIRO).await).await;
    let forms = forms(&site, &badge.id).await;
    assert_eq!(judged(&site, &badge.signed).await.1, "valid");
    revoke(&site, &[&badge.id], Ground::Misconduct).await;

    assert_eq!(statuses(&site, &forms).await, [410; 5], "at once");
    let page = visit(&site, &forms[0]).await.page(410, "revoked it on 2 November 2026: a breach of");
    for hidden in ["見本", "内規", "基礎", "Foundation", "one", "another"].map(|text| format!(">{text}"))
    {
        assert!(!page.shows(&hidden), "{hidden}");
    }
    let hosted = visit(&site, &format!("{}.v2.json", forms[0])).await;
    let expected = json!({
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Assertion",
        "id": format!("https://badges.example.jp/badges/{}.v2.json", badge.id),
        "revoked": true,
        "revocationReason": "発行者の規程に反する行為が確認されたため",
    });
    assert_eq!((hosted.status, serde_json::from_slice::<Value>(&hosted.body).unwrap()), (410, expected));
    let request = http::Request::get(&forms[0]).header("accept", "application/json");
    let problem = Answer::of(site.verify.handle(request.body(Body::Empty).unwrap()).await);
    assert!(problem.status == 410 && problem.shows("badge-revoked") && problem.shows("2026年11月2日"));

    // Its file is judged so before the list is published, and after.
    for published in [false, true] {
        if published {
            publish(&site).await;
        }
        let (line, verdict) = judged(&site, &badge.signed).await;
        assert_eq!((&verdict, &line["code"]), (&json!("not-valid"), &json!("revoked")), "{line}");
        assert_eq!(line["ground"], "misconduct", "published: {published}");
        assert_eq!(line["since"], "2026-11-02T00:00:00Z");
        assert_eq!(line["reason"], "発行者の規程に反する行為が確認されたため");
    }
    site.is_sound().await;
}

#[tokio::test]
async fn of_what_was_never_public_only_its_file_is_told_of() {
    let site = Site::october().await;
    assert_eq!(Browser::new(&site).accept(FUTABA, "private").await.status, 200);
    let private = site.claimed(&site.badge(FUTABA).await).await;
    let unclaimed = site.badge("shiki@example.jp").await;
    let unknown = visit(&site, "/badges/0b06a6e2-5bd5-4a3e-9d0c-6f8b2a7c4d11").await;
    revoke(&site, &[&private.id, &unclaimed], Ground::IssuedInError).await;
    publish(&site).await;
    for badge in [&private.id, &unclaimed] {
        assert_eq!(visit(&site, &format!("/badges/{badge}")).await, unknown, "as if it had never been");
    }
    let (line, verdict) = judged(&site, &private.signed).await;
    assert_eq!((&verdict, &line["ground"]), (&json!("not-valid"), &json!("issued-in-error")));
    // A file that only names the badge, and is not signed by us, learns nothing.
    let mut forged: Value = serde_json::from_str(&private.signed).unwrap();
    forged["credentialSubject"]["achievement"]["name"] = json!("Master");
    let (line, verdict) = judged(&site, &forged.to_string()).await;
    assert_eq!((&verdict, &line["ground"]), (&json!("not-valid"), &Value::Null), "{line}");
}

#[tokio::test]
async fn a_holders_own_deletion_says_what_it_said_before() {
    let site = Site::october().await;
    assert_eq!(Browser::new(&site).accept(ICHIRO, "public").await.status, 200);
    let badge = site.claimed(&site.badge(ICHIRO).await).await;
    let mut browser = Browser::signed_in(&site, ICHIRO).await;
    browser.delete(&badge.id).await;
    publish(&site).await;
    let (line, verdict) = judged(&site, &badge.signed).await;
    assert_eq!((&verdict, &line["code"]), (&json!("not-valid"), &json!("revoked")));
    for member in ["reason", "ground", "since"] {
        assert_eq!(line[member], Value::Null, "{member}");
    }
    visit(&site, &format!("/badges/{}", badge.id)).await.page(410, "deleted by its holder");
}

#[tokio::test]
async fn the_holder_is_told_and_keeps_its_place_and_can_neither_show_nor_order_it() {
    let site = Site::october().await;
    assert_eq!(Browser::new(&site).accept(ICHIRO, "public").await.status, 200);
    let badge = site.badge(ICHIRO).await;
    let mut browser = Browser::signed_in(&site, ICHIRO).await;
    site.deliver().await;
    revoke(&site, &[&badge], Ground::Misconduct).await;
    let mails = site.deliver().await;
    let [mail] = mails.as_slice() else { panic!("one mail says so") };
    assert_eq!((mail.kind, mail.to.as_str()), (MailKind::BadgeRevoked, ICHIRO));
    for said in ["見本 一郎 様", "基礎", "2026年11月2日", "規程に反する行為", "ask@example.jp"]
    {
        assert!(mail.text.contains(said), "{said} is not in {}", mail.text);
    }
    assert!(!mail.text.contains("内規") && !mail.text.contains("5,500"), "{}", mail.text);

    browser.get("/wallet").await.page(200, "Revoked").page(200, "2 November 2026: a breach of");
    let page = format!("/wallet/badges/{badge}");
    let shown = browser.get(&page).await.page(200, "has revoked this badge");
    assert!(!shown.shows("/reissue/badges/") && !shown.shows("5,500"), "{}", shown.text());
    for path in [format!("{page}/share"), format!("{page}/preview?visibility=public")] {
        assert_eq!(browser.get(&path).await.status, 404, "{path}");
    }
    let choice = crate::browser::choice("public");
    assert_eq!(browser.post(&format!("{page}/visibility"), &choice).await.status, 404);
    let before = site.contents().await;
    let form = format!("/reissue/badges/{badge}");
    browser.get(&form).await.page(409, "cannot be issued again").page(409, "a breach of");
    browser.post(&form, &order_form("Mihon Ltd.")).await.page(409, "cannot be issued again");
    browser.post(&format!("{page}/delete"), "confirm=delete").await.leads_to(&page);
    assert_eq!(site.contents().await, before);
    let number =
        r#"{"number":"A-1","achievement":"pm-foundation","kind":"pass","month":"2026-10","reason":"x"}"#;
    let (status, answer) = staff(&site, "POST", "/orders", number).await;
    assert_eq!((status, &answer["code"]), (409, &json!("badge-revoked")), "{answer}");
    // What is held is handed out, and the wallet closes as ever.
    let export = browser.get("/wallet/export?page=1").await;
    assert_eq!((export.status, export.header("content-type")), (200, Some("application/zip")));
    browser.post("/wallet/close", "confirm=close").await.page(200, "closed");
    site.is_sound().await;
}

#[tokio::test]
async fn an_order_that_waits_ends_with_the_badge_and_late_money_is_parked() {
    let site = Site::october().await;
    let (mut browser, badge) = deleted(&site).await;
    let path = order(&mut browser, &badge).await;
    site.deliver().await;
    revoke(&site, &[&badge], Ground::QualificationWithdrawn).await;
    assert!(matches!(only_order(&site).await, AnyOrder::Expired(_)));
    let mails = site.deliver().await;
    let [mail] = mails.as_slice() else { panic!("one mail says it all") };
    assert!(mail.kind == MailKind::BadgeRevoked && mail.text.contains("Please do not pay"), "{}", mail.text);
    browser
        .get(&format!("/wallet/badges/{badge}"))
        .await
        .page(200, "has revoked this badge")
        .page(200, &path);
    site.is_sound().await;
    // Who pays all the same gets the money back, and no badge.
    let answer = transfer(&site, 5_500).await;
    assert_eq!((&answer["settled"], &answer["lines"][0]["reason"]), (&json!(0), &json!("badge-revoked")));
    let census = Census::take(&site.world.store).await;
    let parked = census.payments.values().next().unwrap();
    assert!(matches!(&parked.used, Use::Parked { mismatch } if mismatch.name() == "badge-revoked"));
    assert!(census.owed_badges.is_empty() && census.open_orders.is_empty());
    site.is_sound().await;
}

#[tokio::test]
async fn an_order_that_ran_out_before_is_not_revived_by_late_money() {
    let site = Site::october().await;
    let (mut browser, badge) = deleted(&site).await;
    order(&mut browser, &badge).await;
    site.world.clock.jump(40 * DAY);
    site.step(Step::Sweep { scheduled: shomei_core::ports::Clock::now(&site.world.clock) }).await;
    assert!(matches!(only_order(&site).await, AnyOrder::Expired(_)));
    revoke(&site, &[&badge], Ground::IssuedInError).await;
    let answer = transfer(&site, 5_500).await;
    assert_eq!((&answer["settled"], &answer["lines"][0]["reason"]), (&json!(0), &json!("badge-revoked")));
    site.is_sound().await;
}

#[tokio::test]
async fn a_paid_order_is_given_back_before_its_badge_is_revoked() {
    let mut site = Site::october().await;
    site.break_signer();
    let badge = {
        let (mut browser, badge) = deleted(&site).await;
        order(&mut browser, &badge).await;
        badge
    };
    transfer(&site, 5_500).await;
    let AnyOrder::Paid(paid) = only_order(&site).await else { panic!("it is paid and not issued") };
    let order = paid.terms.id.to_string();
    // It cannot be proposed now.
    let ports = Faulty::new(&site.world, None);
    let described = shomei_core::office::revocation::describe(
        ports.reissue(),
        std::slice::from_ref(&badge),
        Some(Ground::Misconduct),
    );
    let unfit = described.await.unwrap().remove(0).unfit;
    assert_eq!(unfit, Some(shomei_core::office::revocation::Unfit::OnItsWay(paid.terms.id.clone())));
    let (status, _) = staff(&site, "POST", &format!("/orders/{order}/refund"), r#"{"reason":"x"}"#).await;
    assert_eq!(status, 200);
    let progress = revoke(&site, &[&badge], Ground::Misconduct).await;
    assert_eq!((progress.revoked, progress.waiting.len()), (1, 0));
    site.is_sound().await;
}
