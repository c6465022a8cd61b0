//! Natural numbers of any size, as few operations as sums and variances need.

use std::cmp::Ordering;

/// Little-endian words without zeros at the end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Big(Vec<u64>);

impl From<u128> for Big {
    fn from(value: u128) -> Self {
        Self(vec![value as u64, (value >> 64) as u64]).trimmed()
    }
}

impl Big {
    /// From little-endian words.
    pub fn from_words(words: &[u64]) -> Self {
        Self(words.to_vec()).trimmed()
    }

    fn trimmed(mut self) -> Self {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        self
    }

    /// Whether it is zero.
    pub fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    /// `self += other`.
    pub fn add(&mut self, other: &Self) {
        self.0.resize(self.0.len().max(other.0.len()) + 1, 0);
        let mut carry = false;
        for (at, word) in self.0.iter_mut().enumerate() {
            let (sum, over) = word.overflowing_add(other.0.get(at).copied().unwrap_or(0));
            let (sum, over_again) = sum.overflowing_add(u64::from(carry));
            *word = sum;
            carry = over || over_again;
        }
        *self = std::mem::take(self).trimmed();
    }

    /// The difference and whether `other` is the larger one.
    pub fn minus(&self, other: &Self) -> (bool, Self) {
        let (negative, large, small) = match self.compare(other) {
            Ordering::Less => (true, other, self),
            _ => (false, self, other),
        };
        let mut borrow = false;
        let words = large.0.iter().enumerate().map(|(at, word)| {
            let (rest, under) = word.overflowing_sub(small.0.get(at).copied().unwrap_or(0));
            let (rest, under_again) = rest.overflowing_sub(u64::from(borrow));
            borrow = under || under_again;
            rest
        });
        (negative, Self(words.collect()).trimmed())
    }

    fn compare(&self, other: &Self) -> Ordering {
        let by_length = self.0.len().cmp(&other.0.len());
        by_length.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }

    /// The product.
    pub fn times(&self, other: &Self) -> Self {
        let mut words = vec![0_u64; self.0.len() + other.0.len() + 1];
        for (at, a) in self.0.iter().enumerate() {
            let mut carry = 0_u128;
            for (offset, b) in other.0.iter().enumerate() {
                let word = &mut words[at + offset];
                let sum = u128::from(*a) * u128::from(*b) + u128::from(*word) + carry;
                *word = sum as u64;
                carry = sum >> 64;
            }
            words[at + other.0.len()] = carry as u64;
        }
        Self(words).trimmed()
    }

    /// `self * 10^power`.
    pub fn times_power_of_ten(&self, power: u32) -> Self {
        let mut result = self.clone();
        let mut left = power;
        while left > 0 {
            let step = left.min(19);
            result = result.times(&Self::from(10_u128.pow(step)));
            left -= step;
        }
        result
    }

    /// Decimal digits.
    pub fn to_decimal(&self) -> String {
        const CHUNK: u64 = 10_u64.pow(19);
        let mut words = self.0.clone();
        let mut chunks = Vec::new();
        while !words.is_empty() {
            let mut rest = 0_u128;
            for word in words.iter_mut().rev() {
                let value = (rest << 64) | u128::from(*word);
                *word = (value / u128::from(CHUNK)) as u64;
                rest = value % u128::from(CHUNK);
            }
            chunks.push(rest);
            while words.last() == Some(&0) {
                words.pop();
            }
        }
        let Some(first) = chunks.pop() else {
            return "0".into();
        };
        let mut text = first.to_string();
        for chunk in chunks.iter().rev() {
            text.push_str(&format!("{chunk:019}"));
        }
        text
    }

    /// The nearest f64 of `self * 10^-scale`.
    pub fn to_f64(&self, scale: i32) -> f64 {
        format!("{}e{}", self.to_decimal(), -i64::from(scale))
            .parse()
            .unwrap_or(f64::NAN)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn small_numbers_behave_like_the_built_in_ones(a in any::<u64>(), b in any::<u64>(), p in 0_u32..12) {
            let (x, y) = (Big::from(u128::from(a)), Big::from(u128::from(b)));
            let mut sum = x.clone();
            sum.add(&y);
            prop_assert_eq!(&sum, &Big::from(u128::from(a) + u128::from(b)));
            prop_assert_eq!(x.times(&y), Big::from(u128::from(a) * u128::from(b)));
            prop_assert_eq!(x.minus(&y), (a < b, Big::from(u128::from(a.abs_diff(b)))));
            prop_assert_eq!(sum.to_decimal(), (u128::from(a) + u128::from(b)).to_string());
            prop_assert_eq!(x.times_power_of_ten(p), Big::from(u128::from(a) * 10_u128.pow(p)));
        }

        #[test]
        fn multiplication_distributes_beyond_the_built_in_sizes(
            a in prop::collection::vec(any::<u64>(), 0..9),
            b in prop::collection::vec(any::<u64>(), 0..9),
            c in prop::collection::vec(any::<u64>(), 0..9),
        ) {
            let [a, b, c] = [a, b, c].map(|words| Big::from_words(&words));
            let mut sum = b.clone();
            sum.add(&c);
            let mut products = a.times(&b);
            products.add(&a.times(&c));
            prop_assert_eq!(a.times(&sum), products);
            prop_assert_eq!(sum.minus(&c), (false, b));
        }
    }
}
