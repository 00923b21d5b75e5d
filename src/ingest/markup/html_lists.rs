//! The tables and texts of an HTML page, put together to lists: each a sheet with its title rows.

use std::cell::Cell;

use crate::ingest::SheetSink;
use crate::ingest::sheet_buffer::{Budget, Exhausted, Noticed, SheetBuffer, say};
use crate::record::Message;

use super::html_grid::HtmlGrid;

/// The list being gathered, perhaps over several tables.
#[derive(Default)]
struct List {
    rows: SheetBuffer,
    width: u32,
    titles: String,
    header: String,
    problem: Option<Message>,
}

/// Takes tables and lines from top to bottom and hands the lists over.
pub(super) struct HtmlLists<'a> {
    sink: &'a mut dyn SheetSink,
    /// Whether characters of the file could not be decoded so far.
    damaged: &'a Cell<bool>,
    pub(super) budget: Budget,
    pub(super) noticed: Noticed,
    /// Sheet names that the file gives.
    names: Vec<String>,
    given: usize,
    /// The last row of the list given last.
    rows_given: u32,
    /// Rows of the page so far.
    rows: u32,
    /// What was read since the last list.
    above: SheetBuffer,
    list: Option<List>,
    /// Whether the page has a table at all.
    pub(super) has_table: bool,
}

impl<'a> HtmlLists<'a> {
    pub(super) fn new(sink: &'a mut dyn SheetSink, damaged: &'a Cell<bool>) -> HtmlLists<'a> {
        HtmlLists {
            sink,
            damaged,
            budget: Budget::default(),
            noticed: Noticed::default(),
            names: Vec::new(),
            given: 0,
            rows_given: 0,
            rows: 0,
            above: SheetBuffer::default(),
            list: None,
            has_table: false,
        }
    }

    /// The name of the next sheet that has none.
    pub(super) fn name_sheet(&mut self, name: &str) {
        let name: String = name.trim().chars().take(64).collect();
        if !name.is_empty() && self.names.len() < 4096 {
            self.names.push(name);
        }
    }

    /// A line of text outside of tables takes a row.
    pub(super) fn line(&mut self, line: &str) -> Result<(), Exhausted> {
        if line.is_empty() {
            return Ok(());
        }
        self.rows = self.rows.saturating_add(1);
        self.above.cell(self.rows, 0, line, &mut self.budget)
    }

    /// Puts a table below what the page holds so far.
    pub(super) fn place(&mut self, table: &HtmlGrid) -> Result<(), Exhausted> {
        let down = table.down(self.rows);
        self.rows = down.saturating_add(table.rows);
        self.has_table |= table.rows > 0;
        self.noticed.beyond |= table.cut;
        if !table.is_list() {
            return self.above.append(&table.sheet, down, &mut self.budget);
        }
        let above = std::mem::take(&mut self.above);
        let titles: Vec<String> = above.rows().map(|(_, cells)| cells.join("|")).collect();
        let titles = titles.join("\n");
        let header = table.first_row_text();
        let is_next_page = self.list.as_ref().is_some_and(|list| {
            list.width == table.width
                && (titles.is_empty() || titles == list.titles)
                && (!table.starts_with_header || header == list.header)
        });
        if !is_next_page {
            self.give_list()?;
        }
        let width = table.width;
        let list =
            self.list.get_or_insert_with(|| List { width, titles, header, ..List::default() });
        list.rows.append(&above, 0, &mut self.budget)?;
        list.rows.append(&table.sheet, down, &mut self.budget)
    }

    /// Hands over the last list; what stands below it belongs to it. `cut_off` if the file ends within a cell.
    pub(super) fn end(&mut self, cut_off: bool) -> Result<(), Exhausted> {
        let below = std::mem::take(&mut self.above);
        if self.has_table {
            let list = self.list.get_or_insert_default();
            list.rows.append(&below, 0, &mut self.budget)?;
            if cut_off {
                say(
                    &mut list.problem,
                    Message::new(
                        "文件在表格中间结束，可能没有下载完整，之前的行照用；请重新导出",
                        "the file ends within a table, perhaps the download was cut off; the rows so far were used; export it again",
                    ),
                );
            }
        }
        self.give_list()
    }

    fn give_list(&mut self) -> Result<(), Exhausted> {
        let Some(mut list) = self.list.take() else { return Ok(()) };
        self.budget.take_sheet()?;
        let mut noticed = std::mem::take(&mut self.noticed);
        noticed.undecodable = self.damaged.get();
        noticed.say(&mut list.problem);
        let name = match self.names.get(self.given) {
            Some(name) => name.clone(),
            None => format!("表{}", self.given + 1),
        };
        let first_row = self.rows_given.saturating_add(1);
        self.rows_given = list.rows.last_row();
        self.given += 1;
        list.rows.give(&name, false, first_row, list.problem, self.sink);
        Ok(())
    }
}
