//! What is typical, its ratios to the minimal program, and the limits they must keep.

use std::time::Duration;

use crate::{
    Outcome,
    programs::{ISSUANCE, MINIMAL, VERIFY},
};

/// One start of a program.
pub(crate) struct Start {
    /// From its start until it asked for an event.
    pub(crate) poll: Duration,
    /// What it had used by then.
    pub(crate) cpu: Duration,
    pub(crate) memory: u64,
    /// From its first event to its answer.
    pub(crate) answer: Duration,
}

/// All starts of a program.
pub(crate) struct Starts {
    pub(crate) name: &'static str,
    pub(crate) size: u64,
    pub(crate) each: Vec<Start>,
}

/// A program at full speed.
pub(crate) struct Warm {
    pub(crate) what: &'static str,
    /// Which other one it is measured beside.
    pub(crate) beside: &'static str,
    pub(crate) turns: Vec<Turn>,
}

/// What one request took, from event to event, on average of a turn.
pub(crate) struct Turn {
    pub(crate) wall: Duration,
    pub(crate) cpu: Duration,
}

impl Starts {
    /// The lower quartile. Whatever else the machine does only adds to a start, and only to some.
    fn typical(&self, of: impl Fn(&Start) -> f64) -> f64 {
        at(self.each.iter().map(of).collect(), 0.25)
    }
}

fn median(values: Vec<f64>) -> f64 {
    at(values, 0.5)
}

/// The value below which this part of them lies.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a short list")]
fn at(mut values: Vec<f64>, part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = count(values.len()) * part;
    values.get(place as usize).copied().unwrap_or(f64::NAN)
}

#[expect(clippy::cast_precision_loss, reason = "the length of a short list")]
fn count(length: usize) -> f64 {
    length as f64
}

const MILLI: f64 = 1e3;

fn first_poll(start: &Start) -> f64 {
    start.poll.as_secs_f64() * MILLI
}

type Column = (&'static str, fn(&Starts) -> f64);

const COLUMNS: [Column; 5] = [
    ("first poll, ms", |all| all.typical(first_poll)),
    ("CPU till then, ms", |all| all.typical(|start| start.cpu.as_secs_f64() * MILLI)),
    ("first answer, ms", |all| all.typical(|start| start.answer.as_secs_f64() * MILLI)),
    ("memory, MB", |all| all.typical(|start| kib_as_mb(start.memory))),
    ("file, MB", |all| bytes_as_mb(all.size)),
];

#[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
fn bytes_as_mb(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn kib_as_mb(kib: u64) -> f64 {
    bytes_as_mb(kib * 1024)
}

pub(crate) fn print_starts(all: &[Starts]) -> Outcome<()> {
    let floor = of_name(all, MINIMAL)?;
    println!("Starts: lower quartiles of {}, and times {MINIMAL}", floor.each.len());
    print!("{:<28}", "");
    for (title, _) in COLUMNS {
        print!("{title:>19}");
    }
    println!();
    for one in all {
        print!("{:<28}", one.name);
        for (_, column) in COLUMNS {
            let value = column(one);
            print!("{value:>11.2} {:>6.2}×", value / column(floor));
        }
        println!();
    }
    Ok(())
}

pub(crate) fn print_warm(all: &[Warm]) -> Outcome<()> {
    let floor = named(all, MINIMAL)?;
    println!("\nRunning: medians of {} turns, and times {MINIMAL}", floor.turns.len());
    println!("{:<28}{:>19}{:>19}", "", "requests a second", "CPU of one, µs");
    for one in all {
        print!("{:<28}{:>11.0} {:>6.2}×", one.what, rate(one), share(one, floor));
        println!("{:>11.1} {:>6.2}×", cpu(one), cpu(one) / cpu(floor));
    }
    Ok(())
}

fn of_name<'a>(all: &'a [Starts], name: &str) -> Outcome<&'a Starts> {
    all.iter().find(|one| one.name == name).ok_or_else(|| format!("{name} was not started"))
}

fn named<'a>(all: &'a [Warm], what: &str) -> Outcome<&'a Warm> {
    all.iter().find(|one| one.what == what).ok_or_else(|| format!("{what} was not run"))
}

fn rate(warm: &Warm) -> f64 {
    1.0 / median(warm.turns.iter().map(|turn| turn.wall.as_secs_f64()).collect())
}

/// The part of the minimal program's requests that this one answers, turn by turn.
fn share(warm: &Warm, floor: &Warm) -> f64 {
    let pairs = warm.turns.iter().zip(&floor.turns);
    median(pairs.map(|(turn, floor)| floor.wall.as_secs_f64() / turn.wall.as_secs_f64()).collect())
}

fn cpu(warm: &Warm) -> f64 {
    median(warm.turns.iter().map(|turn| turn.cpu.as_secs_f64() * 1e6).collect())
}

/// How much longer than the minimal program a function may take until it asks for its first event.
const STARTING: [(&str, f64); 2] = [(VERIFY, 1.5), (ISSUANCE, 2.0)];
/// How many of the minimal program's requests verify must answer.
const RUNNING: f64 = 0.8;

/// Says of each limit whether it is kept, and whether all are.
pub(crate) fn judge(starts: &[Starts], warm: &[Warm]) -> Outcome<bool> {
    println!();
    let mut all_kept = true;
    let mut say = |kept: bool, words: String| {
        println!("{} {words}", if kept { "kept:  " } else { "MISSED:" });
        all_kept &= kept;
    };
    let floor = of_name(starts, MINIMAL)?.typical(first_poll);
    for (name, limit) in STARTING {
        let times = of_name(starts, name)?.typical(first_poll) / floor;
        say(times <= limit, format!("{name} starts in {times:.2} times {MINIMAL}, at most {limit:.2}"));
    }
    for one in warm.iter().filter(|one| !one.what.starts_with(MINIMAL)) {
        let share = share(one, named(warm, one.beside)?);
        let words = format!("{} answers {share:.2} of '{}', at least {RUNNING:.2}", one.what, one.beside);
        say(share >= RUNNING, words);
    }
    Ok(all_kept)
}
