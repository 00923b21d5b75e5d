//! Cells of columnar files as text.

use std::fmt::Write as _;

use arrow_array::cast::AsArray;
use arrow_array::types::*;
use arrow_array::{Array, ArrowPrimitiveType};
use arrow_schema::{DataType, TimeUnit};
use chrono::{DateTime, NaiveDate};
use encoding_rs::GB18030;

use crate::ingest::cell_text::push_number;

/// China has one time zone, eight hours ahead of Greenwich.
const CHINA: i64 = 8 * 3600;
const DAY: i64 = 86_400;

/// Writes the cell of a row; nothing if it has no value. `instant`: times count from Greenwich.
pub(super) fn push_cell(text: &mut String, array: &dyn Array, row: usize, instant: bool) {
    if row >= array.len() || array.is_null(row) {
        return;
    }
    match array.data_type() {
        DataType::Utf8 => text.push_str(array.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => text.push_str(array.as_string::<i64>().value(row)),
        DataType::Utf8View => text.push_str(array.as_string_view().value(row)),
        DataType::Binary => push_bytes(text, array.as_binary::<i32>().value(row)),
        DataType::LargeBinary => push_bytes(text, array.as_binary::<i64>().value(row)),
        DataType::BinaryView => push_bytes(text, array.as_binary_view().value(row)),
        DataType::FixedSizeBinary(_) => {
            push_bytes(text, array.as_fixed_size_binary().value(row));
        }
        DataType::Boolean => {
            text.push(if array.as_boolean().value(row) { '是' } else { '否' });
        }
        DataType::Float16 => push_short(text, value::<Float16Type>(array, row).to_f32()),
        DataType::Float32 => push_short(text, value::<Float32Type>(array, row)),
        DataType::Float64 => push_number(text, value::<Float64Type>(array, row)),
        DataType::Decimal32(..) => {
            push_decimal(text, &array.as_primitive::<Decimal32Type>().value_as_string(row));
        }
        DataType::Decimal64(..) => {
            push_decimal(text, &array.as_primitive::<Decimal64Type>().value_as_string(row));
        }
        DataType::Decimal128(..) => {
            push_decimal(text, &array.as_primitive::<Decimal128Type>().value_as_string(row));
        }
        DataType::Decimal256(..) => {
            push_decimal(text, &array.as_primitive::<Decimal256Type>().value_as_string(row));
        }
        DataType::Date32 => push_day(text, i64::from(value::<Date32Type>(array, row))),
        DataType::Date64 => {
            push_day(text, value::<Date64Type>(array, row).div_euclid(DAY * 1000));
        }
        DataType::Timestamp(unit, zone) => {
            let seconds = match unit {
                TimeUnit::Second => value::<TimestampSecondType>(array, row),
                TimeUnit::Millisecond => {
                    value::<TimestampMillisecondType>(array, row).div_euclid(1_000)
                }
                TimeUnit::Microsecond => {
                    value::<TimestampMicrosecondType>(array, row).div_euclid(1_000_000)
                }
                TimeUnit::Nanosecond => {
                    value::<TimestampNanosecondType>(array, row).div_euclid(1_000_000_000)
                }
            };
            let ahead = if instant || zone.is_some() { CHINA } else { 0 };
            push_day(text, seconds.saturating_add(ahead).div_euclid(DAY));
        }
        DataType::Time32(TimeUnit::Second) => {
            push_time(text, i64::from(value::<Time32SecondType>(array, row)));
        }
        DataType::Time32(_) => {
            push_time(text, i64::from(value::<Time32MillisecondType>(array, row)) / 1_000);
        }
        DataType::Time64(TimeUnit::Microsecond) => {
            push_time(text, value::<Time64MicrosecondType>(array, row) / 1_000_000);
        }
        DataType::Time64(_) => {
            push_time(text, value::<Time64NanosecondType>(array, row) / 1_000_000_000);
        }
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            if let Some(key) = whole(dictionary.keys(), row)
                && let Ok(key) = usize::try_from(key)
            {
                push_cell(text, dictionary.values(), key, instant);
            }
        }
        _ => {
            if let Some(number) = whole(array, row) {
                let _ = write!(text, "{number}");
            }
        }
    }
}

fn value<T: ArrowPrimitiveType>(array: &dyn Array, row: usize) -> T::Native {
    array.as_primitive::<T>().value(row)
}

/// A whole number or a duration in its unit.
fn whole(array: &dyn Array, row: usize) -> Option<i128> {
    if row >= array.len() || array.is_null(row) {
        return None;
    }
    Some(match array.data_type() {
        DataType::Int8 => value::<Int8Type>(array, row).into(),
        DataType::Int16 => value::<Int16Type>(array, row).into(),
        DataType::Int32 => value::<Int32Type>(array, row).into(),
        DataType::Int64 => value::<Int64Type>(array, row).into(),
        DataType::UInt8 => value::<UInt8Type>(array, row).into(),
        DataType::UInt16 => value::<UInt16Type>(array, row).into(),
        DataType::UInt32 => value::<UInt32Type>(array, row).into(),
        DataType::UInt64 => value::<UInt64Type>(array, row).into(),
        DataType::Duration(TimeUnit::Second) => value::<DurationSecondType>(array, row).into(),
        DataType::Duration(TimeUnit::Millisecond) => {
            value::<DurationMillisecondType>(array, row).into()
        }
        DataType::Duration(TimeUnit::Microsecond) => {
            value::<DurationMicrosecondType>(array, row).into()
        }
        DataType::Duration(TimeUnit::Nanosecond) => {
            value::<DurationNanosecondType>(array, row).into()
        }
        _ => return None,
    })
}

/// Bytes without a type are text: older programs do not mark it. Most write UTF-8.
fn push_bytes(text: &mut String, bytes: &[u8]) {
    match std::str::from_utf8(bytes) {
        Ok(utf8) => text.push_str(utf8),
        Err(_) => text.push_str(&GB18030.decode_without_bom_handling(bytes).0),
    }
}

/// A number of single precision as it is written, not as its nearest double.
fn push_short(text: &mut String, value: f32) {
    match format!("{value}").parse::<f64>() {
        Ok(value) => push_number(text, value),
        Err(_) => push_number(text, f64::from(value)),
    }
}

fn push_decimal(text: &mut String, digits: &str) {
    text.push_str(match digits.contains('.') {
        true => digits.trim_end_matches('0').trim_end_matches('.'),
        false => digits,
    });
}

/// A day counted from 1970; one beyond the calendar stays a number.
fn push_day(text: &mut String, day: i64) {
    let date = day.checked_mul(DAY).and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    let date: Option<NaiveDate> = date.map(|date| date.date_naive());
    let _ = match date {
        Some(date) => write!(text, "{date}"),
        None => write!(text, "{day}"),
    };
}

fn push_time(text: &mut String, seconds: i64) {
    let _ = write!(
        text,
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds.rem_euclid(3600) / 60,
        seconds.rem_euclid(60)
    );
}
