//! The payments that stand on one line: which columns make up each of them.

use std::collections::BTreeMap;

use super::amount_words::Label;
use super::columns::ColumnPlan;
use super::figures::Figures;
use super::headers::normalize;
use crate::record::Field;

/// One of the payments that the lines of a sheet hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinePayment {
    /// The programme that its headers name; empty where they name none.
    pub programme: String,
    /// The term that its headers name; empty where they name none.
    pub term: String,
    /// Columns (from 0) and their months, where it stands in several; they are added up.
    pub months: Vec<(usize, String)>,
}

/// A column of figures.
pub(super) struct Candidate {
    pub(super) at: usize,
    pub(super) label: Label,
    pub(super) figures: Figures,
}

/// The payments that the labels tell apart, each with its columns. `None` where they do not: two columns for
/// one month, months beside an amount that names none, months of two school years in one column, or 元 beside 万元.
pub(super) fn grouped<'a>(
    labelled: &[&'a Candidate],
    columns: &[ColumnPlan],
) -> Option<Vec<(LinePayment, Vec<&'a Candidate>)>> {
    let mut payments: Vec<(LinePayment, Vec<&Candidate>)> = Vec::new();
    for candidate in labelled {
        let Label { programme, term, months, .. } = &candidate.label;
        let same = |payment: &LinePayment| payment.programme == *programme && payment.term == *term;
        let place = payments.iter().position(|(payment, _)| same(payment)).unwrap_or_else(|| {
            let (programme, term) = (programme.clone(), term.clone());
            payments.push((LinePayment { programme, term, months: Vec::new() }, Vec::new()));
            payments.len() - 1
        });
        let (payment, of_payment) = &mut payments[place];
        // 应发 and 实发 of one payment stand side by side, two of one header do not.
        let header = |at: usize| normalize(&columns[at].header);
        let twice = of_payment.iter().any(|one| {
            one.label.months == *months
                && (!months.is_empty() || header(one.at) == header(candidate.at))
        });
        let mixed = of_payment.iter().any(|one| one.label.months.is_empty() != months.is_empty());
        let unit = |at: usize| columns[at].in_ten_thousands(false);
        let units = of_payment.iter().any(|one| unit(one.at) != unit(candidate.at));
        if twice || mixed || units || candidate.label.unclear_months {
            return None;
        }
        if !months.is_empty() {
            payment.months.push((candidate.at, months.clone()));
        }
        of_payment.push(candidate);
    }
    Some(payments)
}

/// Gives day, card and status to the payment under whose group they stand, or behind whose amount: the same
/// headers follow each of the amounts.
pub(super) fn share_out(columns: &mut [ColumnPlan]) {
    let of_payment = |field: Option<Field>| {
        matches!(
            field,
            Some(
                Field::PayDate
                    | Field::Card
                    | Field::CardHolder
                    | Field::Bank
                    | Field::PaymentStatus
                    | Field::ReviewStatus
                    | Field::FailureReason
                    | Field::Batch
                    | Field::Level
                    | Field::MonthCount
                    | Field::Note
                    | Field::Signature
            )
        )
    };
    let mut by_header: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for column in columns.iter().filter(|column| of_payment(column.field)) {
        by_header.entry(normalize(&column.header)).or_default().push(column.index);
    }
    let amounts: Vec<(usize, usize)> =
        columns.iter().filter_map(|column| Some((column.index, column.payment?))).collect();
    let given = by_header.into_values().flatten().filter_map(|at| {
        let groups = &columns[at].groups;
        let under = amounts
            .iter()
            .find(|(amount, _)| !groups.is_empty() && columns[*amount].groups == *groups);
        Some((at, under?.1))
    });
    let given: Vec<(usize, usize)> = given.collect();
    for (at, payment) in given {
        columns[at].payment = Some(payment);
    }
    // Without groups: as many columns of one header as payments, one behind each amount.
    let mut flat: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for column in columns.iter().filter(|c| of_payment(c.field) && c.payment.is_none()) {
        flat.entry(normalize(&column.header)).or_default().push(column.index);
    }
    for places in flat.into_values().filter(|places| places.len() > 1) {
        let before = |at: usize| amounts.iter().rev().find(|(amount, _)| *amount < at);
        let behind: Vec<Option<usize>> =
            places.iter().map(|&at| before(at).map(|&(_, payment)| payment)).collect();
        let mut told: Vec<usize> = behind.iter().flatten().copied().collect();
        told.dedup();
        if told.len() == places.len() {
            for (at, payment) in places.into_iter().zip(behind) {
                columns[at].payment = payment;
            }
        }
    }
}
