//! A run's outcome → the manifest that `run.json` keeps.

use std::collections::BTreeMap;

use crate::Checked;
use crate::ingest::Rejected;
use crate::normalize::{FileReading, SheetReading};
use crate::record::{Language, SheetId};
use crate::report::{InputEntry, Manifest, NotChecked, PROGRAM, SheetEntry};

/// Everything of the run but its clock times and counts of cases, in one language.
pub fn manifest(checked: &Checked, language: Language, rejected_share: f64) -> Manifest {
    let mut sheet_number = 0u32;
    let inputs = checked
        .readings
        .iter()
        .enumerate()
        .map(|(rank, file)| {
            input_entry(checked, rank as u32, file, &mut sheet_number, language, rejected_share)
        })
        .collect();
    let not_checked = checked
        .not_checked
        .iter()
        .map(|(what, rows)| NotChecked {
            file: what
                .sheet
                .map_or(String::new(), |sheet| checked.data.sheet(sheet).place.file.clone()),
            school: checked.data.schools.display(what.school).to_string(),
            rule: what.kind.name().to_string(),
            reason: what.reason.get(language).to_string(),
            rows: *rows,
        })
        .collect();
    Manifest {
        program: PROGRAM.into(),
        version: env!("CARGO_PKG_VERSION").into(),
        as_of: checked.data.as_of.to_string(),
        language,
        identity: checked.likeness.clone(),
        unused_configuration: checked
            .unused_mappings
            .iter()
            .map(|notice| notice.get(language).to_string())
            .collect(),
        inputs,
        not_checked,
        timings_ms: checked.timings.clone(),
        ..Manifest::default()
    }
}

fn input_entry(
    checked: &Checked,
    rank: u32,
    file: &FileReading,
    sheet_number: &mut u32,
    language: Language,
    rejected_share: f64,
) -> InputEntry {
    let mut superseded: BTreeMap<String, u64> = BTreeMap::new();
    for old in checked.standing.superseded.iter().filter(|old| old.file == rank) {
        let by = &checked.readings[old.by as usize].name;
        let school = checked.data.schools.display(old.school);
        superseded.insert(format!("{school} ← {by}"), old.rows);
    }
    let sheets = file
        .sheets
        .iter()
        .map(|sheet| {
            let id = SheetId(*sheet_number);
            *sheet_number += 1;
            sheet_entry(checked, id, sheet, &superseded, language, rejected_share)
        })
        .collect();
    InputEntry {
        file: file.name.clone(),
        size: file.size,
        sha256: file.sha256.clone(),
        format: file.format.into(),
        encoding: file.encoding.into(),
        same_as: file.same_as.clone(),
        error: file.error.as_ref().map(|error| error.get(language).to_string()),
        notes: file.notes.iter().map(|note| note.get(language).to_string()).collect(),
        sheets,
    }
}

fn sheet_entry(
    checked: &Checked,
    id: SheetId,
    sheet: &SheetReading,
    superseded: &BTreeMap<String, u64>,
    language: Language,
    rejected_share: f64,
) -> SheetEntry {
    let facts = checked.data.sheet(id);
    let mut entry = SheetEntry {
        sheet: sheet.name.clone(),
        kind: sheet.plan.as_ref().map_or(String::new(), |_| kebab(&facts.kind)),
        register: facts.register.as_ref().map(kebab),
        header_row: sheet.plan.as_ref().map(|plan| plan.header_row),
        document_date: facts.title_date.or(facts.name_date).map(|date| date.to_string()),
        ..SheetEntry::default()
    };
    entry.set_counts(&sheet.counts);
    if facts.register.is_some() {
        entry.superseded_for =
            superseded.iter().map(|(what, rows)| format!("{what} ({rows})")).collect();
    }
    if sheet.plan.is_some() && sheet.counts.checked + sheet.counts.rejected == 0 {
        entry.warnings.push(match language {
            Language::Zh => "只有表头，没有数据行".into(),
            Language::En => "a header and no rows".into(),
        });
    }
    let problem = sheet.problem.as_ref().map(|problem| problem.get(language).to_string());
    if sheet.is_notes() {
        entry.passed_over = problem;
    } else {
        entry.warnings.extend(problem);
    }
    let records = sheet.counts.checked + sheet.counts.rejected;
    if sheet.typing.is_some() && sheet.counts.rejected as f64 > rejected_share * records as f64 {
        let cells = checked
            .rejections
            .iter()
            .filter(|rejection| rejection.place.sheet == id && rejection.what == Rejected::Row)
            .count();
        entry.warnings.push(match language {
            Language::Zh => format!("{records}行中有{cells}行不能使用，请检查导出"),
            Language::En => {
                format!("{cells} of {records} rows could not be used; check the export")
            }
        });
    }
    entry
}

/// The kebab-case name by which a closed set is written.
fn kebab<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}
