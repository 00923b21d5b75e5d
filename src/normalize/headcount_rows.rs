//! Lines of count sheets → [`HeadcountLine`] records.

use super::cells::cell;
use super::money::{Unit, parse_amount};
use super::typer::Typer;
use crate::ingest::Rejected;
use crate::record::{Fen, HeadcountLine, Message};

impl Typer<'_> {
    pub(super) fn headcount(&mut self, row: u32, cells: &[&str]) {
        if let Some(reason) = self.skipped(cells) {
            return self.batch.counts.skip(reason);
        }
        let counted_cell = cell(cells, self.at.counted);
        let Some(counted) = parse_count(counted_cell) else {
            let column = self.at.counted;
            return self.reject(
                row,
                Rejected::Row,
                column,
                counted_cell,
                Message::new(
                    format!("清点人数“{counted_cell}”不是整数，本行未核对"),
                    format!("count “{counted_cell}” is no whole number, the row was not checked"),
                ),
            );
        };
        let date = self.date(row, cells, self.at.count_date).map(|date| date.last);
        let (school, stage) = self.school_and_stage(cells);
        let (grade, grade_label) = self.grade(cells, stage);
        let class = self.class(cells);
        let figure = |typer: &mut Self, column: usize| -> Option<i64> {
            let value = cell(cells, column);
            if value.is_empty() {
                return None;
            }
            let figure = parse_count(value);
            if figure.is_none() {
                typer.reject(
                    row,
                    Rejected::Cell,
                    column,
                    value,
                    Message::new(
                        format!("“{value}”不是整数，已按空白处理"),
                        format!("“{value}” is no whole number and was emptied"),
                    ),
                );
            }
            figure
        };
        // The sum stands for its parts where both are given.
        let parts = [self.at.sick, self.at.personal]
            .map(|column| figure(self, column).unwrap_or(0))
            .iter()
            .sum();
        let line = HeadcountLine {
            place: self.place(row),
            school,
            date: date.or(self.sheet.document_date),
            stage: grade.stage,
            grade,
            grade_label,
            class,
            registered: figure(self, self.at.registered),
            counted,
            on_leave: figure(self, self.at.on_leave).unwrap_or(parts),
            interns: figure(self, self.at.interns).unwrap_or(0),
            suspended: figure(self, self.at.suspended),
            excused: figure(self, self.at.excused).unwrap_or(0),
            note: self.batch.labels.intern(cell(cells, self.at.note)),
        };
        self.batch.headcounts.push(line);
        self.checked();
    }
}

/// A whole number of heads.
fn parse_count(text: &str) -> Option<i64> {
    let fen = parse_amount(text.trim_end_matches('人'), Unit::Yuan)?;
    (fen.0 % 100 == 0 && fen >= Fen(0)).then_some(fen.0 / 100)
}
