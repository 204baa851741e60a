//! The pages that anyone may see, and the holder's preview of one.

use jiff::civil::date;
use shomei_core::badge::Ground;
use shomei_pages::Occasion;
use shomei_pages::achievement::AchievementPage;
use shomei_pages::badge::{BadgeGone, BadgePage, Check, CheckLine, NotPublic, Outcome, Publish, State};
use shomei_pages::home::HomePage;
use shomei_pages::issuer::IssuerPage;
use shomei_pages::problem::ProblemPage;

use super::{Sample, Words, body, criteria, description, page, professional, revoked};

pub(crate) fn pages(words: &Words) -> Vec<Sample> {
    let mut pages = vec![
        page("badge_not_public", false, NotPublic),
        page("badge_gone", false, BadgeGone { revoked: None }),
        page("badge_gone_revoked", false, BadgeGone { revoked: Some(revoked(Ground::Misconduct)) }),
        page("achievement", true, achievement(words, Some(36))),
        page("achievement_without_end", true, achievement(words, None)),
        page(
            "achievement_closed",
            true,
            AchievementPage { closed: true, changed_on: Some(date(2026, 10, 5)), ..achievement(words, None) },
        ),
        page("issuer", true, issuer(words)),
        page("home", true, HomePage { issuer: body(words), contact: words.contact.clone() }),
        page("problem", false, problem(words)),
        page("problem_with_link", false, signed_out(words)),
    ];
    for (state, name) in [
        (State::Valid, "badge_valid"),
        (State::Expired, "badge_expired"),
        (State::Revoked, "badge_revoked"),
        (State::NotValid, "badge_not_valid"),
        (State::CouldNotCheck, "badge_could_not_check"),
    ] {
        pages.push(page(name, true, badge(words, state)));
    }
    let nameless = || BadgePage { holder_name: None, ..badge(words, State::Valid) };
    pages.push(page("badge_without_name", true, nameless()));
    let newer = Some((words.url)("/badges/8xw4n2p6t0"));
    pages.push(page("badge_renewed", true, BadgePage { newer, ..badge(words, State::Expired) }));
    let publish = |visibility, now_public| Some(publish(words, visibility, now_public));
    let preview = BadgePage { preview: publish("public", false), ..badge(words, State::Valid) };
    pages.push(page("badge_preview", false, preview));
    let preview = BadgePage { preview: publish("public-without-name", false), ..nameless() };
    pages.push(page("badge_preview_without_name", false, preview));
    let preview = BadgePage { preview: publish("public", true), ..badge(words, State::Valid) };
    pages.push(page("badge_preview_change", false, preview));
    let preview = BadgePage { preview: publish("public-without-name", true), ..nameless() };
    pages.push(page("badge_preview_change_without_name", false, preview));
    pages
}

pub(crate) fn publish(words: &Words, visibility: &str, now_public: bool) -> Publish {
    Publish {
        action: (words.path)("/wallet/badges/5kq2v7d3m9/visibility"),
        visibility: visibility.to_owned(),
        back: (words.path)("/wallet/badges/5kq2v7d3m9"),
        now_public,
    }
}

pub(crate) fn badge(words: &Words, state: State) -> BadgePage {
    let line = |check, outcome, ja, en| CheckLine { check, outcome, compared: (words.text)(ja, en) };
    let pick = |this, outcome| if state == this { outcome } else { Outcome::Passed };
    BadgePage {
        url: (words.url)("/badges/5kq2v7d3m9"),
        achievement: professional(words),
        achievement_url: (words.url)("/achievements/pm-professional"),
        description: description(words),
        criteria: criteria(words),
        picture_url: (words.url)("/pictures/pm-professional.png"),
        holder_name: Some(words.name.clone()),
        issuer: body(words),
        issuer_url: (words.url)("/issuer"),
        occasion: Occasion::Pass,
        awarded: date(2026, 9, 14),
        issued: date(2026, 10, 1),
        valid_until: Some(date(2029, 9, 30)),
        state,
        checks: vec![
            line(
                Check::Form,
                Outcome::Passed,
                "Open Badges 3.0の必須項目がそろっているか",
                "The required fields of Open Badges 3.0 are there",
            ),
            line(
                Check::Signature,
                pick(State::NotValid, Outcome::Failed),
                "発行者の公開鍵と、バッジの電子署名",
                "The issuer’s public key against the signature of the badge",
            ),
            line(
                Check::Dates,
                pick(State::Expired, Outcome::Failed),
                "2026年10月1日〜2029年9月30日と、検証した日",
                "1 October 2026 to 30 September 2029 against the day of checking",
            ),
            line(
                Check::Revocation,
                match state {
                    State::Revoked => Outcome::Failed,
                    State::CouldNotCheck => Outcome::CouldNotCheck,
                    State::NotValid => Outcome::NotApplicable,
                    State::Valid | State::Expired => Outcome::Passed,
                },
                "発行者の取り消しリストの4711番",
                "Place 4711 of the issuer’s revocation list",
            ),
        ],
        checked_at: "2026-10-05T03:04:05Z".parse().unwrap(),
        json_url: (words.url)("/badges/5kq2v7d3m9.json"),
        assertion_url: (words.url)("/badges/5kq2v7d3m9.v2.json"),
        token_url: Some((words.url)("/badges/5kq2v7d3m9.jwt")),
        png_url: (words.url)("/badges/5kq2v7d3m9.png"),
        newer: None,
        share_picture_url: (words.url)("/badges/5kq2v7d3m9/share-1f2e3d4c.png"),
        qr_url: (words.url)("/badges/5kq2v7d3m9/qr.svg"),
        name_match_url: None,
        preview: None,
    }
}

fn achievement(words: &Words, validity_months: Option<u16>) -> AchievementPage {
    AchievementPage {
        name: professional(words),
        description: description(words),
        criteria: criteria(words),
        picture_url: (words.url)("/pictures/pm-professional.png"),
        validity_months,
        closed: false,
        changed_on: None,
        issuer: body(words),
        issuer_url: (words.url)("/issuer"),
        url: (words.url)("/achievements/pm-professional"),
    }
}

fn issuer(words: &Words) -> IssuerPage {
    IssuerPage {
        name: body(words),
        url: (words.url)("/about"),
        contact: words.contact.clone(),
        did: "did:web:badges.example.jp".to_owned(),
        did_url: (words.url)("/.well-known/did.json"),
        keys: vec![(
            "did:web:badges.example.jp#key-2026".to_owned(),
            "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQXJPt4swbTQ2".to_owned(),
        )],
    }
}

fn problem(words: &Words) -> ProblemPage {
    ProblemPage {
        status: 503,
        title: (words.text)("ただいま混み合っています", "We are busy right now"),
        detail: (words.text)(
            "お手続きは保存されていません。1分ほどたってから、もう一度お試しください。",
            "Nothing has been saved. Please try again in a minute.",
        ),
        code: "temporarily-unavailable".to_owned(),
        link: None,
    }
}

fn signed_out(words: &Words) -> ProblemPage {
    ProblemPage {
        status: 401,
        title: (words.text)("ログインが必要です", "Please sign in"),
        detail: (words.text)("もう一度ログインしてください。", "Please sign in again."),
        code: "sign-in".to_owned(),
        link: Some(((words.path)("/wallet/sign-in"), (words.text)("ログインへ進む", "Sign in"))),
    }
}
