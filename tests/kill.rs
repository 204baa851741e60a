//! The real program, killed without warning, restarted from its files alone.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    collections::HashSet,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    process::Child,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use openbadges::verify::{StatusKnowledge, Verdict, verify_credential};
use shomei_core::{
    candidate::AnyCandidate,
    intake::upload::{self, Budget, Received, Stage, Upload},
    office,
    ports::{AskNobody, Key},
    store::{self, Record as _},
};
use shomei_local::embedded::Store;
use shomei_tests::{
    audit::Census,
    month::clerk,
    program::{Program, list_of, read_mail},
    world::{TestClock, World},
};

const BINARY: &str = env!("CARGO_BIN_EXE_shomei-local");

/// An SMTP server that accepts mails, and may kill the sender before it can hear so.
struct MailServer {
    port: u16,
    accepted: Arc<Mutex<Vec<Vec<u8>>>>,
    /// The process that dies when this many mails were accepted.
    victim: Arc<Mutex<Option<(usize, Child)>>>,
}

impl MailServer {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            port: listener.local_addr().unwrap().port(),
            accepted: Arc::default(),
            victim: Arc::default(),
        };
        let (accepted, victim) = (server.accepted.clone(), server.victim.clone());
        thread::spawn(move || {
            for connection in listener.incoming() {
                let (accepted, victim) = (accepted.clone(), victim.clone());
                // A killed sender ends its conversation in the middle.
                thread::spawn(move || drop(converse(&connection.unwrap(), &accepted, &victim)));
            }
        });
        server
    }

    fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }
}

fn converse(
    connection: &TcpStream,
    accepted: &Mutex<Vec<Vec<u8>>>,
    victim: &Mutex<Option<(usize, Child)>>,
) -> std::io::Result<()> {
    let mut answer = connection;
    answer.write_all(b"220 ready\r\n")?;
    let mut lines = BufReader::new(connection);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        let verb = String::from_utf8_lossy(&line).to_ascii_uppercase();
        line.clear();
        if !verb.starts_with("DATA") {
            answer.write_all(b"250 fine\r\n")?;
            continue;
        }
        answer.write_all(b"354 go on\r\n")?;
        let mut mail = Vec::new();
        while lines.read_until(b'\n', &mut line)? > 0 && line != b".\r\n" {
            mail.append(&mut line);
        }
        if std::mem::take(&mut line) != b".\r\n" {
            // The sender died in the middle of this mail: it was not accepted.
            return Ok(());
        }
        let mut accepted = accepted.lock().unwrap();
        accepted.push(mail);
        let mut victim = victim.lock().unwrap();
        if victim.as_ref().is_some_and(|(at, _)| accepted.len() == *at) {
            // Accepted, and the sender never learns of it.
            let (_, mut child) = victim.take().unwrap();
            child.kill()?;
            child.wait()?;
            return Ok(());
        }
        answer.write_all(b"250 accepted\r\n")?;
    }
    Ok(())
}

#[test]
fn a_process_killed_between_acceptance_and_commit_leaves_no_mail_missing() {
    let program = Program::new(BINARY);
    let people = 12;
    program.succeeds(&["try", "--no-serve"]);
    let list = program.file("list.csv", list_of(people));
    program.succeeds(&["register", list.to_str().unwrap()]);
    let mails = MailServer::start();
    for at in [1, 4, 6] {
        let mut guard = mails.victim.lock().unwrap();
        let child = program.command(&["--smtp", &mails.url(), "run", "2026-10"]).spawn().unwrap();
        *guard = Some((at, child));
        drop(guard);
        while mails.victim.lock().unwrap().is_some() {
            thread::sleep(Duration::from_millis(20));
        }
    }
    let told = program.succeeds(&["--smtp", &mails.url(), "run", "2026-10"]);
    assert!(told.contains("issued 39 = mailed 39 + owed 0 — agrees"), "{told}");
    let accepted = mails.accepted.lock().unwrap();
    let mut recipients = HashSet::new();
    let server = program.serve();
    for (recipient, text) in accepted.iter().map(|mail| read_mail(mail)) {
        recipients.insert(recipient);
        let link = text.split_whitespace().find(|word| word.contains("/claim/")).unwrap();
        let path = &link[link.find("/claim/").unwrap()..];
        assert_eq!(server.get(path, &[]).status, 200, "every link that was mailed works");
    }
    assert_eq!(recipients.len(), people);
    // Shards are driven four at once, so a death loses the acceptance of one to four mails. They are mailed again.
    assert!((people + 3..=people + 12).contains(&accepted.len()), "{} mails", accepted.len());
}

/// So far a server came that was killed while a clerk's list was being registered.
async fn half_registers(program: &Program, people: usize) -> Key {
    let store = Store::open(&program.data()).await.unwrap();
    let World { entropy, programme, .. } = &World::new().await;
    let clock = &TestClock::at("2026-11-24T08:59:00Z");
    let office = office::Ports { table: &store.table, clock, entropy, programme };
    let ports = upload::Ports { office, domains: &AskNobody };
    let list = list_of(people);
    let received = upload::receive_whole(ports, &clerk(), "list.csv", list.as_bytes()).await.unwrap();
    let Received::Taken(draft) = received else { unreachable!("{received:?}") };
    upload::check(ports, &draft.id, Budget::ALL).await.unwrap();
    let one = Budget { until: None, transactions: 1 };
    let half = upload::save(ports, &clerk(), &draft.id, Some(0), one).await.unwrap().unwrap();
    assert!(matches!(half.stage, Stage::Saving { .. }) && half.saved.rows < people, "{half:?}");
    half.key()
}

#[test]
fn a_list_that_a_killed_server_was_registering_is_registered_by_the_next() {
    let program = Program::new(BINARY);
    program.succeeds(&["try", "--no-serve"]);
    let people = 120;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let census = || async { Census::take(&Store::open(&program.data()).await.unwrap()).await };
    let before = runtime.block_on(async { census().await.candidates.len() });
    let draft = runtime.block_on(half_registers(&program, people));
    let serving = program.serve();
    for _ in 0..600 {
        let stage = runtime.block_on(async {
            let table = Store::open(&program.data()).await.unwrap().table;
            store::load::<Upload>(&table, &draft).await.unwrap().unwrap().record.stage
        });
        if stage == Stage::Saved {
            break;
        }
        thread::sleep(Duration::from_millis(100));
    }
    let after = runtime.block_on(census());
    assert_eq!((after.candidates.len(), after.draft_rows.len()), (before + people, 0));
    drop(serving);
}

#[test]
fn a_process_killed_at_any_moment_is_continued_by_the_next() {
    let program = Program::new(BINARY);
    let people = 120;
    program.succeeds(&["try", "--no-serve"]);
    let list = program.file("list.csv", list_of(people));
    let list = list.to_str().unwrap();
    for milliseconds in [40, 90, 140] {
        kill_after(program.command(&["register", list]).spawn().unwrap(), milliseconds);
    }
    let told = program.succeeds(&["register", list]);
    assert!(told.contains("0 refused"), "{told}");
    for milliseconds in (30..700).step_by(45) {
        kill_after(program.command(&["run", "2026-10"]).spawn().unwrap(), milliseconds);
    }
    let told = program.succeeds(&["run", "2026-10"]);
    assert!(
        told.contains("registered 147 = issued 147 + refused 0; issued 147 = mailed 147 + owed 0 — agrees"),
        "{told}"
    );
    let mails = program.mails();
    for person in 0..people {
        assert!(mails.contains_key(&format!("person{person}@example.jp")), "person {person} has no mail");
    }

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let census = runtime.block_on(async { Census::take(&Store::open(&program.data()).await.unwrap()).await });
    assert_eq!(census.badges.len(), 147);
    assert_eq!(census.slots.len(), 147);
    assert!(census.owed.is_empty());
    assert_eq!(census.due.len(), 1, "only the one who passed in November waits");
    let badges: HashSet<_> = census
        .candidates
        .values()
        .filter_map(|candidate| match candidate {
            AnyCandidate::Issued(candidate) => Some(candidate.state.badge.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(badges.len(), 147, "one badge each");
    let server = program.serve();
    let did = serde_json::from_slice(&server.get("/.well-known/did.json", &[]).body).unwrap();
    // After the moment at which the program's clock is set, and before any badge expires.
    let now = "2026-12-01T00:00:00Z".parse().unwrap();
    for signed in census.signed() {
        let list = census.lists.values().next().unwrap().signed.as_bytes();
        let report = verify_credential(signed.as_bytes(), &did, now, StatusKnowledge::List(list));
        assert_eq!(report.verdict(), Verdict::Valid, "{:?}", report.checks);
    }
}

fn kill_after(mut child: Child, milliseconds: u64) {
    thread::sleep(Duration::from_millis(milliseconds));
    child.kill().unwrap();
    child.wait().unwrap();
}
