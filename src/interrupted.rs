//! What a run that broke off left behind: its cases stand in the store, its report perhaps not in its place.

use crate::cases::store::{Store, StoreError};
use crate::report::{OutputFolder, Recovery};

/// Finishes every run that broke off between its transaction and the exchange of its report: the report
/// takes its place now. Where that is not possible, what it would have told is told by the next run.
/// The caller holds the lock.
pub fn repair(store: &Store) -> Result<(), StoreError> {
    for run in store.pending_runs()? {
        match OutputFolder::recover(&run.report, &run.token) {
            Recovery::Finished | Recovery::Done => store.mark_done(run.run)?,
            Recovery::Lost => store.mark_lost(run.run)?,
        }
    }
    Ok(())
}
