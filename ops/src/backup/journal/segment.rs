//! A file of the journal: a head, then one record a commit. Each record carries its own hash, so that
//! one whose end never reached the disk is known for what it is.

use std::io::{self, Write};

use ddgen_ipc::Timestamp;

use super::Stretch;
use super::log::Position;

const MAGIC: &[u8; 16] = b"ddgen-journal-1\n";
const HEAD: usize = MAGIC.len() + 16 + 8 + 4;
/// Length and hash before each record.
const FRONT: usize = 4 + 16;
/// Number, moment, mark of doubt, size, position, in front of the pages.
const FIXED: usize = 8 + 8 + 1 + 4 + 24;
/// zstd's quickest: the writer waits for it.
const LEVEL: i32 = 1;
/// Unpacked bytes of one record; no writer makes more.
const MOST: usize = 320 << 20;

/// What all records of a file share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    /// Random, in hexadecimal digits.
    pub(crate) chain: String,
    pub(crate) started_at: Timestamp,
    pub(crate) page_bytes: u32,
}

/// One commit, or several where nobody looked in between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) number: u64,
    pub(crate) at: Timestamp,
    /// It was made at some time between the one before and `at`: found in the log after a crash.
    pub(crate) doubtful: bool,
    /// Pages of the store after it.
    pub(crate) size: u32,
    pub(super) position: Position,
    /// Each with its number (4 bytes) before it, packed.
    packed: Vec<u8>,
}

impl Head {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(self.chain.as_bytes());
        bytes.resize(MAGIC.len() + 16, b'0');
        bytes.extend(self.started_at.0.to_le_bytes());
        bytes.extend(self.page_bytes.to_le_bytes());
        bytes
    }

    fn parse(bytes: &[u8]) -> io::Result<Self> {
        let (magic, rest) = bytes.split_at(MAGIC.len());
        let chain = std::str::from_utf8(&rest[..16]).unwrap_or("");
        let page_bytes = u32::from_le_bytes(take(&rest[24..]));
        let plain = chain.len() == 16 && chain.bytes().all(|byte| byte.is_ascii_hexdigit());
        if magic != MAGIC || !plain || !(512..=65_536).contains(&page_bytes) {
            return Err(strange("it is no journal"));
        }
        Ok(Self {
            chain: chain.to_owned(),
            started_at: Timestamp(i64::from_le_bytes(take(&rest[16..]))),
            page_bytes,
        })
    }
}

impl Record {
    pub(super) fn new<'a>(
        number: u64,
        at: Timestamp,
        doubtful: bool,
        size: u32,
        position: Position,
        pages: impl Iterator<Item = (&'a u32, &'a Vec<u8>)>,
    ) -> io::Result<Self> {
        let mut plain = Vec::new();
        for (page, image) in pages {
            plain.extend(page.to_le_bytes());
            plain.extend(image);
        }
        Ok(Self {
            number,
            at,
            doubtful,
            size,
            position,
            packed: zstd::bulk::compress(&plain, LEVEL)?,
        })
    }

    pub(super) fn to_bytes(&self) -> io::Result<Vec<u8>> {
        let mut body = Vec::with_capacity(FIXED + self.packed.len());
        body.extend(self.number.to_le_bytes());
        body.extend(self.at.0.to_le_bytes());
        body.push(u8::from(self.doubtful));
        body.extend(self.size.to_le_bytes());
        body.extend(self.position.salts);
        body.extend(self.position.frames.to_le_bytes());
        body.extend(self.position.sums.0.to_le_bytes());
        body.extend(self.position.sums.1.to_le_bytes());
        body.extend(&self.packed);
        let length = u32::try_from(body.len()).map_err(|_| strange("a record is too long"))?;
        let mut bytes = length.to_le_bytes().to_vec();
        bytes.extend(&blake3::hash(&body).as_bytes()[..16]);
        bytes.append(&mut body);
        Ok(bytes)
    }

    fn parse(body: &[u8]) -> io::Result<Self> {
        let Some((fixed, packed)) = body.split_at_checked(FIXED) else {
            return Err(strange("a record is too short"));
        };
        Ok(Self {
            number: u64::from_le_bytes(take(fixed)),
            at: Timestamp(i64::from_le_bytes(take(&fixed[8..]))),
            doubtful: fixed[16] != 0,
            size: u32::from_le_bytes(take(&fixed[17..])),
            position: Position {
                salts: take(&fixed[21..]),
                frames: u64::from_le_bytes(take(&fixed[29..])),
                sums: (
                    u32::from_le_bytes(take(&fixed[37..])),
                    u32::from_le_bytes(take(&fixed[41..])),
                ),
            },
            packed: packed.to_vec(),
        })
    }

    /// Calls `each` with the number of every page, counted from 1, and its bytes.
    pub(crate) fn pages(
        &self,
        page_bytes: u32,
        mut each: impl FnMut(u32, &[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        let plain = zstd::bulk::decompress(&self.packed, MOST)?;
        let pages = plain.chunks_exact(4 + page_bytes as usize);
        if !pages.remainder().is_empty() {
            return Err(strange("a record holds half a page"));
        }
        for page in pages {
            each(u32::from_le_bytes(take(page)), &page[4..])?;
        }
        Ok(())
    }
}

/// Takes in the bytes of a segment in any pieces, and hands out its records.
pub(crate) struct Records<F> {
    each: F,
    head: Option<Head>,
    pending: Vec<u8>,
    /// Bytes up to the end of the last whole record.
    good: u64,
}

impl<F: FnMut(&Head, Record) -> io::Result<()>> Records<F> {
    pub(crate) fn new(each: F) -> Self {
        Self {
            each,
            head: None,
            pending: Vec::new(),
            good: 0,
        }
    }

    pub(crate) fn head(&self) -> Option<&Head> {
        self.head.as_ref()
    }

    pub(super) fn good(&self) -> u64 {
        self.good
    }

    /// The bytes taken from `from`, or none where it does not go so far.
    fn step(&mut self, from: &[u8]) -> io::Result<Option<usize>> {
        let Some(head) = &self.head else {
            let Some((head, _)) = from.split_at_checked(HEAD) else {
                return Ok(None);
            };
            self.head = Some(Head::parse(head)?);
            return Ok(Some(HEAD));
        };
        let Some((front, rest)) = from.split_at_checked(FRONT) else {
            return Ok(None);
        };
        let length = u32::from_le_bytes(take(front)) as usize;
        if length > MOST {
            return Err(strange("a record is too long"));
        }
        let Some(body) = rest.get(..length) else {
            return Ok(None);
        };
        if blake3::hash(body).as_bytes()[..16] != front[4..] {
            return Err(strange("a record is not what was written"));
        }
        (self.each)(head, Record::parse(body)?)?;
        Ok(Some(FRONT + length))
    }
}

impl<F: FnMut(&Head, Record) -> io::Result<()>> Write for Records<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut all = std::mem::take(&mut self.pending);
        all.extend_from_slice(bytes);
        let mut done = 0;
        while let Some(taken) = self.step(&all[done..])? {
            done += taken;
            self.good += taken as u64;
        }
        self.pending = all.split_off(done);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads what a segment holds from `from`, as far as it is whole; none where it has no record.
pub(crate) fn stretch_of(from: &mut dyn io::Read) -> io::Result<Option<Stretch>> {
    let mut stretch: Option<Stretch> = None;
    let mut records = Records::new(|head: &Head, record: Record| {
        let whole = stretch.get_or_insert_with(|| Stretch {
            chain: head.chain.clone(),
            chain_started_at: head.started_at,
            first: record.number,
            last: record.number,
            from_at: record.at,
            to_at: record.at,
        });
        (whole.last, whole.to_at) = (record.number, record.at);
        Ok(())
    });
    // A record that is not whole is the end: whoever wrote it was cut short.
    let _ended = io::copy(from, &mut records);
    drop(records);
    Ok(stretch)
}

fn take<const N: usize>(bytes: &[u8]) -> [u8; N] {
    std::array::from_fn(|at| bytes[at])
}

fn strange(because: &str) -> io::Error {
    io::Error::other(because.to_owned())
}
