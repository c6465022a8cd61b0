//! Masking: the shape of a value stays, its content does not.

use super::scan::is_pii;
use crate::document::{Field, Number};

/// Letters become `x` or `X`, digits `#`, whatever lies beyond ASCII `x`; white space and ASCII
/// punctuation stay. Masking twice changes nothing.
#[must_use]
pub fn mask(value: &str) -> String {
    value
        .chars()
        .map(|c| match c {
            '0'..='9' => '#',
            'A'..='Z' => 'X',
            'a'..='z' => 'x',
            c if c.is_ascii() || c.is_whitespace() => c,
            c if c.is_numeric() => '#',
            c if c.is_uppercase() => 'X',
            _ => 'x',
        })
        .collect()
}

/// Masks everything a field shows: all of it where the field is personal data, else each value that
/// alone passes a strict detector. Sets `masked` when anything was.
pub fn mask_field(field: &mut Field) {
    let all = field.pii.is_some();
    let mut masked = false;
    let mut hide = |value: &mut String| {
        if all || is_pii(value) {
            let hidden = mask(value);
            masked |= hidden != *value;
            *value = hidden;
        }
    };
    field.samples.iter_mut().for_each(&mut hide);
    field
        .top_values
        .iter_mut()
        .for_each(|top| hide(&mut top.value));
    if let Some(exception) = &mut field.type_exception {
        hide(&mut exception.value);
    }
    if let Some(minimum) = &mut field.min {
        hide_number(minimum, &mut hide);
    }
    if let Some(maximum) = &mut field.max {
        hide_number(maximum, &mut hide);
    }
    if let Some(q) = &mut field.quantiles {
        for quantile in [&mut q.p05, &mut q.p25, &mut q.p50, &mut q.p75, &mut q.p95] {
            hide_number(quantile, &mut hide);
        }
    }
    for bin in field.histogram.iter_mut().flatten() {
        hide_number(&mut bin.from, &mut hide);
        hide_number(&mut bin.to, &mut hide);
    }
    if all {
        // A sum or a mean over few personal numbers gives them away, and says nothing of a phone.
        field.sum = None;
        field.mean = None;
        field.stddev = None;
    }
    field.masked = all || masked;
}

fn hide_number(number: &mut Number, hide: &mut impl FnMut(&mut String)) {
    let mut text = match number {
        Number::Text(text) => std::mem::take(text),
        Number::Integer(i) => i.to_string(),
        Number::Float(f) => f.to_string(),
    };
    let before = text.clone();
    hide(&mut text);
    if text != before || matches!(number, Number::Text(_)) {
        *number = Number::Text(text);
    }
}
