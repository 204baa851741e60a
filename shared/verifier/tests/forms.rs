//! Every form, suite and kind of issuer that is read: an honest badge is valid, and a changed one is not.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "../../openbadges/tests/sample/mod.rs"]
mod sample;
mod world;

use serde_json::{Value, json};
use verifier::report::{Check, Finding, Form, Reason, Verdict};

use crate::world::{
    World, assert_finding, assert_valid,
    documents::{
        BADGE, HOLDER, ISSUER, ISSUER_URL, LIST, badge, badge_with_status, did_document, hosted, itxt, list,
        old_badge, payload, png, stranger, zlib,
    },
    keys::Pair,
};

/// Valid as it is; with another name, the signature does not fit.
fn assert_signed(world: &World, signed: &Value, what: &str) {
    let report = world.judge(signed.to_string());
    assert_valid(&report, what);
    assert_eq!(report.claims.as_ref().unwrap().name, "Teamwork", "{what}");
    let mut changed = signed.clone();
    changed["credentialSubject"]["achievement"]["name"] = json!("Leadership");
    let report = world.judge(changed.to_string());
    let found = report.finding(Check::Signature);
    assert!(matches!(found, Finding::SignatureDoesNotFit { .. }), "{what}: {report:#?}");
    assert_eq!(report.verdict(), Verdict::NotValid, "{what}");
}

#[test]
fn our_own_badge_is_valid_with_its_list() {
    let mut world = World::default();
    world.json("https://badges.example/.well-known/did.json", &serde_json::to_value(sample::did()).unwrap());
    world.answer(sample::LIST, 200, "application/vc+ld+json", sample::sign(sample::list(&[7])).text());
    let badge = sample::sign(sample::credential());
    let report = world.judge_for(badge.text(), world::DAY, Some(" Hanako@Example.jp "));
    assert_valid(&report, "our own");
    assert_eq!(report.finding(Check::Recipient), &Finding::RecipientMatches);
    assert_eq!(
        report.finding(Check::Revocation),
        &Finding::NotRevoked { source: sample::LIST.to_owned(), index: Some(sample::INDEX.to_string()) }
    );
    // Keys and list, each once.
    assert_eq!(world.asked.lock().unwrap().len(), 2);

    world.answer(sample::LIST, 200, "", sample::sign(sample::list(&[sample::INDEX])).text());
    let revoked = Finding::Revoked { source: sample::LIST.to_owned(), reason: None };
    assert_finding(&world.judge(badge.text()), Check::Revocation, &revoked, "revoked");
}

#[test]
fn every_suite_is_valid_with_a_key_that_is_the_issuer() {
    for (pair, suite) in [
        (Pair::ed25519(1), "eddsa-rdfc-2022"),
        (Pair::ed25519(1), "eddsa-jcs-2022"),
        (Pair::p256(), "ecdsa-rdfc-2019"),
        (Pair::p256(), "ecdsa-jcs-2019"),
        (Pair::p384(), "ecdsa-rdfc-2019"),
        (Pair::p384(), "ecdsa-jcs-2019"),
        (Pair::ed25519(1), "Ed25519Signature2020"),
    ] {
        let did = pair.did_key();
        let method = format!("{did}#{}", pair.multibase());
        let world = World::default();
        assert_signed(&world, &pair.prove(&old_badge(&did), suite, &method), suite);
        if suite != "Ed25519Signature2020" {
            assert_signed(&world, &pair.prove(&badge(&did), suite, &method), suite);
        }
        assert!(world.asked.lock().unwrap().is_empty(), "a key needs no web");
    }
}

/// Several unnamed parts: their labels depend on the hash of the curve.
#[test]
fn several_unnamed_parts_are_labelled_with_the_hash_of_the_curve() {
    for pair in [Pair::p256(), Pair::p384()] {
        let did = pair.did_key();
        let mut badge = badge(&did);
        let identity = badge["credentialSubject"]["identifier"][0].clone();
        let more = (0..4).map(|salt| {
            let mut more = identity.clone();
            more["salt"] = json!(salt.to_string());
            more
        });
        badge["credentialSubject"]["identifier"] = more.collect();
        let method = format!("{did}#{}", pair.multibase());
        assert_signed(&World::default(), &pair.prove(&badge, "ecdsa-rdfc-2019", &method), "several");
    }
}

#[test]
fn every_kind_of_issuer_lists_its_keys() {
    let pair = Pair::ed25519(2);
    let profile = "https://school.example/issuers/1";
    let key_method = |id: &str, issuer: &str| pair.method(id, issuer);
    let jwk_method = |id: &str, issuer: &str| json!({"id": id, "type": "JsonWebKey2020", "controller": issuer, "publicKeyJwk": pair.jwk()});
    let base58 = bs58::encode(match &pair {
        Pair::Ed25519(key) => *key.public().as_bytes(),
        _ => unreachable!(),
    });
    let old_method = json!({
        "id": format!("{profile}#key-1"), "type": "Ed25519VerificationKey2018", "controller": profile,
        "publicKeyBase58": base58.into_string()
    });
    let path = "did:web:shared.example:users:7";
    for (issuer, url, document) in [
        (ISSUER, ISSUER_URL, stranger(&pair)),
        (path, "https://shared.example/users/7/did.json", did_document(path, &[key_method("#key-1", path)])),
        (
            "did:web:stranger.example%3A8443",
            "https://stranger.example:8443/.well-known/did.json",
            did_document(
                "did:web:stranger.example%3A8443",
                &[jwk_method("#key-1", "did:web:stranger.example%3A8443")],
            ),
        ),
        (profile, profile, did_document(profile, &[key_method(&format!("{profile}#key-1"), profile)])),
        (profile, profile, did_document(profile, std::slice::from_ref(&old_method))),
        (profile, profile, json!({"id": profile, "type": "Profile", "publicKey": old_method})),
        (
            profile,
            profile,
            json!({"id": profile, "assertionMethod": [jwk_method(&format!("{profile}#key-1"), profile)]}),
        ),
    ] {
        let mut world = World::default();
        world.json(url, &document);
        let signed = pair.prove(&badge(issuer), "eddsa-jcs-2022", &format!("{issuer}#key-1"));
        assert_signed(&world, &signed, issuer);
        let source = url.to_owned();
        let listed = Finding::KeyListed { issuer: issuer.to_owned(), source };
        assert_eq!(world.judge(signed.to_string()).finding(Check::Issuer), &listed);
    }
    let jwk =
        base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, pair.jwk().to_string());
    let did = format!("did:jwk:{jwk}");
    let signed = pair.prove(&badge(&did), "eddsa-rdfc-2022", &format!("{did}#0"));
    assert_signed(&World::default(), &signed, "did:jwk");
}

#[test]
fn every_algorithm_of_tokens_is_valid_in_both_ways_of_claims() {
    for pair in [Pair::ed25519(3), Pair::p256(), Pair::p384(), Pair::rsa()] {
        let mut world = World::default();
        world.json(ISSUER_URL, &stranger(&pair));
        let badge = badge(ISSUER);
        let mut wrapped = payload(&badge);
        let members = wrapped.as_object_mut().unwrap();
        members.retain(|name, _| matches!(name.as_str(), "iss" | "jti" | "sub" | "nbf" | "exp"));
        let mut bare = badge.clone();
        bare.as_object_mut().unwrap().retain(|name, _| !name.starts_with("valid"));
        members.insert("vc".to_owned(), bare);
        for payload in [payload(&badge), badge.clone(), wrapped] {
            for kid in [
                json!({"kid": format!("{ISSUER}#key-1")}),
                json!({"kid": "#key-1"}),
                json!({"kid": "key-1"}),
                json!({}),
            ] {
                let token = pair.token(&kid, &payload);
                let report = world.judge(&token);
                assert_valid(&report, &format!("{kid} {payload}"));
                assert_eq!(report.finding(Check::Form), &Finding::Badge(Form::Jwt));
                assert_eq!(report.claims.unwrap().id.as_deref(), Some(BADGE));
            }
        }
    }
}

#[test]
fn every_kind_of_list_is_read() {
    let pair = Pair::ed25519(4);
    let method = format!("{ISSUER}#key-1");
    let mut world = World::default();
    world.json(ISSUER_URL, &stranger(&pair));
    for purpose in ["revocation", "suspension"] {
        let signed = pair.prove(&badge_with_status(ISSUER, 100, purpose), "eddsa-rdfc-2022", &method);
        for (marked, suite) in [(101, "eddsa-rdfc-2022"), (101, "eddsa-jcs-2022"), (100, "eddsa-rdfc-2022")] {
            world.host(&pair.prove(&list(ISSUER, purpose, &[marked]), suite, &method));
            let report = world.judge(signed.to_string());
            let expected = match (marked, purpose) {
                (100, "revocation") => Finding::Revoked { source: LIST.to_owned(), reason: None },
                (100, _) => Finding::Suspended { source: LIST.to_owned() },
                _ => Finding::NotRevoked { source: LIST.to_owned(), index: Some("100".to_owned()) },
            };
            assert_eq!(report.finding(Check::Revocation), &expected, "{report:#?}");
            assert_eq!(report.verdict(), if marked == 100 { Verdict::NotValid } else { Verdict::Valid });
        }
        let token = pair.token(&json!({"kid": method}), &list(ISSUER, purpose, &[]));
        world.answer(LIST, 200, "application/vc+jwt", token);
        assert_valid(&world.judge(signed.to_string()), "a list that is a token");
    }
    // The draft of 2021 is not in a context that is inside: only where nothing is read as linked data.
    let mut old = badge_with_status(ISSUER, 100, "revocation");
    old["credentialStatus"]["type"] = json!("StatusList2021Entry");
    let mut list = list(ISSUER, "revocation", &[]);
    list["type"][1] = json!("StatusList2021Credential");
    list["credentialSubject"]["type"] = json!("StatusList2021");
    let bits = list["credentialSubject"]["encodedList"].as_str().unwrap()[1..].to_owned();
    list["credentialSubject"]["encodedList"] = json!(bits);
    world.host(&pair.prove(&list, "eddsa-jcs-2022", &method));
    assert_valid(&world.judge(pair.prove(&old, "eddsa-jcs-2022", &method).to_string()), "2021");
}

#[test]
fn a_list_of_names_counts_on_the_issuers_own_host() {
    let pair = Pair::ed25519(5);
    let url = "https://stranger.example/revoked";
    let mut badge = badge(ISSUER);
    badge["@context"]
        .as_array_mut()
        .unwrap()
        .push(json!("https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"));
    badge["credentialStatus"] = json!({"id": url, "type": "1EdTechRevocationList"});
    let signed = pair.prove(&badge, "eddsa-rdfc-2022", &format!("{ISSUER}#key-1")).to_string();
    let mut world = World::default();
    world.json(ISSUER_URL, &stranger(&pair));
    let other = json!({"id": "https://stranger.example/badges/2"});
    let forgiven = json!({"id": BADGE, "revoked": false});
    world.json(url, &json!({"id": url, "issuer": ISSUER, "revokedCredential": [other, forgiven]}));
    assert_valid(&world.judge(&signed), "not in the list");
    let this = json!({"id": BADGE, "revoked": true, "revocationReason": "Issued by mistake"});
    world.json(url, &json!({"id": url, "issuer": ISSUER, "revokedCredential": [other, this]}));
    let reason = Some(Reason::of("Issued by mistake"));
    let revoked = Finding::Revoked { source: url.to_owned(), reason };
    assert_finding(&world.judge(&signed), Check::Revocation, &revoked, "in the list");
}

#[test]
fn pictures_carry_every_kind_of_content() {
    let pair = Pair::ed25519(6);
    let did = pair.did_key();
    let method = format!("{did}#{}", pair.multibase());
    let json = pair.prove(&badge(&did), "eddsa-jcs-2022", &method).to_string();
    let token = pair.token(&json!({"kid": method}), &payload(&badge(&did)));
    let world = World::default();
    for content in [&json, &token] {
        let compressed =
            [b"openbadgecredential\0\x01\0ja\0\0".as_slice(), &zlib(content.as_bytes())].concat();
        let old = [b"openbadges\0\0".as_slice(), &zlib(content.as_bytes())].concat();
        let plain = [b"openbadges\0".as_slice(), content.as_bytes()].concat();
        for chunk in
            [itxt("openbadgecredential", content), (*b"iTXt", compressed), (*b"zTXt", old), (*b"tEXt", plain)]
        {
            assert_valid(&world.judge(png(&[(*b"tEXt", b"Comment\0x".to_vec()), chunk])), "PNG");
        }
    }
    // Of both versions in one picture, the signed one counts.
    let both =
        png(&[itxt("openbadges", "https://old.example/assertions/1"), itxt("openbadgecredential", &json)]);
    assert_valid(&world.judge(both), "both");
    let svg = |inner: &str| {
        format!(
            "<?xml version=\"1.0\"?>\n<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"x.dtd\">\n\
             <svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:openbadges=\"https://purl.imsglobal.org/ob/v3p0\">\
             {inner}<path d=\"M0 0\"/></svg>"
        )
    };
    assert_valid(
        &world.judge(svg(&format!("<openbadges:credential><![CDATA[\n{json}]]></openbadges:credential>"))),
        "CDATA",
    );
    assert_valid(&world.judge(svg(&format!("<openbadges:credential verify=\"{token}\"/>"))), "attribute");
    let with_title =
        format!("<openbadges:credential verify=\"{token}\"><title>x</title></openbadges:credential>");
    assert_valid(&world.judge(svg(&with_title)), "attribute with content");
    assert_valid(&world.judge(format!("\u{feff} {json}\n")), "a byte order mark and spaces");
}

#[test]
fn a_hosted_badge_is_valid_where_it_is_hosted() {
    let [assertion, class, profile] = hosted();
    let mut world = World::default();
    for document in [&assertion, &class, &profile] {
        world.host(document);
    }
    let id = assertion["id"].as_str().unwrap();
    let report = world.judge_for(assertion.to_string(), world::DAY, Some(HOLDER));
    assert_valid(&report, "hosted");
    assert_eq!(report.finding(Check::Recipient), &Finding::RecipientMatches);
    assert_eq!(report.claims.unwrap().name, "Old badge");
    assert_valid(&world.judge_address(id).unwrap(), "by address");
    assert_valid(&world.judge(png(&[itxt("openbadges", id)])), "baked as an address");
    // With the parts in place, which old bakers did.
    let mut whole = assertion.clone();
    whole["badge"] = class.clone();
    whole["badge"]["issuer"] = profile.clone();
    assert_valid(&world.judge(whole.to_string()), "in one piece");
    let prefix = "https://old.example/assertions/";
    let mut allowing = profile.clone();
    allowing["verification"] = json!({"startsWith": [prefix], "allowedOrigins": "old.example"});
    world.host(&allowing);
    assert_valid(&world.judge(assertion.to_string()), "in scope");
}

#[test]
fn a_page_that_names_its_badge_is_followed_once() {
    let pair = Pair::ed25519(7);
    let did = pair.did_key();
    let signed = pair.prove(&badge(&did), "eddsa-jcs-2022", &format!("{did}#{}", pair.multibase()));
    let mut world = World::default();
    let page = "https://stranger.example/b/1";
    let html = "<!doctype html><html><head><link rel=stylesheet href=x.css>\
                <LINK Rel='alternate' type=\"application/vc+ld+json\" href=\"../badges/1\"/></head></html>";
    world.answer(page, 200, "text/html", html);
    world.json(BADGE, &signed);
    assert_valid(&world.judge_address(page).unwrap(), "a page");
    assert_valid(&world.judge_address(BADGE).unwrap(), "JSON");
    world.answer(page, 200, "text/html", "<html><p>Nothing here.</p></html>");
    assert!(world.judge_address(page).is_err());
    world.answer(page, 404, "text/html", html);
    assert!(world.judge_address(page).is_err());
}
