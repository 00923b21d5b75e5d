//! The words for closed sets: kebab-case names for machines, Chinese for schools.

use crate::cases::CaseRow;
use crate::record::{AwardPeriod, EnrollmentStatus, Language, Stage, Term};

/// Of a pair of words, Chinese and English, the one of the report's language.
pub fn in_language(words: (&'static str, &'static str), language: Language) -> &'static str {
    match language {
        Language::Zh => words.0,
        Language::En => words.1,
    }
}

/// The name of a stage in `cases.csv`.
pub fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Preschool => "preschool",
        Stage::Primary => "primary",
        Stage::Junior => "junior",
        Stage::Senior => "senior",
        Stage::Vocational => "vocational",
        Stage::Special => "special",
    }
}

/// The word for a stage (学段).
pub fn stage_chinese(stage: Stage) -> &'static str {
    match stage {
        Stage::Preschool => "学前",
        Stage::Primary => "小学",
        Stage::Junior => "初中",
        Stage::Senior => "普通高中",
        Stage::Vocational => "中职",
        Stage::Special => "特殊教育",
    }
}

/// The name of an enrolment status in `cases.csv`.
pub fn status_name(status: EnrollmentStatus) -> &'static str {
    match status {
        EnrollmentStatus::Unstated => "unstated",
        EnrollmentStatus::Active => "active",
        EnrollmentStatus::Resumed => "resumed",
        EnrollmentStatus::Suspended => "suspended",
        EnrollmentStatus::TransferredOut => "transferred-out",
        EnrollmentStatus::Withdrawn => "withdrawn",
        EnrollmentStatus::Graduated => "graduated",
        EnrollmentStatus::Deceased => "deceased",
        EnrollmentStatus::OtherExit => "other-exit",
    }
}

/// The word for an enrolment status (学籍状态).
pub fn status_chinese(status: EnrollmentStatus) -> &'static str {
    status.chinese()
}

/// The name of a term in `cases.csv`.
pub fn term_name(term: Term) -> &'static str {
    match term {
        Term::Autumn => "autumn",
        Term::Spring => "spring",
    }
}

/// The word for a term (学期).
pub fn term_chinese(term: Term) -> &'static str {
    match term {
        Term::Autumn => "秋季",
        Term::Spring => "春季",
    }
}

/// The calendar months of a period: `2025-09`, several with a blank between.
pub fn months(period: AwardPeriod) -> String {
    let months: Vec<String> =
        period.calendar_months().map(|(year, month)| format!("{year:04}-{month:02}")).collect();
    months.join(" ")
}

/// The months of a period for people: `2025年9月、2025年10月`.
pub fn months_chinese(period: AwardPeriod) -> String {
    let months: Vec<String> =
        period.calendar_months().map(|(year, month)| format!("{year}年{month}月")).collect();
    months.join("、")
}

/// A probability with up to six decimals and no zeros at the end: `1`, `0.95`.
pub fn confidence(value: f64) -> String {
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// The text of a value that may be missing.
pub fn or_empty<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// The school a row belongs to: its code, else its name; `None` where the row says neither.
pub fn school_of(row: &CaseRow) -> Option<(&str, &str)> {
    match (row.school_code.as_str(), row.school_name.as_str()) {
        ("", "") => None,
        ("", name) => Some(("", name)),
        (code, _) => Some((code, "")),
    }
}

/// A cell that a spreadsheet shows as text: a leading `'` before what would be a formula.
pub fn guarded(cell: &str) -> std::borrow::Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}").into()
    } else {
        cell.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::SchoolYear;

    #[test]
    fn numbers_read_as_people_write_them() {
        let texts = [1.0, 0.95, 0.0, 0.1234567, 0.9999999].map(confidence);
        assert_eq!(texts, ["1", "0.95", "0", "0.123457", "1"]);
        let months_bits = AwardPeriod::month_bit(9) | AwardPeriod::month_bit(2);
        let period =
            AwardPeriod { school_year: Some(SchoolYear(2025)), term: None, months: months_bits };
        assert_eq!(months(period), "2025-09 2026-02");
        assert_eq!(months(AwardPeriod::default()), "");
    }

    #[test]
    fn a_formula_becomes_text() {
        for cell in ["=1+1", "+8613", "-5", "@x", "\tx", "\rx"] {
            assert_eq!(guarded(cell), format!("'{cell}"));
        }
        assert_eq!(guarded("1-2"), "1-2");
        assert_eq!(guarded(""), "");
    }
}
