//! One hash for all that is counted. It is the same in every process: samples are chosen by it, and
//! the same file must always show the same samples.

const K0: u64 = 0x9e37_79b9_7f4a_7c15;
const K1: u64 = 0xe703_7ed1_a0b4_28db;
const K2: u64 = 0x8ebc_6af0_9c88_c6e3;
const K3: u64 = 0x5899_65cc_7537_4cc3;

#[inline(always)]
fn fold(a: u64, b: u64) -> u64 {
    let wide = u128::from(a) * u128::from(b);
    (wide as u64) ^ ((wide >> 64) as u64)
}

/// Bytes of a value that fit into a word, beside its length.
pub const TINY: usize = 7;

/// The hash of up to 16 bytes handed over as two little-endian words padded with zeros. No product
/// is wider than a word, so that many are hashed at once.
///
/// Up to [`TINY`] bytes that is the hash of one word, with the length in its uppermost byte.
#[inline(always)]
pub const fn hash_words(low: u64, high: u64, length: u64) -> u64 {
    let word = low ^ length << 56 ^ high.wrapping_mul(K3);
    let word = word ^ K2;
    let word = (word ^ word >> 32).wrapping_mul(K0);
    let word = (word ^ word >> 29).wrapping_mul(K1);
    word ^ word >> 32
}

/// The hash of a value of 1 to [`TINY`] bytes, its length in the uppermost byte.
#[inline(always)]
pub fn hash_tiny(key: u64) -> u64 {
    hash_words(key, 0, 0)
}

/// Spreads `state` over all bits, together with `salt`.
#[inline(always)]
pub fn mix(state: u64, salt: u64) -> u64 {
    fold(state ^ K2, K3 ^ salt.wrapping_mul(K0))
}

/// The two little-endian words of up to 16 bytes, padded with zeros.
#[inline(always)]
pub fn words(bytes: &[u8]) -> (u64, u64) {
    let four = |bytes: &[u8; 4]| u64::from(u32::from_le_bytes(*bytes));
    let length = bytes.len();
    // Two loads that overlap where the length is no power of two.
    if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        let beyond = 8 * (16 - length.min(16)) as u32;
        let high = u64::from_le_bytes(*last).checked_shr(beyond).unwrap_or(0);
        (u64::from_le_bytes(*first), high)
    } else if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        (four(first) | four(last) << (8 * (length - 4)), 0)
    } else {
        let one = |at: usize| u64::from(bytes[at]) << (8 * at);
        match length {
            0 => (0, 0),
            _ => (one(0) | one(length / 2) | one(length - 1), 0),
        }
    }
}

/// The hash of a value.
#[inline]
pub fn hash(bytes: &[u8]) -> u64 {
    if bytes.len() <= 16 {
        let (low, high) = words(bytes);
        return hash_words(low, high, bytes.len() as u64);
    }
    let pair = |bytes: &[u8; 16]| {
        let both = u128::from_le_bytes(*bytes);
        (both as u64, (both >> 64) as u64)
    };
    let step = |state: u64, bytes: &[u8; 16]| {
        let (low, high) = pair(bytes);
        fold(low ^ state, high ^ K1).wrapping_add(state.rotate_left(29))
    };
    let mut state = K2;
    let mut rest = bytes;
    if bytes.len() > 64 {
        // Four that do not wait for each other.
        let mut states = [K0, K1, K2, K3];
        let (blocks, after) = bytes.as_chunks::<64>();
        for block in blocks {
            let (quarters, _) = block.as_chunks::<16>();
            for (state, quarter) in states.iter_mut().zip(quarters) {
                *state = step(*state, quarter);
            }
        }
        for part in states {
            state = fold(part ^ state, K1).wrapping_add(state.rotate_left(29));
        }
        rest = after;
    }
    let (pairs, _) = rest.as_chunks::<16>();
    for pair in pairs {
        state = step(state, pair);
    }
    // The end, whatever of it was taken already.
    let (low, high) = pair(bytes.last_chunk().expect("more than 16 bytes"));
    let last = fold(low ^ state, high ^ K1) ^ state.rotate_left(32);
    mix(last, bytes.len() as u64)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn words_are_the_bytes_padded_with_zeros(bytes in prop::collection::vec(any::<u8>(), 0..=16)) {
            let mut padded = [0; 16];
            padded[..bytes.len()].copy_from_slice(&bytes);
            let (low, high) = words(&bytes);
            prop_assert_eq!((u128::from(high) << 64 | u128::from(low)).to_le_bytes(), padded);
        }

        #[test]
        fn every_byte_and_the_length_count(
            bytes in prop::collection::vec(any::<u8>(), 1..300), at in any::<prop::sample::Index>(), bit in 0..8_u32,
        ) {
            let mut other = bytes.clone();
            other[at.index(bytes.len())] ^= 1 << bit;
            prop_assert_ne!(hash(&bytes), hash(&other));
            other.clone_from(&bytes);
            other.push(0);
            prop_assert_ne!(hash(&bytes), hash(&other));
        }
    }

    #[test]
    fn similar_values_have_different_hashes_and_spread_over_the_top_bits() {
        let values = (0..200_000_u32).map(|i| i.to_string());
        let padded = (0..50_u8).map(|n| "\0".repeat(usize::from(n)));
        let hashes: HashSet<u64> = values.chain(padded).map(|v| hash(v.as_bytes())).collect();
        assert_eq!(hashes.len(), 200_050);
        let quarter = hashes.iter().filter(|h| *h >> 62 == 0).count();
        // Binomial with p = 1/4: seven standard deviations are 1355.
        assert!(quarter.abs_diff(50_012) < 1355, "{quarter}");
    }
}
