//! `cases.csv`: one row per record of a case, English names, for machines and the centre.

use std::io::{self, Write};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::words;
use crate::cases::CaseRow;
use crate::record::Language;

/// The columns, in their order; later ones go at the end.
pub const COLUMNS: [&str; 30] = [
    "case_id",
    "kind",
    "severity",
    "confidence",
    "status",
    "first_seen",
    "last_seen",
    "school_code",
    "school_name",
    "stage",
    "grade",
    "class",
    "name",
    "id_number",
    "student_number",
    "programme",
    "school_year",
    "term",
    "month",
    "amount",
    "pay_date",
    "enrollment_status",
    "valid_from",
    "valid_to",
    "role",
    "source_file",
    "source_sheet",
    "source_row",
    "reason",
    "case_number",
];

/// Sorts rows as the report shows them: school code, kind, case, role, file, row.
pub fn sort_rows(rows: &mut Vec<CaseRow>) {
    // Texts repeat: each distinct one is compared once, and rows by the ranks.
    let schools = ranks(rows.iter().map(|row| row.school_code.as_str()));
    let cases = ranks(rows.iter().map(|row| row.case_id.as_str()));
    let key = |row: &CaseRow| {
        let school = schools.get(row.school_code.as_str()).copied();
        (school, row.kind.name(), cases.get(row.case_id.as_str()).copied())
    };
    fn within_case(row: &CaseRow) -> impl Ord {
        let source = row.source.as_ref();
        (
            row.role.name(),
            source.map(|source| (source.file.as_str(), source.row, source.sheet.as_str())),
            (row.school_name.as_str(), row.name.as_str()),
        )
    }
    // A row is large: their order is sorted, and each row moved once.
    let mut order: Vec<_> = rows.par_iter().enumerate().map(|(at, row)| (key(row), at)).collect();
    order.par_sort_unstable();
    for case in order.chunk_by_mut(|a, b| a.0 == b.0).filter(|case| case.len() > 1) {
        case.sort_by(|a, b| within_case(&rows[a.1]).cmp(&within_case(&rows[b.1])));
    }
    let order = order.into_iter().map(|(_, at)| at);
    let mut unsorted: Vec<Option<CaseRow>> = std::mem::take(rows).into_iter().map(Some).collect();
    rows.reserve_exact(unsorted.len());
    rows.extend(order.filter_map(|at| unsorted[at].take()));
}

/// The place of each distinct text in their order.
fn ranks<'a>(texts: impl Iterator<Item = &'a str>) -> FxHashMap<&'a str, u32> {
    let distinct: FxHashSet<&str> = texts.collect();
    let mut distinct: Vec<&str> = distinct.into_iter().collect();
    distinct.par_sort_unstable();
    distinct.into_iter().zip(0..).collect()
}

/// Rows that one thread writes at a time.
const CHUNK: usize = 2048;

/// Writes the file, byte order mark included.
pub fn write(rows: &[CaseRow], language: Language, mut out: impl Write) -> io::Result<()> {
    out.write_all(super::BOM)?;
    let mut header = csv::Writer::from_writer(Vec::new());
    header.write_record(COLUMNS)?;
    out.write_all(&header.into_inner().map_err(|error| error.into_error())?)?;
    let chunks: Vec<io::Result<Vec<u8>>> =
        rows.par_chunks(CHUNK).map(|rows| csv_of(rows, language)).collect();
    for chunk in chunks {
        out.write_all(&chunk?)?;
    }
    out.flush()
}

fn csv_of(rows: &[CaseRow], language: Language) -> io::Result<Vec<u8>> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    for row in rows {
        let (file, sheet, place) = match &row.source {
            Some(source) => (source.file.as_str(), source.sheet.as_str(), source.row.to_string()),
            None => ("", "", String::new()),
        };
        csv.write_record([
            row.case_id.as_str(),
            row.kind.name(),
            row.severity.name(),
            &words::confidence(row.confidence),
            row.status.name(),
            &row.first_seen.to_string(),
            &row.last_seen.to_string(),
            &row.school_code,
            &row.school_name,
            row.stage.map(words::stage_name).unwrap_or_default(),
            &row.grade,
            &row.class,
            &row.name,
            &row.id_number,
            &row.student_number,
            &row.programme,
            &words::or_empty(row.period.school_year),
            row.period.term.map(words::term_name).unwrap_or_default(),
            &words::months(row.period),
            &words::or_empty(row.amount),
            &words::or_empty(row.pay_date),
            row.enrollment_status.map(words::status_name).unwrap_or_default(),
            &words::or_empty(row.valid_from),
            &words::or_empty(row.valid_to),
            row.role.name(),
            file,
            sheet,
            &place,
            row.reason.get(language),
            &words::or_empty(row.number),
        ])?;
    }
    csv.into_inner().map_err(|error| error.into_error())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::sample::row;
    use crate::rules::Role;

    #[test]
    fn a_row_in_full() {
        let mut out = Vec::new();
        write(&[row("DE-1", "A", "甲校")], Language::En, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let (header, rest) = text.split_once('\n').unwrap();
        assert!(header.starts_with("\u{feff}case_id,kind,"));
        assert_eq!(
            rest,
            "DE-1,dual-enrollment,error,0.95,new,2026-03-01,2026-03-01,A,甲校,senior,高一,3,张三,\
             330127201005031012,G330127201005031012,=国家助学金,2025-2026,autumn,2025-09 2025-10,\
             1150.00,2025-11,transferred-out,2025-09-01,,subject,a/b.csv,,7,why 330127201005031012,\n"
        );
    }

    #[test]
    fn a_total_without_a_row_has_an_empty_source() {
        let mut total = row("DE-1", "A", "甲校");
        total.source = None;
        let mut out = Vec::new();
        write(&[total], Language::Zh, &mut out).unwrap();
        assert!(String::from_utf8(out).unwrap().contains(",subject,,,,"));
    }

    #[test]
    fn the_order_is_that_of_the_design() {
        let mut rows = vec![row("DE-2", "B", ""), row("DE-2", "A", ""), row("DE-1", "B", "")];
        let mut counterpart = row("DE-1", "B", "");
        counterpart.role = Role::Counterpart;
        rows.insert(0, counterpart);
        let mut later = row("DE-1", "B", "");
        later.source.as_mut().unwrap().row = 10;
        rows.insert(0, later);
        sort_rows(&mut rows);
        let order: Vec<_> = rows
            .iter()
            .map(|row| (row.school_code.as_str(), row.case_id.as_str(), row.role.name()))
            .collect();
        assert_eq!(
            order,
            [
                ("A", "DE-2", "subject"),
                ("B", "DE-1", "counterpart"),
                ("B", "DE-1", "subject"),
                ("B", "DE-1", "subject"),
                ("B", "DE-2", "subject"),
            ]
        );
        assert_eq!(rows[1].source.as_ref().unwrap().row, 7);
    }
}
