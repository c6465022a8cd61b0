//! Check digits, over ASCII digits (and letters where said).

use super::shape::number;

fn value(b: u8) -> u32 {
    u32::from(b.wrapping_sub(b'0'))
}

/// Luhn (ISO/IEC 7812), the last digit being the check digit.
pub(crate) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, d)| {
            let v = value(*d);
            if i % 2 == 1 {
                if v > 4 { 2 * v - 9 } else { 2 * v }
            } else {
                v
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// The sum of digits times weights.
pub(crate) fn weighted(digits: &[u8], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(d, w)| value(*d) * w).sum()
}

/// GS1 (EAN, UPC, GTIN, ISBN-13): weights 1 and 3 from the right.
pub(crate) fn gs1(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, d)| value(*d) * if i % 2 == 0 { 1 } else { 3 })
        .sum();
    sum.is_multiple_of(10)
}

/// ISO 7064 MOD 97-10 over digits and upper-case letters (A = 10).
pub(crate) fn mod97(parts: &[&[u8]]) -> Option<u32> {
    let mut rest = 0u32;
    for b in parts.iter().flat_map(|p| p.iter()) {
        rest = match b {
            b'0'..=b'9' => (rest * 10 + value(*b)) % 97,
            b'A'..=b'Z' => (rest * 100 + u32::from(b - b'A') + 10) % 97,
            _ => return None,
        };
    }
    Some(rest)
}

/// ISO 7064 MOD 11,10 (German tax ID): the last digit is the check digit.
pub(crate) fn mod11_10(digits: &[u8]) -> bool {
    let Some((check, head)) = digits.split_last() else {
        return false;
    };
    let mut product = 10;
    for d in head {
        let mut sum = (value(*d) + product) % 10;
        if sum == 0 {
            sum = 10;
        }
        product = (2 * sum) % 11;
    }
    (11 - product) % 10 == value(*check)
}

/// ISO 7064 MOD 11-2 (Chinese resident identity): the last may be `X`.
pub(crate) fn mod11_2(chars: &[u8]) -> bool {
    let Some((check, head)) = chars.split_last() else {
        return false;
    };
    let rest = head.iter().fold(0, |p, d| (p + value(*d)) * 2 % 11);
    let expected = (12 - rest) % 11;
    if *check == b'X' {
        expected == 10
    } else {
        check.is_ascii_digit() && expected == value(*check)
    }
}

/// Verhoeff's dihedral check (Aadhaar).
pub(crate) fn verhoeff(digits: &[u8]) -> bool {
    const D: [[u8; 10]; 10] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
        [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
        [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
        [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
        [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
        [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
        [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
        [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
        [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
    ];
    const P: [[u8; 10]; 8] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
        [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
        [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
        [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
        [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
        [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
        [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
    ];
    let mut check = 0u8;
    for (i, d) in digits.iter().rev().enumerate() {
        if !d.is_ascii_digit() {
            return false;
        }
        check = D[usize::from(check)][usize::from(P[i % 8][usize::from(d - b'0')])];
    }
    check == 0
}

/// A day of the Gregorian calendar; a `year` of two digits stands for either century.
pub(crate) fn is_day(year: u64, month: u64, day: u64) -> bool {
    let leap = year.is_multiple_of(4)
        && (!year.is_multiple_of(100) || year.is_multiple_of(400) || year == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// `yymmdd` or `ddmmyy` at the head of a national number.
pub(crate) fn yymmdd(digits: &[u8]) -> bool {
    digits.len() >= 6
        && is_day(
            number(&digits[..2]),
            number(&digits[2..4]),
            number(&digits[4..6]),
        )
}

pub(crate) fn ddmmyy(digits: &[u8]) -> bool {
    digits.len() >= 6
        && is_day(
            number(&digits[4..6]),
            number(&digits[2..4]),
            number(&digits[..2]),
        )
}

/// Every digit the same: passes many checks and names nobody.
pub(crate) fn all_same(digits: &[u8]) -> bool {
    digits.windows(2).all(|w| w[0] == w[1])
}
