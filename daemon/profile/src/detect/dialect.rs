//! How a delimited text is written: delimiter, quote, escape, comments, lines before the header,
//! header or none. Every dialect the text gives cause for is tried on its start.

mod evidence;
mod layout;
mod sample;

#[cfg(test)]
mod tests;

use crate::accumulate::Kind;
use crate::delimited::Signs;
use crate::delimited::rewrite;
use crate::delimited::tokens::Dialect;
use crate::lex::{self, Class};
use sample::{Record, Sample};

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub dialect: Dialect,
    /// Signs of the text as the scan sees it: rewritten where the dialect is odd.
    pub signs: Signs,
    /// Byte of the text the header, or the first record, starts at.
    pub start: usize,
    pub preamble_lines: u64,
    /// There are comments, between the records or only above them.
    pub comments: bool,
    pub header: bool,
    /// The header lacks the name of the first column: R writes row names so.
    pub row_names: bool,
    /// Cells of most records.
    pub width: usize,
    /// No delimiter explains the text: a line is a value, whatever signs are in it.
    pub single: bool,
    pub line_terminator: &'static str,
}

/// A delimiter that explains a text no better may be none.
const POOR: f64 = 0.25;

/// A byte no text has: the delimiter of lines that have none.
const NO_DELIMITER: u8 = 0x1f;

struct Candidate {
    dialect: Dialect,
    score: f64,
    width: usize,
    skip: usize,
    sample: Sample,
}

/// Finds the dialect of a text by its start; `whole` when there is no more.
pub fn detect(text: &[u8], whole: bool) -> Found {
    let declared = excel_separator(text);
    let start = declared.map_or(0, |(_, length)| length);
    let declared = declared.map(|(delimiter, _)| delimiter);
    let text_after = &text[start..];
    let mut best: Option<Candidate> = None;
    for dialect in evidence::usual(text_after, declared) {
        let candidate = Candidate::of(text_after, whole, dialect, declared.is_some());
        if best.as_ref().is_none_or(|best| candidate.beats(best)) {
            best = Some(candidate);
        }
    }
    let best = best.expect("some delimiter is always tried");
    let odd = (best.score < POOR)
        .then(|| rare(text_after, whole))
        .flatten();
    let best = match odd {
        Some(odd) => odd,
        None if best.score > 0.0 => best,
        None => single(text_after, whole, &best),
    };
    finish(text, start, best)
}

fn finish(text: &[u8], start: usize, best: Candidate) -> Found {
    let Candidate {
        mut dialect,
        width,
        skip,
        sample,
        ..
    } = best;
    let records = &sample.records[skip.min(sample.records.len())..];
    let first = records.first().map_or(0, |record| record.start);
    let body = records.get(1..).unwrap_or_default();
    let header = records
        .first()
        .is_some_and(|first| layout::is_header(first, body));
    let is_comment = |record: &Record| record.cells[0].starts_with(b"#") && !record.is_quoted();
    let above = sample.records[..sample.records.len() - records.len()]
        .iter()
        .any(is_comment);
    let comments = above || !sample.comments.is_empty();
    // Comments above the first record only are passed over with what else is there.
    if sample.comments.iter().all(|behind| *behind == 0) {
        dialect.comment = None;
    }
    let single = width == 1 && dialect.delimiter == NO_DELIMITER;
    Found {
        signs: if dialect.is_plain() {
            Signs {
                delimiter: dialect.delimiter,
                quote: dialect.quote,
            }
        } else {
            rewrite::signs(&dialect)
        },
        start: start + first,
        preamble_lines: count_lines(&text[..start + first]),
        comments,
        header,
        row_names: header && has_row_names(&records[0], body, width),
        width,
        single,
        line_terminator: match dialect.record_end {
            None => line_terminator(text),
            Some(_) => "\u{1e}",
        },
        dialect,
    }
}

/// A name short, and not because every record ends in a delimiter.
fn has_row_names(header: &Record, body: &[Record], width: usize) -> bool {
    let last_is_empty = |record: &Record| record.cells.get(width - 1).is_none_or(Vec::is_empty);
    header.cells.len() + 1 == width && !body.iter().all(last_is_empty)
}

impl Candidate {
    fn of(text: &[u8], whole: bool, dialect: Dialect, declared: bool) -> Self {
        let mut sample = Sample::read(text, whole, dialect);
        let width = sample.common_width();
        sample.drop_footer(width);
        let skip = layout::preamble(&sample.records, width);
        let score = if declared {
            1.0
        } else {
            // A quote where none should be is a sign of a cut in the wrong place.
            let records = sample.records.len().max(1) as f64;
            score(&sample.records[skip..], width) / (1.0 + sample.strays as f64 / records)
        };
        Self {
            dialect,
            score,
            width,
            skip,
            sample,
        }
    }

    /// Whether it explains more; of two that explain the same, the one that leaves no quote over.
    fn beats(&self, other: &Self) -> bool {
        const SAME: f64 = 1e-9;
        self.score > other.score + SAME
            || (self.score > other.score - SAME && self.sample.strays < other.sample.strays)
    }
}

/// A dialect that is rare, where it explains every record without exception.
fn rare(text: &[u8], whole: bool) -> Option<Candidate> {
    let mut found = evidence::rare(text)
        .into_iter()
        .map(|dialect| Candidate::of(text, whole, dialect, false))
        .filter(|candidate| {
            let records = &candidate.sample.records[candidate.skip..];
            explains_all(records, candidate.width, candidate.dialect)
        });
    let first = found.next()?;
    // Columns of numbers may stand one blank apart in some places and more in others.
    let closer = found.find(|other| typed_columns(other) == other.width);
    Some(closer.filter(|c| c.width > first.width).unwrap_or(first))
}

fn explains_all(records: &[Record], width: usize, dialect: Dialect) -> bool {
    if width < 2 || records.len() < 3 {
        return false;
    }
    let (header, body) = (&records[0], &records[1..]);
    let quoted = header.is_quoted() && body.iter().all(Record::is_quoted);
    let names = header.cells.len() == width || (quoted && header.cells.len() + 1 == width);
    if !names || body.iter().any(|record| record.cells.len() != width) {
        return false;
    }
    match dialect.blanks {
        None => true,
        Some(1) => {
            let typed = typed(body, width);
            // Words of a text come in lines of equal number by chance only, but they do come.
            let enough = if layout::is_header(header, body) {
                3
            } else {
                2
            };
            typed > 0 && typed * enough >= width && !are_values(records)
        }
        Some(_) => !are_values(records),
    }
}

fn typed_columns(candidate: &Candidate) -> usize {
    let records = &candidate.sample.records[candidate.skip..];
    typed(records.get(1..).unwrap_or_default(), candidate.width)
}

/// Columns most of whose cells are more than text.
fn typed(body: &[Record], width: usize) -> usize {
    let is_typed = |cell: &Vec<u8>| lex::read(Kind::Cell, cell).class() != Class::Text;
    (0..width)
        .filter(|at| {
            let cells = body.iter().filter_map(|record| record.cells.get(*at));
            cells.filter(|cell| is_typed(cell)).count() * 2 > body.len()
        })
        .count()
}

/// Whether whole lines are values of their own: dates with times, numbers in groups.
fn are_values(records: &[Record]) -> bool {
    let is_value =
        |record: &&Record| lex::read(Kind::Cell, &record.cells.join(&b' ')).class() != Class::Text;
    records.iter().filter(is_value).count() * 2 > records.len()
}

/// A column of lines: no sign in them is a delimiter.
fn single(text: &[u8], whole: bool, best: &Candidate) -> Candidate {
    let delimiter = if best.sample.records.iter().all(|r| r.cells.len() == 1) {
        best.dialect.delimiter
    } else {
        NO_DELIMITER
    };
    let dialect = Dialect {
        delimiter,
        ..best.dialect
    };
    let mut candidate = Candidate::of(text, whole, dialect, false);
    candidate.width = 1;
    candidate.skip = layout::preamble(&candidate.sample.records, 1);
    candidate
}

/// `sep=;` in the first line: Excel's own way of saying it. What ends a line, quotes or escapes parts
/// no cells.
fn excel_separator(text: &[u8]) -> Option<(u8, usize)> {
    let delimiter = *text.strip_prefix(b"sep=")?.first()?;
    if b"\r\n\"'`\\".contains(&delimiter) {
        return None;
    }
    let rest = &text[5..];
    let length = if rest.starts_with(b"\r\n") { 7 } else { 6 };
    matches!(rest.first(), Some(b'\n' | b'\r')).then_some((delimiter, length))
}

fn count_lines(text: &[u8]) -> u64 {
    let feeds = memchr::memchr_iter(b'\n', text).count();
    let lines = if feeds > 0 {
        feeds
    } else {
        memchr::memchr_iter(b'\r', text).count()
    };
    lines as u64
}

fn line_terminator(text: &[u8]) -> &'static str {
    let feeds = memchr::memchr_iter(b'\n', text).count();
    let pairs = memchr::memmem::find_iter(text, b"\r\n").count();
    let returns = memchr::memchr_iter(b'\r', text).count() - pairs;
    match (feeds - pairs, pairs, returns) {
        (_, 0, 0) => "\n",
        (0, _, 0) => "\r\n",
        (0, 0, _) => "\r",
        _ => "mixed",
    }
}

/// How well a delimiter explains the records: their agreement on a width, and cells that look like
/// something.
fn score(records: &[Record], width: usize) -> f64 {
    if width < 2 || records.is_empty() {
        return 0.0;
    }
    let is_regular = |(number, record): &(usize, &Record)| {
        let cells = record.cells.len();
        // A header may lack the name above the names of rows.
        cells == width || (*number == 0 && cells + 1 == width)
    };
    let regular = records.iter().enumerate().filter(is_regular).count();
    let agreement = regular as f64 / records.len() as f64;
    if agreement < 0.5 {
        return 0.0;
    }
    let (mut cells, mut clean) = (0_u32, 0_u32);
    for (cell, quoted) in records.iter().flat_map(Record::each) {
        cells += 1;
        // A cell that still holds a likely delimiter was probably not cut where it should be, unless
        // it was quoted for it.
        let mixed = !quoted && cell.iter().any(|b| matches!(b, b';' | b'\t' | b'|'));
        let is_text = || lex::read(Kind::Cell, cell).class() == Class::Text;
        clean += u32::from(!(mixed && is_text()));
    }
    let cleanliness = f64::from(clean) / f64::from(cells.max(1));
    let width = width as f64;
    agreement * agreement * cleanliness * (width - 1.0) / width
}
