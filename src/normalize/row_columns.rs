//! Where the fields of a record stand in its row: the first choice of each, and what is asked besides.

use super::line_payments::Pays;
use crate::record::{DateRange, EnrollmentStatus, Field};

/// The columns of one pupil's record: one per line in most sheets, several where pupils stand side by side.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SideColumns {
    /// Fields and their columns (from 0), the first choice of a field before the others.
    pub fields: Vec<(Field, usize)>,
    /// The columns that describe this pupil, or this payment of the pupil, alone; empty where a line holds
    /// one.
    pub own: Vec<usize>,
    /// Of a payment: what its headers say of it.
    pub pays: Pays,
}

macro_rules! column_indices {
    ($($name:ident: $field:ident,)*) => {
        /// Column of each field, `NOWHERE` where the sheet has none.
        #[derive(Debug, Clone, Copy)]
        pub(super) struct Columns { $(pub(super) $name: usize,)* }
        impl Columns {
            pub(super) fn of(fields: &[(Field, usize)]) -> Columns {
                let column = |wanted: Field| {
                    fields.iter().find(|(field, _)| *field == wanted).map_or(NOWHERE, |(_, column)| *column)
                };
                Columns { $($name: column(Field::$field),)* }
            }
        }
    };
}

pub(super) const NOWHERE: usize = usize::MAX;

column_indices! {
    name: Name, former_name: FormerName, id_number: IdNumber, sex: Sex, birth: BirthDate,
    student_number: StudentNumber, school_code: SchoolCode, school_name: SchoolName, stage: Stage,
    grade: Grade, class: Class, status: EnrollmentStatus, entry: EntryDate, exit: ExitDate,
    movement: MovementDate, suspension: SuspensionDate, programme: Programme,
    school_year: SchoolYear, term: Term, month: Month, batch: Batch, review: ReviewStatus,
    failure: FailureReason, amount: Amount, pay_date: PayDate, payment_status: PaymentStatus,
    card: Card, note: Note, count_date: CountDate, registered: RegisteredCount,
    counted: CountedCount, on_leave: LeaveCount, sick: SickLeaveCount,
    personal: PersonalLeaveCount, interns: InternCount, suspended: SuspendedCount,
    excused: ExcusedCount, ordinal: Ordinal, guardian: GuardianName, phone: Phone,
}

/// What a column of dates dates, by its header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    Entry,
    TransferIn,
    /// 注册日期, 建籍日期: when the books were opened, often later than the entry.
    Registration,
    Leaving,
    TransferOut,
    Withdrawal,
    Graduation,
}

/// Columns that are asked besides the first choice of a field; all empty for most sheets.
#[derive(Debug, Clone, Default)]
pub(super) struct Further {
    pub(super) id_number: Vec<usize>,
    pub(super) student_number: Vec<usize>,
    pub(super) school_code: Vec<usize>,
    pub(super) school_name: Vec<usize>,
    pub(super) guardian: Vec<usize>,
    pub(super) phone: Vec<usize>,
    /// All columns of entry dates, where there are several.
    pub(super) entries: Vec<(Event, usize)>,
    pub(super) exits: Vec<(Event, usize)>,
    /// Columns in which no row that stands where it should has somebody's number.
    pub(super) numberless: Vec<usize>,
}

impl Further {
    pub(super) fn of(fields: &[(Field, usize)], headers: &[String]) -> Further {
        let all = |wanted: Field| {
            fields.iter().filter(move |(field, _)| *field == wanted).map(|(_, column)| *column)
        };
        let dated = |field: Field, event: fn(&str) -> Event| {
            let columns: Vec<(Event, usize)> = all(field)
                .map(|column| (event(headers.get(column).map_or("", String::as_str)), column))
                .collect();
            if columns.len() > 1 { columns } else { Vec::new() }
        };
        Further {
            id_number: all(Field::IdNumber).skip(1).collect(),
            student_number: all(Field::StudentNumber).skip(1).collect(),
            school_code: all(Field::SchoolCode).skip(1).collect(),
            school_name: all(Field::SchoolName).skip(1).collect(),
            guardian: all(Field::GuardianName).skip(1).collect(),
            phone: all(Field::Phone).skip(1).collect(),
            entries: dated(Field::EntryDate, entry_event),
            exits: dated(Field::ExitDate, exit_event),
            numberless: fields
                .iter()
                .filter(|(field, _)| is_numberless(*field))
                .map(|(_, column)| *column)
                .collect(),
        }
    }
}

fn is_numberless(field: Field) -> bool {
    matches!(
        field,
        Field::Name
            | Field::SchoolCode
            | Field::SchoolName
            | Field::Class
            | Field::Grade
            | Field::Sex
            | Field::Stage
            | Field::EnrollmentStatus
            | Field::Programme
            | Field::SchoolYear
            | Field::Term
            | Field::Month
            | Field::Amount
            | Field::PaymentStatus
            | Field::CountedCount
    )
}

fn entry_event(header: &str) -> Event {
    if header.contains("转入") {
        Event::TransferIn
    } else if header.contains("注册") || header.contains("建籍") {
        Event::Registration
    } else {
        Event::Entry
    }
}

fn exit_event(header: &str) -> Event {
    if header.contains('转') {
        Event::TransferOut
    } else if header.contains('退') {
        Event::Withdrawal
    } else if ["毕业", "结业", "肄业"].iter().any(|word| header.contains(word)) {
        Event::Graduation
    } else {
        Event::Leaving
    }
}

/// Of several dates of leaving the one that fits the status, else the earliest.
pub(super) fn exit_of(status: EnrollmentStatus, dates: &[(Event, DateRange)]) -> Option<DateRange> {
    let fits = match status {
        EnrollmentStatus::TransferredOut => Event::TransferOut,
        EnrollmentStatus::Withdrawn => Event::Withdrawal,
        EnrollmentStatus::Graduated => Event::Graduation,
        _ => Event::Leaving,
    };
    let fitting = dates.iter().find(|(event, _)| {
        *event == fits && (status.is_exit() || status == EnrollmentStatus::Suspended)
    });
    fitting.or_else(|| dates.iter().min_by_key(|(_, date)| date.first)).map(|(_, date)| *date)
}

/// Of several dates of entry that of a transfer in, if the status says one, else the latest that is not
/// after the exit. The day of registration counts only where nothing else does.
pub(super) fn entry_of(
    transferred_in: bool,
    exit: Option<DateRange>,
    dates: &[(Event, DateRange)],
) -> Option<DateRange> {
    if transferred_in
        && let Some((_, date)) = dates.iter().find(|(event, _)| *event == Event::TransferIn)
    {
        return Some(*date);
    }
    let entered = dates.iter().any(|(event, _)| *event != Event::Registration);
    let counted = || {
        dates
            .iter()
            .filter(move |(event, _)| !entered || *event != Event::Registration)
            .map(|(_, date)| *date)
    };
    let before_exit = counted().filter(|date| exit.is_none_or(|exit| date.first <= exit.last));
    before_exit.max_by_key(|date| date.first).or_else(|| counted().min_by_key(|date| date.first))
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    fn day(text: &str) -> DateRange {
        DateRange::day(text.parse::<NaiveDate>().unwrap())
    }

    #[test]
    fn a_row_takes_the_exit_that_fits_its_status() {
        let dates = [
            (exit_event("毕业日期"), day("2026-07-01")),
            (exit_event("转出日期"), day("2025-03-01")),
            (exit_event("退学日期"), day("2025-02-01")),
        ];
        for (status, expected) in [
            (EnrollmentStatus::TransferredOut, "2025-03-01"),
            (EnrollmentStatus::Withdrawn, "2025-02-01"),
            (EnrollmentStatus::Graduated, "2026-07-01"),
            (EnrollmentStatus::OtherExit, "2025-02-01"),
            (EnrollmentStatus::Active, "2025-02-01"),
        ] {
            assert_eq!(exit_of(status, &dates), Some(day(expected)), "{status:?}");
        }
        assert_eq!(exit_of(EnrollmentStatus::Graduated, &dates[1..2]), Some(day("2025-03-01")));
        assert_eq!(exit_of(EnrollmentStatus::Graduated, &[]), None);
    }

    #[test]
    fn a_row_takes_the_latest_entry_before_its_exit() {
        let dates = [
            (entry_event("入学日期"), day("2023-09-01")),
            (entry_event("转入日期"), day("2025-03-01")),
            (entry_event("建籍日期"), day("2025-05-01")),
        ];
        assert_eq!(entry_of(false, None, &dates), Some(day("2025-03-01")));
        assert_eq!(entry_of(false, Some(day("2024-01-01")), &dates), Some(day("2023-09-01")));
        assert_eq!(entry_of(true, Some(day("2024-01-01")), &dates), Some(day("2025-03-01")));
        assert_eq!(entry_of(false, Some(day("2020-01-01")), &dates), Some(day("2023-09-01")));
        assert_eq!(entry_of(false, None, &dates[2..]), Some(day("2025-05-01")));
    }
}
