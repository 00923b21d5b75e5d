//! Workbooks whose grade and class are merged downwards, beside the same list with every cell filled in.

use rust_xlsxwriter::{Format, Workbook};

use super::FileReading;
use super::tests::read;

const HEADER: [&str; 5] = ["姓名", "身份证号", "学校名称", "年级", "班级"];
const NUMBERS: [&str; 2] = ["330127201203051012", "330127201203051020"];

/// A roster of `pupils` in classes of `size`; each class is merged, or stands on every row.
fn roster(pupils: u32, size: u32, merged: bool) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("名册").unwrap();
    for (column, header) in (0..).zip(HEADER) {
        sheet.write(0, column, header).unwrap();
    }
    for pupil in 0..pupils {
        let (row, class) = (pupil + 1, pupil / size);
        let of_class = [
            ["三年级", "四年级", "五年级"][class as usize % 3].to_string(),
            format!("{}班", class % 8 + 1),
        ];
        let pupil_cells = ["王小明", NUMBERS[pupil as usize % 2], "河源县第一小学"];
        for (column, cell) in (0..).zip(pupil_cells) {
            sheet.write(row, column, cell).unwrap();
        }
        let last = (class * size + size).min(pupils);
        for (column, text) in (3..).zip(of_class) {
            if !merged {
                sheet.write(row, column, text).unwrap();
            } else if pupil % size == 0 && last > row {
                let plain = Format::default();
                sheet.merge_range(row, column, last, column, &text, &plain).unwrap();
            } else if pupil % size == 0 {
                sheet.write(row, column, text).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

/// Row, number, grade and class of every pupil.
fn pupils(reading: &FileReading) -> Vec<(u32, String, u8, String)> {
    let batches = reading.sheets.iter().flat_map(|sheet| &sheet.batches);
    batches
        .flat_map(|batch| {
            (0..batch.enrollments.len()).map(|at| {
                let pupil = batch.enrollments.get(at);
                let number = pupil.number.map_or(String::new(), |number| number.to_string());
                let class = batch.labels.get(pupil.class).to_string();
                (pupil.row, number, pupil.grade.year, class)
            })
        })
        .collect()
}

#[test]
fn every_pupil_of_a_merged_class_is_in_it_as_if_each_row_said_so() {
    let merged = read("名册.xlsx", roster(7, 3, true));
    let filled = read("名册.xlsx", roster(7, 3, false));
    let seen: Vec<(u32, u8, String)> =
        pupils(&merged).into_iter().map(|(row, _, grade, class)| (row, grade, class)).collect();
    let expected =
        [(2, 3, "1"), (3, 3, "1"), (4, 3, "1"), (5, 4, "2"), (6, 4, "2"), (7, 4, "2"), (8, 5, "3")];
    assert_eq!(seen, expected.map(|(row, grade, class)| (row, grade, class.to_string())));
    assert_eq!(pupils(&merged), pupils(&filled));
}

#[test]
fn a_merged_sheet_larger_than_a_block_is_typed_block_by_block_like_a_filled_one() {
    // 50,000 rows make a block; the class of 47 pupils at its end goes on in the next.
    let merged = read("名册.xlsx", roster(60_000, 47, true));
    let filled = read("名册.xlsx", roster(60_000, 47, false));
    let blocks = |reading: &FileReading| -> Vec<u64> {
        reading.sheets[0].batches.iter().map(|batch| batch.counts.rows_in).collect()
    };
    assert_eq!(blocks(&merged), [50_000, 10_001]);
    assert_eq!(blocks(&filled), [50_000, 10_001]);
    assert_eq!(pupils(&merged).len(), 60_000);
    assert!(pupils(&merged) == pupils(&filled));
    assert_eq!(merged.sheets[0].counts, filled.sheets[0].counts);
}
