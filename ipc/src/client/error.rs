//! Why a client has no answer.

use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

use crate::PROTOCOL;
use crate::codec::CodecError;
use crate::hello::HelloError;
use crate::message::Refusal;
use crate::place::PlaceError;

#[derive(Debug, Error)]
pub enum ClientError {
    #[error(
        "no daemon is running: nothing answers at {}. Start one with `ddgend run --watch DIR`, or \
         set DDGEN_RUNTIME_DIR or DDGEN_DATA_DIR to where one runs",
        paths(.0)
    )]
    NoDaemon(Vec<PathBuf>),
    #[error(
        "`{0}` may not be opened by this account: the daemon's socket is for its own account, or for \
         members of its group; ask its operator to add you to the group"
    )]
    Forbidden(PathBuf),
    #[error("the daemon turned us away: {0}")]
    Denied(String),
    #[error("the daemon is busy: {0}")]
    Full(String),
    #[error(
        "the daemon speaks protocol {theirs} and this client {PROTOCOL}: use the client that came with the daemon"
    )]
    Protocol { theirs: u16 },
    #[error("the daemon did not answer within {} s: it may be starting, stopping or overloaded", .0.as_secs_f32())]
    Deadline(Duration),
    #[error("the connection to the daemon was lost")]
    Lost,
    #[error("{}", .0.message)]
    Refused(Refusal),
    #[error(
        "the daemon answered something else than was asked: client and daemon are of different builds"
    )]
    Unexpected,
    #[error(transparent)]
    Place(#[from] PlaceError),
    #[error(transparent)]
    Hello(#[from] HelloError),
    #[error(transparent)]
    Codec(#[from] CodecError),
}

impl ClientError {
    /// The daemon was never reached, or went away: what exit code 3 stands for.
    #[must_use]
    pub fn is_unreachable(&self) -> bool {
        !matches!(self, Self::Refused(_) | Self::Unexpected | Self::Codec(_))
    }
}

impl From<Refusal> for ClientError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

fn paths(paths: &[PathBuf]) -> String {
    let shown: Vec<_> = paths
        .iter()
        .map(|path| format!("`{}`", path.display()))
        .collect();
    shown.join(" or ")
}
