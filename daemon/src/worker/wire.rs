//! The frames between the daemon and one worker: `length (u32, little endian) | kind (u8) | payload`.
//!
//! Both ends are the same binary, so there is no version to negotiate; [`Hello::build`] proves it.
//! A length is never believed before it is held against the bound of its kind.

use std::io;

use serde::{Deserialize, Serialize};

use super::sandbox::Sandbox;

/// Bytes of a frame before its payload.
pub const HEAD: usize = 5;

/// Names the build, so that a daemon never talks to a worker of another one.
pub const BUILD: &str = env!("CARGO_PKG_VERSION");

/// What a frame carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Worker: [`Hello`] as JSON, once, before anything else.
    Hello = 1,
    /// Daemon: the brief as JSON; the descriptor of the file travels with its first byte.
    Job = 2,
    /// Worker: bytes of the file read so far (u64, little endian).
    Progress = 3,
    /// Worker: the profile document as JSON; ends the job.
    Profile = 4,
    /// Worker: [`Refused`] as JSON; ends the job.
    Refused = 5,
    /// Worker: [`Failed`] as JSON; ends the job.
    Failed = 6,
    /// Worker: the packed sketches, at most once, before the profile.
    Sketches = 7,
}

impl Kind {
    const fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            1 => Self::Hello,
            2 => Self::Job,
            3 => Self::Progress,
            4 => Self::Profile,
            5 => Self::Refused,
            6 => Self::Failed,
            7 => Self::Sketches,
            _ => return None,
        })
    }

    /// Most bytes a payload of this kind may have.
    #[must_use]
    pub const fn bound(self) -> usize {
        match self {
            // Its reasons are sentences.
            Self::Hello | Self::Refused | Self::Failed => 64 << 10,
            // Carries a contract and people's verdicts on thousands of fields.
            Self::Job => 1 << 20,
            Self::Progress => 8,
            // A document of 100,000 fields with 2 KiB each still fits.
            Self::Profile => 256 << 20,
            Self::Sketches => ddgen_profile::sketch::FILE_BYTES,
        }
    }
}

/// The first words of a worker, said when its limits and its sandbox stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    pub build: String,
    pub sandbox: Sandbox,
}

/// The engine refused the bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    pub kind: RefusalKind,
    pub message: String,
    pub offset: Option<u64>,
}

/// Which refusal of the engine it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalKind {
    /// The bytes are not what they claim to be.
    Unreadable,
    /// A bound on depth, width or size was met.
    TooLarge,
}

/// The medium failed while it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    pub message: String,
}

/// The head of a frame of `length` payload bytes.
///
/// # Errors
/// `InvalidInput` when the payload is over the bound of its kind.
pub fn head(kind: Kind, length: usize) -> io::Result<[u8; HEAD]> {
    let within = u32::try_from(length)
        .ok()
        .filter(|_| length <= kind.bound());
    let Some(length) = within else {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!(
                "a {kind:?} frame of {length} bytes is over its bound of {}",
                kind.bound()
            ),
        ));
    };
    let mut head = [0; HEAD];
    head[..4].copy_from_slice(&length.to_le_bytes());
    head[4] = kind as u8;
    Ok(head)
}

/// Kind and payload length a head announces.
///
/// # Errors
/// `InvalidData` for an unknown kind or a length over its bound.
pub fn parse_head(head: [u8; HEAD]) -> io::Result<(Kind, usize)> {
    let [a, b, c, d, kind] = head;
    let length = u32::from_le_bytes([a, b, c, d]) as usize;
    match Kind::from_byte(kind) {
        Some(kind) if length <= kind.bound() => Ok((kind, length)),
        Some(kind) => Err(bad(format!("a {kind:?} frame announces {length} bytes"))),
        None => Err(bad(format!("a frame of unknown kind {kind}"))),
    }
}

/// The payload of a [`Kind::Progress`] frame.
///
/// # Errors
/// `InvalidData` unless it is eight bytes.
pub fn parse_progress(payload: &[u8]) -> io::Result<u64> {
    let bytes = payload
        .try_into()
        .map_err(|_| bad("a Progress frame of odd length".into()))?;
    Ok(u64::from_le_bytes(bytes))
}

fn bad(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_head_is_length_then_kind() {
        assert_eq!(head(Kind::Profile, 0x0102).unwrap(), [0x02, 0x01, 0, 0, 4]);
        assert_eq!(head(Kind::Progress, 8).unwrap(), [8, 0, 0, 0, 3]);
    }

    #[test]
    fn nothing_over_its_bound_is_written_or_believed() {
        assert!(head(Kind::Job, (1 << 20) + 1).is_err());
        assert!(head(Kind::Job, 1 << 20).is_ok());
        let mut long = head(Kind::Job, 1 << 20).unwrap();
        long[0] += 1;
        assert!(parse_head(long).is_err());
        assert!(parse_head([0xff, 0xff, 0xff, 0xff, 4]).is_err());
        assert!(parse_head([0, 0, 0, 0, 0]).is_err());
        assert!(parse_head([0, 0, 0, 0, 8]).is_err());
        assert!(parse_progress(&[1, 2, 3]).is_err());
    }

    proptest! {
        #[test]
        fn any_head_is_refused_or_means_what_it_would_be_written_as(bytes: [u8; HEAD]) {
            if let Ok((kind, length)) = parse_head(bytes) {
                prop_assert!(length <= kind.bound());
                prop_assert_eq!(head(kind, length).unwrap(), bytes);
            }
        }
    }
}
