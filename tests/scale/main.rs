//! A large month through plan, issue, announce and reconcile, with a fault at one in twenty operations of every port, calls
//! that die midway, and a store that loses its power: nothing may be lost, nothing doubled, and memory must not grow with
//! the month.
//!
//! Each stage is a process of its own, so that the memory of one says nothing of another: the store, who registers, who
//! drives the run, who audits. Without arguments this is a test of a small month; `tests/scale/run` is the large one.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test stops at the first surprise, and says what it measured"
)]

mod audit;
mod drive;
mod faults;
mod planted;
mod store;

use std::{
    path::Path,
    process::{Command, Stdio},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use shomei_aws::machine::SystemClock;
use shomei_core::{
    calendar::Month,
    claim,
    intake::{Registration, list::read_csv, register_achievement, register_list},
    office::{self, glance},
    ports::Clock,
};
use shomei_tests::month;

use faults::Machine;
use store::StoreProcess;

/// So many people are in the month that every run of the tests drives.
const SMALL: usize = 1_000;

/// What one stage, or all of a month's, took.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Figures {
    /// Seconds.
    seconds: f64,
    /// The most memory that the process had at once, in kB.
    peak: u64,
}

/// What was found sound.
#[derive(Serialize)]
struct Audited {
    seconds: f64,
    /// Accepted in all: one for each badge, and those that were sent again.
    mails: usize,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match *words {
        ["store", folder] => store::serve(Path::new(folder)),
        ["register", folder, people] => say(&register(Path::new(folder), people.parse().unwrap())),
        ["drive", folder, people] => say(&drive::drive(Path::new(folder), people.parse().unwrap())),
        ["glance", folder, people] => say(&glanced(Path::new(folder), people.parse().unwrap())),
        ["audit", folder, people] => say(&audited(Path::new(folder), people.parse().unwrap())),
        ["months", ref people @ ..] => compare(people),
        _ if is_asked_for(&words) => test(),
        _ => {}
    }
}

/// Cargo hands every test the same arguments: switches, and a part of the names that are asked for.
fn is_asked_for(words: &[&str]) -> bool {
    let mut names = words.iter().filter(|word| !word.starts_with('-')).peekable();
    !words.contains(&"--list") && (names.peek().is_none() || names.any(|name| "scale".contains(name)))
}

fn test() {
    planted::every_damage_is_found();
    let seconds = month_of(SMALL).seconds;
    println!(
        "scale: {SMALL} people with faults everywhere, nothing lost, nothing doubled, {seconds:.0} s ... ok"
    );
}

/// Drives a month of each size, and compares the memory that the largest took with the smallest's.
fn compare(people: &[&str]) {
    let mut sizes: Vec<usize> = people.iter().map(|people| people.parse().unwrap()).collect();
    sizes.sort_unstable();
    let peaks: Vec<u64> = sizes.iter().map(|people| month_of(*people).peak).collect();
    if let [first, .., last] = *peaks {
        // What one page of a shard takes is the same in both. A twentieth is what the allocator may hold back.
        let grows = last * 100 / first;
        println!("peak memory of the driving process: {first} kB, {last} kB: {grows} %");
        assert!(grows <= 110, "memory grows with the month");
    }
}

/// All stages of one month.
fn month_of(people: usize) -> Figures {
    let folder = tempfile::tempdir().unwrap();
    let people = people.to_string();
    let run = |name: &str| -> serde_json::Value { stage(&[name, folder.path().to_str().unwrap(), &people]) };
    println!("scale: {people} people");
    let registered = run("register");
    println!("  register: {registered}");
    let driven = run("drive");
    println!("  drive: {driven}");
    let glanced = run("glance");
    println!("  glance: {glanced}");
    let audited = run("audit");
    println!("  audit: {audited}");
    let seconds = |value: &serde_json::Value| value["seconds"].as_f64().unwrap();
    Figures {
        seconds: seconds(&registered) + seconds(&driven) + seconds(&audited),
        peak: driven["peak"].as_u64().unwrap(),
    }
}

/// Runs this very program as another process, and reads what it says.
fn stage<T: DeserializeOwned>(arguments: &[&str]) -> T {
    let program = std::env::current_exe().unwrap();
    let done = Command::new(program).args(arguments).stderr(Stdio::inherit()).output().unwrap();
    assert!(done.status.success(), "{arguments:?} failed: {}", String::from_utf8_lossy(&done.stdout));
    serde_json::from_slice(&done.stdout).unwrap()
}

fn say(figures: &impl Serialize) {
    println!("{}", serde_json::to_string(figures).unwrap());
}

fn seconds_since(start: Timestamp) -> f64 {
    SystemClock.now().duration_since(start).as_secs_f64()
}

/// The most memory that this process ever had, in kB, as the kernel counts it.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// Registers a qualification and so many people, without faults.
#[tokio::main(flavor = "current_thread")]
async fn register(folder: &Path, people: usize) -> Figures {
    let start = SystemClock.now();
    let held = StoreProcess::start(folder);
    let table = &held.open(folder).await.table;
    let machine = Machine::new(folder, "register");
    let (clock, entropy) = (&machine.clock, &machine.entropy);
    let ports = claim::Ports { table, clock, entropy };
    register_achievement(ports, &month::clerk(), month::qualification()).await.unwrap().unwrap();
    let rows = (0..people).map(|person| {
        format!(
            "pm-foundation,合格,2026/10/{},見本 {person},{},S-{person}\n",
            person % 31 + 1,
            address(person)
        )
    });
    let list: String = std::iter::once(month::HEADING.to_owned()).chain(rows).collect();
    let mut registration = Registration::new(table, clock, entropy);
    let registered =
        register_list(&mut registration, read_csv(list.as_bytes()).unwrap(), |_| ()).await.unwrap();
    assert_eq!(registered.summary.accepted, people);
    Figures { seconds: seconds_since(start), peak: peak_memory() }
}

/// Where the mail of a person goes.
fn address(person: usize) -> String {
    format!("person{person}@example.jp")
}

/// Looks at the month as the office does, on the page that every visit begins with.
#[tokio::main(flavor = "current_thread")]
async fn glanced(folder: &Path, people: usize) -> Figures {
    let held = StoreProcess::start(folder);
    let opened = held.open(folder).await;
    let Machine { clock, entropy, programme, .. } = &Machine::new(folder, "glance");
    let ports = office::Ports { table: &opened.table, clock, entropy, programme };
    let month = Month::new(2026, 10).unwrap();
    let start = SystemClock.now();
    let glance = glance::glance(ports, month).await.unwrap();
    let tasks = glance::tasks(ports, &glance, &[]).await.unwrap();
    let seconds = seconds_since(start);
    assert_eq!((glance.sums.issued, glance.badges.unclaimed), (people, people));
    assert!(tasks.is_empty(), "{tasks:?}");
    Figures { seconds, peak: peak_memory() }
}

/// Reads everything that is stored, and fails if anything is not as it must be.
#[tokio::main(flavor = "current_thread")]
async fn audited(folder: &Path, people: usize) -> Audited {
    let start = SystemClock.now();
    let held = StoreProcess::start(folder);
    let opened = held.open(folder).await;
    let outbox = std::fs::read_to_string(faults::outbox(folder)).unwrap();
    let findings = audit::of_store(&opened, &outbox, people).await;
    let shown: Vec<_> = findings.iter().take(20).collect();
    assert!(findings.is_empty(), "{} things do not hold, among them {shown:#?}", findings.len());
    Audited { seconds: seconds_since(start), mails: outbox.lines().count() }
}
