//! The exports of the three student-status systems, each with its own headers and ways of writing.

use super::GenerateError;
use super::county::grade_word;
use super::full::Office;
use super::plain::sex_word;
use super::rng::Rng;
use super::rows::{EnrollmentRow, RowOf};
use super::table::{Format, Table};
use crate::record::Stage;

/// Writes all exports and last week's export beside tonight's.
pub(crate) fn write(office: &mut Office) -> Result<(), GenerateError> {
    student_status(office)?;
    vocational(office)?;
    preschool(office)
}

/// The lines at schools of these stages.
fn lines_of(office: &Office, stages: &[Stage]) -> Vec<(usize, usize)> {
    let stage = |line| office.world.county.schools[office.row(line).school].stage;
    office.lines.iter().copied().filter(|&line| stages.contains(&stage(line))).collect()
}

/// Fills a table and notes where each line came to stand.
fn fill(
    office: &mut Office,
    table: &mut Table,
    file: &str,
    lines: &[(usize, usize)],
    cells: fn(&Office, &EnrollmentRow, usize) -> Vec<String>,
) {
    for (ordinal, &(unit, row)) in lines.iter().enumerate() {
        let cells = cells(office, office.row((unit, row)), ordinal + 1);
        let number = table.push(cells);
        office.placed(unit, RowOf::Enrollment(row), file, number);
    }
    office.summary.enrollments += lines.len();
}

fn student_status(office: &mut Office) -> Result<(), GenerateError> {
    let lines = lines_of(office, &[Stage::Primary, Stage::Junior, Stage::Senior]);
    let mut table = Table {
        header: vec![
            "姓名",
            "性别",
            "出生日期",
            "身份证件类型",
            "身份证件号",
            "学籍号",
            "学校标识码",
            "学校名称",
            "年级名称",
            "班级名称",
            "学生状态",
            "入学年月",
            "异动日期",
            "监护人姓名",
            "联系电话",
        ],
        ..Table::default()
    };
    let file = format!("学籍系统/全国学籍_在校生导出_{}.csv", office.stamp(0));
    fill(office, &mut table, &file, &lines, student_status_cells);
    office.save(&file, Format::Gb18030, std::slice::from_ref(&table))?;
    // Last week one in twenty was not there yet, and one in twenty had another telephone.
    let mut rng = Rng::stream(office.world.seed ^ 0x1A57, 0);
    table.rows.retain_mut(|row| {
        if rng.chance(50)
            && let Some(phone) = row.last_mut()
        {
            *phone = format!("139{:08}", rng.below(100_000_000));
        }
        !rng.chance(50)
    });
    let file = format!("学籍系统/全国学籍_在校生导出_{}.csv", office.stamp(7));
    office.save(&file, Format::Gb18030, &[table])
}

fn student_status_cells(office: &Office, row: &EnrollmentRow, _ordinal: usize) -> Vec<String> {
    let school = &office.world.county.schools[row.school];
    let document = match row.number.get(..2) {
        Some("81") => "港澳居民居住证",
        Some("83") => "台湾居民居住证",
        _ => "居民身份证",
    };
    vec![
        row.name.clone(),
        sex_word(row.sex).to_owned(),
        row.birth.map(|birth| birth.format("%Y%m%d").to_string()).unwrap_or_default(),
        document.to_owned(),
        row.number.clone(),
        row.student_number.clone(),
        school.code.clone(),
        school.name.clone(),
        grade_word(school.stage, row.grade).to_owned(),
        format!("{}班", row.class),
        row.status.to_owned(),
        row.entry.format("%Y-%m").to_string(),
        row.exit.or(row.suspended).map(|day| day.to_string()).unwrap_or_default(),
        row.guardian.clone(),
        row.phone.clone(),
    ]
}

fn vocational(office: &mut Office) -> Result<(), GenerateError> {
    let lines = lines_of(office, &[Stage::Vocational]);
    let mut table = Table {
        sheet: "学生信息".to_owned(),
        titles: vec![
            "河源县中等职业学校学生信息表".to_owned(),
            format!("制表日期：{}", office.world.calendar.count_day()),
        ],
        header: vec![
            "序号",
            "姓名",
            "性别",
            "出生日期",
            "身份证号码",
            "学籍号",
            "学校标识码",
            "学校名称",
            "专业名称",
            "年级",
            "班级",
            "学籍状态",
            "入学日期",
            "异动日期",
            "家长姓名",
            "联系电话",
            "资助卡号",
        ],
        ..Table::default()
    };
    let file = format!("职教系统/中职学生_{}.xlsx", office.stamp(0));
    fill(office, &mut table, &file, &lines, vocational_cells);
    office.save(&file, Format::Xlsx, &[table])
}

fn vocational_cells(office: &Office, row: &EnrollmentRow, ordinal: usize) -> Vec<String> {
    const MAJORS: [&str; 4] = ["机电技术应用", "电子商务", "护理", "作物生产技术"];
    let school = &office.world.county.schools[row.school];
    vec![
        ordinal.to_string(),
        row.name.clone(),
        sex_word(row.sex).to_owned(),
        row.birth.map(|birth| birth.to_string()).unwrap_or_default(),
        row.number.clone(),
        row.student_number.clone(),
        school.code.clone(),
        school.name.clone(),
        MAJORS[usize::from(row.class) % MAJORS.len()].to_owned(),
        format!("{}级", office.world.calendar.year + 1 - i32::from(row.grade)),
        format!("({})班", row.class),
        row.status.to_owned(),
        row.entry.to_string(),
        row.exit.or(row.suspended).map(|day| day.to_string()).unwrap_or_default(),
        row.guardian.clone(),
        row.phone.clone(),
        row.card.clone(),
    ]
}

fn preschool(office: &mut Office) -> Result<(), GenerateError> {
    let lines = lines_of(office, &[Stage::Preschool]);
    let mut table = Table {
        header: vec![
            "幼儿姓名",
            "性别",
            "出生年月日",
            "身份证件号码",
            "园所名称",
            "学校标识码",
            "年级",
            "班级",
            "在校状态",
            "入园时间",
            "异动日期",
            "监护人1姓名",
            "监护人1电话",
        ],
        ..Table::default()
    };
    let file = format!("学前系统/在园幼儿_{}.csv", office.stamp(0));
    fill(office, &mut table, &file, &lines, preschool_cells);
    office.save(&file, Format::Utf8Bom, &[table])
}

fn preschool_cells(office: &Office, row: &EnrollmentRow, _ordinal: usize) -> Vec<String> {
    let school = &office.world.county.schools[row.school];
    vec![
        row.name.clone(),
        sex_word(row.sex).to_owned(),
        row.birth.map(|birth| birth.format("%Y.%-m.%-d").to_string()).unwrap_or_default(),
        row.number.clone(),
        school.name.clone(),
        school.code.clone(),
        grade_word(school.stage, row.grade).to_owned(),
        format!("{}班", row.class),
        row.status.to_owned(),
        row.entry.format("%Y/%-m/%-d").to_string(),
        row.exit.or(row.suspended).map(|day| day.to_string()).unwrap_or_default(),
        row.guardian.clone(),
        row.phone.clone(),
    ]
}
