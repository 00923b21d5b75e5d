//! People with checksum-valid synthetic numbers, no two of which are equal by accident.
//!
//! A number is laid out from a dense key: the key gives the day of the birth year and a block of
//! four serials, so that one key holds a pupil and a twin of either sex. Ordinary and planted pupils
//! live in different division codes.

use chrono::{Days, NaiveDate};

use super::calendar::Calendar;
use super::household::{Household, Parent};
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
const PLANTED: [&str; 16] = [
    "330182", "330122", "330183", "330185", "330181", "330125", "330302", "330303", "330304",
    "330305", "330324", "330326", "330327", "330328", "330329", "330381",
];
/// The division codes of children next door to planted pupils, born some days later.
const NEIGHBOURS: [&str; 16] = [
    "330203", "330205", "330206", "330211", "330212", "330213", "330225", "330226", "330281",
    "330282", "330283", "330402", "330411", "330421", "330424", "330481",
];
/// Rare codes among ordinary pupils: retired ones, and residence permits.
const UNUSUAL: [&str; 3] = ["110103", "810000", "830000"];
/// A retired code kept for the planted trap.
const RETIRED: &str = "110104";

/// Where the numbers of a pupil come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumberSpace {
    Ordinary,
    Planted,
    /// A child next door to a planted pupil.
    Neighbour,
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
    /// Whom the school wrote down, and the other parent.
    pub(crate) guardian: Parent,
    pub(crate) other_parent: Parent,
    pub(crate) card: String,
    /// Where in the county the family lives.
    pub(crate) place: u32,
    /// The first 14 digits and the start of the block of serials.
    stem: String,
    block: u32,
}

impl Person {
    /// The child of a household, born to be in that year of that stage now; its key tells it from all
    /// others of its age in its space.
    pub(crate) fn new(
        space: NumberSpace,
        key: usize,
        (stage, grade): (Stage, u8),
        calendar: Calendar,
        (names, home): (&Names, &Household),
        rng: &mut Rng,
    ) -> Person {
        let (range, place) = (key / KEYS_PER_REGION, key % KEYS_PER_REGION);
        let day = (place * 251 + 17 * usize::from(grade)) % 365;
        let block = ((place / 365) * 97 + day) % 250 * 4;
        // A serial of x00 could make a true number look as if a spreadsheet had cut it.
        let male = rng.chance(500) || block % 100 == 0;
        let sex = if male { Sex::Male } else { Sex::Female };
        let level = i32::from(level(stage, grade));
        // Days later by block, so that the numbers stay distinct.
        let later = if space == NumberSpace::Neighbour { 1 + block / 4 % 7 } else { 0 };
        let birth = calendar.day(-4 - level, 9, 1) + Days::new((day + later) as u64);
        let region = match space {
            NumberSpace::Ordinary if range == 0 && rng.chance(25) => rng.pick(&UNUSUAL),
            NumberSpace::Ordinary => ORDINARY[range % ORDINARY.len()],
            NumberSpace::Planted => PLANTED[range % PLANTED.len()],
            NumberSpace::Neighbour => NEIGHBOURS[range % NEIGHBOURS.len()],
            NumberSpace::Retired => RETIRED,
            NumberSpace::RosterOnly => "330921",
        };
        let stem = format!("{region}{}", birth.format("%Y%m%d"));
        let number = number(&stem, block as u32 + serial_step(sex));
        let [guardian, other_parent] = home.parents.clone();
        // Young children draw on a parent's card, or on one that the school opened for them.
        let own_card = matches!(stage, Stage::Senior | Stage::Vocational) || rng.chance(500);
        Person {
            name: names.child(home, sex, rng),
            guardian,
            other_parent,
            card: if own_card { card(rng) } else { home.card.clone() },
            place: home.place,
            sex,
            birth,
            number,
            stem,
            block: block as u32,
        }
    }

    /// The twin: of either sex, the next number of that sex, one character of the name, all else the
    /// same.
    pub(crate) fn twin(&self, names: &Names, rng: &mut Rng) -> Person {
        let sex = match self.sex {
            sex if rng.chance(650) => sex,
            Sex::Male => Sex::Female,
            _ => Sex::Male,
        };
        let name = names.twin(&self.name, sex, rng);
        Person { name, sex, number: self.next_number(sex), ..self.clone() }
    }

    /// Another child of another household with the same name, sex and birth date.
    pub(crate) fn namesake(&self, names: &Names, rng: &mut Rng) -> Person {
        let home = Household::new(names, rng);
        let [guardian, other_parent] = home.parents;
        Person {
            guardian,
            other_parent,
            card: card(rng),
            place: home.place,
            number: self.next_number(self.sex),
            ..self.clone()
        }
    }

    fn next_number(&self, sex: Sex) -> String {
        number(&self.stem, self.block + 2 + serial_step(sex))
    }

    /// The ID number of the guardian, an adult.
    pub(crate) fn guardian_number(&self, rng: &mut Rng) -> String {
        // The year follows from the block, so that the numbers stay distinct.
        let day = &self.stem[10..];
        let year = if day == "0229" { 1976 } else { 1974 + self.block / 4 % 16 };
        let stem = format!("{}{year}{day}", &self.stem[..6]);
        number(&stem, self.block + rng.below(4))
    }

    /// The formal student number, which holds the ID number.
    pub(crate) fn student_number(&self) -> String {
        format!("G{}", self.number)
    }

    /// A temporary student number whose body is nobody's ID number.
    pub(crate) fn temporary_number(&self, rng: &mut Rng) -> String {
        temporary(&format!("330199{}", &self.stem[6..]), rng)
    }
}

/// A temporary student number on 14 digits of a region and a birth date.
pub(crate) fn temporary(stem: &str, rng: &mut Rng) -> String {
    format!("L{}", number(stem, rng.below(1000)))
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

/// A mobile number: 11 digits, the second 3 to 9.
pub(crate) fn phone(rng: &mut Rng) -> String {
    let second = rng.pick(b"333355577888899946") as char;
    format!("1{second}{:09}", rng.below(1_000_000_000))
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
