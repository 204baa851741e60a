//! Is it a badge, with nothing unsigned in it?

use serde_json::{Value, json};
use verifier::report::{Check, Finding};

use crate::{
    Stranger, with, without,
    world::{
        self,
        documents::{itxt, png},
    },
};

pub(crate) fn form(stranger: &mut Stranger, plain: &Value) {
    let not_a_badge = |path: &str| Finding::NotABadge(path.to_owned());
    for file in ["", "x", "{", "[1]", "a.b.c", "{\"a\":1,\"a\":2}", "<p>", "\u{89}PNG", "{}{}"] {
        stranger.expect_file(file, Check::Form, &Finding::NotReadable);
    }
    stranger.expect_file("[".repeat(100), Check::Form, &Finding::NotReadable);
    stranger.expect_file(format!("{{\"a\":{}", "[".repeat(100)), Check::Form, &Finding::NotReadable);
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(64), "]".repeat(64));
    stranger.expect_file(deep, Check::Form, &Finding::NotReadable);
    stranger.expect_file(&png(&[])[..40], Check::Form, &Finding::NotReadable);
    stranger.expect_file(format!("{{{}}}", " ".repeat(256 * 1024)), Check::Form, &Finding::TooLong);
    let long = png(&[(*b"teSt", vec![0; 8 << 20])]);
    stranger.expect_file(long, Check::Form, &Finding::TooLong);
    stranger.expect_file(png(&[]), Check::Form, &Finding::NoBadgeInPicture);
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";
    stranger.expect_file(svg, Check::Form, &Finding::NoBadgeInPicture);
    let two = png(&[itxt("openbadgecredential", "{}"), itxt("openbadgecredential", "{}")]);
    stranger.expect_file(two, Check::Form, &Finding::NotReadable);
    let bomb =
        [b"openbadgecredential\0\x01\0\0\0".as_slice(), &world::documents::zlib(&vec![b' '; 64 << 20])]
            .concat();
    stranger.expect_file(png(&[(*b"iTXt", bomb)]), Check::Form, &Finding::TooLong);
    for entities in [
        "<!DOCTYPE svg [<!ENTITY a \"x\">]><svg><openbadges:credential verify=\"x\"/></svg>",
        "<svg><openbadges:credential>&a;</openbadges:credential></svg>",
        "<svg><openbadges:credential><a/></openbadges:credential></svg>",
        "<svg><openbadges:credential verify=\"x\"/><openbadges:credential verify=\"x\"/></svg>",
        "<svg><openbadges:credential>",
    ] {
        stranger.expect_file(entities, Check::Form, &Finding::NotReadable);
    }
    stranger.expect_file("{}", Check::Form, &not_a_badge("@context"));
    for (pointer, path) in [
        ("/id", "id"),
        ("/type/1", "type"),
        ("/issuer/id", "issuer.id"),
        ("/issuer/type", "issuer.type"),
        ("/validFrom", "validFrom"),
        ("/credentialSubject/type", "credentialSubject.type"),
        ("/credentialSubject/achievement", "credentialSubject.achievement"),
        ("/credentialSubject/achievement/id", "credentialSubject.achievement.id"),
        ("/credentialSubject/achievement/type", "credentialSubject.achievement.type"),
        ("/credentialSubject/achievement/name", "credentialSubject.achievement.name"),
        ("/credentialSubject/achievement/description", "credentialSubject.achievement.description"),
        ("/credentialSubject/achievement/criteria", "credentialSubject.achievement.criteria"),
    ] {
        let badge = match pointer {
            "/type/1" => with(plain.clone(), "/type", json!(["VerifiableCredential"])),
            _ => without(plain.clone(), pointer),
        };
        let file = stranger.sign(&badge);
        stranger.expect_file(file, Check::Form, &not_a_badge(path));
    }
    let nobody = without(without(plain.clone(), "/credentialSubject/id"), "/credentialSubject/identifier");
    let file = stranger.sign(&nobody);
    stranger.expect_file(file, Check::Form, &not_a_badge("credentialSubject.id"));
    let file = stranger.sign(&with(plain.clone(), "/validUntil", json!("2027-10-01T00:00:00")));
    stranger.expect_file(file, Check::Form, &not_a_badge("validUntil"));
    // Nobody signed what no context defines.
    let unsigned = with(stranger.sign_linked(plain), "/honours", json!("summa cum laude"));
    let report = stranger.world.judge(unsigned.to_string());
    stranger.see(&report);
    assert!(
        matches!(report.finding(Check::Form), Finding::Unsigned(name) if name.contains("honours")),
        "{report:#?}"
    );
    let unsigned = with(stranger.sign_linked(plain), "/proof/0/honours", json!("x"));
    let report = stranger.world.judge(unsigned.to_string());
    assert!(
        matches!(report.finding(Check::Form), Finding::Unsigned(name) if name.contains("honours")),
        "{report:#?}"
    );
    let unknown = "https://stranger.example/context";
    let contexts = json!([plain["@context"][0], plain["@context"][1], unknown]);
    let signed = with(stranger.sign_linked(plain), "/@context", contexts);
    stranger.expect_file(signed.to_string(), Check::Form, &Finding::UnknownForm(unknown.to_owned()));
    // Unnamed parts that all look the same.
    let mut poison = stranger.sign_linked(plain);
    poison["credentialSubject"]["identifier"] =
        (0..600).map(|number| json!({"type": "IdentityObject", "salt": number.to_string()})).collect();
    stranger.expect_file(poison.to_string(), Check::Form, &Finding::TooComplex);
}
