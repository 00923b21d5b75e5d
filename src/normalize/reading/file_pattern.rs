//! Patterns by which the configuration names files.

/// File names by pattern: `*` is any run of characters, `?` is one. A pattern without `/` may also
/// match the bare name of a file in a folder or archive.
pub fn matches_pattern(pattern: &str, name: &str) -> bool {
    let bare = name.rsplit('/').next().unwrap_or(name);
    matches_whole(pattern, name) || (!pattern.contains('/') && matches_whole(pattern, bare))
}

fn matches_whole(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut at, mut in_name) = (0, 0);
    // Where the last star stands, and the run that it was last taken to match.
    let mut star: Option<(usize, usize)> = None;
    while in_name < name.len() {
        match (pattern.get(at), star) {
            (Some('*'), _) => {
                star = Some((at, in_name));
                at += 1;
            }
            (Some(&c), _) if c == '?' || c == name[in_name] => {
                at += 1;
                in_name += 1;
            }
            (_, Some((stands, matched))) => {
                star = Some((stands, matched + 1));
                at = stands + 1;
                in_name = matched + 1;
            }
            (_, None) => return false,
        }
    }
    pattern[at..].iter().all(|&c| c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_names_and_bare_ones() {
        for (pattern, name) in [
            ("*.csv", "学校.zip/一班.csv"),
            ("一班.csv", "学校.zip/一班.csv"),
            ("学校.zip/*", "学校.zip/里/一班.csv"),
            ("学校.zip/一?.csv", "学校.zip/一班.csv"),
            ("*a*b*c", "aXbXbXc"),
            ("名册*", "2025/名册.xls"),
            ("*", ""),
        ] {
            assert!(matches_pattern(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("二班.csv", "学校.zip/一班.csv"),
            ("别.zip/*", "学校.zip/一班.csv"),
            ("?", ""),
            ("a*b", "abc"),
        ] {
            assert!(!matches_pattern(pattern, name), "{pattern} {name}");
        }
        let stars = "*a".repeat(40);
        assert!(!matches_pattern(&stars, &"a".repeat(39)));
    }
}
