//! JSON and JSON lines: a strict, streaming reader that fills the accumulators.
//!
//! A document is valid RFC 8259 as a whole or refused with the byte it fails at; in JSON lines a
//! line that fails is one rejected record. Memory is one buffer, the largest single scalar, and for
//! JSON lines one record.

mod by_node;
mod count;

mod cut;
mod extended;
mod fast;
mod fill;
mod flatten;
mod form;
mod held;
mod lexer;
mod paths;
mod records;
mod sampled;
mod scan;
mod stop;
mod structure;
mod window;

#[cfg(test)]
mod tests;

pub use form::is_scalar_document;
pub(crate) use paths::escape;

use std::io::Read;

use crate::Refusal;
use crate::accumulate::Columns;
use cut::Between;
use flatten::Flatten;
use form::Form;
use paths::KeyCounts;
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
    /// Threads that read JSON lines; never changes a number.
    pub threads: usize,
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
    /// Keys that are personal data by themselves; what stands under them shares one path.
    pub personal_keys: u64,
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
    source: &mut (dyn Read + Send),
    limits: Limits,
    columns: &mut Columns,
) -> Result<Outcome, Refusal> {
    read_looking_at(form::HEAD, records::CHUNK, source, limits, columns)
}

/// As [`read`], deciding between a document and lines by the first `head` bytes, and reading records
/// about `chunk` bytes at once.
fn read_looking_at(
    head: usize,
    chunk: usize,
    source: &mut (dyn Read + Send),
    limits: Limits,
    columns: &mut Columns,
) -> Result<Outcome, Refusal> {
    let mut window = Window::starting_at(source, limits.first_byte);
    let plan = records::Plan {
        depth: limits.nested_depth.min(DEEPEST),
        threads: limits.threads,
        chunk,
        before: 0,
    };
    let outcome = match form::decide(&mut window, head) {
        Ok(Form::Document) => read_document(window, plan, columns),
        Ok(Form::Lines) => records::read(window, Between::LineFeed, plan, columns),
        Err(stop) => Err(stop),
    };
    outcome.map_err(Stop::into_refusal)
}

fn read_document(
    mut window: Window<'_>,
    plan: records::Plan,
    columns: &mut Columns,
) -> Result<Outcome, Stop> {
    window.skip_space()?;
    if window.peek()? == Some(b'[') {
        window.bump();
        if window.next_token(lexer::UNCLOSED)? != b']' {
            return records::read(window, Between::Comma, plan, columns);
        }
        window.bump();
        window.skip_space()?;
        return match window.peek()? {
            None => Ok(Outcome::document(KeyCounts::default())),
            Some(byte) => Err(window.fail(after_document(byte))),
        };
    }
    let object = window.peek()? == Some(b'{');
    let mut flatten = Flatten::new(columns, plan.depth);
    flatten.begin_chunk(0, 0);
    flatten.record(&mut window)?;
    flatten.end_record();
    flatten.end_chunk(&[]);
    let keys = flatten.keys();
    let one_line = window.is_one_line();
    window.skip_space()?;
    match window.peek()? {
        None => Ok(Outcome::document(keys)),
        // Lines longer than what the form is decided by, or a second line that is cut.
        Some(b'{') if object && one_line && !window.is_one_line() => {
            let plan = records::Plan { before: 1, ..plan };
            let mut outcome = records::read(window, Between::LineFeed, plan, columns)?;
            outcome.repeated_keys += keys.repeated;
            outcome.personal_keys += keys.personal;
            Ok(outcome)
        }
        Some(byte) => Err(window.fail(after_document(byte))),
    }
}

/// Why a byte may not follow a document.
fn after_document(byte: u8) -> &'static str {
    match byte {
        b'{' | b'[' | b'"' => {
            "a second value follows the first; a file of many values has one on each line"
        }
        _ => "something follows the end of the document",
    }
}

impl Outcome {
    fn document(keys: KeyCounts) -> Self {
        Self {
            format: "json",
            rejected: 0,
            first_rejected: None,
            repeated_keys: keys.repeated,
            personal_keys: keys.personal,
        }
    }
}
