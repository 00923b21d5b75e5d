//! Cells become typed values: pure functions from text to the types of the record model.
//!
//! `reading` takes files as they come, `typer` types their rows, `merging` makes one [`Dataset`] of it all.

mod batch;
mod cell_agreement;
mod cells;
mod class;
mod contact;
mod dataset;
mod date;
mod enrollment_rows;
mod grade;
mod headcount_rows;
mod id_number;
mod joined_cells;
mod known_digits;
mod laid_out_rows;
mod line_payments;
mod long_cells;
mod memo;
mod merging;
mod money;
mod name;
mod name_agreement;
mod number_cell;
mod number_faults;
mod numeral;
mod payment_rows;
mod period;
mod period_months;
mod period_tokens;
mod possible_numbers;
mod pronunciation;
mod reading;
mod row_columns;
mod school_name;
mod schools;
mod sheet_typing;
mod shifted_rows;
mod slips;
mod social_credit_code;
mod sound;
mod spoilage;
mod status;
mod transliteration;
mod typer;

pub use cell_agreement::{CellAgreement, cells_agree};
pub use class::fold_class;
pub use contact::{parse_card, parse_phone};
pub use date::{BadDate, parse_date, parse_date_in};
pub use grade::{parse_grade, parse_stage, stage_from_school_code, stage_from_school_name};
pub use id_number::{ParsedNumber, known_province, number_inside_student_number, parse_id_number};
pub use known_digits::{KnownDigits, birth_in_cell, known_digits};
pub use laid_out_rows::FromAbove;
pub use line_payments::Pays;
pub use money::{Unit, parse_amount};
pub use name::{clean_name, is_name, name_key};
pub use name_agreement::{NameAgreement, compare_names, is_compound_surname};
pub use number_faults::{NumberFault, fault_between, says_nothing};
pub use period::{parse_months, parse_period_text, parse_school_year, parse_term};
pub use possible_numbers::possible_numbers;
pub use school_name::{SchoolKey, may_be_one, places_in, school_key};
pub use sound::{name_hash, sound_key};
pub use spoilage::{complete_from_student_number, spoilage_explains};
pub use status::{parse_enrollment_status, parse_payment_status, parse_sex};
pub use typer::Typer;

pub use batch::{Batch, Keep, Refused, Shared, SheetTyping, Surplus, Taken};
pub use dataset::{Dataset, SheetFacts};
pub use merging::merge;
pub use reading::{
    FileReading, Progress, ReadSettings, SheetReading, Silent, matches_pattern, read_files,
    unused_mappings,
};
pub use row_columns::SideColumns;
pub use schools::{KnownSchool, School, SchoolDirectory, SchoolId, UnresolvedName};
pub use sheet_typing::type_sheet;

#[cfg(test)]
mod layout_tests;
#[cfg(test)]
mod rows_in_blocks_tests;
