//! Which dialects are worth trying on a text: signs that stand where signs do.

use crate::delimited::tokens::Dialect;

/// Delimiters that are always tried, the commonest first: it wins a tie.
const USUAL: [u8; 4] = [b',', b'\t', b';', b'|'];

/// Control characters made for the purpose, tried where they occur.
const MADE_FOR_IT: [u8; 2] = [0x1f, 0x01];

/// Tried where no other delimiter explains the text.
const RARE: [u8; 2] = [b'^', b'~'];

const RECORD_SEPARATOR: u8 = 0x1e;

/// The dialects to try on a text, the commonest first.
pub(super) fn usual(text: &[u8], declared: Option<u8>) -> Vec<Dialect> {
    let delimiters: Vec<u8> = match declared {
        Some(delimiter) => vec![delimiter],
        None => {
            let made = MADE_FOR_IT.into_iter().filter(|d| text.contains(d));
            made.chain(USUAL).collect()
        }
    };
    let quote = quote(text, &delimiters);
    let record_end = (memchr::memchr2(b'\n', b'\r', text.trim_ascii_end()).is_none()
        && text.contains(&RECORD_SEPARATOR))
    .then_some(RECORD_SEPARATOR);
    let mut tried = Vec::new();
    for delimiter in delimiters {
        let plain = Dialect {
            quote,
            record_end,
            ..Dialect::usual(delimiter)
        };
        let maybe = |evident: bool| [false, true].into_iter().take(1 + usize::from(evident));
        for escape in maybe(is_escaped(text, &plain)) {
            for skip_space in maybe(has_space_before_quote(text, &plain)) {
                for comment in maybe(has_comment(text)) {
                    tried.push(Dialect {
                        escape: escape.then_some(b'\\'),
                        skip_space,
                        comment: comment.then_some(b'#'),
                        ..plain
                    });
                }
            }
        }
    }
    tried
}

fn has_comment(text: &[u8]) -> bool {
    let lines = [b"\n#", b"\r#"];
    text.starts_with(b"#")
        || lines
            .iter()
            .any(|l| memchr::memmem::find(text, *l).is_some())
}

/// Those to try where the usual ones explain nothing.
pub(super) fn rare(text: &[u8]) -> Vec<Dialect> {
    let quote = quote(text, b" ");
    let signs = RARE.into_iter().filter(|d| text.contains(d));
    let mut tried: Vec<Dialect> = signs.map(Dialect::usual).collect();
    for least in [2, 1] {
        tried.push(Dialect {
            quote,
            blanks: Some(least),
            ..Dialect::usual(b' ')
        });
    }
    tried
}

/// The quote cells are enclosed in: the double one unless it encloses none and another does.
fn quote(text: &[u8], delimiters: &[u8]) -> u8 {
    if text.contains(&b'"') && enclosed(text, b'"', delimiters).0 > 0 {
        return b'"';
    }
    [b'\'', b'`']
        .into_iter()
        .find(|quote| {
            let (opened, closed) = enclosed(text, *quote, delimiters);
            // The last cell of a sample may be cut.
            closed > 0 && closed <= opened && opened <= closed + 1
        })
        .unwrap_or(b'"')
}

/// How often a quote stands as the first and as the last sign of a cell.
fn enclosed(text: &[u8], quote: u8, delimiters: &[u8]) -> (usize, usize) {
    let is_edge = |byte: Option<&u8>| {
        byte.is_none_or(|byte| delimiters.contains(byte) || matches!(byte, b'\n' | b'\r' | 0x1e))
    };
    let (mut opened, mut closed) = (0, 0);
    for at in memchr::memchr_iter(quote, text) {
        let before = text[..at].iter().rev().find(|byte| **byte != b' ');
        let after = text[at + 1..].iter().find(|byte| **byte != b' ');
        match (is_edge(before), is_edge(after)) {
            (true, false) => opened += 1,
            (false, true) => closed += 1,
            // An empty cell's are side by side.
            _ => {}
        }
    }
    (opened, closed)
}

/// Whether a backslash spares a quote that would else end its cell in the middle, or a delimiter
/// or line end outside quotes.
fn is_escaped(text: &[u8], dialect: &Dialect) -> bool {
    memchr::memchr_iter(b'\\', text).any(|at| {
        let (Some(next), after) = (text.get(at + 1), text.get(at + 2)) else {
            return false;
        };
        let ends = |byte: &u8| *byte == dialect.delimiter || matches!(byte, b'\n' | b'\r');
        (*next == dialect.quote && after.is_some_and(|after| !ends(after))) || ends(next)
    })
}

fn has_space_before_quote(text: &[u8], dialect: &Dialect) -> bool {
    let sign = [dialect.delimiter, b' '];
    dialect.delimiter != b' '
        && memchr::memmem::find_iter(text, &sign).any(|at| {
            let rest = text[at + 1..].iter().find(|byte| **byte != b' ');
            rest == Some(&dialect.quote)
        })
}
