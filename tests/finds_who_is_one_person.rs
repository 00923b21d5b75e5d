//! Pupils whose number is spoiled, and the children who are easily taken for them. Every list holds both:
//! what is found by likeness, and who must not be accused by it.

mod support;

use support::{Centre, FIRST, Outcome, SECOND, School, number};

const DUAL: &str = "dual-enrollment";
const HEADER: &str = "姓名,性别,出生日期,身份证号,全国学籍号,学校标识码,学校名称,学段,年级,班级,学籍状态,入学日期,监护人姓名,联系电话";

/// One line of the county's export.
struct Pupil<'a> {
    name: &'a str,
    sex: &'a str,
    birth: &'a str,
    number: String,
    school: School,
    guardian: &'a str,
    phone: &'a str,
}

/// A girl of one family, at the first school, with the number of `serial`.
fn girl(serial: u32) -> Pupil<'static> {
    let number = number(serial);
    let birth: &'static str =
        Box::leak(format!("{}-{}-{}", &number[6..10], &number[10..12], &number[12..14]).into());
    let sex = if number.as_bytes()[16] % 2 == 1 { "男" } else { "女" };
    Pupil {
        name: "覃若楠",
        sex,
        birth,
        number,
        school: FIRST,
        guardian: "覃大山",
        phone: "13907301234",
    }
}

impl Pupil<'_> {
    fn line(&self) -> String {
        let Pupil { name, sex, birth, number, school, guardian, phone } = self;
        format!(
            "{name},{sex},{birth},{number},,{},{},普通高中,高一,1班,在读,2024-09-01,{guardian},{phone}",
            school.0, school.1
        )
    }
}

/// One digit of the serial typed wrong: the check character no longer fits.
fn one_digit_off(number: &str) -> String {
    let wrong = if number.as_bytes()[14] == b'7' { "3" } else { "7" };
    format!("{}{wrong}{}", &number[..14], &number[15..])
}

fn check(pupils: &[Pupil]) -> (Centre, Outcome) {
    let centre = Centre::new();
    let lines: Vec<String> = pupils.iter().map(Pupil::line).collect();
    centre.csv("全国学籍_20251010.csv", HEADER, &lines);
    let outcome = centre.check();
    (centre, outcome)
}

/// Severity and confidence of the one double enrolment of these lists, if there is one.
fn double(outcome: &Outcome) -> Option<(String, f64)> {
    let rows = outcome.of_kind(DUAL);
    let mut ids: Vec<&str> = rows.iter().map(|row| row["case_id"].as_str()).collect();
    ids.dedup();
    assert!(ids.len() <= 1, "{ids:?}");
    rows.first().map(|row| (row["severity"].clone(), row["confidence"].parse().unwrap()))
}

#[test]
fn a_digit_typed_wrong_at_the_second_school_is_found_and_explained() {
    let at_home = girl(1);
    let abroad = Pupil { number: one_digit_off(&at_home.number), school: SECOND, ..girl(1) };
    let (_centre, outcome) = check(&[at_home, abroad]);
    let (severity, confidence) = double(&outcome).expect("a double enrolment");
    assert_eq!(severity, "error");
    assert!((0.99..=1.0).contains(&confidence), "{confidence}");
    let reason = &outcome.of_kind(DUAL)[0]["reason"];
    for evidence in ["很可能是同一名学生", "一处差错即可解释", "姓名相同", "监护人相同", "电话相同"]
    {
        assert!(reason.contains(evidence), "{reason}");
    }
}

#[test]
fn the_pairs_of_a_key_can_be_listed_and_compared() {
    let unlikely = Pupil {
        number: String::new(),
        school: SECOND,
        guardian: "农秀英",
        phone: "13507765432",
        ..girl(1)
    };
    let (centre, outcome) = check(&[girl(1), unlikely]);
    assert_eq!(double(&outcome), None, "name and birth date alone");
    let pairs = |more: &[&str]| {
        let mut command = support::aidcheck();
        command.args(["model", "pairs", "--as-of", "2025-10-15", "--json"]).args(more);
        let output = command.arg(centre.inputs()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()
    };
    let keys = pairs(&[]);
    let count = |key: &str| {
        let keys = keys["keys"].as_array().unwrap();
        keys.iter().find(|one| one["key"] == key).unwrap()["pairs"].as_u64().unwrap()
    };
    assert_eq!((count("name-and-birth-month"), count("card")), (1, 0));
    let listed = pairs(&["--key", "name-and-birth-month", "--least", "0.01"]);
    let pair = &listed["keys"][0]["listed"][0];
    assert_eq!(pair["a"], "全国学籍_20251010.csv:2");
    assert_eq!(pair["b"], "全国学籍_20251010.csv:3");
    assert!((0.01..0.75).contains(&pair["probability"].as_f64().unwrap()), "{pair}");
}

#[test]
fn an_empty_number_is_decided_by_the_family_and_by_nothing_less() {
    let family = Pupil { number: String::new(), school: SECOND, ..girl(1) };
    let (_centre, outcome) = check(&[girl(1), family]);
    assert_eq!(double(&outcome).map(|(severity, _)| severity).as_deref(), Some("error"));

    let alone = Pupil { number: String::new(), school: SECOND, guardian: "", phone: "", ..girl(1) };
    let (_centre, outcome) = check(&[girl(1), alone]);
    assert!(
        double(&outcome).is_none_or(|(severity, _)| severity == "info"),
        "name and birth date alone accuse nobody"
    );
}

#[test]
fn the_mother_where_the_other_list_names_the_father_hides_nobody() {
    let abroad = Pupil {
        name: "覃若男",
        number: one_digit_off(&girl(1).number),
        school: SECOND,
        guardian: "农秀英",
        phone: "13507765432",
        ..girl(1)
    };
    let (_centre, outcome) = check(&[girl(1), abroad]);
    assert!(double(&outcome).is_some());
    let reason = &outcome.of_kind(DUAL)[0]["reason"];
    for evidence in ["姓名同音", "可能是父母中的另一位", "监护人也不同"] {
        assert!(reason.contains(evidence), "{reason}");
    }
}

#[test]
fn a_birth_date_typed_wrong_in_one_part_is_outweighed_by_the_family_and_another_date_is_not() {
    let day = girl(1).birth;
    let other_day = if day.ends_with("17") { "01" } else { "17" };
    let with = |birth: String| {
        let birth: &'static str = Box::leak(birth.into());
        let number = String::from("3.30127E+17");
        let abroad = Pupil { birth, number, school: SECOND, phone: "13507765432", ..girl(1) };
        double(&check(&[girl(1), abroad]).1)
    };
    assert!(with(format!("{}{other_day}", &day[..8])).is_some());
    assert_eq!(with("2001-07-09".into()), None);
}

#[test]
fn two_faults_in_the_birth_date_of_the_number_do_not_hide_a_pupil_who_gave_no_other() {
    let home = girl(1);
    let twice = format!("{}9{}7{}", &home.number[..8], &home.number[9..12], &home.number[13..]);
    let abroad =
        Pupil { birth: "", number: twice, school: SECOND, guardian: "", phone: "", ..girl(1) };
    assert!(double(&check(&[girl(1), abroad]).1).is_some());
    // Another name with such a number is another child.
    let home = girl(1);
    let twice = format!("{}9{}7{}", &home.number[..8], &home.number[9..12], &home.number[13..]);
    let other = Pupil {
        name: "覃大伟",
        birth: "",
        number: twice,
        school: SECOND,
        guardian: "",
        phone: "",
        ..girl(1)
    };
    assert_eq!(double(&check(&[girl(1), other]).1), None);
}

#[test]
fn twins_at_two_schools_are_two() {
    for spoiled in [String::new(), format!("{}000", &number(1)[..15])] {
        let twin = Pupil { name: "覃若桐", number: spoiled.clone(), school: SECOND, ..girl(1) };
        let (_centre, outcome) = check(&[girl(1), twin]);
        assert_eq!(double(&outcome), None, "{spoiled}");
    }
}

#[test]
fn somebody_elses_number_does_not_hide_a_double_enrolment() {
    // The number of another girl of the second school was typed in.
    let other = Pupil {
        name: "龙雨桐",
        school: SECOND,
        guardian: "龙云",
        phone: "13807305555",
        ..girl(40)
    };
    let mistyped = Pupil { number: number(40), school: SECOND, ..girl(1) };
    let (_centre, outcome) = check(&[girl(1), other, mistyped]);
    let rows = outcome.of_kind(DUAL);
    assert!(!rows.is_empty() && rows.iter().all(|row| row["name"] == "覃若楠"), "{rows:?}");
}

/// A number that the birth date beside it contradicts puts the other pupil's number in no doubt: the birth
/// date inside that one counts, for the check and for what explains it.
#[test]
fn a_number_beyond_doubt_says_the_birth_date_though_the_other_is_doubted() {
    let plain = Pupil { birth: "", sex: "", ..girl(1) };
    let of_somebody_else = "330127201107114159".to_string();
    let doubted = Pupil { number: of_somebody_else, school: SECOND, ..girl(1) };
    let (centre, outcome) = check(&[plain, doubted]);
    assert!(double(&outcome).is_some_and(|(_, confidence)| confidence > 0.9));

    let place = |row: u32| centre.inputs().join(format!("全国学籍_20251010.csv:{row}"));
    let mut compare = support::aidcheck();
    compare.current_dir(centre.root()).args(["compare", "--as-of", "2025-10-15", "--json"]);
    let output = compare.arg(place(2)).arg(place(3)).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let compared: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let weights = compared["weights"].as_array().unwrap();
    let level =
        |field: &str| weights.iter().find(|one| one["field"] == field).map(|one| &one["level"]);
    assert_eq!(level("birth").unwrap(), "相同", "{compared}");
    assert!(level("number").unwrap().as_str().unwrap().contains("其中一个"), "{compared}");

    let case = &outcome.of_kind(DUAL)[0]["case_id"];
    let mut explain = support::aidcheck();
    explain.current_dir(centre.root()).args(["cases", "explain", case, "--out", "out"]);
    let output = explain.output().unwrap();
    let explained = String::from_utf8_lossy(&output.stdout);
    assert!(explained.contains("出生日期：相同"), "{explained} {output:?}");
}

#[test]
fn a_phone_that_a_whole_class_shares_is_no_evidence() {
    let phone = "13907309999";
    let mut pupils: Vec<Pupil> = (1..20).map(girl).collect();
    let names: Vec<String> =
        (1..20).map(|at| format!("欧{}", char::from_u32(0x4E00 + 40 * at).unwrap())).collect();
    for (pupil, name) in pupils.iter_mut().zip(&names) {
        pupil.name = name.as_str();
        pupil.guardian = "";
        pupil.phone = phone;
    }
    let stranger = Pupil {
        name: &names[0],
        number: String::new(),
        school: SECOND,
        guardian: "",
        phone,
        ..girl(1)
    };
    pupils.push(stranger);
    let (_centre, outcome) = check(&pupils);
    assert!(double(&outcome).is_none_or(|(severity, _)| severity == "info"));
}

#[test]
fn who_could_be_either_of_two_is_neither() {
    // Two girls of one name and one birthday with the same office's phone; a third record could be either.
    let either = Pupil {
        number: String::new(),
        school: ("3433000003", "第三中学"),
        guardian: "",
        ..girl(1)
    };
    let one = Pupil { guardian: "", ..girl(1) };
    let other_number = number(1).chars().take(14).collect::<String>();
    let other =
        Pupil { number: sibling_number(&other_number), school: SECOND, guardian: "", ..girl(1) };
    let (_centre, outcome) = check(&[one, other, either]);
    assert!(double(&outcome).is_none_or(|(severity, _)| severity == "info"));
}

/// Another valid number of the same region and day.
fn sibling_number(first_14: &str) -> String {
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let parity = if girl(1).sex == "男" { 1 } else { 2 };
    let digits = format!("{first_14}88{parity}");
    let sum: u32 = digits.bytes().zip(weights).map(|(b, w)| u32::from(b - b'0') * w).sum();
    format!("{digits}{}", b"10X98765432"[(sum % 11) as usize] as char)
}
