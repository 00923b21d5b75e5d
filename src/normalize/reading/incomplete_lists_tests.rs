//! Which lists prove nobody's absence, because something of their records was not read.

use super::super::lists_of_sheet::ListsOfSheet;
use super::super::tests::read_configured;
use super::super::{ReadSettings, Silent};
use super::*;
use crate::ingest::{HeaderBook, InputFile};
use crate::normalize::{Keep, merge};
use crate::policy::{Config, Policy};

const TODAY: chrono::NaiveDate = chrono::NaiveDate::from_ymd_opt(2025, 10, 15).unwrap();

/// Two rosters on one sheet: rows 1 to 3 and, below a blank row, 5 to 7.
const TWO_LISTS: [&str; 7] = [
    "河源县第二小学三1班名册",
    "姓名,身份证号,班级",
    "王小明,330127201203044158,三1班",
    "",
    "河源县第三小学三2班名册",
    "姓名,身份证号,班级,性别",
    "李小红,330127201305126237,三2班,女",
];

/// Reads both lists of a sheet that ended so: whether each is incomplete, and where which problem is said.
fn read_two(end: SheetEnd) -> (Vec<bool>, Vec<Option<u32>>) {
    let file = InputFile { name: "名册.xls".into(), path: "名册.xls".into() };
    let settings = ReadSettings {
        source: &crate::ingest::Disk,
        headers: &HeaderBook::shipped().unwrap(),
        config: &Config::default(),
        policy: &Policy::shipped().unwrap(),
        as_of: TODAY,
        progress: &Silent,
        keep: Keep::All,
    };
    let mut lists = ListsOfSheet::new(&file, "名册", None, &settings);
    for (number, line) in (1..).zip(TWO_LISTS) {
        let cells: Vec<&str> = line.split(',').collect();
        lists.row(number, &cells);
    }
    let sheets = lists.finish(end);
    let said = sheets.iter().map(|sheet| {
        let mut rejections = sheet.batches.iter().flat_map(|batch| &batch.rejections);
        let row =
            rejections.find(|line| line.reason.en.contains("lost")).map(|line| line.place.row);
        assert_eq!(row.is_some(), sheet.problem.is_some());
        row
    });
    let said = said.collect();
    let reading = FileReading { name: file.name, sheets, ..FileReading::default() };
    (incomplete(vec![reading]), said)
}

/// Whether the sheets of readings are incomplete.
fn incomplete(mut readings: Vec<FileReading>) -> Vec<bool> {
    let (data, _) = merge(&mut readings, &[], TODAY);
    data.sheets.iter().map(|sheet| sheet.incomplete).collect()
}

fn lost(problem_row: Option<u32>) -> SheetEnd {
    let problem = Some(Message::new("有单元格无法读取", "cells were lost"));
    SheetEnd { problem, problem_row, ..SheetEnd::default() }
}

#[test]
fn a_list_with_lost_cells_says_so_and_those_below_it_are_not_whole_either() {
    assert_eq!(read_two(SheetEnd::default()), (vec![false, false], vec![None, None]));
    assert_eq!(read_two(lost(Some(3))), (vec![true, true], vec![Some(3), None]));
    assert_eq!(read_two(lost(Some(4))), (vec![true, true], vec![Some(4), None]));
    assert_eq!(read_two(lost(Some(7))), (vec![false, true], vec![None, Some(7)]));
    assert_eq!(read_two(lost(None)), (vec![false, true], vec![None, Some(7)]));
    let memo = SheetEnd { columns_only: true, ..lost(None) };
    assert_eq!(read_two(memo), (vec![false, false], vec![None, Some(7)]));
}

#[test]
fn a_roster_with_columns_that_are_not_read_still_holds_all_its_pupils() {
    let roster = "姓名,身份证号,学校,班级,出生日期,\n,,,,公历,农历\n\
                  王小明,330127201203044158,河源县第二小学,三1班,3月4日,二月十二\n";
    let read = |text: &str| {
        read_configured(vec![("名册.csv", text.as_bytes().to_vec())], &Config::default())
    };
    let readings = read(roster);
    let sheet = &readings[0].sheets[0];
    assert!(sheet.problem.as_ref().is_some_and(|said| said.en.contains("“出生日期”")));
    assert_eq!((sheet.counts.checked, incomplete(readings)), (1, vec![false]));
}
