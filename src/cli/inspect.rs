//! `aidcheck inspect`: how each file is understood, before anything is checked.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use aidcheck::cases::Secret;
use aidcheck::ingest::{Disk, Rejected};
use aidcheck::normalize::{FileReading, SheetReading};
use aidcheck::record::Language;
use aidcheck::rules::CaseKind;
use aidcheck::{Run, read};

use super::arguments::InspectArguments;
use super::progress::Bar;
use super::setup::Setup;
use super::{Voice, say};

/// Reads every file and says what was understood; writes nothing.
pub fn run(arguments: &InspectArguments, voice: Voice) -> anyhow::Result<u8> {
    let setup = Setup::from_arguments(&arguments.common, voice)?;
    setup.require_inputs()?;
    let bar = Bar::over(0, false);
    let secret = Secret::from_text("inspect makes no cases");
    let readings = read(
        &setup.inputs.files,
        &Run {
            config: &setup.config,
            policy: &setup.policy,
            secret: &secret,
            as_of: setup.as_of,
            kinds: &CaseKind::ALL,
            source: &Disk,
            progress: &bar,
        },
    )?;
    let files: Vec<Value> = readings.iter().map(|file| describe(file, setup.language)).collect();
    if arguments.common.json {
        say(&serde_json::to_string_pretty(&json!({ "files": files }))?)?;
    } else {
        for file in &files {
            voice.say(&file_text(file, setup.language))?;
        }
    }
    let usable = readings.iter().flat_map(|file| &file.sheets).any(|sheet| sheet.plan.is_some());
    let copied = readings.iter().any(|file| file.same_as.is_some());
    Ok(if usable || copied { 0 } else { 3 })
}

fn describe(file: &FileReading, language: Language) -> Value {
    json!({
        "file": file.name,
        "size": file.size,
        "sha256": file.sha256,
        "format": file.format,
        "encoding": file.encoding,
        "delimiter": file.delimiter.map(String::from),
        "same_as": file.same_as,
        "error": file.error.as_ref().map(|error| error.get(language)),
        "sheets": file.sheets.iter().map(|sheet| describe_sheet(sheet, language)).collect::<Vec<_>>(),
    })
}

fn describe_sheet(sheet: &SheetReading, language: Language) -> Value {
    let mut refused: BTreeMap<String, u64> = BTreeMap::new();
    for rejection in sheet.batches.iter().flat_map(|batch| &batch.rejections) {
        let what = if rejection.what == Rejected::Row { "row" } else { "cell" };
        *refused
            .entry(format!("{what}: {} {}", rejection.column, rejection.reason.get(language)))
            .or_default() += 1;
    }
    let mut value = json!({
        "sheet": sheet.name,
        "problem": sheet.problem.as_ref().map(|problem| problem.get(language)),
        "rows": {
            "in": sheet.counts.rows_in, "checked": sheet.counts.checked,
            "rejected": sheet.counts.rejected, "skipped": sheet.counts.skipped(),
        },
        "would_be_rejected": refused,
    });
    if let (Some(plan), Some(typing)) = (&sheet.plan, &sheet.typing) {
        value["kind"] = json!(plan.kind);
        value["register"] = json!(plan.register);
        value["header_row"] = json!(plan.header_row);
        value["titles"] = json!(plan.titles);
        value["columns"] = plan
            .columns
            .iter()
            .map(|column| json!({ "column": column.header, "field": column.field, "how": format!("{:?}", column.how) }))
            .collect();
        value["school"] = json!({ "code": typing.school_code, "name": typing.school_name });
        value["programme"] = json!(typing.programme);
        value["document_date"] = json!(typing.document_date.map(|date| date.to_string()));
        value["period"] = json!({
            "school_year": typing.period.school_year.map(|year| year.to_string()),
            "term": typing.period.term,
            "months": typing.period.calendar_months().map(|(year, month)| format!("{year}-{month:02}")).collect::<Vec<_>>(),
        });
        value["sample"] = json!(normalized_sample(sheet));
    }
    value
}

/// The first three records as they were understood.
fn normalized_sample(sheet: &SheetReading) -> Vec<Value> {
    let Some(batch) = sheet.batches.first() else { return Vec::new() };
    let mentions = batch.schools.as_slice();
    let enrollments = (0..batch.enrollments.len()).map(|index| {
        let record = batch.enrollments.get(index);
        let school = &mentions[record.school as usize];
        json!({
            "row": record.row, "name": batch.enrollments.text(record.name),
            "number": record.number.map(|number| number.to_string()), "number_state": format!("{:?}", record.number_state),
            "school": format!("{} {}", school.code, school.name), "stage": record.stage, "grade": record.grade.year,
            "class": batch.labels.get(record.class), "status": record.status,
            "entry": record.entry.map(|date| date.to_string()), "exit": record.exit.map(|date| date.to_string()),
        })
    });
    let payments = (0..batch.payments.len()).map(|index| {
        let record = batch.payments.get(index);
        let school = &mentions[record.school as usize];
        json!({
            "row": record.row, "name": batch.payments.text(record.name),
            "number": record.number.map(|number| number.to_string()), "number_state": format!("{:?}", record.number_state),
            "school": format!("{} {}", school.code, school.name), "programme": batch.labels.get(record.programme),
            "school_year": record.period.school_year.map(|year| year.to_string()), "term": record.period.term,
            "amount": record.amount.to_string(), "status": record.status,
        })
    });
    let counts = batch.headcounts.iter().map(|line| {
        json!({
            "row": line.place.row, "grade": batch.labels.get(line.grade_label), "class": batch.labels.get(line.class),
            "date": line.date.map(|date| date.to_string()), "counted": line.counted, "on_leave": line.on_leave,
        })
    });
    enrollments.take(3).chain(payments.take(3)).chain(counts.take(3)).collect()
}

fn file_text(file: &Value, language: Language) -> String {
    let mut lines: Vec<String> = Vec::new();
    let zh = language == Language::Zh;
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    lines.push(format!(
        "{}  [{} {}]",
        text(&file["file"]),
        text(&file["format"]),
        text(&file["encoding"])
    ));
    if let Value::String(same) = &file["same_as"] {
        lines.push(format!(
            "  {} {same}",
            if zh {
                "与此文件完全相同，只读一次："
            } else {
                "same bytes as, read once:"
            }
        ));
    }
    if let Value::String(error) = &file["error"] {
        lines.push(format!("  {}{error}", if zh { "不能使用：" } else { "cannot be used: " }));
    }
    for sheet in file["sheets"].as_array().into_iter().flatten() {
        if sheet["sheet"] != "" {
            lines.push(format!(
                "  {} {}",
                if zh { "工作表" } else { "sheet" },
                text(&sheet["sheet"])
            ));
        }
        if let Value::String(problem) = &sheet["problem"] {
            lines.push(format!("    {problem}"));
        }
        lines.push(format!(
            "    {} {} {}  {} {}",
            if zh { "种类" } else { "kind" },
            text(&sheet["kind"]),
            text(&sheet["register"]),
            if zh { "表头在第几行" } else { "header row" },
            text(&sheet["header_row"])
        ));
        let rows = &sheet["rows"];
        lines.push(format!(
            "    {} {} = {} + {} + {}",
            if zh {
                "行数 = 已核对 + 不能使用 + 跳过："
            } else {
                "rows in = checked + rejected + skipped:"
            },
            rows["in"],
            rows["checked"],
            rows["rejected"],
            rows["skipped"]
        ));
        for column in sheet["columns"].as_array().into_iter().flatten() {
            lines.push(format!(
                "      {} → {} ({})",
                text(&column["column"]),
                text(&column["field"]),
                text(&column["how"])
            ));
        }
        for record in sheet["sample"].as_array().into_iter().flatten() {
            lines.push(format!("      {record}"));
        }
        for (reason, rows) in sheet["would_be_rejected"].as_object().into_iter().flatten() {
            lines.push(format!("    {rows} × {reason}"));
        }
    }
    lines.join("\n")
}
