//! One field of the document.

use std::collections::{BTreeMap, HashSet};

use super::missing::is_missing;
use super::population::{Member, Population};
use super::shown;
use super::verdict::{self, Verdict, YesNo};
use crate::accumulate::columns::{Columns, FieldData};
use crate::accumulate::tally::Tally;
use crate::accumulate::values::Value;
use crate::accumulate::{FieldId, Kind};
use crate::document::{Estimate, Field, Length, Number, TopValue, TypeException};
use crate::lex::{self, Class, Lexeme, marker};

/// What the whole table tells every field.
pub struct Context<'a> {
    pub columns: &'a Columns,
    /// From a place to the number of its record, from 1.
    pub record_number: &'a (dyn Fn(u64) -> u64 + Sync),
    pub sample_size: usize,
}

/// A field with what it was drawn from.
pub struct Assembled<'a> {
    pub field: Field,
    /// Distinct values that are not missing, with their counts: all of them, or a uniform sample.
    pub values: Vec<(&'a str, u64)>,
    pub complete: bool,
}

/// The facts of one field before they are written down.
struct Facts<'a> {
    /// Values held that are not missing.
    values: Vec<(Kind, Value<'a>)>,
    missing: Vec<Value<'a>>,
    tally: Tally,
    verdict: Verdict,
    level: u32,
    missing_count: u64,
}

/// Assembles the field at `position` (from 1) out of `data`.
pub fn assemble<'a>(
    id: FieldId,
    data: &'a FieldData,
    position: u32,
    level: u32,
    context: &Context<'a>,
) -> Assembled<'a> {
    let facts = gather(data, context.columns);
    let field = write(id, data, position, level, &facts, context);
    let values = facts
        .values
        .iter()
        .filter_map(|(_, v)| Some((std::str::from_utf8(v.text).ok()?, v.count)));
    Assembled {
        field,
        values: values.collect(),
        complete: facts.level == 0,
    }
}

fn gather<'a>(data: &'a FieldData, columns: &Columns) -> Facts<'a> {
    let (mut values, mut candidates) = (Vec::new(), Vec::new());
    let mut tally = Tally::new(Kind::Cell);
    let mut yes_no = YesNo::default();
    for column in &data.columns {
        tally.merge(column.passed.clone());
        for value in column.table.iter() {
            // A container whose members are fields of their own has no value to show.
            let inner = matches!(column.kind, Kind::Object | Kind::Array) && value.text.is_empty();
            let textual = matches!(column.kind, Kind::Cell | Kind::Text);
            if textual && marker::is_candidate(value.text) {
                candidates.push((column.kind, value));
                continue;
            }
            if let Lexeme::YesNo(truth) = count(&mut tally, column.kind, value, inner) {
                yes_no.yes |= truth;
                yes_no.no |= !truth;
            }
            if !inner {
                values.push((column.kind, value));
            }
        }
    }
    let kinds: Vec<Kind> = data.columns.iter().map(|c| c.kind).collect();
    let verdict = verdict::decide(&tally, &kinds, yes_no);
    let (missing, kept): (Vec<_>, Vec<_>) = candidates
        .into_iter()
        .partition(|(_, value)| is_missing(*value, &verdict, &tally));
    for (kind, value) in kept {
        count(&mut tally, kind, value, false);
        values.push((kind, value));
    }
    let missing: Vec<Value<'a>> = missing.into_iter().map(|(_, value)| value).collect();
    let marked: u64 = missing.iter().map(|v| v.count).sum();
    let observed = tally.count() + marked + data.missing;
    let absent = match data.spec.parent {
        Some(parent) if !data.spec.element => occurrences(columns, parent).saturating_sub(observed),
        None if !data.spec.element => columns.records().saturating_sub(observed),
        _ => 0,
    };
    let verdict = verdict::decide(&tally, &kinds, yes_no);
    let level = data
        .columns
        .iter()
        .map(|c| c.table.level())
        .max()
        .unwrap_or(0);
    Facts {
        values,
        missing,
        tally,
        verdict,
        level,
        missing_count: data.missing + marked + absent,
    }
}

fn count(tally: &mut Tally, kind: Kind, value: Value<'_>, inner: bool) -> Lexeme {
    let lexeme = lex::read(kind, value.text);
    if inner {
        tally.classes[lexeme.class() as usize].count += value.count;
        let first = &mut tally.classes[lexeme.class() as usize].first;
        if first.as_ref().is_none_or(|(place, _)| value.first < *place) {
            *first = Some((value.first, Box::default()));
        }
    } else {
        tally.add_read(&lexeme, value.text, value.count, value.first);
    }
    lexeme
}

/// How often a field was there as a container.
fn occurrences(columns: &Columns, parent: FieldId) -> u64 {
    let data = &columns.fields[parent.0 as usize];
    let containers = data.columns.iter().filter(|c| c.kind == Kind::Object);
    containers
        .flat_map(|c| c.table.iter())
        .filter(|v| v.text.is_empty())
        .map(|v| v.count)
        .sum()
}

fn write(
    id: FieldId,
    data: &FieldData,
    position: u32,
    level: u32,
    facts: &Facts<'_>,
    context: &Context<'_>,
) -> Field {
    let Facts { tally, verdict, .. } = facts;
    let values = tally.count();
    let exact = Population::new(
        facts.values.iter().map(|(k, v)| (*k, v.text, v.count)),
        verdict,
    );
    let sampled = sampled(id, data, facts, context.columns);
    let population = sampled.as_ref().unwrap_or(&exact);
    let mut estimates = BTreeMap::new();
    let shown = Shown::new(
        facts,
        &exact,
        sampled.as_ref(),
        context.sample_size,
        &mut estimates,
    );
    let (min, max) = range(facts);
    let summary = verdict
        .is_numeric()
        .then(|| tally.numbers.summary())
        .flatten();
    let count = values + facts.missing_count;
    Field {
        path: data.spec.path.clone(),
        name: data.spec.name.clone(),
        parent_path: data
            .spec
            .parent
            .map(|p| context.columns.fields[p.0 as usize].spec.path.clone()),
        position,
        nesting_level: level,
        field_type: verdict.type_name().to_owned(),
        format: match verdict {
            Verdict::Temporal {
                format, fraction, ..
            } => Some(format.pattern(*fraction)),
            _ => None,
        },
        nullable: facts.missing_count > 0,
        type_counts: type_counts(facts),
        type_exception: verdict::exception(tally, verdict).map(|(place, text)| TypeException {
            record: (context.record_number)(place),
            value: lossy(&text),
        }),
        count,
        null_count: facts.missing_count,
        null_proportion: if count == 0 {
            0.0
        } else {
            facts.missing_count as f64 / count as f64
        },
        missing_values: texts(&facts.missing),
        distinct_count: shown.distinct,
        unique_count: Some(shown.unique),
        min,
        max,
        mean: summary.as_ref().map(|s| s.mean),
        stddev: summary.as_ref().and_then(|s| s.stddev),
        sum: summary.as_ref().map(|s| shown::decimal(&s.sum)),
        quantiles: shown::quantiles(verdict, population),
        histogram: shown::histogram(verdict, population).map(|mut bins| {
            scale_bins(&mut bins, population.total, values);
            bins
        }),
        top_values: shown.top,
        length: (tally.length.min <= tally.length.max).then(|| Length {
            min: tally.length.min,
            max: tally.length.max,
            mean: tally.length.total as f64 / values as f64,
        }),
        samples: samples(facts, context.sample_size),
        semantic_type: None,
        semantic_confidence: None,
        pii: None,
        masked: false,
        estimates,
        declared: None,
        findings: Vec::new(),
    }
}

/// The record sample's values of a field that is not held in full.
fn sampled<'a>(
    id: FieldId,
    data: &FieldData,
    facts: &Facts<'_>,
    columns: &'a Columns,
) -> Option<Population<'a>> {
    if facts.level == 0 {
        return None;
    }
    let missing: Vec<&[u8]> = facts.missing.iter().map(|v| v.text).collect();
    let values = data.columns.iter().flat_map(|c| {
        let values = columns.sample.values(id.0, c.kind);
        values
            .filter(|v| !missing.contains(v))
            .map(|v| (c.kind, v, 1))
    });
    Some(Population::new(values, &facts.verdict))
}

fn type_counts(facts: &Facts<'_>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for class in Class::ALL {
        let count = facts.tally.of(class);
        if count > 0 {
            let name = match (class, &facts.verdict) {
                (Class::YesNo, Verdict::Text | Verdict::Any) => "string",
                _ => class.type_name(),
            };
            *counts.entry(name.to_owned()).or_default() += count;
        }
    }
    if facts.missing_count > 0 {
        counts.insert("missing".to_owned(), facts.missing_count);
    }
    counts
}

fn range(facts: &Facts<'_>) -> (Option<Number>, Option<Number>) {
    let tally = &facts.tally;
    let pair = match facts.verdict {
        Verdict::Integer | Verdict::Number => tally.number_range.map(|(low, high)| {
            (
                shown::decimal(&shown::decimal_of(low)),
                shown::decimal(&shown::decimal_of(high)),
            )
        }),
        Verdict::Boolean => {
            let truths = facts
                .values
                .iter()
                .map(|(kind, v)| lex::read(*kind, v.text));
            let truths = truths.filter_map(|read| match read {
                Lexeme::Boolean(truth) | Lexeme::YesNo(truth) => Some(truth),
                _ => None,
            });
            let text = |truth: Option<bool>| truth.map(|t| Number::Text(t.to_string()));
            return (text(truths.clone().min()), text(truths.max()));
        }
        Verdict::Temporal { format, .. } => {
            let ranges = tally.formats.iter().map(|f| {
                if f.first == format {
                    f.range
                } else {
                    f.second_range
                }
            });
            ranges
                .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
                .map(|(low, high)| {
                    (
                        Number::Text(format.show(low)),
                        Number::Text(format.show(high)),
                    )
                })
        }
        Verdict::Duration => tally.duration_range.map(|(low, high)| {
            (
                Number::Text(shown::duration(low)),
                Number::Text(shown::duration(high)),
            )
        }),
        _ => tally
            .text_range
            .as_ref()
            .map(|(low, high)| (Number::Text(lossy(low)), Number::Text(lossy(high)))),
    };
    pair.map_or((None, None), |(low, high)| (Some(low), Some(high)))
}

/// Counts that are exact of a field held in full, and estimated of one that is not.
struct Shown {
    distinct: u64,
    unique: u64,
    top: Vec<TopValue>,
}

impl Shown {
    fn new(
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
        for name in ["histogram", "top_values"] {
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
    let held: HashSet<&[u8]> = again.iter().map(|(_, text)| *text).collect();
    let held: HashSet<&[u8]> = facts
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
fn scale_bins(bins: &mut [crate::document::Bin], sampled: u64, values: u64) {
    if sampled == values || sampled == 0 {
        return;
    }
    for bin in bins {
        bin.count = (bin.count as f64 * values as f64 / sampled as f64).round() as u64;
    }
}

/// The distinct values with the smallest hashes.
fn samples(facts: &Facts<'_>, size: usize) -> Vec<String> {
    let mut all: Vec<(u64, &[u8])> = facts.values.iter().map(|(_, v)| (v.hash, v.text)).collect();
    if all.len() > size && size > 0 {
        all.select_nth_unstable(size - 1);
    }
    all.truncate(size);
    all.sort_unstable();
    all.iter().map(|(_, text)| lossy(text)).collect()
}

fn texts(values: &[Value<'_>]) -> Vec<String> {
    let mut texts: Vec<String> = values.iter().map(|v| lossy(v.text)).collect();
    texts.sort_unstable();
    texts
}

fn lossy(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}
