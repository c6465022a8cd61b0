//! Takes the terminal, and gives it back on return, error and panic alike.

use std::io::{self, IsTerminal, Write};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// Alternate screen, cursor hidden, bracketed paste, clicks and wheel (1000) in SGR (1006). Not
/// the mouse's every move (1003): over SSH each would be a packet for nothing.
const TAKE: &[u8] = b"\x1b[?1049h\x1b[?25l\x1b[?2004h\x1b[?1000h\x1b[?1006h\x1b[2J";
/// The opposite, in the opposite order; an open synchronized update is closed first, or the
/// terminal would keep the last picture.
const GIVE: &[u8] = b"\x1b[?2026l\x1b[?1006l\x1b[?1000l\x1b[?2004l\x1b[0m\x1b[?25h\x1b[?1049l";

pub(super) const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1006h";
pub(super) const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1000l";

/// How long a terminal that takes no bytes is waited for. It may hang for ever (a sleeping laptop
/// behind SSH), and leaving must not.
const PATIENCE: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 300_000_000,
};

/// Whether the terminal is ours at the moment; process-wide, as the terminal is.
static TAKEN: AtomicBool = AtomicBool::new(false);
static HOOK: Once = Once::new();

/// What a panic exits with, as Rust's own do.
const PANICKED: i32 = 101;

/// Holds the terminal; gives it back when dropped.
#[derive(Debug)]
pub struct Guard(());

/// Whether a person sits at both ends.
#[must_use]
pub fn are_terminals() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

impl Guard {
    /// Takes the terminal and sees to it that a panic gives it back before it speaks.
    ///
    /// # Errors
    /// When the terminal refuses raw mode or bytes.
    pub fn take() -> io::Result<Self> {
        HOOK.call_once(|| {
            let before = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |panic| {
                give_back();
                before(panic);
                // Whichever thread it was: a client that half works would sit on a terminal that
                // is not its own any more.
                std::process::exit(PANICKED);
            }));
        });
        let guard = Self(());
        retake()?;
        Ok(guard)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        give_back();
    }
}

/// Takes the terminal again after it was given back.
///
/// # Errors
/// When the terminal refuses raw mode or bytes.
pub fn retake() -> io::Result<()> {
    TAKEN.store(true, Ordering::SeqCst);
    crossterm::terminal::enable_raw_mode()?;
    let mut out = io::stdout().lock();
    out.write_all(TAKE)?;
    out.flush()
}

/// Gives the terminal back, once, without waiting for one that does not listen.
pub(super) fn give_back() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let stdout = rustix::stdio::stdout();
    let mut ready = [PollFd::new(&stdout, PollFlags::OUT)];
    // Straight to the descriptor: the standard library's lock may be held by a writer that hangs.
    if matches!(poll(&mut ready, Some(&PATIENCE)), Ok(1)) {
        let mut rest = GIVE;
        while let Ok(written @ 1..) = rustix::io::write(stdout, rest) {
            rest = &rest[written..];
        }
    }
    let _restored = crossterm::terminal::disable_raw_mode();
}

/// How long the last picture may take to leave before the terminal is given back.
pub(super) const LAST_PICTURE: Duration = Duration::from_millis(200);
