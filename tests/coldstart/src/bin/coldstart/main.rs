//! How fast the Lambda binaries start and answer, beside a minimal one in the same run. Times differ between machines
//! and hours; the ratios hold, and they are what this program judges.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a person reads what this program finds")]

mod figures;
mod process;
mod programs;
mod runtime_api;

use std::{
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    thread,
    time::Duration,
};

use self::{
    figures::{Start, Starts, Turn, Warm},
    process::Process,
    programs::{Fast, PROGRAMS, Program, WARM},
};

/// How often each program is started.
const STARTS: usize = 20;
/// How long the machine rests between two starts.
const PAUSE: Duration = Duration::from_millis(5);
/// How often each program answers at full speed, and how many events it gets each time. Many short turns: what disturbs
/// the machine for longer than a turn disturbs all programs alike.
const TURNS: usize = 100;
const EVENTS: u32 = 200;

/// What can go wrong is for a person to read.
type Outcome<T> = Result<T, String>;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(binaries), None) = (arguments.next().map(PathBuf::from), arguments.next()) else {
        eprintln!("usage: coldstart FOLDER-OF-THE-BINARIES");
        return ExitCode::FAILURE;
    };
    match measured(&binaries) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("coldstart: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Measures and prints everything, and says whether each limit is kept.
fn measured(binaries: &Path) -> Outcome<bool> {
    let starts = starts(binaries)?;
    figures::print_starts(&starts)?;
    let warm = warm(binaries)?;
    figures::print_warm(&warm)?;
    figures::judge(&starts, &warm)
}

/// Starts one program after the other, and all again: what disturbs the machine disturbs all of them.
fn starts(binaries: &Path) -> Outcome<Vec<Starts>> {
    let mut all = Vec::new();
    for program in &PROGRAMS {
        all.push(Starts {
            name: program.name,
            size: process::size(binaries, program.name)?,
            each: Vec::new(),
        });
        // The first start reads the file from the disk.
        start(binaries, program)?;
    }
    for round in 1..=STARTS {
        progress(&format!("start {round} of {STARTS}"));
        for (program, starts) in PROGRAMS.iter().zip(&mut all) {
            starts.each.push(start(binaries, program)?);
            // What ended before it still keeps the machine busy for a moment.
            thread::sleep(PAUSE);
        }
    }
    progress("");
    Ok(all)
}

fn start(binaries: &Path, program: &Program) -> Outcome<Start> {
    let mut process = Process::start(binaries, program.name)?;
    let poll = process.first_poll()?;
    // It waits for its first event now: this is what starting has cost.
    let used = process.used()?;
    let answer = process.answer(program.event, 1, program.answer)?;
    Ok(Start { poll, cpu: used.cpu, memory: used.memory, answer })
}

/// Lets one program after the other answer at full speed, and all again.
fn warm(binaries: &Path) -> Outcome<Vec<Warm>> {
    let mut all = Vec::new();
    for Fast { what, beside, program } in &WARM {
        let mut process = Process::start(binaries, program.name)?;
        process.first_poll()?;
        // Not counted: the first answers are slower.
        process.answer(program.event, EVENTS, program.answer)?;
        all.push((process, program, Warm { what, beside, turns: Vec::new() }));
    }
    for turn in 1..=TURNS {
        progress(&format!("turn {turn} of {TURNS}"));
        for (process, program, warm) in &mut all {
            let before = process.used()?.cpu;
            let taken = process.answer(program.event, EVENTS, program.answer)?;
            let cpu = process.used()?.cpu.saturating_sub(before);
            warm.turns.push(Turn { wall: taken / EVENTS, cpu: cpu / EVENTS });
        }
    }
    progress("");
    Ok(all.into_iter().map(|(.., warm)| warm).collect())
}

/// Says on a terminal's line what goes on.
fn progress(words: &str) {
    if io::stderr().is_terminal() {
        eprint!("\r\x1b[K{words}");
        // A line that cannot be shown disturbs no measurement.
        let _ = io::stderr().flush();
    }
}
