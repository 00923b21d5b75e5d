//! Where a record stands in the inputs.

/// A sheet among all sheets read, in the order of (rank of the file's relative path, sheet).
/// A CSV file is one sheet with an empty name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SheetId(pub u32);

/// One physical row: its sheet, and the row counted from 1 as Excel shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RowRef {
    pub sheet: SheetId,
    pub row: u32,
}

/// The names behind a [`SheetId`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRef {
    /// Path relative to the folder given, with `/`.
    pub file: String,
    /// The sheet's name; empty for a text file.
    pub sheet: String,
}
