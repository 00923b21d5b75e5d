//! Answers of schools against each other and against tonight's lists.

use chrono::NaiveDate;

use super::step::Verdict;
use crate::cases::{Answer, CaseRow, CaseStatus, OpenedCase};
use crate::record::{EnrollmentStatus, Message};
use crate::rules::CaseKind;

/// What a school answered to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The school's code, else its name.
    pub school: String,
    /// 核查结果
    pub answer: String,
    /// 核查说明
    pub note: String,
    /// The day on which the answer was taken in.
    pub on: NaiveDate,
}

/// What a school says of a pupil whom two schools list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Claim {
    Ours,
    Gone,
}

impl Given {
    /// The note says it best; else the bare answer: the listing is right, or it is not.
    fn claim(&self) -> Option<Claim> {
        const GONE: [&str; 8] =
            ["不在本校", "不在我校", "已转出", "已转走", "已离校", "已退学", "已毕业", "非本校"];
        const OURS: [&str; 5] = ["在本校就读", "在我校就读", "在校", "在读", "是本校学生"];
        let says = |words: &[&str]| words.iter().any(|word| self.note.contains(word));
        if says(&GONE) {
            return Some(Claim::Gone);
        }
        if says(&OURS) {
            return Some(Claim::Ours);
        }
        match Answer::parse(&self.answer)? {
            Answer::Confirmed => Some(Claim::Ours),
            Answer::Denied => Some(Claim::Gone),
            Answer::OtherPerson | Answer::Corrected | Answer::Pending => None,
        }
    }
}

/// Looks at the answers to a case that tonight's lists still show. `newer`: whether a school's list was
/// exported after a day. `standing`: what the night makes of it without the answers.
pub(super) fn against(
    standing: Verdict,
    case: &OpenedCase,
    answers: &[Given],
    newer: impl Fn(&str, NaiveDate) -> bool,
) -> Verdict {
    let name = |school: &str| -> String {
        let row = case.rows.iter().find(|row| row.school_key() == school);
        let name = row.map(|row| row.school_name.as_str()).filter(|name| !name.is_empty());
        name.unwrap_or(school).to_string()
    };
    let reopened = |zh: String, en: String| Verdict {
        status: CaseStatus::Reopened,
        why: Some(Message::new(zh, en)),
        ..standing.clone()
    };
    for given in answers {
        let corrected = Answer::parse(&given.answer) == Some(Answer::Corrected);
        if corrected && newer(&given.school, given.on) {
            let (school, on) = (name(&given.school), given.on);
            return reopened(
                format!("{school}{on}答复“已整改”，但此后的导出中仍然存在；请核对系统中是否已改"),
                format!(
                    "{school} answered \"corrected\" on {on}, and a later export still shows it; check the system"
                ),
            );
        }
    }
    if case.kind != CaseKind::DualEnrollment {
        return standing;
    }
    let all =
        |claim: Claim| answers.iter().filter(|given| given.claim() == Some(claim)).count() > 1;
    if all(Claim::Ours) {
        return reopened(
            "两校都答学生在本校；请两校核对身份证件和到校情况，由实际就读的学校保留学籍".into(),
            "both schools answered that the pupil is theirs; papers and attendance settle where the pupil is".into(),
        );
    }
    if all(Claim::Gone) {
        return reopened(
            "两校都答不是本校学生，但两校名单中都有；请联系家长，核实学生现在何处".into(),
            "both schools answered that the pupil is not theirs, and both list the pupil; ask the family where the pupil is".into(),
        );
    }
    let listed = |row: &&CaseRow, school: &str| {
        let here =
            [EnrollmentStatus::Active, EnrollmentStatus::Resumed, EnrollmentStatus::Unstated];
        row.school_key() == school
            && row.valid_to.is_none()
            && row.enrollment_status.is_some_and(|status| here.contains(&status))
    };
    let left = answers.iter().find(|given| {
        given.claim() == Some(Claim::Gone)
            && case.rows.iter().any(|row| listed(&row, &given.school))
    });
    match left {
        Some(given) => {
            let school = name(&given.school);
            Verdict {
                why: Some(Message::new(
                    format!("{school}答复学生已不在本校，但本次名单中仍为在读；请在系统中办理异动"),
                    format!(
                        "{school} answered that the pupil left, and tonight's list still shows the pupil there; enter the exit in the system"
                    ),
                )),
                ..standing
            }
        }
        None => standing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::sample::row;
    use crate::record::Fen;
    use crate::rules::Severity;

    fn case() -> OpenedCase {
        let rows = [("A", "甲校"), ("B", "乙校")].map(|(code, name)| CaseRow {
            enrollment_status: Some(EnrollmentStatus::Active),
            ..row("DE-1", code, name)
        });
        OpenedCase {
            id: "DE-1".into(),
            kind: CaseKind::DualEnrollment,
            severity: Severity::Error,
            confidence: 1.0,
            about: Vec::new(),
            reason: Message::new("", "").into(),
            money: Fen(0),
            records: Vec::new(),
            rows: rows.to_vec(),
        }
    }

    fn given(school: &str, answer: &str, note: &str) -> Given {
        let on = "2025-10-20".parse().unwrap();
        Given { school: school.into(), answer: answer.into(), note: note.into(), on }
    }

    fn judged(answers: &[Given], newer: bool) -> (CaseStatus, String) {
        let standing = Verdict::plain(CaseStatus::Answered);
        let verdict = against(standing, &case(), answers, |_, _| newer);
        (verdict.status, verdict.why.map(|why| why.zh.to_string()).unwrap_or_default())
    }

    #[test]
    fn both_claim_both_disown_or_one_of_each() {
        let both =
            |answer, note| judged(&[given("A", answer, ""), given("B", answer, note)], false);
        assert!(both("属实", "在本校就读").1.contains("两校都答学生在本校"));
        assert!(both("不属实", "不在我校").1.contains("两校都答不是本校学生"));
        // The note is clearer than the word.
        let settled = both("属实", "已转出");
        assert_eq!(settled.0, CaseStatus::Answered);
        assert!(settled.1.contains("乙校答复学生已不在本校，但本次名单中仍为在读"));
        assert_eq!(both("待核实", ""), (CaseStatus::Answered, String::new()));
    }

    #[test]
    fn corrected_is_contradicted_only_by_a_later_export() {
        let answers = [given("B", "已整改", "")];
        assert_eq!(judged(&answers, false), (CaseStatus::Answered, String::new()));
        let (status, why) = judged(&answers, true);
        assert_eq!(status, CaseStatus::Reopened);
        assert!(why.contains("乙校2025-10-20答复“已整改”"), "{why}");
    }
}
