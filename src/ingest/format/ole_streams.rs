//! The names at the root of an OLE container (compound file), which tell what it is.

use rustc_hash::FxHashSet;

const HEADER: usize = 512;
const ENTRY: usize = 128;
/// Sectors of the directory that are followed; real ones have a handful.
const MOST_SECTORS: usize = 4096;
const END: u32 = 0xFFFF_FFFA;

/// The streams and storages directly below the root, as far as the container can be followed.
///
/// What is embedded deeper (a Word document inside a workbook) is not among them.
pub(super) fn root_streams(bytes: &[u8]) -> Vec<String> {
    Container::open(bytes).map(|container| container.root_names()).unwrap_or_default()
}

struct Container<'a> {
    directory: Vec<&'a [u8]>,
}

impl<'a> Container<'a> {
    fn open(bytes: &'a [u8]) -> Option<Container<'a>> {
        let shift = u32::from(u16::from_le_bytes(*bytes.get(30..32)?.first_chunk()?));
        if !matches!(shift, 9 | 12) {
            return None;
        }
        let size = 1usize << shift;
        let sector = |number: u32| {
            let start = (number as usize).checked_add(1)?.checked_mul(size)?;
            let end = start.checked_add(size)?.min(bytes.len());
            bytes.get(start..end)
        };
        let tables = allocation_tables(bytes, sector)?;
        let next = |number: u32| {
            let (table, at) = (number as usize / (size / 4), number as usize % (size / 4));
            u32_at(sector(*tables.get(table)?)?, at * 4)
        };
        let mut directory = Vec::new();
        let mut number = u32_at(bytes, 48)?;
        let mut seen = FxHashSet::default();
        while number < END && directory.len() < MOST_SECTORS && seen.insert(number) {
            let Some(part) = sector(number) else { break };
            directory.push(part);
            let Some(following) = next(number) else { break };
            number = following;
        }
        Some(Container { directory })
    }

    fn entry(&self, number: u32) -> Option<&'a [u8]> {
        let per_sector = self.directory.first()?.len() / ENTRY;
        let number = number as usize;
        let sector = self.directory.get(number.checked_div(per_sector)?)?;
        sector.get(number % per_sector * ENTRY..)?.get(..ENTRY)
    }

    /// The children of the root are a tree of siblings.
    fn root_names(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut seen = FxHashSet::default();
        let mut waiting: Vec<u32> =
            self.entry(0).and_then(|root| u32_at(root, 76)).into_iter().collect();
        while let Some(number) = waiting.pop() {
            if !seen.insert(number) {
                continue;
            }
            let Some(entry) = self.entry(number) else { continue };
            names.extend(name_of(entry));
            waiting.extend([68, 72].into_iter().filter_map(|at| u32_at(entry, at)));
        }
        names.sort();
        names
    }
}

/// The sectors of the allocation table: 109 in the header, the rest in a chain of their own.
fn allocation_tables<'a>(
    bytes: &'a [u8],
    sector: impl Fn(u32) -> Option<&'a [u8]>,
) -> Option<Vec<u32>> {
    let numbers = |part: &[u8]| -> Vec<u32> {
        part.chunks_exact(4).map(|n| u32::from_le_bytes([n[0], n[1], n[2], n[3]])).collect()
    };
    let mut tables = numbers(bytes.get(76..HEADER)?);
    let mut seen = FxHashSet::default();
    let mut further = u32_at(bytes, 68)?;
    while further < END && seen.insert(further) {
        let mut part = numbers(sector(further)?);
        further = part.pop()?;
        tables.append(&mut part);
    }
    Some(tables)
}

fn name_of(entry: &[u8]) -> Option<String> {
    let length = usize::from(u16::from_le_bytes(*entry.get(64..66)?.first_chunk()?));
    let units: Vec<u16> = entry
        .get(..length.clamp(2, 64) - 2)?
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    Some(String::from_utf16_lossy(&units))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// A container whose root holds these names, for tests.
#[cfg(test)]
pub(super) fn container_with(names: &[&str]) -> Vec<u8> {
    let mut bytes = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    bytes.resize(HEADER, 0xFF);
    bytes[30..32].copy_from_slice(&9u16.to_le_bytes());
    // Sector 0 is the allocation table, the directory follows from sector 1.
    bytes[48..52].copy_from_slice(&1u32.to_le_bytes());
    bytes[68..72].copy_from_slice(&u32::MAX.to_le_bytes());
    bytes[76..80].copy_from_slice(&0u32.to_le_bytes());
    let sectors = (names.len() + 1).div_ceil(4) as u32;
    let mut table = vec![0xFFu8; 512];
    for sector in 1..sectors {
        let at = sector as usize * 4;
        table[at..at + 4].copy_from_slice(&(sector + 1).to_le_bytes());
    }
    bytes.extend(table);
    let entry = |name: &str, right: u32, child: u32| {
        let mut entry = [0u8; ENTRY];
        for (at, unit) in name.encode_utf16().enumerate() {
            entry[at * 2..at * 2 + 2].copy_from_slice(&unit.to_le_bytes());
        }
        let length = (name.encode_utf16().count() as u16 + 1) * 2;
        entry[64..66].copy_from_slice(&length.to_le_bytes());
        entry[68..72].copy_from_slice(&u32::MAX.to_le_bytes());
        entry[72..76].copy_from_slice(&right.to_le_bytes());
        entry[76..80].copy_from_slice(&child.to_le_bytes());
        entry
    };
    let child = if names.is_empty() { u32::MAX } else { 1 };
    bytes.extend(entry("Root Entry", u32::MAX, child));
    for (at, name) in names.iter().enumerate() {
        let right = if at + 1 < names.len() { at as u32 + 2 } else { u32::MAX };
        bytes.extend(entry(name, right, u32::MAX));
    }
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_names_at_the_root_are_found_over_several_sectors() {
        let names = ["Workbook", "\u{5}SummaryInformation", "_VBA_PROJECT_CUR", "a", "b", "c"];
        let found = root_streams(&container_with(&names));
        assert_eq!(found.len(), 6);
        assert!(names.iter().all(|name| found.contains(&name.to_string())));
        assert!(root_streams(&container_with(&[])).is_empty());
    }

    proptest! {
        #[test]
        fn damage_ends_without_a_panic(at in 0usize..1500, byte: u8, cut in 0usize..2048) {
            let mut bytes = container_with(&["Workbook", "a", "b", "c"]);
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            bytes.truncate(cut.max(8));
            root_streams(&bytes);
        }
    }
}
