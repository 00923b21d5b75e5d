//! The generated county: files like those that offices send, with planted discrepancies and traps,
//! and the truth about them; and the measure of a report against such a truth.
//!
//! In comes a seed and a number of students, out come files. A pupil depends on the seed and on his
//! number alone, so that the answer is the same whatever the thread count.

mod aid;
mod aid_lists;
mod calendar;
mod count_sheets;
mod counts;
mod county;
mod dual;
mod evaluate;
mod full;
mod invalid;
mod names;
mod paid;
mod people;
mod person;
mod plain;
mod planted;
mod registers;
mod rng;
mod rosters;
mod rows;
mod settled;
mod stays;
mod table;
mod truth;
mod world;

use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use thiserror::Error;

pub use evaluate::{
    Calibration, CalibrationBin, CurvePoint, DetailScore, EvaluateError, Evaluation, KindScore,
    evaluate,
};

use calendar::Calendar;
use world::World;

/// What to generate.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many pupils; the twins and strangers of planted stories come on top.
    pub students: usize,
    /// The same seed gives the same bytes.
    pub seed: u64,
    /// The folder of the files; absent or empty.
    pub out: PathBuf,
    /// One CSV per kind of record instead of files like those that offices send.
    pub plain: bool,
    /// The day the county is looked at; its school year is the one of the files.
    pub as_of: NaiveDate,
}

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files, the truth not counted.
    pub files: usize,
    /// Lines of registers and rosters, superseded ones not counted.
    pub enrollments: usize,
    /// Lines of aid lists.
    pub payments: usize,
    /// Lines of count sheets.
    pub headcounts: usize,
    /// Planted discrepancies.
    pub groups: usize,
    /// Planted traps.
    pub traps: usize,
    /// Where the truth is.
    pub truth: PathBuf,
}

impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} files: {} enrollments, {} payments, {} count lines; {} discrepancies and {} traps in {}",
            self.files,
            self.enrollments,
            self.payments,
            self.headcounts,
            self.groups,
            self.traps,
            self.truth.display(),
        )
    }
}

/// Why no county was generated.
#[derive(Debug, Error)]
pub enum GenerateError {
    /// The folder holds something already.
    #[error("{} is not empty; give a folder that is absent or empty", .0.display())]
    NotEmpty(PathBuf),
    /// The numbers would no longer be distinct.
    #[error("{0} students are too many; at most {MOST_STUDENTS} have distinct numbers")]
    TooMany(usize),
    /// A file could not be written.
    #[error("{} cannot be written: {source}", .path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A workbook could not be written.
    #[error("{} cannot be written: {source}", .path.display())]
    Workbook {
        /// The workbook.
        path: PathBuf,
        /// What the writer said.
        source: rust_xlsxwriter::XlsxError,
    },
}

/// The most students whose numbers are distinct by construction.
const MOST_STUDENTS: usize = 6_000_000;

/// Names the place of an error of the system.
pub(crate) fn at(path: &Path) -> impl Fn(io::Error) -> GenerateError + '_ {
    move |source| GenerateError::Write { path: path.to_owned(), source }
}

/// Generates a county into `options.out`, and its truth beside it in `OUT.truth.csv`.
pub fn generate(options: &Options) -> Result<Summary, GenerateError> {
    let out = &options.out;
    if options.students > MOST_STUDENTS {
        return Err(GenerateError::TooMany(options.students));
    }
    fs::create_dir_all(out).map_err(at(out))?;
    if fs::read_dir(out).map_err(at(out))?.next().is_some() {
        return Err(GenerateError::NotEmpty(out.clone()));
    }
    let truth = truth_path(out);
    let world = World::new(options.students, options.seed, Calendar::new(options.as_of));
    let write = if options.plain { plain::write } else { full::write };
    let summary = write(&world, options.students, out, &truth)?;
    Ok(Summary { truth, ..summary })
}

/// `OUT.truth.csv` beside `OUT`.
fn truth_path(out: &Path) -> PathBuf {
    let mut name = out.file_name().map_or_else(|| OsString::from("county"), OsString::from);
    name.push(".truth.csv");
    out.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{HashMap, HashSet};

    fn options(name: &str, students: usize, plain: bool) -> Options {
        let out =
            std::env::temp_dir().join(format!("aidcheck-synthetic-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&out);
        Options {
            students,
            seed: 7,
            out,
            plain,
            as_of: NaiveDate::from_ymd_opt(2025, 10, 15).unwrap(),
        }
    }

    fn table(path: PathBuf) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path).unwrap();
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    fn remove(options: &Options) {
        fs::remove_dir_all(&options.out).unwrap();
        fs::remove_file(truth_path(&options.out)).unwrap();
    }

    #[test]
    fn equal_numbers_stand_only_where_the_truth_speaks_of_them() {
        let options = options("plain", 20_000, true);
        let summary = generate(&options).unwrap();
        let rows = table(options.out.join("enrollments.csv"));
        assert_eq!(rows.len(), summary.enrollments + 1);
        let known: HashSet<usize> = table(summary.truth.clone())
            .iter()
            .filter(|row| row[4] == "enrollments.csv")
            .map(|row| row[5].parse().unwrap())
            .collect();
        let mut first: HashMap<&str, usize> = HashMap::new();
        for (index, row) in rows.iter().enumerate().filter(|(_, row)| !row[3].is_empty()) {
            if let Some(other) = first.insert(&row[3], index + 1) {
                assert!(known.contains(&other) && known.contains(&(index + 1)), "{row:?}");
            }
        }
        remove(&options);
    }

    #[test]
    fn every_story_stands_three_times_in_a_small_county() {
        for plain in [true, false] {
            let options = options(if plain { "small-plain" } else { "small" }, 2_000, plain);
            let summary = generate(&options).unwrap();
            let mut groups: HashMap<(String, String, String), HashSet<String>> = HashMap::new();
            for row in table(summary.truth.clone()).into_iter().skip(1) {
                let [group, kind, trap, detail] =
                    [0, 1, 2, 3].map(|column: usize| row[column].clone());
                groups.entry((kind, trap, detail)).or_default().insert(group);
                assert!(options.out.join(&row[4]).is_file());
            }
            let few: Vec<_> = groups
                .iter()
                .filter(|((kind, _, detail), ids)| {
                    ids.len() < 3
                        && kind != "headcount-mismatch"
                        && detail != "number-x-lower"
                        && detail != "twins"
                })
                .collect();
            assert!(few.is_empty(), "{few:?}");
            assert!(groups.len() > 38);
            remove(&options);
        }
    }

    #[test]
    fn the_bytes_do_not_depend_on_the_thread_count() {
        let read = |threads: usize| {
            let options = options(&format!("threads-{threads}"), 9_000, true);
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let summary = pool.install(|| generate(&options)).unwrap();
            let files = ["enrollments.csv", "payments.csv", "headcounts.csv"];
            let bytes = files.map(|file| fs::read(options.out.join(file)).unwrap());
            let truth = fs::read(summary.truth).unwrap();
            remove(&options);
            (bytes, truth)
        };
        assert!(read(1) == read(3));
    }

    #[test]
    fn a_folder_that_holds_something_is_refused_and_a_tiny_county_is_not() {
        for (students, plain) in [(0, true), (0, false), (12, true), (12, false)] {
            let options = options(&format!("tiny-{students}-{plain}"), students, plain);
            generate(&options).unwrap();
            assert!(matches!(generate(&options), Err(GenerateError::NotEmpty(_))));
            remove(&options);
        }
    }
}
