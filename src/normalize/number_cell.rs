//! The characters of a cell that should hold a number, in a buffer of fixed size.

use super::id_number::{clean_number, is_final_x, is_mask};

/// The longest text that is looked at: `3.30127201203051012E+017` has 24 characters.
const ROOM: usize = 26;

/// A cleaned cell, one byte for each character.
#[derive(Debug, Clone, Copy)]
pub(super) struct NumberCell {
    bytes: [u8; ROOM],
    length: usize,
}

/// Stands for a character that is hidden.
pub(super) const HIDDEN: u8 = b'*';
/// Stands for a character that never was part of a number.
const FOREIGN: u8 = b'?';

impl NumberCell {
    /// The cell without what carries no meaning. `None` if it is longer than any number and its slips.
    /// Plain ASCII takes no allocation.
    pub(super) fn read(cell: &str) -> Option<NumberCell> {
        let scientific = cell.contains('E');
        let plain = |&b: &u8| {
            b.is_ascii_digit() || b.is_ascii_uppercase() || (scientific && matches!(b, b'.' | b'+'))
        };
        let mut read = NumberCell { bytes: [0; ROOM], length: 0 };
        if cell.len() <= ROOM && cell.as_bytes().iter().all(plain) {
            read.bytes.get_mut(..cell.len())?.copy_from_slice(cell.as_bytes());
            read.length = cell.len();
            return Some(read);
        }
        // An honest cell of many blanks is short once it is clean; a page of text is not worth cleaning.
        if cell.len() > 16 * ROOM {
            return None;
        }
        let text = clean_number(cell);
        for c in text.chars() {
            *read.bytes.get_mut(read.length)? = match c {
                c if is_mask(c) => HIDDEN,
                c if is_final_x(c) && read.length == 17 => b'X',
                c => u8::try_from(c).ok().filter(u8::is_ascii).unwrap_or(FOREIGN),
            };
            read.length += 1;
        }
        // A star alone at the end is the X, not a mask.
        let hidden = read.bytes().iter().filter(|&&b| b == HIDDEN).count();
        if hidden == 1 && read.length == 18 && text.ends_with('*') {
            read.bytes[17] = b'X';
        }
        Some(read)
    }

    /// The characters.
    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// The same with letters that look like a digit read as that digit.
    pub(super) fn with_digits_for_letters(mut self) -> NumberCell {
        for byte in &mut self.bytes {
            *byte = digit_like(*byte).unwrap_or(*byte);
        }
        self
    }
}

/// The digit that a letter looks like.
pub(super) fn digit_like(letter: u8) -> Option<u8> {
    match letter {
        b'O' | b'Q' | b'D' => Some(b'0'),
        b'I' | b'L' | b'|' => Some(b'1'),
        b'Z' => Some(b'2'),
        b'S' => Some(b'5'),
        b'G' => Some(b'6'),
        b'B' => Some(b'8'),
        _ => None,
    }
}
