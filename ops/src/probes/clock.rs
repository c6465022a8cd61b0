use std::sync::{Mutex, PoisonError};

use rustix::time::{ClockId, clock_gettime};

use crate::{Facts, Finding, Probe, Timestamp};

/// The wall clock may be slewed by so much between two looks.
const TOLERANCE_MS: i64 = 5_000;
/// A jump is told for this long: what was stored around it bears odd times.
const TOLD_MS: i64 = 3_600_000;
/// 2026-01-01: no ddgen ran before.
const EARLIEST_MS: i64 = 1_767_225_600_000;

/// Whether the wall clock goes as time does.
#[derive(Debug, Default)]
pub struct Clock {
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    /// Time since the machine's start, sleep included, and the wall clock, of the last look.
    last: Option<(i64, i64)>,
    /// When the wall clock jumped, by how much, and the time since the start then.
    jump: Option<(Timestamp, i64, i64)>,
}

impl Probe for Clock {
    fn name(&self) -> &str {
        "clock"
    }

    fn look(&self, _: &Facts) -> Finding {
        let of = |clock| {
            let time = clock_gettime(clock);
            time.tv_sec * 1_000 + time.tv_nsec / 1_000_000
        };
        self.judge(of(ClockId::Boottime), of(ClockId::Realtime))
    }
}

impl Clock {
    fn judge(&self, steady: i64, wall: i64) -> Finding {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((steady_before, wall_before)) = seen.last {
            let jump = (wall - wall_before) - (steady - steady_before);
            if jump.abs() > TOLERANCE_MS {
                seen.jump = Some((Timestamp(wall), jump, steady));
            }
        }
        seen.last = Some((steady, wall));
        if wall < EARLIEST_MS {
            return Finding::degraded(format!(
                "the clock says {}: set it, and let it be kept (`timedatectl set-ntp true`)",
                Timestamp(wall)
            ));
        }
        match seen.jump {
            Some((at, by, when)) if steady - when < TOLD_MS => {
                let (how, by) = if by < 0 { ("back", -by) } else { ("ahead", by) };
                Finding::degraded(format!(
                    "the clock was set {how} by {} s, to {at}: times around it are not in order; \
                     let it be kept (`timedatectl set-ntp true`)",
                    by / 1_000
                ))
            }
            _ => Finding::ok("the clock goes as time does"),
        }
    }
}

#[cfg(test)]
mod tests {
    use ddgen_ipc::message::Verdict;

    use super::*;

    const NOW: i64 = 1_800_000_000_000;

    #[test]
    fn a_jump_is_told_for_an_hour_and_sleep_is_none() {
        let clock = Clock::default();
        let verdict = |steady, wall| clock.judge(steady, wall).verdict;
        assert_eq!(verdict(1_000, NOW), Verdict::Ok);
        // Slewed a little, and a night's sleep that both clocks count.
        assert_eq!(verdict(61_000, NOW + 63_000), Verdict::Ok);
        assert_eq!(verdict(30_000_000, NOW + 30_000_000), Verdict::Ok);
        let back = clock.judge(30_060_000, NOW + 26_460_000);
        assert_eq!(back.verdict, Verdict::Degraded);
        assert!(back.because.contains("back by 3600 s"), "{}", back.because);
        assert_eq!(verdict(33_000_000, NOW + 29_400_000), Verdict::Degraded);
        assert_eq!(verdict(33_660_000, NOW + 30_060_000), Verdict::Ok);
        let ahead = clock.judge(33_661_000, NOW + 90_000_000);
        assert!(ahead.because.contains("ahead"), "{}", ahead.because);
    }

    #[test]
    fn a_clock_that_was_never_set_is_told() {
        let found = Clock::default().judge(1_000, 86_400_000);
        assert_eq!(found.verdict, Verdict::Degraded);
        assert!(found.because.contains("1970-01-02"), "{}", found.because);
    }

    #[test]
    fn this_machine_s_clocks_are_read() {
        let facts = Facts::at_start("1", Timestamp(0));
        let clock = Clock::default();
        assert_eq!(clock.look(&facts).verdict, Verdict::Ok);
        assert_eq!(clock.look(&facts).verdict, Verdict::Ok);
    }
}
