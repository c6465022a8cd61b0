//! Keys, clicks and sizes, read in a thread of their own.

use std::thread;

use crossterm::event::{self, Event};
use tokio::sync::mpsc;

use super::size::bounded;
use crate::app::message::Message;

/// Reads until the terminal is gone or nobody listens. The thread is never waited for: it blocks
/// on the terminal, and ends with the process.
///
/// # Errors
/// When there is no thread to be had.
pub fn spawn(messages: mpsc::Sender<Message>) -> std::io::Result<()> {
    thread::Builder::new()
        .name("input".to_owned())
        .stack_size(256 * 1024)
        .spawn(move || read(&messages))?;
    Ok(())
}

fn read(messages: &mpsc::Sender<Message>) {
    // An error means that the terminal is gone: the closed channel says so.
    while let Ok(event) = event::read() {
        let message = match event {
            Event::Key(key) => Message::Key(key),
            Event::Paste(text) => Message::Paste(text),
            Event::Mouse(mouse) => Message::Mouse(mouse),
            Event::Resize(width, height) => Message::Resize(bounded(width, height)),
            Event::FocusGained | Event::FocusLost => continue,
        };
        // Full: the terminal's own buffer holds what follows.
        if messages.blocking_send(message).is_err() {
            return;
        }
    }
}
