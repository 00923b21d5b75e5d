//! The truth beside a generated county.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// What a row of the truth says besides its place.
#[derive(Debug, Clone)]
pub(crate) struct TruthKey {
    pub(crate) group: String,
    pub(crate) kind: &'static str,
    pub(crate) trap: bool,
    pub(crate) detail: &'static str,
}

/// Writes the truth row by row.
#[derive(Debug)]
pub(crate) struct TruthFile {
    out: BufWriter<File>,
    groups: usize,
    traps: usize,
    last: String,
}

impl TruthFile {
    /// A new file with its header.
    pub(crate) fn create(path: &Path) -> io::Result<TruthFile> {
        let mut out = BufWriter::new(File::create(path)?);
        out.write_all(b"group,kind,trap,detail,file,row\n")?;
        Ok(TruthFile { out, groups: 0, traps: 0, last: String::new() })
    }

    /// One row of a group; the rows of a group follow one another.
    pub(crate) fn write(&mut self, key: &TruthKey, file: &str, row: usize) -> io::Result<()> {
        if key.group != self.last {
            key.group.clone_into(&mut self.last);
            if key.trap {
                self.traps += 1;
            } else {
                self.groups += 1;
            }
        }
        let TruthKey { group, kind, trap, detail } = key;
        writeln!(self.out, "{group},{kind},{},{detail},{file},{row}", u8::from(*trap))
    }

    /// Ends the file: how many discrepancies and traps it holds.
    pub(crate) fn finish(mut self) -> io::Result<(usize, usize)> {
        self.out.flush()?;
        Ok((self.groups, self.traps))
    }
}
