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

/// The hash of a value of 1 to [`TINY`] bytes, handed over as one little-endian word with the length
/// in its uppermost byte.
#[inline(always)]
pub fn hash_tiny(key: u64) -> u64 {
    fold(key ^ K0, K1)
}

/// The hash of up to 16 bytes handed over as two little-endian words padded with zeros.
#[inline(always)]
pub fn hash_words(low: u64, high: u64, length: usize) -> u64 {
    if (1..=TINY).contains(&length) {
        return hash_tiny(low | (length as u64) << 56);
    }
    mix(
        fold(low ^ K0, high ^ K1) ^ low.rotate_left(32),
        length as u64,
    )
}

/// Spreads `state` over all bits, together with `salt`.
#[inline(always)]
pub fn mix(state: u64, salt: u64) -> u64 {
    fold(state ^ K2, K3 ^ salt.wrapping_mul(K0))
}

#[inline(always)]
fn word(bytes: &[u8]) -> u64 {
    let mut padded = [0; 8];
    padded[..bytes.len()].copy_from_slice(bytes);
    u64::from_le_bytes(padded)
}

/// The hash of a value.
#[inline]
pub fn hash(bytes: &[u8]) -> u64 {
    if bytes.len() <= 8 {
        return hash_words(word(bytes), 0, bytes.len());
    }
    if bytes.len() <= 16 {
        return hash_words(word(&bytes[..8]), word(&bytes[8..]), bytes.len());
    }
    let mut state = K2;
    let (pairs, rest) = bytes.as_chunks::<16>();
    for pair in pairs {
        let (low, high) = pair.split_at(8);
        state = fold(word(low) ^ state, word(high) ^ K1).wrapping_add(state.rotate_left(29));
    }
    let (low, high) = rest.split_at(rest.len().min(8));
    mix(
        fold(word(low) ^ state, word(high) ^ K1) ^ state.rotate_left(32),
        bytes.len() as u64,
    )
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

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
