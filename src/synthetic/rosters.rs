//! The rosters that some schools keep themselves: the same pupils, but for a few on either side.

use rustc_hash::FxHashSet;

use super::GenerateError;
use super::county::{COUNTY, grade_word, years};
use super::full::Office;
use super::household::Household;
use super::person::{NumberSpace, Person, phone};
use super::plain::sex_word;
use super::rng::Rng;
use super::rows::{EnrollmentRow, RowOf};
use super::spoilage::NumberFault::{self, *};
use super::table::{Format, Table};
use crate::record::Stage;

/// Pupils of the register whom a roster leaves out, and pupils whom only the roster knows.
const MISSING: usize = 2;
const ADDED: usize = 2;
/// Of a thousand rows, those whose number the school spoiled.
const SPOILED: f64 = 30.0;
/// Of a thousand classes, those with the office's telephone on every row.
const OFFICE_PHONE: u32 = 30;
const FAULTS: [NumberFault; 7] = [Digit, Swap, ExcelTail, Scientific, LostDigit, LookAlikes, Empty];

/// How a school keeps its roster.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Habit {
    OneSheet,
    /// One sheet a class; nobody is added, since a row's number would not name its sheet.
    SheetPerClass,
    /// The school calls itself by its short form.
    ShortName,
}

/// Writes the rosters of a handful of schools.
pub(crate) fn write(office: &mut Office) -> Result<(), GenerateError> {
    let of = |stage| office.world.county.of_stage(stage).start;
    let plan = [
        (of(Stage::Primary), Habit::SheetPerClass),
        (of(Stage::Primary) + 1, Habit::OneSheet),
        (of(Stage::Junior), Habit::OneSheet),
        (of(Stage::Senior), Habit::ShortName),
        (of(Stage::Vocational), Habit::OneSheet),
    ];
    for (number, (school, habit)) in plan.into_iter().enumerate() {
        roster(office, school, habit, number)?;
    }
    Ok(())
}

fn roster(
    office: &mut Office,
    school: usize,
    habit: Habit,
    number: usize,
) -> Result<(), GenerateError> {
    let stage = office.world.county.schools[school].stage;
    let mut rng = Rng::stream(office.world.seed ^ 0x0503, number as u64);
    let (present, absent) = choose(office, school, &mut rng);
    let name = match habit {
        Habit::ShortName => "河源一中".to_owned(),
        _ => office.world.county.schools[school].name.clone(),
    };
    let file = format!("名册/{name}名册.xlsx");
    for (unit, row) in absent {
        if let Some(place) = office.place(unit, RowOf::Enrollment(row)) {
            office.note("register-mismatch", (false, "no-roster"), place);
        }
    }
    let mut tables = vec![empty(&name, office.world.calendar.year, "")];
    let mut sheet = None;
    for line in present {
        let row = office.row(line);
        let class = (row.grade, row.class);
        if habit == Habit::SheetPerClass && sheet != Some(class) {
            sheet = Some(class);
            let title = format!("{}{}班", grade_word(stage, row.grade), row.class);
            tables.push(empty(&name, office.world.calendar.year, &title));
        }
        let (row, invalid) = as_kept(office, line, habit, &mut rng);
        let Some(table) = tables.last_mut() else { continue };
        let cells = cells(&row, stage, table.rows.len() + 1);
        let number = table.push(cells);
        office.summary.enrollments += 1;
        if let Some(detail) = invalid {
            office.note("invalid-id", (false, detail), (file.clone(), number));
        }
    }
    if habit == Habit::SheetPerClass {
        tables.remove(0);
    } else {
        for place in 0..ADDED {
            let row = addition(office, school, number * ADDED + place, &mut rng);
            let table = &mut tables[0];
            let cells = cells(&row, stage, table.rows.len() + 1);
            let number = table.push(cells);
            office.summary.enrollments += 1;
            office.note("register-mismatch", (false, "no-register"), (file.clone(), number));
        }
    }
    office.save(&file, Format::Xlsx, &tables)
}

type Lines = Vec<(usize, usize)>;

/// The lines of a school's active pupils: those on the roster, and those left out.
fn choose(office: &Office, school: usize, rng: &mut Rng) -> (Lines, Lines) {
    let mut seen: FxHashSet<(usize, &str)> = FxHashSet::default();
    let mut present: Lines = Vec::new();
    for &line in &office.lines {
        let row = office.row(line);
        // A child whom the register holds twice stands on the roster once.
        let twice = office.units[line.0].groups.iter().any(|group| group.detail == "other-class");
        if row.school == school && row.is_active() && (!twice || seen.insert((line.0, &row.number)))
        {
            present.push(line);
        }
    }
    let mut absent = Vec::new();
    // Only children with no story of their own are left out.
    for _ in 0..200 {
        if absent.len() == MISSING || present.is_empty() {
            break;
        }
        let place = rng.index(present.len());
        let unit = &office.units[present[place].0];
        if unit.groups.is_empty() && unit.payments.is_empty() {
            absent.push(present.remove(place));
        }
    }
    (present, absent)
}

/// A line as the school wrote it down itself, and how its number is invalid if it is.
///
/// Pupils with a story of their own keep the number that the story needs.
fn as_kept(
    office: &Office,
    line: (usize, usize),
    habit: Habit,
    rng: &mut Rng,
) -> (EnrollmentRow, Option<&'static str>) {
    let mut row = office.row(line).clone();
    row.tell_again(rng);
    let world = office.world;
    let class = world.county.class_index(row.school, row.grade, row.class) as u64;
    if Rng::stream(world.seed ^ 0x0503_0FF1, class).chance(OFFICE_PHONE) {
        row.phone = phone(&mut Rng::stream(world.seed ^ 0x0503_0FF1, row.school as u64));
    }
    let fault = rng.pick(&FAULTS);
    let spoils = rng.chance((SPOILED * world.spoilage) as u32)
        && office.units[line.0].groups.is_empty()
        // A row of one sheet of many cannot be named in the truth.
        && habit != Habit::SheetPerClass
        && !(fault.wants_digits() && row.number.ends_with('X'));
    if !spoils {
        return (row, None);
    }
    row.number = fault.spoil(&row.number, rng);
    (row, fault.invalid())
}

/// A child whom no register knows.
fn addition(office: &Office, school: usize, key: usize, rng: &mut Rng) -> EnrollmentRow {
    let place = &office.world.county.schools[school];
    let grade = 1 + rng.below(u32::from(years(place.stage))) as u8;
    let world = office.world;
    let home = Household::new(&world.names, rng);
    let person = Person::new(
        NumberSpace::RosterOnly,
        key,
        (place.stage, grade),
        world.calendar,
        (&world.names, &home),
        rng,
    );
    let class = 1 + rng.below(u32::from(place.classes)) as u8;
    EnrollmentRow::of(&person, school, grade, class, world.calendar.entry(grade))
}

fn empty(name: &str, year: i32, sheet: &str) -> Table {
    let title = if name.starts_with(COUNTY) || sheet.is_empty() {
        format!("{name}学生名册（{year}年秋季学期）")
    } else {
        format!("{name}名册")
    };
    Table {
        sheet: sheet.to_owned(),
        titles: vec![title],
        header: vec![
            "序号",
            "姓名",
            "性别",
            "身份证号",
            "年级",
            "班级",
            "家长姓名",
            "家长电话",
            "备注",
        ],
        rows: Vec::new(),
    }
}

fn cells(row: &EnrollmentRow, stage: Stage, ordinal: usize) -> Vec<String> {
    // The school knows the number that its register lost.
    let number = match row.student_number.strip_prefix('G') {
        Some(number) if row.number.is_empty() => number.to_owned(),
        _ => row.number.clone(),
    };
    vec![
        ordinal.to_string(),
        row.name.clone(),
        sex_word(row.sex).to_owned(),
        number,
        grade_word(stage, row.grade).to_owned(),
        format!("{}班", row.class),
        row.guardian.clone(),
        row.phone.clone(),
        String::new(),
    ]
}
