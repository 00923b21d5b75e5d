//! Time as the field keeps it: dates known to the day or to the month, school years, terms, instalments.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// A date known to lie between two days, both included; equal where it is known to the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateRange {
    pub first: NaiveDate,
    pub last: NaiveDate,
}

impl DateRange {
    /// A date known to the day.
    pub fn day(date: NaiveDate) -> DateRange {
        DateRange { first: date, last: date }
    }

    /// A date known to the month (1 to 12). `None` if there is no such month.
    pub fn month(year: i32, month: u32) -> Option<DateRange> {
        let first = NaiveDate::from_ymd_opt(year, month, 1)?;
        let next = if month == 12 {
            NaiveDate::from_ymd_opt(year + 1, 1, 1)
        } else {
            NaiveDate::from_ymd_opt(year, month + 1, 1)
        }?;
        Some(DateRange { first, last: next.pred_opt()? })
    }

    /// A date known to the year.
    pub fn year(year: i32) -> Option<DateRange> {
        Some(DateRange {
            first: NaiveDate::from_ymd_opt(year, 1, 1)?,
            last: NaiveDate::from_ymd_opt(year, 12, 31)?,
        })
    }

    /// Whether the day is known.
    pub fn is_exact(self) -> bool {
        self.first == self.last
    }

    /// Whether two dates can be the same, compared at the coarser precision.
    pub fn may_equal(self, other: DateRange) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

impl fmt::Display for DateRange {
    /// `2023-09-01`, `2023-09` where known to the month, `2023` where known to the year.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_exact() {
            write!(formatter, "{}", self.first)
        } else if self.first.month() == self.last.month() && self.first.year() == self.last.year() {
            write!(formatter, "{}", self.first.format("%Y-%m"))
        } else {
            write!(formatter, "{}", self.first.format("%Y"))
        }
    }
}

/// A school year (学年) by the calendar year in which it starts: 1 September to 31 August.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SchoolYear(pub i16);

impl SchoolYear {
    /// The school year that `date` lies in.
    pub fn of(date: NaiveDate) -> SchoolYear {
        SchoolYear((date.year() - i32::from(date.month() < 9)) as i16)
    }

    /// The calendar year of a month (1 to 12) of this school year.
    pub fn year_of_month(self, month: u32) -> i32 {
        i32::from(self.0) + i32::from(month < 9)
    }
}

impl fmt::Display for SchoolYear {
    /// `2025-2026`
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.0, self.0 + 1)
    }
}

/// A term (学期): autumn is the first of a school year, spring the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Term {
    Autumn,
    Spring,
}

/// What a payment is for, as far as its columns, title or file name say.
///
/// `months` has bit 0 for September up to bit 11 for August of the school year; 0 where no month is
/// said. An empty period (`school_year` `None`) says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct AwardPeriod {
    pub school_year: Option<SchoolYear>,
    pub term: Option<Term>,
    pub months: u16,
}

impl AwardPeriod {
    /// The bit of a calendar month (1 to 12) in `months`.
    pub fn month_bit(month: u32) -> u16 {
        1 << ((month + 3) % 12)
    }

    /// The calendar months (year, month) of the period, in order.
    pub fn calendar_months(self) -> impl Iterator<Item = (i32, u32)> {
        (0..12u32).filter_map(move |bit| {
            let month = (bit + 8) % 12 + 1;
            let year = self.school_year?.year_of_month(month);
            (self.months & (1 << bit) != 0).then_some((year, month))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn september_opens_the_school_year() {
        let period = AwardPeriod {
            school_year: Some(SchoolYear(2025)),
            term: None,
            months: AwardPeriod::month_bit(9)
                | AwardPeriod::month_bit(1)
                | AwardPeriod::month_bit(8),
        };
        let months: Vec<_> = period.calendar_months().collect();
        assert_eq!(months, [(2025, 9), (2026, 1), (2026, 8)]);
        assert_eq!(SchoolYear::of(NaiveDate::from_ymd_opt(2026, 8, 31).unwrap()), SchoolYear(2025));
        assert_eq!(SchoolYear::of(NaiveDate::from_ymd_opt(2026, 9, 1).unwrap()), SchoolYear(2026));
    }
}
