//! The parts of a ZIP package (XLSX, XLSB, ODS), read within limits whatever its directory says.

use std::io::{self, BufReader, Cursor, Read};

use rustc_hash::FxHashMap;
use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use super::limits::{
    MOST_INDEX_BYTES, MOST_INFLATED_BYTES, MOST_PARTS, MOST_RATIO, MOST_TOKEN_BYTES,
    RATIO_FROM_BYTES,
};
use crate::ingest::WorkbookError;

/// Why a package, or one part of it, cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PackageError {
    Password,
    TooLarge(String),
    Damaged(String),
}

impl PackageError {
    /// The error of the whole file `name`.
    pub(super) fn of_file(self, name: &str) -> WorkbookError {
        let name = name.to_string();
        match self {
            PackageError::Password => WorkbookError::Password { name },
            PackageError::TooLarge(seen) => WorkbookError::TooLarge { name, seen },
            PackageError::Damaged(seen) => WorkbookError::Damaged { name, seen },
        }
    }
}

impl From<io::Error> for PackageError {
    fn from(error: io::Error) -> PackageError {
        PackageError::Damaged(error.to_string())
    }
}

impl From<ZipError> for PackageError {
    fn from(error: ZipError) -> PackageError {
        match error {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => PackageError::Password,
            other => PackageError::Damaged(other.to_string()),
        }
    }
}

/// A ZIP package and what may still be unpacked of it.
pub(super) struct Package<'b> {
    zip: ZipArchive<Cursor<&'b [u8]>>,
    /// By folded name.
    parts: FxHashMap<String, usize>,
    left: u64,
}

/// Part names are told apart neither by case nor by the kind of slash, as Excel does.
pub(super) fn fold_name(name: &str) -> String {
    name.replace('\\', "/").to_ascii_lowercase()
}

impl<'b> Package<'b> {
    /// Opens a package; its stated sizes are checked before anything is unpacked.
    pub(super) fn open(bytes: &'b [u8]) -> Result<Package<'b>, PackageError> {
        // Counted before the directory is read, which takes some 300 bytes of memory an entry.
        if memchr::memmem::find_iter(bytes, b"PK\x01\x02").take(MOST_PARTS + 1).count() > MOST_PARTS
        {
            return Err(PackageError::TooLarge(format!("more than {MOST_PARTS} parts")));
        }
        let mut zip = ZipArchive::new(Cursor::new(bytes))?;
        let mut parts = FxHashMap::default();
        let mut stated = 0u64;
        for index in 0..zip.len() {
            let part = zip.by_index_raw(index)?;
            let (size, packed) = (part.size(), part.compressed_size());
            let name = fold_name(&part.name()?);
            stated = stated.saturating_add(size);
            if stated > MOST_INFLATED_BYTES
                || size > RATIO_FROM_BYTES && size / packed.max(1) > MOST_RATIO
            {
                return Err(PackageError::TooLarge(format!(
                    "{name}: {} MiB when unpacked",
                    size >> 20
                )));
            }
            if let Some(first) = parts.insert(name.clone(), index)
                && first != index
            {
                return Err(PackageError::Damaged(format!("two parts are named {name}")));
            }
        }
        if zip.has_duplicate_names() {
            return Err(PackageError::Damaged("two parts have one name".into()));
        }
        Ok(Package { zip, parts, left: MOST_INFLATED_BYTES })
    }

    /// Whether a part of this name, or below this folder (`xl/`), exists.
    pub(super) fn has(&self, name: &str) -> bool {
        let name = fold_name(name);
        if name.ends_with('/') {
            return self.parts.keys().any(|part| part.starts_with(&name));
        }
        self.parts.contains_key(&name)
    }

    /// A part as a stream that ends in an error after `limit` bytes; `None` if there is none.
    pub(super) fn stream(
        &mut self,
        name: &str,
        limit: u64,
    ) -> Result<Option<PartStream<'_, 'b>>, PackageError> {
        let Some(&index) = self.parts.get(&fold_name(name)) else { return Ok(None) };
        let part = self.zip.by_index(index)?;
        if part.size() > limit {
            return Err(too_large(name, part.size()));
        }
        Ok(Some(PartStream { part, limit: limit.min(self.left), left: &mut self.left, read: 0 }))
    }

    /// A part that tells of others, as text without a byte order mark.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, PackageError> {
        let Some(bytes) = self.bytes(name)? else { return Ok(None) };
        let (text, _, _) = encoding_rs::UTF_8.decode(&bytes);
        Ok(Some(text.into_owned()))
    }

    /// A part that tells of others.
    pub(super) fn bytes(&mut self, name: &str) -> Result<Option<Vec<u8>>, PackageError> {
        let Some(mut stream) = self.stream(name, MOST_INDEX_BYTES)? else { return Ok(None) };
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    /// Gives a part to `each` in runs that end before a `<`, so that no tag is cut; the last run is the
    /// rest. Errors if two tags lie too far apart, if the part is missing or unpacks to over `limit`.
    pub(super) fn scan_tags(
        &mut self,
        name: &str,
        limit: u64,
        mut each: impl FnMut(&[u8]),
    ) -> Result<(), PackageError> {
        let Some(mut stream) = self.stream(name, limit)? else {
            return Err(PackageError::Damaged(format!("{name} is missing")));
        };
        let mut buffer = vec![0; 256 << 10];
        let mut filled = 0;
        loop {
            if filled == buffer.len() {
                if filled > MOST_TOKEN_BYTES {
                    return Err(PackageError::TooLarge(format!(
                        "{name}: a cell of over {} MiB",
                        MOST_TOKEN_BYTES >> 20
                    )));
                }
                buffer.resize(filled * 2, 0);
            }
            let read = stream.read(buffer.get_mut(filled..).unwrap_or_default())?;
            let run = buffer.get(..filled + read).unwrap_or_default();
            if read == 0 {
                each(run);
                return Ok(());
            }
            let whole = memchr::memrchr(b'<', run).unwrap_or(0);
            each(run.get(..whole).unwrap_or_default());
            buffer.copy_within(whole..filled + read, 0);
            filled = filled + read - whole;
        }
    }
}

fn too_large(name: &str, size: u64) -> PackageError {
    PackageError::TooLarge(format!("{name}: over {} MiB when unpacked", size >> 20))
}

/// A part being unpacked, within its own limit and that of the package.
pub(super) struct PartStream<'p, 'b> {
    part: ZipFile<'p, Cursor<&'b [u8]>>,
    limit: u64,
    left: &'p mut u64,
    read: u64,
}

impl Read for PartStream<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.part.read(buffer)?;
        self.read += read as u64;
        *self.left = self.left.saturating_sub(read as u64);
        if self.read > self.limit {
            let seen = format!("unpacks to over {} MiB", self.limit >> 20);
            return Err(io::Error::other(seen));
        }
        Ok(read)
    }
}

/// XML whose tags lie close together: a reader that gathers text up to the next tag stays small.
pub(super) struct CloseTags<R> {
    inner: R,
    since_tag: usize,
}

impl<R: Read> CloseTags<R> {
    pub(super) fn new(inner: R) -> BufReader<CloseTags<R>> {
        BufReader::with_capacity(64 << 10, CloseTags { inner, since_tag: 0 })
    }
}

impl<R: Read> Read for CloseTags<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let run = buffer.get(..read).unwrap_or_default();
        self.since_tag = match memchr::memrchr(b'<', run) {
            Some(at) => read - at,
            None => self.since_tag + read,
        };
        if self.since_tag > MOST_TOKEN_BYTES {
            let seen = format!("a cell is longer than {} MiB", MOST_TOKEN_BYTES >> 20);
            return Err(io::Error::other(seen));
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::workbook::testing::zip_of;

    #[test]
    fn parts_are_found_whatever_their_case_and_slashes() {
        let bytes = zip_of(&[("XL\\Workbook.xml", b"<a/>"), ("b/c", b"")]);
        let mut package = Package::open(&bytes).unwrap();
        assert!(package.has("xl/") && package.has("xl/workbook.XML") && !package.has("b"));
        assert_eq!(package.text("xl/workbook.xml").unwrap().as_deref(), Some("<a/>"));
        assert_eq!(package.text("none").unwrap(), None);
    }

    #[test]
    fn runs_of_a_part_never_cut_a_tag() {
        let text = "<row r=\"1\">文字</row>".repeat(60_000);
        let bytes = zip_of(&[("a.xml", text.as_bytes())]);
        let mut package = Package::open(&bytes).unwrap();
        let mut whole = Vec::new();
        package
            .scan_tags("a.xml", 1 << 30, |run| {
                let count = |mark| memchr::memchr_iter(mark, run).count();
                assert_eq!(count(b'<'), count(b'>'));
                whole.extend_from_slice(run);
            })
            .unwrap();
        assert_eq!(whole, text.as_bytes());
    }

    #[test]
    fn bombs_are_refused_before_or_while_they_unpack() {
        let blanks = vec![b' '; 80 << 20];
        let bytes = zip_of(&[("a.xml", &blanks)]);
        assert!(matches!(Package::open(&bytes), Err(PackageError::TooLarge(_))));
        let long = vec![b'x'; MOST_TOKEN_BYTES * 3];
        let bytes = zip_of(&[("a.xml", &long)]);
        let mut package = Package::open(&bytes).unwrap();
        let scanned = package.scan_tags("a.xml", 1 << 30, |_| {});
        assert!(matches!(scanned, Err(PackageError::TooLarge(_))));
        assert!(matches!(package.stream("a.xml", 1 << 20), Err(PackageError::TooLarge(_))));
        let stream = package.stream("a.xml", 1 << 30).unwrap().unwrap();
        assert!(io::copy(&mut CloseTags::new(stream), &mut io::sink()).is_err());
    }

    #[test]
    fn two_parts_that_differ_in_case_only_are_refused() {
        let bytes = zip_of(&[("xl/a.xml", b"1"), ("xl/A.xml", b"2")]);
        assert!(matches!(Package::open(&bytes), Err(PackageError::Damaged(_))));
    }
}
