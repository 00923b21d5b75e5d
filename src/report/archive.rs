//! Earlier reports: kept beside the store, the oldest pruned.

use std::fs;
use std::path::Path;

use crate::cases::private_folder;

/// Moves the old report into `archive` under its day, and removes all but the newest `keep` there. An
/// empty report is not worth keeping. Nothing here may stop a run: what cannot be moved stays where it is.
pub(super) fn keep(old: &Path, archive: &Path, day: &str, keep: usize) {
    let empty = fs::read_dir(old).map_or(true, |mut entries| entries.next().is_none());
    if empty || private_folder(archive).is_err() {
        return;
    }
    // Names sort as the reports were made: `2025-10-15.0001`, `2025-10-15.0002` …
    let mut kept = names(archive);
    let prefix = format!("{day}.");
    let of_day = kept.iter().filter_map(|name| name.strip_prefix(&prefix)?.parse::<u32>().ok());
    let name = format!("{prefix}{:04}", of_day.max().unwrap_or(0).saturating_add(1));
    if fs::rename(old, archive.join(&name)).is_ok() {
        kept.push(name);
    }
    kept.sort_unstable();
    for name in kept.iter().take(kept.len().saturating_sub(keep)) {
        let _ = fs::remove_dir_all(archive.join(name));
    }
}

/// The names of the reports kept, in no order.
fn names(archive: &Path) -> Vec<String> {
    let entries = fs::read_dir(archive).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_reports_go_first() {
        let root = tempfile::tempdir().unwrap();
        let archive = root.path().join(".aidcheck/reports");
        for day in ["2025-10-13", "2025-10-14", "2025-10-14", "2025-10-14", "2025-10-15"] {
            let old = root.path().join("old");
            fs::create_dir(&old).unwrap();
            fs::write(old.join("cases.csv"), day).unwrap();
            keep(&old, &archive, day, 3);
            assert!(!old.exists());
        }
        let mut kept = names(&archive);
        kept.sort();
        assert_eq!(kept, ["2025-10-14.0002", "2025-10-14.0003", "2025-10-15.0001"]);
    }
}
