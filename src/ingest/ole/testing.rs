//! Containers made by hand.

/// An OLE container of streams at its root, in sectors of 512 bytes; those under 4,096 bytes in the
/// stream of small ones.
pub(in crate::ingest) fn ole_of(streams: &[(&str, &[u8])]) -> Vec<u8> {
    const SECTOR: usize = 512;
    const LAST: u32 = 0xFFFF_FFFE;
    let mut sectors: Vec<u8> = Vec::new();
    let mut table: Vec<u32> = Vec::new();
    let mut put = |bytes: &[u8]| -> u32 {
        let first = table.len() as u32;
        for (at, chunk) in bytes.chunks(SECTOR).enumerate() {
            sectors.extend_from_slice(chunk);
            sectors.resize(sectors.len().next_multiple_of(SECTOR), 0);
            let last = (at + 1) * SECTOR >= bytes.len();
            table.push(if last { LAST } else { table.len() as u32 + 1 });
        }
        if bytes.is_empty() { LAST } else { first }
    };
    let mut small: Vec<u8> = Vec::new();
    let mut small_table: Vec<u8> = Vec::new();
    let mut entries: Vec<(String, u8, u32, usize)> = Vec::new();
    for (name, stream) in streams {
        let first = if stream.len() < 4096 {
            let first = (small.len() / 64) as u32;
            let count = stream.len().div_ceil(64) as u32;
            for at in 0..count {
                let next = if at + 1 == count { LAST } else { first + at + 1 };
                small_table.extend(next.to_le_bytes());
            }
            small.extend_from_slice(stream);
            small.resize(small.len().next_multiple_of(64), 0);
            first
        } else {
            put(stream)
        };
        entries.push((name.to_string(), 2, first, stream.len()));
    }
    let root = put(&small);
    entries.insert(0, ("Root Entry".into(), 5, root, small.len()));
    let small_first = put(&small_table);
    let count = entries.len();
    let mut directory: Vec<u8> = Vec::new();
    for (at, (name, kind, first, size)) in entries.into_iter().enumerate() {
        let mut entry = vec![0u8; 128];
        let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        entry[..units.len()].copy_from_slice(&units);
        entry[64..66].copy_from_slice(&(units.len() as u16 + 2).to_le_bytes());
        entry[66] = kind;
        let child = if at == 0 && count > 1 { 1 } else { u32::MAX };
        let right = if at > 0 && at + 1 < count { at as u32 + 1 } else { u32::MAX };
        entry[68..72].copy_from_slice(&u32::MAX.to_le_bytes());
        entry[72..76].copy_from_slice(&right.to_le_bytes());
        entry[76..80].copy_from_slice(&child.to_le_bytes());
        entry[116..120].copy_from_slice(&first.to_le_bytes());
        entry[120..124].copy_from_slice(&(size as u32).to_le_bytes());
        directory.extend(entry);
    }
    let directory_first = put(&directory);
    let mut header = vec![0u8; SECTOR];
    header[..8].copy_from_slice(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    for (at, value) in [(26, 3u16), (28, 0xFFFE), (30, 9), (32, 6)] {
        header[at..at + 2].copy_from_slice(&value.to_le_bytes());
    }
    header[76..].fill(0xFF);
    let table_sectors = (table.len() + 1).div_ceil(SECTOR / 4 - 1);
    let table_first = table.len() as u32;
    table.extend(std::iter::repeat_n(0xFFFF_FFFD, table_sectors));
    for (at, value) in [
        (44, table_sectors as u32),
        (48, directory_first),
        (56, 4096),
        (60, small_first),
        (64, 1),
        (68, LAST),
        (72, 0),
    ] {
        header[at..at + 4].copy_from_slice(&value.to_le_bytes());
    }
    for at in 0..table_sectors {
        let place = 76 + at * 4;
        header[place..place + 4].copy_from_slice(&(table_first + at as u32).to_le_bytes());
    }
    let mut table_bytes: Vec<u8> = table.into_iter().flat_map(u32::to_le_bytes).collect();
    table_bytes.resize(table_bytes.len().next_multiple_of(SECTOR), 0xFF);
    [header, sectors, table_bytes].concat()
}
