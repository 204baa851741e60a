//! Open Badges 2.0.

use serde_json::{Value, json};
use verifier::{
    report::{Check, Finding, Form, Reason, Unavailable},
    web::WebError,
};

use crate::{
    Stranger, with, without,
    world::{
        World, assert_valid,
        documents::{ASSERTION, CLASS, PROFILE, hosted, itxt, png},
        keys::part,
    },
};

pub(crate) fn hosted_badges(stranger: &mut Stranger) {
    let [assertion, class, profile] = hosted();
    let url = || ASSERTION.to_owned();
    let world = |documents: [&Value; 3]| {
        let mut world = World::default();
        [ASSERTION, CLASS, PROFILE]
            .iter()
            .zip(documents)
            .for_each(|(url, document)| world.json(url, document));
        world
    };
    let usual = || world([&assertion, &class, &profile]);
    let report = usual().judge(assertion.to_string());
    assert_valid(&report, "hosted");
    stranger.see(&report);
    let expect = |stranger: &mut Stranger, world: &World, check, expected: &Finding| {
        let report = world.judge(assertion.to_string());
        stranger.expect(&report, check, expected);
    };
    for (pointer, path) in [
        ("/type", "type"),
        ("/id", "id"),
        ("/issuedOn", "issuedOn"),
        ("/recipient", "recipient"),
        ("/recipient/identity", "recipient.identity"),
        ("/verification", "verification"),
        ("/badge", "badge"),
    ] {
        let report = usual().judge(without(assertion.clone(), pointer).to_string());
        stranger.expect(&report, Check::Form, &Finding::NotABadge(path.to_owned()));
    }
    let unsafe_address = "http://old.example/assertions/1";
    let report = usual().judge(with(assertion.clone(), "/id", json!(unsafe_address)).to_string());
    let why = Unavailable::Web(WebError::Forbidden);
    let unavailable = Finding::HostedUnavailable { url: unsafe_address.to_owned(), why };
    stranger.expect(&report, Check::HostedCopy, &unavailable);
    let signed = with(assertion.clone(), "/verification/type", json!("SignedBadge"));
    let report = usual().judge(signed.to_string());
    let form = Finding::UnknownForm("signed Open Badges 2.0".to_owned());
    stranger.expect(&report, Check::Form, &form);
    let token = format!("{}.{}.AA", part(&json!({"alg": "RS256"})), part(&signed));
    let report = usual().judge(token);
    stranger.expect(&report, Check::Form, &form);

    let later = with(assertion.clone(), "/expires", json!("2030-01-01T00:00:00Z"));
    let report = usual().judge(later.to_string());
    stranger.expect(&report, Check::HostedCopy, &Finding::DiffersFromHosted { url: url() });
    let mut gone = usual();
    gone.answer(
        ASSERTION,
        410,
        "application/json",
        json!({"id": ASSERTION, "revoked": true, "revocationReason": "Fraud"}).to_string(),
    );
    expect(stranger, &gone, Check::HostedCopy, &Finding::Gone { url: url() });
    let revoked = Finding::Revoked { source: url(), reason: Some(Reason::of("Fraud")) };
    expect(stranger, &gone, Check::Revocation, &revoked);
    gone.answer(ASSERTION, 404, "text/html", "");
    expect(stranger, &gone, Check::HostedCopy, &Finding::Gone { url: url() });
    gone.answer(
        ASSERTION,
        200,
        "application/json",
        with(assertion.clone(), "/revoked", json!(true)).to_string(),
    );
    expect(stranger, &gone, Check::Revocation, &Finding::Revoked { source: url(), reason: None });
    gone.answer(ASSERTION, 500, "text/html", "");
    let unavailable = Finding::HostedUnavailable { url: url(), why: Unavailable::Status(500) };
    expect(stranger, &gone, Check::HostedCopy, &unavailable);
    let mut moved = usual();
    moved.redirect(ASSERTION, "https://evil.example/assertion");
    let away = Unavailable::NotTheDocument("redirected to https://evil.example/assertion".to_owned());
    expect(stranger, &moved, Check::HostedCopy, &Finding::HostedUnavailable { url: url(), why: away });

    for (documents, why) in [
        ([&assertion, &with(class.clone(), "/id", json!("https://old.example/other")), &profile], "badge.id"),
        (
            [&assertion, &class, &with(profile.clone(), "/id", json!("https://old.example/other"))],
            "issuer.id",
        ),
        (
            [
                &assertion,
                &class,
                &with(profile.clone(), "/verification", json!({"startsWith": "https://old.example/else/"})),
            ],
            ASSERTION,
        ),
        (
            [
                &assertion,
                &class,
                &with(profile.clone(), "/verification", json!({"startsWith": "https://old"})),
            ],
            ASSERTION,
        ),
        (
            [
                &assertion,
                &class,
                &with(profile.clone(), "/verification", json!({"allowedOrigins": "badges.old.example"})),
            ],
            ASSERTION,
        ),
    ] {
        let expected = Finding::NotHostedByIssuer(why.to_owned());
        expect(stranger, &world(documents), Check::Issuer, &expected);
    }
    let mut absent = usual();
    absent.remove(PROFILE);
    let unavailable =
        Finding::IssuerUnavailable { url: PROFILE.to_owned(), why: Unavailable::Web(WebError::NoAnswer) };
    expect(stranger, &absent, Check::Issuer, &unavailable);
    let report = usual().judge(png(&[itxt("openbadges", ASSERTION)]));
    stranger.expect(&report, Check::Form, &Finding::Badge(Form::Hosted));
}
