//! Names of entries of an archive: decoded, and made harmless.

use encoding_rs::GB18030;

/// An entry's name for outputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EntryName {
    /// Relative, with `/`, without `..`, drives and control characters.
    pub text: String,
    /// The name as it stands, where it pointed out of the archive or could not be decoded in full.
    pub odd: Option<String>,
}

/// The name of an entry, or `None` for one that names nothing (a folder above all others).
///
/// UTF-8 where it is valid, whatever the entry's flag says, else GB18030: programs on Chinese Windows
/// write their own encoding without saying so.
pub(super) fn entry_name(raw: &[u8]) -> Option<EntryName> {
    let (decoded, broken) = match std::str::from_utf8(raw) {
        Ok(text) => (text.into(), false),
        Err(_) => GB18030.decode_without_bom_handling(raw),
    };
    let mut odd = broken;
    let mut parts: Vec<String> = Vec::new();
    if decoded.starts_with(['/', '\\']) {
        odd = true;
    }
    for part in decoded.split(['/', '\\']) {
        let clean: String = part.chars().filter(|&c| !is_treacherous(c)).collect();
        odd |= clean.len() != part.len();
        let clean = clean.trim();
        let is_drive = clean.len() == 2
            && clean.ends_with(':')
            && clean.starts_with(|c: char| c.is_ascii_alphabetic());
        match clean {
            "" | "." => {}
            ".." => odd = true,
            _ if is_drive => odd = true,
            _ => parts.push(clean.to_string()),
        }
    }
    // C:name without a slash
    if let Some(first) = parts.first_mut()
        && let [drive, b':', ..] = first.as_bytes()
        && drive.is_ascii_alphabetic()
    {
        first.drain(..2);
        odd = true;
        if first.is_empty() {
            parts.remove(0);
        }
    }
    (!parts.is_empty()).then(|| EntryName {
        text: parts.join("/"),
        odd: odd.then(|| decoded.escape_debug().to_string()),
    })
}

/// Characters that a name in a report must not hold: controls, and marks that turn the direction of
/// writing and so hide an ending.
fn is_treacherous(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}')
}

/// Another name for the second, third … of entries with equal names.
pub(super) fn numbered(name: &str, number: u32) -> String {
    let base = name.rfind('/').map_or(0, |at| at + 1);
    match name[base..].rfind('.') {
        Some(dot) if dot > 0 => {
            let (stem, extension) = name.split_at(base + dot);
            format!("{stem} ({number}){extension}")
        }
        _ => format!("{name} ({number})"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(raw: &[u8]) -> String {
        entry_name(raw).map(|name| name.text).unwrap_or_default()
    }

    #[test]
    fn names_are_decoded_whatever_the_flag_says() {
        assert_eq!(text("实验小学/一班.csv".as_bytes()), "实验小学/一班.csv");
        let (gbk, _, _) = GB18030.encode("实验小学/一班.csv");
        assert_eq!(entry_name(&gbk).unwrap().text, "实验小学/一班.csv");
        assert_eq!(entry_name(&gbk).unwrap().odd, None);
        assert_eq!(text("班级\\名册.csv".as_bytes()), "班级/名册.csv");
    }

    #[test]
    fn names_that_point_out_of_the_archive_are_harmless_and_said() {
        for (raw, harmless) in [
            ("../../etc/名册.csv", "etc/名册.csv"),
            ("/abs/a.csv", "abs/a.csv"),
            ("C:\\学校\\a.csv", "学校/a.csv"),
            ("c:a.csv", "a.csv"),
            ("\\\\server\\share\\a.csv", "server/share/a.csv"),
            ("a\u{202E}vsc.exe", "avsc.exe"),
        ] {
            let name = entry_name(raw.as_bytes()).unwrap();
            assert_eq!(name.text, harmless);
            assert!(name.odd.is_some(), "{raw}");
        }
        assert_eq!(entry_name(b"../"), None);
        assert_eq!(entry_name(b"./a.csv").unwrap().odd, None);
    }

    #[test]
    fn equal_names_are_numbered_before_their_ending() {
        assert_eq!(numbered("a.b/名册.csv", 2), "a.b/名册 (2).csv");
        assert_eq!(numbered("a.b/名册", 3), "a.b/名册 (3)");
    }

    proptest! {
        #[test]
        fn no_name_leaves_the_archive(raw in prop::collection::vec(any::<u8>(), 0..60)) {
            if let Some(name) = entry_name(&raw) {
                prop_assert!(!name.text.starts_with('/') && !name.text.contains('\\'));
                prop_assert!(name.text.split('/').all(|part| !matches!(part, "" | "." | "..")));
                prop_assert!(!name.text.chars().any(char::is_control));
            }
        }
    }
}
