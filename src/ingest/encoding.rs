//! Told from a file's first block: its character encoding and the delimiter of its columns.

/// The encodings that exports come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Utf8Bom,
    /// GBK and GB2312 are read as GB18030, which holds them.
    Gb18030,
    Utf16Le,
    Utf16Be,
}

impl Encoding {
    /// How many bytes of a byte order mark stand before the text.
    pub fn mark_len(self) -> usize {
        match self {
            Encoding::Utf8 | Encoding::Gb18030 => 0,
            Encoding::Utf8Bom => 3,
            Encoding::Utf16Le | Encoding::Utf16Be => 2,
        }
    }
}

/// The encoding of a text, told from its first block (which may end inside a character).
pub fn sniff_encoding(first_block: &[u8]) -> Encoding {
    if first_block.starts_with(b"\xEF\xBB\xBF") {
        return Encoding::Utf8Bom;
    }
    if first_block.starts_with(b"\xFF\xFE") {
        return Encoding::Utf16Le;
    }
    if first_block.starts_with(b"\xFE\xFF") {
        return Encoding::Utf16Be;
    }
    match std::str::from_utf8(first_block) {
        Ok(_) => Encoding::Utf8,
        // No error length: the block ends inside a character that is good so far. A text of two or
        // three such bytes alone (`姓` in GBK) is no evidence of UTF-8.
        Err(error) if error.error_len().is_none() && first_block.len() > 3 => Encoding::Utf8,
        Err(_) => Encoding::Gb18030,
    }
}

/// The delimiter among `,`, tab, `;` and `|` that splits the first lines most evenly.
///
/// Titles hold no delimiter, so the line with the most of one speaks; a delimiter that returns in
/// the same number on further lines wins over one that does not. Quoted text is not looked into.
pub fn sniff_delimiter(first_lines: &str) -> u8 {
    let mut best = (0usize, b',');
    for delimiter in [b',', b'\t', b';', b'|'] {
        let counts: Vec<usize> = first_lines
            .lines()
            .take(40)
            .map(|line| count_outside_quotes(line, delimiter))
            .collect();
        let most = counts.iter().copied().max().unwrap_or(0);
        if most == 0 {
            continue;
        }
        let even = counts.iter().filter(|&&count| count == most).count();
        let score = most * even;
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    best.1
}

fn count_outside_quotes(line: &str, delimiter: u8) -> usize {
    let mut quoted = false;
    let mut count = 0;
    for byte in line.bytes() {
        if byte == b'"' {
            quoted = !quoted;
        } else if byte == delimiter && !quoted {
            count += 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_by_mark_and_by_content() {
        assert_eq!(sniff_encoding("姓名,身份证号\n".as_bytes()), Encoding::Utf8);
        assert_eq!(sniff_encoding(&"姓名,身份证号".as_bytes()[..11]), Encoding::Utf8);
        assert_eq!(sniff_encoding(b"\xEF\xBB\xBFa"), Encoding::Utf8Bom);
        assert_eq!(sniff_encoding(b"\xFF\xFEa\0"), Encoding::Utf16Le);
        assert_eq!(sniff_encoding(b"\xFE\xFF\0a"), Encoding::Utf16Be);
        let (gbk, _, _) = encoding_rs::GB18030.encode("姓名,身份证号\n王䶮,1\n");
        assert_eq!(sniff_encoding(&gbk), Encoding::Gb18030);
        assert_eq!(sniff_encoding(b""), Encoding::Utf8);
    }

    #[test]
    fn delimiters_are_told_from_the_first_lines() {
        assert_eq!(sniff_delimiter("姓名,班级\n王,1\n"), b',');
        assert_eq!(sniff_delimiter("标题, 有逗号\n姓名\t班级\t备注\n王\t1\t\n"), b'\t');
        assert_eq!(sniff_delimiter("姓名;班级\n\"a,b,c,d\";1\n"), b';');
        assert_eq!(sniff_delimiter("姓名|班级\n王|1\n"), b'|');
        assert_eq!(sniff_delimiter("姓名\n王\n"), b',');
    }
}
