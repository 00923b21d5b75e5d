//! Parquet and Arrow files.

#![no_main]

mod sheets;

use aidcheck::ingest::{Format, sniff};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match sniff(bytes) {
        Format::ArrowFile => sheets::read(Format::ArrowFile, bytes),
        _ => sheets::read(Format::Parquet, bytes),
    }
});
