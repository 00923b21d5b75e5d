//! Where bytes come from, behind a trait so that tests can inject faults.

use std::fs::{self, File};
use std::io::{self, Cursor, Read, Seek};
use std::path::Path;
use std::time::SystemTime;

/// What an archive is read from.
pub trait SeekRead: Read + Seek + Send {}

impl<T: Read + Seek + Send> SeekRead for T {}

/// Bytes that a source without files may take into memory to seek in.
const MOST_IN_MEMORY: u64 = 512 << 20;

/// Opens input files.
pub trait FileSource: Sync {
    /// The file from its first byte.
    fn open(&self, path: &Path) -> io::Result<Box<dyn Read + Send>>;
    /// Its size in bytes.
    fn len(&self, path: &Path) -> io::Result<u64>;
    /// When it was last written.
    fn modified(&self, path: &Path) -> io::Result<SystemTime>;

    /// The file for reading anywhere in it. A source that cannot seek takes it into memory.
    fn open_seekable(&self, path: &Path) -> io::Result<Box<dyn SeekRead>> {
        let mut bytes = Vec::new();
        self.open(path)?.take(MOST_IN_MEMORY + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MOST_IN_MEMORY {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(Box::new(Cursor::new(bytes)))
    }
}

/// The file system itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

impl FileSource for Disk {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(File::open(path)?))
    }

    fn len(&self, path: &Path) -> io::Result<u64> {
        Ok(fs::metadata(path)?.len())
    }

    fn modified(&self, path: &Path) -> io::Result<SystemTime> {
        fs::metadata(path)?.modified()
    }

    fn open_seekable(&self, path: &Path) -> io::Result<Box<dyn SeekRead>> {
        Ok(Box::new(io::BufReader::new(File::open(path)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_disk_gives_bytes_and_size() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        fs::write(&path, "姓名\n").unwrap();
        let mut text = String::new();
        Disk.open(&path).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "姓名\n");
        assert_eq!(Disk.len(&path).unwrap(), 7);
        assert!(Disk.modified(&path).is_ok());
        assert!(Disk.open(&folder.path().join("b.csv")).is_err());
        assert!(Disk.open_seekable(&path).is_ok());
    }
}
