//! What is said of a badge follows from what was found, and says no more.

use std::collections::BTreeSet;
use std::mem::discriminant;

use serde_json::Value;
use shomei_pages::Bilingual;
use shomei_pages::verify::{
    Given, MOST_AT_ONCE, Row, SCHEMA, Source, TablePage, VerdictPage, table_csv, unavailable_json,
    verdict_json, verdicts_json,
};
use verifier::report::{Check, Finding, Line, Outcome, Report, Verdict};

use crate::findings::{KINDS, all, unavailable};
use crate::samples::findings::checks_of;
use crate::samples::verify::{judged, with};
use crate::samples::{SITE, ordinary};
use crate::{BOTH, HOSTILE, hostile, say};

const CHECKS: [Check; 7] = [
    Check::Form,
    Check::Signature,
    Check::Issuer,
    Check::Dates,
    Check::Revocation,
    Check::HostedCopy,
    Check::Recipient,
];

fn issuer() -> Bilingual {
    Bilingual { ja: "協会".to_owned(), en: "Association".to_owned() }
}

fn file(name: &str) -> Given {
    Given { source: Source::File(name.to_owned()), found_at: None, recipient: None, own_page: None }
}

fn page(report: &Report) -> VerdictPage {
    VerdictPage::of(report, file("badge.png"), issuer(), SITE)
}

/// Reports that hold every finding in every line where it can stand, in ever new company.
fn reports() -> Vec<Report> {
    let pick = |check: Check| all("x").into_iter().filter(move |finding| checks_of(finding).contains(&check));
    let lines = CHECKS.map(|check| pick(check).collect::<Vec<_>>());
    let base = with(&ordinary(), []);
    // Steps without a common divisor with the lengths lead through all pairs.
    (0..3000_usize)
        .map(|turn| {
            let mut report = base.clone();
            for (place, (line, findings)) in report.lines.iter_mut().zip(&lines).enumerate() {
                // The first quarter changes one line of a sound badge, the rest several.
                if turn < 750 && turn % 7 != place {
                    continue;
                }
                let sound = findings.iter().find(|finding| finding.outcome() == Outcome::Passed);
                let at = (turn / 7 + turn * (2 * place + 3)) % findings.len();
                let keep = turn % 5 == place % 5 || turn % 11 == place;
                line.finding = if keep { sound } else { findings.get(at) }.unwrap().clone();
            }
            report
        })
        .collect()
}

/// The page without what the browser does not show as its own words: the claims, the lines and the JSON.
fn judgement(html: &str) -> String {
    let part = |start: &str, end: &str| html.split(start).nth(1).unwrap().split(end).next().unwrap();
    let title = part("<title>", "</title>");
    let screen = part("<div class=\"verdict ", "<p class=\"given\">");
    let paper = part("<div class=\"outcome ", "</div>");
    let heading = html.split("<h2 id=\"claims\">").nth(1).map_or("", |rest| rest.split('<').next().unwrap());
    format!("{title}\n{screen}\n{paper}\n{heading}")
}

#[test]
fn every_kind_of_finding_is_among_the_samples() {
    let found = all("x");
    let mut kinds = Vec::new();
    for finding in &found {
        if !kinds.contains(&discriminant(finding)) {
            kinds.push(discriminant(finding));
        }
        assert!(!checks_of(finding).is_empty());
    }
    assert_eq!(kinds.len(), KINDS);
    for (place, finding) in found.iter().enumerate() {
        assert!(found[place + 1..].iter().all(|other| other != finding), "{finding:?}");
    }
}

#[test]
fn every_finding_has_words_of_its_own_that_name_what_was_compared() {
    let marked = all("detail-of-it");
    let mut words = BTreeSet::new();
    for finding in &marked {
        let carries = format!("{finding:?}").matches("detail-of-it").count();
        let check = *checks_of(finding).first().unwrap();
        let mut report = with(&ordinary(), []);
        for line in report.lines.iter_mut().filter(|line| line.check == check) {
            line.finding = finding.clone();
        }
        let json = serde_json::to_value(verdict_json(&report)).unwrap();
        let place = CHECKS.iter().position(|other| *other == check).unwrap();
        for language in BOTH {
            let message = json["checks"][place]["message"][language.tag()].as_str().unwrap();
            let ends = say(language, "。」", ".”");
            assert!(message.ends_with(|last| ends.contains(last)), "{finding:?}: {message}");
            assert!(words.insert(message.to_owned()), "{finding:?}: {message}");
            // An identifier that is itself a key is also its source.
            let told = message.matches("detail-of-it").count();
            let is_key =
                matches!(finding, Finding::KeyListed { issuer, .. } if issuer.starts_with("did:key:"));
            assert_eq!(told, if is_key { 1 } else { carries }, "{finding:?}: {message}");
            let html = page(&report).render(language).unwrap();
            assert_eq!(html.matches(message).count(), 3 - usize::from(message.contains('"')), "{message}");
        }
    }
}

#[test]
fn only_a_badge_that_passed_every_check_is_called_valid() {
    let mut seen = [0_usize; 3];
    for report in reports() {
        let open = report
            .lines
            .iter()
            .any(|line| matches!(line.finding.outcome(), Outcome::Failed | Outcome::CouldNotCheck));
        seen[usize::from(open) + usize::from(report.verdict() == Verdict::CouldNotCheck)] += 1;
        let genuine = report.lines.iter().all(|line| {
            let concerned =
                matches!(line.check, Check::Form | Check::Signature | Check::Issuer | Check::HostedCopy);
            !concerned || matches!(line.finding.outcome(), Outcome::Passed | Outcome::NotApplicable)
        });
        let row = Row::of(&report, &file("a.png"));
        for language in BOTH {
            let judgement = judgement(&page(&report).render(language).unwrap());
            let called = |words: &[&str]| words.iter().any(|word| judgement.contains(word));
            let valid = say(language, "有効なバッジ", "is valid");
            assert_eq!(called(&[valid]), !open, "{report:?}");
            assert_eq!(called(&["good", "✓"]), !open, "{report:?}");
            let vouches = called(&[say(language, "本物", "did issue")]);
            assert!(!vouches || genuine, "{report:?}");
            let holds = called(&[say(language, "内容のまま", "as its issuer made it")]);
            assert_eq!(holds, !open, "{report:?}");
            // A claim is a claim wherever the verdict is not "valid".
            assert_eq!(called(&[say(language, "バッジの内容", "What the badge says")]), !open);

            let csv = table_csv(std::slice::from_ref(&row), language);
            let line = csv.lines().nth(1).unwrap();
            let word = line.split(',').nth(1).unwrap();
            assert_eq!(word == say(language, "有効", "Valid"), !open, "{line}");
            let table = TablePage {
                issuer: issuer(),
                rows: vec![row.clone()],
                checked_at: report.at,
                links: None,
                recipient: None,
            };
            let html = table.render(language).unwrap();
            let cell = format!("<span class=\"result good\">{}</span>", say(language, "有効", "Valid"));
            assert_eq!(html.contains(&cell), !open, "{line}");
            assert_eq!(html.contains("result good"), !open, "{line}");
        }
    }
    assert!(seen.iter().all(|count| *count > 20), "{seen:?}");
}

#[test]
fn whoever_failed_is_named_on_the_page_and_on_paper() {
    for report in reports().into_iter().step_by(7) {
        for language in BOTH {
            let html = page(&report).render(language).unwrap();
            assert_eq!(html.matches("<th scope=\"row\">").count(), 14);
            let (_, paper) = html.split_once("class=\"record paper\"").unwrap();
            for wanted in
                ["class=\"sign\"", "a7a7a7a7", SITE, "badge.png", "datetime=\"2026-10-05T12:04:05+09:00\""]
            {
                assert!(paper.contains(wanted), "{wanted}");
            }
        }
    }
}

#[test]
fn a_name_that_anyone_may_write_never_vouches() {
    for (name, report, given) in judged(&ordinary()) {
        let html = VerdictPage::of(&report, given, issuer(), SITE).render(BOTH[0]).unwrap();
        let vouched = html.contains("<bdi>badges.example.org のサイトを管理する団体</bdi>");
        let sound = ["valid", "valid_unasked", "valid_hosted", "expired", "revoked", "suspended"];
        let of_issuer =
            sound.contains(&name) || ["not_begun", "other_recipient", "revoked_here"].contains(&name);
        assert_eq!(vouched, of_issuer, "{name}");
        let warns = html.contains("ただし、発行者がだれかは確かめられません。");
        assert_eq!(warns, name == "valid_key", "{name}");
        let unconfirmed = html.contains("確かめられていません。</p>");
        assert_eq!(unconfirmed, !of_issuer && name != "valid_key" && report.claims.is_some(), "{name}");
    }
}

fn validator() -> jsonschema::Validator {
    jsonschema::draft202012::new(&serde_json::from_str(SCHEMA).unwrap()).unwrap()
}

#[test]
fn the_json_of_every_finding_is_as_its_schema_says() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = validator();
    let mut codes = BTreeSet::new();
    let hostile = judged(&hostile()).into_iter().map(|(_, report, _)| report);
    let empty = judged(&ordinary()).into_iter().map(|(_, report, _)| Report { claims: None, ..report });
    for report in reports().into_iter().chain(hostile).chain(empty) {
        let json = serde_json::to_value(verdict_json(&report)).unwrap();
        let wrong: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{wrong:?}\n{json}");
        for line in json["checks"].as_array().unwrap() {
            codes.insert(line["code"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(codes.len(), KINDS);
    let mut listed = BTreeSet::new();
    for branch in schema["$defs"]["line"]["oneOf"].as_array().unwrap() {
        let code = &branch["properties"]["code"];
        let named = code["enum"].as_array().cloned().unwrap_or_else(|| vec![code["const"].clone()]);
        listed.extend(named.iter().map(|code| code.as_str().unwrap().to_owned()));
    }
    assert_eq!(codes, listed);
}

/// A link without a badge has a verdict like all others, with a code of its own; several are a list of what each is alone.
#[test]
fn the_json_of_what_could_not_be_had_and_of_several_is_as_its_schema_says() {
    let validator = validator();
    let at = ordinary_report().at;
    let mut codes = BTreeSet::new();
    let alone: Vec<Value> = std::iter::once(verdict_json(&ordinary_report()))
        .chain(unavailable("x").iter().map(|why| unavailable_json(why, at)))
        .map(|verdict| serde_json::to_value(verdict).unwrap())
        .collect();
    for verdict in &alone[1..] {
        assert_eq!(verdict["verdict"], "could-not-check", "{verdict}");
        assert!(codes.insert(verdict["unavailable"]["code"].as_str().unwrap().to_owned()), "{verdict}");
    }
    assert_eq!(codes.len(), 7);
    let several = |count: usize| {
        let file = (Source::File("badge.png".to_owned()), verdict_json(&ordinary_report()));
        let links = unavailable("x")
            .into_iter()
            .map(|why| (Source::Link("https://other.example/".to_owned()), unavailable_json(&why, at)));
        let verdicts = std::iter::once(file).chain(links).take(count);
        serde_json::to_value(verdicts_json(verdicts, at)).unwrap()
    };
    for (place, result) in several(usize::MAX)["results"].as_array().unwrap().iter().enumerate() {
        assert_eq!(result["verdict"], alone[place]);
        assert_eq!((result.get("file").is_some(), result.get("link").is_some()), (place == 0, place > 0));
    }
    for answer in alone.iter().chain([&several(1), &several(2), &several(usize::MAX)]) {
        let wrong: Vec<String> = validator.iter_errors(answer).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{wrong:?}\n{answer}");
    }
    let mut doubled = several(1);
    doubled["results"][0]["link"] = "https://other.example/".into();
    for wrong in [several(0), doubled] {
        assert!(!validator.is_valid(&wrong), "{wrong}");
    }
}

fn ordinary_report() -> Report {
    with(&ordinary(), [])
}

#[test]
fn the_schema_refuses_what_it_does_not_name() {
    let validator = validator();
    let sound = serde_json::to_value(verdict_json(&with(&ordinary(), []))).unwrap();
    assert!(validator.is_valid(&sound));
    let changes: [(&str, Value); 8] = [
        ("/verdict", "fine".into()),
        ("/sha256", "A7".into()),
        ("/checkedAt", "yesterday".into()),
        ("/checks/0/code", "not-signed".into()),
        ("/checks/1/outcome", "failed".into()),
        ("/checks/2/host", "x".into()),
        ("/checks/3/message/fr", "x".into()),
        ("/claims/extra", 1.into()),
    ];
    for (pointer, value) in changes {
        let mut other = sound.clone();
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        other.pointer_mut(parent).unwrap()[member] = value;
        assert!(!validator.is_valid(&other), "{pointer}");
    }
}

#[test]
fn a_spreadsheet_reads_the_table_and_runs_nothing_of_it() {
    let danger = ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "＝1", "a,b\"c\"", "x\r\n=y", HOSTILE];
    let report = with(&ordinary(), []);
    let rows: Vec<Row> = danger
        .iter()
        .map(|text| {
            let mut report = report.clone();
            let claims = report.claims.as_mut().unwrap();
            claims.name = (*text).to_owned();
            claims.issuer_name = Some((*text).to_owned());
            claims.issuer_id = (*text).to_owned();
            claims.recipient_name = Some((*text).to_owned());
            Row::of(&report, &file(text))
        })
        .collect();
    for language in BOTH {
        let csv = table_csv(&rows, language);
        let text = csv.strip_prefix('\u{feff}').unwrap();
        assert_eq!(text.matches("\r\n").count(), rows.len() + 1);
        assert_eq!(text.replace("\r\n", "").matches(['\r', '\n']).count(), 0);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        let records: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert_eq!(records.len(), rows.len() + 1);
        for record in &records {
            assert_eq!(record.len(), 13);
            assert!(!record.iter().any(|cell| cell.trim_start().starts_with(['=', '+', '-', '@', '＝'])));
        }
        assert_eq!(&records[1][4], "'=1+1");
        assert_eq!(&records[8][4], "a,b\"c\"");
        assert_eq!(&records[1][10], "2029-09-30");
        assert_eq!(&records[1][11], "2026-10-05 12:04:05");
    }
}

#[test]
fn a_page_stays_small_however_long_the_badge_is() {
    let long = "\"&".repeat(200_000);
    let mut report = with(&ordinary(), []);
    for line in &mut report.lines {
        let longest = |finding: &Finding| finding.outcome() == Outcome::CouldNotCheck;
        let finding = all(&long).into_iter().find(|it| checks_of(it) == [line.check] && longest(it));
        *line = Line { check: line.check, finding: finding.unwrap_or(Finding::Unread) };
    }
    let claims = report.claims.as_mut().unwrap();
    claims.name.clone_from(&long);
    claims.issuer_id.clone_from(&long);
    let texts = [
        &mut claims.id,
        &mut claims.description,
        &mut claims.criteria,
        &mut claims.criteria_url,
        &mut claims.issuer_name,
        &mut claims.recipient_name,
    ];
    for text in texts {
        *text = Some(long.clone());
    }
    let given = Given { found_at: Some(long.clone()), recipient: Some(long.clone()), ..file(&long) };
    for language in BOTH {
        let html = VerdictPage::of(&report, given.clone(), issuer(), SITE).render(language).unwrap();
        assert!(html.len() < 120_000, "{} bytes", html.len());
        let table = TablePage {
            issuer: issuer(),
            rows: vec![Row::of(&with(&ordinary(), []), &file("badge.png")); MOST_AT_ONCE],
            checked_at: report.at,
            links: None,
            recipient: None,
        };
        let html = table.render(language).unwrap();
        assert!(html.len() < 120_000, "{} bytes", html.len());
    }
}
