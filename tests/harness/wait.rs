//! Waiting for conditions, never for time.

use std::time::{Duration, Instant};

/// How long anything may take on a loaded machine before a test calls it lost.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// Between two looks.
const BETWEEN: Duration = Duration::from_millis(20);

/// Returns what `look` finds, looking again until it does.
///
/// # Panics
/// When it has not found it by the deadline; `what` names it.
pub fn until<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    within(DEADLINE, look).unwrap_or_else(|| panic!("waited {DEADLINE:?} in vain for: {what}"))
}

/// Returns what `look` finds, or none when it has found nothing within `time`.
pub fn within<T>(time: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return Some(found);
        }
        let left = time.checked_sub(start.elapsed())?;
        std::thread::park_timeout(left.min(BETWEEN));
    }
}
