//! Random numbers from a seed that is printed, so that a failure can be had again.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Splitmix64: small, and good enough to pick moments.
#[derive(Debug)]
pub struct Chance(u64);

impl Chance {
    /// Seeded by `DDGEN_TEST_SEED`, or by the clock; says which on standard error.
    ///
    /// # Panics
    /// When `DDGEN_TEST_SEED` is no number.
    #[must_use]
    pub fn new() -> Self {
        let seed = match std::env::var("DDGEN_TEST_SEED") {
            Ok(text) => text.parse().expect("DDGEN_TEST_SEED is a number"),
            Err(_) => {
                let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
                u64::from(now.subsec_nanos()) ^ now.as_secs().rotate_left(32)
            }
        };
        eprintln!("again with DDGEN_TEST_SEED={seed}");
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// A time of `from..to` milliseconds.
    pub fn millis(&mut self, from: u64, to: u64) -> Duration {
        Duration::from_millis(from + self.below(to - from))
    }
}

impl Default for Chance {
    fn default() -> Self {
        Self::new()
    }
}
