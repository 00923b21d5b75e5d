//! Cells of a row by their columns.

/// A first byte that opens no blank: ASCII beyond the space, or a CJK ideograph.
fn is_plain(byte: u8) -> bool {
    (b'!'..=b'~').contains(&byte) || byte >= 0xE4
}

/// A last byte that ends no blank: blanks end in 80..=8A, A0, A8, A9, AF or 9F, or are ASCII.
fn is_plain_end(byte: u8) -> bool {
    (b'!'..=b'~').contains(&byte) || byte >= 0xB0
}

/// Several cells as one key.
pub(super) fn join(key: &mut String, parts: &[&str]) {
    key.clear();
    for part in parts {
        key.push_str(part);
        key.push('\u{1f}');
    }
}

/// A school's code without blanks, apostrophe, `.0` and full width.
pub(super) fn fold_code(code: &str) -> String {
    let folded: String = code
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '\'')
        .map(|c| match c {
            '０'..='９' => char::from(b'0' + (c as u32 - '０' as u32) as u8),
            other => other.to_ascii_uppercase(),
        })
        .collect();
    folded.strip_suffix(".0").unwrap_or(&folded).to_string()
}

/// The cell at a column, trimmed; empty where there is none.
pub(super) fn cell<'c>(cells: &[&'c str], column: usize) -> &'c str {
    let Some(cell) = cells.get(column) else { return "" };
    let bytes = cell.as_bytes();
    match (bytes.first(), bytes.last()) {
        // Neither end is a blank of any kind: nothing to trim (no blank begins with a byte of E4 or more).
        (Some(first), Some(last)) if is_plain(*first) && is_plain_end(*last) => cell,
        _ => cell.trim(),
    }
}

/// A blank cell, or one that says that there is nothing to say.
fn says_nothing(cell: &str) -> bool {
    matches!(cell, "" | "无" | "/" | "-" | "—" | "暂无" | "0" | "空" | "NULL" | "null" | "#N/A")
}

/// The cell at a column, or at the first of further columns that says something.
pub(super) fn said<'c>(cells: &[&'c str], column: usize, further: &[usize]) -> &'c str {
    let first = cell(cells, column);
    if further.is_empty() || !says_nothing(first) {
        return first;
    }
    let second = further.iter().map(|&column| cell(cells, column)).find(|cell| !says_nothing(cell));
    second.unwrap_or(first)
}
