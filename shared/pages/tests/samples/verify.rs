//! The pages where badges are judged, and reports to fill them.

use jiff::Timestamp;
use shomei_core::badge::Ground;
use shomei_pages::Bilingual;
use shomei_pages::verify::{AskPage, Format, Given, Row, Source, TablePage, VerdictPage, unavailable};
use verifier::report::{Check, Claims, Finding, Form, Line, Reason, Report, Unavailable};
use verifier::web::WebError;

use super::{SITE, Sample, Words, body, page};

const APPLICANT: &str = "taro.suzuki@example.com";

pub(crate) fn pages(words: &Words) -> Vec<Sample> {
    let blank = || AskPage::blank(body(words), 4);
    let link = || (words.url)("/badges/5kq2v7d3m9");
    let filled = AskPage { links: link(), ..blank() };
    let problem = Some((words.text)(
        "ファイルもリンクもありません。どちらかを指定してください。",
        "There was neither a file nor a link. Please give one.",
    ));
    let wrong =
        AskPage { recipient: (words.path)(APPLICANT), format: Format::Csv, problem, ..filled.clone() };
    let mut pages = vec![
        page("verify_ask", true, blank()),
        page("verify_ask_filled", false, filled),
        page("verify_ask_problem", false, wrong),
        page("verify_table", false, table(words, None)),
        page("verify_table_links", false, table(words, Some(format!("{}\n{}", link(), link())))),
    ];
    for (name, report, given) in judged(words) {
        let verdict = VerdictPage::of(&report, given, body(words), SITE);
        pages.push(page(&format!("verify_{name}"), false, verdict));
    }
    pages
}

/// Why a badge of this site was revoked.
pub(crate) fn ground(ground: Ground) -> Reason {
    let (words, since) = (ground.words(), Some(at("2026-11-20T03:00:00Z")));
    Reason { text: words.ja, english: Some(words.en), ground: Some(ground.name()), since }
}

/// Reports of every kind, each with what was given.
pub(crate) fn judged(words: &Words) -> Vec<(&'static str, Report, Given)> {
    let file = |name: &str| Given {
        source: Source::File((words.path)(name)),
        found_at: None,
        recipient: None,
        own_page: None,
    };
    let asked = |given: Given| Given { recipient: Some((words.path)(APPLICANT)), ..given };
    let own = Given {
        source: Source::Link((words.url)("/badges/5kq2v7d3m9")),
        found_at: Some((words.url)("/badges/5kq2v7d3m9.json")),
        own_page: Some((words.url)("/badges/5kq2v7d3m9")),
        ..asked(file(""))
    };
    let elsewhere =
        Given { source: Source::Link((words.path)("https://badges.example.org/a/1?v=2")), ..file("") };
    let revoked = Finding::Revoked {
        source: text(words, "https://badges.example.org/status/3"),
        reason: Some(Reason::of(&text(words, "記載の誤り"))),
    };
    let revoked_here = Finding::Revoked {
        source: format!("{SITE}/status/2026-10-0"),
        reason: Some(ground(Ground::QualificationWithdrawn)),
    };
    let no_answer = || Unavailable::Web(WebError::NoAnswer);
    vec![
        ("valid", with(words, [Finding::RecipientMatches]), own),
        ("valid_unasked", with(words, []), elsewhere.clone()),
        ("valid_key", of_a_key(words), file("badge.json")),
        ("valid_hosted", hosted(words), elsewhere.clone()),
        ("expired", with(words, [Finding::Expired(at("2026-03-31T14:59:59Z"))]), file("合格証.png")),
        ("revoked", with(words, [revoked.clone()]), file("badge.jwt")),
        ("revoked_here", with(words, [revoked_here]), file("badge.png")),
        (
            "suspended",
            with(words, [Finding::Suspended { source: text(words, "https://badges.example.org/status/3") }]),
            file("badge.json"),
        ),
        ("not_begun", with(words, [Finding::NotYetValid(at("2027-03-31T15:00:00Z"))]), file("badge.json")),
        (
            "other_recipient",
            with(words, [Finding::RecipientDiffers, Finding::Expired(at("2026-03-31T14:59:59Z"))]),
            asked(file("badge.png")),
        ),
        ("not_valid", with(words, [does_not_fit(words), Finding::NotAsked]), file("badge.png")),
        (
            "not_valid_and_more",
            with(
                words,
                [
                    does_not_fit(words),
                    Finding::Expired(at("2026-03-31T14:59:59Z")),
                    Finding::StatusUnavailable {
                        url: text(words, "https://badges.example.org/status/3"),
                        why: Unavailable::Status(503),
                    },
                    Finding::NoRecipient,
                ],
            ),
            asked(file("badge.json")),
        ),
        ("empty_picture", unread(Finding::NoBadgeInPicture), file("IMG_2041.png")),
        ("unreadable", unread(Finding::NotReadable), file("履歴書.json")),
        (
            "could_not_check",
            with(
                words,
                [
                    Finding::NoKey,
                    Finding::IssuerUnavailable {
                        url: text(words, "https://badges.example.org/.well-known/did.json"),
                        why: no_answer(),
                    },
                    Finding::StatusUnavailable {
                        url: text(words, "https://badges.example.org/status/3"),
                        why: no_answer(),
                    },
                ],
            ),
            elsewhere,
        ),
    ]
}

fn table(words: &Words, links: Option<String>) -> TablePage {
    let missing = Source::Link((words.path)("https://badges.example.org/gone"));
    let mut rows: Vec<Row> = judged(words).iter().map(|(_, report, given)| Row::of(report, given)).collect();
    let why: Bilingual = unavailable(&Unavailable::Status(404));
    rows.push(Row::unread(&missing, why, now()));
    let recipient = links.as_ref().map(|_| (words.path)(APPLICANT));
    TablePage { issuer: body(words), rows, checked_at: now(), links, recipient }
}

fn now() -> Timestamp {
    at("2026-10-05T03:04:05Z")
}

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

/// A stranger's words, which the laws make hostile.
fn text(words: &Words, text: &str) -> String {
    (words.text)(text, text).ja
}

/// A sound badge of an issuer that is nothing but a key.
fn of_a_key(words: &Words) -> Report {
    let key = "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQXJPt4swbTQ2";
    let listed = Finding::KeyListed { issuer: key.to_owned(), source: key.to_owned() };
    let report = with(words, [listed, Finding::NoRevocation]);
    Report { claims: report.claims.map(|claims| Claims { issuer_id: key.to_owned(), ..claims }), ..report }
}

fn does_not_fit(words: &Words) -> Finding {
    Finding::SignatureDoesNotFit {
        suite: text(words, "eddsa-rdfc-2022"),
        key: text(words, "did:web:badges.example.org#key-1"),
    }
}

/// A sound badge, with these findings in place of its own.
pub(crate) fn with<const N: usize>(words: &Words, findings: [Finding; N]) -> Report {
    let mut report = sound(words);
    for finding in findings {
        let check = super::findings::checks_of(&finding);
        for line in report.lines.iter_mut().filter(|line| check == [line.check]) {
            line.finding = finding.clone();
        }
    }
    report
}

fn unread(form: Finding) -> Report {
    let unread = [
        Check::Signature,
        Check::Issuer,
        Check::Dates,
        Check::Revocation,
        Check::HostedCopy,
        Check::Recipient,
    ]
    .map(|check| Line { check, finding: Finding::Unread });
    let [signature, issuer, dates, revocation, hosted, recipient] = unread;
    let form = Line { check: Check::Form, finding: form };
    let lines = [form, signature, issuer, dates, revocation, hosted, recipient];
    Report { lines, claims: None, sha256: [0x5a; 32], at: now() }
}

fn sound(words: &Words) -> Report {
    let line = |check, finding| Line { check, finding };
    let until = Some(at("2029-09-30T14:59:59Z"));
    let from = at("2026-09-30T15:00:00Z");
    Report {
        lines: [
            line(Check::Form, Finding::Badge(Form::EmbeddedProof)),
            line(
                Check::Signature,
                Finding::SignatureFits {
                    suite: text(words, "eddsa-rdfc-2022"),
                    key: text(words, "did:web:badges.example.org#key-1"),
                },
            ),
            line(
                Check::Issuer,
                Finding::KeyListed {
                    issuer: text(words, "did:web:badges.example.org"),
                    source: text(words, "https://badges.example.org/.well-known/did.json"),
                },
            ),
            line(Check::Dates, Finding::InForce { from, until }),
            line(
                Check::Revocation,
                Finding::NotRevoked {
                    source: text(words, "https://badges.example.org/status/3"),
                    index: Some(text(words, "4711")),
                },
            ),
            line(Check::HostedCopy, Finding::NeedsNoHost),
            line(Check::Recipient, Finding::NotAsked),
        ],
        claims: Some(claims(words)),
        sha256: [0xa7; 32],
        at: now(),
    }
}

fn hosted(words: &Words) -> Report {
    let url = || text(words, "https://badges.example.org/a/1");
    with(
        words,
        [
            Finding::Badge(Form::Hosted),
            Finding::HostedNotSigned,
            Finding::HostedByIssuer {
                issuer: text(words, "https://badges.example.org/issuer"),
                host: text(words, "badges.example.org"),
            },
            Finding::NotRevoked { source: url(), index: None },
            Finding::SameAsHosted { url: url() },
        ],
    )
}

fn claims(words: &Words) -> Claims {
    let say = |said: &str| Some(text(words, said));
    Claims {
        id: say("urn:uuid:6a0f6c4e-8a51-4b6b-9a3e-3c0c1b1c9f10"),
        name: text(words, "情報セキュリティ管理士"),
        description: say("組織の情報を守るための計画を立て、運用し、見直す力を認定します。"),
        criteria: say("筆記試験で70%以上の得点\n実務経験2年以上"),
        criteria_url: say("https://badges.example.org/criteria"),
        issuer_id: text(words, "did:web:badges.example.org"),
        issuer_name: say("情報セキュリティ資格機構"),
        recipient_name: say("鈴木 太郎"),
        awarded: Some(at("2026-09-14T03:00:00Z")),
        from: Some(at("2026-09-30T15:00:00Z")),
        until: Some(at("2029-09-30T14:59:59Z")),
    }
}
