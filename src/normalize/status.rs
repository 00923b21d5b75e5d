//! Words and codes of the small closed sets: status of a pupil, status of a payment, sex.

use unicode_normalization::UnicodeNormalization;

use crate::record::{EnrollmentStatus, PaymentStatus, Sex, in_simplified};

/// Words of a pupil's status; the first that the cell contains decides, so that 复学 stands before
/// 休学 and 不在校 before 在校.
const ENROLLMENT_WORDS: &[(&str, EnrollmentStatus)] = {
    use EnrollmentStatus::*;
    &[
        ("复学", Resumed),
        ("未毕业", Active),
        ("未休学", Active),
        ("未退学", Active),
        ("不在", OtherExit),
        ("未在", OtherExit),
        ("非在", OtherExit),
        ("死亡", Deceased),
        ("去世", Deceased),
        ("病故", Deceased),
        ("转入", Active),
        ("转出", TransferredOut),
        ("转走", TransferredOut),
        ("转往", TransferredOut),
        ("转学", TransferredOut),
        ("保留入学资格", Suspended),
        ("保留学籍", Suspended),
        ("休学", Suspended),
        ("停学", Suspended),
        ("入伍", Suspended),
        ("参军", Suspended),
        ("退学", Withdrawn),
        ("退园", Withdrawn),
        ("开除", OtherExit),
        ("除名", OtherExit),
        ("注销", OtherExit),
        ("取消学籍", OtherExit),
        ("流失", OtherExit),
        ("辍学", OtherExit),
        ("失学", OtherExit),
        ("出国", OtherExit),
        ("终止", OtherExit),
        ("未报到", OtherExit),
        ("毕业班", Active),
        ("毕业", Graduated),
        ("结业", Graduated),
        ("肄业", Graduated),
        ("离校", OtherExit),
        ("离园", OtherExit),
        ("在读", Active),
        ("在校", Active),
        ("在籍", Active),
        ("在学", Active),
        ("在园", Active),
        ("就读", Active),
        ("借读", Active),
        ("正常", Active),
        ("注册", Active),
        ("有学籍", Active),
        ("招生", Active),
        ("新生", Active),
        ("入学", Active),
        ("升级", Active),
        ("调班", Active),
        ("留级", Active),
        ("跳级", Active),
        ("实习", Active),
        ("送教上门", Active),
    ]
};

/// The current-state codes 01 to 14.
const ENROLLMENT_CODES: [EnrollmentStatus; 14] = {
    use EnrollmentStatus::*;
    [
        Active,
        Suspended,
        Withdrawn,
        Suspended,
        Resumed,
        OtherExit,
        Graduated,
        Graduated,
        Graduated,
        TransferredOut,
        Deceased,
        Suspended,
        OtherExit,
        OtherExit,
    ]
};

/// Words of a payment's status; the first that the cell contains decides.
const PAYMENT_WORDS: &[(&str, PaymentStatus)] = {
    use PaymentStatus::*;
    &[
        ("失败", Failed),
        ("不成功", Failed),
        ("未成功", Failed),
        ("错误", Failed),
        ("有误", Failed),
        ("不符", Failed),
        ("异常", Failed),
        ("销户", Failed),
        ("退回", Returned),
        ("退票", Returned),
        ("退汇", Returned),
        ("退款", Returned),
        ("冲正", Reversed),
        ("红冲", Reversed),
        ("冲销", Reversed),
        ("冲回", Reversed),
        ("冲", Reversed),
        ("撤销", Cancelled),
        ("作废", Cancelled),
        ("取消", Cancelled),
        ("不通过", Pending),
        ("不予", Pending),
        ("不同意", Pending),
        ("驳回", Pending),
        ("拒", Pending),
        ("未", Pending),
        ("待", Pending),
        ("暂", Pending),
        ("停发", Pending),
        ("处理中", Pending),
        ("发放中", Pending),
        ("审核中", Pending),
        ("已发", Paid),
        ("已打", Paid),
        ("已到", Paid),
        ("已付", Paid),
        ("已支付", Paid),
        // What a review says is not that money was paid.
        ("审核", Unstated),
        ("审批", Unstated),
        ("复核", Unstated),
        ("通过", Unstated),
        ("上报", Unstated),
        ("提交", Unstated),
        ("公示", Unstated),
        ("成功", Paid),
        ("已", Paid),
        ("到账", Paid),
        ("打卡", Paid),
        ("完成", Paid),
        ("正常", Paid),
        ("发放", Paid),
    ]
};

/// Reads a pupil's status: a word, or a current-state code 01 to 14, 99.
///
/// Out: `Unstated` for a blank, 99 and 其他; `None` where the cell is not understood.
pub fn parse_enrollment_status(cell: &str) -> Option<EnrollmentStatus> {
    let text = fold(cell);
    if let Ok(code) = text.strip_suffix(".0").unwrap_or(&text).parse::<usize>() {
        return match code {
            1..=14 => Some(ENROLLMENT_CODES[code - 1]),
            99 => Some(EnrollmentStatus::Unstated),
            _ => None,
        };
    }
    if matches!(text.as_str(), "" | "其他" | "-" | "/" | "无") {
        return Some(EnrollmentStatus::Unstated);
    }
    if text.contains("未注册") || text.contains("未入学") {
        return None;
    }
    first_word(&text, ENROLLMENT_WORDS)
}

/// Reads a payment's status. Out: `Unstated` for a blank; `None` where the cell is not understood.
pub fn parse_payment_status(cell: &str) -> Option<PaymentStatus> {
    let text = fold(cell);
    match text.as_str() {
        "" | "-" | "/" | "无" => Some(PaymentStatus::Unstated),
        "是" | "Y" | "YES" | "1" | "√" => Some(PaymentStatus::Paid),
        "否" | "N" | "NO" | "0" | "×" => Some(PaymentStatus::Pending),
        text => first_word(text, PAYMENT_WORDS),
    }
}

/// Reads a sex by word or by code (GB/T 2261.1). Out: `Unknown` for a blank, 0, 9 and 未知; `None`
/// where the cell is not understood.
pub fn parse_sex(cell: &str) -> Option<Sex> {
    match cell {
        "男" => return Some(Sex::Male),
        "女" => return Some(Sex::Female),
        _ => {}
    }
    let text = fold(cell);
    match text.as_str() {
        "" | "0" | "9" | "00" | "09" | "未知" | "不详" | "未说明" | "-" => {
            Some(Sex::Unknown)
        }
        "1" | "01" | "1.0" | "M" | "MALE" => Some(Sex::Male),
        "2" | "02" | "2.0" | "F" | "FEMALE" => Some(Sex::Female),
        text => match (text.contains('男'), text.contains('女')) {
            (true, false) => Some(Sex::Male),
            (false, true) => Some(Sex::Female),
            _ => None,
        },
    }
}

fn fold(cell: &str) -> String {
    in_simplified(cell)
        .nfkc()
        .filter(|c| {
            !c.is_whitespace() && !c.is_control() && !matches!(c, '\'' | '\u{FEFF}' | '\u{200B}')
        })
        .flat_map(char::to_uppercase)
        .collect()
}

fn first_word<T: Copy>(text: &str, words: &[(&str, T)]) -> Option<T> {
    words.iter().find(|(word, _)| text.contains(word)).map(|&(_, meaning)| meaning)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pupils() {
        use EnrollmentStatus::*;
        let table = [
            ("", Some(Unstated)),
            ("在读", Some(Active)),
            ("正常在校", Some(Active)),
            ("01", Some(Active)),
            ("1", Some(Active)),
            ("05", Some(Resumed)),
            ("休学后复学", Some(Resumed)),
            ("休学", Some(Suspended)),
            ("保留入学资格", Some(Suspended)),
            ("已转出", Some(TransferredOut)),
            ("省外转入", Some(Active)),
            ("退学", Some(Withdrawn)),
            ("肄业", Some(Graduated)),
            ("11", Some(Deceased)),
            ("不在校", Some(OtherExit)),
            ("公派出国", Some(OtherExit)),
            ("99", Some(Unstated)),
            ("15", None),
            ("在讀", Some(Active)),
            ("休學", Some(Suspended)),
            ("已轉出", Some(TransferredOut)),
            ("畢業", Some(Graduated)),
            ("香蕉", None),
        ];
        for (cell, status) in table {
            assert_eq!(parse_enrollment_status(cell), status, "{cell}");
        }
    }

    #[test]
    fn payments_and_sexes() {
        use PaymentStatus::*;
        let table = [
            ("", Some(Unstated)),
            ("已发放", Some(Paid)),
            ("发放成功", Some(Paid)),
            ("是", Some(Paid)),
            ("未发放", Some(Pending)),
            ("处理中", Some(Pending)),
            ("否", Some(Pending)),
            ("审核不通过", Some(Pending)),
            ("驳回", Some(Pending)),
            ("学校已审核", Some(Unstated)),
            ("审核通过，已发放", Some(Paid)),
            ("打卡失败（账号错误）", Some(Failed)),
            ("已退回", Some(Returned)),
            ("已冲正", Some(Reversed)),
            ("已撤销", Some(Cancelled)),
            ("發放成功", Some(Paid)),
            ("打卡失敗", Some(Failed)),
            ("沖正", Some(Reversed)),
            ("香蕉", None),
        ];
        for (cell, status) in table {
            assert_eq!(parse_payment_status(cell), status, "{cell}");
        }
        assert_eq!(parse_sex("男"), Some(Sex::Male));
        assert_eq!(parse_sex("2-女性"), Some(Sex::Female));
        assert_eq!(parse_sex("９"), Some(Sex::Unknown));
        assert_eq!(parse_sex("x"), None);
    }

    proptest! {
        #[test]
        fn never_panics(cell in "\\PC*") {
            let _ = (parse_enrollment_status(&cell), parse_payment_status(&cell), parse_sex(&cell));
        }
    }
}
