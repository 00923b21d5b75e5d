//! Tests of the readers of periods.

use proptest::prelude::*;

use super::*;

const NONE: AwardPeriod = AwardPeriod { school_year: None, term: None, months: 0 };

fn bits(months: &[u32]) -> u16 {
    months.iter().map(|&month| AwardPeriod::month_bit(month)).sum()
}

#[test]
fn school_years() {
    for cell in [
        "2025-2026",
        "2025—2026",
        "2025/2026",
        "2025至2026",
        "2025-2026学年",
        "2025学年",
        "25-26",
        "2025～2026学年度",
        "2025年-2026年",
        "２０２５－２０２６学年",
        "2025-2026-1",
        "25-26学年",
    ] {
        assert_eq!(parse_school_year(cell), Some(SchoolYear(2025)), "{cell}");
    }
    for cell in ["", "2025", "2025-09", "2025-2027", "9-10", "25-27", "学年"] {
        assert_eq!(parse_school_year(cell), None, "{cell}");
    }
}

#[test]
fn terms() {
    let (autumn, spring) = (Term::Autumn, Term::Spring);
    let year = |year| Some(SchoolYear(year));
    let table = [
        ("春季", None, spring),
        ("秋季学期", None, autumn),
        ("春", None, spring),
        ("秋", None, autumn),
        ("上学期", None, autumn),
        ("下", None, spring),
        ("第一学期", None, autumn),
        ("第2学期", None, spring),
        ("第二", None, spring),
        ("1", None, autumn),
        ("02", None, spring),
        ("2.0", None, spring),
        ("2025春", year(2024), spring),
        ("2025年秋季学期", year(2025), autumn),
        ("2026年春季学期", year(2025), spring),
        ("2025-2026-1", year(2025), autumn),
        ("2025-2026学年第一学期", year(2025), autumn),
        ("2025-2026学年春季学期", year(2025), spring),
        ("2025学年第二学期", year(2025), spring),
        ("autumn", None, autumn),
        ("Spring", None, spring),
    ];
    for (cell, year, term) in table {
        assert_eq!(parse_term(cell), Some((year, term)), "{cell}");
    }
    for cell in ["", "3", "2025", "长春市", "学期"] {
        assert_eq!(parse_term(cell), None, "{cell}");
    }
}

#[test]
fn months() {
    let table: [(&str, Option<i16>, &[u32]); 17] = [
        ("9", None, &[9]),
        ("09", None, &[9]),
        ("9月", None, &[9]),
        ("九月份", None, &[9]),
        ("9.0", None, &[9]),
        ("2025年9月", Some(2025), &[9]),
        ("2025-09", Some(2025), &[9]),
        ("202509", Some(2025), &[9]),
        ("2026年3月", Some(2025), &[3]),
        ("2025年9-10月", Some(2025), &[9, 10]),
        ("9-10月", None, &[9, 10]),
        ("9月、10月", None, &[9, 10]),
        ("9,10", None, &[9, 10]),
        ("2025.9-2025.12", Some(2025), &[9, 10, 11, 12]),
        ("2025年11月-2026年1月", Some(2025), &[11, 12, 1]),
        ("2025年11月-1月", Some(2025), &[11, 12, 1]),
        ("9月至次年1月", None, &[9, 10, 11, 12, 1]),
    ];
    for (cell, year, months) in table {
        let found = parse_months(cell, NONE).unwrap_or_else(|| panic!("{cell}"));
        assert_eq!(
            (found.school_year, found.months),
            (year.map(SchoolYear), bits(months)),
            "{cell}"
        );
    }
    for cell in
        ["", "7-10月", "2025年8月、9月", "13", "3个月", "2025", "2025-09-10", "2025年春季", "月"]
    {
        assert_eq!(parse_months(cell, NONE), None, "{cell}");
    }
    let context = AwardPeriod { school_year: Some(SchoolYear(2024)), ..NONE };
    let found = parse_months("3", context).unwrap();
    assert_eq!((found.school_year, found.term), (Some(SchoolYear(2024)), Some(Term::Spring)));
}

#[test]
fn periods_in_titles() {
    type Row = (&'static str, Option<i16>, Option<Term>, &'static [u32]);
    let table: [Row; 16] = [
        ("资助系统_中职国家助学金_2025年9-10月.xlsx", Some(2025), Some(Term::Autumn), &[9, 10]),
        ("2025年秋季学期普通高中国家助学金发放表", Some(2025), Some(Term::Autumn), &[]),
        ("2025-2026学年第一学期", Some(2025), Some(Term::Autumn), &[]),
        ("2025-2026學年第二學期", Some(2025), Some(Term::Spring), &[]),
        ("2025學年9月", Some(2025), Some(Term::Autumn), &[9]),
        ("2025-2026学年9月", Some(2025), Some(Term::Autumn), &[9]),
        ("2025-2026-2 助学金", Some(2025), Some(Term::Spring), &[]),
        ("名册_2025-09-30.xlsx", None, None, &[]),
        ("名册20250930.csv", None, None, &[]),
        ("制表日期：2025年9月30日", None, None, &[]),
        ("制表日期：2025年9月", None, None, &[]),
        ("填报时间:2025.9.30", None, None, &[]),
        ("长春市第一中学", None, None, &[]),
        ("2025年秋季学期助学金（2026年3月发放）", Some(2025), Some(Term::Autumn), &[]),
        ("中职_202509", Some(2025), Some(Term::Autumn), &[9]),
        ("2025年学生名册(1)", None, None, &[]),
    ];
    for (text, year, term, months) in table {
        let found = parse_period_text(text);
        let expected =
            AwardPeriod { school_year: year.map(SchoolYear), term, months: bits(months) };
        assert_eq!(found, expected, "{text}");
    }
}

proptest! {
    #[test]
    fn never_panics(text in "\\PC*", time in "[0-9年月日学期第一春秋季至次、./-]{0,24}") {
        for text in [&text, &time] {
            let _ = (parse_school_year(text), parse_term(text), parse_months(text, NONE));
            let _ = parse_period_text(text);
        }
    }
}
