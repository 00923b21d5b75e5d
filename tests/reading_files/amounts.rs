//! Amounts in several columns of a line, and lists of money whose amounts are not understood.

use rust_xlsxwriter::{Format, Worksheet};
use serde_json::Value;

use crate::made::{book, rows};
use crate::seen::{assert_seen, inspect, write};
use crate::support::number;

fn merge(sheet: &mut Worksheet, from: (u32, u16), to: (u32, u16), text: &str) {
    sheet.merge_range(from.0, from.1, to.0, to.1, text, &Format::new()).unwrap();
}

/// The only sheet of a file of this name and text.
fn sheet_of(name: &str, text: &str) -> Value {
    sheet_with(name, text, "")
}

fn sheet_with(name: &str, text: &str, config: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), name, text.as_bytes());
    write(folder.path(), "aidcheck.toml", config.as_bytes());
    inspect(folder.path(), &[])["files"][0]["sheets"][0].clone()
}

/// Programme, period and amount of the first records.
fn payments(sheet: &Value) -> Vec<String> {
    let records = sheet["sample"].as_array().unwrap();
    let cell = |record: &Value, key: &str| record[key].as_str().unwrap_or("").to_string();
    records
        .iter()
        .map(|record| {
            ["programme", "school_year", "term", "months", "amount"]
                .map(|key| cell(record, key))
                .into_iter()
                .filter(|cell| !cell.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect()
}

#[test]
fn a_payment_for_each_term_stands_in_a_group_of_columns() {
    let [one, two] = [1, 2].map(number);
    let bytes = book(|sheet| {
        merge(sheet, (0, 0), (0, 6), "河源县第一高级中学2024-2025学年国家助学金发放花名册");
        merge(sheet, (1, 0), (2, 0), "姓名");
        merge(sheet, (1, 1), (2, 1), "身份证号");
        merge(sheet, (1, 2), (1, 4), "秋季学期");
        merge(sheet, (1, 5), (1, 7), "春季学期");
        rows(
            sheet,
            2,
            &[
                &["", "", "金额", "发放日期", "银行卡号", "金额", "发放日期", "银行卡号"],
                &["王小明", &one, "1000", "2024-11-05", "6217001", "1150", "2025-05-06", "6217001"],
                &["李小红", &two, "", "", "", "1150", "2025-05-06", "6217002"],
            ],
        );
    });
    assert_seen("a_payment_for_each_term", "发放.xlsx", &bytes);
}

#[test]
fn programmes_stand_side_by_side_and_their_sum_proves_them() {
    let text = format!(
        "河源县职业中专2025年秋季学期资助资金发放表,,,,,\n\
         序号,姓名,身份证号,国家助学金,免学费,合计（元）,签名\n\
         1,王小明,{},1150,1000,2150,\n2,李小红,{},/,1000,1000,\n",
        number(1),
        number(2)
    );
    assert_seen("programmes_side_by_side", "资助.csv", text.as_bytes());
}

#[test]
fn months_in_columns_are_one_payment_of_the_months_that_were_paid() {
    let bytes = book(|sheet| {
        merge(sheet, (0, 0), (0, 5), "河源县职业中专2025年秋季学期中职国家助学金发放花名册");
        merge(sheet, (1, 0), (2, 0), "姓名");
        merge(sheet, (1, 1), (2, 1), "身份证号");
        merge(sheet, (1, 2), (1, 4), "发放金额（元）");
        merge(sheet, (1, 5), (2, 5), "合计");
        rows(
            sheet,
            2,
            &[
                &["", "", "9月", "10月", "11月", ""],
                &["王小明", &number(1), "230", "230", "230", "690"],
                &["李小红", &number(2), "230", "", "230", "460"],
                &["赵小刚", &number(3), "有", "", "230", "230"],
            ],
        );
    });
    assert_seen("months_in_columns", "发放.xlsx", &bytes);
}

#[test]
fn one_amount_may_be_headed_by_its_programme() {
    let text = format!(
        "姓名,身份证号,学校名称,普通高中国家助学金（元）\n王小明,{},河源县第一中学,1150\n",
        number(1)
    );
    let sheet = sheet_of("2025年秋季学期.csv", &text);
    assert_eq!(payments(&sheet), ["普通高中国家助学金 2025-2026 秋季 1150.00"]);
}

#[test]
fn a_list_of_money_without_an_amount_is_no_roster() {
    let one = number(1);
    for (name, header, row) in [
        ("河源县第一中学助学金发放花名册.csv", "姓名,身份证号,班级,签名", "王小明,{},1班,"),
        ("河源县第一中学教材领取表.csv", "姓名,身份证号,班级", "王小明,{},1班"),
        ("河源县第一中学受助学生花名册.csv", "姓名,身份证号,班级", "王小明,{},1班"),
        // Figures of money, of which nothing says that they were paid.
        ("河源县第一中学高一年级.csv", "姓名,身份证号,班级,寄宿生生活补助", "王小明,{},1班,625"),
        // The parts are not all of the sum.
        (
            "河源县第一中学高一年级.csv",
            "姓名,身份证号,班级,国家助学金（元）,免学费（元）,合计（元）",
            "王小明,{},1班,1150,1000,2650",
        ),
    ] {
        let text = format!("{header}\n{}\n", row.replace("{}", &one));
        let sheet = sheet_of(name, &text);
        assert_eq!(sheet["kind"], Value::Null, "{name} {header}");
        let problem = sheet["problem"].as_str().unwrap();
        assert!(problem.contains("amount") && problem.contains("enrollment"), "{problem}");
        assert_eq!(sheet["would_be_rejected"][0]["reason"], problem, "it is listed too");
        // The office may say that it is a roster all the same, or which the amount is.
        let roster = format!("[[mapping]]\nfiles = \"{name}\"\nkind = \"enrollment\"\n");
        assert_eq!(sheet_with(name, &text, &roster)["kind"], "enrollment", "{name} {header}");
    }
}

#[test]
fn the_words_of_a_roster_and_marks_in_columns_of_aid_leave_it_a_roster() {
    let one = number(1);
    for (name, header, row) in [
        ("资助系统_在校生学籍导出.csv", "姓名,身份证号,班级,学籍状态", "王小明,{},1班,在读"),
        ("一中名册.csv", "姓名,身份证号,班级,国家助学金,免学费", "王小明,{},1班,是,1"),
        ("一中名册.csv", "姓名,身份证号,班级,9月,10月", "王小明,{},1班,22,20"),
        ("一中名册.csv", "姓名,身份证号,班级,上学期成绩,语文,总分", "王小明,{},1班,95,96,570"),
    ] {
        let text = format!("{header}\n{}\n", row.replace("{}", &one));
        assert_eq!(sheet_of(name, &text)["kind"], "enrollment", "{name} {header}");
    }
    // The sheet says what it is, whatever its file is called.
    let text = format!("河源县第一中学高一学生花名册,,\n姓名,身份证号,班级\n王小明,{one},1班\n");
    assert_eq!(sheet_of("助学金发放表.csv", &text)["kind"], "enrollment");
}

#[test]
fn amounts_that_nothing_tells_apart_are_said_not_to_be_read() {
    let text = format!(
        "河源县第一高级中学国家助学金发放表,,,\n姓名,身份证号,金额,金额\n王小明,{},1000,1150\n",
        number(1)
    );
    let sheet = sheet_of("2025年秋季学期.csv", &text);
    assert_eq!(payments(&sheet), ["普通高中国家助学金 2025-2026 秋季 1000.00"]);
    assert!(sheet["problem"].as_str().unwrap().contains("有 1 个金额列没有读取（金额）"));
    // What is due beside what was paid is no further amount.
    let text = text.replace("金额,金额", "应发金额,实发金额");
    let sheet = sheet_of("2025年秋季学期.csv", &text);
    assert_eq!(payments(&sheet), ["普通高中国家助学金 2025-2026 秋季 1150.00"]);
    assert_eq!(sheet["problem"], Value::Null);
}

#[test]
fn the_configuration_names_several_amounts_by_group_and_header() {
    let text = format!(
        "学生姓名,身份证号,甲组,,乙组,\n,,发了,何时,发了,何时\n王小明,{},1000,1,1150,1\n",
        number(1)
    );
    let config = "[[mapping]]\nfiles = \"*\"\nkind = \"payment\"\nheader_row = 2\n[mapping.columns]\n\
                  \"甲组发了\" = \"amount\"\n";
    let sheet = sheet_with("河源县第一高级中学国家助学金2025年秋季学期.csv", &text, config);
    assert_eq!(payments(&sheet), ["普通高中国家助学金 2025-2026 秋季 1000.00"]);
}

#[test]
fn heads_of_both_sexes_are_added_up() {
    let text = "河源县第一中学清点表,,,,,\n清点时间：2025年10月10日,,,,,\n\
                班级,学籍人数,,实到人数,,请假人数\n,男,女,男,女,\n\
                高一1班,20,21,20,20,1\n合计,20,21,20,20,1\n";
    assert_seen("heads_of_both_sexes", "清点.csv", text.as_bytes());
    // Anything else is not guessed at.
    let sheet = sheet_of("清点.csv", &text.replace("男,女", "走读,外宿"));
    assert_eq!(sheet["kind"], Value::Null);
    assert!(sheet["problem"].as_str().unwrap().contains("实到人数"));
}

#[test]
fn year_month_and_day_in_columns_are_one_date() {
    let text = format!(
        "姓名,身份证号,班级,入学日期,,出生日期,,\n,,,年,月,年,月,日\n王小明,{},高一1班,2025,9,2010,3,5\n",
        number(1)
    );
    let sheet = sheet_of("河源县第一中学名册.csv", &text);
    assert_eq!(sheet["sample"][0]["entry"], "2025-09-01");
}

#[test]
fn each_payment_is_read_in_its_own_unit() {
    let one = number(1);
    let title = "河源县职业中专2025年秋季学期资助资金发放表";
    let text = format!(
        "{title},,,\n姓名,身份证号,国家助学金（万元）,免学费（元）\n王小明,{one},0.115,1000\n"
    );
    let read = payments(&sheet_of("资助.csv", &text));
    assert_eq!(read.len(), 2, "{read:?}");
    assert!(read[0].ends_with(" 1150.00") && read[1].ends_with(" 1000.00"), "{read:?}");
    let text = format!(
        "{title},,,\n姓名,身份证号,发放金额（万元）,\n,,9月,10月\n王小明,{one},0.023,0.023\n"
    );
    let read = payments(&sheet_of("资助.csv", &text));
    assert!(read[0].ends_with(" 460.00"), "{read:?}");
}

#[test]
fn a_roster_stays_one_for_a_column_of_money_or_marks() {
    for (title, columns) in [
        ("河源县职业中专学生花名册", "学费,住宿费"),
        ("河源县第二小学在校学生名册", "语文,数学,合计"),
        ("河源县职业中专学生花名册", "奖学金,餐费补助"),
        ("河源县第二小学三年级", "校服费,保险费"),
    ] {
        let figures = columns.split(',').map(|_| "150").collect::<Vec<_>>().join(",");
        let lines = format!(
            "{title}\n姓名,身份证号,班级,{columns}\n王小明,330127201203044154,三1班,{figures}\n李小红,330127201305126230,三2班,{figures}\n"
        );
        let sheet = sheet_of("名单.csv", &lines);
        assert_eq!(sheet["kind"], "enrollment", "{title} {columns}: {sheet}");
        assert_eq!(sheet["rows"]["checked"], 2, "{title} {columns}");
    }
}

#[test]
fn lists_side_by_side_below_headings_of_their_own_are_not_mixed() {
    let pair = "姓名,身份证号,金额,姓名,身份证号,金额";
    let row = "王小明,330127201203044154,500,李小红,330127201305126230,500";
    let months = format!("2025年9月,,,2025年10月,,\n{pair}\n{row}\n");
    let sheet = sheet_of("中职国家助学金发放表.csv", &months);
    let problem = sheet["problem"].as_str().unwrap();
    assert!(problem.contains("并排") && problem.contains("2025年10月"), "{problem}");
    let titled = format!("河源县第二小学,,,2025年秋季学期,,\n{pair}\n{row}\n");
    let sheet = sheet_of("生活补助发放表.csv", &titled);
    assert_eq!(sheet["rows"]["checked"], 1, "{sheet}");
}
