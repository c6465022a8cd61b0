//! The connection to the daemon, as far as the user is concerned.

use ddgen_ipc::Timestamp;
use ddgen_ipc::hello::Role;

#[derive(Debug)]
pub struct Link {
    pub state: LinkState,
    /// Counts connections: an answer to an earlier one is of no use.
    pub epoch: u64,
    /// The next event's number; none until the daemon said where it starts.
    pub next_seq: Option<u64>,
    /// Where a daemon is looked for.
    pub searched: Vec<String>,
    /// The daemon said that it stops.
    pub stopping: bool,
    /// Without a connection: nothing answers at all, rather than a daemon that turns us away.
    pub absent: bool,
    /// What became of the daemon the user had us start.
    pub started: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkState {
    /// Not one connection so far. `why` is none until the first try has failed.
    Searching {
        why: Option<String>,
    },
    Connected(Peer),
    /// There was a connection; what is shown is the last that was known.
    Lost {
        since: Timestamp,
        why: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    pub version: String,
    pub socket: String,
    pub role: Role,
}

impl Link {
    #[must_use]
    pub fn new(searched: Vec<String>) -> Self {
        Self {
            state: LinkState::Searching { why: None },
            epoch: 0,
            next_seq: None,
            searched,
            stopping: false,
            absent: true,
            started: None,
        }
    }

    #[must_use]
    pub fn connected(&self) -> Option<&Peer> {
        match &self.state {
            LinkState::Connected(peer) => Some(peer),
            LinkState::Searching { .. } | LinkState::Lost { .. } => None,
        }
    }
}
