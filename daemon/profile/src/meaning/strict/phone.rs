//! Telephone numbers.

use crate::meaning::shape::fits;

/// Calling codes of one, two and three digits; of the last the leading two digits.
fn calling_code(digits: &[u8]) -> bool {
    let two = [digits[0], digits[1]];
    match two[0] {
        b'1' | b'7' => true,
        b'2' => matches!(two[1], b'0' | b'7') || !matches!(two[1], b'8'),
        b'3' => two[1] != b'8' || matches!(digits[2], b'0'..=b'2' | b'5'..=b'7' | b'9'),
        b'4' => two[1] != b'2' || matches!(digits[2], b'0' | b'1' | b'3'),
        b'5' | b'9' => true,
        b'6' => two[1] != b'8' || digits[2] != b'4',
        b'8' => !matches!(two[1], b'3' | b'9'),
        _ => false,
    }
}

/// The digits, when nothing but digits and what people put between them is there. An extension
/// (`x123`, `ext. 123`) is cut off first.
fn dialled(bytes: &[u8], digits: &mut [u8; 16]) -> Option<usize> {
    let mut n = 0;
    let mut last_separator = false;
    let mut open = 0i32;
    for (i, b) in bytes.iter().enumerate() {
        match b {
            b'0'..=b'9' => {
                if n == 15 {
                    return None;
                }
                digits[n] = *b;
                n += 1;
                last_separator = false;
            }
            b'+' if i == 0 => {}
            b'(' => open += 1,
            b')' => open -= 1,
            b' ' | b'-' | b'.' | b'/' => {
                if last_separator && *b != b' ' && bytes[i - 1] != b' ' {
                    return None;
                }
                last_separator = true;
            }
            _ => return None,
        }
        if !(0..=1).contains(&open) {
            return None;
        }
    }
    (open == 0
        && bytes
            .last()
            .is_some_and(|b| b.is_ascii_digit() || *b == b')'))
    .then_some(n)
}

fn without_extension(bytes: &[u8]) -> &[u8] {
    let Some(at) = bytes.iter().position(|b| matches!(b, b'x' | b'X' | b'e')) else {
        return bytes;
    };
    let tail = &bytes[at..];
    let letters = tail
        .iter()
        .take_while(|b| b.is_ascii_alphabetic() || matches!(b, b'.' | b' '))
        .count();
    let number = &tail[letters..];
    let word = tail[..letters].to_ascii_lowercase();
    let word = word.strip_suffix(b" ").unwrap_or(&word);
    let known: &[&[u8]] = &[b"x", b"ext", b"ext.", b"x."];
    if known.contains(&word)
        && (1..=6).contains(&number.len())
        && number.iter().all(u8::is_ascii_digit)
    {
        bytes[..at].trim_ascii_end()
    } else {
        bytes
    }
}

/// `+` or `00`, a calling code that is given out, and 8 to 15 digits in all.
pub(crate) fn is_international(bytes: &[u8]) -> bool {
    let bytes = without_extension(bytes);
    if !(9..=26).contains(&bytes.len()) {
        return false;
    }
    let Some(rest) = bytes.strip_prefix(b"+") else {
        return false;
    };
    // `+49 (0)30 ...` writes the trunk digit that is not dialled.
    let mut digits = [b'0'; 16];
    match dialled(rest, &mut digits) {
        Some(n) => {
            (8..=15).contains(&n)
                && calling_code(&digits[..n])
                && !digits[1..n].iter().all(|d| *d == b'0')
        }
        None => false,
    }
}

/// North America as people write it: area and exchange begin with 2 to 9.
pub(crate) fn is_north_american(bytes: &[u8]) -> bool {
    let bytes = without_extension(bytes);
    let bytes = bytes
        .strip_prefix(b"1-")
        .or_else(|| bytes.strip_prefix(b"1 "))
        .unwrap_or(bytes);
    let (area, exchange) = if fits(bytes, b"(999) 999-9999") {
        (bytes[1], bytes[6])
    } else if fits(bytes, b"(999)999-9999") {
        (bytes[1], bytes[5])
    } else if fits(bytes, b"999-999-9999") || fits(bytes, b"999.999.9999") {
        (bytes[0], bytes[4])
    } else {
        return false;
    };
    area >= b'2' && exchange >= b'2'
}

/// How plainly a value is written as a telephone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Written {
    /// Only digits, or a form that other numbers share.
    Possible,
    /// A form that hardly anything else has.
    Plain,
}

/// Judges one value for a vote of its column.
pub(crate) fn written(text: &str) -> Option<Written> {
    let whole = text.as_bytes();
    let bytes = without_extension(whole);
    if !(6..=26).contains(&bytes.len()) {
        return None;
    }
    let rest = bytes.strip_prefix(b"+").unwrap_or(bytes);
    let mut digits = [b'0'; 16];
    let n = dialled(rest, &mut digits)?;
    if !(7..=15).contains(&n)
        || looks_like_a_date(bytes)
        || crate::meaning::checksum::all_same(&digits[..n])
    {
        return None;
    }
    if rest.len() < bytes.len() {
        return (n >= 8 && calling_code(&digits[..n])).then_some(Written::Plain);
    }
    let groups = bytes
        .split(|b| !b.is_ascii_digit())
        .filter(|g| !g.is_empty())
        .count();
    let bracketed = bytes
        .iter()
        .position(|b| *b == b'(')
        .is_some_and(|at| at <= 5);
    let extended = bytes.len() < whole.len();
    if bracketed || extended || is_north_american(bytes) {
        return Some(Written::Plain);
    }
    let national = digits[0] == b'0' && (9..=12).contains(&n);
    if national && (2..=5).contains(&groups) {
        return Some(Written::Plain);
    }
    Some(Written::Possible)
}

fn looks_like_a_date(bytes: &[u8]) -> bool {
    [
        &b"9999-99-99"[..],
        b"9999/99/99",
        b"9999.99.99",
        b"99.99.9999",
        b"99/99/9999",
        b"99-99-9999",
        b"9999-99-99 99",
        b"9999-99",
    ]
    .iter()
    .any(|picture| fits(bytes, picture))
}
