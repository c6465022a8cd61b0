//! What is to be said about the table and its fields, the gravest first.

use ddgen_profile::document::{Finding, Severity, Table};

use super::name_of;
use super::page::Page;
use crate::cli::screen::Ink;
use crate::cli::text::{self, printable};

/// Columns of the names, where the screen is wide enough for a column of them.
const NAME: usize = 24;
/// From this width on the sentences stand beside the names.
const BESIDE: usize = 70;

/// All findings of a table; the severity is written out, so that no word depends on its colour.
pub(super) fn all(page: &mut Page, table: &Table) {
    let of_table = table.findings.iter().map(|finding| (None, finding));
    let of_fields = table.fields.iter().flat_map(|field| {
        let findings = field.findings.iter();
        findings.map(move |finding| (Some(field), finding))
    });
    let mut found: Vec<(Option<String>, &Finding)> = of_table
        .chain(of_fields)
        .map(|(field, finding)| (field.map(name_of), finding))
        .collect();
    if found.is_empty() {
        return;
    }
    // Stable: those of one severity stay in the order of the fields.
    found.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.severity));
    page.blank();
    let names = found.iter().filter_map(|(name, _)| name.as_deref());
    let widest = names.map(text::width).max().unwrap_or(0);
    for (name, finding) in &found {
        sentence(page, name.as_deref().unwrap_or("all"), widest, finding);
    }
}

/// One finding without the name of its field.
pub(super) fn alone(page: &mut Page, finding: &Finding) {
    page.hanging(
        vec![severity(finding.severity)],
        &words(finding),
        Ink::Plain,
    );
}

fn sentence(page: &mut Page, name: &str, widest: usize, finding: &Finding) {
    let severity = severity(finding.severity);
    match page.screen.width {
        // A script reads lines: the name stands whole before a colon.
        None => {
            let name = (format!("{name}: "), Ink::Strong);
            page.hanging(vec![severity, name], &words(finding), Ink::Plain);
        }
        Some(width) if width >= BESIDE => {
            let columns = widest.clamp(3, NAME);
            let name = text::padded(&text::middle(name, columns), columns + 2, false);
            let beginning = vec![severity, (name, Ink::Strong)];
            page.hanging(beginning, &words(finding), Ink::Plain);
        }
        Some(width) => {
            let name = text::middle(name, width.saturating_sub(text::width(&severity.0)));
            page.line(&[severity, (name, Ink::Strong)]);
            let indent = ("  ".to_owned(), Ink::Plain);
            page.hanging(vec![indent], &words(finding), Ink::Plain);
        }
    }
}

fn words(finding: &Finding) -> String {
    printable(&finding.message)
}

fn severity(severity: Severity) -> (String, Ink) {
    let (word, ink) = match severity {
        Severity::Info => ("info", Ink::Quiet),
        Severity::Warning => ("warning", Ink::Warning),
        Severity::Error => ("error", Ink::Bad),
    };
    (text::padded(word, 9, false), ink)
}
