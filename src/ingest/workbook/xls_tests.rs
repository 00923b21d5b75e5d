//! XLS streams made record by record: what no program at hand writes any more, or should.

use super::testing::{Seen, read};
use crate::ingest::ole::testing::ole_of;
use crate::ingest::{MergedCells, WorkbookError};

fn record(kind: u16, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    [&kind.to_le_bytes()[..], &(body.len() as u16).to_le_bytes(), &body].concat()
}

/// The head of a cell's record: row, column, format.
fn place(row: u16, column: u16, format: u16) -> Vec<u8> {
    [row, column, format].into_iter().flat_map(u16::to_le_bytes).collect()
}

fn number(row: u16, column: u16, format: u16, value: f64) -> Vec<u8> {
    record(0x0203, &[&place(row, column, format), &value.to_le_bytes()])
}

fn begin(version: u16, kind: u16) -> Vec<u8> {
    record(0x0809, &[&version.to_le_bytes(), &kind.to_le_bytes(), &[0; 12]])
}

fn end() -> Vec<u8> {
    record(0x000A, &[])
}

/// A stream of BIFF8: records of the workbook, then the sheets, each with its kind and records.
fn stream8(globals: &[Vec<u8>], sheets: &[(&str, u8, Vec<Vec<u8>>)]) -> Vec<u8> {
    let named = |at: u32, name: &str, kind: u8| {
        let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        record(0x0085, &[&at.to_le_bytes(), &[0, kind, (units.len() / 2) as u8, 1], &units])
    };
    let head = |places: &[u32]| {
        let names: Vec<Vec<u8>> = sheets
            .iter()
            .zip(places)
            .map(|((name, kind, _), at)| named(*at, name, *kind))
            .collect();
        [begin(0x0600, 5), globals.concat(), names.concat(), end()].concat()
    };
    let mut at = head(&vec![0; sheets.len()]).len();
    let mut places = Vec::new();
    let mut bodies: Vec<u8> = Vec::new();
    for (_, _, records) in sheets {
        let body = [begin(0x0600, 0x10), records.concat(), end()].concat();
        places.push(at as u32);
        at += body.len();
        bodies.extend(body);
    }
    [head(&places), bodies].concat()
}

fn seen(stream: &[u8]) -> Seen {
    let (result, seen) = read(ole_of(&[("Workbook", stream)]));
    assert_eq!(result, Ok(()));
    seen
}

#[test]
fn every_kind_of_cell_is_read() {
    let formats = [
        record(0x041E, &[&164u16.to_le_bytes(), &[7, 0, 0], b"yyyy-mm"]),
        record(0x00E0, &[&[0; 20]]),
        record(0x00E0, &[&[0, 0], &164u16.to_le_bytes(), &[0; 16]]),
        record(0x00FC, &[&[0; 8], &[2, 0, 1], &[0x8B, 0x73, 0x0E, 0x66]]),
    ];
    let packed = |value: i32| (value << 2 | 2).to_le_bytes();
    let special = |kind: u8, value: u8| [kind, 0, value, 0, 0, 0, 0xFF, 0xFF];
    let cells = vec![
        number(0, 0, 0, 312.5),
        number(0, 1, 1, 45901.0),
        record(0x027E, &[&place(0, 2, 0), &packed(-7)]),
        record(
            0x00BD,
            &[&place(0, 3, 0), &packed(1), &0u16.to_le_bytes(), &packed(2), &4u16.to_le_bytes()],
        ),
        record(0x00FD, &[&place(0, 5, 0), &0u32.to_le_bytes()]),
        record(0x0204, &[&place(0, 6, 0), &[2, 0, 0], b"ab"]),
        record(0x0205, &[&place(0, 7, 0), &[1, 0]]),
        record(0x0205, &[&place(0, 8, 0), &[7, 1]]),
        record(0x0006, &[&place(1, 0, 0), &5f64.to_le_bytes(), &[0; 8]]),
        record(0x0006, &[&place(1, 1, 0), &special(0, 0), &[0; 8]]),
        record(0x0207, &[&[1, 0, 0], b"t"]),
        record(0x0006, &[&place(1, 2, 0), &special(1, 0), &[0; 8]]),
        record(0x0006, &[&place(1, 3, 0), &special(2, 7), &[0; 8]]),
        record(0x0006, &[&place(1, 4, 0), &special(3, 0), &[0; 8]]),
        // A chart within the sheet has cells of its own.
        begin(0x0600, 0x20),
        number(9, 9, 0, 1.0),
        end(),
        number(2, 0, 0, 9.0),
        record(0x00E5, &[&1u16.to_le_bytes(), &[0, 0, 1, 0, 2, 0, 3, 0]]),
    ];
    let seen = seen(&stream8(&formats, &[("一", 0, cells)]));
    assert_eq!(
        seen.rows("一"),
        [
            (1, vec!["312.5", "2025-09-01", "-7", "1", "2", "王明", "ab", "是"]),
            (2, vec!["5", "t", "否"]),
            (3, vec!["9"]),
        ]
    );
    let merged = MergedCells { first_row: 1, last_row: 2, first_column: 2, last_column: 3 };
    assert_eq!(seen.sheet("一").merged, Some(vec![merged]));
    assert_eq!(seen.problem("一"), None);
}

#[test]
fn four_sheets_whose_cells_stand_at_the_corners_are_eight_cells() {
    let corners = || {
        let area = [&0u32.to_le_bytes()[..], &u32::MAX.to_le_bytes(), &[0, 0, 0, 1, 0, 0]].concat();
        vec![record(0x0200, &[&area]), number(0, 0, 0, 1.0), number(65_535, 255, 0, 2.0)]
    };
    let sheets: Vec<_> = ["a", "b", "c", "d"].map(|name| (name, 0, corners())).into();
    let seen = seen(&stream8(&[], &sheets));
    for name in ["a", "b", "c", "d"] {
        let rows = seen.rows(name);
        assert_eq!(
            (rows.len(), rows[0].1.as_slice(), rows[65_535].1.len()),
            (65_536, &["1"][..], 256)
        );
        assert!(rows[1..65_535].iter().all(|(_, cells)| cells.is_empty()));
    }
}

#[test]
fn one_bad_sheet_does_not_refuse_the_book() {
    let mut stream = stream8(
        &[],
        &[
            ("甲", 0, vec![number(0, 0, 0, 1.0)]),
            ("图", 2, vec![]),
            ("宏", 1, vec![]),
            (
                "坏",
                0,
                vec![number(3, 0, 0, 3.0), record(0x00FD, &[&place(4, 0, 0), &[9, 0, 0, 0]])],
            ),
            ("断", 0, vec![number(0, 0, 0, 5.0), number(1, 0, 0, 6.0), number(1, 1, 0, 7.0)]),
        ],
    );
    stream.truncate(stream.len() - 6);
    let seen = seen(&stream);
    assert_eq!((seen.rows("甲"), seen.problem("甲")), (vec![(1, vec!["1"])], None));
    for name in ["图", "宏"] {
        assert!(seen.rows(name).is_empty() && seen.problem(name).is_some());
    }
    assert_eq!((seen.rows("坏").len(), seen.problem("坏").is_some()), (4, true));
    // The row at which reading broke off may be half a row.
    assert_eq!((seen.rows("断"), seen.problem("断").is_some()), (vec![(1, vec!["5"])], true));
}

#[test]
fn rows_out_of_order_are_put_in_order() {
    let cells = vec![number(2, 0, 0, 3.0), number(0, 1, 0, 1.0), number(0, 0, 0, 0.0)];
    let seen = seen(&stream8(&[], &[("a", 0, cells)]));
    assert_eq!(seen.rows("a"), [(1, vec!["0", "1"]), (2, vec![]), (3, vec!["3"])]);
}

#[test]
fn older_workbooks_are_read_in_their_code_page_with_and_without_a_container() {
    let named = |at: u32| record(0x0085, &[&at.to_le_bytes(), &[0, 0, 4], b"\xD2\xBB\xB0\xE0"]);
    let head = |at: u32| {
        [begin(0x0500, 5), record(0x0042, &[&936u16.to_le_bytes()]), named(at), end()].concat()
    };
    let sheet = [
        begin(0x0500, 0x10),
        record(0x0204, &[&place(0, 0, 0), &4u16.to_le_bytes(), b"\xCD\xF5\xC3\xF7"]),
        number(0, 1, 0, 7.0),
        end(),
    ];
    let stream = [head(head(0).len() as u32), sheet.concat()].concat();
    for bytes in [ole_of(&[("Book", &stream)]), stream] {
        let (result, seen) = read(bytes);
        assert_eq!(result, Ok(()));
        assert_eq!(seen.rows("一班"), [(1, vec!["王明", "7"])]);
        assert_eq!(seen.sheet("一班").merged, None);
    }
}

#[test]
fn a_workbook_behind_a_password_says_so() {
    let stream = stream8(&[record(0x002F, &[&[1, 0, 1, 0]])], &[("a", 0, vec![])]);
    assert!(matches!(
        read(ole_of(&[("Workbook", &stream)])).0,
        Err(WorkbookError::Password { .. })
    ));
}

#[test]
fn containers_of_other_programs_are_named() {
    let (word, _) = read(ole_of(&[("WordDocument", b"x")]));
    assert!(matches!(word, Err(WorkbookError::NotAWorkbook { seen, .. }) if seen == "Word (doc)"));
    let (old, _) = read(ole_of(&[("Book", b"\x09\x04\x06\0\0\x04\x10\0\0\0")]));
    assert!(matches!(old, Err(WorkbookError::NotAWorkbook { seen, .. }) if seen.contains("Excel")));
}
