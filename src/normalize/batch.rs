//! Rows of raw cells → typed columns: one [`Batch`] per block of a sheet, with its own dictionaries,
//! so that blocks are typed on several threads and put together afterwards in the order of the file.

use chrono::{Datelike, NaiveDate};
use rustc_hash::FxHashMap;

use super::class::fold_class;
use super::date::parse_date;
use super::grade::{parse_grade, parse_stage, stage_from_school_code, stage_from_school_name};
use super::id_number::{ParsedNumber, number_inside_student_number, parse_id_number};
use super::memo::Memo;
use super::money::{Unit, parse_amount};
use super::name::clean_name;
use super::period::{parse_months, parse_school_year, parse_term};
use super::spoilage::complete_from_student_number;
use super::status::{parse_enrollment_status, parse_payment_status, parse_sex};
use crate::ingest::{Rejected, Rejection, RowCounts, SkipReason};
use crate::record::{
    AwardPeriod, DateRange, Enrollment, EnrollmentStatus, Enrollments, Fen, Field, Grade,
    HeadcountLine, LabelId, Labels, Message, NumberState, Payment, PaymentStatus, Payments,
    RecordKind, RowRef, SchoolMentions, SchoolYear, Sex, SheetId, Stage, Text,
};

/// What the rows of a sheet share: where each field stands, and what the title, the sheet's or the
/// file's name say where no column does.
#[derive(Debug, Clone)]
pub struct SheetTyping {
    pub kind: RecordKind,
    /// Column of each field; a field stands in one column at most.
    pub columns: FxHashMap<Field, usize>,
    /// Header of each column as it stands, by index.
    pub headers: Vec<String>,
    pub header_row: u32,
    pub amount_unit: Unit,
    pub school_code: String,
    pub school_name: String,
    pub stage: Option<Stage>,
    pub class: String,
    pub programme: String,
    pub period: AwardPeriod,
    /// The date of the document, where it says one.
    pub document_date: Option<NaiveDate>,
    pub as_of: NaiveDate,
}

/// The typed rows of one block, in the block's own dictionaries.
#[derive(Debug, Default)]
pub struct Batch {
    pub enrollments: Enrollments,
    pub payments: Payments,
    pub headcounts: Vec<HeadcountLine>,
    pub labels: Labels,
    pub schools: SchoolMentions,
    pub rejections: Vec<Rejection>,
    pub counts: RowCounts,
}

/// Types the rows of one block.
pub struct Typer<'a> {
    sheet: &'a SheetTyping,
    at: Columns,
    skip: fn(&[&str], &[&str]) -> Option<SkipReason>,
    headers: Vec<&'a str>,
    school_year: SchoolYear,
    /// By code and name: the mention, and the stage that they hint at.
    schools: Memo<(u32, Option<Stage>)>,
    stages: Memo<Option<Stage>>,
    /// By stage and text.
    grades: Memo<(Grade, LabelId)>,
    classes: Memo<LabelId>,
    statuses: Memo<Option<EnrollmentStatus>>,
    sexes: Memo<Sex>,
    /// By school year, term and month.
    periods: Memo<Option<AwardPeriod>>,
    /// For keys of several cells.
    key: String,
    batch: Batch,
}

macro_rules! column_indices {
    ($($name:ident: $field:ident,)*) => {
        /// Column of each field, `NOWHERE` where the sheet has none.
        #[derive(Debug, Clone, Copy)]
        struct Columns { $($name: usize,)* }
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
    school_year: SchoolYear, term: Term, month: Month, amount: Amount, pay_date: PayDate,
    payment_status: PaymentStatus, card: Card, note: Note, count_date: CountDate,
    registered: RegisteredCount, counted: CountedCount, on_leave: LeaveCount, interns: InternCount,
    suspended: SuspendedCount, excused: ExcusedCount,
}

/// Several cells as one key.
fn join(key: &mut String, parts: &[&str]) {
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
fn cell<'c>(cells: &[&'c str], column: usize) -> &'c str {
    cells.get(column).map_or("", |cell| cell.trim())
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
                self.batch.enrollments.texts.reserve(bytes / 4);
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

    fn place(&self, row: u32) -> RowRef {
        RowRef { sheet: SheetId(0), row }
    }

    fn reject(&mut self, row: u32, what: Rejected, column: usize, value: &str, reason: Message) {
        let place = self.place(row);
        let column = self.headers.get(column).map_or(String::new(), |header| header.to_string());
        self.batch.rejections.push(Rejection { place, what, column, value: value.into(), reason });
        if what == Rejected::Row {
            self.batch.counts.rows_in += 1;
            self.batch.counts.rejected += 1;
        }
    }

    fn checked(&mut self) {
        self.batch.counts.rows_in += 1;
        self.batch.counts.checked += 1;
    }

    fn date(&mut self, row: u32, cells: &[&str], column: usize) -> Option<DateRange> {
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
    fn number<'c>(
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
    fn school_and_stage(&mut self, cells: &[&str]) -> (u32, Option<Stage>) {
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
    fn grade(&mut self, cells: &[&str], stage: Option<Stage>) -> (Grade, LabelId) {
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
    fn class(&mut self, cells: &[&str]) -> LabelId {
        let text = match cell(cells, self.at.class) {
            "" => self.sheet.class.as_str(),
            class => class,
        };
        let labels = &mut self.batch.labels;
        self.classes.get(text, |text| labels.intern(&fold_class(text)))
    }

    fn status(&mut self, text: &str) -> Option<EnrollmentStatus> {
        if text.is_empty() {
            return Some(EnrollmentStatus::Unstated);
        }
        self.statuses.get(text, parse_enrollment_status)
    }

    /// A row that names nobody is a subtotal, a signature … or rejected.
    fn nobody(&mut self, row: u32, cells: &[&str]) {
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

    fn enrollment(&mut self, row: u32, cells: &[&str]) {
        let name_cell = cell(cells, self.at.name);
        let id_cell = cell(cells, self.at.id_number);
        let student_cell = cell(cells, self.at.student_number);
        let (parsed, kept) = self.number(id_cell, student_cell);
        let nameless = name_cell.is_empty();
        if parsed.number.is_none() {
            let numberless =
                matches!(parsed.state, NumberState::Missing | NumberState::Placeholder);
            if nameless && numberless && student_cell.is_empty() {
                return self.nobody(row, cells);
            }
            if let Some(reason) = (self.skip)(cells, &self.headers) {
                return self.batch.counts.skip(reason);
            }
        }
        let (school, stage) = self.school_and_stage(cells);
        let (grade, grade_label) = self.grade(cells, stage);
        let class = self.class(cells);
        let status_cell = cell(cells, self.at.status);
        let status = self.status(status_cell).unwrap_or_else(|| {
            self.reject(
                row,
                Rejected::Cell,
                self.at.status,
                status_cell,
                Message::new(
                    format!("看不懂的学籍状态“{status_cell}”，按未填状态处理"),
                    format!("enrolment status “{status_cell}” is not known; taken as not stated"),
                ),
            );
            EnrollmentStatus::Unstated
        });
        let mut entry = self.date(row, cells, self.at.entry);
        let mut exit = self.date(row, cells, self.at.exit);
        let mut suspended = self.date(row, cells, self.at.suspension);
        // 异动日期 dates whatever the status says.
        if let Some(moved) = self.date(row, cells, self.at.movement) {
            match status {
                status if status.is_exit() => exit = exit.or(Some(moved)),
                EnrollmentStatus::Suspended => suspended = suspended.or(Some(moved)),
                EnrollmentStatus::Resumed => entry = Some(moved),
                _ if status_cell.contains("转入") => entry = Some(moved),
                _ => {}
            }
        }
        if status == EnrollmentStatus::Suspended && suspended.is_none() {
            // 休学日期 under a general header of leaving.
            suspended = exit.take();
        }
        if status.is_active() && exit.is_some_and(|date| date.first > self.sheet.as_of) {
            // The planned day of graduation of an active pupil.
            exit = None;
        }
        let birth = self.date(row, cells, self.at.birth);
        let sex = match cell(cells, self.at.sex) {
            "" => Sex::Unknown,
            sex => self.sexes.get(sex, |sex| parse_sex(sex).unwrap_or(Sex::Unknown)),
        };
        let batch = &mut self.batch;
        let texts = &mut batch.enrollments.texts;
        let former = cell(cells, self.at.former_name);
        let record = Enrollment {
            sheet: SheetId(0),
            row,
            name: texts.store(&clean_name(name_cell)),
            former_name: if former.is_empty() {
                Text::default()
            } else {
                texts.store(&clean_name(former))
            },
            number: parsed.number,
            number_state: parsed.state,
            number_cell: kept.map_or(Text::default(), |cell| texts.store(cell)),
            student_number: texts.store(student_cell),
            birth,
            sex,
            school,
            stage: grade.stage,
            grade,
            grade_label,
            class,
            status,
            entry: entry.map(term_start),
            exit,
            suspended,
        };
        batch.enrollments.columns.push(record);
        self.checked();
    }

    fn period(&mut self, row: u32, cells: &[&str]) -> AwardPeriod {
        let year_cell = cell(cells, self.at.school_year);
        let term_cell = cell(cells, self.at.term);
        let month_cell = cell(cells, self.at.month);
        join(&mut self.key, &[year_cell, term_cell, month_cell]);
        let said_by_sheet = self.sheet.period;
        let read = self
            .periods
            .get(&self.key, |_| read_period(year_cell, term_cell, month_cell, said_by_sheet));
        read.unwrap_or_else(|| {
            let (column, value) = if month_cell.is_empty() {
                (self.at.term, term_cell)
            } else {
                (self.at.month, month_cell)
            };
            self.reject(row, Rejected::Cell, column, value, Message::new(
                format!("看不懂的发放期间“{value}”，已按空白处理；请写成 9月 或 2025年秋季学期"),
                format!("period “{value}” is not understood and was emptied; write 2025-09 or 2025年秋季学期"),
            ));
            self.sheet.period
        })
    }

    fn payment(&mut self, row: u32, cells: &[&str]) {
        let name_cell = cell(cells, self.at.name);
        let id_cell = cell(cells, self.at.id_number);
        let student_cell = cell(cells, self.at.student_number);
        let (parsed, kept) = self.number(id_cell, student_cell);
        if parsed.number.is_none() {
            let numberless =
                matches!(parsed.state, NumberState::Missing | NumberState::Placeholder);
            if name_cell.is_empty() && numberless && student_cell.is_empty() {
                return self.nobody(row, cells);
            }
            if let Some(reason) = (self.skip)(cells, &self.headers) {
                return self.batch.counts.skip(reason);
            }
        }
        let amount_cell = cell(cells, self.at.amount);
        let Some(amount) = parse_amount(amount_cell, self.sheet.amount_unit) else {
            let column = self.at.amount;
            return self.reject(row, Rejected::Row, column, amount_cell, Message::new(
                format!("金额“{amount_cell}”读不出数字，本行未核对；请写成 1250.00"),
                format!("amount “{amount_cell}” is no figure, the row was not checked; write 1250.00"),
            ));
        };
        let period = self.period(row, cells);
        let status_cell = cell(cells, self.at.payment_status);
        let status = if status_cell.is_empty() {
            PaymentStatus::Unstated
        } else {
            parse_payment_status(status_cell).unwrap_or_else(|| {
                self.reject(
                    row,
                    Rejected::Cell,
                    self.at.payment_status,
                    status_cell,
                    Message::new(
                        format!("看不懂的发放状态“{status_cell}”，按已发放处理"),
                        format!("payment status “{status_cell}” is not known; taken as paid"),
                    ),
                );
                PaymentStatus::Unstated
            })
        };
        let pay_date = self.date(row, cells, self.at.pay_date);
        let (school, stage) = self.school_and_stage(cells);
        let (grade, grade_label) = self.grade(cells, stage);
        let class = self.class(cells);
        let programme = match cell(cells, self.at.programme) {
            "" => self.sheet.programme.as_str(),
            programme => programme,
        };
        let batch = &mut self.batch;
        let texts = &mut batch.payments.texts;
        let record = Payment {
            sheet: SheetId(0),
            row,
            name: texts.store(&clean_name(name_cell)),
            number: parsed.number,
            number_state: parsed.state,
            number_cell: kept.map_or(Text::default(), |cell| texts.store(cell)),
            student_number: texts.store(student_cell),
            school,
            grade,
            grade_label,
            class,
            programme: batch.labels.intern(programme),
            period,
            amount,
            pay_date,
            status,
            card: texts.store(cell(cells, self.at.card)),
            note: batch.labels.intern(cell(cells, self.at.note)),
        };
        batch.payments.columns.push(record);
        self.checked();
    }

    fn headcount(&mut self, row: u32, cells: &[&str]) {
        if let Some(reason) = (self.skip)(cells, &self.headers) {
            return self.batch.counts.skip(reason);
        }
        let counted_cell = cell(cells, self.at.counted);
        let Some(counted) = parse_count(counted_cell) else {
            let column = self.at.counted;
            return self.reject(
                row,
                Rejected::Row,
                column,
                counted_cell,
                Message::new(
                    format!("清点人数“{counted_cell}”不是整数，本行未核对"),
                    format!("count “{counted_cell}” is no whole number, the row was not checked"),
                ),
            );
        };
        let date = self.date(row, cells, self.at.count_date).map(|date| date.last);
        let (school, stage) = self.school_and_stage(cells);
        let (grade, grade_label) = self.grade(cells, stage);
        let class = self.class(cells);
        let figure = |typer: &mut Self, column: usize| -> Option<i64> {
            let value = cell(cells, column);
            if value.is_empty() {
                return None;
            }
            let figure = parse_count(value);
            if figure.is_none() {
                typer.reject(
                    row,
                    Rejected::Cell,
                    column,
                    value,
                    Message::new(
                        format!("“{value}”不是整数，已按空白处理"),
                        format!("“{value}” is no whole number and was emptied"),
                    ),
                );
            }
            figure
        };
        let line = HeadcountLine {
            place: self.place(row),
            school,
            date: date.or(self.sheet.document_date),
            stage: grade.stage,
            grade,
            grade_label,
            class,
            registered: figure(self, self.at.registered),
            counted,
            on_leave: figure(self, self.at.on_leave).unwrap_or(0),
            interns: figure(self, self.at.interns).unwrap_or(0),
            suspended: figure(self, self.at.suspended),
            excused: figure(self, self.at.excused).unwrap_or(0),
            note: self.batch.labels.intern(cell(cells, self.at.note)),
        };
        self.batch.headcounts.push(line);
        self.checked();
    }
}

/// A whole number of heads.
fn parse_count(text: &str) -> Option<i64> {
    let fen = parse_amount(text.trim_end_matches('人'), Unit::Yuan)?;
    (fen.0 % 100 == 0 && fen >= Fen(0)).then_some(fen.0 / 100)
}

/// An entry known only to the month of September or March began with the term (design, section 6).
fn term_start(date: DateRange) -> DateRange {
    if !date.is_exact()
        && date.first.month() == date.last.month()
        && matches!(date.first.month(), 3 | 9)
    {
        DateRange::day(date.first)
    } else {
        date
    }
}

/// The period that three cells say, with what the sheet says for what they leave open. `None` if a
/// cell holds something that is no period.
fn read_period(year: &str, term: &str, month: &str, sheet: AwardPeriod) -> Option<AwardPeriod> {
    let mut period = AwardPeriod::default();
    if !year.is_empty() {
        period.school_year = parse_school_year(year);
    }
    if !term.is_empty() {
        let (year_of_term, read) = parse_term(term)?;
        period.term = Some(read);
        period.school_year = period.school_year.or(year_of_term);
    }
    period.school_year = period.school_year.or(sheet.school_year);
    if term.is_empty() && period.school_year == sheet.school_year {
        period.term = sheet.term;
    }
    if !month.is_empty() {
        let said = parse_months(month, period)?;
        return Some(AwardPeriod { term: said.term.or(period.term), ..said });
    }
    if period.school_year == sheet.school_year && (term.is_empty() || period.term == sheet.term) {
        period.months = sheet.months;
    }
    Some(period)
}
