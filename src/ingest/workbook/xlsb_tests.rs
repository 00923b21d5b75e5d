//! XLSB parts made record by record.

use super::testing::{Seen, read, zip_of};
use crate::ingest::MergedCells;

fn record(kind: u16, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let mut bytes = if kind < 0x80 {
        vec![kind as u8]
    } else {
        vec![(kind & 0x7F) as u8 | 0x80, (kind >> 7) as u8]
    };
    let (low, high) = ((body.len() & 0x7F) as u8, (body.len() >> 7) as u8);
    if high > 0 {
        bytes.extend([low | 0x80, high])
    } else {
        bytes.push(low)
    }
    bytes.extend(body);
    bytes
}

fn text(text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    [((units.len() / 2) as u32).to_le_bytes().to_vec(), units].concat()
}

fn row(number: u32, hidden: bool) -> Vec<u8> {
    record(0x00, &[&number.to_le_bytes(), &[0; 6], &[0, if hidden { 0x10 } else { 0 }], &[0; 5]])
}

fn number(column: u32, value: f64) -> Vec<u8> {
    record(0x05, &[&column.to_le_bytes(), &[0; 4], &value.to_le_bytes()])
}

fn label(column: u32, value: &str) -> Vec<u8> {
    record(0x06, &[&column.to_le_bytes(), &[0; 4], &text(value)])
}

/// A workbook of a sheet of these records, a macro sheet, and a sheet of one number.
fn book(cells: &[Vec<u8>], behind: &[Vec<u8>]) -> Vec<u8> {
    let named = |id: &str, name: &str| record(0x9C, &[&[0; 8], &text(id), &text(name)]);
    let names = [
        named("r1", "一班"),
        named("r2", "宏"),
        named("r3", "二班"),
        record(0x90, &[]),
        record(0x9D, &[]),
    ];
    let sheet = |cells: &[Vec<u8>], behind: &[Vec<u8>]| {
        let begin = [record(0x81, &[]), record(0x94, &[&[0; 16]]), record(0x91, &[])];
        [begin.concat(), cells.concat(), record(0x92, &[]), behind.concat()].concat()
    };
    zip_of(&[
        ("xl/workbook.bin", &names.concat()),
        (
            "xl/_rels/workbook.bin.rels",
            b"<Relationships><Relationship Id=\"r1\" Type=\"x/worksheet\" Target=\"worksheets/1.bin\"/>\
              <Relationship Id=\"r2\" Type=\"x/xlMacrosheet\" Target=\"macrosheets/1.bin\"/>\
              <Relationship Id=\"r3\" Type=\"x/worksheet\" Target=\"worksheets/3.bin\"/></Relationships>",
        ),
        ("xl/worksheets/1.bin", &sheet(cells, behind)),
        ("xl/worksheets/3.bin", &sheet(&[row(0, false), number(0, 3.0)], &[])),
    ])
}

fn seen(bytes: Vec<u8>) -> Seen {
    let (result, seen) = read(bytes);
    assert_eq!(result, Ok(()));
    // Whatever becomes of the first sheet, the others stand.
    assert_eq!(seen.rows("二班"), [(1, vec!["3"])]);
    assert!(seen.problem("宏").is_some_and(|problem| problem.en.contains("macro")));
    seen
}

#[test]
fn cells_merged_areas_and_hidden_rows_are_read() {
    let area = [1u32, 2, 0, 3].map(u32::to_le_bytes).concat();
    let cells = [row(0, false), label(1, "姓名"), row(2, true), number(0, 312.5)];
    let seen = seen(book(&cells, &[record(0xB0, &[&area])]));
    assert_eq!(seen.rows("一班"), [(1, vec!["", "姓名"]), (2, vec![]), (3, vec!["312.5"])]);
    let merged = MergedCells { first_row: 2, last_row: 3, first_column: 0, last_column: 3 };
    assert_eq!(seen.sheet("一班").merged, Some(vec![merged]));
    assert_eq!((seen.hidden_rows("一班"), seen.problem("一班")), (1, None));
}

#[test]
fn rows_out_of_order_are_put_in_order() {
    let cells = [row(1, false), number(0, 2.0), row(0, false), number(0, 1.0)];
    assert_eq!(seen(book(&cells, &[])).rows("一班"), [(1, vec!["1"]), (2, vec!["2"])]);
}

#[test]
fn cells_that_the_reader_steps_over_in_silence_are_counted_as_lost() {
    let without_column = record(0x10, &[&[0; 4], &5f64.to_le_bytes()]);
    let seen = seen(book(&[row(0, false), number(0, 1.0), without_column], &[]));
    assert_eq!(seen.rows("一班"), [(1, vec!["1"])]);
    assert!(seen.problem("一班").is_some_and(|problem| problem.en.starts_with("1 cells")));
}

#[test]
fn a_panic_in_one_sheet_loses_no_other() {
    // A shared string where there is none.
    let shared = record(0x07, &[&[0; 8], &9u32.to_le_bytes()]);
    let cells = [row(0, false), number(0, 1.0), row(1, false), number(0, 2.0), shared];
    let seen = seen(book(&cells, &[]));
    assert_eq!(seen.rows("一班"), [(1, vec!["1"])]);
    assert!(seen.problem("一班").is_some_and(|problem| problem.en.contains("contradicts")));
}
