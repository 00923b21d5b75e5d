//! People with checksum-valid synthetic numbers, no two of which are equal by accident.
//!
//! A number is laid out from a dense key: the key gives the day of the birth year and a block of
//! four serials, so that one key holds a pupil and a twin of either sex. Ordinary and planted pupils
//! live in different division codes.

use chrono::{Days, NaiveDate};

use super::calendar::Calendar;
use super::names::Names;
use super::rng::Rng;
use crate::record::{IdNumber, Sex, Stage};

/// Days of a birth year × blocks of four serials.
const KEYS_PER_REGION: usize = 365 * 250;
/// The division codes of ordinary pupils; the second is used when the first is full.
const ORDINARY: [&str; 12] = [
    "330127", "330102", "330103", "330104", "330105", "330106", "330108", "330109", "330110",
    "330111", "330112", "330113",
];
/// The division codes of planted pupils.
const PLANTED: [&str; 6] = ["330182", "330122", "330183", "330185", "330181", "330125"];
/// Rare codes among ordinary pupils: retired ones, and residence permits.
const UNUSUAL: [&str; 3] = ["110103", "810000", "830000"];
/// A retired code kept for the planted trap.
const RETIRED: &str = "110104";

/// Where the numbers of a pupil come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumberSpace {
    Ordinary,
    Planted,
    /// A planted pupil whose division code was retired.
    Retired,
    /// A child that only a school's roster knows.
    RosterOnly,
}

/// A child, as the world knows it.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) sex: Sex,
    pub(crate) birth: NaiveDate,
    pub(crate) number: String,
    pub(crate) guardian: String,
    pub(crate) phone: String,
    pub(crate) card: String,
    /// The first 14 digits and the start of the block of serials.
    stem: String,
    block: u32,
}

impl Person {
    /// The person of a key, born to be in that year of that stage now.
    pub(crate) fn new(
        space: NumberSpace,
        key: usize,
        (stage, grade): (Stage, u8),
        calendar: Calendar,
        names: &Names,
        rng: &mut Rng,
    ) -> Person {
        let (range, place) = (key / KEYS_PER_REGION, key % KEYS_PER_REGION);
        let day = (place * 251 + 17 * usize::from(grade)) % 365;
        let block = ((place / 365) * 97 + day) % 250 * 4;
        // A serial of x00 could make a true number look as if a spreadsheet had cut it.
        let male = rng.chance(500) || block % 100 == 0;
        let sex = if male { Sex::Male } else { Sex::Female };
        let level = i32::from(level(stage, grade));
        let birth = calendar.day(-4 - level, 9, 1) + Days::new(day as u64);
        let region = match space {
            NumberSpace::Ordinary if range == 0 && rng.chance(25) => rng.pick(&UNUSUAL),
            NumberSpace::Ordinary => ORDINARY[range % ORDINARY.len()],
            NumberSpace::Planted => PLANTED[range % PLANTED.len()],
            NumberSpace::Retired => RETIRED,
            NumberSpace::RosterOnly => "330921",
        };
        let stem = format!("{region}{}", birth.format("%Y%m%d"));
        let name = names.pupil(sex, rng);
        let guardian = names.guardian(&name, rng);
        let number = number(&stem, block as u32 + serial_step(sex));
        Person {
            guardian,
            phone: phone(rng),
            card: card(rng),
            name,
            sex,
            birth,
            number,
            stem,
            block: block as u32,
        }
    }

    /// The twin: the next number of that sex, one character of the name, all else the same.
    pub(crate) fn twin(&self, names: &Names, rng: &mut Rng) -> Person {
        let name = names.twin(&self.name, self.sex, rng);
        Person { name, number: self.next_number(), ..self.clone() }
    }

    /// Another child of another household with the same name, sex and birth date.
    pub(crate) fn namesake(&self, names: &Names, rng: &mut Rng) -> Person {
        let guardian = names.guardian(&self.name, rng);
        Person {
            guardian,
            phone: phone(rng),
            card: card(rng),
            number: self.next_number(),
            ..self.clone()
        }
    }

    fn next_number(&self) -> String {
        number(&self.stem, self.block + 2 + serial_step(self.sex))
    }

    /// The formal student number, which holds the ID number.
    pub(crate) fn student_number(&self) -> String {
        format!("G{}", self.number)
    }

    /// A temporary student number whose body is nobody's ID number.
    pub(crate) fn temporary_number(&self, rng: &mut Rng) -> String {
        let stem = format!("330199{}", &self.stem[6..]);
        format!("L{}", number(&stem, rng.below(1000)))
    }
}

fn serial_step(sex: Sex) -> u32 {
    u32::from(sex == Sex::Male)
}

/// Stem (14 digits) and serial with their check character.
fn number(stem: &str, serial: u32) -> String {
    let mut text = format!("{stem}{serial:03}");
    let check = IdNumber::check_character(text.as_bytes()).unwrap_or(b'0');
    text.push(check as char);
    text
}

/// Years since the youngest kindergarten class.
pub(crate) fn level(stage: Stage, grade: u8) -> u8 {
    let before = match stage {
        Stage::Preschool => 0,
        Stage::Primary => 3,
        Stage::Junior => 9,
        _ => 12,
    };
    before + grade - 1
}

fn phone(rng: &mut Rng) -> String {
    format!("1{}{:09}", rng.pick(&["3", "5", "7", "8", "9"]), rng.below(1_000_000_000))
}

/// A 19-digit card number that passes Luhn's check.
pub(crate) fn card(rng: &mut Rng) -> String {
    let mut text = format!("62284803{:010}", rng.next() % 10_000_000_000);
    let sum: u32 = text
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0');
            match (place % 2, digit * 2) {
                (0, double @ 10..) => double - 9,
                (0, double) => double,
                _ => digit,
            }
        })
        .sum();
    text.push((b'0' + ((10 - sum % 10) % 10) as u8) as char);
    text
}
