//! A profile as tables a person reads.

use ddgen_profile::document::{Field, Number, Profile, Severity, Table as ProfileTable};

use super::failure::Failure;
use super::output::{self, Align, Table, grouped};

pub(super) fn print(profile: &Profile) -> Result<(), Failure> {
    let source = &profile.source;
    let encoding = source.encoding.as_deref().unwrap_or("binary");
    output::line(&format!(
        "{}: {}, {}, {encoding}",
        output::printable(&source.name),
        source.format,
        output::bytes(source.bytes)
    ))?;
    for table in &profile.tables {
        print_table(table)?;
    }
    Ok(())
}

fn print_table(table: &ProfileTable) -> Result<(), Failure> {
    output::line(&format!(
        "\n{}: {} records, {} fields, {} rejected",
        output::printable(&table.name),
        grouped(table.records),
        table.fields.len(),
        grouped(table.rejected_records)
    ))?;
    let mut rows = Table::new(&[
        ("#", Align::Right),
        ("FIELD", Align::Left),
        ("TYPE", Align::Left),
        ("MISSING", Align::Right),
        ("DISTINCT", Align::Right),
        ("MIN", Align::Left),
        ("MEDIAN", Align::Left),
        ("MAX", Align::Left),
        ("MEAN", Align::Right),
        ("MEANING", Align::Left),
    ]);
    for field in &table.fields {
        rows.row(cells(field));
    }
    rows.print()?;
    for finding in &table.findings {
        print_finding("", finding.severity, &finding.message)?;
    }
    for field in &table.fields {
        for finding in &field.findings {
            print_finding(&field.path, finding.severity, &finding.message)?;
        }
    }
    Ok(())
}

fn cells(field: &Field) -> [String; 10] {
    let median = field.quantiles.as_ref().map(|quantiles| &quantiles.p50);
    let approximate = if field.estimates.contains_key("distinct_count") {
        "~"
    } else {
        ""
    };
    let meaning = match (&field.pii, &field.semantic_type) {
        (Some(pii), _) => pii.entity.clone(),
        (None, Some(semantic)) => semantic.clone(),
        (None, None) => String::new(),
    };
    [
        field.position.to_string(),
        field.path.clone(),
        field.field_type.clone(),
        if field.null_count == 0 {
            "-".to_owned()
        } else {
            format!("{:.1} %", field.null_proportion * 100.0)
        },
        format!("{approximate}{}", grouped(field.distinct_count)),
        number(field.min.as_ref()),
        number(median),
        number(field.max.as_ref()),
        field.mean.map(decimal).unwrap_or_default(),
        meaning,
    ]
}

fn number(number: Option<&Number>) -> String {
    match number {
        None => String::new(),
        Some(Number::Integer(value)) => value.to_string(),
        Some(Number::Float(value)) => decimal(*value),
        Some(Number::Text(value)) => value.clone(),
    }
}

/// Six significant digits are what a table is read for; `--format json` has them all.
fn decimal(value: f64) -> String {
    let text = format!("{value:.*}", if value.abs() >= 1000.0 { 1 } else { 4 });
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

fn print_finding(path: &str, severity: Severity, message: &str) -> Result<(), Failure> {
    let mark = match severity {
        Severity::Info => "info   ",
        Severity::Warning => "warning",
        Severity::Error => "error  ",
    };
    let path = output::printable(path);
    let colon = if path.is_empty() { "" } else { ": " };
    output::line(&format!(
        "{mark}  {path}{colon}{}",
        output::printable(message)
    ))
}
