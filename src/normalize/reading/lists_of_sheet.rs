//! The rows of one sheet → its lists, mostly one: each is understood from its first rows, then its rows
//! are typed as they come. A further header below the records, or titles that say something else above a
//! repeated one, begin the next list.

use std::collections::HashSet;

use super::ReadSettings;
use super::file_reading::SheetReading;
use super::row_block::RowBlock;
use super::understanding::{HEAD_ROWS, Rows, mapping_of, plan};
use crate::ingest::{
    InputFile, MergedCells, NextList, SheetEnd, SkipReason, is_heading, skip_reason, titles_at_end,
};
use crate::normalize::{Batch, FromAbove, Keep, SheetTyping, Typer};
use crate::record::Message;

/// Rows kept back because they may be titles of a next list.
const MOST_TITLES: usize = 12;
/// Lists of one sheet that are read.
const MOST_LISTS: usize = 500;
/// How often the rows of a sheet are looked at anew, each time with as many merged cells: a page head whose
/// titles change is looked at once a page.
const MOST_LOOKS: usize = 20_000;
const MOST_MERGED_LOOKED_AT: usize = 200 << 20;

/// The lists of the sheet that is being read.
pub(super) struct ListsOfSheet<'a> {
    file: &'a InputFile,
    settings: &'a ReadSettings<'a>,
    name: String,
    merged: Option<Vec<MergedCells>>,
    epoch_1904: bool,
    next: NextList<'a>,
    /// The first rows, until the list is understood.
    head: Vec<Vec<String>>,
    /// The number of the first of them: 1, but 0 for the header of a format without a row for it, and more
    /// for a further list.
    first_row: u32,
    last_row: u32,
    /// Whether any cell held more than blanks.
    has_text: bool,
    /// What the list is, once its first rows are known.
    list: Option<SheetReading>,
    /// The list above, until it is known whether the rows in `head` go on with it.
    before: Option<SheetReading>,
    /// Rows to be typed.
    block: RowBlock,
    /// The last rows that are none of these yet: titles of a next list, or not.
    waiting: Vec<Vec<String>>,
    /// The number of the first of them.
    waiting_from: u32,
    /// What the rows typed so far leave to those below.
    above: Option<FromAbove>,
    /// An emptied batch, to be filled again.
    spare: Batch,
    /// Titles above a repeated header that say nothing new.
    known_titles: HashSet<String>,
    /// Headers of lists that are not read: they open no other.
    unread_headers: HashSet<String>,
    /// How often the head of a list was looked at.
    looks: usize,
    done: Vec<SheetReading>,
}

impl<'a> ListsOfSheet<'a> {
    pub(super) fn new(
        file: &'a InputFile,
        name: &str,
        merged: Option<&[MergedCells]>,
        settings: &'a ReadSettings<'a>,
    ) -> ListsOfSheet<'a> {
        let forced = mapping_of(file, name, settings).map(|rule| &rule.columns);
        ListsOfSheet {
            file,
            settings,
            name: name.into(),
            merged: merged.map(<[MergedCells]>::to_vec),
            epoch_1904: false,
            next: NextList::new(settings.headers, forced),
            head: Vec::new(),
            first_row: 1,
            last_row: 0,
            has_text: false,
            list: None,
            before: None,
            block: RowBlock::default(),
            waiting: Vec::new(),
            waiting_from: 0,
            above: None,
            spare: Batch::default(),
            known_titles: HashSet::new(),
            unread_headers: HashSet::new(),
            looks: 0,
            done: Vec::new(),
        }
    }

    /// Says whether bare numbers of days count from 1904.
    pub(super) fn counting_from_1904(self, epoch_1904: bool) -> ListsOfSheet<'a> {
        ListsOfSheet { epoch_1904, ..self }
    }

    /// Takes the next physical row.
    pub(super) fn row(&mut self, number: u32, cells: &[&str]) {
        self.last_row = self.last_row.max(number);
        self.has_text = self.has_text || cells.iter().any(|cell| !cell.trim().is_empty());
        let Some(list) = &self.list else {
            if self.head.is_empty() {
                self.first_row = number;
            }
            self.head.push(owned(cells));
            if self.head.len() >= HEAD_ROWS {
                self.understand();
            }
            return;
        };
        let header_row = list.plan.as_ref().map_or(0, |plan| plan.header_row);
        let headings = list.typing.as_ref().is_none_or(|typing| typing.fill_down.headings);
        let ended = list.typing.is_none() && (list.instead.is_some() || self.is_full());
        if number <= header_row || ended {
            return self.give(number, cells);
        }
        if self.next.is_header(cells) {
            self.give_waiting(titles_at_end(&self.waiting));
            if self.opens_list(cells) {
                return self.begin(number, cells);
            }
            let titles = std::mem::take(&mut self.waiting);
            self.give_titles(self.waiting_from, &titles);
            return self.give(number, cells);
        }
        let few = cells.iter().filter(|cell| !cell.trim().is_empty()).take(4).count() <= 3;
        if !few || cells.iter().any(|cell| cell.len() >= 15 && cell.bytes().all(|b| b.is_ascii())) {
            self.give_waiting(0);
            return self.give(number, cells);
        }
        if !headings && is_heading(cells) {
            self.heed_headings();
        }
        if self.waiting.len() == MOST_TITLES {
            self.give_waiting(0);
        }
        if self.waiting.is_empty() {
            self.waiting_from = number;
        }
        self.waiting.push(owned(cells));
    }

    /// The lists of the sheet, which ended; none if it is empty, and there is nothing to say of it.
    pub(super) fn finish(mut self, end: SheetEnd) -> Vec<SheetReading> {
        if !self.has_text {
            // An empty sheet of a workbook is no news.
            let unread = |problem| SheetReading::unread(&self.name, problem);
            return end.problem.map(unread).into_iter().collect();
        }
        while self.list.is_none() && !self.head.is_empty() {
            self.understand();
        }
        self.give_waiting(0);
        self.close();
        SheetReading::end_all(&mut self.done, end, self.last_row);
        self.done
    }

    /// Whether a header below the records begins another list. One that a printed page repeats does not,
    /// unless the titles above it, which are waiting, say something new.
    fn opens_list(&mut self, cells: &[&str]) -> bool {
        let Some(list) = &self.list else { return false };
        let Some(typing) = &list.typing else {
            // The first header of a list that is not understood is its own.
            let own = list.plan.is_none() && self.unread_headers.is_empty();
            return self.unread_headers.insert(cells.concat()) && !own;
        };
        if typing.head.repeated(cells) != Some(SkipReason::Header) {
            return true;
        }
        self.waiting.iter().any(|row| {
            let cells = borrowed(row);
            let of_class = typing.fill_down.headings && is_heading(&cells);
            !of_class && is_title(&cells) && !self.known_titles.contains(&without_page(row))
        })
    }

    /// Begins to gather the head of what may be a further list.
    fn begin(&mut self, number: u32, cells: &[&str]) {
        self.head = std::mem::take(&mut self.waiting);
        self.first_row = if self.head.is_empty() { number } else { self.waiting_from };
        self.head.push(owned(cells));
        self.before = self.list.take();
    }

    /// Finds out what the list is, and takes the rows that were waiting for that.
    fn understand(&mut self) {
        let head = std::mem::take(&mut self.head);
        let first = self.first_row;
        let before = self.before.take();
        let above = before.as_ref().map(titles_in_force);
        let (merged, titles_above) = (self.merged.as_deref(), above.as_deref());
        let rows = Rows { head: &head, first, merged, titles_above };
        self.looks += 1;
        let mut found = if self.is_full() && before.is_some() {
            SheetReading::unread(&self.name, too_many_lists(first))
        } else {
            plan(self.file, &self.name, rows, self.settings)
        };
        if let Some(typing) = &mut found.typing {
            typing.epoch_1904 = self.epoch_1904;
        }
        match before {
            Some(before) if says_the_same(&before, &found) => {
                self.list = Some(before);
                let plan = found.plan.as_ref();
                let header_rows = plan.map_or(1, |plan| plan.header.len());
                let header = plan.map_or(first, |plan| plan.header_row);
                let titles =
                    (header.saturating_sub(first) as usize + 1).saturating_sub(header_rows);
                let (titles, rest) = head.split_at(titles.min(head.len()));
                self.known_titles.extend(titles.iter().map(|row| without_page(row)));
                self.give_titles(first, titles);
                for (number, row) in (first.saturating_add(titles.len() as u32)..).zip(rest) {
                    let cells = borrowed(row);
                    match &mut self.list {
                        // In other words than the first: nothing else would tell that it is one.
                        Some(list) if number <= header && !is_blank(&cells) => {
                            list.counts.skip(SkipReason::Header);
                        }
                        _ if number <= header => self.give(number, &cells),
                        _ => self.row(number, &cells),
                    }
                }
                return;
            }
            Some(before) => {
                self.list = Some(before);
                self.close();
                self.list = Some(found.beginning_in(first));
            }
            None => self.list = Some(found),
        }
        match self.list.as_ref().map(|list| (&list.typing, &list.plan)) {
            Some((None, Some(plan))) => {
                self.unread_headers.extend(plan.header.iter().map(|row| row.concat()));
            }
            Some((Some(_), _)) => self.unread_headers.clear(),
            _ => {}
        }
        for (number, row) in (first..).zip(&head) {
            let cells = borrowed(row);
            self.row(number, &cells);
        }
    }

    /// Whether no further list of the sheet is read.
    fn is_full(&self) -> bool {
        let merged = self.merged.as_ref().map_or(0, Vec::len);
        self.done.len() + 1 >= MOST_LISTS
            || self.looks >= MOST_LOOKS.min(MOST_LISTS.max(MOST_MERGED_LOOKED_AT / (merged + 1)))
    }

    /// From here on the headings between the records name their class.
    fn heed_headings(&mut self) {
        self.type_block();
        if let Some(typing) = self.list.as_mut().and_then(|list| list.typing.as_mut()) {
            typing.fill_down.headings = true;
        }
    }

    /// Gives the rows that were kept back to the list, all but the last `kept`.
    fn give_waiting(&mut self, kept: usize) {
        let given = self.waiting.len().saturating_sub(kept);
        let waiting: Vec<Vec<String>> = self.waiting.drain(..given).collect();
        let from = self.waiting_from;
        self.waiting_from = from.saturating_add(given as u32);
        for (number, row) in (from..).zip(&waiting) {
            let cells = borrowed(row);
            self.give(number, &cells);
        }
    }

    /// Takes the rows above a header that goes on with the list: titles are no records.
    fn give_titles(&mut self, from: u32, rows: &[Vec<String>]) {
        for (number, row) in (from..).zip(rows) {
            let cells = borrowed(row);
            match &mut self.list {
                Some(list) if list.typing.is_some() && is_title(&cells) && !is_heading(&cells) => {
                    list.counts.skip(SkipReason::Title);
                }
                _ => self.give(number, &cells),
            }
        }
    }

    /// Takes a row of the list.
    fn give(&mut self, number: u32, cells: &[&str]) {
        if let Some(list) = self.list.as_mut().filter(|list| list.typing.is_none()) {
            return list.count_unread(number, cells);
        }
        self.block.push(number, cells);
        if self.block.is_full() {
            self.type_block();
        }
    }

    /// Ends the list.
    fn close(&mut self) {
        self.type_block();
        self.above = None;
        self.known_titles.clear();
        if let Some(mut list) = self.list.take() {
            list.say_surplus();
            list.forget_merged_cells();
            self.done.push(list);
        }
    }

    fn type_block(&mut self) {
        if let Some(list) = &mut self.list
            && let Some(typing) = &list.typing
            && self.block.len() > 0
        {
            let spare = std::mem::take(&mut self.spare);
            let mut typer = Typer::new(typing, skip_reason).into_batch(spare);
            if let Some(above) = self.above.take() {
                typer = typer.below(above);
            }
            typer.reserve(self.block.len(), self.block.bytes());
            self.block.drain(|number, cells| typer.row(number, cells));
            let (mut batch, above) = typer.finish_block();
            self.above = Some(above);
            batch.reduce(self.settings.keep);
            list.counts.add(&batch.counts);
            // A batch keeps its room: of samples only one may stay.
            match (self.settings.keep, list.batches.first_mut()) {
                (Keep::Sample(_), Some(first)) => {
                    first.append(&mut batch);
                    self.spare = batch;
                }
                _ => list.batches.push(batch),
            }
        }
    }
}

/// What a title says but for the number of its page: 第 2 页 共 10 页, 2/10.
fn without_page(row: &[String]) -> String {
    let text: Vec<char> = row.concat().chars().filter(|c| !c.is_whitespace()).collect();
    let mut kept = String::with_capacity(text.len() * 3);
    let mut at = 0;
    while at < text.len() {
        let digits =
            |from: usize| text.iter().skip(from).take_while(|c| c.is_ascii_digit()).count();
        let numbered = matches!(text[at], '第' | '共') && digits(at + 1) > 0;
        if numbered && text.get(at + 1 + digits(at + 1)) == Some(&'页') {
            at += 2 + digits(at + 1);
        } else {
            kept.push(text[at]);
            at += 1;
        }
    }
    kept
}

fn is_blank(cells: &[&str]) -> bool {
    cells.iter().all(|cell| cell.trim().is_empty())
}

/// Whether a row above a header is nothing else than a title.
fn is_title(cells: &[&str]) -> bool {
    skip_reason(cells, &[]).is_none_or(|reason| reason == SkipReason::Title)
}

fn owned(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| cell.to_string()).collect()
}

fn borrowed(row: &[String]) -> Vec<&str> {
    row.iter().map(String::as_str).collect()
}

/// What the titles of a list and those above it say.
fn titles_in_force(list: &SheetReading) -> Vec<String> {
    /// A sheet of many lists does not pile them up.
    const MOST: usize = 8;
    let contexts = list.plan.iter().map(|plan| &plan.context);
    let titles =
        contexts.flat_map(|context| context.title_texts.iter().chain(&context.titles_above));
    titles.take(MOST).cloned().collect()
}

/// Whether a list goes on with the one before: the same columns, and titles that say the same.
fn says_the_same(before: &SheetReading, next: &SheetReading) -> bool {
    let (Some(a), Some(b)) = (&before.plan, &next.plan) else { return false };
    let (Some(one), Some(other)) = (&before.typing, &next.typing) else { return false };
    let shared = |typing: &SheetTyping| {
        let SheetTyping { kind, stage, period, document_date, .. } = typing;
        (*kind, *stage, *period, *document_date)
    };
    let texts = |typing: &SheetTyping| {
        [&typing.school_code, &typing.school_name, &typing.programme].map(String::clone)
    };
    // Headings between the records say the class, where the titles above the first do not.
    let classes = one.fill_down.headings
        || (one.grade == other.grade && one.class == other.class)
        || (other.grade.is_empty() && other.class.is_empty() && b.titles.is_empty());
    a.register == b.register
        && one.sides == other.sides
        && shared(one) == shared(other)
        && texts(one) == texts(other)
        && classes
}

fn too_many_lists(row: u32) -> Message {
    Message::new(
        format!(
            "一张工作表内的名单过多（超过 {MOST_LISTS} 个），第 {row} 行起未读取；请每个名单一张工作表"
        ),
        format!(
            "the sheet holds more than {MOST_LISTS} lists; from row {row} on it was not read; put each list on a sheet of its own"
        ),
    )
}
