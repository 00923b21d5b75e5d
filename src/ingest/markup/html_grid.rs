//! One HTML table: cells put at the rows and columns that their spans leave free.

use crate::ingest::MergedCells;
use crate::ingest::cell_text::push_number_text;
use crate::ingest::sheet_buffer::{Budget, Exhausted, MOST_COLUMNS, MOST_ROWS, SheetBuffer};

/// What a `<td>` says of itself.
#[derive(Debug, Default, Clone)]
pub(super) struct CellStart {
    pub columns: u32,
    pub rows: u32,
    /// `x:num` (`sdval` by LibreOffice): the number behind a text that shows it rounded.
    pub number: String,
    pub is_header: bool,
}

/// A table being read; rows from 1, as if nothing stood above it.
#[derive(Debug, Default)]
pub(super) struct HtmlGrid {
    pub(super) sheet: SheetBuffer,
    /// Rows begun so far, blank ones included.
    pub(super) rows: u32,
    /// The widest row, in columns.
    pub(super) width: u32,
    /// Cells or rows beyond the last column or row of a sheet were left out.
    pub(super) cut: bool,
    pub(super) starts_with_header: bool,
    /// The text of the cell being read, if one is.
    pub(super) cell: Option<(CellStart, String)>,
    /// The first row is the rest of one that was given up.
    continued: bool,
    /// No further row has room.
    full: bool,
    in_row: bool,
    row_is_hidden: bool,
    row_has_text: bool,
    next_column: u32,
    /// By column: the first row that no cell from above reaches.
    free_from: Vec<u32>,
}

impl HtmlGrid {
    pub(super) fn start_row(&mut self, hidden: bool, budget: &mut Budget) -> Result<(), Exhausted> {
        self.end_row(budget)?;
        budget.take(1)?;
        self.full |= self.rows == MOST_ROWS;
        self.rows = (self.rows + 1).min(MOST_ROWS);
        self.in_row = true;
        self.row_is_hidden = hidden;
        self.row_has_text = false;
        self.next_column = 0;
        Ok(())
    }

    pub(super) fn end_row(&mut self, budget: &mut Budget) -> Result<(), Exhausted> {
        self.end_cell(budget)?;
        if self.in_row && self.row_is_hidden && self.row_has_text {
            self.sheet.hidden_rows = self.sheet.hidden_rows.saturating_add(1);
        }
        self.in_row = false;
        Ok(())
    }

    pub(super) fn start_cell(
        &mut self,
        cell: CellStart,
        budget: &mut Budget,
    ) -> Result<(), Exhausted> {
        self.end_cell(budget)?;
        if !self.in_row {
            self.start_row(false, budget)?;
        }
        self.starts_with_header |= cell.is_header && self.rows == 1;
        self.cell = Some((cell, String::new()));
        Ok(())
    }

    pub(super) fn end_cell(&mut self, budget: &mut Budget) -> Result<(), Exhausted> {
        let Some((cell, text)) = self.cell.take() else { return Ok(()) };
        while self.free_from.get(self.next_column as usize).is_some_and(|&row| row > self.rows) {
            budget.take(1)?;
            self.next_column += 1;
        }
        let column = self.next_column;
        if column >= MOST_COLUMNS || self.full {
            self.cut |= !text.trim().is_empty();
            return Ok(());
        }
        let columns = cell.columns.clamp(1, MOST_COLUMNS - column);
        let rows = cell.rows.clamp(1, MOST_ROWS - self.rows + 1);
        self.next_column = column + columns;
        let text = exact_text(text.trim(), &cell.number);
        if !text.is_empty() {
            self.row_has_text = true;
            self.width = self.width.max(self.next_column);
        }
        self.sheet.cell(self.rows, column, &text, budget)?;
        if rows > 1 {
            budget.take(columns)?;
            let end = self.next_column as usize;
            self.free_from.resize(self.free_from.len().max(end), 0);
            if let Some(covered) = self.free_from.get_mut(column as usize..end) {
                covered.fill(self.rows + rows);
            }
        }
        if rows > 1 || columns > 1 {
            self.sheet.merged.push(MergedCells {
                first_row: self.rows,
                last_row: self.rows + rows - 1,
                first_column: column,
                last_column: self.next_column - 1,
            });
        }
        Ok(())
    }

    /// Ends the table: no cell reaches below its last row.
    pub(super) fn finish(&mut self, budget: &mut Budget) -> Result<(), Exhausted> {
        self.end_row(budget)?;
        for cells in &mut self.sheet.merged {
            cells.last_row = cells.last_row.min(self.rows);
        }
        Ok(())
    }

    /// Gives up the rows read so far and goes on as if the table began here.
    pub(super) fn take_rows(&mut self, budget: &mut Budget) -> Result<HtmlGrid, Exhausted> {
        let mut rest = HtmlGrid {
            cell: self.cell.is_some().then(|| (CellStart::default(), String::new())),
            ..HtmlGrid::default()
        };
        if self.in_row {
            rest.in_row = true;
            rest.continued = true;
            rest.row_is_hidden = self.row_is_hidden;
            rest.rows = 1;
        }
        self.finish(budget)?;
        let mut given_up = std::mem::replace(self, rest);
        if self.in_row && !given_up.row_has_text {
            // What follows stands in that row.
            given_up.rows = given_up.rows.saturating_sub(1);
        }
        Ok(given_up)
    }

    /// How many rows lower than here the rows stand on a page that has `rows` so far.
    pub(super) fn down(&self, rows: u32) -> u32 {
        let is_blank = self.sheet.rows().next().is_none_or(|(row, _)| row > 1);
        rows.saturating_sub(u32::from(self.continued && is_blank && self.rows > 0))
    }

    /// Whether this is a list rather than a title, a line of totals or a frame around a list: two rows of
    /// several cells, or many rows. Cells such as `学校：河源县第一中学` are those of a form.
    pub(super) fn is_list(&self) -> bool {
        let full = self.sheet.rows().filter(|(_, cells)| is_full(cells, 2)).take(2).count();
        full == 2 || self.sheet.rows().take(6).count() == 6
    }

    /// Whether so much of a list was read that a table within one of its cells belongs to that cell.
    pub(super) fn is_begun_list(&self) -> bool {
        self.is_list() || self.sheet.rows().any(|(_, cells)| is_full(&cells, 3))
    }

    pub(super) fn first_row_text(&self) -> String {
        self.sheet.rows().next().map_or(String::new(), |(_, cells)| cells.join("|"))
    }
}

fn is_full(cells: &[&str], least: usize) -> bool {
    let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
    let labels = cells.iter().filter(|cell| cell.contains('：') || cell.ends_with(':')).count();
    filled >= least && labels * 2 < filled
}

/// The number behind a text that shows it rounded (`3.30127E+17`) or not at all (`#####`).
fn exact_text(text: &str, number: &str) -> String {
    let rounded = text.contains(['E', 'e']) && text.parse::<f64>().is_ok();
    let too_narrow = !text.is_empty() && text.bytes().all(|byte| byte == b'#');
    let mut exact = String::new();
    if (rounded || too_narrow) && number.trim().parse::<f64>().is_ok() {
        push_number_text(&mut exact, number.trim());
    } else {
        exact.push_str(text);
    }
    exact
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cells as `colspan,rowspan,text`.
    fn grid(rows: &[&[(u32, u32, &str)]]) -> HtmlGrid {
        let mut budget = Budget::default();
        let mut grid = HtmlGrid::default();
        for row in rows {
            grid.start_row(false, &mut budget).unwrap();
            for &(columns, rows, text) in *row {
                let start = CellStart { columns, rows, ..CellStart::default() };
                grid.start_cell(start, &mut budget).unwrap();
                grid.cell.as_mut().unwrap().1.push_str(text);
            }
        }
        grid.finish(&mut budget).unwrap();
        grid
    }

    fn texts(grid: &HtmlGrid) -> Vec<String> {
        grid.sheet.rows().map(|(row, cells)| format!("{row}:{}", cells.join("|"))).collect()
    }

    #[test]
    fn cells_stand_where_the_spans_leave_room() {
        let grid = grid(&[
            &[(1, 2, "学校"), (2, 1, "学生"), (1, 2, "金额")],
            &[(1, 1, "姓名"), (1, 1, "班级")],
            &[(1, 9, "一中"), (1, 1, "王小明"), (1, 1, "1"), (1, 1, "500")],
            &[(1, 1, "李小红"), (1, 1, "2"), (1, 1, "500")],
        ]);
        assert_eq!(
            texts(&grid),
            ["1:学校|学生||金额", "2:|姓名|班级", "3:一中|王小明|1|500", "4:|李小红|2|500"]
        );
        let region = |first_row, last_row, first_column, last_column| MergedCells {
            first_row,
            last_row,
            first_column,
            last_column,
        };
        assert_eq!(
            grid.sheet.merged,
            [region(1, 2, 0, 0), region(1, 1, 1, 2), region(1, 2, 3, 3), region(3, 4, 0, 0)]
        );
        assert!(grid.is_list() && grid.width == 4);
    }

    #[test]
    fn spans_end_where_a_sheet_ends() {
        let grid = grid(&[&[(u32::MAX, u32::MAX, "a"), (1, 1, "b")], &[(1, 1, "c")]]);
        assert_eq!(texts(&grid), ["1:a"]);
        assert!(grid.cut);
        assert_eq!(grid.sheet.merged[0].last_column, MOST_COLUMNS - 1);
    }

    #[test]
    fn rows_that_are_covered_throughout_use_up_the_budget() {
        let mut budget = Budget::default();
        let mut grid = HtmlGrid::default();
        for _ in 0..MOST_COLUMNS {
            let start = CellStart { rows: u32::MAX, ..CellStart::default() };
            grid.start_cell(start, &mut budget).unwrap();
        }
        let mut last = Ok(());
        for _ in 0..10_000 {
            last = grid.start_row(false, &mut budget);
            if last.is_ok() {
                last = grid.start_cell(CellStart::default(), &mut budget);
            }
            if last.is_ok() {
                last = grid.end_cell(&mut budget);
            }
        }
        assert_eq!(last, Err(Exhausted));
    }

    #[test]
    fn a_rounded_number_gives_way_to_the_exact_one() {
        let exact = "330127201203051012";
        assert_eq!(exact_text("3.30127E+17", exact), exact);
        assert_eq!(exact_text("########", "45901"), "45901");
        assert_eq!(exact_text("2025/9/1", "45901"), "2025/9/1");
        assert_eq!(exact_text("3.30127E+17", ""), "3.30127E+17");
        assert_eq!(exact_text("E", "1"), "E");
    }

    #[test]
    fn lists_are_told_from_titles_and_forms() {
        assert!(!grid(&[&[(5, 1, "河源县资助名单")]]).is_list());
        let form = [(1, 1, "学校：一中"), (1, 1, "学年：2025")];
        assert!(!grid(&[&form, &form]).is_list());
        assert!(grid(&[&[(1, 1, "姓名"), (1, 1, "班级")], &[(1, 1, "王"), (1, 1, "1")]]).is_list());
    }
}
