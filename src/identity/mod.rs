//! Records → persons.
//!
//! The exact step ([`match_exactly`]): records of one usable number are one person, unless names clearly
//! differ and birth date or sex differs too ([`NumberConflict`]); a record without a usable number is
//! paired inside its own school. The probabilistic step ([`match_probably`]) joins what that left apart:
//! blocking finds pairs worth comparing, comparison levels say how far they agree, the model weighs them
//! against strangers, twins and siblings, clusters join the surest first.

mod blocking;
mod clusters;
mod compare;
mod evidence;
mod exact;
mod explain;
mod keys;
mod learn;
mod levels;
mod model;
mod pairs;
mod persons;
mod probable;
mod units;
mod versions;

pub use blocking::Yield;
pub use exact::match_exactly;
pub use explain::{Side, Waterfall, Weight, explain, explain_link, is_doubted};
pub use keys::BlockingKey;
pub use learn::{Learned, learn};
pub use levels::{Compared, Level, Pattern};
pub use model::{Model, ModelError, ModelFile};
pub use pairs::{KeyPairs, Pair, pairs_by_key};
pub use persons::{Joined, Link, NOBODY, NumberConflict, Persons, RecordIndex};
pub use probable::{Likeness, match_probably};
pub use versions::{Standing, Superseded, stand};
