//! XLSX, XLSB, ODS, XLS and dBASE: looked into, then read.

#![no_main]

mod sheets;

use aidcheck::ingest::{has_sheets, look_inside};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let format = look_inside(bytes);
    if has_sheets(format) {
        sheets::read(format, bytes);
    }
});
