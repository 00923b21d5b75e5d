//! What became of files and their sheets: what was understood, what was typed, and what was said of the rest.

use super::text_oddities::over_long;
use crate::ingest::{
    NoList, Rejected, Rejection, RowCounts, SheetEnd, SheetPlan, SkipReason, skip_reason,
};
use crate::normalize::{Batch, SheetTyping, Surplus};
use crate::record::{Message, RowRef, SheetId};

/// What became of one file.
#[derive(Debug, Default)]
pub struct FileReading {
    pub name: String,
    pub size: u64,
    pub modified: Option<u64>,
    pub sha256: String,
    pub format: &'static str,
    pub encoding: &'static str,
    pub delimiter: Option<char>,
    pub same_as: Option<String>,
    pub error: Option<Message>,
    /// What else is to be said of it; no reason to worry.
    pub notes: Vec<Message>,
    pub sheets: Vec<SheetReading>,
}

/// What became of one sheet.
#[derive(Debug)]
pub struct SheetReading {
    pub name: String,
    pub plan: Option<SheetPlan>,
    pub typing: Option<SheetTyping>,
    pub counts: RowCounts,
    /// 1, but more for a further list of the same sheet.
    pub first_row: u32,
    /// Rows that the file hides or filters out; they were read as any other.
    pub hidden_rows: u32,
    /// Why the sheet, or a part of it, was not read.
    pub problem: Option<Message>,
    /// Rows or cells of its records are missing: it proves nobody's absence. Columns that are not read leave
    /// all its records there.
    pub incomplete: bool,
    /// What it is, if that is known to be no list: its rows are no records, and `problem` is none.
    pub instead: Option<NoList>,
    pub batches: Vec<Batch>,
}

impl SheetReading {
    /// Counts a row of a sheet that no rule reads: what is no record is skipped, the rest rejected.
    pub(super) fn count_unread(&mut self, row: u32, cells: &[&str]) {
        let header_row = self.plan.as_ref().map_or(0, |plan| plan.header_row);
        let skipped = match skip_reason(cells, &[]) {
            Some(SkipReason::Blank) => Some(SkipReason::Blank),
            // Answers are remarks to cases, whichever line is the header.
            _ if self.instead.is_some() => Some(SkipReason::Note),
            _ if row < header_row => Some(SkipReason::Title),
            _ if row == header_row => Some(SkipReason::Header),
            // Of a sheet that is not understood nothing is known to be no record.
            reason => reason.filter(|_| self.plan.is_some()),
        };
        match skipped {
            Some(reason) => self.counts.skip(reason),
            None => {
                self.counts.rows_in += 1;
                self.counts.rejected += 1;
            }
        }
    }

    /// Lists, once for the sheet, columns that are not read, and what its records say beyond the last header.
    pub(super) fn say_surplus(&mut self) {
        if let Some(plan) = &self.plan
            && let (Some(reason), Some(batch)) = (&plan.unread, self.batches.first_mut())
        {
            batch.rejections.push(Rejection {
                place: RowRef { sheet: SheetId(0), row: plan.header_row },
                what: Rejected::Cell,
                column: String::new(),
                value: String::new(),
                reason: reason.clone(),
            });
        }
        let mut sum = None;
        for batch in &mut self.batches {
            Surplus::add(&mut sum, batch.surplus.take());
        }
        let (Some(Surplus { rows, first_row, first_text }), Some(batch)) =
            (sum, self.batches.first_mut())
        else {
            return;
        };
        batch.rejections.push(Rejection {
            place: RowRef { sheet: SheetId(0), row: first_row },
            what: Rejected::Cell,
            column: String::new(),
            value: first_text,
            reason: Message::new(
                format!("最后一个表头之后还有内容，未读取；本表共 {rows} 行，只列第一行；如果是数据错列（如单元格内有分隔符），请改正，否则请补表头"),
                format!("stands beyond the last header and was not read; {rows} rows of this sheet hold such cells, the first is listed; if the row is shifted (a delimiter inside a cell) mend it, else add the header"),
            ),
        });
    }

    /// Ends the lists of one sheet, which stand in the order of their rows. The one with the row at which a
    /// problem shows says so; it and those below may lack something. `last_row` is the last that came.
    pub(super) fn end_all(lists: &mut [SheetReading], end: SheetEnd, last_row: u32) {
        if let Some(last) = lists.last_mut() {
            last.hidden_rows = end.hidden_rows;
        }
        if end.problem.is_none() {
            return;
        }
        let row = end.problem_row.unwrap_or(last_row);
        let at = lists.iter().rposition(|list| list.first_row <= row).unwrap_or(0);
        let lacks = !end.columns_only;
        let mut from_there = lists.iter_mut().skip(at);
        if let Some(list) = from_there.next() {
            list.incomplete |= lacks;
            list.end(end, last_row);
        }
        from_there.for_each(|list| list.incomplete |= lacks);
    }

    /// Lists why the sheet was not read to its end, if it was not.
    fn end(&mut self, end: SheetEnd, last_row: u32) {
        let Some(problem) = end.problem else { return };
        if self.instead.is_none() {
            let row = end.problem_row.unwrap_or(last_row);
            let cut = u64::from(end.row_cut);
            let counts = RowCounts { rows_in: cut, rejected: cut, ..RowCounts::default() };
            self.counts.add(&counts);
            let (what, reason) = match end.row_cut {
                true => (
                    Rejected::Row,
                    Message::new(
                        format!("本行可能只读出一部分，未核对。{}", problem.zh),
                        format!("may be half a row, and was not checked; {}", problem.en),
                    ),
                ),
                false => (Rejected::Cell, problem.clone()),
            };
            self.batches.push(Batch {
                rejections: vec![Rejection {
                    place: RowRef { sheet: SheetId(0), row },
                    what,
                    column: String::new(),
                    value: String::new(),
                    reason,
                }],
                counts,
                ..Batch::default()
            });
        }
        self.problem = Some(problem);
    }

    /// Once the rows are typed, merged cells are of no use: a book of many sheets would pile them up.
    pub(super) fn forget_merged_cells(&mut self) {
        if let Some(plan) = &mut self.plan {
            plan.fill_down.forget_merged_cells();
        }
        if let Some(typing) = &mut self.typing {
            typing.fill_down.forget_merged_cells();
        }
    }

    pub(super) fn unread(name: &str, problem: Message) -> SheetReading {
        SheetReading {
            name: name.into(),
            plan: None,
            typing: None,
            counts: RowCounts::default(),
            first_row: 1,
            hidden_rows: 0,
            batches: vec![Batch {
                rejections: vec![Rejection {
                    place: RowRef { sheet: SheetId(0), row: 1 },
                    what: Rejected::Row,
                    column: String::new(),
                    value: String::new(),
                    reason: problem.clone(),
                }],
                ..Batch::default()
            }],
            problem: Some(problem),
            incomplete: true,
            instead: None,
        }
    }

    /// Says that nothing was read behind a row too long to be one, if there is one.
    pub(super) fn say_over_long(&mut self, row: Option<u32>) {
        let Some(row) = row else { return };
        let (problem, batch) = over_long(row);
        self.counts.add(&batch.counts);
        self.batches.push(batch);
        self.incomplete = true;
        self.problem = self.problem.take().or(Some(problem));
    }

    /// As a further list of its sheet, of which `row` is the first.
    pub(super) fn beginning_in(mut self, row: u32) -> SheetReading {
        self.first_row = row;
        for rejection in self.batches.iter_mut().flat_map(|batch| &mut batch.rejections) {
            rejection.place.row = rejection.place.row.max(row);
        }
        self
    }

    /// A school's answers, or notes: nothing of it is rejected, for nothing is wrong with it.
    pub(super) fn no_list(name: &str, instead: NoList, what: Message) -> SheetReading {
        SheetReading {
            instead: Some(instead),
            batches: Vec::new(),
            ..SheetReading::unread(name, what)
        }
    }

    /// Whether it only holds instructions, a cover, remarks.
    pub fn is_notes(&self) -> bool {
        self.instead == Some(NoList::Notes)
    }
}

#[cfg(test)]
#[path = "incomplete_lists_tests.rs"]
mod tests;
