//! The pages of a column chunk, one after the other, each in memory by itself.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use super::codec::Codecs;
use super::footer::Chunk;
use super::stop::Stop;
use super::thrift::{ENDS_EARLY, Read, Thrift};
use crate::input::ReadAt;
use crate::source::read_full;

/// Bytes of a page, packed or not. DuckDB writes pages of up to 100 MB; what claims more is refused
/// before memory is taken for it.
const LARGEST: usize = 128 << 20;

/// A page beyond this is in memory alone: the other threads wait with theirs.
const LARGE: usize = 8 << 20;

/// Bytes of a header that are read at once; statistics can make it longer, up to the second.
const HEAD: usize = 512;
const LARGEST_HEAD: usize = 1 << 20;

/// Bytes after a page that can be read as if they were part of it: numbers are loaded eight bytes
/// at a time.
pub(super) const PADDING: usize = 8;

const OTHER_SIZE: &str = "a page has another size than it says";

/// What all threads share while they read.
pub(super) struct Shared<'a> {
    pub(super) input: &'a dyn ReadAt,
    /// No page lies here or beyond.
    pub(super) end: u64,
    pub(super) large: Mutex<()>,
    /// Bytes of pages read so far.
    pub(super) read: AtomicU64,
}

/// How a page holds its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Dictionary,
    /// Levels and values are compressed together, each level before its size.
    First,
    /// Levels of these bytes (repetition, definition) come first and are never compressed.
    Second {
        repetition: usize,
        definition: usize,
        packed: bool,
        rows: u32,
    },
}

/// A page's header.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    pub(super) form: Form,
    /// Values with the nulls, or of a dictionary.
    pub(super) entries: u32,
    pub(super) encoding: i32,
    /// Encodings of the levels, of the first form.
    pub(super) levels: [i32; 2],
    packed: usize,
    unpacked: usize,
    crc: Option<u32>,
    /// Where the header begins.
    pub(super) at: u64,
    /// Where its bytes begin.
    body: u64,
}

/// Memory that is used again from page to page.
#[derive(Default)]
pub(super) struct Room {
    pub(super) codecs: Codecs,
    packed: Vec<u8>,
    /// The page, and [`PADDING`] after it.
    pub(super) page: Vec<u8>,
}

impl Room {
    /// Gives back what a large page took.
    pub(super) fn shrink(&mut self) {
        for buffer in [&mut self.packed, &mut self.page] {
            if buffer.capacity() > LARGE {
                *buffer = Vec::new();
            }
        }
    }
}

/// The header of the page at a place; None of a page that holds no values (an index).
pub(super) fn head(shared: &Shared<'_>, at: u64) -> Result<(Option<Head>, u64), Stop> {
    let left = shared.end.saturating_sub(at);
    let mut length = HEAD;
    loop {
        let most = usize::try_from(left).unwrap_or(length).min(length);
        let mut bytes = vec![0; most];
        let full = read_full(shared.input, &mut bytes, at).map_err(Stop::Refused)?;
        let mut thrift = Thrift::new(&bytes[..full]);
        match parse(&mut thrift, at) {
            Ok((head, packed)) => {
                let body = at + thrift.position() as u64;
                if packed as u64 > shared.end.saturating_sub(body) {
                    return Err(Stop::broken(
                        at,
                        "a page reaches beyond the end of the pages",
                    ));
                }
                shared.read.fetch_add(body - at, Ordering::Relaxed);
                let head = head.map(|head| Head { body, ..head });
                return Ok((head, body + packed as u64));
            }
            Err(ENDS_EARLY) if length < LARGEST_HEAD && (most as u64) < left => length *= 16,
            Err(why) => return Err(Stop::broken(at, format!("in the header of a page, {why}"))),
        }
    }
}

/// The header and the bytes of the page after it.
fn parse(thrift: &mut Thrift<'_>, at: u64) -> Read<(Option<Head>, usize)> {
    let (mut kind, mut unpacked, mut packed, mut crc) = (None, 0, 0, None);
    let (mut entries, mut encoding, mut levels) = (0, 0, [3, 3]);
    let (mut rows, mut lengths, mut compressed) = (0, [0, 0], true);
    let mut last = 0;
    while let Some(head) = thrift.field(&mut last)? {
        match head.id {
            1 => kind = Some(thrift.small(head.kind)?),
            2 => unpacked = size(thrift.small(head.kind)?)?,
            3 => packed = size(thrift.small(head.kind)?)?,
            4 => crc = Some(thrift.small(head.kind)? as u32),
            5 | 7 | 8 => {
                Thrift::open(head.kind)?;
                let mut inner = 0;
                while let Some(part) = thrift.field(&mut inner)? {
                    match (head.id, part.id) {
                        (_, 1) => entries = size(thrift.small(part.kind)?)?,
                        (5 | 7, 2) | (8, 4) => encoding = thrift.small(part.kind)?,
                        (5, 3) => levels[1] = thrift.small(part.kind)?,
                        (5, 4) => levels[0] = thrift.small(part.kind)?,
                        (8, 3) => rows = size(thrift.small(part.kind)?)?,
                        (8, 5) => lengths[1] = size(thrift.small(part.kind)?)?,
                        (8, 6) => lengths[0] = size(thrift.small(part.kind)?)?,
                        (8, 7) => compressed = Thrift::truth(part.kind)?,
                        _ => thrift.skip(part.kind)?,
                    }
                }
            }
            _ => thrift.skip(head.kind)?,
        }
    }
    let form = match kind {
        Some(0) => Form::First,
        Some(1) => return Ok((None, packed)),
        Some(2) => Form::Dictionary,
        Some(3) => Form::Second {
            repetition: lengths[0],
            definition: lengths[1],
            packed: compressed,
            rows: rows as u32,
        },
        _ => return Err("the page is of an unknown type"),
    };
    let head = Head {
        form,
        entries: entries as u32,
        encoding,
        levels,
        packed,
        unpacked,
        crc,
        at,
        body: at,
    };
    Ok((Some(head), packed))
}

fn size(claimed: i32) -> Read<usize> {
    usize::try_from(claimed).map_err(|_| "a size is negative")
}

/// Reads and unpacks a page into `room`.
pub(super) fn load(
    shared: &Shared<'_>,
    chunk: &Chunk,
    head: &Head,
    room: &mut Room,
) -> Result<(), Stop> {
    let most = head.packed.max(head.unpacked);
    if most > LARGEST {
        return Err(Stop::too_large(
            head.at,
            format!(
                "a page claims {most} bytes; pages of up to {} MiB are read",
                LARGEST >> 20
            ),
        ));
    }
    let Room {
        codecs,
        packed,
        page,
    } = room;
    if chunk.codec == 0 {
        if head.packed != head.unpacked {
            return Err(Stop::broken(head.at, OTHER_SIZE));
        }
        return fetch(shared, head, page);
    }
    fetch(shared, head, packed)?;
    unpack(chunk, head, codecs, &packed[..head.packed], page)
        .map_err(|why| Stop::broken(head.at, why))
}

/// Reads the bytes of a page as they are in the file.
fn fetch(shared: &Shared<'_>, head: &Head, target: &mut Vec<u8>) -> Result<(), Stop> {
    target.clear();
    target.resize(head.packed + PADDING, 0);
    let body = &mut target[..head.packed];
    let full = read_full(shared.input, body, head.body).map_err(Stop::Refused)?;
    if full < head.packed {
        return Err(Stop::broken(
            head.at,
            "the file became shorter while it was read",
        ));
    }
    shared.read.fetch_add(full as u64, Ordering::Relaxed);
    if head.crc.is_some_and(|crc| crc != crc32fast::hash(body)) {
        return Err(Stop::broken(
            head.at,
            "a page is damaged: its checksum is another one",
        ));
    }
    Ok(())
}

fn unpack(
    chunk: &Chunk,
    head: &Head,
    codecs: &mut Codecs,
    body: &[u8],
    page: &mut Vec<u8>,
) -> Read<()> {
    // What stands before the compressed part as it is.
    let (open, packed) = match head.form {
        Form::Second {
            repetition,
            definition,
            packed,
            ..
        } => (repetition + definition, packed),
        _ => (0, true),
    };
    if open > body.len() || open > head.unpacked {
        return Err("the levels of a page are larger than it");
    }
    page.clear();
    page.resize(head.unpacked + PADDING, 0);
    page[..open].copy_from_slice(&body[..open]);
    let (from, to) = (&body[open..], &mut page[open..head.unpacked]);
    if packed {
        codecs.decompress(chunk.codec, from, to)
    } else if from.len() == to.len() {
        to.copy_from_slice(from);
        Ok(())
    } else {
        Err(OTHER_SIZE)
    }
}

/// Whether a page is read while no other thread holds a large one.
pub(super) fn is_large(head: &Head) -> bool {
    head.packed.max(head.unpacked) > LARGE
}

/// Where the bytes of a loaded page lie in its room.
pub(super) struct Parts {
    pub(super) repetition: (usize, usize),
    pub(super) definition: (usize, usize),
    pub(super) values: (usize, usize),
}

impl Parts {
    /// Of a page of data in `page` (without its padding), for a column with these largest levels.
    pub(super) fn of(
        head: &Head,
        page: &[u8],
        max_repetition: u32,
        max_definition: u32,
    ) -> Read<Self> {
        let end = page.len();
        match head.form {
            Form::Dictionary => Err("a dictionary stands where values should"),
            Form::Second {
                repetition,
                definition,
                ..
            } if repetition + definition > end => Err(ENDS_EARLY),
            Form::Second {
                repetition,
                definition,
                ..
            } => Ok(Self {
                repetition: (0, repetition),
                definition: (repetition, repetition + definition),
                values: (repetition + definition, end),
            }),
            Form::First => {
                let mut at = 0;
                let mut level = |max: u32, encoding: i32| -> Read<(usize, usize)> {
                    if max == 0 {
                        return Ok((at, at));
                    }
                    if encoding != 3 {
                        return Err("its levels are in an encoding that nobody writes any more");
                    }
                    let length = page.get(at..).and_then(|rest| rest.first_chunk::<4>());
                    let length = u32::from_le_bytes(*length.ok_or(ENDS_EARLY)?) as usize;
                    let start = at + 4;
                    at = start
                        .checked_add(length)
                        .filter(|at| *at <= end)
                        .ok_or(ENDS_EARLY)?;
                    Ok((start, at))
                };
                let repetition = level(max_repetition, head.levels[0])?;
                let definition = level(max_definition, head.levels[1])?;
                Ok(Self {
                    repetition,
                    definition,
                    values: (at, end),
                })
            }
        }
    }
}

/// A lock on being large, when one is due.
pub(super) fn alone<'a>(
    shared: &'a Shared<'_>,
    head: &Head,
) -> Option<std::sync::MutexGuard<'a, ()>> {
    is_large(head).then(|| {
        shared
            .large
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    })
}
