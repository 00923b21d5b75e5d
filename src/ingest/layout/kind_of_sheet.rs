//! Of which kind the rows of a sheet are, and to which register its enrolments belong.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::record::{Field, Message, RecordKind, Register};

use super::columns::ColumnPlan;
use super::headers::HeaderBook;
use super::sheet_context::SheetContext;

/// The words of titles and names that say what a sheet lists (`[lists]` of `headers.toml`).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListWords {
    pay: Vec<String>,
    aided: Vec<String>,
    part: Vec<String>,
    left: Vec<String>,
    not_paid: Vec<String>,
    roster: Vec<String>,
}

/// What titles and names say that a sheet lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListOf {
    /// Money handed out.
    Pay,
    /// Pupils who get aid.
    Aided,
    /// Some pupils of a school: who is not on it may be a pupil all the same.
    Part,
    /// Pupils who left, or are away for long.
    Left,
    /// Money that did not arrive or came back.
    NotPaid,
    /// What pupils pay.
    Charged,
    /// The pupils of a class or school.
    Roster,
}

impl ListOf {
    /// By the title, else the sheet's name, else the file's; with the text that says it.
    pub(super) fn said<'c>(
        book: &HeaderBook,
        context: &'c SheetContext,
    ) -> Option<(ListOf, &'c str)> {
        let words = &book.lists;
        let names = [&context.sheet_name, &context.file_stem];
        let texts = context.nearest_titles().iter().chain(names);
        texts.into_iter().find_map(|text| {
            let says = |words: &[String]| words.iter().any(|word| text.contains(word.as_str()));
            let whole = text.contains("在校生") || text.contains("学籍系统");
            let list_of = if says(&words.not_paid) {
                ListOf::NotPaid
            } else if says(&words.pay) {
                ListOf::Pay
            } else if says(&words.aided) && !whole && !text.contains("学籍") {
                ListOf::Aided
            } else if says(&words.left) && !whole {
                ListOf::Left
            } else if says(&words.part) && !whole {
                ListOf::Part
            } else if book.amounts.charges(text) {
                ListOf::Charged
            } else if says(&words.roster) {
                ListOf::Roster
            } else {
                return None;
            };
            Some((list_of, text.as_str()))
        })
    }
}

/// Whether a list of pupils is none by which a place at a school is proved: money is handed out, or only
/// those are on it who get some. The columns of a register outweigh a list of such pupils.
pub(super) fn proves_no_place(list_of: Option<ListOf>, columns: &[ColumnPlan]) -> bool {
    let registered = columns
        .iter()
        .any(|column| matches!(column.field, Some(Field::EnrollmentStatus | Field::EntryDate)));
    match list_of {
        Some(ListOf::Pay) => true,
        Some(ListOf::Aided) => !registered,
        Some(_) | None => false,
    }
}

/// Why a list cannot be used as what its columns say, by what its title says of it: part of a school, pupils
/// who left, money that was not paid. A column of the status of each row outweighs the title.
pub(super) fn contradicted(
    kind: RecordKind,
    list_of: Option<ListOf>,
    said_by: &str,
    columns: &[ColumnPlan],
) -> Option<Message> {
    let has = |fields: &[Field]| {
        columns.iter().any(|column| column.field.is_some_and(|field| fields.contains(&field)))
    };
    let registered = has(&[Field::EnrollmentStatus, Field::EntryDate, Field::ExitDate]);
    let settled = has(&[Field::PaymentStatus, Field::ReviewStatus, Field::FailureReason]);
    match (kind, list_of?) {
        (RecordKind::Enrollment, ListOf::Part) if !registered => Some(Message::new(
            format!(
                "“{said_by}”只是部分学生，不能当作学校的名册（名单以外的学生会被误报）；如果是全部学生，请在 aidcheck.toml 的 [[mapping]] 中写 kind = \"enrollment\""
            ),
            format!(
                "“{said_by}” names some pupils only and cannot stand for the school's roster (the others would be accused); if it is whole, write kind = \"enrollment\" in [[mapping]] of aidcheck.toml"
            ),
        )),
        (RecordKind::Enrollment, ListOf::Left) if !registered => Some(Message::new(
            format!(
                "“{said_by}”是已离校或休学的学生，而表中没有学籍状态，不能当作在校学生；请加“学籍状态”列，或在 aidcheck.toml 的 [[mapping]] 中写 kind = \"enrollment\""
            ),
            format!(
                "“{said_by}” names pupils who left or are away, and no column tells their status; add 学籍状态, or write kind = \"enrollment\" in [[mapping]] of aidcheck.toml"
            ),
        )),
        (RecordKind::Payment, ListOf::NotPaid) if !settled => Some(Message::new(
            format!(
                "“{said_by}”是没有发放成功或退回的资金，而表中没有发放状态，不能当作已发放；请加“发放状态”列，或在 aidcheck.toml 的 [[mapping]] 中写 kind = \"payment\""
            ),
            format!(
                "“{said_by}” lists money that did not arrive or came back, and no column tells its status; add 发放状态, or write kind = \"payment\" in [[mapping]] of aidcheck.toml"
            ),
        )),
        _ => None,
    }
}

/// The kind of record that columns and names speak for; `places` are the file's and sheet's names,
/// `headings` says that lines between the records name their classes.
pub(super) fn kind_of(
    columns: &[ColumnPlan],
    context: &SheetContext,
    places: &[&str],
    headings: bool,
) -> Option<RecordKind> {
    let has = |field: Field| columns.iter().any(|column| column.field == Some(field));
    let any = |fields: &[Field]| fields.iter().any(|&field| has(field));
    let says = |words: &[&str]| {
        let titles = context.nearest_titles().iter().map(String::as_str);
        places
            .iter()
            .copied()
            .chain(titles)
            .any(|text| words.iter().any(|word| text.contains(word)))
    };
    let person = any(&[Field::Name, Field::IdNumber, Field::StudentNumber]);
    let school = any(&[Field::SchoolCode, Field::SchoolName])
        || context.school_name.is_some()
        || context.school_code.is_some();
    let place = any(&[Field::Grade, Field::Class])
        || context.class.is_some()
        || context.grade.is_some()
        || headings;
    if person && has(Field::OtherSchool) && !has(Field::Amount) {
        return Some(RecordKind::WatchList);
    }
    if person && has(Field::Amount) {
        return Some(RecordKind::Payment);
    }
    if !person && has(Field::CountedCount) && (school || place) {
        return Some(RecordKind::Headcount);
    }
    if !person {
        let fund = any(&[Field::FundIncome, Field::FundDue, Field::FundSetAside]);
        return (fund && school).then_some(RecordKind::SchoolFund);
    }
    // An aid list whose amounts are not understood is no evidence of a place at a school.
    if has(Field::Programme) && says(&["发放", "助学金", "补助", "资助"]) {
        return None;
    }
    if says(&["教职工", "教师花名册", "教师名册", "职工名册"]) {
        return None;
    }
    // Lists of pupils that are no evidence of a place at a school.
    let enrolled = any(&[Field::EnrollmentStatus, Field::EntryDate, Field::StudentNumber]);
    if any(&[Field::Hardship, Field::RecognitionDate])
        && !enrolled
        && (says(&["认定"]) || !has(Field::Class))
    {
        return Some(RecordKind::Recognition);
    }
    if says(&["查重", "比对名单"]) && !says(&["学籍导出", "名册"]) {
        return Some(RecordKind::WatchList);
    }
    (school || place || has(Field::EnrollmentStatus)).then_some(RecordKind::Enrollment)
}

/// The register of a list of enrolments: words of its names and titles first, then its columns.
pub(super) fn register_of(
    columns: &[ColumnPlan],
    context: &SheetContext,
    file_name: &str,
    rows: &[Vec<String>],
) -> Register {
    let mut own: Vec<&str> = context.nearest_titles().iter().map(String::as_str).collect();
    own.extend([context.sheet_name.as_str(), context.file_stem.as_str()]);
    let folders = file_name.rsplit_once('/').map_or("", |(folders, _)| folders);
    let says = |texts: &[&str], words: &[&str]| {
        texts.iter().any(|text| words.iter().any(|word| text.contains(word)))
    };

    let exported = says(&own, &["系统", "导出", "全国学籍"]);
    if !exported
        && says(
            &[&own[..], &[folders]].concat(),
            &["名册", "花名册", "班级名单", "点名册", "点名表"],
        )
    {
        return Register::Roster;
    }
    for texts in [&own[..], &[folders]] {
        if says(texts, &["中职", "职教", "中等职业", "职业"]) {
            return Register::Vocational;
        }
        if says(texts, &["学前", "幼儿", "园所"]) {
            return Register::Preschool;
        }
        if says(texts, &["学籍系统", "全国学籍", "学籍导出", "在校生导出"]) {
            return Register::StudentStatus;
        }
    }
    let headers: Vec<&str> = columns.iter().map(|column| column.header.as_str()).collect();
    let column = |field: Field| columns.iter().find(|column| column.field == Some(field));
    if says(&headers, &["中职", "中等职业"]) {
        return Register::Vocational;
    }
    let Some(code) = column(Field::SchoolCode) else {
        return if says(&headers, &["幼儿姓名", "园所", "入园"]) {
            Register::Preschool
        } else {
            Register::Roster
        };
    };
    let schools: BTreeSet<&str> =
        rows.iter().filter_map(|row| row.get(code.index)).map(|cell| cell.trim()).collect();
    if column(Field::StudentNumber).is_some()
        || (schools.len() > 1 && column(Field::EnrollmentStatus).is_some())
    {
        return if says(&headers, &["幼儿姓名", "园所"]) {
            Register::Preschool
        } else {
            Register::StudentStatus
        };
    }
    if says(&headers, &["幼儿", "园所", "入园"]) {
        return Register::Preschool;
    }
    if column(Field::EnrollmentStatus).is_some() {
        Register::StudentStatus
    } else {
        Register::Roster
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{ForcedMapping, From, How, NotUnderstood, SheetPlan, plan_sheet};

    fn plan(file: &str, rows: &[&str]) -> Result<SheetPlan, NotUnderstood> {
        plan_forced(file, rows, None)
    }

    fn plan_forced(
        file: &str,
        rows: &[&str],
        forced: Option<&ForcedMapping>,
    ) -> Result<SheetPlan, NotUnderstood> {
        let rows: Vec<Vec<String>> =
            rows.iter().map(|row| row.split(',').map(String::from).collect()).collect();
        plan_sheet(&HeaderBook::shipped().unwrap(), file, "", &rows, None, forced, &[])
    }

    const STATUS: [&str; 3] = [
        "学校标识码,学校名称,姓名,身份证件号,学籍号,年级,状态",
        "2133012701,河源县一小,王一,330127201203051018,G330127201203051018,三年级,在读",
        "2133012702,河源县二小,王二,330127201203051026,G330127201203051026,三年级,在读",
    ];

    #[test]
    fn registers_are_told_by_names_then_by_columns() {
        for (file, register) in [
            ("全县.csv", Register::StudentStatus),
            ("学籍系统_导出名册.csv", Register::StudentStatus),
            ("中职在校生导出.csv", Register::Vocational),
            ("学前教育系统导出.csv", Register::Preschool),
            ("河源县职业中学班级名单.csv", Register::Roster),
            ("各校名册/河源一中.csv", Register::Roster),
        ] {
            let plan = plan(file, &STATUS).unwrap();
            assert_eq!(
                (plan.kind, plan.register),
                (RecordKind::Enrollment, Some(register)),
                "{file}"
            );
            assert_eq!(plan.columns[6].field, Some(Field::EnrollmentStatus));
        }
        let roster = plan("河源一中.csv", &["姓名,班级,学号", "王一,1班,7", "王二,1班,8"]).unwrap();
        assert_eq!(roster.register, Some(Register::Roster));
        assert_eq!(roster.columns[2].field, Some(Field::LocalNumber));
        assert_eq!(roster.context.school_name, Some(("河源一中".into(), From::FileName)));
    }

    #[test]
    fn a_payment_list_below_titles_takes_its_bare_status() {
        let plan = plan(
            "发放/x.csv",
            &[
                "河源县职业技术学校2025年秋季学期国家助学金发放表,,,,",
                "学校标识码：3633012701,制表日期：2025年10月10日,,,",
                "",
                "序号,姓名,学号,金额（元）,状态",
                "1,王一,G330127200903051018,1150,已发放",
            ],
        )
        .unwrap();
        assert_eq!((plan.kind, plan.register, plan.header_row), (RecordKind::Payment, None, 4));
        assert_eq!(plan.column(Field::PaymentStatus), Some(4));
        assert_eq!(
            (plan.columns[2].field, plan.columns[2].how),
            (Some(Field::StudentNumber), How::Content)
        );
        assert_eq!(plan.titles.len(), 2);
        assert_eq!(plan.context.school_name, Some(("河源县职业技术学校".into(), From::Title)));
        assert_eq!(plan.context.school_code, Some(("3633012701".into(), From::Title)));
        assert!(plan.context.document_date.is_some());
    }

    #[test]
    fn counts_recognitions_and_strangers_are_told_apart() {
        let count = plan(
            "清点.csv",
            &["学校名称,班级,学籍人数,实到人数,核查人", "河源一中,高一1班,50,48,李"],
        )
        .unwrap();
        assert_eq!(count.kind, RecordKind::Headcount);
        let poor = plan(
            "困难学生认定.csv",
            &["学校,姓名,身份证号,困难类型", "河源一中,王一,330127201203051018,低保"],
        )
        .unwrap();
        assert_eq!(poor.kind, RecordKind::Recognition);
        let error = plan("x.csv", &["物品,数量,姓铭", "桌,3,"]).unwrap_err();
        assert_eq!(error.seen, ["物品", "数量", "姓铭"]);
        assert!(error.to_string().contains("roster"));
        assert!(plan("x.csv", &[]).is_err());
    }

    #[test]
    fn doubles_two_level_headers_and_the_configuration() {
        let double =
            plan("一中名册.csv", &["姓名,证件号,身份证号,班级", "王一,,330127201203051018,1班"])
                .unwrap();
        assert_eq!(double.column(Field::IdNumber), Some(2));
        assert_eq!(double.columns[1].how, How::SecondChoice);
        let paid = plan("x.csv", &["姓名,补助标准,应发金额,实发金额", "王一,5,500,400"]).unwrap();
        assert_eq!(paid.column(Field::Amount), Some(3));
        let two_level =
            plan("x名册.csv", &["姓名,身份证号,学校信息,", ",,学校名称,班级", "王,1,甲校,1"])
                .unwrap();
        assert_eq!((two_level.header_row, two_level.column(Field::Name)), (2, Some(0)));
        assert!(two_level.titles.is_empty());
        let forced = ForcedMapping {
            kind: Some(RecordKind::Enrollment),
            register: Some(Register::Preschool),
            header_row: None,
            columns: [("娃娃".to_string(), Field::Name), ("所在".to_string(), Field::SchoolName)]
                .into(),
        };
        let forced = plan_forced("x.csv", &["娃娃,所在", "王一,甲园"], Some(&forced)).unwrap();
        assert_eq!(
            (forced.register, forced.columns[0].how),
            (Some(Register::Preschool), How::Forced)
        );
    }
}
