//! What became of every input row: checked, rejected or skipped; the three add up.

use crate::record::{Message, RowRef};

/// Why a row is no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    Blank,
    /// Above the header.
    Title,
    Header,
    /// 小计, 合计, 总计
    Subtotal,
    /// 填表人, 审核人, 经办人 … at the foot.
    Signature,
    /// Remarks and page numbers.
    Note,
    /// A further line of the pupil above, whose name and number are merged down over it.
    Continuation,
}

/// Counts of the rows of one sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RowCounts {
    pub rows_in: u64,
    pub checked: u64,
    pub rejected: u64,
    pub blank: u64,
    pub title: u64,
    pub header: u64,
    pub subtotal: u64,
    pub signature: u64,
    pub note: u64,
    pub continuation: u64,
}

impl RowCounts {
    /// Counts one row as skipped (and as read).
    pub fn skip(&mut self, reason: SkipReason) {
        self.rows_in += 1;
        *match reason {
            SkipReason::Blank => &mut self.blank,
            SkipReason::Title => &mut self.title,
            SkipReason::Header => &mut self.header,
            SkipReason::Subtotal => &mut self.subtotal,
            SkipReason::Signature => &mut self.signature,
            SkipReason::Note => &mut self.note,
            SkipReason::Continuation => &mut self.continuation,
        } += 1;
    }

    /// All skipped rows.
    pub fn skipped(&self) -> u64 {
        self.blank
            + self.title
            + self.header
            + self.subtotal
            + self.signature
            + self.note
            + self.continuation
    }

    /// Whether rows in = checked + rejected + skipped.
    pub fn closes(&self) -> bool {
        self.rows_in == self.checked + self.rejected + self.skipped()
    }

    /// Adds the counts of a further part of the sheet.
    pub fn add(&mut self, part: &RowCounts) {
        self.rows_in += part.rows_in;
        self.checked += part.checked;
        self.rejected += part.rejected;
        self.blank += part.blank;
        self.title += part.title;
        self.header += part.header;
        self.subtotal += part.subtotal;
        self.signature += part.signature;
        self.note += part.note;
        self.continuation += part.continuation;
    }
}

/// Whether a whole row or only one of its cells could not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rejected {
    Row,
    Cell,
}

/// A row or cell that could not be used: one line of `rejected.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    pub place: RowRef,
    pub what: Rejected,
    /// The column's header as it stands; empty for a whole row.
    pub column: String,
    /// The cell as it stands.
    pub value: String,
    /// What is wrong, and what to do.
    pub reason: Message,
}
