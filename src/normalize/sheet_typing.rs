//! A sheet's plan → how its rows are typed: fields by column, and what titles and names say of all rows.

use chrono::NaiveDate;

use super::batch::{Shared, SheetTyping, Taken};
use super::grade::{parse_stage, stage_from_school_name};
use super::line_payments::Pays;
use super::money::Unit;
use super::period::parse_period_text;
use super::row_columns::SideColumns;
use crate::ingest::{ColumnPlan, From, How, PageHead, SheetContext, SheetPlan};
use crate::policy::Policy;
use crate::record::{AwardPeriod, Field, RecordKind, Register, Stage, Term};

/// Reads the context of a sheet once, for all its rows. A column wins over a title, a title over the
/// sheet's name, that over the file's name, each item for itself.
pub fn type_sheet(plan: &SheetPlan, policy: &Policy, as_of: NaiveDate) -> SheetTyping {
    let context = &plan.context;
    let mut sources = Sources { plan, taken: Vec::new() };
    let payment = plan.kind == RecordKind::Payment;
    let (programme, period) = if payment { sources.payment(policy) } else { Default::default() };
    let stage = sources.stage(payment);
    // A school named only in a title speaks for rows without a school column.
    let code_column = sources.column(Shared::SchoolCode, Field::SchoolCode);
    let name_column = sources.column(Shared::SchoolName, Field::SchoolName);
    let (school_code, school_name) = if code_column || name_column {
        Default::default()
    } else {
        (
            sources.said(Shared::SchoolCode, &context.school_code),
            sources.said(Shared::SchoolName, &context.school_name),
        )
    };
    let grade = if sources.column(Shared::Grade, Field::Grade) {
        String::new()
    } else {
        sources.said(Shared::Grade, &context.grade)
    };
    let class_column = sources.column(Shared::Class, Field::Class);
    let class = match &context.class {
        // The name of a class's sheet speaks for blank cells of its column too.
        Some((class, From::SheetName)) if class_column => class.clone(),
        _ if class_column => String::new(),
        class => sources.said(Shared::Class, class),
    };
    let (date_of, dated_by_column) = match plan.kind {
        RecordKind::Headcount => {
            (Shared::CountDate, sources.column(Shared::CountDate, Field::CountDate))
        }
        _ => (Shared::DocumentDate, false),
    };
    if let (Some((date, from)), false) = (context.document_date, dated_by_column) {
        sources.said(date_of, &Some((date.to_string(), from)));
    }
    let sides = sides(plan, (&programme, stage_of_school(plan)), policy);
    sources.headers_of_amounts(&sides);
    SheetTyping {
        kind: plan.kind,
        sides,
        joined: plan.joined.clone(),
        fill_down: plan.fill_down.clone(),
        head: PageHead { titles: plan.titles.clone(), header: plan.header.clone() },
        headers: plan.columns.iter().map(|column| column.header.clone()).collect(),
        header_row: plan.header_row,
        school_code,
        school_name,
        stage,
        grade,
        class,
        programme,
        period,
        document_date: context.document_date.map(|(date, _)| date),
        as_of,
        epoch_1904: false,
        adult_number: policy.adult_number,
        taken: sources.taken,
    }
}

/// The columns of each pupil of a line, or of each payment where a line holds several.
fn sides(plan: &SheetPlan, of_sheet: (&str, Option<Stage>), policy: &Policy) -> Vec<SideColumns> {
    if plan.kind != RecordKind::Payment || plan.payments.is_empty() {
        let mut sides: Vec<SideColumns> =
            (0..plan.sides).map(|side| side_columns(plan, Some(side), None)).collect();
        sides.iter_mut().for_each(|side| side.pays.unit = unit_of_side(plan, side));
        return sides;
    }
    let several = plan.payments.len() > 1;
    let mut sides: Vec<SideColumns> = Vec::new();
    for (at, payment) in plan.payments.iter().enumerate() {
        let columns = side_columns(plan, None, several.then_some(at));
        let pays = Pays::of(payment, of_sheet, policy);
        sides.extend(pays.into_iter().map(|pays| SideColumns { pays, ..columns.clone() }));
    }
    // Of one payment for months of two school years each looks at its own months.
    let one = sides.len() == 1;
    for side in &mut sides {
        side.pays.unit = unit_of_side(plan, side);
        side.own = match &side.pays.months[..] {
            _ if one => Vec::new(),
            [] => side
                .fields
                .iter()
                .filter(|(field, _)| *field == Field::Amount)
                .map(|(_, at)| *at)
                .collect(),
            months => months.iter().map(|(at, _)| *at).collect(),
        };
    }
    sides
}

/// The unit of a payment's amounts.
fn unit_of_side(plan: &SheetPlan, side: &SideColumns) -> Unit {
    let of_month = side.pays.months.first().map(|(column, _)| *column);
    let amount =
        || side.fields.iter().find(|(field, _)| *field == Field::Amount).map(|(_, at)| *at);
    of_month.or_else(amount).map_or(Unit::Yuan, |column| unit_of(plan, column))
}

fn unit_of(plan: &SheetPlan, column: usize) -> Unit {
    let ten_thousands =
        plan.columns.get(column).is_some_and(|column| plan.in_ten_thousands(column));
    if ten_thousands { Unit::TenThousandYuan } else { Unit::Yuan }
}

/// The stage of the school that titles and names speak of.
fn stage_of_school(plan: &SheetPlan) -> Option<Stage> {
    let SheetContext { school_name, stage_words, .. } = &plan.context;
    let of_name = school_name.as_ref().and_then(|(name, _)| stage_from_school_name(name));
    of_name.or_else(|| stage_words.as_ref().and_then(|(words, _)| parse_stage(words)))
}

/// The columns of one pupil or one payment of a line: its own and those that all share, first choices first.
fn side_columns(plan: &SheetPlan, side: Option<usize>, payment: Option<usize>) -> SideColumns {
    let of = |own: Option<usize>, wanted: Option<usize>| own.is_none() || own == wanted;
    let columns =
        plan.columns.iter().filter(|column| of(column.side, side) && of(column.payment, payment));
    let mut fields: Vec<(bool, Field, usize)> = columns
        .filter_map(|column| Some((column.how == How::SecondChoice, column.field?, column.index)))
        .collect();
    fields.sort_by_key(|&(second, _, _)| second);
    let own = if plan.sides > 1 {
        plan.columns.iter().filter(|column| column.side == side).map(|c| c.index).collect()
    } else {
        Vec::new()
    };
    let fields = fields.into_iter().map(|(_, field, at)| (field, at)).collect();
    SideColumns { fields, own, pays: Pays::default() }
}

/// Looks items up in columns, titles and names, and notes where each was found.
struct Sources<'a> {
    plan: &'a SheetPlan,
    taken: Vec<Taken>,
}

impl Sources<'_> {
    /// Whether a column says it; one that is blank throughout says nothing.
    fn column(&mut self, what: Shared, field: Field) -> bool {
        let columns = &self.plan.columns;
        let Some(column) = columns.iter().find(|column| {
            column.field == Some(field) && column.how != How::SecondChoice && !column.blank
        }) else {
            return false;
        };
        let text = column.header.clone();
        self.taken.push(Taken { what, from: From::Column, text, value: String::new() });
        true
    }

    /// What the context says, if it does.
    fn said(&mut self, what: Shared, said: &Option<(String, From)>) -> String {
        let Some((value, from)) = said else { return String::new() };
        let context = &self.plan.context;
        let text = match from {
            From::SheetName => context.sheet_name.clone(),
            From::FileName => context.file_stem.clone(),
            From::Column | From::Title => {
                let mut titles = context.title_texts.iter().chain(&context.titles_above);
                let naming = titles.find(|title| title.contains(value.as_str()));
                naming.cloned().unwrap_or_else(|| context.title_texts.join(" "))
            }
        };
        self.taken.push(Taken { what, from: *from, text, value: value.clone() });
        value.clone()
    }

    /// Titles and names in order of precedence.
    fn texts(&self) -> Vec<(String, From)> {
        let context = &self.plan.context;
        let titles = context.title_texts.iter().chain(&context.titles_above);
        titles
            .map(|title| (title.clone(), From::Title))
            .chain([
                (context.sheet_name.clone(), From::SheetName),
                (context.file_stem.clone(), From::FileName),
            ])
            .collect()
    }

    fn stage(&mut self, payment: bool) -> Option<Stage> {
        let words = self.plan.context.stage_words.clone();
        let stage = match self.plan.register {
            Some(Register::Vocational) => Some(Stage::Vocational),
            Some(Register::Preschool) => Some(Stage::Preschool),
            _ => words.filter(|_| !payment).and_then(|(words, _)| parse_stage(&words)),
        };
        if !self.column(Shared::Stage, Field::Stage)
            && let Some(stage) = stage
            && let Some((text, from)) =
                self.texts().into_iter().find(|(text, _)| parse_stage(text) == Some(stage))
        {
            let value = stage_word(stage).to_string();
            self.taken.push(Taken { what: Shared::Stage, from, text, value });
        }
        stage
    }

    /// Notes what the headers of amounts say.
    fn headers_of_amounts(&mut self, sides: &[SideColumns]) {
        let of_amount = |column: &&ColumnPlan| {
            column.field == Some(Field::Amount) && column.how != How::SecondChoice
        };
        let headers = self.plan.columns.iter().filter(of_amount).map(ColumnPlan::full_header);
        let text = headers.collect::<Vec<_>>().join("、");
        let pays = || sides.iter().map(|side| &side.pays);
        let programmes: Vec<&str> =
            pays().map(|pays| &*pays.programme).filter(|name| !name.is_empty()).collect();
        let said = [
            (Shared::Programme, !programmes.is_empty(), programmes.join("、")),
            (Shared::Term, pays().any(|pays| pays.period.term.is_some()), String::new()),
            (Shared::Month, pays().any(|pays| !pays.months.is_empty()), String::new()),
        ];
        for (what, said, value) in said {
            if said {
                self.taken.retain(|taken| taken.what != what);
                self.taken.push(Taken { what, from: From::Column, text: text.clone(), value });
            }
        }
    }

    /// Programme and period of an aid list, as far as titles and names say them.
    fn payment(&mut self, policy: &Policy) -> (String, AwardPeriod) {
        let texts = self.texts();
        // 国家助学金 in the title of a senior school's list is that of senior schools.
        let stage = stage_of_school(self.plan);
        let programme = texts
            .iter()
            .find_map(|(text, from)| Some((policy.programme_name_in(text, stage)?, text, *from)));
        if !self.column(Shared::Programme, Field::Programme)
            && let Some((value, text, from)) = &programme
        {
            let (value, text, from) = (value.clone(), text.to_string(), *from);
            self.taken.push(Taken { what: Shared::Programme, from, text, value });
        }
        let by_column = [
            (Shared::SchoolYear, Field::SchoolYear),
            (Shared::Term, Field::Term),
            (Shared::Month, Field::Month),
        ]
        .map(|(what, field)| self.column(what, field));
        let mut period = AwardPeriod::default();
        // Own titles that speak of a period are not eked out by those of the list above.
        let (own, above) = (&self.plan.context.title_texts, &self.plan.context.titles_above);
        let own_says = own.iter().any(|title| parse_period_text(title) != AwardPeriod::default());
        let inherited = if own_says { own.len()..own.len() + above.len() } else { 0..0 };
        let said = texts.iter().enumerate().filter(|(at, _)| !inherited.contains(at));
        for (text, from) in said.map(|(_, said)| said) {
            let before = period;
            period = fill(before, parse_period_text(text));
            let mut note = |what: Shared, by_column: bool, news: bool, value: String| {
                if news && !by_column {
                    self.taken.push(Taken { what, from: *from, text: text.clone(), value });
                }
            };
            let year = period.school_year.map_or(String::new(), |year| year.to_string());
            note(Shared::SchoolYear, by_column[0], period.school_year != before.school_year, year);
            let term = match period.term {
                Some(Term::Autumn) => "秋季",
                Some(Term::Spring) => "春季",
                None => "",
            };
            note(Shared::Term, by_column[1], period.term != before.term, term.to_string());
            let months: Vec<String> = period
                .calendar_months()
                .map(|(year, month)| format!("{year}-{month:02}"))
                .collect();
            note(Shared::Month, by_column[2], period.months != before.months, months.join(" "));
        }
        (programme.map_or(String::new(), |(name, _, _)| name), period)
    }
}

fn stage_word(stage: Stage) -> &'static str {
    match stage {
        Stage::Preschool => "学前",
        Stage::Primary => "小学",
        Stage::Junior => "初中",
        Stage::Senior => "普高",
        Stage::Vocational => "中职",
        Stage::Special => "特教",
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
