//! Against an oracle that shares nothing with the code: its own calendar (the rules of Berlin's
//! clock written out, days counted by hand), its own way of choosing (each backup asked for itself,
//! by comparing it with all others).

use std::sync::LazyLock;
use std::time::Duration;

use ddgen_ipc::Timestamp;
use jiff::tz::TimeZone;

use super::manifest::{Kind, Why};
use super::retention::{Entry, Keep, prune};
use super::schedule::Every;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

fn berlin() -> TimeZone {
    TimeZone::get("Europe/Berlin").unwrap()
}

/// Days since 1970-01-01 of a date, by counting.
fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let of_month = |year: i64, month: i64| match month {
        2 => 28 + i64::from(leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let years: i64 = (1970..year).map(|year| 365 + i64::from(leap(year))).sum();
    let months: i64 = (1..month).map(|month| of_month(year, month)).sum();
    years + months + day - 1
}

/// 0 is Monday; 1970-01-01 was a Thursday.
fn weekday(days: i64) -> i64 {
    (days + 3).rem_euclid(7)
}

/// Summer begins and ends at 01:00 UTC on the last Sundays of March and October.
fn offset(utc: i64) -> i64 {
    static SUMMERS: LazyLock<Vec<(i64, i64)>> = LazyLock::new(|| {
        let last_sunday = |year: i64, month: i64| {
            let last = days_of(year, month, 31);
            (last - (weekday(last) + 1) % 7) * DAY + HOUR
        };
        let summer = |year| (last_sunday(year, 3), last_sunday(year, 10));
        (2024..2030).map(summer).collect()
    });
    let summer = SUMMERS.iter().any(|(from, to)| (*from..*to).contains(&utc));
    if summer { 2 * HOUR } else { HOUR }
}

fn local_day(utc: i64) -> i64 {
    (utc + offset(utc)).div_euclid(DAY)
}

/// A backup with its day by the local clock.
struct Dated<'a> {
    entry: &'a Entry,
    day: i64,
}

fn oracle_keeps(all: &[Dated<'_>], one: &Dated<'_>, now: i64, keep: &Keep) -> bool {
    by_the_calendar(all, one, now, keep)
        || is_last_verified(all, one)
        || all.iter().any(|other| {
            other.entry.base.as_deref() == Some(&one.entry.id)
                && (by_the_calendar(all, other, now, keep) || is_last_verified(all, other))
        })
}

fn is_last_verified(all: &[Dated<'_>], one: &Dated<'_>) -> bool {
    let good = |one: &Dated<'_>| one.entry.verified && one.entry.kind == Kind::Full;
    good(one)
        && all
            .iter()
            .all(|other| !good(other) || other.entry.taken_at <= one.entry.taken_at)
}

fn by_the_calendar(all: &[Dated<'_>], one: &Dated<'_>, now: i64, keep: &Keep) -> bool {
    let (entry, kind) = (one.entry, one.entry.kind);
    let weekly = keep.weekly_days.is_some() && kind == Kind::Full;
    let limit = match (kind, entry.why) {
        _ if weekly => keep.weekly_days.unwrap(),
        (Kind::Incremental, _) => keep.incremental_days,
        (Kind::Full, Why::OnDemand) => keep.on_demand_days,
        (Kind::Full, Why::Schedule) => keep.full_days,
    };
    let monday = |one: &Dated<'_>| one.day - weekday(one.day);
    let rivals = |other: &Dated<'_>| match kind {
        Kind::Full if weekly => monday(one) == monday(other),
        Kind::Full => {
            entry.why == Why::Schedule && other.entry.why == Why::Schedule && one.day == other.day
        }
        Kind::Incremental => entry.taken_at.0 / HOUR == other.entry.taken_at.0 / HOUR,
    };
    let better =
        |other: &Entry| (other.verified, other.taken_at.0) > (entry.verified, entry.taken_at.0);
    let lost = |other: &Dated<'_>| other.entry.kind == kind && rivals(other) && better(other.entry);
    local_day(now) - one.day <= i64::from(limit) && !all.iter().any(lost)
}

fn keep(weekly_days: Option<i32>) -> Keep {
    Keep {
        full_days: 30,
        incremental_days: 7,
        on_demand_days: 90,
        incremental_every: Duration::from_secs(3600),
        weekly_days,
    }
}

fn entry(kind: Kind, why: Why, base: Option<&str>, at: i64, verified: bool) -> Entry {
    Entry {
        id: format!("{at}-{kind}"),
        kind,
        why,
        base: base.map(str::to_owned),
        taken_at: Timestamp(at),
        journal: false,
        verified,
    }
}

/// A generator of its own: the same two years each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

/// Two years hour by hour: daily at half past two by Berlin's clock (an hour that summer time skips
/// once a year and repeats once), hourly increments, some on demand, some unverified, some late, and
/// 40 days on which every run fails. After each day what is pruned is what the oracle says.
#[test]
fn two_years_with_summer_times_and_forty_days_of_failures_are_pruned_as_the_oracle_says() {
    let start = days_of(2025, 1, 15) * DAY;
    let failing = days_of(2025, 9, 25) * DAY..days_of(2025, 11, 4) * DAY;
    let zone = berlin();
    let daily = Every::Day(jiff::civil::time(2, 30, 0, 0));
    let (here, elsewhere) = (keep(None), keep(Some(365)));
    let mut all: Vec<Entry> = Vec::new();
    let mut weekly: Vec<Entry> = Vec::new();
    let mut dice = Dice(7);
    let (mut last_full, mut base): (Option<Timestamp>, Option<String>) = (None, None);
    let mut most = 0;
    for hour in 0..2 * 365 * 24 {
        let now = start + hour * HOUR + i64::try_from(dice.below(60_000)).unwrap();
        let failed = failing.contains(&now) || dice.below(200) == 0;
        if !failed && daily.is_due(last_full, Timestamp(start), Timestamp(now), &zone) {
            let full = entry(Kind::Full, Why::Schedule, None, now, dice.below(30) > 0);
            last_full = Some(Timestamp(now));
            if full.verified {
                base = Some(full.id.clone());
            }
            weekly.push(full.clone());
            all.push(full);
        } else if !failed && let Some(base) = &base {
            let verified = dice.below(24) == 0;
            all.push(entry(
                Kind::Incremental,
                Why::Schedule,
                Some(base),
                now,
                verified,
            ));
        }
        if dice.below(300) == 0 && !failed {
            all.push(entry(Kind::Full, Why::OnDemand, None, now + 1, true));
        }
        if hour % 24 != 5 {
            continue;
        }
        for (entries, keep) in [(&mut all, &here), (&mut weekly, &elsewhere)] {
            let dated: Vec<Dated<'_>> = entries
                .iter()
                .map(|entry| Dated {
                    entry,
                    day: local_day(entry.taken_at.0),
                })
                .collect();
            let expected: Vec<String> = dated
                .iter()
                .filter(|one| !oracle_keeps(&dated, one, now, keep))
                .map(|one| one.entry.id.clone())
                .collect();
            let pruned = prune(entries, keep, Timestamp(now), &zone);
            let pruned: Vec<String> = pruned.into_iter().map(|(id, _)| id).collect();
            assert_eq!(pruned, expected, "hour {hour}");
            entries.retain(|one| !pruned.contains(&one.id));
            // What is kept needs nothing that is not.
            assert!(entries.iter().all(|one| {
                one.base
                    .as_ref()
                    .is_none_or(|base| entries.iter().any(|other| other.id == *base))
            }));
        }
        if now > start + 3 * DAY {
            assert!(
                all.iter().any(|one| one.verified && one.kind == Kind::Full),
                "hour {hour}"
            );
        }
        most = most.max(all.len());
    }
    // 30 days, 7 x 24 hours, some on demand and bases: it does not grow.
    assert!(most < 280, "{most} backups at once");
    assert!((50..=56).contains(&weekly.len()), "{} weeks", weekly.len());
}

/// Every date has one slot, whatever the clock does that day.
#[test]
fn a_daily_slot_comes_once_a_date_through_summer_time() {
    let zone = berlin();
    for time in [
        jiff::civil::time(2, 30, 0, 0),
        jiff::civil::time(0, 0, 0, 0),
    ] {
        let every = Every::Day(time);
        let mut at = Timestamp(days_of(2025, 1, 1) * DAY);
        let mut slots = Vec::new();
        for _ in 0..730 {
            let next = every.next(at, &zone);
            assert!(next > at);
            assert_eq!(every.last(next, &zone), next);
            assert!(every.last(Timestamp(next.0 - 1), &zone) < next);
            slots.push(local_day(next.0));
            at = next;
        }
        let first = slots[0];
        let dates: Vec<i64> = (first..first + 730).collect();
        assert_eq!(slots, dates);
    }
}

#[test]
fn a_weekly_slot_is_that_day_and_hours_are_those_of_the_epoch() {
    let zone = berlin();
    let sunday = Every::Week(jiff::civil::Weekday::Sunday, jiff::civil::time(3, 0, 0, 0));
    let next = sunday.next(Timestamp(days_of(2026, 11, 23) * DAY), &zone);
    // The Sunday after Monday 2026-11-23, 03:00 at an offset of one hour.
    assert_eq!(next.0, days_of(2026, 11, 29) * DAY + 2 * HOUR);
    let hourly = Every::Span(Duration::from_secs(3600));
    assert_eq!(hourly.last(Timestamp(5 * HOUR + 7), &zone).0, 5 * HOUR);
    assert_eq!(hourly.next(Timestamp(5 * HOUR), &zone).0, 6 * HOUR);
    assert!(!hourly.is_due(
        Some(Timestamp(5 * HOUR)),
        Timestamp(0),
        Timestamp(5 * HOUR + 9),
        &zone
    ));
    assert!(hourly.is_due(
        Some(Timestamp(5 * HOUR - 1)),
        Timestamp(0),
        Timestamp(5 * HOUR),
        &zone
    ));
    assert!(!hourly.is_due(
        None,
        Timestamp(5 * HOUR + 1),
        Timestamp(5 * HOUR + 2),
        &zone
    ));
}
