//! A person's stays: what each enrolment says of when the pupil was where (design, section 6, Time).

use chrono::{Datelike, NaiveDate};

use super::RuleContext;
use crate::normalize::SchoolId;
use crate::record::{DateRange, Enrollment, EnrollmentStatus, Grade, Register, Stage};

/// How a stay ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Still there on the day of the run.
    Open,
    /// The last day, as far as it is known.
    On(DateRange),
    /// The register says left, but not when: never an open stay.
    UnknownExit,
}

/// One enrolment of a person at one school, with the records that speak of it.
#[derive(Debug, Clone)]
pub struct Stay {
    pub school: SchoolId,
    pub register: Register,
    /// The record that speaks for the enrolment: the first of 学籍, vocational, preschool, roster.
    pub lead: usize,
    /// Records of the same enrolment in further registers.
    pub witnesses: Vec<usize>,
    pub entry: Option<DateRange>,
    pub end: End,
    pub status: EnrollmentStatus,
    pub suspended_since: Option<DateRange>,
    pub stage: Option<Stage>,
    pub grade: Grade,
}

/// The stays of a person, in the order of their lead records. A stay that ended on or before its day of
/// entry never was. Records of a school's roster are witnesses wherever an official register speaks.
pub fn stays_of(context: &RuleContext, person: u32) -> Vec<Stay> {
    let mut records: Vec<(SchoolId, Register, usize)> = context
        .persons
        .enrollments(person)
        .map(|index| (context.data.school_of(index), context.data.register_of(index), index))
        .collect();
    records.sort_unstable();
    let mut stays: Vec<Stay> = Vec::new();
    for (school, register, index) in records {
        let record = context.data.enrollments.get(index);
        let speaker = stays.iter_mut().rev().find(|stay| {
            stay.school == school
                && stay.register != register
                && is_witness(stay, register, &record)
        });
        match speaker {
            Some(stay) => {
                stay.witnesses.push(index);
                if stay.entry.is_none() && stay.status.is_exit() == record.status.is_exit() {
                    stay.entry = record.entry;
                }
            }
            None => stays.push(stay_of(school, register, index, &record)),
        }
    }
    stays.retain(|stay| !never_was(stay));
    stays.sort_by_key(|stay| stay.lead);
    stays
}

/// A roster's record is always a witness; one of another official register only for the same stage.
fn is_witness(stay: &Stay, register: Register, record: &Enrollment) -> bool {
    !register.is_official()
        || match (stay.stage, record.stage) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        }
}

fn stay_of(school: SchoolId, register: Register, index: usize, record: &Enrollment) -> Stay {
    let end = match (record.exit, record.status.is_exit()) {
        (Some(date), _) => End::On(date),
        (None, true) => End::UnknownExit,
        (None, false) => End::Open,
    };
    Stay {
        school,
        register,
        lead: index,
        witnesses: Vec::new(),
        entry: record.entry,
        end,
        status: record.status,
        suspended_since: record.suspended,
        stage: record.stage,
        grade: record.grade,
    }
}

fn never_was(stay: &Stay) -> bool {
    match (stay.entry, stay.end) {
        (Some(entry), End::On(exit)) => {
            exit.last <= entry.first
                || (exit.is_exact() && entry.is_exact() && exit.first <= entry.first)
        }
        _ => false,
    }
}

/// What two stays at two schools share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overlap {
    /// First common day; `None` where neither entry is known.
    pub start: Option<NaiveDate>,
    /// Last common day, the run's day for open stays.
    pub end: NaiveDate,
    /// Common days at the least; where an entry is missing, at the most.
    pub days: i64,
    /// Whether a date was known only to the month or year.
    pub coarse: bool,
    /// Whether an entry date is missing.
    pub entry_missing: bool,
}

impl Stay {
    /// The first day, taken so that the stay is shortest.
    fn latest_entry(&self) -> Option<NaiveDate> {
        self.entry.map(|entry| entry.last)
    }

    /// The last day, taken so that the stay is shortest.
    fn earliest_end(&self, as_of: NaiveDate) -> Option<NaiveDate> {
        match self.end {
            End::Open => Some(as_of),
            End::On(exit) => Some(exit.first.min(as_of)),
            End::UnknownExit => None,
        }
    }

    /// The days that both stays share at the least: last common day − first common day + 1.
    pub fn overlap(&self, other: &Stay, as_of: NaiveDate) -> Option<Overlap> {
        let end = self.earliest_end(as_of)?.min(other.earliest_end(as_of)?);
        let start = match (self.latest_entry(), other.latest_entry()) {
            (Some(a), Some(b)) => Some(a.max(b)),
            (a, b) => a.or(b),
        };
        let days = start.map_or(i64::MAX, |start| (end - start).num_days() + 1);
        let coarse = [self.entry, other.entry, self.exit(), other.exit()]
            .into_iter()
            .flatten()
            .any(|date| !date.is_exact());
        let entry_missing = self.entry.is_none() || other.entry.is_none();
        Some(Overlap { start, end, days, coarse, entry_missing })
    }

    fn exit(&self) -> Option<DateRange> {
        match self.end {
            End::On(exit) => Some(exit),
            _ => None,
        }
    }

    /// Whether the stay may include any day from `first` to `last`.
    pub fn may_touch(&self, first: NaiveDate, last: NaiveDate) -> bool {
        let begins = self.entry.is_none_or(|entry| entry.first <= last);
        let ends = match self.end {
            End::Open | End::UnknownExit => true,
            End::On(exit) => exit.last >= first,
        };
        begins && ends
    }

    /// Whether the pupil was surely or possibly suspended for all of `first` to `last`.
    pub fn suspended_throughout(&self, first: NaiveDate) -> Option<bool> {
        if self.status != EnrollmentStatus::Suspended {
            return Some(false);
        }
        self.suspended_since.map(|since| since.last < first)
    }

    /// Whether the stay shows a transfer or an exit date.
    pub fn shows_transfer(&self) -> bool {
        self.exit().is_some() || self.status == EnrollmentStatus::TransferredOut
    }
}

/// Whether `lower` and `upper` are the leaving class of one stage and the first year of the next in the
/// weeks of the hand-over (July to November), when registers still list both.
pub fn is_stage_handover(lower: &Stay, upper: &Stay, overlap: &Overlap) -> bool {
    let last_year = match (lower.stage, upper.stage) {
        (Some(Stage::Preschool), Some(Stage::Primary)) => 3,
        (Some(Stage::Primary), Some(Stage::Junior)) => 5,
        _ => return false,
    };
    let in_season = |day: NaiveDate| (7..=11).contains(&day.month());
    lower.grade.year >= last_year
        && upper.grade.year <= 1
        && overlap.start.is_some_and(|start| {
            in_season(start) && in_season(overlap.end) && start.year() == overlap.end.year()
        })
}
