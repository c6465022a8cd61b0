//! Up to 64 values of one field side by side: masked, keyed and hashed many at once.
//!
//! The passes are plain loops over arrays; they are compiled once for every kind of machine, and the
//! compiler makes vectors of them. All give the same.

use super::hash::{TINY, hash_tiny, hash_words};
use super::values::{BATCH, SHORT};
use crate::machine::chosen;

/// Stands for a missing value in the hash of a record.
pub(crate) const MISSING: u64 = 0x6d69_7373_696e_6721;

/// In place of the key of a cell that is empty; no key is so, since none is longer than [`TINY`].
pub(crate) const NONE: u64 = u64::MAX;

/// In place of the length of a cell that is counted the long way.
pub(crate) const ODD: u32 = u32::MAX;

/// The cells of one column in up to [`BATCH`] records that follow each other. What lies beyond the
/// last of them repeats the first.
pub(crate) struct Lanes {
    pub(crate) lengths: [u32; BATCH],
    /// The first eight bytes from the start on, little-endian; then what belongs to the cell, or the
    /// key of the cell.
    pub(crate) low: [u64; BATCH],
    /// The eight bytes after them.
    pub(crate) high: [u64; BATCH],
    pub(crate) hashes: [u64; BATCH],
}

/// What cells of at most [`TINY`] bytes came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// All are the same.
    Same,
    /// All are short enough and none is quoted.
    Tiny,
    /// One is quoted or too long; nothing is told of any.
    Odd,
}

impl Default for Lanes {
    fn default() -> Self {
        Self {
            lengths: [0; BATCH],
            low: [0; BATCH],
            high: [0; BATCH],
            hashes: [0; BATCH],
        }
    }
}

impl Lanes {
    /// Repeats the first of `count` cells up to the end.
    #[inline(always)]
    pub(crate) fn fill_up(&mut self, count: usize) {
        for at in count..BATCH {
            self.lengths[at] = self.lengths[0];
            self.low[at] = self.low[0];
            self.high[at] = self.high[0];
        }
    }

    /// Makes keys of the first words, and their hashes.
    pub(crate) fn tiny(&mut self, quote: u8) -> Look {
        chosen!(tiny_avx512, tiny_avx2, tiny, (self, quote))
    }

    /// Cuts the words to the lengths and hashes them; a length that is too large becomes [`ODD`].
    pub(crate) fn short(&mut self) {
        chosen!(short_avx512, short_avx2, short, (self));
    }

    /// The keys of the words that were cut, or [`NONE`]; how many keys there are.
    #[inline(always)]
    pub(crate) fn keys(&self, keys: &mut [u64; BATCH]) -> usize {
        let mut tiny = 0;
        for (key, (low, length)) in keys.iter_mut().zip(self.low.iter().zip(&self.lengths)) {
            let length = u64::from(*length);
            let fits = length.wrapping_sub(1) < TINY as u64;
            *key = if fits { low | length << 56 } else { NONE };
            tiny += usize::from(fits);
        }
        tiny
    }

    /// Takes the cells into the hashes of their records.
    pub(crate) fn join(&self, records: &mut [u64]) {
        chosen!(join_avx512, join_avx2, join, (&self.hashes, records));
    }
}

#[inline(always)]
fn tiny(lanes: &mut Lanes, quote: u8) -> Look {
    let key = |length: u32, word: u64| {
        let length = u64::from(length);
        (word & !(u64::MAX << ((8 * length) & 63))) | length << 56
    };
    let first = key(lanes.lengths[0], lanes.low[0]);
    let (mut odd, mut different) = (0, 0);
    for at in 0..BATCH {
        let (length, word) = (lanes.lengths[at], lanes.low[at]);
        odd |= u64::from(length > TINY as u32) | u64::from(word as u8 == quote);
        let key = key(length, word);
        different |= key ^ first;
        lanes.low[at] = if length == 0 { NONE } else { key };
        lanes.hashes[at] = if length == 0 { MISSING } else { hash_tiny(key) };
    }
    match (odd, different) {
        (0, 0) => Look::Same,
        (0, _) => Look::Tiny,
        _ => Look::Odd,
    }
}

#[inline(always)]
fn short(lanes: &mut Lanes) {
    for at in 0..BATCH {
        let length = lanes.lengths[at];
        let bits = 8 * u64::from(length);
        let low = if length >= 8 {
            u64::MAX
        } else {
            !(u64::MAX << (bits & 63))
        };
        let high = if length <= 8 {
            0
        } else {
            u64::MAX >> (128_u64.wrapping_sub(bits) & 63)
        };
        lanes.low[at] &= low;
        lanes.high[at] &= high;
        let hash = hash_words(lanes.low[at], lanes.high[at], u64::from(length));
        lanes.hashes[at] = if length == 0 { MISSING } else { hash };
        lanes.lengths[at] = if length > SHORT as u32 { ODD } else { length };
    }
}

/// The state of a record's hash after one more cell.
#[inline(always)]
pub(crate) fn with_cell(state: u64, cell: u64) -> u64 {
    (state.rotate_left(23) ^ cell).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[inline(always)]
fn join(hashes: &[u64; BATCH], records: &mut [u64]) {
    for (state, hash) in records.iter_mut().zip(hashes) {
        *state = with_cell(*state, *hash);
    }
}

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
mod x86 {
    use super::{BATCH, Lanes, Look};

    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
    pub(super) fn tiny_avx512(lanes: &mut Lanes, quote: u8) -> Look {
        super::tiny(lanes, quote)
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn tiny_avx2(lanes: &mut Lanes, quote: u8) -> Look {
        super::tiny(lanes, quote)
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
    pub(super) fn short_avx512(lanes: &mut Lanes) {
        super::short(lanes);
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn short_avx2(lanes: &mut Lanes) {
        super::short(lanes);
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
    pub(super) fn join_avx512(hashes: &[u64; BATCH], records: &mut [u64]) {
        super::join(hashes, records);
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn join_avx2(hashes: &[u64; BATCH], records: &mut [u64]) {
        super::join(hashes, records);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::hash::{hash, words};
    use super::*;

    /// Cells as a chunk has them: whatever follows a cell is loaded with it.
    fn loaded(cells: &[String]) -> Lanes {
        let mut lanes = Lanes::default();
        for (at, cell) in cells.iter().enumerate() {
            let mut bytes = cell.clone().into_bytes();
            bytes.extend(b",follows what?!!");
            lanes.lengths[at] = cell.len() as u32;
            (lanes.low[at], lanes.high[at]) = words(&bytes[..16]);
        }
        lanes.fill_up(cells.len());
        lanes
    }

    proptest! {
        #[test]
        fn cells_of_a_word_become_keys(cells in prop::collection::vec("[ab]{0,7}|b|\"a|[a-c]{0,9}", 1..=BATCH)) {
            let (mut chosen, mut plain) = (loaded(&cells), loaded(&cells));
            let look = chosen.tiny(b'"');
            prop_assert_eq!(look, tiny(&mut plain, b'"'));
            prop_assert_eq!((&chosen.low, &chosen.hashes), (&plain.low, &plain.hashes));
            let odd = cells.iter().any(|c| c.len() > TINY || c.starts_with('"'));
            let same = cells.iter().all(|c| *c == cells[0]);
            let expected = if odd { Look::Odd } else if same { Look::Same } else { Look::Tiny };
            prop_assert_eq!(look, expected);
            for (at, cell) in cells.iter().enumerate().filter(|_| !odd) {
                if cell.is_empty() {
                    prop_assert_eq!((chosen.low[at], chosen.hashes[at]), (NONE, MISSING));
                } else {
                    let key = words(cell.as_bytes()).0 | (cell.len() as u64) << 56;
                    prop_assert_eq!((chosen.low[at], chosen.hashes[at]), (key, hash(cell.as_bytes())));
                }
            }
        }

        #[test]
        fn cells_of_two_words_are_cut_and_hashed(cells in prop::collection::vec("[a-c]{0,18}", 1..=BATCH)) {
            let (mut chosen, mut plain) = (loaded(&cells), loaded(&cells));
            chosen.short();
            short(&mut plain);
            for (at, cell) in cells.iter().enumerate() {
                prop_assert_eq!(chosen.lengths[at], plain.lengths[at]);
                prop_assert_eq!(chosen.lengths[at] == ODD, cell.len() > SHORT);
                if (1..=SHORT).contains(&cell.len()) {
                    prop_assert_eq!((chosen.low[at], chosen.high[at]), words(cell.as_bytes()));
                    prop_assert_eq!(chosen.hashes[at], hash(cell.as_bytes()));
                    prop_assert_eq!(plain.hashes[at], hash(cell.as_bytes()));
                }
            }
            let mut keys = [0; BATCH];
            chosen.keys(&mut keys);
            for (key, cell) in keys.into_iter().zip(&cells) {
                let tiny = (1..=TINY).contains(&cell.len());
                let expected = words(cell.as_bytes()).0 | (cell.len() as u64) << 56;
                prop_assert_eq!(key, if tiny { expected } else { NONE });
            }
        }

        #[test]
        fn records_take_their_cells_alike(
            states in prop::collection::vec(any::<u64>(), 0..=BATCH), hashes in prop::array::uniform32(any::<u64>()),
        ) {
            let mut lanes = Lanes::default();
            lanes.hashes[..32].copy_from_slice(&hashes);
            let (mut joined, mut expected) = (states.clone(), states);
            lanes.join(&mut joined);
            for (state, hash) in expected.iter_mut().zip(&lanes.hashes) {
                *state = with_cell(*state, *hash);
            }
            prop_assert_eq!(joined, expected);
        }
    }
}
