//! What one pass over a value tells: enough for most detectors to say no at once.

/// Compact forms longer than this belong to no identifier we know (the longest is an IBAN).
const COMPACT: usize = 40;

/// The longest IBAN, in groups of four, has as many.
const SEPARATORS: u32 = 8;

/// A value with its byte census.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape<'a> {
    /// Without white space around it.
    pub text: &'a str,
    pub count: u64,
    pub digits: u32,
    /// ASCII letters.
    pub letters: u32,
    /// Bytes beyond ASCII.
    pub wide: u32,
    pub spaces: u32,
    pub others: u32,
    compact: [u8; COMPACT],
    compact_len: u8,
}

impl<'a> Shape<'a> {
    pub(crate) fn of(value: &'a str, count: u64) -> Self {
        let text = value.trim();
        let mut shape = Self {
            text,
            count,
            digits: 0,
            letters: 0,
            wide: 0,
            spaces: 0,
            others: 0,
            compact: [0; COMPACT],
            compact_len: 0,
        };
        for b in text.bytes() {
            match b {
                b'0'..=b'9' => shape.digits += 1,
                b'a'..=b'z' | b'A'..=b'Z' => shape.letters += 1,
                b' ' => shape.spaces += 1,
                128.. => shape.wide += 1,
                _ => shape.others += 1,
            }
            if b.is_ascii_alphanumeric() {
                let at = usize::from(shape.compact_len);
                if at < COMPACT {
                    shape.compact[at] = b.to_ascii_uppercase();
                }
                shape.compact_len = shape.compact_len.saturating_add(1);
            }
        }
        shape
    }

    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    /// The digits and upper-cased letters alone; empty when there are more than any identifier has.
    pub(crate) fn compact(&self) -> &[u8] {
        self.compact
            .get(..usize::from(self.compact_len))
            .unwrap_or(&[])
    }

    /// Nothing but ASCII digits.
    pub(crate) fn bare_digits(&self) -> bool {
        self.digits as usize == self.text.len() && self.digits > 0
    }

    /// The compact form when it is `n` digits and whatever parts them is one of ` -./`.
    pub(crate) fn digits_of(&self, n: u32) -> Option<&[u8]> {
        (self.digits == n && self.letters == 0 && self.wide == 0 && self.light_separators())
            .then(|| self.compact())
    }

    /// Separators are few and of the kind that people put into numbers, and none stands at an end.
    pub(crate) fn light_separators(&self) -> bool {
        let bytes = self.bytes();
        let parts = self.spaces + self.others;
        parts == 0
            || (parts <= SEPARATORS
                && bytes
                    .iter()
                    .all(|b| b.is_ascii_alphanumeric() || b" -./".contains(b))
                && bytes.first().is_some_and(u8::is_ascii_alphanumeric)
                && bytes.last().is_some_and(u8::is_ascii_alphanumeric))
    }
}

/// How many values pass a test; 0 where it is fewer than `least` of all, which is known as soon as
/// too many have failed.
pub(crate) fn matching(
    shapes: &[Shape<'_>],
    least: f64,
    test: impl Fn(&Shape<'_>) -> bool,
) -> usize {
    // One more than may fail, since a share is rounded.
    let spare = (shapes.len() as f64 * (1.0 - least)) as usize + 1;
    let mut failed = 0;
    for shape in shapes {
        failed += usize::from(!test(shape));
        if failed > spare {
            return 0;
        }
    }
    shapes.len() - failed
}

/// Whether `text` fits a picture: `9` a digit, `A` an upper-case letter, `a` any ASCII letter,
/// `*` any ASCII letter or digit, everything else itself.
pub(crate) fn fits(text: &[u8], picture: &[u8]) -> bool {
    text.len() == picture.len()
        && text.iter().zip(picture).all(|(b, p)| match p {
            b'9' => b.is_ascii_digit(),
            b'A' => b.is_ascii_uppercase(),
            b'a' => b.is_ascii_alphabetic(),
            b'*' => b.is_ascii_alphanumeric(),
            literal => b == literal,
        })
}

/// The number some digits write; the caller keeps them under twenty.
pub(crate) fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0u64, |n, d| {
        n.wrapping_mul(10)
            .wrapping_add(u64::from(d.wrapping_sub(b'0')))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_share_is_told_where_it_is_reached_and_never_where_it_is_not(
            texts in prop::collection::vec("[a1]", 1..60), least in 0.0..=1.0_f64, tenths in 0..=10_u8, round in any::<bool>(),
        ) {
            let least = if round { f64::from(tenths) / 10.0 } else { least };
            let shapes: Vec<Shape<'_>> = texts.iter().map(|text| Shape::of(text, 1)).collect();
            let all = shapes.iter().filter(|shape| shape.digits > 0).count();
            let told = matching(&shapes, least, |shape| shape.digits > 0);
            let reached = |count: usize| count as f64 / shapes.len() as f64 >= least;
            prop_assert!(told == all || (told == 0 && !reached(all)), "{told} of {all}");
        }
    }
}
