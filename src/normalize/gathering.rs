//! Blocks of a sheet are typed on several threads; their batches are put together as they come, so that a
//! large file never stands in memory twice.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::batch::Batch;

/// Takes the batches of a sheet in any order and puts them together in that of their blocks.
pub struct Gathering {
    blocks: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    whole: Batch,
    /// How many blocks `whole` holds.
    next: usize,
    /// Batches that came before an earlier one.
    waiting: BTreeMap<usize, Batch>,
}

impl Gathering {
    /// For about so many blocks; room is made for as many records as the first block lets expect.
    pub fn of(blocks: usize) -> Gathering {
        Gathering { blocks, state: Mutex::default() }
    }

    /// Takes the batch of the block `order`, counted from 0.
    pub fn take(&self, order: usize, batch: Batch) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.waiting.insert(order, batch);
        loop {
            let next = state.next;
            let Some(batch) = state.waiting.remove(&next) else { return };
            if next == 0 {
                state.whole.reserve_for(&batch, self.blocks);
            }
            state.whole.append(batch);
            state.next += 1;
        }
    }

    /// All batches as one.
    pub fn finish(self) -> Batch {
        let mut state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        // A block that never came leaves a gap; what follows it is kept.
        while let Some((_, batch)) = state.waiting.pop_first() {
            state.whole.append(batch);
        }
        state.whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{HeadcountLine, LabelId, RowRef, SheetId};

    fn batch(grade: &str, row: u32) -> Batch {
        let mut batch = Batch::default();
        let grade_label = batch.labels.intern(grade);
        let school = batch.schools.intern("", grade);
        batch.headcounts.push(HeadcountLine {
            place: RowRef { sheet: SheetId(0), row },
            school,
            date: None,
            stage: None,
            grade: Default::default(),
            grade_label,
            class: LabelId(0),
            registered: None,
            counted: 0,
            on_leave: 0,
            interns: 0,
            suspended: None,
            excused: 0,
            note: LabelId(0),
        });
        batch.counts.rows_in = 1;
        batch.counts.checked = 1;
        batch
    }

    #[test]
    fn batches_in_any_order_come_out_in_the_order_of_their_blocks() {
        let gathering = Gathering::of(3);
        for (order, grade) in [(2, "一年级"), (0, "一年级"), (1, "二年级")] {
            gathering.take(order, batch(grade, order as u32 + 1));
        }
        let whole = gathering.finish();
        let seen: Vec<(u32, &str, &str)> = whole
            .headcounts
            .iter()
            .map(|line| {
                let school = &whole.schools.as_slice()[line.school as usize];
                (line.place.row, whole.labels.get(line.grade_label), &*school.name)
            })
            .collect();
        assert_eq!(
            seen,
            [(1, "一年级", "一年级"), (2, "二年级", "二年级"), (3, "一年级", "一年级")]
        );
        assert_eq!((whole.counts.rows_in, whole.labels.len()), (3, 3));
    }
}
