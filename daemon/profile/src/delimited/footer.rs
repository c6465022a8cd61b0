//! Lines after the last record that are none: a total, a count, a source.

use super::Signs;
use super::scan::structure;

/// A footer lies within this many bytes of the end, or it is none: so much is held back until the
/// end is known.
pub const HOLD: usize = 4 << 10;

/// Lines kept out of the table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Footer {
    pub lines: u64,
    /// Bytes of the text, blank lines before it included.
    pub length: usize,
}

/// The footer of a text that starts at a record and is all that is left of a table of `width`
/// columns.
///
/// Lines of another width are a footer when a blank line sets them off, and without one when they
/// are of one cell and say that they sum up. All else is a record, however ragged.
pub fn footer(text: &[u8], signs: Signs, width: usize) -> Footer {
    if width < 2 || ends_regularly(text, signs, width) {
        return Footer::default();
    }
    let found = structure(text, signs);
    let oldest = text.len().saturating_sub(HOLD);
    let (mut lines, mut summed_up) = (0, true);
    let mut start = text.len();
    for record in (0..found.records()).rev() {
        let from = found.record_starts[record] as usize;
        if from < oldest {
            break;
        }
        let mut cells = found.cells(record);
        let (first, last) = cells.next().map_or((0, 0), |cell| cell);
        let count = 1 + cells.count();
        if count == 1 && first == last {
            if lines > 0 {
                return Footer {
                    lines,
                    length: text.len() - from,
                };
            }
            continue;
        }
        let whole = &text[first as usize..last as usize];
        if count == width {
            break;
        }
        summed_up &= count == 1 && sums_up(whole);
        if summed_up {
            start = from;
        }
        lines += 1;
    }
    // Without a blank line before them only the lines that speak for themselves.
    let summing = text[start..]
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .filter(|line| !line.is_empty())
        .count();
    Footer {
        lines: summing as u64,
        length: text.len() - start,
    }
}

/// Whether the last line has as many delimiters as a record: then there is no footer, and no need
/// to look closer.
fn ends_regularly(text: &[u8], signs: Signs, width: usize) -> bool {
    let text = text.trim_ascii_end();
    let line = text.len() - memchr::memrchr2(b'\n', b'\r', text).map_or(0, |at| at + 1);
    let line = &text[text.len() - line..];
    memchr::memchr_iter(signs.delimiter, line).count() + 1 == width
}

/// `(5 rows)`, `Total rows: 5`, `End of file`.
fn sums_up(cell: &[u8]) -> bool {
    let text = String::from_utf8_lossy(cell).trim().to_lowercase();
    let text = text.trim_start_matches(['"', '\'', '(', '-', '#', '*', '=', ' ']);
    let counted = text.trim_start_matches(|c: char| c.is_ascii_digit() || ",.' ".contains(c));
    let units = [
        "row",
        "rows",
        "record",
        "records",
        "line",
        "lines",
        "entry",
        "entries",
        "zeile",
        "zeilen",
        "datensätze",
        "ligne",
        "lignes",
        "fila",
        "filas",
    ];
    let opens = [
        "total",
        "count",
        "rows",
        "records",
        "number of",
        "end of",
        "eof",
        "sum",
        "gesamt",
        "anzahl",
        "trailer",
        "source",
        "quelle",
        "note",
        "notes",
        "generated",
        "exported",
    ];
    let is_count = counted.len() < text.len() && units.iter().any(|unit| opens_with(counted, unit));
    is_count || opens.iter().any(|word| opens_with(text, word))
}

/// As a word of its own.
fn opens_with(text: &str, word: &str) -> bool {
    text.strip_prefix(word)
        .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, width: usize) -> (u64, usize) {
        let signs = Signs {
            delimiter: b',',
            quote: b'"',
        };
        let footer = footer(text.as_bytes(), signs, width);
        (footer.lines, text.len() - footer.length)
    }

    #[test]
    fn lines_set_off_by_a_blank_one_are_a_footer() {
        assert_eq!(of("1,2,3\n4,5,6\n\nmade by hand\n", 3), (1, 12));
        assert_eq!(of("1,2,3\n\n\nmade by hand,today\n\n", 3), (1, 7));
        assert_eq!(of("1,2\r\n\r\na\r\nb\r\n", 2), (2, 5));
        // A record behind it: none of it is the end of the table.
        assert_eq!(of("1,2,3\n\nnote\n4,5,6\n", 3), (0, 18));
        assert_eq!(of("1,2,3\n\n4,5,6\n", 3), (0, 13));
    }

    #[test]
    fn lines_that_sum_up_are_a_footer_by_themselves() {
        assert_eq!(of("1,2\n3,4\nTotal rows: 2\n", 2), (1, 8));
        assert_eq!(of("1,2\n3,4\n(2 rows)", 2), (1, 8));
        for value in ["Grace", "Sumner", "Country", "12 Rowan Street"] {
            assert_eq!(of(&format!("1,2\n{value}\n"), 2).0, 0, "{value}");
        }
        assert_eq!(of("1,2\nTotal,4\n", 2), (0, 12));
    }

    #[test]
    fn quotes_and_single_columns_are_no_footer() {
        assert_eq!(of("1,\"a\n\nTotal: 2\"\n", 2), (0, 16));
        assert_eq!(of("a\n\nTotal: 2\n", 1), (0, 12));
    }
}
