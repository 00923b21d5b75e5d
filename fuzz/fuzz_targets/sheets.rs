//! What the targets that read sheets share: a receiver that holds readers to their promises.

use aidcheck::ingest::{Format, SheetEnd, SheetSink, SheetStart, read_sheets};

/// Reads bytes as a format. What is refused is fine; a panic or a broken promise is not.
pub fn read(format: Format, bytes: &[u8]) {
    let mut strict = Strict::default();
    let refused = read_sheets(format, bytes.to_vec(), "fuzz", &mut strict).is_err();
    assert!(refused || !strict.open, "every sheet is ended");
}

#[derive(Default)]
struct Strict {
    open: bool,
    wanted: bool,
    /// No later row may have a lower number. Names of columns that stand in no row come as row 0.
    next_row: u32,
    sheets: u32,
}

impl SheetSink for Strict {
    fn start(&mut self, sheet: SheetStart<'_>) -> bool {
        assert!(!self.open, "the sheet before is ended");
        self.open = true;
        self.next_row = 0;
        self.sheets += 1;
        self.wanted = !sheet.hidden || self.sheets % 2 == 0;
        self.wanted
    }

    fn row(&mut self, number: u32, cells: &[&str]) {
        assert!(self.open && self.wanted && number >= self.next_row);
        assert!(cells.last().is_none_or(|cell| !cell.is_empty()));
        self.next_row = number + 1;
    }

    fn end(&mut self, _: SheetEnd) {
        assert!(self.open);
        self.open = false;
    }
}
