//! What holds for every page and mail, whatever the texts.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "laws/findings.rs"]
mod findings;
#[path = "laws/forms.rs"]
mod forms;
#[path = "laws/help.rs"]
mod help;
#[path = "laws/lists.rs"]
mod lists;
#[path = "laws/mails.rs"]
mod mails;
#[path = "laws/names.rs"]
mod names;
#[path = "laws/privacy.rs"]
mod privacy;
#[path = "laws/reissue.rs"]
mod reissue;
#[path = "laws/replies.rs"]
mod replies;
mod samples;
#[path = "laws/verdicts.rs"]
mod verdicts;

use samples::{SITE, Words, ordinary, pages};
use shomei_pages::{
    Bilingual, ICON, ICON_PATH, Language, SCRIPT, SCRIPT_PATH, STYLESHEET, STYLESHEET_PATH, UPLOAD_SCRIPT,
    UPLOAD_SCRIPT_PATH, VERIFY_SCRIPT, VERIFY_SCRIPT_PATH, problem::ProblemPage,
};

const BOTH: [Language; 2] = [Language::Japanese, Language::English];
const HOSTILE: &str = "\"'><script>alert(1)</script>{{7*7}}&amp;\r\nBcc: x@example.com";

fn hostile() -> Words {
    Words {
        name: HOSTILE.to_owned(),
        contact: format!("javascript:alert(1)@{HOSTILE}"),
        address: HOSTILE.to_owned(),
        sender: HOSTILE.to_owned(),
        text: |_, _| Bilingual { ja: HOSTILE.to_owned(), en: HOSTILE.to_owned() },
        url: |_| format!("javascript:alert(1)//{HOSTILE}"),
        path: |_| format!("javascript:alert(2)//{HOSTILE}"),
    }
}

fn documents(words: &Words) -> Vec<(String, bool, Language, String)> {
    let render = |(name, listed, page): samples::Sample| {
        BOTH.map(|language| (name.clone(), listed, language, page(language).unwrap()))
    };
    pages(words).into_iter().flat_map(render).collect()
}

fn say<'a>(language: Language, ja: &'a str, en: &'a str) -> &'a str {
    if language == Language::Japanese { ja } else { en }
}

/// The values of an attribute, in the order of the page.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    html.split(&start).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

fn tags<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!("<{name} ");
    html.split(&start).skip(1).map(|rest| rest.split('>').next().unwrap()).collect()
}

/// The script that a page loads, if any.
fn script_of(name: &str) -> Option<&'static str> {
    match name {
        _ if name.starts_with("wallet_share") || name.starts_with("office_person") => Some(SCRIPT_PATH),
        "office_search_nobody" | "reissue_awaiting" | "reissue_awaiting_bank" => Some(SCRIPT_PATH),
        _ if name.starts_with("verify_") => Some(VERIFY_SCRIPT_PATH),
        _ if name.starts_with("office_uploads") || goes_on(name) => Some(UPLOAD_SCRIPT_PATH),
        _ => None,
    }
}

/// A list on which work goes on.
fn goes_on(name: &str) -> bool {
    let stages = ["receiving", "checking", "saving", "discarding"];
    name.strip_prefix("office_upload_").is_some_and(|rest| stages.iter().any(|stage| rest.starts_with(stage)))
}

#[test]
fn a_page_has_no_inline_script_no_inline_style_and_no_other_host() {
    for (name, _, _, html) in documents(&ordinary()) {
        let lower = html.to_lowercase();
        for forbidden in ["<style", " style=", "javascript:", "@import"] {
            assert!(!lower.contains(forbidden), "{name}: {forbidden}");
        }
        let handler = |tag: &str| tag.split(' ').any(|part| part.starts_with("on") && part.contains('='));
        assert!(!lower.split('<').filter_map(|tag| tag.split('>').next()).any(handler), "{name}");
        for source in values(&html, "src") {
            let own = source.starts_with('/') && !source.starts_with("//");
            assert!(own || source.starts_with(&format!("{SITE}/")), "{name}: {source}");
        }
        assert_eq!(html.matches("rel=\"stylesheet\"").count(), 1, "{name}");
        assert!(html.contains(&format!("href=\"{STYLESHEET_PATH}\"")), "{name}");
        assert_eq!(html.matches("rel=\"icon\"").count(), 1, "{name}");
        assert!(html.contains(&format!("href=\"{ICON_PATH}\"")), "{name}");
        let script = script_of(&name).map(|path| format!("<script src=\"{path}\" defer></script>"));
        assert!(script.is_none_or(|script| html.matches(&script).count() == 1), "{name}");
        assert_eq!(lower.matches("<script").count(), usize::from(script_of(&name).is_some()), "{name}");
    }
    for file in [STYLESHEET, ICON] {
        assert!(!file.contains("url(") && !file.contains("@import"));
    }
    assert!(!ICON.contains("href"));
    for (forbidden, script) in ["http", "fetch", "eval", "innerHTML =", "import"]
        .into_iter()
        .flat_map(|forbidden| [(forbidden, SCRIPT), (forbidden, VERIFY_SCRIPT)])
    {
        assert!(!script.contains(forbidden), "{forbidden}");
    }
    for forbidden in ["http", "eval", "innerHTML", "import"] {
        assert!(!UPLOAD_SCRIPT.contains(forbidden), "{forbidden}");
    }
    // It sends a list in parts, to this site alone.
    assert_eq!(UPLOAD_SCRIPT.matches("fetch(").count(), 1);
    assert!(UPLOAD_SCRIPT.contains("credentials: \"same-origin\""));
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
fn headings_go_down_one_step_at_a_time() {
    for (name, _, _, html) in documents(&ordinary()) {
        let rest = html.split("<h").skip(1);
        let levels: Vec<u32> = rest.filter_map(|rest| rest.chars().next()?.to_digit(10)).collect();
        assert_eq!(levels.first(), Some(&1), "{name}");
        assert!(levels.is_sorted_by(|above, below| *below <= above + 1), "{name}: {levels:?}");
    }
}

#[test]
fn an_id_stands_once_and_whatever_names_it_finds_it() {
    for (name, _, _, html) in documents(&ordinary()) {
        let ids = values(&html, "id");
        for id in &ids {
            assert_eq!(ids.iter().filter(|other| *other == id).count(), 1, "{name}: {id}");
        }
        for attribute in ["aria-labelledby", "aria-describedby", "for", "data-copy"] {
            for target in values(&html, attribute).into_iter().flat_map(|list| list.split(' ')) {
                assert!(ids.contains(&target), "{name}: {attribute}={target}");
            }
        }
    }
}

#[test]
fn a_picture_says_what_it_shows_or_that_it_adds_nothing() {
    for (name, _, _, html) in documents(&ordinary()) {
        for picture in tags(&html, "img") {
            assert!(picture.contains(" alt=\""), "{name}: {picture}");
            assert!(picture.contains(" width=\"") && picture.contains(" height=\""), "{name}: {picture}");
        }
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
        assert_eq!(html.matches("<script").count(), usize::from(script_of(&name).is_some()), "{name}");
        assert!(!html.contains("\"'>"), "{name}");
        for attribute in ["href", "src", "action"] {
            let led = values(&html, attribute);
            assert!(led.iter().all(|target| !target.contains("javascript:")), "{name}: {attribute}");
        }
    }
}

#[test]
fn an_expired_badge_is_never_called_forged() {
    for (name, _, _, html) in documents(&ordinary()) {
        let forged = html.contains("内容と一致しません") || html.contains("not what the issuer signed");
        assert_eq!(forged, name == "badge_not_valid", "{name}");
    }
}

#[test]
fn only_a_sound_badge_is_printed_as_a_certificate() {
    let certified = [
        "badge_valid",
        "badge_expired",
        "badge_renewed",
        "badge_without_name",
        "badge_name_match_without_name",
    ];
    for (name, _, _, html) in documents(&ordinary()) {
        assert_eq!(html.contains("class=\"certificate"), certified.contains(&name.as_str()), "{name}");
        assert_eq!(
            html.contains("/qr.svg"),
            html.contains("class=\"certificate") || name.starts_with("wallet_share")
        );
    }
}

#[test]
fn a_newer_badge_is_pointed_to() {
    for (name, newer) in [
        ("badge_renewed", "https://badges.example.jp/badges/8xw4n2p6t0"),
        ("wallet_badge_without_name", "/wallet/badges/8xw4n2p6t0"),
    ] {
        let found = documents(&ordinary()).into_iter().filter(|(page, ..)| page == name);
        assert_eq!(found.filter(|(.., html)| values(html, "href").contains(&newer)).count(), 2, "{name}");
    }
}

#[test]
fn a_problem_has_a_way_on_and_only_a_fault_of_the_site_asks_to_name_its_code() {
    let link = ("/wallet/sign-in".to_owned(), Bilingual { ja: "道".to_owned(), en: "Way".to_owned() });
    let problem = |status, link| ProblemPage {
        status,
        title: Bilingual { ja: "題".to_owned(), en: "Title".to_owned() },
        detail: Bilingual { ja: "文".to_owned(), en: "Detail".to_owned() },
        code: "the-code".to_owned(),
        link,
    };
    for language in BOTH {
        for (status, ours) in [(400, false), (404, false), (499, false), (500, true), (503, true)] {
            for (link, ways_on) in [(None, vec!["/"]), (Some(link.clone()), vec!["/wallet/sign-in", "/"])] {
                let html = problem(status, link).render(language).unwrap();
                assert_eq!(html.contains("the-code"), ours, "{status}");
                let main = html.split("<main").nth(1).unwrap();
                assert_eq!(values(main, "href"), ways_on, "{status}");
            }
        }
    }
}
