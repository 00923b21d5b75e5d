//! The aid that pupils draw, as the programmes usually pay it.

use super::rows::{EnrollmentRow, PaymentRow, RowOf, Unit};
use super::world::Draft;
use crate::record::{Stage, Term};

/// The monthly grant of vocational pupils.
pub(crate) const VOCATIONAL_GRANT: &str = "中职国家助学金";
/// The waiver of vocational fees, paid to the school by term.
pub(crate) const VOCATIONAL_WAIVER: &str = "中职免学费";
/// The grant of senior-high pupils, paid by term.
pub(crate) const SENIOR_GRANT: &str = "普通高中国家助学金";
/// The living grant of compulsory education, paid by term.
pub(crate) const COMPULSORY_GRANT: &str = "义务教育家庭经济困难学生生活补助";
/// The kindergarten grant, paid by term.
pub(crate) const PRESCHOOL_GRANT: &str = "学前教育资助";
/// Fen of one month of the vocational grant since spring 2025.
pub(crate) const MONTHLY_FEN: i64 = 23_000;

impl Draft<'_> {
    /// Gives the pupil of a line his aid, if he is one of those who draw any, and says whether.
    pub(crate) fn usual_aid(&mut self, unit: &mut Unit, row: &EnrollmentRow) -> bool {
        let before = unit.payments.len();
        match self.stage_of(row) {
            Stage::Preschool if row.grade == 3 => {}
            Stage::Vocational => {
                if self.rng.chance(280) {
                    for payment in self.regular(row) {
                        unit.pay(payment);
                    }
                }
                if self.rng.chance(170) {
                    let payment = self.waiver(row);
                    unit.pay(payment);
                }
            }
            stage => {
                let share = if stage == Stage::Senior { 190 } else { 95 };
                if self.rng.chance(share) {
                    for payment in self.regular(row) {
                        unit.pay(payment);
                    }
                }
            }
        }
        unit.payments.len() > before
    }

    /// The payments of this autumn for a pupil of that line: two months, or the term.
    pub(crate) fn regular(&mut self, row: &EnrollmentRow) -> Vec<PaymentRow> {
        let (programme, fen) = match self.stage_of(row) {
            Stage::Vocational => {
                return [9, 10]
                    .map(|month| self.payment(row, VOCATIONAL_GRANT, Some(month), MONTHLY_FEN))
                    .into();
            }
            Stage::Preschool => (PRESCHOOL_GRANT, self.rng.pick(&[50_000, 100_000])),
            Stage::Primary => (COMPULSORY_GRANT, self.rng.pick(&[62_500, 31_250])),
            Stage::Junior => (COMPULSORY_GRANT, self.rng.pick(&[75_000, 37_500])),
            _ => (SENIOR_GRANT, self.rng.pick(&[60_000, 115_000, 115_000, 175_000])),
        };
        vec![self.payment(row, programme, None, fen)]
    }

    /// The waiver of the term for a vocational pupil.
    pub(crate) fn waiver(&mut self, row: &EnrollmentRow) -> PaymentRow {
        PaymentRow { card: String::new(), ..self.payment(row, VOCATIONAL_WAIVER, None, 100_000) }
    }

    /// One payment of this autumn.
    pub(crate) fn payment(
        &self,
        row: &EnrollmentRow,
        programme: &'static str,
        month: Option<u32>,
        fen: i64,
    ) -> PaymentRow {
        PaymentRow {
            name: row.name.clone(),
            number: row.number.clone(),
            school: row.school,
            grade: row.grade,
            class: row.class,
            programme,
            school_year: self.calendar().year,
            term: Term::Autumn,
            month,
            fen,
            pay_date: self.calendar().pay_day(month),
            status: "已发放",
            phone: row.phone.clone(),
            card: row.card.clone(),
            regular: true,
        }
    }

    /// Pays all that is regular for a line and says which rows they are.
    pub(crate) fn pay_regular(&mut self, unit: &mut Unit, row: &EnrollmentRow) -> Vec<RowOf> {
        self.regular(row).into_iter().map(|payment| unit.pay(payment)).collect()
    }

    fn stage_of(&self, row: &EnrollmentRow) -> Stage {
        self.world.county.schools[row.school].stage
    }
}
