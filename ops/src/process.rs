//! What the kernel says about this process.

use std::fs;

use rustix::param::{clock_ticks_per_second, page_size};
use rustix::process::{Resource, getrlimit};
use rustix::time::{ClockId, clock_gettime};

/// Each is `None` where the system does not say.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ProcessFacts {
    /// Of all threads, user and system.
    pub cpu_seconds: f64,
    pub resident_bytes: Option<u64>,
    pub virtual_bytes: Option<u64>,
    pub open_fds: Option<u64>,
    pub max_fds: Option<u64>,
    pub threads: Option<u64>,
}

impl ProcessFacts {
    #[must_use]
    pub fn read() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let field = |name: &str| -> Option<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next()?.parse().ok()
        };
        let cpu = clock_gettime(ClockId::ProcessCPUTime);
        Self {
            // Exact for as long as a process can live: far below 2^53 seconds.
            cpu_seconds: cpu.tv_sec as f64 + cpu.tv_nsec as f64 / 1e9,
            resident_bytes: field("VmRSS:").map(|kib| kib * 1_024),
            virtual_bytes: field("VmSize:").map(|kib| kib * 1_024),
            threads: field("Threads:"),
            open_fds: fs::read_dir("/proc/self/fd")
                .ok()
                .map(|fds| fds.count() as u64),
            max_fds: getrlimit(Resource::Nofile).current,
        }
    }
}

/// What one process takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Usage {
    /// Of all its threads since it started, user and system.
    pub(crate) cpu_ms: u64,
    /// Resident, in bytes.
    pub(crate) memory: u64,
}

impl Usage {
    /// `None` of a process that has gone.
    pub(crate) fn of(pid: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name in brackets may hold anything; what follows the last one is numbers: proc(5)
        // counts them from 3.
        let (_, numbers) = stat.rsplit_once(')')?;
        let numbers: Vec<&str> = numbers.split_whitespace().collect();
        let number = |place: usize| numbers.get(place - 3)?.parse::<u64>().ok();
        let ticks = number(14)? + number(15)?;
        Some(Self {
            cpu_ms: ticks * 1_000 / clock_ticks_per_second(),
            memory: number(24)? * page_size() as u64,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn it_sees_this_process_grow() {
        let before = ProcessFacts::read();
        let block = vec![1_u8; 64 << 20];
        let files: Vec<_> = (0..50)
            .map(|_| fs::File::open("/dev/null").unwrap())
            .collect();
        let after = ProcessFacts::read();
        let grown = after.resident_bytes.unwrap() - before.resident_bytes.unwrap();
        assert!(grown > 48 << 20, "{grown}");
        assert!(after.open_fds.unwrap() >= before.open_fds.unwrap() + 40);
        assert!(after.max_fds.unwrap() >= after.open_fds.unwrap());
        assert!(after.threads.unwrap() >= 1);
        assert_eq!(
            block.iter().map(|byte| usize::from(*byte)).sum::<usize>(),
            64 << 20
        );
        drop(files);
    }

    #[test]
    fn cpu_time_goes_up_with_work() {
        let start = ProcessFacts::read().cpu_seconds;
        let deadline = Instant::now() + Duration::from_secs(20);
        while ProcessFacts::read().cpu_seconds < start + 0.05 {
            assert!(Instant::now() < deadline, "no CPU time was counted");
        }
    }
}
