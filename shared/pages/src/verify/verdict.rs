//! The verdict on one badge: a page, and on paper the record of the checking.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use verifier::report::{Check, Finding, Line, Outcome, Report};

use super::claims::{LONG_ADDRESS, Said, plain};
use super::json::verdict_json;
use super::standing::{Standing, Voucher, is_genuine};
use super::{Given, Source};
use crate::layout::{Frame, document, page_template, silent_debug};
use crate::{Bilingual, Language, RenderError};

/// What a value of a query leaves as it is: the unreserved characters of RFC 3986.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The longest address that is of use on paper.
const LONG_ON_PAPER: usize = 300;

silent_debug!(VerdictPage);

/// The verdict on one badge. Printed, it is a record of the checking on one sheet of A4.
#[derive(Clone)]
pub struct VerdictPage {
    report: Report,
    said: Option<Said>,
    standing: Standing,
    voucher: Voucher,
    given: Given,
    issuer: Bilingual,
    base_url: String,
}

page_template!(VerdictTemplate, VerdictPage, "verify/verdict.html");

impl VerdictPage {
    /// The page of what was found; `issuer` and `base_url` name this site, which made the checks.
    pub fn of(report: &Report, given: Given, issuer: Bilingual, base_url: &str) -> Self {
        Self {
            said: report.claims.as_ref().map(Said::of),
            standing: Standing::of(report),
            voucher: Voucher::of(report),
            report: report.clone(),
            given,
            issuer,
            base_url: base_url.trim_end_matches('/').to_owned(),
        }
    }

    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("確認の結果", "What was found");
        let frame = Frame::unlisted(language, title).of(&self.issuer).wide();
        document(&VerdictTemplate { language, frame, page: self })
    }

    fn reason(&self, language: Language) -> String {
        self.standing.reason(&self.report).in_language(language).to_owned()
    }

    fn further_failed(&self, language: Language) -> Option<String> {
        self.standing.further(&self.report, Outcome::Failed, language)
    }

    fn further_open(&self, language: Language) -> Option<String> {
        self.standing.further(&self.report, Outcome::CouldNotCheck, language)
    }

    fn is_genuine(&self) -> bool {
        is_genuine(&self.report)
    }

    fn is_valid(&self) -> bool {
        self.standing == Standing::Valid
    }

    fn nobody_asked(&self) -> bool {
        *self.report.finding(Check::Recipient) == Finding::NotAsked
    }

    fn lines(&self) -> &[Line] {
        &self.report.lines
    }

    fn given(&self) -> String {
        self.given.source.shown()
    }

    fn given_label(&self, language: Language) -> &'static str {
        match self.given.source {
            Source::File(_) => language.say("ファイル名", "File"),
            Source::Link(_) => language.say("リンク", "Link"),
        }
    }

    fn found_at(&self) -> Option<String> {
        self.given.found_at.as_deref().map(|address| plain(address, LONG_ADDRESS))
    }

    fn recipient(&self) -> Option<String> {
        self.given.recipient.as_deref().map(|address| plain(address, LONG_ADDRESS))
    }

    fn sha256(&self) -> String {
        hex::encode(self.report.sha256)
    }

    fn json(&self) -> String {
        serde_json::to_string_pretty(&verdict_json(&self.report)).unwrap_or_default()
    }

    /// The link that was given, to be asked about again.
    fn link(&self) -> Option<&str> {
        match &self.given.source {
            Source::Link(address) => Some(address),
            Source::File(_) => None,
        }
    }

    /// The form with this badge's link filled in, below the site's address.
    fn form_with_link(&self) -> Option<String> {
        let link = self.link().or(self.given.own_page.as_deref())?;
        Some(format!("/verify?link={}", utf8_percent_encode(link, VALUE)))
    }

    /// The same as an address for paper, if it is not too long to be typed or read.
    fn again_on_paper(&self) -> Option<String> {
        let address = format!("{}{}", self.base_url, self.form_with_link()?);
        (address.len() <= LONG_ON_PAPER).then_some(address)
    }
}
