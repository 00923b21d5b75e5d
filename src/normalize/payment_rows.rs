//! Rows of aid lists → [`Payment`] records.

use super::cells::{cell, join, said};
use super::contact::parse_phone;
use super::date::parse_date;
use super::money::{is_rounded, parse_amount};
use super::name::clean_name;
use super::period::{parse_months, parse_school_year, parse_term};
use super::status::parse_payment_status;
use super::typer::Typer;
use crate::ingest::Rejected;
use crate::record::{
    AwardPeriod, Fen, Message, NumberState, Payment, PaymentStatus, SheetId, Text, in_simplified,
};

impl Typer<'_> {
    /// The period of a row; `paid` are months whose columns hold an amount.
    fn period(&mut self, row: u32, cells: &[&str], paid: u16) -> AwardPeriod {
        let year_cell = cell(cells, self.at.school_year);
        let term_cell = cell(cells, self.at.term);
        let month_cell = match cell(cells, self.at.month) {
            // The number of a batch is no month.
            "" => Some(cell(cells, self.at.batch)).filter(|batch| says_month(batch)).unwrap_or(""),
            month => month,
        };
        join(&mut self.key, &[year_cell, term_cell, month_cell]);
        let said_by_sheet = self.sheet.period;
        let read = self
            .periods
            .get(&self.key, |_| read_period(year_cell, term_cell, month_cell, said_by_sheet));
        let said = read.unwrap_or_else(|| {
            let (column, value) = if month_cell.is_empty() {
                (self.at.term, term_cell)
            } else {
                (self.at.month, month_cell)
            };
            self.reject(row, Rejected::Cell, column, value, Message::new(
                format!("看不懂的发放期间“{value}”，已按空白处理；请写成 9月 或 2025年秋季学期"),
                format!("period “{value}” is not understood and was emptied; write 2025-09 or 2025年秋季学期"),
            ));
            self.sheet.period
        });
        self.pays.period(said, paid)
    }

    /// The amount of a row and the months of those columns that make it up; the column and cell that are no
    /// figure where it has none.
    fn amount<'c>(&self, cells: &[&'c str]) -> Result<(Fen, u16), (usize, &'c str)> {
        if !self.pays.months.is_empty() {
            return self.pays.sum(cells);
        }
        let column = self.at.amount;
        let cell = cell(cells, column);
        parse_amount(cell, self.pays.unit).map(|amount| (amount, 0)).ok_or((column, cell))
    }

    /// Lists amounts of which the last digits may be lost.
    fn say_rounded(&mut self, row: u32, cells: &[&str]) {
        let pays = self.pays;
        let months = pays.months.iter().map(|&(column, _)| column);
        let plain = pays.months.is_empty().then_some(self.at.amount);
        for column in months.chain(plain) {
            let cell = cell(cells, column);
            let Some(amount) = parse_amount(cell, pays.unit).filter(|_| is_rounded(cell)) else {
                continue;
            };
            self.reject(
                row,
                Rejected::Cell,
                column,
                cell,
                Message::new(
                    format!("“{cell}”是科学计数法，末几位可能已丢失，按 {amount} 元核对；请把该列设为数值格式后重新导出"),
                    format!("“{cell}” is rounded; it was taken as {amount} yuan; format the column as plain numbers and export again"),
                ),
            );
        }
    }

    /// A review that said no, or a reason of failure, whatever the status says.
    fn refused(&self, cells: &[&str]) -> Option<PaymentStatus> {
        let review = in_simplified(cell(cells, self.at.review));
        let said_no = ["不", "未", "否", "驳回", "退回", "拒", "撤回", "待审", "审核中"];
        if said_no.iter().any(|word| review.contains(word)) {
            return Some(PaymentStatus::Pending);
        }
        let failure = &*in_simplified(cell(cells, self.at.failure));
        let no_failure = ["", "无", "-", "/", "—", "成功", "正常", "0"];
        (!no_failure.contains(&failure)).then_some(PaymentStatus::Failed)
    }

    pub(super) fn payment(&mut self, row: u32, cells: &[&str]) {
        let name_cell = cell(cells, self.at.name);
        let id_cell = self.id_cell(cells);
        let student_cell = said(cells, self.at.student_number, &self.further.student_number);
        let (parsed, kept) = self.number(id_cell, student_cell);
        if parsed.number.is_none() {
            let numberless =
                matches!(parsed.state, NumberState::Missing | NumberState::Placeholder);
            if name_cell.is_empty() && numberless && student_cell.is_empty() {
                return self.nobody(row, cells);
            }
            if let Some(reason) = self.no_pupil(cells) {
                return self.batch.counts.skip(reason);
            }
            if self.reject_no_name(row, name_cell) {
                return;
            }
        }
        let (amount, paid) = match self.amount(cells) {
            Ok(amount) => amount,
            Err((column, cell)) => {
                let (zh, en) = match self.sheet.sides.len() {
                    0 | 1 => ("本行", "the row"),
                    _ => ("这一笔", "this payment of the row"),
                };
                let reason = no_amount(cell, zh, en);
                return self.reject(row, Rejected::Row, column, cell, reason);
            }
        };
        self.say_rounded(row, cells);
        let period = self.period(row, cells, paid);
        let status_cell = cell(cells, self.at.payment_status);
        let status = if status_cell.is_empty() {
            PaymentStatus::Unstated
        } else {
            self.payment_statuses.get(status_cell, parse_payment_status).unwrap_or_else(|| {
                self.reject(
                    row,
                    Rejected::Cell,
                    self.at.payment_status,
                    status_cell,
                    Message::new(
                        format!("看不懂的发放状态“{status_cell}”，按已发放处理"),
                        format!("payment status “{status_cell}” is not known; taken as paid"),
                    ),
                );
                PaymentStatus::Unclear
            })
        };
        let status = self.refused(cells).unwrap_or(status);
        let pay_date = self.date(row, cells, self.at.pay_date);
        let (school, stage) = self.school_and_stage(cells);
        let (grade, grade_label) = self.grade(cells, stage);
        let class = self.class(cells);
        let (parsed, kept) =
            self.own_number((parsed, kept), (id_cell, student_cell), grade.stage, None);
        // What tells the payments of a line apart outweighs what the line says of them all.
        let by_header = self.pays.programme.as_str();
        self.note_other_number(row, cells, parsed);
        let programme = match cell(cells, self.at.programme) {
            _ if self.sheet.sides.len() > 1 && !by_header.is_empty() => by_header,
            "" if by_header.is_empty() => self.sheet.programme.as_str(),
            "" => by_header,
            programme => programme,
        };
        let batch = &mut self.batch;
        let texts = &mut batch.payments.texts;
        let record = Payment {
            sheet: SheetId(0),
            row,
            name: texts.store(&clean_name(name_cell)),
            number: parsed.number,
            number_state: parsed.state,
            number_cell: kept.map_or(Text::default(), |cell| texts.store(cell)),
            student_number: texts.store(student_cell),
            school,
            grade,
            grade_label,
            class,
            programme: batch.labels.intern(programme),
            period,
            amount,
            pay_date,
            status,
            card: texts.store(cell(cells, self.at.card)),
            phone: parse_phone(said(cells, self.at.phone, &self.further.phone)),
            note: batch.labels.intern(cell(cells, self.at.note)),
        };
        batch.payments.columns.push(record);
        self.checked();
    }
}

/// Why a row or one payment of it is not checked that has no figure.
fn no_amount(cell: &str, zh: &str, en: &str) -> Message {
    if cell.is_empty() {
        return Message::new(
            format!(
                "金额是空的，{zh}未核对；请补填；如果那里是公式，请用 Excel 或 WPS 打开，重新计算并保存"
            ),
            format!(
                "the amount is empty, {en} was not checked; fill it in; if a formula stands there, open the file in Excel or WPS, recalculate and save it"
            ),
        );
    }
    Message::new(
        format!("金额“{cell}”读不出数字，{zh}未核对；请写成 1250.00"),
        format!("amount “{cell}” is no figure, {en} was not checked; write 1250.00"),
    )
}

/// Whether the cell of a batch names a month: `2025年9月`, `2025-09`.
fn says_month(text: &str) -> bool {
    text.contains('月') || (text.len() >= 6 && text.starts_with("20"))
}

/// The period that three cells say, with what the sheet says for what they leave open. `None` if a
/// cell holds something that is no period.
fn read_period(year: &str, term: &str, month: &str, sheet: AwardPeriod) -> Option<AwardPeriod> {
    let mut period = AwardPeriod::default();
    if !year.is_empty() {
        period.school_year = parse_school_year(year);
    }
    if !term.is_empty() {
        // 2026 + 春季: a calendar year beside a term.
        let in_calendar_year = (period.school_year.is_none() && !year.is_empty())
            .then(|| parse_term(&format!("{}年{term}", year.trim_end_matches('年'))))
            .flatten();
        let (year_of_term, read) = in_calendar_year.or_else(|| parse_term(term))?;
        period.term = Some(read);
        period.school_year = period.school_year.or(year_of_term);
    }
    period.school_year = period.school_year.or(sheet.school_year);
    if term.is_empty() && period.school_year == sheet.school_year {
        period.term = sheet.term;
    }
    if !month.is_empty() {
        let said = parse_months(month, period).or_else(|| {
            // Excel makes a day of 2025-10.
            let day = parse_date(month).ok().flatten().filter(|date| date.is_exact())?;
            let long = month.len() >= 8;
            long.then(|| parse_months(&day.first.format("%Y-%m").to_string(), period)).flatten()
        })?;
        return Some(AwardPeriod { term: said.term.or(period.term), ..said });
    }
    if period.school_year == sheet.school_year && (term.is_empty() || period.term == sheet.term) {
        period.months = sheet.months;
    }
    Some(period)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_with_their_year_are_read_to_the_last() {
        let months = |cell| {
            let period = read_period("", "", cell, AwardPeriod::default()).unwrap();
            period
                .calendar_months()
                .map(|(year, month)| year as u32 * 100 + month)
                .collect::<Vec<_>>()
        };
        let spring = [202503, 202504, 202505, 202506, 202507];
        for cell in [
            "2025年3-7月",
            "2025年3月-7月",
            "2025年3月至2025年7月",
            "2025.3-2025.7",
            "2025.3-7",
            "2025-3-7月",
            "202503-202507",
        ] {
            assert_eq!(months(cell), spring, "{cell}");
        }
        assert_eq!(months("2024年9月-2025年1月"), [202409, 202410, 202411, 202412, 202501]);
        // A day is of its month.
        for cell in ["2025-03-07", "2025.3.7 ", "2025年3月7日", "2025/3/7 0:00", "20250307"] {
            assert_eq!(months(cell), [202503], "{cell}");
        }
        assert_eq!(read_period("", "", "2025年3月-2025年10月", AwardPeriod::default()), None);
    }
}
