//! The drift of one field.

use std::collections::{HashMap, HashSet};

use ddgen_profile::document::Finding;
use ddgen_profile::sketch::{FieldSketch, Quantiles, Scale};

use super::{Course, ENOUGH, FEWEST, Level, Shown, between, finding, percent, span};

/// Missing values: by how much the share may leave what it was.
const MISSING: f64 = 0.1;
/// Of a field that never missed one.
const FIRST_MISSING: f64 = 0.02;
/// Distinct values: by which factor.
const DISTINCT: f64 = 2.0;
/// Kolmogorov and Smirnov's distance from the baseline, and how far beyond what earlier versions had.
const MOVED: f64 = 0.2;
const BEYOND: f64 = 0.1;
/// Earlier versions that lie so far apart tell nothing about the next.
const RESTLESS: f64 = 0.5;
/// The share of values never seen before, and of one that was always there and is gone.
const NEW: f64 = 0.01;
const GONE: f64 = 0.02;
/// The share of values that would have to change places.
const SHIFTED: f64 = 0.25;
/// More distinct values are no categories.
const CATEGORIES: usize = 200;
/// From this share of distinct values on a field names its records.
const NAMES_RECORDS: f64 = 0.5;
/// Values that are named in a sentence.
const NAMED: usize = 3;

pub(super) fn drift(course: &Course<'_>) -> Vec<Finding> {
    let enough = |level: &&Level| level.count >= ENOUGH;
    let before: Vec<&Level> = course.before.iter().filter(enough).collect();
    if before.len() < FEWEST || course.now.count < ENOUGH {
        return Vec::new();
    }
    let mut found: Vec<Finding> = missing(&course.now, &before).into_iter().collect();
    let sketches: Vec<&FieldSketch> = before
        .iter()
        .filter_map(|level| level.sketch.as_ref())
        .filter(|sketch| sketch.present() >= ENOUGH)
        .collect();
    let now = course
        .now
        .sketch
        .as_ref()
        .filter(|now| now.present() >= ENOUGH);
    let names_records = share(course.now.distinct, present(&course.now)) > NAMES_RECORDS;
    if let (Some(now), true) = (now, sketches.len() >= FEWEST) {
        let merged = merged(&sketches);
        if is_categories(now, &merged) {
            found.extend(categories(course, now, &sketches, &merged));
            return found;
        }
        found.extend(line(now, &sketches, &merged));
    }
    found.extend(distinct(&course.now, &before, names_records));
    found
}

fn present(level: &Level) -> u64 {
    level.count.saturating_sub(level.missing)
}

fn share(part: u64, all: u64) -> f64 {
    part as f64 / all.max(1) as f64
}

fn missing(now: &Level, before: &[&Level]) -> Option<Finding> {
    let now = share(now.missing, now.count);
    let (least, most) = span(before.iter().map(|level| share(level.missing, level.count)));
    let first = most <= 0.0 && now >= FIRST_MISSING;
    if !first && now <= most + MISSING && now >= least - MISSING {
        return None;
    }
    let message = format!(
        "{} of the values are missing; in the {} versions before it was {}",
        percent(now),
        before.len(),
        between(least, most, percent)
    );
    Some(finding(
        "DRIFT_MISSING",
        message,
        &[("now", now), ("least", least), ("most", most)],
    ))
}

/// Of a field that names its records as many as there are values; of others as many as there were.
fn distinct(now: &Level, before: &[&Level], names_records: bool) -> Option<Finding> {
    let measure = |level: &Level| match names_records {
        true => share(level.distinct, present(level)),
        false => level.distinct as f64,
    };
    let (now, span) = (
        measure(now),
        span(before.iter().map(|level| measure(level))),
    );
    if now <= span.1 * DISTINCT && now >= span.0 / DISTINCT {
        return None;
    }
    let shown = |n: f64| match names_records {
        true => percent(n),
        false => format!("{n:.0}"),
    };
    let of = if names_records {
        "of the values are distinct"
    } else {
        "distinct values"
    };
    let message = format!(
        "{} {of}; in the {} versions before it was {}",
        shown(now),
        before.len(),
        between(span.0, span.1, shown)
    );
    Some(finding(
        "DRIFT_DISTINCT",
        message,
        &[("now", now), ("least", span.0), ("most", span.1)],
    ))
}

fn merged(sketches: &[&FieldSketch]) -> FieldSketch {
    let mut merged = sketches[0].clone();
    for sketch in &sketches[1..] {
        merged.merge(sketch);
    }
    merged
}

fn is_categories(now: &FieldSketch, merged: &FieldSketch) -> bool {
    let few = |sketch: &FieldSketch| {
        let values = sketch.values();
        let distinct = values.entries().len();
        values.is_complete()
            && distinct <= CATEGORIES
            && share(distinct as u64, sketch.present()) < NAMES_RECORDS
    };
    // Dates go on, and of numbers only few are names of something.
    let counts = now
        .quantiles()
        .is_some_and(|line| line.scale() == Scale::Moment || now.values().entries().len() > 20);
    few(now) && few(merged) && !counts
}

/// How far two distributions are apart, between 0 and 1.
fn apart(one: &Quantiles, other: &Quantiles) -> Option<f64> {
    if one.scale() != other.scale() {
        return None;
    }
    let mut apart = 0.0_f64;
    for (from, to) in [(one, other), (other, one)] {
        for step in 1..20 {
            let value = from.quantile(f64::from(step) / 20.0)?;
            apart = apart.max((from.rank(value)? - to.rank(value)?).abs());
        }
    }
    Some(apart)
}

fn line(now: &FieldSketch, before: &[&FieldSketch], merged: &FieldSketch) -> Option<Finding> {
    let (here, usual) = (now.quantiles()?, merged.quantiles()?);
    // Dates go on: that is what they are for.
    if here.scale() == Scale::Moment {
        return None;
    }
    let moved = apart(here, usual)?;
    let own = before
        .iter()
        .filter_map(|sketch| apart(sketch.quantiles()?, usual));
    let own = own.fold(0.0, f64::max);
    // Numbers that go on and on lie elsewhere every time.
    if moved < MOVED || moved < own + BEYOND || own > RESTLESS {
        return None;
    }
    let (median, was) = (now.quantile(0.5)?, merged.quantile(0.5)?);
    let numbers = match here.scale() {
        Scale::Number => format!(": the median is {median:.6}, it was {was:.6}"),
        _ => String::new(),
    };
    let message = format!(
        "the values lie elsewhere than in the {} versions before (distance {moved:.2}, among those at \
         most {own:.2}){numbers}",
        before.len()
    );
    let numbers = [
        ("distance", moved),
        ("usual", own),
        ("median", median),
        ("median_before", was),
    ];
    Some(finding("DRIFT_QUANTILES", message, &numbers))
}

fn shares(sketch: &FieldSketch) -> HashMap<u64, f64> {
    let entries = sketch.values().entries().iter();
    entries
        .map(|e| (e.hash, share(e.count, sketch.present())))
        .collect()
}

fn categories(
    course: &Course<'_>,
    now: &FieldSketch,
    before: &[&FieldSketch],
    merged: &FieldSketch,
) -> Vec<Finding> {
    let (here, usual) = (shares(now), shares(merged));
    let each: Vec<HashMap<u64, f64>> = before.iter().map(|sketch| shares(sketch)).collect();
    let come: HashMap<u64, f64> = here
        .iter()
        .filter(|(hash, _)| !usual.contains_key(hash))
        .map(|(hash, share)| (*hash, *share))
        .collect();
    let gone: HashMap<u64, f64> = usual
        .iter()
        .filter(|(hash, _)| !here.contains_key(hash))
        .filter(|(hash, _)| {
            each.iter()
                .all(|e| e.get(hash).is_some_and(|share| *share >= GONE))
        })
        .map(|(hash, share)| (*hash, *share))
        .collect();
    let mut found = Vec::new();
    let of_come: f64 = come.values().sum();
    // Where every version brought new ones, so may this.
    let usual_come = usual_come(&each);
    if of_come >= NEW && (usual_come < NEW || of_come >= usual_come + BEYOND) {
        let message = format!(
            "{} of the values were in none of the {} versions before{}",
            percent(of_come),
            before.len(),
            named(&come, &(course.shown)().0)
        );
        let numbers = [("share", of_come), ("values", come.len() as f64)];
        found.push(finding("DRIFT_NEW_VALUES", message, &numbers));
    }
    if !gone.is_empty() {
        let of_gone: f64 = gone.values().sum();
        let message = format!(
            "values that were {} in the {} versions before are gone{}",
            percent(of_gone),
            before.len(),
            named(&gone, &(course.shown)().1)
        );
        let numbers = [("share", of_gone), ("values", gone.len() as f64)];
        found.push(finding("DRIFT_GONE_VALUES", message, &numbers));
    }
    let moved = variation(&here, &usual);
    let own = each
        .iter()
        .map(|e| variation(e, &usual))
        .fold(0.0, f64::max);
    let steady = own <= RESTLESS;
    if found.is_empty() && steady && moved >= SHIFTED && moved >= own + BEYOND {
        let message = format!(
            "{} of the values have changed places: the shares are not those of the {} versions before",
            percent(moved),
            before.len()
        );
        found.push(finding(
            "DRIFT_SHARES",
            message,
            &[("moved", moved), ("usual", own)],
        ));
    }
    found
}

/// The largest share of values that an earlier version had and none of at least two before it.
fn usual_come(each: &[HashMap<u64, f64>]) -> f64 {
    let newer = each.len().saturating_sub(2);
    let come = (0..newer).map(|at| {
        let older = &each[at + 1..];
        let fresh = |hash: &u64| !older.iter().any(|shares| shares.contains_key(hash));
        let fresh = each[at].iter().filter(|(hash, _)| fresh(hash));
        fresh.map(|(_, share)| share).sum::<f64>()
    });
    come.fold(0.0, f64::max)
}

/// The share that would have to change places for one to be the other.
fn variation(one: &HashMap<u64, f64>, other: &HashMap<u64, f64>) -> f64 {
    let all: HashSet<&u64> = one.keys().chain(other.keys()).collect();
    let of = |side: &HashMap<u64, f64>, hash: &u64| side.get(hash).copied().unwrap_or(0.0);
    let apart = all
        .into_iter()
        .map(|hash| (of(one, hash) - of(other, hash)).abs());
    apart.sum::<f64>() / 2.0
}

/// Those of the values that may be shown, the most frequent first.
fn named(values: &HashMap<u64, f64>, shown: &Shown) -> String {
    let mut known: Vec<(f64, &str)> = shown
        .iter()
        .filter_map(|(hash, value)| Some((*values.get(hash)?, value.as_str())))
        .collect();
    known.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    known.dedup_by(|next, kept| next.1 == kept.1);
    if known.is_empty() {
        return String::new();
    }
    let names: Vec<String> = known
        .iter()
        .take(NAMED)
        .map(|(_, value)| format!("`{value}`"))
        .collect();
    let more = if values.len() > names.len() {
        " ..."
    } else {
        ""
    };
    format!(": {}{more}", names.join(", "))
}
