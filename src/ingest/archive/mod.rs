//! ZIP archives: which of their entries are tried as tables, why others are not, and how members are
//! opened as if they were files.

mod contents;
mod error;
mod names;
mod recently_inflated;
mod unpacked;

pub use error::ArchiveError;
pub use unpacked::{ArchiveNotice, Unpacked};
