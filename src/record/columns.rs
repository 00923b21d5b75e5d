//! `columns!` makes a struct of arrays from the declaration of one record.

use super::text::Text;

/// A value in a column. Only texts change when their arena is appended to another one.
pub trait Cell: Copy {
    /// The value after its arena was appended to another one at `base`.
    fn moved_by(self, _base: u32) -> Self {
        self
    }
}

impl Cell for Text {
    fn moved_by(self, base: u32) -> Text {
        Text::moved_by(self, base)
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
    fn append(&mut self, part: &Self, base: u32);
    /// Puts parts together in their order; the texts of each move by its base.
    fn concatenate(parts: Vec<(Self, u32)>) -> Self;
}

/// Declares a `Copy` record and the table that holds it column by column.
///
/// The table has `push`, `get` (assembles the record), `len`, `is_empty`, `reserve`, each column as a public
/// `Vec`, and it is a [`Table`].
macro_rules! columns {
    ($(#[$meta:meta])* $record:ident, $(#[$table_meta:meta])* $table:ident {
        $($(#[$field_meta:meta])* $field:ident : $kind:ty,)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub struct $record { $($(#[$field_meta])* pub $field: $kind,)* }

        $(#[$table_meta])*
        #[derive(Debug, Clone, Default)]
        pub struct $table { $($(#[$field_meta])* pub $field: Vec<$kind>,)* }

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

            fn append(&mut self, part: &Self, base: u32) {
                use $crate::record::Cell;
                $(self.$field.extend(part.$field.iter().map(|cell| cell.moved_by(base)));)*
            }

            /// Every column on a thread of its own; a part's column is freed as soon as it is taken.
            fn concatenate(parts: Vec<(Self, u32)>) -> Self {
                use $crate::record::Cell;
                let mut whole = Self::default();
                $(let mut $field: Vec<(Vec<$kind>, u32)> = Vec::with_capacity(parts.len());)*
                for (part, base) in parts { $($field.push((part.$field, base));)* }
                rayon::scope(|scope| {
                    $({
                        let column = &mut whole.$field;
                        scope.spawn(move |_| {
                            column.reserve_exact($field.iter().map(|(part, _)| part.len()).sum());
                            for (part, base) in $field {
                                column.extend(part.into_iter().map(|cell| cell.moved_by(base)));
                            }
                        });
                    })*
                });
                whole
            }
        }
    };
    (@first $self:ident $first:ident $($rest:ident)*) => { $self.$first };
}
pub(crate) use columns;
