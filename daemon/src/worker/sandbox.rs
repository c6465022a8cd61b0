//! The walls a worker puts up around itself: Landlock, then seccomp, then a knock on both.
//!
//! * Landlock leaves no view of the file system but the scratch directory, and no TCP.
//! * seccomp is a list of what is allowed; everything else fails as if the kernel did not know it
//!   (`ENOSYS`). A list of what is denied would let through every call that a new kernel brings; a
//!   filter that kills would turn an update of the C library into parked files. With `ENOSYS` the
//!   library falls back to what it did before (`clone3` to `clone`), and an attacker finds nothing:
//!   no socket, no process, no program, no tracing, no memory that can be written and run.
//!
//! A kernel or container without them is reported, not refused: [`Sandbox`] says what is missing.

use std::collections::BTreeMap;
use std::path::Path;

use landlock::{
    ABI, Access, AccessFs, AccessNet, PathBeneath, PathFd, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetStatus, Scope,
};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketType};
use rustix::thread::{CapabilitySet, CapabilitySets};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen as Len, SeccompCmpOp as Op, SeccompCondition,
    SeccompFilter, SeccompRule,
};
use serde::{Deserialize, Serialize};

use super::syscalls;

/// What holds a worker in, as it found by trying.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sandbox {
    /// Both walls stand, and opening a file and a socket was tried and refused.
    Full,
    /// One wall is missing; the sentence says which and why.
    Partial(String),
    /// No wall stands.
    None(String),
}

impl Sandbox {
    /// What is missing, if anything is.
    #[must_use]
    pub fn because(&self) -> Option<&str> {
        match self {
            Self::Full => None,
            Self::Partial(because) | Self::None(because) => Some(because),
        }
    }
}

/// Shuts this process in. Must run before it has a second thread: a wall stands around the thread
/// that raised it and those it starts.
#[must_use]
pub fn enter(scratch: &Path) -> Sandbox {
    // Refused only by kernels that have neither wall.
    let _ = rustix::thread::set_no_new_privs(true);
    drop_capabilities();
    let files = shut_files(scratch);
    let calls = shut_calls(files.is_ok());
    judge(
        files,
        calls,
        &Knocks {
            file: knock_files(),
            socket: knock_network(),
            scratch: use_scratch(scratch),
        },
    )
}

/// A daemon that runs as root must not hand root's powers to a parser.
fn drop_capabilities() {
    let none = CapabilitySet::empty();
    let _ = rustix::thread::clear_ambient_capability_set();
    let _ = rustix::thread::set_capabilities(
        None,
        CapabilitySets {
            effective: none,
            permitted: none,
            inheritable: none,
        },
    );
}

fn shut_files(scratch: &Path) -> Result<(), String> {
    // The rights of ABI 6 (Linux 6.12); older kernels enforce the part they know, and what they
    // lack (TCP, signals) seccomp refuses as well.
    let abi = ABI::V6;
    let inside = AccessFs::from_all(abi) & !AccessFs::Execute;
    let enclose = || -> Result<RulesetStatus, Box<dyn std::error::Error>> {
        let status = Ruleset::default()
            .handle_access(AccessFs::from_all(abi))?
            .handle_access(AccessNet::from_all(abi))?
            .scope(Scope::from_all(abi))?
            .create()?
            .add_rule(PathBeneath::new(PathFd::new(scratch)?, inside))?
            .restrict_self()?;
        Ok(status.ruleset)
    };
    match enclose() {
        Ok(RulesetStatus::NotEnforced) => {
            Err("this kernel has no Landlock or it is switched off".into())
        }
        Ok(_) => Ok(()),
        Err(error) => Err(format!("Landlock failed: {error}")),
    }
}

fn shut_calls(files_are_shut: bool) -> Result<(), String> {
    let filter = filter(files_are_shut)
        .map_err(|e| format!("seccomp has no filter for this machine: {e}"))?;
    seccompiler::apply_filter(&filter).map_err(|e| format!("seccomp failed: {e}"))
}

/// Without Landlock no path may be opened at all, the scratch directory included.
fn filter(paths: bool) -> Result<BpfProgram, seccompiler::BackendError> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = BTreeMap::new();
    let plain = syscalls::ALWAYS
        .iter()
        .chain(if paths { syscalls::PATHS } else { &[] });
    rules.extend(plain.map(|&call| (call, Vec::new())));

    let only =
        |argument: u8, op: Op, value: u64| -> Result<Vec<SeccompRule>, seccompiler::BackendError> {
            Ok(vec![SeccompRule::new(vec![SeccompCondition::new(
                argument,
                Len::Qword,
                op,
                value,
            )?])?])
        };
    let me = u64::from(
        rustix::process::getpid()
            .as_raw_nonzero()
            .get()
            .unsigned_abs(),
    );
    for &call in syscalls::MAPPING {
        rules.insert(call, only(2, Op::MaskedEq(syscalls::EXECUTABLE), 0)?);
    }
    // Threads, never processes.
    rules.insert(
        syscalls::CLONE,
        only(0, Op::MaskedEq(syscalls::THREAD), syscalls::THREAD)?,
    );
    // abort() signals its own process; no other may be.
    rules.insert(syscalls::TGKILL, only(0, Op::Eq, me)?);
    // Reading a limit, never setting one.
    rules.insert(syscalls::PRLIMIT, only(2, Op::Eq, 0)?);
    // Naming a thread or a piece of memory; nothing else of prctl.
    let mut naming = only(0, Op::Eq, syscalls::NAME_THREAD)?;
    naming.extend(only(0, Op::Eq, syscalls::NAME_MEMORY)?);
    rules.insert(syscalls::PRCTL, naming);

    let unknown = SeccompAction::Errno(Errno::NOSYS.raw_os_error().unsigned_abs());
    SeccompFilter::new(
        rules,
        unknown,
        SeccompAction::Allow,
        std::env::consts::ARCH.try_into()?,
    )?
    .try_into()
}

/// Whether files outside the scratch directory can still be opened.
fn knock_files() -> bool {
    ["/", "/etc/passwd"].iter().any(|path| {
        rustix::fs::open(*path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()).is_ok()
    })
}

/// Whether a socket can still be made.
fn knock_network() -> bool {
    [AddressFamily::INET, AddressFamily::UNIX]
        .iter()
        .any(|family| rustix::net::socket(*family, SocketType::STREAM, None).is_ok())
}

/// Whether the one folder that is left can be worked in.
fn use_scratch(scratch: &Path) -> bool {
    let path = scratch.join("knock");
    let wrote = std::fs::write(&path, b"x").is_ok();
    std::fs::remove_file(&path).is_ok() && wrote
}

/// What was found by trying.
struct Knocks {
    /// A file outside opened.
    file: bool,
    /// A socket could be made.
    socket: bool,
    /// The scratch folder can be used.
    scratch: bool,
}

fn judge(files: Result<(), String>, calls: Result<(), String>, knocks: &Knocks) -> Sandbox {
    let mut missing = Vec::new();
    let walls = usize::from(files.is_ok()) + usize::from(calls.is_ok());
    missing.extend(files.err());
    missing.extend(calls.err());
    if knocks.file {
        missing.push("a worker could open a file outside its scratch directory".into());
    }
    if knocks.socket {
        missing.push("a worker could make a socket".into());
    }
    if !knocks.scratch {
        missing.push("a worker cannot use its scratch folder".into());
    }
    match (missing.is_empty(), walls) {
        (true, _) => Sandbox::Full,
        (false, 0) => Sandbox::None(missing.join("; ")),
        (false, _) => Sandbox::Partial(missing.join("; ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_two_walls_that_held_are_called_full() {
        let held = Knocks {
            file: false,
            socket: false,
            scratch: true,
        };
        let broken = Knocks {
            file: true,
            socket: true,
            scratch: false,
        };
        let no = |what: &str| Err(what.to_owned());
        assert_eq!(judge(Ok(()), Ok(()), &held), Sandbox::Full);
        let one = judge(no("no Landlock"), Ok(()), &held);
        assert_eq!(one, Sandbox::Partial("no Landlock".into()));
        assert_eq!(
            judge(Ok(()), Ok(()), &broken).because().unwrap(),
            "a worker could open a file outside its scratch directory; \
             a worker could make a socket; a worker cannot use its scratch folder"
        );
        match judge(no("no Landlock"), no("no seccomp"), &broken) {
            Sandbox::None(because) => assert!(because.starts_with("no Landlock; no seccomp; ")),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_filter_is_built_for_this_machine_with_and_without_paths() {
        // A BPF program may have 4096 instructions.
        let with = filter(true).unwrap().len();
        let without = filter(false).unwrap().len();
        assert!(without < with && with < 1024, "{without} {with}");
    }
}
