//! `columns!` makes a struct of arrays from the declaration of one record.

use super::sparse::Sparse;
use super::text::Text;

/// A value in a column. Only texts change when their arena is appended to another one.
pub trait Cell: Copy {
    /// The value after its arena was appended to another one at `base`.
    fn moved_by(self, _base: u64) -> Self {
        self
    }

    /// Where its text ends in the arena; 0 where it has none.
    fn text_end(self) -> u64 {
        0
    }
}

impl Cell for Text {
    fn moved_by(self, base: u64) -> Text {
        Text::moved_by(self, base)
    }

    fn text_end(self) -> u64 {
        Text::end(self)
    }
}

/// How the values of one field stand: one after the other, or only those that are said ([`Sparse`]).
pub trait Column<T: Cell>: Default {
    /// Makes room for exactly `more` rows, where that is worth it.
    fn reserve_exact(&mut self, more: usize);
    /// How many rows.
    fn rows(&self) -> usize;
    /// Adds the rows of `part`, whose texts move by `base`.
    fn append(&mut self, part: &Self, base: u64);
    /// Keeps the first `rows` rows.
    fn truncate(&mut self, rows: usize);
    /// Where the last of the texts ends in the arena.
    fn texts_end(&self) -> u64;

    /// Puts parts together; each is freed as soon as it is taken.
    fn concatenate(parts: Vec<(Self, u64)>) -> Self {
        let mut whole = Self::default();
        whole.reserve_exact(parts.iter().map(|(part, _)| part.rows()).sum());
        for (part, base) in parts {
            whole.append(&part, base);
        }
        whole
    }
}

impl<T: Cell> Column<T> for Vec<T> {
    fn reserve_exact(&mut self, more: usize) {
        Vec::reserve_exact(self, more);
    }

    fn rows(&self) -> usize {
        self.len()
    }

    fn append(&mut self, part: &Self, base: u64) {
        self.extend(part.iter().map(|cell| cell.moved_by(base)));
    }

    fn truncate(&mut self, rows: usize) {
        Vec::truncate(self, rows);
    }

    fn texts_end(&self) -> u64 {
        self.iter().map(|cell| cell.text_end()).max().unwrap_or_default()
    }
}

impl<T: Cell + Default + PartialEq> Column<T> for Sparse<T> {
    fn reserve_exact(&mut self, more: usize) {
        self.reserve(more);
    }

    fn rows(&self) -> usize {
        self.len()
    }

    fn append(&mut self, part: &Self, base: u64) {
        Sparse::append(self, part, |cell| cell.moved_by(base));
    }

    fn truncate(&mut self, rows: usize) {
        Sparse::truncate(self, rows);
    }

    fn texts_end(&self) -> u64 {
        self.values().iter().map(|cell| cell.text_end()).max().unwrap_or_default()
    }
}

/// A struct of arrays that [`columns!`] made: what the tables of all kinds of record share.
pub trait Table: Default {
    /// One row, assembled.
    type Record;
    /// How many rows.
    fn rows(&self) -> usize;
    /// The row at `index`. Panics past the end.
    fn row(&self, index: usize) -> Self::Record;
    /// Takes all rows out and keeps the room for as many.
    fn clear(&mut self);
    /// Adds the rows of `part`, whose texts move by `base`.
    fn append(&mut self, part: &Self, base: u64);
    /// Keeps the first `rows` rows.
    fn truncate(&mut self, rows: usize);
    /// Where the last of the texts ends in the arena.
    fn texts_end(&self) -> u64;
    /// Puts parts together in their order; the texts of each move by its base.
    fn concatenate(parts: Vec<(Self, u64)>) -> Self;
}

/// Declares a `Copy` record and the table that holds it column by column.
///
/// The table has `push`, `get` (assembles the record), `len`, `is_empty`, `reserve`, each column as a public
/// `Vec` (or a [`Sparse`], where the field says `as Sparse`), and it is a [`Table`]. The first column is a `Vec`.
macro_rules! columns {
    ($(#[$meta:meta])* $record:ident, $(#[$table_meta:meta])* $table:ident {
        $($(#[$field_meta:meta])* $field:ident : $kind:ty $(as $column:ident)?,)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub struct $record { $($(#[$field_meta])* pub $field: $kind,)* }

        $(#[$table_meta])*
        #[derive(Debug, Clone, Default)]
        pub struct $table { $($(#[$field_meta])* pub $field: columns!(@column $kind $(, $column)?),)* }

        impl $table {
            /// Adds one record as the last row.
            pub fn push(&mut self, record: $record) { $(self.$field.push(record.$field);)* }

            /// The record at `index`, assembled from its columns. Panics past the end.
            pub fn get(&self, index: usize) -> $record {
                $record { $($field: self.$field[index],)* }
            }

            /// Makes room for `more` further rows.
            pub fn reserve(&mut self, more: usize) { $(self.$field.reserve(more);)* }

            /// How many records the table holds.
            pub fn len(&self) -> usize { columns!(@first self $($field)*).len() }

            /// Whether the table holds no record.
            pub fn is_empty(&self) -> bool { self.len() == 0 }
        }

        impl $crate::record::Table for $table {
            type Record = $record;

            fn rows(&self) -> usize { self.len() }

            fn row(&self, index: usize) -> $record { self.get(index) }

            fn clear(&mut self) { $(self.$field.clear();)* }

            fn append(&mut self, part: &Self, base: u64) {
                $($crate::record::Column::append(&mut self.$field, &part.$field, base);)*
            }

            fn truncate(&mut self, rows: usize) {
                $($crate::record::Column::truncate(&mut self.$field, rows);)*
            }

            fn texts_end(&self) -> u64 {
                0 $(.max($crate::record::Column::texts_end(&self.$field)))*
            }

            /// Every column on a thread of its own.
            fn concatenate(parts: Vec<(Self, u64)>) -> Self {
                let mut whole = Self::default();
                $(let mut $field = Vec::with_capacity(parts.len());)*
                for (part, base) in parts { $($field.push((part.$field, base));)* }
                rayon::scope(|scope| {
                    $({
                        let column = &mut whole.$field;
                        scope.spawn(move |_| *column = $crate::record::Column::concatenate($field));
                    })*
                });
                whole
            }
        }
    };
    (@first $self:ident $first:ident $($rest:ident)*) => { $self.$first };
    (@column $kind:ty) => { Vec<$kind> };
    (@column $kind:ty, $column:ident) => { $crate::record::$column<$kind> };
}
pub(crate) use columns;
