//! Arrow IPC files (Feather), a record batch at a time.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::convert::try_fb_to_schema;
use arrow_ipc::reader::{FileDecoder, read_footer_length};
use arrow_ipc::{Block, MetadataVersion, root_as_footer, root_as_message};
use arrow_schema::{Field, SchemaRef};

use super::{Batches, Opened, damaged, holds_cells, too_large};

/// Bytes that a record batch may take once it is unpacked.
const MOST_UNPACKED: u64 = 512 << 20;
/// The magic word with the length of the foot before it.
const TAIL: usize = 10;

pub(super) struct ArrowFile {
    bytes: Buffer,
    schema: SchemaRef,
    decoder: FileDecoder,
    blocks: std::vec::IntoIter<Block>,
}

/// Why a block is not read.
enum Doubt {
    Damaged,
    TooLarge,
}

impl ArrowFile {
    /// Opens a file whose foot and blocks fit its bytes.
    pub(super) fn open(bytes: Vec<u8>, name: &str) -> Opened {
        let cut_off = || damaged(name, "the foot of the file is cut off or damaged");
        let bytes = Buffer::from_vec(bytes);
        let tail_start = bytes.len().checked_sub(TAIL).ok_or_else(cut_off)?;
        let tail = bytes.get(tail_start..).and_then(|tail| tail.try_into().ok());
        let length = tail.and_then(|tail| read_footer_length(tail).ok()).ok_or_else(cut_off)?;
        let start = tail_start.checked_sub(length).ok_or_else(cut_off)?;
        let footer = bytes.get(start..tail_start).and_then(|footer| root_as_footer(footer).ok());
        let footer = footer.ok_or_else(cut_off)?;
        let schema = footer.schema().ok_or_else(cut_off)?;
        let schema = try_fb_to_schema(schema).map_err(|error| damaged(name, &error.to_string()))?;
        let schema = Arc::new(schema);
        let blocks: Vec<Block> = footer.recordBatches().iter().flatten().copied().collect();
        let dictionaries: Vec<Block> = footer.dictionaries().iter().flatten().copied().collect();
        let mut rows = 0u64;
        for block in dictionaries.iter().chain(&blocks) {
            let checked = check_block(&bytes, block).map_err(|doubt| match doubt {
                Doubt::Damaged => cut_off(),
                Doubt::TooLarge => too_large(name, "a batch of more than 512 MiB".into()),
            })?;
            rows = rows.saturating_add(checked);
        }
        if !holds_cells(bytes.len(), rows, schema.fields().len()) {
            return Err(too_large(name, format!("{rows} rows in {} bytes", bytes.len())));
        }
        let mut decoder = FileDecoder::new(Arc::clone(&schema), footer.version());
        for block in &dictionaries {
            let data = block_bytes(&bytes, block).ok_or_else(cut_off)?;
            decoder
                .read_dictionary(block, &data)
                .map_err(|error| damaged(name, &error.to_string()))?;
        }
        Ok(Box::new(ArrowFile { bytes, schema, decoder, blocks: blocks.into_iter() }))
    }
}

impl Batches for ArrowFile {
    fn fields(&self) -> Vec<Field> {
        self.schema.fields().iter().map(|field| field.as_ref().clone()).collect()
    }

    fn select(&mut self, columns: &[usize]) -> Result<(), String> {
        let empty = FileDecoder::new(Arc::clone(&self.schema), MetadataVersion::V5);
        let decoder = std::mem::replace(&mut self.decoder, empty);
        self.decoder = decoder.with_projection(columns.to_vec());
        Ok(())
    }

    fn is_instant(&self, _column: usize) -> bool {
        false
    }

    fn next_batch(&mut self) -> Option<Result<RecordBatch, String>> {
        loop {
            let block = self.blocks.next()?;
            let data = block_bytes(&self.bytes, &block)?;
            match self.decoder.read_record_batch(&block, &data) {
                Ok(Some(batch)) => return Some(Ok(batch)),
                Ok(None) => {}
                Err(error) => return Some(Err(error.to_string())),
            }
        }
    }
}

fn block_bytes(bytes: &Buffer, block: &Block) -> Option<Buffer> {
    let start = usize::try_from(block.offset()).ok()?;
    let length = usize::try_from(block.bodyLength())
        .ok()?
        .checked_add(usize::try_from(block.metaDataLength()).ok()?)?;
    (start.checked_add(length)? <= bytes.len()).then(|| bytes.slice_with_length(start, length))
}

/// Checks that a block lies within the file and what it takes unpacked; gives its rows.
fn check_block(bytes: &Buffer, block: &Block) -> Result<u64, Doubt> {
    let data = block_bytes(bytes, block).ok_or(Doubt::Damaged)?;
    let head = usize::try_from(block.metaDataLength()).map_err(|_| Doubt::Damaged)?;
    let (head, body) = data.split_at_checked(head).ok_or(Doubt::Damaged)?;
    // The length stands before the message, and before it, in newer files, a mark.
    let mark = if head.starts_with(&[0xFF; 4]) { 8 } else { 4 };
    let message = head.get(mark..).and_then(|message| root_as_message(message).ok());
    let message = message.ok_or(Doubt::Damaged)?;
    let dictionary = message.header_as_dictionary_batch().and_then(|batch| batch.data());
    let Some(batch) = message.header_as_record_batch().or(dictionary) else { return Ok(0) };
    if batch.compression().is_some() {
        let mut unpacked = 0u64;
        for buffer in batch.buffers().iter().flatten() {
            let at = usize::try_from(buffer.offset()).map_err(|_| Doubt::Damaged)?;
            if buffer.length() == 0 {
                continue;
            }
            let prefix = body.get(at..).and_then(|body| body.get(..8));
            let prefix: [u8; 8] =
                prefix.and_then(|prefix| prefix.try_into().ok()).ok_or(Doubt::Damaged)?;
            // -1: as it stands, not packed.
            unpacked =
                unpacked.saturating_add(u64::try_from(i64::from_le_bytes(prefix)).unwrap_or(0));
        }
        if unpacked > MOST_UNPACKED {
            return Err(Doubt::TooLarge);
        }
    }
    u64::try_from(batch.length()).map_err(|_| Doubt::Damaged)
}
