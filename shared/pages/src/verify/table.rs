//! The verdicts on many badges: a table, and the same for a spreadsheet.

use jiff::{Timestamp, civil::Date, tz::Offset};
use verifier::report::{Check, Report, Verdict};

use super::claims::Said;
use super::standing::{Standing, Voucher};
use super::words::{both, brief};
use super::{Format, Given, Source};
use crate::layout::{Frame, document, page_template, silent_debug};
use crate::spreadsheet::spreadsheet;
use crate::{Bilingual, Language, RenderError};

silent_debug!(Row, TablePage);

/// One badge of many.
#[derive(Clone)]
pub struct Row {
    given: String,
    verdict: Verdict,
    standing: Standing,
    reason: Bilingual,
    said: Option<Said>,
    voucher: Voucher,
    recipient: Bilingual,
    own_page: Option<String>,
    at: Timestamp,
    sha256: Option<String>,
}

impl Row {
    /// A badge that was judged.
    pub fn of(report: &Report, given: &Given) -> Self {
        let standing = Standing::of(report);
        let voucher = Voucher::of(report);
        let reason = match (standing, &voucher) {
            (Standing::Valid, Voucher::Key) => {
                both("発行者がだれかは確かめられない", "nothing says who its issuer is")
            }
            _ => standing.reasons(report),
        };
        Self {
            given: given.source.shown(),
            verdict: report.verdict(),
            standing,
            reason,
            said: report.claims.as_ref().map(Said::of),
            voucher,
            recipient: brief(report.finding(Check::Recipient)),
            own_page: given.own_page.clone(),
            at: report.at,
            sha256: Some(hex::encode(report.sha256)),
        }
    }

    /// A link or a file that could not be had, so that there was nothing to judge.
    pub fn unread(source: &Source, why: Bilingual, at: Timestamp) -> Self {
        Self {
            given: source.shown(),
            verdict: Verdict::CouldNotCheck,
            standing: Standing::CouldNotCheck,
            reason: why,
            said: None,
            voucher: Voucher::Nobody,
            recipient: both("", ""),
            own_page: None,
            at,
            sha256: None,
        }
    }

    fn name(&self) -> Option<&str> {
        self.said.as_ref().map(|said| said.name.as_str())
    }

    fn issuer(&self) -> Option<&str> {
        let said = self.said.as_ref()?;
        Some(said.issuer_name.as_deref().unwrap_or(&said.issuer_id))
    }

    fn holder(&self) -> Option<&str> {
        self.said.as_ref()?.recipient_name.as_deref()
    }

    fn last_day(&self) -> Option<Date> {
        self.said.as_ref()?.last_day()
    }

    /// The host that vouches, or that nothing does.
    fn vouched(&self, language: Language) -> &str {
        match &self.voucher {
            Voucher::Host(host) => host,
            Voucher::Key | Voucher::Nobody => language.say("裏付けなし", "not vouched for"),
        }
    }
}

/// The verdicts on many badges.
#[derive(Clone)]
pub struct TablePage {
    /// Whose site it is.
    pub issuer: Bilingual,
    /// The badges, in the order given.
    pub rows: Vec<Row>,
    /// When they were judged.
    pub checked_at: Timestamp,
    /// The links, one a line, if nothing else was given: they can be asked about again for a spreadsheet.
    pub links: Option<String>,
    /// The mail address that was asked about.
    pub recipient: Option<String>,
}

page_template!(TableTemplate, TablePage, "verify/table.html");

impl TablePage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("確認の結果", "What was found");
        let frame = Frame::unlisted(language, title).of(&self.issuer).wide();
        document(&TableTemplate { language, frame, page: self })
    }

    fn valid(&self) -> usize {
        self.count(Verdict::Valid)
    }

    fn not_valid(&self) -> usize {
        self.count(Verdict::NotValid)
    }

    fn open(&self) -> usize {
        self.count(Verdict::CouldNotCheck)
    }

    fn count(&self, verdict: Verdict) -> usize {
        self.rows.iter().filter(|row| row.verdict == verdict).count()
    }
}

/// The verdicts for a spreadsheet.
pub fn table_csv(rows: &[Row], language: Language) -> String {
    let head: [(&str, &str); 13] = [
        ("ファイル名・リンク", "File or link"),
        ("判定", "Verdict"),
        ("状態", "Standing"),
        ("理由", "Reason"),
        ("バッジ名", "Badge"),
        ("発行者（バッジの記載）", "Issuer (as the badge says)"),
        ("発行者の識別子", "Issuer’s identifier"),
        ("裏付け", "Vouched for by"),
        ("保有者（バッジの記載）", "Holder (as the badge says)"),
        ("授与先のメールアドレス", "Mail address awarded to"),
        ("有効期限", "Valid until"),
        ("確認した日時（日本時間）", "Checked (Japan time)"),
        ("SHA-256", "SHA-256"),
    ];
    let head = head.map(|(ja, en)| language.say(ja, en));
    spreadsheet(
        head,
        rows.iter().map(|row| {
            let issuer_id = row.said.as_ref().map(|said| said.issuer_id.clone());
            [
                row.given.clone(),
                verdict(row.verdict, language).to_owned(),
                row.standing.word(language).to_owned(),
                row.reason.in_language(language).to_owned(),
                row.name().unwrap_or_default().to_owned(),
                row.said.as_ref().and_then(|said| said.issuer_name.clone()).unwrap_or_default(),
                issuer_id.unwrap_or_default(),
                row.vouched(language).to_owned(),
                row.holder().unwrap_or_default().to_owned(),
                row.recipient.in_language(language).to_owned(),
                row.last_day().map(|day| day.to_string()).unwrap_or_default(),
                Offset::constant(9).to_datetime(row.at).strftime("%Y-%m-%d %H:%M:%S").to_string(),
                row.sha256.clone().unwrap_or_default(),
            ]
        }),
    )
}

fn verdict(verdict: Verdict, language: Language) -> &'static str {
    match verdict {
        Verdict::Valid => language.say("有効", "Valid"),
        Verdict::NotValid => language.say("有効ではない", "Not valid"),
        Verdict::CouldNotCheck => language.say("確認できず", "Could not check"),
    }
}
