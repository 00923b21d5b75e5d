//! The lists of the aid system: most say programme and period in title and file name only.

use super::GenerateError;
use super::aid::{
    COMPULSORY_GRANT, PRESCHOOL_GRANT, SENIOR_GRANT, VOCATIONAL_GRANT, VOCATIONAL_WAIVER,
};
use super::county::grade_word;
use super::full::Office;
use super::plain::term_word;
use super::rows::{PaymentRow, RowOf};
use super::table::{Format, Table};
use crate::record::Fen;

/// Writes all lists.
pub(crate) fn write(office: &mut Office) -> Result<(), GenerateError> {
    let term = format!("{}年秋季学期", office.world.calendar.year);
    by_month(office)?;
    by_term(office, SENIOR_GRANT, &term, "csv", Format::Gb18030)?;
    by_term(office, COMPULSORY_GRANT, &term, "csv", Format::Utf8Bom)?;
    by_term(office, PRESCHOOL_GRANT, &term, "csv", Format::Gb18030)?;
    by_term(office, VOCATIONAL_WAIVER, &term, "xlsx", Format::Xlsx)
}

/// The payments of a programme: unit and row.
fn payments_of(office: &Office, programme: &str) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (index, unit) in office.units.iter().enumerate() {
        let rows = unit.payments.iter().enumerate();
        found.extend(
            rows.filter(|(_, row)| row.programme == programme).map(|(row, _)| (index, row)),
        );
    }
    found.sort_by_key(|&(unit, row)| {
        let row = &office.units[unit].payments[row];
        (row.school, row.grade, row.class)
    });
    found
}

/// The vocational grant: two usual months in one line, everything else month by month.
fn by_month(office: &mut Office) -> Result<(), GenerateError> {
    let year = office.world.calendar.year;
    let usual_file = format!("资助系统/资助系统_{VOCATIONAL_GRANT}_{year}年9-10月.xlsx");
    let other_file = format!("资助系统/{VOCATIONAL_GRANT}_补发更正明细_{}.csv", office.stamp(0));
    let mut usual = Table {
        titles: vec![format!("{VOCATIONAL_GRANT}发放名单（{year}年9-10月）")],
        header: vec![
            "序号",
            "姓名",
            "身份证号码",
            "学校名称",
            "班级",
            "发放金额(元)",
            "发放日期",
            "发放状态",
            "学生资助卡号",
        ],
        ..Table::default()
    };
    let mut other = Table {
        header: vec![
            "姓名",
            "身份证号码",
            "学校标识码",
            "学校名称",
            "年级",
            "班级",
            "资助项目",
            "学年",
            "学期",
            "月份",
            "金额",
            "发放日期",
            "发放状态",
            "银行卡号",
            "联系电话",
        ],
        ..Table::default()
    };
    for (unit, row) in payments_of(office, VOCATIONAL_GRANT) {
        if office.place(unit, RowOf::Payment(row)).is_some() {
            continue;
        }
        let payment = office.units[unit].payments[row].clone();
        let (file, number) = match next_month(&office.units[unit].payments, row) {
            Some(next) => {
                let last = &office.units[unit].payments[next];
                let number = usual.push(vec![
                    (usual.rows.len() + 1).to_string(),
                    payment.name.clone(),
                    payment.number.clone(),
                    office.world.county.schools[payment.school].name.clone(),
                    format!("{}班", payment.class),
                    Fen(payment.fen + last.fen).to_string(),
                    last.pay_date.to_string(),
                    payment.status.to_owned(),
                    payment.card.clone(),
                ]);
                office.placed(unit, RowOf::Payment(next), &usual_file, number);
                (&usual_file, number)
            }
            None => (&other_file, other.push(detailed(office, &payment))),
        };
        office.placed(unit, RowOf::Payment(row), file, number);
    }
    office.summary.payments += usual.rows.len() + other.rows.len();
    office.save(&usual_file, Format::Xlsx, &[usual])?;
    office.save(&other_file, Format::Utf8Bom, &[other])
}

/// The usual payment of October that belongs to a usual one of September.
fn next_month(payments: &[PaymentRow], row: usize) -> Option<usize> {
    let first = payments.get(row).filter(|first| first.regular && first.month == Some(9))?;
    payments.iter().position(|next| {
        next.regular
            && next.month == Some(10)
            && next.number == first.number
            && next.school == first.school
    })
}

fn detailed(office: &Office, row: &PaymentRow) -> Vec<String> {
    let school = &office.world.county.schools[row.school];
    vec![
        row.name.clone(),
        row.number.clone(),
        school.code.clone(),
        school.name.clone(),
        grade_word(school.stage, row.grade).to_owned(),
        format!("{}班", row.class),
        row.programme.to_owned(),
        format!("{}-{}", row.school_year, row.school_year + 1),
        term_word(row.term).to_owned(),
        row.month.map(|month| format!("{month}月")).unwrap_or_default(),
        Fen(row.fen).to_string(),
        row.pay_date.to_string(),
        row.status.to_owned(),
        row.card.clone(),
        row.phone.clone(),
    ]
}

/// One programme's list of a term.
fn by_term(
    office: &mut Office,
    programme: &str,
    term: &str,
    extension: &str,
    format: Format,
) -> Result<(), GenerateError> {
    let file = format!("资助系统/{programme}_{term}.{extension}");
    // Compulsory education and kindergartens deal with parents.
    let with_phone = matches!(programme, COMPULSORY_GRANT | PRESCHOOL_GRANT);
    let mut table = Table {
        titles: vec![format!("河源县{programme}发放表（{term}）")],
        header: vec![
            "序号",
            "学生姓名",
            "身份证号",
            "学校名称",
            "年级",
            "班级",
            "资助金额",
            "发放时间",
            "发放状态",
            "银行卡号",
        ],
        ..Table::default()
    };
    table.header.extend(with_phone.then_some("家长电话"));
    for (unit, place) in payments_of(office, programme) {
        let row = &office.units[unit].payments[place];
        let school = &office.world.county.schools[row.school];
        let mut cells = vec![
            (table.rows.len() + 1).to_string(),
            row.name.clone(),
            row.number.clone(),
            school.name.clone(),
            grade_word(school.stage, row.grade).to_owned(),
            format!("{}班", row.class),
            Fen(row.fen).to_string(),
            row.pay_date.format("%Y/%m/%d").to_string(),
            row.status.to_owned(),
            row.card.clone(),
        ];
        cells.extend(with_phone.then(|| row.phone.clone()));
        let number = table.push(cells);
        office.placed(unit, RowOf::Payment(place), &file, number);
    }
    office.summary.payments += table.rows.len();
    office.save(&file, format, &[table])
}
