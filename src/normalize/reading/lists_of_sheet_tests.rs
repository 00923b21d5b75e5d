//! Several lists on one sheet, one below the other, and what holds for the rows of each.

use super::{ReadSettings, SheetReading, Silent, read_files};
use crate::ingest::{HeaderBook, InputFile};
use crate::normalize::Keep;
use crate::policy::{Config, Policy};
use crate::record::RecordKind;
use proptest::prelude::*;
use rust_xlsxwriter::Workbook;

/// Reads lines of cells parted by `,`, as a text and as a workbook's sheet: both must say the same.
fn read(lines: &[String]) -> Vec<SheetReading> {
    let text = read_as("csv", lines);
    let book = read_as("xlsx", lines);
    assert_eq!(said(&text), said(&book), "{lines:#?}");
    book
}

fn read_as(format: &str, lines: &[String]) -> Vec<SheetReading> {
    let folder = tempfile::tempdir().unwrap();
    let name = format!("名单.{format}");
    let path = folder.path().join(&name);
    if format == "csv" {
        std::fs::write(&path, lines.join("\n")).unwrap();
    } else {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (row, line) in lines.iter().enumerate() {
            for (column, cell) in line.split(',').enumerate().filter(|(_, cell)| !cell.is_empty()) {
                sheet.write_string(row as u32, column as u16, cell).unwrap();
            }
        }
        book.save(&path).unwrap();
    }
    let settings = ReadSettings {
        source: &crate::ingest::Disk,
        headers: &HeaderBook::shipped().unwrap(),
        config: &Config::default(),
        policy: &Policy::shipped().unwrap(),
        as_of: chrono::NaiveDate::from_ymd_opt(2025, 10, 15).unwrap(),
        progress: &Silent,
        keep: Keep::All,
    };
    read_files(&[InputFile { name, path }], &settings).remove(0).sheets
}

/// Each list's first row, counts and records.
fn said(sheets: &[SheetReading]) -> Vec<(u32, [u64; 4], Vec<String>)> {
    sheets
        .iter()
        .map(|sheet| {
            let counts = &sheet.counts;
            let counts = [counts.rows_in, counts.checked, counts.rejected, counts.skipped()];
            (sheet.first_row, counts, records(sheet))
        })
        .collect()
}

/// Row, name and school of each record; grade and class of an enrolment, the programme of a payment.
fn records(sheet: &SheetReading) -> Vec<String> {
    let mut lines = Vec::new();
    for batch in &sheet.batches {
        let school = |school: u32| &*batch.schools.as_slice()[school as usize].name;
        for at in 0..batch.enrollments.len() {
            let record = batch.enrollments.get(at);
            let name = batch.enrollments.text(record.name);
            let (grade, class) = (record.grade.year, batch.labels.get(record.class));
            lines.push(format!("{} {name} {} {grade}:{class}", record.row, school(record.school)));
        }
        for at in 0..batch.payments.len() {
            let record = batch.payments.get(at);
            let name = batch.payments.text(record.name);
            let programme = batch.labels.get(record.programme);
            lines.push(format!("{} {name} {} {programme}", record.row, school(record.school)));
        }
    }
    lines
}

fn lines(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| line.to_string()).collect()
}

const A: &str = "330127201203044154";
const B: &str = "330127201305126230";

#[test]
fn a_second_list_with_more_columns_does_not_swallow_the_first() {
    let sheets = read(&lines(&[
        "河源县第二小学在校生",
        "姓名,身份证号,班级",
        &format!("王小明,{A},三1班"),
        "",
        "转入学生",
        "序号,班级,姓名,性别,身份证号,转入日期",
        &format!("1,三2班,李小红,女,{B},2025-09-01"),
    ]));
    assert_eq!(
        said(&sheets),
        [
            (1, [4, 1, 0, 3], lines(&["3 王小明 河源县第二小学 3:1"])),
            (5, [3, 1, 0, 2], lines(&["7 李小红 河源县第二小学 3:2"])),
        ]
    );
}

#[test]
fn titles_above_a_repeated_header_hold_for_the_rows_below() {
    let sheets = read(&lines(&[
        "河源县职业中专2025年秋季学期中职国家助学金发放表",
        "序号,姓名,身份证号,金额",
        &format!("1,王小明,{A},1150"),
        "合计,,,1150",
        "",
        "河源县职业中专2025年秋季学期中职免学费发放表",
        "序号,姓名,身份证号,金额",
        &format!("1,王小明,{A},1000"),
    ]));
    assert_eq!(
        said(&sheets),
        [
            (1, [5, 1, 0, 4], lines(&["3 王小明 河源县职业中专 中职国家助学金"])),
            (6, [3, 1, 0, 2], lines(&["8 王小明 河源县职业中专 中职免学费"])),
        ]
    );
    assert!(sheets.iter().all(|sheet| sheet.plan.as_ref().unwrap().kind == RecordKind::Payment));
}

#[test]
fn a_page_that_repeats_title_and_header_is_no_other_list() {
    let sheets = read(&lines(&[
        "河源县第二小学学生花名册　第1页",
        "姓名,身份证号,班级",
        &format!("王小明,{A},三1班"),
        "第1页 共2页",
        "河源县第二小学学生花名册　第2页",
        "姓名,身份证号,班级",
        &format!("李小红,{B},三2班"),
    ]));
    assert_eq!(said(&sheets).len(), 1);
    assert_eq!(records(&sheets[0]).len(), 2);
}

#[test]
fn every_class_below_its_own_title() {
    for header_again in [true, false] {
        let mut rows = lines(&["河源县第二小学三（1）班花名册", "序号,姓名,身份证号"]);
        rows.push(format!("1,王小明,{A}"));
        rows.push("河源县第二小学三（2）班花名册".into());
        if header_again {
            rows.push("序号,姓名,身份证号".into());
        }
        rows.push(format!("1,李小红,{B}"));
        let sheets = read(&rows);
        let seen: Vec<String> = sheets.iter().flat_map(records).collect();
        let last = rows.len();
        assert_eq!(
            seen,
            [
                "3 王小明 河源县第二小学 3:1".to_string(),
                format!("{last} 李小红 河源县第二小学 3:2"),
            ]
        );
    }
}

#[test]
fn a_heading_that_cannot_be_read_ends_the_class_above() {
    let sheets = read(&lines(&[
        "河源县第二小学花名册",
        "序号,姓名,身份证号",
        "三年级（1）班　班主任：王老师",
        &format!("1,王小明,{A}"),
        "班级：四（2）班,人数：3",
        &format!("1,李小红,{B}"),
        "此班暂未编号",
        "1,陈小刚,330127201401159315",
    ]));
    let seen: Vec<String> = sheets.iter().flat_map(records).collect();
    assert_eq!(
        seen,
        [
            "4 王小明 河源县第二小学 3:1",
            "6 李小红 河源县第二小学 4:2",
            "8 陈小刚 河源县第二小学 0:",
        ]
    );
    let said = sheets.iter().flat_map(|sheet| &sheet.batches).flat_map(|batch| &batch.rejections);
    assert!(said.clone().any(|line| line.value == "此班暂未编号" && line.place.row == 7));
}

#[test]
fn a_line_of_labels_above_the_header_is_no_part_of_it() {
    let sheets = read(&lines(&[
        "河源县第二小学花名册",
        "班主任：张老师,,人数：2人",
        "姓名,身份证号,性别,班级",
        &format!("王小明,{A},男,三1班"),
        &format!("李小红,{B},女,三1班"),
    ]));
    assert_eq!(
        said(&sheets),
        [(1, [5, 2, 0, 3], lines(&["4 王小明 河源县第二小学 3:1", "5 李小红 河源县第二小学 3:1"]))]
    );
}

#[test]
fn a_header_in_other_words_is_a_header() {
    let sheets = read(&lines(&[
        "河源县第二小学花名册",
        "姓名,身份证号,班级",
        &format!("王小明,{A},三1班"),
        "学生姓名,身份证号码,班级",
        &format!("李小红,{B},三2班"),
    ]));
    assert_eq!(
        said(&sheets),
        [(1, [5, 2, 0, 3], lines(&["3 王小明 河源县第二小学 3:1", "5 李小红 河源县第二小学 3:2"]))]
    );
}

#[test]
fn a_list_below_one_that_is_not_used_is_read() {
    let sheets = read(&lines(&[
        "河源县职业中专家庭经济困难学生认定名单",
        "学校名称,姓名,身份证号,困难类型,认定学年",
        &format!("河源县职业中专,王小明,{A},脱贫户,2025-2026"),
        "",
        "河源县职业中专2025年秋季学期中职免学费发放表",
        "序号,姓名,身份证号,金额",
        &format!("1,王小明,{A},1000"),
    ]));
    let read: Vec<String> = sheets.iter().flat_map(records).collect();
    assert_eq!(read, ["7 王小明 河源县职业中专 中职免学费"]);
    let rows: u64 = sheets.iter().map(|sheet| sheet.counts.rows_in).sum();
    assert_eq!(rows, 7);
}

#[test]
fn a_list_that_is_not_understood_is_said_once_whatever_its_pages_repeat() {
    let page = ["姓名,性别,籍贯,电话", "王小明,男,河源,13907301234"];
    let rows: Vec<String> = (0..200).map(|row| page[row % 2].to_string()).collect();
    assert_eq!(read(&rows).len(), 1);
}

#[test]
fn kinds_of_documents_are_no_headers_and_hide_no_list() {
    let mut rows = lines(&["河源县第二小学在校生", "姓名,证件类型,身份证件号,班级"]);
    rows.extend((0..20).map(|_| format!("王小明,居民身份证,{A},三1班")));
    rows.push("转入学生".into());
    rows.push("序号,班级,姓名,性别,身份证号,转入日期".into());
    rows.push(format!("1,三2班,李小红,女,{B},2025-09-01"));
    let checked: Vec<u64> = read(&rows).iter().map(|sheet| sheet.counts.checked).collect();
    assert_eq!(checked, [20, 1]);
}

#[test]
fn what_titles_above_say_of_money_and_time_is_not_mixed_with_the_lists_own() {
    let sheets = read_as(
        "csv",
        &lines(&[
            "河源县职业中专2025年9月中职国家助学金发放表（单位：万元）",
            "序号,姓名,身份证号,金额",
            &format!("1,王小明,{A},0.023"),
            "",
            "2025年秋季学期中职免学费发放表（单位：元）",
            "序号,姓名,身份证号,金额",
            &format!("1,王小明,{A},1000"),
        ]),
    );
    let paid: Vec<(i64, u16)> = sheets
        .iter()
        .flat_map(|sheet| &sheet.batches)
        .flat_map(|batch| (0..batch.payments.len()).map(|at| batch.payments.get(at)))
        .map(|payment| (payment.amount.0, payment.period.months))
        .collect();
    assert_eq!(paid.iter().map(|paid| paid.0).collect::<Vec<_>>(), [23_000, 100_000]);
    assert!(paid[0].1 != 0 && paid[1].1 == 0, "{paid:?}");
}

#[test]
fn a_pupil_above_the_header_is_no_title() {
    let sheets = read(&lines(&[
        "河源县第二小学在校生",
        "幼儿,证号,班",
        &format!("王小明,{A},三1班"),
        "姓名,身份证号,班级",
        &format!("李小红,{B},三2班"),
    ]));
    let counts: Vec<(u64, u64)> =
        sheets.iter().map(|sheet| (sheet.counts.checked, sheet.counts.rejected)).collect();
    assert_eq!(counts, [(1, 1)]);
    let refused = &sheets[0].batches[0].rejections[0];
    assert_eq!(refused.place.row, 3);
    assert!(refused.reason.zh.contains("表头"), "{}", refused.reason.zh);
    assert!(!sheets[0].plan.as_ref().unwrap().titles.iter().any(|title| title.contains(A)));
}

#[test]
fn lists_of_some_pupils_leavers_and_returned_pay_stand_for_nothing_else() {
    let roster =
        |title: &str| read(&lines(&[title, "姓名,身份证号,班级", &format!("王小明,{A},三1班")]));
    for title in
        ["河源县第二小学寄宿生花名册", "未到校学生名单", "2025届毕业生花名册", "休学学生名单"]
    {
        let sheets = roster(title);
        assert_eq!((sheets[0].counts.checked, sheets[0].counts.rejected), (0, 3), "{title}");
        let problem = sheets[0].problem.as_ref().unwrap();
        assert!(problem.zh.contains("[[mapping]]"), "{}", problem.zh);
    }
    for title in ["河源县寄宿制小学学生花名册", "九年级毕业班学生花名册", "新生花名册"]
    {
        assert_eq!(roster(title)[0].counts.checked, 1, "{title}");
    }
    let with_status = read(&lines(&[
        "休学学生名单",
        "姓名,身份证号,班级,学籍状态",
        &format!("王小明,{A},三1班,休学"),
    ]));
    assert_eq!(with_status[0].counts.checked, 1);
    let stacked = read(&lines(&[
        "河源县职业中专2025年秋季学期中职国家助学金发放表",
        "序号,姓名,身份证号,金额",
        &format!("1,王小明,{A},1150"),
        "",
        "发放失败退回名单",
        "序号,姓名,身份证号,金额",
        &format!("1,王小明,{A},1150"),
    ]));
    let paid: Vec<u64> = stacked.iter().map(|sheet| sheet.counts.checked).collect();
    assert_eq!(paid, [1, 0]);
}

#[test]
fn lines_of_figures_below_a_roster_are_no_pupils() {
    let sheets = read(&lines(&[
        "河源县第二小学花名册",
        "姓名,身份证号,班级",
        &format!("王小明,{A},三1班"),
        "",
        "男,合计,三1班",
        "20,41,三1班",
    ]));
    let counts = &sheets[0].counts;
    assert_eq!((counts.checked, counts.rejected + counts.subtotal), (1, 2));
}

#[test]
fn a_running_number_of_papers_is_not_preferred_for_being_fuller() {
    let sheets = read(&lines(&[
        "河源县第二小学花名册",
        "姓名,身份证号,证件编号,班级",
        &format!("王小明,{A},20250001,三1班"),
        &format!("李小红,{B},20250002,三1班"),
        "陈小刚,,20250003,三1班",
    ]));
    let columns = &sheets[0].batches[0].enrollments.columns;
    let numbers: Vec<String> =
        columns.number.iter().map(|n| n.map_or(String::new(), |n| n.to_string())).collect();
    assert_eq!(numbers, [A, B, ""]);
}

#[test]
fn of_two_numbers_that_mostly_agree_a_row_takes_the_pupils_own() {
    let spoiled = format!("{}000", &A[..15]);
    let sheets = read(&lines(&[
        "河源县第二小学花名册",
        "姓名,身份证号,证件号码,班级",
        &format!("李小红,{B},{B},三1班"),
        &format!("陈小刚,{B},{B},三1班"),
        &format!("王小明,{spoiled},{A},三1班"),
    ]));
    let numbers = &sheets[0].batches[0].enrollments.columns.number;
    assert_eq!(numbers[2].map(|number| number.to_string()).as_deref(), Some(A));
}

/// A list of a random layout: title (of money too, but not of a pay list, which needs an amount) or none, one of several headers, a few pupils.
fn list() -> impl Strategy<Value = (Vec<String>, usize)> {
    let layouts = prop::sample::select(vec![
        ("姓名,身份证号,班级", "{n},{i},三1班"),
        ("序号,班级,姓名,性别,身份证号,转入日期", "{k},三2班,{n},男,{i},2025-09-01"),
        ("学校名称,年级,姓名,证件号码", "河源县第三小学,三年级,{n},{i}"),
        ("序号,姓名,身份证号,金额", "{k},{n},{i},500"),
    ]);
    let title = prop::sample::select(vec![
        "",
        "河源县第二小学在校生名册",
        "转入学生",
        "河源县职业中专2025年秋季学期中职免学费公示",
    ]);
    let blank = any::<bool>();
    (layouts, title, blank, 1usize..70).prop_map(|((header, row), title, blank, pupils)| {
        let mut lines: Vec<String> = Vec::new();
        if blank {
            lines.push(String::new());
        }
        if !title.is_empty() {
            lines.push(title.into());
        }
        lines.push(header.into());
        for k in 0..pupils {
            let number = if k % 2 == 0 { A } else { B };
            let row = row.replace("{n}", "王小明").replace("{i}", number);
            lines.push(row.replace("{k}", &(k + 1).to_string()));
        }
        (lines, pupils)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// However lists are stacked, every pupil is read and every row counted once.
    #[test]
    fn nobody_is_lost_between_lists(parts in prop::collection::vec(list(), 1..5)) {
        let pupils: usize = parts.iter().map(|(_, pupils)| pupils).sum();
        let rows: Vec<String> = parts.into_iter().flat_map(|(lines, _)| lines).collect();
        let sheets = read(&rows);
        let sum = |of: fn(&SheetReading) -> u64| sheets.iter().map(of).sum::<u64>();
        prop_assert_eq!(sum(|sheet| sheet.counts.rows_in), rows.len() as u64);
        prop_assert_eq!(sum(|sheet| sheet.counts.checked), pupils as u64, "{:#?}", rows);
        prop_assert_eq!(sum(|sheet| sheet.counts.rejected), 0);
    }
}
