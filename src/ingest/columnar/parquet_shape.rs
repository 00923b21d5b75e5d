//! What the structures at a Parquet file's foot and before its pages are made of (parquet.thrift).
//!
//! The reader underneath takes a field for what its number says, whatever type the file gives it. A file
//! that lies here has it read other bytes than those that were checked, and step over two thousand million
//! elements that take no bytes.

use super::parquet_check::{
    BINARY, BYTE, DOUBLE, FALSE, I16, I32, I64, LIST, STRUCT, TRUE, Thrift,
};

/// Of what type a field is.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Bool,
    /// A number or bytes, by the type's own code.
    Plain(u8),
    List(&'static Kind),
    Struct(Fields),
}

/// The fields of a structure by their numbers; others may stand beside them, and are stepped over by the
/// type that they state. All that the reader knows must stand here (`thrift_struct!` in its source).
type Fields = &'static [(i64, Kind)];

const NUMBER: Kind = Kind::Plain(I32);
const LONG: Kind = Kind::Plain(I64);
const BYTES: Kind = Kind::Plain(BINARY);
const EMPTY: Kind = Kind::Struct(&[]);

const UNIT: Kind = Kind::Struct(&[(1, EMPTY), (2, EMPTY), (3, EMPTY)]);
const MOMENT: Kind = Kind::Struct(&[(1, Kind::Bool), (2, UNIT)]);
const LOGICAL_TYPE: Kind = Kind::Struct(&[
    (1, EMPTY),
    (2, EMPTY),
    (3, EMPTY),
    (4, EMPTY),
    (5, Kind::Struct(&[(1, NUMBER), (2, NUMBER)])),
    (6, EMPTY),
    (7, MOMENT),
    (8, MOMENT),
    (10, Kind::Struct(&[(1, Kind::Plain(BYTE)), (2, Kind::Bool)])),
    (11, EMPTY),
    (12, EMPTY),
    (13, EMPTY),
    (14, EMPTY),
    (15, EMPTY),
    (16, Kind::Struct(&[(1, Kind::Plain(BYTE))])),
    (17, Kind::Struct(&[(1, BYTES)])),
    (18, Kind::Struct(&[(1, BYTES), (2, NUMBER)])),
    (19, EMPTY),
]);
const SCHEMA_ELEMENT: Kind = Kind::Struct(&[
    (1, NUMBER),
    (2, NUMBER),
    (3, NUMBER),
    (4, BYTES),
    (5, NUMBER),
    (6, NUMBER),
    (7, NUMBER),
    (8, NUMBER),
    (9, NUMBER),
    (10, LOGICAL_TYPE),
]);
const STATISTICS: Kind = Kind::Struct(&[
    (1, BYTES),
    (2, BYTES),
    (3, LONG),
    (4, LONG),
    (5, BYTES),
    (6, BYTES),
    (7, Kind::Bool),
    (8, Kind::Bool),
    (9, LONG),
]);
const KEY_VALUE: Kind = Kind::Struct(&[(1, BYTES), (2, BYTES)]);
const ENCODING_COUNT: Kind = Kind::Struct(&[(1, NUMBER), (2, NUMBER), (3, NUMBER)]);
const SIZES: Kind = Kind::Struct(&[(1, LONG), (2, Kind::List(&LONG)), (3, Kind::List(&LONG))]);
const CORNER: Kind = Kind::Plain(DOUBLE);
const BOX: Kind = Kind::Struct(&[
    (1, CORNER),
    (2, CORNER),
    (3, CORNER),
    (4, CORNER),
    (5, CORNER),
    (6, CORNER),
    (7, CORNER),
    (8, CORNER),
]);
const COLUMN: Kind = Kind::Struct(&[
    (1, NUMBER),
    (2, Kind::List(&NUMBER)),
    (3, Kind::List(&BYTES)),
    (4, NUMBER),
    (5, LONG),
    (6, LONG),
    (7, LONG),
    (8, Kind::List(&KEY_VALUE)),
    (9, LONG),
    (10, LONG),
    (11, LONG),
    (12, STATISTICS),
    (13, Kind::List(&ENCODING_COUNT)),
    (14, LONG),
    (15, NUMBER),
    (16, SIZES),
    (17, Kind::Struct(&[(1, BOX), (2, Kind::List(&NUMBER))])),
]);
const KEYED: Kind = Kind::Struct(&[(1, Kind::List(&BYTES)), (2, BYTES)]);
const COLUMN_CHUNK: Kind = Kind::Struct(&[
    (1, BYTES),
    (2, LONG),
    (3, COLUMN),
    (4, LONG),
    (5, NUMBER),
    (6, LONG),
    (7, NUMBER),
    (8, Kind::Struct(&[(1, EMPTY), (2, KEYED)])),
    (9, BYTES),
]);
const SORTING: Kind = Kind::Struct(&[(1, NUMBER), (2, Kind::Bool), (3, Kind::Bool)]);
const ROW_GROUP: Kind = Kind::Struct(&[
    (1, Kind::List(&COLUMN_CHUNK)),
    (2, LONG),
    (3, LONG),
    (4, Kind::List(&SORTING)),
    (5, LONG),
    (6, LONG),
    (7, Kind::Plain(I16)),
]);
const CIPHER: Kind = Kind::Struct(&[(1, BYTES), (2, BYTES), (3, Kind::Bool)]);
const FOOT: Fields = &[
    (1, NUMBER),
    (2, Kind::List(&SCHEMA_ELEMENT)),
    (3, LONG),
    (4, Kind::List(&ROW_GROUP)),
    (5, Kind::List(&KEY_VALUE)),
    (6, BYTES),
    (7, Kind::List(&Kind::Struct(&[(1, EMPTY), (2, EMPTY), (3, EMPTY)]))),
    (8, Kind::Struct(&[(1, CIPHER), (2, CIPHER)])),
    (9, BYTES),
];
const PAGE: Fields = &[
    (1, NUMBER),
    (2, NUMBER),
    (3, NUMBER),
    (4, NUMBER),
    (5, Kind::Struct(&[(1, NUMBER), (2, NUMBER), (3, NUMBER), (4, NUMBER), (5, STATISTICS)])),
    (6, EMPTY),
    (7, Kind::Struct(&[(1, NUMBER), (2, NUMBER), (3, Kind::Bool)])),
    (
        8,
        Kind::Struct(&[
            (1, NUMBER),
            (2, NUMBER),
            (3, NUMBER),
            (4, NUMBER),
            (5, NUMBER),
            (6, NUMBER),
            (7, Kind::Bool),
            (8, STATISTICS),
        ]),
    ),
];

/// Steps over the foot of a file; `None` where a field is not of its type.
pub(super) fn step_over_foot(thrift: &mut Thrift<'_>) -> Option<()> {
    step_over_fields(thrift, FOOT)
}

/// Steps over the header of a page.
pub(super) fn step_over_page_header(thrift: &mut Thrift<'_>) -> Option<()> {
    step_over_fields(thrift, PAGE)
}

fn step_over_fields(thrift: &mut Thrift<'_>, fields: Fields) -> Option<()> {
    thrift.fields(&mut |thrift, number, kind| match fields
        .iter()
        .find(|(known, _)| *known == number)
    {
        Some((_, expected)) => step_over(thrift, expected, kind),
        None => thrift.skip(kind, 0),
    })
}

fn step_over(thrift: &mut Thrift<'_>, expected: &Kind, kind: u8) -> Option<()> {
    match expected {
        Kind::Bool => matches!(kind, TRUE | FALSE).then_some(()),
        Kind::Plain(plain) if *plain == kind => thrift.skip(kind, 0),
        Kind::Struct(fields) if kind == STRUCT => step_over_fields(thrift, fields),
        Kind::List(element) if kind == LIST => {
            let (count, kind) = thrift.list()?;
            (0..count).try_for_each(|_| step_over(thrift, element, kind))
        }
        _ => None,
    }
}
