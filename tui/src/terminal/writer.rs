//! The one writer of the terminal, in a thread of its own: a terminal that takes no bytes blocks
//! it, and never the client.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;

use base64::Engine;
use tokio::sync::mpsc;

use super::guard::{LAST_PICTURE, MOUSE_OFF, MOUSE_ON};

/// Bytes of a text the clipboard is sent at most: terminals drop longer ones (74,994 of base64).
const MOST_COPIED: usize = 50_000;
/// Writes that may wait: a picture, and a few short commands.
const WAITING: usize = 8;

/// What the writer has to say.
#[derive(Debug)]
pub enum Written {
    /// Everything given so far has left.
    Free,
    /// The terminal is gone.
    Gone(io::Error),
}

pub struct Writer {
    bytes: SyncSender<Vec<u8>>,
    done: mpsc::Receiver<Written>,
    /// Writes given and not reported as done.
    open: usize,
}

impl Writer {
    /// # Errors
    /// When there is no thread to be had.
    pub fn spawn() -> io::Result<Self> {
        let (bytes, given) = sync_channel(WAITING);
        let (report, done) = mpsc::channel(WAITING * 2);
        thread::Builder::new()
            .name("writer".to_owned())
            .stack_size(128 * 1024)
            .spawn(move || write(&given, &report))?;
        Ok(Self {
            bytes,
            done,
            open: 0,
        })
    }

    /// Nothing is on its way: a new picture would leave at once.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.open == 0
    }

    /// Hands bytes over. Full means that the terminal has not taken anything for long: the bytes
    /// are dropped, and the caller is told.
    pub fn give(&mut self, bytes: Vec<u8>) -> bool {
        match self.bytes.try_send(bytes) {
            Ok(()) => {
                self.open += 1;
                true
            }
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => false,
        }
    }

    /// Text for the clipboard of the terminal the user sits at (OSC 52).
    pub fn copy(&mut self, text: &str) -> bool {
        let end = text.floor_char_boundary(MOST_COPIED);
        let coded = base64::engine::general_purpose::STANDARD.encode(&text[..end]);
        self.give(format!("\x1b]52;c;{coded}\x07").into_bytes())
    }

    pub fn mouse(&mut self, on: bool) -> bool {
        self.give(if on { MOUSE_ON } else { MOUSE_OFF }.to_vec())
    }

    /// Waits until a write is done.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub async fn written(&mut self) -> io::Result<()> {
        match self.done.recv().await {
            Some(Written::Free) => {
                self.open = self.open.saturating_sub(1);
                Ok(())
            }
            Some(Written::Gone(error)) => Err(error),
            None => Err(io::Error::other("the writer of the terminal ended")),
        }
    }

    /// Waits a moment for what is on its way, so that nothing is written after the terminal was
    /// given back. A terminal that hangs is not waited for.
    pub async fn settle(&mut self) {
        let all = async { while !self.is_free() && self.written().await.is_ok() {} };
        let _hanging = tokio::time::timeout(LAST_PICTURE, all).await;
    }
}

fn write(given: &Receiver<Vec<u8>>, report: &mpsc::Sender<Written>) {
    while let Ok(bytes) = given.recv() {
        let mut out = io::stdout().lock();
        let written = match out.write_all(&bytes).and_then(|()| out.flush()) {
            Ok(()) => Written::Free,
            Err(error) => Written::Gone(error),
        };
        drop(out);
        if report.blocking_send(written).is_err() {
            return;
        }
    }
}
