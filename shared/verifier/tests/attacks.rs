//! What forgers try. None of it is ever valid, and each says why.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod world;

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use verifier::report::{Check, Finding, Report, Verdict};

use crate::world::{
    World, assert_finding, assert_valid,
    documents::{
        ASSERTION, BADGE, CLASS, ISSUER, ISSUER_URL, LIST, badge, badge_with_status, did_document, hosted,
        list, payload, stranger,
    },
    keys::{Pair, part},
};

const KEY: &str = "did:web:stranger.example#key-1";
const VC: &str = "https://www.w3.org/2018/credentials#";

fn world(pair: &Pair) -> World {
    let mut world = World::default();
    world.json(ISSUER_URL, &stranger(pair));
    world
}

fn bad(why: &str) -> Finding {
    Finding::BadProof(why.to_owned())
}

fn refused(report: &Report, what: &str) {
    assert_ne!(report.verdict(), Verdict::Valid, "{what}: {report:#?}");
}

#[test]
fn a_token_is_only_as_good_as_its_algorithm() {
    let pair = Pair::p256();
    let world = world(&pair);
    let payload = payload(&badge(ISSUER));
    let kid = json!({"kid": KEY});
    assert_valid(&world.judge(pair.token(&kid, &payload)), "honest");
    for alg in ["none", "None", "NONE", "HS256", "hs512"] {
        let head = format!("{}.{}", part(&json!({"alg": alg, "kid": KEY})), part(&payload));
        let report = world.judge(format!("{head}."));
        assert_finding(&report, Check::Signature, &bad(&format!("alg {alg}")), alg);
        // The public key as the secret.
        let secret = hmac::Key::new(hmac::HMAC_SHA256, pair.jwk().to_string().as_bytes());
        let tag = URL_SAFE_NO_PAD.encode(hmac::sign(&secret, head.as_bytes()));
        assert_finding(
            &world.judge(format!("{head}.{tag}")),
            Check::Signature,
            &bad(&format!("alg {alg}")),
            alg,
        );
    }
    for name in ["crit", "b64", "zip"] {
        let token = pair.token(&json!({"kid": KEY, name: ["exp"]}), &payload);
        assert_finding(&world.judge(token), Check::Signature, &bad(name), name);
    }
    for (header, expected) in [
        (json!({"kid": KEY, "alg": "PS256"}), Finding::UnknownSuite("PS256".to_owned())),
        (json!({"kid": KEY, "alg": "EdDSA"}), bad("EdDSA with a key of another kind (P-256)")),
        (json!({"kid": KEY, "alg": "RS256"}), bad("RS256 with a key of another kind (P-256)")),
        (json!({"kid": 1}), bad("kid")),
        (json!({"kid": KEY, "jwk": {"kty": "oct", "k": "AA"}}), bad("jwk")),
    ] {
        assert_finding(
            &world.judge(pair.token(&header, &payload)),
            Check::Signature,
            &expected,
            &header.to_string(),
        );
    }
    let tomorrow = json!(1_793_750_401);
    let mut early = payload.clone();
    early["iat"] = tomorrow;
    assert_finding(&world.judge(pair.token(&kid, &early)), Check::Signature, &bad("iat"), "made tomorrow");
}

#[test]
fn a_key_that_comes_along_proves_nothing() {
    let (honest, forger) = (Pair::p256(), Pair::p256());
    let mut world = world(&honest);
    let claims = payload(&badge(ISSUER));
    let not_listed = |key: &str| Finding::KeyNotListed { issuer: ISSUER.to_owned(), key: key.to_owned() };
    let token = forger.token(&json!({"jwk": forger.jwk()}), &claims);
    assert_finding(&world.judge(token), Check::Issuer, &not_listed(""), "jwk of the forger");
    let token = forger.token(&json!({"jwk": forger.jwk(), "kid": KEY}), &claims);
    let report = world.judge(token);
    let differs = Finding::SignatureDoesNotFit { suite: "ES256".to_owned(), key: KEY.to_owned() };
    assert_finding(&report, Check::Signature, &differs, "the issuer's kid beside it");
    // Addresses of the forger's own, one of them on a host that begins alike.
    for kid in [
        "https://evil.example/key".to_owned(),
        "https://stranger.example.evil.example/key".to_owned(),
        "https://stranger.example:8443/key".to_owned(),
        "https://stranger.example@evil.example/key".to_owned(),
        "http://stranger.example/key".to_owned(),
        "did:web:evil.example#key-1".to_owned(),
        forger.did_key(),
    ] {
        world.json(kid.split('#').next().unwrap(), &forger.jwk());
        let report = world.judge(forger.token(&json!({"kid": kid}), &claims));
        let foreign = matches!(report.finding(Check::Issuer), Finding::ForeignKey { .. });
        assert!(foreign && report.verdict() == Verdict::NotValid, "{kid}: {report:#?}");
    }
    // A did:web with a path shares its host.
    let shared = "did:web:shared.example:users:7";
    world.json("https://shared.example/users/7/did.json", &did_document(shared, &[]));
    world.json("https://shared.example/users/8/key", &forger.jwk());
    let kid = json!({"kid": "https://shared.example/users/8/key"});
    refused(&world.judge(forger.token(&kid, &payload(&badge(shared)))), "a neighbour's key");
}

#[test]
fn weak_and_published_keys_are_none() {
    // A key of 1024 bits must not be read at all.
    let strong = Pair::rsa();
    let n = URL_SAFE_NO_PAD.decode(strong.jwk()["n"].as_str().unwrap()).unwrap();
    let weak = json!({"kty": "RSA", "e": "AQAB", "n": URL_SAFE_NO_PAD.encode(&n[..128])});
    let method =
        |jwk: Value| json!({"id": KEY, "type": "JsonWebKey", "controller": ISSUER, "publicKeyJwk": jwk});
    let mut world = World::default();
    let token = strong.token(&json!({"kid": KEY}), &payload(&badge(ISSUER)));
    world.json(ISSUER_URL, &did_document(ISSUER, &[method(strong.jwk())]));
    assert_valid(&world.judge(&token), "2048 bits");
    let mut published = strong.jwk();
    published["d"] = json!("AQAB");
    let mut encrypting = strong.jwk();
    encrypting["use"] = json!("enc");
    let mut other = strong.jwk();
    other["alg"] = json!("RS512");
    for jwk in [weak, published, encrypting, other] {
        world.json(ISSUER_URL, &did_document(ISSUER, &[method(jwk.clone())]));
        assert_finding(
            &world.judge(&token),
            Check::Issuer,
            &Finding::UnknownIssuer(KEY.to_owned()),
            &jwk.to_string(),
        );
    }
}

#[test]
fn a_proof_belongs_to_one_document_and_one_key() {
    let (honest, forger) = (Pair::ed25519(21), Pair::ed25519(22));
    let world = world(&honest);
    for suite in ["eddsa-rdfc-2022", "eddsa-jcs-2022"] {
        let one = honest.prove(&badge(ISSUER), suite, KEY);
        assert_valid(&world.judge(one.to_string()), suite);
        let differs = Finding::SignatureDoesNotFit { suite: suite.to_owned(), key: KEY.to_owned() };
        let mut moved = badge(ISSUER);
        moved["id"] = json!("https://stranger.example/badges/2");
        moved["proof"] = one["proof"].clone();
        assert_finding(
            &world.judge(moved.to_string()),
            Check::Signature,
            &differs,
            "a proof of another badge",
        );
        let copied = forger.prove(&badge(ISSUER), suite, KEY);
        assert_finding(
            &world.judge(copied.to_string()),
            Check::Signature,
            &differs,
            "the issuer's address, another key",
        );
        let own = format!("{}#{}", forger.did_key(), forger.multibase());
        let copied = forger.prove(&badge(ISSUER), suite, &own);
        let foreign = Finding::ForeignKey { issuer: ISSUER.to_owned(), controller: forger.did_key() };
        assert_finding(
            &world.judge(copied.to_string()),
            Check::Issuer,
            &foreign,
            "a key of the forger's own",
        );

        // Every proof must fit; the issuer's own is enough beside another's.
        let both = forger.prove(&one, suite, &own);
        assert_valid(&world.judge(both.to_string()), "signed by another, too");
        let mut broken = both.clone();
        broken["proof"][1]["created"] = json!("2026-11-01T00:00:01Z");
        refused(&world.judge(broken.to_string()), "one of two does not fit");
        let mut other = both;
        other["proof"][1]["proofPurpose"] = json!("authentication");
        assert_finding(
            &world.judge(other.to_string()),
            Check::Signature,
            &bad("proofPurpose"),
            "another purpose",
        );

        let options = json!({
            "type": "DataIntegrityProof", "cryptosuite": suite, "created": "2026-11-01T00:00:00Z",
            "verificationMethod": KEY, "proofPurpose": "authentication"
        });
        let login = honest.prove_with(&badge(ISSUER), suite, options.as_object().unwrap().clone());
        assert_finding(
            &world.judge(login.to_string()),
            Check::Signature,
            &bad("proofPurpose"),
            "well signed, for another purpose",
        );
    }
}

#[test]
fn contexts_cannot_be_changed() {
    let pair = Pair::ed25519(23);
    let world = world(&pair);
    let contexts = badge(ISSUER)["@context"].clone();
    let further = "https://w3id.org/security/data-integrity/v2";
    for suite in ["eddsa-rdfc-2022", "eddsa-jcs-2022"] {
        let signed = pair.prove(&badge(ISSUER), suite, KEY);
        for changed in [
            json!([contexts[1], contexts[0]]),
            json!([contexts[0]]),
            json!(contexts[0]),
            json!([contexts[0], "https://w3id.org/openbadges/v2", contexts[1]]),
            json!([contexts[0], contexts[1], {"name": "https://schema.org/description"}]),
            json!([contexts[0], contexts[1], {"@vocab": "https://evil.example/"}]),
            json!([contexts[0], contexts[1], "https://evil.example/context"]),
            json!([contexts[0], "https://www.w3.org/2018/credentials/v1", contexts[1]]),
            Value::Null,
        ] {
            let mut swapped = signed.clone();
            swapped["@context"] = changed.clone();
            refused(&world.judge(swapped.to_string()), &format!("{suite} {changed}"));
        }
    }
    // What a proof says of its context covers all of the document's.
    let options = json!({
        "type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "created": "2026-11-01T00:00:00Z",
        "verificationMethod": KEY, "proofPurpose": "assertionMethod", "@context": contexts
    });
    let mut signed = pair.prove_with(&badge(ISSUER), "eddsa-jcs-2022", options.as_object().unwrap().clone());
    assert_valid(&world.judge(signed.to_string()), "with its context");
    signed["@context"].as_array_mut().unwrap().push(json!(further));
    let unsigned = Finding::Unsigned("@context".to_owned());
    assert_finding(&world.judge(signed.to_string()), Check::Form, &unsigned, "a further context");
}

/// The same statements, written so that a reader of members does not see that the badge can be revoked, or when it ends.
#[test]
fn nothing_hides_behind_linked_data() {
    let pair = Pair::ed25519(24);
    let mut world = world(&pair);
    world.host(&pair.prove(&list(ISSUER, "revocation", &[7]), "eddsa-rdfc-2022", KEY));
    let signed = pair.prove(&badge_with_status(ISSUER, 7, "revocation"), "eddsa-rdfc-2022", KEY);
    let revoked = Finding::Revoked { source: LIST.to_owned(), reason: None };
    assert_finding(&world.judge(signed.to_string()), Check::Revocation, &revoked, "revoked");
    let take = |name: &str| {
        let mut rest = signed.clone();
        let value = rest.as_object_mut().unwrap().remove(name).unwrap();
        (rest, value)
    };
    let (mut renamed, status) = take("credentialStatus");
    renamed[format!("{VC}credentialStatus")] = status.clone();
    let (mut aliased, _) = take("credentialStatus");
    aliased["@context"]
        .as_array_mut()
        .unwrap()
        .push(json!({"z": {"@id": format!("{VC}credentialStatus"), "@type": "@id"}}));
    aliased["z"] = status.clone();
    let (mut compact, _) = take("credentialStatus");
    compact["@context"].as_array_mut().unwrap().push(json!({"z": VC}));
    compact["z:credentialStatus"] = status.clone();
    let (mut included, _) = take("credentialStatus");
    included["@included"] =
        json!([{"id": BADGE, "type": "VerifiableCredential", "credentialStatus": status}]);
    let (bare, _) = take("credentialStatus");
    let graph = json!({
        "@context": signed["@context"], "proof": signed["proof"],
        "@graph": [bare, {"id": BADGE, "type": "VerifiableCredential", "credentialStatus": status}]
    });
    let (mut nested, _) = take("credentialStatus");
    nested["issuer"]["@reverse"] =
        json!({"issuer": {"id": BADGE, "type": "VerifiableCredential", "credentialStatus": status}});
    let (mut ends, until) = take("validUntil");
    ends[format!("{VC}validUntil")] =
        json!({"@value": until, "@type": "http://www.w3.org/2001/XMLSchema#dateTime"});
    let mut keyword = signed.clone();
    keyword["credentialStatus"]["@type"] = keyword["credentialStatus"]["type"].take();
    let mut fits = 0;
    for (what, hidden) in [
        ("a full name", renamed),
        ("another name", aliased),
        ("a short name", compact),
        ("@included", included),
        ("@graph", graph),
        ("@reverse", nested),
        ("no end", ends),
        ("@type", keyword),
    ] {
        let report = world.judge(hidden.to_string());
        fits += usize::from(matches!(report.finding(Check::Signature), Finding::SignatureFits { .. }));
        refused(&report, what);
        refused(&world.judge_on(hidden.to_string(), "2028-01-01T00:00:00Z"), what);
    }
    assert_eq!(fits, 5, "these are not refused for their signature");
}

/// The end of a proof counts under whatever name it is signed.
#[test]
fn nothing_hides_in_a_proof() {
    let pair = Pair::ed25519(1);
    let world = world(&pair);
    let end = json!("2020-01-01T00:00:00Z");
    let typed = json!({"@value": end, "@type": "http://www.w3.org/2001/XMLSchema#dateTime"});
    for (name, value) in [
        ("expires", end.clone()),
        ("@nest", json!({"expires": end})),
        ("https://w3id.org/security#expiration", typed),
    ] {
        let mut options = json!({
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-rdfc-2022",
            "created": "2019-01-01T00:00:00Z",
            "verificationMethod": KEY,
            "proofPurpose": "assertionMethod",
        });
        let honest = options.as_object().unwrap().clone();
        assert_valid(
            &world.judge(pair.prove_with(&badge(ISSUER), "eddsa-rdfc-2022", honest).to_string()),
            "honest",
        );
        options[name] = value;
        let options = options.as_object().unwrap().clone();
        let signed = pair.prove_with(&badge(ISSUER), "eddsa-rdfc-2022", options);
        refused(&world.judge(signed.to_string()), name);
    }
}

#[test]
fn statements_of_two_parts_with_one_identifier_cannot_change_places() {
    let pair = Pair::ed25519(25);
    let world = world(&pair);
    let mut badge = badge(ISSUER);
    let same = badge["credentialSubject"]["achievement"]["id"].clone();
    badge["evidence"] = json!([{"id": same, "type": ["Evidence"], "name": "Attended a lecture"}]);
    let mut signed = pair.prove(&badge, "eddsa-rdfc-2022", KEY);
    refused(&world.judge(signed.to_string()), "two names of one identifier");
    signed["evidence"][0]["name"] = json!("Teamwork");
    signed["credentialSubject"]["achievement"]["name"] = json!("Attended a lecture");
    refused(&world.judge(signed.to_string()), "the names changed places");
    // Without linked data, members are what is signed.
    assert_valid(&world.judge(pair.prove(&badge, "eddsa-jcs-2022", KEY).to_string()), "JCS");
}

#[test]
fn a_list_is_the_issuers_own_and_the_one_that_is_named() {
    let (honest, forger) = (Pair::ed25519(26), Pair::ed25519(27));
    let mut world = world(&honest);
    let signed =
        honest.prove(&badge_with_status(ISSUER, 7, "revocation"), "eddsa-rdfc-2022", KEY).to_string();
    let evil = "did:web:evil.example";
    let evil_key = format!("{evil}#key-1");
    world.json(
        "https://evil.example/.well-known/did.json",
        &did_document(evil, &[forger.method(&evil_key, evil)]),
    );
    let honest_list = honest.prove(&list(ISSUER, "revocation", &[7]), "eddsa-rdfc-2022", KEY);
    let mut cleared = honest_list.clone();
    cleared["credentialSubject"]["encodedList"] =
        list(ISSUER, "revocation", &[])["credentialSubject"]["encodedList"].clone();
    let mut renamed = honest.prove(&list(ISSUER, "revocation", &[]), "eddsa-rdfc-2022", KEY);
    renamed["id"] = json!("https://stranger.example/lists/2");
    for (what, list) in [
        (
            "a list of another issuer",
            forger.prove(&list(evil, "revocation", &[]), "eddsa-rdfc-2022", &evil_key),
        ),
        (
            "the issuer's name, another's key",
            forger.prove(&list(ISSUER, "revocation", &[]), "eddsa-rdfc-2022", &evil_key),
        ),
        ("the issuer's key address", forger.prove(&list(ISSUER, "revocation", &[]), "eddsa-rdfc-2022", KEY)),
        ("other bits", cleared),
        ("another list", renamed),
        ("not signed", list(ISSUER, "revocation", &[])),
        ("a badge", honest.prove(&badge(ISSUER), "eddsa-rdfc-2022", KEY)),
    ] {
        world.json(LIST, &list);
        let report = world.judge(&signed);
        let unreliable = matches!(report.finding(Check::Revocation), Finding::StatusUnreliable { .. });
        assert!(unreliable && report.verdict() == Verdict::CouldNotCheck, "{what}: {report:#?}");
    }
    // A list of names is not signed at all: elsewhere it says nothing.
    let mut badge = badge(ISSUER);
    badge["credentialStatus"] =
        json!({"id": "https://evil.example/revoked", "type": "1EdTechRevocationList"});
    world.json("https://evil.example/revoked", &json!({"revokedCredential": []}));
    let report = world.judge(honest.prove(&badge, "eddsa-jcs-2022", KEY).to_string());
    assert!(matches!(report.finding(Check::Revocation), Finding::StatusUnreliable { .. }), "{report:#?}");
}

#[test]
fn a_hosted_badge_is_only_where_its_issuer_says() {
    let [assertion, class, profile] = hosted();
    // The forger's assertion, on the forger's host, of an honest class.
    let evil = "https://evil.example/assertions/1";
    let mut forged = assertion.clone();
    forged["id"] = json!(evil);
    let mut world = World::default();
    for document in [&forged, &class, &profile, &assertion] {
        world.host(document);
    }
    assert_valid(&world.judge(assertion.to_string()), "honest");
    let elsewhere = Finding::NotHostedByIssuer(evil.to_owned());
    assert_finding(&world.judge(forged.to_string()), Check::Issuer, &elsewhere, "hosted elsewhere");
    // With parts in place that say otherwise than their own addresses.
    let mut in_place = forged.clone();
    in_place["badge"] = class.clone();
    in_place["badge"]["issuer"] = profile.clone();
    in_place["badge"]["issuer"]["verification"] = json!({"allowedOrigins": "evil.example"});
    world.host(&in_place);
    refused(&world.judge(in_place.to_string()), "a profile of the forger's writing");
    // An id that was changed after hosting: the other address does not say so.
    let mut changed = assertion.clone();
    changed["id"] = json!("https://old.example/assertions/2");
    refused(&world.judge(changed.to_string()), "another id");
    let mut other = assertion.clone();
    other["recipient"]["identity"] = json!("sha256$00");
    let differs = Finding::DiffersFromHosted { url: ASSERTION.to_owned() };
    assert_finding(&world.judge(other.to_string()), Check::HostedCopy, &differs, "another recipient");
    let mut more = assertion.clone();
    more["evidence"] = json!("https://evil.example/evidence");
    assert_finding(&world.judge(more.to_string()), Check::HostedCopy, &differs, "further evidence");
    world.redirect(CLASS, "https://evil.example/class");
    refused(&world.judge(assertion.to_string()), "a class from another origin");
}
