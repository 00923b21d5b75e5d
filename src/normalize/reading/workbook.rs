//! Workbooks: the lists of every visible sheet.

use super::ReadSettings;
use super::file_reading::{FileReading, SheetReading};
use super::lists_of_sheet::ListsOfSheet;
use super::understanding::mapping_of;
use crate::ingest::{Format, InputFile, SheetEnd, SheetSink, SheetStart, read_sheets};
use crate::record::Message;

pub(super) fn read_book(
    file: &InputFile,
    format: Format,
    bytes: Vec<u8>,
    settings: &ReadSettings,
    reading: &mut FileReading,
) {
    let mut sheets = Sheets { file, settings, done: Vec::new(), current: None };
    let read = read_sheets(format, bytes, &file.name, &mut sheets);
    reading.sheets = sheets.done;
    if let Err(error) = read {
        reading.error = Some(error.message());
    } else if reading.sheets.is_empty() {
        reading.error = Some(Message::new("工作簿里没有任何内容", "the workbook holds nothing"));
    }
}

/// Receives the sheets of one workbook.
struct Sheets<'a> {
    file: &'a InputFile,
    settings: &'a ReadSettings<'a>,
    done: Vec<SheetReading>,
    current: Option<Current<'a>>,
}

/// The sheet that is being read.
enum Current<'a> {
    Read(Box<ListsOfSheet<'a>>),
    Hidden(String),
}

impl SheetSink for Sheets<'_> {
    fn start(&mut self, sheet: SheetStart<'_>) -> bool {
        let hidden = sheet.hidden && !self.reads_hidden(sheet.name);
        self.current = Some(if hidden {
            Current::Hidden(sheet.name.into())
        } else {
            let lists = ListsOfSheet::new(self.file, sheet.name, sheet.merged, self.settings);
            Current::Read(Box::new(lists.counting_from_1904(sheet.epoch_1904)))
        });
        !hidden
    }

    fn row(&mut self, number: u32, cells: &[&str]) {
        if let Some(Current::Read(lists)) = &mut self.current {
            lists.row(number, cells);
        }
    }

    fn end(&mut self, end: SheetEnd) {
        match self.current.take() {
            Some(Current::Read(lists)) => self.done.extend(lists.finish(end)),
            Some(Current::Hidden(name)) => {
                let problem = Message::new("隐藏的工作表，未读取", "a hidden sheet, not read");
                self.done.push(SheetReading::unread(&name, problem));
            }
            None => {}
        }
    }
}

impl Sheets<'_> {
    /// Whether the configuration wants a hidden sheet read.
    fn reads_hidden(&self, sheet: &str) -> bool {
        mapping_of(self.file, sheet, self.settings).is_some_and(|rule| rule.read_hidden)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{HeaderBook, InputFile};
    use crate::normalize::Keep;
    use crate::normalize::reading::{Silent, read_files};
    use crate::policy::{Config, Policy};
    use rust_xlsxwriter::{Workbook, Worksheet};

    fn read(book: &mut Workbook) -> FileReading {
        read_keeping(book, Keep::All)
    }

    fn read_keeping(book: &mut Workbook, keep: Keep) -> FileReading {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("河源县第一小学.xlsx");
        std::fs::write(&path, book.save_to_buffer().unwrap()).unwrap();
        let file = InputFile { name: "河源县第一小学.xlsx".into(), path };
        let settings = ReadSettings {
            source: &crate::ingest::Disk,
            headers: &HeaderBook::shipped().unwrap(),
            config: &Config::default(),
            policy: &Policy::shipped().unwrap(),
            as_of: chrono::NaiveDate::from_ymd_opt(2025, 11, 1).unwrap(),
            progress: &Silent,
            keep,
        };
        read_files(&[file], &settings).remove(0)
    }

    fn write_row(sheet: &mut Worksheet, row: u32, cells: &[&str]) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write(row, column, *cell).unwrap();
        }
    }

    const HEADER: [&str; 5] = ["姓名", "身份证号", "学校名称", "年级", "入学日期"];
    const PUPIL: [&str; 5] =
        ["王小明", "330127201203051012", "河源县第一小学", "三年级", "2023-09-01"];

    #[test]
    fn a_sheet_larger_than_a_block_is_typed_block_by_block_and_adds_up() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet().set_name("名册").unwrap();
        write_row(sheet, 0, &["河源县第一小学学生名册"]);
        write_row(sheet, 1, &HEADER);
        for row in 2..60_000 {
            write_row(sheet, row, &PUPIL);
        }
        write_row(sheet, 60_001, &["合计", "59998"]);
        sheet.set_row_hidden(7).unwrap();
        let reading = read(&mut book);
        let sheet = &reading.sheets[0];
        assert_eq!((reading.error, &sheet.problem, sheet.hidden_rows), (None, &None, 1));
        let typed: Vec<_> = sheet.batches.iter().map(|batch| batch.counts.rows_in).collect();
        assert_eq!(typed, [50_000, 10_002]);
        let counts = sheet.counts;
        assert!(counts.closes());
        assert_eq!((counts.rows_in, counts.checked, counts.rejected), (60_002, 59_998, 0));
        assert_eq!((counts.title, counts.header, counts.blank, counts.subtotal), (1, 1, 1, 1));
        let last = sheet.batches[1].enrollments.columns.row.last();
        assert_eq!(last, Some(&60_000));
    }

    #[test]
    fn of_a_sheet_that_is_only_looked_through_one_batch_stays_and_counts_all() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet().set_name("名册").unwrap();
        write_row(sheet, 0, &HEADER);
        for row in 1..60_000 {
            let nobody = ["", "", PUPIL[2], PUPIL[3], PUPIL[4]];
            write_row(sheet, row, if row % 1000 == 7 { &nobody } else { &PUPIL });
        }
        let reading = read_keeping(&mut book, Keep::Sample(3));
        let [sheet] = &reading.sheets[..] else { panic!("one sheet") };
        assert_eq!((sheet.counts.checked, sheet.counts.rejected), (59_939, 60));
        let [batch] = &sheet.batches[..] else { panic!("one batch") };
        assert_eq!(batch.counts, sheet.counts);
        assert_eq!(batch.enrollments.columns.row[..3], [2, 3, 4]);
        assert_eq!(batch.refused.values().sum::<u64>(), 60);
    }

    #[test]
    fn hidden_sheets_are_named_empty_ones_are_not_and_unknown_ones_are_counted() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet().set_name("名册").unwrap();
        write_row(sheet, 0, &HEADER);
        write_row(sheet, 1, &PUPIL);
        let hidden = book.add_worksheet().set_name("旧名册").unwrap();
        write_row(hidden, 0, &HEADER);
        hidden.set_hidden(true);
        book.add_worksheet().set_name("空").unwrap();
        let unknown = book.add_worksheet().set_name("说明").unwrap();
        for row in (0..100).step_by(2) {
            write_row(unknown, row, &["请勿修改", "本表格式"]);
        }
        let reading = read(&mut book);
        let names: Vec<_> = reading.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
        assert_eq!(names, ["名册", "旧名册", "说明"]);
        assert_eq!(reading.sheets[0].counts.checked, 1);
        let problem = reading.sheets[1].problem.as_ref().unwrap();
        assert_eq!(
            (&*problem.en, reading.sheets[1].counts.rows_in),
            ("a hidden sheet, not read", 0)
        );
        let counts = reading.sheets[2].counts;
        assert!(reading.sheets[2].plan.is_none() && counts.closes());
        assert_eq!((counts.rows_in, counts.rejected, counts.blank), (99, 50, 49));
    }

    #[test]
    fn a_workbook_of_empty_sheets_holds_nothing() {
        let mut book = Workbook::new();
        book.add_worksheet();
        let reading = read(&mut book);
        assert!(reading.sheets.is_empty());
        assert!(reading.error.is_some_and(|error| error.en.contains("nothing")));
    }
}
