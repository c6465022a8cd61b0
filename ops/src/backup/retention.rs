//! Which backups are kept, by the calendar.
//!
//! Of the daily ones the best of each date, of the hourly ones the best of each slot, of those in
//! another place the best of each week; each that a person asked for. Whatever the calendar says, the
//! newest verified full one stays, and so does the base of every increment that stays.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use ddgen_ipc::Timestamp;
use jiff::tz::TimeZone;

use super::manifest::{Kind, Why};
use super::schedule::{date, local};

/// How long each kind is kept, in days of the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keep {
    pub full_days: i32,
    pub incremental_days: i32,
    pub on_demand_days: i32,
    /// Slots of increments.
    pub incremental_every: Duration,
    /// Set for a place elsewhere: there one a week is kept, so long.
    pub weekly_days: Option<i32>,
}

/// A backup of one place, as far as retention looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub id: String,
    pub kind: Kind,
    pub why: Why,
    pub base: Option<String>,
    pub taken_at: Timestamp,
    /// It holds a part of the journal that no other has.
    pub journal: bool,
    /// Restored and found to be what was backed up, and nothing else was found since.
    pub verified: bool,
}

/// What the best is chosen from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Bucket {
    Day(jiff::civil::Date),
    Week(i16, i8),
    Slot(i64),
    Own(String),
}

/// The backups to remove, each with the reason why no rule keeps it.
#[must_use]
pub fn prune(
    entries: &[Entry],
    keep: &Keep,
    now: Timestamp,
    zone: &TimeZone,
) -> Vec<(String, String)> {
    let today = date(now, zone);
    let days_old = |entry: &Entry| {
        let span = today.since(date(entry.taken_at, zone));
        span.map_or(0, |span| span.get_days())
    };
    let mut best: BTreeMap<(Kind, Bucket), &Entry> = BTreeMap::new();
    for entry in entries
        .iter()
        .filter(|entry| days_old(entry) <= days(entry, keep))
    {
        let of_bucket = best
            .entry((entry.kind, bucket(entry, keep, zone)))
            .or_insert(entry);
        if rank(entry) > rank(of_bucket) {
            *of_bucket = entry;
        }
    }
    let mut kept: BTreeSet<&str> = best.values().map(|entry| entry.id.as_str()).collect();
    let fulls = entries.iter().filter(|entry| entry.kind == Kind::Full);
    let last_verified = fulls
        .filter(|entry| entry.verified)
        .max_by_key(|entry| rank(entry));
    kept.extend(last_verified.map(|entry| entry.id.as_str()));
    let bases: Vec<&str> = entries
        .iter()
        .filter(|entry| kept.contains(entry.id.as_str()))
        .filter_map(|entry| entry.base.as_deref())
        .collect();
    kept.extend(bases);
    let removed = entries
        .iter()
        .filter(|entry| !kept.contains(entry.id.as_str()));
    removed
        .map(|entry| {
            let (old, limit) = (days_old(entry), days(entry, keep));
            let because = if old > limit {
                format!("it is {old} days old and such are kept for {limit}")
            } else {
                "a better or newer one of its time is kept".to_owned()
            };
            (entry.id.clone(), because)
        })
        .collect()
}

fn days(entry: &Entry, keep: &Keep) -> i32 {
    match (keep.weekly_days, entry.kind, entry.why) {
        (Some(days), Kind::Full, _) => days,
        (_, Kind::Incremental, _) => keep.incremental_days,
        (None, Kind::Full, Why::OnDemand) => keep.on_demand_days,
        (None, Kind::Full, Why::Schedule) => keep.full_days,
    }
}

fn bucket(entry: &Entry, keep: &Keep, zone: &TimeZone) -> Bucket {
    match (keep.weekly_days, entry.kind, entry.why) {
        (Some(_), Kind::Full, _) => {
            let week = date(entry.taken_at, zone).iso_week_date();
            Bucket::Week(week.year(), week.week())
        }
        (_, Kind::Incremental, _) if entry.journal => Bucket::Own(entry.id.clone()),
        (_, Kind::Incremental, _) => {
            let every = i64::try_from(keep.incremental_every.as_millis()).unwrap_or(i64::MAX);
            Bucket::Slot(entry.taken_at.0.div_euclid(every.max(1)))
        }
        (None, Kind::Full, Why::OnDemand) => Bucket::Own(entry.id.clone()),
        (None, Kind::Full, Why::Schedule) => Bucket::Day(local(entry.taken_at, zone).date()),
    }
}

/// The better of two in one bucket: verified, then newer.
fn rank(entry: &Entry) -> (bool, Timestamp, &str) {
    (entry.verified, entry.taken_at, &entry.id)
}
