//! Why reading stops.

use std::io;

use super::lexer::MAX_DEPTH;
use crate::Refusal;

/// Ends a value, a line or the whole file.
#[derive(Debug)]
pub(super) enum Stop {
    /// Not JSON; `offset` is the byte that cannot stand where it stands.
    Syntax {
        offset: u64,
        why: &'static str,
    },
    /// More brackets are open than [`MAX_DEPTH`].
    TooDeep {
        offset: u64,
    },
    /// The keys of some object seem to be values.
    TooManyPaths {
        most: usize,
    },
    /// All paths together.
    LongPaths {
        most: usize,
    },
    /// Another bound was met.
    TooLarge {
        offset: u64,
        why: String,
    },
    Io {
        offset: u64,
        source: io::Error,
    },
}

impl Stop {
    pub(super) fn into_refusal(self) -> Refusal {
        match self {
            Self::Syntax { offset, why } => Refusal::Unreadable {
                message: format!("not valid JSON: at byte {offset}, {why}"),
                offset: Some(offset),
            },
            Self::TooDeep { offset } => Refusal::TooLarge(format!(
                "at byte {offset}, brackets are nested deeper than {MAX_DEPTH} levels"
            )),
            Self::TooManyPaths { most } => Refusal::TooLarge(format!(
                "there are more than {most} different paths: the keys of some object seem to be values"
            )),
            Self::LongPaths { most } => Refusal::TooLarge(format!(
                "the paths of all fields together are longer than {} MiB: the keys of some object seem to be values",
                most >> 20
            )),
            Self::TooLarge { offset, why } => Refusal::TooLarge(format!("at byte {offset}, {why}")),
            Self::Io { offset, source } => Refusal::Io { offset, source },
        }
    }
}
