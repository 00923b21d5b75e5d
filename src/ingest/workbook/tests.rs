//! Workbooks as offices send them, and as nobody should.

use std::panic;

use super::testing::{Seen, SeenSheet, read, zip_of};
use super::*;
use crate::ingest::ole::testing::ole_of;
use crate::ingest::{MergedCells, SheetEnd, SheetStart};

fn area(first_row: u32, last_row: u32, first_column: u32, last_column: u32) -> MergedCells {
    MergedCells { first_row, last_row, first_column, last_column }
}

fn seen(bytes: &[u8]) -> Seen {
    let (result, seen) = read(bytes.to_vec());
    assert_eq!(result, Ok(()));
    seen
}

/// A minimal XLSX: the sheets' XML below `worksheet`, in order, named 1, 2 …
fn xlsx_of(sheets: &[&str]) -> Vec<u8> {
    xlsx_with(sheets, "", &[])
}

fn xlsx_with(sheets: &[&str], strings: &str, further: &[(&str, &[u8])]) -> Vec<u8> {
    let mut book = String::from("<workbook><sheets>");
    let mut related = String::from("<Relationships>");
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    for (at, sheet) in (1..).zip(sheets) {
        book += &format!("<sheet name=\"{at}\" r:id=\"r{at}\"/>");
        related += &format!(
            "<Relationship Id=\"r{at}\" Type=\"x/worksheet\" Target=\"worksheets/{at}.xml\"/>"
        );
        let xml = format!("<?xml version=\"1.0\"?><worksheet>{sheet}</worksheet>");
        parts.push((format!("xl/worksheets/{at}.xml"), xml.into_bytes()));
    }
    parts.push(("xl/workbook.xml".into(), (book + "</sheets></workbook>").into_bytes()));
    parts.push(("xl/_rels/workbook.xml.rels".into(), (related + "</Relationships>").into_bytes()));
    parts.push((
        "_rels/.rels".into(),
        b"<Relationships><Relationship Id=\"r\" Type=\"x/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>".to_vec(),
    ));
    if !strings.is_empty() {
        parts.push(("xl/sharedStrings.xml".into(), strings.as_bytes().to_vec()));
    }
    for (name, content) in further {
        parts.retain(|(part, _)| part != name);
        parts.push((name.to_string(), content.to_vec()));
    }
    let parts: Vec<(&str, &[u8])> =
        parts.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
    zip_of(&parts)
}

fn written() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let date = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    let plain = rust_xlsxwriter::Format::new();
    let sheet = book.add_worksheet().set_name("一班").unwrap();
    sheet.merge_range(0, 0, 0, 2, "标题", &plain).unwrap();
    sheet.write(3, 1, "姓名").unwrap();
    sheet.write(3, 2, 330127201203051012f64).unwrap();
    sheet.write(3, 3, 312.5).unwrap();
    sheet.write(3, 4, 46000).unwrap();
    sheet.write_with_format(3, 5, 45901, &date).unwrap();
    sheet.write(3, 6, true).unwrap();
    sheet.write_with_format(3, 7, 20250901, &date).unwrap();
    sheet.write(3, 8, "甲\r\n乙\u{0}\t丙").unwrap();
    sheet.set_row_hidden(3).unwrap();
    sheet.write_blank(9, 0, &date).unwrap();
    let hidden = book.add_worksheet().set_name("隐").unwrap();
    hidden.write(0, 0, "x").unwrap();
    hidden.set_hidden(true);
    book.save_to_buffer().unwrap()
}

mod spreadsheets_as_they_are {
    use super::*;

    const ROSTER: [&[&str]; 6] = [
        &["河源县第一小学一班名册"],
        &["姓名", "身份证号", "入学日期", "金额", "寄宿", "备注"],
        &["王小明", "330127201203051012", "2025-09-01", "312.5", "是", "甲\n乙"],
        &["李小红", "330127201203051000", "2024-09-01", "1000", "否"],
        &[],
        &["阿依古丽·买买提", "G330127201203051012", "2023-03-01", "0.1", "", "末"],
    ];

    fn rows(sheet: &SeenSheet) -> Vec<Vec<&str>> {
        sheet.rows.iter().map(|(_, cells)| cells.iter().map(String::as_str).collect()).collect()
    }

    #[test]
    fn an_xlsx_becomes_rows_of_text_that_keep_their_numbers() {
        let seen = seen(&written());
        let text = "甲\r\n乙\u{0}\t丙";
        assert_eq!(
            seen.rows("一班"),
            [
                (1, vec!["标题"]),
                (2, vec![]),
                (3, vec![]),
                (
                    4,
                    vec![
                        "",
                        "姓名",
                        "330127201203051000",
                        "312.5",
                        "46000",
                        "2025-09-01",
                        "是",
                        "20250901",
                        text
                    ]
                ),
            ]
        );
        assert_eq!(seen.sheet("一班").merged, Some(vec![area(1, 1, 0, 2)]));
        assert_eq!(seen.hidden_rows("一班"), 1);
        assert!(seen.sheet("隐").hidden && seen.rows("隐").is_empty());
    }

    #[test]
    fn the_same_roster_reads_alike_from_xls_of_which_et_is_another_name() {
        let seen = seen(include_bytes!("../../../tests/files/roster-by-libreoffice.xls"));
        assert_eq!(rows(seen.sheet("一班")), ROSTER);
        assert_eq!(seen.sheet("一班").merged, Some(vec![area(1, 1, 0, 5), area(3, 4, 5, 5)]));
        assert_eq!(seen.hidden_rows("一班"), 1);
        assert!(seen.sheet("隐").hidden);
        assert_eq!(seen.problem("空"), None);
    }

    #[test]
    fn the_same_roster_reads_alike_from_ods() {
        let seen = seen(include_bytes!("../../../tests/files/roster-by-libreoffice.ods"));
        assert_eq!(rows(seen.sheet("一班")), ROSTER);
        let mut merged = seen.sheet("一班").merged.clone().unwrap();
        merged.sort_by_key(|area| area.first_row);
        assert_eq!(merged, [area(1, 1, 0, 5), area(3, 4, 5, 5)]);
        assert_eq!(seen.hidden_rows("一班"), 1);
        assert!(seen.sheet("隐").hidden);
    }

    #[test]
    fn the_same_roster_reads_alike_from_xlsb() {
        let seen = seen(include_bytes!("../../../tests/files/roster.xlsb"));
        let read = rows(seen.sheet("一班"));
        assert_eq!(
            read[..5],
            [
                ROSTER[0].to_vec(),
                ROSTER[1][..5].to_vec(),
                ROSTER[2][..5].to_vec(),
                ROSTER[3].to_vec(),
                vec![],
            ]
        );
        assert_eq!(read[5], ["阿依古丽·买买提", "甲\n乙", "", "0.1"]);
        assert!(seen.sheet("隐").hidden);
    }
}

mod what_exporters_do {
    use super::*;

    #[test]
    fn rows_and_cells_without_places_stand_one_after_the_other() {
        let seen = seen(&xlsx_of(&[
            "<sheetData><row><c t=\"inlineStr\"><is><t>a</t></is></c><c><v>1</v></c></row>\
             <row/><row><c/><c t=\"str\"><v>b</v></c></row></sheetData>",
        ]));
        assert_eq!(seen.rows("1"), [(1, vec!["a", "1"]), (2, vec![]), (3, vec!["", "b"])]);
        assert_eq!(seen.problem("1"), None);
    }

    #[test]
    fn rows_out_of_order_are_put_in_order() {
        let seen = seen(&xlsx_of(&[
            "<sheetData><row r=\"3\"><c r=\"B3\"><v>4</v></c><c r=\"A3\"><v>3</v></c></row>\
             <row r=\"1\"><c r=\"A1\"><v>1</v></c></row></sheetData>",
        ]));
        assert_eq!(seen.rows("1"), [(1, vec!["1"]), (2, vec![]), (3, vec!["3", "4"])]);
        assert_eq!(seen.problem("1"), None);
    }

    #[test]
    fn one_odd_cell_is_named_and_the_others_are_read() {
        let seen = seen(&xlsx_of(&[
            "<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"B1\" t=\"s\"><v>77</v></c><c r=\"C1\"><v>3</v></c></row>\
             <row r=\"2\"><c r=\"A2\" t=\"odd\"><v>4</v></c></row></sheetData>",
        ]));
        assert_eq!(seen.rows("1"), [(1, vec!["1", "", "3"])]);
        let problem = seen.problem("1").unwrap();
        assert!(problem.en.starts_with("2 cells") && problem.zh.contains("2 个单元格"));
    }

    #[test]
    fn a_used_area_of_whole_rows_is_no_reason_to_refuse() {
        let seen = seen(&xlsx_of(&[
            "<dimension ref=\"1:4\"/><sheetData><row r=\"2\"><c r=\"A2\"><v>1</v></c></row></sheetData>",
        ]));
        assert_eq!((seen.rows("1"), seen.problem("1")), (vec![(1, vec![]), (2, vec!["1"])], None));
    }

    #[test]
    fn a_smaller_used_area_than_the_cells_is_no_limit() {
        let seen = seen(&xlsx_of(&[
            "<dimension ref=\"A1\"/><sheetData><row r=\"2\"><c r=\"C2\"><v>1</v></c></row></sheetData>",
        ]));
        assert_eq!(seen.rows("1"), [(1, vec![]), (2, vec!["", "", "1"])]);
    }

    #[test]
    fn macro_chart_and_missing_sheets_are_named_and_the_rest_is_read() {
        let cells =
            "<sheetData><row r=\"1\"><c r=\"A1\" s=\"1\"><v>44439</v></c></row></sheetData>";
        let styles =
            "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>";
        let bytes = xlsx_with(
            &[cells, "<sheetData/>", "<sheetData/>", cells],
            "",
            &[
                (
                    "xl/workbook.xml",
                    "<workbook><workbookPr date1904=\"1\"/><sheets><sheet name=\"甲\" r:id=\"r1\"/>\
                     <sheet name=\"宏\" r:id=\"r2\"/><sheet name=\"图\" r:id=\"r3\"/>\
                     <sheet name=\"缺\" r:id=\"r9\"/><sheet name=\"甲\" state=\"show\" r:id=\"r4\"/></sheets></workbook>"
                        .as_bytes(),
                ),
                (
                    "xl/_rels/workbook.xml.rels",
                    b"<Relationships><Relationship Id=\"r1\" Type=\"x/worksheet\" Target=\"worksheets/1.xml\"/>\
                      <Relationship Id=\"r2\" Type=\"x/xlMacrosheet\" Target=\"worksheets/2.xml\"/>\
                      <Relationship Id=\"r3\" Type=\"x/chartsheet\" Target=\"worksheets/3.xml\"/>\
                      <Relationship Id=\"r4\" Type=\"x/worksheet\" Target=\"worksheets/4.xml\"/></Relationships>",
                ),
                ("xl/styles.xml", styles.as_bytes()),
            ],
        );
        let seen = seen(&bytes);
        let names: Vec<_> = seen.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
        assert_eq!(names, ["甲", "宏", "图", "缺", "甲"]);
        for name in ["宏", "图", "缺"] {
            assert!(seen.problem(name).is_some() && seen.rows(name).is_empty());
        }
        for sheet in [&seen.sheets[0], &seen.sheets[4]] {
            assert_eq!(sheet.rows, [(1, vec!["2025-09-01".to_string()])]);
        }
    }

    #[test]
    fn a_sheet_that_is_cut_off_is_read_as_far_as_its_rows_are_whole() {
        let seen = seen(&xlsx_with(
            &["", "<sheetData><row r=\"1\"><c r=\"A1\"><v>2</v></c></row></sheetData>"],
            "",
            &[("xl/worksheets/1.xml", b"<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\"><v>2</v></c><c r=\"B2")],
        ));
        assert_eq!(seen.rows("1"), [(1, vec!["1"])]);
        assert!(seen.problem("1").is_some());
        assert_eq!((seen.rows("2"), seen.problem("2")), (vec![(1, vec!["2"])], None));
    }
}

mod what_is_refused {
    use super::*;

    #[test]
    fn what_is_no_workbook_is_named() {
        let refused = |bytes: &[u8]| read(bytes.to_vec()).0.unwrap_err();
        assert_eq!(refused(b"\x89PNG\r\n\x1a\n\0\0"), not_a_workbook("a.xlsx", "PNG"));
        assert_eq!(refused("姓名,班级\n".as_bytes()), not_a_workbook("a.xlsx", "csv"));
        assert_eq!(
            refused(b"\x09\x04\x06\x00\x00\x04\x10\x00\0\0"),
            not_a_workbook("a.xlsx", "Excel 4")
        );
        assert_eq!(
            refused(&zip_of(&[("word/document.xml", b"")])),
            not_a_workbook("a.xlsx", "Word (docx)")
        );
        assert_eq!(refused(&zip_of(&[("名册.csv", b"")])), not_a_workbook("a.xlsx", "ZIP"));
    }

    #[test]
    fn passwords_are_said_to_be_passwords() {
        let locked_xlsx = ole_of(&[("EncryptedPackage", b"x"), ("EncryptionInfo", b"x")]);
        let locked_ods = zip_of(&[
            ("content.xml", b"x"),
            ("META-INF/manifest.xml", b"<manifest:encryption-data/>"),
        ]);
        for bytes in [locked_xlsx, locked_ods] {
            assert!(matches!(read(bytes).0, Err(WorkbookError::Password { .. })));
        }
    }

    #[test]
    fn cut_and_flipped_workbooks_end_without_a_panic() {
        let files: [&[u8]; 4] = [
            &written(),
            include_bytes!("../../../tests/files/roster-by-libreoffice.xls"),
            include_bytes!("../../../tests/files/roster-by-libreoffice.ods"),
            include_bytes!("../../../tests/files/roster.xlsb"),
        ];
        for whole in files {
            for at in (0..whole.len()).step_by(61) {
                let _ = read(whole[..at].to_vec());
                let mut flipped = whole.to_vec();
                flipped[at] ^= 0xFF;
                let (result, seen) = read(flipped);
                assert!(seen.sheets.iter().all(|sheet| sheet.end.is_some()), "{result:?} at {at}");
            }
        }
    }

    #[test]
    fn a_panic_of_the_receiver_is_passed_on() {
        struct Falls;
        impl SheetSink for Falls {
            fn start(&mut self, _sheet: SheetStart<'_>) -> bool {
                true
            }
            fn row(&mut self, _number: u32, _cells: &[&str]) {
                panic::resume_unwind(Box::new("mine"))
            }
            fn end(&mut self, _end: SheetEnd) {}
        }
        for bytes in [written(), include_bytes!("../../../tests/files/roster.xlsb").to_vec()] {
            let caught = panic::catch_unwind(|| read_workbook(bytes, "a.xlsx", &mut Falls));
            assert_eq!(caught.unwrap_err().downcast_ref(), Some(&"mine"));
        }
    }
}

mod what_asks_for_gigabytes {
    use super::*;

    /// Counts, and keeps nothing.
    #[derive(Default)]
    struct Count {
        rows: u64,
        cells: u64,
        problems: Vec<String>,
    }

    impl SheetSink for Count {
        fn start(&mut self, _sheet: SheetStart<'_>) -> bool {
            true
        }
        fn row(&mut self, _number: u32, cells: &[&str]) {
            self.rows += 1;
            self.cells += cells.len() as u64;
        }
        fn end(&mut self, end: SheetEnd) {
            self.problems.extend(end.problem.map(|problem| problem.en.into_owned()));
        }
    }

    fn count(bytes: Vec<u8>) -> (Result<(), WorkbookError>, Count) {
        let mut count = Count::default();
        let result = read_workbook(bytes, "a.xlsx", &mut count);
        (result, count)
    }

    #[test]
    fn two_cells_at_the_corners_of_the_largest_sheet_are_two_cells() {
        for corner in ["XFD1048576", "CV1048576"] {
            let sheet = format!(
                "<dimension ref=\"A1:{corner}\"/><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row>\
                 <row r=\"1048576\"><c r=\"{corner}\"><v>2</v></c></row></sheetData>"
            );
            let (result, count) = count(xlsx_of(&[&sheet]));
            assert_eq!((result, count.rows, count.problems), (Ok(()), 1_048_576, vec![]));
        }
    }

    #[test]
    fn a_cell_beyond_the_largest_sheet_is_named() {
        let sheet =
            "<sheetData><row r=\"1048577\"><c r=\"A1048577\"><v>1</v></c></row></sheetData>";
        let (result, count) = count(xlsx_of(&[sheet]));
        assert_eq!((result, count.rows, count.problems.len()), (Ok(()), 0, 1));
    }

    #[test]
    fn one_megabyte_of_packed_blanks_is_refused() {
        let blanks = " ".repeat(100 << 20);
        let sheet = format!("<sheetData>{blanks}</sheetData>");
        assert!(matches!(count(xlsx_of(&[&sheet])).0, Err(WorkbookError::TooLarge { .. })));
        // Below the size from which ratios count: the sheet is named.
        let sheet = format!("<sheetData>{}</sheetData>", " ".repeat(40 << 20));
        let (result, count) = count(xlsx_of(&[&sheet, "<sheetData/>"]));
        assert_eq!((result, count.rows, count.problems.len()), (Ok(()), 0, 1));
    }

    #[test]
    fn a_table_of_strings_that_promises_billions_is_refused() {
        let strings = "<sst uniqueCount=\"99999999999\"><si><t>a</t></si></sst>";
        let bytes = xlsx_with(&["<sheetData/>"], strings, &[]);
        assert!(matches!(count(bytes).0, Err(WorkbookError::TooLarge { .. })));
    }

    #[test]
    fn one_long_string_named_by_every_cell_is_bounded() {
        let strings = format!("<sst><si><t>{}</t></si></sst>", "长".repeat(40_000));
        let row = "<c t=\"s\"><v>0</v></c>".repeat(1_000);
        let sheet = format!("<sheetData><row>{row}</row></sheetData>");
        let (result, count) = count(xlsx_with(&[&sheet], &strings, &[]));
        assert_eq!((result, count.problems.len()), (Ok(()), 1));
    }

    fn ods_of(table: &str) -> Vec<u8> {
        let content = format!(
            "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"a\">{table}</table:table></office:spreadsheet></office:body></office:document-content>"
        );
        zip_of(&[
            ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
            ("content.xml", content.as_bytes()),
        ])
    }

    #[test]
    fn blank_rows_repeated_to_the_foot_of_an_ods_cost_nothing() {
        let (result, count) = count(ods_of(
            "<table:table-row><table:table-cell><text:p>a</text:p></table:table-cell></table:table-row>\
             <table:table-row table:number-rows-repeated=\"1048575\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>",
        ));
        assert_eq!((result, count.rows, count.cells), (Ok(()), 1, 1));
    }

    #[test]
    fn filled_rows_repeated_over_the_whole_sheet_of_an_ods_are_named() {
        let (result, count) = count(ods_of(
            "<table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell table:number-columns-repeated=\"16384\"><text:p>a</text:p></table:table-cell></table:table-row>",
        ));
        assert_eq!((result, count.rows, count.problems.len()), (Ok(()), 0, 1));
    }

    #[test]
    fn rows_repeated_beyond_the_sheet_are_named() {
        let (result, count) = count(ods_of(
            "<table:table-row table:number-rows-repeated=\"4294967295\"><table:table-cell/></table:table-row>\
             <table:table-row><table:table-cell><text:p>a</text:p></table:table-cell></table:table-row>",
        ));
        assert_eq!((result, count.rows, count.problems.len()), (Ok(()), 0, 1));
    }
}
