//! A screen written down: its letters, then where they are not plain.

use std::fmt::Write;
use std::sync::LazyLock;

use regex::Regex;

use crate::{Place, Terminal};

impl Terminal {
    /// The screen with its attributes and colours, and what differs from run to run replaced by
    /// something of the same width.
    ///
    /// # Panics
    /// When the reader of the screen panicked.
    #[must_use]
    pub fn picture(&self, place: &Place) -> String {
        let (text, styles) = self.look(|screen| (letters(screen), styles(screen)));
        format!("{}\n{styles}", steady(&text, place))
    }
}

/// The text of a screen, trailing blanks removed.
pub(crate) fn letters(screen: &vt100::Screen) -> String {
    let rows = screen.rows(0, u16::MAX);
    rows.map(|row| row.trim_end().to_owned() + "\n").collect()
}

/// Times of day and the random part of a place's path become signs of the same width.
fn steady(text: &str, place: &Place) -> String {
    static TIME: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\b\d\d:\d\d:\d\d\b").expect("a valid pattern"));
    static CLIENTS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\b\d clients? ?").expect("a valid pattern"));
    let name = place.path().file_name().unwrap().display().to_string();
    // The path may be cut at its left end.
    let random = name.trim_start_matches("ddgen-");
    let text = text.replace(random, &"N".repeat(random.len()));
    let text = TIME.replace_all(&text, "HH:MM:SS");
    // A command that has just ended may still be counted.
    CLIENTS.replace_all(&text, "N client ").into_owned()
}

/// Every run of cells that are not plain: its row, its columns, what it is.
fn styles(screen: &vt100::Screen) -> String {
    let (rows, columns) = screen.size();
    let mut all = String::new();
    for row in 0..rows.get() {
        let of = |column| screen.cell(row, column).map(style).unwrap_or_default();
        let mut column = 0;
        while column < columns.get() {
            let style = of(column);
            let end = (column..columns.get())
                .find(|next| of(*next) != style)
                .unwrap_or(columns.get());
            if !style.is_empty() {
                let _ = writeln!(all, "{row:2}: {column:3}..{end:<3} {style}");
            }
            column = end;
        }
    }
    all
}

fn style(cell: &vt100::Cell) -> String {
    let mut words = Vec::new();
    for (name, colour) in [("on ", cell.bgcolor()), ("", cell.fgcolor())] {
        match colour {
            vt100::Color::Default => {}
            vt100::Color::Idx(number) => words.push(format!("{name}{}", named(number))),
            vt100::Color::Rgb(r, g, b) => words.push(format!("{name}#{r:02x}{g:02x}{b:02x}")),
        }
    }
    let attributes = [
        (cell.bold(), "bold"),
        (cell.dim(), "dim"),
        (cell.italic(), "italic"),
        (cell.underline(), "underlined"),
        (cell.inverse(), "reversed"),
    ];
    let set = attributes.into_iter().filter(|(set, _)| *set);
    words.extend(set.map(|(_, word)| word.to_owned()));
    words.join(" ")
}

fn named(colour: u8) -> String {
    const NAMES: [&str; 8] = [
        "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
    ];
    match NAMES.get(usize::from(colour)) {
        Some(name) => (*name).to_owned(),
        None => format!("colour {colour}"),
    }
}
