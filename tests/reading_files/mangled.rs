//! Files that were cut, overwritten or shuffled: no panic, and every row is accounted for.

use std::fs;

use aidcheck::cases::Secret;
use aidcheck::ingest::{Disk, InputFile, Rejected};
use aidcheck::normalize::{FileReading, Silent};
use aidcheck::policy::{Config, Policy};
use aidcheck::rules::CaseKind;
use proptest::prelude::*;

use crate::made::{book, changed, dbf, encoded, html, roster, separated, xml_2003};
use crate::support::{AS_OF, number};

/// Reads the bytes as the files of a folder are read.
fn readings(name: &str, bytes: &[u8]) -> Vec<FileReading> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    let (config, policy) = (Config::default(), Policy::shipped().unwrap());
    let run = aidcheck::Run {
        config: &config,
        policy: &policy,
        secret: &Secret::from_text("only for tests"),
        model: &aidcheck::identity::Model::shipped().unwrap(),
        as_of: AS_OF.parse().unwrap(),
        kinds: &CaseKind::ALL,
        source: &Disk,
        progress: &Silent,
    };
    aidcheck::read(&[InputFile { name: name.into(), path }], &run, aidcheck::normalize::Keep::All)
        .unwrap()
}

/// Lines of all sorts that lists hold.
fn line(kind: usize, serial: u32) -> Vec<String> {
    let cells: Vec<&str> = match kind {
        0 => vec![],
        1 => vec!["姓名", "身份证号", "年级", "班级"],
        2 => vec!["小计", "", "", "50"],
        3 => vec!["填表人：王", "", "审核人：李"],
        4 => vec!["河源县第一中学学生名册"],
        5 => vec!["", "", "高一", "1班", "补录", "", "x"],
        _ => {
            let id = number(serial);
            return ["王小明", &id, "高一", "1班"].map(String::from).to_vec();
        }
    };
    cells.into_iter().map(String::from).collect()
}

fn xlsx(lines: &[Vec<String>]) -> Vec<u8> {
    book(|sheet| {
        for (row, cells) in (0..).zip(lines) {
            for (column, cell) in (0..).zip(cells) {
                sheet.write_string(row, column, cell).unwrap();
            }
        }
    })
}

/// One good file of each format.
fn good_file(format: usize) -> (&'static str, Vec<u8>) {
    let rows = roster();
    match format {
        0 => ("名册.csv", separated(&rows, ",").into_bytes()),
        1 => ("名册.csv", encoded(&separated(&rows, ";"), encoding_rs::GB18030)),
        2 => ("名册.xlsx", xlsx(&rows)),
        3 => ("名册.xls", html(&rows)),
        4 => ("名册.xls", xml_2003("名册", &rows)),
        5 => ("名册.dbf", dbf(&[("XM", 10), ("XB", 2), ("SFZH", 18)], &rows[1..])),
        6 => ("名册.xls", include_bytes!("../files/roster-by-libreoffice.xls").to_vec()),
        7 => ("名册.xlsb", include_bytes!("../files/roster.xlsb").to_vec()),
        _ => ("名册.ods", include_bytes!("../files/roster-by-libreoffice.ods").to_vec()),
    }
}

#[test]
fn a_sheet_that_breaks_off_is_listed_at_the_row_where_it_does() {
    let lines: Vec<_> = std::iter::once(line(1, 0)).chain((1..6).map(|at| line(6, at))).collect();
    let bytes = xlsx(&lines);
    let part = "xl/worksheets/sheet1.xml";
    // The fourth row has a name and a number, then the markup ends.
    let bytes = changed(&bytes, part, "<c r=\"C4\"", "<!-- <c r=\"C4\"");
    let reading = readings("河源县第一中学.xlsx", &bytes).remove(0);
    let sheet = &reading.sheets[0];
    assert!(sheet.problem.is_some() && sheet.counts.closes(), "{:?}", sheet.counts);
    assert_eq!((sheet.counts.rows_in, sheet.counts.checked, sheet.counts.rejected), (4, 2, 1));
    let listed: Vec<_> = sheet.batches.iter().flat_map(|batch| &batch.rejections).collect();
    let [listed] = &listed[..] else { panic!("{listed:?}") };
    assert_eq!((listed.place.row, listed.what), (4, Rejected::Row));
    assert!(listed.reason.zh.ends_with(&*sheet.problem.as_ref().unwrap().zh));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    /// Bytes are cut off and overwritten anywhere.
    #[test]
    fn broken_bytes_are_read_or_refused(
        format in 0..9usize,
        cut in prop::option::of(any::<prop::sample::Index>()),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
    ) {
        let (name, mut bytes) = good_file(format);
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()) + 1);
        }
        for (place, byte) in flips {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        for file in readings(name, &bytes) {
            let said = file.error.is_some() || !file.notes.is_empty() || !file.sheets.is_empty();
            prop_assert!(said, "something is said of {}", file.name);
            for sheet in &file.sheets {
                prop_assert!(sheet.counts.closes(), "{:?}", sheet.counts);
                prop_assert!(sheet.plan.is_some() || sheet.problem.is_some());
            }
        }
    }

    /// Rows come in any order: the file's rows are the sheet's rows, whatever becomes of them.
    #[test]
    fn shuffled_rows_are_all_accounted_for(
        kinds in prop::collection::vec((0..12usize, 0..90u32), 1..40),
        as_workbook in any::<bool>(),
    ) {
        let mut lines: Vec<Vec<String>> =
            kinds.into_iter().map(|(kind, serial)| line(kind, serial)).collect();
        // A last line that is not blank, so that the number of rows is plain.
        lines.push(line(6, 91));
        let (name, bytes) = if as_workbook {
            ("河源县第一中学名册.xlsx", xlsx(&lines))
        } else {
            ("河源县第一中学名册.csv", separated(&lines, ",").into_bytes())
        };
        let readings = readings(name, &bytes);
        prop_assert_eq!(readings.len(), 1);
        prop_assert_eq!(readings[0].sheets.len(), 1);
        let sheet = &readings[0].sheets[0];
        prop_assert!(sheet.counts.closes(), "{:?}", sheet.counts);
        prop_assert_eq!(sheet.counts.rows_in, lines.len() as u64);
    }
}
