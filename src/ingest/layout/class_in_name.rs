//! Grade and class in the names of sheets and files, and in titles: 高一(3)班, 七(1), 一1班, 701, 2023级1班.

use crate::record::in_simplified;

/// A grade and a class as a name says them, in its own words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClassName {
    pub grade: Option<String>,
    pub class: Option<String>,
}

/// The class or grade that a row between the records names, where it holds nothing else:
/// `高一(3)班` above the pupils of that class, also with its teacher or the number of heads
/// (`班级：高一(3)班  人数：40`), or as the title of a roster.
pub fn heading_of(cells: &[&str]) -> Option<ClassName> {
    const MOST: usize = 4;
    let mut filled = cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
    let first = filled.next()?;
    let further = filled.clone().take(MOST).count();
    // The widest heading names school, class, teacher and heads.
    if further == MOST || first.len() > 120 {
        return None;
    }
    if further == 0
        && let Some(name) = class_alone(first).or_else(|| class_of_roster(first))
    {
        return Some(name);
    }
    let mut parts = Vec::new();
    for (at, cell) in std::iter::once(first).chain(filled).enumerate() {
        // Grade and class in cells of their own are a record that says nothing else.
        if at > 0 && !cell.contains([':', '：']) {
            return None;
        }
        parts.extend(cell.split_whitespace());
    }
    let mut name = ClassName::default();
    for part in parts {
        match part.split_once([':', '：']) {
            Some(("班级" | "班别" | "班" | "班级名称", class)) => {
                name.class = Some(without_heads(class).into())
            }
            Some(("年级", grade)) => name.grade = Some(grade.into()),
            // 班主任：…, 人数：…
            Some((label, _)) if label.chars().count() <= 5 => {}
            Some(_) => return None,
            None => {
                let ClassName { grade, class } = class_alone(part)?;
                name = ClassName { grade: grade.or(name.grade), class: class.or(name.class) };
            }
        }
    }
    let stated = |text: Option<String>| text.filter(|text| !text.is_empty());
    let class = stated(name.class);
    let grade = stated(name.grade).or_else(|| class.as_deref().and_then(grade_of_class));
    (grade.is_some() || class.is_some()).then_some(ClassName { grade, class })
}

/// A text that is the name of a class or grade and nothing else but how many pupils it has.
fn class_alone(text: &str) -> Option<ClassName> {
    let text = without_heads(text);
    if text.len() > 60 || !text.ends_with(['班', '级', '級', '届', '屆', ')', '）']) {
        return None;
    }
    let name = class_of_sheet(text);
    let numbered = text.chars().any(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
    (name.grade.is_some() || (name.class.is_some() && numbered)).then_some(name)
}

/// Without （共4人） or （3人） at the end.
fn without_heads(text: &str) -> &str {
    let Some(bare) = text.strip_suffix(['）', ')']) else { return text };
    let Some((before, inside)) = bare.rsplit_once(['（', '(']) else { return text };
    let heads = inside.strip_prefix('共').unwrap_or(inside).strip_suffix('人');
    let counted = heads.is_some_and(|heads| heads.chars().all(char::is_numeric));
    if counted { before.trim_end() } else { text }
}

/// The class or grade of a roster's title: `河源县第二小学三（1）班学生花名册`.
fn class_of_roster(title: &str) -> Option<ClassName> {
    if !title.ends_with(['册', '单', '冊', '單']) {
        return None;
    }
    let bare: String = fold(title).into_iter().collect();
    let of_class = ROSTERS.iter().any(|roster| bare.ends_with(roster));
    let name = class_within(&bare);
    (of_class && name != ClassName::default()).then_some(name)
}

/// What the titles of rosters end with.
const ROSTERS: [&str; 8] =
    ["学生花名册", "学生名册", "花名册", "学生名单", "点名册", "名册", "名单", "学生"];

/// The grade that a class's own name says: 高一 of 高一(3)班, 小班 of 小班2班.
pub fn grade_of_class(class: &str) -> Option<String> {
    class_of_sheet(class).grade
}

/// What a whole sheet's name says, if it is that of a class or a grade.
pub(super) fn class_of_sheet(name: &str) -> ClassName {
    let folded: String = fold(name).into_iter().collect();
    let bare = ROSTERS.iter().find_map(|tail| folded.strip_suffix(tail)).unwrap_or(&folded);
    let chars: Vec<char> = bare.chars().collect();
    let whole = |end: usize| end == chars.len();
    if let Some(grade_end) = grade_at(&chars, 0) {
        let grade = whole_grade(&chars[..grade_end]);
        if whole(grade_end) {
            return ClassName { grade: Some(grade), class: None };
        }
        if class_at(&chars, grade_end).is_some_and(whole) || named_class(&chars[grade_end..]) {
            let class = grade.chars().chain(chars[grade_end..].iter().copied()).collect();
            return ClassName { grade: Some(grade), class: Some(class) };
        }
    }
    if let Some(grade) = short_grade(&chars) {
        return ClassName { grade: Some(grade), class: Some(bare.to_string()) };
    }
    // 大班, 小一班, 小(1)班, 中班2班
    if let ['大' | '中' | '小' | '托', ..] = chars[..] {
        let year: String = [chars[0], '班'].iter().collect();
        let after = 1 + usize::from(chars.get(1) == Some(&'班'));
        let numbered = class_at(&chars, after).is_some_and(whole);
        if numbered || (after == 2 && whole(2)) {
            return ClassName { grade: Some(year), class: Some(bare.to_string()) };
        }
    }
    let class = named_class(&chars).then(|| bare.to_string());
    ClassName { grade: None, class }
}

/// What a title or a file's name says of one grade or class in passing; nothing where it names several.
pub(super) fn class_within(text: &str) -> ClassName {
    let chars = fold(text);
    let (mut grades, mut classes): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < chars.len() {
        let joined =
            at > 0 && (chars[at - 1].is_ascii_digit() || "第最至到-~—".contains(chars[at - 1]));
        let text = |from: usize, to: usize| chars[from..to].iter().collect::<String>();
        let Some(end) = grade_at(&chars, at).filter(|_| !joined) else {
            if let Some((grade, end)) = short_class_at(&chars, at).filter(|_| !joined) {
                grades.push(grade);
                classes.push(text(at, end));
                at = end;
            } else {
                at += 1;
            }
            continue;
        };
        let next = chars.get(end).copied().unwrap_or(' ');
        let class_end = class_at(&chars, end).or_else(|| named_class_at(&chars, end));
        if let Some(class_end) = class_end.filter(|&to| chars[to - 1] == '班') {
            let grade = whole_grade(&chars[at..end]);
            classes.push(format!("{grade}{}", text(end, class_end)));
            grades.push(grade);
            at = class_end;
            continue;
        }
        // 高一 alone is said of a list, not of a group within it.
        if "级届".contains(chars[end - 1]) || " 学新名花各全年".contains(next) {
            grades.push(text(at, end));
        }
        if "至到-~—、和与及".contains(next) {
            return ClassName::default();
        }
        at = end;
    }
    grades.dedup();
    classes.dedup();
    let one = |mut texts: Vec<String>| (texts.len() == 1).then(|| texts.pop()).flatten();
    ClassName { grade: one(grades), class: one(classes) }
}

/// 四年 of 四年2班 is 四年级.
fn whole_grade(grade: &[char]) -> String {
    let more = grade.last().filter(|last| **last == '年').map(|_| '级');
    grade.iter().copied().chain(more).collect()
}

/// ASCII width, round brackets, no blanks.
fn fold(text: &str) -> Vec<char> {
    in_simplified(text)
        .chars()
        .map(|c| match c {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            '【' | '〔' | '[' => '(',
            '】' | '〕' | ']' => ')',
            other => other,
        })
        .filter(|c| !c.is_whitespace())
        .collect()
}

/// The end of a number at `from`: up to `digits` digits, or up to three Chinese numerals.
fn number_at(chars: &[char], from: usize, digits: usize) -> Option<usize> {
    let count = |is: &dyn Fn(&char) -> bool| chars.iter().skip(from).take_while(|c| is(c)).count();
    let arabic = count(&|c| c.is_ascii_digit());
    let chinese = count(&|c| "一二三四五六七八九十".contains(*c));
    match (arabic, chinese) {
        (1.., _) if arabic <= digits => Some(from + arabic),
        (0, 1..=3) => Some(from + chinese),
        _ => None,
    }
}

fn starts_with(chars: &[char], from: usize, word: &str) -> bool {
    let mut rest = chars.iter().skip(from);
    word.chars().all(|c| rest.next() == Some(&c))
}

/// The end of a grade at `from`: 高一, 高一年级, 七年级, 初中三年级, 2023级, 高2023级, 2026届.
fn grade_at(chars: &[char], from: usize) -> Option<usize> {
    const STAGES: [&str; 8] = ["高中", "初中", "小学", "中职", "普高", "职高", "中专", "职中"];
    let stage = STAGES.iter().find(|stage| starts_with(chars, from, stage));
    let after = from + stage.map_or(0, |stage| stage.chars().count());
    let short = stage.is_none() && matches!(chars.get(from), Some('高' | '初' | '职'));
    let after = after + usize::from(short);
    let end = number_at(chars, after, 4)?;
    let length = end - after;
    let arabic = chars[after].is_ascii_digit();
    let digit = |at: usize| chars.get(at).and_then(|c| c.to_digit(10)).unwrap_or(0);
    let year =
        arabic && ((length == 4 && digit(after) == 2 && digit(after + 1) == 0) || length == 2);
    match chars.get(end) {
        Some('级') if year => Some(end + 1),
        Some('届') if year && length == 4 => Some(end + 1),
        Some('年') if starts_with(chars, end, "年级") && length <= 2 => Some(end + 2),
        // 四年2班
        Some('年')
            if length == 1 && class_at(chars, end + 1).is_some_and(|to| chars[to - 1] == '班') =>
        {
            Some(end + 1)
        }
        // 高一, 初三; 高一1班: one numeral only.
        _ if short && !arabic && "一二三四".contains(chars[after]) => Some(after + 1),
        _ if short && arabic && length == 1 && (1..=4).contains(&digit(after)) => Some(end),
        _ => None,
    }
}

/// The end of a class at `from`: (3)班, 3班, 三班, (3).
fn class_at(chars: &[char], from: usize) -> Option<usize> {
    let from = from + usize::from(chars.get(from) == Some(&'第'));
    if chars.get(from) == Some(&'(') {
        let end = number_at(chars, from + 1, 2)?;
        let closed = (chars.get(end) == Some(&')')).then_some(end + 1)?;
        return Some(closed + usize::from(chars.get(closed) == Some(&'班')));
    }
    let end = number_at(chars, from, 2)?;
    (chars.get(end) == Some(&'班')).then_some(end + 1)
}

/// Within a text: 三(1)班, of a grade of one numeral, and its end; in a kindergarten 大一班, 小(2)班.
fn short_class_at(chars: &[char], from: usize) -> Option<(String, usize)> {
    let (first, before) = (*chars.get(from)?, from.checked_sub(1).map(|before| chars[before]));
    let numeral = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let end = class_at(chars, from + 1).filter(|&end| chars[end - 1] == '班')?;
    if "大中小".contains(first) && before.is_some_and(|before| "园班部".contains(before)) {
        return Some(([first, '班'].iter().collect(), end));
    }
    let bracketed = chars.get(from + 1) == Some(&'(');
    let grade = "一二三四五六七八九123456789".contains(first) && !before.is_some_and(numeral);
    (bracketed && grade).then(|| (format!("{first}年级"), end))
}

/// After a grade of a vocational school: 机电1班, 计算机应用(2)班.
fn named_class_at(chars: &[char], from: usize) -> Option<usize> {
    const LONGEST: usize = 10;
    let letter = |c: &&char| c.is_alphabetic() && !"班级届年的".contains(**c);
    let name = chars.iter().skip(from).take(LONGEST).take_while(letter).count();
    // A numeral is alphabetic too: 机电一班.
    (1..=name).rev().find_map(|length| class_at(chars, from + length))
}

/// 七(1), 一1班, 三一班, 701: a grade of one character before a class.
fn short_grade(chars: &[char]) -> Option<String> {
    let (&first, rest) = chars.split_first()?;
    let grade = format!("{first}年级");
    if let (Some(tens), Some(ones), None | Some('班')) = (
        rest.first().and_then(|c| c.to_digit(10)),
        rest.get(1).and_then(|c| c.to_digit(10)),
        rest.get(2),
    ) {
        let code = ('1'..='9').contains(&first) && (1..=40).contains(&(tens * 10 + ones));
        let whole = chars.len() <= 4;
        return (code && whole).then_some(grade);
    }
    if !"一二三四五六七八九123456789".contains(first) || rest.first() == Some(&'十') {
        return None;
    }
    let numbered =
        rest.first().is_some_and(|c| *c == '(' || c.is_ascii_digit() != first.is_ascii_digit())
            || (rest.len() == 2 && !first.is_ascii_digit());
    (numbered && class_at(chars, 1) == Some(chars.len())).then_some(grade)
}

/// 火箭班, 计算机1班
fn named_class(chars: &[char]) -> bool {
    let text: String = chars.iter().collect();
    (2..=12).contains(&chars.len())
        && text.contains('班')
        && !text.contains("班级")
        && !text.contains("班主任")
        && !text.contains("各班")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(name: ClassName) -> (String, String) {
        (name.grade.unwrap_or_default(), name.class.unwrap_or_default())
    }

    #[test]
    fn sheets_are_named_for_classes_in_many_ways() {
        for (name, grade, class) in [
            ("高一(3)班", "高一", "高一(3)班"),
            ("高一（3）班", "高一", "高一(3)班"),
            ("高一3班名单", "高一", "高一3班"),
            ("七(1)", "七年级", "七(1)"),
            ("一1班", "一年级", "一1班"),
            ("三一班", "三年级", "三一班"),
            ("701", "7年级", "701"),
            ("701班", "7年级", "701班"),
            ("2023级1班", "2023级", "2023级1班"),
            ("24级计算机1班", "24级", "24级计算机1班"),
            ("初三（12）班", "初三", "初三(12)班"),
            ("七年级 2班", "七年级", "七年级2班"),
            ("高二", "高二", ""),
            ("八年级", "八年级", ""),
            ("2024级", "2024级", ""),
            ("大一班", "大班", "大一班"),
            ("小班", "小班", "小班"),
            ("小班2班", "小班", "小班2班"),
            ("3班", "", "3班"),
            ("十二班", "", "十二班"),
            ("二十一班", "", "二十一班"),
            ("火箭班", "", "火箭班"),
            ("Sheet1", "", ""),
            ("2025", "", ""),
            ("班级", "", ""),
            ("班主任", "", ""),
            ("1", "", ""),
            ("学生", "", ""),
            ("", "", ""),
        ] {
            assert_eq!(said(class_of_sheet(name)), (grade.into(), class.into()), "{name}");
        }
    }

    #[test]
    fn headings_name_a_class_with_its_teacher_or_heads() {
        for (cells, grade, class) in [
            (&["四（1）班　班主任：王老师"][..], "四年级", "四(1)班"),
            (&["班级：四（2）班", "", "人数：3"], "四年级", "四（2）班"),
            (&["年级：三年级 班级：1班"], "三年级", "1班"),
            (&["七年级 2班"], "七年级", "七年级2班"),
            (&["4年2班"], "4年级", "4年级2班"),
            (&["四年2班"], "四年级", "四年级2班"),
            (&["班级：四（2）班（共4人）"], "四年级", "四（2）班"),
            (&["四年级（2）班（共4人）"], "四年级", "四年级(2)班"),
            (&["河源县第二小学三（1）班学生花名册"], "三年级", "三(1)班"),
            (&["三（1）班", "班主任：张三"], "三年级", "三(1)班"),
        ] {
            let name = heading_of(cells).unwrap_or_default();
            assert_eq!(said(name), (grade.into(), class.into()), "{cells:?}");
        }
        for cells in [
            &["班主任：王老师"][..],
            &["1", "王小明", "三（1）班"],
            &["王小明", "三（1）班"],
            &["合计", "三（1）班"],
            &["三年级", "三（1）班", "", ""],
            &["转入学生名单"],
            &["班级：", "人数："],
        ] {
            assert_eq!(heading_of(cells), None, "{cells:?}");
        }
    }

    #[test]
    fn titles_and_files_name_one_class_or_none() {
        for (text, grade, class) in [
            ("河源县第一中学高一(3)班学生花名册", "高一", "高一(3)班"),
            ("2025年秋季学期 七年级 学生名册", "七年级", ""),
            ("河源一中高一学生名册", "高一", ""),
            ("河源职校2024级新生名册", "2024级", ""),
            ("高一至高三学生名册", "", ""),
            ("高一、高二学生名册", "", ""),
            ("七年级1班、七年级2班", "七年级", ""),
            ("2025-2026学年第一学期第一中学名册", "", ""),
            ("提高二等奖学金", "", ""),
            ("河源县第二小学三（1）班花名册", "三年级", "三(1)班"),
            ("河源县第十二（3）班", "", ""),
            ("河源县实验幼儿园大一班幼儿名册", "大班", "大一班"),
            ("河源职校2024级机电1班花名册", "2024级", "2024级机电1班"),
            ("河源职校2024级护理与养老(2)班", "2024级", "2024级护理与养老(2)班"),
            ("二（1）班、二（2）班名册", "二年级", ""),
        ] {
            assert_eq!(said(class_within(text)), (grade.into(), class.into()), "{text}");
        }
    }
}
