//! `/verify`: anyone's badges, judged. Nothing that is given is kept.

use std::collections::BTreeSet;

use futures::{StreamExt, TryStreamExt};
use jiff::Timestamp;
use lambda_http::http::{StatusCode, header};
use serde::Deserialize;
use shomei_core::{
    badge::{BadgeId, Revoked},
    verify,
};
use shomei_http::{
    Cache, Limits, Problem, Request, Response, Uploads, accepts,
    metrics::{self, Metric},
};
use shomei_pages::{
    Bilingual,
    verify::{
        AskPage, Format, Given, MOST_AT_ONCE, Row, SCHEMA, Source, TablePage, VerdictDocument, VerdictPage,
        table_csv, unavailable, unavailable_json, verdict_json, verdicts_json,
    },
};
use verifier::{
    Question,
    report::{Check, Finding, Outcome, Reason, Report, Unavailable, Verdict},
    web::Web,
};

use crate::{Verify, own::OwnFirst};

/// How many are judged side by side.
const AT_ONCE: usize = 8;

/// What the platform passes on of a body that it hands over as base64: 6 MB, less what the rest of the event takes.
const MEGABYTES: u32 = 4;
/// The same in bytes.
const BODY_BYTES: usize = (MEGABYTES as usize) << 20;

/// Media types of a badge that a program posts by itself, without a form.
const BADGE_TYPES: [&str; 9] = [
    "application/json",
    "application/ld+json",
    "application/vc",
    "application/vc+ld+json",
    "application/jwt",
    "application/vc+jwt",
    "application/octet-stream",
    "image/png",
    "image/svg+xml",
];

/// The endings of files that list links, unless they hold a badge.
const LISTS: [&str; 2] = [".csv", ".txt"];

#[derive(Default, Deserialize)]
#[serde(default)]
struct Query {
    link: String,
}

/// What is to be judged, and how the answer is given.
struct Ask {
    items: Vec<Item>,
    /// One link or one badge file was given, and no list. This decides the form of what programs get, whatever is found.
    alone: bool,
    /// A file that should list links lists none.
    empty_list: bool,
    links: String,
    recipient: String,
    format: Format,
}

enum Item {
    File { name: String, bytes: Vec<u8> },
    Link(String),
}

impl Item {
    fn source(&self) -> Source {
        match self {
            Self::File { name, .. } => Source::File(name.clone()),
            Self::Link(url) => Source::Link(url.clone()),
        }
    }
}

/// One that was judged, or could not be had.
struct Judged {
    given: Given,
    outcome: Result<Report, Unavailable>,
}

impl Verify {
    /// The form, with links that the address names already in it. Nothing is judged by opening an address.
    pub(crate) fn ask(&self, request: &Request) -> Result<Response, Problem> {
        let query: Query = shomei_http::query(request).unwrap_or_default();
        let page = AskPage { links: query.link, ..self.blank() };
        form_again(request, StatusCode::OK, &page)
    }

    /// The schema of a verdict.
    pub(crate) fn schema() -> Response {
        shomei_http::json(StatusCode::OK, "application/schema+json", SCHEMA.to_owned(), crate::SHORT)
    }

    /// Judges what was posted.
    pub(crate) async fn judge(&self, request: &Request) -> Result<Response, Problem> {
        if let Some(badge) = posted_badge(request) {
            if badge.len() > BODY_BYTES {
                return Err(Problem::body_too_large(BODY_BYTES));
            }
            let question = Question { file: badge, recipient: None, at: self.clock.now() };
            let report = self.as_of_now(verifier::judge(question, &self.web()).await).await?;
            count(&report);
            return crate::published::document("application/json", &verdict_json(&report), Cache::Private)
                .map(shomei_http::readable_anywhere);
        }
        let uploads = shomei_http::uploads(request, Limits { bytes: BODY_BYTES, ..Limits::default() })?;
        let ask = Ask::of(uploads, request);
        if let Some(problem) = ask.problem() {
            // Whoever sits before the form gets it back, with what was typed still in it.
            let person = ask.format == Format::Page || shomei_http::wants_page(request);
            if !person || ask.format == Format::Json {
                return Err(Problem::malformed(&problem.ja, &problem.en));
            }
            let page = AskPage {
                links: ask.links,
                recipient: ask.recipient,
                format: ask.format,
                problem: Some(problem),
                ..self.blank()
            };
            return form_again(request, StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
        let at = self.clock.now();
        let web = self.web();
        let recipient = Some(ask.recipient.as_str()).filter(|address| !address.is_empty());
        // All are made before any is begun: a stream that makes them as it goes could not be sent between threads.
        let each: Vec<_> = ask.items.iter().map(|item| self.judge_one(item, recipient, at, &web)).collect();
        let judged: Vec<Judged> = futures::stream::iter(each).buffered(AT_ONCE).try_collect().await?;
        self.told(request, &ask, judged, at)
    }

    async fn judge_one(
        &self,
        item: &Item,
        recipient: Option<&str>,
        at: Timestamp,
        web: &dyn Web,
    ) -> Result<Judged, Problem> {
        let (found_at, outcome) = match item {
            Item::File { bytes, .. } => {
                (None, Ok(verifier::judge(Question { file: bytes, recipient, at }, web).await))
            }
            Item::Link(url) => match verifier::judge_address(url, recipient, at, web).await {
                Ok((report, found)) => (Some(found).filter(|found| found != url), Ok(report)),
                Err(why) => (None, Err(why)),
            },
        };
        let outcome = match outcome {
            Ok(report) => {
                let report = self.as_of_now(report).await?;
                count(&report);
                Ok(report)
            }
            Err(why) => Err(why),
        };
        let own_page = outcome.as_ref().ok().and_then(|report| self.own_badge(report));
        let own_page = own_page.map(|badge| self.programme.badge_url(&badge));
        let recipient = recipient.map(str::to_owned);
        Ok(Judged { given: Given { source: item.source(), found_at, recipient, own_page }, outcome })
    }

    /// The verdicts in the form that was asked for.
    fn told(
        &self,
        request: &Request,
        ask: &Ask,
        judged: Vec<Judged>,
        at: Timestamp,
    ) -> Result<Response, Problem> {
        let language = shomei_http::language(request);
        match ask.format {
            Format::Json => json(judged, ask.alone, at).map(shomei_http::readable_anywhere),
            Format::Csv => {
                let rows: Vec<Row> = judged.iter().map(|one| one.row(at)).collect();
                Ok(shomei_http::csv("verification.csv", table_csv(&rows, language), Cache::Private))
            }
            Format::Page => match <[Judged; 1]>::try_from(judged) {
                Ok([Judged { given, outcome: Ok(report) }]) => {
                    let issuer = self.programme.issuer_name.clone().into();
                    let page = VerdictPage::of(&report, given, issuer, self.programme.base_url());
                    shomei_http::page(StatusCode::OK, language, page.render(language), Cache::Private)
                }
                Ok([Judged { outcome: Err(why), .. }]) => {
                    let page = AskPage {
                        links: ask.links.clone(),
                        recipient: ask.recipient.clone(),
                        problem: Some(unavailable(&why)),
                        ..self.blank()
                    };
                    form_again(request, StatusCode::UNPROCESSABLE_ENTITY, &page)
                }
                Err(many) => {
                    let files = ask.items.iter().any(|item| matches!(item, Item::File { .. }));
                    let page = TablePage {
                        issuer: self.programme.issuer_name.clone().into(),
                        rows: many.iter().map(|one| one.row(at)).collect(),
                        checked_at: at,
                        links: (!files).then(|| ask.links.clone()),
                        recipient: Some(ask.recipient.clone()).filter(|address| !address.is_empty()),
                    };
                    shomei_http::page(StatusCode::OK, language, page.render(language), Cache::Private)
                }
            },
        }
    }

    /// Which badge of ours was judged, if it is one and valid.
    fn own_badge(&self, report: &Report) -> Option<BadgeId> {
        self.made_here(report).filter(|_| report.verdict() == Verdict::Valid)
    }

    /// Which badge of ours was judged, if it is one, whatever became of it: named by its own word, and vouched for by our keys or our
    /// address.
    fn made_here(&self, report: &Report) -> Option<BadgeId> {
        let claims = report.claims.as_ref()?;
        let name = self.own_path(claims.id.as_deref()?)?.strip_prefix("/badges/")?;
        let (name, issuer) = match name.strip_suffix(".v2.json") {
            Some(name) => (name, self.programme.hosted_issuer_url()),
            None => (name, self.programme.did().to_string()),
        };
        let sound = [Check::Form, Check::Signature, Check::Issuer].iter().all(|check| {
            matches!(report.finding(*check).outcome(), Outcome::Passed | Outcome::NotApplicable)
        });
        BadgeId::parse(name).filter(|_| sound && claims.issuer_id == issuer)
    }

    /// A deleted or revoked badge counts as revoked from that moment on, whatever the published list says yet; and of what is revoked
    /// in the list it is said why, if the issuer did it.
    async fn as_of_now(&self, mut report: Report) -> Result<Report, Problem> {
        let Some(badge) = self.made_here(&report) else { return Ok(report) };
        let found = match report.finding(Check::Revocation) {
            Finding::Revoked { source, .. } => {
                let revoked = verify::revoked(&*self.table, &badge).await?;
                revoked.map(|revoked| (source.clone(), Some(reason(&revoked))))
            }
            _ if report.verdict() != Verdict::Valid => None,
            _ if verify::badge(&*self.table, &badge).await?.is_some() => None,
            _ => {
                let gone = verify::gone(&*self.table, &badge).await?;
                let source = self.programme.badge_url(&badge);
                gone.map(|gone| (source, gone.revoked.as_ref().map(reason)))
            }
        };
        if let Some((source, reason)) = found
            && let Some(line) = report.lines.iter_mut().find(|line| line.check == Check::Revocation)
        {
            line.finding = Finding::Revoked { source, reason };
        }
        Ok(report)
    }

    fn web(&self) -> OwnFirst<'_> {
        OwnFirst { verify: self, outside: self.outside.request() }
    }

    fn blank(&self) -> AskPage {
        AskPage::blank(self.programme.issuer_name.clone().into(), MEGABYTES)
    }
}

impl Ask {
    fn of(uploads: Uploads, request: &Request) -> Self {
        let links = uploads.fields.iter().filter(|(name, _)| name == "link").map(|(_, links)| links.trim());
        let links = links.filter(|links| !links.is_empty()).collect::<Vec<_>>().join("\n");
        let recipient = uploads.field("recipient").unwrap_or_default().trim().to_owned();
        let programs = accepts(request, &["application/json"]);
        let format = uploads.field("format").and_then(Format::parse);
        let format = format.unwrap_or(if programs { Format::Json } else { Format::Page });
        let mut seen = BTreeSet::new();
        let mut items = Vec::new();
        let typed = || links.lines().map(str::trim).filter(|line| !line.is_empty());
        let (mut alone, mut empty_list) = (typed().count() + uploads.files.len() == 1, false);
        for line in typed() {
            if seen.insert(line.to_owned()) {
                items.push(Item::Link(line.to_owned()));
            }
        }
        for file in uploads.files {
            let name = file.name.to_ascii_lowercase();
            match listed(&name, &file.bytes) {
                Some(listed) => {
                    alone = false;
                    empty_list |= listed.is_empty();
                    items.extend(listed.into_iter().filter(|link| seen.insert(link.clone())).map(Item::Link));
                }
                None => items.push(Item::File { name: file.name, bytes: file.bytes }),
            }
        }
        Self { items, alone, empty_list, links, recipient, format }
    }

    /// Why nothing is judged.
    fn problem(&self) -> Option<Bilingual> {
        let both = |ja: String, en: String| Some(Bilingual { ja, en });
        if self.empty_list {
            return both(
                "リンクを並べたはずのファイルに、リンクが見つかりません。https:// から始まるバッジのリンクを入れて、保存し直してください。".to_owned(),
                "A file that should list links holds none. Please put links to badges in it that begin with https://.".to_owned(),
            );
        }
        match self.items.len() {
            0 => both(
                "ファイルを選ぶか、リンクを入力してください。".to_owned(),
                "Choose a file, or enter a link.".to_owned(),
            ),
            1..=MOST_AT_ONCE => None,
            many => both(
                format!(
                    "一度に確認できるのは{MOST_AT_ONCE}件までです（{many}件ありました）。分けてお試しください。"
                ),
                format!(
                    "At most {MOST_AT_ONCE} can be checked at once, and there were {many}. Please send them in parts."
                ),
            ),
        }
    }
}

/// The form, with what was typed still in it.
fn form_again(request: &Request, status: StatusCode, page: &AskPage) -> Result<Response, Problem> {
    let language = shomei_http::language(request);
    let empty = page.links.is_empty() && page.problem.is_none();
    let cache = if empty { crate::SHORT } else { Cache::Private };
    shomei_http::page(status, language, page.render(language), cache)
}

/// Why the issuer revoked a badge of ours, as its verdict says it.
fn reason(revoked: &Revoked) -> Reason {
    let words = revoked.ground.words();
    Reason {
        text: words.ja,
        english: Some(words.en),
        ground: Some(revoked.ground.name()),
        since: Some(revoked.at),
    }
}

/// The links of a file that lists some, in whatever column they stand, without doubles. Links are ASCII, so that it does not matter
/// in which encoding the rest is; in UTF-16 each letter of them has a zero beside it. None: the file is no list but a badge.
fn listed(name: &str, bytes: &[u8]) -> Option<Vec<String>> {
    if !LISTS.iter().any(|ending| name.ends_with(ending)) {
        return None;
    }
    let letters: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
    if holds_badge(&letters) {
        return None;
    }
    let text = String::from_utf8_lossy(&letters);
    let is_between = |letter: char| {
        letter.is_whitespace() || matches!(letter, ',' | ';' | '"' | '\u{feff}' | char::REPLACEMENT_CHARACTER)
    };
    let mut seen = BTreeSet::new();
    let links = text.split(is_between).filter(|cell| is_link(cell) && seen.insert((*cell).to_owned()));
    Some(links.map(str::to_owned).collect())
}

/// A badge that was saved as text, or a picture under such a name, begins as no list of links does.
fn holds_badge(bytes: &[u8]) -> bool {
    let marks: [&[u8]; 3] = [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"];
    let text = marks.iter().find_map(|mark| bytes.strip_prefix(*mark)).unwrap_or(bytes).trim_ascii();
    let in_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    let parts = text.split(|byte| *byte == b'.').count();
    text.starts_with(b"{")
        || text.starts_with(b"[")
        || text.starts_with(b"<")
        || text.starts_with(b"\x89PNG")
        || (text.starts_with(b"ey") && parts == 3 && text.iter().all(in_token))
}

fn is_link(cell: &str) -> bool {
    cell.starts_with("https://") || cell.starts_with("http://")
}

/// The badge itself, if it was posted without a form.
fn posted_badge(request: &Request) -> Option<&[u8]> {
    let media_type = request.headers().get(header::CONTENT_TYPE)?.to_str().ok()?;
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    BADGE_TYPES.iter().any(|name| essence.eq_ignore_ascii_case(name)).then(|| &**request.body())
}

impl Judged {
    fn row(&self, at: Timestamp) -> Row {
        match &self.outcome {
            Ok(report) => Row::of(report, &self.given),
            Err(why) => Row::unread(&self.given.source, unavailable(why), at),
        }
    }
}

/// One verdict by itself; of several, and of what a list holds, each with what it is about.
fn json(judged: Vec<Judged>, alone: bool, at: Timestamp) -> Result<Response, Problem> {
    let verdict = |outcome: &Result<Report, Unavailable>| match outcome {
        Ok(report) => verdict_json(report),
        Err(why) => unavailable_json(why, at),
    };
    let verdicts: Vec<(Source, VerdictDocument)> =
        judged.into_iter().map(|one| (one.given.source, verdict(&one.outcome))).collect();
    match &*verdicts {
        [(_, verdict)] if alone => crate::published::document("application/json", verdict, Cache::Private),
        _ => crate::published::document("application/json", &verdicts_json(verdicts, at), Cache::Private),
    }
}

fn count(report: &Report) {
    metrics::count_as(Metric::Verified, report.verdict().name(), 1);
}
