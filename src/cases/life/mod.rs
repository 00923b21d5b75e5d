//! A night: tonight's cases and those of the nights before → what each case is now, and why.
//!
//! In: what a run found ([`Tonight`]), what the store knew ([`KnownCase`]), what the inputs covered. Out:
//! a [`Night`]: every case with its id, short number, status and days. Nothing is written here.

mod changes;
mod given;
mod known;
mod night;
mod round;
mod step;

pub use changes::{Change, Changes, schools_and_people};
pub use given::Given;
pub use known::{KnownCase, Waiver};
pub use night::{LivedCase, Memory, Night, NightSettings, Remembered, Seen, Tonight, live};
pub use round::{Round, must_escalate, waiting_since};
