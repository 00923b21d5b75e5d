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
    let unread = plan.unread.unwrap().zh;
    assert!(unread.contains("（10月）"), "{unread}");
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
        let header = format!(",,,9月,10月,{last},小计");
        let row = format!("王小明,330127201203051012,三1班,{figures}");
        plan(
            "一中发放表.csv",
            &["一中2025年秋季发放表,,,,,,", "姓名,身份证号,班级,国家助学金,,,", &header, &row],
        )
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

#[test]
fn what_is_headed_as_money_is_an_amount_however_small() {
    for (header, figure) in
        [("作业本费补助（元）", "12.50"), ("国家助学金（万元）", "0.115"), ("营养改善金额", "5")]
    {
        let header = format!("姓名,身份证号,学校,班级,{header}");
        let row = format!("王小明,330127201203051012,河源县一小,三1班,{figure}");
        let plan = plan("x.csv", &[&header, &row]).unwrap();
        assert_eq!((plan.kind, plan.payments.len()), (RecordKind::Payment, 1), "{header}");
    }
    // A mark is none.
    let rows =
        ["姓名,身份证号,学校,班级,助学金发放", "王小明,330127201203051012,河源县一小,三1班,1"];
    assert_eq!(plan("x.csv", &rows).unwrap().kind, RecordKind::Enrollment);
}

#[test]
fn parts_in_ten_thousands_add_up_to_a_sum_in_yuan() {
    let header = "姓名,身份证号,班级,国家助学金（万元）,免学费（万元）,合计（元）";
    let row = |sum| format!("王小明,330127201203051012,1班,0.1155,0.1,{sum}");
    let whole = plan("x.csv", &[header, &row("2155")]).unwrap();
    assert_eq!((whole.payments.len(), &whole.unread), (2, &None));
    let refused = plan("x.csv", &[header, &row("2150")]).unwrap_err();
    assert!(refused.missing.zh.contains("各行相加不等于“合计（元）”"));
}

#[test]
fn a_bare_amount_beside_fees_is_what_pupils_pay() {
    let header = "姓名,身份证号,班级,住宿费（元）,校服费（元）,金额（元）,合计（元）";
    let row = "王小明,330127201203051012,三1班,400,120,520,520";
    let plan = plan("一小花名册.csv", &[header, row]).unwrap();
    assert_eq!((plan.kind, headers_of_amounts(&plan)), (RecordKind::Enrollment, vec![]));
}

#[test]
fn a_line_of_ten_thousand_headers_is_looked_at_and_not_read() {
    const COLUMNS: usize = 8_192;
    let wide = |header: &str, cell: &str| [header, cell].map(|text| vec![text; COLUMNS].join(","));
    for (header, cell) in [
        ("姓名,身份证号", "王小明,330127201203051012"),
        ("姓名,身份证号,出生日期", "王小明,330127201203051012,2012-03-05"),
        ("身份证号", "330127201203051012"),
    ] {
        let [headers, row] = wide(header, cell);
        if let Ok(plan) = plan("花名册.csv", &[&headers, &row]) {
            assert_eq!(plan.sides, 1, "{header}");
        }
    }
    // Amounts by the thousand, each of another payment, or all of one.
    for (file, header) in [("x.csv", "第{}助学金（元）"), ("x.csv", "助学金{}合计（元）")]
    {
        let headers: Vec<String> =
            (0..COLUMNS).map(|at| header.replace("{}", &at.to_string())).collect();
        let headers = format!("姓名,身份证号,{}", headers.join(","));
        let row = format!("王小明,330127201203051012,{}", vec!["500"; COLUMNS].join(","));
        let refused = plan(file, &[&headers, &row]).unwrap_err();
        assert!(refused.missing.zh.chars().count() < 2_000, "{}", refused.missing.zh);
    }
}

#[test]
fn of_what_was_paid_and_what_is_due_the_former_is_the_amount() {
    let row = "王小明,330127201203051012,三1班,500,400";
    for (header, amount) in [
        ("姓名,身份证号,班级,发放金额,实发金额", "实发金额"),
        ("姓名,身份证号,班级,应发金额,发放金额", "发放金额"),
        ("姓名,身份证号,班级,到账金额,补助标准", "到账金额"),
    ] {
        let plan = plan("一小.csv", &[header, row]).unwrap();
        assert_eq!(headers_of_amounts(&plan), [amount], "{header}");
        assert_eq!(plan.unread, None, "{header}");
    }
}
