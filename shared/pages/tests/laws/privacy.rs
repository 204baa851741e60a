//! Who learns a name or an address from a page.

use shomei_pages::Language;

use crate::samples::ordinary;
use crate::{documents, values};

const NAME: &str = "山田";
const ADDRESS: &str = "hanako.yamada";

fn title(html: &str) -> &str {
    html.split("<title>").nth(1).unwrap().split("</title>").next().unwrap()
}

#[test]
fn no_link_and_no_private_title_names_a_person_or_an_address() {
    for (name, listed, _, html) in documents(&ordinary()) {
        for attribute in ["href", "src", "action", "content"] {
            let public_tag = listed && attribute == "content";
            for target in values(&html, attribute) {
                assert!(public_tag || !target.contains(NAME), "{name}: {target}");
                assert!(!target.contains(ADDRESS), "{name}: {target}");
            }
        }
        assert!(listed || !title(&html).contains(NAME), "{name}");
        assert!(!title(&html).contains(ADDRESS), "{name}");
    }
}

#[test]
fn a_private_page_has_no_tag_for_link_previews() {
    for (name, listed, _, html) in documents(&ordinary()) {
        let tags = ["property=\"og:", "name=\"twitter:", "rel=\"canonical\"", "name=\"description\""];
        for tag in tags {
            assert!(listed || !html.contains(tag), "{name}: {tag}");
        }
        if name.starts_with("badge_") && listed {
            assert!(tags.iter().all(|tag| html.contains(tag)), "{name}");
            for line in [
                "<meta property=\"og:image\" content=\"https://badges.example.jp/badges/5kq2v7d3m9/share-1f2e3d4c.png\">",
                "<meta property=\"og:image:width\" content=\"1200\">",
                "<meta property=\"og:image:height\" content=\"630\">",
                "<meta name=\"twitter:card\" content=\"summary_large_image\">",
            ] {
                assert!(html.contains(line), "{name}: {line}");
            }
        }
    }
}

#[test]
fn whoever_has_not_signed_in_learns_no_address() {
    for (name, _, _, html) in documents(&ordinary()) {
        let own_wallet = html.contains("<nav ")
            || [
                "wallet_sign_in_confirm",
                "claim_offer_same_wallet",
                "claim_offer_other_wallet",
                "reissue_restore",
                "inquiry_badge",
            ]
            .contains(&name.as_str());
        assert!(own_wallet || !html.contains(ADDRESS), "{name}");
    }
}

/// A page that repeats the name its reader typed, which happens to be the holder's.
fn typed(name: &str) -> bool {
    name.starts_with("name_match") && name != "name_match_blank"
}

/// A page with the addressee of a receipt, which here is the holder's name.
fn names_addressee(name: &str) -> bool {
    let none = ["reissue_refused", "reissue_ask", "reissue_restore"];
    name.starts_with("reissue") && !none.iter().any(|part| name.starts_with(part))
}

/// A page with a badge that is public with its holder's name, or would be.
fn shows_badge(name: &str) -> bool {
    let none = name.ends_with("without_name") || name.starts_with("badge_gone") || name == "badge_not_public";
    name.starts_with("badge_") && !none
}

/// A page of the office on which the staff see whose badges are to be revoked.
fn shows_revocation(name: &str) -> bool {
    let none = name.starts_with("office_revocation_ask") || name == "office_revocation_draft_none";
    name.starts_with("office_revocation_") && !none
}

/// A page of the office on which the staff see whose mails did not arrive.
fn shows_undelivered(name: &str) -> bool {
    name.starts_with("office_undelivered") && name != "office_undelivered_nothing"
}

/// A page of the office on which the staff see who asks for a copy, or to be erased.
fn shows_person(name: &str) -> bool {
    name.starts_with("office_rights_person") || name.starts_with("office_rights_erasure")
}

/// A page of the office on which the staff see whose rows are to be registered, and who is.
fn shows_candidates(name: &str) -> bool {
    let none = [
        "office_upload_checked_clean",
        "office_upload_row_broken",
        "office_candidates_nobody",
        "office_candidates_empty",
    ];
    let all = ["office_upload_checked", "office_upload_row", "office_candidates"];
    all.iter().any(|part| name.starts_with(part)) && !none.contains(&name)
}

#[test]
fn only_a_page_that_must_show_the_holder_names_the_holder() {
    for (name, _, _, html) in documents(&ordinary()) {
        let shows = name.starts_with("claim_offer")
            || name.starts_with("wallet_badge_")
            || typed(&name)
            || (name.starts_with("office_search_") || name.starts_with("office_person_"))
            || names_addressee(&name)
            || shows_badge(&name)
            || shows_revocation(&name)
            || shows_undelivered(&name)
            || shows_candidates(&name)
            || shows_person(&name);
        assert_eq!(html.contains(NAME), shows, "{name}");
    }
}

#[test]
fn a_japanese_name_on_an_english_page_says_its_language() {
    for (name, _, language, html) in documents(&ordinary()) {
        if language == Language::English && html.contains("<body>") {
            let body = html.split("<body>").nth(1).unwrap();
            // An answer in English, to be copied as plain text.
            let body = body.split("<textarea id=\"reply-en\"").next().unwrap();
            let marked = ["lang=\"ja\">山田", "lang=\"ja\" value=\"山田"];
            let count: usize = marked.iter().map(|marked| body.matches(marked).count()).sum();
            assert_eq!(body.matches(NAME).count(), count, "{name}");
        }
    }
}
