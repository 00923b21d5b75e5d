//! XML Spreadsheet 2003, which Excel and many systems save as `.xls` or `.xml`.

use std::cell::Cell;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::ingest::damage_words::in_chinese;
use crate::ingest::sheet_buffer::{Budget, Exhausted, say};
use crate::ingest::{SheetSink, WorkbookError};
use crate::record::Message;

use super::markup_text::{MOST_MARKUP, MarkupText};
use super::xml_sheet::{Level, Type, XmlSheet, attributes};

/// Reads the sheets of an XML Spreadsheet, rows numbered as Excel shows them.
///
/// Numbers keep all digits that the file writes, dates become days (`YYYY-MM-DD`), truth values 是 and 否,
/// errors nothing. No entity of a DTD is ever expanded. A file that breaks off or breaks the rules of XML
/// is read up to there, and its last sheet says so.
///
/// # Errors
/// XML that is no spreadsheet, a file broken before its first sheet, and sizes beyond memory.
pub(in crate::ingest) fn read_xml(
    bytes: &[u8],
    name: &str,
    sink: &mut dyn SheetSink,
) -> Result<(), WorkbookError> {
    if bytes.len() > MOST_MARKUP {
        let seen = format!("{} MiB", bytes.len() >> 20);
        return Err(WorkbookError::TooLarge { name: name.into(), seen });
    }
    let damaged = Cell::new(false);
    let mut reader = Reader::from_reader(MarkupText::new(bytes, &damaged));
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut book = Book {
        sink,
        budget: Budget::default(),
        damaged: &damaged,
        root: String::new(),
        sheets: 0,
        sheet: None,
    };
    let mut buffer = Vec::new();
    let exhausted = |exhausted: Exhausted| exhausted.of(name);
    let broken = loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag)) => book.open(&tag).map_err(exhausted)?,
            Ok(Event::Empty(tag)) => {
                book.open(&tag).map_err(exhausted)?;
                book.close(tag.local_name().as_ref()).map_err(exhausted)?;
            }
            Ok(Event::End(tag)) => book.close(tag.local_name().as_ref()).map_err(exhausted)?,
            Ok(Event::Text(text)) => book.text(&text.xml10_content()),
            Ok(Event::CData(text)) => book.text(&text.xml10_content()),
            Ok(Event::GeneralRef(reference)) => book.reference(&reference),
            Ok(Event::Eof) => break None,
            Ok(_) => {}
            Err(error) => break Some(error.to_string()),
        }
        if !book.root.is_empty() && book.root != "Workbook" {
            let root: String = book.root.chars().take(40).collect();
            let seen = format!("XML <{root}>");
            return Err(WorkbookError::NotAWorkbook { name: name.into(), seen });
        }
    };
    let seen = match (broken, book.sheet.is_some()) {
        (Some(error), _) => Some(error),
        (None, true) => Some("it ends within a sheet".into()),
        (None, false) => None,
    };
    book.break_off(seen.as_deref()).map_err(exhausted)?;
    match seen {
        Some(seen) if book.sheets == 0 => Err(WorkbookError::Damaged { name: name.into(), seen }),
        None if book.root.is_empty() => Err(WorkbookError::NotAWorkbook {
            name: name.into(),
            seen: "XML without content".into(),
        }),
        _ => Ok(()),
    }
}

struct Book<'a> {
    sink: &'a mut dyn SheetSink,
    budget: Budget,
    damaged: &'a Cell<bool>,
    /// The name of the outermost element.
    root: String,
    sheets: u32,
    sheet: Option<XmlSheet>,
}

impl Book<'_> {
    fn open(&mut self, tag: &BytesStart<'_>) -> Result<(), Exhausted> {
        let name = tag.local_name();
        let name = name.as_ref();
        if self.root.is_empty() {
            self.root = name.into();
        }
        if name == "Worksheet" {
            self.break_off(self.sheet.is_some().then_some("a sheet does not end"))?;
            self.sheets += 1;
            let mut title = format!("表{}", self.sheets);
            attributes(tag, |key, value| {
                if key == "Name" && !value.trim().is_empty() {
                    title = value.chars().take(64).collect();
                }
            });
            self.sheet = Some(XmlSheet::named(title));
            return Ok(());
        }
        let Some(sheet) = &mut self.sheet else { return Ok(()) };
        match (sheet.level, name) {
            (Level::Sheet, "Table") => sheet.level = Level::Table,
            (Level::Sheet, "Visible") => {
                sheet.in_visible = true;
                sheet.text.clear();
            }
            (Level::Table | Level::Row | Level::Cell | Level::Data, "Row") => {
                sheet.end_row(&mut self.budget)?;
                sheet.start_row(tag, &mut self.budget)?;
            }
            (Level::Row | Level::Cell | Level::Data, "Cell") => {
                sheet.end_cell(&mut self.budget)?;
                sheet.start_cell(tag);
            }
            (Level::Cell, "Comment") => sheet.in_comment = true,
            (Level::Cell, "Data") if !sheet.in_comment => {
                sheet.level = Level::Data;
                attributes(tag, |key, value| {
                    if key == "Type" {
                        sheet.kind = match value {
                            "Number" => Type::Number,
                            "DateTime" => Type::Date,
                            "Boolean" => Type::Truth,
                            "Error" => Type::Error,
                            _ => Type::Text,
                        };
                    }
                });
            }
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &str) -> Result<(), Exhausted> {
        let Some(sheet) = &mut self.sheet else { return Ok(()) };
        match (sheet.level, name) {
            (_, "Worksheet") => return self.end_sheet(None),
            (Level::Sheet, "Visible") => {
                sheet.hidden = sheet.text.trim().starts_with("SheetHidden")
                    || sheet.text.trim().starts_with("SheetVeryHidden");
                sheet.in_visible = false;
            }
            (level, "Table") if level >= Level::Table => {
                sheet.end_row(&mut self.budget)?;
                sheet.level = Level::Sheet;
            }
            (level, "Row") if level >= Level::Row => sheet.end_row(&mut self.budget)?,
            (level, "Cell") if level >= Level::Cell => sheet.end_cell(&mut self.budget)?,
            (Level::Cell, "Comment") => sheet.in_comment = false,
            (Level::Data, "Data") => sheet.level = Level::Cell,
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if let Some(sheet) = &mut self.sheet
            && (sheet.level == Level::Data || sheet.in_visible)
        {
            sheet.push_text(text);
        }
    }

    /// A character by number, or one of the five that XML knows; others stand as they are written.
    fn reference(&mut self, reference: &BytesRef<'_>) {
        if let Ok(Some(character)) = reference.resolve_char_ref() {
            let mut utf8 = [0; 4];
            self.text(character.encode_utf8(&mut utf8));
            return;
        }
        let name = reference.xml10_content();
        match quick_xml::escape::resolve_xml_entity(&name) {
            Some(text) => self.text(text),
            None => self.text(&format!("&{name};")),
        }
    }

    /// Ends a sheet that the file does not end.
    fn break_off(&mut self, seen: Option<&str>) -> Result<(), Exhausted> {
        let Some(seen) = seen else { return Ok(()) };
        if let Some(sheet) = &mut self.sheet {
            sheet.end_row(&mut self.budget)?;
        }
        let seen: String = seen.chars().take(200).collect();
        self.end_sheet(Some(Message::new(
            format!(
                "文件不完整（{}），可能没有下载完整，之前的行照用；请重新导出",
                in_chinese(&seen)
            ),
            format!(
                "the file is incomplete ({seen}), perhaps the download was cut off; the rows so far were used; export it again"
            ),
        )))
    }

    fn end_sheet(&mut self, mut problem: Option<Message>) -> Result<(), Exhausted> {
        let Some(mut sheet) = self.sheet.take() else { return Ok(()) };
        sheet.end_row(&mut self.budget)?;
        self.budget.take_sheet()?;
        if sheet.out_of_order {
            say(
                &mut problem,
                Message::new(
                    "行号或列号前后颠倒，行号可能与 Excel 不符；请用 Excel 打开后另存为 .xlsx",
                    "row or column numbers run backwards, so rows may be numbered otherwise than in Excel; save it as .xlsx",
                ),
            );
        }
        sheet.noticed.undecodable = self.damaged.get();
        sheet.noticed.say(&mut problem);
        sheet.rows.give(&sheet.name, sheet.hidden, 1, problem, self.sink);
        Ok(())
    }
}

#[cfg(test)]
#[path = "xml_spreadsheet_tests.rs"]
mod tests;
