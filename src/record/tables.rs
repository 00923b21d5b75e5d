//! The tables of records, one per kind, and the schools they mention.

use chrono::NaiveDate;
use rustc_hash::FxHashMap;

use super::{
    AwardPeriod, Cell, DateRange, Digits, EnrollmentStatus, Fen, Grade, IdNumber, LabelId,
    NumberState, PaymentStatus, RowRef, Sex, SheetId, Stage, Table, Text, TextArena, columns,
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
        former_name: Text as Sparse,
        /// The usable number, after repair that loses nothing; `None` otherwise.
        number: Option<IdNumber>,
        number_state: NumberState,
        /// The cell as it stood, kept where it is not the canonical number.
        number_cell: Text as Sparse,
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
        exit: Option<DateRange> as Sparse,
        /// Since when suspended.
        suspended: Option<DateRange> as Sparse,
        /// Names of guardians, cleaned, with `/` between two.
        guardian: Text,
        /// The pupil's or the guardian's.
        phone: Digits,
        card: Digits as Sparse,
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
        number_cell: Text as Sparse,
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
        phone: Digits as Sparse,
        note: LabelId,
    }
}

/// Records of one kind with their texts.
#[derive(Debug, Clone, Default)]
pub struct Records<T> {
    pub columns: T,
    pub texts: TextArena,
}

/// Enrolment records with their texts.
pub type Enrollments = Records<EnrollmentColumns>;
/// Payment records with their texts.
pub type Payments = Records<PaymentColumns>;

impl<T: Table> Records<T> {
    /// How many records.
    pub fn len(&self) -> usize {
        self.columns.rows()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The record at `index`.
    pub fn get(&self, index: usize) -> T::Record {
        self.columns.row(index)
    }

    /// The text behind a handle of one of these records.
    pub fn text(&self, text: Text) -> &str {
        self.texts.get(text)
    }

    /// Takes all records out and keeps the room for as many.
    pub fn clear(&mut self) {
        self.columns.clear();
        self.texts.clear();
    }

    /// Adds the records of `part` behind these, their texts included.
    pub fn append(&mut self, part: &Records<T>) {
        self.columns.append(&part.columns, self.texts.len() as u64);
        self.texts.append(&part.texts);
    }

    /// Keeps the first `rows` records, and their texts.
    pub fn truncate(&mut self, rows: usize) {
        self.columns.truncate(rows);
        self.texts.truncate(self.columns.texts_end() as usize);
    }

    /// Puts parts together in their order, their texts included.
    pub fn concatenate(mut parts: Vec<Records<T>>) -> Records<T>
    where
        T: Send,
    {
        parts.retain(|part| !part.is_empty());
        if parts.len() < 2 {
            return parts.pop().unwrap_or_default();
        }
        let mut base = 0;
        let (columns, texts): (Vec<_>, Vec<_>) = parts
            .into_iter()
            .map(|part| {
                let here = base;
                base += part.texts.len() as u64;
                ((part.columns, here), part.texts)
            })
            .unzip();
        let (columns, texts) =
            rayon::join(|| T::concatenate(columns), || TextArena::concatenate(texts));
        Records { columns, texts }
    }
}

impl Enrollments {
    /// Where the record at `index` stands.
    pub fn place(&self, index: usize) -> RowRef {
        RowRef { sheet: self.columns.sheet[index], row: self.columns.row[index] }
    }
}

impl Payments {
    /// Where the record at `index` stands.
    pub fn place(&self, index: usize) -> RowRef {
        RowRef { sheet: self.columns.sheet[index], row: self.columns.row[index] }
    }
}

/// Values that stay as they are wherever their table goes.
macro_rules! plain_cells {
    ($($kind:ty),* $(,)?) => { $(impl Cell for $kind {})* };
}

plain_cells! {
    SheetId, u32, Option<IdNumber>, NumberState, Option<DateRange>, Digits, Sex, Option<Stage>, Grade, LabelId,
    EnrollmentStatus, AwardPeriod, Fen, PaymentStatus,
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
