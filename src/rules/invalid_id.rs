//! `invalid-id` (证件号无效): the number fails in length, check character or calendar after repairs that lose
//! nothing, or Excel spoiled it.
//!
//! Flags (warning): one digit wrong; 18 digits that end in 000; `3.30127E+17`; 17 digits. For the record
//! (info): completed from the pupil's own `G` number or by the century that fits the age; unknown province,
//! odd age for the stage, other sex. Does not flag: blanks, full width, `×` for X, retired regions, `无`,
//! masked numbers, other documents. Source: GB 11643-1999, ISO 7064 MOD 11-2; domain, section 2.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{CaseKind, Finding, Outcome, RecordRef, Role, RuleContext, Severity};
use crate::normalize::{SchoolId, known_province};
use crate::policy::AgeBand;
use crate::record::{Enrollment, Fen, Message, NumberState, Sex};

pub const ABOUT: (&str, &str) = (
    "证件号长度、校验码或日期不对，或被 Excel 损坏",
    "the number fails in length, check character or calendar, or Excel spoiled it",
);

const KIND: CaseKind = CaseKind::InvalidId;

/// School, name, and the number as it stands.
type About = (SchoolId, String, String);

struct Case {
    severity: Severity,
    reason: Message,
    rows: Vec<(RecordRef, Role)>,
}

/// One case per school, name and number as it stands.
pub fn check(context: &RuleContext) -> Outcome {
    let data = context.data;
    let mut cases: FxHashMap<About, Case> = FxHashMap::default();
    let enrollments: Vec<(usize, Severity, Message)> = (0..data.enrollments.len())
        .into_par_iter()
        .filter(|&index| context.standing.holds(index))
        .filter_map(|index| {
            judge_enrollment(context, index).map(|(severity, reason)| (index, severity, reason))
        })
        .collect();
    for (index, severity, reason) in enrollments {
        let record = data.enrollments.get(index);
        let cell = match data.enrollments.text(record.number_cell) {
            "" => record.number.map_or(String::new(), |number| number.to_string()),
            cell => cell.to_string(),
        };
        let about = (data.school_of(index), data.enrollments.text(record.name).to_string(), cell);
        let case = cases.entry(about).or_insert(Case { severity, reason, rows: Vec::new() });
        case.severity = case.severity.min(severity);
        case.rows.push((RecordRef::Enrollment(index as u32), Role::Subject));
    }
    cases.values_mut().for_each(|case| first_register_speaks(context, &mut case.rows));
    for index in 0..data.payments.len() {
        let record = data.payments.get(index);
        let Some((severity, reason)) =
            judge_cell(record.number_state, data.payments.text(record.number_cell))
        else {
            continue;
        };
        let about = (
            data.paying_school(index),
            data.payments.text(record.name).to_string(),
            data.payments.text(record.number_cell).to_string(),
        );
        let known = cases.contains_key(&about);
        let case = cases.entry(about).or_insert(Case { severity, reason, rows: Vec::new() });
        let enrolled = known && matches!(case.rows.first(), Some((RecordRef::Enrollment(_), _)));
        let role = if enrolled { Role::Consequence } else { Role::Subject };
        case.rows.push((RecordRef::Payment(index as u32), role));
    }
    let mut cases: Vec<(About, Case)> = cases.into_iter().collect();
    cases.sort_by(|a, b| a.1.rows[0].0.cmp(&b.1.rows[0].0));
    let findings = cases
        .into_iter()
        .map(|((school, name, cell), case)| Finding {
            kind: KIND,
            severity: case.severity,
            confidence: 1.0,
            about: vec![context.school_key(school), name, cell],
            rows: case.rows,
            reason: case.reason,
            money: Fen(0),
        })
        .collect();
    Outcome { findings, ..masked(context) }
}

/// The same bad number in a further register is a witness.
fn first_register_speaks(context: &RuleContext, rows: &mut [(RecordRef, Role)]) {
    let register = |row: RecordRef| match row {
        RecordRef::Enrollment(index) => Some(context.data.register_of(index as usize)),
        _ => None,
    };
    rows.sort_by_key(|&(row, _)| (register(row), row));
    let Some(first) = rows.first().map(|&(row, _)| register(row)) else { return };
    for (row, role) in rows {
        if register(*row) != first {
            *role = Role::Witness;
        }
    }
}

/// Numbers under asterisks, which nothing can be said of.
fn masked(context: &RuleContext) -> Outcome {
    let mut outcome = Outcome::default();
    let columns = &context.data.enrollments.columns;
    for (index, state) in columns.number_state.iter().enumerate() {
        if *state == NumberState::Masked {
            let reason = Message::new(
                "证件号被星号遮盖，无法核对",
                "the number is masked and cannot be checked",
            );
            outcome.not_checked(
                KIND,
                Some(columns.sheet[index]),
                context.data.school_of(index),
                reason,
                1,
            );
        }
    }
    outcome
}

fn judge_enrollment(context: &RuleContext, index: usize) -> Option<(Severity, Message)> {
    let columns = &context.data.enrollments.columns;
    let state = columns.number_state[index];
    match state {
        NumberState::Usable => judge_usable(context, &context.data.enrollments.get(index)),
        NumberState::Missing | NumberState::Placeholder | NumberState::Masked => None,
        _ => {
            let cell = context.data.enrollments.text(columns.number_cell[index]);
            judge_cell(state, cell)
        }
    }
}

fn judge_cell(state: NumberState, cell: &str) -> Option<(Severity, Message)> {
    let fix = ("请按户口簿补正。", "please correct it from the household register.");
    let warning = |zh: &str, en: &str| {
        Some((
            Severity::Warning,
            Message::new(format!("证件号{zh}。{}", fix.0), format!("the number {en}; {}", fix.1)),
        ))
    };
    match state {
        NumberState::SpoiledTail => warning(
            "末三位为000，已被 Excel 按数字截断，原号无法还原",
            "ends in 000: Excel cut it to 15 digits, and it cannot be restored from itself",
        ),
        NumberState::SpoiledScientific => warning(
            "是科学计数法，已被 Excel 损坏，原号无法还原",
            "is in scientific notation: Excel spoiled it",
        ),
        NumberState::BadLength => warning("位数不对", "has the wrong length"),
        NumberState::BadCharacter => {
            warning("含有不应出现的字符", "holds a character that cannot be")
        }
        NumberState::BadDate => {
            warning("第7至14位不是有效的出生日期", "has no valid birth date in positions 7 to 14")
        }
        NumberState::BadCheck => warning(
            "的校验码不符（GB 11643-1999），至少有一位录错",
            "fails its check character (GB 11643-1999): at least one digit is wrong",
        ),
        NumberState::OfAdult => Some((
            Severity::Info,
            Message::new(
                "证件号属于成年人，与学段不相称，多半是监护人的号码，不作为学生本人的号码",
                "the number is an adult's, odd for the stage: a guardian's, most likely; it is not taken for the pupil's own",
            ),
        )),
        NumberState::CompletedByCentury => Some((
            Severity::Info,
            Message::new(
                "证件号只有15位，已按年龄相符的世纪补全为18位",
                "the number has 15 digits; completed by the century that fits the age",
            ),
        )),
        NumberState::CompletedByStudentNumber if !cell.is_empty() => Some((
            Severity::Info,
            Message::new(
                "证件号有误，已用本人全国学籍号中的证件号补全",
                "the number is spoiled; completed from the pupil's own national student number",
            ),
        )),
        _ => None,
    }
}

/// What a sound number says that the record does not: for the record only.
fn judge_usable(context: &RuleContext, record: &Enrollment) -> Option<(Severity, Message)> {
    let number = record.number.filter(|number| number.is_resident_form())?;
    if !known_province(number) {
        return Some((
            Severity::Info,
            Message::new(
                "证件号前两位不是已知的省级代码",
                "the number begins with no known province",
            ),
        ));
    }
    if record.sex != Sex::Unknown && number.sex() != record.sex {
        return Some((
            Severity::Info,
            Message::new(
                "证件号第17位与登记的性别不符",
                "the 17th digit and the registered sex differ",
            ),
        ));
    }
    let stage = record.stage?;
    let AgeBand(youngest, oldest) = context.policy.age_band(stage)?;
    let days = (context.as_of() - number.birth_date()?).num_days();
    let years = days * 4 / 1461;
    if (i64::from(youngest)..=i64::from(oldest)).contains(&years) {
        return None;
    }
    Some((
        Severity::Info,
        Message::new(
            format!("按证件号年龄为{years}岁，与学段不相称"),
            format!("by the number the pupil is {years}, odd for the stage"),
        ),
    ))
}
