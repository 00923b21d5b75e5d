//! What a payment is for: the year in the stage, the months of one row, a term beside its months.

mod support;

use support::{CRAFTS, Centre, EXPORT, PAYMENTS, number};

const REPEAT: &str = "repeat-payment";
const NOT_ENROLLED: &str = "paid-not-enrolled";

fn pupil(name: &str, serial: u32, grade: &str, moved: (&str, &str)) -> String {
    let (status, day) = moved;
    format!(
        "{name},,{},,{},{},{grade},1班,{status},2023-09-01,{day}",
        number(serial),
        CRAFTS.0,
        CRAFTS.1
    )
}

fn grant(name: &str, serial: u32, year: &str, term: &str, month: &str, amount: &str) -> String {
    format!(
        "{name},{},{},{},中职国家助学金,{year},{term},{month},{amount},,已发放",
        number(serial),
        CRAFTS.0,
        CRAFTS.1
    )
}

#[test]
fn a_grant_for_the_first_two_years_is_not_due_in_the_third() {
    let centre = Centre::new();
    // Before the spring of 2025 the grant was for the first and second year. In October lists may show
    // either year, so the day of the run is one on which they do not.
    let third = ("在读", "");
    centre.csv(
        "中职学籍.csv",
        EXPORT,
        &[pupil("王三年", 1, "三年级", third), pupil("李二年", 2, "二年级", third)],
    );
    centre.csv(
        "中职国家助学金.csv",
        PAYMENTS,
        &[
            grant("王三年", 1, "2024-2025", "秋季学期", "11", "200"),
            grant("王三年", 1, "2025-2026", "秋季学期", "11", "230"),
            grant("李二年", 2, "2024-2025", "秋季学期", "11", "200"),
        ],
    );
    let outcome = centre.check_on("2025-12-15", &[]);
    // Third year now, second year when it was paid; the third year is entitled since the spring of 2025.
    assert!(outcome.of_kind(NOT_ENROLLED).is_empty(), "{:?}", outcome.of_kind(NOT_ENROLLED));
    let outcome = centre.check_on("2024-12-15", &[]);
    let rows = outcome.of_kind(NOT_ENROLLED);
    assert_eq!(outcome.names(NOT_ENROLLED), ["王三年"]);
    assert!(rows[0]["reason"].contains("所在年级"), "{rows:?}");
}

#[test]
fn of_a_row_for_several_months_only_the_undue_month_is_counted() {
    let centre = Centre::new();
    centre.csv("中职学籍.csv", EXPORT, &[pupil("王离校", 1, "二年级", ("退学", "2025-09-20"))]);
    centre.csv(
        "中职国家助学金.csv",
        PAYMENTS,
        &[grant("王离校", 1, "2025-2026", "秋季学期", "9-10", "460")],
    );
    let outcome = centre.check_on("2025-12-15", &[]);
    let rows = outcome.of_kind(NOT_ENROLLED);
    let payment = rows.iter().find(|row| row["role"] == "subject").unwrap();
    assert_eq!(payment["amount"], "460.00");
    let reason = &payment["reason"];
    assert!(reason.contains("2025年10月") && reason.contains("230.00元"), "{reason}");
    assert!(!reason.contains("9月"), "{reason}");
}

#[test]
fn a_term_paid_whole_beside_its_months_is_paid_twice() {
    let centre = Centre::new();
    centre.csv("中职学籍.csv", EXPORT, &[pupil("王双份", 1, "二年级", ("在读", ""))]);
    let months = ["9", "10", "11", "12", "1"];
    let mut lines: Vec<String> = months
        .iter()
        .map(|month| grant("王双份", 1, "2025-2026", "秋季学期", month, "230"))
        .collect();
    lines.push(grant("王双份", 1, "2025-2026", "秋季学期", "", "1150"));
    // Within the cap: 10 months of 230 yuan a year.
    lines.push(grant("李一份", 2, "2025-2026", "秋季学期", "9", "230"));
    lines.push(grant("李一份", 2, "2025-2026", "秋季学期", "", "920"));
    centre.csv("中职国家助学金.csv", PAYMENTS, &lines);
    let outcome = centre.check_on("2026-01-31", &[]);
    let rows = outcome.of_kind(REPEAT);
    assert_eq!(rows.len(), 6, "{rows:?}");
    assert!(rows.iter().all(|row| row["name"] == "王双份" && row["severity"] == "warning"));
}
