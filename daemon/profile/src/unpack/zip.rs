//! The one file of a zip archive, found by the directory at the archive's end.

use crate::Refusal;
use crate::input::ReadAt;
use crate::source::read_full;

/// Where and how the one file lies in its archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// Byte of the archive its packed bytes start at.
    pub start: u64,
    pub packed_bytes: u64,
    /// Once unpacked.
    pub bytes: u64,
    pub crc: u32,
    pub method: Method,
}

/// How a member is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Stored,
    Deflate,
    Bzip2,
    Zstd,
    Xz,
}

/// The directory's end with the longest comment, and what zip64 puts before it.
const TAIL: usize = 22 + 0xffff + 20;

/// Entries that are looked at: an archive of one file has few others.
const MAX_ENTRIES: u64 = 10_000;

const DIRECTORY_END: &[u8] = b"PK\x05\x06";
const LARGE_END: &[u8] = b"PK\x06\x06";
const LARGE_LOCATOR: &[u8] = b"PK\x06\x07";
const ENTRY: &[u8] = b"PK\x01\x02";
const LOCAL: &[u8] = b"PK\x03\x04";

/// An entry of the directory.
struct Entry {
    name: Vec<u8>,
    flags: u16,
    method: u16,
    crc: u32,
    packed_bytes: u64,
    bytes: u64,
    local: u64,
}

/// The only file of an archive that has no other, save the noise of file managers.
///
/// # Errors
/// [`Refusal::Unreadable`], in words.
pub(super) fn only_file(input: &dyn ReadAt) -> Result<Member, Refusal> {
    let (count, mut at) = directory(input)?;
    let mut only = None;
    for _ in 0..count.min(MAX_ENTRIES) {
        let (entry, next) = entry(input, at)?;
        at = next;
        if matches!(&entry.name[..], b"[Content_Types].xml" | b"mimetype") {
            return Err(refused(
                "the content is an office document; export its tables as CSV and drop those",
                0,
            ));
        }
        if is_noise(&entry.name) {
            continue;
        }
        if only.replace(entry).is_some() {
            return Err(refused(
                "the zip archive holds several files; unpack it and drop each by itself",
                0,
            ));
        }
    }
    if count > MAX_ENTRIES {
        return Err(refused("the zip archive holds too many entries", 0));
    }
    let entry = only.ok_or_else(|| refused("the zip archive holds no file", 0))?;
    member(input, &entry)
}

fn member(input: &dyn ReadAt, entry: &Entry) -> Result<Member, Refusal> {
    // Bit 0: encrypted; bit 13: the directory's own values are masked.
    if entry.flags & (1 | 1 << 6 | 1 << 13) != 0 {
        return Err(refused(
            "the file in the zip archive is encrypted; unpack it with its password and drop that",
            entry.local,
        ));
    }
    let method = match entry.method {
        0 => Method::Stored,
        8 => Method::Deflate,
        12 => Method::Bzip2,
        93 => Method::Zstd,
        95 => Method::Xz,
        other => {
            return Err(refused(
                &format!(
                    "the file in the zip archive is packed by method {other}, which this version \
                     does not read; pack it again with deflate"
                ),
                entry.local,
            ));
        }
    };
    let header = exactly(input, entry.local, 30)?;
    if !header.starts_with(LOCAL) {
        return Err(damaged(entry.local));
    }
    let start = entry.local + 30 + u64::from(u16_at(&header, 26)) + u64::from(u16_at(&header, 28));
    if start
        .checked_add(entry.packed_bytes)
        .is_none_or(|end| end > input.size())
    {
        return Err(damaged(entry.local));
    }
    Ok(Member {
        start,
        packed_bytes: entry.packed_bytes,
        bytes: entry.bytes,
        crc: entry.crc,
        method,
    })
}

/// What file managers leave in archives.
fn is_noise(name: &[u8]) -> bool {
    let last = name.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    name.ends_with(b"/")
        || name.starts_with(b"__MACOSX/")
        || last.starts_with(b"._")
        || matches!(last, b".DS_Store" | b"Thumbs.db" | b"desktop.ini")
}

/// Entries of the directory and the byte it starts at.
fn directory(input: &dyn ReadAt) -> Result<(u64, u64), Refusal> {
    let size = input.size();
    let length = usize::try_from(size).map_or(TAIL, |size| size.min(TAIL));
    let from = size - length as u64;
    let tail = exactly(input, from, length)?;
    let ends = memchr::memmem::rfind_iter(&tail, DIRECTORY_END);
    let end = ends
        .into_iter()
        .find(|at| {
            let end = &tail[*at..];
            end.len() >= 22 && end.len() >= 22 + usize::from(u16_at(end, 20))
        })
        .ok_or_else(|| {
            refused(
                "the zip archive is cut short: it lacks the directory at its end",
                size,
            )
        })?;
    let (count, start) = (u16_at(&tail, end + 10), u32_at(&tail, end + 16));
    if count != u16::MAX && start != u32::MAX {
        return Ok((u64::from(count), u64::from(start)));
    }
    let locator = end.checked_sub(20).map(|at| &tail[at..end]);
    let Some(locator) = locator.filter(|locator| locator.starts_with(LARGE_LOCATOR)) else {
        return Ok((u64::from(count), u64::from(start)));
    };
    let at = u64_at(locator, 8);
    let large = exactly(input, at, 56)?;
    if !large.starts_with(LARGE_END) {
        return Err(damaged(at));
    }
    Ok((u64_at(&large, 32), u64_at(&large, 48)))
}

/// The entry at a byte, and the byte after it.
fn entry(input: &dyn ReadAt, at: u64) -> Result<(Entry, u64), Refusal> {
    let header = exactly(input, at, 46)?;
    if !header.starts_with(ENTRY) {
        return Err(damaged(at));
    }
    let name_length = usize::from(u16_at(&header, 28));
    let extra_length = usize::from(u16_at(&header, 30));
    let comment_length = u64::from(u16_at(&header, 32));
    let mut name = exactly(input, at + 46, name_length + extra_length)?;
    let extra = name.split_off(name_length);
    let mut entry = Entry {
        name,
        flags: u16_at(&header, 8),
        method: u16_at(&header, 10),
        crc: u32_at(&header, 16),
        packed_bytes: u64::from(u32_at(&header, 20)),
        bytes: u64::from(u32_at(&header, 24)),
        local: u64::from(u32_at(&header, 42)),
    };
    enlarge(&mut entry, &extra);
    let next = at + 46 + (name_length + extra_length) as u64 + comment_length;
    Ok((entry, next))
}

/// Takes the sizes that do not fit 32 bits from the extra field of zip64, in its order.
fn enlarge(entry: &mut Entry, extra: &[u8]) {
    let mut rest = extra;
    while rest.len() >= 4 {
        let (id, length) = (u16_at(rest, 0), usize::from(u16_at(rest, 2)));
        let Some(body) = rest.get(4..4 + length) else {
            return;
        };
        rest = &rest[4 + length..];
        if id != 1 {
            continue;
        }
        let mut values = body.chunks_exact(8).map(|value| u64_at(value, 0));
        for field in [&mut entry.bytes, &mut entry.packed_bytes, &mut entry.local] {
            if *field == u64::from(u32::MAX) {
                *field = values.next().unwrap_or(*field);
            }
        }
        return;
    }
}

fn exactly(input: &dyn ReadAt, at: u64, length: usize) -> Result<Vec<u8>, Refusal> {
    if at
        .checked_add(length as u64)
        .is_none_or(|end| end > input.size())
    {
        return Err(damaged(at));
    }
    let mut bytes = vec![0; length];
    if read_full(input, &mut bytes, at)? < length {
        return Err(damaged(at));
    }
    Ok(bytes)
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

fn damaged(at: u64) -> Refusal {
    refused(
        &format!("the zip archive is damaged near byte {at}; pack the file again"),
        at,
    )
}

fn refused(message: &str, at: u64) -> Refusal {
    Refusal::Unreadable {
        message: message.to_owned(),
        offset: Some(at),
    }
}
