//! Events of Stripe, as they arrive. The files in `events/` are written by hand in the shape that Stripe documents.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use jiff::{Timestamp, ToSpan};
use payments::stripe::{
    Amount, Checkout, Dispute, EventError, Refund, SecretsError, SignatureError, Subject, TOLERANCE_SECONDS,
    WebhookSecrets, event,
};
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

const SECONDS: i64 = 1_790_000_000;
const BODY: &[u8] =
    br#"{"id":"evt_1","object":"event","created":1790000000,"type":"ping","data":{"object":{}}}"#;

/// Of `1790000000.` and [`BODY`], computed by another program (Python's `hmac`).
const BY_ONE: &str = "0f8de4932e47a9fdd411b9dd2dde1fd86f12753c623257b9fa7d3ddd85f7eb5c";
const BY_TWO: &str = "8f0b5b9d05ab6627584d642b7a624bf65deb2811725a01af413d5280d224c93f";

fn now() -> Timestamp {
    Timestamp::from_second(SECONDS).unwrap()
}

fn secrets(text: &str) -> WebhookSecrets {
    WebhookSecrets::parse(text).unwrap()
}

fn header(signature: &str) -> String {
    format!("t={SECONDS},v1={signature}")
}

#[test]
fn a_right_signature_is_accepted() {
    assert_eq!(secrets("whsec_one").verify(&header(BY_ONE), BODY, now()), Ok(()));
    // While secrets change, on either side.
    assert_eq!(secrets("whsec_two, whsec_one").verify(&header(BY_ONE), BODY, now()), Ok(()));
    let both = format!("t={SECONDS},v1={BY_TWO},v1={BY_ONE}");
    assert_eq!(secrets("whsec_one").verify(&both, BODY, now()), Ok(()));
    let with_others = format!("t={SECONDS},v0=whatever,v1={BY_ONE},v2={BY_TWO}");
    assert_eq!(secrets("whsec_one").verify(&with_others, BODY, now()), Ok(()));
}

#[test]
fn a_weaker_scheme_is_no_proof() {
    let test_scheme = format!("t={SECONDS},v0={BY_ONE}");
    assert_eq!(secrets("whsec_one").verify(&test_scheme, BODY, now()), Err(SignatureError::Malformed));
}

#[test]
fn any_changed_byte_is_refused() {
    let right = header(BY_ONE);
    for place in 0..BODY.len() {
        for bit in 0..8 {
            let mut body = BODY.to_vec();
            body[place] ^= 1 << bit;
            assert_eq!(secrets("whsec_one").verify(&right, &body, now()), Err(SignatureError::Wrong));
        }
    }
    for place in 0..right.len() {
        for byte in (0..128_u8).filter(|byte| *byte != right.as_bytes()[place]) {
            let mut changed = right.clone().into_bytes();
            changed[place] = byte;
            let changed = String::from_utf8(changed).unwrap();
            assert!(secrets("whsec_one").verify(&changed, BODY, now()).is_err(), "{changed}");
        }
    }
    for place in 6.."whsec_one".len() {
        for byte in (b'!'..=b'~').filter(|byte| *byte != b"whsec_one"[place] && *byte != b',') {
            let mut secret = b"whsec_one".to_vec();
            secret[place] = byte;
            let secret = String::from_utf8(secret).unwrap();
            assert_eq!(secrets(&secret).verify(&right, BODY, now()), Err(SignatureError::Wrong));
        }
    }
}

#[test]
fn five_minutes_are_tolerated_either_way() {
    let tolerance = i64::try_from(TOLERANCE_SECONDS).unwrap();
    for (seconds, answer) in [
        (-tolerance - 1, Err(SignatureError::Stale)),
        (-tolerance, Ok(())),
        (tolerance, Ok(())),
        (tolerance + 1, Err(SignatureError::Stale)),
    ] {
        let now = now() + seconds.seconds();
        assert_eq!(secrets("whsec_one").verify(&header(BY_ONE), BODY, now), answer);
    }
    // Of what is unsigned nothing is said but that.
    let old = format!("t=1,v1={BY_ONE}");
    assert_eq!(secrets("whsec_one").verify(&old, BODY, now()), Err(SignatureError::Wrong));
}

#[test]
fn a_header_of_another_form_is_malformed() {
    let many = format!("t={SECONDS}{}", format!(",v1={BY_ONE}").repeat(17));
    let long = format!("t={SECONDS},v1={BY_ONE},v0={}", "a".repeat(2048));
    let upper = BY_ONE.to_uppercase();
    for header in [
        String::new(),
        "t".to_owned(),
        format!("t={SECONDS}"),
        format!("v1={BY_ONE}"),
        format!("t=,v1={BY_ONE}"),
        format!("t=-5,v1={BY_ONE}"),
        format!("t=179000000000,v1={BY_ONE}"),
        format!("t={SECONDS},t={SECONDS},v1={BY_ONE}"),
        format!("t={SECONDS};v1={BY_ONE}"),
        format!("t={SECONDS}, v1={BY_ONE}"),
        format!("t={SECONDS},v1={upper}"),
        format!("t={SECONDS},v1={BY_ONE}00"),
        format!("t={SECONDS},v1="),
        many,
        long,
    ] {
        assert_eq!(
            secrets("whsec_one").verify(&header, BODY, now()),
            Err(SignatureError::Malformed),
            "{header}"
        );
    }
}

#[test]
fn secrets_are_counted_and_never_shown() {
    assert_eq!(WebhookSecrets::parse(" ").unwrap_err(), SecretsError::Count);
    assert_eq!(WebhookSecrets::parse(&["whsec_a"; 9].join(",")).unwrap_err(), SecretsError::Count);
    assert!(WebhookSecrets::parse(&["whsec_a"; 8].join(",")).is_ok());
    for text in
        ["whsec_", "whsec_a,", "sk_live_a", "whsec_a b", "whsec_ä", &format!("whsec_{}", "a".repeat(250))]
    {
        assert_eq!(WebhookSecrets::parse(text).unwrap_err(), SecretsError::Form, "{text}");
    }
    assert!(!format!("{:?}", secrets("whsec_one")).contains("one"));
}

fn golden(name: &str) -> Value {
    let file = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/events").join(name);
    serde_json::from_slice(&std::fs::read(file.with_extension("json")).unwrap()).unwrap()
}

fn subject(value: &Value) -> Result<Subject, EventError> {
    event(value.to_string().as_bytes()).map(|event| event.subject)
}

fn yen(minor_units: u64) -> Amount {
    Amount { minor_units, currency: "jpy".to_owned() }
}

fn checkout() -> Checkout {
    Checkout {
        session: "cs_test_a1Qx7Vh2mN4pR8sT0uW6yZ".to_owned(),
        client_reference_id: Some("12345678".to_owned()),
        payment_intent: Some("pi_3Qx7Vh2mN4pR8sT0".to_owned()),
        amount: yen(12_000),
    }
}

fn dispute(won: Option<bool>) -> Dispute {
    Dispute {
        id: "du_1Qx7Vh2mN4pR8sT0".to_owned(),
        payment_intent: Some("pi_3Qx7Vh2mN4pR8sT0".to_owned()),
        amount: yen(12_000),
        won,
    }
}

#[test]
fn documented_events_are_read() {
    let refund = Refund {
        charge: "ch_3Qx7Vh2mN4pR8sT0".to_owned(),
        payment_intent: Some("pi_3Qx7Vh2mN4pR8sT0".to_owned()),
        charged: yen(12_000),
        refunded: yen(2_000),
    };
    for (name, expected) in [
        ("checkout-paid", Subject::CheckoutPaid(checkout())),
        ("checkout-pending", Subject::CheckoutPending(checkout())),
        ("checkout-succeeded", Subject::CheckoutPaid(checkout())),
        ("checkout-failed", Subject::CheckoutFailed(checkout())),
        ("charge-refunded", Subject::Refunded(refund)),
        ("dispute-created", Subject::DisputeOpened(dispute(None))),
        ("dispute-closed", Subject::DisputeClosed(dispute(Some(true)))),
    ] {
        assert_eq!(subject(&golden(name)), Ok(expected), "{name}");
    }
    let read = event(golden("checkout-paid").to_string().as_bytes()).unwrap();
    assert_eq!((read.id.as_str(), read.created), ("evt_1QxPaid", now()));
    assert!(!format!("{read:?}").contains("hanako"));
}

#[test]
fn the_outcome_of_a_dispute_is_whether_the_money_is_kept() {
    for (status, won) in [
        ("won", true),
        ("warning_closed", true),
        ("lost", false),
        ("prevented", false),
        ("charge_refunded", false),
    ] {
        let mut closed = golden("dispute-closed");
        closed["data"]["object"]["status"] = json!(status);
        assert_eq!(subject(&closed), Ok(Subject::DisputeClosed(dispute(Some(won)))));
    }
    let mut closed = golden("dispute-closed");
    closed["data"]["object"]["status"] = json!("under_review");
    assert_eq!(subject(&closed), Err(EventError::Field("data.object.status")));
}

#[test]
fn what_is_no_payment_is_other() {
    assert_eq!(event(BODY).unwrap().subject, Subject::Other);
    let mut free = golden("checkout-paid");
    free["data"]["object"]["payment_status"] = json!("no_payment_required");
    free["data"]["object"]["amount_total"] = Value::Null;
    assert_eq!(subject(&free), Ok(Subject::Other));
}

#[test]
fn success_must_be_paid() {
    let mut event = golden("checkout-succeeded");
    event["data"]["object"]["payment_status"] = json!("unpaid");
    assert_eq!(subject(&event), Err(EventError::Field("data.object.payment_status")));
}

#[test]
fn what_may_be_missing_may_be_missing() {
    let mut event = golden("checkout-paid");
    event["data"]["object"]["client_reference_id"] = Value::Null;
    event["data"]["object"].as_object_mut().unwrap().remove("payment_intent");
    let expected = Checkout { client_reference_id: None, payment_intent: None, ..checkout() };
    assert_eq!(subject(&event), Ok(Subject::CheckoutPaid(expected)));
}

#[test]
fn another_shape_is_refused_by_its_field_and_without_content() {
    for (name, path, value) in [
        ("checkout-paid", "/id", json!("evt 1")),
        ("checkout-paid", "/id", json!("a".repeat(256))),
        ("checkout-paid", "/object", json!("v2.core.event")),
        ("checkout-paid", "/created", json!("1790000000")),
        ("checkout-paid", "/created", json!(u64::MAX)),
        ("checkout-paid", "/type", json!(5)),
        ("checkout-paid", "/data/object/object", json!("charge")),
        ("checkout-paid", "/data/object/id", json!("cs_花子")),
        ("checkout-paid", "/data/object/client_reference_id", json!("花子")),
        ("checkout-paid", "/data/object/client_reference_id", json!("a".repeat(256))),
        ("checkout-paid", "/data/object/payment_intent", json!({"id": "pi_1"})),
        ("checkout-paid", "/data/object/payment_status", json!("花子")),
        ("checkout-paid", "/data/object/amount_total", json!(-1)),
        ("checkout-paid", "/data/object/amount_total", json!(0.5)),
        ("checkout-paid", "/data/object/amount_total", Value::Null),
        ("checkout-paid", "/data/object/currency", json!("JPY")),
        ("checkout-paid", "/data/object", json!("花子")),
        ("charge-refunded", "/data/object/amount_refunded", json!(12_001)),
        ("dispute-created", "/data/object/amount", json!([12_000])),
    ] {
        let mut event = golden(name);
        *event.pointer_mut(path).unwrap() = value;
        let error = subject(&event).unwrap_err();
        let field = path.trim_start_matches('/').replace('/', ".");
        assert!(matches!(error, EventError::Field(named) if named == field), "{field}: {error:?}");
        assert!(!error.to_string().contains("花子"));
    }
    for body in ["", "[]", "5", "{", r#"{"id":"evt_1","id":"evt_2"}"#] {
        assert_eq!(event(body.as_bytes()), Err(EventError::NotJson), "{body}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_answered(body in vec(any::<u8>(), 0..300), header in ".{0,100}") {
        let _ = event(&body);
        prop_assert!(secrets("whsec_one").verify(&header, &body, now()).is_err());
    }

    #[test]
    fn any_changed_event_is_answered(place in 0_usize..2000, byte in any::<u8>()) {
        for name in ["checkout-paid", "charge-refunded", "dispute-closed"] {
            let mut body = golden(name).to_string().into_bytes();
            let place = place % body.len();
            body[place] = byte;
            let _ = event(&body);
        }
    }
}
