//! The days of the generated county, counted from the school year that `as_of` lies in.
//!
//! The stories happen up to the middle of October; an earlier `as_of` of that autumn lies before some.

use chrono::{Datelike, NaiveDate};

use crate::record::SchoolYear;

/// The school year of the county, and the day it is looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Calendar {
    /// The calendar year in which the school year starts.
    pub(crate) year: i32,
    pub(crate) as_of: NaiveDate,
}

impl Calendar {
    /// The calendar of the school year that `as_of` lies in.
    pub(crate) fn new(as_of: NaiveDate) -> Calendar {
        Calendar { year: i32::from(SchoolYear::of(as_of).0), as_of }
    }

    /// A day, `years` after the year in which the school year starts. The callers give real days.
    pub(crate) fn day(&self, years: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year + years, month, day).unwrap_or(self.as_of)
    }

    /// The first day of a pupil's stage who is now in year `grade` of it.
    pub(crate) fn entry(&self, grade: u8) -> NaiveDate {
        self.day(1 - i32::from(grade), 9, 1)
    }

    /// The day a programme pays for a month of the current autumn, or for its term (`None`).
    pub(crate) fn pay_day(&self, month: Option<u32>) -> NaiveDate {
        let day = match month {
            Some(9) => self.day(0, 9, 25),
            Some(_) => self.day(0, 10, 13),
            None => self.day(0, 10, 10),
        };
        day.min(self.as_of)
    }

    /// The day of the inspectors' count and of the exports.
    pub(crate) fn count_day(&self) -> NaiveDate {
        self.day(0, 10, 10).min(self.as_of)
    }
}

/// Appends `2025-09-01`.
pub(crate) fn write_date(out: &mut Vec<u8>, date: NaiveDate) {
    let year = date.year().unsigned_abs();
    let digits = [year / 1000 % 10, year / 100 % 10, year / 10 % 10, year % 10];
    out.extend(digits.map(|digit| b'0' + digit as u8));
    for part in [date.month(), date.day()] {
        out.extend([b'-', b'0' + (part / 10) as u8, b'0' + (part % 10) as u8]);
    }
}
