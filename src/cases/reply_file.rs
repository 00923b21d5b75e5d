//! A school's file with its answers → the rows that are filled, whatever program saved it.

use crate::ingest::{
    Format, HeaderBook, ReplyColumns, SheetEnd, SheetSink, SheetStart, for_each_row, has_sheets,
    look_inside, read_sheets, reply_columns, sniff_delimiter, sniff_encoding,
};
use crate::record::Message;

/// Bytes by which encoding and delimiter are told.
const HEAD_BYTES: usize = 256 << 10;
/// Rows within which the header stands.
const HEADER_WITHIN: u32 = 60;

/// A row of a school's file that names a case or holds an answer. All cells are trimmed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FilledRow {
    /// Empty for a text file.
    pub sheet: String,
    /// The physical row, from 1.
    pub row: u32,
    /// 案件编号
    pub case: String,
    /// 核查结果
    pub answer: String,
    /// 核查说明
    pub note: String,
    /// 核查人
    pub person: String,
    /// 核查日期, as it stands.
    pub date: String,
    /// 文件 and 行号 of the record that the row shows.
    pub source: (String, String),
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReplyFile {
    /// Whether any sheet has the headers 案件编号 and 核查结果.
    pub is_reply: bool,
    pub rows: Vec<FilledRow>,
    /// Sheets that could not be read to their end.
    pub problems: Vec<Message>,
}

/// Reads a file: text in any encoding that exports come in, or any workbook. `name` is for messages.
///
/// # Errors
///
/// If the file is no table, or is damaged.
pub fn read_reply_file(name: &str, bytes: Vec<u8>) -> Result<ReplyFile, Message> {
    let mut reading = Reading::default();
    match look_inside(&bytes) {
        Format::Text => read_text(&bytes, &mut reading)?,
        format if has_sheets(format) => {
            read_sheets(format, bytes, name, &mut reading).map_err(|error| error.message())?;
        }
        format => {
            return Err(match format {
                Format::Other(foreign) => foreign.message(),
                format => Message::new(
                    format!("不是表格（{}）；请提供 .xlsx 或 .csv", format.name()),
                    format!("no table ({}); give .xlsx or .csv", format.name()),
                ),
            });
        }
    }
    Ok(reading.file)
}

fn read_text(bytes: &[u8], reading: &mut Reading) -> Result<(), Message> {
    let book = HeaderBook::shipped()
        .map_err(|error| Message::new(error.to_string(), error.to_string()))?;
    let encoding = sniff_encoding(bytes.get(..HEAD_BYTES).unwrap_or(bytes), &book);
    let (text, _) = encoding.decode(bytes.get(encoding.mark_len(bytes)..).unwrap_or_default());
    let text = if text.contains('\n') { text } else { text.replace('\r', "\n").into() };
    let head: String = text.chars().take(HEAD_BYTES / 4).collect();
    let delimiter = sniff_delimiter(&head, &book);
    reading.begin("");
    for_each_row(&text, 1, delimiter, |row, cells| reading.take(row, cells));
    Ok(())
}

/// Takes the sheets of a file as they come.
#[derive(Default)]
struct Reading {
    file: ReplyFile,
    sheet: String,
    columns: Option<ReplyColumns>,
}

impl Reading {
    fn begin(&mut self, sheet: &str) {
        self.sheet = sheet.to_string();
        self.columns = None;
    }

    fn take(&mut self, row: u32, cells: &[&str]) {
        let Some(columns) = self.columns else {
            if row <= HEADER_WITHIN {
                self.columns = reply_columns(cells);
                self.file.is_reply |= self.columns.is_some();
            }
            return;
        };
        // A cell that was guarded against being taken for a formula has a ' in front.
        let cell = |at: usize| {
            let text = cells.get(at).map_or("", |cell| cell.trim());
            text.strip_prefix('\'').unwrap_or(text).to_string()
        };
        let further = |at: Option<usize>| at.map(cell).unwrap_or_default();
        let (case, answer) = (cell(columns.case), cell(columns.answer));
        if case.is_empty() && answer.is_empty() {
            return;
        }
        self.file.rows.push(FilledRow {
            sheet: self.sheet.clone(),
            row,
            case,
            answer,
            note: further(columns.note),
            person: further(columns.person),
            date: further(columns.date),
            source: (further(columns.file), further(columns.row)),
        });
    }
}

impl SheetSink for Reading {
    fn start(&mut self, sheet: SheetStart<'_>) -> bool {
        self.begin(sheet.name);
        true
    }

    fn row(&mut self, number: u32, cells: &[&str]) {
        self.take(number, cells);
    }

    fn end(&mut self, end: SheetEnd) {
        self.file.problems.extend(end.problem);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::GB18030;

    const TEXT: &str = "核查结果,案件编号,核查日期,行号\r\n属实,DE-1,2025/10/20,7\r\n,DE-2,,\r\n不属实,,,\r\n,,,\r\n";

    #[test]
    fn the_same_answers_come_from_every_encoding() {
        let utf8 = read_reply_file("a.csv", TEXT.as_bytes().to_vec()).unwrap();
        assert!(utf8.is_reply);
        let rows: Vec<(u32, &str, &str)> =
            utf8.rows.iter().map(|row| (row.row, &*row.case, &*row.answer)).collect();
        assert_eq!(rows, [(2, "DE-1", "属实"), (3, "DE-2", ""), (4, "", "不属实")]);
        assert_eq!(
            (utf8.rows[0].date.as_str(), utf8.rows[0].source.1.as_str()),
            ("2025/10/20", "7")
        );
        let (gbk, _, _) = GB18030.encode(TEXT);
        assert_eq!(read_reply_file("a.csv", gbk.into_owned()).unwrap(), utf8);
        let tabs = TEXT.replace(',', "\t");
        let utf16: Vec<u8> = "\u{feff}"
            .chars()
            .chain(tabs.chars())
            .collect::<String>()
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(read_reply_file("a.txt", utf16).unwrap(), utf8);
    }

    #[test]
    fn a_roster_is_no_reply_and_a_picture_no_table() {
        let roster = read_reply_file("a.csv", "姓名,班级\n王小明,1班\n".into()).unwrap();
        assert_eq!(roster, ReplyFile::default());
        assert!(read_reply_file("a.jpg", b"\xFF\xD8\xFF\xE0\0\x10JFIF\0".to_vec()).is_err());
    }
}
