//! The payments of a line where their headers tell them apart: what each header says of programme, term and
//! months outweighs what titles say, and months in several columns are one payment for all of them.

use super::cells::cell;
use super::money::{Unit, parse_amount};
use super::period::{parse_months, parse_period_text, parse_term};
use super::period_months::term_of;
use crate::ingest::{LinePayment, says_nothing};
use crate::policy::Policy;
use crate::record::{AwardPeriod, Fen, SchoolYear, Stage};

/// Columns (from 0) with the months whose amounts they hold.
type MonthColumns = Vec<(usize, u16)>;

/// What the headers of one payment say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pays {
    /// The programme; empty where rows or titles say it.
    pub programme: String,
    /// What the headers say of the period; months that stand in columns of their own are not in it.
    pub period: AwardPeriod,
    /// What is added up; empty where one column holds the amount.
    pub months: MonthColumns,
    /// What its figures are in.
    pub unit: Unit,
}

impl Pays {
    /// The payments that one of a line's payments stands for: one, or one for each school year of its
    /// months. `sheet` is what titles say: the programme, and the stage of the school.
    pub(super) fn of(
        payment: &LinePayment,
        (programme, stage): (&str, Option<Stage>),
        policy: &Policy,
    ) -> Vec<Pays> {
        let programme = programme_of(payment, programme, stage, policy);
        let term = parse_term(&payment.term).map_or_else(
            || parse_period_text(&payment.term),
            |(school_year, term)| AwardPeriod { school_year, term: Some(term), months: 0 },
        );
        let mut years: Vec<(Option<SchoolYear>, MonthColumns)> = Vec::new();
        for (column, text) in &payment.months {
            // What names no months holds no amount of any.
            let said = parse_months(text, term).unwrap_or(AwardPeriod { months: 0, ..term });
            match years.iter_mut().find(|(year, _)| *year == said.school_year) {
                Some((_, months)) => months.push((*column, said.months)),
                None => years.push((said.school_year, vec![(*column, said.months)])),
            }
        }
        if years.is_empty() {
            years.push((term.school_year, Vec::new()));
        }
        let one = |(school_year, months)| {
            let programme = programme.clone();
            let period = AwardPeriod { school_year, ..term };
            Pays { programme, period, months, unit: Unit::default() }
        };
        years.into_iter().map(one).collect()
    }

    /// The period of a row, which says `said` itself; `paid` are the months that hold an amount.
    pub(super) fn period(&self, said: AwardPeriod, paid: u16) -> AwardPeriod {
        if self.period == AwardPeriod::default() && paid == 0 {
            return said;
        }
        let own = AwardPeriod { months: self.period.months | paid, ..self.period };
        let term = own.term.or_else(|| term_of(own.months));
        let same_term = own.term.is_none() || own.term == said.term || said.term.is_none();
        AwardPeriod {
            // A title's year that the header's own contradicts is another one's.
            school_year: own.school_year.or(said.school_year),
            term: term.or(if own.months == 0 { said.term } else { None }),
            months: match own.months {
                0 if same_term && own.school_year.is_none_or(|y| said.school_year == Some(y)) => {
                    said.months
                }
                months => months,
            },
        }
    }

    /// The sum of a row's months and which of them hold an amount, nought in all months included; the cell
    /// that is no figure where one is none, a blank one where nothing stands in any.
    pub(super) fn sum<'c>(&self, cells: &[&'c str]) -> Result<(Fen, u16), (usize, &'c str)> {
        let (mut sum, mut paid, mut said) = (Fen(0), 0, false);
        for &(column, months) in &self.months {
            let cell = cell(cells, column);
            if says_nothing(cell) {
                continue;
            }
            let amount =
                parse_amount(cell, self.unit).filter(|_| months != 0).ok_or((column, cell))?;
            sum = Fen(sum.0.checked_add(amount.0).ok_or((column, cell))?);
            said = true;
            if amount != Fen(0) {
                paid |= months;
            }
        }
        let first = self.months.first().map_or(usize::MAX, |&(column, _)| column);
        if said { Ok((sum, paid)) } else { Err((first, "")) }
    }
}

/// The name of the programme that headers name, as the catalogue has it: by itself, at the stage of the
/// school, or as the programme of the title, if that is the same in more words.
fn programme_of(
    payment: &LinePayment,
    of_title: &str,
    stage: Option<Stage>,
    policy: &Policy,
) -> String {
    let said = &payment.programme;
    if said.is_empty() {
        return String::new();
    }
    if let Some(name) = policy.programme_name_in(said, stage) {
        return name;
    }
    if of_title.contains(said.as_str()) { of_title.to_string() } else { said.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{HeaderBook, plan_sheet};
    use crate::record::Term;

    fn payment(programme: &str, term: &str, months: &[&str]) -> LinePayment {
        let months = (5..).zip(months).map(|(at, text)| (at, text.to_string())).collect();
        LinePayment { programme: programme.into(), term: term.into(), months }
    }

    #[test]
    fn headers_name_programmes_as_the_school_has_them() {
        let policy = Policy::shipped().unwrap();
        let vocational = Some(Stage::Vocational);
        for (said, title, stage, expected) in [
            ("中职国家助学金", "", None, "中职国家助学金"),
            ("国家助学金", "", vocational, "中职国家助学金"),
            ("免学费", "", vocational, "中职免学费"),
            ("国家助学金", "", Some(Stage::Senior), "普通高中国家助学金"),
            ("国家助学金", "中职国家助学金", None, "中职国家助学金"),
            ("国家助学金", "", None, "国家助学金"),
            ("县励志奖学金", "中职国家助学金", vocational, "县励志奖学金"),
            ("", "中职国家助学金", vocational, ""),
        ] {
            let pays = Pays::of(&payment(said, "", &[]), (title, stage), &policy);
            assert_eq!(pays[0].programme, expected, "{said} {title} {stage:?}");
        }
    }

    #[test]
    fn months_are_added_up_and_only_those_with_an_amount_were_paid() {
        let policy = Policy::shipped().unwrap();
        let pays = Pays::of(&payment("", "", &["9月", "10月", "11月"]), ("", None), &policy);
        let row = ["", "", "", "", "", "230", "/", "230.00"];
        let (sum, paid) = pays[0].sum(&row).unwrap();
        let title = AwardPeriod {
            school_year: Some(SchoolYear(2025)),
            term: Some(Term::Autumn),
            months: 0,
        };
        assert_eq!((sum, paid), (Fen(46000), 0b101));
        assert_eq!(pays[0].period(title, paid), AwardPeriod { months: 0b101, ..title });
        let bad = ["", "", "", "", "", "230", "有", ""];
        assert_eq!(pays[0].sum(&bad), Err((6, "有")));
        assert_eq!(pays[0].sum(&[]), Err((5, "")));
        // Nought is a figure, a stroke is none.
        assert_eq!(pays[0].sum(&["", "", "", "", "", "0", "0", "/"]), Ok((Fen(0), 0)));
        assert_eq!(pays[0].sum(&["", "", "", "", "", "/", "/", "/"]), Err((5, "")));
    }

    #[test]
    fn whatever_months_a_plan_names_are_read() {
        let book = HeaderBook::shipped().unwrap();
        let parts =
            ["9", "9月", "10月份", "九", "十月", "8月", "1月", "2025年9月", "次年1月", "2026年3"];
        let mut understood = 0;
        for joint in ["-", "至", "到", "、", "，", "和", "及", "—"] {
            for (one, other) in parts.iter().flat_map(|one| parts.map(|other| (one, other))) {
                let header = format!("{one}{joint}{}月", other.trim_end_matches(['月', '份']));
                let rows = [["姓名", "身份证号", &header], ["王小明", "330127201203051012", "460"]];
                let rows = rows.map(|row| row.map(String::from).to_vec());
                let named = "一中国家助学金发放表.csv";
                let Ok(plan) = plan_sheet(&book, named, "", &rows, None, None, &[]) else {
                    continue;
                };
                for (_, text) in plan.payments.iter().flat_map(|payment| &payment.months) {
                    let said = parse_months(text, AwardPeriod::default());
                    assert!(said.is_some_and(|said| said.months != 0), "{header}");
                    understood += 1;
                }
            }
        }
        assert!(understood > 100, "{understood}");
    }

    #[test]
    fn months_of_two_school_years_are_two_payments() {
        let policy = Policy::shipped().unwrap();
        let pays = Pays::of(&payment("", "", &["2025年7月", "2025年9月"]), ("", None), &policy);
        let years: Vec<_> = pays.iter().map(|one| one.period.school_year).collect();
        assert_eq!(years, [Some(SchoolYear(2024)), Some(SchoolYear(2025))]);
    }

    #[test]
    fn a_header_s_term_outweighs_the_title_s() {
        let policy = Policy::shipped().unwrap();
        let title = AwardPeriod { school_year: Some(SchoolYear(2024)), term: None, months: 0 };
        let of = |term| Pays::of(&payment("", term, &[]), ("", None), &policy)[0].period(title, 0);
        let year = Some(SchoolYear(2024));
        assert_eq!(
            of("春季"),
            AwardPeriod { school_year: year, term: Some(Term::Spring), months: 0 }
        );
        let of_next = of("2025年秋季学期");
        assert_eq!(
            (of_next.school_year, of_next.term),
            (Some(SchoolYear(2025)), Some(Term::Autumn))
        );
    }
}
