//! Parquet and Arrow IPC (Feather) files, as data centres send them.

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field};

mod arrow_file;
mod cells;
mod parquet_check;
mod parquet_file;
mod parquet_shape;

use crate::record::Message;

use crate::ingest::damage_words::in_chinese;
use crate::ingest::panics::without_noise;
use crate::ingest::sheet_buffer::say;
use crate::ingest::sheet_sink::{SheetEnd, SheetSink, SheetStart};
use crate::ingest::workbook_error::WorkbookError;
use arrow_file::ArrowFile;
use cells::push_cell;
use parquet_file::ParquetFile;

/// Larger files are refused: they are read from memory.
const MOST_BYTES: usize = 512 << 20;
/// Bytes of text from one file, and 64 more for each of its own: a text may stand once for many rows.
const MOST_TEXT: u64 = 1 << 30;
/// Bytes of a value of fixed width; wider ones are none of a list.
const MOST_FIXED: i32 = 256;

/// Columns that a message names.
const NAMED: usize = 20;

/// A kind of columnar file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Columnar {
    Parquet,
    Arrow,
}

impl Columnar {
    /// Tells the kind from a file's first bytes.
    pub(crate) fn sniff(head: &[u8]) -> Option<Columnar> {
        if head.starts_with(b"PAR1") || head.starts_with(b"PARE") {
            Some(Columnar::Parquet)
        } else if head.starts_with(b"ARROW1\0\0") {
            Some(Columnar::Arrow)
        } else {
            None
        }
    }
}

/// Gives the rows of a file a batch at a time.
pub(super) trait Batches {
    /// The columns in their order, whether read or not.
    fn fields(&self) -> Vec<Field>;
    /// Reads only the columns of these indices from now on.
    fn select(&mut self, columns: &[usize]) -> Result<(), String>;
    /// Whether a column of timestamps without a zone counts from midnight in Greenwich all the same.
    fn is_instant(&self, column: usize) -> bool;
    fn next_batch(&mut self) -> Option<Result<RecordBatch, String>>;
}

/// How a file is opened once its bounds are checked.
pub(super) type Opened = Result<Box<dyn Batches>, WorkbookError>;

/// Reads a Parquet or Arrow IPC file as one sheet without a name: row 0 holds the names of the columns,
/// the records follow from 1 (such files have no header row, so the first record is row 1).
///
/// Whole numbers and decimals keep all digits, other numbers stand as Excel shows them, dates and points in
/// time as days (`YYYY-MM-DD`, those that count from Greenwich in China's time), truth values as 是 and 否.
/// Columns of lists and structures are blank, and the sheet says so. A file that breaks off is read up to
/// there.
///
/// # Errors
/// A file that is damaged at its head or foot, encrypted, or claims sizes that its bytes cannot hold.
pub(crate) fn read_columnar(
    bytes: Vec<u8>,
    name: &str,
    sink: &mut dyn SheetSink,
) -> Result<(), WorkbookError> {
    if bytes.len() > MOST_BYTES {
        return Err(too_large(name, format!("{} MiB", bytes.len() >> 20)));
    }
    let length = bytes.len() as u64;
    let kind = Columnar::sniff(&bytes);
    let opened = without_noise(|| match kind {
        Some(Columnar::Parquet) => ParquetFile::open(bytes, name),
        Some(Columnar::Arrow) => ArrowFile::open(bytes, name),
        None => Err(WorkbookError::NotAWorkbook { name: name.into(), seen: "binary data".into() }),
    });
    let most_text = MOST_TEXT.saturating_add(length.saturating_mul(64));
    let mut file = opened.unwrap_or_else(|_| Err(damaged(name, CONTRADICTS)))?;
    let fields = file.fields();
    let (flat, rest): (Vec<usize>, Vec<usize>) = (0..fields.len())
        .partition(|&column| fields.get(column).is_some_and(|field| is_flat(field.data_type())));
    let selected = without_noise(|| file.select(&flat));
    let selected = selected.unwrap_or_else(|_| Err(CONTRADICTS.into()));
    selected.map_err(|seen| damaged(name, &seen))?;
    let mut end = SheetEnd::default();
    if sink.start(SheetStart { name: "", hidden: false, merged: None, epoch_1904: false }) {
        end.problem = give(&mut *file, &fields, &flat, most_text, sink);
        end.columns_only = end.problem.is_none() && !rest.is_empty();
        if !rest.is_empty() {
            let names = rest.iter().filter_map(|&at| Some(fields.get(at)?.name().as_str()));
            let mut names: Vec<&str> = names.take(NAMED + 1).collect();
            if names.len() > NAMED {
                names.truncate(NAMED);
                names.push("…");
            }
            let names = names.join(", ");
            say(
                &mut end.problem,
                Message::new(
                    format!("列表或结构类型的列（{names}）未读取；需要时请导出为普通列"),
                    format!(
                        "columns of lists or structures ({names}) were not read; export them as plain columns"
                    ),
                ),
            );
        }
    }
    sink.end(end);
    Ok(())
}

fn give(
    file: &mut dyn Batches,
    fields: &[Field],
    flat: &[usize],
    most_text: u64,
    sink: &mut dyn SheetSink,
) -> Option<Message> {
    let instants: Vec<bool> = flat.iter().map(|&column| file.is_instant(column)).collect();
    let mut texts: Vec<String> = fields.iter().map(|field| field.name().clone()).collect();
    give_row(0, &texts, sink);
    texts.iter_mut().for_each(String::clear);
    let (mut row, mut text_bytes) = (0u32, 0u64);
    loop {
        let batch = match without_noise(|| file.next_batch()) {
            Ok(None) => return None,
            Ok(Some(Ok(batch))) => batch,
            Ok(Some(Err(seen))) => return Some(broken(&seen)),
            Err(_) => return Some(broken(CONTRADICTS)),
        };
        for at in 0..batch.num_rows() {
            for ((&column, array), &instant) in flat.iter().zip(batch.columns()).zip(&instants) {
                if let Some(text) = texts.get_mut(column) {
                    text.clear();
                    push_cell(text, array, at, instant);
                    text_bytes = text_bytes.saturating_add(text.len() as u64);
                }
            }
            if text_bytes > most_text {
                return Some(broken("more text than its bytes can hold"));
            }
            row = row.saturating_add(1);
            give_row(row, &texts, sink);
        }
    }
}

fn give_row(number: u32, texts: &[String], sink: &mut dyn SheetSink) {
    let filled = texts.iter().rposition(|text| !text.is_empty()).map_or(0, |last| last + 1);
    let cells: Vec<&str> = texts.iter().take(filled).map(String::as_str).collect();
    sink.row(number, &cells);
}

/// Whether a column's values are single texts, numbers, days …
fn is_flat(kind: &DataType) -> bool {
    match kind {
        DataType::Dictionary(_, values) => {
            !matches!(**values, DataType::Dictionary(..)) && is_flat(values)
        }
        DataType::FixedSizeBinary(width) => *width <= MOST_FIXED,
        other => !other.is_nested() && !matches!(other, DataType::Interval(_)),
    }
}

/// Whether a file of `bytes` can hold so many cells: columns of one value throughout take little room, but
/// a list of persons does not.
pub(super) fn holds_cells(bytes: usize, rows: u64, columns: usize) -> bool {
    let most = 4_000_000u64.saturating_add((bytes as u64).saturating_mul(64));
    rows.saturating_mul(columns.max(1) as u64) <= most && columns <= 16_384
}

/// What is said where the reader underneath gives up.
const CONTRADICTS: &str = "its structure contradicts itself";

fn broken(seen: &str) -> Message {
    let seen: String = seen.chars().take(200).collect();
    Message::new(
        format!("文件未能读完（{}），之前的行照用；请重新导出", in_chinese(&seen)),
        format!(
            "the file could not be read to its end ({seen}); the rows so far were used; export it again"
        ),
    )
}

pub(super) fn damaged(name: &str, seen: &str) -> WorkbookError {
    let seen: String = seen.chars().take(200).collect();
    WorkbookError::Damaged { name: name.into(), seen }
}

pub(super) fn too_large(name: &str, seen: String) -> WorkbookError {
    WorkbookError::TooLarge { name: name.into(), seen }
}

#[cfg(test)]
mod tests;
