//! The main job as a newcomer sees it: the real program, a folder, mails as files, HTTP over a socket.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{fs, os::unix::fs::PermissionsExt, thread};

use openbadges::{
    bake::unbake,
    did::DidDocument,
    verify::{StatusKnowledge, Verdict, verify_credential},
};
use shomei_tests::program::{Answer, Program, files, free_port, list_of};

const BINARY: &str = env!("CARGO_BIN_EXE_shomei-local");
const AGREES: &str = "registered 27 = issued 27 + refused 0; issued 27 = mailed 27 + owed 0 — agrees";
const CONSENT: &str = shomei_pages::claim::CONSENT_VERSION;

/// The path of the claim link in a mail.
fn claim_path(mail: &str) -> String {
    let link = mail.split_whitespace().find(|word| word.contains("/claim/")).unwrap();
    link[link.find("/claim/").unwrap()..].to_owned()
}

#[test]
fn try_works_on_an_empty_folder_and_again() {
    let program = Program::new(BINARY);
    let first = program.succeeds(&["try", "--no-serve"]);
    assert!(first.contains(AGREES), "{first}");
    assert!(
        first.contains(
            "41 rows: 23 accepted, 5 accepted with a warning, 0 amended, 1 registered before, 12 refused"
        ),
        "{first}"
    );
    assert!(first.contains("row   8 warning address-suspicious → fictional.watanabe@gmail.com"), "{first}");
    for name in ["claim link   http", "badge page   http", "credential   http", "picture      http"] {
        assert!(first.contains(name), "{name}: {first}");
    }
    for (name, expected) in [("", 0o700), ("outbox", 0o700), ("issuer-key", 0o600), ("staff-token", 0o600)] {
        let mode = fs::metadata(program.data().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, expected, "{name}");
    }
    let again = program.succeeds(&["try", "--no-serve"]);
    assert!(again.contains(AGREES), "{again}");
    assert!(
        again.contains("issue: 0 issued, 0 refused") && again.contains("29 registered before"),
        "{again}"
    );
    assert_eq!(program.mails().values().map(Vec::len).sum::<usize>(), 27, "nobody is mailed twice");
}

#[test]
fn a_recipient_claims_and_strangers_see_what_was_signed() {
    let program = Program::new(BINARY);
    program.succeeds(&["try", "--no-serve"]);
    let mails = program.mails();
    let path = claim_path(&mails["reiko.takahashi@example.co.jp"][0]);
    let server = program.serve();

    let japanese = [("Accept", "text/html"), ("Accept-Language", "ja")];
    for _ in 0..3 {
        let offer = server.get(&path, &japanese);
        assert_eq!(offer.status, 200);
        assert!(offer.text().contains("髙橋 例子") && offer.text().contains("プロジェクトマネジメント基礎"));
        assert_eq!(offer.headers["cache-control"], "no-store");
    }
    let form = format!("visibility=public&consent={CONSENT}");
    let claimed = server.post(&path, &form);
    assert_eq!(claimed.status, 200, "{}", claimed.text());
    let page = claimed.text();
    let start = page.find("/badges/").unwrap();
    let badge: String = page[start..].chars().take_while(|character| !"\"<> ".contains(*character)).collect();
    assert_eq!(badge.len(), "/badges/".len() + 36, "{badge}");
    let opened = server.get(&path, &japanese);
    assert_eq!(opened.status, 200);
    assert!(
        opened.text().contains("受け取り済み") || opened.text().contains("受け取られています"),
        "{}",
        opened.text()
    );
    assert!(!opened.text().contains("reiko"), "no address on a claimed page");
    assert_eq!(server.post(&path, &format!("visibility=private&consent={CONSENT}")).status, 200);

    let shown = server.get(&badge, &japanese);
    assert_eq!(shown.status, 200, "a second acceptance changes nothing");
    assert!(shown.text().contains("髙橋 例子"), "{}", shown.text());
    assert_eq!(shown.text().matches("<th scope=\"row\">").count(), 4, "four checks: {}", shown.text());
    let credential = server.get(&format!("{badge}.json"), &[("Accept", "text/html")]);
    assert_eq!(credential.headers["content-type"], "application/json");
    let by_accept = server.get(&badge, &[("Accept", "application/vc+ld+json")]);
    assert_eq!(by_accept.headers["content-type"], "application/vc+ld+json");
    assert_eq!(by_accept.body, credential.body);
    let picture = server.get(&format!("{badge}.png"), &[]);
    assert_eq!(unbake(&picture.body).unwrap().unwrap(), credential.text());
    for path in ["/.well-known/did.json", "/issuer", "/status/2026-10-0", "/achievements/pm-foundation"] {
        assert_eq!(server.get(path, &[("Accept", "application/json")]).status, 200, "{path}");
    }

    let folder = program.data().join("export");
    let told = program.succeeds(&["export", folder.to_str().unwrap()]);
    assert!(told.contains("27 credentials"), "{told}");
    let public = folder.join(format!("localhost_{}", program.port)).join(format!("{}.json", &badge[1..]));
    assert_eq!(fs::read(public).unwrap(), credential.body);
    assert_eq!(files(&folder.join("credentials"), "png").len(), 27);
}

#[test]
fn private_and_unknown_badges_look_the_same_over_the_wire() {
    let program = Program::new(BINARY);
    program.succeeds(&["try", "--no-serve"]);
    let mails = program.mails();
    let path = claim_path(&mails["mihon.suzuki@example.jp"][0]);
    let folder = program.data().join("export");
    program.succeeds(&["export", folder.to_str().unwrap()]);
    let server = program.serve();
    assert_eq!(server.post(&path, &format!("visibility=private&consent={CONSENT}")).status, 200);
    let without_date = |mut answer: Answer| {
        answer.headers.remove("date");
        answer
    };
    let unknown = "00000000-0000-4000-8000-000000000000";
    for accept in ["text/html", "application/json", "application/vc+ld+json", "*/*"] {
        for ending in ["", ".json", ".png"] {
            let headers = [("Accept", accept)];
            let expected = without_date(server.get(&format!("/badges/{unknown}{ending}"), &headers));
            assert_eq!(expected.status, 404);
            for file in files(&folder.join("credentials"), "json") {
                let id = file.file_stem().unwrap().to_str().unwrap().to_owned();
                let answer = without_date(server.get(&format!("/badges/{id}{ending}"), &headers));
                assert_eq!(answer, expected, "{id}{ending} as {accept}");
            }
        }
    }
}

#[test]
fn a_run_beside_a_server_uses_its_store() {
    let program = Program::new(BINARY);
    program.succeeds(&["try", "--no-serve"]);
    let _server = program.serve();
    let list = program.file("late.csv", list_of(3));
    let told = program.succeeds(&["register", list.to_str().unwrap()]);
    assert!(told.contains("3 rows: 3 accepted"), "{told}");
    let told = program.succeeds(&["run", "2026-10"]);
    assert!(
        told.contains("registered 30 = issued 30 + refused 0; issued 30 = mailed 30 + owed 0 — agrees"),
        "{told}"
    );
}

/// Beside the server, a person pretends that mails came back, and hands in what was recorded.
#[test]
fn a_mail_that_comes_back_is_told_on_one_machine_too() {
    let program = Program::new(BINARY);
    program.succeeds(&["try", "--no-serve"]);
    let _server = program.serve();
    let links: Vec<_> = program.mails().values().map(|mails| claim_path(&mails[0])).collect();
    for (link, instead, told) in [
        (&links[0], None, ["Bounced", "needs a person: yes; its address is stopped: yes"]),
        // The worst counts.
        (&links[0], Some("--delivered"), ["Bounced", "needs a person: yes; its address is stopped: yes"]),
        (&links[1], Some("--delivered"), ["Delivered", "needs a person: no; its address is stopped: no"]),
        (&links[1], Some("--soft"), ["MailboxFull", "needs a person: yes; its address is stopped: no"]),
        (&links[2], Some("--complaint"), ["Complained", "needs a person: yes; its address is stopped: yes"]),
        (&links[3], Some("--reject"), ["Rejected", "needs a person: yes; its address is stopped: no"]),
    ] {
        let arguments: Vec<_> = ["bounce", link.as_str()].into_iter().chain(instead).collect();
        let said = program.succeeds(&arguments);
        assert!(told.iter().all(|told| said.contains(told)), "{instead:?}: {said}");
    }
    assert!(program.fails(&["bounce", "nothing"]).contains("names no badge"));
    let recorded = |name: &str| format!("{}/../../events/delivery.{name}.json", env!("CARGO_MANIFEST_DIR"));
    let heard = program.succeeds(&["replay", &recorded("sign-in-delivered")]);
    assert!(heard.contains("\"notKept\": 1"), "{heard}");
    assert!(program.fails(&["replay", &recorded("foreign-topic")]).contains("foreign-topic"));
}

#[test]
fn what_cannot_be_done_is_said_clearly() {
    let program = Program::new(BINARY);
    program.succeeds(&["try", "--no-serve"]);
    let workbook = program.file("list.csv", b"PK\x03\x04rest of a workbook");
    let told = program.fails(&["register", workbook.to_str().unwrap()]);
    assert!(told.contains("list-is-workbook") && told.contains("CSV UTF-8"), "{told}");
    assert!(program.fails(&["register", "no-such-list.csv"]).contains("no-such-list.csv cannot be opened"));
    assert!(program.fails(&["run", "9998-11"]).contains("9998-11 is not over"));
    let list = program.file("list.json", r#"{"candidates":[{"achievement":"pm-foundation"}]}"#);
    let told = program.succeeds(&["register", list.to_str().unwrap()]);
    assert!(told.contains("refused cell-missing"), "{told}");
}

#[test]
fn what_badges_are_signed_with_cannot_be_lost_unnoticed() {
    let program = Program::new(BINARY);
    program.succeeds(&["try", "--no-serve"]);
    let [settings, key, token] =
        ["settings.json", "issuer-key", "staff-token"].map(|name| program.data().join(name));
    let as_made = [&settings, &key].map(|file| fs::read_to_string(file).unwrap());
    let put_back = || {
        for (file, text) in [&settings, &key].into_iter().zip(&as_made) {
            fs::write(file, text).unwrap();
        }
    };
    let refused = |sentence: &str| {
        let told = program.fails(&["run", "2026-10"]);
        assert!(told.contains(sentence), "{told}");
    };
    let public = issuer_key(&as_made[0]);
    let stays = format!("this folder's badges are signed with {public}; put the key file back from a backup");

    fs::remove_file(&key).unwrap();
    refused(&format!("is missing: {stays}"));
    assert!(!key.exists(), "no key was made in its place");
    fs::write(&key, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=").unwrap();
    refused(&format!("holds another key: {stays}"));
    fs::write(&key, "").unwrap();
    refused(&format!("holds no issuer key: {stays}"));
    put_back();

    fs::remove_file(&settings).unwrap();
    refused("settings.json is missing");
    fs::remove_file(&key).unwrap();
    refused("settings.json is missing");
    assert!(!key.exists() && !settings.exists());
    put_back();

    fs::write(&settings, as_made[0].replace("localhost", "127.0.0.1")).unwrap();
    refused("Every badge is signed with that address, so it cannot change");
    fs::write(&settings, as_made[0].replace("badge@example.jp", "the office")).unwrap();
    refused("settings.json: the issuer's contact does not fit");

    // Settings as they were before they named the key.
    let (head, _) = as_made[0].split_once(",\n  \"issuerKey\"").unwrap();
    fs::write(&settings, format!("{head}\n}}\n")).unwrap();
    fs::remove_file(&key).unwrap();
    refused("issuer-key is missing");
    fs::write(&key, &as_made[1]).unwrap();
    program.succeeds(&["run", "2026-10"]);
    assert_eq!(fs::read_to_string(&settings).unwrap(), as_made[0]);

    fs::write(&token, "\n").unwrap();
    refused("staff-token is empty");
    fs::remove_file(&token).unwrap();
    program.succeeds(&["run", "2026-10"]);
}

#[test]
fn an_address_that_does_not_fit_leaves_no_trace() {
    let program = Program::new(BINARY);
    let start = |base_url: &str| program.command_at(base_url, &["run", "2026-10"]).output().unwrap();
    for (base_url, sentence) in [
        ("http://badges.example.jp", "must begin with https://"),
        ("https://badges.example.jp/open", "must be a host"),
        ("https://badges.example.jp:443", "leave :443 out"),
        ("http://localhost:80/", "leave :80 out"),
    ] {
        let output = start(base_url);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{base_url}: {told}");
        assert!(told.contains(&format!("the base URL {}", base_url.trim_end_matches('/'))), "{told}");
        assert!(told.contains(sentence), "{base_url}: {told}");
        assert!(!program.data().exists(), "{base_url}");
    }
    let output = start("https://badges.example.jp/");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn processes_that_start_at_once_agree_on_one_key() {
    for _ in 0..4 {
        let program = Program::new(BINARY);
        let ports = [program.port, free_port(), free_port(), free_port()];
        let servers = thread::scope(|scope| {
            let starting = ports.map(|port| {
                scope.spawn({
                    let program = &program;
                    move || program.serve_on(port)
                })
            });
            starting.map(|server| server.join().unwrap())
        });
        let settings = fs::read_to_string(program.data().join("settings.json")).unwrap();
        let documents = servers.each_ref().map(|server| server.get("/.well-known/did.json", &[]).body);
        drop(servers);
        let did: DidDocument = serde_json::from_slice(&documents[0]).unwrap();
        assert_eq!(did.verification_method[0].public_key_multibase.0.multibase(), issuer_key(&settings));
        assert!(documents.iter().all(|document| *document == documents[0]));
        assert!(files(&program.data(), "new").is_empty(), "no draft is left");

        program.succeeds(&["try", "--no-serve"]);
        let folder = program.data().join("export");
        program.succeeds(&["export", folder.to_str().unwrap()]);
        let list = folder.join(format!("localhost_{}/status/2026-10-0.json", program.port));
        let list = fs::read(list).unwrap();
        let credentials = files(&folder.join("credentials"), "json");
        assert_eq!(credentials.len(), 27);
        let now = "2026-12-01T00:00:00Z".parse().unwrap();
        for file in credentials {
            let signed = fs::read(file).unwrap();
            let report = verify_credential(&signed, &did, now, StatusKnowledge::List(&list));
            assert_eq!(report.verdict(), Verdict::Valid, "{:?}", report.checks);
        }
    }
}

/// The key that settings name.
fn issuer_key(settings: &str) -> String {
    let settings: serde_json::Value = serde_json::from_str(settings).unwrap();
    settings.get("issuerKey").unwrap().as_str().unwrap().to_owned()
}
