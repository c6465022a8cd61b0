//! When backups are due. A slot is a moment by the calendar; a run that comes late fills the slot it
//! missed, and one that was missed many times over is made up for once.

use std::time::Duration;

use ddgen_ipc::Timestamp;
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{ToSpan, Zoned};

/// Slots that come again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    /// At a time of day by the local clock: once a date, also where the clock skips that time or
    /// shows it twice.
    Day(Time),
    /// At a time of one day of the week.
    Week(Weekday, Time),
    /// Each so long since the epoch: at the full hour for an hour, whatever the local clock does.
    Span(Duration),
}

impl Every {
    /// The newest slot that is not in the future.
    #[must_use]
    pub fn last(self, now: Timestamp, zone: &TimeZone) -> Timestamp {
        match self {
            Self::Span(every) => Timestamp(now.0.div_euclid(millis(every)) * millis(every)),
            _ => {
                // A zone may be far from UTC, and a slot may be skipped into the next day.
                let today = date(now, zone).saturating_add(1.day());
                (0..=9)
                    .filter_map(|back| self.slot(today.saturating_sub(back.days()), zone))
                    .find(|slot| *slot <= now)
                    .unwrap_or(now)
            }
        }
    }

    /// The first slot that is in the future.
    #[must_use]
    pub fn next(self, now: Timestamp, zone: &TimeZone) -> Timestamp {
        match self {
            Self::Span(every) => Timestamp(self.last(now, zone).0.saturating_add(millis(every))),
            _ => {
                let yesterday = date(now, zone).saturating_sub(1.day());
                (0..=9)
                    .filter_map(|ahead| self.slot(yesterday.saturating_add(ahead.days()), zone))
                    .find(|slot| *slot > now)
                    .unwrap_or(now)
            }
        }
    }

    /// Whether a slot has passed since the last run, or, where there was none, since the start.
    #[must_use]
    pub fn is_due(
        self,
        last_run: Option<Timestamp>,
        start: Timestamp,
        now: Timestamp,
        zone: &TimeZone,
    ) -> bool {
        self.last(now, zone) > last_run.unwrap_or(start)
    }

    fn slot(self, date: Date, zone: &TimeZone) -> Option<Timestamp> {
        let time = match self {
            Self::Day(time) => time,
            Self::Week(day, time) if date.weekday() == day => time,
            _ => return None,
        };
        // Skipped by the clock: as much later. Shown twice: the first time.
        let moment = date.to_datetime(time).to_zoned(zone.clone()).ok()?;
        Some(Timestamp(moment.timestamp().as_millisecond()))
    }
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX).max(1)
}

/// The local date of a moment.
pub(crate) fn date(at: Timestamp, zone: &TimeZone) -> Date {
    local(at, zone).date()
}

pub(crate) fn local(at: Timestamp, zone: &TimeZone) -> Zoned {
    jiff::Timestamp::from_millisecond(at.0)
        .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
        .to_zoned(zone.clone())
}
