//! From files to rows of cells: what is read, how it is decoded, and what its columns mean.
//!
//! A file is found (`discover`), told by its content (`format`), and handed over sheet by sheet
//! (`sheet_sink`) by the reader that `readers` names for it; text comes in blocks instead (`text`).
//! `layout` then says what a sheet holds. Members of archives are opened like files (`archive`).

mod accounting;
mod archive;
mod cell_text;
mod columnar;
mod damage_words;
mod dbf;
mod discover;
mod format;
#[cfg(test)]
mod gathered;
mod layout;
mod markup;
mod number_format;
mod ole;
mod panics;
mod readers;
mod sheet_buffer;
mod sheet_sink;
mod source;
mod text;
mod unreadable;
mod workbook;
mod workbook_error;

pub use accounting::{Rejected, Rejection, RowCounts, SkipReason};
pub use archive::{ArchiveError, ArchiveNotice, Unpacked};
pub use damage_words::in_chinese;
pub use discover::{Discovery, InputFile, SENT_FOLDER, discover};
pub use format::{Foreign, Format, look_inside, sniff};
pub use layout::{
    ClassName, ColumnPlan, FillDown, ForcedMapping, From, HeaderBook, HeaderBookError, How, Joined,
    JoinedHow, LinePayment, NextList, NoList, NotUnderstood, PageHead, ReplyColumns, SheetContext,
    SheetPlan, grade_of_class, has_digits_in_a_row, heading_of, holds_resident_number, is_heading,
    is_in_ten_thousands, plan_sheet, reply_columns, says_no_amount, says_nothing, shape_fits,
    skip_reason, titles_at_end,
};
pub use readers::{has_sheets, read_sheets};
pub use sheet_sink::{MergedCells, SheetEnd, SheetSink, SheetStart};
pub use source::{Disk, FileSource, SeekRead};
pub use text::{
    BLOCK_BYTES, CrToLf, Encoding, MOST_CELLS, TextBlock, TextBlocks, ToUtf8, encoding_by_headers,
    ends_lines_with_cr, for_each_row, sniff_delimiter, sniff_encoding,
};
pub use unreadable::{is_of_the_system, unreadable};
pub use workbook_error::WorkbookError;
