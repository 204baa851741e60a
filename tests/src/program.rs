//! The real program on a folder of its own, as a person runs it.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use tempfile::TempDir;

/// When the program believes it is started: the samples' rows are judged by their age, and some day by being late.
const CLOCK: &str = "2026-11-24T09:00:00Z";

/// A data folder, and the program that works on it.
#[derive(Debug)]
pub struct Program {
    binary: &'static str,
    folder: TempDir,
    /// Where it listens, and what its base URL says.
    pub port: u16,
}

impl Program {
    /// The binary on an empty folder.
    pub fn new(binary: &'static str) -> Self {
        Self { binary, folder: tempfile::tempdir().unwrap(), port: free_port() }
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A file beside the data folder.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// The program with these arguments, not started.
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.command_at(&format!("http://localhost:{}", self.port), arguments)
    }

    /// The program with another base URL, not started.
    pub fn command_at(&self, base_url: &str, arguments: &[&str]) -> Command {
        self.listening(self.port, base_url, arguments)
    }

    fn listening(&self, port: u16, base_url: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.binary);
        command
            .arg("--data")
            .arg(self.data())
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .args(["--base-url", base_url])
            .args(["--clock", CLOCK])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs it to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs it, and gives what it printed. It must succeed.
    pub fn succeeds(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert!(output.status.success(), "{arguments:?}: {out}\n{err}");
        out
    }

    /// Runs it, and gives what it complained of. It must fail, with status 1 and not by a panic.
    pub fn fails(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", text(&output.stdout));
        text(&output.stderr)
    }

    /// Starts the server, and waits until it answers.
    pub fn serve(&self) -> Serving {
        self.serve_on(self.port)
    }

    /// Starts one more server of this folder.
    pub fn serve_on(&self, port: u16) -> Serving {
        let base_url = format!("http://localhost:{}", self.port);
        let mut child = self.listening(port, &base_url, &["serve"]).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        if !line.starts_with("Serving") {
            let output = child.wait_with_output().unwrap();
            panic!("the server did not start: {line}{}", text(&output.stderr));
        }
        Serving { child, port }
    }

    /// The texts of all mails in the outbox, by recipient.
    pub fn mails(&self) -> BTreeMap<String, Vec<String>> {
        let mut mails: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for file in files(&self.data().join("outbox"), "eml") {
            let (recipient, text) = read_mail(&std::fs::read(file).unwrap());
            mails.entry(recipient).or_default().push(text);
        }
        mails
    }
}

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The files of a folder with this ending, in order.
pub fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == ending))
        .collect();
    files.sort();
    files
}

/// Recipient and plain text of a mail.
pub fn read_mail(bytes: &[u8]) -> (String, String) {
    let mail = mailparse::parse_mail(bytes).unwrap();
    let header = |name: &str| {
        let found = mail.headers.iter().find(|header| header.get_key_ref().eq_ignore_ascii_case(name));
        found.unwrap_or_else(|| panic!("a mail without {name}")).get_value()
    };
    assert!(header("Message-ID").contains('@') && !header("Date").is_empty());
    let [plain, html] = mail.subparts.as_slice() else { panic!("a mail has two forms") };
    assert_eq!((plain.ctype.mimetype.as_str(), html.ctype.mimetype.as_str()), ("text/plain", "text/html"));
    (header("To"), plain.get_body().unwrap())
}

/// The program while it serves. Ends with the value.
#[derive(Debug)]
pub struct Serving {
    child: Child,
    port: u16,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer as it came over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The content.
    pub body: Vec<u8>,
}

impl Answer {
    /// The content as text.
    pub fn text(&self) -> String {
        text(&self.body)
    }
}

impl Serving {
    /// Asks with these headers.
    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask("GET", path, headers, "")
    }

    /// Sends a form, as the page of this very server does.
    pub fn post(&self, path: &str, form: &str) -> Answer {
        let origin = format!("http://localhost:{}", self.port);
        let headers = [("Origin", origin.as_str()), ("Content-Type", "application/x-www-form-urlencoded")];
        self.ask("POST", path, &headers, form)
    }

    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut connection = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let fields: Vec<_> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        write!(
            connection,
            "{method} {path} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\nContent-Length: {}\r\n\
             {}\r\n{body}",
            self.port,
            body.len(),
            fields.concat(),
        )
        .unwrap();
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let (head, body) = answer.split_at(end);
        let head = text(head);
        let (first, fields) = head.split_once("\r\n").unwrap();
        let fields = fields.lines().filter_map(|line| line.split_once(": "));
        Answer {
            status: first.split(' ').nth(1).unwrap().parse().unwrap(),
            headers: fields.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect(),
            body: body.iter().skip(4).copied().collect(),
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A list of so many people who passed in October 2026.
pub fn list_of(people: usize) -> String {
    let rows = (0..people).map(|person| {
        let day = person % 31 + 1;
        format!("pm-foundation,合格,2026/10/{day},見本 {person},person{person}@example.jp,L-{person}\n")
    });
    std::iter::once(crate::month::HEADING.to_owned()).chain(rows).collect()
}
