//! `register-mismatch` (学籍与名册不符): on the 学籍 but on no roster (空挂学籍), or on a roster with no 学籍 anywhere
//! in the inputs (人籍分离); only where both registers cover that school, grade and class.
//!
//! Flags: in the 学籍 of 三年级 1 班 whose roster is here, on no roster. Does not flag: 学籍 at A and roster at B
//! (that is `dual-enrollment`, 借读); a class whose roster was not sent; a pupil who entered after the roster
//! was drawn up; a namesake on the other list whose number differs. Source: design, section 6; domain, 5.3.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{CaseKind, Finding, Outcome, RecordRef, Role, RuleContext, Severity};
use crate::normalize::SchoolId;
use crate::record::{Fen, LabelId, Message, NumberState, SheetId, Stage};

pub const ABOUT: (&str, &str) = (
    "在学籍系统中却不在名册上（空挂学籍），或在名册上却没有学籍（人籍分离）",
    "on the 学籍 but on no roster, or on a roster with no 学籍 anywhere",
);

const KIND: CaseKind = CaseKind::RegisterMismatch;

/// School, stage, year and class as both lists would name them.
type Room = (SchoolId, Option<Stage>, u8, LabelId);

/// A person who stands on one side only.
struct OneSided {
    person: u32,
    record: usize,
    on_roster: bool,
}

/// Finds pupils on one side only.
pub fn check(context: &RuleContext) -> Outcome {
    let mut outcome = Outcome::default();
    let data = context.data;
    let columns = &data.enrollments.columns;
    let mut rooms: [FxHashSet<Room>; 2] = Default::default();
    let mut lists: [FxHashMap<SchoolId, SheetId>; 2] = Default::default();
    for index in (0..data.enrollments.len()).filter(|&index| context.standing.holds(index)) {
        let on_roster = !data.register_of(index).is_official();
        rooms[usize::from(on_roster)].insert(room(context, index));
        lists[usize::from(on_roster)].entry(data.school_of(index)).or_insert(columns.sheet[index]);
    }
    if rooms[1].is_empty() || rooms[0].is_empty() {
        return outcome;
    }
    for &school in &context.read_in_part {
        let reason = Message::new(
            "该校有名单未能读完，不能据此判断谁不在名单上",
            "a list of that school was not read to its end and proves nobody's absence",
        );
        outcome.not_checked(KIND, None, school, reason, 0);
    }
    let mut one_sided = Vec::new();
    for person in 0..context.persons.len() as u32 {
        one_sided.extend(one_side(context, person, &rooms, &lists[1]));
    }
    let mut names: FxHashMap<(SchoolId, &str), [bool; 2]> = FxHashMap::default();
    for one in &one_sided {
        let key = (data.school_of(one.record), data.enrollments.text(columns.name[one.record]));
        names.entry(key).or_default()[usize::from(one.on_roster)] = true;
    }
    for one in one_sided {
        let school = data.school_of(one.record);
        let name = data.enrollments.text(columns.name[one.record]);
        let reason = if names[&(school, name)] == [true, true] {
            Some(Message::new(
                "学籍与名册有同名学生但证件号不同，无法判断是否同一人",
                "a namesake stands on the other list under another number; cannot tell whether it is the same",
            ))
        } else if columns.number[one.record].is_none()
            && columns.number_state[one.record] != NumberState::Missing
        {
            Some(Message::new("证件号不可用，无法对照", "no usable number to compare by"))
        } else {
            None
        };
        match reason {
            Some(reason) => {
                outcome.not_checked(KIND, Some(columns.sheet[one.record]), school, reason, 1)
            }
            None => outcome.findings.push(finding(context, &one, &lists)),
        }
    }
    outcome
}

fn room(context: &RuleContext, index: usize) -> Room {
    let columns = &context.data.enrollments.columns;
    let grade = columns.grade[index];
    (
        context.data.school_of(index),
        grade.stage.or(columns.stage[index]),
        grade.year,
        columns.class[index],
    )
}

fn one_side(
    context: &RuleContext,
    person: u32,
    rooms: &[FxHashSet<Room>; 2],
    rosters: &FxHashMap<SchoolId, SheetId>,
) -> Option<OneSided> {
    let data = context.data;
    let columns = &data.enrollments.columns;
    let mut sides = [false, false];
    let mut active = None;
    for index in context.persons.enrollments(person) {
        let on_roster = !data.register_of(index).is_official();
        sides[usize::from(on_roster)] = true;
        if columns.status[index].is_active() && columns.exit[index].is_none() && active.is_none() {
            active = Some((index, on_roster));
        }
    }
    let (record, on_roster) = active?;
    if sides == [true, true] {
        return None;
    }
    let school = data.school_of(record);
    if context.read_in_part.contains(&school) {
        return None;
    }
    let other_side = &rooms[usize::from(!on_roster)];
    if school == SchoolId(0) || !covers(other_side, room(context, record)) {
        return None;
    }
    if !on_roster {
        // Entered after the roster was drawn up.
        let sheet = data.sheet(*rosters.get(&school)?);
        let drawn_up = sheet.title_date.or(sheet.name_date);
        let entry = columns.entry[record];
        if matches!((entry, drawn_up), (Some(entry), Some(drawn_up)) if entry.first >= drawn_up) {
            return None;
        }
    }
    Some(OneSided { person, record, on_roster })
}

/// Whether a list covers a room; a stage that one side does not say is no difference.
fn covers(side: &FxHashSet<Room>, (school, stage, year, class): Room) -> bool {
    side.contains(&(school, stage, year, class))
        || side.contains(&(school, None, year, class))
        || (stage.is_none()
            && side.iter().any(|room| (room.0, room.2, room.3) == (school, year, class)))
}

fn finding(
    context: &RuleContext,
    one: &OneSided,
    lists: &[FxHashMap<SchoolId, SheetId>; 2],
) -> Finding {
    let school = context.data.school_of(one.record);
    let list = |on_roster: usize| {
        let sheet = lists[on_roster].get(&school).map(|&sheet| context.data.sheet(sheet));
        sheet.map_or("", |sheet| sheet.place.file.as_str())
    };
    let (register, roster) = (list(0), list(1));
    let mut about = context.person_key(one.person);
    about.push(context.school_key(school));
    let reason = if one.on_roster {
        Message::new(
            format!(
                "名册（{roster}）上有该生，但所有学籍数据中都没有（人籍分离；本校学籍取自{register}）。请核实学籍是否已办理转入或注册。"
            ),
            format!(
                "on the school's roster ({roster}), but on no student-status register among the inputs (this school's is {register}). Please check whether the pupil was registered."
            ),
        )
    } else {
        Message::new(
            format!(
                "学籍（{register}）在本校，但不在本校（{roster}）及其他学校的名册上（空挂学籍）。请核实该生是否在校就读。"
            ),
            format!(
                "on the student-status register of this school ({register}), but on no roster (this school's is {roster}). Please confirm whether the pupil is there."
            ),
        )
    };
    let rows = context
        .persons
        .enrollments(one.person)
        .filter(|&index| context.data.school_of(index) == school)
        .map(|index| {
            let role = if index == one.record { Role::Subject } else { Role::Witness };
            (RecordRef::Enrollment(index as u32), role)
        })
        .collect();
    Finding {
        kind: KIND,
        severity: Severity::Warning,
        confidence: 1.0,
        about,
        rows,
        reason,
        money: Fen(0),
    }
}
