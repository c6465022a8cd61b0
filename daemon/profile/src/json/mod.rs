//! JSON and JSON lines: a strict, streaming reader that fills the accumulators.
//!
//! A document is valid RFC 8259 as a whole or refused with the byte it fails at; in JSON lines a
//! line that fails is one rejected record. Memory is one buffer, the largest single scalar, and for
//! JSON lines one record.

mod extended;
mod flatten;
mod form;
mod lexer;
mod paths;
mod stop;
mod window;

#[cfg(test)]
mod tests;

pub use form::is_scalar_document;

use std::io::Read;

use crate::Refusal;
use crate::accumulate::Columns;
use flatten::{Flatten, Records};
use form::Form;
use stop::Stop;
use window::Window;

/// Paths deeper than this are never opened, whatever a brief asks: every level costs stack.
const DEEPEST: usize = 100;

/// What the reader is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Fields of a higher nesting level are kept as one value of type `object` or `array`.
    pub nested_depth: usize,
    /// Offset of the first byte that is read: what stands before it (a byte order mark) counts too.
    pub first_byte: u64,
}

/// What the reader has to say beside the values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// `json` or `jsonl`.
    pub format: &'static str,
    /// Lines that could not be read; always 0 of a document.
    pub rejected: u64,
    pub first_rejected: Option<Rejected>,
    /// Times an object gave a key that it had given before; each is kept as a field `key#2`.
    pub repeated_keys: u64,
}

/// A line that is no record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// From 1, blank lines included.
    pub line: u64,
    /// Byte of the file, from 0.
    pub offset: u64,
    pub why: &'static str,
}

/// Reads all of `source` into `columns`, one record after the other.
///
/// The elements of a top-level array are records, any other top-level value is one record. Records
/// that are no objects fill the field `value`. Offsets count from the start of the
/// file, see [`Limits::first_byte`].
///
/// # Errors
/// [`Refusal::Unreadable`] where a document is not valid, or JSON lines have no readable record;
/// [`Refusal::TooLarge`] past a bound; [`Refusal::Io`] when `source` fails.
pub fn read(
    source: &mut dyn Read,
    limits: Limits,
    columns: &mut Columns,
) -> Result<Outcome, Refusal> {
    read_looking_at(form::HEAD, source, limits, columns)
}

/// As [`read`], deciding between a document and lines by the first `head` bytes.
fn read_looking_at(
    head: usize,
    source: &mut dyn Read,
    limits: Limits,
    columns: &mut Columns,
) -> Result<Outcome, Refusal> {
    let mut window = Window::starting_at(source, limits.first_byte);
    let depth = limits.nested_depth.min(DEEPEST);
    let outcome = match form::decide(&mut window, head) {
        Ok(Form::Document) => read_document(&mut window, depth, columns),
        Ok(Form::Lines) => read_lines(&mut window, depth, columns),
        Err(stop) => Err(stop),
    };
    outcome.map_err(Stop::into_refusal)
}

fn read_document(
    window: &mut Window<'_>,
    depth: usize,
    columns: &mut Columns,
) -> Result<Outcome, Stop> {
    let mut flatten = Flatten::new(columns, depth, Records::Direct);
    let mut object = false;
    window.skip_space()?;
    if window.peek()? == Some(b'[') {
        window.bump();
        flatten.elements(window)?;
    } else {
        object = window.peek()? == Some(b'{');
        flatten.record(window)?;
    }
    let one_line = window.is_one_line();
    window.skip_space()?;
    match window.peek()? {
        None => {}
        // Lines longer than what the form is decided by, or a second line that is cut.
        Some(b'{') if object && one_line && !window.is_one_line() => {
            flatten.hold_records();
            return read_more_lines(window, flatten, 1);
        }
        Some(b'{' | b'[' | b'"') => {
            return Err(window.fail(
                "a second value follows the first; a file of many values has one on each line",
            ));
        }
        Some(_) => return Err(window.fail("something follows the end of the document")),
    }
    Ok(Outcome {
        format: "json",
        rejected: 0,
        first_rejected: None,
        repeated_keys: flatten.repeated_keys(),
    })
}

fn read_lines(
    window: &mut Window<'_>,
    depth: usize,
    columns: &mut Columns,
) -> Result<Outcome, Stop> {
    read_more_lines(window, Flatten::new(columns, depth, Records::Held), 0)
}

/// Reads lines after `before` records, each of which stood on a line.
fn read_more_lines(
    window: &mut Window<'_>,
    mut flatten: Flatten<'_>,
    before: u64,
) -> Result<Outcome, Stop> {
    window.end_at_lines();
    let (mut line, mut records, mut rejected) = (before, before, 0u64);
    let mut first_rejected = None;
    loop {
        line += 1;
        let (offset, why) = match read_line(window, &mut flatten) {
            Ok(Line::Record) => {
                records += 1;
                flatten.release();
                continue;
            }
            Ok(Line::Blank) => continue,
            Ok(Line::End) => break,
            Err(Stop::Syntax { offset, why }) => (offset, why),
            Err(Stop::TooDeep { offset }) => (offset, "brackets are nested too deep"),
            Err(stop) => return Err(stop),
        };
        flatten.discard();
        rejected += 1;
        first_rejected.get_or_insert(Rejected { line, offset, why });
        window.skip_line()?;
    }
    if let (0, Some(Rejected { offset, why, .. })) = (records, &first_rejected) {
        return Err(Stop::Syntax {
            offset: *offset,
            why,
        });
    }
    // One value in one line is a document as much as a line; a document is what people call it.
    let format = if records == 1 && rejected == 0 {
        "json"
    } else {
        "jsonl"
    };
    Ok(Outcome {
        format,
        rejected,
        first_rejected,
        repeated_keys: flatten.repeated_keys(),
    })
}

enum Line {
    Record,
    Blank,
    End,
}

fn read_line(window: &mut Window<'_>, flatten: &mut Flatten<'_>) -> Result<Line, Stop> {
    window.skip_space()?;
    match window.peek()? {
        None => return Ok(Line::End),
        Some(b'\n') => {
            window.bump();
            return Ok(Line::Blank);
        }
        Some(_) => flatten.record(window)?,
    }
    window.skip_space()?;
    match window.peek()? {
        None => Ok(Line::Record),
        Some(b'\n') => {
            window.bump();
            Ok(Line::Record)
        }
        Some(_) => Err(window.fail("something follows the value on its line")),
    }
}
