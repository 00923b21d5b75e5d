//! What a rule is given and what it gives back.

use chrono::NaiveDate;
use rustc_hash::{FxHashMap, FxHashSet};

use super::finding::{CaseKind, Finding};
use super::payments::PaidInstalments;
use crate::identity::{Persons, Standing};
use crate::normalize::{Dataset, SchoolId};
use crate::policy::Policy;
use crate::record::{Message, SheetId};

/// Everything a rule may read.
pub struct RuleContext<'a> {
    pub data: &'a Dataset,
    pub persons: &'a Persons,
    pub standing: &'a Standing,
    pub policy: &'a Policy,
    /// Effective payments by person, programme and instalment; built once for the rules of pay.
    pub paid: &'a PaidInstalments,
    /// The schools of which some standing list could not be read to its end: they prove nobody's
    /// absence.
    pub read_in_part: FxHashSet<SchoolId>,
}

/// Rows that a rule could not check, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NotChecked {
    pub kind: CaseKind,
    pub sheet: Option<SheetId>,
    pub school: SchoolId,
    pub reason: Message,
}

/// What a rule found, and what it could not check (each with its number of rows).
#[derive(Debug, Default)]
pub struct Outcome {
    pub findings: Vec<Finding>,
    pub not_checked: FxHashMap<NotChecked, u64>,
    /// The pupils whom the lines of count sheets expect (of `headcount-mismatch` alone).
    pub expected: Vec<ExpectedLine>,
}

/// A line of a count sheet (its index) and the enrolments that it expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedLine {
    pub line: usize,
    pub pupils: Vec<usize>,
}

impl Outcome {
    /// Notes rows that could not be checked; equal notes are added up.
    pub fn not_checked(
        &mut self,
        kind: CaseKind,
        sheet: Option<SheetId>,
        school: SchoolId,
        reason: Message,
        rows: u64,
    ) {
        *self.not_checked.entry(NotChecked { kind, sheet, school, reason }).or_default() += rows;
    }

    /// Takes over what a part of the work found.
    pub fn append(&mut self, mut part: Outcome) {
        self.findings.append(&mut part.findings);
        self.expected.append(&mut part.expected);
        for (what, rows) in part.not_checked {
            *self.not_checked.entry(what).or_default() += rows;
        }
    }
}

impl<'a> RuleContext<'a> {
    /// Puts together what all rules read.
    pub fn new(
        data: &'a Dataset,
        persons: &'a Persons,
        standing: &'a Standing,
        policy: &'a Policy,
        paid: &'a PaidInstalments,
    ) -> RuleContext<'a> {
        let read_in_part = schools_read_in_part(data, standing);
        RuleContext { data, persons, standing, policy, paid, read_in_part }
    }

    /// The day to which the run looks.
    pub fn as_of(&self) -> NaiveDate {
        self.data.as_of
    }

    /// How a person is named in a case id: the number, else name, birth date, sex and school.
    pub fn person_key(&self, person: u32) -> Vec<String> {
        let records = self.persons.records(person);
        let number =
            records.iter().find_map(|record| match (record.as_enrollment(), record.as_payment()) {
                (Some(index), _) => self.data.enrollments.columns.number[index],
                (_, Some(index)) => self.data.payments.columns.number[index],
                _ => None,
            });
        if let Some(number) = number {
            let split = self.persons.is_conflicted(number);
            let mut key = vec![number.to_string()];
            if split {
                // Two people share the number: the name tells whose case it is.
                key.push(self.name_of(person).to_string());
            }
            return key;
        }
        let first = records.first().copied();
        match first.map(|record| (record.as_enrollment(), record.as_payment())) {
            Some((Some(index), _)) => {
                let record = self.data.enrollments.get(index);
                vec![
                    self.name_of(person).to_string(),
                    record.birth.map_or(String::new(), |birth| birth.to_string()),
                    format!("{:?}", record.sex),
                    self.school_key(self.data.school_of(index)),
                ]
            }
            Some((_, Some(index))) => vec![
                self.name_of(person).to_string(),
                String::new(),
                String::new(),
                self.school_key(self.data.paying_school(index)),
            ],
            _ => Vec::new(),
        }
    }

    /// A person's name as the first record has it.
    pub fn name_of(&self, person: u32) -> &str {
        let Some(record) = self.persons.records(person).first() else { return "" };
        match (record.as_enrollment(), record.as_payment()) {
            (Some(index), _) => {
                self.data.enrollments.text(self.data.enrollments.columns.name[index])
            }
            (_, Some(index)) => self.data.payments.text(self.data.payments.columns.name[index]),
            _ => "",
        }
    }

    /// How a school is named in a case id: its code, else its name.
    pub fn school_key(&self, school: SchoolId) -> String {
        let school = self.data.schools.school(school);
        if school.code.is_empty() { school.name.clone() } else { school.code.clone() }
    }

    /// How a school is written in a sentence.
    pub fn school_name(&self, school: SchoolId) -> &str {
        self.data.schools.display(school)
    }
}

fn schools_read_in_part(data: &Dataset, standing: &Standing) -> FxHashSet<SchoolId> {
    if !data.sheets.iter().any(|sheet| sheet.incomplete) {
        return FxHashSet::default();
    }
    (0..data.enrollments.len())
        .filter(|&index| standing.holds(index))
        .filter(|&index| data.sheet(data.enrollments.columns.sheet[index]).incomplete)
        .map(|index| data.school_of(index))
        .collect()
}
