//! One file: its first bytes say whether it is read as text, or taken into memory whole, or is no table.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

use super::ReadSettings;
use super::equal_files::{hash_rest, hex};
use super::file_reading::FileReading;
use super::text::read_text;
use super::workbook::read_book;
use crate::ingest::{Format, InputFile, has_sheets, look_inside, sniff};
use crate::record::Message;

/// Bytes looked at before a file is understood.
pub(super) const HEAD_BYTES: usize = 256 << 10;
/// Bytes of a file that is taken into memory whole.
const MOST_WHOLE: u64 = 512 << 20;

/// Reads one file into `reading`; errors if its bytes cannot be read.
pub(super) fn read_file(
    file: &InputFile,
    settings: &ReadSettings,
    reading: &mut FileReading,
) -> io::Result<()> {
    let mut reader = settings.source.open(&file.path)?;
    let mut head = Vec::new();
    reader.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    if head.is_empty() {
        reading.sha256 = hex(Sha256::new());
        reading.error = Some(Message::new(
            "空文件，没有任何内容；请重新导出",
            "the file is empty; export it again",
        ));
        return Ok(());
    }
    match sniff(&head) {
        Format::Text => read_text(file, reader, head, settings, reading),
        format if has_sheets(format) => read_whole(file, reader, head, settings, reading),
        format => {
            reading.format = "other";
            reading.error = Some(no_table(format));
            settings.progress.read(head.len() as u64);
            let hasher = Sha256::new_with_prefix(&head);
            reading.sha256 = hash_rest(hasher, &mut reader, settings.progress)?;
            Ok(())
        }
    }
}

/// Reads a file that is taken into memory whole: what its container holds shows only then.
fn read_whole(
    file: &InputFile,
    reader: Box<dyn Read + Send>,
    mut bytes: Vec<u8>,
    settings: &ReadSettings,
    reading: &mut FileReading,
) -> io::Result<()> {
    let left = MOST_WHOLE.saturating_sub(bytes.len() as u64) + 1;
    reader.take(left).read_to_end(&mut bytes)?;
    settings.progress.read(bytes.len() as u64);
    if bytes.len() as u64 > MOST_WHOLE {
        reading.format = "other";
        reading.error = Some(Message::new(
            format!("过大（超过 {} MiB）；请按学校拆分，或另存为 .csv", MOST_WHOLE >> 20),
            format!(
                "too large (more than {} MiB); split it by school or save it as .csv",
                MOST_WHOLE >> 20
            ),
        ));
        return Ok(());
    }
    reading.sha256 = hex(Sha256::new_with_prefix(&bytes));
    let format = look_inside(&bytes);
    if has_sheets(format) {
        reading.format = format.name();
        read_book(file, format, bytes, settings, reading);
    } else {
        reading.format = "other";
        reading.error = Some(no_table(format));
    }
    Ok(())
}

/// That a file is no table that is read, and what to do.
fn no_table(format: Format) -> Message {
    let seen = match format {
        Format::Other(foreign) => return foreign.message(),
        Format::Archive => {
            return Message::new(
                "压缩包嵌套过深，未打开；请解压后提供其中的文件",
                "an archive too deep inside others, not opened; unpack it and give the files",
            );
        }
        Format::ArrowStream => {
            return Message::new(
                "是 Arrow 数据流，未读取；请存为 Arrow 文件（.arrow、.feather）、Parquet 或 .csv 后再提供",
                "an Arrow stream, not read; write it as an Arrow file (.arrow, .feather), Parquet or .csv",
            );
        }
        format => format.name(),
    };
    Message::new(
        format!("不是表格：内容其实是 {seen}；请将名单另存为 .xlsx 或 .csv 后再提供"),
        format!(
            "no table: its first bytes are those of {seen}; save the list as .xlsx or .csv and give that"
        ),
    )
}
