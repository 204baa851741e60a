//! The table at the end of a run. Criterion measures; its samples are read from where it stores them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use criterion::Criterion;
use serde_json::Value;

pub(crate) struct Table {
    criterion: Criterion,
    directory: PathBuf,
    rows: Vec<&'static str>,
}

impl Table {
    pub(crate) fn new(criterion: Criterion) -> Self {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("criterion");
        fs::create_dir_all(&directory).unwrap();
        Self { criterion: criterion.output_directory(&directory), directory, rows: Vec::new() }
    }

    /// Measures ours and right after it the other.
    pub(crate) fn beside<T, U>(
        &mut self,
        row: &'static str,
        ours: impl FnMut() -> T,
        other: impl FnMut() -> U,
    ) {
        self.alone(row, ours);
        self.measure(row, "other", other);
    }

    pub(crate) fn alone<T>(&mut self, row: &'static str, ours: impl FnMut() -> T) {
        // What an earlier run left must not stand in this one's table.
        let _ = fs::remove_dir_all(self.directory.join(row));
        self.measure(row, "ours", ours);
        self.rows.push(row);
    }

    fn measure<T>(&mut self, row: &str, side: &str, mut run: impl FnMut() -> T) {
        let mut group = self.criterion.benchmark_group(row);
        group.bench_function(side, |bencher| bencher.iter(&mut run));
        group.finish();
    }

    #[expect(clippy::print_stdout, reason = "the result of the program")]
    pub(crate) fn print(&self) {
        println!("\n{:20}  {:>10}  {:>10}  times quicker", "", "ours µs", "other µs");
        for row in &self.rows {
            let Some(ours) = self.quickest(row, "ours") else { continue };
            match self.quickest(row, "other") {
                Some(other) => println!("{row:20}  {ours:10.1}  {other:10.1}  {:.0}", other / ours),
                None => println!("{row:20}  {ours:10.1}"),
            }
        }
    }

    /// Of all samples, in microseconds.
    fn quickest(&self, row: &str, side: &str) -> Option<f64> {
        let path = self.directory.join(row).join(side).join("new/sample.json");
        let samples: Value = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
        let numbers = |member: &str| {
            samples.get(member)?.as_array()?.iter().map(Value::as_f64).collect::<Option<Vec<_>>>()
        };
        let each =
            numbers("times")?.into_iter().zip(numbers("iters")?).map(|(time, rounds)| time / rounds / 1000.0);
        each.min_by(f64::total_cmp)
    }
}
