//! Sheets as offices lay them out, from their rows to typed records.

use chrono::NaiveDate;
use proptest::prelude::*;

use super::batch::{Batch, Shared, SheetTyping};
use super::sheet_typing::type_sheet;
use super::typer::Typer;
use crate::ingest::{
    ForcedMapping, From, HeaderBook, MergedCells, Rejected, plan_sheet, skip_reason,
};
use crate::policy::Policy;
use crate::record::{EnrollmentStatus, RecordKind};

pub(super) struct Sheet<'a> {
    file: &'a str,
    name: &'a str,
    lines: Vec<String>,
    merged: Option<Vec<MergedCells>>,
}

impl<'a> Sheet<'a> {
    pub(super) fn csv(file: &'a str, lines: &[&str]) -> Sheet<'a> {
        let lines = lines.iter().map(|line| line.to_string()).collect();
        Sheet { file, name: "", lines, merged: None }
    }

    fn merged(self, regions: &[(u32, u32, u32)]) -> Sheet<'a> {
        let region = |&(first_row, last_row, column)| MergedCells {
            first_row,
            last_row,
            first_column: column,
            last_column: column,
        };
        Sheet { merged: Some(regions.iter().map(region).collect()), ..self }
    }

    fn typing(&self, rows: &[Vec<String>]) -> SheetTyping {
        let book = HeaderBook::shipped().unwrap();
        let merged = self.merged.as_deref();
        let forced: Option<&ForcedMapping> = None;
        let head = &rows[..rows.len().min(60)];
        let plan = plan_sheet(&book, self.file, self.name, head, merged, forced, &[]).unwrap();
        let policy = Policy::shipped().unwrap();
        type_sheet(&plan, &policy, NaiveDate::from_ymd_opt(2025, 11, 30).unwrap())
    }

    pub(super) fn read(&self) -> (SheetTyping, Batch) {
        let rows: Vec<Vec<String>> =
            self.lines.iter().map(|line| line.split(',').map(String::from).collect()).collect();
        let typing = self.typing(&rows);
        let mut typer = Typer::new(&typing, skip_reason);
        for (index, row) in rows.iter().enumerate() {
            let cells: Vec<&str> = row.iter().map(String::as_str).collect();
            typer.row(index as u32 + 1, &cells);
        }
        let batch = typer.finish();
        assert!(batch.counts.closes(), "{:?}", batch.counts);
        assert_eq!(batch.counts.rows_in as usize, rows.len());
        let rejected = batch.rejections.iter().filter(|line| line.what == Rejected::Row).count();
        assert_eq!(batch.counts.rejected as usize, rejected);
        (typing, batch)
    }
}

fn names(batch: &Batch) -> Vec<&str> {
    batch.enrollments.columns.name.iter().map(|&name| batch.enrollments.text(name)).collect()
}

/// Name, grade (stage aside) and class of each record.
fn places(batch: &Batch) -> Vec<(&str, u8, &str)> {
    let columns = &batch.enrollments.columns;
    let class = |index: usize| batch.labels.get(columns.class[index]);
    names(batch)
        .into_iter()
        .enumerate()
        .map(|(index, name)| (name, columns.grade[index].year, class(index)))
        .collect()
}

/// Its value stands in a column of its own: reasons are counted, printed and sent on.
#[test]
fn a_second_number_of_the_row_is_listed_and_not_quoted() {
    let second = "330127201003051026";
    let lines = [
        "姓名,身份证号,学生证件号码,学校,班级",
        "王一,330127201003051018,330127201003051018,河源县第二小学,三1班",
        &format!("王二,330127201003051034,{second},河源县第二小学,三1班"),
    ];
    let (_, batch) = Sheet::csv("名册.csv", &lines).read();
    let [other] = &batch.rejections[..] else { panic!("{:?}", batch.rejections) };
    assert_eq!((other.place.row, &*other.value, &*other.column), (3, second, "学生证件号码"));
    for said in [&other.reason.zh, &other.reason.en] {
        assert!(!said.contains(second), "{said}");
    }
}

#[test]
fn grades_and_classes_merged_downwards_are_filled() {
    let lines = [
        "年级,班级,姓名,身份证号",
        "高一,1班,甲,330127201003051018",
        ",,乙,330127201003051026",
        ",2班,丙,",
        ",,丁,",
        "高一小计,,,4",
        "高二,,己,",
        ",,,",
        ",,庚,",
    ];
    let (_, batch) = Sheet::csv("一中名册.xlsx", &lines)
        .merged(&[(2, 5, 0), (2, 3, 1), (4, 5, 1), (7, 9, 0)])
        .read();
    assert_eq!(
        places(&batch),
        [
            ("甲", 1, "1"),
            ("乙", 1, "1"),
            ("丙", 1, "2"),
            ("丁", 1, "2"),
            ("己", 2, ""),
            ("庚", 2, "")
        ]
    );
    assert_eq!((batch.counts.subtotal, batch.counts.blank), (1, 1));
}

#[test]
fn a_csv_of_such_a_sheet_is_filled_by_its_pattern() {
    let lines = [
        "年级,班级,姓名,学号",
        "高一,1班,甲,1",
        ",,乙,2",
        ",,丙,3",
        "年级,班级,姓名,学号",
        ",2班,丁,4",
        ",,戊,5",
        "高一合计,,,5",
        "填表人：李,,,",
        "高二,1班,己,6",
        ",,庚,7",
        ",,辛,8",
    ];
    let (typing, batch) = Sheet::csv("一中名册.csv", &lines).read();
    assert!(!typing.fill_down.is_empty());
    assert_eq!(
        places(&batch),
        [
            ("甲", 1, "1"),
            ("乙", 1, "1"),
            ("丙", 1, "1"),
            ("丁", 1, "2"),
            ("戊", 1, "2"),
            ("己", 2, "1"),
            ("庚", 2, "1"),
            ("辛", 2, "1")
        ]
    );
    assert_eq!((batch.counts.subtotal, batch.counts.signature, batch.counts.header), (1, 1, 2));
}

#[test]
fn a_further_line_of_one_pupil_is_skipped() {
    let lines = [
        "姓名,身份证号,班级,监护人,电话",
        "王一,330127201003051018,1班,王大,139",
        ",,,李二,138",
        "王二,330127201003051026,1班,王大,139",
        ",,,赵三,137",
    ];
    let sheet = Sheet::csv("一中名册.xlsx", &lines).merged(&[(2, 3, 0), (2, 3, 1)]);
    let (_, batch) = sheet.read();
    assert_eq!(names(&batch), ["王一", "王二"]);
    // The last line is covered by nothing: it names nobody.
    assert_eq!((batch.counts.continuation, batch.counts.rejected), (1, 1));
}

#[test]
fn money_on_a_further_line_is_not_passed_over_in_silence() {
    let lines = ["姓名,身份证号,月份,金额", "王一,330127201003051018,9月,230", ",,10月,230", ",,,"];
    let sheet = Sheet::csv("河源职校国家助学金.xlsx", &lines).merged(&[(2, 4, 0), (2, 4, 1)]);
    let (typing, batch) = sheet.read();
    assert_eq!(typing.kind, RecordKind::Payment);
    assert_eq!((batch.payments.len(), batch.counts.rejected, batch.counts.blank), (1, 1, 1));
    assert!(batch.rejections[0].reason.zh.contains("取消合并"));
}

#[test]
fn pupils_side_by_side_become_a_record_each() {
    let lines = [
        "河源一中高一(3)班学生名册,,,,,",
        "序号,姓名,身份证号,序号,姓名,身份证号,备注",
        "1,王一,330127201003051018,2,王二,330127201003051026,走读",
        "3,王三,,4,,",
        "5,,,6,王六,,",
        "7,,330,8,王八,,",
        "9,,,10,,,",
        "11,,abc,12,,xyz,",
        "合计,,8,合计,,8,",
        "序号,姓名,身份证号,序号,姓名,身份证号,备注",
        "制表人：李,,,审核人：王,,,",
    ];
    let (typing, batch) = Sheet::csv("x.csv", &lines).read();
    assert_eq!(typing.sides.len(), 2);
    assert_eq!(names(&batch)[..5], ["王一", "王二", "王三", "王六", ""]);
    assert_eq!(batch.enrollments.columns.row[..4], [3, 3, 4, 5]);
    assert!(places(&batch).iter().all(|(_, grade, class)| (*grade, *class) == (1, "3")));
    let counts = &batch.counts;
    assert_eq!((counts.title, counts.header, counts.subtotal, counts.signature), (1, 2, 1, 1));
    assert_eq!((counts.checked, counts.blank), (5, 1));
}

#[test]
fn a_bad_pupil_beside_a_good_one_is_a_bad_cell() {
    let lines = [
        "姓名,身份证号,金额,姓名,身份证号,金额",
        "王一,330127201003051018,500,王二,330127201003051026,五百多",
        "王三,330127201003051034,x,王四,330127201003051042,y",
    ];
    let (_, batch) = Sheet::csv("河源一中助学金.csv", &lines).read();
    assert_eq!((batch.counts.checked, batch.counts.rejected, batch.payments.len()), (1, 1, 1));
    let what: Vec<Rejected> = batch.rejections.iter().map(|line| line.what).collect();
    assert_eq!(what, [Rejected::Cell, Rejected::Row, Rejected::Cell]);
}

#[test]
fn what_the_payments_of_a_line_share_is_listed_once() {
    let lines = [
        "姓名,身份证号,学校名称,国家助学金（元）,免学费（元）,发放日期",
        "甲,330127201003051018,河源县职业中专,1150,1.5E+03,去年某日",
        "乙,330127201003051026,330127201003051034,1150,1500,2025-10-09",
        "丙,330127201003051042,河源县职业中专,有,无此项,2025-10-09",
        "丁,330127201003051050,河源县职业中专,1150,1500,2025-10-09",
        "戊,330127201003051069,河源县职业中专,1150,1500,2025-10-09",
        "己,330127201003051077,河源县职业中专,1150,1500,2025-10-09",
    ];
    let (_, batch) = Sheet::csv("资助.csv", &lines).read();
    let listed: Vec<(u32, &str)> =
        batch.rejections.iter().map(|line| (line.place.row, line.column.as_str())).collect();
    assert_eq!(
        listed,
        [
            (2, "发放日期"),
            (2, "免学费（元）"),
            (3, "学校名称"),
            // Two cells, each with its own slip.
            (4, "国家助学金（元）"),
            (4, "免学费（元）"),
        ]
    );
    assert_eq!((batch.counts.checked, batch.counts.rejected), (4, 2));
}

#[test]
fn a_rounded_amount_is_listed_whichever_month_it_is_of() {
    let lines = [
        "姓名,身份证号,学校名称,9月（元）,10月（元）",
        "甲,330127201003051018,河源县职业中专,230,1.15E+03",
        "乙,330127201003051026,河源县职业中专,230,230",
        "丙,330127201003051034,河源县职业中专,230,230",
    ];
    let (_, batch) = Sheet::csv("国家助学金发放表.csv", &lines).read();
    let columns: Vec<&str> = batch.rejections.iter().map(|line| line.column.as_str()).collect();
    assert_eq!(columns, ["10月（元）"]);
}

#[test]
fn classes_named_between_the_records_hold_for_those_below() {
    let lines = [
        "序号,姓名,学号",
        "高一(1)班,,",
        "1,甲,1",
        "2,乙,2",
        "高一(2)班,,",
        "1,丙,3",
        "高二年级,,",
        "1,丁,4",
    ];
    let (_, batch) = Sheet::csv("一中名册.csv", &lines).read();
    assert_eq!(places(&batch), [("甲", 1, "1"), ("乙", 1, "1"), ("丙", 1, "2"), ("丁", 2, "")]);
    assert_eq!(batch.counts.title, 3);
}

#[test]
fn printed_pages_repeat_title_and_header() {
    let lines = [
        "河源一中学生花名册,,,第1页",
        "姓名,身份证号,监护人,",
        ",,姓名,电话",
        "王一,330127201003051018,王大,139",
        "第 1 页 共 2 页,,,",
        "河源一中学生花名册,,,第2页",
        "姓名,身份证号,监护人,",
        ",,姓名,电话",
        "王小计,,李四,138",
        "总计明,330127201003051026,李四,138",
        "备注：以上名单已核对,,,",
    ];
    let (_, batch) = Sheet::csv("x.csv", &lines).read();
    assert_eq!(names(&batch), ["王一", "王小计", "总计明"]);
    let counts = &batch.counts;
    assert_eq!((counts.title, counts.header, counts.note, counts.rejected), (2, 4, 2, 0));
}

#[test]
fn a_pupil_is_never_skipped_for_a_name() {
    let lines = [
        "姓名,性别,身份证号,出生日期,班级",
        "校长,男,,,1班",
        "合计,,330127201003051018,,1班",
        "审核,,330127201003,,1班",
        "备注：,,,2010-03-05,1班",
        "校长,,,,",
        "合计,,,,50",
    ];
    let (_, batch) = Sheet::csv("一中名册.csv", &lines).read();
    assert_eq!(batch.counts.checked, 4, "{:?}", batch.counts);
    assert_eq!((batch.counts.signature, batch.counts.subtotal), (1, 1));
}

#[test]
fn numbered_lines_without_a_pupil_are_blank() {
    let (_, batch) =
        Sheet::csv("一中名册.csv", &["序号,姓名,班级", "1,王一,1班", "2,,", "3,,", "4,,2班"])
            .read();
    assert_eq!((batch.counts.checked, batch.counts.blank, batch.counts.rejected), (1, 2, 1));
}

#[test]
fn a_blank_number_is_sought_in_the_second_column() {
    let lines = [
        "姓名,身份证号,其他证件号,班级",
        "王一,330127201003051018,,1班",
        "安娜,,H12345678,1班",
        "玛丽,无,830000201003050018,1班",
    ];
    let (_, batch) = Sheet::csv("一中名册.csv", &lines).read();
    let columns = &batch.enrollments.columns;
    assert!(columns.number[0].is_some());
    assert_eq!(batch.enrollments.text(columns.number_cell[1]), "H12345678");
    assert!(
        columns.number[2].is_some() || !batch.enrollments.text(columns.number_cell[2]).is_empty()
    );
}

#[test]
fn each_row_takes_the_dates_that_fit_it() {
    let lines = [
        "姓名,班级,学籍状态,入学日期,转入日期,毕业日期,转出日期,退学日期",
        "甲,1班,在读,2023-09-01,,2026-07-01,,",
        "乙,1班,转出,2023-09-01,2024-03-01,2026-07-01,2025-03-02,",
        "丙,1班,退学,2023-09-01,,,2025-03-02,2025-04-02",
        "丁,1班,在读,2023-09-01,2025-03-01,,,坏日期",
    ];
    let (_, batch) = Sheet::csv("一中名册.csv", &lines).read();
    let columns = &batch.enrollments.columns;
    let day = |date: &Option<crate::record::DateRange>| date.map(|date| date.first.to_string());
    let exits: Vec<_> = (0..columns.len()).map(|row| day(&columns.exit[row])).collect();
    let entries: Vec<_> = columns.entry.iter().map(day).collect();
    let some = |text: &str| Some(text.to_string());
    assert_eq!(exits, [None, some("2025-03-02"), some("2025-04-02"), None]);
    assert_eq!(
        entries,
        [some("2023-09-01"), some("2024-03-01"), some("2023-09-01"), some("2025-03-01")]
    );
    assert_eq!(columns.status[1], EnrollmentStatus::TransferredOut);
    assert_eq!(batch.rejections.len(), 1);
}

#[test]
fn what_rows_share_is_noted_with_its_source() {
    let lines = [
        "河源县职业技术学校2025年秋季学期发放表,,",
        "制表日期：2025年10月10日,,",
        "姓名,身份证号,金额,年级",
        "王一,330127201003051018,1150,一年级",
    ];
    let (typing, _) = Sheet::csv("中职国家助学金2024年9月.csv", &lines).read();
    let taken: Vec<(Shared, From, &str, &str)> = typing
        .taken
        .iter()
        .map(|taken| (taken.what, taken.from, taken.text.as_str(), taken.value.as_str()))
        .collect();
    let title = lines[0].trim_matches(',');
    assert!(taken.contains(&(Shared::SchoolName, From::Title, title, "河源县职业技术学校")));
    assert!(taken.contains(&(Shared::Term, From::Title, title, "秋季")));
    assert!(taken.contains(&(Shared::Grade, From::Column, "年级", "")));
    let programme = taken.iter().find(|(what, ..)| *what == Shared::Programme).unwrap();
    assert_eq!((programme.1, programme.2), (From::FileName, "中职国家助学金2024年9月"));
    assert!(taken.iter().any(|(what, from, _, value)| {
        (*what, *from, *value) == (Shared::DocumentDate, From::Title, "2025-10-10")
    }));
    // The file's 2024 contradicts the title.
    assert!(!taken.iter().any(|(what, ..)| *what == Shared::Month));
}

#[test]
fn a_blank_school_column_leaves_the_word_to_the_title() {
    let lines = ["学校：河源县第一中学,,", "学校名称,姓名,班级", ",王一,1班", ",王二,1班"];
    let (typing, _) = Sheet::csv("x名册.csv", &lines).read();
    assert_eq!(typing.school_name, "河源县第一中学");
}

/// A pupil of the mangled sheets: a valid number and a name of its own.
fn pupil(index: usize) -> (String, String) {
    const WEIGHTS: [usize; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    // A serial that does not end in 00: such a number may have been spoilt by Excel.
    let body = format!("33012720100305{}", 101 + index % 98);
    let sum: usize =
        body.bytes().zip(WEIGHTS).map(|(digit, weight)| usize::from(digit - b'0') * weight).sum();
    let surname = ["王", "李", "校", "制", "钟", "共", "欧阳", "小"][index % 8];
    let given = ["小明", "小计", "合计", "审核", "序号", "页", "长明", "班"][index / 8 % 8];
    (format!("{surname}{given}"), format!("{body}{}", &"10X98765432"[sum % 11..=sum % 11]))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever is done to a sheet, its rows add up, and no pupil with name and number is lost.
    #[test]
    fn mangled_sheets_add_up(
        order in Just((0..6usize).collect::<Vec<_>>()).prop_shuffle(),
        titles in 0..3usize,
        rows in prop::collection::vec((0..14usize, 0..512usize, 0..8usize), 0..80),
        side_by_side in any::<bool>(),
        merged in prop::option::of(prop::collection::vec((2..60u32, 0..6u32, 0..6u32), 0..12)),
    ) {
        let headers = ["姓名", "身份证号", "年级", "班级", "性别", "备注"];
        let line = |cells: [&str; 6]| order.iter().map(|&at| cells[at]).collect::<Vec<_>>().join(",");
        let mut lines: Vec<String> = (0..titles).map(|_| "河源一中学生名册".to_string()).collect();
        let twice = |one: String| if side_by_side { format!("{one},,{one}") } else { one };
        lines.push(twice(line(headers)));
        let mut pupils = 0;
        for (kind, seed, cut) in rows {
            let (name, number) = pupil(seed);
            let whole = [name.as_str(), number.as_str(), "高一", "1班", "男", ""];
            let mut bare = whole;
            (bare[2], bare[3]) = ("", "");
            let written = match kind {
                0 => String::new(),
                1 => twice(line(headers)),
                2 => line(["", "合计", "", "", "50", ""]),
                3 => line(["", "", "", "高一小计", "", ""]),
                4 => "第 3 页 共 10 页".into(),
                5 => "填表人：王,审核人：李".into(),
                6 => line(["", "", "高一", "1班", "", "补录"]),
                7 => line(["", number.as_str(), "", "", "", ""]).chars().take(seed % 40).collect(),
                8 => format!("{},,,,,,,,,{}", line(bare), "x".repeat(seed)),
                9 => "高一(2)班".into(),
                10 => {
                    let mut cells = whole;
                    cells[cut % 6] = "";
                    line(cells)
                }
                _ if side_by_side => format!("{},,{}", line(whole), line(bare)),
                _ => line(whole),
            };
            pupils += match kind {
                8 => 1,
                11.. if side_by_side => 2,
                11.. => 1,
                _ => 0,
            };
            lines.push(written);
        }
        let merged = merged.map(|regions| {
            let region = |&(first, rows, column): &(u32, u32, u32)| (first, first + rows, column);
            regions.iter().map(region).collect::<Vec<_>>()
        });
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let mut sheet = Sheet::csv("一中名册.csv", &lines);
        if let Some(regions) = &merged {
            sheet = sheet.merged(regions);
        }
        let (_, batch) = sheet.read();
        let whole = (0..batch.enrollments.len()).filter(|&index| {
            batch.enrollments.columns.number[index].is_some()
                && !batch.enrollments.text(batch.enrollments.columns.name[index]).is_empty()
        });
        prop_assert!(whole.count() >= pupils);
    }
}
