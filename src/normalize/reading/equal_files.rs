//! Files of equal bytes, told by their hashes, so that each is read once.

use std::fmt::Write as _;
use std::io::{self, Read};

use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::{Progress, ReadSettings, Silent};
use crate::ingest::InputFile;

/// Files that repeat an earlier one byte for byte: their index → the original and the hash.
pub(super) fn equal_files(
    files: &[InputFile],
    facts: &[(u64, Option<u64>)],
    settings: &ReadSettings,
) -> FxHashMap<usize, (usize, String)> {
    let mut sizes: FxHashMap<u64, u32> = FxHashMap::default();
    for &(size, _) in facts {
        *sizes.entry(size).or_default() += 1;
    }
    let mut copies = FxHashMap::default();
    let mut first: FxHashMap<(u64, String), usize> = FxHashMap::default();
    // In the order of files: those of one archive follow one another.
    for (at, &(size, _)) in facts.iter().enumerate() {
        if sizes.get(&size).is_none_or(|&alike| alike < 2) {
            continue;
        }
        let Some(hash) = hash_of(&files[at], settings) else { continue };
        match first.get(&(size, hash.clone())) {
            Some(&original) => drop(copies.insert(at, (original, hash))),
            None => drop(first.insert((size, hash), at)),
        }
    }
    copies
}

pub(super) fn hash_of(file: &InputFile, settings: &ReadSettings) -> Option<String> {
    hash_rest(Sha256::new(), &mut settings.source.open(&file.path).ok()?, &Silent).ok()
}

/// The hash of what was hashed so far and of all that a reader gives.
pub(super) fn hash_rest(
    mut hasher: Sha256,
    reader: &mut dyn Read,
    progress: &dyn Progress,
) -> io::Result<String> {
    let mut buffer = vec![0; 1 << 20];
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok(hex(hasher)),
            read => {
                hasher.update(&buffer[..read]);
                progress.read(read as u64);
            }
        }
    }
}

pub(super) fn hex(hasher: Sha256) -> String {
    hasher.finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
