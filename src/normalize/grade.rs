//! Stages of schooling and grades within them.

use unicode_normalization::UnicodeNormalization;

use super::numeral::leading_number;
use crate::record::{Grade, SchoolYear, Stage, in_simplified};

/// Prefixes of a grade that say its stage; longer ones first.
const PREFIXES: &[(&str, Stage)] = &[
    ("普通高中", Stage::Senior),
    ("职业高中", Stage::Vocational),
    ("中等职业", Stage::Vocational),
    ("特殊教育", Stage::Special),
    ("高中", Stage::Senior),
    ("普高", Stage::Senior),
    ("初中", Stage::Junior),
    ("小学", Stage::Primary),
    ("中职", Stage::Vocational),
    ("职高", Stage::Vocational),
    ("职中", Stage::Vocational),
    ("中专", Stage::Vocational),
    ("技校", Stage::Vocational),
    ("技工", Stage::Vocational),
    ("特教", Stage::Special),
    ("培智", Stage::Special),
    ("幼儿园", Stage::Preschool),
    ("学前教育", Stage::Preschool),
    ("高", Stage::Senior),
    ("初", Stage::Junior),
    ("职", Stage::Vocational),
];

/// Reads a grade.
///
/// In: the cell; the stage of the pupil where known; the school year by which a cohort (`2023级`)
/// becomes a grade. Out: stage and year within it; year 0 where it cannot be told.
pub fn parse_grade(cell: &str, stage: Option<Stage>, school_year: SchoolYear) -> Grade {
    let text: String = in_simplified(cell)
        .nfkc()
        .filter(|c| {
            !c.is_whitespace()
                && !c.is_control()
                && !matches!(c, '\'' | '"' | '(' | ')' | '\u{FEFF}')
        })
        .collect();
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if let Some(year) = preschool_year(text, stage) {
        return Grade { stage: Some(Stage::Preschool), year };
    }
    if text.starts_with("预初") || text.starts_with("初中预备") {
        return Grade { stage: Some(Stage::Junior), year: 0 };
    }
    for &(prefix, said) in PREFIXES {
        if let Some(rest) = text.strip_prefix(prefix) {
            // A special school's 初一 stays with the special school.
            let stage = if stage == Some(Stage::Special) { Stage::Special } else { said };
            return read_year(rest, Some(stage), school_year);
        }
    }
    // 中一 to 中三 are years of a vocational school, unless the pupil's stage is known.
    if let Some(rest) = text.strip_prefix('中')
        && leading_number(rest).is_some()
    {
        return read_year(rest, stage.or(Some(Stage::Vocational)), school_year);
    }
    let text = match stage {
        Some(Stage::Primary) => text.strip_prefix('小').unwrap_or(text),
        _ => text,
    };
    read_year(text, stage, school_year)
}

/// Reads a stage in words. `None` where none is said, or more than one.
pub fn parse_stage(cell: &str) -> Option<Stage> {
    let cell = in_simplified(cell);
    let has = |words: &[&str]| words.iter().any(|word| cell.contains(word));
    if has(&["特教", "特殊教育", "特校", "培智"]) {
        return Some(Stage::Special);
    }
    if has(&["中职", "中等职业", "职高", "职业", "职教", "中专", "技工", "技校"])
    {
        return Some(Stage::Vocational);
    }
    let found = [
        (has(&["学前", "幼"]), Stage::Preschool),
        (has(&["小学"]), Stage::Primary),
        (has(&["初中", "初级中学"]), Stage::Junior),
        (has(&["高中", "普高", "高级中学"]), Stage::Senior),
    ];
    let mut said = found.iter().filter(|(said, _)| *said).map(|&(_, stage)| stage);
    said.next().filter(|_| said.next().is_none())
}

/// The stage that the category (first two digits) of a ten-digit school code settles. 31 and 34 may
/// hold two stages: `None`.
pub fn stage_from_school_code(code: &str) -> Option<Stage> {
    let code = code.trim();
    if code.len() != 10 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match &code[..2] {
        "11" => Some(Stage::Preschool),
        "21" => Some(Stage::Primary),
        "36" => Some(Stage::Vocational),
        "51" => Some(Stage::Special),
        _ => None,
    }
}

/// The stage that a school's name settles.
pub fn stage_from_school_name(name: &str) -> Option<Stage> {
    let name = &*in_simplified(name);
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if has(&["幼儿园", "幼稚园", "托儿所"]) {
        Some(Stage::Preschool)
    } else if has(&["特殊教育", "特校", "特教", "培智学校", "启智学校"]) {
        Some(Stage::Special)
    } else if has(&["职业", "中专", "技工", "职高", "职中", "技校", "技师", "中等专业"])
    {
        Some(Stage::Vocational)
    } else if has(&["中小学", "九年一贯", "完全中学"]) {
        None
    } else if name.contains("小学") {
        Some(Stage::Primary)
    } else if name.contains("高级中学") || name.ends_with("高中") {
        Some(Stage::Senior)
    } else if name.contains("初级中学") || name.ends_with("初中") {
        Some(Stage::Junior)
    } else {
        None
    }
}

/// 托班 0, 小班 1, 中班 2, 大班 3, 学前班 4; `大一班`, `大(2)班` likewise.
fn preschool_year(text: &str, stage: Option<Stage>) -> Option<u8> {
    if text.starts_with("学前班") {
        return Some(4);
    }
    if text.starts_with("托班") || text.starts_with("小小班") {
        return Some(0);
    }
    let text = text.strip_prefix("幼儿园").or_else(|| text.strip_prefix("学前")).unwrap_or(text);
    let first = text.chars().next()?;
    let year = match first {
        '托' => 0,
        '小' => 1,
        '中' => 2,
        '大' => 3,
        _ => return None,
    };
    let rest = &text[first.len_utf8()..];
    if rest.starts_with('班') {
        return Some(year);
    }
    let known = stage == Some(Stage::Preschool);
    let numbered_class = leading_number(rest).is_some_and(|(_, rest)| rest.starts_with('班'));
    let fits = if known {
        rest.is_empty() || leading_number(rest).is_some()
    } else {
        stage.is_none() && numbered_class
    };
    fits.then_some(year)
}

/// A cohort, a year of leaving or a number at the head of the text.
fn read_year(text: &str, stage: Option<Stage>, school_year: SchoolYear) -> Grade {
    let unknown = Grade { stage, year: 0 };
    let Some((number, rest)) = leading_number(text) else {
        return unknown;
    };
    let started = i64::from(school_year.0);
    let cohort = match number {
        1990..=2100 => Some(i64::from(number)),
        10..=99 if rest.starts_with(['级', '届']) => Some(2000 + i64::from(number)),
        _ => None,
    };
    if let Some(cohort) = cohort {
        let year = if rest.starts_with('届') {
            let Some(length) = stage.and_then(years_of) else {
                return unknown;
            };
            Some(length - (cohort - started - 1)).filter(|year| (1..=length).contains(year))
        } else {
            Some(started - cohort + 1).filter(|year| (1..=20).contains(year))
        };
        return Grade { stage, year: year.and_then(|year| u8::try_from(year).ok()).unwrap_or(0) };
    }
    if rest.starts_with('班') {
        return unknown;
    }
    let year = u8::try_from(number).unwrap_or(0);
    match (stage, year) {
        (_, 0 | 13..) => unknown,
        (Some(Stage::Special), _) => Grade { stage, year },
        (Some(Stage::Vocational | Stage::Preschool), 1..=6) => Grade { stage, year },
        (Some(Stage::Vocational | Stage::Preschool), _) => unknown,
        (_, 7..=9) => Grade { stage: Some(Stage::Junior), year: year - 6 },
        (_, 10..=12) => Grade { stage: Some(Stage::Senior), year: year - 9 },
        (None | Some(Stage::Primary), _) | (Some(Stage::Junior | Stage::Senior), 1..=3) => {
            Grade { stage, year }
        }
        _ => unknown,
    }
}

/// How many years a stage has.
fn years_of(stage: Stage) -> Option<i64> {
    match stage {
        Stage::Primary => Some(6),
        Stage::Preschool | Stage::Junior | Stage::Senior | Stage::Vocational => Some(3),
        Stage::Special => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn grades() {
        use Stage::*;
        let table = [
            ("高一", None, Some(Senior), 1),
            ("高三(2)班", None, Some(Senior), 3),
            ("高中一年级", None, Some(Senior), 1),
            ("高2", None, Some(Senior), 2),
            ("高2023级", None, Some(Senior), 3),
            ("七年级", None, Some(Junior), 1),
            ("７年级", None, Some(Junior), 1),
            ("七", None, Some(Junior), 1),
            ("9", Some(Junior), Some(Junior), 3),
            ("初二3班", None, Some(Junior), 2),
            ("七年級", None, Some(Junior), 1),
            ("職高一", None, Some(Vocational), 1),
            ("2023級", Some(Senior), Some(Senior), 3),
            ("十年级", None, Some(Senior), 1),
            ("12", Some(Senior), Some(Senior), 3),
            ("一年级", None, None, 1),
            ("三年级", Some(Primary), Some(Primary), 3),
            ("小学三年级", None, Some(Primary), 3),
            ("01", Some(Vocational), Some(Vocational), 1),
            ("中职一年级", None, Some(Vocational), 1),
            ("职高一", None, Some(Vocational), 1),
            ("职一", None, Some(Vocational), 1),
            ("中二", None, Some(Vocational), 2),
            ("小班", None, Some(Preschool), 1),
            ("大一班", None, Some(Preschool), 3),
            ("中", Some(Preschool), Some(Preschool), 2),
            ("学前班", None, Some(Preschool), 4),
            ("托班", None, Some(Preschool), 0),
            ("2023级", Some(Senior), Some(Senior), 3),
            ("2023级", None, None, 3),
            ("24级", Some(Vocational), Some(Vocational), 2),
            ("2024级1班", Some(Vocational), Some(Vocational), 2),
            ("2026级", Some(Senior), Some(Senior), 0),
            ("2026届", Some(Senior), Some(Senior), 3),
            ("2028届", Some(Primary), Some(Primary), 4),
            ("2026届", None, None, 0),
            ("3班", Some(Primary), Some(Primary), 0),
            ("", Some(Primary), Some(Primary), 0),
            ("十九", None, None, 0),
        ];
        for (cell, given, stage, year) in table {
            assert_eq!(parse_grade(cell, given, SchoolYear(2025)), Grade { stage, year }, "{cell}");
        }
    }

    #[test]
    fn stages() {
        use Stage::*;
        for (cell, stage) in [
            ("学前教育", Some(Preschool)),
            ("小学", Some(Primary)),
            ("义务教育初中", Some(Junior)),
            ("普通高中", Some(Senior)),
            ("小學", Some(Primary)),
            ("幼兒園", Some(Preschool)),
            ("职业高中", Some(Vocational)),
            ("特殊教育", Some(Special)),
            ("小学、初中", None),
            ("", None),
        ] {
            assert_eq!(parse_stage(cell), stage, "{cell}");
        }
        assert_eq!(stage_from_school_code("3633000001"), Some(Vocational));
        assert_eq!(stage_from_school_code("3433000001"), None);
        assert_eq!(stage_from_school_name("红星小学附属幼儿园"), Some(Preschool));
        assert_eq!(stage_from_school_name("河源县职业高级中学"), Some(Vocational));
        assert_eq!(stage_from_school_name("河源县第一中学"), None);
        assert_eq!(stage_from_school_name("河源縣第一小學"), Some(Primary));
    }

    proptest! {
        #[test]
        fn never_panics(cell in "\\PC*", grade in "[高初中小大职学一七十年级届班0-9]{0,10}", year in any::<i16>()) {
            for text in [&cell, &grade] {
                let _ = parse_grade(text, None, SchoolYear(year));
                let _ = parse_grade(text, Some(Stage::Primary), SchoolYear(year));
                let _ = (parse_stage(text), stage_from_school_code(text), stage_from_school_name(text));
            }
        }
    }
}
