//! Checking a name: what the answers say, and what they keep quiet about.

use shomei_pages::badge::{BadgePage, State};
use shomei_pages::name_match::NameMatch;

use crate::samples::{SITE, names::answer, ordinary, public};
use crate::{BOTH, documents, say, values};

const OUTCOMES: [NameMatch; 4] =
    [NameMatch::Matches, NameMatch::Differs, NameMatch::Unreadable, NameMatch::TooMany];

#[test]
fn an_answer_is_one_of_four_and_only_a_match_is_good() {
    for language in BOTH {
        for outcome in OUTCOMES {
            let html = answer(&ordinary(), outcome, "鈴木 一郎").render(language).unwrap();
            let (matches, differs) = (
                say(language, "氏名と一致します", "The name matches"),
                say(language, "氏名と一致しません", "The name does not match"),
            );
            assert_eq!(html.contains(matches), outcome == NameMatch::Matches);
            assert_eq!(html.contains(differs), outcome == NameMatch::Differs);
            assert_eq!(html.contains("class=\"verdict good\""), outcome == NameMatch::Matches);
            assert_eq!(html.contains("class=\"verdict bad\""), outcome == NameMatch::Differs);
        }
    }
}

#[test]
fn a_name_that_differs_proves_nothing() {
    let words = ordinary();
    for language in BOTH {
        let html = answer(&words, NameMatch::Differs, "鈴木 一郎").render(language).unwrap();
        for part in
            [say(language, "旧姓", "maiden name"), say(language, "何の証明にもなりません", "proves nothing")]
        {
            assert!(html.contains(part), "{part}");
        }
    }
}

#[test]
fn another_name_can_be_tried_unless_too_many_were() {
    for language in BOTH {
        for outcome in OUTCOMES {
            let html = answer(&ordinary(), outcome, "鈴木 一郎").render(language).unwrap();
            let again = values(&html, "action");
            let action = format!("{SITE}/badges/5kq2v7d3m9/name-match");
            assert_eq!(again, if outcome == NameMatch::TooMany { vec![] } else { vec![action.as_str()] });
            assert_eq!(html.contains(" value=\"鈴木 一郎\""), outcome != NameMatch::TooMany);
            assert!(html.contains(">鈴木 一郎</bdi>"));
            let badge = format!("{SITE}/badges/5kq2v7d3m9");
            assert!(values(&html, "href").contains(&badge.as_str()));
        }
    }
}

#[test]
fn no_more_is_repeated_than_can_be_compared() {
    let shown = |typed: &str| {
        let html = answer(&ordinary(), NameMatch::Unreadable, typed).render(BOTH[0]).unwrap();
        let field = values(&html, "value").first().unwrap().chars().count();
        (html.matches('鈴').count(), field, html.contains("…</dd>"))
    };
    assert_eq!(shown(&"鈴".repeat(200)), (400, 200, false));
    assert_eq!(shown(&"鈴".repeat(201)), (400, 200, true));
    assert_eq!(shown(&"鈴".repeat(100_000)), (400, 200, true));
    assert_eq!(shown(""), (0, 0, false));
    let html = answer(&ordinary(), NameMatch::Unreadable, " \u{3000}").render(BOTH[0]).unwrap();
    assert!(!html.contains("<dt>入力した氏名"));
}

#[test]
fn a_badge_asks_for_a_name_only_where_its_holder_allows_it_and_never_in_a_preview() {
    for (name, _, _, html) in documents(&ordinary()) {
        if name.starts_with("badge_") {
            let field = html.contains("<input id=\"name\"");
            assert_eq!(field, name.contains("name_match"), "{name}");
            let posts = values(&html, "action").iter().any(|action| action.ends_with("/name-match"));
            assert_eq!(posts, field && !name.contains("preview"), "{name}");
            assert_eq!(html.contains("disabled aria-describedby=\"name-hint\""), field && !posts, "{name}");
        }
    }
}

#[test]
fn a_wallet_shows_the_choice_only_where_names_are_compared_and_offers_the_other_one() {
    for (name, allowed) in [
        ("wallet_badge_private", None),
        ("wallet_badge_public", Some("no")),
        ("wallet_badge_without_name", Some("yes")),
    ] {
        for (_, _, _, html) in documents(&ordinary()).into_iter().filter(|(page, ..)| page == name) {
            let chosen = html.split("name=\"allowed\" value=\"").nth(1);
            assert_eq!(chosen.map(|rest| rest.split('"').next().unwrap()), allowed, "{name}");
        }
    }
}

/// So that a cache can be told that nothing has changed.
#[test]
fn a_badge_page_is_the_same_within_a_minute() {
    let at = |instant: &str, language| {
        let checked_at = instant.parse().unwrap();
        let page = BadgePage { checked_at, ..public::badge(&ordinary(), State::Valid) };
        page.render(language).unwrap()
    };
    for language in BOTH {
        assert_eq!(at("2026-10-05T03:04:00Z", language), at("2026-10-05T03:04:59.999Z", language));
        assert_ne!(at("2026-10-05T03:04:59Z", language), at("2026-10-05T03:05:00Z", language));
    }
}
