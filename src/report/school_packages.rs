//! What a school is sent: its cases as CSV and as a workbook to answer in.

use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{
    Color, DataValidation, DocProperties, ExcelDateTime, Format, IgnoreError, Workbook, XlsxError,
};

use super::mask::Mask;
use super::school_files::{COLUMNS, by_school, table, write_csv};
use crate::cases::{Answer, CaseRow};

/// 核查结果, the first column that the school fills.
const ANSWER: u16 = 22;
/// 金额, the one column of numbers.
const AMOUNT: u16 = 13;
/// Columns are at least and at most so many characters of Latin wide.
const WIDTHS: (usize, usize) = (8, 60);

/// One school's package, ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchoolPackage {
    pub code: String,
    pub name: String,
    /// The files' name without ending.
    pub stem: String,
    /// The ids of the cases in it, each once.
    pub cases: Vec<String>,
    pub csv: Vec<u8>,
    pub xlsx: Vec<u8>,
}

/// Why a package could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    #[error(transparent)]
    Csv(#[from] std::io::Error),
    #[error(transparent)]
    Xlsx(#[from] XlsxError),
}

/// The packages of all schools that have wanted rows. A school sees its own rows only, masked, and of
/// the other side the name of the school, stage, status and dates. `rows`: all rows of the cases;
/// `on`: the day that the workbook says it was made.
pub fn school_packages(
    rows: &[CaseRow],
    mask: Mask,
    on: NaiveDate,
    wanted: impl Fn(&CaseRow) -> bool,
) -> Result<Vec<SchoolPackage>, PackageError> {
    let (schools, cases) = by_school(rows, wanted);
    schools
        .into_iter()
        .map(|school| {
            let lines = table(&school.rows, &cases, mask);
            let mut csv = Vec::new();
            write_csv(&lines, &mut csv)?;
            let mut ids: Vec<String> = Vec::new();
            for row in &school.rows {
                if !ids.contains(&row.case_id) {
                    ids.push(row.case_id.clone());
                }
            }
            Ok(SchoolPackage {
                code: school.code.to_string(),
                name: school.name.to_string(),
                stem: school.stem,
                cases: ids,
                csv,
                xlsx: workbook(&lines, on)?,
            })
        })
        .collect()
}

/// One sheet: header frozen, filter on, everything but money as text, a drop-down for the answer.
fn workbook(lines: &[[String; 26]], on: NaiveDate) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // Made twice, the same bytes.
    let year = u16::try_from(on.year()).unwrap_or(1900);
    let made = ExcelDateTime::from_ymd(year, on.month() as u8, on.day() as u8)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let text = Format::new().set_num_format("@");
    let wrapped = text.clone().set_text_wrap();
    let money = Format::new().set_num_format("0.00");
    let header = Format::new().set_bold().set_background_color(Color::RGB(0x00D9_E1F2));
    let to_fill = header.clone().set_background_color(Color::RGB(0x00FF_F2CC));
    let sheet = book.add_worksheet();
    sheet.set_name("核查")?;
    let last = u32::try_from(lines.len()).unwrap_or(u32::MAX).max(1);
    let last_column = COLUMNS.len() as u16 - 1;
    for (column, title) in (0u16..).zip(COLUMNS) {
        let cells = || lines.iter().filter_map(|line| line.get(usize::from(column)));
        let widest = cells().map(|cell| width(cell)).chain([width(title) + 2]).max();
        let widest = widest.unwrap_or_default().clamp(WIDTHS.0, WIDTHS.1);
        sheet.set_column_width(column, widest as f64 + 2.0)?;
        // What the school types stays as it is typed, dates and numbers too.
        sheet.set_column_format(column, if column == AMOUNT { &money } else { &text })?;
        let format = if column < ANSWER { &header } else { &to_fill };
        sheet.write_string_with_format(0, column, title, format)?;
        for (row, cell) in (1u32..).zip(cells()).filter(|(_, cell)| !cell.is_empty()) {
            match cell.parse::<f64>() {
                Ok(amount) if column == AMOUNT => {
                    sheet.write_number_with_format(row, column, amount, &money)?
                }
                _ => sheet.write_string_with_format(row, column, cell, &wrapped)?,
            };
        }
    }
    let answers = DataValidation::new()
        .allow_list_strings(&Answer::ALL.map(Answer::chinese))?
        .set_error_title("核查结果")?
        .set_error_message("请从下拉列表中选择；其他情况写在“核查说明”中")?;
    sheet.add_data_validation(1, ANSWER, last, ANSWER, &answers)?;
    sheet.ignore_error_range(1, 0, last, last_column, IgnoreError::NumberStoredAsText)?;
    sheet.set_freeze_panes(1, 0)?;
    sheet.autofilter(0, 0, last, last_column)?;
    book.save_to_buffer()
}

/// How wide a text is in characters of Latin.
fn width(text: &str) -> usize {
    text.chars().map(|character| if character.is_ascii() { 1 } else { 2 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::sample::row;
    use std::io::{Cursor, Read};

    fn packages() -> Vec<SchoolPackage> {
        let other = CaseRow { name: "别人".into(), ..row("DE-1", "B", "乙校") };
        let rows = [row("DE-1", "A", "甲校"), other];
        let on = NaiveDate::from_ymd_opt(2025, 10, 15).unwrap();
        school_packages(&rows, Mask::default(), on, |row| row.school_code == "A").unwrap()
    }

    /// All texts and settings inside a workbook.
    fn inside(xlsx: &[u8]) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(xlsx)).unwrap();
        let mut all = String::new();
        for at in 0..archive.len() {
            archive.by_index(at).unwrap().read_to_string(&mut all).unwrap();
        }
        all
    }

    #[test]
    fn a_workbook_shows_a_school_no_more_than_its_csv() {
        let packages = packages();
        assert_eq!(packages.len(), 1);
        assert_eq!(
            (packages[0].stem.as_str(), &packages[0].cases[..]),
            ("A_甲校", &["DE-1".to_string()][..])
        );
        let csv = String::from_utf8(packages[0].csv.clone()).unwrap();
        for text in [inside(&packages[0].xlsx), csv] {
            assert!(text.contains("330127********1012") && text.contains("乙校("));
            for secret in ["别人", "20100503", "330127201005031012"] {
                assert!(!text.contains(secret), "{secret}");
            }
        }
    }

    #[test]
    fn a_workbook_is_made_to_be_answered_in() {
        let xlsx = packages().remove(0).xlsx;
        let text = inside(&xlsx);
        assert!(text.contains("\"属实,不属实,不是同一人,已整改,待核实\""), "{text}");
        assert!(text.contains("sqref=\"W2\"") && text.contains("state=\"frozen\""));
        assert!(text.contains("<autoFilter ref=\"A1:Z2\"/>"));
        assert!(text.contains("<v>1150</v>") && !text.contains("<f>"));
        assert_eq!(xlsx, packages().remove(0).xlsx);
    }
}
