//! Terms by the calendar, and instalments: what one payment of a programme pays for.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::Policy;
use super::check::months;
use super::refusal::both;
use super::settings::settings;
use crate::record::{AwardPeriod, DateRange, SchoolYear, Term};

/// A day of any year, `09-01` in TOML.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MonthDay {
    pub month: u32,
    pub day: u32,
}

impl MonthDay {
    /// The day in a calendar year; 29 February becomes the 28th where there is none.
    pub fn in_year(self, year: i32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, self.month, self.day)
            .or_else(|| NaiveDate::from_ymd_opt(year, self.month, self.day - 1))
            .unwrap_or_default()
    }
}

impl TryFrom<String> for MonthDay {
    type Error = String;

    fn try_from(text: String) -> Result<MonthDay, String> {
        // Read in a leap year, so that 29 February is a day.
        format!("2024-{text}")
            .parse::<NaiveDate>()
            .map(|date| MonthDay { month: date.month(), day: date.day() })
            .map_err(|_| both("应写作 月-日，如 09-01", "is written month-day, as 09-01"))
    }
}

impl From<MonthDay> for String {
    fn from(day: MonthDay) -> String {
        format!("{:02}-{:02}", day.month, day.day)
    }
}

settings! {
    /// The terms of a school year (`[calendar]`).
    Calendar, CalendarOverrides {
        /// Calendar months that belong to the autumn term.
        #[check("months")]
        autumn_months: Vec<u32>,
        /// Calendar months that belong to the spring term.
        #[check("months")]
        spring_months: Vec<u32>,
        /// First day of the autumn term, in the year in which the school year starts.
        autumn_start: MonthDay,
        /// Last day of the autumn term.
        autumn_end: MonthDay,
        /// First day of the spring term, in the year after.
        spring_start: MonthDay,
        /// Last day of the spring term.
        spring_end: MonthDay,
    }
}

impl Calendar {
    /// The term that a calendar month (1 to 12) belongs to.
    pub fn term_of_month(&self, month: u32) -> Term {
        if self.spring_months.contains(&month) { Term::Spring } else { Term::Autumn }
    }

    /// The first and last day of a term.
    pub fn term_dates(&self, school_year: SchoolYear, term: Term) -> (NaiveDate, NaiveDate) {
        let year = i32::from(school_year.0);
        match term {
            Term::Autumn => {
                let same_year = self.autumn_end >= self.autumn_start;
                let end = if same_year { year } else { year + 1 };
                (self.autumn_start.in_year(year), self.autumn_end.in_year(end))
            }
            Term::Spring => {
                (self.spring_start.in_year(year + 1), self.spring_end.in_year(year + 1))
            }
        }
    }

    /// The months of the spring term as bits of [`AwardPeriod::months`].
    pub(super) fn spring_bits(&self) -> u16 {
        self.spring_months.iter().fold(0, |bits, &month| bits | AwardPeriod::month_bit(month))
    }
}

/// The part of a school year that an instalment covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Slot {
    /// A calendar month, 1 to 12.
    Month(u8),
    Term(Term),
    Year,
}

impl Slot {
    /// Months from September to August, then terms, then the year.
    fn rank(self) -> u8 {
        match self {
            Slot::Month(month) => (month + 3) % 12,
            Slot::Term(Term::Autumn) => 12,
            Slot::Term(Term::Spring) => 13,
            Slot::Year => 14,
        }
    }
}

impl Ord for Slot {
    fn cmp(&self, other: &Slot) -> std::cmp::Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl PartialOrd for Slot {
    fn partial_cmp(&self, other: &Slot) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// What one payment of a programme pays for: the month, the term or the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instalment {
    pub school_year: SchoolYear,
    pub slot: Slot,
}

impl Instalment {
    /// The first and last day that the instalment covers. A year lasts until the day before the
    /// next one's autumn term.
    pub fn dates(self, policy: &Policy) -> (NaiveDate, NaiveDate) {
        match self.slot {
            Slot::Month(month) => {
                let month = u32::from(month);
                DateRange::month(self.school_year.year_of_month(month), month)
                    .map(|range| (range.first, range.last))
                    .unwrap_or_default()
            }
            Slot::Term(term) => policy.term_dates(self.school_year, term),
            Slot::Year => {
                let start = policy.calendar.autumn_start;
                let first = start.in_year(i32::from(self.school_year.0));
                let next = start.in_year(i32::from(self.school_year.0) + 1);
                (first, next.pred_opt().unwrap_or(next))
            }
        }
    }

    /// The term that the instalment lies in; `None` for a year. Months go by the policy's calendar.
    pub fn term(self, policy: &Policy) -> Option<Term> {
        match self.slot {
            Slot::Month(month) => Some(policy.term_of_month(u32::from(month))),
            Slot::Term(term) => Some(term),
            Slot::Year => None,
        }
    }

    /// `2025年9月`, `2025-2026学年秋季学期`, `2025-2026学年`.
    pub fn chinese(self) -> String {
        match self.slot {
            Slot::Month(month) => {
                format!("{}年{month}月", self.school_year.year_of_month(u32::from(month)))
            }
            Slot::Term(Term::Autumn) => format!("{}学年秋季学期", self.school_year),
            Slot::Term(Term::Spring) => format!("{}学年春季学期", self.school_year),
            Slot::Year => format!("{}学年", self.school_year),
        }
    }
}

impl fmt::Display for Instalment {
    /// `2025-09`, `2025-2026-autumn`, `2025-2026`
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.slot {
            Slot::Month(month) => {
                write!(formatter, "{}-{month:02}", self.school_year.year_of_month(u32::from(month)))
            }
            Slot::Term(Term::Autumn) => write!(formatter, "{}-autumn", self.school_year),
            Slot::Term(Term::Spring) => write!(formatter, "{}-spring", self.school_year),
            Slot::Year => write!(formatter, "{}", self.school_year),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instalments_print_date_and_sort() {
        let policy = Policy::shipped().unwrap();
        let of = |slot| Instalment { school_year: SchoolYear(2025), slot };
        let january = of(Slot::Month(1));
        assert_eq!(of(Slot::Month(9)).to_string(), "2025-09");
        assert_eq!(january.to_string(), "2026-01");
        assert_eq!(of(Slot::Term(Term::Autumn)).to_string(), "2025-2026-autumn");
        assert_eq!(of(Slot::Year).to_string(), "2025-2026");
        assert_eq!(of(Slot::Month(9)).chinese(), "2025年9月");
        assert_eq!(of(Slot::Term(Term::Autumn)).chinese(), "2025-2026学年秋季学期");
        assert_eq!(of(Slot::Year).chinese(), "2025-2026学年");
        assert!(of(Slot::Month(12)) < january);
        assert_eq!(january.term(&policy), Some(Term::Autumn));
        assert_eq!(of(Slot::Year).term(&policy), None);
        let text = |(first, last): (NaiveDate, NaiveDate)| format!("{first} {last}");
        assert_eq!(text(january.dates(&policy)), "2026-01-01 2026-01-31");
        assert_eq!(text(of(Slot::Year).dates(&policy)), "2025-09-01 2026-08-31");
        assert_eq!(text(of(Slot::Term(Term::Spring)).dates(&policy)), "2026-02-01 2026-07-31");
    }

    #[test]
    fn days_of_any_year() {
        let leap = MonthDay::try_from("02-29".to_string()).unwrap();
        assert_eq!(leap.in_year(2025).to_string(), "2025-02-28");
        assert!(MonthDay::try_from("13-01".to_string()).is_err());
        assert!(MonthDay::try_from("九月".to_string()).is_err());
    }
}
