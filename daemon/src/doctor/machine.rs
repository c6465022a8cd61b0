//! The machine: memory, limits, inotify, clock.

use std::fs;
use std::path::Path;

use rustix::process::{Resource, getrlimit};

use super::Check;
use crate::settings::{Settings, WatchMode};

/// One descriptor a file being read, one a client, and the store's.
const DESCRIPTORS: u64 = 1_024;
/// Folders counted at most: more than any machine may watch by default.
const FOLDERS: u64 = 2_000_000;
/// Nobody built this before: 2026-01-01.
const EARLIEST_S: i64 = 1_767_225_600;

pub(super) fn checks(settings: &Settings) -> Vec<Check> {
    vec![memory(settings), descriptors(), inotify(settings), clock()]
}

fn memory(settings: &Settings) -> Check {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let total = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    let Some(total) = total.map(|kib| kib << 10) else {
        return Check::ok("memory", "this system does not say how much memory it has");
    };
    let workers = settings.worker.count as u64;
    let most = settings.worker.memory_limit.saturating_mul(workers);
    let (have, want) = (total >> 20, most >> 20);
    let check = if most > total / 10 * 9 {
        Check::warning(
            "memory",
            format!("{workers} workers may take {want} MiB of the {have} MiB there are"),
            "lower worker.count or worker.memory_limit",
        )
    } else {
        Check::ok(
            "memory",
            format!("{have} MiB, of which {workers} workers may take {want}"),
        )
    };
    check.with("total_mib", have).with("workers_mib", want)
}

fn descriptors() -> Check {
    let limit = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let check = if limit < DESCRIPTORS {
        Check::warning(
            "descriptors",
            format!("this user may open {limit} files at once"),
            format!("raise it: `ulimit -n {DESCRIPTORS}`, or LimitNOFILE= in the unit"),
        )
    } else {
        Check::ok("descriptors", format!("{limit} files may be open at once"))
    };
    check.with("limit", limit)
}

/// Every watched folder takes one watch of the kernel's.
fn inotify(settings: &Settings) -> Check {
    let read = |name: &str| -> Option<u64> {
        let path = Path::new("/proc/sys/fs/inotify").join(name);
        fs::read_to_string(path).ok()?.trim().parse().ok()
    };
    let Some(limit) = read("max_user_watches") else {
        return Check::ok("inotify", "this system has no inotify: folders are polled");
    };
    let watched = settings
        .watches
        .iter()
        .filter(|watch| watch.mode != WatchMode::Poll);
    let folders: u64 = watched
        .map(|watch| match watch.recursive {
            true => folders_below(&watch.path),
            false => 1,
        })
        .sum();
    let instances = read("max_user_instances").unwrap_or(u64::MAX);
    let check = if folders > limit / 10 * 9 {
        Check::warning(
            "inotify",
            format!(
                "{folders} folders are to be watched and this user may watch {limit}: the rest is found by the scan only"
            ),
            format!(
                "`sysctl fs.inotify.max_user_watches={}`, and the same in /etc/sysctl.d",
                folders.saturating_mul(2).max(524_288)
            ),
        )
    } else if instances < 16 {
        Check::warning(
            "inotify",
            format!("this user may have {instances} inotify instances, for all programs together"),
            "`sysctl fs.inotify.max_user_instances=128`, and the same in /etc/sysctl.d",
        )
    } else {
        Check::ok(
            "inotify",
            format!("{folders} folders to watch, {limit} allowed"),
        )
    };
    check.with("folders", folders).with("limit", limit)
}

fn folders_below(root: &Path) -> u64 {
    let mut count = 0;
    let mut open = vec![root.to_path_buf()];
    while let Some(folder) = open.pop() {
        count += 1;
        if count >= FOLDERS {
            break;
        }
        // What cannot be read is said by `check`, and by the watch itself.
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.flatten() {
            // Links are not followed, as the watch does not.
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                open.push(entry.path());
            }
        }
    }
    count
}

fn clock() -> Check {
    let now = jiff::Timestamp::now();
    if now.as_second() < EARLIEST_S {
        return Check::broken(
            "clock",
            format!("the clock says {now:.0}"),
            "set it, and let it be kept: `timedatectl set-ntp true`",
        );
    }
    Check::ok("clock", format!("the clock says {now:.0}"))
}
