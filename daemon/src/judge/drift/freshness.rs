//! A drop that did not come.

/// Shorter pauses tell nothing: files that came together, a backlog.
const SHORTEST_MS: i64 = 10 * 60 * 1000;

/// How late a dictionary is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overdue {
    /// The usual pause between two versions, in milliseconds.
    pub usual_ms: i64,
    /// Since the newest one.
    pub since_ms: i64,
}

/// Whether a next version should have come by now. `arrivals`: moments of the versions, newest first.
/// It is late after twice the longest pause there was lately.
#[must_use]
pub fn overdue(arrivals: &[i64], now: i64) -> Option<Overdue> {
    let mut pauses: Vec<i64> = arrivals.windows(2).map(|pair| pair[0] - pair[1]).collect();
    if pauses.len() < super::FEWEST {
        return None;
    }
    pauses.sort_unstable();
    let (usual, longest) = (pauses[pauses.len() / 2], pauses[pauses.len() - 1]);
    let since = now - arrivals[0];
    let late = usual >= SHORTEST_MS && since > longest.saturating_mul(2);
    late.then_some(Overdue {
        usual_ms: usual,
        since_ms: since,
    })
}
