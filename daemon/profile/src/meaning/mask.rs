//! Masking: the shape of a value stays, its content does not.

use std::collections::HashSet;

use super::scan::is_pii;
use crate::document::{Field, Number};

/// The step of a path that stands for every key which alone passes a strict detector.
pub const PERSONAL_KEYS: &str = "<PERSONAL_DATA>";

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
        for (_, quantile) in q.each_mut() {
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

/// Masks the names, and with them the paths, of columns that are named by personal data. The paths
/// stay apart, by numbers where masked names are alike. What lies below such a column follows it.
pub fn mask_names(fields: &mut [Field]) {
    let personal: Vec<bool> = fields.iter().map(|f| is_pii(&f.name)).collect();
    if !personal.contains(&true) {
        return;
    }
    let open = fields
        .iter()
        .zip(&personal)
        .filter(|(_, personal)| !**personal);
    let mut taken: HashSet<String> = open.map(|(f, _)| f.path.clone()).collect();
    let mut moved: Vec<(String, String)> = Vec::new();
    for (field, _) in fields
        .iter_mut()
        .zip(personal)
        .filter(|(_, personal)| *personal)
    {
        field.name = mask(&field.name);
        let mut again = 1;
        let mut path = field.name.clone();
        while !taken.insert(path.clone()) {
            again += 1;
            path = format!("{}#{again}", field.name);
        }
        moved.push((std::mem::replace(&mut field.path, path.clone()), path));
    }
    for (from, to) in moved {
        let below = |path: &str| {
            let rest = path.strip_prefix(&from)?;
            rest.starts_with(['.', '[']).then(|| format!("{to}{rest}"))
        };
        for field in fields.iter_mut() {
            if let Some(path) = below(&field.path) {
                field.path = path;
            }
            if let Some(parent) = &mut field.parent_path {
                *parent = match below(parent) {
                    Some(path) => path,
                    None if *parent == from => to.clone(),
                    None => continue,
                };
            }
        }
    }
}

fn hide_number(number: &mut Number, hide: &mut impl FnMut(&mut String)) {
    let before = number.text();
    let mut text = before.clone();
    hide(&mut text);
    if text != before || matches!(number, Number::Text(_)) {
        *number = Number::Text(text);
    }
}
