//! From the words of a cell, title or file name to a programme.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::programme::Programme;
use super::{PolicyError, ProgrammeId};
use crate::record::{Stage, in_simplified};

type Hit = (ProgrammeId, Option<u8>);

/// Words around a programme's name that do not belong to it (`[titles]`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Titles {
    leading: Vec<String>,
    trailing: Vec<String>,
    /// Words for a stage before a programme's name.
    stages: Vec<String>,
}

impl Titles {
    /// Takes a leading year and term (only behind a digit) and trailing words off a folded text.
    fn trim<'t>(&self, text: &'t str) -> &'t str {
        let mut rest = text;
        while let Some(shorter) = self
            .trailing
            .iter()
            .find_map(|word| rest.strip_suffix(word.as_str()))
            .filter(|rest| !rest.is_empty())
        {
            rest = shorter;
        }
        if !rest.starts_with(|c: char| c.is_ascii_digit()) {
            return rest;
        }
        loop {
            let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            let shorter = self
                .leading
                .iter()
                .find_map(|word| digits.strip_prefix(word.as_str()))
                .unwrap_or(digits);
            if shorter.len() == rest.len() {
                return rest;
            }
            rest = shorter;
        }
    }
}

/// Names and aliases, folded, with what they stand for.
#[derive(Debug, Clone, Default)]
pub(super) struct AliasIndex {
    exact: FxHashMap<String, Hit>,
    /// The same, longest first, equal lengths by text.
    by_length: Vec<(String, Hit)>,
    /// Names without the stage that they begin with, by that stage; only those of one programme, longest first.
    at_stage: Vec<(Stage, String, ProgrammeId)>,
}

impl AliasIndex {
    /// Indexes ids, names and aliases; refuses one that stands for two programmes or variants.
    pub(super) fn build(
        programmes: &[Programme],
        titles: &Titles,
    ) -> Result<AliasIndex, PolicyError> {
        let mut exact: FxHashMap<String, Hit> = FxHashMap::default();
        for (index, programme) in programmes.iter().enumerate() {
            let id = ProgrammeId(u16::try_from(index).map_err(|_| PolicyError::TooMany)?);
            let own = [&programme.id, &programme.name].into_iter().chain(&programme.aliases);
            let mut names: Vec<(&str, Option<u8>)> =
                own.map(|name| (name.as_str(), None)).collect();
            for (index, variant) in programme.variants.iter().enumerate() {
                let variant_index = u8::try_from(index).map_err(|_| PolicyError::TooMany)?;
                names.extend(
                    variant.aliases.iter().map(|name| (name.as_str(), Some(variant_index))),
                );
            }
            for (name, variant) in names {
                let folded = fold(name, true);
                if titles.trim(&folded).is_empty() {
                    continue;
                }
                if let Some(&known) = exact.get(&folded)
                    && known != (id, variant)
                {
                    let first = programmes[usize::from(known.0.0)].id.clone();
                    return Err(PolicyError::AmbiguousAlias {
                        alias: name.to_string(),
                        first,
                        second: programme.id.clone(),
                    });
                }
                exact.insert(folded, (id, variant));
            }
        }
        let mut by_length: Vec<_> =
            exact.iter().map(|(alias, &hit)| (alias.clone(), hit)).collect();
        by_length.sort_by(|(a, _), (b, _)| {
            b.chars().count().cmp(&a.chars().count()).then_with(|| a.cmp(b))
        });
        let at_stage = without_stage(programmes, titles)?;
        Ok(AliasIndex { exact, by_length, at_stage })
    }

    /// The programmes of a stage's schools that a text mentions by names without the stage: the whole text is
    /// one, or it holds some that say whose money it is.
    pub(super) fn at_stage(&self, text: &str, stage: Stage) -> Vec<ProgrammeId> {
        let text = fold(text, true);
        let of_stage = || self.at_stage.iter().filter(|(of, ..)| *of == stage);
        if let Some((.., id)) = of_stage().find(|(_, name, _)| *name == text) {
            return vec![*id];
        }
        let says_whose = |name: &str| name.starts_with("国家") || name.starts_with('免');
        let (mut rest, mut found) = (text, Vec::new());
        for (_, name, id) in of_stage().filter(|(_, name, _)| says_whose(name)) {
            if rest.contains(name.as_str()) {
                rest = rest.replace(name.as_str(), "\u{1f}");
                if !found.contains(id) {
                    found.push(*id);
                }
            }
        }
        found
    }

    /// The programme whose name the whole text is. What brackets hold counts first, then does not.
    pub(super) fn exact(&self, text: &str, titles: &Titles) -> Option<Hit> {
        [true, false].into_iter().find_map(|keep| {
            let folded = fold(text, keep);
            self.exact.get(&folded).or_else(|| self.exact.get(titles.trim(&folded))).copied()
        })
    }

    /// The programme of the longest alias in the text. A shorter alias inside a longer one does not
    /// count; one elsewhere may add the variant, and makes the text undecided if it is another
    /// programme's.
    pub(super) fn contained(&self, text: &str) -> Option<Hit> {
        let mut rest = fold(text, true);
        let mut found: Option<Hit> = None;
        let mut variants: Vec<u8> = Vec::new();
        for (alias, (id, variant)) in &self.by_length {
            if !rest.contains(alias.as_str()) {
                continue;
            }
            // A mark stands where the alias stood, so that its neighbours do not grow together.
            rest = rest.replace(alias.as_str(), "\u{1f}");
            if found.is_some_and(|(known, _)| known != *id) {
                return None;
            }
            found = Some((*id, None));
            variants.extend(variant);
        }
        variants.sort_unstable();
        variants.dedup();
        found
            .map(|(id, _)| (id, if variants.len() == 1 { variants.first().copied() } else { None }))
    }
}

/// The names of programmes that begin with a stage, without it.
fn without_stage(
    programmes: &[Programme],
    titles: &Titles,
) -> Result<Vec<(Stage, String, ProgrammeId)>, PolicyError> {
    let mut names: BTreeMap<(Stage, String), Vec<ProgrammeId>> = BTreeMap::new();
    for (index, programme) in programmes.iter().enumerate() {
        let id = ProgrammeId(u16::try_from(index).map_err(|_| PolicyError::TooMany)?);
        for name in [&programme.name].into_iter().chain(&programme.aliases) {
            let name = fold(name, true);
            let mut bare = name.as_str();
            while let Some(rest) =
                titles.stages.iter().find_map(|stage| bare.strip_prefix(stage.as_str()))
            {
                bare = rest;
            }
            if bare == name || bare.chars().count() < 3 {
                continue;
            }
            for &stage in &programme.stages {
                let ids = names.entry((stage, bare.to_string())).or_default();
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
        }
    }
    let of_one = names.into_iter().filter(|(_, ids)| ids.len() == 1);
    let mut of_one: Vec<_> = of_one.map(|((stage, name), ids)| (stage, name, ids[0])).collect();
    of_one.sort_by(|(_, a, _), (_, b, _)| {
        b.chars().count().cmp(&a.chars().count()).then_with(|| a.cmp(b))
    });
    Ok(of_one)
}

/// Narrow, without blanks, quotes and brackets, letters in lower case; `keep` says whether what
/// stands in round brackets stays.
fn fold(text: &str, keep: bool) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut depth = 0usize;
    for character in in_simplified(text).chars() {
        let narrow = match character {
            '\u{ff01}'..='\u{ff5e}' => {
                char::from_u32(character as u32 - 0xfee0).unwrap_or(character)
            }
            other => other,
        };
        match narrow {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '[' | ']' | '【' | '】' | '〔' | '〕' | '《' | '》' | '「' | '」' | '“' | '”' | '‘'
            | '’' | '"' | '\'' | '\u{feff}' | '\u{200b}' | '\u{1f}' => {}
            blank if blank.is_whitespace() => {}
            _ if depth > 0 && !keep => {}
            kept => folded.push(kept.to_ascii_lowercase()),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::super::Policy;
    use crate::record::Stage;

    fn name(policy: &Policy, hit: Option<super::Hit>) -> Option<String> {
        hit.map(|(id, variant)| {
            let programme = policy.programme(id);
            match variant {
                Some(index) => {
                    format!("{}/{}", programme.id, programme.variants[usize::from(index)].id)
                }
                None => programme.id.clone(),
            }
        })
    }

    #[test]
    fn cells_name_programmes() {
        let policy = Policy::shipped().unwrap();
        for (text, expected) in [
            ("普高助学金", Some("senior-grant")),
            (" 中职 国家助学金 ", Some("vocational-grant")),
            ("中职国家助学金（第一档）", Some("vocational-grant")),
            ("２０２５年秋季学期普通高中国家助学金发放表", Some("senior-grant")),
            ("2025-2026学年第一学期中职免学费花名册", Some("vocational-fee-waiver")),
            ("非寄宿生生活补助", Some("compulsory-living/day")),
            ("寄宿生生活补助", Some("compulsory-living/boarder")),
            ("义务教育家庭经济困难学生生活补助(非寄宿生)", Some("compulsory-living/day")),
            ("义务教育家庭经济困难学生生活补助", Some("compulsory-living")),
            ("vocational-grant", Some("vocational-grant")),
            ("助学金", None),
            ("国家助学金", None),
            ("县励志奖学金", None),
            ("", None),
            ("名单", None),
        ] {
            assert_eq!(name(&policy, policy.programme_of(text)).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn names_without_a_stage_are_those_of_the_school_s_stage() {
        let policy = Policy::shipped().unwrap();
        let (senior, vocational) = (Some(Stage::Senior), Some(Stage::Vocational));
        for (text, stage, expected) in [
            ("国家助学金", senior, Some("普通高中国家助学金")),
            ("助学金", vocational, Some("中职国家助学金")),
            ("免学费", vocational, Some("中职免学费")),
            ("某县第一高级中学国家助学金发放花名册", senior, Some("普通高中国家助学金")),
            ("某县第一高级中学助学金发放花名册", senior, None),
            ("某县职业中专国家助学金、免学费发放表", vocational, None),
            ("国家助学金", Some(Stage::Primary), None),
            ("国家助学金", None, None),
            ("寄宿生生活补助", None, Some("寄宿生生活补助")),
        ] {
            assert_eq!(policy.programme_name_in(text, stage).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn titles_and_file_names_mention_programmes() {
        let policy = Policy::shipped().unwrap();
        for (text, expected) in [
            ("河源县第一中学2025年秋季学期普通高中国家助学金发放表", Some("senior-grant")),
            ("资助系统_中职国家助学金_2025年9-10月.xlsx", Some("vocational-grant")),
            ("某小学非寄宿生生活补助发放名单", Some("compulsory-living/day")),
            ("某小学寄宿生生活补助发放名单", Some("compulsory-living/boarder")),
            (
                "某校义务教育家庭经济困难学生生活补助—非寄宿生生活补助",
                Some("compulsory-living/day"),
            ),
            ("寄宿生生活补助、非寄宿生生活补助", Some("compulsory-living")),
            ("某县职业高中助学金", Some("vocational-grant")),
            ("普通高中国家助学金和中职国家助学金汇总", None),
            ("某校助学金发放表", None),
        ] {
            assert_eq!(name(&policy, policy.programme_in(text)).as_deref(), expected, "{text}");
        }
    }
}
