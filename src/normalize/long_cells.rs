//! Cells longer than any office writes: they are cut, so that no page of text goes into a report as somebody's
//! class, however often it is quoted.

use std::borrow::Cow;

use super::typer::Typer;
use crate::ingest::Rejected;
use crate::record::{Field, Message};

/// Characters of a cell that are used; a cell of Excel may hold 32,767.
const MOST: usize = 500;

/// The text within the characters that are used, with `…` where it goes on.
pub(super) fn cut(text: &str) -> Cow<'_, str> {
    if !is_long(text) {
        return Cow::Borrowed(text);
    }
    let text = text.trim();
    match text.char_indices().nth(MOST) {
        None => Cow::Borrowed(text),
        Some((end, _)) => Cow::Owned(text.get(..end).unwrap_or_default().to_string() + "…"),
    }
}

/// Whether a cell may have to be cut.
pub(super) fn is_long(cell: &str) -> bool {
    cell.len() > MOST
}

impl Typer<'_> {
    /// Types a row of which some cells may be too long, and lists those that are and mean something.
    pub(super) fn long_row(&mut self, row: u32, cells: &[&str]) {
        let cut: Vec<Cow<str>> = cells.iter().map(|cell| cut(cell)).collect();
        let short: Vec<&str> = cut.iter().map(Cow::as_ref).collect();
        let checked = self.batch.counts.checked;
        self.row_of(row, &short);
        if self.batch.counts.checked == checked {
            return;
        }
        for (column, cell) in cut.iter().enumerate() {
            if matches!(cell, Cow::Owned(_)) && self.is_used(column) {
                self.reject(
                    row,
                    Rejected::Cell,
                    column,
                    cell,
                    Message::new(
                        format!("超过 {MOST} 个字，只用了前面的；请检查分隔符和引号，或改短"),
                        format!("longer than {MOST} characters, of which the first were used; check delimiters and quotes, or shorten it"),
                    ),
                );
            }
        }
    }

    /// Whether a rule may look at the column; remarks may be long.
    fn is_used(&self, column: usize) -> bool {
        let fields = self.sheet.sides.iter().flat_map(|side| &side.fields);
        fields.into_iter().any(|&(field, at)| at == column && field != Field::Note)
    }
}

#[cfg(test)]
mod tests {
    use super::super::layout_tests::Sheet;
    use super::*;

    #[test]
    fn a_cell_of_many_pages_is_cut_and_listed() {
        let long = "x".repeat(10_000);
        let blanks = format!("三2班{}", " ".repeat(10_000));
        let lines = [
            "姓名,身份证号,班级,备注".to_string(),
            format!("王一,330127201003051018,{long},{long}"),
            format!("王二,330127201003051026,{blanks},"),
        ];
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let (_, batch) = Sheet::csv("一中名册.csv", &lines).read();
        let longest = batch.labels.iter().map(|(_, text)| text.chars().count()).max();
        assert_eq!(batch.counts.checked, 2);
        // Folding makes three full stops of the last character.
        assert_eq!(longest, Some(MOST + 3));
        let [listed] = &batch.rejections[..] else { panic!("{:?}", batch.rejections) };
        assert_eq!((listed.place.row, &*listed.column), (2, "班级"));
        assert!(listed.value.ends_with('…') && listed.value.len() < 600);
    }
}
