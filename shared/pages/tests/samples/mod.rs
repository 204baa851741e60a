//! One example of every page, in the words of a fictional certification body.

use jiff::civil::{Date, date};
use shomei_pages::achievement::AchievementPage;
use shomei_pages::badge::{BadgePage, Check, CheckLine, NotPublic, Outcome, State};
use shomei_pages::claim::{Claimed, Expired, Offer, Unknown};
use shomei_pages::home::HomePage;
use shomei_pages::issuer::IssuerPage;
use shomei_pages::mail::BadgeIssued;
use shomei_pages::problem::ProblemPage;
use shomei_pages::{Bilingual, Language, Occasion, RenderError};

pub(crate) const SITE: &str = "https://badges.example.jp";

/// The texts that come from people. A test swaps all of them for hostile ones.
pub(crate) struct Words {
    pub(crate) name: String,
    pub(crate) contact: String,
    pub(crate) text: fn(&str, &str) -> Bilingual,
    pub(crate) url: fn(&str) -> String,
}

pub(crate) fn ordinary() -> Words {
    Words {
        name: "山田 花子".to_owned(),
        contact: "badge@pmcert.example.jp".to_owned(),
        text: |ja, en| Bilingual { ja: ja.to_owned(), en: en.to_owned() },
        url: |path| format!("{SITE}{path}"),
    }
}

/// Every page: its file name, may it be listed, and how it renders.
pub(crate) fn pages(words: &Words) -> Vec<(String, bool, Page)> {
    let mut pages = vec![
        page("claim_offer", false, offer(words, Occasion::Pass, Some(date(2029, 9, 30)))),
        page("claim_offer_renewal", false, offer(words, Occasion::Renewal, None)),
        page("claim_claimed_public", false, claimed(words, true, true)),
        page("claim_claimed_private", false, claimed(words, true, false)),
        page("claim_claimed_earlier", false, claimed(words, false, false)),
        page("claim_expired", false, Expired { contact: words.contact.clone() }),
        page("claim_unknown", false, Unknown { contact: words.contact.clone() }),
        page("badge_not_public", false, NotPublic),
        page("achievement", true, achievement(words, Some(36))),
        page("achievement_without_end", true, achievement(words, None)),
        page("issuer", true, issuer(words)),
        page("home", true, HomePage { issuer: body(words), contact: words.contact.clone() }),
        page("problem", false, problem(words)),
    ];
    for (state, name) in [
        (State::Valid, "valid"),
        (State::Expired, "expired"),
        (State::Revoked, "revoked"),
        (State::NotValid, "not_valid"),
        (State::CouldNotCheck, "could_not_check"),
    ] {
        pages.push(page(&format!("badge_{name}"), true, badge(words, state)));
    }
    pages
}

pub(crate) type Page = Box<dyn Fn(Language) -> Result<String, RenderError>>;

trait Render {
    fn render(&self, language: Language) -> Result<String, RenderError>;
}

macro_rules! pages_render {
    ($($page:ty),*) => {$(
        impl Render for $page {
            fn render(&self, language: Language) -> Result<String, RenderError> {
                <$page>::render(self, language)
            }
        }
    )*};
}
pages_render!(
    Offer,
    Claimed,
    Expired,
    Unknown,
    BadgePage,
    NotPublic,
    AchievementPage,
    IssuerPage,
    HomePage,
    ProblemPage
);

fn page(name: &str, listed: bool, page: impl Render + 'static) -> (String, bool, Page) {
    (name.to_owned(), listed, Box::new(move |language| page.render(language)))
}

fn body(words: &Words) -> Bilingual {
    (words.text)("日本プロジェクトマネジメント資格協会", "Japan Project Management Certification Association")
}

fn professional(words: &Words) -> Bilingual {
    (words.text)(
        "プロジェクトマネジメント・プロフェッショナル",
        "Project Management Professional Practitioner",
    )
}

fn description(words: &Words) -> Bilingual {
    (words.text)(
        "複数の部門や協力会社が関わるプロジェクトを計画し、期日・費用・品質の責任を負って完了まで導く力を認定します。",
        "Certifies the ability to plan a project that spans departments and partners, and to bring it to completion while answering for time, cost and quality.",
    )
}

fn criteria(words: &Words) -> Bilingual {
    (words.text)(
        "1. 3年以上の実務経験\n2. 筆記試験で70%以上の得点\n3. 実務論文の審査と面接に合格",
        "1. At least three years of practice\n2. A score of at least 70% in the written examination\n3. A reviewed paper and an interview",
    )
}

fn offer(words: &Words, kind: Occasion, valid_until: Option<Date>) -> Offer {
    Offer {
        achievement: professional(words),
        description: description(words),
        picture_url: (words.url)("/pictures/pm-professional.png"),
        issuer: body(words),
        kind,
        date: date(2026, 9, 14),
        valid_until,
        holder_name: words.name.clone(),
        action: "/claim".to_owned(),
        link_expires: date(2026, 12, 31),
        contact: words.contact.clone(),
    }
}

fn claimed(words: &Words, just_now: bool, public: bool) -> Claimed {
    Claimed {
        just_now,
        achievement: professional(words),
        picture_url: (words.url)("/pictures/pm-professional.png"),
        issuer: body(words),
        claimed_on: date(2026, 10, 5),
        badge_url: public.then(|| (words.url)("/badges/5kq2v7d3m9")),
        contact: words.contact.clone(),
    }
}

fn badge(words: &Words, state: State) -> BadgePage {
    let line = |check, outcome, ja, en| CheckLine { check, outcome, compared: (words.text)(ja, en) };
    let pick = |this, outcome| if state == this { outcome } else { Outcome::Passed };
    BadgePage {
        url: (words.url)("/badges/5kq2v7d3m9"),
        achievement: professional(words),
        achievement_url: (words.url)("/achievements/pm-professional"),
        description: description(words),
        criteria: criteria(words),
        picture_url: (words.url)("/pictures/pm-professional.png"),
        holder_name: words.name.clone(),
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
        png_url: (words.url)("/badges/5kq2v7d3m9.png"),
    }
}

fn achievement(words: &Words, validity_months: Option<u16>) -> AchievementPage {
    AchievementPage {
        name: professional(words),
        description: description(words),
        criteria: criteria(words),
        picture_url: (words.url)("/pictures/pm-professional.png"),
        validity_months,
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
    }
}

pub(crate) fn mail(words: &Words, occasion: Occasion) -> BadgeIssued {
    BadgeIssued {
        holder_name: words.name.clone(),
        achievement: professional(words),
        issuer: body(words),
        occasion,
        date: date(2026, 9, 14),
        claim_url: (words.url)("/claim?token=Zr8t0uJx1wK5mQ3vN7yB2cD6fG9hL4pS8aE0iO1uT3k"),
        expires: date(2026, 12, 31),
        contact: words.contact.clone(),
        sender: "no-reply@badges.example.jp".to_owned(),
    }
}
