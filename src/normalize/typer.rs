//! Rows of raw cells → typed columns: the readers that all kinds of row share. What a kind of row holds
//! stands in a file of its own (`enrollment_rows`, `payment_rows`, `headcount_rows`).

use super::batch::{Batch, Keep, SheetTyping, Surplus};
use super::cells::{cell, fold_code, join, said};
use super::class::fold_class;
use super::date::parse_date_in;
use super::grade::{parse_grade, parse_stage, stage_from_school_code, stage_from_school_name};
use super::id_number::{ParsedNumber, number_inside_student_number, parse_id_number};
use super::laid_out_rows::{Carried, FromAbove, Side, owners_of};
use super::line_payments::Pays;
use super::long_cells::{cut, is_long};
use super::memo::{Memo, SchoolMemo};
use super::money::Unit;
use super::row_columns::{Columns, Further, NOWHERE};
use super::spoilage::complete_from_student_number;
use super::status::parse_enrollment_status;
use crate::ingest::{
    ClassName, Rejected, Rejection, SkipReason, grade_of_class, holds_resident_number,
};
use crate::record::{
    AwardPeriod, DateRange, EnrollmentStatus, Grade, IdNumber, LabelId, Message, NumberState,
    PaymentStatus, RecordKind, RowRef, SchoolYear, Sex, SheetId, Stage,
};

/// Characters that are shown of what stands beyond the last header.
const SHOWN_OF_SURPLUS: usize = 200;

static NOTHING_SAID: Pays = Pays {
    programme: String::new(),
    period: AwardPeriod { school_year: None, term: None, months: 0 },
    months: Vec::new(),
    unit: Unit::Yuan,
};

/// Types the rows of one block.
pub struct Typer<'a> {
    pub(super) sheet: &'a SheetTyping,
    pub(super) at: Columns,
    pub(super) further: Further,
    /// The pupils of a line, or the payments to its pupil, where it holds several.
    pub(super) sides: Vec<Side<'a>>,
    /// Which of them each column describes alone.
    pub(super) owners: Vec<Option<usize>>,
    /// What the headers of the payment that is being typed say of it.
    pub(super) pays: &'a Pays,
    pub(super) carried: Carried,
    /// What the last heading between the records says: `高一(3)班`.
    pub(super) heading: ClassName,
    /// Whether every row is one record as it stands.
    plain: bool,
    /// Why the row is no record, where that was looked up before its cells were filled.
    pub(super) known_reason: Option<Option<SkipReason>>,
    skip: fn(&[&str], &[&str]) -> Option<SkipReason>,
    pub(super) headers: Vec<&'a str>,
    /// Columns up to the last header.
    pub(super) width: usize,
    pub(super) school_year: SchoolYear,
    /// By code and name: the mention, and the stage that they hint at.
    pub(super) schools: SchoolMemo<(u32, Option<Stage>)>,
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
    /// What was listed of the columns of a line that is looked at once a payment; `None` of other lines.
    pub(super) listed: Option<Vec<(usize, Message)>>,
    pub(super) batch: Batch,
}

impl<'a> Typer<'a> {
    /// A typer for a block of `sheet`. `skip` tells blank, header, subtotal and signature rows.
    pub fn new(
        sheet: &'a SheetTyping,
        skip: fn(&[&str], &[&str]) -> Option<SkipReason>,
    ) -> Typer<'a> {
        let one = sheet.sides.first().map_or(&[][..], |side| &side.fields);
        let pays = sheet.sides.first().map_or(&NOTHING_SAID, |side| &side.pays);
        let sides: Vec<Side<'a>> = match &sheet.sides[..] {
            [] | [_] => Vec::new(),
            several => several
                .iter()
                .map(|side| Side {
                    at: Columns::of(&side.fields),
                    further: Further::of(&side.fields, &sheet.headers),
                    own: side.own.clone(),
                    pays: &side.pays,
                })
                .collect(),
        };
        let basis = sheet.document_date.unwrap_or(sheet.as_of).min(sheet.as_of);
        Typer {
            sheet,
            at: Columns::of(one),
            further: Further::of(one, &sheet.headers),
            plain: sides.is_empty() && sheet.fill_down.is_empty() && sheet.joined.is_empty(),
            owners: owners_of(&sides),
            sides,
            pays,
            carried: Carried::of(&sheet.fill_down),
            heading: ClassName::default(),
            known_reason: None,
            skip,
            headers: sheet.headers.iter().map(String::as_str).collect(),
            width: sheet
                .headers
                .iter()
                .rposition(|header| !header.trim().is_empty())
                .map_or(0, |last| last + 1),
            school_year: SchoolYear::of(basis),
            schools: SchoolMemo::default(),
            stages: Memo::default(),
            grades: Memo::default(),
            classes: Memo::default(),
            statuses: Memo::default(),
            sexes: Memo::default(),
            payment_statuses: Memo::default(),
            periods: Memo::default(),
            key: String::new(),
            listed: None,
            batch: Batch::default(),
        }
    }

    /// Puts the rows into `batch`, which is empty and may have room.
    pub fn into_batch(mut self, batch: Batch) -> Typer<'a> {
        self.batch = batch;
        self
    }

    /// Goes on below the rows of the block before, which left `above`.
    pub fn below(mut self, above: FromAbove) -> Typer<'a> {
        (self.carried, self.heading) = (above.carried, above.heading);
        self
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

    /// Drops what is not kept of the rows typed so far.
    pub fn reduce(&mut self, keep: Keep) {
        self.batch.reduce(keep);
    }

    /// The rows typed so far.
    pub fn finish(self) -> Batch {
        self.batch
    }

    /// The rows typed so far, and what a typer of the rows below has to know of them.
    pub fn finish_block(self) -> (Batch, FromAbove) {
        (self.batch, FromAbove { carried: self.carried, heading: self.heading })
    }

    /// Types one physical row.
    pub fn row(&mut self, row: u32, cells: &[&str]) {
        match cells.iter().any(|cell| is_long(cell)) {
            true => self.long_row(row, cells),
            false => self.row_of(row, cells),
        }
    }

    /// Types one physical row of cells of bounded length.
    pub(super) fn row_of(&mut self, row: u32, cells: &[&str]) {
        if row <= self.sheet.header_row {
            let header_rows = self.sheet.head.header.len().max(1) as u32;
            let title = row.saturating_add(header_rows) <= self.sheet.header_row;
            let blank = cells.iter().all(|cell| cell.trim().is_empty());
            if title && holds_resident_number(cells) {
                return self.above_header(row, cells);
            }
            return self.batch.counts.skip(match (title, blank) {
                (true, true) => SkipReason::Blank,
                (true, false) => SkipReason::Title,
                (false, _) => SkipReason::Header,
            });
        }
        let checked = self.batch.counts.checked;
        if self.plain {
            self.record(row, cells)
        } else {
            self.laid_out(row, cells)
        }
        if cells.len() > self.width && self.batch.counts.checked > checked {
            self.note_surplus(row, &cells[self.width..]);
        }
    }

    /// A pupil's row above the header of the list is nobody's title.
    fn above_header(&mut self, row: u32, cells: &[&str]) {
        let header = self.sheet.header_row;
        self.reject(row, Rejected::Row, NOWHERE, &cells.join(" | "), Message::new(
            format!("本行有身份证号，但在表头（第 {header} 行）之上，不知各列是什么，未核对；请把表头放在名单之上，或给这一部分补上表头"),
            format!("the row holds an ID number, but stands above the header (row {header}): what its columns are is not known, and it was not checked; put a header above it"),
        ));
    }

    /// Notes what a record says beyond the last header.
    fn note_surplus(&mut self, row: u32, beyond: &[&str]) {
        let said: Vec<&str> =
            beyond.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect();
        if said.is_empty() {
            return;
        }
        match &mut self.batch.surplus {
            Some(surplus) => surplus.rows += 1,
            none => {
                let first_text = said.join(" | ").chars().take(SHOWN_OF_SURPLUS).collect();
                *none = Some(Surplus { rows: 1, first_row: row, first_text });
            }
        }
    }

    /// Types the record of one pupil or of one line of a count sheet.
    pub(super) fn record(&mut self, row: u32, cells: &[&str]) {
        if self.reject_shifted(row, cells) {
            return;
        }
        match self.sheet.kind {
            RecordKind::Payment => self.payment(row, cells),
            RecordKind::Headcount => self.headcount(row, cells),
            _ => self.enrollment(row, cells),
        }
    }

    /// Why a row is no record.
    pub(super) fn skipped(&self, cells: &[&str]) -> Option<SkipReason> {
        self.known_reason.unwrap_or_else(|| {
            (self.skip)(cells, &self.headers).or_else(|| self.sheet.head.repeated(cells))
        })
    }

    /// Why a row with a name and no usable number is no record. Whoever has a sex, a birth date or most of
    /// a number is a pupil, whatever the name reads like.
    pub(super) fn no_pupil(&self, cells: &[&str]) -> Option<SkipReason> {
        let reason = self.skipped(cells)?;
        let digits = |column: usize| cell(cells, column).bytes().filter(u8::is_ascii_digit).count();
        let somebody = !cell(cells, self.at.name).is_empty()
            && (matches!(cell(cells, self.at.sex), "男" | "女" | "男性" | "女性")
                || digits(self.at.id_number) >= 8
                || digits(self.at.student_number) >= 8
                || digits(self.at.birth) >= 6);
        (!somebody).then_some(reason)
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
        if what == Rejected::Row {
            self.batch.counts.rows_in += 1;
            self.batch.counts.rejected += 1;
        }
        // A cell that several payments share is listed once.
        if let Some(listed) = &mut self.listed {
            let place = (column, reason.clone());
            if listed.contains(&place) {
                return;
            }
            listed.push(place);
        }
        let place = self.place(row);
        let column = self.headers.get(column).map_or(String::new(), |header| header.to_string());
        let value = cut(value).into_owned();
        self.batch.rejections.push(Rejection { place, what, column, value, reason });
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
        match parse_date_in(value, self.sheet.epoch_1904) {
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

    /// The cell of the pupil's number: of several columns the first that holds a resident's own, else the first
    /// that says anything.
    pub(super) fn id_cell<'c>(&self, cells: &[&'c str]) -> &'c str {
        let first = said(cells, self.at.id_number, &self.further.id_number);
        let is_own = |cell: &str| {
            let parsed = parse_id_number(cell, self.sheet.as_of);
            parsed
                .number
                .is_some_and(|number| number.is_resident_form() && !self.is_of_adult(number, None))
        };
        if self.further.id_number.is_empty() || is_own(first) {
            return first;
        }
        let further = self.further.id_number.iter().map(|&column| cell(cells, column));
        further.into_iter().find(|cell| is_own(cell)).unwrap_or(first)
    }

    /// Rejects a row without a number whose name is none: a line of figures below the list, 必填 of a form.
    pub(super) fn reject_no_name(&mut self, row: u32, name: &str) -> bool {
        const WORDS: [&str; 12] = [
            "男",
            "女",
            "合计",
            "总计",
            "姓名",
            "学生姓名",
            "必填",
            "选填",
            "文本",
            "字符",
            "人数",
            "示例",
        ];
        let figures = name.chars().all(|c| c.is_ascii_digit() || ".,%-/、".contains(c));
        if name.is_empty() || !(figures || WORDS.contains(&name)) {
            return false;
        }
        self.reject(row, Rejected::Row, self.at.name, name, Message::new(
            format!("姓名列里是“{name}”，不是姓名，本行又没有证件号，未核对；如果是汇总或填表说明，请移到别的工作表"),
            format!("“{name}” stands where the name should, and the row has no ID number: it was not checked; put sums and hints on another sheet"),
        ));
        true
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

    /// The pupil's own number: an adult's in its cell is none, unless the birth date is that adult's too. The
    /// number inside the row's `G` student number stands in for it, as for an empty cell.
    pub(super) fn own_number<'c>(
        &self,
        (parsed, kept): (ParsedNumber, Option<&'c str>),
        (id_cell, student_number): (&'c str, &str),
        stage: Option<Stage>,
        birth: Option<DateRange>,
    ) -> (ParsedNumber, Option<&'c str>) {
        let Some(number) = parsed.number.filter(|number| self.is_of_adult(*number, stage)) else {
            return (parsed, kept);
        };
        let born = number.birth_date().map(DateRange::day);
        if matches!((birth, born), (Some(said), Some(born)) if said.may_equal(born)) {
            return (parsed, kept);
        }
        let inside = number_inside_student_number(student_number, self.sheet.as_of)
            .filter(|inside| !self.is_of_adult(*inside, stage));
        let state = match inside {
            Some(_) => NumberState::CompletedByStudentNumber,
            None if id_cell.is_empty() => NumberState::Missing,
            None => NumberState::OfAdult,
        };
        (ParsedNumber { number: inside, state }, Some(id_cell))
    }

    /// Lists a further number of the row that is another one than that which was taken.
    pub(super) fn note_other_number(&mut self, row: u32, cells: &[&str], taken: ParsedNumber) {
        let Some(taken) = taken.number.filter(|number| number.is_resident_form()) else { return };
        for at in 0..self.further.id_number.len() {
            let column = self.further.id_number[at];
            let value = cell(cells, column);
            let other = parse_id_number(value, self.sheet.as_of).number;
            if other.is_some_and(|other| other.is_resident_form() && other != taken) {
                self.reject(row, Rejected::Cell, column, value, Message::new(
                    "本行另有一个有效证件号，与所取的不同，未使用；请核对哪个是学生本人的",
                    "another valid number of the row differs from the one taken and was not used; find out which is the pupil's",
                ));
            }
        }
    }

    /// Whether whoever bears the number is too old to be a pupil of the stage.
    fn is_of_adult(&self, number: IdNumber, stage: Option<Stage>) -> bool {
        let years = |born| self.sheet.as_of.years_since(born);
        number
            .birth_date()
            .filter(|_| number.is_resident_form())
            .and_then(years)
            .is_some_and(|years| years >= u32::from(self.sheet.adult_number.of(stage)))
    }

    /// The row's school, and its stage: from the stage's column, the sheet, or the school.
    pub(super) fn school_and_stage(&mut self, cells: &[&str]) -> (u32, Option<Stage>) {
        let code = match said(cells, self.at.school_code, &self.further.school_code) {
            "" => &self.sheet.school_code,
            code => code,
        };
        let name = match said(cells, self.at.school_name, &self.further.school_name) {
            "" => &self.sheet.school_name,
            name => name,
        };
        let mentions = &mut self.batch.schools;
        let (school, hinted) = self.schools.get(code, name, || {
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
        let text = match (cell(cells, self.at.grade), &self.heading.grade) {
            ("", Some(grade)) => grade.as_str(),
            ("", None) => self.sheet.grade.as_str(),
            (grade, _) => grade,
        };
        // A class may name its grade: 高一(3)班 where no grade stands.
        let class = if text.is_empty() { cell(cells, self.at.class) } else { "" };
        if text.is_empty() && class.is_empty() {
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
        join(&mut self.key, &[mark, text, class]);
        let (labels, school_year) = (&mut self.batch.labels, self.school_year);
        self.grades.get(&self.key, |_| {
            let of_class = grade_of_class(class);
            let text = of_class.as_deref().unwrap_or(text);
            if text.is_empty() {
                return (Grade { stage, year: 0 }, LabelId(0));
            }
            let mut grade = parse_grade(text, stage, school_year);
            grade.stage = grade.stage.or(stage);
            (grade, labels.intern(text))
        })
    }

    /// The row's class, folded.
    pub(super) fn class(&mut self, cells: &[&str]) -> LabelId {
        let text = match (cell(cells, self.at.class), &self.heading.class) {
            ("", Some(class)) => class.as_str(),
            ("", None) => self.sheet.class.as_str(),
            (class, _) => class,
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

    /// A row that names nobody is a subtotal, a signature, a further line of the pupil above, a numbered
    /// line that was never filled in … or rejected.
    pub(super) fn nobody(&mut self, row: u32, cells: &[&str]) {
        if let Some(reason) = self.skipped(cells) {
            return self.batch.counts.skip(reason);
        }
        let is_numeral = |cell: &str| cell.chars().all(|c| c.is_numeric() || ".、".contains(c));
        let numbered_only = cells.iter().enumerate().all(|(column, cell)| {
            cell.trim().is_empty() || (column == self.at.ordinal && is_numeral(cell.trim()))
        });
        if numbered_only {
            return self.batch.counts.skip(SkipReason::Blank);
        }
        let continues = self.sheet.fill_down.continues(row);
        let pays =
            self.sheet.kind == RecordKind::Payment && !cell(cells, self.at.amount).is_empty();
        if continues && !pays {
            return self.batch.counts.skip(SkipReason::Continuation);
        }
        let value = cells.join(" | ");
        let reason = if continues {
            Message::new(
                "姓名与上一行合并，本行的金额不知记在谁名下，未核对；请取消合并并在每行填写姓名和证件号",
                "the name is merged with the row above and the amount of this row was not checked; unmerge the cells and fill in name and number on every row",
            )
        } else {
            Message::new(
                "本行没有姓名、证件号和学籍号，无法核对；请补填其中一项",
                "the row has no name, no ID number and no student number; fill in one of them",
            )
        };
        self.reject(row, Rejected::Row, NOWHERE, &value, reason);
    }
}
