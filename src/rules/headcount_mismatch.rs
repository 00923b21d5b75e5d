//! `headcount-mismatch` (人数不符): expected − counted − on leave − interns − otherwise excused differs from 0
//! by more than the tolerance, per line of the count sheet at the level counted.
//!
//! Expected: persons active on the count's date in an official register; the school's own roster only where
//! none of these covers the school. Suspended pupils are not expected. Flags: 45 expected, 40 counted, 1 on
//! leave. Does not flag: sums of classes; a class that the register does not know (not checked). Needs a
//! school and a count. Source: design, section 6; domain, sections 1.3 and 5.3.

use chrono::NaiveDate;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{CaseKind, ExpectedLine, Finding, Outcome, RecordRef, Role, RuleContext, Severity};
use crate::normalize::SchoolId;
use crate::record::{DateRange, EnrollmentStatus, Fen, HeadcountLine, LabelId, Message, Stage};

pub const ABOUT: (&str, &str) = (
    "应到人数减去实到、请假、实习和其他有故未到人数后不为零",
    "expected − counted − on leave − interns − otherwise excused is not 0",
);

const KIND: CaseKind = CaseKind::HeadcountMismatch;

/// What a line of a count sheet is held against.
struct Expected {
    pupils: Vec<usize>,
    suspended: usize,
}

/// Holds every line of every count sheet against the registers.
pub fn check(context: &RuleContext) -> Outcome {
    let mut outcome = Outcome::default();
    if context.data.headcounts.is_empty() {
        let reason = Message::new("没有清点表，未核对人数", "no count sheet is among the inputs");
        outcome.not_checked(KIND, None, SchoolId(0), reason, 0);
    }
    let mut books = books(context);
    for school in &context.read_in_part {
        books.remove(school);
    }
    let lines = &context.data.headcounts;
    let mut lines_of: FxHashMap<_, u32> = FxHashMap::default();
    for line in lines {
        *lines_of.entry(room_of(context, line)).or_default() += 1;
    }
    let held: Vec<_> = lines
        .par_iter()
        .map(|line| {
            if lines_of[&room_of(context, line)] > 1 {
                return Err(Message::new(
                    "清点表中有几行指同一个班级或年级，无法对应",
                    "several lines of count sheets are for one class or grade",
                ));
            }
            expected(context, &books, line)
        })
        .collect();
    for (at, (line, held)) in lines.iter().zip(held).enumerate() {
        let school = context.data.schools.of_mention(line.school);
        match held {
            Err(reason) => outcome.not_checked(KIND, Some(line.place.sheet), school, reason, 1),
            Ok(expected) => {
                outcome.findings.extend(finding(context, at, line, school, &expected));
                outcome.expected.push(ExpectedLine { line: at, pupils: expected.pupils });
            }
        }
    }
    outcome
}

/// What a line of a count sheet is of: school, day, stage, grade and class.
type CountedRoom = (SchoolId, Option<NaiveDate>, Option<Stage>, u8, LabelId, LabelId);

fn room_of(context: &RuleContext, line: &HeadcountLine) -> CountedRoom {
    let grade = if line.grade.year == 0 { line.grade_label } else { LabelId(0) };
    (
        context.data.schools.of_mention(line.school),
        line.date,
        line.grade.stage.or(line.stage),
        line.grade.year,
        grade,
        line.class,
    )
}

/// Records of the schools that were counted: the official registers', else the roster's.
fn books(context: &RuleContext) -> FxHashMap<SchoolId, Vec<usize>> {
    let data = context.data;
    let counted: FxHashSet<SchoolId> =
        data.headcounts.iter().map(|line| data.schools.of_mention(line.school)).collect();
    let mut books: FxHashMap<SchoolId, [Vec<usize>; 2]> = FxHashMap::default();
    if counted.is_empty() {
        return FxHashMap::default();
    }
    for index in (0..data.enrollments.len()).filter(|&index| context.standing.holds(index)) {
        let school = data.school_of(index);
        if counted.contains(&school) {
            let roster = usize::from(!data.register_of(index).is_official());
            books.entry(school).or_default()[roster].push(index);
        }
    }
    books
        .into_iter()
        .map(|(school, [official, roster])| {
            (school, if official.is_empty() { roster } else { official })
        })
        .collect()
}

fn expected(
    context: &RuleContext,
    books: &FxHashMap<SchoolId, Vec<usize>>,
    line: &HeadcountLine,
) -> Result<Expected, Message> {
    let data = context.data;
    let columns = &data.enrollments.columns;
    let school = data.schools.of_mention(line.school);
    if school == SchoolId(0) {
        return Err(Message::new(
            "清点行没有学校（列、标题、工作表名、文件名中都没有）",
            "no column, title or name says of which school the line is",
        ));
    }
    if context.read_in_part.contains(&school) {
        return Err(Message::new(
            "该校有名单未能读完，应到人数不全",
            "a list of that school was not read to its end, so nobody knows how many to expect",
        ));
    }
    let Some(records) = books.get(&school) else {
        return Err(Message::new(
            "没有该校的学籍或名册",
            "no register or roster of that school is among the inputs",
        ));
    };
    let mut here: Vec<usize> =
        records.iter().copied().filter(|&index| in_grade(context, index, line)).collect();
    if here.is_empty() {
        return Err(Message::new("学籍中没有该年级", "the register does not know that grade"));
    }
    if line.class != LabelId(0) {
        here.retain(|&index| columns.class[index] == line.class);
        if here.is_empty() {
            return Err(Message::new(
                "学籍中没有该班级，请核对班级写法",
                "the register does not know that class",
            ));
        }
    }
    let day = line.date.unwrap_or(context.as_of());
    let mut seen = FxHashSet::default();
    let mut expected = Expected { pupils: Vec::new(), suspended: 0 };
    for index in here {
        let record = data.enrollments.get(index);
        let entered = record.entry.is_none_or(|entry| entry.first <= day);
        let left = match record.exit {
            Some(DateRange { last, .. }) => last <= day,
            None => record.status.is_exit(),
        };
        let suspended = record.status == EnrollmentStatus::Suspended
            && record.suspended.is_none_or(|since| since.first <= day);
        if !entered || left || !seen.insert(context.persons.of_enrollment[index]) {
            continue;
        }
        if suspended {
            expected.suspended += 1;
        } else {
            expected.pupils.push(index);
        }
    }
    Ok(expected)
}

/// Whether a record belongs to the grade (and stage) of a line; a line without a grade takes the school.
fn in_grade(context: &RuleContext, index: usize, line: &HeadcountLine) -> bool {
    let columns = &context.data.enrollments.columns;
    let grade = columns.grade[index];
    let stage_differs = matches!(
        (line.grade.stage.or(line.stage), grade.stage.or(columns.stage[index])),
        (Some(a), Some(b)) if a != b
    );
    if stage_differs {
        return false;
    }
    match line.grade.year {
        0 => line.grade_label == LabelId(0) || line.grade_label == columns.grade_label[index],
        year => grade.year == year,
    }
}

fn finding(
    context: &RuleContext,
    at: usize,
    line: &HeadcountLine,
    school: SchoolId,
    expected: &Expected,
) -> Option<Finding> {
    let should = expected.pupils.len() as i64;
    let difference = should - line.counted - line.on_leave - line.interns - line.excused;
    if difference.abs() <= context.policy.tolerance.headcount {
        return None;
    }
    let labels = &context.data.labels;
    let (grade, class) = (labels.get(line.grade_label), labels.get(line.class));
    let day = line.date.unwrap_or(context.as_of());
    let room_zh =
        format!("{grade}{}", if class.is_empty() { String::new() } else { format!("{class}班") });
    let mut zh = format!(
        "{}{day}清点{room_zh}：学籍在读{should}人，实到{}人，请假{}人，实习{}人，其他有故{}人，",
        context.school_name(school),
        line.counted,
        line.on_leave,
        line.interns,
        line.excused
    );
    let mut en = format!(
        "{} on {day}, {grade} {class}: {should} expected, {} counted, {} on leave, {} interns, {} otherwise excused: ",
        context.school_name(school),
        line.counted,
        line.on_leave,
        line.interns,
        line.excused
    );
    if difference > 0 {
        zh += &format!("少{difference}人没有说明");
        en += &format!("{difference} missing without a reason");
    } else {
        zh += &format!("多出{}人不在学籍中", -difference);
        en += &format!("{} more than registered", -difference);
    }
    if expected.suspended > 0 {
        zh += &format!("（另有休学{}人）", expected.suspended);
        en += &format!(" ({} suspended besides)", expected.suspended);
    }
    zh += if line.date.is_some() {
        ""
    } else {
        "（清点表没有清点日期，按核查基准日计算）"
    };
    en += if line.date.is_some() { "" } else { " (no count date; the run's day was taken)" };
    zh += "。请对照应到名单逐人核对。";
    en += ". Please check the expected names one by one.";
    Some(Finding {
        kind: KIND,
        severity: Severity::Error,
        confidence: 1.0,
        about: vec![
            context.school_key(school),
            grade.to_string(),
            class.to_string(),
            day.to_string(),
        ],
        rows: vec![(RecordRef::Headcount(at as u32), Role::Count)],
        reason: Message::new(zh, en),
        money: Fen(0),
    })
}
