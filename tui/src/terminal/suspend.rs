//! Back to the shell and in again (ctrl-z, `fg`).

use std::io;

use rustix::process::{Pid, Signal, getpid, getppid, getsid, kill_current_process_group};

use super::guard::{give_back, retake};

/// Whether there is a shell to come back from: without one the process would stop for ever.
#[must_use]
pub fn can_suspend() -> bool {
    let session = getsid(None).ok();
    let parents = getppid().and_then(|parent: Pid| getsid(Some(parent)).ok());
    session.is_some() && session == parents && session != Some(getpid())
}

/// Gives the terminal back, stops, and takes it again once continued.
///
/// # Errors
/// When the terminal refuses to be taken again.
pub fn suspend() -> io::Result<()> {
    give_back();
    // The whole group, as the terminal itself would: a wrapper that waits for us stops as well.
    let _stopped = kill_current_process_group(Signal::STOP);
    retake()
}
