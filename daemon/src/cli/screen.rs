//! What a stream of this process leads to: how wide it is, and whether it shows colours.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::os::fd::AsFd;

use anstyle::{AnsiColor, Style};

/// Columns below which a terminal's word is not believed: it has not been told its size yet.
const LEAST: usize = 10;

/// Where text goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Screen {
    /// None where nobody looks: nothing is cut or broken then.
    pub(super) width: Option<usize>,
    pub(super) colour: bool,
    /// Whether a person watches it, so that work can be shown as it goes on.
    pub(super) terminal: bool,
}

impl Screen {
    /// The screen behind a stream, under the usual variables: `COLUMNS`, `NO_COLOR`, `TERM`.
    pub(super) fn of(stream: &(impl IsTerminal + AsFd)) -> Self {
        let terminal = stream.is_terminal();
        let size = rustix::termios::tcgetwinsize(stream).ok();
        let columns = size
            .filter(|_| terminal)
            .map(|size| usize::from(size.ws_col));
        Self::under(terminal, columns, |name| std::env::var_os(name))
    }

    fn under(
        terminal: bool,
        columns: Option<usize>,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Self {
        let set = |name| variable(name).filter(|value| !value.is_empty());
        let told = set("COLUMNS").and_then(|value| value.to_str()?.trim().parse().ok());
        let dumb = set("TERM").is_none_or(|term| term == "dumb");
        Self {
            width: told
                .or(columns)
                .filter(|columns| *columns >= LEAST)
                .or(terminal.then_some(80)),
            colour: terminal && !dumb && set("NO_COLOR").is_none(),
            terminal: terminal && !dumb,
        }
    }

    pub(super) fn paint(self, text: &str, ink: Ink) -> String {
        let style = ink.style();
        if !self.colour || style.is_plain() || text.is_empty() {
            return text.to_owned();
        }
        format!("{style}{text}{style:#}")
    }
}

/// Sixteen colours that can be read on dark and on light. No word depends on its colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Plain,
    Strong,
    /// What may be overlooked. Dimmed by the terminal, which knows its own background.
    Quiet,
    Kind,
    Bar,
    Good,
    Private,
    Warning,
    Bad,
}

impl Ink {
    fn style(self) -> Style {
        let of = |colour: AnsiColor| Style::new().fg_color(Some(colour.into()));
        match self {
            Self::Plain => Style::new(),
            Self::Strong => Style::new().bold(),
            Self::Quiet => Style::new().dimmed(),
            Self::Kind => of(AnsiColor::Blue),
            Self::Bar => of(AnsiColor::Cyan),
            Self::Good => of(AnsiColor::Green),
            Self::Private | Self::Warning => of(AnsiColor::Magenta).bold(),
            Self::Bad => of(AnsiColor::Red).bold(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn screen(terminal: bool, columns: Option<usize>, variables: &[(&str, &str)]) -> Screen {
        Screen::under(terminal, columns, |name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| OsString::from(value))
        })
    }

    const XTERM: (&str, &str) = ("TERM", "xterm-256color");

    #[test]
    fn colours_are_for_terminals_that_want_them() {
        assert!(screen(true, Some(120), &[XTERM]).colour);
        assert!(screen(true, Some(120), &[XTERM, ("NO_COLOR", "")]).colour);
        assert!(!screen(true, Some(120), &[XTERM, ("NO_COLOR", "1")]).colour);
        assert!(!screen(true, Some(120), &[("TERM", "dumb")]).colour);
        assert!(!screen(true, Some(120), &[]).colour);
        assert!(!screen(false, None, &[XTERM]).colour);
    }

    #[test]
    fn the_width_is_what_is_told_then_what_is_there() {
        assert_eq!(screen(true, Some(132), &[XTERM]).width, Some(132));
        assert_eq!(screen(true, Some(0), &[XTERM]).width, Some(80));
        assert_eq!(screen(true, None, &[("COLUMNS", "so")]).width, Some(80));
        let told = ("COLUMNS", "100");
        assert_eq!(screen(true, Some(132), &[told]).width, Some(100));
        assert_eq!(screen(false, None, &[told]).width, Some(100));
        assert_eq!(screen(false, None, &[]).width, None);
    }

    #[test]
    fn paint_is_taken_off_again_and_plain_text_stays_plain() {
        let bright = screen(true, Some(80), &[XTERM]);
        assert_eq!(bright.paint("x", Ink::Bad), "\u{1b}[1m\u{1b}[31mx\u{1b}[0m");
        assert_eq!(bright.paint("x", Ink::Plain), "x");
        assert_eq!(screen(false, None, &[]).paint("x", Ink::Bad), "x");
    }
}
