//! Values in their order, as their field's type has it.

use std::mem::discriminant;

use super::verdict::Verdict;
use crate::accumulate::Kind;
use crate::lex::{self, Lexeme};

/// A value as its type orders it; equal keys are one value, however they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key<'a> {
    /// An integer, a moment, a duration or a truth.
    Whole(i128),
    /// An f64, its bits arranged so that their order is the numbers'.
    Float(i64),
    Text(&'a [u8]),
}

/// A value that is shown, with its occurrences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Member<'a> {
    pub key: Key<'a>,
    pub text: &'a [u8],
    pub count: u64,
}

/// All values of a field, or those sampled, in order.
#[derive(Debug, Default)]
pub struct Population<'a> {
    /// Sorted by key, then text.
    pub members: Vec<Member<'a>>,
    pub total: u64,
}

impl<'a> Population<'a> {
    /// Sorts values.
    pub fn new(values: impl Iterator<Item = (Kind, &'a [u8], u64)>, verdict: &Verdict) -> Self {
        let member = |(kind, text, count)| Member {
            key: key(verdict, kind, text),
            text,
            count,
        };
        let mut members: Vec<Member<'a>> = values.map(member).collect();
        sort(&mut members);
        let total = members.iter().map(|m| m.count).sum();
        Self { members, total }
    }

    /// Runs of members that are one value.
    pub fn groups(&self) -> impl Iterator<Item = &[Member<'a>]> {
        self.members.chunk_by(|a, b| a.key == b.key)
    }

    /// The value a number of occurrences lies before, counted in order.
    pub fn at(&self, rank: u64) -> Option<Key<'a>> {
        let mut before = 0;
        self.members
            .iter()
            .find(|m| {
                before += m.count;
                before > rank
            })
            .map(|m| m.key)
    }

    /// The value at a quantile (`quantile_disc`).
    pub fn quantile_disc(&self, q: f64) -> Option<Key<'a>> {
        let n = self.total as f64;
        let above = (n - q * n).floor() as u64;
        self.at((self.total - above.min(self.total)).max(1) - 1)
    }

    /// The number at a quantile, between two values where it falls there (`quantile_cont`).
    pub fn quantile_cont(&self, q: f64) -> Option<f64> {
        let rank = q * self.total.checked_sub(1)? as f64;
        let low = number(self.at(rank.floor() as u64)?)?;
        let high = number(self.at(rank.ceil() as u64)?)?;
        Some(low + (high - low) * (rank - rank.floor()))
    }
}

/// Sorts members. What is moved about meanwhile is the start of their keys: it tells nearly all of
/// them apart, and is a fraction of them.
fn sort(members: &mut [Member<'_>]) {
    let starts = Starts::of(members);
    let mut order: Vec<(u64, u32)> = (0..)
        .zip(&*members)
        .map(|(at, member)| (starts.start(&member.key), at))
        .collect();
    order.sort_unstable_by(|a, b| {
        let full = || members[a.1 as usize].cmp(&members[b.1 as usize]);
        a.0.cmp(&b.0).then_with(full)
    });
    // Round every cycle of places once: no second copy is needed.
    for start in 0..members.len() {
        let (held, mut at) = (members[start], start);
        loop {
            let from = std::mem::replace(&mut order[at].1, at as u32) as usize;
            if from == start {
                members[at] = held;
                break;
            }
            members[at] = members[from];
            at = from;
        }
    }
}

/// What the keys of a field have in common.
struct Starts {
    /// They are not all of one variant.
    mixed: bool,
    /// Bytes that all texts begin with.
    shared: usize,
}

impl Starts {
    fn of(members: &[Member<'_>]) -> Self {
        let alike = |pair: &[Member<'_>]| discriminant(&pair[0].key) == discriminant(&pair[1].key);
        let mixed = !members.windows(2).all(alike);
        let texts = || {
            members.iter().filter_map(|member| match member.key {
                Key::Text(text) => Some(text),
                _ => None,
            })
        };
        let first = texts().next().unwrap_or_default();
        let shared = texts().fold(first.len(), |shared, text| {
            let alike = first[..shared].iter().zip(text).take_while(|(a, b)| a == b);
            alike.count()
        });
        Self { mixed, shared }
    }

    /// A number whose order is that of the keys, as far as it tells them apart.
    fn start(&self, key: &Key<'_>) -> u64 {
        let (variant, start) = match key {
            Key::Whole(whole) => {
                let whole = (*whole).clamp(i128::from(i64::MIN), i128::from(i64::MAX));
                (0, whole as u64 ^ 1 << 63)
            }
            Key::Float(bits) => (1, *bits as u64 ^ 1 << 63),
            Key::Text(text) => {
                let mut first = [0; 8];
                let rest = &text[self.shared..];
                let length = rest.len().min(first.len());
                first[..length].copy_from_slice(&rest[..length]);
                (2, u64::from_be_bytes(first))
            }
        };
        if self.mixed {
            variant << 62 | start >> 2
        } else {
            start
        }
    }
}

fn key<'a>(verdict: &Verdict, kind: Kind, text: &'a [u8]) -> Key<'a> {
    if !verdict.is_typed() {
        return Key::Text(text);
    }
    if verdict.is_numeric() {
        let value = lex::number_by(kind, text, verdict.notation());
        let key = value.and_then(|value| match verdict {
            Verdict::Integer(_) => value.to_integer().map(Key::Whole),
            _ => Some(Key::Float(ordered(value.to_f64()))),
        });
        return key.unwrap_or(Key::Text(text));
    }
    let read = lex::read(kind, text);
    let whole = match (verdict, read) {
        (Verdict::Boolean, Lexeme::Boolean(truth) | Lexeme::YesNo(truth)) => {
            Some(i128::from(truth))
        }
        (Verdict::Temporal { format, .. }, read) => read.moment(*format).map(i128::from),
        (Verdict::Duration, Lexeme::Duration(length)) => Some(i128::from(length)),
        _ => None,
    };
    whole.map_or(Key::Text(text), Key::Whole)
}

/// The number a key stands for.
pub fn number(key: Key<'_>) -> Option<f64> {
    match key {
        Key::Whole(value) => Some(value as f64),
        Key::Float(bits) => Some(float(bits)),
        Key::Text(_) => None,
    }
}

/// Bits of a float whose order as integers is the order of the floats; both zeros are one.
pub fn ordered(value: f64) -> i64 {
    let bits = (value + 0.0).to_bits() as i64;
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

/// The float of such bits.
pub fn float(ordered: i64) -> f64 {
    f64::from_bits((ordered ^ (((ordered >> 63) as u64) >> 1) as i64) as u64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::lex::number::local::Notation;

    fn keys() -> impl Strategy<Value = (u8, i128, Vec<u8>)> {
        let text = prop::collection::vec(prop::sample::select(vec![0, b'a', b'b', 255]), 0..20);
        let whole = prop_oneof![any::<i128>(), -9..9_i128];
        (0..3_u8, whole, text)
    }

    proptest! {
        #[test]
        fn members_are_sorted_by_their_keys(
            values in prop::collection::vec(keys(), 0..80), alike in any::<bool>(), head in "[ab]{0,12}",
        ) {
            let member = |(variant, whole, text): &(u8, i128, Vec<u8>)| {
                let text: &'static [u8] = Box::leak([head.as_bytes(), text].concat().into_boxed_slice());
                let key = match variant {
                    0..3 if alike => Key::Text(text),
                    0 => Key::Whole(*whole),
                    1 => Key::Float(*whole as i64),
                    _ => Key::Text(text),
                };
                Member { key, text, count: 1 }
            };
            let members: Vec<Member<'_>> = values.iter().map(member).collect();
            let (mut ours, mut expected) = (members.clone(), members);
            sort(&mut ours);
            expected.sort();
            prop_assert_eq!(ours, expected);
        }

        #[test]
        fn arranged_bits_order_as_floats_do(a in -1e300..1e300_f64, b in -1e300..1e300_f64) {
            prop_assert_eq!(ordered(a).cmp(&ordered(b)), a.total_cmp(&b));
            prop_assert_eq!(float(ordered(a)), a);
        }
    }

    #[test]
    fn quantiles_interpolate_numbers_and_take_texts() {
        let texts = ["1", "2", "3", "10"].map(|t| (Kind::Cell, t.as_bytes(), 1));
        let numbers = Population::new(texts.into_iter(), &Verdict::Integer(Notation::Plain));
        assert_eq!(numbers.quantile_cont(0.5), Some(2.5));
        let high = numbers.quantile_cont(0.95).expect("numbers");
        assert!((high - 8.95).abs() < 1e-12, "{high}");
        let words = Population::new(texts.into_iter(), &Verdict::Text);
        assert_eq!(words.quantile_disc(0.5), Some(Key::Text(b"10")));
        assert_eq!(words.quantile_disc(0.51), Some(Key::Text(b"2")));
        assert_eq!(ordered(-0.0), ordered(0.0));
    }
}
