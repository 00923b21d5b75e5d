//! Cells repeat: what a text means is worked out once and remembered.

use rustc_hash::FxHashMap;

/// Remembers a value by text; the last text is found without hashing.
#[derive(Debug, Default)]
pub struct Memo<V> {
    known: FxHashMap<Box<str>, V>,
    last: Option<(String, V)>,
}

impl<V: Copy> Memo<V> {
    /// The value of `text`, from `find` if it is new.
    pub fn get(&mut self, text: &str, find: impl FnOnce(&str) -> V) -> V {
        if let Some((last, value)) = &self.last
            && last == text
        {
            return *value;
        }
        let value = match self.known.get(text) {
            Some(&value) => value,
            None => {
                let value = find(text);
                self.known.insert(text.into(), value);
                value
            }
        };
        match &mut self.last {
            Some((last, known)) => {
                last.clear();
                last.push_str(text);
                *known = value;
            }
            None => self.last = Some((text.to_string(), value)),
        }
        value
    }
}

/// Remembers a value by a school's code and name. Most codes are short numbers with one name each, which
/// are found without a key of both texts.
#[derive(Debug, Default)]
pub struct SchoolMemo<V> {
    by_code: FxHashMap<u64, (Box<str>, V)>,
    others: Memo<V>,
    key: String,
}

impl<V: Copy + Default> SchoolMemo<V> {
    /// The value of `code` and `name`, from `find` if it is new.
    pub fn get(&mut self, code: &str, name: &str, find: impl FnOnce() -> V) -> V {
        if let Some(number) = short_number(code) {
            match self.by_code.get(&number) {
                Some((known, value)) if &**known == name => return *value,
                Some(_) => {}
                None => {
                    let value = find();
                    self.by_code.insert(number, (name.into(), value));
                    return value;
                }
            }
        }
        self.key.clear();
        self.key.push_str(code);
        self.key.push('\u{1f}');
        self.key.push_str(name);
        self.others.get(&self.key, |_| find())
    }
}

/// Up to 12 digits as a number that also tells their count.
fn short_number(code: &str) -> Option<u64> {
    if !(1..=12).contains(&code.len()) {
        return None;
    }
    let digits = code.bytes().try_fold(0u64, |number, byte| {
        byte.is_ascii_digit().then(|| number * 10 + u64::from(byte - b'0'))
    })?;
    Some(digits * 16 + code.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_school_is_its_code_and_name_together() {
        let mut memo = SchoolMemo::default();
        let mut worked = 0;
        let schools =
            [("01", "甲"), ("1", "甲"), ("01", "乙"), ("", "甲"), ("A1", "甲"), ("01", "甲")];
        let values = schools.map(|(code, name)| {
            memo.get(code, name, || {
                worked += 1;
                worked
            })
        });
        assert_eq!(values, [1, 2, 3, 4, 5, 1]);
    }

    #[test]
    fn a_text_is_worked_out_once() {
        let mut memo = Memo::default();
        let mut worked = 0;
        for text in ["a", "a", "bb", "a", "bb"] {
            let length = memo.get(text, |text| {
                worked += 1;
                text.len()
            });
            assert_eq!(length, text.len());
        }
        assert_eq!(worked, 2);
    }
}
