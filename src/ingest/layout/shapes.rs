//! Whether cells look like values of a field: what decides between the meanings of one header.

use std::collections::BTreeSet;

use crate::record::{Field, in_simplified};

/// Whether most of the sampled cells look like values of a field. True for fields without a shape
/// of their own, and where all cells are blank.
pub fn shape_fits(field: Field, sample: &[&str]) -> bool {
    let values: Vec<&str> =
        sample.iter().map(|value| value.trim()).filter(|value| !value.is_empty()).collect();
    if values.is_empty() {
        return true;
    }
    if field == Field::Ordinal {
        let numbers: Vec<u32> = values.iter().filter_map(|value| value.parse().ok()).collect();
        return numbers.len() == values.len()
            && numbers.first().is_some_and(|&first| first < 100_000)
            && numbers.windows(2).all(|pair| pair[0].checked_add(1) == Some(pair[1]));
    }
    match field {
        Field::FormerName if is_a_choice_of_few(&values, sample) => return false,
        Field::Major if is_a_choice_of_few(&values, sample) => return true,
        _ => {}
    }
    let fit = values.iter().filter(|value| value_fits(field, value)).count();
    fit * 10 >= values.len() * 6
}

/// Whether a column is well filled with few values: a former name is filled in for few pupils, and no two
/// share it, while a major repeats from row to row.
fn is_a_choice_of_few(values: &[&str], sample: &[&str]) -> bool {
    let distinct: BTreeSet<&str> = values.iter().copied().collect();
    values.len() > 3 && values.len() * 2 > sample.len() && distinct.len() * 2 <= values.len()
}

/// Words of a payment's status, of its review, and of a pupil's status.
pub(super) const OF_PAYMENT: [&str; 10] =
    ["发放", "成功", "失败", "退回", "到账", "打卡", "冲正", "撤销", "支付", "代发"];
pub(super) const OF_REVIEW: [&str; 9] =
    ["审核", "审批", "复核", "初审", "通过", "驳回", "待审", "不予", "上报"];
pub(super) const OF_ENROLLMENT: [&str; 10] =
    ["在读", "在校", "在籍", "在学", "在园", "休学", "退学", "转", "毕业", "复学"];

fn value_fits(field: Field, value: &str) -> bool {
    const AID: [&str; 8] = ["助", "补", "免", "奖", "餐", "贷", "资", "计划"];
    let value = &*in_simplified(value);
    let length = value.chars().count();
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let alphanumeric = value.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let any = |words: &[&str]| words.iter().any(|word| value.contains(word));
    match field {
        Field::Name | Field::FormerName => {
            (2..=15).contains(&length)
                && digits == 0
                && !any(&["助学金", "补助", "资助", "奖学金", "免学费", "营养", "计划"])
        }
        Field::Programme => digits < length && any(&AID),
        Field::Major => {
            let words = [
                "与",
                "技术",
                "应用",
                "教育",
                "管理",
                "服务",
                "维修",
                "加工",
                "护理",
                "会计",
                "运营",
                "设计",
                "电子",
                "汽车",
                "计算机",
                "机电",
                "旅游",
                "烹饪",
                "商务",
                "学前",
                "美术",
                "工艺",
                "工程",
                "数控",
                "物流",
                "农",
                "医",
                "药",
                "财",
                "专业",
            ];
            any(&words) || (digits >= 4 && alphanumeric)
        }
        Field::StudentNumber => is_student_number(value),
        Field::AuxiliaryNumber => alphanumeric && !is_student_number(value),
        Field::LocalNumber => digits > 0 && length <= 24,
        Field::SchoolCode => digits == length && (10..=11).contains(&length),
        Field::SchoolName => length >= 4 && any(&["学", "校", "园", "中"]),
        Field::Campus => any(&["校区", "教学点", "本部", "分校", "分部"]),
        Field::StudyLength => length <= 4 && (digits > 0 || any(&["年", "制"])),
        Field::Term => {
            any(&["春", "秋", "学期", "上", "下"])
                || matches!(value, "1" | "2")
                || value.ends_with("-1")
                || value.ends_with("-2")
        }
        Field::Stage => any(&["幼", "小", "初", "高", "中", "学"]) || (alphanumeric && length <= 3),
        Field::Sex => value.starts_with(['男', '女']) || matches!(value, "0" | "1" | "2" | "9"),
        Field::IdNumber | Field::GuardianId => digits + 3 >= length && (6..=20).contains(&length),
        Field::PaymentStatus => any(&OF_PAYMENT) || matches!(value, "是" | "否"),
        Field::EnrollmentStatus => {
            any(&OF_ENROLLMENT) || (digits == length && matches!(value.parse(), Ok(1..=14 | 99)))
        }
        Field::Amount => digits > 0 && digits + 4 >= length,
        Field::BirthDate
        | Field::EntryDate
        | Field::ExitDate
        | Field::MovementDate
        | Field::PayDate => digits >= 4 && (value.starts_with("19") || value.starts_with("20")),
        _ => true,
    }
}

/// A letter and 18 characters: the shape of a national student number.
pub(super) fn is_student_number(value: &str) -> bool {
    let bytes = value.trim().as_bytes();
    bytes.len() == 19
        && bytes[0].is_ascii_alphabetic()
        && bytes[1..].iter().filter(|byte| byte.is_ascii_digit()).count() >= 14
        && bytes[1..].iter().all(u8::is_ascii_alphanumeric)
}
