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
fn nothing_found_is_said() {
    let text = summary(&report(&[], Language::Zh), Path::new("out"), false);
    assert!(text.contains("没有发现问题") && !text.contains("schools"));
}

#[test]
fn numbers_are_grouped() {
    assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
}
