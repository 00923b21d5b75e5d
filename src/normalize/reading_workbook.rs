//! Workbooks: every visible sheet is understood and typed by itself.

use super::reading::{FileReading, HEAD_ROWS, ReadSettings, SheetReading, count_unread, plan};
use super::typer::Typer;
use crate::ingest::{InputFile, read_workbook, skip_reason};
use crate::record::Message;

pub(super) fn read_book(
    file: &InputFile,
    bytes: Vec<u8>,
    settings: &ReadSettings,
    reading: &mut FileReading,
) {
    let mut rows: Vec<(String, Vec<Vec<String>>)> = Vec::new();
    let report = read_workbook(bytes, &file.name, &mut |sheet, _, cells| {
        if rows.last().is_none_or(|(name, _)| name != sheet) {
            rows.push((sheet.to_string(), Vec::new()));
        }
        if let Some((_, rows)) = rows.last_mut() {
            rows.push(cells.iter().map(|cell| cell.to_string()).collect());
        }
    });
    let report = match report {
        Ok(report) => report,
        Err(error) => return reading.error = Some(error.message()),
    };
    for line in report.sheets {
        if line.hidden {
            let problem = Message::new("隐藏的工作表，未读取", "a hidden sheet, not read");
            reading.sheets.push(SheetReading::unread(&line.name, problem));
            continue;
        }
        let at = rows.iter().position(|(name, _)| *name == line.name);
        let rows = at.map(|at| rows.swap_remove(at).1).unwrap_or_default();
        if rows.iter().all(|row| row.iter().all(|cell| cell.trim().is_empty())) {
            // An empty sheet of a workbook is no news.
            if let Some(problem) = line.problem {
                reading.sheets.push(SheetReading::unread(&line.name, problem));
            }
            continue;
        }
        let mut sheet = plan(file, &line.name, &rows[..rows.len().min(HEAD_ROWS)], settings);
        if line.problem.is_some() {
            sheet.problem = line.problem;
        }
        match &sheet.typing {
            Some(typing) => {
                let mut typer = Typer::new(typing, skip_reason);
                let mut cells: Vec<&str> = Vec::new();
                for (index, row) in rows.iter().enumerate() {
                    cells.clear();
                    cells.extend(row.iter().map(String::as_str));
                    typer.row(index as u32 + 1, &cells);
                }
                let batch = typer.finish();
                sheet.counts = batch.counts;
                sheet.batches = vec![batch];
            }
            None => {
                for row in &rows {
                    let cells: Vec<&str> = row.iter().map(String::as_str).collect();
                    sheet.counts.rows_in += 1;
                    count_unread(&mut sheet.counts, &cells);
                }
            }
        }
        reading.sheets.push(sheet);
    }
    if reading.sheets.is_empty() {
        reading.error = Some(Message::new("工作簿里没有任何内容", "the workbook holds nothing"));
    }
}
