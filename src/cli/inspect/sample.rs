//! The first records of a sheet as they were understood: headings and rows of cells.

use aidcheck::normalize::SheetReading;
use aidcheck::record::{DateRange, Language, Sex};
use aidcheck::report::status_chinese;

use super::words::{kebab, number_state, pick, stage, term};

/// How many records are shown.
pub const SHOWN: usize = 3;

/// The headings of a sample: a name for machines, Chinese, English.
type Heading = (&'static str, &'static str, &'static str);

/// Records of one sheet.
pub struct Sample {
    pub headings: Vec<Heading>,
    pub rows: Vec<Vec<String>>,
}

impl Sample {
    /// The first records of a sheet; none where it holds none.
    pub fn of(sheet: &SheetReading, language: Language) -> Option<Sample> {
        let batch = sheet.batches.first()?;
        if !batch.enrollments.is_empty() {
            return Some(enrollments(sheet, language));
        }
        if !batch.payments.is_empty() {
            return Some(payments(sheet, language));
        }
        (!batch.headcounts.is_empty()).then(|| headcounts(sheet))
    }
}

const ENROLLMENT: [Heading; 12] = [
    ("row", "行", "row"),
    ("name", "姓名", "name"),
    ("number", "证件号", "number"),
    ("number_state", "号码情况", "state"),
    ("school", "学校", "school"),
    ("stage", "学段", "stage"),
    ("grade", "年级", "grade"),
    ("class", "班级", "class"),
    ("status", "学籍状态", "status"),
    ("entry", "入学", "entry"),
    ("exit", "离校", "exit"),
    ("sex", "性别", "sex"),
];

fn enrollments(sheet: &SheetReading, language: Language) -> Sample {
    let batch = &sheet.batches[0];
    let rows = (0..batch.enrollments.len().min(SHOWN))
        .map(|index| {
            let record = batch.enrollments.get(index);
            vec![
                record.row.to_string(),
                batch.enrollments.text(record.name).into(),
                record.number.map_or(String::new(), |number| number.to_string()),
                number_state(record.number_state, language).into(),
                school(sheet, record.school),
                record.stage.map_or("", |at| stage(at, language)).into(),
                grade(batch.labels.get(record.grade_label), record.grade.year),
                batch.labels.get(record.class).into(),
                match language {
                    Language::Zh => status_chinese(record.status).into(),
                    Language::En => kebab(&record.status),
                },
                date(record.entry),
                date(record.exit),
                match record.sex {
                    Sex::Unknown => "",
                    Sex::Male => pick(language, "男", "male"),
                    Sex::Female => pick(language, "女", "female"),
                }
                .into(),
            ]
        })
        .collect();
    Sample { headings: ENROLLMENT.to_vec(), rows }
}

const PAYMENT: [Heading; 11] = [
    ("row", "行", "row"),
    ("name", "姓名", "name"),
    ("number", "证件号", "number"),
    ("number_state", "号码情况", "state"),
    ("school", "学校", "school"),
    ("programme", "资助项目", "programme"),
    ("school_year", "学年", "school year"),
    ("term", "学期", "term"),
    ("months", "月份", "months"),
    ("amount", "金额", "amount"),
    ("pay_date", "发放日期", "pay date"),
];

fn payments(sheet: &SheetReading, language: Language) -> Sample {
    let batch = &sheet.batches[0];
    let rows = (0..batch.payments.len().min(SHOWN))
        .map(|index| {
            let record = batch.payments.get(index);
            let months = record.period.calendar_months();
            vec![
                record.row.to_string(),
                batch.payments.text(record.name).into(),
                record.number.map_or(String::new(), |number| number.to_string()),
                number_state(record.number_state, language).into(),
                school(sheet, record.school),
                batch.labels.get(record.programme).into(),
                record.period.school_year.map_or(String::new(), |year| year.to_string()),
                record.period.term.map_or("", |at| term(at, language)).into(),
                months
                    .map(|(year, month)| format!("{year}-{month:02}"))
                    .collect::<Vec<_>>()
                    .join(" "),
                record.amount.to_string(),
                date(record.pay_date),
            ]
        })
        .collect();
    Sample { headings: PAYMENT.to_vec(), rows }
}

const HEADCOUNT: [Heading; 8] = [
    ("row", "行", "row"),
    ("school", "学校", "school"),
    ("grade", "年级", "grade"),
    ("class", "班级", "class"),
    ("date", "清点日期", "date"),
    ("counted", "实到", "counted"),
    ("on_leave", "请假", "on leave"),
    ("interns", "实习", "interns"),
];

fn headcounts(sheet: &SheetReading) -> Sample {
    let batch = &sheet.batches[0];
    let rows = batch
        .headcounts
        .iter()
        .take(SHOWN)
        .map(|line| {
            vec![
                line.place.row.to_string(),
                school(sheet, line.school),
                grade(batch.labels.get(line.grade_label), line.grade.year),
                batch.labels.get(line.class).into(),
                line.date.map_or(String::new(), |date| date.to_string()),
                line.counted.to_string(),
                line.on_leave.to_string(),
                line.interns.to_string(),
            ]
        })
        .collect();
    Sample { headings: HEADCOUNT.to_vec(), rows }
}

/// Code and name, as far as the row says them.
fn school(sheet: &SheetReading, school: u32) -> String {
    let mention = sheet.batches[0].schools.as_slice().get(school as usize);
    mention.map_or(String::new(), |mention| {
        format!("{} {}", mention.code, mention.name).trim().to_string()
    })
}

/// The grade as it stands, with the year in the stage that it means.
fn grade(label: &str, year: u8) -> String {
    if year == 0 { label.to_string() } else { format!("{label} → {year}") }
}

fn date(date: Option<DateRange>) -> String {
    date.map_or(String::new(), |date| date.to_string())
}
