//! Rows of enrolment files → [`Enrollment`] records.

use chrono::Datelike;

use super::cells::{cell, said};
use super::contact::{parse_card, parse_phone};
use super::name::{clean_name, name_in};
use super::row_columns::{Event, Further, entry_of, exit_of};
use super::status::parse_sex;
use super::typer::Typer;
use crate::ingest::Rejected;
use crate::record::{
    DateRange, Enrollment, EnrollmentStatus, Message, NumberState, Sex, SheetId, Text, TextArena,
};

impl Typer<'_> {
    pub(super) fn enrollment(&mut self, row: u32, cells: &[&str]) {
        let name_cell = cell(cells, self.at.name);
        let id_cell = self.id_cell(cells);
        let student_cell = said(cells, self.at.student_number, &self.further.student_number);
        let (parsed, kept) = self.number(id_cell, student_cell);
        let nameless = name_cell.is_empty();
        if parsed.number.is_none() {
            let numberless =
                matches!(parsed.state, NumberState::Missing | NumberState::Placeholder);
            if nameless && numberless && student_cell.is_empty() {
                return self.nobody(row, cells);
            }
            if let Some(reason) = self.no_pupil(cells) {
                return self.batch.counts.skip(reason);
            }
            if self.reject_no_name(row, name_cell) {
                return;
            }
        }
        let (school, stage) = self.school_and_stage(cells);
        let (grade, grade_label) = self.grade(cells, stage);
        let class = self.class(cells);
        let status_cell = cell(cells, self.at.status);
        let status = self.status(status_cell).unwrap_or_else(|| {
            self.reject(
                row,
                Rejected::Cell,
                self.at.status,
                status_cell,
                Message::new(
                    format!("看不懂的学籍状态“{status_cell}”，按未填状态处理"),
                    format!("enrolment status “{status_cell}” is not known; taken as not stated"),
                ),
            );
            EnrollmentStatus::Unstated
        });
        let mut exit = if self.further.exits.is_empty() {
            self.date(row, cells, self.at.exit)
        } else {
            exit_of(status, &self.events(row, cells, |further| &further.exits))
        };
        let mut entry = if self.further.entries.is_empty() {
            self.date(row, cells, self.at.entry)
        } else {
            let dates = self.events(row, cells, |further| &further.entries);
            entry_of(says_transferred_in(status_cell), exit, &dates)
        };
        let mut suspended = self.date(row, cells, self.at.suspension);
        // 异动日期 dates whatever the status says.
        if let Some(moved) = self.date(row, cells, self.at.movement) {
            match status {
                status if status.is_exit() => exit = exit.or(Some(moved)),
                EnrollmentStatus::Suspended => suspended = suspended.or(Some(moved)),
                EnrollmentStatus::Resumed => entry = Some(moved),
                _ if says_transferred_in(status_cell) => entry = Some(moved),
                _ => {}
            }
        }
        if status == EnrollmentStatus::Suspended && suspended.is_none() {
            // 休学日期 under a general header of leaving.
            suspended = exit.take();
        }
        if status.is_active() && exit.is_some_and(|date| date.first > self.sheet.as_of) {
            // The planned day of graduation of an active pupil.
            exit = None;
        }
        let birth = self.date(row, cells, self.at.birth);
        let (parsed, kept) =
            self.own_number((parsed, kept), (id_cell, student_cell), grade.stage, birth);
        self.note_other_number(row, cells, parsed);
        let sex = match cell(cells, self.at.sex) {
            "" => Sex::Unknown,
            sex => self.sexes.get(sex, |sex| parse_sex(sex).unwrap_or(Sex::Unknown)),
        };
        let batch = &mut self.batch;
        let texts = &mut batch.enrollments.texts;
        let former = cell(cells, self.at.former_name);
        let record = Enrollment {
            sheet: SheetId(0),
            row,
            name: texts.store(&clean_name(name_cell)),
            former_name: if former.is_empty() {
                Text::default()
            } else {
                texts.store(&clean_name(former))
            },
            number: parsed.number,
            number_state: parsed.state,
            number_cell: kept.map_or(Text::default(), |cell| texts.store(cell)),
            student_number: texts.store(student_cell),
            birth,
            sex,
            school,
            stage: grade.stage,
            grade,
            grade_label,
            class,
            status,
            entry: entry.map(term_start),
            exit,
            suspended,
            guardian: store_guardians(texts, cells, self.at.guardian, &self.further.guardian),
            phone: parse_phone(said(cells, self.at.phone, &self.further.phone)),
            card: parse_card(cell(cells, self.at.card)),
        };
        batch.enrollments.columns.push(record);
        self.checked();
    }

    /// The dates that a row holds in several columns.
    fn events(
        &mut self,
        row: u32,
        cells: &[&str],
        columns: fn(&Further) -> &Vec<(Event, usize)>,
    ) -> Vec<(Event, DateRange)> {
        let mut dates = Vec::new();
        for at in 0..columns(&self.further).len() {
            let (event, column) = columns(&self.further)[at];
            dates.extend(self.date(row, cells, column).map(|date| (event, date)));
        }
        dates
    }
}

/// The names of up to two guardians (父亲, 母亲), one behind the other with `/` between.
fn store_guardians(texts: &mut TextArena, cells: &[&str], first: usize, further: &[usize]) -> Text {
    let name = |column: usize| name_in(cell(cells, column));
    if further.is_empty() {
        return name(first).map_or(Text::default(), |name| texts.store(&name));
    }
    let columns = std::iter::once(first).chain(further.iter().copied());
    let names: Vec<_> = columns.filter_map(name).take(2).collect();
    if names.is_empty() { Text::default() } else { texts.store(&names.join("/")) }
}

fn says_transferred_in(status_cell: &str) -> bool {
    status_cell.contains("转入") || status_cell.contains("轉入")
}

/// An entry known only to the month of September or March began with the term (design, section 6).
fn term_start(date: DateRange) -> DateRange {
    if !date.is_exact()
        && date.first.month() == date.last.month()
        && matches!(date.first.month(), 3 | 9)
    {
        DateRange::day(date.first)
    } else {
        date
    }
}
