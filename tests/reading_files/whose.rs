//! Columns that may be the pupil's or somebody else's, and states that may be those of a payment or a review.

use serde_json::Value;

use crate::seen::{inspect, write};
use crate::support::{number, parent_number};

fn sheet_of(name: &str, text: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), name, text.as_bytes());
    inspect(folder.path(), &[])["files"][0]["sheets"][0].clone()
}

/// The field of each column.
fn fields(sheet: &Value) -> Vec<&str> {
    let columns = sheet["columns"].as_array().unwrap();
    columns.iter().map(|column| column["field"].as_str().unwrap_or("")).collect()
}

fn numbers(sheet: &Value) -> Vec<&str> {
    let records = sheet["sample"].as_array().unwrap();
    records.iter().map(|record| record["number"].as_str().unwrap_or("")).collect()
}

#[test]
fn of_two_columns_of_numbers_the_pupils_are_taken() {
    let (one, two) = (number(1), number(2));
    let (father, mother) = (parent_number(1), parent_number(2));
    // A generation lies between them, or the birth date tells.
    for text in [
        format!(
            "姓名,身份证号,证件号码,班级\n王小明,{father},{one},1班\n李小红,{mother},{two},1班\n"
        ),
        format!(
            "姓名,身份证号,出生日期,证件号码,班级\n王小明,{father},2010-03-05,{one},1班\n\
             李小红,{mother},2010.3.5,{two},1班\n"
        ),
        format!(
            "姓名,身份证号,证件号码,班级\n王小明,{one},{father},1班\n李小红,{two},{mother},1班\n"
        ),
    ] {
        let sheet = sheet_of("河源县第一中学名册.csv", &text);
        assert_eq!(numbers(&sheet), [&one, &two], "{text}");
        assert_eq!(sheet["would_be_rejected"], serde_json::json!([]), "{text}");
    }
}

#[test]
fn a_row_with_two_valid_numbers_is_listed() {
    let (one, two, three) = (number(1), number(2), number(3));
    let text = format!(
        "姓名,身份证号,证件号码,班级\n王小明,{one},{one},1班\n李小红,{two},{three},1班\n赵小刚,{three},,1班\n"
    );
    let sheet = sheet_of("河源县第一中学名册.csv", &text);
    assert_eq!(numbers(&sheet), [&one, &two, &three]);
    let refused = &sheet["would_be_rejected"];
    assert_eq!((&refused[0]["column"], &refused[0]["count"]), (&"证件号码".into(), &1.into()));
    assert_eq!(sheet["rows"]["checked"], 3);
}

#[test]
fn a_group_of_a_generation_older_is_the_guardians() {
    let rows = |first: [String; 2], second: [String; 2]| {
        let [a, b] = first;
        let [c, d] = second;
        format!("甲一,{a},一小,1班,甲二,{c},139\n乙一,{b},一小,1班,乙二,{d},138\n")
    };
    let (pupils, parents) = ([number(1), number(2)], [parent_number(1), parent_number(2)]);
    let header = "姓名,身份证号,学校,班级,姓名,身份证号,电话\n";
    let sheet = sheet_of("名册.csv", &format!("{header}{}", rows(pupils.clone(), parents.clone())));
    assert_eq!(sheet["pupils_side_by_side"], 1);
    let expected =
        ["name", "id-number", "school-name", "class", "guardian-name", "guardian-id", "phone"];
    assert_eq!(fields(&sheet), expected);
    // The guardian may stand first.
    let text = format!("{header}{}", rows(parents, pupils.clone()));
    let sheet = sheet_of("名册.csv", &text);
    assert_eq!(numbers(&sheet), pupils);
    // Two pupils of one age are two pupils.
    let text = format!("{header}{}", rows(pupils, [number(3), number(4)]));
    assert_eq!(sheet_of("名册.csv", &text)["pupils_side_by_side"], 2);
    // Nothing tells whose the second name is, but that the school stands with the first alone.
    let text = "姓名,性别,班级,姓名,性别\n甲一,男,1班,甲二,女\n乙一,男,1班,乙二,女\n";
    assert_eq!(sheet_of("一中名册.csv", text)["pupils_side_by_side"], 1);
}

#[test]
fn student_numbers_of_a_school_may_be_id_numbers() {
    let text = format!("学号,姓名,班级\n{},王小明,1班\n{},李小红,1班\n", number(1), number(2));
    let sheet = sheet_of("河源县第一中学名册.csv", &text);
    assert_eq!(numbers(&sheet), [number(1), number(2)]);
    assert_eq!(sheet["columns"][0]["how"], "content");
    // Beside the number itself they say nothing new.
    let text = format!("学号,姓名,身份证号,班级\n{},王小明,{},1班\n", number(2), number(1));
    assert_eq!(numbers(&sheet_of("河源县第一中学名册.csv", &text)), [number(1)]);
}

#[test]
fn words_of_a_review_are_no_payment() {
    let status = |states: [&str; 3]| {
        let rows: String = (1..)
            .zip(states)
            .map(|(at, state)| {
                format!("王小明,{},普通高中国家助学金,2025-2026,秋季,1150,{state}\n", number(at))
            })
            .collect();
        sheet_of("发放表.csv", &format!("姓名,身份证号,资助项目,学年,学期,金额,状态\n{rows}"))
    };
    for (states, field) in [
        (["审核通过", "审核不通过", "退回"], "review-status"),
        (["已发放", "发放成功", "审核不通过"], "payment-status"),
        (["已发放", "退回", "发放失败"], "payment-status"),
    ] {
        let sheet = status(states);
        assert_eq!(fields(&sheet)[6], field, "{states:?}");
        assert_eq!(sheet["would_be_rejected"], serde_json::json!([]), "{states:?}");
    }
}

#[test]
fn headers_are_composed_of_known_words() {
    let text = format!(
        "人员姓名,居民身份证号码,就读学校全称,现所在班级,目前学籍状态,何时入学\n王小明,{},河源县第一中学,1班,在读,2025-09-01\n",
        number(1)
    );
    let expected = ["name", "id-number", "school-name", "class", "enrollment-status", "entry-date"];
    assert_eq!(fields(&sheet_of("表.csv", &text)), expected);
    let text = format!(
        "人员姓名,人员身份证,收款人姓名,收款人身份证号,收款账号,金额(元),学校名称\n王小明,{},王大,{},6217,500,河源县第一中学\n",
        number(1),
        parent_number(1)
    );
    assert_eq!(
        fields(&sheet_of("表.csv", &text))[..4],
        ["name", "id-number", "card-holder", "holder-id"]
    );
}
