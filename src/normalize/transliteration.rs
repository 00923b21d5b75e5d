//! Segments of minority names that are written in several ways.

use std::borrow::Cow;

/// Ways of writing one segment, the first standing for all. Ways that sound the same need no entry.
const SEGMENTS: &[&[&str]] = &[
    &["买买提", "麦麦提", "穆罕默德", "买合买提", "麦合麦提", "穆罕麦提"],
    &["阿布都", "阿卜杜", "阿不都", "阿布杜", "阿卜都", "阿不杜"],
    &["艾合买提", "艾合麦提", "艾哈迈德", "艾哈买提"],
    &["依布拉音", "依不拉音", "伊布拉音", "伊卜拉伊木", "依布拉依木", "易卜拉欣"],
    &["吾买尔", "吾麦尔", "乌买尔", "乌麦尔", "欧麦尔"],
    &["吾斯曼", "吾司曼", "乌斯曼", "奥斯曼"],
    &["玉素甫", "玉苏甫", "玉苏普", "玉素普", "优素福"],
    &["吐尔逊", "图尔荪", "图尔逊", "吐尔孙"],
    &["吐尔地", "图尔迪", "吐尔迪"],
    &["热合曼", "热赫曼", "拉合曼", "热合满"],
    &["古丽", "古力"],
    &["努尔", "奴尔"],
];

/// A key with every known segment written in the first of its ways.
pub(super) fn fold_segments(key: &[char]) -> Cow<'_, [char]> {
    let mut folded = Vec::new();
    let (mut rest, mut changed) = (key, false);
    while let [first, tail @ ..] = rest {
        match SEGMENTS.iter().find_map(|ways| Some((ways[0], written(ways, rest)?))) {
            Some((way, length)) => {
                folded.extend(way.chars());
                rest = rest.get(length..).unwrap_or_default();
                changed = true;
            }
            None => {
                folded.push(*first);
                rest = tail;
            }
        }
    }
    if changed { Cow::Owned(folded) } else { Cow::Borrowed(key) }
}

/// How many characters the way takes in which a text begins.
fn written(ways: &[&str], text: &[char]) -> Option<usize> {
    let begins = |way: &&&str| {
        let mut characters = text.iter();
        way.chars().all(|c| characters.next() == Some(&c))
    };
    ways.iter().find(begins).map(|way| way.chars().count())
}
