//! The outcome of normalize: every record of the run as typed columns, with its sheets and schools.

use chrono::NaiveDate;

use super::schools::{SchoolDirectory, SchoolId};
use crate::record::{
    Enrollments, HeadcountLines, Labels, Language, Payments, RecordKind, Register, RowRef,
    SchoolYear, SheetId, SheetRef, Stage,
};

/// What is known of a sheet whose rows became records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetFacts {
    pub place: SheetRef,
    /// Rank of the sheet's file among the files read.
    pub file: u32,
    pub kind: RecordKind,
    /// The register of an enrolment sheet.
    pub register: Option<Register>,
    /// 制表日期 in the title lines.
    pub title_date: Option<NaiveDate>,
    /// A date in the file's name.
    pub name_date: Option<NaiveDate>,
    /// The file's time, seconds since 1970, where the system knows one.
    pub modified: Option<u64>,
    /// The file's size in bytes.
    pub size: u64,
    /// Whether rows or cells of its records may be missing, as where it could not be read to its end: then it
    /// proves nobody's absence.
    pub incomplete: bool,
}

/// All records of a run.
#[derive(Debug, Clone)]
pub struct Dataset {
    pub enrollments: Enrollments,
    pub payments: Payments,
    pub headcounts: HeadcountLines,
    pub labels: Labels,
    pub schools: SchoolDirectory,
    pub sheets: Vec<SheetFacts>,
    pub as_of: NaiveDate,
}

impl Dataset {
    /// The sheet of a place.
    pub fn sheet(&self, sheet: SheetId) -> &SheetFacts {
        &self.sheets[sheet.0 as usize]
    }

    /// The school year in which the grades of an enrolment sheet hold: that of its date.
    pub fn school_year_of(&self, sheet: SheetId) -> SchoolYear {
        let facts = self.sheet(sheet);
        let date = facts.title_date.or(facts.name_date).unwrap_or(self.as_of);
        SchoolYear::of(date.min(self.as_of))
    }

    /// The school of the enrolment record at `index`.
    pub fn school_of(&self, index: usize) -> SchoolId {
        self.schools.of_mention(self.enrollments.columns.school[index])
    }

    /// The school of the payment record at `index`; school 0 where none is said.
    pub fn paying_school(&self, index: usize) -> SchoolId {
        self.schools.of_mention(self.payments.columns.school[index])
    }

    /// The register of the enrolment record at `index`: its sheet's, but for a row of an official
    /// export whose own stage belongs to another official register.
    pub fn register_of(&self, index: usize) -> Register {
        let sheet = self.sheet(self.enrollments.columns.sheet[index]);
        match (sheet.register.unwrap_or(Register::Roster), self.enrollments.columns.stage[index]) {
            (Register::StudentStatus, Some(Stage::Vocational)) => Register::Vocational,
            (Register::StudentStatus, Some(Stage::Preschool)) => Register::Preschool,
            (register, _) => register,
        }
    }

    /// A place for a sentence: file, sheet, row.
    pub fn describe(&self, place: RowRef, language: Language) -> String {
        let SheetRef { file, sheet } = &self.sheet(place.sheet).place;
        let row = place.row;
        match (language, sheet.as_str()) {
            (Language::Zh, "") => format!("{file}第{row}行"),
            (Language::Zh, sheet) => format!("{file}“{sheet}”第{row}行"),
            (Language::En, "") => format!("{file} row {row}"),
            (Language::En, sheet) => format!("{file} [{sheet}] row {row}"),
        }
    }
}
