use super::*;
use crate::cases::sample;
use crate::report::{InputEntry, Manifest, Mask, NotChecked, SheetEntry};

fn report(rows: &[crate::cases::CaseRow], language: Language) -> Report<'_> {
    let mut manifest = Manifest { as_of: "2026-03-01".into(), ..Manifest::default() };
    let sheet = SheetEntry {
        rows_in: 1_234,
        checked: 1_230,
        rejected: 4,
        warnings: vec!["很多行不可用".into()],
        superseded_for: ["甲", "乙", "丙", "丁"].map(String::from).to_vec(),
        ..SheetEntry::default()
    };
    manifest.inputs = vec![
        InputEntry { file: "a.csv".into(), sheets: vec![sheet], ..InputEntry::default() },
        InputEntry { file: "b.csv".into(), same_as: Some("a.csv".into()), ..InputEntry::default() },
        InputEntry { file: "c.csv".into(), error: Some("坏".into()), ..InputEntry::default() },
    ];
    for number in 0..15 {
        let reason = format!("reason {number}");
        manifest.not_checked.push(NotChecked {
            rule: "r".into(),
            reason,
            rows: 1,
            ..NotChecked::default()
        });
    }
    Report {
        rows,
        rejections: &[],
        sheets: &[],
        manifest,
        headcount_names: &[],
        headcount_sums: &[],
        language,
        mask: Mask::default(),
        changes: None,
    }
}

#[test]
fn the_rows_add_up_and_long_lists_are_cut() {
    let rows = [sample::row("DE-1", "A", "甲校"), sample::row("DE-1", "B", "乙校")];
    let text = summary(&report(&rows, Language::En), Path::new("out"), false);
    println!("{text}");
    assert!(text.starts_with(
        "As of 2026-03-01: 1 files read, 1,234 rows = 1,230 checked + 4 rejected + 0 skipped.\n"
    ));
    assert!(text.contains("dual-enrollment 双重学籍"));
    assert!(text.contains("A 甲校") && text.contains("B 乙校"));
    assert!(text.contains("… and 3 more"));
    assert!(text.contains("(甲, 乙, 丙, …)"));
    assert!(text.contains("schools") && !text.contains("rejected.csv") && !text.contains('\u{1b}'));
    let chinese = summary(&report(&rows, Language::Zh), Path::new("out"), true);
    println!("{chinese}");
    assert!(chinese.contains("截至 2026-03-01") && chinese.contains('\u{1b}'));
}

#[test]
fn the_summary_names_the_configuration_in_use() {
    let mut report = report(&[], Language::Zh);
    let said = |report: &Report| summary(report, Path::new("out"), false);
    assert!(said(&report).contains("配置：没有 aidcheck.toml，使用内置设置。"));
    report.manifest.config = "导出/aidcheck.toml".into();
    assert!(said(&report).contains("配置：导出/aidcheck.toml\n"));
    report.language = Language::En;
    assert!(said(&report).contains("Configuration: 导出/aidcheck.toml\n"));
}

#[test]
fn what_was_not_checked_is_named_in_the_language_of_the_page() {
    let mut report = report(&[], Language::Zh);
    report.manifest.not_checked[0].rule = "dual-enrollment".into();
    report.manifest.not_checked[0].rows = 100;
    let said = |report: &Report| summary(report, Path::new("out"), false);
    assert!(said(&report).contains("  双重学籍：reason 0"), "{}", said(&report));
    report.language = Language::En;
    assert!(said(&report).contains("  dual-enrollment: reason 0"));
}

#[test]
fn nothing_found_is_said() {
    let text = summary(&report(&[], Language::Zh), Path::new("out"), false);
    assert!(text.contains("没有发现问题") && !text.contains("schools"));
}

#[test]
fn numbers_are_grouped() {
    assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
}
