//! The pool of worker processes and what each of them may use.

use super::key::Key;
use super::kind::{number, size, span};
use super::reader::Reader;

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

const COUNT: Key = Key::new("worker.count", "WORKERS");
const MEMORY_LIMIT: Key = Key::new("worker.memory_limit", "WORKER_MEMORY_LIMIT").live();
const WALL_LIMIT: Key = Key::new("worker.wall_limit", "WORKER_WALL_LIMIT").live();
const CPU_LIMIT: Key = Key::new("worker.cpu_limit", "WORKER_CPU_LIMIT").live();
const TRIES: Key = Key::new("worker.tries", "WORKER_TRIES");

/// Below this a worker cannot even hold its buffers; above, the limit guards nothing.
const MEMORY_RANGE: std::ops::RangeInclusive<u64> = 32 << 20..=1 << 40;
const LONGEST: Duration = Duration::from_secs(7 * 24 * 3600);

impl WorkerSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let usual = Self {
            count: reader.layers.around.cores.clamp(1, 256),
            ..Self::default()
        };
        let second = Duration::from_secs(1);
        Self {
            count: reader.get(&COUNT, &number(1..=256), usual.count),
            memory_limit: reader.get(&MEMORY_LIMIT, &size(MEMORY_RANGE), usual.memory_limit),
            wall_limit: reader.get(&WALL_LIMIT, &span(second..=LONGEST), usual.wall_limit),
            cpu_limit: reader.get(&CPU_LIMIT, &span(second..=LONGEST), usual.cpu_limit),
            tries: reader.get(&TRIES, &number(1..=100), usual.tries),
        }
    }
}
