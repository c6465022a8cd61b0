//! How a delimited text is written: delimiter, lines before the header, header or none.

use crate::accumulate::Kind;
use crate::delimited::Signs;
use crate::delimited::scan::{structure, value};
use crate::lex::{self, Class};

/// Delimiters that are tried, the commonest first: it wins a tie.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// Records that are looked at.
const RECORDS: usize = 1000;

/// Lines before the header are told from records in the first of these only.
const MAX_PREAMBLE: usize = 50;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub signs: Signs,
    /// Byte of the text the header, or the first record, starts at.
    pub start: usize,
    pub preamble_lines: u64,
    pub header: bool,
    /// Cells of most records.
    pub width: usize,
    pub line_terminator: &'static str,
    pub quoted: bool,
}

struct Candidate {
    delimiter: u8,
    score: f64,
    width: usize,
    skip: usize,
    records: Vec<Vec<Vec<u8>>>,
    starts: Vec<u32>,
}

/// Finds the dialect of a text by its start; `whole` when there is no more.
pub fn detect(text: &[u8], whole: bool) -> Found {
    let declared = excel_separator(text);
    let start = declared.map_or(0, |(_, length)| length);
    let text_after = &text[start..];
    let tried = declared.map_or(DELIMITERS.to_vec(), |(delimiter, _)| vec![delimiter]);
    let mut best: Option<Candidate> = None;
    for delimiter in tried {
        let candidate = try_delimiter(text_after, whole, delimiter, declared.is_some());
        if candidate.score > best.as_ref().map_or(0.0, |b| b.score) {
            best = Some(candidate);
        }
    }
    let best = best.unwrap_or_else(|| try_delimiter(text_after, whole, b',', true));
    let records = &best.records[best.skip..];
    let first = best.starts.get(best.skip).map_or(0, |at| *at as usize);
    let body: Vec<_> = records.iter().skip(1).collect();
    Found {
        signs: Signs {
            delimiter: best.delimiter,
            quote: b'"',
        },
        start: start + first,
        preamble_lines: count_lines(&text[..start + first]),
        header: records.first().is_some_and(|first| is_header(first, &body)),
        width: best.width,
        line_terminator: line_terminator(text),
        quoted: text.contains(&b'"'),
    }
}

/// `sep=;` in the first line: Excel's own way of saying it.
fn excel_separator(text: &[u8]) -> Option<(u8, usize)> {
    let delimiter = *text.strip_prefix(b"sep=")?.first()?;
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

fn try_delimiter(text: &[u8], whole: bool, delimiter: u8, declared: bool) -> Candidate {
    let signs = Signs {
        delimiter,
        quote: b'"',
    };
    let found = structure(text, signs);
    // The last record of a text that goes on may be cut.
    let usable = found.records() - usize::from(!whole && found.records() > 1);
    let mut room = Vec::new();
    let (mut records, mut starts) = (Vec::new(), Vec::new());
    for record in 0..usable.min(RECORDS) {
        let cells: Vec<Vec<u8>> = found
            .cells(record)
            .map(|(from, to)| value(&text[from as usize..to as usize], b'"', &mut room).to_vec())
            .collect();
        if cells.len() > 1 || !cells[0].is_empty() {
            records.push(cells);
            starts.push(found.record_starts[record]);
        }
    }
    let width = common_width(&records);
    let skip = preamble(&records, width);
    let score = if declared {
        1.0
    } else {
        score(&records[skip..], width)
    };
    // A single column is what no delimiter explains.
    let width = if score > 0.0 { width } else { 1 };
    let skip = if score > 0.0 {
        skip
    } else {
        preamble(&records, 1)
    };
    Candidate {
        delimiter,
        score,
        width,
        skip,
        records,
        starts,
    }
}

/// The width most records have; of two equally common ones the larger.
fn common_width(records: &[Vec<Vec<u8>>]) -> usize {
    let mut counts = std::collections::BTreeMap::new();
    for record in records {
        *counts.entry(record.len()).or_insert(0) += 1;
    }
    counts
        .into_iter()
        .max_by_key(|(width, count)| (*count, *width))
        .map_or(1, |(width, _)| width)
}

/// Records at the start that are none: comments, titles and notes above the header.
fn preamble(records: &[Vec<Vec<u8>>], width: usize) -> usize {
    let comments = records
        .iter()
        .take_while(|r| r[0].starts_with(b"#"))
        .count();
    // `#id,name` is a header in its own right when it is as wide as the records.
    let comments = match comments {
        1 if records[0].len() == width && width > 1 => 0,
        n if n == records.len() => 0,
        n => n,
    };
    let rest = &records[comments..];
    if width < 3 {
        return comments;
    }
    // Titles fill few cells; a header that lacks one name (R writes so) is no title.
    let is_title = |r: &Vec<Vec<u8>>| {
        let filled = r.iter().filter(|cell| !cell.is_empty()).count();
        (r.len() < width && filled * 2 <= width) || (r.len() == width && filled <= 1)
    };
    let titles = rest
        .iter()
        .take(MAX_PREAMBLE)
        .take_while(|r| is_title(r))
        .count();
    let regular = rest[titles..].iter().filter(|r| r.len() == width).count();
    if titles < rest.len() && regular * 10 >= (rest.len() - titles) * 9 {
        comments + titles
    } else {
        comments
    }
}

/// How well a delimiter explains the records: their agreement on a width, and cells that look like
/// something.
fn score(records: &[Vec<Vec<u8>>], width: usize) -> f64 {
    if width < 2 || records.is_empty() {
        return 0.0;
    }
    let regular = records
        .iter()
        .filter(|r| r.len() == width || r.len() + 1 == width)
        .count();
    let agreement = regular as f64 / records.len() as f64;
    if agreement < 0.5 {
        return 0.0;
    }
    let (mut cells, mut clean) = (0_u32, 0_u32);
    for cell in records.iter().flatten() {
        cells += 1;
        // A cell that still holds a likely delimiter was probably not cut where it should be.
        let text = lex::read(Kind::Cell, cell).class() == Class::Text;
        let mixed = cell.iter().any(|b| matches!(b, b';' | b'\t' | b'|'));
        clean += u32::from(cell.is_empty() || !text || !mixed);
    }
    let cleanliness = f64::from(clean) / f64::from(cells.max(1));
    let width = width as f64;
    agreement * agreement * cleanliness * (width - 1.0) / width
}

/// Whether the first record names the fields.
fn is_header(first: &[Vec<u8>], body: &[&Vec<Vec<u8>>]) -> bool {
    if first.iter().all(Vec::is_empty) {
        return false;
    }
    let typed = |cell: &[u8]| {
        !matches!(
            lex::read(Kind::Cell, cell).class(),
            Class::Text | Class::YesNo
        )
    };
    let (mut yes, mut no) = (0_u32, 0_u32);
    for (at, name) in first.iter().enumerate() {
        let column = body
            .iter()
            .take(100)
            .filter_map(|r| r.get(at))
            .filter(|c| !c.is_empty());
        let (mut filled, mut typed_cells, mut again) = (0_u32, 0_u32, false);
        for cell in column {
            filled += 1;
            typed_cells += u32::from(typed(cell));
            again |= cell == name;
        }
        let column_typed = filled > 0 && typed_cells * 2 > filled;
        match (name.is_empty(), typed(name), column_typed) {
            (true, ..) => {}
            (_, false, true) => yes += 3,
            (_, true, true) => no += 3,
            (_, true, false) => no += 1,
            (_, false, false) if again => no += 1,
            (_, false, false) => yes += u32::from(filled > 0),
        }
    }
    let text_only = first.iter().all(|name| !typed(name));
    if body.is_empty() {
        text_only
    } else {
        yes > no || (yes == no && text_only)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> (char, bool, usize, u64) {
        let found = detect(text.as_bytes(), true);
        (
            char::from(found.signs.delimiter),
            found.header,
            found.width,
            found.preamble_lines,
        )
    }

    #[test]
    fn delimiters_are_told_apart() {
        assert_eq!(found("a,b\n1,2\n3,4\n"), (',', true, 2, 0));
        assert_eq!(found("a;b;c\n1,5;2;x\n3,5;4;y\n"), (';', true, 3, 0));
        assert_eq!(found("a\tb\nx, y\tz\nu, v\tw\n"), ('\t', true, 2, 0));
        assert_eq!(found("a|b|c\n1|2|3\n"), ('|', true, 3, 0));
        assert_eq!(
            found("name\nAda, Countess\nGrace\nJoan\n"),
            (',', true, 1, 0)
        );
        assert_eq!(found("sep=;\r\na;b\r\n1;2\r\n"), (';', true, 2, 1));
    }

    #[test]
    fn headers_are_told_from_records() {
        assert_eq!(found("1,2\n3,4\n5,6\n"), (',', false, 2, 0));
        assert_eq!(found("2020-01-01,x\n2020-01-02,y\n"), (',', false, 2, 0));
        assert_eq!(
            found("city,country\nParis,France\nLyon,France\n"),
            (',', true, 2, 0)
        );
        assert_eq!(
            found("red,small\nblue,small\nred,large\n"),
            (',', false, 2, 0)
        );
        assert_eq!(
            found("country,1990,2000\nFrance,1,2\nSpain,3,4\n"),
            (',', false, 3, 0)
        );
    }

    #[test]
    fn titles_and_comments_above_the_header_are_no_records() {
        let text = "Sales report\nprinted today,\n\nid,name,sum\n1,a,2\n2,b,3\n3,c,4\n";
        assert_eq!(found(text), (',', true, 3, 3));
        assert_eq!(found("# by hand\n# twice\na,b\n1,2\n"), (',', true, 2, 2));
        assert_eq!(found("#id,name\n1,a\n2,b\n"), (',', true, 2, 0));
    }
}
