//! Archives inside archives that were opened last, kept within a bound of memory: their members are
//! read one after the other.

use std::collections::VecDeque;
use std::sync::Arc;

const MOST_BYTES: usize = 256 << 20;

/// The archives kept, by their numbers.
#[derive(Default)]
pub(super) struct RecentlyInflated {
    kept: VecDeque<(usize, Arc<[u8]>)>,
    bytes: usize,
}

impl RecentlyInflated {
    /// The bytes of an archive, by its number, if they are kept.
    pub(super) fn get(&mut self, archive: usize) -> Option<Arc<[u8]>> {
        let at = self.kept.iter().position(|(kept, _)| *kept == archive)?;
        let found = self.kept.remove(at)?;
        let bytes = Arc::clone(&found.1);
        self.kept.push_back(found);
        Some(bytes)
    }

    /// Keeps an archive's bytes; those not used for longest go.
    pub(super) fn keep(&mut self, archive: usize, bytes: &Arc<[u8]>) {
        self.bytes += bytes.len();
        self.kept.push_back((archive, Arc::clone(bytes)));
        while self.bytes > MOST_BYTES && self.kept.len() > 1 {
            if let Some((_, gone)) = self.kept.pop_front() {
                self.bytes -= gone.len();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_archives_used_last_are_kept_within_a_bound() {
        let mut recent = RecentlyInflated::default();
        let half: Arc<[u8]> = vec![0; MOST_BYTES / 2].into();
        for archive in 0..3 {
            recent.keep(archive, &half);
        }
        assert!(recent.get(0).is_none());
        assert!(recent.get(1).is_some() && recent.get(2).is_some());
        recent.keep(3, &half);
        assert!(recent.get(1).is_none(), "the one not used for longest goes");
    }
}
