//! What is understood of the files that offices and schools send.
//!
//! Each file is made here, `aidcheck inspect` looks at it, and what it says is a snapshot in
//! `reading_files/snapshots`, named for what the file shows.

mod support;

#[path = "reading_files/made.rs"]
mod made;
#[path = "reading_files/seen.rs"]
mod seen;

#[path = "reading_files/amounts.rs"]
mod amounts;
#[path = "reading_files/cells.rs"]
mod cells;
#[path = "reading_files/formats.rs"]
mod formats;
#[path = "reading_files/layouts.rs"]
mod layouts;
#[path = "reading_files/mangled.rs"]
mod mangled;
#[path = "reading_files/mappings.rs"]
mod mappings;
#[path = "reading_files/whose.rs"]
mod whose;
