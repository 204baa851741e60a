//! Does the signature fit, and is the key one of the issuer's?

use serde_json::{Value, json};
use verifier::{
    report::{Check, Finding, Unavailable, Verdict},
    web::WebError,
};

use crate::{
    SUITE, Stranger, method, with,
    world::{
        self, assert_valid, at,
        documents::{ISSUER, ISSUER_URL, badge},
    },
};

pub(crate) fn signature(stranger: &mut Stranger, plain: &Value) {
    let signed: Value = serde_json::from_str(&stranger.sign(plain)).unwrap();
    let suite = || SUITE.to_owned();
    let changed = with(signed.clone(), "/name", json!("Leadership"));
    let differs = Finding::SignatureDoesNotFit { suite: suite(), key: method() };
    stranger.expect_file(changed.to_string(), Check::Signature, &differs);
    stranger.expect_file(plain.to_string(), Check::Signature, &Finding::NotSigned);
    for (name, value) in [
        ("proofPurpose", json!("authentication")),
        ("created", json!("yesterday")),
        ("expires", json!("2026-11-02T00:00:00Z")),
        ("verificationMethod", json!({"id": method()})),
        ("proofValue", json!("u1234")),
    ] {
        let bad = with(signed.clone(), &format!("/proof/0/{name}"), value);
        stranger.expect_file(bad.to_string(), Check::Signature, &Finding::BadProof(name.to_owned()));
    }
    let other = with(signed.clone(), "/proof/0/cryptosuite", json!("bbs-2023"));
    let unknown = Finding::UnknownSuite("bbs-2023".to_owned());
    stranger.expect_file(other.to_string(), Check::Signature, &unknown);
    // Beside one that is known, an unknown one does not matter.
    let both = with(signed.clone(), "/proof", json!([signed["proof"][0], other["proof"][0]]));
    assert_valid(&stranger.world.judge(both.to_string()), "known and unknown");
    let other_key = with(signed, "/proof/0/verificationMethod", json!(format!("{ISSUER}#key-2")));
    stranger.expect_file(other_key.to_string(), Check::Signature, &Finding::NoKey);
}

pub(crate) fn issuer(stranger: &mut Stranger, plain: &Value) {
    let file = stranger.sign(plain);
    let key = stranger.pair.method(&method(), ISSUER);
    let document = world::documents::stranger(&stranger.pair);
    let issuer = || ISSUER.to_owned();
    let not_listed = |key: String| Finding::KeyNotListed { issuer: issuer(), key };

    // Listed for signing in, not for signing credentials.
    let mut other = document.clone();
    other["authentication"] = other["assertionMethod"].take();
    stranger.world.json(ISSUER_URL, &other);
    stranger.expect_file(&file, Check::Issuer, &not_listed(method()));

    stranger.world.json(
        ISSUER_URL,
        &with(document.clone(), "/verificationMethod/0/controller", json!("did:web:evil.example")),
    );
    let foreign = Finding::ForeignKey { issuer: issuer(), controller: "did:web:evil.example".to_owned() };
    stranger.expect_file(&file, Check::Issuer, &foreign);

    let unknown = with(key, "/type", json!("BbsKey"));
    stranger.world.json(ISSUER_URL, &with(document.clone(), "/verificationMethod/0", unknown));
    stranger.expect_file(&file, Check::Issuer, &Finding::UnknownIssuer(method()));

    for (member, since) in [("revoked", "2026-11-01T00:00:00Z"), ("expires", "2026-10-31T00:00:00Z")] {
        stranger.world.json(
            ISSUER_URL,
            &with(document.clone(), &format!("/verificationMethod/0/{member}"), json!(since)),
        );
        let revoked = Finding::KeyRevoked { key: method(), since: at(since) };
        stranger.expect_file(&file, Check::Issuer, &revoked);
    }
    stranger.world.json(
        ISSUER_URL,
        &with(document.clone(), "/verificationMethod/0/revoked", json!("2026-11-01T00:00:01Z")),
    );
    assert_valid(&stranger.world.judge(&file), "signed before the key was revoked");
    stranger.world.json(ISSUER_URL, &with(document.clone(), "/verificationMethod/0/revoked", json!(true)));
    assert_eq!(stranger.world.judge(&file).verdict(), Verdict::NotValid, "revoked at nobody knows when");

    let unavailable = |why| Finding::IssuerUnavailable { url: ISSUER_URL.to_owned(), why };
    stranger.world.json(ISSUER_URL, &with(document.clone(), "/id", json!("did:web:evil.example")));
    let other = Unavailable::NotTheDocument("the document of did:web:evil.example".to_owned());
    stranger.expect_file(&file, Check::Issuer, &unavailable(other));
    stranger.world.answer(ISSUER_URL, 503, "text/html", "sorry");
    stranger.expect_file(&file, Check::Issuer, &unavailable(Unavailable::Status(503)));
    stranger.world.answer(ISSUER_URL, 200, "text/html", "<html>");
    stranger.expect_file(
        &file,
        Check::Issuer,
        &unavailable(Unavailable::NotTheDocument("not JSON".to_owned())),
    );
    stranger.world.json(ISSUER_URL, &document);
    stranger.world.redirect(ISSUER_URL, "https://evil.example/did.json");
    let away = Unavailable::NotTheDocument("redirected to https://evil.example/did.json".to_owned());
    stranger.expect_file(&file, Check::Issuer, &unavailable(away));
    for error in
        [WebError::Off, WebError::Forbidden, WebError::NoAnswer, WebError::TooLong, WebError::TooMany]
    {
        stranger.world.fail(ISSUER_URL, error);
        stranger.expect_file(&file, Check::Issuer, &unavailable(Unavailable::Web(error)));
        stranger.expect_file(&file, Check::Signature, &Finding::NoKey);
    }
    stranger.world.json(ISSUER_URL, &document);
    for unknown in ["urn:uuid:1", "did:ion:1", "http://stranger.example", "mailto:a@b.example"] {
        let file = stranger.pair.prove(&badge(unknown), SUITE, &format!("{unknown}#1")).to_string();
        stranger.expect_file(file, Check::Issuer, &Finding::UnknownIssuer(unknown.to_owned()));
    }
}
