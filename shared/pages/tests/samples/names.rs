//! Checking a name: the badge's page with its form, and the answers.

use shomei_pages::badge::{BadgePage, State};
use shomei_pages::name_match::{NameMatch, NameMatchPage};

use super::public::{badge, publish};
use super::{Sample, Words, body, page, professional};

pub(crate) fn pages(words: &Words) -> Vec<Sample> {
    let asking = |preview| BadgePage {
        holder_name: None,
        name_match_url: Some((words.url)("/badges/5kq2v7d3m9/name-match")),
        preview,
        ..badge(words, State::Valid)
    };
    let long = words.name.clone() + &"あ".repeat(200);
    let preview = Some(publish(words, "public-without-name", false));
    vec![
        page("badge_name_match_without_name", true, asking(None)),
        page("badge_preview_name_match_without_name", false, asking(preview)),
        page("name_match", false, answer(words, NameMatch::Matches, &words.name)),
        page("name_match_differs", false, answer(words, NameMatch::Differs, &words.name)),
        page("name_match_blank", false, answer(words, NameMatch::Unreadable, "　 ")),
        page("name_match_long", false, answer(words, NameMatch::Unreadable, &long)),
        page("name_match_too_many", false, answer(words, NameMatch::TooMany, &words.name)),
    ]
}

pub(crate) fn answer(words: &Words, outcome: NameMatch, typed: &str) -> NameMatchPage {
    NameMatchPage {
        achievement: professional(words),
        issuer: body(words),
        badge_url: (words.url)("/badges/5kq2v7d3m9"),
        action: (words.url)("/badges/5kq2v7d3m9/name-match"),
        typed: typed.to_owned(),
        outcome,
        checked_at: "2026-10-05T03:04:05Z".parse().unwrap(),
    }
}
