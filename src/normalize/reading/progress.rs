//! How far reading has come, told to whoever shows it.

use std::sync::atomic::{AtomicU64, Ordering};

/// Told how far reading has come; only the command line shows it.
pub trait Progress: Sync {
    /// `bytes` more were read.
    fn read(&self, bytes: u64);
}

/// Shows nothing.
pub struct Silent;

impl Progress for Silent {
    fn read(&self, _bytes: u64) {}
}

/// Tells of a member's bytes as of those that it takes up in its archive.
pub(super) struct Scaled<'a> {
    progress: &'a dyn Progress,
    size: u64,
    zipped: u64,
    read: AtomicU64,
}

impl<'a> Scaled<'a> {
    pub(super) fn new(progress: &'a dyn Progress, size: u64, zipped: u64) -> Scaled<'a> {
        Scaled { progress, size: size.max(1), zipped, read: AtomicU64::new(0) }
    }

    fn zipped_until(&self, read: u64) -> u64 {
        let read = read.min(self.size);
        (u128::from(read) * u128::from(self.zipped) / u128::from(self.size)) as u64
    }
}

impl Progress for Scaled<'_> {
    fn read(&self, bytes: u64) {
        let before = self.read.fetch_add(bytes, Ordering::Relaxed);
        let now = before.saturating_add(bytes);
        self.progress.read(self.zipped_until(now).saturating_sub(self.zipped_until(before)));
    }
}
