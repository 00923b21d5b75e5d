//! A sheet of an XML Spreadsheet: rows and cells put where the file counts them.

use quick_xml::events::BytesStart;

use crate::ingest::MergedCells;
use crate::ingest::cell_text::{push_iso, push_number_text};
use crate::ingest::sheet_buffer::{
    Budget, Exhausted, MOST_COLUMNS, MOST_ROWS, MOST_TEXT, Noticed, SheetBuffer,
};

/// How deep within a sheet the reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Sheet,
    Table,
    Row,
    Cell,
    Data,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Type {
    #[default]
    Text,
    Number,
    Date,
    Truth,
    Error,
}

pub(super) struct XmlSheet {
    pub(super) name: String,
    pub(super) hidden: bool,
    pub(super) rows: SheetBuffer,
    pub(super) level: Level,
    /// The row and the column being read, from 1; 0 before the first.
    row: u32,
    column: u32,
    /// Rows and columns passed over before the next one.
    row_span: u32,
    column_span: u32,
    row_is_hidden: bool,
    row_has_text: bool,
    merge: (u32, u32),
    pub(super) kind: Type,
    pub(super) text: String,
    /// Within a cell's comment, whose text is none of the cell.
    pub(super) in_comment: bool,
    /// Within `<x:Visible>`.
    pub(super) in_visible: bool,
    pub(super) out_of_order: bool,
    pub(super) noticed: Noticed,
}

impl XmlSheet {
    pub(super) fn named(name: String) -> XmlSheet {
        XmlSheet {
            name,
            hidden: false,
            rows: SheetBuffer::default(),
            level: Level::Sheet,
            row: 0,
            column: 0,
            row_span: 0,
            column_span: 0,
            row_is_hidden: false,
            row_has_text: false,
            merge: (0, 0),
            kind: Type::Text,
            text: String::new(),
            in_comment: false,
            in_visible: false,
            out_of_order: false,
            noticed: Noticed::default(),
        }
    }

    pub(super) fn push_text(&mut self, text: &str) {
        if self.text.len().saturating_add(text.len()) > MOST_TEXT {
            self.noticed.long_text = true;
            let room = MOST_TEXT.saturating_sub(self.text.len());
            self.text.push_str(text.get(..text.floor_char_boundary(room)).unwrap_or(""));
        } else {
            self.text.push_str(text);
        }
    }

    pub(super) fn start_row(
        &mut self,
        tag: &BytesStart<'_>,
        budget: &mut Budget,
    ) -> Result<(), Exhausted> {
        budget.take(1)?;
        let mut row = self.row.saturating_add(1).saturating_add(self.row_span);
        (self.row_span, self.row_is_hidden) = (0, false);
        attributes(tag, |key, value| match key {
            "Index" => self.out_of_order |= !move_on(&mut row, value),
            "Span" => self.row_span = value.trim().parse().unwrap_or(0),
            "Hidden" => self.row_is_hidden = value.trim() == "1",
            _ => {}
        });
        self.row = row;
        (self.column, self.column_span, self.row_has_text) = (0, 0, false);
        self.level = Level::Row;
        Ok(())
    }

    pub(super) fn end_row(&mut self, budget: &mut Budget) -> Result<(), Exhausted> {
        self.end_cell(budget)?;
        if self.level == Level::Row {
            self.level = Level::Table;
            if self.row_is_hidden && self.row_has_text {
                self.rows.hidden_rows = self.rows.hidden_rows.saturating_add(1);
            }
        }
        Ok(())
    }

    pub(super) fn start_cell(&mut self, tag: &BytesStart<'_>) {
        let mut column = self.column.saturating_add(1).saturating_add(self.column_span);
        (self.merge, self.kind) = ((0, 0), Type::Text);
        self.text.clear();
        attributes(tag, |key, value| match key {
            "Index" => self.out_of_order |= !move_on(&mut column, value),
            "MergeAcross" => self.merge.0 = value.trim().parse().unwrap_or(0),
            "MergeDown" => self.merge.1 = value.trim().parse().unwrap_or(0),
            _ => {}
        });
        self.column = column;
        self.column_span = self.merge.0;
        self.in_comment = false;
        self.level = Level::Cell;
    }

    pub(super) fn end_cell(&mut self, budget: &mut Budget) -> Result<(), Exhausted> {
        if self.level < Level::Cell {
            return Ok(());
        }
        self.level = Level::Row;
        budget.take(1)?;
        if self.row > MOST_ROWS || self.column > MOST_COLUMNS {
            self.noticed.beyond |= !self.text.is_empty();
            return Ok(());
        }
        let mut text = String::new();
        let written = self.text.trim();
        match self.kind {
            Type::Text => text.push_str(&self.text),
            Type::Number => push_number_text(&mut text, written),
            Type::Date => push_date_time(&mut text, written),
            Type::Truth => text.push_str(match written {
                "1" | "true" => "是",
                "0" | "false" => "否",
                other => other,
            }),
            Type::Error => {}
        }
        self.row_has_text |= !text.is_empty();
        let column = self.column.saturating_sub(1);
        self.rows.cell(self.row, column, &text, budget)?;
        if self.merge != (0, 0) {
            self.rows.merged.push(MergedCells {
                first_row: self.row,
                last_row: self.row.saturating_add(self.merge.1).min(MOST_ROWS),
                first_column: column,
                last_column: column.saturating_add(self.merge.0).min(MOST_COLUMNS - 1),
            });
        }
        Ok(())
    }
}

/// Goes on to the place that an `ss:Index` names; `false` if that lies behind.
fn move_on(place: &mut u32, index: &str) -> bool {
    match index.trim().parse::<u32>() {
        Ok(index) if index >= *place => {
            *place = index;
            true
        }
        _ => false,
    }
}

/// A day, or the time of a cell that has no day: Excel writes it under its calendar's first.
fn push_date_time(text: &mut String, written: &str) {
    match written.split_once('T') {
        Some(("1899-12-31" | "1899-12-30", time)) => {
            text.push_str(time.split('.').next().unwrap_or(time));
        }
        _ => push_iso(text, written),
    }
}

pub(super) fn attributes(tag: &BytesStart<'_>, mut each: impl FnMut(&str, &str)) {
    // Attributes that break the rules of XML are passed over.
    for attribute in tag.attributes().with_checks(false).flatten() {
        let value = quick_xml::escape::unescape(&attribute.value);
        let value = value.as_deref().unwrap_or(&attribute.value);
        each(attribute.key.local_name().as_ref(), value);
    }
}
