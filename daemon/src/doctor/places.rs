//! Folders: whose they are, who may read them, how much room there is.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::Check;
use crate::settings::Settings;

/// Warned of from this many percent on, as the daemon's probe does.
const WARN_PERCENT: u64 = 80;
/// Less than this is full: a store cannot even shorten its log.
const LEAST_MIB: u64 = 64;

pub(super) fn checks(settings: &Settings) -> Vec<Check> {
    let data = &settings.data.dir;
    let mut checks = vec![rights(data)];
    checks.extend(foreign_files(data));
    checks.push(space("disk_data", data));
    if settings.backup.enabled {
        checks.push(space("disk_backups", &settings.backup.dir));
    }
    for watch in &settings.watches {
        checks.push(space("disk_watch", &watch.path));
    }
    checks
}

fn rights(dir: &Path) -> Check {
    let shown = dir.display();
    let Ok(data) = fs::metadata(dir) else {
        return Check::ok("data_dir", format!("{shown} is made by the first start"));
    };
    let me = rustix::process::geteuid().as_raw();
    if data.uid() != me && me != 0 {
        return Check::broken(
            "data_dir",
            format!(
                "{shown} belongs to user {}, and this is user {me}",
                data.uid()
            ),
            "run this as the daemon's user (`sudo -u ddgen ddgend doctor`), or change the owner",
        );
    }
    let mode = data.mode() & 0o777;
    if mode & 0o007 != 0 {
        return Check::warning(
            "data_dir",
            format!("{shown} can be entered by everyone (mode {mode:o})"),
            format!("chmod o-rwx {shown}"),
        );
    }
    Check::ok("data_dir", format!("{shown} is this user's, mode {mode:o}"))
}

/// Files that a daemon run as another user has left: the next start fails on them.
fn foreign_files(dir: &Path) -> Option<Check> {
    let owner = fs::metadata(dir).ok()?.uid();
    let entries = fs::read_dir(dir).ok()?;
    let foreign: Vec<PathBuf> = entries
        .flatten()
        .filter(|entry| entry.metadata().is_ok_and(|data| data.uid() != owner))
        .map(|entry| entry.path())
        .collect();
    let first = foreign.first()?;
    let check = Check::broken(
        "data_files",
        format!(
            "{} files of the data directory belong to another user, such as {}",
            foreign.len(),
            first.display()
        ),
        format!("chown --recursive {owner} {}", dir.display()),
    );
    Some(check.with("files", foreign.len() as u64))
}

fn space(name: &'static str, path: &Path) -> Check {
    // The folder may still have to be made: its nearest ancestor lies on the same disk.
    let existing = path.ancestors().find(|path| path.exists());
    let shown = path.display();
    let Some(space) = existing.and_then(|path| rustix::fs::statvfs(path).ok()) else {
        return Check::warning(
            name,
            format!("the space under {shown} is unknown"),
            "look at its mount",
        );
    };
    let free_mib = (space.f_bavail * space.f_frsize.max(1)) >> 20;
    let share = |used: u64, free: u64| (used * 100).div_ceil((used + free).max(1));
    let percent = share(space.f_blocks - space.f_bfree, space.f_bavail);
    let files = share(space.f_files - space.f_ffree, space.f_favail);
    let full = format!("the disk under {shown} is {percent} % full, {free_mib} MiB left");
    let check = if free_mib < LEAST_MIB && name != "disk_watch" {
        Check::broken(
            name,
            full,
            "free space there: nothing can be stored until then",
        )
    } else if percent >= WARN_PERCENT {
        Check::warning(name, full, "free space there before it is full")
    } else if files >= WARN_PERCENT {
        Check::warning(
            name,
            format!("the disk under {shown} has {files} % of its inodes in use"),
            "delete files there",
        )
    } else {
        Check::ok(name, full)
    };
    check.with("percent", percent).with("free_mib", free_mib)
}
