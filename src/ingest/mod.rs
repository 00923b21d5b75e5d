//! From files to rows of cells: what is read, how it is decoded, and what its columns mean.

mod accounting;
mod discover;
mod encoding;
mod headers;
mod kind_of_sheet;
mod layout;
mod sheet_context;
mod sheet_sink;
mod skipped_rows;
mod source;
mod text_blocks;
mod workbook;
mod workbook_error;

pub use accounting::{Rejected, Rejection, RowCounts, SkipReason};
pub use discover::{Discovery, InputFile, discover};
pub use encoding::{Encoding, sniff_delimiter, sniff_encoding};
pub use headers::{HeaderBook, HeaderBookError, is_in_ten_thousands, shape_fits};
pub use layout::{ColumnPlan, ForcedMapping, How, NotUnderstood, SheetPlan, plan_sheet};
pub use sheet_context::{From, SheetContext};
pub use sheet_sink::{MergedCells, SheetEnd, SheetSink, SheetStart};
pub use skipped_rows::skip_reason;
pub use source::{Disk, FileSource};
pub use text_blocks::{BLOCK_BYTES, TextBlock, TextBlocks, for_each_row};
pub use workbook::read_workbook;
pub use workbook_error::{Format, WorkbookError, sniff};
