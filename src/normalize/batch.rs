//! What rows are typed by, and what they become: a [`SheetTyping`] goes in, a [`Batch`] a block comes out,
//! with its own dictionaries, so that blocks are typed on several threads and put together afterwards in
//! the order of the file.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::row_columns::SideColumns;
use crate::ingest::{FillDown, From, Joined, PageHead, Rejected, Rejection, RowCounts};
use crate::policy::AdultAges;
use crate::record::{
    AwardPeriod, Enrollments, HeadcountLine, LabelId, Labels, Message, Payments, RecordKind,
    SchoolMentions, Stage,
};

/// What the rows of a sheet share: where each field stands, and what the title, the sheet's or the
/// file's name say where no column does.
#[derive(Debug, Clone)]
pub struct SheetTyping {
    pub kind: RecordKind,
    /// The columns of each pupil of a line, or of each payment to its pupil; one in most sheets.
    pub sides: Vec<SideColumns>,
    /// Columns whose cells together are one cell.
    pub joined: Vec<Joined>,
    /// Cells that take a text above them; then rows are typed in their order, each block below the one before.
    pub fill_down: FillDown,
    /// What printed pages repeat.
    pub head: PageHead,
    /// Header of each column as it stands, by index.
    pub headers: Vec<String>,
    pub header_row: u32,
    pub school_code: String,
    pub school_name: String,
    pub stage: Option<Stage>,
    pub grade: String,
    pub class: String,
    pub programme: String,
    pub period: AwardPeriod,
    /// The date of the document, where it says one.
    pub document_date: Option<NaiveDate>,
    pub as_of: NaiveDate,
    /// Whether a bare number of days counts from 1904.
    pub epoch_1904: bool,
    pub adult_number: AdultAges,
    /// Where all this was taken from.
    pub taken: Vec<Taken>,
}

/// What holds for all rows of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shared {
    SchoolCode,
    SchoolName,
    Stage,
    Grade,
    Class,
    Programme,
    SchoolYear,
    Term,
    Month,
    DocumentDate,
    /// The day of a count, of a count sheet.
    CountDate,
}

/// Where something that rows share was taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub what: Shared,
    pub from: From,
    /// The column's header, the title, or the name.
    pub text: String,
    /// What was read there; empty for a column, whose cells say it row by row.
    pub value: String,
}

/// What is kept of the rows that are typed and counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    All,
    /// The first records of each block, and how often what was refused and why: a file of any size is
    /// looked through in bounded memory.
    Sample(usize),
}

/// Rows or cells that are refused for one reason, by column. The cell that a reason quotes stands as `…`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Refused {
    pub what: Rejected,
    pub column: String,
    pub reason: Message,
}

impl Refused {
    /// What a rejection has in common with others of its kind.
    pub fn of(rejection: &Rejection) -> Refused {
        let unquoted = |reason: &str| match rejection.value.as_str() {
            "" => reason.to_string(),
            value => reason.replace(value, "…"),
        };
        let Rejection { what, column, reason, .. } = rejection;
        let reason = Message::new(unquoted(&reason.zh), unquoted(&reason.en));
        Refused { what: *what, column: column.clone(), reason }
    }
}

/// The typed rows of one block, in the block's own dictionaries.
#[derive(Debug, Default)]
pub struct Batch {
    pub enrollments: Enrollments,
    pub payments: Payments,
    pub headcounts: Vec<HeadcountLine>,
    pub labels: Labels,
    pub schools: SchoolMentions,
    pub rejections: Vec<Rejection>,
    /// Those that are not listed one by one ([`Keep::Sample`]).
    pub refused: BTreeMap<Refused, u64>,
    pub counts: RowCounts,
    pub surplus: Option<Surplus>,
}

/// Records with cells beyond the last header, which nothing says the meaning of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surplus {
    pub rows: u64,
    /// The first of them, and what stands there.
    pub first_row: u32,
    pub first_text: String,
}

impl Surplus {
    /// Adds those of a following block.
    pub fn add(sum: &mut Option<Surplus>, following: Option<Surplus>) {
        match (sum, following) {
            (Some(sum), Some(following)) => sum.rows += following.rows,
            (sum @ None, following) => *sum = following,
            (Some(_), None) => {}
        }
    }
}

/// What a batch's own labels and schools are called in a larger dictionary.
#[derive(Debug)]
pub struct Words {
    labels: Vec<LabelId>,
    schools: Vec<u32>,
}

impl Words {
    /// The words of `batch`, added to the larger dictionaries where they are new.
    pub fn shared(batch: &Batch, labels: &mut Labels, mentions: &mut SchoolMentions) -> Words {
        let own = batch.schools.as_slice().iter();
        Words {
            labels: batch.labels.iter().map(|(_, text)| labels.intern(text)).collect(),
            schools: own.map(|mention| mentions.intern(&mention.code, &mention.name)).collect(),
        }
    }

    /// Renames the labels and schools of the batch.
    pub fn translate(&self, batch: &mut Batch) {
        let same_labels =
            self.labels.iter().enumerate().all(|(own, label)| own == label.0 as usize);
        let relabel = |column: &mut Vec<LabelId>| {
            if !same_labels {
                column.iter_mut().for_each(|label| *label = self.labels[label.0 as usize]);
            }
        };
        let same_schools =
            self.schools.iter().enumerate().all(|(own, &school)| own == school as usize);
        let reschool = |column: &mut Vec<u32>| {
            if !same_schools {
                column.iter_mut().for_each(|school| *school = self.schools[*school as usize]);
            }
        };
        let enrollments = &mut batch.enrollments.columns;
        relabel(&mut enrollments.grade_label);
        relabel(&mut enrollments.class);
        reschool(&mut enrollments.school);
        let payments = &mut batch.payments.columns;
        relabel(&mut payments.grade_label);
        relabel(&mut payments.class);
        relabel(&mut payments.programme);
        relabel(&mut payments.note);
        reschool(&mut payments.school);
        for line in &mut batch.headcounts {
            line.school = self.schools[line.school as usize];
            line.grade_label = self.labels[line.grade_label.0 as usize];
            line.class = self.labels[line.class.0 as usize];
            line.note = self.labels[line.note.0 as usize];
        }
    }
}

impl Batch {
    /// Takes the rows of a further block of the same sheet; the block is empty then, and keeps its room.
    pub fn append(&mut self, block: &mut Batch) {
        Words::shared(block, &mut self.labels, &mut self.schools).translate(block);
        self.enrollments.append(&block.enrollments);
        self.payments.append(&block.payments);
        self.headcounts.append(&mut block.headcounts);
        self.rejections.append(&mut block.rejections);
        for (refused, count) in std::mem::take(&mut block.refused) {
            *self.refused.entry(refused).or_default() += count;
        }
        self.counts.add(&block.counts);
        Surplus::add(&mut self.surplus, block.surplus.take());
        block.enrollments.clear();
        block.payments.clear();
        block.labels = Labels::default();
        block.schools = SchoolMentions::default();
        block.counts = RowCounts::default();
    }

    /// Drops what is not kept.
    pub fn reduce(&mut self, keep: Keep) {
        let Keep::Sample(records) = keep else { return };
        self.enrollments.truncate(records);
        self.payments.truncate(records);
        self.headcounts.truncate(records);
        for rejection in self.rejections.drain(..) {
            *self.refused.entry(Refused::of(&rejection)).or_default() += 1;
        }
    }

    /// Makes room for `blocks` blocks like `first`, and a little more.
    pub fn reserve_for(&mut self, first: &Batch, blocks: usize) {
        let all = |of_one: usize| of_one * blocks + of_one * blocks / 16;
        self.enrollments.columns.reserve(all(first.enrollments.len()));
        self.enrollments.texts.reserve(all(first.enrollments.texts.len()));
        self.payments.columns.reserve(all(first.payments.len()));
        self.payments.texts.reserve(all(first.payments.texts.len()));
    }
}
