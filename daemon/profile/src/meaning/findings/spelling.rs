//! Faults of writing: variants of one category, white space around values, damaged encoding.

use std::collections::HashMap;

use super::{finding, percent};
use crate::document::{Field, Finding, Severity};
use crate::meaning::{View, is_pii};

/// Categories that are compared with each other; past this a field holds no categories.
const CATEGORIES: usize = 1_000;
/// Groups of variants named in the sentence.
const NAMED: usize = 3;

pub(super) fn findings(field: &Field, view: &View<'_>, present: u64, found: &mut Vec<Finding>) {
    if !matches!(field.field_type.as_str(), "string" | "any") {
        return;
    }
    variants(field, view, found);
    padded(view, present, found);
    damaged(view, present, found);
}

/// The same word but for case, white space and the marks people put between words.
fn variants(field: &Field, view: &View<'_>, found: &mut Vec<Finding>) {
    if view.values.len() > CATEGORIES
        || !view.values.is_complete()
        || field.distinct_count * 2 > field.count
    {
        return;
    }
    let mut groups: HashMap<String, Vec<(&str, u64)>> = HashMap::new();
    for (value, count) in view.values.iter() {
        let key = folded(value);
        if !key.is_empty() {
            groups.entry(key).or_default().push((value, count));
        }
    }
    let mut dirty: Vec<Vec<(&str, u64)>> = groups.into_values().filter(|g| g.len() > 1).collect();
    if dirty.is_empty() {
        return;
    }
    for group in &mut dirty {
        group.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    }
    dirty.sort_by(|a, b| b[0].1.cmp(&a[0].1).then(a[0].0.cmp(b[0].0)));
    let values: usize = dirty.iter().map(Vec::len).sum();
    let shown = field.pii.is_none()
        && !dirty
            .iter()
            .flatten()
            .any(|(v, _)| is_pii(v) || v.len() > 40);
    let examples: Vec<String> = dirty
        .iter()
        .take(NAMED)
        .map(|group| {
            group
                .iter()
                .take(4)
                .map(|(v, n)| format!("{v:?} ({n})"))
                .collect::<Vec<_>>()
                .join(" and ")
        })
        .collect();
    let tail = if shown {
        format!(": {}", examples.join("; "))
    } else {
        String::new()
    };
    found.push(finding(
        "DIRTY_CATEGORIES",
        Severity::Warning,
        format!(
            "{values} spellings come to {} when case, spaces and punctuation are left aside{tail}.",
            if dirty.len() == 1 {
                "one value".to_owned()
            } else {
                format!("{} values", dirty.len())
            }
        ),
        &[("spellings", values as f64), ("groups", dirty.len() as f64)],
    ));
}

fn folded(value: &str) -> String {
    let signed = value.chars().any(|c| c.is_ascii_digit());
    value
        .chars()
        // `-5` and `5`, `1.5` and `15` differ: next to digits, marks mean something.
        .filter(|c| {
            if signed {
                !c.is_whitespace()
            } else {
                c.is_alphanumeric()
            }
        })
        .flat_map(char::to_lowercase)
        .collect()
}

fn padded(view: &View<'_>, present: u64, found: &mut Vec<Finding>) {
    let (mut n, mut seen) = (0u64, 0u64);
    for (value, count) in view.values.iter() {
        seen += count;
        if value.trim().len() != value.len() && !value.trim().is_empty() {
            n += count;
        }
    }
    if n > 0 {
        let scope = scope(view, seen, present);
        found.push(finding(
            "WHITESPACE",
            Severity::Info,
            format!("{n} of {scope} values have white space around them."),
            &[("values", n as f64), ("looked_at", seen as f64)],
        ));
    }
}

/// Text that was read in one encoding and written in another.
fn damaged(view: &View<'_>, present: u64, found: &mut Vec<Finding>) {
    let (mut n, mut seen) = (0u64, 0u64);
    for (value, count) in view.values.iter() {
        seen += count;
        if is_damaged(value) {
            n += count;
        }
    }
    if n > 0 {
        let share = n as f64 / seen as f64;
        let scope = scope(view, seen, present);
        found.push(finding(
            "ENCODING_DAMAGE",
            Severity::Warning,
            format!("{n} of {scope} values ({}) hold signs of a wrong decoding, such as \u{fffd} or Ã¤ for ä.", percent(share)),
            &[("values", n as f64), ("share", share), ("looked_at", seen as f64)],
        ));
    }
}

fn scope(view: &View<'_>, seen: u64, present: u64) -> String {
    if view.values.is_complete() {
        present.to_string()
    } else {
        format!("{seen} looked-at")
    }
}

/// The replacement character, C1 controls, or UTF-8 read as Windows-1252: a lead byte's letter
/// followed by the letters of its continuation bytes.
fn is_damaged(text: &str) -> bool {
    if text.is_ascii() {
        return false;
    }
    let chars: Vec<char> = text.chars().collect();
    let lost = |c: &char| *c == '\u{fffd}' || (('\u{80}'..='\u{9f}').contains(c) && *c != '\u{85}');
    // Quotes, dashes and an ellipsis may follow a capital letter in honest text; so may a fixed space.
    let honest = |c: char| {
        matches!(
            c,
            '‘' | '’' | '“' | '”' | '…' | '–' | '—' | '»' | '«' | '\u{a0}'
        )
    };
    chars.iter().any(lost)
        || chars.windows(2).any(|w| match w[0] {
            'Ã' | 'Â' => continuation(w[1]) && (!honest(w[1]) || w[1] == '\u{a0}'),
            'Ä' | 'Å' | 'Ð' | 'Ñ' => continuation(w[1]) && !honest(w[1]),
            _ => false,
        })
        || chars.windows(3).any(|w| {
            matches!(w[0], 'â' | 'ã' | 'ä' | 'å' | 'ï' | 'ì')
                && continuation(w[1])
                && continuation(w[2])
        })
}

/// How Windows-1252 shows the bytes 0x80 to 0xBF, without the signs that do follow capital letters
/// in honest text.
fn continuation(c: char) -> bool {
    matches!(u32::from(c), 0xa0..=0xbf)
        || matches!(
            c,
            '€' | '‚'
                | 'ƒ'
                | '„'
                | '…'
                | '†'
                | '‡'
                | 'ˆ'
                | '‰'
                | 'Š'
                | '‹'
                | 'Œ'
                | 'Ž'
                | '‘'
                | '’'
                | '“'
                | '”'
                | '•'
                | '–'
                | '—'
                | '˜'
                | '™'
                | 'š'
                | '›'
                | 'œ'
                | 'ž'
                | 'Ÿ'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_told_from_honest_letters() {
        for bad in [
            "MÃ¼ller",
            "cafÃ©",
            "donâ€™t",
            "Â°C",
            "\u{fffd}",
            "Ã…ngstrÃ¶m",
            "naÃ¯ve",
            "ÃŸ",
            "Å‚Ã³dÅº",
            "ä¸\u{ad}æ–‡",
        ] {
            assert!(is_damaged(bad), "{bad}");
        }
        for good in [
            "Müller",
            "café",
            "don’t",
            "°C",
            "Ångström",
            "naïve",
            "łódź",
            "中文",
            "Ärger",
            "Ñandú",
            "“Ä”",
            "são",
            "AÇÃO",
        ] {
            assert!(!is_damaged(good), "{good}");
        }
    }

    #[test]
    fn folding_keeps_numbers_apart() {
        assert_eq!(folded(" New-York "), folded("new york"));
        assert_ne!(folded("-5"), folded("5"));
        assert_ne!(folded("1.5 mm"), folded("15 mm"));
    }
}
