//! The schedule: what is due is made, what was missed is made up for once, what fails is tried again.

use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use ddgen_ipc::Timestamp;
use ddgen_ops::backup::{BackupError, Every, Place, Why};
use tokio_util::sync::CancellationToken;

use super::{Backups, Plan, catalogue};
use crate::store::BackupRecord;

/// A daemon that was just started has files to catch up with first.
const GRACE: Duration = Duration::from_secs(60);
/// After a run that failed.
const RETRY_MS: i64 = 15 * 60 * 1000;
/// Where space ran out it is looked for so often: what is freed counts within half a minute.
const ROOM: Duration = Duration::from_secs(10);
/// Bytes more than then that are worth a try.
const FREED: u64 = 1 << 20;
/// Chains of the journal that follow each other quicker do not each get a backup.
const GAP_MS: i64 = 10 * 60 * 1000;
/// Looked at least this often: clocks are set, machines sleep.
const LONGEST: Duration = Duration::from_secs(600);
/// The chain of increments is restored once in so long.
const CHAIN_MS: i64 = 24 * 3600 * 1000;

/// What is to be done now.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Due {
    Full,
    /// On this full one.
    Incremental(String),
    /// A copy of this full one.
    Elsewhere(String),
}

impl Backups {
    /// Makes what the settings plan, until told to stop.
    pub async fn keep_to_schedule(self, stop: CancellationToken) {
        if !self.inner.plan.enabled {
            return;
        }
        let mut wait = GRACE;
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(wait) => {}
            }
            self.make_what_is_due().await;
            wait = self.until_next().await;
        }
    }

    async fn make_what_is_due(&self) {
        let Ok(turn) = self.inner.turns.take() else {
            // Somebody is at it: the next look is soon.
            return;
        };
        let done = async {
            if let Err(error) = self.adopt_elsewhere(&turn).await {
                tracing::debug!(%error, "the place elsewhere does not say what lies there");
            }
            let due = self.due().await?;
            let full = due.contains(&Due::Full);
            for due in &due {
                match due {
                    Due::Full => drop(self.full(&turn, Why::Schedule).await?),
                    Due::Incremental(base) => self.incremental(&turn, base.clone()).await?,
                    Due::Elsewhere(id) => drop(self.copy_elsewhere(&turn, id.clone()).await?),
                }
            }
            if full {
                self.prune(&turn, false).await?;
            }
            Ok::<_, BackupError>(!due.is_empty())
        };
        match done.await {
            Ok(false) => {}
            Ok(true) => *self.ran_full() = None,
            Err(error) => {
                tracing::debug!(%error, "the schedule tries again later");
                if matches!(error, BackupError::NoSpace { .. }) {
                    *self.ran_full() = Some(self.inner.shop.room());
                }
            }
        }
        self.look().await;
    }

    fn ran_full(&self) -> MutexGuard<'_, Option<(u64, u64)>> {
        let ran_full = self.inner.ran_full.lock();
        ran_full.unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether space ran out, and somebody made some since.
    fn has_room_again(&self) -> bool {
        let then = *self.ran_full();
        then.is_some_and(|(place, scratch)| {
            let now = self.inner.shop.room();
            now.0 >= place.saturating_add(FREED) || now.1 >= scratch.saturating_add(FREED)
        })
    }

    async fn due(&self) -> Result<Vec<Due>, BackupError> {
        let records = self.records().await?;
        let store_made_at = self.standing().store_made_at;
        let now = Timestamp::now();
        let place = self.inner.shop.local.describe();
        let start = store_made_at.unwrap_or(now);
        let elsewhere = self.inner.elsewhere.name();
        let places = (place.as_str(), elsewhere.as_deref());
        let rest = match self.has_room_again() {
            true => 0,
            false => RETRY_MS,
        };
        let gap = self.has_gap();
        Ok(due(
            &self.inner.plan,
            &records,
            places,
            (rest, gap),
            start,
            now,
        ))
    }

    /// An increment, and once a day its chain restored.
    async fn incremental(&self, turn: &super::turn::Turn, base: String) -> Result<(), BackupError> {
        let row = self.increment(turn, base).await?;
        let records = self.records().await?;
        let chains = records.iter().filter(|record| !catalogue::is_full(record));
        let last = chains.filter_map(|record| record.verified_at).max();
        if last.is_none_or(|last| row.taken_at.0.saturating_sub(last.0) >= CHAIN_MS) {
            self.verify_one(turn, &row.id).await?;
        }
        Ok(())
    }

    async fn until_next(&self) -> Duration {
        let plan = &self.inner.plan;
        let now = Timestamp::now();
        // What failed, or found somebody else at it, is looked at again in a minute.
        let longest = match *self.ran_full() {
            Some(_) => ROOM,
            None => LONGEST,
        };
        if self.due().await.is_ok_and(|due| !due.is_empty()) {
            return GRACE.min(longest);
        }
        let slots = [Some(plan.full), plan.incremental, plan.elsewhere];
        let next = slots
            .into_iter()
            .flatten()
            .map(|every| every.next(now, &plan.zone));
        let wait = next
            .map(|next| next.0.saturating_sub(now.0))
            .min()
            .unwrap_or(0);
        let wait = Duration::from_millis(u64::try_from(wait).unwrap_or(0));
        wait.clamp(Duration::from_secs(1), longest)
    }
}

/// What is due, in the order in which it is done. Backups are made in `local` and copied to
/// `elsewhere`; what failed rests so many milliseconds; a gap of the journal wants an increment.
fn due(
    plan: &Plan,
    records: &[BackupRecord],
    (local, elsewhere): (&str, Option<&str>),
    (rest, gap): (i64, bool),
    start: Timestamp,
    now: Timestamp,
) -> Vec<Due> {
    let is_due = |every: Every, last: Option<Timestamp>| every.is_due(last, start, now, &plan.zone);
    let here: Vec<&BackupRecord> = records
        .iter()
        .filter(|record| record.place == local)
        .collect();
    let copies = records
        .iter()
        .filter(|record| elsewhere == Some(record.place.as_str()));
    let rests = |at: Option<Timestamp>| at.is_some_and(|at| now.0.saturating_sub(at.0) < rest);
    let failed = |full: bool| {
        let runs = here
            .iter()
            .filter(|record| catalogue::is_full(record) == full);
        let failed = runs
            .filter(|record| record.problem.is_some() || (full && record.verified_at.is_none()));
        failed.map(|record| record.finished_at).max()
    };
    let sound = here
        .iter()
        .filter(|record| record.made && record.problem.is_none());
    let verified = sound
        .clone()
        .filter(|record| catalogue::is_full(record) && record.verified_at.is_some());
    let base = verified.max_by_key(|record| record.taken_at);
    if is_due(plan.full, base.map(|record| record.taken_at)) {
        // Increments and copies wait for it, since they would be of yesterday's.
        return match rests(failed(true)) {
            true => Vec::new(),
            false => vec![Due::Full],
        };
    }
    let Some(base) = base else {
        return Vec::new();
    };
    let mut all = Vec::new();
    let last = sound.map(|record| record.taken_at).max();
    let incremental = plan.incremental.is_some_and(|every| {
        let long_ago = |last: Timestamp| now.0.saturating_sub(last.0) >= GAP_MS;
        is_due(every, last) || (gap && last.is_none_or(long_ago))
    });
    if incremental && !rests(failed(false)) {
        all.push(Due::Incremental(base.id.clone()));
    }
    let done = copies.clone().filter(|record| record.made);
    let last = done.map(|record| record.finished_at).max();
    let failed = copies.filter(|record| !record.made);
    let failed = failed.map(|record| record.finished_at).max();
    if plan.elsewhere.is_some_and(|every| is_due(every, last)) && !rests(failed) {
        all.push(Due::Elsewhere(base.id.clone()));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use ddgen_ops::backup::Keep;
    use jiff::tz::TimeZone;

    const HOUR: i64 = 3_600_000;

    fn plan() -> Plan {
        Plan {
            enabled: true,
            full: Every::Day(jiff::civil::time(2, 0, 0, 0)),
            incremental: Some(Every::Span(Duration::from_secs(3600))),
            keep: Keep {
                full_days: 30,
                incremental_days: 7,
                on_demand_days: 90,
                incremental_every: Duration::from_secs(3600),
                weekly_days: None,
            },
            elsewhere: None,
            elsewhere_days: 365,
            zone: TimeZone::UTC,
        }
    }

    fn record(kind: &str, hour: i64) -> BackupRecord {
        BackupRecord {
            id: format!("{hour}-{kind}"),
            place: "p".into(),
            kind: kind.into(),
            why: "schedule".into(),
            base: None,
            taken_at: Timestamp(hour * HOUR),
            finished_at: Timestamp(hour * HOUR),
            bytes: 1,
            store_bytes: 1,
            made: true,
            verified_at: Some(Timestamp(hour * HOUR)),
            problem: None,
            removed_at: None,
        }
    }

    fn at(records: &[BackupRecord], hour: i64, minute: i64) -> Vec<Due> {
        let now = Timestamp(hour * HOUR + minute * 60_000);
        due(
            &plan(),
            records,
            ("p", None),
            (RETRY_MS, false),
            Timestamp(3 * HOUR),
            now,
        )
    }

    #[test]
    fn a_new_store_waits_for_its_first_night_and_what_was_missed_is_made_up_for() {
        assert_eq!(at(&[], 25, 0), []);
        assert_eq!(at(&[], 26, 0), [Due::Full]);
        assert_eq!(at(&[], 2_000, 0), [Due::Full]);
        assert_eq!(at(&[record("full", 26)], 26, 59), []);
        assert_eq!(at(&[record("full", 26)], 50, 0), [Due::Full]);
    }

    #[test]
    fn increments_follow_hourly_on_the_newest_verified_full_one() {
        let full = record("full", 26);
        let on_it = [Due::Incremental(full.id.clone())];
        assert_eq!(at(std::slice::from_ref(&full), 27, 0), on_it);
        let hourly = [full, record("incremental", 27)];
        assert_eq!(at(&hourly, 27, 59), []);
        assert_eq!(at(&hourly, 28, 0), on_it);
    }

    #[test]
    fn a_gap_of_the_journal_wants_an_increment_soon_and_not_again_and_again() {
        let full = [record("full", 26)];
        let at = |minute: i64| {
            let now = Timestamp(26 * HOUR + minute * 60_000);
            due(
                &plan(),
                &full,
                ("p", None),
                (RETRY_MS, true),
                Timestamp(0),
                now,
            )
        };
        assert_eq!(at(9), []);
        assert_eq!(at(10), [Due::Incremental(full[0].id.clone())]);
    }

    #[test]
    fn what_failed_rests_a_while_and_is_tried_again() {
        let mut failed = record("full", 26);
        failed.made = false;
        failed.problem = Some("no space".into());
        assert_eq!(at(&[failed.clone()], 26, 14), []);
        assert_eq!(at(&[failed], 26, 15), [Due::Full]);
        // Made, and nobody could look whether it restores.
        let mut unverified = record("full", 26);
        unverified.verified_at = None;
        assert_eq!(at(&[unverified.clone()], 26, 14), []);
        assert_eq!(at(&[unverified], 26, 15), [Due::Full]);
    }

    #[test]
    fn the_copy_elsewhere_follows_weekly_on_the_newest_verified_full_one() {
        let weekly = Plan {
            elsewhere: Some(Every::Week(
                jiff::civil::Weekday::Sunday,
                jiff::civil::time(2, 0, 0, 0),
            )),
            incremental: None,
            ..plan()
        };
        let at = |records: &[BackupRecord], hour: i64| {
            let now = Timestamp(hour * HOUR);
            due(
                &weekly,
                records,
                ("p", Some("elsewhere")),
                (RETRY_MS, false),
                Timestamp(0),
                now,
            )
        };
        // 1970-01-01 was a Thursday: the first Sunday begins with hour 72.
        let full = record("full", 74);
        assert_eq!(
            at(std::slice::from_ref(&full), 74),
            [Due::Elsewhere(full.id.clone())]
        );
        let mut copy = full.clone();
        copy.place = "elsewhere".into();
        copy.finished_at = Timestamp(75 * HOUR);
        assert_eq!(at(&[full.clone(), copy.clone()], 76), []);
        let next = record("full", 74 + 7 * 24);
        let expected = [Due::Elsewhere(next.id.clone())];
        assert_eq!(at(&[next, full, copy], 75 + 7 * 24), expected);
    }
}
