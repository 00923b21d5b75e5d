//! Rows of raw cells → typed columns: the readers that all kinds of row share. What a kind of row holds
//! stands in a file of its own (`enrollment_rows`, `payment_rows`, `headcount_rows`).

use rustc_hash::FxHashMap;

use super::batch::{Batch, SheetTyping};
use super::class::fold_class;
use super::date::parse_date;
use super::grade::{parse_grade, parse_stage, stage_from_school_code, stage_from_school_name};
use super::id_number::{ParsedNumber, number_inside_student_number, parse_id_number};
use super::memo::Memo;
use super::spoilage::complete_from_student_number;
use super::status::parse_enrollment_status;
use crate::ingest::{Rejected, Rejection, SkipReason};
use crate::record::{
    AwardPeriod, DateRange, EnrollmentStatus, Field, Grade, LabelId, Message, NumberState,
    PaymentStatus, RecordKind, RowRef, SchoolYear, Sex, SheetId, Stage,
};

/// Types the rows of one block.
pub struct Typer<'a> {
    pub(super) sheet: &'a SheetTyping,
    pub(super) at: Columns,
    pub(super) skip: fn(&[&str], &[&str]) -> Option<SkipReason>,
    pub(super) headers: Vec<&'a str>,
    pub(super) school_year: SchoolYear,
    /// By code and name: the mention, and the stage that they hint at.
    pub(super) schools: Memo<(u32, Option<Stage>)>,
    pub(super) stages: Memo<Option<Stage>>,
    /// By stage and text.
    pub(super) grades: Memo<(Grade, LabelId)>,
    pub(super) classes: Memo<LabelId>,
    pub(super) statuses: Memo<Option<EnrollmentStatus>>,
    pub(super) sexes: Memo<Sex>,
    pub(super) payment_statuses: Memo<Option<PaymentStatus>>,
    /// By school year, term and month.
    pub(super) periods: Memo<Option<AwardPeriod>>,
    /// For keys of several cells.
    pub(super) key: String,
    pub(super) batch: Batch,
}

macro_rules! column_indices {
    ($($name:ident: $field:ident,)*) => {
        /// Column of each field, `NOWHERE` where the sheet has none.
        #[derive(Debug, Clone, Copy)]
        pub(super) struct Columns { $(pub(super) $name: usize,)* }
        impl Columns {
            fn of(columns: &FxHashMap<Field, usize>) -> Columns {
                Columns { $($name: columns.get(&Field::$field).copied().unwrap_or(NOWHERE),)* }
            }
        }
    };
}

const NOWHERE: usize = usize::MAX;

column_indices! {
    name: Name, former_name: FormerName, id_number: IdNumber, sex: Sex, birth: BirthDate,
    student_number: StudentNumber, school_code: SchoolCode, school_name: SchoolName, stage: Stage,
    grade: Grade, class: Class, status: EnrollmentStatus, entry: EntryDate, exit: ExitDate,
    movement: MovementDate, suspension: SuspensionDate, programme: Programme,
    school_year: SchoolYear, term: Term, month: Month, batch: Batch, review: ReviewStatus, failure: FailureReason, amount: Amount, pay_date: PayDate,
    payment_status: PaymentStatus, card: Card, note: Note, count_date: CountDate,
    registered: RegisteredCount, counted: CountedCount, on_leave: LeaveCount, sick: SickLeaveCount, personal: PersonalLeaveCount, interns: InternCount,
    suspended: SuspendedCount, excused: ExcusedCount,
}

/// A first byte that opens no blank: ASCII beyond the space, or a CJK ideograph.
fn is_plain(byte: u8) -> bool {
    (b'!'..=b'~').contains(&byte) || byte >= 0xE4
}

/// A last byte that ends no blank: blanks end in 80..=8A, A0, A8, A9, AF or 9F, or are ASCII.
fn is_plain_end(byte: u8) -> bool {
    (b'!'..=b'~').contains(&byte) || byte >= 0xB0
}

/// Several cells as one key.
pub(super) fn join(key: &mut String, parts: &[&str]) {
    key.clear();
    for part in parts {
        key.push_str(part);
        key.push('\u{1f}');
    }
}

/// A school's code without blanks, apostrophe, `.0` and full width.
fn fold_code(code: &str) -> String {
    let folded: String = code
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '\'')
        .map(|c| match c {
            '０'..='９' => char::from(b'0' + (c as u32 - '０' as u32) as u8),
            other => other.to_ascii_uppercase(),
        })
        .collect();
    folded.strip_suffix(".0").unwrap_or(&folded).to_string()
}

/// The cell at a column, trimmed; empty where there is none.
pub(super) fn cell<'c>(cells: &[&'c str], column: usize) -> &'c str {
    let Some(cell) = cells.get(column) else { return "" };
    let bytes = cell.as_bytes();
    match (bytes.first(), bytes.last()) {
        // Neither end is a blank of any kind: nothing to trim (no blank begins with a byte of E4 or more).
        (Some(first), Some(last)) if is_plain(*first) && is_plain_end(*last) => cell,
        _ => cell.trim(),
    }
}

impl<'a> Typer<'a> {
    /// A typer for a block of `sheet`. `skip` tells blank, header, subtotal and signature rows.
    pub fn new(
        sheet: &'a SheetTyping,
        skip: fn(&[&str], &[&str]) -> Option<SkipReason>,
    ) -> Typer<'a> {
        let basis = sheet.document_date.unwrap_or(sheet.as_of).min(sheet.as_of);
        Typer {
            sheet,
            at: Columns::of(&sheet.columns),
            skip,
            headers: sheet.headers.iter().map(String::as_str).collect(),
            school_year: SchoolYear::of(basis),
            schools: Memo::default(),
            stages: Memo::default(),
            grades: Memo::default(),
            classes: Memo::default(),
            statuses: Memo::default(),
            sexes: Memo::default(),
            payment_statuses: Memo::default(),
            periods: Memo::default(),
            key: String::new(),
            batch: Batch::default(),
        }
    }

    /// Makes room for about `rows` rows that take `bytes` bytes of input.
    pub fn reserve(&mut self, rows: usize, bytes: usize) {
        match self.sheet.kind {
            RecordKind::Payment => {
                self.batch.payments.columns.reserve(rows);
                self.batch.payments.texts.reserve(bytes / 3);
            }
            RecordKind::Headcount => self.batch.headcounts.reserve(rows),
            _ => {
                self.batch.enrollments.columns.reserve(rows);
                self.batch.enrollments.texts.reserve(bytes / 6);
            }
        }
    }

    /// The rows typed so far.
    pub fn finish(self) -> Batch {
        self.batch
    }

    /// Types one physical row.
    pub fn row(&mut self, row: u32, cells: &[&str]) {
        if row <= self.sheet.header_row {
            let title = row < self.sheet.header_row;
            let blank = cells.iter().all(|cell| cell.trim().is_empty());
            return self.batch.counts.skip(match (title, blank) {
                (true, true) => SkipReason::Blank,
                (true, false) => SkipReason::Title,
                (false, _) => SkipReason::Header,
            });
        }
        match self.sheet.kind {
            RecordKind::Payment => self.payment(row, cells),
            RecordKind::Headcount => self.headcount(row, cells),
            _ => self.enrollment(row, cells),
        }
    }

    pub(super) fn place(&self, row: u32) -> RowRef {
        RowRef { sheet: SheetId(0), row }
    }

    pub(super) fn reject(
        &mut self,
        row: u32,
        what: Rejected,
        column: usize,
        value: &str,
        reason: Message,
    ) {
        let place = self.place(row);
        let column = self.headers.get(column).map_or(String::new(), |header| header.to_string());
        self.batch.rejections.push(Rejection { place, what, column, value: value.into(), reason });
        if what == Rejected::Row {
            self.batch.counts.rows_in += 1;
            self.batch.counts.rejected += 1;
        }
    }

    pub(super) fn checked(&mut self) {
        self.batch.counts.rows_in += 1;
        self.batch.counts.checked += 1;
    }

    pub(super) fn date(&mut self, row: u32, cells: &[&str], column: usize) -> Option<DateRange> {
        let value = cell(cells, column);
        if value.is_empty() {
            return None;
        }
        match parse_date(value) {
            Ok(date) => date,
            Err(_) => {
                self.reject(
                    row,
                    Rejected::Cell,
                    column,
                    value,
                    Message::new(
                        format!(
                            "“{value}”不是有效日期，已按空白处理；请改为 2025-09-01 这样的日期"
                        ),
                        format!(
                            "“{value}” is no valid date and was emptied; write it as 2025-09-01"
                        ),
                    ),
                );
                None
            }
        }
    }

    /// Number, state, and the cell where it must be kept.
    pub(super) fn number<'c>(
        &self,
        id_cell: &'c str,
        student_number: &str,
    ) -> (ParsedNumber, Option<&'c str>) {
        let parsed = parse_id_number(id_cell, self.sheet.as_of);
        if parsed.state == NumberState::Usable {
            let canonical = id_cell.len() == 18;
            return (parsed, (!canonical).then_some(id_cell));
        }
        if parsed.number.is_none()
            && student_number.starts_with(['G', 'g', 'Ｇ'])
            && let Some(inside) = number_inside_student_number(student_number, self.sheet.as_of)
            && complete_from_student_number(id_cell, parsed.state, inside)
        {
            let completed =
                ParsedNumber { number: Some(inside), state: NumberState::CompletedByStudentNumber };
            return (completed, Some(id_cell));
        }
        (parsed, Some(id_cell))
    }

    /// The row's school, and its stage: from the stage's column, the sheet, or the school.
    pub(super) fn school_and_stage(&mut self, cells: &[&str]) -> (u32, Option<Stage>) {
        let code = match cell(cells, self.at.school_code) {
            "" => &self.sheet.school_code,
            code => code,
        };
        let name = match cell(cells, self.at.school_name) {
            "" => &self.sheet.school_name,
            name => name,
        };
        join(&mut self.key, &[code, name]);
        let mentions = &mut self.batch.schools;
        let (school, hinted) = self.schools.get(&self.key, |_| {
            let code = fold_code(code);
            let hinted = stage_from_school_code(&code).or_else(|| stage_from_school_name(name));
            (mentions.intern(&code, name), hinted)
        });
        let stage = match cell(cells, self.at.stage) {
            "" => None,
            stage => self.stages.get(stage, parse_stage),
        };
        (school, stage.or(self.sheet.stage).or(hinted))
    }

    /// The row's grade with its stage, and its label.
    pub(super) fn grade(&mut self, cells: &[&str], stage: Option<Stage>) -> (Grade, LabelId) {
        let text = cell(cells, self.at.grade);
        if text.is_empty() {
            return (Grade { stage, year: 0 }, LabelId(0));
        }
        let mark = match stage {
            None => "-",
            Some(Stage::Preschool) => "0",
            Some(Stage::Primary) => "1",
            Some(Stage::Junior) => "2",
            Some(Stage::Senior) => "3",
            Some(Stage::Vocational) => "4",
            Some(Stage::Special) => "5",
        };
        join(&mut self.key, &[mark, text]);
        let (labels, school_year) = (&mut self.batch.labels, self.school_year);
        self.grades.get(&self.key, |_| {
            let mut grade = parse_grade(text, stage, school_year);
            grade.stage = grade.stage.or(stage);
            (grade, labels.intern(text))
        })
    }

    /// The row's class, folded.
    pub(super) fn class(&mut self, cells: &[&str]) -> LabelId {
        let text = match cell(cells, self.at.class) {
            "" => self.sheet.class.as_str(),
            class => class,
        };
        let labels = &mut self.batch.labels;
        self.classes.get(text, |text| labels.intern(&fold_class(text)))
    }

    pub(super) fn status(&mut self, text: &str) -> Option<EnrollmentStatus> {
        if text.is_empty() {
            return Some(EnrollmentStatus::Unstated);
        }
        self.statuses.get(text, parse_enrollment_status)
    }

    /// A row that names nobody is a subtotal, a signature … or rejected.
    pub(super) fn nobody(&mut self, row: u32, cells: &[&str]) {
        match (self.skip)(cells, &self.headers) {
            Some(reason) => self.batch.counts.skip(reason),
            None => {
                let value = cells.join(" | ");
                self.reject(row, Rejected::Row, NOWHERE, &value, Message::new(
                    "本行没有姓名、证件号和学籍号，无法核对；请补填其中一项",
                    "the row has no name, no ID number and no student number; fill in one of them",
                ));
            }
        }
    }
}
