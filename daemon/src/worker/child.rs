//! The worker process: limits itself, says hello, profiles what it is handed, one file at a time,
//! and ends when its socket closes.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ddgen_profile::{Brief, FileInput, Learned, Refusal};
use rustix::event::{PollFd, PollFlags};
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags};
use serde::Serialize;

use super::wire::{self, Failed, HEAD, Hello, Kind, RefusalKind, Refused};
use super::{limits, sandbox};

/// The least time between two progress frames: five moves of a bar a second look smooth, and a
/// small file sends none.
const PROGRESS_EVERY: Duration = Duration::from_millis(200);

/// Before the place of a panic on standard error; [`super::death`] looks for it.
pub const PANIC_MARK: &str = "worker panicked at ";

/// What the daemon hands a worker on its command line, in this order.
#[derive(Debug, PartialEq, Eq)]
pub struct Orders {
    /// Bytes of writable private memory.
    pub memory: u64,
    /// Bytes one scratch file may have.
    pub scratch_file: u64,
    pub scratch: PathBuf,
}

impl Orders {
    /// The command line after the program's name.
    #[must_use]
    pub fn to_arguments(&self) -> Vec<OsString> {
        vec![
            super::WORD.into(),
            self.memory.to_string().into(),
            self.scratch_file.to_string().into(),
            self.scratch.clone().into(),
        ]
    }

    fn from_arguments(mut arguments: impl Iterator<Item = OsString>) -> Option<Self> {
        let mut number = || arguments.next()?.to_str()?.parse().ok();
        let (memory, scratch_file) = (number()?, number()?);
        let scratch = arguments.next()?.into();
        arguments.next().is_none().then_some(Self {
            memory,
            scratch_file,
            scratch,
        })
    }
}

/// Runs this process as a worker; the first thing `main` does when its first argument is
/// [`super::WORD`], before any thread is started or any file opened.
#[must_use]
pub fn main() -> ExitCode {
    limits::close_inherited();
    let Some(orders) = Orders::from_arguments(std::env::args_os().skip(2)) else {
        return give_up("this mode is for the daemon's own use; run `ddgend --help`");
    };
    match serve(&orders) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => give_up(&reason),
    }
}

fn give_up(reason: &str) -> ExitCode {
    // A closed pipe means that nobody is left to tell.
    let _ = writeln!(io::stderr(), "{reason}");
    ExitCode::FAILURE
}

fn serve(orders: &Orders) -> Result<(), String> {
    let socket = rustix::stdio::stdin()
        .try_clone_to_owned()
        .map(UnixStream::from);
    let socket = socket.map_err(|e| format!("the worker has no socket: {e}"))?;
    // Lives as long as the process: the thread that watches it never ends before.
    let socket: &'static UnixStream = Box::leak(Box::new(socket));
    name_self();
    outlive_signals_to_the_group();
    tell_panics_by_place();
    limits::limit_self(orders.memory, orders.scratch_file)?;
    let sandbox = sandbox::enter(&orders.scratch);
    // From here on threads may exist.
    end_with(socket)?;

    let talk = Talk {
        socket,
        line: Mutex::new(()),
    };
    let lost = |e: io::Error| format!("the channel to the daemon broke: {e}");
    talk.say(
        Kind::Hello,
        &Hello {
            build: wire::BUILD.into(),
            sandbox,
        },
    )
    .map_err(lost)?;
    while let Some((file, brief)) = next_job(socket).map_err(lost)? {
        work(&talk, file, &brief).map_err(lost)?;
    }
    Ok(())
}

/// Started through `/proc/self/exe` it would show as `exe` in `ps` and `top`.
fn name_self() {
    let _ = rustix::thread::set_name(c"ddgend-worker");
}

/// A supervisor that signals the whole group must not take a file from under the daemon, which
/// drains; the socket is the only word a worker obeys.
fn outlive_signals_to_the_group() {
    let noticed = Arc::new(AtomicBool::new(false));
    for signal in [
        nix::libc::SIGTERM,
        nix::libc::SIGINT,
        nix::libc::SIGHUP,
        nix::libc::SIGQUIT,
    ] {
        let _ = signal_hook::flag::register(signal, Arc::clone(&noticed));
    }
}

/// The words of a panic can hold a value of the file; its place cannot.
fn tell_panics_by_place() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map_or_else(|| "an unknown place".into(), ToString::to_string);
        let _ = writeln!(io::stderr(), "{PANIC_MARK}{place}");
        // Half a profile must never be answered, whichever thread it was.
        std::process::abort();
    }));
}

/// Ends the process as soon as the daemon's end of the socket is gone, also in the midst of work.
fn end_with(socket: &'static UnixStream) -> Result<(), String> {
    let watch = move || {
        loop {
            let mut ends = [PollFd::new(socket, PollFlags::empty())];
            if rustix::event::poll(&mut ends, None).is_ok() && !ends[0].revents().is_empty() {
                std::process::exit(0);
            }
        }
    };
    std::thread::Builder::new()
        .name("hang-up".into())
        .stack_size(64 << 10)
        .spawn(watch)
        .map(drop)
        .map_err(|e| format!("the worker cannot watch its socket: {e}"))
}

/// Waits for a job; `None` when the daemon closed the socket.
fn next_job(socket: &UnixStream) -> io::Result<Option<(File, Brief)>> {
    let mut head = [0; HEAD];
    let mut filled = 0;
    let mut file: Option<OwnedFd> = None;
    while filled < HEAD {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut ancillary = RecvAncillaryBuffer::new(&mut space);
        let got = rustix::io::retry_on_intr(|| {
            let mut into = [IoSliceMut::new(&mut head[filled..])];
            rustix::net::recvmsg(socket, &mut into, &mut ancillary, RecvFlags::CMSG_CLOEXEC)
        })?;
        for message in ancillary.drain() {
            if let RecvAncillaryMessage::ScmRights(descriptors) = message {
                file = descriptors.last().or(file);
            }
        }
        match (got.bytes, filled) {
            (0, 0) => return Ok(None),
            (0, _) => return Err(io::ErrorKind::UnexpectedEof.into()),
            (n, _) => filled += n,
        }
    }
    let (kind, length) = wire::parse_head(head)?;
    let (Kind::Job, Some(file)) = (kind, file) else {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "expected a job with its file",
        ));
    };
    let mut brief = vec![0; length];
    (&mut &*socket).read_exact(&mut brief)?;
    Ok(Some((File::from(file), serde_json::from_slice(&brief)?)))
}

fn work(talk: &Talk, file: File, brief: &Brief) -> io::Result<()> {
    let progress = Progress::new(talk);
    let outcome = FileInput::new(file)
        .map_err(|source| Refusal::Io { offset: 0, source })
        .and_then(|input| ddgen_profile::learn(&input, brief, &|bytes| progress.tell(bytes)));
    let refused = |kind, message, offset| Refused {
        kind,
        message,
        offset,
    };
    match outcome {
        Ok(Learned { profile, sketches }) => {
            if let Some(key) = &brief.sketch_key {
                let packed = sketches.pack(key);
                // Files of more tables than can be compared go without.
                if packed.len() <= Kind::Sketches.bound() {
                    talk.send(Kind::Sketches, &packed)?;
                }
            }
            talk.say(Kind::Profile, &profile)
        }
        Err(Refusal::Unreadable { message, offset }) => talk.say(
            Kind::Refused,
            &refused(RefusalKind::Unreadable, message, offset),
        ),
        Err(Refusal::TooLarge(message)) => talk.say(
            Kind::Refused,
            &refused(RefusalKind::TooLarge, message, None),
        ),
        Err(failed @ Refusal::Io { .. }) => talk.say(
            Kind::Failed,
            &Failed {
                message: failed.to_string(),
            },
        ),
    }
}

/// The worker's voice: whole frames, one at a time, from whichever thread.
struct Talk<'a> {
    socket: &'a UnixStream,
    line: Mutex<()>,
}

impl Talk<'_> {
    fn say(&self, kind: Kind, message: &impl Serialize) -> io::Result<()> {
        let payload = serde_json::to_vec(message)?;
        if kind == Kind::Profile && payload.len() > kind.bound() {
            return self.say_too_large(payload.len());
        }
        self.send(kind, &payload)
    }

    fn send(&self, kind: Kind, payload: &[u8]) -> io::Result<()> {
        let head = wire::head(kind, payload.len())?;
        let _line = self
            .line
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        // One write for what is small: a job is one round trip.
        if payload.len() <= 16 << 10 {
            return (&mut &*self.socket).write_all(&[&head[..], payload].concat());
        }
        (&mut &*self.socket).write_all(&head)?;
        (&mut &*self.socket).write_all(payload)
    }

    fn say_too_large(&self, bytes: usize) -> io::Result<()> {
        let message = format!(
            "its profile takes {} MiB, and {} MiB is the most that is kept: it has too many fields",
            bytes >> 20,
            Kind::Profile.bound() >> 20
        );
        self.say(
            Kind::Refused,
            &Refused {
                kind: RefusalKind::TooLarge,
                message,
                offset: None,
            },
        )
    }
}

/// Tells the daemon how far the reading is, now and then.
struct Progress<'a> {
    talk: &'a Talk<'a>,
    start: Instant,
    /// Milliseconds after `start` at which the next frame may go.
    due: AtomicU64,
    furthest: AtomicU64,
}

impl<'a> Progress<'a> {
    fn new(talk: &'a Talk<'a>) -> Self {
        let due = AtomicU64::new(millis(PROGRESS_EVERY));
        Self {
            talk,
            start: Instant::now(),
            due,
            furthest: AtomicU64::new(0),
        }
    }

    fn tell(&self, bytes: u64) {
        let furthest = self.furthest.fetch_max(bytes, Ordering::Relaxed).max(bytes);
        let now = millis(self.start.elapsed());
        let due = self.due.load(Ordering::Relaxed);
        let next = now + millis(PROGRESS_EVERY);
        if now < due
            || self
                .due
                .compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed)
                .is_err()
        {
            return;
        }
        let Ok(_line) = self.talk.line.try_lock() else {
            return;
        };
        if let Ok(head) = wire::head(Kind::Progress, 8) {
            let frame = [&head[..], &furthest.to_le_bytes()].concat();
            // A daemon that is gone ends this process through its socket.
            let _ = (&mut &*self.talk.socket).write_all(&frame);
        }
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_survive_the_command_line() {
        let orders = Orders {
            memory: 512 << 20,
            scratch_file: 1 << 30,
            scratch: "/a b/ü".into(),
        };
        let arguments = orders.to_arguments();
        assert_eq!(arguments[0], super::super::WORD);
        assert_eq!(
            Orders::from_arguments(arguments.into_iter().skip(1)),
            Some(orders)
        );
        assert_eq!(
            Orders::from_arguments(["1", "2"].into_iter().map(Into::into)),
            None
        );
        assert_eq!(
            Orders::from_arguments(["1", "2", "/s", "more"].into_iter().map(Into::into)),
            None
        );
        assert_eq!(
            Orders::from_arguments(["x", "2", "/s"].into_iter().map(Into::into)),
            None
        );
    }
}
