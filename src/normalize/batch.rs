//! What rows are typed by, and what they become: a [`SheetTyping`] goes in, a [`Batch`] a block comes out,
//! with its own dictionaries, so that blocks are typed on several threads and put together afterwards in
//! the order of the file.

use chrono::NaiveDate;
use rustc_hash::FxHashMap;

use super::money::Unit;
use crate::ingest::{Rejection, RowCounts};
use crate::record::{
    AwardPeriod, Enrollments, Field, HeadcountLine, Labels, Payments, RecordKind, SchoolMentions,
    Stage,
};

/// What the rows of a sheet share: where each field stands, and what the title, the sheet's or the
/// file's name say where no column does.
#[derive(Debug, Clone)]
pub struct SheetTyping {
    pub kind: RecordKind,
    /// Column of each field; a field stands in one column at most.
    pub columns: FxHashMap<Field, usize>,
    /// Header of each column as it stands, by index.
    pub headers: Vec<String>,
    pub header_row: u32,
    pub amount_unit: Unit,
    pub school_code: String,
    pub school_name: String,
    pub stage: Option<Stage>,
    pub class: String,
    pub programme: String,
    pub period: AwardPeriod,
    /// The date of the document, where it says one.
    pub document_date: Option<NaiveDate>,
    pub as_of: NaiveDate,
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
