//! What keeps a small or damaged workbook from taking the program's memory or life.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

/// What a ZIP says of itself.
pub(super) struct ZipDirectory {
    pub names: Vec<String>,
    pub unzipped: u64,
}

/// The names and the unzipped size that a ZIP's central directory states.
pub(super) fn zip_directory(bytes: &[u8]) -> Option<ZipDirectory> {
    let u16_at = |at: usize| Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    let u32_at = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let end = memchr::memmem::rfind(bytes, b"PK\x05\x06")?;
    let size = u32_at(end + 12)? as usize;
    // Before ZIP64 the directory stands right before its end record; else at the stated offset.
    let mut at = u32_at(end + 16)? as usize;
    if !bytes.get(at..)?.starts_with(b"PK\x01\x02") {
        at = end.checked_sub(size).unwrap_or(memchr::memmem::find(bytes, b"PK\x01\x02")?);
        if !bytes.get(at..)?.starts_with(b"PK\x01\x02") {
            at = memchr::memmem::find(bytes, b"PK\x01\x02")?;
        }
    }
    let mut directory = ZipDirectory { names: Vec::new(), unzipped: 0 };
    while bytes.get(at..at + 4) == Some(b"PK\x01\x02") {
        directory.unzipped += u64::from(u32_at(at + 24)?);
        let name = usize::from(u16_at(at + 28)?);
        let rest = usize::from(u16_at(at + 30)?) + usize::from(u16_at(at + 32)?);
        directory
            .names
            .push(String::from_utf8_lossy(bytes.get(at + 46..at + 46 + name)?).into_owned());
        at += 46 + name + rest;
    }
    Some(directory)
}

/// The cells that the DIMENSIONS records of an XLS declare, over all sheets.
pub(super) fn declared_xls_cells(bytes: &[u8]) -> u64 {
    memchr::memmem::find_iter(bytes, b"\x00\x02\x0E\x00")
        .filter_map(|at| {
            let record = bytes.get(at + 4..at + 18)?;
            let wide = |at: usize| {
                u64::from(u32::from_le_bytes([
                    record[at],
                    record[at + 1],
                    record[at + 2],
                    record[at + 3],
                ]))
            };
            let short = |at: usize| u64::from(u16::from_le_bytes([record[at], record[at + 1]]));
            let (top, bottom, left, right) = (wide(0), wide(4), short(8), short(10));
            (short(12) == 0 && top <= bottom && bottom <= 65_536 && left <= right && right <= 256)
                .then(|| (bottom - top) * (right - left))
        })
        .sum()
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work` with its panics caught and not printed.
pub(super) fn without_noise<T>(work: impl FnOnce() -> T) -> std::thread::Result<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                usual(info);
            }
        }));
    });
    QUIET.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    QUIET.set(false);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_known_before_a_workbook_is_opened() {
        let mut book = rust_xlsxwriter::Workbook::new();
        book.add_worksheet().write(0, 0, "x").unwrap();
        let bytes = book.save_to_buffer().unwrap();
        let directory = zip_directory(&bytes).unwrap();
        assert!(directory.names.iter().any(|name| name == "xl/workbook.xml"));
        assert!(directory.unzipped > bytes.len() as u64 && directory.unzipped < 100_000);
        assert!(zip_directory(b"PK\x03\x04").is_none());

        let mut record = b"\x00\x02\x0E\x00".to_vec();
        for part in [
            &0u32.to_le_bytes()[..],
            &65_536u32.to_le_bytes(),
            &[0, 0],
            &256u16.to_le_bytes(),
            &[0, 0],
        ] {
            record.extend(part);
        }
        assert_eq!(declared_xls_cells(&record), 65_536 * 256);
        assert_eq!(declared_xls_cells(&record[..10]), 0);
    }
}
