//! Markdown (GitHub's), one heading a dictionary.

use std::fmt::Write;

use ddgen_ipc::message::Aspect;
use ddgen_profile::document::{Field, Number};

use super::{Dictionary, Written};

pub(super) fn render(dictionaries: &[Dictionary]) -> String {
    let mut out = String::new();
    for dictionary in dictionaries {
        // Writing into a String does not fail.
        let _never = write(&mut out, dictionary);
    }
    out
}

fn write(out: &mut String, dictionary: &Dictionary) -> std::fmt::Result {
    let written = dictionary.written();
    let title = written.maybe(None, Aspect::BusinessName);
    writeln!(out, "# {}\n", escaped(title.unwrap_or(&dictionary.name)))?;
    if let Some(description) = written.maybe(None, Aspect::Description) {
        writeln!(out, "{description}\n")?;
    }
    let source = &dictionary.profile.source;
    writeln!(
        out,
        "- `{}`, version {} of {}: {} records, {} fields, from {}",
        code(&dictionary.name),
        dictionary.version,
        dictionary.updated_at,
        dictionary.records,
        dictionary.fields().len(),
        escaped(&source.name),
    )?;
    for aspect in [
        Aspect::Owner,
        Aspect::Tags,
        Aspect::Classification,
        Aspect::Criticality,
    ] {
        if let Some(text) = written.maybe(None, aspect) {
            writeln!(
                out,
                "- {}: {}",
                aspect.word().replace('_', " "),
                escaped(text)
            )?;
        }
    }
    out.push_str(
        "\n| Field | Type | Missing | Distinct | Min | Max | Meaning | Owner | Description |\n\
         |---|---|---:|---:|---:|---:|---|---|---|\n",
    );
    for field in dictionary.fields() {
        row(out, field, &written)?;
    }
    out.push('\n');
    Ok(())
}

fn row<'a>(out: &mut String, field: &'a Field, written: &Written<'a>) -> std::fmt::Result {
    let path = Some(field.path.as_str());
    let name = match field.path.trim() {
        "" => format!("(column {})", field.position),
        _ => escaped(&field.path),
    };
    let shown = |number: &Option<Number>| number.as_ref().map(shown).unwrap_or_default();
    let meaning = match (&field.pii, &field.semantic_type) {
        (Some(pii), _) => format!("**{}**", escaped(&pii.entity)),
        (None, Some(semantic)) => escaped(semantic),
        (None, None) => String::new(),
    };
    let meaning = match field.said_by() {
        Some(by) => format!("{meaning} ({})", escaped(&by)),
        None => meaning,
    };
    let words = [
        written.text(path, Aspect::BusinessName),
        written.text(path, Aspect::Description),
    ];
    let words: Vec<String> = words
        .iter()
        .filter(|text| !text.is_empty())
        .map(|text| cell(text))
        .collect();
    writeln!(
        out,
        "| {name} | {} | {} | {} | {} | {} | {meaning} | {} | {} |",
        escaped(&field.field_type),
        field.null_count,
        field.distinct_count,
        shown(&field.min),
        shown(&field.max),
        escaped(written.text(path, Aspect::Owner)),
        words.join(": "),
    )
}

fn shown(number: &Number) -> String {
    match number {
        Number::Integer(value) => value.to_string(),
        Number::Float(value) => value.to_string(),
        Number::Text(text) => escaped(text),
    }
}

/// People's Markdown inside of a cell: on one line, without bars and HTML.
fn cell(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    line.join(" ")
        .replace('\\', "\\\\")
        .replace('|', "\\|")
        .replace('<', "&lt;")
}

/// Text as text: no markup, no HTML, on one line.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '~' | '#' | '$' | '!' => {
                out.extend(['\\', c]);
            }
            '@' => out.push_str("&#64;"),
            ':' => out.push_str("&#58;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

pub(super) fn code(text: &str) -> String {
    text.chars()
        .map(|c| if c == '`' || c.is_control() { ' ' } else { c })
        .collect()
}
