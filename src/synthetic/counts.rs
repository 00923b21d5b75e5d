//! What the inspectors counted in each class, and where a class was counted short.

use super::calendar::Calendar;
use super::county::{County, grade_word, years};
use super::rng::Rng;
use super::rows::Unit;
use crate::record::Stage;

/// The pupils of one class, as the registers hold them.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) active: u32,
    pub(crate) suspended: u32,
    /// A child stands there twice: nobody can say what the right count is.
    pub(crate) unclear: bool,
}

/// One line of a class's tally.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TallyEntry {
    class: u32,
    active: bool,
    suspended: bool,
    unclear: bool,
}

/// What a unit adds to the tallies.
pub(crate) fn entries(unit: &Unit, county: &County, out: &mut Vec<TallyEntry>) {
    let unclear = unit.groups.iter().any(|group| group.kind == "duplicate-record" && !group.trap);
    out.extend(unit.enrollments.iter().map(|row| TallyEntry {
        class: county.class_index(row.school, row.grade, row.class) as u32,
        active: row.is_active(),
        suspended: row.status == "休学",
        unclear,
    }));
}

/// Adds entries to the tallies of the county's classes.
pub(crate) fn add(tallies: &mut [Tally], entries: &[TallyEntry]) {
    for entry in entries {
        let tally = &mut tallies[entry.class as usize];
        tally.active += u32::from(entry.active);
        tally.suspended += u32::from(entry.suspended);
        tally.unclear |= entry.unclear;
    }
}

/// One line of a count sheet.
#[derive(Debug, Clone)]
pub(crate) struct CountLine {
    pub(crate) school: usize,
    pub(crate) grade: u8,
    pub(crate) class: u8,
    pub(crate) registered: u32,
    pub(crate) counted: u32,
    pub(crate) leave: u32,
    pub(crate) interns: u32,
    pub(crate) note: &'static str,
    /// (trap, detail), where the truth speaks of the line.
    pub(crate) planted: Option<(bool, &'static str)>,
}

impl CountLine {
    /// The grade as the sheet writes it.
    pub(crate) fn grade_word(&self, county: &County) -> &'static str {
        grade_word(county.schools[self.school].stage, self.grade)
    }
}

/// The count lines of one school; `ordinal` counts the lines of the county on.
pub(crate) fn lines(
    county: &County,
    tallies: &[Tally],
    school: usize,
    seed: u64,
    ordinal: &mut usize,
) -> Vec<CountLine> {
    let place = &county.schools[school];
    let mut lines = Vec::new();
    for grade in 1..=years(place.stage) {
        for class in 1..=place.classes {
            let index = county.class_index(school, grade, class);
            let tally = tallies[index];
            if tally.active < 6 || tally.unclear {
                continue;
            }
            *ordinal += 1;
            let mut rng = Rng::stream(seed ^ 0x00C0_0427, index as u64);
            let mut line = CountLine {
                school,
                grade,
                class,
                registered: tally.active + tally.suspended,
                counted: tally.active,
                leave: 0,
                interns: 0,
                note: "",
                planted: None,
            };
            if *ordinal % 12 == 4 {
                line.counted -= 1 + rng.below(4);
                line.planted = Some((false, "counted-short"));
            } else if tally.suspended > 0 {
                line.note = "休学学生未到校";
                line.planted = Some((true, "suspended"));
            } else if place.stage == Stage::Vocational && grade == 3 && rng.chance(500) {
                line.interns = tally.active / 3;
                line.counted -= line.interns;
                line.planted = Some((true, "interns"));
            } else if rng.chance(150) {
                line.leave = 1 + rng.below(2);
                line.counted -= line.leave;
                line.planted = Some((true, "on-leave"));
            }
            lines.push(line);
        }
    }
    lines
}

/// The header of the plain count sheet.
pub(crate) const PLAIN_HEADER: &str =
    "学校标识码,学校名称,核查日期,学段,年级,班级,在籍人数,实到人数,请假人数,顶岗实习人数,备注\n";

/// One line of the plain count sheet.
pub(crate) fn plain_line(line: &CountLine, county: &County, calendar: Calendar) -> String {
    let school = &county.schools[line.school];
    format!(
        "{},{},{},{},{},{}班,{},{},{},{},{}\n",
        school.code,
        school.name,
        calendar.count_day(),
        super::county::stage_word(school.stage),
        line.grade_word(county),
        line.class,
        line.registered,
        line.counted,
        line.leave,
        line.interns,
        line.note,
    )
}
