//! What a worker takes from itself before it takes work.

use std::path::Path;

use rustix::process::{Resource, Rlimit, setrlimit};

/// Descriptors a worker may hold: its three, the file, and what the engine needs in its scratch.
const DESCRIPTORS: u64 = 64;

/// Raised so that, when the machine runs out of memory, a worker goes and not the daemon.
const OOM_SCORE: &str = "500";

/// Caps memory, scratch files, core dumps and descriptors of this process for good.
///
/// Memory is capped by `RLIMIT_DATA`, which counts what is writable and private; `RLIMIT_AS` would
/// also count the address space that allocator arenas only reserve.
///
/// # Errors
/// When the system refuses a limit (one lower than asked for is in force already).
pub fn limit_self(memory: u64, scratch_file: u64) -> Result<(), String> {
    let fixed = |n: u64| Rlimit {
        current: Some(n),
        maximum: Some(n),
    };
    let limits = [
        (Resource::Data, "memory", memory),
        (Resource::Fsize, "scratch file size", scratch_file),
        (Resource::Core, "core dump size", 0),
        (Resource::Nofile, "open files", DESCRIPTORS),
    ];
    for (resource, what, value) in limits {
        let ceiling = rustix::process::getrlimit(resource)
            .maximum
            .unwrap_or(u64::MAX);
        setrlimit(resource, fixed(value.min(ceiling)))
            .map_err(|errno| format!("the limit on {what} cannot be set to {value}: {errno}"))?;
    }
    // Best effort: without /proc the kernel picks as it likes.
    let _ = std::fs::write("/proc/self/oom_score_adj", OOM_SCORE);
    Ok(())
}

/// Closes whatever slipped through: a descriptor that the daemon itself inherited without
/// close-on-exec must not live on in a worker (a lock of the shell that started it, a listener).
///
/// Called before anything here owns a descriptor beyond the three standard ones.
pub fn close_inherited() {
    let listed: Option<Vec<i32>> =
        std::fs::read_dir(Path::new("/proc/self/fd"))
            .ok()
            .map(|entries| {
                entries
                    .filter_map(|e| e.ok()?.file_name().to_str()?.parse().ok())
                    .collect()
            });
    // Without /proc: no shell or supervisor hands on higher numbers than these.
    for fd in listed.unwrap_or_else(|| (3..1024).collect()) {
        if fd > 2 {
            let _ = nix::unistd::close(fd);
        }
    }
}
