//! What people see, byte for byte. `UPDATE_GOLDEN=1 cargo test -p shomei-pages` rewrites the files.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod samples;

use std::fs;
use std::path::Path;

use samples::{mails, ordinary, pages, people};
use shomei_pages::Language;
use shomei_pages::mail::MailHost;
use shomei_pages::office::Situation;

const BOTH: [Language; 2] = [Language::Japanese, Language::English];

#[test]
fn every_page_reads_as_agreed_in_both_languages() {
    let words = ordinary();
    let mut differing = Vec::new();
    for (name, _, page) in pages(&words) {
        for language in BOTH {
            let file = format!("{name}.{}.html", language.tag());
            compare(&file, &page(language).unwrap(), &mut differing);
        }
    }
    assert!(differing.is_empty(), "differ from tests/golden: {differing:?}");
}

#[test]
fn every_mail_reads_as_agreed() {
    let words = ordinary();
    let mut differing = Vec::new();
    for (name, _, content) in mails(&words) {
        let content = content.unwrap();
        let text = format!("Subject: {}\n\n{}", content.subject, content.text);
        compare(&format!("mail_{name}.txt"), &text, &mut differing);
        compare(&format!("mail_{name}.html"), &content.html, &mut differing);
    }
    assert!(differing.is_empty(), "differ from tests/golden: {differing:?}");
}

/// Every situation, and every keeper of mails: that the two do not touch each other is a law beside this.
fn replies() -> Vec<(String, String)> {
    let words = ordinary();
    let both = |situation: Situation, host: MailHost| {
        let reply = people::reply(&words, situation, host);
        BOTH.map(|language| reply.text(language).unwrap()).join("\n――――――――\n\n")
    };
    let docomo = |(name, situation): (&str, Situation)| {
        (format!("reply_{name}.txt"), both(situation, MailHost::Docomo))
    };
    let resent =
        |(name, host): (&str, MailHost)| (format!("reply_to_{name}.txt"), both(Situation::Resent, host));
    people::situations().into_iter().map(docomo).chain(people::HOSTS.into_iter().map(resent)).collect()
}

#[test]
fn every_reply_reads_as_agreed() {
    let mut differing = Vec::new();
    for (file, text) in replies() {
        compare(&file, &text, &mut differing);
    }
    assert!(differing.is_empty(), "differ from tests/golden: {differing:?}");
}

#[test]
fn no_golden_file_is_left_over() {
    let words = ordinary();
    let named = |name: String| BOTH.map(|language| format!("{name}.{}.html", language.tag()));
    let mut expected: Vec<String> = pages(&words).into_iter().flat_map(|(name, ..)| named(name)).collect();
    for (name, ..) in mails(&words) {
        expected.extend([format!("mail_{name}.txt"), format!("mail_{name}.html")]);
    }
    expected.extend(replies().into_iter().map(|(file, _)| file));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut found: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
}

/// The hashes of the stylesheet, of the scripts and of the icon are left out, so that a change of colour does not touch every file.
fn compare(file: &str, rendered: &str, differing: &mut Vec<String>) {
    let rendered = rendered
        .replace(shomei_pages::STYLESHEET_PATH, "/assets/style.css")
        .replace(shomei_pages::SCRIPT_PATH, "/assets/copy.js")
        .replace(shomei_pages::VERIFY_SCRIPT_PATH, "/assets/verify.js")
        .replace(shomei_pages::UPLOAD_SCRIPT_PATH, "/assets/upload.js")
        .replace(shomei_pages::ICON_PATH, "/assets/icon.svg");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(file);
    if updating() {
        fs::write(&path, &rendered).unwrap();
    }
    if fs::read_to_string(&path).ok().as_deref() != Some(rendered.as_str()) {
        differing.push(file.to_owned());
    }
}

#[expect(clippy::disallowed_methods, reason = "a switch for the developer, read in this test only")]
fn updating() -> bool {
    std::env::var_os("UPDATE_GOLDEN").is_some()
}
