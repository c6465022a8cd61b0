//! What a value may be: how it is read, what is allowed, how it is shown.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use super::raw::Raw;
use super::suggest::nearest;
use super::units::{parse_size, parse_span, show_size, show_span};

/// One kind of value. `parse` answers a wrong value with what would be right, in words.
pub(super) struct Kind<T> {
    pub(super) parse: Parse<T>,
    pub(super) show: Box<dyn Fn(&T) -> Value>,
}

type Parse<T> = Box<dyn Fn(&Raw) -> Result<T, String>>;

impl<T: 'static> Kind<T> {
    /// A kind that spaces around the value do not matter to.
    pub(super) fn new(
        parse: impl Fn(&str) -> Result<T, String> + 'static,
        show: impl Fn(&T) -> Value + 'static,
    ) -> Self {
        Self::verbatim(move |text| parse(text.trim()), show)
    }

    /// A kind that takes every character as it stands.
    pub(super) fn verbatim(
        parse: impl Fn(&str) -> Result<T, String> + 'static,
        show: impl Fn(&T) -> Value + 'static,
    ) -> Self {
        let parse = move |raw: &Raw| match raw {
            Raw::Text(text) => parse(text),
            // The empty text is a value of no kind: its refusal says what would be right.
            Raw::List(_) | Raw::Other(_) => {
                parse("").and(Err("expected a single value".to_owned()))
            }
        };
        Self {
            parse: Box::new(parse),
            show: Box::new(show),
        }
    }

    /// The same kind, where nothing is a value too.
    pub(super) fn optional(self) -> Kind<Option<T>> {
        let Self { parse, show } = self;
        Kind {
            parse: Box::new(move |raw| parse(raw).map(Some)),
            show: Box::new(move |value| value.as_ref().map_or(Value::Null, &show)),
        }
    }
}

fn within<T: PartialOrd>(
    value: Option<T>,
    range: &RangeInclusive<T>,
    expected: &str,
    show: impl Fn(&T) -> String,
) -> Result<T, String> {
    value.filter(|value| range.contains(value)).ok_or_else(|| {
        format!(
            "expected {expected}, from {} to {}",
            show(range.start()),
            show(range.end())
        )
    })
}

pub(super) fn boolean() -> Kind<bool> {
    let parse = |text: &str| match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Ok(true),
        "false" | "no" | "off" | "0" => Ok(false),
        _ => Err("expected true or false".to_owned()),
    };
    Kind::new(parse, |value| Value::Bool(*value))
}

pub(super) fn number<T>(range: RangeInclusive<T>) -> Kind<T>
where
    T: std::str::FromStr + PartialOrd + Display + Copy + Into<serde_json::Number> + 'static,
{
    let parse = move |text: &str| {
        within(
            text.replace('_', "").parse().ok(),
            &range,
            "a whole number",
            ToString::to_string,
        )
    };
    Kind::new(parse, |value| Value::Number((*value).into()))
}

pub(super) fn fraction(range: RangeInclusive<f64>) -> Kind<f64> {
    let parse =
        move |text: &str| within(text.parse().ok(), &range, "a number", ToString::to_string);
    Kind::new(parse, |value| Value::from(*value))
}

pub(super) fn size(range: RangeInclusive<u64>) -> Kind<u64> {
    let parse = move |text: &str| {
        within(
            parse_size(text),
            &range,
            "a size such as 512MiB or 2GB",
            |bytes| show_size(*bytes),
        )
    };
    Kind::new(parse, |value| Value::String(show_size(*value)))
}

pub(super) fn span(range: RangeInclusive<Duration>) -> Kind<Duration> {
    let parse = move |text: &str| {
        within(
            parse_span(text),
            &range,
            "a duration such as 500ms, 10s or 1h30m",
            |span| show_span(*span),
        )
    };
    Kind::new(parse, |value| Value::String(show_span(*value)))
}

/// One of a few words, whatever their case. The first word of a value is how it is shown; further
/// ones are accepted.
pub(super) fn choice<T: PartialEq + Copy + 'static>(
    words: &'static [(&'static str, T)],
) -> Kind<T> {
    let parse = move |text: &str| {
        let wanted = text.to_ascii_lowercase();
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == wanted) {
            return Ok(*value);
        }
        let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let hint = nearest(&wanted, all.iter().copied())
            .map_or_else(String::new, |word| format!("; did you mean `{word}`?"));
        Err(format!("expected one of {}{hint}", all.join(", ")))
    };
    let show = move |value: &T| {
        let word = words
            .iter()
            .find(|(_, known)| known == value)
            .map(|(word, _)| *word);
        word.map_or(Value::Null, Value::from)
    };
    Kind::new(parse, show)
}

/// A line of text for people or a name: not empty, without control characters.
pub(super) fn text(longest: usize) -> Kind<String> {
    let parse = move |text: &str| {
        let fits = !text.is_empty() && text.chars().count() <= longest;
        if fits && !text.chars().any(char::is_control) {
            Ok(text.to_owned())
        } else {
            Err(format!("expected a line of 1 to {longest} characters"))
        }
    };
    Kind::new(parse, |value| Value::String(value.clone()))
}

/// A path; a relative one starts at `base`.
pub(super) fn path(base: &Path) -> Kind<PathBuf> {
    let base = base.to_path_buf();
    let parse = move |text: &str| {
        if text.is_empty() || text.contains('\0') {
            return Err("expected a path".to_owned());
        }
        if text == "~" || text.starts_with("~/") {
            return Err(
                "`~` is opened by shells only: write the folder out, from `/` on".to_owned(),
            );
        }
        Ok(absolute(&base, Path::new(text)))
    };
    Kind::new(parse, |value| {
        Value::String(value.to_string_lossy().into_owned())
    })
}

/// The path from the root on, without `.` and `..`, as a shell's `cd` reads it.
pub(super) fn absolute(base: &Path, path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in base.join(path).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop();
            }
            part => clean.push(part),
        }
    }
    clean
}

/// Several values: a TOML list, or words between commas. `each` judges one of them.
pub(super) fn list(
    expected: &'static str,
    each: impl Fn(&str) -> Result<String, String> + 'static,
) -> Kind<Vec<String>> {
    let parse = move |raw: &Raw| {
        let items: Vec<String> = match raw {
            Raw::Text(text) => words(text),
            Raw::List(items) => items.clone(),
            Raw::Other(_) => return Err(format!("expected {expected}")),
        };
        items.iter().map(|item| each(item.trim())).collect()
    };
    Kind {
        parse: Box::new(parse),
        show: Box::new(|value| value.iter().map(String::as_str).collect()),
    }
}

/// Python programs write lists as JSON: `["https://a", "https://b"]` is honoured as well.
fn words(text: &str) -> Vec<String> {
    if text.trim_start().starts_with('[')
        && let Ok(items) = serde_json::from_str(text)
    {
        return items;
    }
    text.split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}
