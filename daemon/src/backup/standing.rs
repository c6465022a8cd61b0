//! How backups stand: what the probe looks at, and what the metrics show.

use std::sync::PoisonError;

use ddgen_ipc::Timestamp;
use ddgen_ops::Finding;
use ddgen_ops::backup::Place;

use super::{Backups, catalogue};

/// A daily backup may be this late: a day, and two hours for a machine that was off or busy.
const LATE_MS: i64 = 26 * 3600 * 1000;

/// A weekly copy may be this late: a week, and a day for a machine that was off.
pub(super) const LATE_ELSEWHERE_MS: i64 = 8 * 24 * 3600 * 1000;

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
    /// The newest copy elsewhere.
    pub last_elsewhere: Option<Timestamp>,
    /// Why the newest copy elsewhere is none.
    pub problem_elsewhere: Option<String>,
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
        let away = self.last_elsewhere.filter(|_| self.scheduled);
        let late_away = away.is_some_and(|at| now.0.saturating_sub(at.0) > LATE_ELSEWHERE_MS);
        match (self.last_verified, &self.problem_elsewhere) {
            _ if self.scheduled && age > LATE_MS => Finding::degraded(format!(
                "no backup was verified for {} hours: `ddgend backup now` makes one and says what \
                 is in its way{reminders}",
                age / 3_600_000
            )),
            (_, Some(problem)) => Finding::degraded(format!(
                "no backup was copied elsewhere: {problem}; `ddgend backup now --elsewhere` tries \
                 again{reminders}"
            )),
            _ if late_away => Finding::degraded(format!(
                "the newest backup elsewhere is more than a week old: `ddgend backup now \
                 --elsewhere` makes one and says what is in its way{reminders}"
            )),
            (None, _) if self.scheduled => Finding::ok(format!(
                "there is no backup yet, the first is made by the schedule{reminders}"
            )),
            (None, _) => Finding::ok(format!(
                "no backups are scheduled, and there is none{reminders}"
            )),
            (Some(at), _) => Finding::ok(format!(
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
        let local = self.inner.shop.local.describe();
        let newest = records
            .iter()
            .find(|record| catalogue::is_full(record) && record.place == local);
        let name = self.inner.elsewhere.name();
        let away = records
            .iter()
            .filter(|record| name.as_ref() == Some(&record.place));
        let sound_away = away
            .clone()
            .filter(|record| record.made && record.problem.is_none());
        let last_elsewhere = sound_away.map(|record| record.taken_at).max();
        let newest_away = away.max_by_key(|record| record.finished_at);
        let unusable = self.inner.elsewhere.unusable.as_ref();
        let problem_elsewhere = unusable
            .map(ToString::to_string)
            .or_else(|| newest_away.and_then(|record| record.problem.clone()));
        let standing = Standing {
            scheduled: self.inner.plan.enabled,
            store_made_at: Some(made_at),
            last,
            last_verified,
            problem: newest.and_then(|record| record.problem.clone()),
            last_elsewhere,
            problem_elsewhere,
            reminders: self.reminders(),
        };
        self.inner
            .metrics
            .backups_stand(last, last_verified, last_elsewhere);
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
        let away = |hours| Standing {
            last_elsewhere: ago(hours),
            ..of(900, 1)
        };
        assert_eq!(away(8 * 24).verdict(now).verdict, Verdict::Ok);
        assert_eq!(away(8 * 24 + 1).verdict(now).verdict, Verdict::Degraded);
        let refused = Standing {
            problem_elsewhere: Some("no such bucket".into()),
            ..away(1)
        };
        assert_eq!(refused.verdict(now).verdict, Verdict::Degraded);
        let failed = Standing {
            problem: Some("no space".into()),
            ..of(900, 1)
        };
        assert_eq!(failed.verdict(now).verdict, Verdict::Degraded);
    }
}
