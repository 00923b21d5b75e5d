//! Text of unknown encoding and delimiter, from its bytes to its rows.

#![no_main]

use std::sync::LazyLock;

use aidcheck::ingest::{
    CrToLf, HeaderBook, TextBlocks, ToUtf8, ends_lines_with_cr, for_each_row, sniff_delimiter,
    sniff_encoding,
};
use libfuzzer_sys::fuzz_target;

static BOOK: LazyLock<HeaderBook> = LazyLock::new(|| HeaderBook::shipped().unwrap());

/// Small, so that rows lie across the borders of blocks.
const BLOCK: usize = 256;

fuzz_target!(|bytes: &[u8]| {
    let encoding = sniff_encoding(bytes, &BOOK);
    let (text, _) = encoding.decode(bytes);
    let delimiter = sniff_delimiter(&text, &BOOK);
    let utf8 = ToUtf8::new(&bytes[encoding.mark_len(bytes)..], encoding);
    if ends_lines_with_cr(&text) {
        read(TextBlocks::new(CrToLf(utf8), delimiter, BLOCK), delimiter);
    } else {
        read(TextBlocks::new(utf8, delimiter, BLOCK), delimiter);
    }
});

/// Rows must come in their order, each once, over all blocks.
fn read<R: std::io::Read>(mut blocks: TextBlocks<R>, delimiter: u8) {
    let mut rows = 0;
    while let Ok(Some(block)) = blocks.next_block() {
        assert_eq!(block.first_row, rows + 1);
        let text = String::from_utf8(block.bytes).expect("blocks are UTF-8 cut between rows");
        for_each_row(&text, block.first_row, delimiter, |row, _| {
            assert!(row > rows);
            rows = row;
        });
    }
}
