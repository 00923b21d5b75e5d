//! Where bytes come from, behind a trait so that tests can inject faults.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::time::SystemTime;

/// Opens input files.
pub trait FileSource: Sync {
    /// The file from its first byte.
    fn open(&self, path: &Path) -> io::Result<Box<dyn Read + Send>>;
    /// Its size in bytes.
    fn len(&self, path: &Path) -> io::Result<u64>;
    /// When it was last written.
    fn modified(&self, path: &Path) -> io::Result<SystemTime>;
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
    }
}
