//! Effective payments by person, programme and instalment (design, section 6, Effective payments).
//!
//! Failed, returned, pending and cancelled payments do not count; a reversal takes its original with
//! it; the same payment in two files is one payment; a back payment belongs to the instalment it is for.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::identity::{NOBODY, Persons};
use crate::normalize::{Dataset, SchoolId, parse_months};
use crate::policy::{Cadence, Instalment, Policy, ProgrammeId, Slot};
use crate::record::{AwardPeriod, Fen, LabelId, Payment, PaymentStatus, SchoolYear};

/// A programme of the policy, or one under its own name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProgrammeKey {
    Known(ProgrammeId),
    /// Checked for repeats under its own name, fed to no other rule.
    Unknown(LabelId),
}

/// One effective payment for one instalment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Paid {
    pub person: u32,
    pub programme: ProgrammeKey,
    pub instalment: Instalment,
    /// The programme is paid by the month but only the term is known: the instalment is the term, and
    /// only sums can be compared.
    pub coarse: bool,
    /// The period was taken from the pay date.
    pub inferred: bool,
    /// Variant of the programme (boarder, day …), 255 where none is said.
    pub variant: u8,
    pub payment: u32,
}

/// All effective payments of a run, sorted by person, programme and instalment.
#[derive(Debug, Default)]
pub struct PaidInstalments {
    pub entries: Vec<Paid>,
    /// Payments whose instalment is not known at all.
    pub without_period: Vec<u32>,
    /// Payments that stand in two files and count once.
    pub same_in_two_files: u64,
}

type Programmes = FxHashMap<LabelId, (ProgrammeKey, u8)>;

/// Persons that one thread takes at a time.
const GROUPS_AT_A_TIME: usize = 4096;

/// The programme and variant of a programme's text.
fn programme_in(programmes: &Programmes, label: LabelId) -> (ProgrammeKey, u8) {
    programmes.get(&label).copied().unwrap_or((ProgrammeKey::Unknown(label), NO_VARIANT))
}

impl PaidInstalments {
    /// Builds the table, persons on several threads. Linear in the payments; a person's are few.
    pub fn build(data: &Dataset, persons: &Persons, policy: &Policy) -> PaidInstalments {
        let mut programmes = FxHashMap::default();
        for &label in &data.payments.columns.programme {
            programmes.entry(label).or_insert_with(|| resolve(data, policy, label));
        }
        let mut by_person: Vec<(u32, u32)> = persons
            .of_payment
            .iter()
            .enumerate()
            .filter(|&(_, &person)| person != NOBODY)
            .map(|(index, &person)| (person, index as u32))
            .collect();
        by_person.par_sort_unstable();
        let groups: Vec<&[(u32, u32)]> = by_person.chunk_by(|a, b| a.0 == b.0).collect();
        let parts: Vec<PaidInstalments> = groups
            .par_chunks(GROUPS_AT_A_TIME)
            .map(|groups| {
                let mut part = PaidInstalments::default();
                groups.iter().for_each(|group| part.add_person(data, policy, &programmes, group));
                part
            })
            .collect();
        let mut paid = PaidInstalments::default();
        for mut part in parts {
            paid.entries.append(&mut part.entries);
            paid.without_period.append(&mut part.without_period);
            paid.same_in_two_files += part.same_in_two_files;
        }
        paid.entries.par_sort_unstable();
        paid
    }

    /// Adds a person's payments: pairs of person and payment.
    fn add_person(
        &mut self,
        data: &Dataset,
        policy: &Policy,
        programmes: &Programmes,
        group: &[(u32, u32)],
    ) {
        let mut payments: Vec<u32> = group.iter().map(|&(_, payment)| payment).collect();
        let before = payments.len();
        if before > 1 {
            one_of_two_files(data, &mut payments);
            self.same_in_two_files += (before - payments.len()) as u64;
            take_reversed(data, &mut payments);
        }
        payments.retain(|&payment| counts(data, payment));
        for payment in payments {
            let label = data.payments.columns.programme[payment as usize];
            self.add(data, policy, programme_in(programmes, label), group[0].0, payment);
        }
    }

    fn add(
        &mut self,
        data: &Dataset,
        policy: &Policy,
        (programme, variant): (ProgrammeKey, u8),
        person: u32,
        payment: u32,
    ) {
        let record = data.payments.get(payment as usize);
        let cadence = match programme {
            ProgrammeKey::Known(id) => policy.programme(id).cadence,
            ProgrammeKey::Unknown(_) if record.period.months != 0 => Cadence::Month,
            ProgrammeKey::Unknown(_) => Cadence::Term,
        };
        let mut inferred = false;
        let record =
            Payment { period: period_in_note(data, &record).unwrap_or(record.period), ..record };
        let mut instalments = instalments_of(policy, cadence, record.period);
        let mut coarse = false;
        if instalments.is_empty() {
            let mut period = record.period;
            if period.school_year.is_none() || (period.term.is_none() && cadence != Cadence::Year) {
                let Some(date) = record.pay_date.filter(|date| date.is_exact()) else {
                    self.without_period.push(payment);
                    return;
                };
                use chrono::Datelike;
                let year = SchoolYear::of(date.first);
                if period.school_year.is_some_and(|said| said != year) {
                    self.without_period.push(payment);
                    return;
                }
                inferred = true;
                let term = policy.term_of_month(date.first.month());
                period = AwardPeriod {
                    school_year: Some(year),
                    term: period.term.or(Some(term)),
                    months: 0,
                };
            }
            coarse = cadence == Cadence::Month;
            let known = if coarse { Cadence::Term } else { cadence };
            instalments = instalments_of(policy, known, period);
        }
        if instalments.is_empty() {
            self.without_period.push(payment);
        }
        for instalment in instalments {
            self.entries.push(Paid {
                person,
                programme,
                instalment,
                coarse,
                inferred,
                variant,
                payment,
            });
        }
    }
}

/// The instalments that a period names under a cadence; empty where it says too little.
fn instalments_of(policy: &Policy, cadence: Cadence, period: AwardPeriod) -> Vec<Instalment> {
    let Some(school_year) = period.school_year else { return Vec::new() };
    let slots: Vec<Slot> = match cadence {
        Cadence::Month => {
            period.calendar_months().map(|(_, month)| Slot::Month(month as u8)).collect()
        }
        Cadence::Term => match period.term {
            Some(term) => vec![Slot::Term(term)],
            None => {
                let mut terms: Vec<_> = period
                    .calendar_months()
                    .map(|(_, month)| policy.term_of_month(month))
                    .collect();
                terms.dedup();
                terms.into_iter().map(Slot::Term).collect()
            }
        },
        Cadence::Year => vec![Slot::Year],
    };
    slots.into_iter().map(|slot| Instalment { school_year, slot }).collect()
}

const NO_VARIANT: u8 = u8::MAX;

/// The month that a back payment is for, where a note says so: `补发1月助学金`, `补发2024年12月`.
fn period_in_note(data: &Dataset, record: &Payment) -> Option<AwardPeriod> {
    let note = data.labels.get(record.note);
    let (_, behind) = note.split_once('补')?;
    let said: String = behind
        .trim_start_matches(['发', '付', '助'])
        .chars()
        .take_while(|c| c.is_ascii_digit() || "年月-—~～、至和到".contains(*c))
        .collect();
    if !said.contains('月') {
        return None;
    }
    let year = AwardPeriod { school_year: record.period.school_year, ..AwardPeriod::default() };
    parse_months(said.trim_end_matches(['、', '和', '至', '到']), year)
}

fn resolve(data: &Dataset, policy: &Policy, label: LabelId) -> (ProgrammeKey, u8) {
    let text = data.labels.get(label);
    match policy.programme_of(text).or_else(|| policy.programme_in(text)) {
        Some((id, variant)) => (ProgrammeKey::Known(id), variant.unwrap_or(NO_VARIANT)),
        None => (ProgrammeKey::Unknown(label), NO_VARIANT),
    }
}

/// Whether a payment, taken alone, counts.
fn counts(data: &Dataset, payment: u32) -> bool {
    let columns = &data.payments.columns;
    columns.status[payment as usize].is_effective() && columns.amount[payment as usize] > Fen(0)
}

/// Drops a payment that an earlier file holds with equal programme, period, amount, date and card.
/// Where neither names a date or a card, only within one school.
fn one_of_two_files(data: &Dataset, payments: &mut Vec<u32>) {
    let file = |payment: u32| data.sheet(data.payments.columns.sheet[payment as usize]).file;
    let mut kept: Vec<u32> = Vec::with_capacity(payments.len());
    for &payment in payments.iter() {
        let twin = kept
            .iter()
            .any(|&other| file(other) != file(payment) && same_payment(data, other, payment));
        if !twin {
            kept.push(payment);
        }
    }
    *payments = kept;
}

fn same_payment(data: &Dataset, a: u32, b: u32) -> bool {
    let (first, second) = (data.payments.get(a as usize), data.payments.get(b as usize));
    let schools = (data.paying_school(a as usize), data.paying_school(b as usize));
    let same_school =
        schools.0 == schools.1 || schools.0 == SchoolId(0) || schools.1 == SchoolId(0);
    (first.programme, first.period, first.amount, first.pay_date, first.status)
        == (second.programme, second.period, second.amount, second.pay_date, second.status)
        && data.payments.text(first.card) == data.payments.text(second.card)
        && same_school
}

/// A reversal takes its original with it: the latest effective payment of equal programme, period and
/// size that is not later than the reversal.
fn take_reversed(data: &Dataset, payments: &mut Vec<u32>) {
    let reversals: Vec<u32> = payments
        .iter()
        .copied()
        .filter(|&payment| {
            let record = data.payments.get(payment as usize);
            record.amount < Fen(0)
                && !matches!(record.status, PaymentStatus::Failed | PaymentStatus::Pending)
                || record.status == PaymentStatus::Reversed
        })
        .collect();
    for reversal in reversals {
        let taking = data.payments.get(reversal as usize);
        let original = payments
            .iter()
            .copied()
            .filter(|&payment| payment != reversal && counts(data, payment))
            .filter(|&payment| {
                let record = data.payments.get(payment as usize);
                record.programme == taking.programme
                    && record.period == taking.period
                    && record.amount.0 == taking.amount.0.abs()
                    && match (record.pay_date, taking.pay_date) {
                        (Some(paid), Some(back)) => paid.first <= back.last,
                        _ => true,
                    }
            })
            .max_by_key(|&payment| {
                (data.payments.columns.pay_date[payment as usize], std::cmp::Reverse(payment))
            });
        payments.retain(|&payment| payment != reversal && Some(payment) != original);
    }
}
