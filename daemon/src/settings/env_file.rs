//! `.env` files, read as compose reads them, with the line of every name.
//!
//! Nothing is substituted: a value never depends on what else happens to be in the environment.
//! (The `dotenvy` crate reads the process's environment for `$NAME`, refuses a bare value with
//! spaces such as the guide's `APP_NAME`, and knows no lines.)

use std::path::{Path, PathBuf};

use super::notice::Notice;
use super::origin::Origin;

/// One `NAME=VALUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EnvLine {
    pub(super) name: String,
    pub(super) value: String,
    /// Counted from 1.
    pub(super) line: usize,
}

/// What one file says. Where a name stands twice, the later line counts.
#[derive(Debug, Clone)]
pub(super) struct EnvFile {
    pub(super) path: PathBuf,
    pub(super) lines: Vec<EnvLine>,
}

impl EnvFile {
    pub(super) fn get(&self, name: &str) -> Option<&EnvLine> {
        self.lines.iter().rev().find(|line| line.name == name)
    }

    pub(super) fn origin(&self, line: &EnvLine) -> Origin {
        let EnvLine { name, line, .. } = line;
        Origin::EnvFile {
            path: self.path.clone(),
            line: *line,
            variable: name.clone(),
        }
    }

    pub(super) fn parse(path: &Path, text: &str) -> (Self, Vec<Notice>) {
        let mut file = Self {
            path: path.to_path_buf(),
            lines: Vec::new(),
        };
        let mut notices = Vec::new();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (index, written) in text.lines().enumerate() {
            let line = index + 1;
            match parse_line(written) {
                Ok(None) => {}
                Ok(Some((name, value))) => {
                    let parsed = EnvLine { name, value, line };
                    if let Some(earlier) = file.get(&parsed.name) {
                        let message = format!(
                            "{} stands twice: line {line} counts, line {} does not",
                            parsed.name, earlier.line
                        );
                        notices.push(Notice::warning("", message).at(&file.origin(&parsed)));
                    }
                    file.lines.push(parsed);
                }
                Err(why) => {
                    let origin = Origin::File {
                        path: path.to_path_buf(),
                        line,
                    };
                    notices.push(Notice::error("", why).at(&origin));
                }
            }
        }
        (file, notices)
    }
}

fn parse_line(line: &str) -> Result<Option<(String, String)>, String> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    let line = line.strip_prefix("export ").unwrap_or(line);
    let Some((name, value)) = line.split_once('=') else {
        // The line itself is not repeated: it may be the torn-off end of a secret.
        return Err("not of the form NAME=VALUE; comments begin with #".to_owned());
    };
    let name = name.trim_end();
    let begins_well = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if !begins_well || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Err(
            "the name before `=` may hold letters, digits and `_` only, and no digit first"
                .to_owned(),
        );
    }
    parse_value(value.trim_start())
        .map(|value| Some((name.to_owned(), value)))
        .map_err(|why| format!("{name}: {why}"))
}

fn parse_value(text: &str) -> Result<String, &'static str> {
    let (value, rest) = match text.chars().next() {
        Some('\'') => text[1..]
            .split_once('\'')
            .map(|(value, rest)| (value.to_owned(), rest))
            .ok_or(UNCLOSED)?,
        Some('"') => double_quoted(&text[1..])?,
        // A `#` inside a bare value belongs to it unless a space stands before: colours, URLs.
        _ => {
            let end = text
                .find(" #")
                .or_else(|| text.find("\t#"))
                .unwrap_or(text.len());
            let bare = if text.starts_with('#') {
                ""
            } else {
                &text[..end]
            };
            return Ok(bare.trim_end().to_owned());
        }
    };
    let rest = rest.trim_start();
    if rest.is_empty() || rest.starts_with('#') {
        Ok(value)
    } else {
        Err("text after the closing quote; put the whole value into the quotes")
    }
}

const UNCLOSED: &str = "the quote is not closed on the same line";

fn double_quoted(text: &str) -> Result<(String, &str), &'static str> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Ok((value, &text[at + 1..])),
            '\\' => match chars.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, 't')) => value.push('\t'),
                Some((_, 'r')) => value.push('\r'),
                Some((_, c @ ('"' | '\\' | '$'))) => value.push(c),
                Some((_, other)) => value.extend(['\\', other]),
                None => return Err(UNCLOSED),
            },
            c => value.push(c),
        }
    }
    Err(UNCLOSED)
}
