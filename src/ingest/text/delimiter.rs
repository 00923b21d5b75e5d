//! The delimiter between the cells of a text, told from its first lines.

use super::blocks::for_each_row;
use crate::ingest::HeaderBook;

/// Rows that are looked at.
const ROWS: usize = 60;
/// Characters of the text that are looked at.
const LOOKED_AT: usize = 64 << 10;
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// The delimiter among `,`, tab, `;` and `|`, or the one that Excel's first line `sep=` names.
///
/// The delimiter that makes a row with most known headers; where that does not tell, the one that
/// splits most rows into one and the same number of cells. A title that holds commas, or cells in
/// quotes that hold other delimiters, decide nothing.
pub fn sniff_delimiter(first_lines: &str, book: &HeaderBook) -> u8 {
    if let Some(named) = named_delimiter(first_lines) {
        return named;
    }
    let text = beginning(first_lines);
    let mut best = ((0, 0), b',');
    for delimiter in DELIMITERS {
        let rows = Rows::of(text, delimiter, book);
        // A header row has several cells; one known word in a line of one cell is none.
        let score = (if rows.known > 1 { rows.known } else { 0 }, rows.evenness);
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    best.1
}

/// How many known headers the row with most of them holds, under the delimiter that shows most.
pub(super) fn known_headers(text: &str, book: &HeaderBook) -> usize {
    let delimiters = named_delimiter(text).map_or(DELIMITERS.to_vec(), |named| vec![named]);
    let text = beginning(text);
    delimiters.into_iter().map(|delimiter| Rows::of(text, delimiter, book).known).max().unwrap_or(0)
}

/// `sep=;` in the first line.
fn named_delimiter(text: &str) -> Option<u8> {
    let line = text.lines().next()?.trim().trim_matches('"').as_bytes();
    match line {
        [s, e, p, b'=', delimiter]
            if [s, e, p].map(u8::to_ascii_lowercase) == *b"sep"
                && delimiter.is_ascii()
                && !delimiter.is_ascii_alphanumeric() =>
        {
            Some(*delimiter)
        }
        // A tab at the end of the line was trimmed.
        [s, e, p, b'='] if [s, e, p].map(u8::to_ascii_lowercase) == *b"sep" => {
            text.lines().next()?.contains('\t').then_some(b'\t')
        }
        _ => None,
    }
}

fn beginning(text: &str) -> &str {
    let mut end = text.len().min(LOOKED_AT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

struct Rows {
    /// Known headers in the row with most of them.
    known: usize,
    /// Grows with the rows of one width and with that width.
    evenness: usize,
}

impl Rows {
    fn of(text: &str, delimiter: u8, book: &HeaderBook) -> Rows {
        let mut known = 0;
        let mut widths: Vec<usize> = Vec::with_capacity(ROWS);
        let (mut seen, mut stray) = (0, 0);
        for_each_row(text, 1, delimiter, |_, cells| {
            seen += 1;
            if seen > ROWS {
                return;
            }
            let names =
                |cell: &&&str| book.field(cell).is_some() || !book.abbreviation(cell).is_empty();
            known = known.max(cells.iter().filter(names).count());
            // A quote in the middle of a cell: another delimiter stands before it.
            let odd = |cell: &&str| memchr::memchr_iter(b'"', cell.as_bytes()).count() % 2 == 1;
            stray += usize::from(cells.iter().any(odd));
            if cells.len() > 1 {
                widths.push(cells.len());
            }
        });
        let evenness = widths
            .iter()
            .map(|width| {
                let alike = widths.iter().filter(|other| *other == width).count();
                alike * alike * (width - 1)
            })
            .max()
            .unwrap_or(0);
        Rows { known, evenness: evenness / ((stray + 1) * (stray + 1)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sniffed(text: &str) -> char {
        char::from(sniff_delimiter(text, &HeaderBook::shipped().unwrap()))
    }

    #[test]
    fn delimiters_are_told_from_the_first_lines() {
        assert_eq!(sniffed("姓名,班级\n王,1\n"), ',');
        assert_eq!(sniffed("姓名;班级\n\"a,b,c,d\";1\n"), ';');
        assert_eq!(sniffed("姓名|班级\n王|1\n"), '|');
        assert_eq!(sniffed("姓名\n王\n"), ',');
        assert_eq!(sniffed("A\tB\tC\n1,5\t2,5\t3,5\n2,5\t2,5\t1,5\n"), '\t');
    }

    #[test]
    fn titles_with_commas_decide_nothing() {
        let title = "说明：含小学,初中,高中,中职,学前,特教,其他,合计\n";
        assert_eq!(sniffed(&format!("{title}姓名\t班级\t备注\n王\t1\t\n")), '\t');
        assert_eq!(sniffed("填报,学校\n甲;乙\n1;2\n3;4\n"), ';');
    }

    #[test]
    fn quoted_cells_over_several_lines_are_one_cell() {
        let note = "\"转入\n,,,,,,\n,,,,,,\n已核\"";
        assert_eq!(sniffed(&format!("甲;乙;丙\n1;2;{note}\n3;4;{note}\n")), ';');
    }

    #[test]
    fn excels_first_line_names_the_delimiter() {
        assert_eq!(sniffed("sep=;\n姓名,x;班级,y\n"), ';');
        assert_eq!(sniffed("SEP=|\r\n姓名,班级\n"), '|');
        assert_eq!(sniffed("sep=\t\n姓名,班级\n"), '\t');
        assert_eq!(sniffed("sep=x\n姓名,班级\n"), ',');
    }
}
