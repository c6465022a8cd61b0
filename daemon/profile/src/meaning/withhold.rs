//! Numbers from which a masked value could be computed back.
//!
//! One card number among small integers: its maximum is masked, but the sum less the other values is
//! that number, and so are the last edge of the histogram and, nearly, what a quantile interpolates.

use super::findings::numbers_withheld;
use super::mask::mask;
use super::scan::is_pii;
use super::values::Values;
use crate::accumulate::Kind;
use crate::document::{Field, Finding, Number};
use crate::lex::{self, Lexeme};

/// No number of fewer digits passes a strict detector.
const SHORTEST: usize = 9;

/// Whether a field of numbers, not yet masked, holds one that will be masked for itself, shown or not.
/// Edges of bins are left aside: one of them in ten or so passes for a card by chance.
pub(super) fn hides_numbers(field: &Field, values: &Values<'_>) -> bool {
    if !matches!(field.field_type.as_str(), "integer" | "number") {
        return false;
    }
    let ends = [&field.min, &field.max].into_iter().flatten();
    let tops = field.top_values.iter().map(|top| top.value.as_str());
    let shown = tops.chain(field.samples.iter().map(String::as_str));
    let known = shown.chain(values.iter().map(|(value, _)| value));
    let mut long = known.filter(|value| value.len() >= SHORTEST);
    ends.map(Number::text).any(|end| is_pii(&end)) || long.any(is_pii)
}

/// Takes out of a field what gives a masked number away, and says so. `all` are the distinct
/// non-missing values with their counts, where `complete`.
pub(super) fn numbers(field: &mut Field, all: &[(&str, u64)], complete: bool) {
    field.sum = None;
    field.mean = None;
    field.stddev = None;
    field.histogram = None;
    field.estimates.remove("histogram");
    let ordered = if complete { ordered(all) } else { None };
    match (&mut field.quantiles, ordered) {
        (Some(quantiles), Some(ordered)) => {
            for (q, shown) in quantiles.each_mut() {
                if is_beside_hidden(&ordered, q) {
                    *shown = Number::Text(mask(&shown.text()));
                }
            }
        }
        (quantiles, _) => {
            *quantiles = None;
            field.estimates.remove("quantiles");
        }
    }
    // The third moment leads back as the first two do, and fences lie by the quantiles.
    let tells = |f: &Finding| matches!(f.code.as_str(), "SKEWED" | "OUTLIERS");
    field.findings.retain(|f| !tells(f));
    field.findings.push(numbers_withheld());
    field.masked = true;
}

struct Value<'a> {
    number: f64,
    text: &'a str,
    count: u64,
}

/// The values in their order; none when one of them is no number.
fn ordered<'a>(all: &[(&'a str, u64)]) -> Option<Vec<Value<'a>>> {
    let read = |(text, count): &(&'a str, u64)| match lex::read(Kind::Cell, text.as_bytes()) {
        Lexeme::Number(_, value) => Some(Value {
            number: value.to_f64(),
            text,
            count: *count,
        }),
        _ => None,
    };
    let mut ordered: Vec<Value<'a>> = all.iter().map(read).collect::<Option<_>>()?;
    ordered.sort_unstable_by(|a, b| a.number.total_cmp(&b.number));
    Some(ordered)
}

/// Whether one of the two values that a quantile lies between is masked.
fn is_beside_hidden(ordered: &[Value<'_>], q: f64) -> bool {
    let total: u64 = ordered.iter().map(|v| v.count).sum();
    let rank = q * total.saturating_sub(1) as f64;
    let at = |rank: f64| {
        let mut before = 0;
        ordered.iter().find(|v| {
            before += v.count;
            before as f64 > rank
        })
    };
    [rank.floor(), rank.ceil()].into_iter().any(|rank| {
        // Large integers that are one f64 are one value here: any of them may be what is there.
        at(rank).is_none_or(|found| {
            let mut same = ordered.iter().filter(|v| v.number == found.number);
            // `4.111111111111111e15` is shown as its digits.
            is_pii(&found.number.to_string()) || same.any(|v| is_pii(v.text))
        })
    })
}
