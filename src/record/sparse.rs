//! A column in which most rows hold nothing: only what is said takes room.

use std::ops::Index;

/// Values by row, of which those equal to the default take an eighth of a byte and a half.
///
/// A bit for each row says whether it holds a value; the values stand packed in the order of rows, found by
/// the number of bits before.
#[derive(Debug, Clone, Default)]
pub struct Sparse<T> {
    rows: usize,
    /// 64 rows a word; the lowest bit is the first row.
    marks: Vec<u64>,
    /// How many values stand before each word.
    before: Vec<u32>,
    values: Vec<T>,
    /// What a row without a value holds.
    nothing: T,
}

impl<T: Copy + Default + PartialEq> Sparse<T> {
    /// Adds one row.
    pub fn push(&mut self, value: T) {
        let row = self.rows;
        self.rows += 1;
        self.cover();
        if value != self.nothing {
            self.set(row, value);
        }
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Takes all rows out and keeps the room.
    pub fn clear(&mut self) {
        self.rows = 0;
        self.marks.clear();
        self.before.clear();
        self.values.clear();
    }

    /// Keeps the first `rows` rows.
    pub fn truncate(&mut self, rows: usize) {
        if rows >= self.rows {
            return;
        }
        self.rows = rows;
        self.marks.truncate(rows.div_ceil(64));
        self.before.truncate(self.marks.len());
        let Some(last) = self.marks.last_mut() else { return self.values.clear() };
        if !rows.is_multiple_of(64) {
            *last &= (1 << (rows % 64)) - 1;
        }
        let kept = self.before[self.before.len() - 1] + last.count_ones();
        self.values.truncate(kept as usize);
    }

    /// The values of all rows that hold one, in order.
    pub fn values(&self) -> &[T] {
        &self.values
    }

    /// Makes room for `more` rows; not for their values, which are few.
    pub fn reserve(&mut self, more: usize) {
        self.marks.reserve(more.div_ceil(64));
        self.before.reserve(more.div_ceil(64));
    }

    /// Adds the rows of `part`, each value as `moved` makes it.
    pub fn append(&mut self, part: &Sparse<T>, moved: impl Fn(T) -> T) {
        let first = self.rows;
        let mut values = part.values.iter();
        for (word, &marks) in part.marks.iter().enumerate() {
            let mut left = marks;
            while left != 0 {
                let row = first + word * 64 + left.trailing_zeros() as usize;
                left &= left - 1;
                if let Some(&value) = values.next() {
                    self.rows = row + 1;
                    self.cover();
                    self.set(row, moved(value));
                }
            }
        }
        self.rows = first + part.rows;
        self.cover();
    }

    /// Words up to the last row.
    fn cover(&mut self) {
        let words = self.rows.div_ceil(64);
        self.marks.resize(words, 0);
        self.before.resize(words, self.values.len() as u32);
    }

    /// Gives the last row of the words a value; rows are given theirs in order.
    fn set(&mut self, row: usize, value: T) {
        self.marks[row / 64] |= 1 << (row % 64);
        self.values.push(value);
    }
}

impl<T> Index<usize> for Sparse<T> {
    type Output = T;

    /// The value of a row. Panics past the end.
    fn index(&self, row: usize) -> &T {
        let (word, bit) = (row / 64, row % 64);
        let marks = self.marks[word];
        if marks >> bit & 1 == 0 {
            return &self.nothing;
        }
        let before = (marks & ((1 << bit) - 1)).count_ones();
        &self.values[(self.before[word] + before) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(values: &[u8]) -> Sparse<u8> {
        let mut column = Sparse::default();
        values.iter().for_each(|&value| column.push(value));
        column
    }

    fn rows(column: &Sparse<u8>) -> Vec<u8> {
        (0..column.len()).map(|row| column[row]).collect()
    }

    proptest! {
        #[test]
        fn a_column_cut_short_is_that_of_fewer_rows(
            values in prop::collection::vec(0u8..3, 0..200),
            kept in 0usize..200,
            more in prop::collection::vec(0u8..3, 0..100),
        ) {
            let mut column = of(&values);
            column.truncate(kept);
            more.iter().for_each(|&value| column.push(value));
            let expected = [&values[..kept.min(values.len())], &more].concat();
            prop_assert_eq!(rows(&column), expected);
        }

        #[test]
        fn rows_hold_what_was_pushed_and_what_was_appended(
            parts in prop::collection::vec(prop::collection::vec(0u8..3, 0..200), 0..5),
        ) {
            let mut whole = Sparse::default();
            parts.iter().for_each(|part| whole.append(&of(part), |value| value + 10));
            whole.push(7);
            let mut expected: Vec<u8> =
                parts.concat().iter().map(|&value| if value == 0 { 0 } else { value + 10 }).collect();
            expected.push(7);
            prop_assert_eq!(rows(&whole), expected);
        }
    }

    #[test]
    fn a_cleared_column_begins_anew() {
        let mut column = of(&[0, 3, 0, 5]);
        column.clear();
        column.push(4);
        assert_eq!((rows(&column), column.is_empty()), (vec![4], false));
    }
}
