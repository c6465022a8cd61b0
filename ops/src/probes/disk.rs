use std::path::{Path, PathBuf};

use crate::{Facts, Finding, Probe};

/// How full the file system of a place is, by bytes and by files.
#[derive(Debug, Clone)]
pub struct DiskSpace {
    name: String,
    path: PathBuf,
    /// Degraded from this many percent on.
    warn_percent: u64,
}

impl DiskSpace {
    /// `place` names what lies there, for example `data`: the probe is called `disk_data`.
    #[must_use]
    pub fn new(place: &str, path: PathBuf, warn_percent: u64) -> Self {
        Self {
            name: format!("disk_{place}"),
            path,
            warn_percent,
        }
    }
}

impl Probe for DiskSpace {
    fn name(&self) -> &str {
        &self.name
    }

    fn look(&self, _: &Facts) -> Finding {
        let path = self.path.display();
        let space = match rustix::fs::statvfs(&self.path) {
            Ok(space) => space,
            Err(error) => {
                return Finding::degraded(format!("the space under {path} is unknown: {error}"));
            }
        };
        let unit = space.f_frsize.max(1);
        let free = space.f_bavail * unit;
        let full = percent(space.f_blocks - space.f_bfree, space.f_bavail);
        let files = percent(space.f_files - space.f_ffree, space.f_favail);
        let left = mib(free);
        if full >= self.warn_percent {
            return Finding::degraded(format!(
                "the disk under {path} is {full} % full, {left} left; free space there before it \
                 is full, else new files wait"
            ));
        }
        if files >= self.warn_percent {
            return Finding::degraded(format!(
                "the disk under {path} has {files} % of its inodes in use; delete files there"
            ));
        }
        Finding::ok(format!(
            "the disk under {path} is {full} % full, {left} left"
        ))
    }
}

/// Thousandths of the file system of a place that are in use; none where the system does not say.
pub(crate) fn disk_permille(path: &Path) -> Option<u16> {
    let space = rustix::fs::statvfs(path).ok()?;
    let used = space.f_blocks - space.f_bfree;
    u16::try_from(share(used, space.f_bavail, 1_000)).ok()
}

/// As `df` counts: of what an ordinary user can have, rounded up. Zero where nothing is counted.
fn percent(used: u64, free: u64) -> u64 {
    share(used, free, 100)
}

fn share(used: u64, free: u64, of: u32) -> u64 {
    let all = u128::from(used) + u128::from(free);
    if all == 0 {
        return 0;
    }
    u64::try_from((u128::from(used) * u128::from(of)).div_ceil(all)).unwrap_or(of.into())
}

fn mib(bytes: u64) -> String {
    match bytes >> 20 {
        mib @ 0..10_240 => format!("{mib} MiB"),
        mib => format!("{} GiB", mib >> 10),
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use ddgen_ipc::Timestamp;
    use ddgen_ipc::message::Verdict;

    use super::*;

    fn look(probe: &DiskSpace) -> Finding {
        probe.look(&Facts::at_start("0", Timestamp(0)))
    }

    /// The last column but one of `df`: what a person would compare with.
    fn df(path: &str) -> u64 {
        let out = Command::new("df").args(["-P", path]).output().unwrap();
        let text = String::from_utf8(out.stdout).unwrap();
        let line = text.lines().nth(1).unwrap();
        let percent = line.split_whitespace().nth(4).unwrap();
        percent.trim_end_matches('%').parse().unwrap()
    }

    #[test]
    fn it_says_what_df_says_and_warns_at_its_limit() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().to_str().unwrap();
        // Others write to this disk meanwhile: one of a few looks agrees.
        let agreed = (0..20).any(|_| {
            let used = df(path);
            let said = look(&DiskSpace::new("data", path.into(), 101));
            assert_eq!(said.verdict, Verdict::Ok);
            let warned = look(&DiskSpace::new("data", path.into(), used));
            said.because.contains(&format!("{used} % full"))
                && warned.verdict == Verdict::Degraded
                && warned.because.contains(path)
        });
        assert!(agreed, "never the same as df");
        assert_eq!(DiskSpace::new("data", path.into(), 80).name(), "disk_data");
    }

    #[test]
    fn a_place_that_is_gone_is_degraded() {
        let found = look(&DiskSpace::new("data", "/nowhere/at/all".into(), 80));
        assert_eq!(found.verdict, Verdict::Degraded);
        assert!(
            found.because.contains("/nowhere/at/all"),
            "{}",
            found.because
        );
    }

    #[test]
    fn shares_round_up_as_df_does() {
        assert_eq!(percent(0, 0), 0);
        assert_eq!(percent(1, 999), 1);
        assert_eq!(percent(80, 20), 80);
        assert_eq!(percent(801, 199), 81);
        assert_eq!(percent(u64::MAX, u64::MAX), 50);
    }
}
