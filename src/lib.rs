//! `aidcheck`: data-integrity checks for student aid.
//!
//! The pipeline, on one page. Data flow one way, and each room knows only those before it:
//!
//! ```text
//! ingest → normalize → identity → rules → cases → report
//! files    fields      persons    findings  rows   files for people
//! ```
//!
//! [`check`] runs all of it; [`read`] stops after the files are understood (for `inspect`).

pub mod cases;
pub mod identity;
pub mod ingest;
pub mod normalize;
pub mod policy;
pub mod record;
pub mod report;
pub mod rules;
pub mod synthetic;

mod interrupted;
mod manifest_of_run;

use std::collections::BTreeMap;
use std::time::Instant;

use chrono::NaiveDate;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use cases::{CaseRow, OpenedCase, Secret, open_cases};
use identity::{Likeness, Model, Persons, Standing, match_exactly, match_probably, stand};
use ingest::{FileSource, HeaderBook, HeaderBookError, InputFile, Rejection};
use normalize::{
    Dataset, FileReading, Keep, KnownSchool, Progress, ReadSettings, merge, read_files,
    unused_mappings,
};
use policy::{Config, Policy};
use record::{Enrollments, Message, Payments};
use report::{HeadcountName, HeadcountSum, Mask, sort_rows};
use rules::{
    CaseKind, ExpectedLine, NotChecked, PaidInstalments, RULES, RecordRef, RuleContext, settle,
    weigh,
};

pub use interrupted::repair;
pub use manifest_of_run::manifest;

/// All that a run rests on, beside the files themselves.
pub struct Run<'a> {
    pub config: &'a Config,
    pub policy: &'a Policy,
    pub secret: &'a Secret,
    /// Weighs who is the same person where no equal number says it.
    pub model: &'a Model,
    pub as_of: NaiveDate,
    /// The kinds to look for.
    pub kinds: &'a [CaseKind],
    pub source: &'a dyn FileSource,
    pub progress: &'a dyn Progress,
}

/// What a run found.
pub struct Checked {
    pub readings: Vec<FileReading>,
    pub data: Dataset,
    pub standing: Standing,
    pub persons: Persons,
    /// What the probabilistic step of identity did.
    pub likeness: Likeness,
    /// In the order of their ids, each with its rows.
    pub cases: Vec<OpenedCase>,
    pub rejections: Vec<Rejection>,
    /// What of the configuration's mappings came to nothing.
    pub unused_mappings: Vec<Message>,
    /// With how many rows each.
    pub not_checked: Vec<(NotChecked, u64)>,
    /// Pupils whom the lines of count sheets with a difference expected.
    pub headcount_names: Vec<HeadcountName>,
    /// What each line of a count sheet expects and counts.
    pub headcount_sums: Vec<HeadcountSum>,
    /// Milliseconds by stage.
    pub timings: BTreeMap<String, u64>,
}

impl Checked {
    /// Gives back the records: once the cases have their lives, the report needs none of them.
    pub fn forget_records(&mut self) {
        self.data.enrollments = Enrollments::default();
        self.data.payments = Payments::default();
        self.persons = Persons::default();
    }
}

/// Reads and understands the files; nothing is checked. Of the records, `keep` says which.
pub fn read(
    files: &[InputFile],
    run: &Run,
    keep: Keep,
) -> Result<Vec<FileReading>, HeaderBookError> {
    let mut headers = HeaderBook::shipped()?;
    for (&field, further) in &run.config.headers {
        headers.with_extra(field, further);
    }
    Ok(read_files(
        files,
        &ReadSettings {
            source: run.source,
            headers: &headers,
            config: run.config,
            policy: run.policy,
            as_of: run.as_of,
            progress: run.progress,
            keep,
        },
    ))
}

/// What was read as one data set, and its people by the exact step of identity alone.
pub fn people(mut readings: Vec<FileReading>, run: &Run) -> (Dataset, Persons) {
    let known: Vec<KnownSchool> = run.config.schools.iter().map(known_school).collect();
    let (data, _) = merge(&mut readings, &known, run.as_of);
    let standing = stand(&data, run.policy.tolerance.version_share);
    let persons =
        match_exactly(&data, &standing, run.policy.tolerance.dummy_number_people as usize);
    (data, persons)
}

/// The whole check: files in, cases out. What they were before tonight, [`cases::life`] knows.
pub fn check(files: &[InputFile], run: &Run) -> Result<Checked, HeaderBookError> {
    let mut clock = Clock::start();
    let mut readings = read(files, run, Keep::All)?;
    let unused_mappings = unused_mappings(&readings, run.config);
    clock.stage("ingest");
    let known: Vec<KnownSchool> = run.config.schools.iter().map(known_school).collect();
    let (data, rejections) = merge(&mut readings, &known, run.as_of);
    clock.stage("normalize");
    let standing = stand(&data, run.policy.tolerance.version_share);
    let persons =
        match_exactly(&data, &standing, run.policy.tolerance.dummy_number_people as usize);
    clock.stage("identity");
    // A known case stays a warning below the probability that opens one.
    let least = run.policy.tolerance.match_review.min(run.policy.cases.keep_warning);
    let (persons, likeness) = match_probably(&data, persons, run.model, least, run.as_of);
    clock.stage("likeness");
    let paid = PaidInstalments::build(&data, &persons, run.policy);
    let context = RuleContext::new(&data, &persons, &standing, run.policy, &paid);
    let outcomes: Vec<_> = RULES
        .par_iter()
        .filter(|rule| run.kinds.contains(&rule.kind))
        .map(|rule| (rule.check)(&context))
        .collect();
    let (mut findings, mut expected) = (Vec::new(), Vec::new());
    let mut not_checked: BTreeMap<NotChecked, u64> = BTreeMap::new();
    for outcome in outcomes {
        findings.extend(outcome.findings);
        expected.extend(outcome.expected);
        for (what, rows) in outcome.not_checked {
            *not_checked.entry(what).or_default() += rows;
        }
    }
    let mut findings = settle(&context, findings);
    weigh(&context, &mut findings);
    clock.stage("rules");
    let miscounted: FxHashSet<usize> = findings
        .iter()
        .flat_map(|finding| &finding.rows)
        .filter_map(|(row, _)| match row {
            RecordRef::Headcount(line) => Some(*line as usize),
            _ => None,
        })
        .collect();
    let headcount_names =
        headcount_names(&context, &expected, &miscounted, Mask::of(run.config.mask));
    let headcount_sums = headcount_sums(&context, &expected);
    let cases = open_cases(&context, findings, run.secret);
    clock.stage("cases");
    Ok(Checked {
        readings,
        standing,
        persons,
        likeness,
        cases,
        rejections,
        unused_mappings,
        not_checked: not_checked.into_iter().collect(),
        headcount_names,
        headcount_sums,
        timings: clock.stages,
        data,
    })
}

/// The rows of cases of which no night before is known, sorted as in the report.
pub fn rows_of(cases: Vec<OpenedCase>) -> Vec<CaseRow> {
    // Many and large: their place is made once.
    let mut rows = Vec::with_capacity(cases.iter().map(|case| case.rows.len()).sum());
    cases.into_iter().for_each(|case| rows.extend(case.rows));
    sort_rows(&mut rows);
    rows
}

fn known_school(entry: &policy::SchoolEntry) -> KnownSchool {
    KnownSchool {
        code: entry.code.clone(),
        name: entry.name.clone(),
        aliases: entry.aliases.clone(),
    }
}

fn headcount_names(
    context: &RuleContext,
    expected: &[ExpectedLine],
    miscounted: &FxHashSet<usize>,
    mask: Mask,
) -> Vec<HeadcountName> {
    let data = context.data;
    expected
        .iter()
        .filter(|expected| miscounted.contains(&expected.line))
        .flat_map(|expected| expected.pupils.iter().map(|&pupil| (expected.line, pupil)))
        .map(|(line, pupil)| {
            let line = &data.headcounts[line];
            let record = data.enrollments.get(pupil);
            let school = data.schools.school(data.school_of(pupil));
            let place = data.enrollments.place(pupil);
            HeadcountName {
                school_code: school.code.clone(),
                school_name: school.name.clone(),
                grade: data.labels.get(record.grade_label).to_string(),
                class: data.labels.get(record.class).to_string(),
                count_date: line.date.unwrap_or(data.as_of).to_string(),
                name: data.enrollments.text(record.name).to_string(),
                id_masked: record
                    .number
                    .map_or(String::new(), |number| mask.number(&number.to_string())),
                student_number_masked: mask
                    .student_number(data.enrollments.text(record.student_number)),
                status: report::status_chinese(record.status).to_string(),
                source_file: data.sheet(place.sheet).place.file.clone(),
                source_row: place.row,
            }
        })
        .collect()
}

fn headcount_sums(context: &RuleContext, expected: &[ExpectedLine]) -> Vec<HeadcountSum> {
    let data = context.data;
    expected
        .iter()
        .map(|expected| {
            let line = &data.headcounts[expected.line];
            let school = data.schools.school(data.schools.of_mention(line.school));
            let grade = data.labels.get(line.grade_label);
            let level = match (data.labels.get(line.class), grade) {
                ("", "") => "school",
                ("", _) => "grade",
                _ => "class",
            };
            HeadcountSum {
                school_code: school.code.clone(),
                school_name: school.name.clone(),
                grade: grade.to_string(),
                rank: (line.stage.or(line.grade.stage), line.grade.year),
                level,
                expected: expected.pupils.len() as i64,
                counted: line.counted,
                on_leave: line.on_leave,
                interns: line.interns,
                excused: line.excused,
            }
        })
        .collect()
}

/// Wall time by stage, in milliseconds.
struct Clock {
    since: Instant,
    stages: BTreeMap<String, u64>,
}

impl Clock {
    fn start() -> Clock {
        Clock { since: Instant::now(), stages: BTreeMap::new() }
    }

    fn stage(&mut self, name: &str) {
        let spent = self.since.elapsed().as_millis() as u64;
        self.stages.insert(name.to_string(), spent);
        self.since = Instant::now();
    }
}
