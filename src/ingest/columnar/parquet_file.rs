//! Parquet files, some thousand rows at a time.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field, Schema};
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder,
};
use parquet::basic::Type;
use parquet::file::metadata::ParquetMetaData;

use super::parquet_check::{Doubt, check_footer, check_pages};
use super::{Batches, Opened, damaged, holds_cells, too_large};
use crate::ingest::workbook_error::WorkbookError;

const ROWS_AT_ONCE: usize = 8192;
/// The pages that lie unpacked in memory at once, one a column.
const MOST_UNPACKED: u64 = 512 << 20;

pub(super) struct ParquetFile {
    bytes: Bytes,
    metadata: ArrowReaderMetadata,
    reader: Option<ParquetRecordBatchReader>,
}

impl ParquetFile {
    /// Opens a file whose foot, schema and pages fit its bytes.
    pub(super) fn open(bytes: Vec<u8>, name: &str) -> Opened {
        if bytes.ends_with(b"PARE") {
            return Err(WorkbookError::Password { name: name.into() });
        }
        let doubt = |doubt: Doubt| match doubt {
            Doubt::Damaged(seen) => damaged(name, seen),
            Doubt::TooLarge(seen) => too_large(name, seen.into()),
            Doubt::Delta => WorkbookError::NotAWorkbook {
                name: name.into(),
                seen: "Parquet (DELTA_BYTE_ARRAY)".into(),
            },
        };
        check_footer(&bytes).map_err(doubt)?;
        let bytes = Bytes::from(bytes);
        let failed = |error: parquet::errors::ParquetError| damaged(name, &error.to_string());
        // What the writer notes of its own types is not needed.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let loaded = ArrowReaderMetadata::load(&bytes, options.clone()).map_err(failed)?;
        let parquet = loaded.metadata();
        check_sizes(&bytes, parquet).map_err(doubt)?;
        let rows = parquet.row_groups().iter().map(|group| group.num_rows().unsigned_abs());
        let rows = rows.fold(0, u64::saturating_add);
        if !holds_cells(bytes.len(), rows, loaded.schema().fields().len()) {
            return Err(too_large(name, format!("{rows} rows in {} bytes", bytes.len())));
        }
        let options = options.with_schema(Arc::new(with_views(loaded.schema())));
        let metadata =
            ArrowReaderMetadata::try_new(Arc::clone(parquet), options).map_err(failed)?;
        Ok(Box::new(ParquetFile { bytes, metadata, reader: None }))
    }
}

impl Batches for ParquetFile {
    fn fields(&self) -> Vec<Field> {
        self.metadata.schema().fields().iter().map(|field| field.as_ref().clone()).collect()
    }

    fn select(&mut self, columns: &[usize]) -> Result<(), String> {
        let schema = self.metadata.parquet_schema();
        let mask = ProjectionMask::roots(schema, columns.iter().copied());
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(
            self.bytes.clone(),
            self.metadata.clone(),
        );
        let reader = builder.with_projection(mask).with_batch_size(ROWS_AT_ONCE).build();
        self.reader = Some(reader.map_err(|error| error.to_string())?);
        Ok(())
    }

    /// Times of 96 bits carry no zone; the programs of data centres (Spark, Hive) count them from Greenwich.
    fn is_instant(&self, column: usize) -> bool {
        let schema = self.metadata.parquet_schema();
        (0..schema.num_columns()).any(|leaf| {
            schema.get_column_root_idx(leaf) == column
                && schema.column(leaf).physical_type() == Type::INT96
        })
    }

    fn next_batch(&mut self) -> Option<Result<RecordBatch, String>> {
        Some(self.reader.as_mut()?.next()?.map_err(|error| error.to_string()))
    }
}

fn check_sizes(bytes: &[u8], parquet: &ParquetMetaData) -> Result<(), Doubt> {
    for group in parquet.row_groups() {
        let mut unpacked = 0u64;
        for column in group.columns() {
            // As the reader underneath finds them: from the dictionary, if there is one.
            let first = column.dictionary_page_offset().unwrap_or(column.data_page_offset());
            let place = |number: i64| u64::try_from(number).ok();
            let range = place(first).and_then(|start| {
                Some(start..start.checked_add(place(column.compressed_size())?)?)
            });
            let range = range.ok_or(Doubt::Damaged("a column stands nowhere in the file"))?;
            unpacked = unpacked.saturating_add(check_pages(bytes, range)?);
        }
        if unpacked > MOST_UNPACKED {
            return Err(Doubt::TooLarge("pages of more than 512 MiB at once"));
        }
    }
    Ok(())
}

/// Texts as views of their pages: a long text that stands in each row is not copied for each.
fn with_views(schema: &Schema) -> Schema {
    let fields = schema.fields().iter().map(|field| {
        let kind = match field.data_type() {
            DataType::Utf8 => DataType::Utf8View,
            DataType::Binary => DataType::BinaryView,
            other => other.clone(),
        };
        field.as_ref().clone().with_data_type(kind)
    });
    Schema::new_with_metadata(fields.collect::<Vec<Field>>(), schema.metadata().clone())
}
