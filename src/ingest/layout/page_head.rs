//! Title and header of a sheet, which printed pages repeat.

use crate::ingest::SkipReason;

/// What stands above the records, and may stand again at the head of every printed page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PageHead {
    /// The rows above the header, each joined by blanks.
    pub titles: Vec<String>,
    /// The rows of the header as they stand.
    pub header: Vec<Vec<String>>,
}

impl PageHead {
    /// Whether a row below the header repeats one of these.
    pub fn repeated(&self, cells: &[&str]) -> Option<SkipReason> {
        let first = cells.iter().map(|cell| cell.trim()).find(|cell| !cell.is_empty())?;
        if self.header.iter().any(|header| equals_header(cells, header)) {
            return Some(SkipReason::Header);
        }
        let opens = first.chars().find(|c| !c.is_ascii_digit());
        let is_title = |title: &String| {
            title.chars().find(|c| !c.is_ascii_digit()) == opens && same_but_digits(title, cells)
        };
        self.titles.iter().any(is_title).then_some(SkipReason::Title)
    }
}

/// Whether the filled cells of a row are those of a header: all, or of many nearly all.
pub(super) fn equals_header<T: AsRef<str>>(cells: &[&str], header: &[T]) -> bool {
    let (mut filled, mut equal) = (0usize, 0usize);
    for (at, cell) in cells.iter().enumerate() {
        let cell = cell.trim();
        if cell.is_empty() {
            continue;
        }
        filled += 1;
        let same = header.get(at).is_some_and(|header| same_text(header.as_ref(), cell));
        equal += usize::from(same);
        // One other cell in five at most.
        if !same && filled - equal > cells.len() / 5 {
            return false;
        }
    }
    equal > 0 && (equal == filled || (equal >= 4 && equal * 5 >= filled * 4))
}

fn same_text(one: &str, other: &str) -> bool {
    let plain = |text: &str| text.trim().len();
    (plain(one) == plain(other) && one.trim() == other.trim())
        || one
            .chars()
            .filter(|c| !c.is_whitespace())
            .eq(other.chars().filter(|c| !c.is_whitespace()))
}

/// A title of some length, whatever its page number says.
fn same_but_digits(title: &str, cells: &[&str]) -> bool {
    let bare = |c: &char| !c.is_whitespace() && !c.is_ascii_digit();
    title.chars().filter(bare).count() >= 4
        && title.chars().filter(bare).eq(cells.iter().flat_map(|cell| cell.chars()).filter(bare))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_page_repeats_its_head() {
        let head = PageHead {
            titles: vec!["河源一中学生花名册 第1页".into(), "名册".into()],
            header: vec![
                ["序号", "姓名", "监护人", ""].map(String::from).to_vec(),
                ["", "", "姓名", "电话"].map(String::from).to_vec(),
            ],
        };
        for (cells, reason) in [
            (&["河源一中学生花名册", "", "", "第 2 页"][..], Some(SkipReason::Title)),
            (&["序号", "姓名", "监护人", ""], Some(SkipReason::Header)),
            (&["", "", "姓名", "电话"], Some(SkipReason::Header)),
            (&["1", "姓名", "李四", "139"], None),
            (&["1", "王一", "李四", "139"], None),
            (&["名册"], None),
            (&[], None),
        ] {
            assert_eq!(head.repeated(cells), reason, "{cells:?}");
        }
    }
}
