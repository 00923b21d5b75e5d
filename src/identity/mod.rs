//! Records → persons.
//!
//! The exact step: records of one usable number are one person, unless names clearly differ and birth
//! date or sex differs too ([`NumberConflict`]). A record without a usable number is paired inside its
//! own school only. A further, probabilistic step goes behind [`exact::match_exactly`]: it takes the
//! same columns and may join persons that the exact step left apart.

mod exact;
mod persons;
mod versions;

pub use exact::match_exactly;
pub use persons::{NOBODY, NumberConflict, Persons, RecordIndex};
pub use versions::{Standing, Superseded, stand};
