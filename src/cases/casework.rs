//! Findings → cases: each gets its id, and each of its records becomes a row for the report.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{CaseKey, CaseRow, CaseStatus, Secret, Source};
use crate::normalize::SchoolId;
use crate::record::{AwardPeriod, Fen, Language, Message, RowRef, Text};
use crate::rules::{CaseKind, Finding, RecordRef, Role, RuleContext, Severity, listed};

/// A case of tonight, before anything is known of its life.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenedCase {
    pub id: String,
    pub kind: CaseKind,
    pub severity: Severity,
    /// 0 to 1.
    pub confidence: f64,
    /// What the case is about, part by part; the id is made of these.
    pub about: Vec<String>,
    pub reason: Arc<Message>,
    /// Money at stake.
    pub money: Fen,
    /// The records behind its rows, in their order.
    pub records: Vec<RecordRef>,
    pub rows: Vec<CaseRow>,
}

/// Opens a case for every finding, in the order of their ids. Findings about the same thing are one
/// case. The rows of a case come as the finding names them.
pub fn open_cases(
    context: &RuleContext,
    findings: Vec<Finding>,
    secret: &Secret,
) -> Vec<OpenedCase> {
    let mut identified: Vec<(String, Finding)> = findings
        .into_par_iter()
        .map(|finding| (CaseKey::case_id(secret, finding.kind, &finding.about), finding))
        .collect();
    // Stable: of findings about the same thing the first gives the reason.
    identified.par_sort_by(|a, b| a.0.cmp(&b.0));
    let mut cases: Vec<(String, Finding)> = Vec::with_capacity(identified.len());
    for (id, finding) in identified {
        match cases.last_mut().filter(|(known, _)| *known == id) {
            None => cases.push((id, finding)),
            Some((_, known)) => {
                known.severity = known.severity.min(finding.severity);
                for (row, role) in finding.rows {
                    if !known.rows.iter().any(|(present, _)| *present == row) {
                        known.rows.push((row, role));
                    }
                }
            }
        }
    }
    name_each_other(&mut cases);
    cases
        .into_par_iter()
        .map(|(id, finding)| {
            let reason = Arc::new(finding.reason.clone());
            let rows = finding
                .rows
                .iter()
                .map(|&(record, role)| case_row(context, &id, &finding, record, role, &reason));
            let rows = rows.collect();
            OpenedCase {
                id,
                kind: finding.kind,
                severity: finding.severity,
                confidence: finding.confidence,
                about: finding.about,
                reason,
                money: finding.money,
                records: finding.rows.iter().map(|&(record, _)| record).collect(),
                rows,
            }
        })
        .collect()
}

/// A double enrolment and money paid twice to the same person are two cases; each names the other.
fn name_each_other(cases: &mut [(String, Finding)]) {
    let mut by_person: FxHashMap<&str, [Vec<usize>; 2]> = FxHashMap::default();
    for (at, (_, finding)) in cases.iter().enumerate() {
        let side = match finding.kind {
            CaseKind::DualEnrollment => 0,
            CaseKind::RepeatPayment => 1,
            _ => continue,
        };
        if let Some(person) = finding.about.first() {
            by_person.entry(person).or_default()[side].push(at);
        }
    }
    let both: Vec<[Vec<usize>; 2]> = by_person
        .into_values()
        .filter(|[dual, repeat]| !dual.is_empty() && !repeat.is_empty())
        .collect();
    for [dual, repeat] in both {
        for (here, there) in [(&dual, &repeat), (&repeat, &dual)] {
            let ids: Vec<String> = there.iter().map(|&at| cases[at].0.clone()).collect();
            for &at in here {
                cases[at].1.reason.push(
                    &format!("另见案件{}。", listed(&ids, "、", Language::Zh)),
                    &format!(" See also {}.", listed(&ids, ", ", Language::En)),
                );
            }
        }
    }
}

fn case_row(
    context: &RuleContext,
    id: &str,
    finding: &Finding,
    record: RecordRef,
    role: Role,
    reason: &Arc<Message>,
) -> CaseRow {
    let data = context.data;
    let school_of = |school: SchoolId| {
        let school = data.schools.school(school);
        (school.code.clone(), school.name.clone())
    };
    let source = |place: RowRef| {
        let sheet = &data.sheet(place.sheet).place;
        Some(Source { file: sheet.file.clone(), sheet: sheet.sheet.clone(), row: place.row })
    };
    let blank = CaseRow {
        case_id: id.to_string(),
        kind: finding.kind,
        severity: finding.severity,
        confidence: finding.confidence,
        status: CaseStatus::New,
        first_seen: data.as_of,
        last_seen: data.as_of,
        school_code: String::new(),
        school_name: String::new(),
        stage: None,
        grade: String::new(),
        class: String::new(),
        name: String::new(),
        id_number: String::new(),
        student_number: String::new(),
        programme: String::new(),
        period: AwardPeriod::default(),
        amount: None,
        pay_date: None,
        enrollment_status: None,
        valid_from: None,
        valid_to: None,
        role,
        source: None,
        reason: Arc::clone(reason),
        number: None,
        register: None,
    };
    match record {
        RecordRef::Enrollment(index) => {
            let index = index as usize;
            let record = data.enrollments.get(index);
            let text = |text: Text| data.enrollments.text(text).to_string();
            let (school_code, school_name) = school_of(data.school_of(index));
            CaseRow {
                school_code,
                school_name,
                stage: record.stage,
                grade: data.labels.get(record.grade_label).to_string(),
                class: data.labels.get(record.class).to_string(),
                name: text(record.name),
                id_number: record
                    .number
                    .map_or_else(|| text(record.number_cell), |number| number.to_string()),
                student_number: text(record.student_number),
                register: Some(data.register_of(index)),
                enrollment_status: Some(record.status),
                valid_from: record.entry,
                valid_to: record.exit,
                source: source(data.enrollments.place(index)),
                ..blank
            }
        }
        RecordRef::Payment(index) => {
            let index = index as usize;
            let record = data.payments.get(index);
            let text = |text: Text| data.payments.text(text).to_string();
            let (school_code, school_name) = school_of(data.paying_school(index));
            CaseRow {
                school_code,
                school_name,
                stage: record.grade.stage,
                grade: data.labels.get(record.grade_label).to_string(),
                class: data.labels.get(record.class).to_string(),
                name: text(record.name),
                id_number: record
                    .number
                    .map_or_else(|| text(record.number_cell), |number| number.to_string()),
                student_number: text(record.student_number),
                programme: data.labels.get(record.programme).to_string(),
                period: record.period,
                amount: Some(record.amount),
                pay_date: record.pay_date,
                source: source(data.payments.place(index)),
                ..blank
            }
        }
        RecordRef::Headcount(index) => {
            let line = &data.headcounts[index as usize];
            let (school_code, school_name) = school_of(data.schools.of_mention(line.school));
            CaseRow {
                school_code,
                school_name,
                stage: line.stage,
                grade: data.labels.get(line.grade_label).to_string(),
                class: data.labels.get(line.class).to_string(),
                valid_from: line.date.map(crate::record::DateRange::day),
                source: source(line.place),
                ..blank
            }
        }
    }
}
