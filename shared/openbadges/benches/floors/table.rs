//! The table at the end of a run. Criterion measures; its samples are read from where it stores them.
//!
//! The table shows the quickest sample of each. Whatever else the machine does only adds time, and a ratio of two
//! quickest samples survives that; criterion's own lines show the spread.

use std::{
    fs,
    path::{Path, PathBuf},
};

use criterion::{Bencher, Criterion};
use serde::Deserialize;

/// A measurement, and what it is compared with.
pub(crate) struct Table {
    criterion: Criterion,
    directory: PathBuf,
    rows: Vec<[&'static str; 3]>,
}

impl Table {
    pub(crate) fn new(criterion: Criterion) -> Self {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("criterion");
        fs::create_dir_all(&directory).unwrap();
        Self { criterion: criterion.output_directory(&directory), directory, rows: Vec::new() }
    }

    /// Keeps a text beside the measurements, for whoever wants to measure the same.
    pub(crate) fn keep(&self, name: &str, text: &str) {
        fs::write(self.directory.join(name), text).unwrap();
    }

    /// Measures an operation and right after it its floor. The row is a name, what it does, and what the floor does.
    pub(crate) fn beside(
        &mut self,
        row: [&'static str; 3],
        ours: impl FnMut(&mut Bencher<'_>),
        floor: impl FnMut(&mut Bencher<'_>),
    ) {
        let [operation, ..] = row;
        for side in ["ours", "floor"] {
            // What an earlier run left must not stand in this one's table.
            let _ = fs::remove_file(self.samples(operation, side));
        }
        let mut group = self.criterion.benchmark_group(operation);
        group.bench_function("ours", ours);
        group.bench_function("floor", floor);
        group.finish();
        self.rows.push(row);
    }

    /// Prints what was measured: all of it, what a name on the command line chose, or nothing in a test run.
    #[expect(clippy::print_stdout, reason = "the result of the program")]
    pub(crate) fn print(&self) {
        let lines: Vec<String> = self.rows.iter().filter_map(|row| self.line(*row)).collect();
        if !lines.is_empty() {
            let (ours, floor) = ("ours µs", "floor µs");
            println!("\n{:6}  {:36}  {:34}  {ours:>9}  {floor:>9}  ratio", "", "ours", "floor");
            println!("{}", lines.join("\n"));
        }
    }

    fn line(&self, [operation, ours, floor]: [&str; 3]) -> Option<String> {
        let (time, least) = (self.quickest(operation, "ours")?, self.quickest(operation, "floor")?);
        let ratio = time / least;
        Some(format!("{operation:6}  {ours:36}  {floor:34}  {time:9.2}  {least:9.2}  {ratio:5.2}"))
    }

    /// Of all samples, in microseconds.
    fn quickest(&self, operation: &str, side: &str) -> Option<f64> {
        let samples: Samples = serde_json::from_slice(&fs::read(self.samples(operation, side)).ok()?).ok()?;
        let each = samples.times.iter().zip(&samples.iters).map(|(time, rounds)| time / rounds / 1000.0);
        each.min_by(f64::total_cmp)
    }

    fn samples(&self, operation: &str, side: &str) -> PathBuf {
        self.directory.join(operation).join(side).join("new/sample.json")
    }
}

/// Nanoseconds for so many rounds.
#[derive(Deserialize)]
struct Samples {
    times: Vec<f64>,
    iters: Vec<f64>,
}
