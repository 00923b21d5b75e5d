//! Cases → files and the terminal: one file an output, all written to one folder and exchanged whole.

mod archive;
mod cases_csv;
mod exchange;
mod headcount_csv;
mod headcount_sums;
mod manifest;
mod mask;
mod rejected_csv;
mod replies;
mod school_files;
mod school_packages;
mod terminal;
mod words;

use std::io::Write;
use std::time::Instant;

pub use cases_csv::sort_rows;
pub use exchange::{Committed, OutputError, OutputFolder, Recovery};
pub use headcount_csv::HeadcountName;
pub use headcount_sums::HeadcountSum;
pub use manifest::{
    InputEntry, KindCounts, Manifest, NotChecked, PROGRAM, SchoolFileEntry, SheetEntry, Skipped,
    count_cases,
};
pub use mask::Mask;
pub use replies::sha256_hex;
pub use school_packages::{PackageError, SchoolPackage, school_packages};
pub use terminal::{since_last, summary};
pub use words::{guarded, stage_chinese, stage_name, status_chinese, status_name};

use crate::cases::CaseRow;
use crate::cases::life::Changes;
use crate::ingest::Rejection;
use crate::record::{Language, SheetRef};

/// Opens a text file as UTF-8 in Excel.
const BOM: &[u8] = b"\xef\xbb\xbf";
const CASES: &str = "cases.csv";
const REJECTED: &str = "rejected.csv";
const HEADCOUNT: &str = "headcount.csv";
const HEADCOUNT_SUMS: &str = "headcount-sums.csv";
const SCHOOLS: &str = "schools";

/// Everything that a report is made of.
#[derive(Debug, Clone)]
pub struct Report<'a> {
    /// Sorted by [`sort_rows`].
    pub rows: &'a [CaseRow],
    pub rejections: &'a [Rejection],
    /// All sheets read, indexed by their ids.
    pub sheets: &'a [SheetRef],
    /// Counts of cases and schools' files are filled in by [`write`].
    pub manifest: Manifest,
    pub headcount_names: &'a [HeadcountName],
    pub headcount_sums: &'a [HeadcountSum],
    pub language: Language,
    /// What schools see of a number.
    pub mask: Mask,
    /// What changed since the nights before; `None` without a store.
    pub changes: Option<&'a Changes>,
}

/// What was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// Paths inside the report, in the order of writing; the schools' files are in the manifest.
    pub files: Vec<String>,
    /// The manifest as it stands in `run.json`.
    pub manifest: Manifest,
}

/// Writes all files of the report; `run.json` comes last.
pub fn write(report: &Report, folder: &OutputFolder) -> Result<Written, OutputError> {
    let started = Instant::now();
    let (tables, school_files) =
        rayon::join(|| write_tables(report, folder), || write_school_files(report, folder));
    let mut files = tables?;
    let mut manifest = report.manifest.clone();
    if let Some(changes) = report.changes {
        manifest.set_changes(changes, report.language);
    }
    manifest.school_files = school_files?;
    manifest.timings_ms.insert("report".into(), started.elapsed().as_millis() as u64);
    manifest.counts = count_cases(report.rows)
        .into_iter()
        .map(|(kind, counts)| (kind.name().to_string(), counts))
        .collect();
    manifest
        .write(folder.writer(manifest::RUN_FILE)?)
        .map_err(OutputError::at(&folder.path(manifest::RUN_FILE)))?;
    files.push(manifest::RUN_FILE);
    Ok(Written { files: files.into_iter().map(String::from).collect(), manifest })
}

/// Writes the files that hold all schools, and returns their names.
fn write_tables(report: &Report, folder: &OutputFolder) -> Result<Vec<&'static str>, OutputError> {
    let mut files = vec![CASES, REJECTED];
    cases_csv::write(report.rows, report.language, folder.writer(CASES)?)
        .map_err(OutputError::at(&folder.path(CASES)))?;
    rejected_csv::write(
        report.rejections,
        report.sheets,
        report.language,
        folder.writer(REJECTED)?,
    )
    .map_err(OutputError::at(&folder.path(REJECTED)))?;
    if !report.headcount_names.is_empty() {
        headcount_csv::write(report.headcount_names, report.language, folder.writer(HEADCOUNT)?)
            .map_err(OutputError::at(&folder.path(HEADCOUNT)))?;
        files.push(HEADCOUNT);
    }
    if !report.headcount_sums.is_empty() {
        headcount_sums::write(
            report.headcount_sums,
            report.language,
            folder.writer(HEADCOUNT_SUMS)?,
        )
        .map_err(OutputError::at(&folder.path(HEADCOUNT_SUMS)))?;
        files.push(HEADCOUNT_SUMS);
    }
    Ok(files)
}

fn write_school_files(
    report: &Report,
    folder: &OutputFolder,
) -> Result<Vec<SchoolFileEntry>, OutputError> {
    let failed = |source| OutputError::at(&folder.path(SCHOOLS))(source);
    school_files::for_each(report.rows, report.mask, |file| {
        let file = file.map_err(failed)?;
        let relative = format!("{SCHOOLS}/{}", file.name);
        let mut out = folder.writer(&relative)?;
        out.write_all(&file.bytes).and_then(|()| out.flush()).map_err(failed)?;
        Ok(SchoolFileEntry { sha256: sha256_hex(&file.bytes), file: file.name })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::sample;

    #[test]
    fn a_report_is_written_whole() {
        let root = tempfile::tempdir().unwrap();
        let out = root.path().join("out");
        let rows = [sample::row("DE-1", "A", "甲校"), sample::row("DE-1", "B", "乙校")];
        let report = Report {
            rows: &rows,
            rejections: &[],
            sheets: &[],
            manifest: Manifest { program: PROGRAM.into(), ..Manifest::default() },
            headcount_names: &[],
            headcount_sums: &[],
            language: Language::Zh,
            mask: Mask::default(),
            changes: None,
        };
        let folder = OutputFolder::prepare(&out).unwrap();
        let written = write(&report, &folder).unwrap();
        assert_eq!(written.files, ["cases.csv", "rejected.csv", "run.json"]);
        assert_eq!(written.manifest.counts["dual-enrollment"].cases, 1);
        let date = chrono::NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
        folder.commit(Some(date), 0).unwrap();
        assert!(out.join("schools/B_乙校.csv").is_file());
        let folder = OutputFolder::prepare(&out).unwrap();
        write(&report, &folder).unwrap();
        assert!(folder.commit(Some(date), 0).unwrap().kept.is_empty());
    }
}
