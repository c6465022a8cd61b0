//! Decimal numbers, read without loss.

pub mod local;

use std::cmp::Ordering;

use crate::number::big::Big;

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Integer,
    Decimal,
    /// With a leading zero (`0870`, `007.1`): a code, not a quantity.
    Code,
}

/// `mantissa * 10^-scale`, negative or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    pub negative: bool,
    pub mantissa: u128,
    pub scale: i16,
}

/// More digits than this are no quantity: the widest decimals of databases have so many, and 128
/// bits hold them.
const MAX_DIGITS: usize = 38;

/// Beyond this many digits a `+` belongs to a telephone number.
const MAX_PLUS_DIGITS: usize = 6;

/// Powers of ten an f64 holds exactly.
const EXACT_POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// Powers of ten that a word holds.
const WORD_POWERS: [u64; 20] = {
    let mut powers = [1; 20];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// Digits and a point that surely fit a word.
const SHORT: usize = 18;

/// Reads a whole text as a number.
#[inline]
pub fn read(text: &[u8]) -> Option<(Shape, Decimal)> {
    read_short(text).or_else(|| read_any(text))
}

/// Reads a number of few digits without an exponent; none where it may be one all the same.
#[inline]
fn read_short(text: &[u8]) -> Option<(Shape, Decimal)> {
    let negative = text.first() == Some(&b'-');
    let digits = &text[usize::from(negative)..];
    if digits.len() > SHORT || !digits.first()?.is_ascii_digit() {
        return None;
    }
    let (mut mantissa, mut point) = (0_u64, digits.len());
    for (at, byte) in digits.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit <= 9 {
            mantissa = mantissa * 10 + u64::from(digit);
        } else if *byte == b'.' && point == digits.len() {
            point = at;
        } else {
            return None;
        }
    }
    if digits[0] == b'0' && point > 1 {
        return None;
    }
    let whole = point == digits.len();
    let value = Decimal {
        negative: negative && mantissa != 0,
        mantissa: u128::from(mantissa),
        scale: if whole {
            0
        } else {
            (digits.len() - point - 1) as i16
        },
    };
    let shape = if whole {
        Shape::Integer
    } else {
        Shape::Decimal
    };
    Some((shape, value))
}

fn read_any(text: &[u8]) -> Option<(Shape, Decimal)> {
    let (negative, plus, digits) = match text.first()? {
        b'-' => (true, false, &text[1..]),
        b'+' => (false, true, &text[1..]),
        _ => (false, false, text),
    };
    let whole = digits.iter().take_while(|b| b.is_ascii_digit()).count();
    let mut rest = &digits[whole..];
    let mut fraction: &[u8] = &[];
    let mut shape = Shape::Integer;
    if rest.first() == Some(&b'.') {
        let length = rest[1..].iter().take_while(|b| b.is_ascii_digit()).count();
        fraction = &rest[1..=length];
        rest = &rest[1 + length..];
        shape = Shape::Decimal;
    }
    if whole + fraction.len() == 0 {
        return None;
    }
    let mut exponent = 0;
    if let Some(b'e' | b'E') = rest.first() {
        exponent = read_exponent(&rest[1..])?;
        rest = &[];
        shape = Shape::Decimal;
    }
    if !rest.is_empty() || whole > MAX_DIGITS || (plus && whole > MAX_PLUS_DIGITS) {
        return None;
    }
    if whole > 1 && digits[0] == b'0' {
        shape = Shape::Code;
    }
    let fraction = &fraction[..fraction.len().min(MAX_DIGITS - whole)];
    let mantissa = append(append(0, &digits[..whole]), fraction);
    let scale = i16::try_from(fraction.len()).ok()? - exponent;
    let value = Decimal {
        negative: negative && mantissa != 0,
        mantissa,
        scale,
    };
    (exponent == 0 || value.to_f64().is_finite()).then_some((shape, value))
}

fn append(start: u128, digits: &[u8]) -> u128 {
    if start == 0 && digits.len() <= 18 {
        let short = digits
            .iter()
            .fold(0_u64, |n, d| n * 10 + u64::from(d - b'0'));
        return u128::from(short);
    }
    digits
        .iter()
        .fold(start, |n, d| n * 10 + u128::from(d - b'0'))
}

fn read_exponent(text: &[u8]) -> Option<i16> {
    let (negative, digits) = match text.first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.is_empty() || digits.len() > 3 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let size = digits
        .iter()
        .fold(0_i16, |n, d| n * 10 + i16::from(d - b'0'));
    (size <= 330).then_some(if negative { -size } else { size })
}

impl Decimal {
    /// The nearest f64.
    pub fn to_f64(self) -> f64 {
        let size = self.scale.unsigned_abs() as usize;
        let near = if self.mantissa < 1 << 53 && size < EXACT_POWERS.len() {
            let mantissa = self.mantissa as f64;
            if self.scale >= 0 {
                mantissa / EXACT_POWERS[size]
            } else {
                mantissa * EXACT_POWERS[size]
            }
        } else {
            // The standard library rounds correctly whatever the size.
            format!("{}e{}", self.mantissa, -i32::from(self.scale))
                .parse()
                .unwrap_or(f64::NAN)
        };
        if self.negative { -near } else { near }
    }

    /// Total order by value; of equal values (`1`, `1.0`) the one with fewer decimals is first.
    pub fn order(&self, other: &Self) -> Ordering {
        let by_size = || {
            if self.scale == other.scale {
                return self.mantissa.cmp(&other.mantissa);
            }
            if let Some(order) = self.order_short(other) {
                return order;
            }
            let (a, b) = (
                Self {
                    negative: false,
                    ..*self
                },
                Self {
                    negative: false,
                    ..*other
                },
            );
            let by_float = a.to_f64().total_cmp(&b.to_f64());
            by_float.then_with(|| a.order_exactly(&b))
        };
        match (self.negative, other.negative) {
            (false, false) => by_size(),
            (true, true) => by_size().reverse(),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }

    /// The order of sizes whose digits 128 bits hold when both have as many decimals.
    #[inline]
    fn order_short(&self, other: &Self) -> Option<Ordering> {
        let common = self.scale.max(other.scale);
        let digits = |number: &Self| {
            let mantissa = u64::try_from(number.mantissa).ok()?;
            let power = WORD_POWERS.get(usize::from(common.abs_diff(number.scale)))?;
            Some(u128::from(mantissa) * u128::from(*power))
        };
        let order = digits(self)?.cmp(&digits(other)?);
        Some(order.then(self.scale.cmp(&other.scale)))
    }

    /// Sizes that one f64 stands for, by their digits.
    fn order_exactly(&self, other: &Self) -> Ordering {
        let common = self.scale.max(other.scale);
        let [a, b] = [self, other]
            .map(|d| Big::from(d.mantissa).times_power_of_ten(u32::from(common.abs_diff(d.scale))));
        let (less, difference) = a.minus(&b);
        if difference.is_zero() {
            self.scale.cmp(&other.scale)
        } else if less {
            Ordering::Less
        } else {
            Ordering::Greater
        }
    }

    /// The value as an integer, where it is one and 128 bits hold it.
    pub fn to_integer(self) -> Option<i128> {
        if self.scale != 0 {
            return None;
        }
        let size = i128::try_from(self.mantissa).ok()?;
        Some(if self.negative { -size } else { size })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn few_digits_read_as_many_do(text in "[-+]?[0-9]{0,5}[.]?[0-9]{0,14}[.eE]?[0-9]{0,2}") {
            let text = text.as_bytes();
            if let Some(short) = read_short(text) {
                prop_assert_eq!(Some(short), read_any(text));
            }
        }

        #[test]
        fn short_sizes_have_the_order_of_all(
            a in any::<(u64, i16)>(), b in any::<(u64, i16)>(), near in -30_i16..30, power in 0..19_usize,
        ) {
            let number = |mantissa: u64, scale| Decimal { negative: false, mantissa: u128::from(mantissa), scale };
            let a = number(a.0, a.1 % 300);
            let same = number((a.mantissa as u64 / WORD_POWERS[power]).max(1), a.scale - power as i16);
            for b in [number(b.0, a.scale + near), same] {
                if let Some(order) = a.order_short(&b) {
                    let by_float = a.to_f64().total_cmp(&b.to_f64());
                    prop_assert_eq!(order, by_float.then_with(|| a.order_exactly(&b)));
                }
            }
        }
    }

    fn shape(text: &str) -> Option<Shape> {
        read(text.as_bytes()).map(|(shape, _)| shape)
    }

    #[test]
    fn shapes_are_told_apart() {
        for text in ["0", "7", "-12", "+5", "123456789012345678901234567890"] {
            assert_eq!(shape(text), Some(Shape::Integer), "{text}");
        }
        for text in ["0.5", ".5", "5.", "1e3", "-1.5E-7", "0.0", "1.00"] {
            assert_eq!(shape(text), Some(Shape::Decimal), "{text}");
        }
        for text in ["0870", "007.1", "00", "-01"] {
            assert_eq!(shape(text), Some(Shape::Code), "{text}");
        }
        for text in [
            "",
            "-",
            ".",
            "1e",
            "e5",
            "1.2.3",
            "1,5",
            "0x10",
            "+491701234567",
            "1e999",
            "- 1",
        ] {
            assert_eq!(shape(text), None, "{text}");
        }
    }

    #[test]
    fn floats_are_the_nearest_ones() {
        for text in [
            "0.1",
            "1e22",
            "123456789.123456789123",
            "-5e-324",
            "1.7976931348623157e308",
        ] {
            let (_, value) = read(text.as_bytes()).expect("a number");
            assert_eq!(
                value.to_f64().to_bits(),
                text.parse::<f64>().expect("a float").to_bits()
            );
        }
    }
}
