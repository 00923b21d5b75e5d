use super::*;
use crate::ingest::gathered::Gathered;
use crate::ingest::{Format, sniff};

/// A table as the programs write it: columns as name, type, length; records with their mark.
fn table(
    version: u8,
    language: u8,
    columns: &[(&[u8], u8, u8)],
    records: &[(u8, Vec<&[u8]>)],
) -> Vec<u8> {
    let record_length = 1 + columns.iter().map(|(_, _, length)| u16::from(*length)).sum::<u16>();
    let header_length = 33 + 32 * columns.len() as u16 + if version == 0x30 { 263 } else { 0 };
    let mut bytes = vec![version, 125, 9, 1];
    bytes.extend((records.len() as u32).to_le_bytes());
    bytes.extend(header_length.to_le_bytes());
    bytes.extend(record_length.to_le_bytes());
    bytes.resize(29, 0);
    bytes.extend([language, 0, 0]);
    for (name, kind, length) in columns {
        let mut descriptor = name.to_vec();
        descriptor.resize(11, 0);
        descriptor.push(*kind);
        descriptor.resize(16, 0);
        descriptor.push(*length);
        descriptor.resize(32, 0);
        bytes.extend(descriptor);
    }
    bytes.push(0x0D);
    bytes.resize(usize::from(header_length), 0);
    for (mark, cells) in records {
        bytes.push(*mark);
        for ((_, _, length), cell) in columns.iter().zip(cells) {
            let mut cell = cell.to_vec();
            cell.resize(usize::from(*length), b' ');
            bytes.extend(cell);
        }
    }
    bytes.push(0x1A);
    bytes
}

fn gbk(text: &str) -> Vec<u8> {
    GB18030.encode(text).0.into_owned()
}

fn read(bytes: &[u8]) -> Gathered {
    let mut seen = Gathered::default();
    read_dbf(bytes, "a.dbf", &mut seen).unwrap();
    seen
}

fn roster() -> Vec<u8> {
    let (name, wang, li) = (gbk("姓名"), gbk("王小明"), gbk("李小红"));
    table(
        0x03,
        0,
        &[
            (&name, b'C', 8),
            (b"SFZH", b'C', 18),
            (b"CSRQ", b'D', 8),
            (b"JE", b'N', 18),
            (b"ZX", b'L', 1),
        ],
        &[
            (b' ', vec![&wang, b"330127201203051012", b"20120305", b"            312.50", b"T"]),
            (b'*', vec![&li, b"", b"", b"", b""]),
            (b' ', vec![&li, b"", b"        ", b"330127201203051012", b"?"]),
        ],
    )
}

#[test]
fn a_table_of_dbase_is_read_with_its_names_in_row_one() {
    let seen = read(&roster());
    assert_eq!(
        seen.rows(""),
        [
            "1:姓名|SFZH|CSRQ|JE|ZX",
            "2:王小明|330127201203051012|2012-03-05|312.5|是",
            "3:李小红|||330127201203051012",
        ]
    );
    assert!(seen.problem(0).starts_with("1 records are marked as deleted"));
    assert_eq!(seen.sheets[0].merged, None);
}

#[test]
fn the_types_of_visual_foxpro_are_read() {
    let mut bytes = table(
        0x30,
        0x7A,
        &[
            (b"XH", b'I', 4),
            (b"JE", b'Y', 8),
            (b"SJ", b'T', 8),
            (b"BL", b'B', 8),
            (b"XM", b'V', 8),
            (b"BZ", b'M', 4),
            (b"_NullFlags", b'0', 1),
        ],
        &[
            (
                b' ',
                vec![
                    &(-7i32).to_le_bytes(),
                    &3_125_000i64.to_le_bytes(),
                    &[&2_455_992u32.to_le_bytes()[..], &[0; 4]].concat(),
                    &0.5f64.to_le_bytes(),
                    &[&gbk("王小明")[..], b"x\x06"].concat(),
                    &[0; 4],
                    &[1],
                ],
            ),
            (
                b' ',
                vec![
                    &0i32.to_le_bytes(),
                    &(-500i64).to_le_bytes(),
                    &[0; 8],
                    &3.30127201203051e17f64.to_le_bytes(),
                    &gbk("李小红红"),
                    &[0; 4],
                    &[2],
                ],
            ),
        ],
    );
    // The first column may be without a value, whose bit stands before that of the text.
    let seen = read(&bytes);
    assert_eq!(seen.rows("")[1], "2:-7|312.5|2012-03-05|0.5|王小明");
    assert_eq!(seen.rows("")[2], "3:0|-0.05||330127201203051000|李小红红");
    assert!(seen.problem(0).contains("memo columns (BZ)") && seen.lacks_columns_only(0));
    bytes[32 + 18] = 2;
    assert_eq!(read(&bytes).rows("")[1].split('|').next(), Some("2:"));
}

#[test]
fn the_encoding_is_what_the_table_says_or_is() {
    let cell = |bytes: &[u8], language| {
        let bytes = table(0x03, language, &[(b"XM", b'C', 8)], &[(b' ', vec![bytes])]);
        read(&bytes).rows("")[1].clone()
    };
    assert_eq!(cell(&gbk("王小明"), 0), "2:王小明");
    assert_eq!(cell(&gbk("王小明"), 0x4D), "2:王小明");
    assert_eq!(cell(&BIG5.encode("陳小明").0, 0x78), "2:陳小明");
    assert_eq!(cell("王明".as_bytes(), 0), "2:王明");
    // The end of a column may cut a character.
    assert_eq!(cell(&"王小明".as_bytes()[..8], 0), "2:王小");
    assert_eq!(cell(&gbk("a王小明明")[..8], 0), "2:a王小明");
}

#[test]
fn a_count_that_is_not_true_is_said() {
    let whole = roster();
    let cut = read(&whole[..whole.len() - 30]);
    assert_eq!(cut.rows("").len(), 2);
    assert!(cut.problem(0).contains("states 3 records, 2 were found"));
    assert!(!cut.lacks_columns_only(0));
    let mut none = whole.clone();
    none[4] = 0;
    assert_eq!(read(&none).rows("").len(), 3);
    let mut many = whole;
    many[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(read(&many).problem(0).contains("states 4294967295 records"));
}

#[test]
fn other_files_are_refused() {
    assert_eq!(sniff(&roster()), Format::Dbf);
    for other in [&b"\x03\x02\x01"[..], "姓名,班级\n".as_bytes(), b"", &[3; 4000]] {
        assert!(read_dbf(other, "a.dbf", &mut Gathered::default()).is_err());
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(mut bytes: Vec<u8>, places: Vec<(proptest::sample::Index, u8)>) {
        let _ = read_dbf(&bytes, "a.dbf", &mut Gathered::default());
        bytes = roster();
        for (place, byte) in places.into_iter().take(3) {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let _ = read_dbf(&bytes, "a.dbf", &mut Gathered::default());
    }
}
