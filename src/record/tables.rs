//! The tables of records, one per kind, and the schools they mention.

use chrono::NaiveDate;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{
    AwardPeriod, DateRange, EnrollmentStatus, Fen, Grade, IdNumber, LabelId, NumberState,
    PaymentStatus, RowRef, Sex, SheetId, Stage, Text, TextArena, columns,
};

columns! {
    /// One row of an enrolment file. Texts live in the table's arena, labels in the run's [`super::Labels`].
    Enrollment,
    /// Enrolment records, column by column.
    EnrollmentColumns {
        /// File and sheet; the register is the sheet's.
        sheet: SheetId,
        /// Physical row, from 1.
        row: u32,
        name: Text,
        former_name: Text,
        /// The usable number, after repair that loses nothing; `None` otherwise.
        number: Option<IdNumber>,
        number_state: NumberState,
        /// The cell as it stood, kept where it is not the canonical number.
        number_cell: Text,
        /// The national student number as it stands.
        student_number: Text,
        birth: Option<DateRange>,
        sex: Sex,
        /// Index into the run's [`SchoolMentions`].
        school: u32,
        stage: Option<Stage>,
        grade: Grade,
        /// The grade as it stands.
        grade_label: LabelId,
        /// The class in folded form (`3`, `火箭`); label 0 where none is said.
        class: LabelId,
        status: EnrollmentStatus,
        /// Entry, transfer in or resumption.
        entry: Option<DateRange>,
        /// Transfer out, withdrawal, graduation, death.
        exit: Option<DateRange>,
        /// Since when suspended.
        suspended: Option<DateRange>,
    }
}

columns! {
    /// One row of an aid list.
    Payment,
    /// Payment records, column by column.
    PaymentColumns {
        sheet: SheetId,
        row: u32,
        name: Text,
        number: Option<IdNumber>,
        number_state: NumberState,
        number_cell: Text,
        student_number: Text,
        school: u32,
        grade: Grade,
        grade_label: LabelId,
        class: LabelId,
        /// The programme as it stands (or as the title says); the policy resolves it.
        programme: LabelId,
        period: AwardPeriod,
        amount: Fen,
        pay_date: Option<DateRange>,
        status: PaymentStatus,
        /// Card or account digits.
        card: Text,
        note: LabelId,
    }
}

/// Enrolment records with their texts.
#[derive(Debug, Clone, Default)]
pub struct Enrollments {
    pub columns: EnrollmentColumns,
    pub texts: TextArena,
}

/// Payment records with their texts.
#[derive(Debug, Clone, Default)]
pub struct Payments {
    pub columns: PaymentColumns,
    pub texts: TextArena,
}

impl Enrollments {
    /// How many records.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// The record at `index`.
    pub fn get(&self, index: usize) -> Enrollment {
        self.columns.get(index)
    }

    /// The text behind a handle of one of these records.
    pub fn text(&self, text: Text) -> &str {
        self.texts.get(text)
    }

    /// Where the record at `index` stands.
    pub fn place(&self, index: usize) -> RowRef {
        RowRef { sheet: self.columns.sheet[index], row: self.columns.row[index] }
    }

    /// Puts batches together in their order, their texts included.
    pub fn concatenate(mut batches: Vec<Enrollments>) -> Enrollments {
        let mut base = 0;
        let bases: Vec<u32> = batches
            .iter()
            .map(|batch| {
                let here = base;
                base += batch.texts.len() as u32;
                here
            })
            .collect();
        batches.par_iter_mut().zip(bases).for_each(|(batch, base)| {
            for texts in [
                &mut batch.columns.name,
                &mut batch.columns.former_name,
                &mut batch.columns.number_cell,
                &mut batch.columns.student_number,
            ] {
                texts.iter_mut().for_each(|text| *text = text.moved_by(base));
            }
        });
        let (columns, texts): (Vec<_>, Vec<_>) =
            batches.into_iter().map(|batch| (batch.columns, batch.texts)).unzip();
        let (columns, texts) = rayon::join(
            || EnrollmentColumns::concatenate(columns),
            || TextArena::concatenate(texts),
        );
        Enrollments { columns, texts }
    }
}

impl Payments {
    /// How many records.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// The record at `index`.
    pub fn get(&self, index: usize) -> Payment {
        self.columns.get(index)
    }

    /// The text behind a handle of one of these records.
    pub fn text(&self, text: Text) -> &str {
        self.texts.get(text)
    }

    /// Where the record at `index` stands.
    pub fn place(&self, index: usize) -> RowRef {
        RowRef { sheet: self.columns.sheet[index], row: self.columns.row[index] }
    }

    /// Puts batches together in their order, their texts included.
    pub fn concatenate(mut batches: Vec<Payments>) -> Payments {
        let mut base = 0;
        let bases: Vec<u32> = batches
            .iter()
            .map(|batch| {
                let here = base;
                base += batch.texts.len() as u32;
                here
            })
            .collect();
        batches.par_iter_mut().zip(bases).for_each(|(batch, base)| {
            for texts in [
                &mut batch.columns.name,
                &mut batch.columns.number_cell,
                &mut batch.columns.student_number,
                &mut batch.columns.card,
            ] {
                texts.iter_mut().for_each(|text| *text = text.moved_by(base));
            }
        });
        let (columns, texts): (Vec<_>, Vec<_>) =
            batches.into_iter().map(|batch| (batch.columns, batch.texts)).unzip();
        let (columns, texts) =
            rayon::join(|| PaymentColumns::concatenate(columns), || TextArena::concatenate(texts));
        Payments { columns, texts }
    }
}

/// One line of an on-site count sheet. Few enough to be plain structs.
#[derive(Debug, Clone, PartialEq)]
pub struct HeadcountLine {
    pub place: RowRef,
    /// Index into the run's [`SchoolMentions`].
    pub school: u32,
    pub date: Option<NaiveDate>,
    pub stage: Option<Stage>,
    pub grade: Grade,
    pub grade_label: LabelId,
    pub class: LabelId,
    /// What the sheet says is registered; shown, never used as the expected figure.
    pub registered: Option<i64>,
    pub counted: i64,
    pub on_leave: i64,
    pub interns: i64,
    pub suspended: Option<i64>,
    pub excused: i64,
    pub note: LabelId,
}

/// All lines of all count sheets.
pub type HeadcountLines = Vec<HeadcountLine>;

/// A school as a row mentions it, before the directory resolves it. Empty where nothing is said.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct SchoolMention {
    pub code: Box<str>,
    pub name: Box<str>,
}

/// The distinct mentions of schools, numbered in the order of first sight; 0 is "no school said".
#[derive(Debug, Clone)]
pub struct SchoolMentions {
    mentions: Vec<SchoolMention>,
    numbers: FxHashMap<SchoolMention, u32>,
}

impl Default for SchoolMentions {
    fn default() -> Self {
        let mut numbers = FxHashMap::default();
        numbers.insert(SchoolMention::default(), 0);
        SchoolMentions { mentions: vec![SchoolMention::default()], numbers }
    }
}

impl SchoolMentions {
    /// The number of a mention, given now if it is new.
    pub fn intern(&mut self, code: &str, name: &str) -> u32 {
        let mention = SchoolMention { code: code.into(), name: name.into() };
        if let Some(&number) = self.numbers.get(&mention) {
            return number;
        }
        let number = self.mentions.len() as u32;
        self.mentions.push(mention.clone());
        self.numbers.insert(mention, number);
        number
    }

    /// All mentions in order.
    pub fn as_slice(&self) -> &[SchoolMention] {
        &self.mentions
    }
}
