//! What changed between two versions, as Markdown: for a wiki, a merge request, a message.

use std::fmt::Write;

use serde::Deserialize;

use super::markdown::{code, escaped};
use crate::judge::{Change, Severity};

/// The document that a diff is.
#[derive(Debug, Deserialize)]
pub struct Diff {
    pub name: String,
    pub from: Side,
    pub to: Side,
    pub changes: Vec<Change>,
    /// What was judged of the newer version against those before it.
    pub findings: Vec<Found>,
}

#[derive(Debug, Deserialize)]
pub struct Side {
    pub version: u32,
    pub records: u64,
    pub fields: u32,
    pub file: String,
    pub created_at: String,
}

#[derive(Debug, Deserialize)]
pub struct Found {
    pub field: Option<String>,
    pub severity: String,
    pub message: String,
}

/// The changelog: what breaks comes first.
#[must_use]
pub fn markdown(diff: &Diff) -> String {
    let mut out = String::new();
    // Writing into a String does not fail.
    let _never = write(&mut out, diff);
    out
}

fn write(out: &mut String, diff: &Diff) -> std::fmt::Result {
    writeln!(
        out,
        "# {}: version {} to {}\n",
        escaped(&diff.name),
        diff.from.version,
        diff.to.version
    )?;
    for side in [&diff.from, &diff.to] {
        writeln!(
            out,
            "- version {}: `{}`, {} records, {} fields, {}",
            side.version,
            code(&side.file),
            side.records,
            side.fields,
            side.created_at
        )?;
    }
    if diff.changes.is_empty() && diff.findings.is_empty() {
        return writeln!(out, "\nNo changes.");
    }
    for (title, severity) in [
        ("Breaking", Severity::Breaking),
        ("Warnings", Severity::Warning),
        ("For information", Severity::Info),
    ] {
        let mut found = diff
            .changes
            .iter()
            .filter(|change| change.severity() == severity);
        let Some(first) = found.next() else { continue };
        writeln!(out, "\n## {title}\n")?;
        for change in std::iter::once(first).chain(found) {
            let (field, words) = (named(change.path()), escaped(&change.sentence()));
            writeln!(out, "- {field}: {words}")?;
        }
    }
    if !diff.findings.is_empty() {
        writeln!(out, "\n## Values\n")?;
        for found in &diff.findings {
            let field = found.field.as_deref().map_or("the table".to_owned(), named);
            let words = escaped(&found.message);
            writeln!(out, "- {field}: {words} ({})", escaped(&found.severity))?;
        }
    }
    Ok(())
}

fn named(path: &str) -> String {
    match path.trim() {
        "" => "(a column without a name)".to_owned(),
        _ => format!("**{}**", escaped(path)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn side(version: u32) -> serde_json::Value {
        json!({ "version": version, "records": 10, "fields": 2, "file": "a`b.csv",
                "created_at": "2026-01-05T00:00:00.000Z" })
    }

    #[test]
    fn what_breaks_comes_first_and_names_are_text() {
        let change = |kind: &str, severity: &str, path: &str| json!({ "kind": kind, "severity": severity, "path": path });
        let diff = json!({
            "name": "sales*", "from": side(1), "to": side(2),
            "changes": [
                change("added", "info", "<b>new</b>"),
                change("removed", "breaking", "old_one"),
                { "kind": "modified", "severity": "warning", "path": "n", "aspect": "type",
                  "from": "integer", "to": "number" },
            ],
            "findings": [{ "field": null, "severity": "warning", "message": "5 | records" }],
        });
        let diff: Diff = serde_json::from_value(diff).unwrap();
        let text = markdown(&diff);
        let titles: Vec<&str> = text.lines().filter(|line| line.starts_with('#')).collect();
        let expected = [
            "# sales\\*: version 1 to 2",
            "## Breaking",
            "## Warnings",
            "## For information",
            "## Values",
        ];
        assert_eq!(titles, expected);
        // Read by somebody else's Markdown, nothing of it is markup but ours.
        let mut html = String::new();
        pulldown_cmark::html::push_html(&mut html, pulldown_cmark::Parser::new(&text));
        assert!(
            html.contains("<strong>&lt;b&gt;new&lt;/b&gt;</strong>: added"),
            "{html}"
        );
        assert!(html.contains("<strong>old_one</strong>: removed"), "{html}");
        assert!(html.contains("<code>a b.csv</code>"), "{html}");
        assert!(html.contains("type: integer -&gt; number"), "{html}");
    }

    #[test]
    fn nothing_changed_is_said() {
        let diff =
            json!({ "name": "a", "from": side(1), "to": side(2), "changes": [], "findings": [] });
        let diff: Diff = serde_json::from_value(diff).unwrap();
        assert!(markdown(&diff).ends_with("\nNo changes.\n"));
    }
}
