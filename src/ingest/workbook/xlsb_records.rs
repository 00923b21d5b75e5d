//! The records of an XLSB part: a type, a length, a body.

use std::io::{self, Read};

use super::limits::MOST_TOKEN_BYTES;
use super::package::{Package, PackageError};

/// Gives every record of the part `name` to `each`: its type and its body. Errors if the part is missing,
/// cut off within a record, holds an overlong one, or unpacks to over `limit` bytes.
pub(super) fn each_record(
    package: &mut Package<'_>,
    name: &str,
    limit: u64,
    mut each: impl FnMut(u16, &[u8]),
) -> Result<(), PackageError> {
    let Some(stream) = package.stream(name, limit)? else {
        return Err(PackageError::Damaged(format!("{name} is missing")));
    };
    let mut input = io::BufReader::with_capacity(64 << 10, stream);
    let mut body = Vec::new();
    while let Some(first) = next_byte(&mut input)? {
        let mut kind = u16::from(first);
        if first & 0x80 != 0 {
            kind = u16::from(first & 0x7F) | u16::from(needed(&mut input)? & 0x7F) << 7;
        }
        let mut length = 0usize;
        for place in 0..4 {
            let byte = needed(&mut input)?;
            length |= usize::from(byte & 0x7F) << (7 * place);
            if byte & 0x80 == 0 {
                break;
            }
        }
        if length > MOST_TOKEN_BYTES {
            return Err(PackageError::Damaged(format!("{name}: a record of {length} bytes")));
        }
        body.resize(length, 0);
        input.read_exact(&mut body)?;
        each(kind, &body);
    }
    Ok(())
}

fn next_byte(input: &mut impl io::BufRead) -> io::Result<Option<u8>> {
    let byte = input.fill_buf()?.first().copied();
    input.consume(usize::from(byte.is_some()));
    Ok(byte)
}

fn needed(input: &mut impl io::BufRead) -> io::Result<u8> {
    next_byte(input)?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

/// The 32-bit number at a place of a record's body.
pub(super) fn number_at(body: &[u8], at: usize) -> Option<u32> {
    let bytes = body.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

/// The string at a place of a record's body (a count of UTF-16 units, then they), and where it ends.
pub(super) fn string_at(body: &[u8], at: usize) -> Option<(String, usize)> {
    let units = number_at(body, at)? as usize;
    let start = at.checked_add(4)?;
    let end = start.checked_add(units.checked_mul(2)?)?;
    let (text, _) = encoding_rs::UTF_16LE.decode_without_bom_handling(body.get(start..end)?);
    Some((text.into_owned(), end))
}
