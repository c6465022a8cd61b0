//! The difference between two pictures as bytes, in one synchronized update.

use std::fmt::Write;

use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier, Style};

use crate::app::layout::Size;

const BEGIN: &str = "\x1b[?2026h";
const END: &str = "\x1b[?2026l";

/// Remembers what the terminal shows.
#[derive(Debug)]
pub struct Painter {
    shown: Buffer,
    cursor: Option<Position>,
    /// Nothing is known about the terminal: everything is painted.
    fresh: bool,
}

impl Painter {
    #[must_use]
    pub fn new() -> Self {
        Self {
            shown: Buffer::empty(Rect::ZERO),
            cursor: None,
            fresh: true,
        }
    }

    /// Forgets what the terminal shows.
    pub fn forget(&mut self) {
        self.fresh = true;
    }

    /// An empty picture of this size.
    #[must_use]
    pub fn canvas(size: Size) -> Buffer {
        Buffer::empty(Rect::new(0, 0, size.width, size.height))
    }

    /// The bytes that turn what is shown into this picture; none when it is shown already.
    pub fn paint(&mut self, next: Buffer, cursor: Option<Position>) -> Option<Vec<u8>> {
        let mut out = String::from(BEGIN);
        if self.fresh || self.shown.area != next.area {
            out.push_str("\x1b[?25l\x1b[0m\x1b[2J");
            self.shown = Buffer::empty(next.area);
            self.cursor = None;
            self.fresh = false;
        }
        let blank = out.len();
        cells(&self.shown, &next, &mut out);
        let moved = out.len() > blank;
        self.place_cursor(cursor, moved, &mut out);
        self.shown = next;
        if out.len() == BEGIN.len() {
            return None;
        }
        out.push_str(END);
        Some(out.into_bytes())
    }

    fn place_cursor(&mut self, cursor: Option<Position>, moved: bool, out: &mut String) {
        match cursor {
            Some(at) if self.cursor != Some(at) || moved => {
                go(out, at.x, at.y);
                if self.cursor.is_none() {
                    out.push_str("\x1b[?25h");
                }
            }
            None if self.cursor.is_some() => out.push_str("\x1b[?25l"),
            Some(_) | None => {}
        }
        self.cursor = cursor;
    }
}

impl Default for Painter {
    fn default() -> Self {
        Self::new()
    }
}

fn cells(shown: &Buffer, next: &Buffer, out: &mut String) {
    let mut style = Style::new();
    let mut expected = None;
    for (x, y, cell) in shown.diff_iter(next) {
        if expected != Some((x, y)) {
            go(out, x, y);
        }
        let wanted = cell.style();
        if wanted != style {
            dress(out, wanted);
            style = wanted;
        }
        let symbol = cell.symbol();
        // The last line of defence: data is made safe where it is drawn.
        let plain = !symbol.chars().any(char::is_control);
        out.push_str(if plain { symbol } else { "?" });
        // Terminals disagree about the width of anything but plain letters: go to the next cell
        // by number rather than by trust.
        let trusted = symbol.len() == 1 || (cell.cell_width() == 1 && symbol.chars().count() == 1);
        expected = trusted.then_some((x + 1, y));
    }
    if style != Style::new() && style != plain_style() {
        out.push_str("\x1b[0m");
    }
}

/// What a cell without any style reports.
fn plain_style() -> Style {
    ratatui::buffer::Cell::EMPTY.style()
}

fn go(out: &mut String, x: u16, y: u16) {
    let _infallible = write!(out, "\x1b[{};{}H", y + 1, x + 1);
}

/// Sets all of a style: the shortest that needs no memory of the one before.
fn dress(out: &mut String, style: Style) {
    out.push_str("\x1b[0");
    const CODES: [(Modifier, &str); 8] = [
        (Modifier::BOLD, ";1"),
        (Modifier::DIM, ";2"),
        (Modifier::ITALIC, ";3"),
        (Modifier::UNDERLINED, ";4"),
        (Modifier::SLOW_BLINK, ";5"),
        (Modifier::RAPID_BLINK, ";6"),
        (Modifier::REVERSED, ";7"),
        (Modifier::CROSSED_OUT, ";9"),
    ];
    for (modifier, code) in CODES {
        if style.add_modifier.contains(modifier) {
            out.push_str(code);
        }
    }
    for (colour, base) in [(style.fg, 30), (style.bg, 40)] {
        if let Some(code) = colour.and_then(|colour| code(colour, base)) {
            let _infallible = write!(out, ";{code}");
        }
    }
    out.push('m');
}

/// One of the sixteen; other colours are not in the theme and stay the terminal's own.
fn code(colour: Color, base: u8) -> Option<u8> {
    let (offset, bright) = match colour {
        Color::Black => (0, false),
        Color::Red => (1, false),
        Color::Green => (2, false),
        Color::Yellow => (3, false),
        Color::Blue => (4, false),
        Color::Magenta => (5, false),
        Color::Cyan => (6, false),
        Color::Gray => (7, false),
        Color::DarkGray => (0, true),
        Color::LightRed => (1, true),
        Color::LightGreen => (2, true),
        Color::LightYellow => (3, true),
        Color::LightBlue => (4, true),
        Color::LightMagenta => (5, true),
        Color::LightCyan => (6, true),
        Color::White => (7, true),
        Color::Reset | Color::Rgb(..) | Color::Indexed(_) => return None,
    };
    Some(base + offset + if bright { 60 } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(words: &str, style: Style) -> Buffer {
        let mut buffer = Painter::canvas(Size {
            width: 20,
            height: 2,
        });
        buffer.set_stringn(1, 1, words, 19, style);
        buffer
    }

    fn text(bytes: Option<Vec<u8>>) -> String {
        bytes
            .map(|bytes| String::from_utf8(bytes).unwrap())
            .unwrap_or_default()
    }

    #[test]
    fn a_picture_that_is_shown_already_costs_nothing() {
        let mut painter = Painter::new();
        assert!(
            painter
                .paint(picture("flights", Style::new()), None)
                .is_some()
        );
        assert_eq!(painter.paint(picture("flights", Style::new()), None), None);
    }

    #[test]
    fn only_what_differs_is_written_between_the_marks_of_one_update() {
        let mut painter = Painter::new();
        painter.paint(picture("flights", Style::new()), None);
        let style = Style::new().fg(Color::Red).add_modifier(Modifier::BOLD);
        let mut next = picture("flights", Style::new());
        next.set_stringn(3, 1, "X", 1, style);
        assert_eq!(
            text(painter.paint(next, None)),
            "\x1b[?2026h\x1b[2;4H\x1b[0;1;31mX\x1b[0m\x1b[?2026l"
        );
    }

    #[test]
    fn a_control_character_never_leaves() {
        let mut painter = Painter::new();
        let mut next = picture("", Style::new());
        next[(0, 0)].set_symbol("\x1b]0;evil\x07");
        let bytes = text(painter.paint(next, None));
        assert!(!bytes.contains("evil"), "{bytes:?}");
    }

    #[test]
    fn behind_a_wide_character_the_place_is_named() {
        let mut painter = Painter::new();
        painter.paint(picture("", Style::new()), None);
        let bytes = text(painter.paint(picture("日x", Style::new()), None));
        assert!(bytes.contains("日\x1b[2;4Hx"), "{bytes:?}");
    }

    #[test]
    fn the_cursor_is_shown_where_there_is_an_input_and_hidden_after() {
        let mut painter = Painter::new();
        painter.paint(picture("", Style::new()), None);
        let at = Position::new(4, 1);
        let bytes = text(painter.paint(picture("", Style::new()), Some(at)));
        assert_eq!(bytes, "\x1b[?2026h\x1b[2;5H\x1b[?25h\x1b[?2026l");
        let bytes = text(painter.paint(picture("", Style::new()), None));
        assert_eq!(bytes, "\x1b[?2026h\x1b[?25l\x1b[?2026l");
    }
}
