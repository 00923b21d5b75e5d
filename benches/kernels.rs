//! The kernels that run once for every row: identity numbers, rows of text, pairs of names.
//!
//! Inputs are made here, always the same: no files, no clock, no random source.

use aidcheck::ingest::for_each_row;
use aidcheck::normalize::{compare_names, parse_id_number};
use aidcheck::record::IdNumber;
use chrono::{Datelike, Days, NaiveDate};
use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

const NUMBERS: usize = 10_000;
const ROWS: usize = 10_000;

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a date of the calendar")
}

fn as_of() -> NaiveDate {
    day(2025, 10, 15)
}

/// A valid number; different for every `index` below a million.
fn number(index: usize) -> String {
    let birth = day(2007, 1, 1) + Days::new((index * 37 % 5_000) as u64);
    let digits = format!(
        "330127{:04}{:02}{:02}{:03}",
        birth.year(),
        birth.month(),
        birth.day(),
        1 + index / 5_000 * 7 % 998
    );
    let check = IdNumber::check_character(digits.as_bytes()).expect("17 digits");
    format!("{digits}{}", check as char)
}

mod id_number {
    use super::*;

    fn run(bencher: Bencher, cell: impl Fn(usize) -> String) {
        let cells: Vec<String> = (0..NUMBERS).map(cell).collect();
        let as_of = as_of();
        bencher.counter(ItemsCount::new(NUMBERS)).bench_local(|| {
            for cell in &cells {
                black_box(parse_id_number(black_box(cell), as_of));
            }
        });
    }

    /// Eighteen clean characters: nearly every row of a real file.
    #[divan::bench]
    fn clean(bencher: Bencher) {
        run(bencher, number);
    }

    /// Full-width digits, blanks inside, a quote in front: repaired without loss.
    #[divan::bench]
    fn repaired(bencher: Bencher) {
        run(bencher, |index| {
            let number = number(index);
            match index % 3 {
                0 => number.chars().map(full_width).collect(),
                1 => format!("{} {} {}", &number[..6], &number[6..14], &number[14..]),
                _ => format!("'{number}"),
            }
        });
    }

    /// Fifteen digits, scientific notation, a lost tail, a wrong check character, nothing.
    #[divan::bench]
    fn unusable_or_old(bencher: Bencher) {
        run(bencher, |index| {
            let number = number(index);
            match index % 5 {
                0 => format!("{}{}", &number[..6], &number[8..17]),
                1 => format!("{}.{}E+17", &number[..1], &number[1..6]),
                2 => format!("{}000", &number[..15]),
                3 => {
                    let wrong = if number.ends_with('1') { '2' } else { '1' };
                    format!("{}{wrong}", &number[..17])
                }
                _ => "无".to_owned(),
            }
        });
    }

    fn full_width(c: char) -> char {
        char::from_u32(u32::from(c) - 0x21 + 0xFF01).unwrap_or(c)
    }
}

mod rows {
    use super::*;

    fn run(bencher: Bencher, row: impl Fn(usize) -> String) {
        let text: String = (0..ROWS).map(row).collect();
        bencher.counter(BytesCount::of_str(&text)).counter(ItemsCount::new(ROWS)).bench_local(
            || {
                let mut cells_seen = 0;
                for_each_row(black_box(&text), 1, b',', |row, cells| {
                    cells_seen += black_box((row, cells)).1.len();
                });
                cells_seen
            },
        );
    }

    fn tail(index: usize) -> String {
        format!(
            "男,2012-03-04,{number},G{number},2133027352,河源县平湖镇第十二小学,小学,三年级,3班,在读,\
             2019-09-01,,吴月书,19259355446,6228480300848484659\r\n",
            number = number(index)
        )
    }

    /// Rows without a quote: split by the delimiter alone.
    #[divan::bench]
    fn plain(bencher: Bencher) {
        run(bencher, |index| format!("赵一鸣,{}", tail(index)));
    }

    /// Every row has a quoted cell with a delimiter, a doubled quote and a line break in it.
    #[divan::bench]
    fn quoted(bencher: Bencher) {
        run(bencher, |index| format!("\"赵,\"\"一\"\"\n鸣\",{}", tail(index)));
    }

    /// One row in a hundred is quoted: a real export.
    #[divan::bench]
    fn mixed(bencher: Bencher) {
        run(bencher, |index| {
            let name = if index % 100 == 0 { "\"赵,一鸣\"" } else { "赵一鸣" };
            format!("{name},{}", tail(index))
        });
    }
}

mod names {
    use super::*;

    /// One pair of each kind, and those that the rules meet most.
    #[divan::bench(args = [
        ("equal", "王梓轩", "王梓轩"),
        ("blank inside", "张三", "张 三"),
        ("traditional", "張國強", "张国强"),
        ("homophone", "王梓轩", "王子萱"),
        ("one character off", "王小明", "王大明"),
        ("surnames interchange", "付小明", "傅小明"),
        ("glyph missing", "王䶮", "王yan"),
        ("truncated", "阿依古丽·买买提", "阿依古丽"),
        ("different", "张三丰", "李四光"),
    ])]
    fn compare(bencher: Bencher, (_, a, b): (&str, &str, &str)) {
        bencher
            .counter(ItemsCount::new(1usize))
            .bench_local(|| compare_names(black_box(a), black_box(b)));
    }
}
