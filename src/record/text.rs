//! Text without a `String` per cell: an arena for values that differ, labels for values that repeat.

use rustc_hash::FxHashMap;

/// A piece of a [`TextArena`]; the default is the empty text.
///
/// Its start takes 48 bits in eight bytes: a table may hold more than 4 GiB of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Text {
    start: u32,
    /// How many times 4 GiB to add to `start`.
    start_high: u16,
    len: u16,
}

impl Text {
    /// Whether the text has no characters.
    pub fn is_empty(self) -> bool {
        self.len == 0
    }

    /// The same text after its arena was appended to another one at `base`.
    pub fn moved_by(self, base: u64) -> Text {
        if self.len == 0 { self } else { Text::at(self.start() + base, self.len) }
    }

    /// Where the text ends in its arena; 0 for the empty text.
    pub fn end(self) -> u64 {
        self.start() + u64::from(self.len)
    }

    fn at(start: u64, len: u16) -> Text {
        Text { start: start as u32, start_high: (start >> 32) as u16, len }
    }

    fn start(self) -> u64 {
        u64::from(self.start_high) << 32 | u64::from(self.start)
    }
}

/// One growing string that holds the texts of a table.
#[derive(Debug, Clone, Default)]
pub struct TextArena {
    bytes: String,
}

impl TextArena {
    /// Stores `text` and returns its handle. Longer than 65,535 bytes is cut at a character.
    pub fn store(&mut self, text: &str) -> Text {
        let mut len = text.len().min(usize::from(u16::MAX));
        while !text.is_char_boundary(len) {
            len -= 1;
        }
        if len == 0 {
            return Text::default();
        }
        let start = self.bytes.len() as u64;
        self.bytes.push_str(&text[..len]);
        Text::at(start, len as u16)
    }

    /// The text behind a handle of this arena.
    pub fn get(&self, text: Text) -> &str {
        let start = text.start() as usize;
        &self.bytes[start..start + usize::from(text.len)]
    }

    /// Takes all texts out and keeps the room.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }

    /// Keeps the first `bytes` bytes, which must end with a text.
    pub fn truncate(&mut self, bytes: usize) {
        self.bytes.truncate(bytes);
    }

    /// Adds the texts of another arena; its handles move by the length of this one before.
    pub fn append(&mut self, other: &TextArena) {
        self.bytes.push_str(&other.bytes);
    }

    /// Puts arenas together in their order; the handles of each move by the length of those before it.
    pub fn concatenate(arenas: Vec<TextArena>) -> TextArena {
        let mut bytes = String::new();
        bytes.reserve_exact(arenas.iter().map(TextArena::len).sum());
        for arena in arenas {
            bytes.push_str(&arena.bytes);
        }
        TextArena { bytes }
    }

    /// Bytes held.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether the arena holds no text.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Makes room for `more` further bytes.
    pub fn reserve(&mut self, more: usize) {
        self.bytes.reserve(more);
    }
}

/// A repeated text (class, grade, programme …) by its number in [`Labels`]; 0 is the empty text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct LabelId(pub u32);

/// The dictionary of repeated texts, numbered in the order of first sight.
#[derive(Debug, Clone)]
pub struct Labels {
    texts: Vec<Box<str>>,
    numbers: FxHashMap<Box<str>, u32>,
}

impl Default for Labels {
    fn default() -> Self {
        let mut numbers = FxHashMap::default();
        numbers.insert("".into(), 0);
        Labels { texts: vec!["".into()], numbers }
    }
}

impl Labels {
    /// The number of `text`, given now if it is new.
    pub fn intern(&mut self, text: &str) -> LabelId {
        if let Some(&number) = self.numbers.get(text) {
            return LabelId(number);
        }
        let number = self.texts.len() as u32;
        self.texts.push(text.into());
        self.numbers.insert(text.into(), number);
        LabelId(number)
    }

    /// The text of a label of this dictionary.
    pub fn get(&self, label: LabelId) -> &str {
        &self.texts[label.0 as usize]
    }

    /// All labels with their texts, in order.
    pub fn iter(&self) -> impl Iterator<Item = (LabelId, &str)> {
        self.texts.iter().enumerate().map(|(number, text)| (LabelId(number as u32), &**text))
    }

    /// How many labels there are, the empty one included.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether only the empty label exists.
    pub fn is_empty(&self) -> bool {
        self.texts.len() <= 1
    }
}
