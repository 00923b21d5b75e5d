//! The record model: the types that every stage shares.
//!
//! A record is one row of an input file after its cells became typed fields. Records are kept as
//! columns (struct of arrays), text lives in one [`TextArena`] per table, and a record's own name is
//! its [`RowRef`]: file, sheet and physical row, never an address or the order of arrival.

mod columns;
mod digits;
mod field;
mod id_number;
mod message;
mod money;
mod place;
mod simplified;
mod sparse;
mod status;
mod tables;
mod text;
mod time;

pub(crate) use columns::columns;
pub use columns::{Cell, Column, Table};
pub use digits::Digits;
pub use field::Field;
pub use id_number::{IdNumber, NumberState};
pub use message::{Language, Message};
pub use money::Fen;
pub use place::{RowRef, SheetId, SheetRef};
pub use simplified::{in_simplified, is_common_simplified, simplified};
pub use sparse::Sparse;
pub use status::{EnrollmentStatus, Grade, PaymentStatus, RecordKind, Register, Sex, Stage};
pub use tables::{
    Enrollment, EnrollmentColumns, Enrollments, HeadcountLine, HeadcountLines, Payment,
    PaymentColumns, Payments, Records, SchoolMention, SchoolMentions,
};
pub use text::{LabelId, Labels, Text, TextArena};
pub use time::{AwardPeriod, DateRange, SchoolYear, Term};
