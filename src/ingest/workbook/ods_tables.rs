//! The tables of an ODS's `content.xml`, cell by cell as they stand in the XML.
//!
//! A cell or a row says once how often it is repeated; nothing is unrolled here.

use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use super::xml_attributes::attribute;
use crate::ingest::cell_text::{push_iso, push_number};

/// Told of tables as they are met.
pub(super) trait Tables {
    /// A table begins; `hidden` if its style does not show it.
    fn table(&mut self, name: &str, hidden: bool);
    fn row(&mut self, row: OdsRow);
    /// A cell of the row begun last.
    fn cell(&mut self, cell: OdsCell<'_>);
    fn row_end(&mut self);
    fn table_end(&mut self);
}

/// A row, or several alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OdsRow {
    pub repeated: u32,
    /// Hidden or filtered out.
    pub hidden: bool,
}

/// A cell, or several alike side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OdsCell<'t> {
    pub repeated: u32,
    pub rows_spanned: u32,
    pub columns_spanned: u32,
    pub text: &'t str,
}

/// Where the XML ends before it should, or is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BadXml(pub String);

/// Walks all tables. Tables within tables and deleted cells of a change log are left out.
pub(super) fn walk_tables(xml: impl BufRead, tables: &mut impl Tables) -> Result<(), BadXml> {
    let mut walk = Walk {
        xml: Reader::from_reader(xml),
        buffer: Vec::new(),
        hidden_styles: Vec::new(),
        style: String::new(),
    };
    let config = walk.xml.config_mut();
    config.check_end_names = false;
    config.expand_empty_elements = true;
    walk.document(tables)
}

/// A tag that matters, by its local name.
enum Tag {
    Open(BytesStart<'static>),
    Close(String),
    End,
}

struct Walk<R> {
    xml: Reader<R>,
    buffer: Vec<u8>,
    /// Styles of tables that are not shown.
    hidden_styles: Vec<String>,
    /// The style being defined.
    style: String,
}

impl<R: BufRead> Walk<R> {
    fn document(&mut self, tables: &mut impl Tables) -> Result<(), BadXml> {
        let mut depth = 0u32;
        loop {
            match self.tag()? {
                Tag::End if depth == 0 => return Ok(()),
                Tag::End => return Err(BadXml("content.xml is cut off".into())),
                Tag::Open(tag) => match tag.local_name().as_ref() {
                    "style" => self.style = attribute(&tag, "name").unwrap_or_default(),
                    "table-properties"
                        if attribute(&tag, "display").as_deref() == Some("false") =>
                    {
                        self.hidden_styles.push(std::mem::take(&mut self.style));
                    }
                    "tracked-changes" => self.skip("tracked-changes")?,
                    "table" => {
                        depth += 1;
                        if depth == 1 {
                            let style = attribute(&tag, "style-name").unwrap_or_default();
                            let hidden = self.hidden_styles.contains(&style);
                            tables.table(&attribute(&tag, "name").unwrap_or_default(), hidden);
                        }
                    }
                    "table-row" if depth == 1 => {
                        let shown = attribute(&tag, "visibility");
                        tables.row(OdsRow {
                            repeated: count(&tag, "number-rows-repeated"),
                            hidden: shown.is_some_and(|shown| shown != "visible"),
                        });
                        self.row(tables)?;
                    }
                    _ => {}
                },
                Tag::Close(name) if name == "table" && depth > 0 => {
                    depth -= 1;
                    if depth == 0 {
                        tables.table_end();
                    }
                }
                Tag::Close(_) => {}
            }
        }
    }

    fn row(&mut self, tables: &mut impl Tables) -> Result<(), BadXml> {
        loop {
            match self.tag()? {
                Tag::End => return Err(BadXml("content.xml is cut off".into())),
                Tag::Close(name) if name == "table-row" => {
                    tables.row_end();
                    return Ok(());
                }
                Tag::Open(tag) => {
                    if let name @ ("table-cell" | "covered-table-cell") = tag.local_name().as_ref()
                    {
                        let text = self.cell(&tag, name)?;
                        tables.cell(OdsCell {
                            repeated: count(&tag, "number-columns-repeated"),
                            rows_spanned: count(&tag, "number-rows-spanned"),
                            columns_spanned: count(&tag, "number-columns-spanned"),
                            text: &text,
                        });
                    }
                }
                Tag::Close(_) => {}
            }
        }
    }

    /// The text of a cell, whose tag was just read; reads to the cell's end.
    fn cell(&mut self, tag: &BytesStart<'_>, name: &str) -> Result<String, BadXml> {
        let shown = self.paragraphs(name)?;
        let value = |name| attribute(tag, name);
        let mut text = String::new();
        let kind = value("value-type");
        match kind.as_deref() {
            // Formulas that are true or false are written as numbers.
            Some("float") if matches!(shown.as_str(), "TRUE" | "FALSE") => {
                text.push(if shown == "TRUE" { '是' } else { '否' });
                return Ok(text);
            }
            Some("float" | "percentage" | "currency") => {
                if let Some(number) = value("value").and_then(|value| value.parse().ok()) {
                    push_number(&mut text, number);
                    return Ok(text);
                }
            }
            Some("date") => {
                if let Some(date) = value("date-value") {
                    push_iso(&mut text, &date);
                    return Ok(text);
                }
            }
            Some("boolean") => {
                if let Some(value) = value("boolean-value") {
                    text.push(if value == "true" { '是' } else { '否' });
                    return Ok(text);
                }
            }
            Some("time") if shown.is_empty() => return Ok(value("time-value").unwrap_or(text)),
            _ => {}
        }
        Ok(value("string-value").unwrap_or(shown))
    }

    /// The paragraphs of a cell, one a line; comments and drawings are none of its text.
    fn paragraphs(&mut self, cell: &str) -> Result<String, BadXml> {
        let (mut text, mut paragraphs, mut inside) = (String::new(), 0u32, 0u32);
        loop {
            self.buffer.clear();
            let event = self.xml.read_event_into(&mut self.buffer);
            match event.map_err(|error| BadXml(error.to_string()))? {
                Event::Eof => return Err(BadXml("content.xml is cut off".into())),
                Event::Start(tag) => match tag.local_name().as_ref() {
                    name @ ("annotation" | "shapes" | "frame" | "table" | "custom-shape") => {
                        let name = name.to_string();
                        self.skip(&name)?;
                    }
                    "p" | "h" => {
                        if paragraphs > 0 && inside == 0 {
                            text.push('\n');
                        }
                        paragraphs += 1;
                        inside += 1;
                    }
                    "s" => {
                        let blanks = count(&tag, "c").min(32_767) as usize;
                        text.extend(std::iter::repeat_n(' ', blanks));
                    }
                    "tab" => text.push('\t'),
                    "line-break" => text.push('\n'),
                    _ => {}
                },
                Event::End(tag) => match tag.local_name().as_ref() {
                    name if name == cell => return Ok(text),
                    "p" | "h" => inside = inside.saturating_sub(1),
                    _ => {}
                },
                Event::Text(part) if inside > 0 => text.push_str(&part.xml10_content()),
                Event::CData(part) if inside > 0 => text.push_str(&part.xml10_content()),
                Event::GeneralRef(entity) if inside > 0 => match entity.resolve_char_ref() {
                    Ok(Some(character)) => text.push(character),
                    _ => text.push_str(resolve_predefined_entity(&entity).unwrap_or_default()),
                },
                _ => {}
            }
        }
    }

    fn tag(&mut self) -> Result<Tag, BadXml> {
        loop {
            self.buffer.clear();
            let event = self.xml.read_event_into(&mut self.buffer);
            match event.map_err(|error| BadXml(error.to_string()))? {
                Event::Start(tag) => return Ok(Tag::Open(tag.into_owned())),
                Event::End(tag) => return Ok(Tag::Close(tag.local_name().as_ref().to_string())),
                Event::Eof => return Ok(Tag::End),
                _ => {}
            }
        }
    }

    /// Reads to the end of the element `name`, whose tag was just read.
    fn skip(&mut self, name: &str) -> Result<(), BadXml> {
        let mut depth = 1u32;
        while depth > 0 {
            match self.tag()? {
                Tag::Open(tag) if tag.local_name().as_ref() == name => depth += 1,
                Tag::Close(closed) if closed == name => depth -= 1,
                Tag::End => return Err(BadXml("content.xml is cut off".into())),
                _ => {}
            }
        }
        Ok(())
    }
}

/// A count in an attribute; 1 where there is none.
fn count(tag: &BytesStart<'_>, name: &str) -> u32 {
    attribute(tag, name).and_then(|count| count.parse().ok()).unwrap_or(1).max(1)
}
