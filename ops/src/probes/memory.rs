use std::fs;
use std::path::{Path, PathBuf};

use crate::{Facts, Finding, Probe};

/// How full the memory is that this process may use: the machine's, or that of its container.
#[derive(Debug, Clone)]
pub struct Memory {
    proc: PathBuf,
    cgroup: PathBuf,
    /// Degraded from this many percent on.
    warn_percent: u64,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            proc: "/proc".into(),
            cgroup: "/sys/fs/cgroup".into(),
            // What operators of the original product alert on.
            warn_percent: 90,
        }
    }
}

struct Use {
    total: u64,
    used: u64,
    whose: &'static str,
}

impl Memory {
    #[must_use]
    pub fn with_limit(warn_percent: u64) -> Self {
        Self {
            warn_percent,
            ..Self::default()
        }
    }

    /// Whichever of machine and container has the smaller share left.
    fn tightest(&self) -> Option<Use> {
        let share = |u: &Use| u128::from(u.used) * 10_000 / u128::from(u.total.max(1));
        [machine(&self.proc), self.container()]
            .into_iter()
            .flatten()
            .max_by_key(share)
    }

    fn container(&self) -> Option<Use> {
        let groups = fs::read_to_string(self.proc.join("self/cgroup")).ok()?;
        let group = groups.lines().find_map(|line| line.strip_prefix("0::"))?;
        let folder = self.cgroup.join(group.trim_start_matches('/'));
        let number = |file: &str| -> Option<u64> {
            fs::read_to_string(folder.join(file))
                .ok()?
                .trim()
                .parse()
                .ok()
        };
        // "max" means that there is no limit, and is no number.
        let total = number("memory.max")?;
        let current = number("memory.current")?;
        // Pages of files that the kernel gives back when asked are not in use.
        let stat = fs::read_to_string(folder.join("memory.stat")).unwrap_or_default();
        let reclaimable = field(&stat, "inactive_file").unwrap_or(0);
        Some(Use {
            total,
            used: current.saturating_sub(reclaimable),
            whose: "this service",
        })
    }
}

fn machine(proc: &Path) -> Option<Use> {
    let text = fs::read_to_string(proc.join("meminfo")).ok()?;
    let total = field(&text, "MemTotal:")? * 1_024;
    let available = field(&text, "MemAvailable:")? * 1_024;
    Some(Use {
        total,
        used: total.saturating_sub(available),
        whose: "this machine",
    })
}

fn field(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| {
        let mut words = line.split_whitespace();
        (words.next()? == name)
            .then(|| words.next()?.parse().ok())
            .flatten()
    })
}

impl Probe for Memory {
    fn name(&self) -> &str {
        "memory"
    }

    fn look(&self, _: &Facts) -> Finding {
        let Some(Use { total, used, whose }) = self.tightest() else {
            return Finding::ok("this system does not say how much memory is in use");
        };
        let percent = used.saturating_mul(100) / total.max(1);
        let of = total >> 20;
        if percent < self.warn_percent {
            return Finding::ok(format!("{percent} % of {of} MiB of {whose} in use"));
        }
        Finding::degraded(format!(
            "{percent} % of {of} MiB of {whose} in use; give it more, or run fewer workers"
        ))
    }
}

#[cfg(test)]
mod tests {
    use ddgen_ipc::Timestamp;
    use ddgen_ipc::message::Verdict;

    use super::*;

    fn look(probe: &Memory) -> Finding {
        probe.look(&Facts::at_start("0", Timestamp(0)))
    }

    fn machine_of(total_kib: u64, available_kib: u64) -> (tempfile::TempDir, Memory) {
        let dir = tempfile::tempdir().unwrap();
        let proc = dir.path().join("proc");
        fs::create_dir_all(proc.join("self")).unwrap();
        let meminfo = format!(
            "MemTotal:       {total_kib} kB\nMemFree:  5 kB\nMemAvailable:   {available_kib} kB\n"
        );
        fs::write(proc.join("meminfo"), meminfo).unwrap();
        let probe = Memory {
            proc,
            cgroup: dir.path().join("cgroup"),
            warn_percent: 90,
        };
        (dir, probe)
    }

    fn limit(probe: &Memory, max: &str, current: u64, inactive: u64) {
        fs::write(
            probe.proc.join("self/cgroup"),
            "0::/system.slice/ddgen.service\n",
        )
        .unwrap();
        let folder = probe.cgroup.join("system.slice/ddgen.service");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("memory.max"), format!("{max}\n")).unwrap();
        fs::write(folder.join("memory.current"), format!("{current}\n")).unwrap();
        let stat = format!("anon 1\ninactive_file {inactive}\nactive_file 1\n");
        fs::write(folder.join("memory.stat"), stat).unwrap();
    }

    #[test]
    fn the_machine_warns_from_ninety_percent_on() {
        let (_dir, probe) = machine_of(1_000_000, 110_000);
        assert_eq!(look(&probe).verdict, Verdict::Ok);
        assert!(
            look(&probe)
                .because
                .starts_with("89 % of 976 MiB of this machine")
        );
        let (_dir, probe) = machine_of(1_000_000, 100_000);
        assert_eq!(look(&probe).verdict, Verdict::Degraded);
    }

    #[test]
    fn a_tighter_container_counts_without_what_can_be_reclaimed() {
        let (_dir, probe) = machine_of(1_000_000, 900_000);
        limit(&probe, "max", 1 << 30, 0);
        assert!(look(&probe).because.contains("this machine"));
        limit(&probe, &(100_u64 << 20).to_string(), 95 << 20, 0);
        let found = look(&probe);
        assert_eq!(found.verdict, Verdict::Degraded);
        assert!(
            found.because.starts_with("95 % of 100 MiB of this service"),
            "{}",
            found.because
        );
        limit(&probe, &(100_u64 << 20).to_string(), 95 << 20, 60 << 20);
        assert!(
            look(&probe).because.starts_with("35 %"),
            "{}",
            look(&probe).because
        );
    }

    #[test]
    fn it_reads_this_machine_and_bears_one_that_says_nothing() {
        assert!(look(&Memory::default()).because.contains(" % of "));
        let probe = Memory {
            proc: "/nowhere".into(),
            ..Memory::default()
        };
        assert_eq!(look(&probe).verdict, Verdict::Ok);
    }
}
