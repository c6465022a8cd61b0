//! Says in words why a worker ended, from its exit status and the last it wrote to standard error.
//!
//! Only known phrases are looked for; nothing a worker wrote is ever quoted but the place of a
//! panic: a library's last words can hold values of the file.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use rustix::process::Signal;

use super::child::PANIC_MARK;

/// What a worker was allowed, for the words about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed {
    pub memory: u64,
    pub scratch: u64,
    pub cpu_seconds: u64,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Death {
    /// It met a bound it had been given.
    Breach(String),
    /// It broke, or somebody ended it.
    Crash(String),
}

/// Reads the traces of one end.
#[must_use]
pub fn explain(status: ExitStatus, last_words: &str, allowed: &Allowed) -> Death {
    let out_of_memory = || {
        Death::Breach(format!(
            "needed more than {} of memory",
            size(allowed.memory)
        ))
    };
    let Some(signal) = status.signal() else {
        let code = status.code().unwrap_or(-1);
        return Death::Crash(format!(
            "its worker ended by itself (exit code {code}) in the midst of it"
        ));
    };
    if signal == Signal::ABORT.as_raw() {
        if last_words.contains("memory allocation of ") {
            return out_of_memory();
        }
        if last_words.contains("has overflowed its stack") {
            return Death::Breach("is nested so deeply that its worker ran out of stack".into());
        }
        return Death::Crash(match panic_place(last_words) {
            Some(place) => format!("its worker met a fault of ddgen at {place} and stopped"),
            None => "its worker aborted (signal 6)".into(),
        });
    }
    if signal == Signal::XCPU.as_raw() {
        return Death::Breach(format!(
            "used more than {} s of processor time",
            allowed.cpu_seconds
        ));
    }
    if signal == Signal::XFSZ.as_raw() {
        return Death::Breach(format!(
            "needed more than {} of scratch space",
            size(allowed.scratch)
        ));
    }
    if signal == Signal::SYS.as_raw() {
        return Death::Breach(
            "asked the system for something its sandbox forbids (signal 31)".into(),
        );
    }
    if signal == Signal::KILL.as_raw() {
        let hint = "by a person, or by the system because the machine ran out of memory";
        return Death::Crash(format!("its worker was killed (signal 9) {hint}"));
    }
    let crashed = [Signal::SEGV, Signal::BUS, Signal::ILL, Signal::FPE];
    if crashed.iter().any(|s| s.as_raw() == signal) {
        return Death::Crash(format!("its worker crashed (signal {signal})"));
    }
    Death::Crash(format!("its worker was ended by signal {signal}"))
}

/// File, line and column, and only if it looks like nothing else.
fn panic_place(last_words: &str) -> Option<&str> {
    let (_, rest) = last_words.rsplit_once(PANIC_MARK)?;
    let place = rest.lines().next()?.trim();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-:".contains(c);
    let (path, position) = place.split_once(".rs:")?;
    let numbers = position.chars().all(|c| c.is_ascii_digit() || c == ':');
    (numbers && path.len() < 256 && path.chars().all(plain)).then_some(place)
}

/// `512 MiB`, or the number of bytes where that would round.
pub fn size(bytes: u64) -> String {
    if bytes >= 1 << 20 && bytes.is_multiple_of(1 << 20) {
        format!("{} MiB", bytes >> 20)
    } else {
        format!("{bytes} bytes")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWED: Allowed = Allowed {
        memory: 512 << 20,
        scratch: 1_000,
        cpu_seconds: 60,
    };

    fn by_signal(signal: i32, words: &str) -> Death {
        explain(ExitStatus::from_raw(signal), words, &ALLOWED)
    }

    #[test]
    fn bounds_are_told_from_crashes() {
        let breach = |s: &str| Death::Breach(s.into());
        assert_eq!(
            by_signal(6, "memory allocation of 4096 bytes failed\n"),
            breach("needed more than 512 MiB of memory")
        );
        assert_eq!(
            by_signal(24, ""),
            breach("used more than 60 s of processor time")
        );
        assert_eq!(
            by_signal(25, ""),
            breach("needed more than 1000 bytes of scratch space")
        );
        assert!(matches!(by_signal(31, ""), Death::Breach(_)));
        assert!(matches!(
            by_signal(6, "thread 'main' has overflowed its stack"),
            Death::Breach(_)
        ));
        assert!(matches!(by_signal(9, ""), Death::Crash(r) if r.contains("was killed (signal 9)")));
        assert!(matches!(by_signal(11, ""), Death::Crash(r) if r.contains("crashed (signal 11)")));
        assert!(matches!(by_signal(6, ""), Death::Crash(_)));
        let exited = explain(ExitStatus::from_raw(3 << 8), "", &ALLOWED);
        assert!(matches!(exited, Death::Crash(r) if r.contains("exit code 3")));
    }

    #[test]
    fn a_panic_is_told_by_its_place_and_nothing_else_is_quoted() {
        let told = by_signal(
            6,
            "noise\nworker panicked at daemon/profile/src/csv.rs:41:7\n",
        );
        assert_eq!(
            told,
            Death::Crash(
                "its worker met a fault of ddgen at daemon/profile/src/csv.rs:41:7 and stopped"
                    .into()
            )
        );
        for words in [
            "worker panicked at john@example.org",
            "worker panicked at a secret.rs:1:1 x",
        ] {
            assert_eq!(
                by_signal(6, words),
                Death::Crash("its worker aborted (signal 6)".into())
            );
        }
    }
}
