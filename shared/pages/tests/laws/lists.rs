//! Pages of the office that are as long as a list.

use shomei_core::intake::WarningCode;
use shomei_pages::office::{CANDIDATES, UPLOAD_ROWS};

use crate::samples::office::{candidates, uploads};
use crate::samples::{Words, ordinary};
use crate::{BOTH, documents, say};

/// Names and addresses as long as they come.
fn long() -> Words {
    Words { address: format!("{}@example.co.jp", "hanako.yamada".repeat(4)), ..ordinary() }
}

#[test]
fn a_full_page_of_a_list_is_as_small_as_any_other() {
    for language in BOTH {
        let pages =
            [uploads::full_page(&long()).render(language), candidates::full_page(&long()).render(language)];
        for (page, most) in pages.into_iter().zip([UPLOAD_ROWS, CANDIDATES]) {
            let html = page.unwrap();
            assert_eq!(html.matches("<li class=\"card\">").count(), most);
            assert!(html.len() < 50_000, "{most} rows: {} bytes", html.len());
        }
    }
}

#[test]
fn what_was_probably_meant_is_shown_wherever_a_reader_is_told_to_compare() {
    let slip = WarningCode::AddressSuspicious { suggestion: uploads::meant() }.sentence();
    for (name, _, language, html) in documents(&ordinary()) {
        let told = html.matches(say(language, &slip.ja, &slip.en)).count();
        assert_eq!(
            html.matches(&format!("<bdi>{}</bdi>", uploads::meant().as_str())).count(),
            told,
            "{name}"
        );
    }
}

#[test]
fn only_whoever_may_change_a_list_is_told_to() {
    for (name, _, language, html) in documents(&ordinary()) {
        if name.starts_with("office_upload") && name.ends_with("viewer") {
            let main = html.split("<main").nth(1).unwrap();
            assert!(!main.contains("<form "), "{name}");
            for told in [say(language, "直せます", "mended here"), say(language, "破棄して", "throw it away")]
            {
                assert!(!main.contains(told), "{name}: {told}");
            }
        }
    }
}
