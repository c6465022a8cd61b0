//! Exact sum and sum of squares of decimal numbers.
//!
//! `0.1` is a tenth here, not the nearest binary fraction: values are summed as integers, apart for
//! every number of decimals. Mean, sum and deviation are rounded once, at the end.

use super::big::Big;
use crate::lex::number::Decimal;

/// Sums of the values with one number of decimals.
#[derive(Debug, Clone, Default)]
struct AtScale {
    scale: i16,
    sum: i128,
    /// Little-endian, 256 bits.
    squares: [u64; 4],
    /// What was too large for the two above.
    large_positive: Big,
    large_negative: Big,
    large_squares: Big,
}

/// Count, sum and squares of a set of numbers.
#[derive(Debug, Clone, Default)]
pub struct Moments {
    count: u64,
    scales: Vec<AtScale>,
}

/// What the moments say in the end.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Exact, in decimal notation.
    pub sum: String,
    pub mean: f64,
    /// The sample's; none of a single value.
    pub stddev: Option<f64>,
}

impl Moments {
    /// Numbers added.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Adds `times` occurrences of a number.
    #[inline]
    pub fn add(&mut self, value: Decimal, times: u64) {
        self.count += times;
        self.at_scale(value.scale).add(value, times);
    }

    /// Adds positive numbers of a scale by their count, and the sum and the sum of squares of their
    /// digits.
    pub fn add_sums(&mut self, scale: i16, count: u64, sum: u64, squares: u64) {
        self.count += count;
        let part = AtScale {
            scale,
            sum: i128::from(sum),
            squares: [squares, 0, 0, 0],
            ..AtScale::default()
        };
        self.at_scale(scale).merge(&part);
    }

    fn at_scale(&mut self, scale: i16) -> &mut AtScale {
        let at = match self.scales.iter().position(|s| s.scale == scale) {
            Some(at) => at,
            None => {
                self.scales.push(AtScale {
                    scale,
                    ..AtScale::default()
                });
                self.scales.len() - 1
            }
        };
        &mut self.scales[at]
    }

    /// Joins other numbers.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        for theirs in &other.scales {
            match self.scales.iter_mut().find(|s| s.scale == theirs.scale) {
                Some(ours) => ours.merge(theirs),
                None => self.scales.push(theirs.clone()),
            }
        }
    }

    /// Sum, mean and deviation; none of nothing.
    pub fn summary(&self) -> Option<Summary> {
        if self.count == 0 {
            return None;
        }
        let common = self.scales.iter().map(|s| s.scale).max().unwrap_or(0);
        let (mut positive, mut negative, mut squares) =
            (Big::default(), Big::default(), Big::default());
        for part in &self.scales {
            let power = u32::from(common.abs_diff(part.scale));
            let (plus, minus, square) = part.totals();
            positive.add(&plus.times_power_of_ten(power));
            negative.add(&minus.times_power_of_ten(power));
            squares.add(&square.times_power_of_ten(2 * power));
        }
        let (below_zero, size) = positive.minus(&negative);
        let scale = i32::from(common);
        let sign = if below_zero { -1.0 } else { 1.0 };
        let count = Big::from(u128::from(self.count));
        // variance = (n * squares - sum^2) / (n * (n - 1)), exact up to here.
        let (_, spread) = squares.times(&count).minus(&size.times(&size));
        let stddev = (self.count > 1).then(|| {
            let n = self.count as f64;
            (spread.to_f64(2 * scale) / n / (n - 1.0)).sqrt()
        });
        Some(Summary {
            sum: decimal_text(below_zero, &size, scale),
            mean: sign * size.to_f64(scale) / self.count as f64,
            stddev,
        })
    }
}

impl AtScale {
    #[inline]
    fn add(&mut self, value: Decimal, times: u64) {
        let Ok(size) = u64::try_from(value.mantissa) else {
            return self.add_large(value, times);
        };
        let amount = u128::from(size) * u128::from(times);
        let signed = i128::try_from(amount).ok().and_then(|amount| {
            self.sum
                .checked_add(if value.negative { -amount } else { amount })
        });
        let Some(sum) = signed else {
            return self.add_large(value, times);
        };
        self.sum = sum;
        let square = u128::from(size) * u128::from(size);
        add_at(
            &mut self.squares,
            0,
            u128::from(square as u64) * u128::from(times),
        );
        if square >> 64 != 0 {
            add_at(&mut self.squares, 1, (square >> 64) * u128::from(times));
        }
    }

    #[cold]
    fn add_large(&mut self, value: Decimal, times: u64) {
        let size = Big::from(value.mantissa);
        let times = Big::from(u128::from(times));
        let side = if value.negative {
            &mut self.large_negative
        } else {
            &mut self.large_positive
        };
        side.add(&size.times(&times));
        self.large_squares.add(&size.times(&size).times(&times));
    }

    fn merge(&mut self, other: &Self) {
        match self.sum.checked_add(other.sum) {
            Some(sum) => self.sum = sum,
            None if other.sum < 0 => self
                .large_negative
                .add(&Big::from(other.sum.unsigned_abs())),
            None => self
                .large_positive
                .add(&Big::from(other.sum.unsigned_abs())),
        }
        let ours = [
            &mut self.large_positive,
            &mut self.large_negative,
            &mut self.large_squares,
        ];
        let theirs = [
            &other.large_positive,
            &other.large_negative,
            &other.large_squares,
        ];
        for (ours, theirs) in ours.into_iter().zip(theirs) {
            if !theirs.is_zero() {
                ours.add(theirs);
            }
        }
        self.add_squares(&other.squares);
    }

    /// Adds squares of another part; what 256 bits no longer hold goes to the large ones.
    fn add_squares(&mut self, words: &[u64; 4]) {
        let mut total = self.squares;
        let mut carry = false;
        for (ours, theirs) in total.iter_mut().zip(words) {
            let (sum, over) = ours.overflowing_add(*theirs);
            let (sum, over_again) = sum.overflowing_add(u64::from(carry));
            *ours = sum;
            carry = over || over_again;
        }
        if carry {
            self.large_squares.add(&Big::from_words(words));
        } else {
            self.squares = total;
        }
    }

    fn totals(&self) -> (Big, Big, Big) {
        let (mut plus, mut minus) = (self.large_positive.clone(), self.large_negative.clone());
        let side = if self.sum < 0 { &mut minus } else { &mut plus };
        side.add(&Big::from(self.sum.unsigned_abs()));
        let mut squares = Big::from_words(&self.squares);
        squares.add(&self.large_squares);
        (plus, minus, squares)
    }
}

/// Adds at a word; 256 bits hold the squares of 2^64 numbers of 64 bits.
#[inline]
fn add_at(words: &mut [u64; 4], at: usize, value: u128) {
    let (low, over) = words[at].overflowing_add(value as u64);
    words[at] = low;
    let mut carry = (value >> 64) + u128::from(over);
    for word in &mut words[at + 1..] {
        if carry == 0 {
            return;
        }
        let sum = u128::from(*word) + carry;
        *word = sum as u64;
        carry = sum >> 64;
    }
}

/// Decimal notation without zeros that say nothing.
pub fn decimal_text(negative: bool, size: &Big, scale: i32) -> String {
    let mut digits = size.to_decimal();
    if scale < 0 {
        digits.push_str(&"0".repeat(scale.unsigned_abs() as usize));
    }
    let places = usize::try_from(scale).unwrap_or(0);
    if digits.len() <= places {
        digits.insert_str(0, &"0".repeat(places + 1 - digits.len()));
    }
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let fraction = fraction.trim_end_matches('0');
    let sign = if negative && !size.is_zero() { "-" } else { "" };
    if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lex::number::read;

    fn moments(values: &[(&str, u64)]) -> Moments {
        let mut moments = Moments::default();
        for (text, times) in values {
            moments.add(read(text.as_bytes()).expect("a number").1, *times);
        }
        moments
    }

    #[test]
    fn tenths_are_tenths_and_large_offsets_cost_nothing() {
        let tenths = moments(&[("0.1", 1), ("0.2", 1), ("-0.05", 2)])
            .summary()
            .expect("numbers");
        assert_eq!(tenths.sum, "0.2");
        assert_eq!(tenths.mean, 0.05);
        // Mean 1e15 + 1, squared deviations 1, 0, 1: the variance is 1.
        let far = [
            ("1000000000000000", 1),
            ("1000000000000001", 1),
            ("1000000000000002", 1),
        ];
        assert_eq!(moments(&far).summary().expect("numbers").stddev, Some(1.0));
    }

    #[test]
    fn numbers_beyond_64_bits_are_summed_exactly() {
        let values = [("99999999999999999999999999", 3), ("-1e2", 1), ("0.5", 2)];
        let summary = moments(&values).summary().expect("numbers");
        assert_eq!(summary.sum, "299999999999999999999999898");
        assert_eq!(
            moments(&[("7", 1)]).summary().expect("a number").stddev,
            None
        );
    }

    #[test]
    fn parts_join_to_the_whole() {
        let all = [
            ("18446744073709551615", 9),
            ("-3.25", 2),
            ("1e-9", 5),
            ("4", 1),
        ];
        let mut joined = moments(&all[2..]);
        joined.merge(&moments(&all[..2]));
        assert_eq!(joined.summary(), moments(&all).summary());
    }
}
