//! `repeat-payment` (重复发放): one person, one programme, one instalment, more than one effective payment.
//!
//! Flags: 230 yuan for October 2025 paid on 11-05 and again on 11-20. Does not flag: a failed payment sent
//! again; a reversal and its payment; November and March paid on one day in March; 100 + 130 for a level
//! of 230 (one split transfer); programmes that combine; two variants (boarder, day) of one programme.
//! Where only the term of a monthly programme is known, sums are held against the term's cap. Needs a
//! person, a programme, an amount and a period. Source: design, section 6; domain, section 4.1.

use std::collections::BTreeSet;

use super::payments::{Paid, ProgrammeKey};
use super::{CaseKind, Finding, Outcome, RecordRef, Role, RuleContext, Severity, listed};
use crate::normalize::{SchoolId, compare_names};
use crate::record::{Fen, LabelId, Language, Message, PaymentStatus};

pub const ABOUT: (&str, &str) = (
    "同一人、同一资助项目、同一期（月、学期或学年）有一笔以上有效发放",
    "one person, one programme, one instalment, more than one effective payment",
);

const KIND: CaseKind = CaseKind::RepeatPayment;

/// Finds instalments that were paid more than once.
pub fn check(context: &RuleContext) -> Outcome {
    let mut outcome = Outcome::default();
    let same_programme = |a: &Paid, b: &Paid| (a.person, a.programme) == (b.person, b.programme);
    for group in context.paid.entries.chunk_by(same_programme) {
        if group.len() < 2 || !may_repeat(context, group[0].programme) {
            continue;
        }
        let repeats: Vec<Vec<Paid>> = group
            .chunk_by(|a, b| (a.instalment, a.coarse) == (b.instalment, b.coarse))
            .filter(|paid| !paid[0].coarse && is_repeat(context, paid))
            .map(<[Paid]>::to_vec)
            .collect();
        let sums = sums_above_cap(context, group);
        let repeats = connected(sums.into_iter().chain(repeats).collect());
        outcome.findings.extend(repeats.iter().filter_map(|one| finding(context, one)));
    }
    for group in context.paid.entries.chunk_by(|a, b| a.payment == b.payment) {
        if group[0].programme == ProgrammeKey::Unknown(LabelId(0)) {
            let index = group[0].payment as usize;
            let sheet = context.data.payments.columns.sheet[index];
            let reason = Message::new(
                "没有资助项目（列、标题、文件名中都没有），无法判断是否重复",
                "no programme in a column, the title or the file's name",
            );
            outcome.not_checked(KIND, Some(sheet), context.data.paying_school(index), reason, 1);
        }
    }
    let columns = &context.data.payments.columns;
    for paid in context.paid.entries.iter().filter(|paid| paid.coarse && !paid.inferred) {
        let index = paid.payment as usize;
        let reason = Message::new(
            "按月发放的项目没有月份，只按学期合计与上限对照",
            "a monthly programme without months: only the term's sum was held against its cap",
        );
        let school = context.data.paying_school(index);
        outcome.not_checked(KIND, Some(columns.sheet[index]), school, reason, 1);
    }
    for (index, number) in columns.number.iter().enumerate() {
        let person = context.persons.of_payment[index];
        if number.is_none() && context.persons.records(person).len() == 1 {
            let school = context.data.paying_school(index);
            let reason = if school == SchoolId(0) {
                Message::new(
                    "没有可用的证件号，也没有学校，无法对照本校学生",
                    "no usable number, and no school among whose pupils to look",
                )
            } else {
                Message::new(
                    "没有可用的证件号，也对不上本校唯一的学生",
                    "no usable number, and no one pupil of the school that it can be",
                )
            };
            outcome.not_checked(KIND, Some(columns.sheet[index]), school, reason, 1);
        }
    }
    for &payment in &context.paid.without_period {
        let sheet = context.data.payments.columns.sheet[payment as usize];
        let reason = Message::new(
            "没有学年、学期、月份，也没有发放日期，无法判断发放期间",
            "no school year, term, month or pay date, so the instalment is not known",
        );
        outcome.not_checked(
            KIND,
            Some(sheet),
            context.data.paying_school(payment as usize),
            reason,
            1,
        );
    }
    outcome
}

fn may_repeat(context: &RuleContext, programme: ProgrammeKey) -> bool {
    match programme {
        ProgrammeKey::Known(id) => context.policy.programme(id).repeat,
        ProgrammeKey::Unknown(label) => label != LabelId(0),
    }
}

/// Whether payments for one instalment are more than one award.
fn is_repeat(context: &RuleContext, paid: &[Paid]) -> bool {
    if paid.len() < 2 || !share_variant(paid) {
        return false;
    }
    let amounts: Vec<Fen> = paid
        .iter()
        .map(|paid| context.data.payments.columns.amount[paid.payment as usize])
        .collect();
    let (first_day, _) = paid[0].instalment.dates(context.policy);
    let ProgrammeKey::Known(id) = paid[0].programme else { return true };
    let programme = context.policy.programme(id);
    let split_noted = paid.iter().any(|paid| {
        let note = context.data.payments.columns.note[paid.payment as usize];
        let note = context.data.labels.get(note);
        ["分次", "分两次", "分笔", "分批", "拆分", "补差"].iter().any(|word| note.contains(word))
    });
    !split_noted && !programme.is_split(&amounts, first_day)
}

/// Payments of a monthly programme of which some name only the term: together above the term's cap. The
/// payments that name months of that term alone count towards the sum. The payment that names the term comes first.
fn sums_above_cap(context: &RuleContext, group: &[Paid]) -> Vec<Vec<Paid>> {
    let ProgrammeKey::Known(id) = group[0].programme else { return Vec::new() };
    let programme = context.policy.programme(id);
    let term_of = |paid: &Paid| (paid.instalment.school_year, paid.instalment.term(context.policy));
    group
        .iter()
        .filter(|paid| paid.coarse)
        .collect::<Vec<_>>()
        .chunk_by(|a, b| a.instalment == b.instalment)
        .filter_map(|coarse| {
            let term = term_of(coarse[0]);
            let mut paid: Vec<Paid> = coarse.iter().map(|&&paid| paid).collect();
            let within = |payment: u32| {
                group
                    .iter()
                    .filter(|paid| paid.payment == payment)
                    .all(|paid| term_of(paid) == term)
            };
            paid.extend(group.iter().filter(|paid| !paid.coarse && within(paid.payment)));
            let (first_day, _) = coarse[0].instalment.dates(context.policy);
            let levels = programme.level_on(first_day);
            let cap = levels.iter().filter_map(|level| level.term_cap_fen).max()?;
            (share_variant(&paid) && sum_of(context, &paid).0 > cap && payments_of(&paid).len() > 1)
                .then_some(paid)
        })
        .collect()
}

/// The payments of a case, each once, in the order of their indices.
fn payments_of(paid: &[Paid]) -> Vec<u32> {
    paid.iter().map(|paid| paid.payment).collect::<BTreeSet<_>>().into_iter().collect()
}

/// What the payments behind `paid` come to, each once.
fn sum_of(context: &RuleContext, paid: &[Paid]) -> Fen {
    let amounts = &context.data.payments.columns.amount;
    payments_of(paid).into_iter().map(|payment| amounts[payment as usize]).sum()
}

/// Two different variants of a programme exclude each other; they are no repeat.
fn share_variant(paid: &[Paid]) -> bool {
    paid.iter().enumerate().any(|(at, a)| {
        paid[at + 1..]
            .iter()
            .any(|b| a.variant == b.variant || a.variant == u8::MAX || b.variant == u8::MAX)
    })
}

/// Instalments whose repeats share a payment (one row for September and October) are one case.
fn connected(repeats: Vec<Vec<Paid>>) -> Vec<Vec<Paid>> {
    let mut cases: Vec<Vec<Paid>> = Vec::new();
    for repeat in repeats {
        let shares =
            |case: &Vec<Paid>| case.iter().any(|a| repeat.iter().any(|b| a.payment == b.payment));
        match cases.iter_mut().find(|case| shares(case)) {
            Some(case) => case.extend(repeat),
            None => cases.push(repeat),
        }
    }
    cases
}

fn finding(context: &RuleContext, paid: &[Paid]) -> Option<Finding> {
    let first = paid.first()?;
    let columns = &context.data.payments.columns;
    let mut payments = payments_of(paid);
    payments.sort_by_key(|&payment| {
        let index = payment as usize;
        (
            columns.pay_date[index].is_none(),
            columns.pay_date[index],
            context.data.payments.place(index),
        )
    });
    let rows = payments
        .iter()
        .enumerate()
        .map(|(order, &payment)| {
            let role = if order == 0 { Role::Original } else { Role::Repeat };
            (RecordRef::Payment(payment), role)
        })
        .collect();
    let inferred = paid.iter().any(|paid| paid.inferred || paid.coarse);
    let doubts = doubts(context, &payments);
    let doubts = doubts.or_else(|| may_be_split(context, paid));
    let doubtful = inferred || doubts.is_some();
    let amounts: Vec<Fen> =
        payments.iter().map(|&payment| columns.amount[payment as usize]).collect();
    let money: Fen = amounts[1..].iter().copied().sum();
    let mut about = context.person_key(first.person);
    about.push(programme_key(context, first.programme));
    about.push(first.instalment.to_string());
    Some(Finding {
        kind: KIND,
        severity: if doubtful { Severity::Warning } else { Severity::Error },
        confidence: 1.0,
        about,
        rows,
        reason: reason(context, first, &payments, inferred, doubts),
        money,
    })
}

/// Different amounts at one school that together make what an instalment may be: perhaps one transfer in
/// parts, though a part alone would be an instalment too.
fn may_be_split(context: &RuleContext, paid: &[Paid]) -> Option<Message> {
    let ProgrammeKey::Known(id) = paid.first()?.programme else { return None };
    let columns = &context.data.payments.columns;
    let payments = payments_of(paid);
    let amounts: Vec<Fen> = payments.iter().map(|&at| columns.amount[at as usize]).collect();
    let school = |at: u32| context.data.paying_school(at as usize);
    let (first_day, _) = paid[0].instalment.dates(context.policy);
    let levels = context.policy.programme(id).level_on(first_day);
    let total: Fen = amounts.iter().copied().sum();
    let differ = amounts.iter().any(|&amount| amount != amounts[0]);
    let here = payments.iter().all(|&at| school(at) == school(payments[0]));
    let exact = |amount: &Fen| levels.iter().any(|level| level.amounts_fen.contains(&amount.0));
    (differ
        && here
        && !amounts.iter().any(exact)
        && levels.iter().any(|level| level.knows_amount() && level.fits(total)))
    .then(|| {
        Message::new(
            format!("各笔金额不同，合计{total}元仍在标准之内，可能是分次发放"),
            format!("the amounts differ and together ({total} yuan) are still within the standard: perhaps one transfer in parts"),
        )
    })
}

/// What keeps the evidence from settling it: a note that speaks of a resend or a correction, a status
/// nobody understands, or names that differ under one number.
fn doubts(context: &RuleContext, payments: &[u32]) -> Option<Message> {
    let columns = &context.data.payments.columns;
    const WORDS: [&str; 9] = ["重发", "退回", "更正", "失败", "冲正", "作废", "补发", "补", "失效"];
    for &payment in payments {
        let note = context.data.labels.get(columns.note[payment as usize]);
        if WORDS.iter().any(|word| note.contains(word)) {
            return Some(Message::new(
                format!("备注写有“{note}”"),
                format!("a note says “{note}”"),
            ));
        }
    }
    if payments.iter().any(|&payment| columns.status[payment as usize] == PaymentStatus::Unclear) {
        return Some(Message::new("有一笔的发放状态看不懂", "the status of one is not understood"));
    }
    let name = |payment: u32| context.data.payments.text(columns.name[payment as usize]);
    let first = name(*payments.first()?);
    payments
        .iter()
        .any(|&payment| compare_names(first, name(payment)).tells_apart())
        .then(|| Message::new("各笔登记的姓名不同", "the names on the payments differ"))
}

fn programme_key(context: &RuleContext, programme: ProgrammeKey) -> String {
    match programme {
        ProgrammeKey::Known(id) => context.policy.programme(id).id.clone(),
        ProgrammeKey::Unknown(label) => context.data.labels.get(label).to_string(),
    }
}

/// How a programme is written in a sentence.
pub fn programme_name<'a>(context: &'a RuleContext, programme: ProgrammeKey) -> &'a str {
    match programme {
        ProgrammeKey::Known(id) => &context.policy.programme(id).name,
        ProgrammeKey::Unknown(label) => context.data.labels.get(label),
    }
}

fn reason(
    context: &RuleContext,
    first: &Paid,
    payments: &[u32],
    inferred: bool,
    doubts: Option<Message>,
) -> Message {
    let columns = &context.data.payments.columns;
    let name = programme_name(context, first.programme);
    let list = |date_unknown: &str| {
        payments
            .iter()
            .map(|&payment| {
                let index = payment as usize;
                let date = columns.pay_date[index]
                    .map_or(date_unknown.to_string(), |date| date.to_string());
                let school = context.school_name(context.data.paying_school(index));
                format!("{date} {school} {}", columns.amount[index])
            })
            .collect::<Vec<_>>()
    };
    let mut zh = format!(
        "同一学生的“{name}”{}有{}笔有效发放：{}元",
        first.instalment.chinese(),
        payments.len(),
        listed(&list("日期未填"), "元；", Language::Zh)
    );
    let mut en = format!(
        "{} effective payments of {name} to one pupil for {}: {} yuan",
        payments.len(),
        first.instalment,
        listed(&list("no date"), " yuan; ", Language::En)
    );
    if first.coarse {
        zh += "；只知道学期，合计超过该学期上限";
        en += "; only the term is known, and the sum is above the term's cap";
    } else if inferred {
        zh += "；发放期间由发放日期推断";
        en += "; the instalment was inferred from the pay date";
    }
    if let Some(doubts) = doubts {
        zh += &format!("；{}", doubts.zh);
        en += &format!("; {}", doubts.en);
    }
    zh += "。请核实是否重复，多发部分应退回。";
    en += ". Please confirm; money paid twice is to be returned.";
    Message::new(zh, en)
}
