//! Which columns are amounts, and of which payments; by lists as schools send them.

use crate::ingest::{ForcedMapping, HeaderBook, NotUnderstood, SheetPlan, plan_sheet};
use crate::record::{Field, RecordKind};

fn plan_configured(
    file: &str,
    rows: &[&str],
    forced: Option<&ForcedMapping>,
) -> Result<SheetPlan, NotUnderstood> {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.split(',').map(String::from).collect()).collect();
    plan_sheet(&HeaderBook::shipped().unwrap(), file, "", &rows, None, forced, &[])
}

fn plan(file: &str, rows: &[&str]) -> Result<SheetPlan, NotUnderstood> {
    plan_configured(file, rows, None)
}

fn headers_of_amounts(plan: &SheetPlan) -> Vec<&str> {
    let amounts = plan.columns.iter().filter(|column| column.field == Some(Field::Amount));
    amounts.map(|column| column.header.as_str()).collect()
}

#[test]
fn what_parents_pay_is_no_payment_to_a_pupil() {
    let row = "王小明,330127201203051012,三1班,400,120";
    for (file, header) in [
        ("一小2025年秋季收费花名册.csv", "姓名,身份证号,班级,住宿费（元）,校服费（元）"),
        ("一小2025年秋季花名册.csv", "姓名,身份证号,班级,住宿费（元）,校服费（元）"),
        ("一小2025年秋季花名册.csv", "姓名,身份证号,班级,住宿费,校服费"),
        ("一小2025年秋季花名册.csv", "姓名,身份证号,班级,寄宿生伙食费（元）,已缴金额（元）"),
        ("一小缴费名单.csv", "姓名,身份证号,班级,金额,备注"),
        ("一小教材代收费.csv", "姓名,身份证号,班级,生活补助（元）,国家助学金（元）"),
    ] {
        let plan = plan(file, &[header, row]).unwrap();
        assert_eq!(plan.kind, RecordKind::Enrollment, "{file} {header}");
        assert_eq!(headers_of_amounts(&plan), [""; 0], "{file} {header}");
    }
}

#[test]
fn a_fee_is_aid_where_header_or_title_says_so() {
    let row = "王小明,330127201203051012,三1班,400,120";
    let rows_of = |header| ["姓名,身份证号,班级,{}".replace("{}", header), row.to_string()];
    for (file, header) in [
        ("一小.csv", "住宿费减免（元）,教科书补助（元）"),
        ("一小困难学生资助发放表.csv", "住宿费（元）,校服费（元）"),
    ] {
        let rows = rows_of(header);
        let plan = plan(file, &[&rows[0], &rows[1]]).unwrap();
        assert_eq!((plan.kind, plan.payments.len()), (RecordKind::Payment, 2), "{file} {header}");
    }
    // Handed out, but of what nothing says that it is aid: neither a payment nor a roster.
    let rows = rows_of("住宿费（元）,校服费（元）");
    let refused = plan("一小转账明细.csv", &[&rows[0], &rows[1]]).unwrap_err();
    assert!(refused.missing.zh.contains("住宿费（元）、校服费（元）"), "{}", refused.missing.zh);
}

#[test]
fn a_column_for_months_of_two_school_years_is_not_added_up() {
    let rows = [
        "一小2025年生活补助发放表,,,,",
        "姓名,身份证号,班级,8-9月,10月",
        "王小明,330127201203051012,三1班,460,230",
    ];
    let refused = plan("一小.csv", &rows).unwrap_err();
    assert!(refused.missing.zh.contains("8-9月、10月"), "{}", refused.missing.zh);
    // Whoever says that it is an amount has it without months; the others are said not to be read.
    let forced = ForcedMapping {
        columns: [("8-9月".to_string(), Field::Amount)].into(),
        ..ForcedMapping::default()
    };
    let plan = plan_configured("一小.csv", &rows, Some(&forced)).unwrap();
    assert_eq!(headers_of_amounts(&plan), ["8-9月"]);
    assert!(plan.payments.is_empty());
    assert!(plan.unread.unwrap().zh.contains("（10月）"));
}

#[test]
fn what_the_configuration_leaves_out_is_told_though_its_own_column_is_blank() {
    let forced = ForcedMapping {
        columns: [("9月".to_string(), Field::Amount)].into(),
        ..ForcedMapping::default()
    };
    let rows = ["姓名,身份证号,班级,9月,10月", "王小明,330127201203051012,三1班,,230"];
    let plan = plan_configured("一小助学金发放表.csv", &rows, Some(&forced)).unwrap();
    assert_eq!(headers_of_amounts(&plan), ["9月"]);
    assert!(plan.unread.unwrap().zh.contains("（10月）"));
}

#[test]
fn the_sum_of_a_group_is_that_of_its_parts_or_they_are_not_read() {
    let of_rows = |last: &str, figures: &str| {
        let header = format!("姓名,身份证号,班级,9月,10月,{last},小计");
        let row = format!("王小明,330127201203051012,三1班,{figures}");
        plan("一中发放表.csv", &["一中2025年秋季发放表,,,,,,", ",,,国家助学金,,,", &header, &row])
    };
    let whole = of_rows("11月", "500,500,500,1500").unwrap();
    assert_eq!((whole.payments.len(), whole.payments[0].months.len()), (1, 3));
    assert_eq!(whole.unread, None);
    let in_part = of_rows("其他", "500,500,1000,2000");
    let said = match in_part {
        Ok(plan) => plan.unread.unwrap(),
        Err(refused) => refused.missing,
    };
    assert!(said.zh.contains("各行相加不等于“国家助学金 / 小计”"), "{}", said.zh);
}
