//! Checks of single TOML values, so that a refusal names the line where the value stands.
//!
//! Each function serves a plain field and an optional one alike (`Option<T>: From<T>`).

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, de::Error};

use super::refusal::both;

/// A share from 0 to 1.
pub(super) fn share<'de, D: Deserializer<'de>, T: From<f64>>(source: D) -> Result<T, D::Error> {
    let value = f64::deserialize(source)?;
    if (0.0..=1.0).contains(&value) {
        Ok(value.into())
    } else {
        Err(Error::custom(both("应为 0 到 1 之间的数", "must lie between 0 and 1")))
    }
}

/// A count or an amount, 0 or more.
pub(super) fn count<'de, D: Deserializer<'de>, T: From<i64>>(source: D) -> Result<T, D::Error> {
    let value = i64::deserialize(source)?;
    if value >= 0 { Ok(value.into()) } else { Err(negative()) }
}

/// Counts or amounts, each 0 or more.
pub(super) fn counts<'de, D: Deserializer<'de>, T: From<Vec<i64>>>(
    source: D,
) -> Result<T, D::Error> {
    let values = Vec::<i64>::deserialize(source)?;
    if values.iter().all(|&value| value >= 0) { Ok(values.into()) } else { Err(negative()) }
}

fn negative<E: Error>() -> E {
    E::custom(both("不能是负数", "must not be negative"))
}

/// Calendar months, each 1 to 12.
pub(super) fn months<'de, D: Deserializer<'de>, T: From<Vec<u32>>>(
    source: D,
) -> Result<T, D::Error> {
    let values = Vec::<u32>::deserialize(source)?;
    if values.iter().all(|month| (1..=12).contains(month)) {
        Ok(values.into())
    } else {
        Err(Error::custom(both("月份应为 1 到 12", "months run from 1 to 12")))
    }
}

/// An ISO date, `2025-02-01`, with or without quotes.
pub(super) fn date<'de, D: Deserializer<'de>, T: From<NaiveDate>>(
    source: D,
) -> Result<T, D::Error> {
    let text = match toml::Value::deserialize(source)? {
        toml::Value::String(text) => text,
        toml::Value::Datetime(date) => date.to_string(),
        other => other.to_string(),
    };
    text.parse::<NaiveDate>().map(T::from).map_err(|_| {
        Error::custom(both(
            "日期应写作 2025-02-01，且须真实存在",
            "a date is written 2025-02-01 and must exist",
        ))
    })
}
