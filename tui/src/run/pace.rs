//! When the next picture may be drawn.

use std::time::{Duration, Instant};

/// What the user did is answered at once; this only joins the keys of a held key or a paste.
const AFTER_KEY: Duration = Duration::from_millis(6);
const AFTER_KEY_FAR: Duration = Duration::from_millis(16);
/// What the daemon tells is drawn 30 times a second, over SSH ten times.
const AFTER_NEWS: Duration = Duration::from_millis(33);
const AFTER_NEWS_FAR: Duration = Duration::from_millis(100);

#[derive(Debug)]
pub(super) struct Pace {
    far: bool,
    last: Option<Instant>,
    /// Something changed since the last picture; true: by the user's hand.
    waiting: Option<bool>,
}

impl Pace {
    /// Far: the terminal is behind a network. The first picture is due at once.
    pub(super) fn new(far: bool) -> Self {
        Self {
            far,
            last: None,
            waiting: Some(true),
        }
    }

    pub(super) fn touched(&mut self) {
        self.waiting = Some(true);
    }

    pub(super) fn changed(&mut self) {
        self.waiting.get_or_insert(false);
    }

    pub(super) fn drawn(&mut self, now: Instant) {
        self.last = Some(now);
        self.waiting = None;
    }

    /// When the next picture is due; none while nothing changed.
    pub(super) fn due(&self) -> Option<Instant> {
        let touched = self.waiting?;
        let gap = match (touched, self.far) {
            (true, false) => AFTER_KEY,
            (true, true) => AFTER_KEY_FAR,
            (false, false) => AFTER_NEWS,
            (false, true) => AFTER_NEWS_FAR,
        };
        Some(self.last.map_or_else(Instant::now, |last| last + gap))
    }

    pub(super) fn is_due(&self, now: Instant) -> bool {
        match (self.waiting, self.last) {
            (Some(_), None) => true,
            _ => self.due().is_some_and(|due| due <= now),
        }
    }
}

/// Waits until a moment; without one for ever.
pub(super) async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment.into()).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_does_not_wait_for_the_gap_between_two_pictures_of_news() {
        let mut pace = Pace::new(false);
        let start = Instant::now();
        assert!(pace.is_due(start));
        pace.drawn(start);
        assert_eq!(pace.due(), None);
        pace.changed();
        assert_eq!(pace.due(), Some(start + AFTER_NEWS));
        pace.touched();
        assert_eq!(pace.due(), Some(start + AFTER_KEY));
        pace.changed();
        assert_eq!(pace.due(), Some(start + AFTER_KEY));
    }
}
