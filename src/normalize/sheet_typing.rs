//! A sheet's plan → how its rows are typed: fields by column, and what titles and names say of all rows.

use chrono::NaiveDate;

use super::SheetTyping;
use super::grade::parse_stage;
use super::money::{Unit, unit_of_header};
use super::period::parse_period_text;
use crate::ingest::SheetPlan;
use crate::policy::Policy;
use crate::record::{AwardPeriod, Field, RecordKind, Register, Stage};

/// Reads the context of a sheet once, for all its rows. A title wins over the sheet's name, that over the
/// file's name.
pub fn type_sheet(plan: &SheetPlan, policy: &Policy, as_of: NaiveDate) -> SheetTyping {
    let context = &plan.context;
    let columns = plan
        .columns
        .iter()
        .filter_map(|column| Some((column.field?, column.index)))
        .rev()
        .collect();
    let amount_header = plan
        .columns
        .iter()
        .find(|column| column.field == Some(Field::Amount))
        .map_or("", |column| column.header.as_str());
    let titles_in_tens = context
        .title_texts
        .iter()
        .any(|title| title.contains("单位：万元") || title.contains("单位:万元"));
    let amount_unit = match unit_of_header(amount_header) {
        Unit::Yuan if titles_in_tens && !amount_header.contains('元') => Unit::TenThousandYuan,
        unit => unit,
    };
    let sources: Vec<&str> = context
        .title_texts
        .iter()
        .map(String::as_str)
        .chain([context.sheet_name.as_str(), context.file_stem.as_str()])
        .collect();
    let payment = plan.kind == RecordKind::Payment;
    let programme = sources
        .iter()
        .filter(|_| payment)
        .find_map(|text| policy.programme_in(text))
        .map_or(String::new(), |(id, variant)| {
            let programme = policy.programme(id);
            let variant = variant.and_then(|index| programme.variants.get(usize::from(index)));
            variant.and_then(|variant| variant.aliases.first()).unwrap_or(&programme.name).clone()
        });
    let period = sources
        .iter()
        .filter(|_| payment)
        .map(|text| parse_period_text(text))
        .fold(AwardPeriod::default(), fill);
    let stage = match plan.register {
        Some(Register::Vocational) => Some(Stage::Vocational),
        Some(Register::Preschool) => Some(Stage::Preschool),
        _ => context.stage_words.as_deref().filter(|_| !payment).and_then(parse_stage),
    };
    // A school named only in a title speaks for rows without a school column.
    let named_by_column =
        plan.column(Field::SchoolName).is_some() || plan.column(Field::SchoolCode).is_some();
    let said = |value: &Option<(String, crate::ingest::From)>| match value {
        Some((text, _)) if !named_by_column => text.clone(),
        _ => String::new(),
    };
    SheetTyping {
        kind: plan.kind,
        columns,
        headers: plan.columns.iter().map(|column| column.header.clone()).collect(),
        header_row: plan.header_row,
        amount_unit,
        school_code: said(&context.school_code),
        school_name: said(&context.school_name),
        stage,
        class: context.class_from_sheet.clone().unwrap_or_default(),
        programme,
        period,
        document_date: context.document_date.map(|(date, _)| date),
        as_of,
    }
}

/// What `said` leaves open is taken from `further`, if the two do not contradict each other.
fn fill(said: AwardPeriod, further: AwardPeriod) -> AwardPeriod {
    if said == AwardPeriod::default() {
        return further;
    }
    let years = matches!((said.school_year, further.school_year), (Some(a), Some(b)) if a != b);
    let terms = matches!((said.term, further.term), (Some(a), Some(b)) if a != b);
    if years || terms {
        return said;
    }
    AwardPeriod {
        school_year: said.school_year.or(further.school_year),
        term: said.term.or(further.term),
        months: if said.months == 0 { further.months } else { said.months },
    }
}
