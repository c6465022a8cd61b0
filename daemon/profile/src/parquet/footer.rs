//! The footer: schema and the places of all column chunks.

use super::stop::Stop;
use super::thrift::{FieldHead, Read, Thrift};
use crate::input::ReadAt;
use crate::source::read_full;

/// At both ends of a file.
pub(super) const MAGIC: &[u8; 4] = b"PAR1";

/// At the end of a file whose footer is encrypted.
const ENCRYPTED: &[u8; 4] = b"PARE";

/// Bytes of a footer: more describe more column chunks than memory should hold.
const LARGEST: u64 = 64 << 20;

/// Row groups, and column chunks in all of them: each takes memory, and few bytes of a footer.
const MOST_GROUPS: usize = 1 << 20;
const MOST_CHUNKS: usize = 4 << 20;

/// Elements of a schema, groups included.
const MOST_ELEMENTS: usize = 60_000;

/// One node of the schema, in the order of the tree.
#[derive(Debug, Clone, Default)]
pub(super) struct Element {
    pub(super) name: String,
    /// Of leaves.
    pub(super) physical: Option<i32>,
    pub(super) length: i32,
    /// 0 required, 1 optional, 2 repeated.
    pub(super) repetition: i32,
    pub(super) children: i32,
    pub(super) converted: Option<i32>,
    pub(super) scale: i32,
    pub(super) precision: i32,
    pub(super) logical: Option<Logical>,
}

/// The logical type, by its number in the format, with its parameters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Logical {
    pub(super) id: i16,
    /// Decimal: scale. Integer: bits. Time and timestamp: number of the unit (1 ms, 2 us, 3 ns).
    pub(super) detail: i32,
    pub(super) precision: i32,
    /// Integer: signed. Time and timestamp: adjusted to UTC.
    pub(super) flag: bool,
}

/// One column of one row group.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Chunk {
    pub(super) codec: i32,
    /// Entries, nulls included.
    pub(super) entries: u64,
    /// Where its first page begins.
    pub(super) start: u64,
}

/// One row group.
#[derive(Debug, Clone, Default)]
pub(super) struct Group {
    pub(super) chunks: Vec<Chunk>,
    pub(super) rows: u64,
}

/// What the footer says.
#[derive(Debug, Clone, Default)]
pub(super) struct Footer {
    pub(super) schema: Vec<Element>,
    pub(super) groups: Vec<Group>,
    pub(super) rows: u64,
    /// Where the pages end.
    pub(super) start: u64,
}

/// Reads the footer of a file that begins as Parquet does.
pub(super) fn read(input: &dyn ReadAt) -> Result<Footer, Stop> {
    let size = input.size();
    let mut tail = [0; 8];
    if size < 12 {
        return Err(Stop::broken(size, "the file ends within its first bytes"));
    }
    let full = read_full(input, &mut tail, size - 8).map_err(Stop::Refused)?;
    if full < 8 {
        return Err(Stop::broken(
            size - 8,
            "the file became shorter while it was read",
        ));
    }
    let (length, magic) = tail.split_at(4);
    if magic == ENCRYPTED {
        return Err(Stop::broken(size - 4, "its footer is encrypted"));
    }
    if magic != MAGIC {
        return Err(Stop::broken(
            size - 4,
            "the file does not end as it should; it may have been copied while it was written, or cut",
        ));
    }
    let length = u64::from(u32::from_le_bytes([
        length[0], length[1], length[2], length[3],
    ]));
    if length > size - 12 {
        return Err(Stop::broken(
            size - 8,
            "the footer is said to be longer than the file",
        ));
    }
    if length > LARGEST {
        return Err(Stop::too_large(
            size - 8,
            format!("the footer is larger than {} MiB", LARGEST >> 20),
        ));
    }
    let start = size - 8 - length;
    // Bounded above, and no longer than the file.
    let mut bytes = vec![0; length as usize];
    let full = read_full(input, &mut bytes, start).map_err(Stop::Refused)?;
    let mut thrift = Thrift::new(&bytes[..full]);
    let mut footer = parse(&mut thrift).map_err(|why| {
        Stop::broken(
            start + thrift.position() as u64,
            format!("in the footer, {why}"),
        )
    })?;
    footer.start = start;
    Ok(footer)
}

fn parse(thrift: &mut Thrift<'_>) -> Read<Footer> {
    let mut footer = Footer::default();
    let (mut schema, mut groups, mut rows) = (false, false, false);
    let mut last = 0;
    while let Some(head) = thrift.field(&mut last)? {
        match head.id {
            2 => {
                footer.schema = elements(thrift, head)?;
                schema = true;
            }
            3 => {
                footer.rows = count(thrift, head)?;
                rows = true;
            }
            4 => {
                footer.groups = groups_of(thrift, head)?;
                groups = true;
            }
            8 => return Err("columns are encrypted"),
            _ => thrift.skip(head.kind)?,
        }
    }
    if !(schema && groups && rows) {
        return Err("schema, rows or row groups are not there");
    }
    Ok(footer)
}

/// A number that counts something or names a place.
fn count(thrift: &mut Thrift<'_>, head: FieldHead) -> Read<u64> {
    u64::try_from(thrift.integer(head.kind)?).map_err(|_| "a size or place is negative")
}

fn elements(thrift: &mut Thrift<'_>, head: FieldHead) -> Read<Vec<Element>> {
    let (kind, size) = thrift.list(head.kind)?;
    if size > MOST_ELEMENTS {
        return Err("the schema has too many columns");
    }
    let mut all = Vec::new();
    for _ in 0..size {
        Thrift::open(kind)?;
        all.push(element(thrift)?);
    }
    Ok(all)
}

fn element(thrift: &mut Thrift<'_>) -> Read<Element> {
    let mut element = Element::default();
    let mut last = 0;
    while let Some(head) = thrift.field(&mut last)? {
        match head.id {
            1 => element.physical = Some(thrift.small(head.kind)?),
            2 => element.length = thrift.small(head.kind)?,
            3 => element.repetition = thrift.small(head.kind)?,
            4 => element.name = String::from_utf8_lossy(thrift.binary(head.kind)?).into_owned(),
            5 => element.children = thrift.small(head.kind)?,
            6 => element.converted = Some(thrift.small(head.kind)?),
            7 => element.scale = thrift.small(head.kind)?,
            8 => element.precision = thrift.small(head.kind)?,
            10 => {
                Thrift::open(head.kind)?;
                element.logical = logical(thrift)?;
            }
            _ => thrift.skip(head.kind)?,
        }
    }
    Ok(element)
}

fn logical(thrift: &mut Thrift<'_>) -> Read<Option<Logical>> {
    let mut found = None;
    let mut last = 0;
    while let Some(head) = thrift.field(&mut last)? {
        if !matches!(head.id, 5 | 7 | 8 | 10) {
            thrift.skip(head.kind)?;
            found = Some(Logical {
                id: head.id,
                ..Logical::default()
            });
            continue;
        }
        Thrift::open(head.kind)?;
        let mut logical = Logical {
            id: head.id,
            ..Logical::default()
        };
        let mut inner = 0;
        while let Some(part) = thrift.field(&mut inner)? {
            match (head.id, part.id) {
                (5 | 10, 1) => logical.detail = thrift.small(part.kind)?,
                (5, 2) => logical.precision = thrift.small(part.kind)?,
                (10, 2) | (7 | 8, 1) => logical.flag = Thrift::truth(part.kind)?,
                (7 | 8, 2) => {
                    Thrift::open(part.kind)?;
                    let mut unit = 0;
                    while let Some(which) = thrift.field(&mut unit)? {
                        logical.detail = i32::from(which.id);
                        thrift.skip(which.kind)?;
                    }
                }
                _ => thrift.skip(part.kind)?,
            }
        }
        found = Some(logical);
    }
    Ok(found)
}

fn groups_of(thrift: &mut Thrift<'_>, head: FieldHead) -> Read<Vec<Group>> {
    let (kind, size) = thrift.list(head.kind)?;
    if size > MOST_GROUPS {
        return Err("there are too many row groups");
    }
    let (mut all, mut chunks) = (Vec::new(), 0);
    for _ in 0..size {
        Thrift::open(kind)?;
        let mut group = Group::default();
        let mut last = 0;
        while let Some(head) = thrift.field(&mut last)? {
            match head.id {
                1 => {
                    let (kind, size) = thrift.list(head.kind)?;
                    chunks += size;
                    if chunks > MOST_CHUNKS {
                        return Err("there are too many columns in too many row groups");
                    }
                    for _ in 0..size {
                        Thrift::open(kind)?;
                        group.chunks.push(chunk(thrift)?);
                    }
                }
                3 => group.rows = count(thrift, head)?,
                _ => thrift.skip(head.kind)?,
            }
        }
        group.chunks.shrink_to_fit();
        all.push(group);
    }
    Ok(all)
}

fn chunk(thrift: &mut Thrift<'_>) -> Read<Chunk> {
    let mut found = None;
    let mut last = 0;
    while let Some(head) = thrift.field(&mut last)? {
        match head.id {
            1 if !thrift.binary(head.kind)?.is_empty() => {
                return Err("a column lies in another file");
            }
            1 => {}
            3 => {
                Thrift::open(head.kind)?;
                found = Some(chunk_facts(thrift)?);
            }
            8 => return Err("a column is encrypted"),
            _ => thrift.skip(head.kind)?,
        }
    }
    found.ok_or("a column chunk says nothing of itself")
}

fn chunk_facts(thrift: &mut Thrift<'_>) -> Read<Chunk> {
    let mut chunk = Chunk::default();
    let (mut data, mut dictionary) = (None, None);
    let mut last = 0;
    while let Some(head) = thrift.field(&mut last)? {
        match head.id {
            4 => chunk.codec = thrift.small(head.kind)?,
            5 => chunk.entries = count(thrift, head)?,
            9 => data = Some(count(thrift, head)?),
            11 => dictionary = Some(count(thrift, head)?),
            _ => thrift.skip(head.kind)?,
        }
    }
    let data = data.ok_or("a column chunk does not say where its pages are")?;
    // Some writers say 0 where there is no dictionary.
    chunk.start = match dictionary {
        Some(at) if at >= 4 && at < data => at,
        _ => data,
    };
    Ok(chunk)
}
