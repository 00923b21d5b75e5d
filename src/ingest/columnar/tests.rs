use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder, StringDictionaryBuilder};
use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Date64Array, Decimal128Array, Float32Array,
    Float64Array, Int64Array, NullArray, StringArray, Time64MicrosecondArray,
    TimestampMicrosecondArray, TimestampMillisecondArray, UInt8Array,
};
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding};
use parquet::file::properties::{WriterProperties, WriterVersion};

use super::*;
use crate::ingest::gathered::Gathered;

const MIDNIGHT: i64 = 1_330_876_800; // 2012-03-04 16:00 in Greenwich, 2012-03-05 in China

fn roster() -> RecordBatch {
    let mut dictionary = StringDictionaryBuilder::<Int32Type>::new();
    dictionary.extend([Some("一中"), None, Some("一中")]);
    let mut list = ListBuilder::new(StringBuilder::new());
    list.append_value([Some("a"), Some("b")]);
    list.append_null();
    list.append_value([None::<&str>]);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("姓名", Arc::new(StringArray::from(vec![Some("王小明"), Some("李小红"), None]))),
        ("证件号", Arc::new(Int64Array::from(vec![Some(330127201203051012), None, None]))),
        ("学校", Arc::new(dictionary.finish())),
        ("出生", Arc::new(Date32Array::from(vec![Some(15_404), None, None]))),
        (
            "入学",
            Arc::new(TimestampMicrosecondArray::from(vec![Some(MIDNIGHT * 1_000_000), None, None])),
        ),
        (
            "发放",
            Arc::new(
                TimestampMillisecondArray::from(vec![Some(MIDNIGHT * 1_000), None, None])
                    .with_timezone("UTC"),
            ),
        ),
        ("家庭", Arc::new(list.finish())),
        (
            "金额",
            Arc::new(
                Decimal128Array::from(vec![Some(31_250), Some(50_000), None])
                    .with_precision_and_scale(18, 2)
                    .unwrap(),
            ),
        ),
        ("单精", Arc::new(Float32Array::from(vec![Some(312.1), None, None]))),
        ("双精", Arc::new(Float64Array::from(vec![Some(3.30127201203051e17), None, None]))),
        ("在校", Arc::new(BooleanArray::from(vec![Some(true), Some(false), None]))),
        ("班", Arc::new(UInt8Array::from(vec![Some(3), None, None]))),
        ("时间", Arc::new(Time64MicrosecondArray::from(vec![Some(30_600_000_000), None, None]))),
        ("旧", Arc::new(BinaryArray::from(vec![Some("备注".as_bytes()), None, None]))),
        ("空", Arc::new(NullArray::new(3))),
    ];
    RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, array)| (name, array, true)),
    )
    .unwrap()
}

const ROSTER: [&str; 4] = [
    "0:姓名|证件号|学校|出生|入学|发放|家庭|金额|单精|双精|在校|班|时间|旧|空",
    "1:王小明|330127201203051012|一中|2012-03-05|2012-03-04|2012-03-05||312.5|312.1|330127201203051000|是|3|08:30:00|备注",
    "2:李小红|||||||500|||否",
    "3:||一中",
];

fn parquet(batch: &RecordBatch, properties: WriterProperties) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn arrow(batch: &RecordBatch, compression: Option<CompressionType>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let options = IpcWriteOptions::default().try_with_compression(compression).unwrap();
    let mut writer =
        FileWriter::try_new_with_options(&mut bytes, &batch.schema(), options).unwrap();
    writer.write(batch).unwrap();
    writer.finish().unwrap();
    drop(writer);
    bytes
}

fn read(bytes: Vec<u8>) -> Gathered {
    let mut seen = Gathered::default();
    read_columnar(bytes, "a.parquet", &mut seen).unwrap();
    seen
}

fn error(bytes: Vec<u8>) -> WorkbookError {
    read_columnar(bytes, "a.parquet", &mut Gathered::default()).unwrap_err()
}

#[test]
fn parquet_is_read_whatever_packs_it() {
    for compression in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::ZSTD(Default::default()),
        Compression::GZIP(Default::default()),
        Compression::LZ4_RAW,
    ] {
        let properties = WriterProperties::builder().set_compression(compression).build();
        let seen = read(parquet(&roster(), properties));
        assert_eq!(seen.rows(""), ROSTER, "{compression}");
        assert!(seen.problem(0).contains("columns of lists or structures (家庭)"));
        assert!(seen.lacks_columns_only(0));
        assert_eq!(seen.sheets[0].merged, None);
    }
}

#[test]
fn arrow_is_read_whatever_packs_it() {
    for compression in [None, Some(CompressionType::LZ4_FRAME), Some(CompressionType::ZSTD)] {
        let seen = read(arrow(&roster(), compression));
        assert_eq!(seen.rows(""), ROSTER);
        assert!(seen.problem(0).contains("(家庭)"));
    }
}

#[test]
fn days_out_of_the_calendar_stay_numbers() {
    let days = Date64Array::from(vec![15_404 * 86_400_000, i64::MAX, -1]);
    let batch = RecordBatch::try_from_iter([("日", Arc::new(days) as ArrayRef)]).unwrap();
    assert_eq!(
        read(arrow(&batch, None)).rows("")[1..],
        ["1:2012-03-05", "2:106751991167", "3:1969-12-31"]
    );
}

#[test]
fn many_batches_are_one_sheet() {
    let numbers = Int64Array::from_iter_values(0..30_000);
    let batch = RecordBatch::try_from_iter([("学号", Arc::new(numbers) as ArrayRef)]).unwrap();
    let groups = WriterProperties::builder().set_max_row_group_row_count(Some(7_000)).build();
    let seen = read(parquet(&batch, groups));
    assert_eq!(seen.rows("").len(), 30_001);
    assert_eq!(seen.rows("").last().unwrap(), "30000:29999");
    let none = read(parquet(&batch.slice(0, 0), WriterProperties::default()));
    assert_eq!(none.rows(""), ["0:学号"]);
}

#[test]
fn a_text_that_stands_once_for_many_rows_has_an_end() {
    let mut dictionary = StringDictionaryBuilder::<Int32Type>::new();
    let text = "王".repeat(300_000);
    for _ in 0..1_400 {
        dictionary.append_value(&text);
    }
    let batch =
        RecordBatch::try_from_iter([("备注", Arc::new(dictionary.finish()) as ArrayRef)]).unwrap();
    let packed = WriterProperties::builder().set_compression(Compression::ZSTD(Default::default()));
    for bytes in [parquet(&batch, packed.build()), arrow(&batch, None)] {
        let mut rows = CountRows(0, SheetEnd::default());
        read_columnar(bytes, "a", &mut rows).unwrap();
        assert!(rows.0 > 1_000 && rows.0 < 1_400, "{}", rows.0);
        assert!(rows.1.problem.unwrap().en.contains("more text than its bytes"));
    }
}

struct CountRows(u32, SheetEnd);

impl SheetSink for CountRows {
    fn start(&mut self, _: SheetStart<'_>) -> bool {
        true
    }
    fn row(&mut self, number: u32, _: &[&str]) {
        self.0 = number;
    }
    fn end(&mut self, end: SheetEnd) {
        self.1 = end;
    }
}

#[test]
fn files_that_claim_more_than_they_hold_are_refused() {
    let rows = Int64Array::from(vec![1; 5_000_000]);
    let batch = RecordBatch::try_from_iter([("期", Arc::new(rows) as ArrayRef)]).unwrap();
    assert!(matches!(
        error(parquet(&batch, WriterProperties::default())),
        WorkbookError::TooLarge { .. }
    ));
    let nothing = NullArray::new(1 << 40);
    let batch = RecordBatch::try_from_iter([("空", Arc::new(nothing) as ArrayRef)]).unwrap();
    assert!(matches!(error(arrow(&batch, None)), WorkbookError::TooLarge { .. }));
}

#[test]
fn what_cannot_be_read_is_named() {
    assert!(matches!(error(b"PARE____PARE".to_vec()), WorkbookError::Password { .. }));
    assert!(matches!(error(b"PAR1PAR1".to_vec()), WorkbookError::Damaged { .. }));
    assert!(matches!(error(b"ARROW1\0\0ARROW1".to_vec()), WorkbookError::Damaged { .. }));
    let delta = WriterProperties::builder()
        .set_writer_version(WriterVersion::PARQUET_2_0)
        .set_dictionary_enabled(false)
        .set_encoding(Encoding::DELTA_BYTE_ARRAY);
    let texts = StringArray::from(vec!["王小明"]);
    let batch = RecordBatch::try_from_iter([("姓名", Arc::new(texts) as ArrayRef)]).unwrap();
    assert!(error(parquet(&batch, delta.build())).to_string().contains("DELTA_BYTE_ARRAY"));
    let whole = parquet(&roster(), WriterProperties::default());
    assert!(matches!(error(whole[..whole.len() - 100].to_vec()), WorkbookError::Damaged { .. }));
}

proptest::proptest! {
    #[test]
    fn damaged_files_are_read_or_refused(
        places: Vec<(proptest::sample::Index, u8)>, packed: bool, is_arrow: bool, tail: Vec<u8>
    ) {
        let mut bytes = if is_arrow {
            arrow(&roster(), packed.then_some(CompressionType::ZSTD))
        } else {
            let compression = if packed { Compression::SNAPPY } else { Compression::UNCOMPRESSED };
            parquet(&roster(), WriterProperties::builder().set_compression(compression).build())
        };
        for (place, byte) in places.into_iter().take(4) {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let _ = read_columnar(bytes, "a", &mut Gathered::default());
        let head = if is_arrow { &b"ARROW1\0\0"[..] } else { b"PAR1" };
        let foot = if is_arrow { &b"ARROW1"[..] } else { b"PAR1" };
        let length = (tail.len() as u32).to_le_bytes();
        let bytes = [head, &tail, &length, foot].concat();
        let _ = read_columnar(bytes, "a", &mut Gathered::default());
    }
}
