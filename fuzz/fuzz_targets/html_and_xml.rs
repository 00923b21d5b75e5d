//! HTML tables and XML Spreadsheet 2003, whichever the bytes claim to be.

#![no_main]

mod sheets;

use aidcheck::ingest::{Format, sniff};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match sniff(bytes) {
        format @ (Format::Html | Format::SpreadsheetXml) => sheets::read(format, bytes),
        _ => {
            sheets::read(Format::Html, bytes);
            sheets::read(Format::SpreadsheetXml, bytes);
        }
    }
});
