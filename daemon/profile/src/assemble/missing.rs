//! Which values stand for "no value", by the evidence of the others.

use super::verdict::Verdict;
use crate::accumulate::tally::Tally;
use crate::accumulate::values::Value;
use crate::lex::marker::{Marker, marker};

/// Whether a candidate is missing among values that are `others`, which read as `verdict`.
pub fn is_missing(candidate: Value<'_>, verdict: &Verdict, others: &Tally) -> bool {
    let Some(kind) = marker(candidate.text) else {
        return false;
    };
    // Nothing to compare with: a column that says `N/A` and nothing else says nothing.
    let alone = others.count() == 0;
    let typed = !alone && verdict.is_typed();
    match kind {
        Marker::Certain => true,
        Marker::Word => alone || typed || stands_out(candidate.text, others),
        Marker::Number => typed && verdict.is_numeric() && is_far_below(verdict, others),
        Marker::Infinity => typed && verdict.is_numeric(),
        Marker::Date => typed && verdict.is_temporal(),
    }
}

/// Among texts `NA` and `-` are values where the others look alike: codes of two letters, grades
/// and signs. They stand out where every other value is longer.
fn stands_out(candidate: &[u8], others: &Tally) -> bool {
    match candidate {
        // Words that are categories of their own among texts.
        b"None" | b"none" | b"NONE" | b"unknown" | b"Unknown" | b"UNKNOWN" | b"missing"
        | b"MISSING" | b"nil" => false,
        _ => others.length.min > candidate.len() as u64,
    }
}

/// `-999` among values of which none is negative.
fn is_far_below(verdict: &Verdict, others: &Tally) -> bool {
    let range = others.numbers.by(verdict.notation()).range;
    range.is_some_and(|(low, _)| !low.negative)
}
