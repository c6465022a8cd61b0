//! Numbers of things that look like numbers of people.

use crate::meaning::checksum::weighted;
use crate::meaning::shape::Shape;

/// Ten characters, the last of which may be `X`: weights 10 to 1, modulo 11.
pub(crate) fn is_isbn10(s: &Shape<'_>) -> bool {
    let c = s.compact();
    c.len() == 10 && s.light_separators() && c[..9].iter().all(u8::is_ascii_digit) && {
        let last = match c[9] {
            b'X' => 10,
            d if d.is_ascii_digit() => u32::from(d - b'0'),
            _ => return false,
        };
        (weighted(c, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) + last).is_multiple_of(11)
    }
}
