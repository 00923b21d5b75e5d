//! OLE containers (compound files: XLS, ET, encrypted XLSX, Word, Outlook): just enough to name what stands
//! at the root and to read a stream there.
//!
//! Every number in the file may lie: chains are followed no longer than the file has sectors, and of the
//! tables only a directory of bounded size is held in memory.

#[cfg(test)]
pub(super) mod testing;

/// A container that cannot be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken;

/// The end of a chain, and all larger marks.
const LAST_SECTOR: u32 = 0xFFFF_FFFA;
const NO_ENTRY: u32 = 0xFFFF_FFFF;
const ENTRY_BYTES: usize = 128;
const MINI_SHIFT: u32 = 6;
/// Bytes of the directory that are followed; real ones have a few thousand.
const MOST_DIRECTORY_BYTES: u64 = 16 << 20;

/// An opened container.
pub(super) struct Ole<'b> {
    bytes: &'b [u8],
    shift: u32,
    /// The sectors of the allocation table, in order.
    table: Vec<u32>,
    /// Where the allocation table of small streams begins.
    mini_table: u32,
    /// Streams shorter than this are parts of one stream, which the root entry names.
    mini_below: u64,
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    is_stream: bool,
    first: u32,
    size: u64,
    left: u32,
    right: u32,
    child: u32,
}

impl<'b> Ole<'b> {
    /// Opens a container from its header.
    pub(super) fn open(bytes: &'b [u8]) -> Result<Ole<'b>, Broken> {
        let shift = u32::from(u16_at(bytes, 30).ok_or(Broken)?);
        if !(7..=16).contains(&shift) {
            return Err(Broken);
        }
        let header = |at| u32_at(bytes, at).ok_or(Broken);
        let mut ole = Ole {
            bytes,
            shift,
            table: Vec::new(),
            mini_table: header(60)?,
            mini_below: u64::from(header(56)?),
            entries: Vec::new(),
        };
        ole.table = ole.table_sectors(header(68)?);
        let large = if bytes.get(26) == Some(&4) { u64::MAX } else { u64::from(u32::MAX) };
        let directory = ole.chain(header(48)?, MOST_DIRECTORY_BYTES);
        ole.entries =
            directory.chunks_exact(ENTRY_BYTES).map(|entry| Entry::of(entry, large)).collect();
        if ole.entries.is_empty() { Err(Broken) } else { Ok(ole) }
    }

    /// The names of the streams and folders at the root. What is embedded deeper (a Word document inside
    /// a workbook) is not among them.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.root_entries().map(|entry| entry.name.as_str())
    }

    /// Whether a stream or a folder of this name stands at the root; case is no matter.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names().any(|found| found.eq_ignore_ascii_case(name))
    }

    /// A stream at the root, as far as it can be followed.
    pub(super) fn stream(&self, name: &str) -> Option<Vec<u8>> {
        let entry = self.root_entries().find(|entry| entry.name.eq_ignore_ascii_case(name))?;
        if !entry.is_stream {
            return None;
        }
        Some(if entry.size < self.mini_below {
            self.mini_chain(entry.first, entry.size)
        } else {
            self.chain(entry.first, entry.size)
        })
    }

    /// The entries at the root: its child is a tree of siblings.
    fn root_entries(&self) -> impl Iterator<Item = &Entry> {
        let mut waiting: Vec<u32> =
            self.entries.first().map(|root| root.child).into_iter().collect();
        // A damaged tree may run in circles.
        let mut seen = vec![false; self.entries.len()];
        std::iter::from_fn(move || {
            loop {
                let at = waiting.pop()? as usize;
                let Some(entry) = self.entries.get(at) else { continue };
                if std::mem::replace(seen.get_mut(at)?, true) {
                    continue;
                }
                waiting.extend([entry.left, entry.right]);
                return Some(entry);
            }
        })
    }

    fn sectors_of_file(&self) -> usize {
        (self.bytes.len() >> self.shift) + 1
    }

    /// A sector; the file's last may be cut short.
    fn sector(&self, number: u32) -> Option<&'b [u8]> {
        let start = (number as usize).checked_add(1)?.checked_mul(1 << self.shift)?;
        let end = start.checked_add(1 << self.shift)?.min(self.bytes.len());
        self.bytes.get(start..end).filter(|sector| !sector.is_empty())
    }

    /// The sectors that hold the allocation table: 109 named in the header, the rest in a chain.
    fn table_sectors(&self, mut further: u32) -> Vec<u32> {
        let in_header = self.bytes.get(76..512).unwrap_or_default();
        let mut sectors: Vec<u32> = numbers(in_header).collect();
        for _ in 0..self.sectors_of_file() {
            let Some(list) = self.sector(further).filter(|_| further < LAST_SECTOR) else { break };
            let per_sector = (1usize << self.shift) / 4 - 1;
            sectors.extend(numbers(list).take(per_sector));
            further = u32_at(list, per_sector * 4).unwrap_or(u32::MAX);
        }
        sectors.retain(|sector| *sector < LAST_SECTOR);
        sectors.truncate(self.sectors_of_file());
        sectors
    }

    fn next(&self, sector: u32) -> Option<u32> {
        let per_sector = 1usize << (self.shift - 2);
        let table = *self.table.get(sector as usize / per_sector)?;
        u32_at(self.sector(table)?, sector as usize % per_sector * 4)
    }

    /// What a chain of sectors holds, up to `size` bytes.
    fn chain(&self, first: u32, size: u64) -> Vec<u8> {
        let size = usize::try_from(size).unwrap_or(usize::MAX).min(self.bytes.len());
        let mut held = Vec::new();
        let mut at = first;
        for _ in 0..self.sectors_of_file() {
            let Some(sector) = self.sector(at).filter(|_| at < LAST_SECTOR && held.len() < size)
            else {
                break;
            };
            held.extend_from_slice(sector.get(..size - held.len()).unwrap_or(sector));
            at = self.next(at).unwrap_or(u32::MAX);
        }
        held
    }

    fn mini_chain(&self, first: u32, size: u64) -> Vec<u8> {
        let Some(root) = self.entries.first() else { return Vec::new() };
        let table = self.chain(self.mini_table, u64::MAX);
        let stream = self.chain(root.first, root.size);
        let size = usize::try_from(size).unwrap_or(usize::MAX).min(stream.len());
        let mut held = Vec::new();
        let mut at = first;
        while at < LAST_SECTOR && held.len() < size {
            let start = (at as usize) << MINI_SHIFT;
            let end = start.saturating_add(1 << MINI_SHIFT).min(stream.len());
            let Some(part) = stream.get(start..end).filter(|part| !part.is_empty()) else { break };
            held.extend_from_slice(part.get(..size - held.len()).unwrap_or(part));
            at = u32_at(&table, at as usize * 4).unwrap_or(u32::MAX);
        }
        held
    }
}

impl Entry {
    fn of(entry: &[u8], largest: u64) -> Entry {
        let length = usize::from(u16_at(entry, 64).unwrap_or(0)).saturating_sub(2).min(62);
        let name = entry.get(..length).unwrap_or_default();
        let number = |at| u32_at(entry, at).unwrap_or(NO_ENTRY);
        let size = u64::from(u32_at(entry, 120).unwrap_or(0))
            | u64::from(u32_at(entry, 124).unwrap_or(0)) << 32;
        Entry {
            name: encoding_rs::UTF_16LE.decode_without_bom_handling(name).0.into_owned(),
            is_stream: entry.get(66) == Some(&2),
            first: number(116),
            size: size & largest,
            left: number(68),
            right: number(72),
            child: number(76),
        }
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.as_chunks::<4>().0.iter().map(|number| u32::from_le_bytes(*number))
}

#[cfg(test)]
mod tests {
    use super::testing::ole_of;
    use super::*;

    #[test]
    fn streams_at_the_root_are_read_small_and_large() {
        let large: Vec<u8> = (0..20_000u32).flat_map(u32::to_le_bytes).collect();
        let bytes = ole_of(&[("Workbook", &large), ("Small", b"small")]);
        let ole = Ole::open(&bytes).ok().unwrap();
        assert_eq!(ole.stream("WORKBOOK"), Some(large));
        assert_eq!(ole.stream("Small").as_deref(), Some(&b"small"[..]));
        assert!(ole.has("small") && !ole.has("Book") && ole.stream("Book").is_none());
    }

    #[test]
    fn the_names_at_the_root_are_found_over_several_sectors_of_the_directory() {
        let names = ["Workbook", "\u{5}SummaryInformation", "_VBA_PROJECT_CUR", "a", "b", "c"];
        let bytes = ole_of(&names.map(|name| (name, &b"x"[..])));
        let ole = Ole::open(&bytes).ok().unwrap();
        let mut found: Vec<&str> = ole.names().collect();
        found.sort_unstable();
        assert_eq!(
            found,
            ["\u{5}SummaryInformation", "Workbook", "_VBA_PROJECT_CUR", "a", "b", "c"]
        );
        assert_eq!(Ole::open(&ole_of(&[])).ok().unwrap().names().count(), 0);
    }

    #[test]
    fn cut_and_flipped_containers_end() {
        let whole = ole_of(&[("Workbook", &[7; 9_000]), ("Small", b"small")]);
        for at in 0..whole.len() {
            for bytes in [whole.get(..at).unwrap().to_vec(), {
                let mut flipped = whole.clone();
                flipped[at] ^= 0xFF;
                flipped
            }] {
                if let Ok(ole) = Ole::open(&bytes) {
                    let read = ole.stream("Workbook").unwrap_or_default();
                    assert!(read.len() <= bytes.len());
                    let small = ole.stream("Small").unwrap_or_default();
                    assert!(small.len() <= bytes.len());
                    assert!(ole.names().count() <= bytes.len() / ENTRY_BYTES);
                }
            }
        }
    }
}
