//! One example of every page, in the words of a fictional certification body.

mod claim;
mod door;
pub(crate) mod findings;
pub(crate) mod help;
mod mail;
pub(crate) mod names;
pub(crate) mod office;
pub(crate) mod people;
pub(crate) mod public;
mod reissue;
mod revocations;
pub(crate) mod verify;
mod wallet;

use std::rc::Rc;

use shomei_core::badge::{Ground, Revoked};
use shomei_pages::achievement::AchievementPage;
use shomei_pages::badge::{BadgeGone, BadgePage, NotPublic};
use shomei_pages::claim::{Claimed, Expired, LinkSent, Offer, Unknown};
use shomei_pages::help::HelpPage;
use shomei_pages::home::HomePage;
use shomei_pages::inquiry::{InquiryPage, InquirySentPage};
use shomei_pages::issuer::IssuerPage;
use shomei_pages::name_match::NameMatchPage;
use shomei_pages::office::{
    AuditPage, CandidatesPage, MonthPage, OfficeEnter, OfficeEnterDead, OfficeSignIn, PersonPage,
    QualificationConflict, QualificationForm, QualificationPage, QualificationPreview, QualificationsPage,
    RetentionPage, RevocationAskPage, RevocationDraftPage, RevocationPage, RevocationsPage, RightsAsk,
    RightsErasure, RightsPerson, SearchPage, UndeliveredPage, UploadChecked, UploadEnded, UploadProgress,
    UploadRowPage, UploadsPage,
};
use shomei_pages::problem::ProblemPage;
use shomei_pages::reissue::{
    self as order, AskedPage, CreditNotePage, NotOfferedPage, OrderPage, OrderStatusPage, ReceiptPage,
    RestoreGonePage, RestorePage,
};
use shomei_pages::verify::{AskPage, TablePage, VerdictPage};
use shomei_pages::wallet::{
    AddressesPage, ClosePage, Closed, DeletePage, Deleted, HolderBadge, ProveConfirm, ProveDead, RevokedPage,
    SharePage, SignIn, SignInConfirm, SignInDead, SignInSent, WalletPage,
};
use shomei_pages::{Bilingual, Language, RenderError};

pub(crate) use mail::mails;

pub(crate) const SITE: &str = "https://badges.example.jp";

/// The texts that come from people. A test swaps all of them for hostile ones.
pub(crate) struct Words {
    pub(crate) name: String,
    pub(crate) contact: String,
    pub(crate) address: String,
    pub(crate) sender: String,
    pub(crate) text: fn(&str, &str) -> Bilingual,
    pub(crate) url: fn(&str) -> String,
    pub(crate) path: fn(&str) -> String,
}

pub(crate) fn ordinary() -> Words {
    Words {
        name: "山田 花子".to_owned(),
        contact: "badge@pmcert.example.jp".to_owned(),
        address: "hanako.yamada@example.com".to_owned(),
        sender: "no-reply@badges.example.jp".to_owned(),
        text: |ja, en| Bilingual { ja: ja.to_owned(), en: en.to_owned() },
        url: |path| format!("{SITE}{path}"),
        path: str::to_owned,
    }
}

/// One page: its file name, may it be listed, and how it renders.
pub(crate) type Sample = (String, bool, Page);

/// Every page.
pub(crate) fn pages(words: &Words) -> Vec<Sample> {
    [
        claim::pages(words),
        public::pages(words),
        names::pages(words),
        verify::pages(words),
        wallet::pages(words),
        reissue::pages(words),
        door::pages(words),
        office::pages(words),
        revocations::pages(words),
        help::pages(words),
        people::pages(words),
    ]
    .concat()
}

pub(crate) type Page = Rc<dyn Fn(Language) -> Result<String, RenderError>>;

trait Render {
    fn render(&self, language: Language) -> Result<String, RenderError>;
}

macro_rules! pages_render {
    ($($page:ty),*) => {
        $(impl Render for $page {
            fn render(&self, language: Language) -> Result<String, RenderError> {
                <$page>::render(self, language)
            }
        })*

        /// How many kinds of page have samples.
        const KINDS: usize = [$(stringify!($page)),*].len();
    };
}
pages_render!(
    Offer,
    Claimed,
    Expired,
    LinkSent,
    Unknown,
    BadgePage,
    NotPublic,
    BadgeGone,
    NameMatchPage,
    AchievementPage,
    IssuerPage,
    HomePage,
    ProblemPage,
    AskPage,
    VerdictPage,
    TablePage,
    SignIn,
    SignInSent,
    SignInConfirm,
    SignInDead,
    WalletPage,
    AddressesPage,
    ProveConfirm,
    ProveDead,
    HolderBadge,
    SharePage,
    DeletePage,
    Deleted,
    RevokedPage,
    ClosePage,
    Closed,
    OrderPage,
    NotOfferedPage,
    OrderStatusPage,
    ReceiptPage,
    CreditNotePage,
    order::AskPage,
    AskedPage,
    RestorePage,
    RestoreGonePage,
    OfficeSignIn,
    OfficeEnter,
    OfficeEnterDead,
    MonthPage,
    UndeliveredPage,
    RevocationsPage,
    RevocationAskPage,
    RevocationDraftPage,
    RevocationPage,
    AuditPage,
    QualificationsPage,
    QualificationPage,
    QualificationForm,
    QualificationPreview,
    QualificationConflict,
    HelpPage,
    InquiryPage,
    InquirySentPage,
    SearchPage,
    PersonPage,
    RetentionPage,
    RightsAsk,
    RightsPerson,
    RightsErasure,
    UploadsPage,
    UploadProgress,
    UploadChecked,
    UploadEnded,
    UploadRowPage,
    CandidatesPage
);

/// Whoever writes a page lists it among the samples, where the laws find it.
#[test]
fn no_page_is_without_a_sample() {
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut pages = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let source = std::fs::read_to_string(path).unwrap();
                pages += source.matches("pub fn render(&self, language: Language)").count();
            }
        }
    }
    assert_eq!(pages, KINDS);
}

fn page(name: &str, listed: bool, page: impl Render + 'static) -> Sample {
    (name.to_owned(), listed, Rc::new(move |language| page.render(language)))
}

/// Revoked on 20 November 2026.
fn revoked(ground: Ground) -> Revoked {
    Revoked { ground, at: "2026-11-20T03:00:00Z".parse().unwrap() }
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

fn associate(words: &Words) -> Bilingual {
    (words.text)("プロジェクトマネジメント・アソシエイト", "Project Management Associate")
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
