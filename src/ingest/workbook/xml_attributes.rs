//! Attributes of XML tags, by the part of their name behind the prefix.

use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;

/// The value of the attribute whose local name is `name`, its entities resolved; `None` if absent.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    attributes
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.local_name().as_ref() == name)
        .map(|attribute| match attribute.normalized_value(XmlVersion::Implicit1_0) {
            Ok(value) => value.into_owned(),
            Err(_) => attribute.value.into_owned(),
        })
}

/// The raw value of the attribute `name` in the bytes of a tag (`<row r="5" …`), for hot scans.
pub(super) fn raw_attribute<'t>(tag: &'t [u8], name: &[u8]) -> Option<&'t [u8]> {
    let mut from = 0;
    loop {
        let at = from + memchr::memmem::find(tag.get(from..)?, name)?;
        let before = at.checked_sub(1).and_then(|before| tag.get(before));
        let after = tag.get(at + name.len()..)?;
        if before.is_some_and(u8::is_ascii_whitespace)
            && let [b'=', quote @ (b'"' | b'\''), value @ ..] = after
        {
            return value.get(..memchr::memchr(*quote, value)?);
        }
        from = at + name.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_by_their_local_name() {
        let tag = BytesStart::from_content("sheet name=\"A&amp;B\" r:id='rId1'", 5);
        assert_eq!(attribute(&tag, "name").as_deref(), Some("A&B"));
        assert_eq!(attribute(&tag, "id").as_deref(), Some("rId1"));
        assert_eq!(attribute(&tag, "state"), None);
    }

    #[test]
    fn raw_attributes_are_found_by_their_whole_name() {
        let tag = b"row dr=\"9\" spans='1:2' r=\"12\" hidden=\"1\"";
        assert_eq!(raw_attribute(tag, b"r"), Some(&b"12"[..]));
        assert_eq!(raw_attribute(tag, b"spans"), Some(&b"1:2"[..]));
        assert_eq!(raw_attribute(tag, b"ht"), None);
        assert_eq!(raw_attribute(b"<row r=\"12", b"r"), None);
    }
}
