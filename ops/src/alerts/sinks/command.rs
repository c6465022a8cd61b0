//! A program that is run for every notice.

use std::io::{ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStderr, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open};

use super::{Sink, Undelivered};
use crate::alerts::Notice;

/// Bytes of what it says on standard error that are kept.
const SAID: usize = 2_000;
/// `sysexits.h`: a failure that asks to be tried again. Every other one is tried again as well.
const KNOWN_GOOD: i32 = 0;

/// Gets the notice as one JSON object on standard input. Run without a shell, in a process group of
/// its own that is killed when the time is up.
#[derive(Debug, Clone)]
pub struct Command {
    /// An absolute path, and arguments as they are.
    pub words: Vec<String>,
    pub timeout: Duration,
}

impl Sink for Command {
    fn kind(&self) -> &'static str {
        "command"
    }

    fn send(&self, notice: &Notice) -> Result<(), Undelivered> {
        let Some((program, arguments)) = self.words.split_first() else {
            return Err(Undelivered::for_good("the sink has no command"));
        };
        let text = serde_json::to_vec(notice)
            .map_err(|error| Undelivered::for_good(format!("no JSON can be made: {error}")))?;
        let mut child = std::process::Command::new(program)
            .args(arguments)
            // Nothing of the daemon's own surroundings: secrets may stand there.
            .env_clear()
            .env(
                "PATH",
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            )
            .env("LANG", "C.UTF-8")
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| Undelivered::yet(format!("`{program}` cannot be started: {error}")))?;
        let ended = self.watch(&mut child, &text);
        if ended.is_err() {
            end(&mut child);
        }
        ended.map_err(|why| Undelivered::yet(format!("`{program}` {why}")))
    }
}

impl Command {
    /// Hands over the text and waits for the end, or for the time to be up.
    fn watch(&self, child: &mut Child, text: &[u8]) -> Result<(), String> {
        let deadline = Instant::now() + self.timeout;
        // A notice is far shorter than a pipe holds: this does not block.
        let given = child.stdin.take().map(|mut pipe| pipe.write_all(text));
        if let Some(Err(error)) = given
            && error.kind() != ErrorKind::BrokenPipe
        {
            return Err(format!("took no notice on its standard input: {error}"));
        }
        let said = match child.stderr.take() {
            Some(pipe) => listen(child, pipe, deadline)?,
            None => String::new(),
        };
        let status = child
            .try_wait()
            .map_err(|error| format!("cannot be waited for: {error}"))?;
        match status {
            None => Err(format!(
                "did not end within {} s and was killed",
                self.timeout.as_secs_f32()
            )),
            Some(status) if status.code() == Some(KNOWN_GOOD) => Ok(()),
            Some(status) if said.is_empty() => Err(format!("ended with {status}")),
            Some(status) => Err(format!("ended with {status}: {said}")),
        }
    }
}

/// Reads what it says until it ends or the time is up. What is said beyond a few lines is read and
/// let go, so that no full pipe holds it up.
fn listen(child: &Child, mut pipe: ChildStderr, deadline: Instant) -> Result<String, String> {
    let pid = Pid::from_child(child);
    let watched = pidfd_open(pid, PidfdFlags::empty())
        .map_err(|error| format!("cannot be watched: {error}"))?;
    rustix::io::ioctl_fionbio(&pipe, true)
        .map_err(|error| format!("cannot be listened to: {error}"))?;
    let mut said = Vec::new();
    let mut open = true;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let mut fds = vec![PollFd::from_borrowed_fd(watched.as_fd(), PollFlags::IN)];
        if open {
            fds.push(PollFd::from_borrowed_fd(pipe.as_fd(), PollFlags::IN));
        }
        let left = Timespec::try_from(left).map_err(|error| error.to_string())?;
        match poll(&mut fds, Some(&left)) {
            Ok(0) => break,
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(format!("cannot be waited for: {error}")),
        }
        let ended = fds.first().is_some_and(|fd| !fd.revents().is_empty());
        drop(fds);
        let mut part = [0; 4096];
        match pipe.read(&mut part) {
            Ok(0) => open = false,
            Ok(count) => {
                let room = SAID.saturating_sub(said.len());
                said.extend_from_slice(&part[..count.min(room)]);
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(_) => open = false,
        }
        if ended {
            break;
        }
    }
    let said = String::from_utf8_lossy(&said);
    Ok(said.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// With all it has started.
fn end(child: &mut Child) {
    // It may have ended by itself: then there is nobody to kill.
    let _ended = kill_process_group(Pid::from_child(child), Signal::KILL);
    let _waited = child.wait();
}
