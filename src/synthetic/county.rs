//! The schools of the fictional county 河源县.

use crate::record::Stage;

/// The name of the county.
pub(crate) const COUNTY: &str = "河源县";

/// The stages of the county, in the order in which a child passes them.
pub(crate) const STAGES: [Stage; 5] =
    [Stage::Preschool, Stage::Primary, Stage::Junior, Stage::Senior, Stage::Vocational];

/// One school: one stage, one code.
#[derive(Debug)]
pub(crate) struct School {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) stage: Stage,
    /// Parallel classes in each grade.
    pub(crate) classes: u8,
    /// The number of its first class among all classes of the county.
    pub(crate) first_class: usize,
}

/// All schools, ordered by stage.
#[derive(Debug)]
pub(crate) struct County {
    pub(crate) schools: Vec<School>,
    /// The schools of each of [`STAGES`], as a range of `schools`.
    ranges: [(usize, usize); 5],
    /// How many classes the county has.
    pub(crate) class_count: usize,
}

impl County {
    /// A county with schools enough for so many students.
    pub(crate) fn new(students: usize) -> County {
        let towns: Vec<&str> = include_str!("towns.txt").split_whitespace().collect();
        let mut county = County { schools: Vec::new(), ranges: [(0, 0); 5], class_count: 0 };
        for (position, stage) in STAGES.into_iter().enumerate() {
            let (share, size, least) = plan(stage);
            let pupils = students * share / 100;
            let count = (pupils / size).max(least);
            let from = county.schools.len();
            for number in 0..count {
                let per_grade = pupils / count / usize::from(years(stage));
                let classes = per_grade.div_ceil(45).clamp(2, 30) as u8;
                county.schools.push(School {
                    code: format!("{}33{:06}", category(stage), 27_000 + number),
                    name: school_name(stage, number, &towns),
                    stage,
                    classes,
                    first_class: county.class_count,
                });
                county.class_count += usize::from(classes) * usize::from(years(stage));
            }
            county.ranges[position] = (from, county.schools.len());
        }
        county
    }

    /// The schools of a stage, as a range of `schools`.
    pub(crate) fn of_stage(&self, stage: Stage) -> std::ops::Range<usize> {
        let position = STAGES.iter().position(|&other| other == stage).unwrap_or(0);
        self.ranges[position].0..self.ranges[position].1
    }

    /// The number of a class among all classes of the county.
    pub(crate) fn class_index(&self, school: usize, grade: u8, class: u8) -> usize {
        let school = &self.schools[school];
        school.first_class
            + usize::from(grade - 1) * usize::from(school.classes)
            + usize::from(class - 1)
    }
}

/// Share of the pupils in percent, pupils of a usual school, and the least number of schools.
fn plan(stage: Stage) -> (usize, usize, usize) {
    match stage {
        Stage::Preschool => (15, 220, 3),
        Stage::Primary => (35, 600, 4),
        Stage::Junior => (20, 650, 3),
        Stage::Senior => (17, 1_200, 2),
        _ => (13, 1_000, 2),
    }
}

/// How many years a stage takes.
pub(crate) fn years(stage: Stage) -> u8 {
    if stage == Stage::Primary { 6 } else { 3 }
}

fn category(stage: Stage) -> &'static str {
    match stage {
        Stage::Preschool => "11",
        Stage::Primary => "21",
        Stage::Junior => "31",
        Stage::Senior => "34",
        _ => "36",
    }
}

/// The word for a stage as the systems write it.
pub(crate) fn stage_word(stage: Stage) -> &'static str {
    match stage {
        Stage::Preschool => "学前",
        Stage::Primary => "小学",
        Stage::Junior => "初中",
        Stage::Senior => "普通高中",
        _ => "中职",
    }
}

/// The word for a year of a stage.
pub(crate) fn grade_word(stage: Stage, grade: u8) -> &'static str {
    const PRIMARY: [&str; 6] = ["一年级", "二年级", "三年级", "四年级", "五年级", "六年级"];
    let words: &[&'static str] = match stage {
        Stage::Preschool => &["小班", "中班", "大班"],
        Stage::Junior => &["七年级", "八年级", "九年级"],
        Stage::Senior => &["高一", "高二", "高三"],
        _ => &PRIMARY,
    };
    words.get(usize::from(grade).saturating_sub(1)).copied().unwrap_or("")
}

fn school_name(stage: Stage, number: usize, towns: &[&str]) -> String {
    let town = towns[number % towns.len()];
    let round = number / towns.len();
    let ordinal = chinese(round + 1);
    match (stage, round) {
        (Stage::Preschool, 0) => format!("{COUNTY}{town}中心幼儿园"),
        (Stage::Preschool, _) => format!("{COUNTY}{town}第{ordinal}幼儿园"),
        (Stage::Primary, 0) => format!("{COUNTY}{town}中心小学"),
        (Stage::Primary, _) => format!("{COUNTY}{town}第{ordinal}小学"),
        (Stage::Junior, 0) => format!("{COUNTY}{town}初级中学"),
        (Stage::Junior, _) => format!("{COUNTY}{town}第{ordinal}初级中学"),
        (Stage::Senior, _) => format!("{COUNTY}第{}中学", chinese(number + 1)),
        _ => {
            const TRADES: [&str; 6] = ["机电", "农业", "卫生", "商贸", "旅游", "建筑"];
            let trade = TRADES[number % TRADES.len()];
            match number / TRADES.len() {
                0 => format!("{COUNTY}{trade}职业技术学校"),
                round => format!("{COUNTY}第{}{trade}职业技术学校", chinese(round + 1)),
            }
        }
    }
}

/// A number up to 9999 in Chinese numerals: 一, 十二, 一百零三.
fn chinese(number: usize) -> String {
    const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    const UNITS: [(usize, &str); 4] = [(1000, "千"), (100, "百"), (10, "十"), (1, "")];
    let mut text = String::new();
    let mut gap = false;
    for (unit, word) in UNITS {
        let digit = number / unit % 10;
        if digit == 0 {
            gap = !text.is_empty();
            continue;
        }
        if gap {
            text.push('零');
        }
        gap = false;
        if !(unit == 10 && digit == 1 && text.is_empty()) {
            text.push(DIGITS[digit]);
        }
        text.push_str(word);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_and_codes_of_a_large_county_are_distinct() {
        let county = County::new(1_000_000);
        let names: HashSet<_> = county.schools.iter().map(|school| &school.name).collect();
        let codes: HashSet<_> = county.schools.iter().map(|school| &school.code).collect();
        assert_eq!(names.len(), county.schools.len());
        assert_eq!(codes.len(), county.schools.len());
        assert_eq!(chinese(103), "一百零三");
        assert_eq!(chinese(12), "十二");
        assert_eq!(chinese(120), "一百二十");
    }
}
