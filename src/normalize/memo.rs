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

#[cfg(test)]
mod tests {
    use super::*;

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
