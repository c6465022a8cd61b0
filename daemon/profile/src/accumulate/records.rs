//! How many records occurred before.
//!
//! Records are known by their 64-bit hashes: in a file of 10 million the chance that any two
//! different ones share a hash is below 3 in a million. Past its bound the set keeps the hashes
//! below a limit that halves with every level, as the value tables do.

/// The hashes of all records, with their counts.
pub struct RecordHashes {
    bound: usize,
    level: u32,
    /// Not yet sorted in.
    pending: Vec<u64>,
    /// Sorted by hash.
    counted: Vec<(u64, u32)>,
}

/// Records that repeat an earlier one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Duplicates {
    pub count: u64,
    /// Set when estimated: how far off, with a confidence of three standard errors.
    pub absolute_error: Option<u64>,
}

impl RecordHashes {
    /// A set of at most `bound` distinct hashes.
    pub fn new(bound: usize) -> Self {
        Self {
            bound,
            level: 0,
            pending: Vec::new(),
            counted: Vec::new(),
        }
    }

    /// Counts one record.
    #[inline]
    pub fn add(&mut self, hash: u64) {
        if hash <= u64::MAX >> self.level.min(63) {
            self.pending.push(hash);
            if self.pending.len() >= (self.bound / 4).max(1024) {
                self.settle();
            }
        }
    }

    fn settle(&mut self) {
        let mut pending = std::mem::take(&mut self.pending);
        pending.sort_unstable();
        let new = pending
            .chunk_by(|a, b| a == b)
            .map(|run| (run[0], count(run.len())));
        self.join(&new.collect::<Vec<_>>());
        pending.clear();
        self.pending = pending;
    }

    /// Merges hashes that are sorted and occur once each.
    fn join(&mut self, new: &[(u64, u32)]) {
        let old = std::mem::take(&mut self.counted);
        let mut merged = Vec::with_capacity(old.len() + new.len());
        let (mut a, mut b) = (old.as_slice(), new);
        while let (Some(x), Some(y)) = (a.first(), b.first()) {
            match x.0.cmp(&y.0) {
                std::cmp::Ordering::Less => {
                    merged.push(*x);
                    a = &a[1..];
                }
                std::cmp::Ordering::Greater => {
                    merged.push(*y);
                    b = &b[1..];
                }
                std::cmp::Ordering::Equal => {
                    merged.push((x.0, x.1.saturating_add(y.1)));
                    a = &a[1..];
                    b = &b[1..];
                }
            }
        }
        merged.extend_from_slice(a);
        merged.extend_from_slice(b);
        self.counted = merged;
        while self.counted.len() > self.bound {
            self.level += 1;
            self.cut();
        }
    }

    fn cut(&mut self) {
        let limit = u64::MAX >> self.level.min(63);
        self.counted
            .truncate(self.counted.partition_point(|(hash, _)| *hash <= limit));
    }

    /// Joins the records of another part of the file.
    pub fn merge(&mut self, mut other: Self) {
        self.settle();
        other.settle();
        self.level = self.level.max(other.level);
        self.cut();
        let level = self.level;
        other.level = level;
        other.cut();
        self.join(&other.counted);
    }

    /// The number of records that repeat an earlier one.
    pub fn duplicates(&mut self) -> Duplicates {
        self.settle();
        let extra = self.counted.iter().map(|(_, n)| u64::from(*n) - 1);
        let seen: u64 = extra.clone().sum();
        if self.level == 0 {
            return Duplicates {
                count: seen,
                absolute_error: None,
            };
        }
        // Every distinct record is kept with probability p: the sum over those kept, divided by p,
        // has the variance (1 - p) / p^2 * sum(extra^2).
        let factor = (self.level.min(63) as f64).exp2();
        let squares: f64 = extra.map(|e| (e as f64).powi(2)).sum();
        let error = 3.0 * factor * (squares * (1.0 - 1.0 / factor)).sqrt();
        // With no duplicate kept, fewer than `7 * factor` distinct ones can be expected unseen.
        let error = error.max(7.0 * factor);
        Duplicates {
            count: (seen as f64 * factor) as u64,
            absolute_error: Some(error.ceil() as u64),
        }
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
