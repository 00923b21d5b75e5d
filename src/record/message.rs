//! Sentences for people, in the two languages that the tool speaks.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// The language of what people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    #[default]
    Zh,
    En,
}

/// One sentence in Chinese and in English. A fixed sentence costs no allocation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Message {
    pub zh: Cow<'static, str>,
    pub en: Cow<'static, str>,
}

impl Message {
    /// A message from its two wordings.
    pub fn new(zh: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Message {
        Message { zh: zh.into(), en: en.into() }
    }

    /// Adds a clause to each wording.
    pub fn push(&mut self, zh: &str, en: &str) {
        self.zh.to_mut().push_str(zh);
        self.en.to_mut().push_str(en);
    }

    /// The wording in one language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}
