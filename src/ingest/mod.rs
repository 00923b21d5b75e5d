//! From files to rows of cells: what is read, how it is decoded, and what its columns mean.

mod accounting;
mod cell_text;
mod dbf;
mod dbf_field;
mod discover;
mod encoding;
#[cfg(test)]
mod gathered;
mod headers;
mod html_grid;
mod html_lists;
mod html_table;
mod html_tags;
mod kind_of_sheet;
mod layout;
mod markup_text;
mod sheet_buffer;
mod sheet_context;
mod sheet_sink;
mod skipped_rows;
mod source;
mod text_blocks;
mod workbook;
mod workbook_error;
mod workbook_limits;
mod xml_sheet;
mod xml_spreadsheet;

pub use accounting::{Rejected, Rejection, RowCounts, SkipReason};
pub(crate) use dbf::{is_dbf, read_dbf};
pub use discover::{Discovery, InputFile, discover};
pub use encoding::{Encoding, sniff_delimiter, sniff_encoding};
pub use headers::{HeaderBook, HeaderBookError, is_in_ten_thousands, shape_fits};
pub(crate) use html_table::read_html;
pub use layout::{ColumnPlan, ForcedMapping, How, NotUnderstood, SheetPlan, plan_sheet};
pub use sheet_context::{From, SheetContext};
pub use sheet_sink::{MergedCells, SheetEnd, SheetSink, SheetStart};
pub use skipped_rows::skip_reason;
pub use source::{Disk, FileSource};
pub use text_blocks::{BLOCK_BYTES, TextBlock, TextBlocks, for_each_row};
pub use workbook::{EachRow, SheetReport, WorkbookReport, read_workbook};
pub use workbook_error::{Format, WorkbookError, sniff};
pub(crate) use xml_spreadsheet::read_xml;
