//! Counts of a field: exact where all its values are held, estimated with their errors where not.

use std::collections::{BTreeMap, HashSet};

use super::field::{Facts, lossy};
use super::population::{Member, Population};
use super::verdict::Verdict;
use crate::document::{Bin, Estimate, TopValue};

/// Counts that are exact of a field held in full, and estimated of one that is not.
pub(super) struct Shown {
    pub(super) distinct: u64,
    pub(super) unique: u64,
    pub(super) top: Vec<TopValue>,
}

impl Shown {
    pub(super) fn new(
        facts: &Facts<'_>,
        exact: &Population<'_>,
        sampled: Option<&Population<'_>>,
        size: usize,
        estimates: &mut BTreeMap<String, Estimate>,
    ) -> Self {
        let groups = exact.groups().count() as u64;
        let once = |group: &&[Member<'_>]| group.iter().map(|m| m.count).sum::<u64>() == 1;
        let unique = exact.groups().filter(once).count() as u64;
        let Some(sampled) = sampled else {
            return Self {
                distinct: groups,
                unique,
                top: top(exact, size),
            };
        };
        let factor = 1_u64 << facts.level.min(63);
        // The number kept of D distinct values is binomial with p = 1 / factor.
        let deviation =
            |kept: u64| 4.0 * ((kept.max(1) as f64) * (1.0 - 1.0 / factor as f64)).sqrt();
        let relative = deviation(groups) / groups.max(1) as f64;
        estimates.insert(
            "distinct_count".into(),
            estimate("distinct sample", None, Some(relative), None),
        );
        let absolute = (deviation(unique.max(4)) * factor as f64).ceil() as u64;
        estimates.insert(
            "unique_count".into(),
            estimate("distinct sample", None, None, Some(absolute)),
        );
        let rank_error = rank_error(sampled.total);
        let values = facts.tally.count();
        estimates.insert(
            "quantiles".into(),
            estimate("record sample", Some(rank_error), None, None),
        );
        let absolute = (2.0 * rank_error * values as f64).ceil() as u64;
        let binned = facts.verdict.is_typed() && facts.verdict != Verdict::Boolean;
        for name in ["top_values", "histogram"]
            .into_iter()
            .take(1 + usize::from(binned))
        {
            estimates.insert(
                name.into(),
                estimate("record sample", None, None, Some(absolute)),
            );
        }
        let distinct = (groups * factor).min(values);
        let top = estimated_top(facts, sampled, values, size);
        Self {
            distinct,
            unique: (unique * factor).min(distinct),
            top,
        }
    }
}

/// How far off a rank drawn from `n` uniformly sampled values can be: the bound of Dvoretzky,
/// Kiefer and Wolfowitz, broken once in a million files.
fn rank_error(n: u64) -> f64 {
    let bound = ((2.0e6_f64).ln() / (2.0 * n.max(1) as f64)).sqrt();
    (bound.min(1.0) * 10_000.0).ceil() / 10_000.0
}

fn estimate(
    method: &str,
    rank_error: Option<f64>,
    relative_error: Option<f64>,
    absolute_error: Option<u64>,
) -> Estimate {
    let relative_error = relative_error.map(|e| (e * 10_000.0).ceil() / 10_000.0);
    Estimate {
        method: method.into(),
        rank_error,
        relative_error,
        absolute_error,
    }
}

/// The commonest values; of equally common ones the smaller.
fn top(population: &Population<'_>, size: usize) -> Vec<TopValue> {
    let mut all: Vec<(u64, &[u8])> = population
        .groups()
        .map(|group| {
            // One value in several spellings is shown in its commonest.
            let shown = group
                .iter()
                .max_by_key(|m| (m.count, std::cmp::Reverse(m.text)));
            (
                group.iter().map(|m| m.count).sum(),
                shown.map_or(&[][..], |m| m.text),
            )
        })
        .collect();
    take_top(&mut all, size)
}

fn take_top(all: &mut Vec<(u64, &[u8])>, size: usize) -> Vec<TopValue> {
    keep_top(all, size);
    all.iter()
        .map(|(count, text)| TopValue {
            value: lossy(text),
            count: *count,
        })
        .collect()
}

/// Keeps the commonest, in order.
fn keep_top(all: &mut Vec<(u64, &[u8])>, size: usize) {
    let order = |a: &(u64, &[u8]), b: &(u64, &[u8])| b.0.cmp(&a.0).then(a.1.cmp(b.1));
    if all.len() > size && size > 0 {
        all.select_nth_unstable_by(size - 1, order);
    }
    all.truncate(size);
    all.sort_unstable_by(order);
}

type Texts<'a> = HashSet<&'a [u8], foldhash::fast::RandomState>;

/// Values that are frequent among the sampled records; exact counts where the table has them.
fn estimated_top(
    facts: &Facts<'_>,
    sampled: &Population<'_>,
    values: u64,
    size: usize,
) -> Vec<TopValue> {
    let mut all: Vec<(u64, &[u8])> = facts
        .values
        .iter()
        .map(|(_, v)| (v.count, v.text))
        .collect();
    keep_top(&mut all, size);
    let mut again: Vec<(u64, &[u8])> = Vec::new();
    for group in sampled.members.chunk_by(|a, b| a.text == b.text) {
        // A value met once in the sample is as likely a rare one.
        if group.len() > 1 {
            let count = group.len() as f64 * values as f64 / sampled.total as f64;
            again.push((count as u64, group[0].text));
        }
    }
    // Twice as many, since some of them are known exactly.
    keep_top(&mut again, 2 * size);
    let held: Texts<'_> = again.iter().map(|(_, text)| *text).collect();
    let held: Texts<'_> = facts
        .values
        .iter()
        .map(|(_, v)| v.text)
        .filter(|text| held.contains(text))
        .collect();
    again.retain(|(_, text)| !held.contains(text));
    all.extend(again);
    take_top(&mut all, size)
}

/// Brings a sample's bins up to the size of the whole.
pub(super) fn scale_bins(bins: &mut [Bin], sampled: u64, values: u64) {
    if sampled == values || sampled == 0 {
        return;
    }
    for bin in bins {
        bin.count = (bin.count as f64 * values as f64 / sampled as f64).round() as u64;
    }
}
