//! Which school a reply file is from: its name says it, else the rows that it shows.

use super::{CaseRow, FilledRow};

/// A school's code (empty if it has none) and name.
pub type SchoolName = (String, String);

/// The school of the files' name, of those known: the one whose code stands in it, else the longest
/// name in it. `None` if there is none, or more than one.
pub fn school_by_file_name(stem: &str, known: &[SchoolName]) -> Option<SchoolName> {
    let mut by_code =
        known.iter().filter(|(code, _)| !code.is_empty() && stem.contains(code.as_str()));
    if let Some(first) = by_code.next() {
        return by_code.all(|(code, _)| *code == first.0).then(|| first.clone());
    }
    let mut by_name: Vec<&SchoolName> =
        known.iter().filter(|(_, name)| !name.is_empty() && stem.contains(name.as_str())).collect();
    by_name.sort_by_key(|(_, name)| std::cmp::Reverse(name.chars().count()));
    match by_name.as_slice() {
        [] => None,
        [first, second, ..] if first.1 == second.1 && first.0 != second.0 => None,
        [first, ..] => Some((*first).clone()),
    }
}

/// The school to which most rows belong, each with the rows of its case: a school's file shows its own
/// records. `None` if two schools fit equally well.
pub fn school_by_rows<'a>(
    rows: impl Iterator<Item = (&'a FilledRow, &'a [CaseRow])>,
) -> Option<SchoolName> {
    let mut schools: Vec<(SchoolName, usize)> = Vec::new();
    for (filled, of_case) in rows {
        let mut counted: Vec<&str> = Vec::new();
        for row in of_case.iter().filter(|row| !row.school_key().is_empty()) {
            let shown = row.source.as_ref().is_some_and(|source| {
                source.file == filled.source.0 && source.row.to_string() == filled.source.1
            });
            let first = !counted.contains(&row.school_key());
            counted.push(row.school_key());
            let points = usize::from(first) + usize::from(shown);
            let key = (row.school_code.clone(), row.school_name.clone());
            match schools.iter_mut().find(|(school, _)| key_of(school) == row.school_key()) {
                Some((_, sum)) => *sum += points,
                None => schools.push((key, points)),
            }
        }
    }
    let most = schools.iter().map(|(_, sum)| *sum).max()?;
    let mut best = schools.into_iter().filter(|(_, sum)| *sum == most);
    let (school, _) = best.next()?;
    best.next().is_none().then_some(school)
}

/// How a school is named in keys: its code, else its name.
pub fn key_of(school: &SchoolName) -> &str {
    if school.0.is_empty() { &school.1 } else { &school.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{Source, sample::row};

    fn named(code: &str, name: &str) -> SchoolName {
        (code.into(), name.into())
    }

    #[test]
    fn the_name_of_a_file_tells_its_school() {
        let known = [
            named("3433027001", "河源县第一中学"),
            named("", "河源县第一中学附属小学"),
            named("3433027002", "河源县第二中学"),
        ];
        let of = |stem: &str| school_by_file_name(stem, &known).map(|school| school.1);
        assert_eq!(of("3433027001_河源县第一中学-2 (1)").as_deref(), Some("河源县第一中学"));
        assert_eq!(of("河源县第一中学附属小学 回复").as_deref(), Some("河源县第一中学附属小学"));
        assert_eq!(of("回复"), None);
        assert_eq!(of("3433027001和3433027002"), None);
    }

    #[test]
    fn else_its_rows_do() {
        let case = [("A", 7), ("B", 9)].map(|(code, at)| CaseRow {
            source: Some(Source { file: "a.csv".into(), sheet: String::new(), row: at }),
            ..row("DE-1", code, "")
        });
        let filled =
            |at: &str| FilledRow { source: ("a.csv".into(), at.into()), ..FilledRow::default() };
        let of = |filled: FilledRow| school_by_rows([(&filled, &case[..])].into_iter());
        assert_eq!(of(filled("9")), Some(named("B", "")));
        assert_eq!(of(filled("")), None);
    }
}
