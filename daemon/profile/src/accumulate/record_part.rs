//! What the values of one field add to the hashes of their records. The hash of a record is a sum:
//! fields are counted one after the other, and in any order.

use super::hash::hash;
use super::values::BATCH;
use crate::machine::chosen;

/// One field's part in the hashes of records.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RecordPart {
    path_hash: u64,
    /// Place of the record that had the last value, and how many values it had.
    last: (u64, u64),
}

impl RecordPart {
    /// The part of a path of which no value was seen.
    pub(crate) fn of(path: &str) -> Self {
        Self {
            path_hash: hash(path.as_bytes()),
            last: (u64::MAX, 0),
        }
    }

    /// What the next value adds to the hash of the record at `place`: repeated values of one path are
    /// told apart by their order, and fields are not.
    pub(crate) fn of_value(&mut self, value_hash: u64, place: u64) -> u64 {
        if self.last.0 != place {
            self.last = (place, 0);
        }
        self.last.1 += 1;
        spread(value_hash ^ self.path_hash, self.last.1)
    }

    /// Adds values to the hashes of their records: each with the number of its record from `base` on
    /// and the hash of its value, in the order of the file.
    #[inline(always)]
    pub(crate) fn join(
        &mut self,
        values: impl Iterator<Item = (usize, u64)>,
        base: u64,
        records: &mut [u64],
    ) {
        let (mut last, mut times) = self.last;
        for (record, value_hash) in values {
            let place = base + record as u64;
            times = if place == last { times + 1 } else { 1 };
            last = place;
            let state = &mut records[record];
            *state = state.wrapping_add(spread(value_hash ^ self.path_hash, times));
        }
        self.last = (last, times);
    }

    /// As [`Self::join`], of one value for each of `records`, the first of which is at `place`: their
    /// hashes, to which `salt` is added. False where that record has had a value already, and nothing
    /// is done then.
    #[inline(always)]
    pub(crate) fn join_each(
        &mut self,
        hashes: &[u64; BATCH],
        salt: u64,
        place: u64,
        records: &mut [u64],
    ) -> bool {
        if self.last.0 == place || records.is_empty() {
            return false;
        }
        self.last = (place + records.len() as u64 - 1, 1);
        join_each(hashes, self.path_hash ^ salt, records);
        true
    }
}

/// Spreads a value over all bits. No product is wider than a word, so that many are made at once.
#[inline(always)]
fn spread(value: u64, times: u64) -> u64 {
    let word = value ^ times.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let word = (word ^ word >> 32).wrapping_mul(0xe703_7ed1_a0b4_28db);
    let word = (word ^ word >> 29).wrapping_mul(0x8ebc_6af0_9c88_c6e3);
    word ^ word >> 32
}

fn join_each(hashes: &[u64; BATCH], salt: u64, records: &mut [u64]) {
    chosen!(each_avx512, each_avx2, each, (hashes, salt, records));
}

#[inline(always)]
fn each(hashes: &[u64; BATCH], salt: u64, records: &mut [u64]) {
    for (state, hash) in records.iter_mut().zip(hashes) {
        *state = state.wrapping_add(spread(hash ^ salt, 1));
    }
}

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
mod x86 {
    use super::BATCH;

    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
    pub(super) fn each_avx512(hashes: &[u64; BATCH], salt: u64, records: &mut [u64]) {
        super::each(hashes, salt, records);
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn each_avx2(hashes: &[u64; BATCH], salt: u64, records: &mut [u64]) {
        super::each(hashes, salt, records);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn records_come_to_the_same_however_their_values_are_added(
            hashes in prop::array::uniform32(any::<u64>()), count in 1..=32_usize, salt in 0..7_u64, before in any::<bool>(),
        ) {
            let mut all = [0; BATCH];
            all[..32].copy_from_slice(&hashes);
            let base = 5 << 32;
            let mut parts = [RecordPart::of("a.b"); 3];
            if before {
                // The first record had a value in the batch before.
                parts.iter_mut().for_each(|part| { part.of_value(7, base); });
            }
            let [mut one, mut run, mut each] = parts;
            let singly: Vec<u64> = (0..count).map(|at| one.of_value(all[at] ^ salt, base + at as u64)).collect();
            let (mut joined, mut at_once) = (vec![0; count], vec![0; count]);
            run.join(all.iter().take(count).map(|hash| hash ^ salt).enumerate(), base, &mut joined);
            prop_assert_eq!(&joined, &singly);
            prop_assert_eq!(each.join_each(&all, salt, base, &mut at_once), !before);
            prop_assert_eq!(&at_once, &if before { vec![0; count] } else { singly });
            prop_assert_eq!(before || each.last == run.last, true);
        }
    }
}
