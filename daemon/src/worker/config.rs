//! What the pool is told.

use std::path::PathBuf;
use std::time::Duration;

/// How many workers, where, and within what.
#[derive(Debug, Clone)]
pub struct PoolConfig {
    /// Workers kept warm, at least 1: one a core is what the machine can use.
    pub count: usize,
    /// What is started as a worker; see [`this_program`].
    pub program: PathBuf,
    /// Private to this daemon; every worker gets one folder in it.
    pub scratch_root: PathBuf,
    pub limits: Limits,
}

/// The bounds of one worker and one job; can change while the pool runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of writable private memory a worker may have.
    pub memory: u64,
    /// Bytes a worker may leave in its scratch folder.
    pub scratch: u64,
    /// Bytes a worker may still occupy after a job; one that holds more is replaced, since an
    /// allocator gives little back and an idle pool must stay small.
    pub resident: u64,
    /// From handing over the file to the answer.
    pub wall: Allowance,
    /// Processor time, summed over the worker's threads.
    pub cpu: Allowance,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory: 512 << 20,
            scratch: 1 << 30,
            // A fresh one takes a third of it.
            resident: 32 << 20,
            // The slowest path (deeply nested text on a loaded machine) reads above 5 MiB/s: five
            // times that much time is a hang, not slowness. The base covers compressed files.
            wall: Allowance {
                base: Duration::from_secs(120),
                per_mib: Duration::from_secs(1),
            },
            cpu: Allowance {
                base: Duration::from_secs(60),
                per_mib: Duration::from_secs(1),
            },
        }
    }
}

/// A budget of time that grows with the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    pub base: Duration,
    /// For every begun MiB of the file as stored.
    pub per_mib: Duration,
}

impl Allowance {
    /// What a file of `bytes` gets, rounded up to whole seconds.
    #[must_use]
    pub fn of(&self, bytes: u64) -> Duration {
        let mib = u32::try_from(bytes.div_ceil(1 << 20)).unwrap_or(u32::MAX);
        let exact = self.base.saturating_add(self.per_mib.saturating_mul(mib));
        let begun = u64::from(exact.subsec_nanos() > 0);
        Duration::from_secs(exact.as_secs().saturating_add(begun).max(1))
    }
}

/// The program that runs now, also when an upgrade has put another in its place on disk.
#[must_use]
pub fn this_program() -> PathBuf {
    let own = PathBuf::from("/proc/self/exe");
    if own.exists() {
        own
    } else {
        std::env::current_exe().unwrap_or(own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_grows_with_every_begun_mebibyte_and_is_never_none() {
        let allowance = Allowance {
            base: Duration::from_secs(10),
            per_mib: Duration::from_millis(500),
        };
        assert_eq!(allowance.of(0), Duration::from_secs(10));
        assert_eq!(allowance.of(1), Duration::from_secs(11));
        assert_eq!(allowance.of(2 << 20), Duration::from_secs(11));
        assert_eq!(allowance.of((2 << 20) + 1), Duration::from_secs(12));
        let none = Allowance {
            base: Duration::ZERO,
            per_mib: Duration::ZERO,
        };
        assert_eq!(none.of(0), Duration::from_secs(1));
        let huge = Allowance {
            base: Duration::MAX,
            per_mib: Duration::MAX,
        };
        assert!(huge.of(u64::MAX) >= Duration::from_secs(u64::MAX / 2));
    }
}
