//! The generated county: files like those that offices send, with planted discrepancies and traps,
//! and the truth about them; and the measure of a report against such a truth.
//!
//! In comes a seed and a number of students, out come files. A pupil depends on the seed and on his
//! number alone, so that the answer is the same whatever the thread count.

mod aid;
mod aid_lists;
mod alike;
mod calendar;
mod count_sheets;
mod counts;
mod county;
mod dual;
mod evaluate;
mod families;
mod full;
mod hidden;
mod household;
mod invalid;
mod misspelt;
mod names;
mod paid;
mod paid_hidden;
mod people;
mod person;
mod plain;
mod planted;
mod registers;
mod rng;
mod rosters;
mod rows;
mod settled;
mod spoilage;
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
use planted::MOST_SPOILAGE;
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
    /// How many times the usual share of double enrolments, repeat payments and rows of rosters is
    /// hidden behind a spoiled record: 1 is usual, 0 none, 20 the most.
    pub spoilage: f64,
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
    /// There is no such share.
    #[error("{0} is no share to spoil; give one from 0 to {MOST_SPOILAGE}, 1 for the usual")]
    Spoilage(f64),
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
    if !(0.0..=MOST_SPOILAGE).contains(&options.spoilage) {
        return Err(GenerateError::Spoilage(options.spoilage));
    }
    fs::create_dir_all(out).map_err(at(out))?;
    if fs::read_dir(out).map_err(at(out))?.next().is_some() {
        return Err(GenerateError::NotEmpty(out.clone()));
    }
    let truth = truth_path(out);
    let world =
        World::new(options.students, options.seed, Calendar::new(options.as_of), options.spoilage);
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
mod tests;
