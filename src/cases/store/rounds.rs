//! What each school was sent of a case and what it answered since, told from the log: its order is
//! certain, whatever the clocks said.

use rusqlite::Params;
use rustc_hash::FxHashMap;
use serde_json::Value;

use super::Store;
use super::error::StoreError;
use super::known::day;
use crate::cases::life::{Given, Round};

impl Store {
    /// The rounds of all cases that are with the schools (`sent` or `answered`), by case.
    pub fn rounds(&self) -> Result<FxHashMap<i64, Vec<Round>>, StoreError> {
        // The history of all other cases is left alone.
        self.told(
            "SELECT l.no, l.action, l.detail, l.at FROM cases c CROSS JOIN log l ON l.no = c.no
             WHERE c.status IN ('sent', 'answered') AND l.action IN
             ('sent', 'answered', 'reopened', 'waived', 'resolved', 'closed') ORDER BY c.no, l.seq",
            [],
        )
    }

    /// The rounds of one case, whatever its state.
    pub fn rounds_of(&self, case: i64) -> Result<Vec<Round>, StoreError> {
        let rounds = self.told(
            "SELECT no, action, detail, at FROM log WHERE no = ?1 AND action IN
             ('sent', 'answered', 'reopened', 'waived', 'resolved', 'closed') ORDER BY seq",
            [case],
        );
        Ok(rounds?.remove(&case).unwrap_or_default())
    }

    /// Rounds as entries of the log tell them, which come in the log's order within a case. A case that
    /// was reopened, waived or settled in between begins anew.
    fn told(
        &self,
        query: &str,
        values: impl Params,
    ) -> Result<FxHashMap<i64, Vec<Round>>, StoreError> {
        let mut rounds: FxHashMap<i64, Vec<Round>> = FxHashMap::default();
        let mut select = self.connection.prepare_cached(query).map_err(self.failed())?;
        let mut found = select.query(values).map_err(self.failed())?;
        while let Some(row) = found.next().map_err(self.failed())? {
            let read = || -> rusqlite::Result<(i64, String, String, String)> {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            };
            let (no, action, detail, at) = read().map_err(self.failed())?;
            if !matches!(action.as_str(), "sent" | "answered") {
                rounds.remove(&no);
                continue;
            }
            let detail: Value = serde_json::from_str(&detail).unwrap_or_default();
            // An entry without a school is the night's word for a status.
            let Some(school) = detail["school"].as_str() else { continue };
            let of_case = rounds.entry(no).or_default();
            let known = of_case.iter().position(|round| round.school == school);
            let place = known.unwrap_or_else(|| {
                let (asked_on, due_on, answer) = (None, None, None);
                of_case.push(Round { school: school.into(), asked_on, due_on, answer });
                of_case.len() - 1
            });
            let round = &mut of_case[place];
            let text = |key: &str| detail[key].as_str().unwrap_or_default().to_string();
            if action == "answered" {
                let on = at.get(..10).unwrap_or_default();
                let on = detail["imported_on"].as_str().unwrap_or(on);
                round.answer = Some(Given {
                    school: school.into(),
                    answer: text("answer"),
                    note: text("note"),
                    on: day(on)?,
                });
            } else {
                let due = detail["due_on"].as_str().map(day).transpose()?;
                let sent = detail["sent_on"].as_str().map(day).transpose()?.or(due);
                round.asked_on = round.asked_on.filter(|_| round.answer.is_none()).or(sent);
                round.due_on = due;
                round.answer = None;
            }
        }
        Ok(rounds)
    }

    /// The schools that the store knows, code and name; a school without a code has an empty one.
    pub fn schools(&self) -> Result<Vec<(String, String)>, StoreError> {
        let read = || -> rusqlite::Result<Vec<(String, String)>> {
            let mut select = self.connection.prepare_cached(
                "SELECT DISTINCT school_code, school_name FROM case_rows
                 WHERE school_code <> '' OR school_name <> '' ORDER BY 1, 2",
            )?;
            select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        };
        read().map_err(self.failed())
    }

    /// Whether an answer of a school to a case came in a file of these bytes before.
    pub fn has_reply(&self, case: i64, sha256: &str) -> Result<bool, StoreError> {
        self.connection
            .query_row(
                "SELECT EXISTS (SELECT 1 FROM replies WHERE no = ?1 AND sha256 = ?2)",
                (case, sha256),
                |row| row.get(0),
            )
            .map_err(self.failed())
    }
}
