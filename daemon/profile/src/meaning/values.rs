//! The distinct values a judgement looks at.

use super::shape::Shape;

/// Values looked at per field. Votes need thousands, not millions, and a field must not cost more
/// than its statistics; which values are taken depends on the values alone, never on their order.
pub const CAP: usize = 10_000;

/// Distinct non-missing values with their counts, at most [`CAP`] of them.
#[derive(Debug, Clone, Default)]
pub struct Values<'a> {
    taken: Vec<(&'a str, u64)>,
    offered: u64,
    complete: bool,
}

impl<'a> Values<'a> {
    /// Takes the values with the smallest hashes. `all` says that the iterator offers every
    /// distinct value of the field, not a sample.
    pub fn collect(offered: impl IntoIterator<Item = (&'a str, u64)>, all: bool) -> Self {
        let mut smallest: Vec<(u64, &'a str, u64)> = Vec::new();
        let mut seen = 0u64;
        let mut bound = u64::MAX;
        for (value, count) in offered {
            seen += 1;
            let hash = hash(value.as_bytes());
            if hash > bound {
                continue;
            }
            smallest.push((hash, value, count));
            if smallest.len() >= 2 * CAP {
                smallest.select_nth_unstable(CAP - 1);
                smallest.truncate(CAP);
                bound = smallest[CAP - 1].0;
            }
        }
        smallest.sort_unstable();
        smallest.truncate(CAP);
        let taken: Vec<_> = smallest.into_iter().map(|(_, v, n)| (v, n)).collect();
        let complete = all && seen == taken.len() as u64;
        Self {
            taken,
            offered: seen,
            complete,
        }
    }

    /// In order of hash.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, u64)> + '_ {
        self.taken.iter().copied()
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.taken.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.taken.is_empty()
    }

    /// Distinct values that were offered, before the cap.
    #[must_use]
    pub fn offered(&self) -> u64 {
        self.offered
    }

    /// Whether every distinct value of the field is among these.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    pub(crate) fn shapes(&self) -> Vec<Shape<'a>> {
        self.taken
            .iter()
            .map(|(value, count)| Shape::of(value, *count))
            .collect()
    }
}

/// FNV-1a with a final mix: the same on every machine and in every release, since it decides which
/// values are looked at.
fn hash(bytes: &[u8]) -> u64 {
    let mut h = 0xcbf2_9ce4_8422_2325u64;
    for b in bytes {
        h = (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3);
    }
    h = (h ^ (h >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    h ^ (h >> 32)
}
