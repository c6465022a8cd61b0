//! From what was counted to violations, in words.

use super::{Broken, Contract, FieldRule, Matching, Violation};
use crate::accumulate::Kind;
use crate::accumulate::tally::Tally;
use crate::accumulate::values::Value;
use crate::document::{Field, Table};
use crate::lex::Class;
use crate::wording::{is_or_are, values};

/// What is known of a field beside its part of the document.
pub(crate) struct Counted<'a> {
    /// Values held that are not missing.
    pub(crate) values: &'a [(Kind, Value<'a>)],
    pub(crate) tally: &'a Tally,
    /// Whether `values` are all there are.
    pub(crate) complete: bool,
    /// Place of the first missing value that was observed.
    pub(crate) first_missing: Option<u64>,
    /// What the accumulators let pass, and how many rules they were asked for.
    pub(crate) broken: Option<Broken>,
    pub(crate) record_number: &'a (dyn Fn(u64) -> u64 + Sync),
}

/// All violations of one field; examples stand as they are written.
pub(crate) fn of_field(
    rule: &FieldRule,
    field: &Field,
    mut counted: Counted<'_>,
) -> Vec<Violation> {
    let path = &field.path;
    let violation = |rule: &str, count, first, example: Option<&[u8]>, message| Violation {
        field: Some(path.clone()),
        rule: rule.to_owned(),
        count,
        first_record: first,
        example: example.map(|e| String::from_utf8_lossy(e).into_owned()),
        message,
    };
    let mut found = Vec::new();
    if let Some((wanted, count, place, text)) = of_type(rule, field, &counted) {
        let first = place.map(counted.record_number);
        let message = format!(
            "{} {} no {wanted}: the field is {}",
            values(count),
            is_or_are(count),
            field.field_type
        );
        found.push(violation(
            "type",
            Some(count),
            first,
            text.as_deref(),
            message,
        ));
    }
    if rule.required && field.null_count > 0 {
        let first = counted.first_missing.map(counted.record_number);
        let message = format!(
            "{} of {} values {} missing",
            field.null_count,
            field.count,
            is_or_are(field.null_count)
        );
        found.push(violation(
            "required",
            Some(field.null_count),
            first,
            None,
            message,
        ));
    }
    if rule.unique {
        found.extend(repeated(&counted).map(|(count, place, text)| {
            let first = Some((counted.record_number)(place));
            let message = match count {
                Some(count) => format!("{} {} there before", values(count), is_or_are(count)),
                None => "values repeat; there are too many distinct ones to count all that do"
                    .to_owned(),
            };
            violation("unique", count, first, Some(text), message)
        }));
    }
    if let Some(broken) = &mut counted.broken {
        for (_, value) in counted.values {
            broken.see(value.text, value.count, value.first);
        }
        for (which, count) in broken.counts() {
            let (place, text) = count
                .first
                .as_ref()
                .map_or((None, None), |(p, t)| (Some(*p), Some(&**t)));
            let message = format!(
                "{} {}",
                values(count.count),
                words(rule, which.word(), count.count == 1)
            );
            let first = place.map(counted.record_number);
            found.push(violation(
                which.word(),
                Some(count.count),
                first,
                text,
                message,
            ));
        }
    }
    found
}

/// What is wrong with the values, or with the `one`.
fn words(rule: &FieldRule, which: &str, one: bool) -> String {
    let (are, have, do_) = if one {
        ("is", "has", "does")
    } else {
        ("are", "have", "do")
    };
    let bound = |bound: &Option<String>| bound.clone().unwrap_or_default();
    match which {
        "minimum" => format!("{are} below {}", bound(&rule.minimum)),
        "maximum" => format!("{are} above {}", bound(&rule.maximum)),
        "length" => match (rule.min_length, rule.max_length) {
            (Some(least), Some(most)) => format!("{have} not {least} to {most} characters"),
            (Some(least), None) => format!("{have} fewer than {least} characters"),
            (_, most) => format!("{have} more than {} characters", most.unwrap_or(u64::MAX)),
        },
        "pattern" => format!("{do_} not match `{}`", bound(&rule.pattern)),
        _ => format!("{are} none of the {} allowed", rule.values.len()),
    }
}

type Mistyped<'a> = (&'a str, u64, Option<u64>, Option<Vec<u8>>);

/// Values that cannot be of the type. What the field as a whole is read as decides first: it knows how
/// its numbers and dates are written.
fn of_type<'a>(rule: &'a FieldRule, field: &Field, counted: &Counted<'_>) -> Option<Mistyped<'a>> {
    let wanted = rule.field_type.as_deref()?;
    let is = &*field.field_type;
    let none = field.count == field.null_count;
    let fits = match wanted {
        "any" => true,
        "string" => !matches!(is, "object" | "array" | "binary"),
        "number" => matches!(is, "number" | "integer"),
        "boolean" => is == "boolean" || field.semantic_type.as_deref() == Some("boolean"),
        "year" => {
            is == "year" || (is == "integer" && field.semantic_type.as_deref() == Some("year"))
        }
        other => is == other,
    };
    // Text by its own format is no number, and a number by its own format no text.
    let own = counted
        .values
        .iter()
        .find(|(kind, _)| wanted == "string" && matches!(kind, Kind::Number | Kind::Boolean));
    if none || (fits && own.is_none()) {
        return None;
    }
    if let Some((_, value)) = own {
        let foreign = |(kind, _): &&(Kind, Value<'_>)| matches!(kind, Kind::Number | Kind::Boolean);
        let count = counted
            .values
            .iter()
            .filter(foreign)
            .map(|(_, v)| v.count)
            .sum();
        return Some((wanted, count, Some(value.first), Some(value.text.to_vec())));
    }
    let allowed: &[Class] = match wanted {
        "integer" | "year" => &[Class::Integer],
        "number" => &[Class::Integer, Class::Number],
        "boolean" => &[Class::Boolean],
        "date" => &[Class::Date],
        "datetime" => &[Class::Datetime],
        "time" => &[Class::Time],
        "yearmonth" => &[Class::YearMonth],
        "duration" => &[Class::Duration],
        "object" => &[Class::Object],
        "array" => &[Class::Array],
        "binary" => &[Class::Binary],
        _ => &[],
    };
    let others = Class::ALL
        .into_iter()
        .filter(|class| !allowed.contains(class));
    let classes: Vec<_> = others
        .map(|class| &counted.tally.classes[class as usize])
        .collect();
    let count: u64 = classes.iter().map(|class| class.count).sum();
    let first = classes
        .iter()
        .filter_map(|class| class.first.as_ref())
        .min_by_key(|(place, _)| *place);
    match count {
        // Each could be one; only together, in their several formats, they cannot.
        0 => Some((wanted, counted.tally.count(), None, None)),
        count => Some((
            wanted,
            count,
            first.map(|(p, _)| *p),
            first.map(|(_, t)| t.to_vec()),
        )),
    }
}

/// How many values were there before, and place and text of the first that repeats.
fn repeated<'a>(counted: &Counted<'a>) -> Option<(Option<u64>, u64, &'a [u8])> {
    let twice = || {
        counted
            .values
            .iter()
            .map(|(_, value)| value)
            .filter(|value| value.count > 1)
    };
    let first = twice().min_by_key(|value| value.first)?;
    let again: u64 = twice().map(|value| value.count - 1).sum();
    Some((counted.complete.then_some(again), first.first, first.text))
}

/// Which fields there are, in which order, and how many records.
pub(crate) fn of_table(contract: &Contract, table: &Table) -> Vec<Violation> {
    let violation = |field: Option<&str>, rule: &str, message: String| Violation {
        field: field.map(str::to_owned),
        rule: rule.to_owned(),
        count: None,
        first_record: None,
        example: None,
        message,
    };
    let has = |path: &str| table.fields.iter().any(|field| field.path == path);
    let mut found = Vec::new();
    let wanted: Vec<&str> = contract.fields.iter().map(|rule| &*rule.path).collect();
    let missing: Vec<&str> = wanted.iter().copied().filter(|path| !has(path)).collect();
    let partly = matches!(contract.matching, Matching::Subset | Matching::Partial);
    if !partly {
        let none =
            |path: &&str| violation(Some(path), "field", "there is no such field".to_owned());
        found.extend(missing.iter().map(none));
    } else if missing.len() == wanted.len() && !wanted.is_empty() {
        found.push(violation(
            None,
            "field",
            "none of the fields is there".to_owned(),
        ));
    }
    if matches!(
        contract.matching,
        Matching::Exact | Matching::Equal | Matching::Subset
    ) {
        // What lies within a field that is named belongs to it.
        let known = |path: &str| {
            let inside = |w: &&str| {
                path.strip_prefix(*w)
                    .is_some_and(|rest| rest.starts_with(['.', '[']))
            };
            wanted.contains(&path) || wanted.iter().any(inside)
        };
        let more = table.fields.iter().filter(|field| !known(&field.path));
        let say = |f: &crate::document::Field| {
            violation(
                Some(&f.path),
                "unexpected",
                "the contract has no such field".to_owned(),
            )
        };
        found.extend(more.map(say));
    }
    if contract.matching == Matching::Exact && found.is_empty() {
        let order = table
            .fields
            .iter()
            .map(|field| &*field.path)
            .filter(|path| wanted.contains(path));
        if let Some((is, _)) = order.zip(&wanted).find(|(is, wanted)| is != *wanted) {
            let message = "the fields stand in another order than in the contract".to_owned();
            found.push(violation(Some(is), "order", message));
        }
    }
    let records = table.records;
    let few = contract.min_records.filter(|least| records < *least);
    let many = contract.max_records.filter(|most| records > *most);
    if let Some(least) = few {
        found.push(violation(
            None,
            "records",
            format!("{records} records are fewer than {least}"),
        ));
    }
    if let Some(most) = many {
        found.push(violation(
            None,
            "records",
            format!("{records} records are more than {most}"),
        ));
    }
    found
}
