//! What holds for every page and mail, whatever the texts.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod samples;

use samples::{SITE, Words, mail, ordinary, pages};
use shomei_pages::{
    Bilingual, ICON, ICON_PATH, Language, Occasion, STYLESHEET, STYLESHEET_PATH, problem::ProblemPage,
};

const BOTH: [Language; 2] = [Language::Japanese, Language::English];
const HOSTILE: &str = "\"'><script>alert(1)</script>{{7*7}}&amp;\r\nBcc: x@example.com";

fn hostile() -> Words {
    Words {
        name: HOSTILE.to_owned(),
        contact: format!("javascript:alert(1)@{HOSTILE}"),
        text: |_, _| Bilingual { ja: HOSTILE.to_owned(), en: HOSTILE.to_owned() },
        url: |_| format!("javascript:alert(1)//{HOSTILE}"),
    }
}

fn documents(words: &Words) -> Vec<(String, bool, Language, String)> {
    let render = |(name, listed, page): (String, bool, samples::Page)| {
        BOTH.map(|language| (name.clone(), listed, language, page(language).unwrap()))
    };
    pages(words).into_iter().flat_map(render).collect()
}

#[test]
fn a_page_has_no_script_no_inline_style_and_no_other_host() {
    for (name, _, _, html) in documents(&ordinary()) {
        let lower = html.to_lowercase();
        for forbidden in ["<script", "<style", " style=", "javascript:", " onclick", " onload", "@import"] {
            assert!(!lower.contains(forbidden), "{name}: {forbidden}");
        }
        let loaded = html.split(" src=\"").skip(1);
        assert!(loaded.into_iter().all(|source| source.starts_with(SITE)), "{name}");
        assert_eq!(html.matches("rel=\"stylesheet\"").count(), 1, "{name}");
        assert!(html.contains(&format!("href=\"{STYLESHEET_PATH}\"")), "{name}");
        assert_eq!(html.matches("rel=\"icon\"").count(), 1, "{name}");
        assert!(html.contains(&format!("href=\"{ICON_PATH}\"")), "{name}");
    }
    for file in [STYLESHEET, ICON] {
        assert!(!file.contains("url(") && !file.contains("@import") && !file.contains("href"));
    }
}

#[test]
fn a_page_is_small_and_says_its_language() {
    for (name, _, language, html) in documents(&ordinary()) {
        assert!(html.len() < 50_000, "{name}: {} bytes", html.len());
        assert!(html.contains(&format!("<html lang=\"{}\">", language.tag())), "{name}");
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        assert!(html.contains("class=\"skip\" href=\"#content\""), "{name}");
    }
}

#[test]
fn only_pages_for_everyone_may_be_listed() {
    for (name, listed, _, html) in documents(&ordinary()) {
        assert_eq!(html.contains("content=\"noindex\""), !listed, "{name}");
    }
}

#[test]
fn hostile_text_stays_text() {
    for (name, _, _, html) in documents(&hostile()) {
        assert!(!html.contains("<script"), "{name}");
        assert!(!html.contains("\"'>"), "{name}");
        for attribute in ["href=\"javascript", "src=\"javascript", "action=\"javascript", "mailto:javascript"]
        {
            assert!(!html.contains(attribute), "{name}: {attribute}");
        }
    }
}

#[test]
fn a_mail_keeps_hostile_text_in_its_place() {
    let content = mail(&hostile(), Occasion::Pass).render().unwrap();
    assert!(!content.subject.contains(['\r', '\n']));
    assert!(content.text.lines().all(|line| !line.starts_with("Bcc:")), "{}", content.text);
    assert!(!content.html.contains("<script"));
    assert!(!content.html.contains("href=\"javascript"));
}

#[test]
fn a_mail_fits_its_width_and_keeps_its_link_whole() {
    for occasion in [Occasion::Pass, Occasion::Renewal] {
        let mail = mail(&ordinary(), occasion);
        let content = mail.render().unwrap();
        for line in content.text.lines() {
            let columns: usize = line.chars().map(|character| if character.is_ascii() { 1 } else { 2 }).sum();
            assert!(columns <= 78 || line == mail.claim_url, "{line}");
        }
        assert_eq!(content.text.lines().filter(|line| *line == mail.claim_url).count(), 2);
        assert!(!content.html.contains("<img") && !content.html.contains("url("));
        let linked: Vec<_> = content.html.split("href=\"").skip(1).collect();
        assert_eq!(linked.len(), 1);
        assert!(linked[0].starts_with(&mail.claim_url));
    }
}

#[test]
fn the_claim_form_sends_what_it_shows_and_private_is_preselected() {
    for (name, _, language, html) in documents(&ordinary()) {
        let is_offer = name.starts_with("claim_offer");
        assert_eq!(html.matches("<form").count(), usize::from(is_offer), "{name}");
        if !is_offer {
            continue;
        }
        let consent = shomei_pages::claim::CONSENT_VERSION;
        assert!(html.contains("<form method=\"post\" action=\"/claim\">"));
        assert!(html.contains("name=\"visibility\" value=\"private\" checked"));
        assert!(html.contains("name=\"visibility\" value=\"public\">"));
        assert!(html.contains(&format!("name=\"consent\" value=\"{consent}\"")));
        let button = if language == Language::Japanese { "受け取る" } else { "Accept" };
        assert!(html.contains(&format!("<button type=\"submit\">{button}</button>")));
    }
}

#[test]
fn an_expired_badge_is_never_called_forged() {
    for (name, _, _, html) in documents(&ordinary()) {
        let forged = html.contains("一致しません") || html.contains("not what the issuer signed");
        assert_eq!(forged, name == "badge_not_valid", "{name}");
    }
}

#[test]
fn a_japanese_name_on_an_english_page_says_its_language() {
    for (name, _, language, html) in documents(&ordinary()) {
        if language == Language::English && html.contains("<body>") {
            let body = html.split("<body>").nth(1).unwrap();
            assert_eq!(body.matches("山田").count(), body.matches("lang=\"ja\">山田").count(), "{name}");
        }
    }
}

#[test]
fn only_a_fault_of_the_site_asks_the_reader_to_name_its_code() {
    let problem = |status| ProblemPage {
        status,
        title: Bilingual { ja: "題".to_owned(), en: "Title".to_owned() },
        detail: Bilingual { ja: "文".to_owned(), en: "Detail".to_owned() },
        code: "the-code".to_owned(),
    };
    for language in BOTH {
        for (status, ours) in [(400, false), (404, false), (499, false), (500, true), (503, true)] {
            let html = problem(status).render(language).unwrap();
            assert_eq!(html.contains("the-code"), ours, "{status}");
            assert!(html.contains("<a href=\"/\">"), "{status}");
        }
    }
}

#[test]
fn a_page_after_claiming_names_nobody() {
    for (name, _, _, html) in documents(&ordinary()) {
        if name.starts_with("claim_claimed") || name == "badge_not_public" {
            assert!(!html.contains("山田"), "{name}");
        }
    }
}
