//! How backups stand: what the probe looks at, and what the metrics show.

use std::sync::PoisonError;

use ddgen_ipc::Timestamp;
use ddgen_ops::Finding;

use super::{Backups, catalogue};

/// A daily backup may be this late: a day, and two hours for a machine that was off or busy.
const LATE_MS: i64 = 26 * 3600 * 1000;

/// As of the last time anything happened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// The schedule is to make some.
    pub scheduled: bool,
    /// When the store was made: without a backup, its age is the age of what can be lost.
    pub store_made_at: Option<Timestamp>,
    pub last: Option<Timestamp>,
    pub last_verified: Option<Timestamp>,
    /// The newest of all runs failed, or what it made is damaged.
    pub problem: Option<String>,
    pub reminders: Vec<String>,
}

impl Standing {
    /// The verdict at this moment.
    #[must_use]
    pub fn verdict(&self, now: Timestamp) -> Finding {
        let reminders: String = self
            .reminders
            .iter()
            .map(|reminder| format!("; {reminder}"))
            .collect();
        if let Some(problem) = &self.problem {
            return Finding::degraded(format!(
                "the last backup is none: {problem}; `ddgend backup list` shows all, `ddgend backup \
                 now` tries again{reminders}"
            ));
        }
        let since = self.last_verified.or(self.store_made_at);
        let age = since.map_or(0, |since| now.0.saturating_sub(since.0));
        match self.last_verified {
            _ if self.scheduled && age > LATE_MS => Finding::degraded(format!(
                "no backup was verified for {} hours: `ddgend backup now` makes one and says what \
                 is in its way{reminders}",
                age / 3_600_000
            )),
            None if self.scheduled => Finding::ok(format!(
                "there is no backup yet, the first is made by the schedule{reminders}"
            )),
            None => Finding::ok(format!(
                "no backups are scheduled, and there is none{reminders}"
            )),
            Some(at) => Finding::ok(format!(
                "the last backup that was restored and found whole is of {at}{reminders}"
            )),
        }
    }
}

impl Backups {
    /// Looks at the catalogue anew.
    pub(super) async fn look(&self) {
        let store = &self.inner.store;
        let (Ok(records), Ok(made_at)) = (store.backups().await, store.made_at().await) else {
            // The store's own probe says why it does not answer.
            return;
        };
        let made = records.iter().filter(|record| record.made);
        let last = made.clone().map(|record| record.taken_at).max();
        let sound = made
            .clone()
            .filter(|record| record.problem.is_none() && record.verified_at.is_some());
        let last_verified = sound.map(|record| record.taken_at).max();
        // A later success of the same kind makes up for a failure.
        let newest = records.iter().find(|record| catalogue::is_full(record));
        let standing = Standing {
            scheduled: self.inner.plan.enabled,
            store_made_at: Some(made_at),
            last,
            last_verified,
            problem: newest.and_then(|record| record.problem.clone()),
            reminders: self.reminders(),
        };
        self.inner.metrics.backups_stand(last, last_verified);
        *self
            .inner
            .standing
            .write()
            .unwrap_or_else(PoisonError::into_inner) = standing;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ddgen_ipc::message::Verdict;

    const HOUR: i64 = 3_600_000;

    #[test]
    fn late_failed_and_unmade_backups_are_told_apart() {
        let now = Timestamp(1_000 * HOUR);
        let ago = |hours: i64| Some(Timestamp(now.0 - hours * HOUR));
        let of = |store, verified| Standing {
            scheduled: true,
            store_made_at: ago(store),
            last: ago(verified),
            last_verified: ago(verified),
            ..Standing::default()
        };
        assert_eq!(of(900, 20).verdict(now).verdict, Verdict::Ok);
        let late = of(900, 27).verdict(now);
        assert_eq!(late.verdict, Verdict::Degraded);
        assert!(late.because.contains("27 hours"), "{}", late.because);
        let fresh = Standing {
            last_verified: None,
            ..of(20, 0)
        };
        assert_eq!(fresh.verdict(now).verdict, Verdict::Ok);
        let never = Standing {
            last_verified: None,
            ..of(30, 0)
        };
        assert_eq!(never.verdict(now).verdict, Verdict::Degraded);
        let switched_off = Standing {
            scheduled: false,
            ..never
        };
        assert_eq!(switched_off.verdict(now).verdict, Verdict::Ok);
        let failed = Standing {
            problem: Some("no space".into()),
            ..of(900, 1)
        };
        assert_eq!(failed.verdict(now).verdict, Verdict::Degraded);
    }
}
