//! The bytes of one job in the file. Own encoding, because a path on Unix is bytes, and serde
//! refuses paths that are not UTF-8.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use super::job::Job;
use crate::arrival::{DropId, Origin, Sighting};

/// Goes up when the layout below changes; a file with another number is set aside.
pub(super) const VERSION: u8 = 1;

const NO_REASON: u32 = u32::MAX;

/// A job with what the queue itself must know about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) job: Job,
    /// The place in line: order of arrival.
    pub(super) seq: u64,
    /// Has been worked on, so that the store may know its id.
    pub(super) ran: bool,
    pub(super) place: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Ready,
    /// Not before this time (Unix milliseconds).
    Later(i64),
    /// Since this time (Unix milliseconds).
    Parked(i64),
}

impl Record {
    pub(super) fn encode(&self) -> Vec<u8> {
        let Job {
            id,
            sighting,
            origin,
            first_seen,
            arrived_at,
            tries,
            waits,
            reason,
        } = &self.job;
        let mut out = Vec::with_capacity(256);
        out.push(VERSION);
        out.extend(id.0.to_le_bytes());
        out.extend(self.seq.to_le_bytes());
        out.push(u8::from(*origin == Origin::Ingest) | u8::from(self.ran) << 1);
        let (tag, time) = match self.place {
            Place::Ready => (0, 0),
            Place::Later(due) => (1, due),
            Place::Parked(since) => (2, since),
        };
        out.push(tag);
        out.extend(time.to_le_bytes());
        out.extend(first_seen.to_le_bytes());
        out.extend(arrived_at.to_le_bytes());
        out.extend(tries.to_le_bytes());
        out.extend(waits.to_le_bytes());
        out.extend(sighting.size.to_le_bytes());
        out.extend(sighting.mtime_ns.to_le_bytes());
        out.extend(sighting.inode.to_le_bytes());
        put_bytes(&mut out, sighting.watch.as_bytes());
        put_bytes(&mut out, sighting.root.as_os_str().as_bytes());
        put_bytes(&mut out, sighting.path.as_os_str().as_bytes());
        match reason {
            Some(reason) => put_bytes(&mut out, reason.as_bytes()),
            None => out.extend(NO_REASON.to_le_bytes()),
        }
        out
    }

    /// # Errors
    /// Says in words what is wrong with the bytes.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, String> {
        let mut from = Reader { rest: bytes };
        let version = from.array::<1>()?[0];
        if version != VERSION {
            return Err(format!(
                "it holds jobs of version {version}, this ddgend reads version {VERSION}"
            ));
        }
        let id = DropId(u128::from_le_bytes(from.array()?));
        let seq = from.u64()?;
        let flags = from.array::<1>()?[0];
        let tag = from.array::<1>()?[0];
        let time = from.i64()?;
        let place = match tag {
            0 => Place::Ready,
            1 => Place::Later(time),
            2 => Place::Parked(time),
            other => return Err(format!("a job stands in an unknown place ({other})")),
        };
        let record = Self {
            seq,
            ran: flags & 2 != 0,
            place,
            job: Job {
                id,
                origin: if flags & 1 != 0 {
                    Origin::Ingest
                } else {
                    Origin::Watched
                },
                first_seen: from.i64()?,
                arrived_at: from.i64()?,
                tries: from.u32()?,
                waits: from.u32()?,
                sighting: from.sighting()?,
                reason: from.reason()?,
            },
        };
        if from.rest.is_empty() {
            Ok(record)
        } else {
            Err("a job has bytes left over".to_owned())
        }
    }
}

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    // A path ends at 4 KiB, a reason is cut, a watch has a short name.
    let length = u32::try_from(bytes.len()).expect("texts of a job are far below 4 GiB");
    out.extend(length.to_le_bytes());
    out.extend(bytes);
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], String> {
        let (head, tail) = self
            .rest
            .split_at_checked(length)
            .ok_or_else(|| "a job is cut short".to_owned())?;
        self.rest = tail;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let bytes = self.take(N)?;
        Ok(bytes.try_into().expect("take returns what was asked for"))
    }

    fn u32(&mut self) -> Result<u32, String> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn u64(&mut self) -> Result<u64, String> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    fn i64(&mut self) -> Result<i64, String> {
        Ok(i64::from_le_bytes(self.array()?))
    }

    fn bytes(&mut self) -> Result<Vec<u8>, String> {
        let length = self.u32()? as usize;
        Ok(self.take(length)?.to_vec())
    }

    fn text(&mut self) -> Result<String, String> {
        String::from_utf8(self.bytes()?)
            .map_err(|_| "a job holds text that is not UTF-8".to_owned())
    }

    fn sighting(&mut self) -> Result<Sighting, String> {
        let size = self.u64()?;
        let mtime_ns = self.i64()?;
        let inode = self.u64()?;
        Ok(Sighting {
            size,
            mtime_ns,
            inode,
            watch: self.text()?,
            root: OsString::from_vec(self.bytes()?).into(),
            path: OsString::from_vec(self.bytes()?).into(),
        })
    }

    fn reason(&mut self) -> Result<Option<String>, String> {
        let ahead = self
            .rest
            .get(..4)
            .ok_or_else(|| "a job is cut short".to_owned())?;
        if ahead == NO_REASON.to_le_bytes() {
            self.u32()?;
            return Ok(None);
        }
        self.text().map(Some)
    }
}
