//! `columns!` makes a struct of arrays from the declaration of one record.

/// Declares a `Copy` record and the table that holds it column by column.
///
/// The table has `push`, `get` (assembles the record), `concatenate` (puts parts together),
/// `len`, `is_empty`, `reserve`, and each column as a public `Vec`.
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

            /// Puts `parts` together in their order, every column on a thread of its own; a part's
            /// column is freed as soon as it is taken.
            pub fn concatenate(parts: Vec<Self>) -> Self {
                let mut whole = Self::default();
                $(let mut $field: Vec<Vec<$kind>> = Vec::with_capacity(parts.len());)*
                for part in parts { $($field.push(part.$field);)* }
                rayon::scope(|scope| {
                    $({
                        let column = &mut whole.$field;
                        scope.spawn(move |_| {
                            column.reserve_exact($field.iter().map(Vec::len).sum());
                            for part in $field { column.extend_from_slice(&part); }
                        });
                    })*
                });
                whole
            }

            /// Makes room for `more` further rows.
            pub fn reserve(&mut self, more: usize) { $(self.$field.reserve(more);)* }

            /// How many records the table holds.
            pub fn len(&self) -> usize { columns!(@first self $($field)*).len() }

            /// Whether the table holds no record.
            pub fn is_empty(&self) -> bool { self.len() == 0 }
        }
    };
    (@first $self:ident $first:ident $($rest:ident)*) => { $self.$first };
}
pub(crate) use columns;
