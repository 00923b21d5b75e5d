//! The state of a case's life, and the short number by which people name it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Where a case stands in its life. Without a store every case is new.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum CaseStatus {
    /// First seen in this run.
    #[default]
    New,
    /// Seen before and not yet sent to a school.
    Open,
    /// Sent to its schools; an answer is awaited.
    Sent,
    /// Answered, and still found.
    Answered,
    /// Looked at and allowed until a date.
    Waived,
    /// No longer found by a run that checked all it rested on, or closed by a person.
    Resolved,
    /// Was resolved, waived or answered, and is open again since this run.
    Reopened,
}

impl CaseStatus {
    /// All states, in the order of a life.
    pub const ALL: [CaseStatus; 7] = [
        CaseStatus::New,
        CaseStatus::Open,
        CaseStatus::Sent,
        CaseStatus::Answered,
        CaseStatus::Waived,
        CaseStatus::Resolved,
        CaseStatus::Reopened,
    ];

    /// The name in `cases.csv`.
    pub fn name(self) -> &'static str {
        match self {
            CaseStatus::New => "new",
            CaseStatus::Open => "open",
            CaseStatus::Sent => "sent",
            CaseStatus::Answered => "answered",
            CaseStatus::Waived => "waived",
            CaseStatus::Resolved => "resolved",
            CaseStatus::Reopened => "reopened",
        }
    }

    /// The word in Chinese reports.
    pub fn chinese(self) -> &'static str {
        match self {
            CaseStatus::New => "新增",
            CaseStatus::Open => "未结",
            CaseStatus::Sent => "已发学校",
            CaseStatus::Answered => "学校已答复",
            CaseStatus::Waived => "已豁免",
            CaseStatus::Resolved => "已结",
            CaseStatus::Reopened => "重新打开",
        }
    }

    /// The state of that name.
    pub fn by_name(name: &str) -> Option<CaseStatus> {
        CaseStatus::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Whether the case waits for somebody: neither waived nor resolved.
    pub fn is_open(self) -> bool {
        !matches!(self, CaseStatus::Waived | CaseStatus::Resolved)
    }
}

/// A number that can be said on the telephone without naming a child: `2025-0137`, the 137th case
/// first seen in 2025.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseNumber {
    /// The year of the day as of which the case was first seen.
    pub year: i32,
    /// From 1.
    pub serial: u32,
}

impl fmt::Display for CaseNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{:04}", self.year, self.serial)
    }
}

impl FromStr for CaseNumber {
    type Err = ();

    /// Reads `2025-0137` and `2025-137`.
    fn from_str(text: &str) -> Result<CaseNumber, ()> {
        let (year, serial) = text.trim().split_once('-').ok_or(())?;
        match (year.len(), year.parse(), serial.parse()) {
            (4, Ok(year), Ok(serial)) if serial > 0 => Ok(CaseNumber { year, serial }),
            _ => Err(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_it_is_written() {
        let number = CaseNumber { year: 2025, serial: 137 };
        assert_eq!(number.to_string(), "2025-0137");
        assert_eq!("2025-0137".parse(), Ok(number));
        assert_eq!("2025-137".parse(), Ok(number));
        assert_eq!(CaseNumber { year: 2025, serial: 12_345 }.to_string(), "2025-12345");
        for wrong in ["", "2025", "25-1", "2025-0", "DE-AKY9WJZQK0Y4", "2025--1"] {
            assert!(wrong.parse::<CaseNumber>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_status_is_known_by_its_name() {
        for status in CaseStatus::ALL {
            assert_eq!(CaseStatus::by_name(status.name()), Some(status));
        }
    }
}
