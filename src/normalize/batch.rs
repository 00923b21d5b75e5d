//! What rows are typed by, and what they become: a [`SheetTyping`] goes in, a [`Batch`] a block comes out,
//! with its own dictionaries, so that blocks are typed on several threads and put together afterwards in
//! the order of the file.

use chrono::NaiveDate;
use serde::Serialize;

use super::money::Unit;
use super::row_columns::SideColumns;
use crate::ingest::{FillDown, From, PageHead, Rejection, RowCounts};
use crate::record::{
    AwardPeriod, Enrollments, HeadcountLine, Labels, Payments, RecordKind, SchoolMentions, Stage,
};

/// What the rows of a sheet share: where each field stands, and what the title, the sheet's or the
/// file's name say where no column does.
#[derive(Debug, Clone)]
pub struct SheetTyping {
    pub kind: RecordKind,
    /// The columns of each pupil of a line; one in most sheets.
    pub sides: Vec<SideColumns>,
    /// Cells that take a text above them; then one reader must read all rows in their order.
    pub fill_down: FillDown,
    /// What printed pages repeat.
    pub head: PageHead,
    /// Header of each column as it stands, by index.
    pub headers: Vec<String>,
    pub header_row: u32,
    pub amount_unit: Unit,
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

/// The typed rows of one block, in the block's own dictionaries.
#[derive(Debug, Default)]
pub struct Batch {
    pub enrollments: Enrollments,
    pub payments: Payments,
    pub headcounts: Vec<HeadcountLine>,
    pub labels: Labels,
    pub schools: SchoolMentions,
    pub rejections: Vec<Rejection>,
    pub counts: RowCounts,
}
