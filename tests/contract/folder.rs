//! The life of a store in its folder: it survives restarts, and one process at a time serves it.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    thread,
};

use shomei_core::ports::{ReadError, Table as _, Write, WriteError};
use shomei_local::embedded::Store;
use tokio::runtime::{Builder, Runtime};

use crate::place::{assert_unknown, conflict_at, create, delete, key, replace, text, text_of, transaction};

/// What a process is to the store: its tasks and its lock, which end together.
struct Process {
    runtime: Runtime,
    store: Store,
}

impl Process {
    fn start(folder: &Path) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let store = runtime.block_on(Store::open(folder)).unwrap();
        Self { runtime, store }
    }

    fn apply(&self, writes: Vec<Write>) -> Result<(), WriteError> {
        self.runtime.block_on(self.store.table.transact(&transaction(writes)))
    }

    fn state(&self, sort: &str) -> Result<Option<(u64, String)>, ReadError> {
        let item = self.runtime.block_on(self.store.table.get(&key(sort)))?;
        Ok(item.map(|item| (item.version, text_of(&item))))
    }
}

#[test]
fn what_was_written_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let first = Process::start(folder.path());
    first.apply(vec![create(key("kept"), text("証明書")), create(key("gone"), text("a"))]).unwrap();
    first.apply(vec![replace(key("kept"), 1, text("が か\u{3099} 𠮷 👨‍👩‍👧")), delete(key("gone"), 1)]).unwrap();
    drop(first);

    let second = Process::start(folder.path());
    assert_eq!(second.state("kept").unwrap(), Some((2, "が か\u{3099} 𠮷 👨‍👩‍👧".to_owned())));
    assert_eq!(second.state("gone").unwrap(), None);
    assert_eq!(conflict_at(second.apply(vec![replace(key("kept"), 1, text("late"))])), [0]);
    second.apply(vec![replace(key("kept"), 2, text("third"))]).unwrap();
    drop(second);
    assert_eq!(Process::start(folder.path()).state("kept").unwrap(), Some((3, "third".to_owned())));
}

#[test]
fn a_second_process_in_the_folder_talks_to_the_store_of_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let first = Process::start(folder.path());
    let second = Process::start(folder.path());
    assert_eq!(second.store.address, first.store.address);
    first.apply(vec![create(key("item"), text("of the first"))]).unwrap();
    assert_eq!(second.state("item").unwrap(), Some((1, "of the first".to_owned())));
    second.apply(vec![replace(key("item"), 1, text("of the second"))]).unwrap();
    assert_eq!(first.state("item").unwrap(), Some((2, "of the second".to_owned())));
    // The one that came second goes, and the store stays.
    drop(second);
    assert_eq!(first.state("item").unwrap(), Some((2, "of the second".to_owned())));
}

#[test]
fn when_the_first_process_ends_its_guests_are_told_and_the_next_one_takes_over() {
    let folder = tempfile::tempdir().unwrap();
    let first = Process::start(folder.path());
    let guest = Process::start(folder.path());
    first.apply(vec![create(key("item"), text("first"))]).unwrap();
    drop(first);
    assert!(matches!(guest.state("item"), Err(ReadError::Unavailable(_))));
    assert_unknown(&guest.apply(vec![replace(key("item"), 1, text("lost"))]));

    let next = Process::start(folder.path());
    assert_eq!(next.state("item").unwrap(), Some((1, "first".to_owned())));
    next.apply(vec![replace(key("item"), 1, text("second"))]).unwrap();
}

#[test]
fn of_processes_that_start_at_once_one_serves_all() {
    let folder = tempfile::tempdir().unwrap();
    // The address of an earlier process still stands there.
    drop(Process::start(folder.path()));
    let started: Vec<_> = thread::scope(|scope| {
        let starts: Vec<_> = (0..6).map(|_| scope.spawn(|| Process::start(folder.path()))).collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    started[0].apply(vec![create(key("item"), text("one store"))]).unwrap();
    for process in &started {
        assert_eq!(process.store.address, started[0].store.address);
        assert_eq!(process.state("item").unwrap(), Some((1, "one store".to_owned())));
    }
}

/// What the store answers to a request of these headers, from the status line on.
fn answer_to(process: &Process, method: &str, headers: &[String]) -> String {
    let body = r#"{"TableName":"shomei"}"#;
    let mut stream = TcpStream::connect(process.store.address).unwrap();
    write!(stream, "{method} / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n").unwrap();
    write!(stream, "x-amz-target: DynamoDB_20120810.Scan\r\n").unwrap();
    for header in headers {
        write!(stream, "{header}\r\n").unwrap();
    }
    write!(stream, "content-length: {}\r\n\r\n{body}", body.len()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.to_lowercase()
}

fn authorization(key: &str) -> String {
    let scope = "20261001/ap-northeast-1/dynamodb/aws4_request";
    format!("authorization: AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders=host, Signature=0")
}

/// The secret, as another process of the same owner finds it.
fn secret_in(folder: &Path) -> String {
    let written = fs::read_to_string(folder.join("store.address")).unwrap();
    written.trim().split_once(' ').unwrap().1.to_owned()
}

#[test]
fn only_who_knows_the_secret_is_let_in_and_no_web_page_is() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path());
    process.apply(vec![create(key("item"), text("kept"))]).unwrap();
    let secret = secret_in(folder.path());
    let (right, origin) = (authorization(&secret), "origin: http://localhost:8080".to_owned());

    let answer = answer_to(&process, "POST", std::slice::from_ref(&right));
    assert!(answer.starts_with("http/1.1 200") && answer.contains("kept"), "{answer}");

    // One character less, one more, one other.
    let other = if secret.ends_with('A') { "B" } else { "A" };
    let near = [
        secret[..secret.len() - 1].to_owned(),
        format!("{secret}A"),
        format!("{}{other}", &secret[..secret.len() - 1]),
    ];
    let strangers = ["", "local"].into_iter().map(str::to_owned).chain(near);
    let mut refused: Vec<Vec<String>> = strangers.map(|key| vec![authorization(&key)]).collect();
    refused.push(vec![]);
    refused.push(vec![format!("authorization: Bearer {secret}")]);
    refused.push(vec![right, origin]);
    for headers in refused {
        let answer = answer_to(&process, "POST", &headers);
        assert!(answer.starts_with("http/1.1 403") && !answer.contains("kept"), "{headers:?}: {answer}");
        assert!(!answer.contains("access-control-"), "{headers:?}: {answer}");
    }
}

#[test]
fn a_browser_that_asks_before_a_request_gets_no_leave() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path());
    let asked = ["method: POST", "headers: authorization,x-amz-target", "private-network: true"];
    let mut headers = asked.map(|asked| format!("access-control-request-{asked}")).to_vec();
    headers.push("origin: https://example.com".to_owned());
    let answer = answer_to(&process, "OPTIONS", &headers);
    assert!(answer.starts_with("http/1.1 403") && !answer.contains("access-control-"), "{answer}");
}

#[test]
fn the_secret_is_for_the_owner_of_the_folder_only_and_new_at_each_start() {
    let folder = tempfile::tempdir().unwrap();
    let secrets = [(); 2].map(|()| {
        let process = Process::start(folder.path());
        let mode = fs::metadata(folder.path().join("store.address")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let secret = secret_in(folder.path());
        // 32 bytes in base64.
        assert_eq!(secret.len(), 43);
        assert!(!format!("{:?}", process.store).contains(&secret));
        secret
    });
    assert_ne!(secrets[0], secrets[1]);
}
