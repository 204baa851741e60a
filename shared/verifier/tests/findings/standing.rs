//! Is it in force, the recipient's, and not taken back?

use serde_json::{Value, json};
use verifier::report::{Check, Finding, Unavailable};

use crate::{
    SUITE, Stranger, method, with, without,
    world::{
        self, assert_valid, at,
        documents::{HOLDER, ISSUER, LIST, badge_with_status, list},
    },
};

pub(crate) fn dates_and_recipient(stranger: &mut Stranger, plain: &Value) {
    let file = stranger.sign(plain);
    for (day, expected) in [
        ("2026-09-30T23:59:59Z", Finding::NotYetValid(at("2026-10-01T00:00:00Z"))),
        ("2027-10-01T00:00:01Z", Finding::Expired(at("2027-10-01T00:00:00Z"))),
        (
            "2027-10-01T00:00:00.9Z",
            Finding::InForce { from: at("2026-10-01T00:00:00Z"), until: Some(at("2027-10-01T00:00:00Z")) },
        ),
    ] {
        let report = stranger.world.judge_on(&file, day);
        stranger.expect(&report, Check::Dates, &expected);
    }
    let nobody = stranger.sign(&without(plain.clone(), "/credentialSubject/identifier"));
    for (file, asked, expected) in [
        (&file, "  TARO@example.jp\n", Finding::RecipientMatches),
        (&file, "jiro@example.jp", Finding::RecipientDiffers),
        (&nobody, HOLDER, Finding::NoRecipient),
        (&nobody, "  ", Finding::NotAsked),
    ] {
        let report = stranger.world.judge_for(file, world::DAY, Some(asked));
        stranger.expect(&report, Check::Recipient, &expected);
    }
    let report = stranger.world.judge_for("x", world::DAY, Some(HOLDER));
    stranger.expect(&report, Check::Recipient, &Finding::Unread);
}

pub(crate) fn revocation(stranger: &mut Stranger) {
    let badge = badge_with_status(ISSUER, 7, "revocation");
    let file = stranger.sign(&badge);
    assert_valid(&stranger.world.judge(&file), "not revoked");
    let file_100 = stranger.sign(&badge_with_status(ISSUER, 100, "revocation"));
    let source = || LIST.to_owned();
    stranger.expect_file(&file_100, Check::Revocation, &Finding::Revoked { source: source(), reason: None });
    for (pointer, value, kind) in [
        ("/credentialStatus/type", json!("OtherList"), "OtherList"),
        ("/credentialStatus/statusPurpose", json!("message"), "statusPurpose message"),
        ("/credentialStatus/statusListIndex", json!("-1"), "credentialStatus.statusListIndex"),
        ("/credentialStatus/statusSize", json!(2), "credentialStatus.statusSize"),
        ("/credentialStatus/statusListCredential", json!(1), "credentialStatus.statusListCredential"),
    ] {
        let file = stranger.sign(&with(badge.clone(), pointer, value));
        stranger.expect_file(file, Check::Revocation, &Finding::UnknownStatus(kind.to_owned()));
    }
    let unreliable = |why: &str| Finding::StatusUnreliable { url: source(), why: why.to_owned() };
    let far = stranger.sign(&badge_with_status(ISSUER, 131_072, "revocation"));
    stranger.expect_file(far, Check::Revocation, &unreliable("it has no place 131072"));
    let suspended = stranger.sign(&badge_with_status(ISSUER, 7, "suspension"));
    stranger.expect_file(&suspended, Check::Revocation, &unreliable("its purpose is revocation"));
    let plain = list(ISSUER, "revocation", &[]);
    let short = format!("u{}", world::documents::gzip(&[0; 100]));
    let bomb = format!("u{}", world::documents::gzip(&vec![0; 16 << 20]));
    for (pointer, value, why) in [
        ("/id", json!("https://stranger.example/lists/2"), "it is the list https://stranger.example/lists/2"),
        ("/issuer", json!("did:web:evil.example"), "it was issued by did:web:evil.example"),
        ("/validUntil", json!("2026-11-02T00:00:00Z"), "it expired at 2026-11-02T00:00:00Z"),
        ("/validFrom", json!("2026-11-04T00:00:00Z"), "it is valid only from 2026-11-04T00:00:00Z"),
        ("/type", json!(["VerifiableCredential"]), "it is not a status list: type"),
        ("/credentialSubject/encodedList", json!(short), "it has only 800 places"),
        ("/credentialSubject/encodedList", json!(bomb), "it is too long"),
        ("/credentialSubject/encodedList", json!("uAAAA"), "its bits cannot be read"),
        ("/credentialSubject/statusSize", json!(2), "it is not a status list: statusSize"),
    ] {
        let list = stranger.pair.prove(&with(plain.clone(), pointer, value), SUITE, &method());
        stranger.world.json(LIST, &list);
        stranger.expect_file(&file, Check::Revocation, &unreliable(why));
    }
    stranger.world.json(LIST, &plain);
    stranger.expect_file(&file, Check::Revocation, &unreliable("its signature cannot be checked: NotSigned"));
    stranger.world.answer(LIST, 200, "text/html", "<html>");
    stranger.expect_file(
        &file,
        Check::Revocation,
        &unreliable("it is not a status list: neither JSON nor JWT"),
    );
    stranger.world.answer(LIST, 404, "text/html", "");
    let gone = Finding::StatusUnavailable { url: source(), why: Unavailable::Status(404) };
    stranger.expect_file(&file, Check::Revocation, &gone);
    stranger.world.host(&stranger.pair.prove(&list(ISSUER, "suspension", &[7]), SUITE, &method()));
    stranger.expect_file(&suspended, Check::Revocation, &Finding::Suspended { source: source() });
    stranger.world.host(&stranger.pair.prove(&plain, SUITE, &method()));
    // Several entries: the worst counts.
    let mut both = badge.clone();
    both["credentialStatus"] = json!([badge["credentialStatus"], {"id": "urn:x", "type": "OtherList"}]);
    let both = stranger.sign(&both);
    stranger.expect_file(both, Check::Revocation, &Finding::UnknownStatus("OtherList".to_owned()));
}
