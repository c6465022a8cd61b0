//! A profile as Markdown (GitHub's): headings, facts, one row a field.

use std::fmt::Write;

use ddgen_profile::Profile;
use ddgen_profile::document::{Field, Number, Severity, Table};

use crate::cli::amounts::{bytes, grouped, real, share, value};
use crate::cli::profile_table::is_ordered;
use crate::cli::text::printable;

pub(super) fn render(profile: &Profile) -> String {
    let mut out = String::new();
    // Writing into a String does not fail.
    let _never = write(&mut out, profile);
    out
}

fn write(out: &mut String, profile: &Profile) -> std::fmt::Result {
    let source = &profile.source;
    writeln!(out, "# {}\n", escaped(&source.name))?;
    let mut format = escaped(&source.format);
    for more in [&source.compression, &source.encoding]
        .into_iter()
        .flatten()
    {
        write!(format, ", {}", escaped(more))?;
    }
    writeln!(out, "- {}, {format}", bytes(source.bytes))?;
    writeln!(out, "- BLAKE3 `{}`", code(&source.blake3))?;
    for table in &profile.tables {
        write_table(out, table)?;
    }
    Ok(())
}

fn write_table(out: &mut String, table: &Table) -> std::fmt::Result {
    writeln!(out, "\n## {}\n", escaped(&table.name))?;
    let duplicates = table.duplicate_records.map_or_else(String::new, |number| {
        let about = table.estimates.contains_key("duplicate_records");
        let about = if about { "about " } else { "" };
        format!(", {about}{} duplicates", grouped(number))
    });
    writeln!(
        out,
        "{} records, {} fields{duplicates}, {} rejected\n",
        grouped(table.records),
        grouped(table.fields.len() as u64),
        grouped(table.rejected_records)
    )?;
    out.push_str(
        "| Field | Type | Missing | Distinct | Min | Median | Mean | Max | Meaning |\n\
         |---|---|---:|---:|---:|---:|---:|---:|---|\n",
    );
    for field in &table.fields {
        write_row(out, field)?;
    }
    let of_fields = table.fields.iter().flat_map(|field| {
        let findings = field.findings.iter();
        findings.map(move |finding| (Some(field), finding))
    });
    let of_table = table.findings.iter().map(|finding| (None, finding));
    let mut all: Vec<_> = of_table.chain(of_fields).collect();
    if all.is_empty() {
        return Ok(());
    }
    all.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.severity));
    out.push_str("\n### Findings\n\n");
    for (field, finding) in all {
        let severity = match finding.severity {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        let name = field.map_or_else(String::new, |field| format!(" {}:", name(field)));
        writeln!(out, "- **{severity}**{name} {}", escaped(&finding.message))?;
    }
    Ok(())
}

fn write_row(out: &mut String, field: &Field) -> std::fmt::Result {
    let shown = |number: Option<&Number>, key: &str| {
        let about = field.estimates.contains_key(key);
        let text = number.map(|number| escaped(&value(number)));
        text.map_or_else(String::new, |text| format!("{}{text}", tilde(about)))
    };
    let middle = field.quantiles.as_ref().map(|quantiles| &quantiles.p50);
    let median = middle.filter(|_| is_ordered(field));
    let meaning = match (&field.pii, &field.semantic_type) {
        (Some(pii), _) => format!("**{}**", escaped(&pii.entity)),
        (None, Some(semantic)) => escaped(semantic),
        (None, None) => String::new(),
    };
    writeln!(
        out,
        "| {} | {} | {} | {}{} | {} | {} | {} | {} | {meaning} |",
        name(field),
        escaped(&field.field_type),
        escaped(&share(field.null_count, field.count)),
        tilde(field.estimates.contains_key("distinct_count")),
        grouped(field.distinct_count),
        shown(field.min.as_ref(), "min"),
        shown(median, "quantiles"),
        field.mean.map(real).unwrap_or_default(),
        shown(field.max.as_ref(), "max"),
    )
}

fn tilde(about: bool) -> &'static str {
    if about { "\\~" } else { "" }
}

fn name(field: &Field) -> String {
    if field.path.trim().is_empty() {
        format!("(column {})", field.position)
    } else {
        escaped(&field.path)
    }
}

/// Text as text, inside a cell as well.
fn escaped(text: &str) -> String {
    crate::markdown::escaped(&printable(text))
}

fn code(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}

#[cfg(test)]
mod tests {
    use ddgen_profile::Brief;

    use super::*;

    #[test]
    fn markup_of_the_file_is_text() {
        assert_eq!(escaped("dep_time"), "dep_time");
        assert_eq!(escaped("_x_ a|b"), "\\_x\\_ a\\|b");
        assert_eq!(escaped("<b>&amp;`c`*"), "\\<b\\>\\&amp;\\`c\\`\\*");
        assert_eq!(escaped("a\nb"), "a\\\\nb");
        assert_eq!(escaped("@team https://x"), "&#64;team https&#58;//x");
    }

    #[test]
    fn every_row_has_as_many_cells_as_the_heading() {
        let text = "a|b,\"c\nd\",,x\n1|2,\"y|\",z,\\|\n3|4,\"w\",,\\\n";
        let brief = Brief {
            name: "t|.csv".into(),
            ..Brief::default()
        };
        let profile = ddgen_profile::profile(&text.as_bytes().to_vec(), &brief, &|_| {}).unwrap();
        let out = render(&profile);
        let rows: Vec<&str> = out.lines().filter(|line| line.starts_with("| ")).collect();
        assert_eq!(rows.len(), 5);
        for row in rows {
            // A bar that is escaped (by an odd number of backslashes) divides nothing.
            let mut bars = 0;
            let mut escapes = 0;
            for c in row.chars() {
                bars += usize::from(c == '|' && escapes % 2 == 0);
                escapes = if c == '\\' { escapes + 1 } else { 0 };
            }
            assert_eq!(bars, 10, "{row}");
        }
    }
}
