//! Blocks of a sheet are typed on several threads; their batches are put together as they come, so that a
//! large file never stands in memory twice.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::text_oddities::Oddities;
use crate::normalize::{Batch, Keep};

/// The records of one block, or of several put together, and what is odd in its text.
#[derive(Debug, Default)]
pub(super) struct TypedBlock {
    pub batch: Batch,
    pub oddities: Oddities,
}

/// Takes the typed blocks of a sheet in any order and puts them together in that of the file.
pub(super) struct Gathering {
    blocks: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    whole: TypedBlock,
    /// How many blocks `whole` holds.
    next: usize,
    /// Blocks that came before an earlier one.
    waiting: BTreeMap<usize, TypedBlock>,
    /// Empty batches with room, to be filled again: fresh memory costs more than copying.
    spare: Vec<Batch>,
}

impl Gathering {
    /// For about so many blocks; room is made for as many records as the first block lets expect.
    pub(super) fn of(blocks: usize) -> Gathering {
        Gathering { blocks, state: Mutex::default() }
    }

    /// Takes the block `order`, counted from 0.
    pub(super) fn take(&self, order: usize, block: TypedBlock) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.waiting.insert(order, block);
        loop {
            let next = state.next;
            let Some(block) = state.waiting.remove(&next) else { return };
            if next == 0 {
                state.whole.batch.reserve_for(&block.batch, self.blocks);
            }
            let emptied = state.whole.append(block);
            state.spare.push(emptied);
            state.next += 1;
        }
    }

    /// An empty batch, with room where one is at hand.
    pub(super) fn spare(&self) -> Batch {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.spare.pop().unwrap_or_default()
    }

    /// All blocks as one.
    pub(super) fn finish(self) -> TypedBlock {
        let mut state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        // A block that never came leaves a gap; what follows it is kept.
        while let Some((_, block)) = state.waiting.pop_first() {
            drop(state.whole.append(block));
        }
        state.whole
    }
}

impl TypedBlock {
    /// Without what is not kept.
    pub(super) fn reduced(mut self, keep: Keep) -> TypedBlock {
        self.batch.reduce(keep);
        self
    }

    /// Takes what a following block holds, and gives back its batch, empty.
    fn append(&mut self, mut following: TypedBlock) -> Batch {
        self.batch.append(&mut following.batch);
        self.oddities.add(following.oddities);
        following.batch
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
            let batch = batch(grade, order as u32 + 1);
            gathering.take(order, TypedBlock { batch, oddities: Oddities::default() });
        }
        let whole = gathering.finish().batch;
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
