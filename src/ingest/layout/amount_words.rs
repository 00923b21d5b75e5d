//! What the header of a column of figures says of the payment it holds: programme, term, months.

use serde::Deserialize;

use super::headers::normalize;

/// The words by which headers of amounts are told (`[amounts]` of `headers.toml`).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AmountWords {
    programmes: Vec<String>,
    fees: Vec<String>,
    reliefs: Vec<String>,
    charges: Vec<String>,
    money: Vec<String>,
    handed_out: Vec<String>,
    aid: Vec<String>,
    terms: Vec<String>,
    paid: Vec<String>,
    also_paid: Vec<String>,
    due: Vec<String>,
    totals: Vec<String>,
    standards: Vec<String>,
    others: Vec<String>,
}

/// What headers say of an amount.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Label {
    /// 国家助学金; empty where none is named.
    pub(super) programme: String,
    /// 秋季, 2025年春季学期; empty where none is named.
    pub(super) term: String,
    /// 9月, 2025年9-10月; empty where none is named.
    pub(super) months: String,
    /// The months are not those of one school year (8-9月), or not written as rows may say them.
    pub(super) unclear_months: bool,
    /// Money is spoken of: 金额, 元, 实发.
    pub(super) money: bool,
    /// And whatever figures stand there are sums of it: 金额, 元.
    pub(super) sums: bool,
    /// It is what an amount is worked out from, or what is to be paid.
    pub(super) standard: bool,
    /// It is the sum of amounts beside it.
    pub(super) total: bool,
    /// It says something that is no amount, or nothing known.
    pub(super) other: bool,
    /// What parents pay as a rule (住宿费), where nothing in the header says that they are relieved of it.
    pub(super) fee: String,
    /// It is money that the school takes in.
    pub(super) charge: bool,
}

impl Label {
    /// Whether it tells one payment from another.
    pub(super) fn says_which(&self) -> bool {
        !(self.programme.is_empty() && self.term.is_empty() && self.months.is_empty())
    }

    /// The same where something else says that a fee is not paid but aided.
    pub(super) fn relieved(mut self) -> Label {
        if !self.fee.is_empty() {
            self.programme.push_str(&std::mem::take(&mut self.fee));
            self.other = false;
        }
        self
    }

    pub(super) fn without_months(mut self) -> Label {
        (self.months, self.unclear_months) = (String::new(), false);
        self
    }

    /// Whether it speaks of aid and nothing else: 补助.
    pub(super) fn is_bare(&self) -> bool {
        !self.other && !self.total && !self.says_which()
    }
}

impl AmountWords {
    /// What the groups over a column, the nearest last, and its header say together.
    pub(super) fn label(&self, groups: &[String], header: &str) -> Label {
        let mut label = self.piece(header);
        if groups.iter().any(|group| self.relieves(group)) {
            label = label.relieved();
        }
        for group in groups.iter().rev() {
            let over = self.piece(group);
            label.programme.insert_str(0, &over.programme);
            if label.term.is_empty() {
                label.term = over.term;
            }
            if label.months.is_empty() {
                label.months = over.months;
                label.unclear_months = over.unclear_months;
            }
            label.money |= over.money;
            label.sums |= over.sums;
            label.standard |= over.standard;
            label.charge |= over.charge;
        }
        label
    }

    /// Whether a header names a sum.
    pub(super) fn is_total(&self, header: &str) -> bool {
        let text = flat(header);
        let bare = ["万元", "元"].iter().find_map(|unit| text.strip_suffix(unit));
        self.totals.iter().any(|total| *total == text || Some(total.as_str()) == bare)
    }

    /// Whether a text speaks of aid, by which a fee is not paid.
    pub(super) fn relieves(&self, text: &str) -> bool {
        says(&self.reliefs, text)
    }

    /// Whether a text speaks of money that a school takes in: 收费, and not 免收费.
    pub(super) fn charges(&self, text: &str) -> bool {
        let charged = |word: &String| {
            text.match_indices(word.as_str()).any(|(at, _)| !text[..at].ends_with(['免', '减']))
        };
        self.charges.iter().any(charged)
    }

    /// Whether a header, with the groups over it, speaks of aid, of money handed out, of terms or months.
    pub(super) fn is_of_aid(&self, full_header: &str) -> bool {
        full_header.split(" / ").any(|part| {
            let words = [&self.programmes, &self.aid, &self.handed_out, &self.terms];
            let text = flat(part);
            words.into_iter().any(|words| says(words, &text)) || months_in(&text).is_some()
        })
    }

    /// Whether a heading names terms or months.
    pub(super) fn is_of_time(&self, heading: &str) -> bool {
        let text = flat(heading);
        says(&self.terms, &text) || months_in(&text).is_some()
    }

    /// Whether a header names a sum, a fee, or of which payment an amount is.
    pub(super) fn speaks_of(&self, header: &str) -> bool {
        let label = self.piece(header);
        label.total || !label.fee.is_empty() || (label.says_which() && !label.other)
    }

    fn piece(&self, header: &str) -> Label {
        let text = flat(header);
        let total = self.is_total(header);
        let standard = says(&self.standards, &text);
        let (rest, sums) = self.without_money(&text);
        let money = rest.len() < text.len();
        let charge = self.charges(&text);
        let mut label = Label { money, sums, standard, total, charge, ..Label::default() };
        if total || rest.is_empty() {
            return label;
        }
        if let Some(clear) = months_in(rest) {
            (label.months, label.unclear_months) = (rest.to_string(), !clear);
            return label;
        }
        let (term, rest) = self.split_term(rest);
        let fee = says(&self.fees, &rest);
        if fee && !self.relieves(&text) {
            return Label { term, other: true, fee: rest, ..label };
        }
        let named = fee || says(&self.programmes, &rest);
        let aid = self.aid.iter().find_map(|word| rest.strip_suffix(word.as_str()));
        label.term = term;
        label.other = charge
            || rest.starts_with("是否")
            || self.others.iter().any(|word| rest.ends_with(word.as_str()))
            || !(rest.is_empty() || named || aid.is_some());
        // Two characters at least name it: 应补助 does not.
        if !label.other && (named || aid.is_some_and(|before| before.chars().count() >= 2)) {
            label.programme = rest;
        }
        label
    }

    /// The text without words for money at its ends, and whether one of them says that figures are sums.
    fn without_money<'t>(&self, text: &'t str) -> (&'t str, bool) {
        let (mut rest, mut sums) = (text, false);
        let ended_by = |rest: &'t str, word: &str| {
            let before = rest.strip_suffix(word);
            // One character at the head may begin another word: 元旦.
            before.or_else(|| rest.strip_prefix(word).filter(|_| word.len() > 3))
        };
        loop {
            let money = self.money.iter().find_map(|word| ended_by(rest, word));
            let handed_out = || self.handed_out.iter().find_map(|word| ended_by(rest, word));
            sums |= money.is_some();
            match money.or_else(handed_out) {
                Some(shorter) => rest = shorter,
                None => return (rest, sums),
            }
        }
    }

    /// How well a folded header says that its amount is the one paid, beside another one: what was paid before
    /// what is due.
    pub(super) fn preference(&self, header: &str) -> i8 {
        let due = says(&self.due, header) || says(&self.standards, header);
        i8::from(says(&self.paid, header)) - i8::from(due)
    }

    /// Whether a folded header says how far an amount has come: another word for the one beside it.
    pub(super) fn says_how_far(&self, header: &str) -> bool {
        [&self.paid, &self.also_paid, &self.due].into_iter().any(|words| says(words, header))
    }

    /// The term that a text names with its year, and the text without it.
    fn split_term(&self, text: &str) -> (String, String) {
        let whole = |text: &str| (String::new(), text.to_string());
        let found =
            self.terms.iter().find_map(|term| Some((text.find(term.as_str())?, term.len())));
        let found = found.or_else(|| {
            // 秋, 2025年秋, 25秋
            let at = text.find(['春', '秋'])?;
            let alone = text[..at].trim_end_matches('年').bytes().all(|byte| byte.is_ascii_digit());
            (alone && text.len() == at + "秋".len()).then_some((at, "秋".len()))
        });
        let Some((at, length)) = found else { return whole(text) };
        let year_from = text[..at]
            .char_indices()
            .rev()
            .take_while(|(_, c)| c.is_ascii_digit() || "年学度-/~至".contains(*c))
            .last()
            .map_or(at, |(from, _)| from);
        let rest = format!("{}{}", &text[..year_from], &text[at + length..]);
        (text[year_from..at + length].to_string(), rest)
    }
}

fn says(words: &[String], text: &str) -> bool {
    words.iter().any(|word| text.contains(word.as_str()))
}

/// A folded header with what stands in brackets, without the brackets.
fn flat(header: &str) -> String {
    normalize(header).chars().filter(|c| !matches!(c, '(' | ')')).collect()
}

/// Whether a text is one month or several, and nothing else (9月, 九月份, 2025年9月, 9-10月, 9月、10月), and then
/// whether they follow each other within one school year, as one payment's do.
fn months_in(text: &str) -> Option<bool> {
    let text = text.strip_suffix('份').unwrap_or(text);
    text.strip_suffix('月')?;
    let mut clear = true;
    let mut before: Option<(Option<u32>, u32)> = None;
    for part in text.split(['-', '~', '至', '到', '、', ',', '和', '及', '—', '–']) {
        let bare = part.strip_suffix("月份").or(part.strip_suffix('月')).unwrap_or(part);
        let (year, month) = match bare.split_once('年') {
            Some((year, month)) => (Some(year), month),
            None => (None, bare),
        };
        let month = month_of(month)?;
        // 九、十月: a numeral without its 月.
        clear &= bare.len() < part.len() || bare.ends_with(|c: char| c.is_ascii_digit());
        let turns = before.is_some_and(|(_, last)| month < last);
        let year_before = before.and_then(|(year, _)| year);
        let year = match year {
            Some("次") => year_before.map(|year| year + 1),
            Some("当") => year_before.map(|year| year + u32::from(turns)),
            Some(year) if year.len() == 4 && year.starts_with("20") => Some(year.parse().ok()?),
            Some(_) => return None,
            None => year_before.map(|year| year + u32::from(turns)),
        };
        let place = |month: u32| (month + 3) % 12;
        let school_year = |(year, month): (Option<u32>, u32)| Some(year? - u32::from(month < 9));
        if let Some(before) = before {
            let years = (school_year(before), school_year((year, month)));
            clear &= place(before.1) <= place(month)
                && matches!(years, (Some(a), Some(b)) if a == b)
                    | matches!(years, (None, _) | (_, None));
        }
        before = Some((year, month));
    }
    Some(clear)
}

fn month_of(text: &str) -> Option<u32> {
    const CHINESE: [&str; 12] =
        ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"];
    let digits = text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    let named = || CHINESE.iter().position(|month| *month == text).map(|at| at as u32 + 1);
    let month = if digits { text.parse().ok() } else { named() };
    month.filter(|month| (1..=12).contains(month))
}

#[cfg(test)]
mod tests {
    use super::super::headers::HeaderBook;

    #[test]
    fn headers_of_amounts_name_programme_term_and_months() {
        let book = HeaderBook::shipped().unwrap();
        for (groups, header, programme, term, months) in [
            (&[][..], "国家助学金（元）", "国家助学金", "", ""),
            (&[], "免学费金额", "免学费", "", ""),
            (&[], "县励志奖学金", "县励志奖学金", "", ""),
            (&[], "寄宿生生活补助(元)", "寄宿生生活补助", "", ""),
            (&[], "住宿费减免（元）", "住宿费减免", "", ""),
            (&["困难学生资助"], "校服费", "困难学生资助校服费", "", ""),
            (&[], "2025年秋季国家助学金", "国家助学金", "2025年秋季", ""),
            (&[], "秋季金额", "", "秋季", ""),
            (&[], "2024-2025学年第二学期（元）", "", "2024-2025学年第二学期", ""),
            (&[], "2025春", "", "2025春", ""),
            (&[], "9月", "", "", "9月"),
            (&[], "２０２５年９月份（元）", "", "", "2025年9月份"),
            (&[], "九月、十月金额", "", "", "九月、十月"),
            (&["秋季学期"], "金额", "", "秋季学期", ""),
            (&["国家助学金"], "发放金额（元）", "国家助学金", "", ""),
            (&["国家助学金", "秋季"], "10月", "国家助学金", "秋季", "10月"),
            (&["义务教育生活补助"], "寄宿生", "义务教育生活补助寄宿生", "", ""),
            (&["发放金额（元）"], "11月", "", "", "11月"),
        ] {
            let groups: Vec<String> = groups.iter().map(|group| group.to_string()).collect();
            let label = book.amounts.label(&groups, header);
            assert_eq!(
                (&*label.programme, &*label.term, &*label.months),
                (programme, term, months),
                "{header}"
            );
            assert!(!label.other && !label.total && !label.standard, "{header}: {label:?}");
        }
    }

    #[test]
    fn months_of_two_school_years_are_not_those_of_one_payment() {
        let book = HeaderBook::shipped().unwrap();
        for (header, unclear) in [
            ("9月-次年1月", false),
            ("2025年9月-2026年1月", false),
            ("3-7月", false),
            ("8-9月", true),
            ("7、8、9月份（元）", true),
            ("2025年9月-2026年10月", true),
            ("九、十月", true),
        ] {
            let label = book.amounts.label(&[], header);
            assert!(!label.months.is_empty(), "{header}");
            assert_eq!(label.unclear_months, unclear, "{header}");
        }
    }

    #[test]
    fn what_is_no_payment_of_its_own_is_told() {
        let book = HeaderBook::shipped().unwrap();
        for header in ["金额", "资助金额", "补助（元）", "应补助金额", "13月", "2025年", "实发"]
        {
            assert!(!book.amounts.label(&[], header).says_which(), "{header}");
        }
        for header in ["免学费人数", "上学期成绩", "助学金等级", "是否享受助学金", "血型"]
        {
            let label = book.amounts.label(&[], header);
            assert!(label.other && label.programme.is_empty(), "{header}: {label:?}");
        }
        for header in ["住宿费（元）", "2025年秋季校服费", "寄宿生伙食费", "住宿费补交"]
        {
            let label = book.amounts.label(&[], header);
            assert!(label.other && label.programme.is_empty(), "{header}: {label:?}");
        }
        assert!(book.amounts.charges("代收费") && !book.amounts.charges("免收费"));
        for header in ["助学金标准（元）", "应发金额", "累计国家助学金"] {
            assert!(book.amounts.label(&[], header).standard, "{header}");
        }
        for header in ["合计（元）", "合 计", "总金额", "合计金额(元)"] {
            assert!(book.amounts.is_total(header) && book.amounts.speaks_of(header), "{header}");
        }
    }
}
