//! A school's part in a case: when it was asked, whether it answered.

use chrono::{Days, NaiveDate};

use super::given::Given;

/// A school's part in a case since the case was opened last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// The school's code, else its name.
    pub school: String,
    /// When it was first asked and has not answered since; `None` if it was not sent the case.
    pub asked_on: Option<NaiveDate>,
    /// The last day for its answer.
    pub due_on: Option<NaiveDate>,
    /// Its answer since it was last asked.
    pub answer: Option<Given>,
}

impl Round {
    /// Whether the school's answer is late on a day.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.answer.is_none() && self.due_on.is_some_and(|due| due < today)
    }

    /// Since when the school owes its answer.
    pub fn waiting_since(&self) -> Option<NaiveDate> {
        self.asked_on.filter(|_| self.answer.is_none())
    }
}

/// Since when the first of the schools owes its answer.
pub fn waiting_since(rounds: &[Round]) -> Option<NaiveDate> {
    rounds.iter().filter_map(Round::waiting_since).min()
}

/// Whether an answer that is awaited since a day is so late that somebody above must ask: `days` (policy)
/// have passed.
pub fn must_escalate(waiting_since: Option<NaiveDate>, today: NaiveDate, days: i64) -> bool {
    let days = Days::new(u64::try_from(days).unwrap_or(0));
    let last = today.checked_sub_days(days);
    waiting_since.zip(last).is_some_and(|(since, last)| since <= last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_school_that_waits_longest_decides_and_one_that_answered_does_not() {
        let given = Given {
            school: "A".into(),
            answer: "属实".into(),
            note: String::new(),
            on: day("2025-10-20"),
        };
        let round = |school: &str, asked: &str, answer: Option<Given>| Round {
            school: school.into(),
            asked_on: Some(day(asked)),
            due_on: Some(day("2025-11-30")),
            answer,
        };
        let answered = round("A", "2025-10-01", Some(given));
        let rounds =
            [answered.clone(), round("B", "2025-10-15", None), round("C", "2025-10-16", None)];
        let since = waiting_since(&rounds);
        assert_eq!(since, Some(day("2025-10-15")));
        assert!(!must_escalate(since, day("2025-11-13"), 30));
        assert!(must_escalate(since, day("2025-11-14"), 30));
        assert!(!must_escalate(waiting_since(&[answered]), day("2026-11-14"), 30));
    }
}
