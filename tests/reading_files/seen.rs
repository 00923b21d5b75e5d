//! `aidcheck inspect` over a file, and what it says as a page to read.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{AS_OF, aidcheck};

/// Puts the file into an empty folder, has it inspected, and compares what is said with the snapshot
/// `shows`.
pub fn assert_seen(shows: &str, name: &str, bytes: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), name, bytes);
    assert_seen_in(shows, folder.path());
}

/// The same for a folder that is already filled.
pub fn assert_seen_in(shows: &str, folder: &Path) {
    let page = page(&inspect(folder, &[]));
    let settings = || {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("snapshots");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings
    };
    settings().bind(|| insta::assert_snapshot!(shows, page));
}

/// Writes a file of a folder.
pub fn write(folder: &Path, name: &str, bytes: &[u8]) {
    fs::write(folder.join(name), bytes).unwrap();
}

/// The JSON that `inspect` gives of all files in a folder.
pub fn inspect(folder: &Path, arguments: &[&str]) -> Value {
    let output = aidcheck()
        .current_dir(folder)
        .args(["inspect", ".", "--json", "--lang", "zh", "--as-of", AS_OF, "--no-progress"])
        .args(arguments)
        .output()
        .unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(matches!(output.status.code(), Some(0 | 3)), "{errors}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {errors}"))
}

/// What was said, without sizes and hashes; what is empty is left out.
pub fn page(said: &Value) -> String {
    let mut page = String::new();
    for file in list(&said["files"]) {
        let mut told = vec![text(&file["format"])];
        told.extend(["encoding", "delimiter"].map(|key| text(&file[key])));
        told.retain(|word| !word.is_empty());
        line(&mut page, 0, &format!("{}: {}", text(&file["file"]), told.join(" ")));
        for key in ["same_as", "error"] {
            labelled(&mut page, 1, key, &text(&file[key]));
        }
        for note in list(&file["notes"]) {
            labelled(&mut page, 1, "note", &text(note));
        }
        for sheet in list(&file["sheets"]) {
            sheet_page(&mut page, sheet);
        }
    }
    page
}

fn sheet_page(page: &mut String, sheet: &Value) {
    let told = match &sheet["kind"] {
        Value::Null => "not understood".to_string(),
        kind => format!(
            "{} {}, header in row {}",
            text(kind),
            text(&sheet["register"]),
            sheet["header_row"]
        ),
    };
    line(page, 1, &format!("sheet \"{}\": {told}", text(&sheet["sheet"])));
    labelled(page, 2, "problem", &text(&sheet["problem"]));
    let rows = &sheet["rows"];
    let sum: u64 = ["checked", "rejected", "skipped"].iter().map(|key| number(&rows[*key])).sum();
    assert_eq!(number(&rows["in"]), sum, "the rows of a sheet add up: {sheet}");
    let skipped: Vec<String> = sheet["skipped"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, count)| number(count) > 0)
        .map(|(why, count)| format!("{why} {count}"))
        .collect();
    let counts = format!(
        "{} = {} checked + {} rejected + {} skipped",
        rows["in"], rows["checked"], rows["rejected"], rows["skipped"]
    );
    labelled(page, 2, "rows", &format!("{counts} ({})", skipped.join(", ")));
    if number(&sheet["hidden_rows"]) > 0 {
        labelled(page, 2, "hidden rows", &sheet["hidden_rows"].to_string());
    }
    for title in list(&sheet["titles"]) {
        labelled(page, 2, "title", &text(title));
    }
    for column in list(&sheet["columns"]) {
        column_line(page, column);
    }
    for taken in list(&sheet["taken_from"]).iter().filter(|taken| taken["from"] != "column") {
        let [what, from, whole, value] =
            ["what", "from", "text", "value"].map(|key| text(&taken[key]));
        labelled(page, 2, "taken", &format!("{what} = {value} from {from}: {whole}"));
    }
    for record in list(&sheet["sample"]) {
        let cells: Vec<String> = record
            .as_object()
            .unwrap()
            .iter()
            .filter(|(_, cell)| !text(cell).is_empty())
            .map(|(name, cell)| format!("{name} {}", text(cell)))
            .collect();
        labelled(page, 2, "record", &cells.join(", "));
    }
    for refused in list(&sheet["would_be_rejected"]) {
        let [what, column, reason] = ["what", "column", "reason"].map(|key| text(&refused[key]));
        let place = format!("{} × {what} {column}", refused["count"]);
        labelled(page, 2, "rejected", &format!("{}: {reason}", place.trim_end()));
    }
}

fn column_line(page: &mut String, column: &Value) {
    let header = text(&column["column"]);
    if header.is_empty() && column["field"].is_null() {
        return;
    }
    let mut told = format!("{header} → {} ({})", text(&column["field"]), text(&column["how"]));
    if let Some(pupil) = column["pupil"].as_u64() {
        let _ = write!(told, ", pupil {pupil}");
    }
    if column["blank"] == true {
        told.push_str(", blank");
    }
    if column["offer"].is_object() {
        let offer = &column["offer"];
        let _ = write!(told, ", like {} = {}?", text(&offer["header"]), text(&offer["field"]));
    }
    labelled(page, 2, "column", &told);
}

fn labelled(page: &mut String, depth: usize, label: &str, said: &str) {
    if !said.is_empty() {
        line(page, depth, &format!("{label}: {said}"));
    }
}

/// Adds a line; what cannot be seen in it is escaped.
fn line(page: &mut String, depth: usize, said: &str) {
    let shown: String = said
        .chars()
        .flat_map(|c| match c {
            '\0'..='\u{1f}' | '\u{7f}'..='\u{a0}' | '\u{200b}'..='\u{200f}' | '\u{feff}' => {
                c.escape_unicode().collect::<Vec<_>>()
            }
            _ => vec![c],
        })
        .collect();
    let _ = writeln!(page, "{}{}", "  ".repeat(depth), shown.trim_end());
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
