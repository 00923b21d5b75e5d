//! Texts that are several lists, or whose classes stand in headings: a workbook's sheet saved as text.

use std::collections::HashSet;
use std::io::{self, Cursor, Read};
use std::sync::atomic::{AtomicBool, Ordering};

use super::ReadSettings;
use super::file_reading::SheetReading;
use super::lists_of_sheet::ListsOfSheet;
use super::text_oddities::Oddities;
use super::text_rows::{Splitting, for_rows};
use super::understanding::mapping_of;
use crate::ingest::{InputFile, NextList, SheetEnd, is_heading};
use crate::normalize::{Batch, SheetTyping};

/// Looks out for rows that make a text several lists.
pub(super) struct Watch<'a> {
    next: NextList<'a>,
    header_row: u32,
    /// Whether headings between the records are expected.
    headings: bool,
    seen: AtomicBool,
}

impl<'a> Watch<'a> {
    /// Over the rows of a file's only sheet, which was understood as one list.
    pub(super) fn over(
        file: &InputFile,
        typing: &SheetTyping,
        settings: &'a ReadSettings<'a>,
    ) -> Watch<'a> {
        let forced = mapping_of(file, "", settings).map(|rule| &rule.columns);
        Watch {
            next: NextList::new(settings.headers, forced),
            header_row: typing.header_row,
            headings: typing.fill_down.headings,
            seen: AtomicBool::new(false),
        }
    }

    /// Looks at a row; whether it, or one before, makes the text several lists.
    pub(super) fn sees(&self, row: u32, cells: &[&str]) -> bool {
        let opens = row > self.header_row
            && (self.next.is_header(cells) || (!self.headings && is_heading(cells)));
        if opens {
            self.seen.store(true, Ordering::Relaxed);
        }
        opens
    }

    /// Whether the text is several lists, as far as its rows were looked at.
    pub(super) fn has_seen(&self) -> bool {
        self.seen.load(Ordering::Relaxed)
    }
}

/// Looks for further headers in a text whose first list is not read.
pub(super) struct UnreadWatch<'a> {
    next: NextList<'a>,
    header_row: u32,
    headers: HashSet<String>,
}

impl<'a> UnreadWatch<'a> {
    pub(super) fn over(
        file: &InputFile,
        sheet: &SheetReading,
        settings: &'a ReadSettings<'a>,
    ) -> UnreadWatch<'a> {
        let forced = mapping_of(file, "", settings).map(|rule| &rule.columns);
        let plan = sheet.plan.as_ref();
        UnreadWatch {
            next: NextList::new(settings.headers, forced),
            header_row: plan.map_or(0, |plan| plan.header_row),
            headers: plan
                .iter()
                .flat_map(|plan| plan.header.last())
                .map(|row| row.concat())
                .collect(),
        }
    }

    pub(super) fn look(&mut self, row: u32, cells: &[&str]) {
        if row > self.header_row && self.headers.len() < 2 && self.next.is_header(cells) {
            self.headers.insert(cells.concat());
        }
    }

    /// Whether there is another header than the unread list's own.
    pub(super) fn has_seen(&self) -> bool {
        self.headers.len() > 1
    }
}

/// Reads a text that holds several lists, or headings of classes, as the sheet it was: row by row, from
/// its beginning.
pub(super) fn read_lists(
    file: &InputFile,
    (splitting, old_macintosh): (Splitting, bool),
    settings: &ReadSettings,
) -> io::Result<Vec<SheetReading>> {
    let bytes = settings.source.open(&file.path)?;
    let mut bytes: Box<dyn Read> = Box::new(bytes);
    let mut mark = [0; 3];
    let mut filled = 0;
    while filled < mark.len() {
        match bytes.read(&mut mark[filled..])? {
            0 => break,
            count => filled += count,
        }
    }
    let skipped = splitting.file_encoding.mark_len(&mark[..filled]);
    let bytes = Cursor::new(mark[skipped..filled].to_vec()).chain(bytes);
    let mut blocks = splitting.blocks(Box::new(bytes), old_macintosh);
    let mut lists = ListsOfSheet::new(file, "", None, settings);
    let mut oddities = Oddities::default();
    while let Some(block) = blocks.next_block()? {
        // That it is UTF-8 was seen before.
        if let Ok(odd) = for_rows(&block, splitting, |row, cells| lists.row(row, cells)) {
            oddities.add(odd);
        }
    }
    let over_long = blocks.over_long();
    let mut sheets = lists.finish(SheetEnd::default());
    if let Some(last) = sheets.last_mut() {
        last.say_over_long(over_long);
    }
    if let Some(sheet) = sheets.first_mut() {
        let headers = sheet.typing.as_ref().map_or(&[][..], |typing| &typing.headers);
        let rejections = oddities.rejections(headers, splitting.file_encoding);
        if !rejections.is_empty() {
            sheet.batches.push(Batch { rejections, ..Batch::default() });
        }
    }
    Ok(sheets)
}
