//! HTML as the few events that tables are made of. No tree is built: a hostile file has nothing to grow.

use std::cell::Cell;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{IoReader, Span, State, Tokenizer};

use super::html_grid::CellStart;
use super::markup_text::MarkupText;

/// A start tag with the attributes that matter.
#[derive(Debug, Default)]
pub(super) struct Tag {
    /// In lower case.
    pub name: String,
    pub cell: CellStart,
    /// `display:none` or `hidden`.
    pub hidden: bool,
}

/// Receives the events of a file in their order; `false` ends the reading.
pub(super) trait HtmlEvents {
    fn open(&mut self, tag: &Tag) -> bool;
    fn close(&mut self, name: &str) -> bool;
    fn text(&mut self, text: &str) -> bool;
    fn comment(&mut self, text: &str);
}

#[derive(Debug, Clone, Copy)]
enum Attribute {
    Columns,
    Rows,
    Number,
    Style,
    Other,
}

/// What the callback asks of the loop.
enum Ask {
    Stop,
    /// What follows, up to the end tag of the element just begun, is no markup.
    Raw(State),
}

/// Reads all of a file. `damaged` is set where characters could not be decoded.
pub(super) fn read_tags(bytes: &[u8], damaged: &Cell<bool>, events: &mut dyn HtmlEvents) {
    let mut tag = Tag::default();
    let mut attribute = Attribute::Other;
    let emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| {
        let goes_on = match event {
            CallbackEvent::OpenStartTag { name } => {
                tag = Tag { name: word(name), ..Tag::default() };
                true
            }
            CallbackEvent::AttributeName { name } => {
                attribute = match name {
                    b"colspan" => Attribute::Columns,
                    b"rowspan" => Attribute::Rows,
                    b"x:num" | b"sdval" => Attribute::Number,
                    b"style" => Attribute::Style,
                    _ => Attribute::Other,
                };
                tag.hidden |= name == b"hidden";
                true
            }
            CallbackEvent::AttributeValue { value } => {
                let value = String::from_utf8_lossy(value);
                match attribute {
                    Attribute::Columns => tag.cell.columns = span(&value),
                    Attribute::Rows => tag.cell.rows = span(&value),
                    Attribute::Number => tag.cell.number = value.chars().take(64).collect(),
                    Attribute::Style => tag.hidden |= hides(&value),
                    Attribute::Other => {}
                }
                true
            }
            CallbackEvent::CloseStartTag { self_closing } => {
                tag.cell.is_header = tag.name == "th";
                let raw = if self_closing { None } else { raw_state(&tag.name) };
                let goes_on = events.open(&tag);
                match raw {
                    Some(state) if goes_on => return Some(Ask::Raw(state)),
                    _ => goes_on,
                }
            }
            CallbackEvent::EndTag { name } => events.close(&word(name)),
            CallbackEvent::String { value } => events.text(&String::from_utf8_lossy(value)),
            CallbackEvent::Comment { value } => {
                events.comment(&String::from_utf8_lossy(value));
                true
            }
            CallbackEvent::Doctype { .. } | CallbackEvent::Error(_) => true,
        };
        (!goes_on).then_some(Ask::Stop)
    });
    let text = IoReader::new(MarkupText::new(bytes, damaged));
    let mut tokens = Tokenizer::new_with_emitter(text, emitter);
    // Reading from memory does not fail.
    while let Some(Ok(ask)) = tokens.next() {
        match ask {
            Ask::Stop => return,
            Ask::Raw(state) => tokens.set_state(state),
        }
    }
}

/// Elements whose content is not markup.
fn raw_state(name: &str) -> Option<State> {
    match name {
        "title" | "textarea" => Some(State::RcData),
        "script" => Some(State::ScriptData),
        "style" | "iframe" | "xmp" | "noembed" | "noscript" => Some(State::RawText),
        _ => None,
    }
}

fn word(name: &[u8]) -> String {
    let name = name.get(..name.len().min(32)).unwrap_or(name);
    String::from_utf8_lossy(name).to_ascii_lowercase()
}

/// A span as browsers read it: leading digits; more than fits is the most that does.
fn span(value: &str) -> u32 {
    let digits: String = value.trim().chars().take_while(char::is_ascii_digit).collect();
    if digits.is_empty() { 1 } else { digits.parse().unwrap_or(u32::MAX) }
}

fn hides(style: &str) -> bool {
    let style: String = style.chars().take(4096).filter(|c| !c.is_whitespace()).collect::<String>();
    style.to_ascii_lowercase().contains("display:none")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Seen(String);

    impl HtmlEvents for Seen {
        fn open(&mut self, tag: &Tag) -> bool {
            let hidden = if tag.hidden { " hidden" } else { "" };
            self.0 += &format!("<{} {}x{}{hidden}>", tag.name, tag.cell.columns, tag.cell.rows);
            true
        }
        fn close(&mut self, name: &str) -> bool {
            self.0 += &format!("</{name}>");
            true
        }
        fn text(&mut self, text: &str) -> bool {
            self.0 += text;
            text != "stop"
        }
        fn comment(&mut self, text: &str) {
            self.0 += &format!("<!{}>", text.len());
        }
    }

    fn seen(html: &str) -> String {
        let mut seen = Seen::default();
        read_tags(html.as_bytes(), &Cell::new(false), &mut seen);
        seen.0
    }

    #[test]
    fn tags_are_read_with_spans_and_styles() {
        assert_eq!(
            seen("<TD ColSpan=' 2' rowspan=99999999999>a&nbsp;&#x738B;</td>"),
            "<td 2x4294967295>a\u{a0}王</td>"
        );
        assert_eq!(seen("<tr style='mso-x:y; Display : NONE'>"), "<tr 0x0 hidden>");
        assert_eq!(seen("<tr hidden><td colspan=x>"), "<tr 0x0 hidden><td 1x0>");
        assert_eq!(seen("a<!--[if x]><td><![endif]-->b<![if !y]>c"), "a<!20>b<!7>c");
    }

    #[test]
    fn what_is_no_markup_is_not_taken_for_it() {
        assert_eq!(seen("<script>'<td>'</script>b"), "<script 0x0>'<td>'</script>b");
        assert_eq!(seen("<title/><td>"), "<title 0x0><td 0x0>");
        assert_eq!(seen("<style>a<b</style><p>"), "<style 0x0>a<b</style><p 0x0>");
    }

    #[test]
    fn reading_can_be_ended() {
        assert!(!seen("a<p>stop<p>b<p>c").contains('c'));
    }
}
