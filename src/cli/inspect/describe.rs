//! What was understood of a file, as JSON.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use aidcheck::ingest::{How, NoList, Rejected, SheetPlan};
use aidcheck::normalize::{FileReading, Refused, SheetReading};
use aidcheck::record::{Field, Language};
use aidcheck::rules::{CaseKind, Feeds, feeds};

use super::sample::Sample;
use super::words::{field_of, kebab};

/// One file; messages in the language asked for, terms in kebab-case.
pub fn describe(file: &FileReading, language: Language) -> Value {
    json!({
        "file": file.name,
        "size": file.size,
        "sha256": file.sha256,
        "format": file.format,
        "encoding": file.encoding,
        "delimiter": file.delimiter.map(String::from),
        "same_as": file.same_as,
        "error": file.error.as_ref().map(|error| error.get(language)),
        "notes": file.notes.iter().map(|note| note.get(language)).collect::<Vec<_>>(),
        "sheets": file.sheets.iter().map(|sheet| describe_sheet(sheet, language)).collect::<Vec<_>>(),
    })
}

/// Rows and cells that would be rejected, by what is wrong with them.
pub fn rejected_by_reason(
    sheet: &SheetReading,
    language: Language,
) -> BTreeMap<(Rejected, String, String), u64> {
    let mut reasons = BTreeMap::new();
    let listed = sheet.batches.iter().flat_map(|batch| &batch.rejections);
    let listed = listed.map(|rejection| (Refused::of(rejection), 1));
    let counted = sheet.batches.iter().flat_map(|batch| &batch.refused);
    for (refused, count) in listed.chain(counted.map(|(refused, &count)| (refused.clone(), count)))
    {
        let reason = refused.reason.get(language).to_string();
        *reasons.entry((refused.what, refused.column, reason)).or_default() += count;
    }
    reasons
}

/// Which rules a sheet feeds.
pub fn rules_fed(sheet: &SheetReading) -> Vec<(CaseKind, Feeds)> {
    let (Some(plan), Some(typing)) = (&sheet.plan, &sheet.typing) else { return Vec::new() };
    let has = |field: Field| {
        plan.columns.iter().any(|column| column.field == Some(field) && !column.blank)
            || typing.taken.iter().any(|taken| field_of(taken.what) == Some(field))
    };
    feeds(plan.kind, has)
}

fn describe_sheet(sheet: &SheetReading, language: Language) -> Value {
    let counts = &sheet.counts;
    let refused: Vec<Value> = rejected_by_reason(sheet, language)
        .into_iter()
        .map(|((what, column, reason), count)| {
            let what = if what == Rejected::Row { "row" } else { "cell" };
            json!({ "what": what, "column": column, "reason": reason, "count": count })
        })
        .collect();
    let mut value = json!({
        "sheet": sheet.name,
        "problem": sheet.problem.as_ref().map(|problem| problem.get(language)),
        "instead": sheet.instead.map(|instead| match instead {
            NoList::Reply => "reply",
            NoList::Notes => "notes",
        }),
        "first_row": sheet.first_row,
        "hidden_rows": sheet.hidden_rows,
        "rows": {
            "in": counts.rows_in, "checked": counts.checked,
            "rejected": counts.rejected, "skipped": counts.skipped(),
        },
        "skipped": {
            "blank": counts.blank, "title": counts.title, "header": counts.header,
            "subtotal": counts.subtotal, "signature": counts.signature,
            "note": counts.note, "continuation": counts.continuation,
        },
        "would_be_rejected": refused,
    });
    if let Some(plan) = &sheet.plan {
        value["kind"] = json!(plan.kind);
        value["register"] = json!(plan.register);
        value["header_row"] = json!(plan.header_row);
        value["titles"] = json!(plan.titles);
        value["pupils_side_by_side"] = json!(plan.sides);
        if plan.payments.len() > 1 {
            value["payments_on_a_line"] = json!(plan.payments.len());
        }
        value["columns"] = columns(plan);
        value["unmapped"] = unmapped(plan).map(|column| column.header.as_str()).collect();
    }
    if let Some(typing) = &sheet.typing {
        value["taken_from"] = typing
            .taken
            .iter()
            .map(|taken| {
                json!({ "what": taken.what, "from": format!("{:?}", taken.from).to_lowercase(), "text": taken.text, "value": taken.value })
            })
            .collect();
        value["rules"] = rules(sheet, language);
    }
    if let Some(sample) = Sample::of(sheet, language) {
        value["sample"] = sample
            .rows
            .iter()
            .map(|row| {
                let cells = sample.headings.iter().zip(row);
                cells
                    .map(|((name, ..), cell)| (name.to_string(), Value::from(cell.as_str())))
                    .collect::<Map<_, _>>()
            })
            .collect();
    }
    value
}

fn columns(plan: &SheetPlan) -> Value {
    plan.columns
        .iter()
        .map(|column| {
            let mut said = json!({
                "column": column.header,
                "index": column.index,
                "field": column.field,
                "how": kebab_how(column.how),
                "pupil": column.side,
                "blank": column.blank,
                "offer": column.offer.as_ref().map(|(field, header)| json!({ "field": kebab(field), "header": header })),
            });
            if !column.groups.is_empty() {
                said["groups"] = json!(column.groups);
            }
            if let Some(payment) = column.payment {
                said["payment"] = json!(payment);
            }
            said
        })
        .collect()
}

/// The columns with a header that nobody knows.
pub fn unmapped(plan: &SheetPlan) -> impl Iterator<Item = &aidcheck::ingest::ColumnPlan> {
    plan.columns
        .iter()
        .filter(|column| column.how == How::Unknown && !column.header.trim().is_empty())
}

fn kebab_how(how: How) -> &'static str {
    match how {
        How::Header => "header",
        How::Abbreviation => "abbreviation",
        How::Content => "content",
        How::Forced => "configuration",
        How::Part => "part",
        How::SecondChoice => "second-choice",
        How::Unknown => "unknown",
    }
}

fn rules(sheet: &SheetReading, language: Language) -> Value {
    rules_fed(sheet)
        .into_iter()
        .map(|(kind, feeds)| {
            let (can, why) = match feeds {
                Feeds::Yes(why) => (true, why),
                Feeds::No(why) => (false, Some(why)),
                Feeds::OtherKind => (false, None),
            };
            json!({ "kind": kind, "fed": can, "why": why.map(|why| why.get(language).to_string()) })
        })
        .collect()
}
