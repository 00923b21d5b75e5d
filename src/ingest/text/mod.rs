//! Delimited text (CSV, TSV and the like): its encoding, its delimiter, and its rows in blocks that can
//! be split on several threads.

mod blocks;
mod decoding;
mod delimiter;
mod encoding;

pub use blocks::{BLOCK_BYTES, MOST_CELLS, TextBlock, TextBlocks, for_each_row};
pub use decoding::{CrToLf, ToUtf8, ends_lines_with_cr};
pub use delimiter::sniff_delimiter;
pub(super) use encoding::utf16_by_zeros;
pub use encoding::{Encoding, encoding_by_headers, sniff_encoding};
