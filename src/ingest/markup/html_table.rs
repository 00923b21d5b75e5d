//! HTML tables saved as `.xls`, as web systems export them.

use std::cell::Cell;

use super::html_grid::HtmlGrid;
use super::html_lists::HtmlLists;
use super::html_tags::{HtmlEvents, Tag, read_tags};
use super::markup_text::MOST_MARKUP;
use crate::ingest::sheet_buffer::{Exhausted, MOST_TEXT};
use crate::ingest::{SheetSink, WorkbookError};

/// Tables within tables within tables are followed so far; what lies deeper is text.
const MOST_NESTED: usize = 8;

/// Reads the lists of an HTML file, each as a sheet named as the file says (`x:Name`), or 表1, 表2 ….
///
/// Excel shows the whole file as one sheet, and so rows are numbered: a table's rows and each block of
/// text (`<h1>`, `<p>`, `<caption>`, a line before `<br>`) take a row each, from 1, and a second list goes
/// on counting where the first ends: its first row is not 1. Texts and small tables above a list are its
/// title rows; those at the end belong to the last list. Tables of equal width that follow one another
/// with the same or no text between are pages of one list. A list within a cell of a frame around it is a
/// list of its own; a table within a cell of a list is text of that cell. Scripts, styles and comments are
/// left out.
///
/// # Errors
/// A file without a table, a frameset whose sheets are other files, and sizes beyond memory.
pub(in crate::ingest) fn read_html(
    bytes: &[u8],
    name: &str,
    sink: &mut dyn SheetSink,
) -> Result<(), WorkbookError> {
    if bytes.len() > MOST_MARKUP {
        let seen = format!("{} MiB", bytes.len() >> 20);
        return Err(WorkbookError::TooLarge { name: name.into(), seen });
    }
    let damaged = Cell::new(false);
    let mut page = Page {
        lists: HtmlLists::new(sink, &damaged),
        tables: Vec::new(),
        deeper: 0,
        line: String::new(),
        left_out: None,
        has_frames: false,
        exhausted: None,
    };
    read_tags(bytes, &damaged, &mut page);
    let ended = match page.exhausted {
        Some(exhausted) => Err(exhausted),
        None => page.end(),
    };
    ended.map_err(|exhausted| exhausted.of(name))?;
    if page.lists.has_table {
        return Ok(());
    }
    let seen = match page.has_frames {
        true => "HTML frameset (its sheets are other files)",
        false => "HTML without a table",
    };
    Err(WorkbookError::NotAWorkbook { name: name.into(), seen: seen.into() })
}

struct Page<'a> {
    lists: HtmlLists<'a>,
    /// Open tables, the outermost first.
    tables: Vec<HtmlGrid>,
    /// Open tables that lie too deep to be followed.
    deeper: u64,
    /// Text outside of all cells since the last block.
    line: String,
    left_out: Option<LeftOut>,
    has_frames: bool,
    exhausted: Option<Exhausted>,
}

/// The open element whose text is no text of the page.
enum LeftOut {
    Element(String),
    /// `<xml>` with the names of sheets in it; the text of an `<x:Name>` if one is open.
    Island(Option<String>),
}

impl HtmlEvents for Page<'_> {
    fn open(&mut self, tag: &Tag) -> bool {
        match &mut self.left_out {
            Some(LeftOut::Island(sheet_name)) if tag.name == "x:name" => {
                *sheet_name = Some(String::new());
                true
            }
            Some(_) => true,
            None => {
                let begun = self.begin(tag);
                self.note(begun)
            }
        }
    }

    fn close(&mut self, name: &str) -> bool {
        match &mut self.left_out {
            Some(LeftOut::Element(open)) => {
                if open == name {
                    self.left_out = None;
                }
                true
            }
            Some(LeftOut::Island(sheet_name)) => {
                if let Some(name) = sheet_name.take() {
                    self.lists.name_sheet(&name);
                }
                if name == "xml" {
                    self.left_out = None;
                }
                true
            }
            None => {
                let ended = self.finish(name);
                self.note(ended)
            }
        }
    }

    fn text(&mut self, text: &str) -> bool {
        match &mut self.left_out {
            Some(LeftOut::Island(Some(name))) => {
                push_collapsed(name, text);
            }
            Some(_) => {}
            None => {
                let whole = push_collapsed(self.target(), text);
                self.lists.noticed.long_text |= !whole;
            }
        }
        true
    }

    /// Excel's own files name their sheets in a comment that only Excel reads.
    fn comment(&mut self, text: &str) {
        if !text.starts_with("[if") {
            return;
        }
        for part in text.split("<x:Name>").skip(1) {
            if let Some((name, _)) = part.split_once("</x:Name>") {
                self.lists.name_sheet(name);
            }
        }
    }
}

impl Page<'_> {
    fn begin(&mut self, tag: &Tag) -> Result<(), Exhausted> {
        let name = tag.name.as_str();
        match name {
            "tr" | "td" | "th" if self.deeper > 0 => self.break_line()?,
            "script" | "style" | "title" | "iframe" | "noembed" | "noscript" => {
                self.left_out = Some(LeftOut::Element(name.into()));
            }
            "xml" => self.left_out = Some(LeftOut::Island(None)),
            "frameset" => self.has_frames = true,
            "table" => self.open_table()?,
            "tr" | "td" | "th" => {
                // Some exports forget the table around their rows.
                if self.tables.is_empty() {
                    self.open_table()?;
                }
                let budget = &mut self.lists.budget;
                match self.tables.last_mut() {
                    Some(table) if name == "tr" => table.start_row(tag.hidden, budget)?,
                    Some(table) => table.start_cell(tag.cell.clone(), budget)?,
                    None => {}
                }
            }
            "thead" | "tbody" | "tfoot" => self.end_row()?,
            _ if is_block(name) => self.break_line()?,
            _ => {}
        }
        Ok(())
    }

    fn finish(&mut self, name: &str) -> Result<(), Exhausted> {
        match name {
            _ if self.deeper > 0 => {
                self.deeper -= u64::from(name == "table");
                self.break_line()
            }
            "table" => self.close_table(),
            "tr" | "thead" | "tbody" | "tfoot" => self.end_row(),
            "td" | "th" => match self.tables.last_mut() {
                Some(table) => table.end_cell(&mut self.lists.budget),
                None => Ok(()),
            },
            _ if is_block(name) => self.break_line(),
            _ => Ok(()),
        }
    }

    fn note(&mut self, done: Result<(), Exhausted>) -> bool {
        self.exhausted = self.exhausted.or(done.err());
        self.exhausted.is_none()
    }

    /// Where text goes: the open cell, or the line outside of tables.
    fn target(&mut self) -> &mut String {
        match self.tables.last_mut().and_then(|table| table.cell.as_mut()) {
            Some((_, text)) => text,
            None => &mut self.line,
        }
    }

    fn open_table(&mut self) -> Result<(), Exhausted> {
        self.break_line()?;
        if self.tables.len() >= MOST_NESTED {
            self.deeper += 1;
        } else {
            self.tables.push(HtmlGrid::default());
        }
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), Exhausted> {
        match self.tables.last_mut() {
            Some(table) => table.end_row(&mut self.lists.budget),
            None => Ok(()),
        }
    }

    /// Ends a block: a new line within a cell, a row of its own outside.
    fn break_line(&mut self) -> Result<(), Exhausted> {
        if let Some((_, text)) = self.tables.last_mut().and_then(|table| table.cell.as_mut()) {
            text.truncate(text.trim_end_matches(' ').len());
            if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
            return Ok(());
        }
        let line = std::mem::take(&mut self.line);
        self.lists.line(line.trim())
    }

    fn close_table(&mut self) -> Result<(), Exhausted> {
        let Some(mut table) = self.tables.pop() else { return Ok(()) };
        table.finish(&mut self.lists.budget)?;
        if self.tables.is_empty() {
            self.break_line()?;
            return self.lists.place(&table);
        }
        if table.is_list() && !self.tables.iter().any(HtmlGrid::is_begun_list) {
            // A frame around a list: what it holds so far stands above.
            for frame in &mut self.tables {
                let above = frame.take_rows(&mut self.lists.budget)?;
                self.lists.place(&above)?;
            }
            return self.lists.place(&table);
        }
        self.break_line()?;
        for (_, cells) in table.sheet.rows() {
            self.text(&cells.join(" "));
            self.break_line()?;
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), Exhausted> {
        let cut_off = self.tables.iter().any(|table| table.cell.is_some());
        while !self.tables.is_empty() {
            self.close_table()?;
        }
        self.break_line()?;
        self.lists.end(cut_off)
    }
}

/// Elements that stand on lines of their own.
fn is_block(name: &str) -> bool {
    const BLOCKS: &str = "br p div h1 h2 h3 h4 h5 h6 caption li ul ol dl dt dd center form fieldset \
        legend pre blockquote hr address section header footer article main nav option body head";
    BLOCKS.split(' ').any(|block| block == name)
}

/// Adds text as it is shown: every run of blanks is one. `false` if it became too long.
fn push_collapsed(target: &mut String, text: &str) -> bool {
    for c in text.chars() {
        if target.len() >= MOST_TEXT {
            return false;
        }
        if c.is_ascii_whitespace() || c == '\u{a0}' {
            if !target.is_empty() && !target.ends_with([' ', '\n']) {
                target.push(' ');
            }
        } else {
            target.push(c);
        }
    }
    true
}

#[cfg(test)]
#[path = "html_table_tests.rs"]
mod tests;
