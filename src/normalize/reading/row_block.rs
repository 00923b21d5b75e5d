//! Rows of a sheet kept for a while in one piece of memory, to be typed together.

/// Rows with their numbers, packed.
#[derive(Debug, Default)]
pub(super) struct RowBlock {
    text: String,
    /// Where each cell ends in `text`.
    cell_ends: Vec<u32>,
    /// Number of each row, and where its cells end in `cell_ends`.
    rows: Vec<(u32, u32)>,
}

/// A block is full at so many rows, bytes of text or cells, whichever comes first.
const ROWS: usize = 50_000;
const BYTES: usize = 16 << 20;
const CELLS: usize = 2 << 20;

impl RowBlock {
    pub(super) fn push(&mut self, number: u32, cells: &[&str]) {
        for cell in cells {
            self.text.push_str(cell);
            self.cell_ends.push(self.text.len() as u32);
        }
        self.rows.push((number, self.cell_ends.len() as u32));
    }

    /// Whether the rows should be typed before more are kept: a full block has room for one row more.
    pub(super) fn is_full(&self) -> bool {
        self.rows.len() >= ROWS || self.text.len() >= BYTES || self.cell_ends.len() >= CELLS
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Bytes of text.
    pub(super) fn bytes(&self) -> usize {
        self.text.len()
    }

    /// Gives every row to `each` and keeps none.
    pub(super) fn drain(&mut self, mut each: impl FnMut(u32, &[&str])) {
        let mut cells: Vec<&str> = Vec::new();
        let (mut cell, mut start) = (0, 0);
        for &(number, end) in &self.rows {
            cells.clear();
            for &to in self.cell_ends.get(cell..end as usize).unwrap_or_default() {
                cells.push(self.text.get(start..to as usize).unwrap_or_default());
                start = to as usize;
            }
            cell = end as usize;
            each(number, &cells);
        }
        self.text.clear();
        self.cell_ends.clear();
        self.rows.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_out_as_they_went_in() {
        let rows: [(u32, &[&str]); 4] =
            [(1, &["a", "", "王"]), (2, &[]), (3, &["", ""]), (9, &["z"])];
        let mut block = RowBlock::default();
        for _ in 0..2 {
            for (number, cells) in rows {
                block.push(number, cells);
            }
            assert_eq!((block.len(), block.bytes()), (4, 5));
            let mut seen = Vec::new();
            block.drain(|number, cells| {
                seen.push((number, cells.iter().map(|cell| cell.to_string()).collect::<Vec<_>>()));
            });
            assert_eq!(
                seen,
                rows.map(|(number, cells)| (number, cells.iter().map(|c| c.to_string()).collect()))
            );
            assert_eq!(block.len(), 0);
        }
    }

    #[test]
    fn a_block_is_full_after_so_many_rows() {
        let mut block = RowBlock::default();
        (0..ROWS as u32).for_each(|row| {
            assert!(!block.is_full());
            block.push(row + 1, &["x"]);
        });
        assert!(block.is_full());
    }
}
