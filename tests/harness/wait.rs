//! Waiting for conditions, never for time.

use std::time::{Duration, Instant};

/// How long anything may take on a loaded machine before a test calls it lost.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// Returns what `look` finds, looking again until it does.
///
/// # Panics
/// When it has not found it by the deadline; `what` names it.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(
            start.elapsed() < DEADLINE,
            "waited {DEADLINE:?} in vain for: {what}"
        );
        std::thread::park_timeout(Duration::from_millis(20));
    }
}
