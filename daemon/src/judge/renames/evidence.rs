//! What speaks for two fields being one under another name, and what speaks against it.
//!
//! Every fact is worth points, about the natural logarithm of how much likelier it is where they are
//! one. The worth was set by reasoning and checked on files with a known history.

use std::collections::HashMap;

use ddgen_profile::document::{Field, Number};
use ddgen_profile::sketch::{FieldSketch, Scale};

use super::{Candidate, names};

/// Two fields taken at random are not one.
const PRIOR: f64 = -3.0;
/// Of a domain of this many values or fewer any two fields may share all.
const SMALL_DOMAIN: usize = 12;
/// From this share of distinct values on a field names its records, and the next file has others.
const NAMES_RECORDS: f64 = 0.5;

/// The points of a pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Evidence {
    /// All that was found.
    pub(super) sum: f64,
    /// What of it the values say.
    pub(super) content: f64,
    /// The likeness of the names, from 0 to 1.
    pub(super) name: f64,
    /// Whether one type cannot hold the other's values.
    pub(super) conflict: bool,
    /// Whether values were compared by their hashes.
    pub(super) keyed: bool,
}

/// Weighs a pair. `alone`: nothing else went or came at the place of either.
pub(super) fn weigh(gone: &Candidate<'_>, come: &Candidate<'_>, alone: bool) -> Evidence {
    let (a, b) = (gone.field, come.field);
    let name = names::likeness(&a.path, &b.path);
    let (kind, conflict) = types(a, b);
    let (content, keyed) = match (gone.sketch, come.sketch) {
        (Some(left), Some(right)) => (by_sketch(left, right, gone.earlier, a), true),
        _ => (by_profile(a, b), false),
    };
    let sum = PRIOR
        + content
        + kind
        + of_name(name)
        + of_place(gone, come, alone)
        + of_meaning(a, b)
        + of_shape(a, b);
    Evidence {
        sum,
        content,
        name,
        conflict,
        keyed,
    }
}

fn of_name(likeness: f64) -> f64 {
    match likeness {
        whole if whole >= 1.0 => 6.0,
        // The same words in another order or number.
        same if same >= 0.9 => 5.5,
        little if little < 0.25 => 0.0,
        some => 5.0 * some.powf(1.5),
    }
}

/// Between the same neighbours stands the same field.
fn of_place(gone: &Candidate<'_>, come: &Candidate<'_>, alone: bool) -> f64 {
    let (far, nth) = (gone.slot.abs_diff(come.slot), gone.nth == come.nth);
    match (far, alone, nth) {
        (0, true, _) => 2.0,
        (0, false, true) => 1.2,
        (0, false, false) => 0.5,
        (1..=2, ..) => 0.0,
        _ => -0.5,
    }
}

fn types(a: &Field, b: &Field) -> (f64, bool) {
    let none = |f: &Field| f.count == f.null_count;
    if none(a) || none(b) {
        return (0.0, false);
    }
    let kin = |one: &str, other: &str| {
        let pair = (&*a.field_type, &*b.field_type);
        pair == (one, other) || pair == (other, one)
    };
    if a.field_type == b.field_type {
        let plain = matches!(&*a.field_type, "string" | "integer");
        return (if plain { 0.5 } else { 1.0 }, false);
    }
    if kin("integer", "number") || kin("date", "datetime") || kin("boolean", "integer") {
        return (0.0, false);
    }
    (-3.0, true)
}

fn of_meaning(a: &Field, b: &Field) -> f64 {
    let semantic = match (&a.semantic_type, &b.semantic_type) {
        (Some(one), Some(other)) if one == other => 1.5,
        (Some(_), Some(_)) => -1.5,
        _ => 0.0,
    };
    let entity = |f: &Field| f.pii.as_ref().map(|pii| pii.entity.clone());
    let personal = match (entity(a), entity(b)) {
        (Some(one), Some(other)) if one == other => 0.8,
        (None, None) => 0.0,
        _ => -0.8,
    };
    let format = match (&a.format, &b.format) {
        (Some(one), Some(other)) if one == other => 0.3,
        _ => 0.0,
    };
    semantic + personal + format
}

/// How much is missing, how much repeats, and how long it is.
fn of_shape(a: &Field, b: &Field) -> f64 {
    let missing = (a.null_proportion - b.null_proportion).abs();
    let missing = match missing {
        little if little < 0.02 => 0.2,
        much if much > 0.3 => -0.8,
        _ => 0.0,
    };
    let repeats = (distinct_share(a) - distinct_share(b)).abs();
    let repeats = if repeats > 0.5 { -1.0 } else { 0.0 };
    let length = match (&a.length, &b.length) {
        (Some(one), Some(other)) => {
            let apart = ((one.mean + 1.0) / (other.mean + 1.0)).ln().abs();
            match apart {
                near if near < 0.1 => 0.4,
                far if far > 0.7 => -1.2,
                _ => 0.0,
            }
        }
        _ => 0.0,
    };
    missing + repeats + length
}

fn distinct_share(field: &Field) -> f64 {
    let present = field.count.saturating_sub(field.null_count);
    field.distinct_count as f64 / present.max(1) as f64
}

/// By the hashes of the values, and by how they lie on their line.
fn by_sketch(
    left: &FieldSketch,
    right: &FieldSketch,
    earlier: Option<&FieldSketch>,
    field: &Field,
) -> f64 {
    if left.present() == 0 || right.present() == 0 {
        return 0.0;
    }
    let values = values(left, right);
    let line = line(left, right);
    let apart = match (values, line) {
        // Of numbers the line says it all: two counts from 0 to 60 share their values by chance.
        (Some(values), Some(line)) if is_dense(left, right) => values.min(line),
        (Some(values), Some(line)) => values.max(line * 0.5) + line.clamp(-1.0, 1.0) * 0.5,
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => 0.0,
    };
    if apart >= 0.0 {
        return apart;
    }
    // Where a field names its records, or went on by as much the last time, being elsewhere is what was
    // to be expected.
    let restless = distinct_share(field) > NAMES_RECORDS
        || earlier.is_some_and(|earlier| {
            let before = values_or_line(earlier, left);
            before.is_some_and(|before| before < 0.5)
        });
    let moment = left.quantiles().is_some_and(|q| q.scale() == Scale::Moment);
    if restless || moment {
        apart * 0.2
    } else {
        apart
    }
}

fn values_or_line(left: &FieldSketch, right: &FieldSketch) -> Option<f64> {
    match (values(left, right), line(left, right)) {
        (Some(values), Some(line)) => Some(values.min(line)),
        (one, other) => one.or(other),
    }
}

/// Numbers that stand close: their values are no names of anything.
fn is_dense(left: &FieldSketch, right: &FieldSketch) -> bool {
    [left, right].iter().all(|sketch| {
        let span = sketch.quantile(0.99).zip(sketch.quantile(0.01));
        span.is_some_and(|(high, low)| sketch.values().distinct() > (high - low) * 0.2)
    })
}

/// The share of occurrences whose values both have in like measure, as points.
fn values(left: &FieldSketch, right: &FieldSketch) -> Option<f64> {
    let overlap = left.overlap(right)?;
    // Of both the same part of all values there are.
    let level = left.values().level().max(right.values().level());
    let shares = |sketch: &FieldSketch| -> HashMap<u64, f64> {
        let entries = sketch.values().entries().iter();
        let entries: Vec<_> = entries.filter(|e| e.depth >= level).collect();
        let all: u64 = entries.iter().map(|e| e.count).sum();
        let share = |count| count as f64 / all.max(1) as f64;
        entries.iter().map(|e| (e.hash, share(e.count))).collect()
    };
    let (a, b) = (shares(left), shares(right));
    let common: f64 = a
        .iter()
        .map(|(hash, share)| b.get(hash).map_or(0.0, |other| share.min(*other)))
        .sum();
    // How many values the shares amount to: of a field that nearly always says the same, few.
    let bits = entropy(&a).min(entropy(&b));
    let contained = overlap.of_left.max(overlap.of_right);
    let distinct = a.len().min(b.len());
    if common >= 0.5 || (contained >= 0.5 && distinct > SMALL_DOMAIN) {
        let agreed = common.max(if distinct > SMALL_DOMAIN {
            contained
        } else {
            0.0
        });
        return Some((agreed - 0.4) / 0.6 * (1.0 + bits).min(6.0));
    }
    let unlike = 1.0 - common.max(contained) / 0.5;
    Some(-2.5 * unlike)
}

fn entropy(shares: &HashMap<u64, f64>) -> f64 {
    let each = shares.values().filter(|share| **share > 0.0);
    each.map(|share| -share * share.log2()).sum()
}

/// How far apart two distributions are at most (Kolmogorov and Smirnov's distance), as points.
fn line(left: &FieldSketch, right: &FieldSketch) -> Option<f64> {
    let (one, other) = (left.quantiles()?, right.quantiles()?);
    if one.scale() != other.scale() {
        return Some(-2.0);
    }
    let mut apart = 0.0_f64;
    for (from, to) in [(one, other), (other, one)] {
        for q in [0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98] {
            let value = from.quantile(q)?;
            apart = apart.max((from.rank(value)? - to.rank(value)?).abs());
        }
    }
    let constant = left.values().distinct() < 2.0 && right.values().distinct() < 2.0;
    Some(match apart {
        none if none <= 0.03 && !constant => 2.5,
        little if little <= 0.1 => 1.5,
        some if some <= 0.25 => 0.3,
        much if much <= 0.5 => -1.0,
        _ => -2.0,
    })
}

/// Without hashes: by what the profile shows of both.
fn by_profile(a: &Field, b: &Field) -> f64 {
    let (Some(one), Some(other)) = (spread(a), spread(b)) else {
        return by_shown(a, b);
    };
    let width = (one.1 - one.0)
        .abs()
        .max((other.1 - other.0).abs())
        .max(1e-9);
    let apart = ((one.0 - other.0).abs() + (one.1 - other.1).abs()) / width;
    match apart {
        near if near < 0.1 => 2.0,
        some if some < 0.4 => 1.0,
        far if far > 1.5 && distinct_share(a) < NAMES_RECORDS => -1.5,
        _ => 0.0,
    }
}

fn spread(field: &Field) -> Option<(f64, f64)> {
    let quantiles = field.quantiles.as_ref()?;
    let number = |n: &Number| match n {
        Number::Integer(n) => Some(*n as f64),
        Number::Float(n) => Some(*n),
        Number::Text(_) => None,
    };
    Some((number(&quantiles.p05)?, number(&quantiles.p95)?))
}

/// The most frequent values, where they may be shown.
fn by_shown(a: &Field, b: &Field) -> f64 {
    if a.masked || b.masked || a.top_values.is_empty() || b.top_values.is_empty() {
        return 0.0;
    }
    let share = |field: &Field, count: u64| {
        let present = field.count.saturating_sub(field.null_count).max(1);
        count as f64 / present as f64
    };
    let common: f64 = a
        .top_values
        .iter()
        .filter_map(|top| {
            let found = b.top_values.iter().find(|other| other.value == top.value)?;
            Some(share(a, top.count).min(share(b, found.count)))
        })
        .sum();
    match common {
        most if most > 0.8 => 2.0,
        half if half > 0.4 => 1.0,
        none if none <= 0.0 && distinct_share(a) < 0.1 && distinct_share(b) < 0.1 => -1.5,
        _ => 0.0,
    }
}
