//! The pool of worker processes and what each of them may use.

use std::time::Duration;

/// How many workers there are, and the budgets of one worker for one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerSettings {
    /// Worker processes kept warm; by default one a core.
    pub count: usize,
    /// Bytes one worker may use.
    pub memory_limit: u64,
    /// From the moment a worker is handed a file to its answer.
    pub wall_limit: Duration,
    /// Processor time of one file, summed over the threads of its worker.
    pub cpu_limit: Duration,
    /// Deaths or breaches of a worker after which its file is parked.
    pub tries: u32,
}

impl Default for WorkerSettings {
    fn default() -> Self {
        Self {
            count: 1,
            memory_limit: 512 << 20,
            // At the 50 MB/s of a slow disk this is a file of 90 GB: what takes longer hangs.
            wall_limit: Duration::from_secs(30 * 60),
            cpu_limit: Duration::from_secs(30 * 60),
            tries: 3,
        }
    }
}
