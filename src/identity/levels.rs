//! Comparison levels: how far two records agree in each field, from the most to the least.
//!
//! Level 0 of every field is "nothing said by one of the two": no evidence either way. The parameters of
//! each level stand in the model (TOML), never here.

use crate::normalize::{CellAgreement, NameAgreement, NumberFault};

/// How many fields are compared.
pub const FIELDS: usize = 11;

macro_rules! fields {
    ($($field:ident = $at:literal, $name:literal, $zh:literal { $($level:ident = $index:literal, $level_name:literal, $level_zh:literal, $level_en:literal;)* })*) => {
        /// A field that is compared.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Compared { $($field = $at,)* }

        impl Compared {
            /// All of them.
            pub const ALL: [Compared; FIELDS] = [$(Compared::$field,)*];

            /// The name in the model's file.
            pub fn name(self) -> &'static str {
                match self { $(Compared::$field => $name,)* }
            }

            /// The name for people: Chinese, English.
            pub fn words(self) -> (&'static str, &'static str) {
                match self { $(Compared::$field => ($zh, $name),)* }
            }

            /// Names of the levels in the model's file, from level 1.
            pub fn levels(self) -> &'static [&'static str] {
                match self { $(Compared::$field => &[$($level_name,)*],)* }
            }

            /// What a level (from 1) says, for people: Chinese, English.
            pub fn level_words(self, level: u8) -> (&'static str, &'static str) {
                match (self, level) {
                    $($((Compared::$field, $index) => ($level_zh, $level_en),)*)*
                    _ => ("未填", "not said"),
                }
            }
        }

        $(
            #[doc = concat!("Levels of the field `", $name, "`.")]
            #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
            #[repr(u8)]
            pub enum $field { $($level = $index,)* }

            impl From<$field> for Level {
                fn from(level: $field) -> Level { Level { field: Compared::$field, index: level as u8 } }
            }
        )*
    };
}

fields! {
    Number = 0, "number", "证件号" {
        OneFault = 1, "one-fault", "一处差错即可解释", "one fault explains the difference";
        Mask = 2, "mask", "遮掩的号码相合", "the masked number fits";
        LostTail = 3, "lost-tail", "前15位相同，后几位被Excel抹去", "first 15 digits equal, the rest lost in Excel";
        OneOrigin = 4, "one-origin", "两处都有差错，可出自同一号码", "both spoiled, one number explains both";
        TwoFaults = 5, "two-faults", "两处差错可以解释", "two faults explain the difference";
        Beginning = 6, "beginning", "只剩开头几位，相合", "only the first digits are left, and fit";
        Doubted = 7, "doubted", "不同，但其中一个与本人出生日期、性别或姓名不符", "different, but one does not fit its own record";
        Unexplained = 8, "unexplained", "不同，有差错的号码不能由另一个得出", "different, and no slip leads from one to the other";
        BothValid = 9, "both-valid", "两个都有效而不同", "two valid and different numbers";
    }
    Birth = 1, "birth", "出生日期" {
        Equal = 1, "equal", "相同", "equal";
        Coarse = 2, "coarse", "年月相合", "equal as far as known";
        Slip = 3, "slip", "年、月、日有一处不同，或月日颠倒", "year, month or day differs, or day and month are swapped";
        Different = 4, "different", "不同", "different";
    }
    Sex = 2, "sex", "性别" {
        Equal = 1, "equal", "相同", "equal";
        Different = 2, "different", "不同", "different";
    }
    Beside = 3, "beside-number", "号码之外的出生日期和性别" {
        Fits = 1, "fits", "与号码相合", "fit the number";
        Contradicts = 2, "contradicts", "不合", "do not fit";
    }
    Name = 4, "name", "姓名" {
        Equal = 1, "equal", "相同", "equal";
        Variant = 2, "variant", "异体、繁体或缺字", "variant or missing glyph";
        Partial = 3, "partial", "长短写法或部分遮掩", "short and long form, or partly hidden";
        Homophone = 4, "homophone", "同音", "homophones";
        Near = 5, "near", "差一字", "one character differs";
        SameSurname = 6, "same-surname", "同姓不同名", "same surname, other given name";
        Different = 7, "different", "不同", "different";
    }
    Guardian = 5, "guardian", "监护人" {
        Equal = 1, "equal", "相同", "equal";
        Alike = 2, "alike", "同音或异体", "homophones or variants";
        OtherParent = 3, "other-parent", "不同，可能是父母中的另一位", "different, perhaps the other parent";
        Different = 4, "different", "不同", "different";
    }
    Phone = 6, "phone", "电话" {
        Equal = 1, "equal", "相同", "equal";
        Slip = 2, "slip", "差一位", "one digit off";
        OfAnother = 3, "of-another", "不同，监护人也不同", "different, as the guardian is";
        Different = 4, "different", "不同", "different";
    }
    Card = 7, "card", "银行卡" {
        Equal = 1, "equal", "相同", "equal";
        Different = 2, "different", "不同", "different";
    }
    StudentNumber = 8, "student-number", "学籍号" {
        Equal = 1, "equal", "相同", "equal";
        Different = 2, "different", "不同", "different";
    }
    School = 9, "school", "学校" {
        SameOtherList = 1, "same-other-list", "同一学校的另一份名单", "another list of the same school";
        SameList = 2, "same-list", "同一学校的同一名单", "the same list of the same school";
        Paid = 3, "paid", "发放学校相同", "the school that paid";
        PaidElsewhere = 4, "paid-elsewhere", "发放学校不同", "paid by another school";
        Different = 5, "different", "不同学校", "different schools";
    }
    Class = 10, "class", "年级班级" {
        Equal = 1, "equal", "年级班级相同", "same grade and class";
        Grade = 2, "grade", "年级相同", "same grade";
        Different = 3, "different", "不同", "different";
    }
}

/// One level of one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    pub field: Compared,
    /// From 1; 0 where nothing is said.
    pub index: u8,
}

impl Level {
    /// The field and what the level says, for people: Chinese and English of each.
    pub fn words(self) -> ((&'static str, &'static str), (&'static str, &'static str)) {
        (self.field.words(), self.field.level_words(self.index))
    }

    /// Whether this level speaks for one person rather than against it.
    pub fn agrees(self) -> bool {
        let against = [
            Level::from(Number::Doubted),
            Number::Unexplained.into(),
            Number::BothValid.into(),
            Birth::Different.into(),
            Sex::Different.into(),
            Beside::Contradicts.into(),
            Name::SameSurname.into(),
            Name::Different.into(),
            Guardian::OtherParent.into(),
            Guardian::Different.into(),
            Phone::OfAnother.into(),
            Phone::Different.into(),
            Card::Different.into(),
            StudentNumber::Different.into(),
            School::PaidElsewhere.into(),
            School::Different.into(),
            Class::Different.into(),
        ];
        self.index != 0 && !against.contains(&self)
    }
}

/// The levels of all fields for one pair: four bits a field, so that equal patterns are equal integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Pattern(u64);

impl Pattern {
    /// The level of a field; 0 where nothing is said.
    pub fn level(self, field: Compared) -> u8 {
        (self.0 >> (4 * field as u32) & 0xF) as u8
    }

    /// Sets the level of its field.
    pub fn set(&mut self, level: Level) {
        self.clear(level.field);
        self.0 |= u64::from(level.index) << (4 * level.field as u32);
    }

    /// Takes the evidence of a field away.
    pub fn clear(&mut self, field: Compared) {
        self.0 &= !(0xF << (4 * field as u32));
    }

    /// Whether a field stands at this level.
    pub fn is(self, level: impl Into<Level>) -> bool {
        let level = level.into();
        self.level(level.field) == level.index
    }

    /// Keeps the better level of two, field by field: what one pair of records says and another does not
    /// contradict.
    pub fn or_better(self, other: Pattern) -> Pattern {
        let mut best = self;
        for field in Compared::ALL {
            let (mine, theirs) = (self.level(field), other.level(field));
            if mine == 0 || (theirs != 0 && theirs < mine) {
                best.set(Level { field, index: theirs });
            }
        }
        best
    }
}

impl From<NameAgreement> for Name {
    fn from(agreement: NameAgreement) -> Name {
        match agreement {
            NameAgreement::Equal => Name::Equal,
            NameAgreement::Variant => Name::Variant,
            NameAgreement::Partial => Name::Partial,
            NameAgreement::Homophone => Name::Homophone,
            NameAgreement::Near => Name::Near,
            NameAgreement::SameSurname => Name::SameSurname,
            NameAgreement::Different => Name::Different,
        }
    }
}

impl From<NumberFault> for Number {
    fn from(fault: NumberFault) -> Number {
        match fault {
            NumberFault::OneDigit
            | NumberFault::Swap
            | NumberFault::LostCharacter
            | NumberFault::ExtraCharacter
            | NumberFault::LookAlike
            | NumberFault::LostCentury => Number::OneFault,
            NumberFault::Masked => Number::Mask,
            NumberFault::LostTail => Number::LostTail,
            NumberFault::TwoFaults => Number::TwoFaults,
            NumberFault::Scientific => Number::Beginning,
        }
    }
}

/// What two spoiled cells say together; nothing where one is silent.
pub fn cells_level(agreement: CellAgreement) -> Option<Number> {
    match agreement {
        CellAgreement::Equal | CellAgreement::OneOrigin => Some(Number::OneOrigin),
        CellAgreement::Nothing => None,
        CellAgreement::Different => Some(Number::Unexplained),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_keeps_each_field_apart() {
        let mut pattern = Pattern::default();
        pattern.set(Name::Homophone.into());
        pattern.set(Class::Different.into());
        pattern.set(Number::BothValid.into());
        assert!(pattern.is(Name::Homophone) && pattern.is(Class::Different));
        assert_eq!(pattern.level(Compared::Number), 9);
        pattern.clear(Compared::Name);
        assert_eq!(pattern.level(Compared::Name), 0);
        assert!(pattern.is(Number::BothValid));
    }

    #[test]
    fn the_better_witness_stands() {
        let (mut a, mut b) = (Pattern::default(), Pattern::default());
        a.set(Name::Near.into());
        b.set(Name::Equal.into());
        b.set(Phone::Different.into());
        let best = a.or_better(b);
        assert!(best.is(Name::Equal) && best.is(Phone::Different));
        assert_eq!(best, b.or_better(a));
    }

    #[test]
    fn every_level_has_a_name_and_words() {
        for field in Compared::ALL {
            for at in 0..field.levels().len() {
                let level = at as u8 + 1;
                assert_ne!(field.level_words(level).0, "未填", "{} {level}", field.name());
            }
        }
    }
}
