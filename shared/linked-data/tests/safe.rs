//! Nothing is dropped: whatever no context defines is named in the error, at each place where it can stand.

mod documents;

use documents::{at, badge};
use linked_data::{Limits, LinkedDataError, canonicalise, knows_context};
use serde_json::{Value, json};

fn refusal(document: &Value) -> Option<LinkedDataError> {
    canonicalise(document, &Limits::default()).err()
}

#[test]
fn an_undefined_member_anywhere() {
    assert_eq!(refusal(&badge()), None);
    for (place, path) in [
        ("", ""),
        ("/issuer", "issuer."),
        ("/issuer/address", "issuer.address."),
        ("/issuer/address/geo", "issuer.address.geo."),
        ("/credentialSubject", "credentialSubject."),
        ("/credentialSubject/identifier/0", "credentialSubject.identifier."),
        ("/credentialSubject/result/0", "credentialSubject.result."),
        ("/credentialSubject/achievement", "credentialSubject.achievement."),
        ("/credentialSubject/achievement/criteria", "credentialSubject.achievement.criteria."),
        ("/credentialSubject/achievement/image", "credentialSubject.achievement.image."),
        ("/credentialSubject/achievement/alignment/0", "credentialSubject.achievement.alignment."),
        (
            "/credentialSubject/achievement/resultDescription/0",
            "credentialSubject.achievement.resultDescription.",
        ),
        ("/evidence/1", "evidence."),
        ("/credentialSchema/0", "credentialSchema."),
        ("/proof/0", "proof."),
    ] {
        for value in [json!("x"), json!(1), json!(true), json!([]), json!({}), Value::Null] {
            let mut document = badge();
            at(&mut document, place)["unheardOf"] = value;
            assert_eq!(refusal(&document), Some(LinkedDataError::Undefined(format!("{path}unheardOf"))));
        }
    }
}

/// A term of one type means nothing in another.
#[test]
fn a_term_out_of_its_place() {
    for (place, member) in [
        ("", "achievement"),
        ("/evidence/1", "targetName"),
        ("/credentialSubject/achievement", "salt"),
        ("/proof/0", "salt"),
        ("/credentialSubject/achievement/alignment/0", "proofValue"),
    ] {
        let mut document = badge();
        at(&mut document, place)[member] = json!("x");
        assert!(matches!(refusal(&document), Some(LinkedDataError::Undefined(_))), "{member} in {place:?}");
    }
}

#[test]
fn names_that_are_no_iris() {
    for (place, value, error) in [
        ("/id", json!("badge"), "id: badge"),
        ("/id", json!("@badge"), "id: @badge"),
        ("/id", json!("https://college.example/a b"), "id: https://college.example/a b"),
        ("/type/1", json!("Diploma"), "type: Diploma"),
        ("/issuer/type", json!(["Profile", "College"]), "issuer.type: College"),
        ("/issuer/url", json!({"@value": null}), "issuer.url: a value that is null"),
        (
            "/credentialSubject/achievement/alignment/0/type",
            json!(["Alignment", "Straight"]),
            "credentialSubject.achievement.alignment.type: Straight",
        ),
        ("/proof/0/proofPurpose", json!("decoration"), "proof.proofPurpose: decoration"),
        ("/proof/0/verificationMethod", json!("#key-1"), "proof.verificationMethod: #key-1"),
        ("/proof/0", json!("urn:proof"), "proof: a graph that says nothing"),
        ("/evidence/1", json!({"@language": "en"}), "evidence: @language without @value"),
    ] {
        let mut document = badge();
        *at(&mut document, place) = value;
        assert_eq!(refusal(&document), Some(LinkedDataError::Undefined(error.to_owned())), "{place}");
    }
}

#[test]
fn what_says_nothing() {
    for document in
        [json!({}), json!([{}]), json!({"@id": "urn:a"}), json!({"@graph": [{"@id": "urn:a"}]}), json!(["x"])]
    {
        assert!(matches!(refusal(&document), Some(LinkedDataError::Undefined(_))), "{document}");
    }
    for document in [json!("x"), json!(null), json!(1)] {
        assert!(matches!(refusal(&document), Some(LinkedDataError::Malformed(_))), "{document}");
    }
    // Null is how JSON says that a member is absent; a name for nothing stays a name.
    let mut document = badge();
    document["name"] = Value::Null;
    assert_eq!(refusal(&document), None);
}

#[test]
fn contexts_that_are_not_inside() {
    assert!(knows_context(documents::OPEN_BADGES));
    for address in [
        "https://www.w3.org/ns/credentials/examples/v2",
        "https://www.w3.org/ns/credentials/v2#",
        "",
        "context.json",
    ] {
        assert!(!knows_context(address));
        for place in ["/@context/2", "/credentialSubject/@context", "/evidence/0/@context"] {
            let mut document = badge();
            let (parent, member) = place.rsplit_once('/').unwrap();
            match at(&mut document, parent) {
                Value::Array(contexts) => contexts[2] = json!(address),
                node => node[member] = json!(address),
            }
            assert_eq!(
                refusal(&document),
                Some(LinkedDataError::UnknownContext(address.to_owned())),
                "{place}"
            );
        }
    }
}

#[test]
fn protected_terms_stay_as_they_are() {
    for (context, code) in [
        (json!({"name": "https://other.example/name"}), "protected term redefinition"),
        (json!({"VerifiableCredential": null}), "protected term redefinition"),
        (json!({"VerifiableCredential": "https://other.example/"}), "protected term redefinition"),
        (Value::Null, "invalid context nullification"),
        (json!({"@version": 1.0}), "invalid @version value"),
        (json!({"@id": "https://other.example/"}), "keyword redefinition"),
        (json!({"a": {"@id": "urn:a", "@context": {"": "urn:b"}}}), "invalid term definition"),
        (json!({"a": "b:c", "b": "a:c"}), "cyclic IRI mapping"),
        (json!(1), "invalid local context"),
    ] {
        let mut document = badge();
        document["@context"].as_array_mut().unwrap().push(context);
        assert_eq!(refusal(&document), Some(LinkedDataError::Malformed(code.to_owned())), "{document}");
    }
}
