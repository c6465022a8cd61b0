//! One field of the document.

use std::collections::BTreeMap;

use super::counts::{Shown, scale_bins};
use super::missing::is_missing;
use super::population::Population;
use super::shown;
use super::verdict::{self, Verdict, YesNo};
use crate::accumulate::columns::{Columns, FieldData};
use crate::accumulate::sample::SampledValues;
use crate::accumulate::tally::Tally;
use crate::accumulate::values::Value;
use crate::accumulate::{FieldId, Kind};
use crate::contract::{self, Broken, Contract, Counted, Violation};
use crate::document::{Field, Length, Number, TypeException};
use crate::lex::number::local::Notation;
use crate::lex::{self, Class, Lexeme, marker};
use crate::sketch::{FieldSketch, Seen, Sketching};

/// What the whole table tells every field.
pub struct Context<'a> {
    pub columns: &'a Columns,
    /// From a place to the number of its record, from 1.
    pub record_number: &'a (dyn Fn(u64) -> u64 + Sync),
    pub sample_size: usize,
    /// How numbers are written that read both ways.
    pub likely: Notation,
    /// Sampled values of the fields that are not held in full.
    pub sampled: SampledValues<'a>,
    /// What is kept of every field beside the document.
    pub sketching: Option<Sketching<'a>>,
    pub contract: Option<&'a Contract>,
}

/// A field with what it was drawn from.
pub struct Assembled<'a> {
    pub field: Field,
    /// Distinct values that are not missing, with their counts: all of them, or a uniform sample.
    pub values: Vec<(&'a str, u64)>,
    pub complete: bool,
    pub sketch: Option<FieldSketch>,
    /// Where it is not what its contract says; examples as they are written.
    pub violations: Vec<Violation>,
}

/// The facts of one field before they are written down.
pub(super) struct Facts<'a> {
    /// Values held that are not missing.
    pub(super) values: Vec<(Kind, Value<'a>)>,
    missing: Vec<Value<'a>>,
    pub(super) tally: Tally,
    pub(super) verdict: Verdict,
    pub(super) level: u32,
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
    let facts = gather(data, context.columns, context.likely);
    let (field, sketch) = write(id, data, position, level, &facts, context);
    let rule = context
        .contract
        .and_then(|contract| contract.fields.iter().find(|rule| rule.path == field.path));
    let violations =
        rule.map(|rule| contract::of_field(rule, &field, counted(data, &facts, context)));
    let values = facts
        .values
        .iter()
        .filter_map(|(_, v)| Some((std::str::from_utf8(v.text).ok()?, v.count)));
    Assembled {
        field,
        values: values.collect(),
        complete: facts.level == 0,
        sketch,
        violations: violations.unwrap_or_default(),
    }
}

fn counted<'a>(data: &FieldData, facts: &'a Facts<'_>, context: &'a Context<'_>) -> Counted<'a> {
    let mut broken: Option<Broken> = None;
    for column in &data.columns {
        match (&mut broken, &column.broken) {
            (Some(all), Some(more)) => all.merge(more),
            (None, more) => broken.clone_from(more),
            (Some(_), None) => {}
        }
    }
    Counted {
        values: &facts.values,
        tally: &facts.tally,
        complete: facts.level == 0,
        first_missing: data
            .first_missing
            .into_iter()
            .chain(facts.missing.iter().map(|value| value.first))
            .min(),
        broken,
        record_number: context.record_number,
    }
}

fn gather<'a>(data: &'a FieldData, columns: &Columns, likely: Notation) -> Facts<'a> {
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
    let verdict = verdict::decide(&tally, &kinds, yes_no, likely);
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
    let verdict = verdict::decide(&tally, &kinds, yes_no, likely);
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
) -> (Field, Option<FieldSketch>) {
    let Facts { tally, verdict, .. } = facts;
    let values = tally.count();
    let exact = Population::new(
        facts.values.iter().map(|(k, v)| (*k, v.text, v.count)),
        verdict,
    );
    let sampled = sampled(id, data, facts, context);
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
        .then(|| tally.numbers.by(verdict.notation()).moments.summary())
        .flatten();
    let count = values + facts.missing_count;
    let sketch = context.sketching.map(|sketching| {
        let seen = Seen {
            values: &facts.values,
            kinds: data.columns.len(),
            level: facts.level,
            present: values,
            missing: facts.missing_count,
            verdict,
            population,
            sampled: sampled.is_some(),
        };
        FieldSketch::of(&seen, sketching)
    });
    let field = Field {
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
            _ => shown::notation(verdict.notation(), tally.numbers.group(verdict.notation())),
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
        said: None,
        found: None,
        masked: false,
        estimates,
        declared: None,
        findings: Vec::new(),
    };
    (field, sketch)
}

/// The record sample's values of a field that is not held in full.
fn sampled<'a>(
    id: FieldId,
    data: &FieldData,
    facts: &Facts<'_>,
    context: &'a Context<'a>,
) -> Option<Population<'a>> {
    if facts.level == 0 {
        return None;
    }
    let missing: Vec<&[u8]> = facts.missing.iter().map(|v| v.text).collect();
    let values = data.columns.iter().flat_map(|c| {
        let values = context
            .sampled
            .get(&(id.0, c.kind as u8))
            .into_iter()
            .flatten();
        values
            .filter(|v| !missing.contains(v))
            .map(|v| (c.kind, *v, 1))
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
    let notation = facts.verdict.notation();
    if notation != Notation::Plain {
        let (others, integers) = facts.tally.numbers.others(notation);
        let whole = facts.tally.of(Class::Integer) + integers;
        counts.clear();
        for (name, count) in [("integer", whole), ("number", others - integers)] {
            if count > 0 {
                counts.insert(name.to_owned(), count);
            }
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
        Verdict::Integer(notation) | Verdict::Number(notation) => {
            tally.numbers.by(notation).range.map(|(low, high)| {
                (
                    shown::decimal(&shown::decimal_of(low)),
                    shown::decimal(&shown::decimal_of(high)),
                )
            })
        }
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

pub(super) fn lossy(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}
