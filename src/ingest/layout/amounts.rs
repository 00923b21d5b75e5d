//! Several amounts on a pupil's line: programmes, terms or months side by side, each in a column of its own.
//! What tells them apart stands in their headers, or in the groups over them.

use std::collections::BTreeMap;

use super::columns::{ColumnPlan, How};
use super::figures::{Figures, Reading, adds_up};
use super::headers::{HeaderBook, normalize};
use super::payments_of_line::{Candidate, LinePayment, grouped, share_out};
use crate::record::Field;

/// What is known of the amounts of a sheet.
#[derive(Debug, Default)]
pub(super) struct Amounts {
    /// Empty where a line holds one amount in one column whose header says no more.
    pub(super) payments: Vec<LinePayment>,
    /// Headers of columns that look like amounts of their own and are not read.
    pub(super) unread: Vec<String>,
    /// The column that they do not add up to, though it is headed as their sum.
    pub(super) not_the_sum: Option<String>,
}

/// Columns of amounts on a line at most: months of several programmes. More are not read.
const MOST_AMOUNTS: usize = 120;

/// Payments to one pupil on a line at most.
const MOST_PAYMENTS: usize = 30;

/// What titles or names say of the amounts below them.
#[derive(Debug, Clone, Copy)]
pub(super) struct TitlesSay {
    /// Money is handed out, or those are listed who get some.
    pub(super) pays: bool,
    /// And it is aid, by which fees are not paid.
    pub(super) relieves: bool,
    /// The school takes money in.
    pub(super) charges: bool,
}

/// Finds the amounts of a sheet of pupils, and says so in the plans. What a school takes in is none.
pub(super) fn find_amounts(
    book: &HeaderBook,
    columns: &mut [ColumnPlan],
    reading: Reading,
    titles: TitlesSay,
) -> Amounts {
    let mut amounts = amounts_of_pupils(book, columns, reading, titles);
    if titles.pays {
        amounts.unread.extend(fees(book, columns, reading));
    }
    amounts
}

/// Fees that nothing in their headers says to be aid.
fn fees(book: &HeaderBook, columns: &[ColumnPlan], reading: Reading) -> Vec<String> {
    let unread = columns.iter().filter(|column| column.how == How::Unknown);
    let fees = unread.filter(|column| {
        let label = book.amounts.label(&column.groups, &column.header);
        !label.fee.is_empty() && reading.figures(column, label.sums) == Figures::Money
    });
    fees.map(ColumnPlan::full_header).collect()
}

fn amounts_of_pupils(
    book: &HeaderBook,
    columns: &mut [ColumnPlan],
    reading: Reading,
    titles: TitlesSay,
) -> Amounts {
    let pays = titles.pays;
    let of_pupil =
        |field| matches!(field, Some(Field::Name | Field::IdNumber | Field::StudentNumber));
    if !columns.iter().any(|column| of_pupil(column.field)) {
        return Amounts::default();
    }
    // Beside fees that pupils pay a bare amount is theirs.
    let paid_by_pupils = !pays && !fees(book, columns, reading).is_empty();
    drop_charges(book, columns, titles.charges, paid_by_pupils);
    let amount = |column: &ColumnPlan| column.field == Some(Field::Amount);
    if titles.charges && !columns.iter().any(amount) {
        return Amounts::default();
    }
    let mut candidates = candidates(book, columns, reading, titles.relieves);
    if paid_by_pupils {
        candidates.retain(|one| is_payment(one) || columns[one.at].how == How::Forced);
    }
    let of_money = |candidate: &&Candidate| candidate.figures == Figures::Money;
    let mut labelled: Vec<&Candidate> = candidates.iter().filter(|one| is_payment(one)).collect();
    // Of what the configuration names as amounts it is believed.
    let forced = |one: &Candidate| columns[one.at].how == How::Forced;
    let believed = columns.iter().any(|column| amount(column) && column.how == How::Forced);
    let mut amounts = Amounts::default();
    if believed {
        let left_out = labelled.iter().filter(|one| !forced(one));
        amounts.unread = left_out.map(|one| columns[one.at].full_header()).collect();
        labelled.retain(|one| forced(one));
    }
    if !labelled.iter().any(of_money) {
        let mut plain = plain(&candidates, columns, pays);
        plain.unread.extend(amounts.unread);
        return plain;
    }
    let headers = |columns: &[ColumnPlan]| {
        labelled.iter().map(|one| columns[one.at].full_header()).collect::<Vec<_>>()
    };
    let unread = |columns: &[ColumnPlan], not_the_sum| Amounts {
        payments: Vec::new(),
        unread: [headers(columns), amounts.unread.clone()].concat(),
        not_the_sum,
    };
    if candidates.len() > MOST_AMOUNTS {
        return unread(columns, None);
    }
    let parts: Vec<usize> = labelled.iter().map(|one| one.at).collect();
    let mut sums: Vec<usize> = Vec::new();
    let mut proved = false;
    for other in candidates.iter().filter(of_money).filter(|one| !parts.contains(&one.at)) {
        if other.label.says_which() && !other.label.total && !other.label.standard {
            // Left out by the configuration.
            continue;
        }
        // The sum of a group has the parts of the group. Without merged cells what stands behind the last
        // group may be counted to it.
        let group = &columns[other.at].groups;
        let of_group = |at: &usize| columns[*at].groups.starts_with(group);
        let of_group: Vec<usize> = parts.iter().copied().filter(of_group).collect();
        let all = adds_up(reading, columns, &parts, other.at);
        let found = match other.label.total && all != Some(true) {
            true => adds_up(reading, columns, &of_group, other.at).or(all),
            false => all,
        };
        match found {
            Some(true) => {
                proved |= all == Some(true);
                sums.push(other.at);
            }
            Some(false) if other.label.standard || believed => {}
            // The parts are not all of it, or something else: neither may be guessed.
            Some(false) => return unread(columns, Some(columns[other.at].full_header())),
            None => {}
        }
    }
    let speaks_of_money =
        |one: &&Candidate| one.label.money || columns[one.at].field == Some(Field::Amount);
    let payments = grouped(&labelled, columns).filter(|all| all.len() <= MOST_PAYMENTS);
    let Some(payments) = payments else { return unread(columns, None) };
    if !(pays || proved || labelled.iter().all(speaks_of_money)) {
        return unread(columns, None);
    }
    let serving = headers(columns).join("、");
    for sum in sums {
        let column = &mut columns[sum];
        (column.field, column.how) = (None, How::SecondChoice);
        column.offer = Some((Field::Amount, serving.clone()));
    }
    let several = payments.len() > 1;
    for (at, (payment, of_payment)) in payments.into_iter().enumerate() {
        for candidate in of_payment {
            let column = &mut columns[candidate.at];
            if column.how != How::Forced {
                column.how = match column.field {
                    Some(_) if payment.months.is_empty() => column.how,
                    _ if payment.months.is_empty() => How::Content,
                    _ => How::Part,
                };
            }
            (column.field, column.offer) = (Some(Field::Amount), None);
            column.payment = several.then_some(at);
        }
        amounts.payments.push(payment);
    }
    if several {
        share_out(columns);
    }
    amounts.unread.extend(marked_only(book, columns, &amounts.payments));
    amounts
}

/// Amounts that pupils pay are no payments to them; of what the configuration names it is believed.
fn drop_charges(book: &HeaderBook, columns: &mut [ColumnPlan], all: bool, bare: bool) {
    for column in columns.iter_mut() {
        let amount = column.field == Some(Field::Amount) && column.how != How::Forced;
        let label = || book.amounts.label(&column.groups, &column.header);
        if amount && (all || label().charge || (bare && !label().says_which())) {
            (column.field, column.how) = (None, How::Unknown);
        }
    }
}

/// Columns beside amounts that are headed like them, but hold something else: 已发 below 9月.
fn marked_only(book: &HeaderBook, columns: &[ColumnPlan], payments: &[LinePayment]) -> Vec<String> {
    let unread = columns.iter().filter(|column| column.how == How::Unknown && !column.blank);
    let unread = unread.filter(|column| {
        let own = book.amounts.label(&[], &column.header);
        let label = book.amounts.label(&column.groups, &column.header);
        let read = payments.iter().any(|payment| {
            payment.programme == label.programme
                && payment.term == label.term
                && (label.months.is_empty()
                    || payment.months.iter().any(|(_, m)| *m == label.months))
        });
        own.says_which() && !own.other && !label.total && !label.standard && !read
    });
    unread.map(ColumnPlan::full_header).collect()
}

fn candidates(
    book: &HeaderBook,
    columns: &[ColumnPlan],
    reading: Reading,
    relieved: bool,
) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = columns
        .iter()
        .filter(|column| !column.header.trim().is_empty())
        .filter(|column| match column.field {
            Some(field) => field == Field::Amount,
            None => column.how == How::Unknown,
        })
        .filter_map(|column| {
            let own = book.amounts.label(&[], &column.header);
            let is_amount = column.field == Some(Field::Amount);
            // A group alone makes no amount of what stands below it.
            let speaks = is_amount || own.total || own.money || own.says_which() || own.is_bare();
            let label = book.amounts.label(&column.groups, &column.header);
            let label = if relieved { label.relieved() } else { label };
            // What the configuration names is an amount, of whichever months.
            let label = match column.how {
                How::Forced if label.unclear_months => label.without_months(),
                _ => label,
            };
            // A fee that is not paid by the pupil.
            let speaks = speaks || (!own.fee.is_empty() && label.fee.is_empty());
            let figures = reading.figures(column, label.sums);
            (speaks && (is_amount || !label.other) && figures != Figures::None)
                .then_some(Candidate { at: column.index, label, figures })
        })
        .collect();
    // A sum within a group is its amount where the group holds no other.
    let mut of_group: BTreeMap<&[String], usize> = BTreeMap::new();
    for one in candidates.iter().filter(|one| !one.label.standard) {
        *of_group.entry(&columns[one.at].groups).or_default() += 1;
    }
    for one in &mut candidates {
        let groups = columns[one.at].groups.as_slice();
        let alone = !groups.is_empty() && of_group.get(groups) == Some(&1);
        if one.label.total && one.label.says_which() && !one.label.standard && alone {
            one.label.total = false;
        }
    }
    candidates
}

fn is_payment(candidate: &Candidate) -> bool {
    let label = &candidate.label;
    label.says_which() && !label.standard && !label.total
}

/// The amounts of a sheet none of whose columns says which payment it holds: where no header is known as
/// one, a column may be (补助（元）).
fn plain(candidates: &[Candidate], columns: &mut [ColumnPlan], pays: bool) -> Amounts {
    if columns.iter().any(|column| column.field == Some(Field::Amount)) {
        return Amounts::default();
    }
    let money = || candidates.iter().filter(|one| one.figures == Figures::Money);
    let bare: Vec<&Candidate> =
        money().filter(|one| !one.label.standard && !one.label.total).collect();
    match bare[..] {
        [only] if !only.label.says_which() && (pays || only.label.money) => {
            let column = &mut columns[only.at];
            (column.field, column.how, column.offer) = (Some(Field::Amount), How::Content, None);
            Amounts::default()
        }
        _ => Amounts {
            unread: money().map(|one| columns[one.at].full_header()).collect(),
            ..Amounts::default()
        },
    }
}

/// Amounts that another column was taken instead of though they are no other word for it: not what is due
/// or what came to the account, but other figures. By their headers.
pub(super) fn dropped_amounts(
    book: &HeaderBook,
    columns: &[ColumnPlan],
    reading: Reading,
) -> Vec<String> {
    let serves = |column: &&ColumnPlan| {
        column.field == Some(Field::Amount) && column.how != How::SecondChoice
    };
    let Some(serving) = columns.iter().find(serves) else { return Vec::new() };
    let another_word = |column: &ColumnPlan| {
        let header = normalize(&column.header);
        book.amounts.label(&column.groups, &column.header).standard
            || book.amounts.says_how_far(&header)
    };
    let differ = |column: &&ColumnPlan| {
        let pairs = reading.rows.iter().filter_map(|row| {
            Some((reading.figure_at(row, serving)?, reading.figure_at(row, column)?))
        });
        let (mut compared, mut different) = (0, 0);
        pairs.for_each(|(a, b)| {
            compared += 1;
            different += usize::from(a != b);
        });
        compared == 0 || different > 0
    };
    columns
        .iter()
        .filter(|column| matches!(column.offer, Some((Field::Amount, _))))
        .filter(|column| column.how == How::SecondChoice)
        .filter(|column| {
            let label = book.amounts.label(&column.groups, &column.header);
            reading.figures(column, label.sums) == Figures::Money
        })
        .filter(|column| !another_word(column) && !another_word(serving) && differ(column))
        .map(ColumnPlan::full_header)
        .collect()
}

#[cfg(test)]
#[path = "amounts_tests.rs"]
mod tests;
