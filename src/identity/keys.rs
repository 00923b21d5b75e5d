//! The blocking keys, made of what spoilage leaves whole.

use std::hash::{Hash, Hasher};

use chrono::{Datelike, NaiveDate};
use rustc_hash::FxHasher;
use serde::{Deserialize, Serialize};

use super::evidence::Evidence;
use super::persons::RecordIndex;
use crate::normalize::{
    Dataset, SchoolId, birth_in_cell, known_digits, possible_numbers, says_nothing, sound_key,
};
use crate::record::{IdNumber, NumberState};

/// A kind of blocking key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum BlockingKey {
    /// The name's sound and the birth date: the only key that compares two firm numbers.
    NameAndBirthDay = 1,
    NameAndBirthMonth = 2,
    PhoneAndBirthDay = 3,
    GuardianAndPhone = 4,
    NameAndGuardian = 5,
    NameAndPhone = 6,
    Card = 7,
    NameAndCard = 8,
    StudentNumber = 9,
    /// A number that one fault of the spoiled cell can have come from, its first fifteen digits, or the cell.
    Number = 10,
    NameAndSchool = 11,
    GuardianAndBirthDay = 12,
    /// The name's sound and the last four characters of the number: two faults before them hide the rest.
    NameAndNumberEnd = 13,
}

impl BlockingKey {
    /// The keys of units that no number settles.
    pub const OPEN: [BlockingKey; 12] = [
        BlockingKey::NameAndBirthMonth,
        BlockingKey::PhoneAndBirthDay,
        BlockingKey::GuardianAndPhone,
        BlockingKey::NameAndGuardian,
        BlockingKey::NameAndPhone,
        BlockingKey::Card,
        BlockingKey::NameAndCard,
        BlockingKey::StudentNumber,
        BlockingKey::Number,
        BlockingKey::NameAndSchool,
        BlockingKey::GuardianAndBirthDay,
        BlockingKey::NameAndNumberEnd,
    ];

    /// All of them.
    pub fn all() -> impl Iterator<Item = BlockingKey> {
        std::iter::once(BlockingKey::NameAndBirthDay).chain(BlockingKey::OPEN)
    }

    /// The name, as in `run.json`.
    pub fn name(self) -> &'static str {
        match self {
            BlockingKey::NameAndBirthDay => "name-and-birth-day",
            BlockingKey::NameAndBirthMonth => "name-and-birth-month",
            BlockingKey::PhoneAndBirthDay => "phone-and-birth-day",
            BlockingKey::GuardianAndPhone => "guardian-and-phone",
            BlockingKey::NameAndGuardian => "name-and-guardian",
            BlockingKey::NameAndPhone => "name-and-phone",
            BlockingKey::Card => "card",
            BlockingKey::NameAndCard => "name-and-card",
            BlockingKey::StudentNumber => "student-number",
            BlockingKey::Number => "number",
            BlockingKey::NameAndSchool => "name-and-school",
            BlockingKey::GuardianAndBirthDay => "guardian-and-birth-day",
            BlockingKey::NameAndNumberEnd => "name-and-number-end",
        }
    }

    /// The name in Chinese.
    pub fn chinese(self) -> &'static str {
        match self {
            BlockingKey::NameAndBirthDay => "姓名＋出生日期",
            BlockingKey::NameAndBirthMonth => "姓名＋出生年月",
            BlockingKey::PhoneAndBirthDay => "电话＋出生日期",
            BlockingKey::GuardianAndPhone => "监护人＋电话",
            BlockingKey::NameAndGuardian => "姓名＋监护人",
            BlockingKey::NameAndPhone => "姓名＋电话",
            BlockingKey::Card => "银行卡",
            BlockingKey::NameAndCard => "姓名＋银行卡",
            BlockingKey::StudentNumber => "学籍号",
            BlockingKey::Number => "证件号（可能的原号）",
            BlockingKey::NameAndSchool => "姓名＋学校",
            BlockingKey::GuardianAndBirthDay => "监护人＋出生日期",
            BlockingKey::NameAndNumberEnd => "姓名＋证件号后四位",
        }
    }

    /// The kind of a key.
    pub fn of(key: u64) -> Option<BlockingKey> {
        let kind = (key & 0xFF) as u8;
        BlockingKey::OPEN.into_iter().find(|known| *known as u8 == kind)
    }

    fn key(self, parts: impl Hash) -> u64 {
        let mut hasher = FxHasher::default();
        parts.hash(&mut hasher);
        hasher.finish().wrapping_mul(0x9E37_79B9_7F4A_7C15) & !0xFF | self as u64
    }
}

/// Name (by sound) and birth date of a record, where both are known to the day.
pub fn same_day_key(data: &Dataset, record: RecordIndex) -> Option<u64> {
    let index = record.as_enrollment()?;
    let columns = &data.enrollments.columns;
    let name = data.enrollments.text(columns.name[index]);
    let inside = || columns.number[index].and_then(IdNumber::birth_date);
    let birth = match columns.birth[index] {
        Some(birth) => birth.is_exact().then_some(birth.first)?,
        None => inside()?,
    };
    (!name.is_empty())
        .then(|| BlockingKey::NameAndBirthDay.key((sound_key(name), birth.num_days_from_ce())))
}

/// Collects the keys of one unit's records.
pub struct Keys<'k> {
    kinds: &'k [BlockingKey],
    as_of: NaiveDate,
    keys: Vec<u64>,
    numbers: Vec<IdNumber>,
}

impl<'k> Keys<'k> {
    /// For keys of these kinds; `as_of`: the day that counts as today.
    pub fn new(kinds: &'k [BlockingKey], as_of: NaiveDate) -> Keys<'k> {
        Keys { kinds, as_of, keys: Vec::new(), numbers: Vec::new() }
    }

    /// The keys gathered; a key that two records share may come twice.
    pub fn drain(&mut self) -> impl Iterator<Item = u64> + '_ {
        self.keys.drain(..)
    }

    /// Adds the keys of a record whose unit no number settles.
    pub fn open(&mut self, record: &Evidence) {
        let name = self.common(record);
        if self.wants(BlockingKey::Number) && !says_nothing(record.state) && !record.cell.is_empty()
        {
            possible_numbers(record.cell, record.state, self.as_of, &mut self.numbers);
            for number in self.numbers.drain(..) {
                self.keys.push(BlockingKey::Number.key((0_u8, number.packed())));
            }
            if let Some((prefix, 15)) =
                known_digits(record.cell, record.state).and_then(|known| known.prefix())
            {
                self.keys.push(BlockingKey::Number.key((1_u8, prefix)));
            }
            self.keys.push(BlockingKey::Number.key((2_u8, record.cell)));
        }
        if !says_nothing(record.state) && record.state != NumberState::SpoiledTail {
            self.number_end(name, record.cell.as_bytes());
        }
    }

    /// Adds the keys of a record with a firm number.
    pub fn firm(&mut self, record: &Evidence) {
        let name = self.common(record);
        if self.wants(BlockingKey::NameAndNumberEnd)
            && let Some(number) = record.number.and_then(IdNumber::eighteen)
        {
            self.number_end(name, &number);
        }
        if let Some(number) = record.number.filter(|_| self.wants(BlockingKey::Number)) {
            self.keys.push(BlockingKey::Number.key((0_u8, number.packed())));
            if number.is_resident_form() {
                self.keys.push(BlockingKey::Number.key((1_u8, number.packed() / 100)));
            }
        }
    }

    /// Adds the keys of every record; gives its name's sound, 0 for none.
    fn common(&mut self, record: &Evidence) -> u64 {
        let name = if record.name.is_empty() { 0 } else { sound_key(record.name) };
        let guardians = record.guardian.split('/').filter(|name| !name.is_empty());
        let birth = record
            .birth_date()
            .map(|birth| (birth.first, birth.last))
            .or_else(|| birth_in_cell(record.cell, record.state).map(|day| (day, day)));
        let phone = record.phone;
        if let Some((first, last)) = birth {
            let one_month = (first.year(), first.month()) == (last.year(), last.month());
            if name != 0 && one_month {
                let month = first.year() * 12 + first.month() as i32;
                self.add(BlockingKey::NameAndBirthMonth, (name, month));
            }
            if phone.is_said() && first == last {
                self.add(BlockingKey::PhoneAndBirthDay, (phone, first.num_days_from_ce()));
            }
        }
        for guardian in guardians {
            let guardian = sound_key(guardian);
            if let Some((day, _)) = birth.filter(|(first, last)| first == last) {
                self.add(BlockingKey::GuardianAndBirthDay, (guardian, day.num_days_from_ce()));
            }
            if phone.is_said() {
                self.add(BlockingKey::GuardianAndPhone, (guardian, phone));
            }
            if name != 0 {
                self.add(BlockingKey::NameAndGuardian, (name, guardian));
            }
        }
        if name != 0 && phone.is_said() {
            self.add(BlockingKey::NameAndPhone, (name, phone));
        }
        if record.card.is_said() {
            self.add(BlockingKey::Card, record.card);
            if name != 0 {
                self.add(BlockingKey::NameAndCard, (name, record.card));
            }
        }
        // A student number without its letter may be a school's own: 1 to 60 in every class.
        if record.student_number.len() == 19 {
            self.add(BlockingKey::StudentNumber, record.student_number);
        }
        if name != 0 && record.school != SchoolId(0) {
            self.add(BlockingKey::NameAndSchool, (name, record.school));
        }
        name
    }

    fn number_end(&mut self, name: u64, number: &[u8]) {
        const SHORTEST: usize = 10;
        if let Some(end) = number.last_chunk::<4>()
            && name != 0
            && number.len() >= SHORTEST
            && end.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'X' | b'x'))
        {
            self.add(BlockingKey::NameAndNumberEnd, (name, end.to_ascii_uppercase()));
        }
    }

    fn add(&mut self, kind: BlockingKey, parts: impl Hash) {
        if self.wants(kind) {
            self.keys.push(kind.key(parts));
        }
    }

    fn wants(&self, kind: BlockingKey) -> bool {
        self.kinds.contains(&kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_called_as_it_is_written() {
        for key in BlockingKey::all() {
            assert_eq!(serde_json::to_value(key).unwrap(), key.name());
        }
        assert_eq!(BlockingKey::all().count(), BlockingKey::OPEN.len() + 1);
    }
}
