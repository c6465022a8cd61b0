//! Lines of painted pieces.

use crate::cli::screen::{Ink, Screen};
use crate::cli::text;

/// Columns of the labels of facts.
const LABEL: usize = 12;

/// A text in one colour; what strangers wrote in it has been made printable.
pub(super) type Piece = (String, Ink);

pub(super) struct Page {
    pub(super) screen: Screen,
    text: String,
}

impl Page {
    pub(super) fn new(screen: Screen) -> Self {
        Self {
            screen,
            text: String::new(),
        }
    }

    pub(super) fn text(self) -> String {
        self.text
    }

    /// An empty line, never two of them.
    pub(super) fn blank(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// Pieces one behind the other, without the blanks at their end.
    pub(super) fn line(&mut self, pieces: &[Piece]) {
        let full = |(text, _): &Piece| !text.trim_end().is_empty();
        let last = pieces.iter().rposition(full);
        for (at, (text, ink)) in pieces.iter().enumerate() {
            match Some(at).cmp(&last) {
                std::cmp::Ordering::Less => self.text.push_str(&self.screen.paint(text, *ink)),
                std::cmp::Ordering::Equal => {
                    let text = text.trim_end();
                    self.text.push_str(&self.screen.paint(text, *ink));
                }
                std::cmp::Ordering::Greater => {}
            }
        }
        self.text.push('\n');
    }

    /// A label and what stands behind it, on as many lines as it needs.
    pub(super) fn fact(&mut self, label: &str, words: &str, ink: Ink) {
        let label = (text::padded(label, LABEL, false), Ink::Quiet);
        self.hanging(vec![label], words, ink);
    }

    /// Words behind a beginning; lines that follow stand under the first word.
    pub(super) fn hanging(&mut self, beginning: Vec<Piece>, words: &str, ink: Ink) {
        let taken: usize = beginning.iter().map(|(text, _)| text::width(text)).sum();
        let room = self.screen.width.map(|width| width.saturating_sub(taken));
        let mut pieces = beginning;
        for line in text::wrap(words, room) {
            pieces.push((line, ink));
            self.line(&pieces);
            pieces = vec![(" ".repeat(taken), Ink::Plain)];
        }
    }
}
