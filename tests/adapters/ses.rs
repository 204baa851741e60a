use std::time::Duration;

use serde_json::{Value, json};
use shomei_aws::{Sdk, ses::SesMailer};
use shomei_core::{
    address::MailAddress,
    badge::BadgeId,
    ports::{Mail, MailError, MailKind, Mailer as _},
};
use shomei_tests::cloud::account;

use super::cloud;

const BADGE: &str = "8f5f3b0e-6f0a-4b7e-9a53-0d6f7f1c2b3a";

fn mailer(sdk: &Sdk, sharing: u32) -> SesMailer {
    SesMailer::of(sdk, "見本資格協会", "badges@example.jp", "rules", sharing)
}

fn mail(number: usize) -> Mail {
    Mail {
        kind: MailKind::BadgeIssued,
        badge: Some(BadgeId::parse(BADGE).unwrap()),
        to: MailAddress::mend(&format!("p{number}@example.jp")).unwrap().address,
        reply_to: None,
        subject: format!("【見本】\"{number}\""),
        text: format!("髙橋 {number} 様 {{{{subject}}}}\n"),
        html: format!("<p>髙橋 &amp; {number}</p>"),
    }
}

fn mails(count: usize) -> Vec<Mail> {
    (0..count).map(mail).collect()
}

fn tags() -> Value {
    json!([{ "Name": "mail", "Value": "badge-issued" }, { "Name": "badge", "Value": BADGE }])
}

const SENDER: &str = "=?utf-8?b?6KaL5pys6LOH5qC85Y2U5Lya?= <badges@example.jp>";

#[tokio::test]
async fn fifty_mails_are_one_call_with_every_byte_rendered_by_us() {
    let (cloud, sdk) = cloud().await;
    let results = mailer(&sdk, 1).send(&mails(50)).await;
    assert!(results.len() == 50 && results.iter().all(Result::is_ok));
    let asked = cloud.asked();
    let [call] = asked.as_slice() else { panic!("{} calls", asked.len()) };
    assert_eq!(call.action, "ses:SendBulkEmail");
    assert_eq!(call.body["FromEmailAddress"], SENDER);
    assert_eq!(call.body["ConfigurationSetName"], "rules");
    let template = &call.body["DefaultContent"]["Template"];
    let bare = json!({ "Subject": "{{subject}}", "Text": "{{text}}", "Html": "{{html}}" });
    assert_eq!((&template["TemplateContent"], &template["TemplateData"]), (&bare, &json!("{}")));
    let entries = call.body["BulkEmailEntries"].as_array().unwrap();
    for (number, entry) in entries.iter().enumerate() {
        let mail = mail(number);
        assert_eq!(entry["Destination"], json!({ "ToAddresses": [mail.to.as_str()] }));
        assert_eq!(entry["ReplacementTags"], tags());
        let data = &entry["ReplacementEmailContent"]["ReplacementTemplate"]["ReplacementTemplateData"];
        let data: Value = serde_json::from_str(data.as_str().unwrap()).unwrap();
        assert_eq!(data, json!({ "subject": mail.subject, "text": mail.text, "html": mail.html }));
    }
}

#[tokio::test]
async fn a_single_mail_is_sent_as_it_is() {
    let (cloud, sdk) = cloud().await;
    mailer(&sdk, 1).send(&mails(1)).await[0].as_ref().unwrap();
    let Mail { to, subject, text, html, .. } = mail(0);
    let data = |text: &str| json!({ "Data": text, "Charset": "UTF-8" });
    assert_eq!(
        cloud.asked()[0].body,
        json!({
            "FromEmailAddress": SENDER,
            "ConfigurationSetName": "rules",
            "Destination": { "ToAddresses": [to.as_str()] },
            "EmailTags": tags(),
            "Content": { "Simple": {
                "Subject": data(&subject),
                "Body": { "Text": data(&text), "Html": data(&html) },
            } },
        })
    );
}

/// In one call all mails have one address for answers.
#[tokio::test]
async fn a_mail_with_an_address_of_its_own_for_answers_goes_alone() {
    let (cloud, sdk) = cloud().await;
    let answered = |number: usize, to: &str| {
        let reply_to = Some(MailAddress::mend(to).unwrap().address);
        Mail { kind: MailKind::Inquiry, badge: None, reply_to, ..mail(number) }
    };
    let mut mails = mails(5);
    mails[1] = answered(1, "visitor@example.net");
    mails[4] = answered(4, "a..b@docomo.ne.jp");
    assert!(mailer(&sdk, 1).send(&mails).await.iter().all(Result::is_ok));
    let asked = cloud.asked();
    let calls: Vec<_> = asked
        .iter()
        .map(|call| {
            (call.body["BulkEmailEntries"].as_array().map_or(1, Vec::len), &call.body["ReplyToAddresses"])
        })
        .collect();
    let (visitor, old) = (json!(["visitor@example.net"]), json!(["\"a..b\"@docomo.ne.jp"]));
    let none = Value::Null;
    assert_eq!(calls, [(1, &none), (1, &visitor), (2, &none), (1, &old)]);
    assert!(asked.iter().all(|call| call.body["FromEmailAddress"] == SENDER));
}

#[tokio::test]
async fn no_call_is_larger_than_the_service_takes() {
    let (cloud, sdk) = cloud().await;
    let large = |number| Mail { html: "長".repeat(100_000), ..mail(number) };
    let mails: Vec<Mail> = (0..7).map(large).collect();
    assert!(mailer(&sdk, 1).send(&mails).await.iter().all(Result::is_ok));
    let sizes: Vec<usize> = cloud
        .asked()
        .iter()
        .map(|call| call.body["BulkEmailEntries"].as_array().map_or(1, Vec::len))
        .collect();
    assert_eq!(sizes, [2, 2, 2, 1]);
    assert_eq!(mailer(&sdk, 1).send(&super::ses::mails(60)).await.len(), 60);
    assert_eq!(cloud.times("ses:SendBulkEmail"), 3 + 2);
}

/// `ok`, `refused`, `unavailable`, `unknown`
fn kind(result: &Result<(), MailError>) -> &'static str {
    match result {
        Ok(()) => "ok",
        Err(MailError::Refused(_)) => "refused",
        Err(MailError::Unavailable(_)) => "unavailable",
        Err(MailError::Unknown(_)) => "unknown",
    }
}

#[tokio::test]
async fn every_mail_has_its_own_answer() {
    let (cloud, sdk) = cloud().await;
    let statuses = [
        ("SUCCESS", "ok"),
        ("MESSAGE_REJECTED", "refused"),
        ("INVALID_PARAMETER", "refused"),
        ("MAIL_FROM_DOMAIN_NOT_VERIFIED", "unavailable"),
        ("CONFIGURATION_SET_NOT_FOUND", "unavailable"),
        ("TEMPLATE_NOT_FOUND", "unavailable"),
        ("ACCOUNT_SUSPENDED", "unavailable"),
        ("ACCOUNT_THROTTLED", "unavailable"),
        ("ACCOUNT_DAILY_QUOTA_EXCEEDED", "unavailable"),
        ("INVALID_SENDING_POOL_NAME", "unavailable"),
        ("ACCOUNT_SENDING_PAUSED", "unavailable"),
        ("CONFIGURATION_SET_SENDING_PAUSED", "unavailable"),
        ("TRANSIENT_FAILURE", "unavailable"),
        ("FAILED", "unknown"),
        ("SOMETHING_NEW", "unknown"),
    ];
    let results: Vec<_> = statuses
        .iter()
        .map(|(status, _)| json!({ "Status": status, "Error": "someone@example.jp is not liked" }))
        .collect();
    cloud.will_answer("ses:SendBulkEmail", 200, json!({ "BulkEmailEntryResults": results }));
    let results = mailer(&sdk, 1).send(&mails(statuses.len())).await;
    for ((status, expected), result) in statuses.iter().zip(&results) {
        assert_eq!(kind(result), *expected, "{status}");
        if let Err(error) = result {
            assert!(error.to_string().ends_with(&format!("SES {status}")), "{error}");
        }
    }
    let missing = json!({ "BulkEmailEntryResults": [{ "Status": "SUCCESS" }] });
    cloud.will_answer("ses:SendBulkEmail", 200, missing);
    assert_eq!(mailer(&sdk, 1).send(&mails(2)).await.iter().map(kind).collect::<Vec<_>>(), ["unknown"; 2]);
}

#[tokio::test]
async fn a_call_is_never_repeated_unasked() {
    let (cloud, sdk) = cloud().await;
    for (status, code, expected) in [
        (429, "TooManyRequestsException", "unavailable"),
        (400, "LimitExceededException", "unavailable"),
        (400, "AccountSuspendedException", "unavailable"),
        (400, "MailFromDomainNotVerifiedException", "unavailable"),
        (400, "SendingPausedException", "unavailable"),
        (404, "NotFoundException", "unavailable"),
        (403, "AccessDeniedException", "unavailable"),
        (500, "InternalFailure", "unknown"),
    ] {
        for (action, count) in [("ses:SendBulkEmail", 3), ("ses:SendEmail", 1)] {
            let before = cloud.asked().len();
            let words = json!({ "__type": code, "message": "someone@example.jp is not liked" });
            cloud.will_answer(action, status, words);
            let results = mailer(&sdk, 1).send(&mails(count)).await;
            assert!(
                results.len() == count && results.iter().all(|result| kind(result) == expected),
                "{code}"
            );
            assert!(!format!("{results:?}").contains("example.jp"), "{results:?}");
            assert_eq!(cloud.asked().len(), before + 1, "{code}");
        }
    }
    // Whether it was taken, nobody knows.
    cloud.will_answer("ses:SendBulkEmail", 502, Value::Null);
    assert_eq!(kind(&mailer(&sdk, 1).send(&mails(2)).await[1]), "unknown");
}

#[tokio::test]
async fn one_bad_mail_does_not_keep_its_neighbours_from_being_sent() {
    let (cloud, sdk) = cloud().await;
    cloud.will_refuse("ses:SendBulkEmail", "BadRequestException");
    cloud.will_answer("ses:SendEmail", 200, json!({ "MessageId": "first" }));
    cloud.will_refuse("ses:SendEmail", "MessageRejected");
    let results = mailer(&sdk, 1).send(&mails(3)).await;
    assert_eq!(results.iter().map(kind).collect::<Vec<_>>(), ["ok", "refused", "ok"]);
}

#[tokio::test]
async fn batches_fit_the_rate_that_several_mailers_share() {
    for (rate, sharing, expected) in
        [(14.0, 1, 14), (14.0, 5, 14), (8.0, 5, 8), (3.0, 5, 3), (200.0, 5, 50), (1.0, 1, 1), (0.1, 5, 1)]
    {
        let (cloud, sdk) = cloud().await;
        cloud.set_account(account(rate, 50_000.0, 0.0));
        let mailer = mailer(&sdk, sharing);
        assert_eq!(mailer.ready().await.unwrap(), expected, "{rate} shared by {sharing}");
        assert_eq!(mailer.ready().await.unwrap(), expected);
        assert_eq!(cloud.times("ses:GetAccount"), 1, "the account is not asked each time");
    }
}

#[tokio::test]
async fn mails_are_not_sent_faster_than_the_account_may() {
    let (cloud, sdk) = cloud().await;
    cloud.set_account(account(10.0, 50_000.0, 0.0));
    let mailer = mailer(&sdk, 1);
    assert_eq!(mailer.ready().await.unwrap(), 10);
    // Four mails are paid for after 400 ms.
    mailer.send(&mails(4)).await;
    assert!(tokio::time::timeout(Duration::from_millis(300), mailer.ready()).await.is_err());
    assert_eq!(mailer.ready().await.unwrap(), 10);
}

#[tokio::test]
async fn whoever_is_throttled_goes_slower_and_then_faster_again() {
    let (cloud, sdk) = cloud().await;
    cloud.set_account(account(100.0, 50_000.0, 0.0));
    let mailer = mailer(&sdk, 1);
    mailer.ready().await.unwrap();
    let throttled =
        json!({ "BulkEmailEntryResults": [{ "Status": "ACCOUNT_THROTTLED" }, { "Status": "SUCCESS" }] });
    for _ in 0..3 {
        cloud.will_answer("ses:SendBulkEmail", 200, throttled.clone());
        mailer.send(&mails(2)).await;
    }
    // Two mails cost 20 ms, then 40, 80 and 160 ms.
    assert!(tokio::time::timeout(Duration::from_millis(200), mailer.ready()).await.is_err());
    mailer.ready().await.unwrap();
    for _ in 0..4 {
        mailer.send(&mails(2)).await;
    }
    mailer.ready().await.unwrap();
    mailer.send(&mails(2)).await;
    tokio::time::timeout(Duration::from_secs(5), mailer.ready()).await.unwrap().unwrap();
}

#[tokio::test]
async fn several_mailers_may_ask_for_the_account_at_once() {
    let (cloud, sdk) = cloud().await;
    for _ in 0..3 {
        cloud.will_answer("ses:GetAccount", 429, json!({ "__type": "TooManyRequestsException" }));
    }
    assert_eq!(mailer(&sdk, 1).ready().await.unwrap(), 50);
    assert_eq!(cloud.times("ses:GetAccount"), 4);
}

#[tokio::test]
async fn what_is_wrong_with_the_sender_is_not_the_mails_fault() {
    let (cloud, sdk) = cloud().await;
    let rejected: Vec<_> = (0..6).map(|_| json!({ "Status": "MESSAGE_REJECTED" })).collect();
    let all_rejected = json!({ "BulkEmailEntryResults": rejected });
    cloud.will_answer("ses:SendBulkEmail", 200, all_rejected);
    let mailer = mailer(&sdk, 1);
    let results = mailer.send(&mails(6)).await;
    assert_eq!(results.iter().map(kind).collect::<Vec<_>>(), ["unavailable"; 6]);
    assert!(mailer.ready().await.is_err(), "the mailer rests");
}

#[tokio::test]
async fn an_account_that_may_send_nothing_is_not_asked_to() {
    let (cloud, sdk) = cloud().await;
    let why = |account: Value| {
        cloud.set_account(account);
        let mailer = mailer(&sdk, 1);
        async move { mailer.ready().await.unwrap_err().to_string() }
    };
    assert!(why(account(14.0, 200.0, 200.0)).await.contains("daily quota is used up"));
    let mut paused = account(14.0, 200.0, 0.0);
    paused["SendingEnabled"] = json!(false);
    assert!(why(paused).await.contains("sending is paused"));
    assert!(why(account(0.0, 200.0, 0.0)).await.contains("may send no mail"));
    // Without a daily quota, and near the end of one.
    for (a_day, sent, expected) in [(-1.0, 9_000.0, 50), (200.0, 188.0, 12)] {
        cloud.set_account(account(1_000.0, a_day, sent));
        assert_eq!(mailer(&sdk, 1).ready().await.unwrap(), expected);
    }
    cloud.set_account(account(1_000.0, 60.0, 0.0));
    let mailer = mailer(&sdk, 1);
    for expected in [50, 10] {
        assert_eq!(mailer.ready().await.unwrap(), expected);
        mailer.send(&mails(expected)).await;
    }
    assert!(mailer.ready().await.is_err(), "what was sent is counted between two looks at the account");
}

#[tokio::test]
async fn after_a_batch_that_was_not_taken_nothing_is_made_ready_for_a_while() {
    let (cloud, sdk) = cloud().await;
    let mailer = mailer(&sdk, 1);
    mailer.ready().await.unwrap();
    cloud.will_refuse("ses:SendBulkEmail", "SendingPausedException");
    mailer.send(&mails(5)).await;
    let error = mailer.ready().await.unwrap_err().to_string();
    assert_eq!(error, "the mail service did not take the mail: SES SendingPausedException");
}

#[tokio::test]
async fn an_address_is_struck_off_the_list_of_ses_and_one_that_is_not_there_is_as_good() {
    let (cloud, sdk) = cloud().await;
    let lifting = "ses:DeleteSuppressedDestination";
    let mailer = mailer(&sdk, 1);
    mailer.lift(&mail(0).to).await.unwrap();
    cloud.will_answer(
        lifting,
        404,
        json!({ "__type": "NotFoundException", "message": "someone@example.jp" }),
    );
    mailer.lift(&mail(1).to).await.unwrap();
    cloud.will_answer(
        lifting,
        429,
        json!({ "__type": "TooManyRequestsException", "message": "someone@example.jp" }),
    );
    let error = mailer.lift(&MailAddress::mend("a..b@docomo.ne.jp").unwrap().address).await.unwrap_err();
    assert!(matches!(error, MailError::Unavailable(_)), "{error}");
    assert!(error.to_string().ends_with("SES TooManyRequestsException"), "{error}");
    let asked: Vec<_> = cloud.asked().into_iter().map(|asked| (asked.action, asked.body)).collect();
    let expected = ["p0%40example.jp", "p1%40example.jp", "%22a..b%22%40docomo.ne.jp"];
    assert_eq!(asked, expected.map(|address| (lifting, json!(address))));
}
