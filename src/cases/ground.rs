//! What a case rests on: the lists that say it, each with the date of its export.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::normalize::SheetFacts;
use crate::record::{Message, Register};

/// When an export was made, as far as it can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct ExportDate {
    /// The date in the title lines, else in the file's name.
    #[serde(with = "day", default, skip_serializing_if = "Option::is_none")]
    pub said: Option<NaiveDate>,
    /// The file's time, seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<u64>,
}

impl ExportDate {
    /// The date of a sheet's export.
    pub fn of(sheet: &SheetFacts) -> ExportDate {
        ExportDate { said: sheet.title_date.or(sheet.name_date), modified: sheet.modified }
    }

    /// Whether this export may stand for one made at `then`: by the dates that both say, else by the
    /// files' times. Where neither can be compared, it may.
    pub fn is_no_older_than(self, then: ExportDate) -> bool {
        match (self.said, then.said, self.modified, then.modified) {
            (Some(now), Some(then), _, _) => now >= then,
            (_, _, Some(now), Some(then)) => now >= then,
            _ => true,
        }
    }

    /// Whether this export is certainly newer than one made at `then`; one that says its date is newer
    /// than one that does not.
    pub fn is_newer_than(self, then: ExportDate) -> bool {
        match (self.said, then.said, self.modified, then.modified) {
            (Some(now), Some(then), _, _) if now != then => now > then,
            (Some(_), None, _, _) => self.is_no_older_than(then),
            (_, _, Some(now), Some(then)) => now > then,
            _ => false,
        }
    }

    /// The later of two dates of one list.
    pub fn later(self, other: ExportDate) -> ExportDate {
        let key = |date: ExportDate| (date.said, date.modified);
        if key(self) >= key(other) { self } else { other }
    }
}

/// A list that a case rests on. Schools are named by their code, else by their name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "list", rename_all = "kebab-case")]
pub enum Ground {
    /// A school's part of a register: the grade and class that the record stood in, and the pupil.
    /// Empty texts say nothing; without a pupil the whole grade (or school) is meant.
    Register {
        register: Register,
        school: String,
        grade: String,
        class: String,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        name: String,
        /// The usable number.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        number: String,
    },
    /// What a school was paid for a programme and a time; `lists` counts the sheets that held it.
    Payments { school: String, programme: String, time: String, lists: u32 },
    /// A school's count sheet of a day; empty where the sheet says none.
    Count { school: String, day: String },
}

/// One of the lists that a case rests on, as it was when the case was last seen.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Basis {
    pub ground: Ground,
    pub export: ExportDate,
}

impl Basis {
    /// Basis of a case as text for the store, and back; what cannot be read rests on nothing known.
    pub fn to_text(basis: &[Basis]) -> String {
        serde_json::to_string(basis).unwrap_or_default()
    }

    /// `None` for a text that is no basis.
    pub fn from_text(text: &str) -> Option<Vec<Basis>> {
        serde_json::from_str(text).ok()
    }
}

impl Ground {
    /// How the list names its school.
    pub fn school(&self) -> &str {
        match self {
            Ground::Register { school, .. }
            | Ground::Payments { school, .. }
            | Ground::Count { school, .. } => school,
        }
    }

    /// The list in words; `school`: the school's name for people.
    pub fn describe(&self, school: &str) -> Message {
        match self {
            Ground::Register { register, grade, class, .. } => {
                let (zh, en) = match register {
                    Register::StudentStatus => ("学籍", "the student-status register"),
                    Register::Vocational => ("中职学籍", "the vocational register"),
                    Register::Preschool => ("学前学籍", "the preschool register"),
                    Register::Roster => ("名册", "the roster"),
                };
                let class_zh = if class.is_empty() { String::new() } else { format!("{class}班") };
                Message::new(
                    format!("{school}{grade}{class_zh}的{zh}"),
                    format!("{en} of {school} {grade} {class}").trim_end().to_string(),
                )
            }
            Ground::Payments { programme, time, .. } => Message::new(
                format!("{school}的{programme}发放名单（{time}）"),
                format!("the payment lists of {school}, {programme} ({time})"),
            ),
            Ground::Count { day, .. } => Message::new(
                format!("{school}{day}的清点表"),
                format!("the count sheet of {school} of {day}"),
            ),
        }
    }
}

/// A day as `2025-10-15`.
mod day {
    use chrono::NaiveDate;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(day: &Option<NaiveDate>, to: S) -> Result<S::Ok, S::Error> {
        match day {
            Some(day) => to.collect_str(day),
            None => to.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<NaiveDate>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        text.map(|text| text.parse().map_err(serde::de::Error::custom)).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(day: &str) -> ExportDate {
        ExportDate { said: day.parse().ok(), modified: Some(5) }
    }

    #[test]
    fn exports_are_compared_by_what_both_say() {
        let file = |modified| ExportDate { said: None, modified: Some(modified) };
        assert!(said("2025-10-15").is_no_older_than(said("2025-10-15")));
        assert!(!said("2025-10-14").is_no_older_than(said("2025-10-15")));
        assert!(said("2025-10-14").is_no_older_than(file(5)));
        assert!(!file(4).is_no_older_than(said("2025-10-14")));
        assert!(file(4).is_no_older_than(ExportDate::default()));
        assert!(file(6).is_newer_than(file(5)) && !file(5).is_newer_than(file(5)));
        assert!(said("2025-10-15").is_newer_than(said("2025-10-14")));
    }

    #[test]
    fn a_basis_survives_the_store() {
        let basis = vec![
            Basis {
                ground: Ground::Count { school: "甲".into(), day: "2025-10-15".into() },
                export: said("2025-10-15"),
            },
            Basis {
                ground: Ground::Register {
                    register: Register::Roster,
                    school: "甲".into(),
                    grade: "高一".into(),
                    class: String::new(),
                    name: String::new(),
                    number: String::new(),
                },
                export: ExportDate::default(),
            },
        ];
        assert_eq!(Basis::from_text(&Basis::to_text(&basis)), Some(basis));
        assert_eq!(Basis::from_text("{"), None);
    }
}
