//! Chance, and the sums that check digits are made of.

/// A small generator: the same columns on every machine.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let x = self.0 ^ (self.0 >> 33);
        x.wrapping_mul(0xff51_afd7_ed55_8ccd) >> 11
    }

    pub(super) fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    pub(super) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    pub(super) fn digits(&mut self, n: usize) -> String {
        (0..n)
            .map(|_| char::from(b'0' + self.below(10) as u8))
            .collect()
    }

    pub(super) fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len() as u64) as usize]
    }

    pub(super) fn letters(&mut self, n: usize) -> String {
        (0..n)
            .map(|_| char::from(b'A' + self.below(26) as u8))
            .collect()
    }
}

pub(super) fn digit(text: &str, at: usize) -> u64 {
    u64::from(text.as_bytes()[at] - b'0')
}

pub(super) fn total(text: &str, weights: &[u64]) -> u64 {
    weights
        .iter()
        .enumerate()
        .map(|(i, w)| digit(text, i) * w)
        .sum()
}

/// Appends the digit that makes the Luhn sum a multiple of ten, found by trying.
pub(super) fn with_luhn(head: &str) -> String {
    let sum = |text: &str| -> u64 {
        let n = text.len();
        (0..n)
            .map(|i| {
                let d = digit(text, i);
                if (n - i).is_multiple_of(2) {
                    [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][d as usize]
                } else {
                    d
                }
            })
            .sum()
    };
    (0..10)
        .map(|d| format!("{head}{d}"))
        .find(|t| sum(t).is_multiple_of(10))
        .expect("one of ten fits")
}

/// Long division, a digit at a time.
pub(super) fn rest_of_97(number: &str) -> u64 {
    number
        .bytes()
        .fold(0, |rest, b| (rest * 10 + u64::from(b - b'0')) % 97)
}
