//! Numbers that stand in a pupil's row and are not the pupil's own: a guardian's, a twin's; and what is known
//! of a pupil whose own cell is spoiled. Each list holds a control that is found.

mod support;

use aidcheck::record::IdNumber;
use support::{Centre, Outcome, School};

const EAST: School = ("2133027011", "甲县东门小学");
const WEST: School = ("2133027012", "甲县西门小学");
const ROLL: &str = "学校标识码,学校名称,年级,班级,学籍号,姓名,性别,出生日期,身份证件号,入学年月,学生状态,监护人姓名,监护人电话";
const AID: &str = "学校标识码,学校名称,年级,班级,学生姓名,身份证号,资助项目,学年,学期,资助金额,银行卡号,发放日期,发放状态";
const PROGRAMME: &str = "义务教育家庭经济困难学生生活补助";

/// The number of who was born on a day, with a serial and the check character.
fn number(born: &str, serial: u32) -> String {
    let digits = format!("330127{born}{serial:03}");
    IdNumber::from_17_digits(digits.as_bytes()).unwrap().to_string()
}

fn pupil(school: School, grade: &str, name: &str, born: &str, number: &str, own: &str) -> String {
    format!(
        "{},{},{grade},1班,{own},{name},女,{born},{number},2022-09-01,在读,覃大山,13907301234",
        school.0, school.1
    )
}

fn paid(school: School, grade: &str, name: &str, number: &str, card: &str, day: &str) -> String {
    format!(
        "{},{},{grade},1班,{name},{number},{PROGRAMME},2024-2025,春季,625,{card},{day},已发放",
        school.0, school.1
    )
}

/// The folder lives as long as what was found in it is asked for.
fn check(roll: &[String], aid: &[String]) -> (Centre, Outcome) {
    let centre = Centre::new();
    centre.csv("全国学籍_20251010.csv", ROLL, roll);
    if !aid.is_empty() {
        centre.csv("生活补助.csv", AID, aid);
    }
    let outcome = centre.check();
    (centre, outcome)
}

fn names(outcome: &Outcome, kind: &str) -> Vec<String> {
    let mut names: Vec<String> =
        outcome.of_kind(kind).iter().map(|row| row["name"].clone()).collect();
    names.sort();
    names.dedup();
    names
}

const CARD: &str = "6228480000000000018";

#[test]
fn a_pupil_paid_once_under_the_mothers_number_is_paid_twice() {
    let own = number("20150324", 502);
    let roll = [pupil(EAST, "四年级", "程梓晨", "20150324", &own, "")];
    let aid = [
        paid(EAST, "四年级", "程梓晨", &own, CARD, "2025-05-14"),
        paid(EAST, "四年级", "程梓晨", &number("19850912", 404), CARD, "2025-05-28"),
    ];
    assert_eq!(names(&check(&roll, &aid).1, "repeat-payment"), ["程梓晨"]);
}

/// A column of numbers that slid by some lines gives each pupil a classmate's, of another birth date and sex.
#[test]
fn numbers_that_slid_in_a_pay_list_accuse_no_classmate() {
    let pupils =
        [("梁建博", 501), ("余梓萱", 512), ("刘佳珺", 520), ("李若佳", 534), ("郑对照", 402)];
    let born = |at: usize| format!("2018{:02}{:02}", 3 + at, 10 + 3 * at);
    let own = |at: usize| number(&born(at), pupils[at].1);
    let mut roll: Vec<String> = (0..pupils.len())
        .map(|at| pupil(EAST, "一年级", pupils[at].0, &born(at), &own(at), ""))
        .collect();
    roll[0] = roll[0].replace(",女,", ",男,");
    let card = |at: usize| format!("62284800000000000{at}8");
    // Of the last pupil, who slid with nobody, two payments are one too many.
    let mut aid: Vec<String> = [(0, 3), (1, 0), (2, 1), (3, 2), (4, 4)]
        .map(|(at, of)| paid(EAST, "一年级", pupils[at].0, &own(of), &card(at), "2025-05-14"))
        .to_vec();
    aid.push(paid(EAST, "一年级", "郑对照", &own(4), &card(4), "2025-05-28"));
    assert_eq!(names(&check(&roll, &aid).1, "repeat-payment"), ["郑对照"]);
}

#[test]
fn siblings_drawing_under_their_mothers_number_are_two_children() {
    let mother = number("19940912", 404);
    let own = number("20150324", 502);
    let aid = [
        paid(EAST, "四年级", "罗俊然", &mother, CARD, "2025-05-14"),
        paid(WEST, "三年级", "罗嘉轩", &mother, CARD, "2025-05-14"),
        paid(WEST, "三年级", "郑对照", &own, "6228480000000000026", "2025-05-14"),
        paid(WEST, "三年级", "郑对照", &own, "6228480000000000026", "2025-05-15"),
    ];
    assert_eq!(names(&check(&[], &aid).1, "repeat-payment"), ["郑对照"]);
}

#[test]
fn twins_under_their_mothers_number_are_two_children_and_a_pupil_is_one() {
    let mother = number("19890222", 379);
    let roll = [
        pupil(EAST, "三年级", "覃紫媛", "20181112", &mother, ""),
        pupil(WEST, "三年级", "覃清琪", "20181112", &mother, ""),
        pupil(EAST, "三年级", "覃若楠", "20180305", &mother, ""),
        pupil(WEST, "三年级", "覃若楠", "20180305", &mother, ""),
    ];
    let (_centre, outcome) = check(&roll, &[]);
    assert_eq!(names(&outcome, "dual-enrollment"), ["覃若楠"]);
    let reasons: Vec<_> = outcome.of_kind("invalid-id");
    assert!(reasons.iter().all(|row| row["severity"] == "info"));
    assert!(reasons[0]["reason"].contains("监护人"), "{}", reasons[0]["reason"]);
}

#[test]
fn a_grown_up_pupil_whose_birth_date_says_so_keeps_the_number() {
    let own = number("19800222", 379);
    let roll = [
        pupil(EAST, "三年级", "覃若楠", "19800222", &own, ""),
        pupil(WEST, "三年级", "覃若南", "19800222", &own, ""),
    ];
    let (_centre, outcome) = check(&roll, &[]);
    assert_eq!(names(&outcome, "dual-enrollment"), ["覃若南", "覃若楠"]);
    assert!(outcome.of_kind("dual-enrollment").iter().all(|row| row["id_number"] == own));
}

#[test]
fn a_number_typed_for_both_twins_is_one_of_them_by_their_student_numbers() {
    let (one, other) = (number("20130220", 327), number("20130220", 329));
    let roll = [
        pupil(EAST, "三年级", "付亦辰", "20130220", &one, &format!("G{one}")),
        pupil(WEST, "三年级", "付子桐", "20130220", &one, &format!("G{other}")),
        pupil(EAST, "三年级", "郑对照", "20130221", &number("20130221", 401), ""),
        pupil(WEST, "三年级", "郑对照", "20130221", &number("20130221", 401), ""),
    ];
    let (_centre, outcome) = check(&roll, &[]);
    assert_eq!(names(&outcome, "dual-enrollment"), ["郑对照"]);
    assert_eq!(names(&outcome, "id-conflict"), ["付亦辰", "付子桐"]);
}

#[test]
fn a_roster_cut_by_excel_speaks_of_its_own_schools_pupil_and_not_of_the_twin() {
    let (here, twin) = (number("20141111", 58), number("20141111", 56));
    let cut = |number: &str| format!("{}000", &number[..15]);
    let elsewhere = number("20141112", 402);
    let roll = [
        pupil(WEST, "四年级", "覃恒毫", "20141111", &here, ""),
        pupil(EAST, "四年级", "覃恒豪", "20141111", &twin, &format!("G{twin}")),
        pupil(EAST, "四年级", "郑对照", "20141112", &elsewhere, ""),
    ];
    let centre = Centre::new();
    centre.csv("全国学籍_20251010.csv", ROLL, &roll);
    centre.csv(
        "甲县西门小学花名册.csv",
        "学校名称,年级,班级,姓名,性别,身份证号,出生日期,监护人姓名,监护人电话",
        &[
            format!("{},四年级,1班,覃恒毫,女,{},2014-11-11,,", WEST.1, cut(&here)),
            format!(
                "{},四年级,1班,郑对照,女,{},2014-11-12,覃大山,13907301234",
                WEST.1,
                cut(&elsewhere)
            ),
        ],
    );
    assert_eq!(names(&centre.check(), "dual-enrollment"), ["郑对照"]);
}

#[test]
fn last_springs_list_may_show_the_grade_of_then_so_a_namesake_is_not_taken_for_the_pupil() {
    let (third, fourth) = (number("20150315", 365), number("20140315", 365));
    let roll = [
        pupil(EAST, "四年级", "刘君轩", "20150315", &third, ""),
        pupil(EAST, "五年级", "刘君轩", "20140315", &fourth, ""),
        pupil(EAST, "四年级", "郑对照", "20150316", &number("20150316", 401), ""),
    ];
    let aid = [
        paid(EAST, "三年级", "刘君轩", &third, CARD, "2025-05-12"),
        paid(EAST, "四年级", "刘君轩", "", "6228480000000000026", "2025-05-12"),
        paid(EAST, "三年级", "郑对照", &number("20150316", 401), "", "2025-05-12"),
        paid(EAST, "三年级", "郑对照", "", "", "2025-05-13"),
    ];
    assert_eq!(names(&check(&roll, &aid).1, "repeat-payment"), ["郑对照"]);
}
