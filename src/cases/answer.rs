//! What a school may answer (核查结果), and how its words are read.

/// An answer in the five words that schools are offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    Confirmed,
    Denied,
    OtherPerson,
    Corrected,
    Pending,
}

impl Answer {
    /// All, in the order of the drop-down.
    pub const ALL: [Answer; 5] = [
        Answer::Confirmed,
        Answer::Denied,
        Answer::OtherPerson,
        Answer::Corrected,
        Answer::Pending,
    ];

    /// The word that schools are offered and the store keeps.
    pub fn chinese(self) -> &'static str {
        match self {
            Answer::Confirmed => "属实",
            Answer::Denied => "不属实",
            Answer::OtherPerson => "不是同一人",
            Answer::Corrected => "已整改",
            Answer::Pending => "待核实",
        }
    }

    /// Reads a cell; `None` for words that are none of ours. Blanks and punctuation do not matter.
    pub fn parse(text: &str) -> Option<Answer> {
        let word: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
        let word = ["经核实", "经核查", "核查", "情况"]
            .iter()
            .fold(word.as_str(), |word, lead| word.strip_prefix(lead).unwrap_or(word));
        Some(match word {
            "属实" | "属实的" | "确属实" => Answer::Confirmed,
            "不属实" | "不实" | "不属实的" => Answer::Denied,
            "不是同一人" | "非同一人" | "不是同一个人" | "不同人" => {
                Answer::OtherPerson
            }
            "已整改" | "已整改到位" | "整改完成" | "已更正" | "已改正" => {
                Answer::Corrected
            }
            "待核实" | "待查" | "待核查" | "核实中" | "正在核实" | "中" => {
                Answer::Pending
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_as_clerks_write_them() {
        for answer in Answer::ALL {
            assert_eq!(Answer::parse(answer.chinese()), Some(answer));
        }
        for (text, answer) in [
            (" 情况属实。", Answer::Confirmed),
            ("经核查，不属实", Answer::Denied),
            ("非同一人", Answer::OtherPerson),
            ("已 更正", Answer::Corrected),
            ("核查中", Answer::Pending),
        ] {
            assert_eq!(Answer::parse(text), Some(answer), "{text}");
        }
        for text in ["", "是", "√", "1", "不确定是否属实"] {
            assert_eq!(Answer::parse(text), None, "{text}");
        }
    }
}
