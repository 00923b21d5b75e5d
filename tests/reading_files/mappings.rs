//! From headers to fields.

use std::fs;

use serde_json::Value;

use crate::seen::{assert_seen, assert_seen_in, inspect, write};
use crate::support::{aidcheck, number};

const FILE: &str = "河源县第一中学名册.csv";

#[test]
fn near_misses_are_offered_and_not_taken() {
    let text = format!("姓名,身份证号吗,年级,班级名\n王小明,{},高一,1班\n", number(1));
    assert_seen("near_miss_is_offered", FILE, text.as_bytes());
}

#[test]
fn two_columns_for_one_field_are_told_by_content() {
    let text = format!(
        "姓名,身份证号,证件号码,年级,班级\n王小明,,{},高一,1班\n李小红,,{},高一,1班\n赵小刚,H12345678,,高一,1班\n",
        number(1),
        number(2)
    );
    assert_seen("two_columns_for_one_field", FILE, text.as_bytes());
}

#[test]
fn local_numbers_may_be_national_ones() {
    let text = format!(
        "姓名,学号,年级,班级\n王小明,G{},高一,1班\n李小红,G{},高一,1班\n",
        number(1),
        number(2)
    );
    assert_seen("local_number_holds_national_ones", FILE, text.as_bytes());
    let text = "姓名,学号,年级,班级\n王小明,2025001,高一,1班\n李小红,2025002,高一,1班\n";
    assert_seen("local_number_is_local", FILE, text.as_bytes());
}

#[test]
fn bare_abbreviations_need_fitting_values() {
    let text = format!(
        "XH,XM,SFZH,XXM,XQ,NJ,BJ\n1,王小明,{},A,第一校区,高一,1班\n2,李小红,{},O,第一校区,高一,1班\n",
        number(1),
        number(2)
    );
    assert_seen("abbreviations_by_content", FILE, text.as_bytes());
    let text = format!(
        "XH,XM,SFZH,ZZXM,XQ,ZZJE,FFZT\n1,王小明,{},中职国家助学金,秋季学期,1150,已发放\n2,李小红,{},中职国家助学金,秋季学期,1150,发放失败\n",
        number(1),
        number(2)
    );
    assert_seen(
        "abbreviations_of_a_payment_list",
        "河源县机电职业技术学校发放表2025-2026学年.csv",
        text.as_bytes(),
    );
}

#[test]
fn a_bare_status_is_told_by_the_kind_of_list() {
    let roster = format!("姓名,身份证号,班级,状态\n王小明,{},1班,休学\n", number(1));
    assert_seen("status_of_a_roster", FILE, roster.as_bytes());
    let paid = format!(
        "姓名,身份证号,资助项目,学年,学期,金额,状态\n王小明,{},普通高中国家助学金,2025-2026,秋季学期,1150,退回\n",
        number(1)
    );
    assert_seen("status_of_a_payment_list", "河源县第一中学发放表.csv", paid.as_bytes());
}

#[test]
fn counts_per_class_are_a_count_sheet() {
    let text = "河源县第一中学清点表,,,,\n清点时间：2025年10月10日,,,,\n年级,班级,学籍人数,实到人数,请假人数\n高一,1班,50,48,2\n高一,2班,50,50,0\n合计,,100,98,2\n";
    assert_seen("count_sheet", "清点表.csv", text.as_bytes());
}

/// A list with headers of its own making, and a configuration that explains them.
const OWN: &str = "[[mapping]]\nfiles = \"*名册.csv\"\nkind = \"enrollment\"\nregister = \"student-status\"\n\
                   [mapping.columns]\n\"甲\" = \"name\"\n\"备注\" = \"id-number\"\n";

#[test]
fn the_configuration_wins() {
    let text = format!("甲,备注,班级\n王小明,{},1班\n", number(1));
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), FILE, text.as_bytes());
    write(folder.path(), "aidcheck.toml", OWN.as_bytes());
    assert_seen_in("mapping_of_the_configuration_wins", folder.path());
}

/// The files with all that is said of their rows, and nothing on how columns were understood.
fn readings(said: &Value) -> Value {
    let mut said = said.clone();
    for file in said["files"].as_array_mut().unwrap() {
        for sheet in file["sheets"].as_array_mut().unwrap() {
            if let Some(columns) = sheet["columns"].as_array_mut() {
                for column in columns {
                    column.as_object_mut().unwrap().remove("how");
                }
            }
        }
    }
    said
}

#[test]
fn a_mapping_that_was_written_gives_the_same_reading() {
    let folder = tempfile::tempdir().unwrap();
    let one = number(1);
    let roster = format!(
        "河源县第一中学学生花名册,,,,\nXM,SFZH,学号,年级,班级,没人懂\n王小明,{one},G{one},高一,1班,x\n"
    );
    let paid = format!(
        "姓名,身份证号,证件号码,资助项目,学年,学期,金额,状态\n王小明,{one},,普通高中国家助学金,2025-2026,秋季学期,1150,退回\n"
    );
    write(folder.path(), "花名册.csv", roster.as_bytes());
    write(folder.path(), "河源县第一中学发放表.csv", paid.as_bytes());
    let own = "# 本县设置\nas_of = 2025-10-15   # 基准日\n\n[headers]\nnote = [\"按语\"]\n";
    write(folder.path(), "aidcheck.toml", own.as_bytes());

    let before = inspect(folder.path(), &["--write-mapping"]);
    let config = fs::read_to_string(folder.path().join("aidcheck.toml")).unwrap();
    assert!(config.starts_with(own), "what stood there stands: {config}");
    assert_eq!(config.matches("[[mapping]]").count(), 2, "{config}");

    let after = inspect(folder.path(), &["--write-mapping"]);
    assert_eq!(readings(&before), readings(&after));
    let columns = &after["files"][1]["sheets"][0]["columns"];
    assert_eq!(columns[0]["column"], "XM");
    assert_eq!(columns[0]["how"], "configuration", "the entry was used");
    let again = fs::read_to_string(folder.path().join("aidcheck.toml")).unwrap();
    assert_eq!(config, again, "what is written once is not written again");
}

/// What `inspect` tells people of one file, on one line for each.
fn told(name: &str, text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), name, text.as_bytes());
    let output = aidcheck()
        .current_dir(folder.path())
        .args(["inspect", ".", "--lang", "zh", "--no-progress"])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    said.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ") + "\n").collect()
}

#[test]
fn the_table_of_columns_shows_those_that_another_replaces() {
    let text = format!(
        "姓名,身份证号,身份证号,班级\n王小明,{},,1班\n李小红,{},,1班\n",
        number(1),
        number(2)
    );
    let said = told(FILE, &text);
    assert!(said.contains("B 身份证号 证件号 表头"), "{said}");
    assert!(said.contains("C 身份证号 证件号 未用，已取另一列"), "{said}");
    assert!(said.contains("没有入学日期和学籍状态，发现的问题只作待核实"), "{said}");
}

#[test]
fn a_count_sheet_is_dated_by_its_count_and_not_by_its_making() {
    let said = told(
        "清点表.csv",
        "河源县第一中学清点表,,\n清点时间：2025年10月10日,,\n年级,班级,实到人数\n高一,1班,48\n",
    );
    assert!(said.contains("核查日期：2025-10-10，取自表题"), "{said}");
    assert!(!said.contains("制表日期"), "{said}");
}

#[test]
fn bare_abbreviations_of_amounts_and_states_are_told_by_their_values() {
    let said = told(
        "中职国家助学金2025年9月.csv",
        &format!(
            "XM,SFZH,JE,ZT\n王小明,{},1150,已發放\n李小红,{},1150,打卡失敗\n",
            number(1),
            number(2)
        ),
    );
    assert!(said.contains("C JE 金额 缩写表头，按内容判断"), "{said}");
    assert!(said.contains("D ZT 发放状态 缩写表头，按内容判断"), "{said}");
    let said = told(
        FILE,
        &format!("XM,SFZH,BJ,ZT\n王小明,{},1班,在讀\n李小红,{},1班,休學\n", number(1), number(2)),
    );
    assert!(said.contains("D ZT 学籍状态 缩写表头，按内容判断"), "{said}");
}
