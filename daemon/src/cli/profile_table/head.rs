//! What the file is.

use ddgen_profile::document::{Dialect, Profile, Table};

use super::page::Page;
use crate::cli::amounts::{bytes, grouped};
use crate::cli::screen::Ink;
use crate::cli::text::printable;

/// Hexadecimal digits of a hash that tell files of one person apart.
const SHORT_HASH: usize = 12;

pub(super) fn file(page: &mut Page, profile: &Profile) {
    let source = &profile.source;
    page.fact("file", &printable(&source.name), Ink::Strong);
    let hash: String = source.blake3.chars().take(SHORT_HASH).collect();
    page.fact(
        "size",
        &format!("{}, blake3 {hash}", bytes(source.bytes)),
        Ink::Plain,
    );
    let mut format = vec![source.format.clone()];
    if let Some(compression) = &source.compression {
        format.push(format!("compressed by {compression}"));
    }
    if let Some(encoding) = &source.encoding {
        format.push(encoding.clone());
    }
    page.fact("format", &printable(&format.join(", ")), Ink::Plain);
    if let Some(dialect) = &source.dialect {
        page.fact("dialect", &written(dialect), Ink::Plain);
    }
    match profile.tables.as_slice() {
        [table] => page.fact("records", &records(table), Ink::Plain),
        tables => page.fact("tables", &grouped(tables.len() as u64), Ink::Plain),
    }
}

/// The heading of one of several tables.
pub(super) fn table(page: &mut Page, table: &Table) {
    page.fact("table", &printable(&table.name), Ink::Strong);
    page.fact("records", &records(table), Ink::Plain);
}

fn records(table: &Table) -> String {
    let fields = table.fields.len() as u64;
    let mut words = vec![format!(
        "{} with {} {}",
        grouped(table.records),
        grouped(fields),
        if fields == 1 { "field" } else { "fields" }
    )];
    if let Some(duplicates) = table.duplicate_records {
        let about = if table.estimates.contains_key("duplicate_records") {
            "about "
        } else {
            ""
        };
        words.push(match duplicates {
            0 => "no duplicates".to_owned(),
            1 => format!("{about}1 duplicate"),
            more => format!("{about}{} duplicates", grouped(more)),
        });
    }
    if table.rejected_records > 0 {
        words.push(format!("{} rejected", grouped(table.rejected_records)));
    }
    words.join(", ")
}

fn written(dialect: &Dialect) -> String {
    let mut words = vec![format!("{} between cells", named(&dialect.delimiter))];
    if let Some(quote) = &dialect.quote {
        words.push(format!("quoted by {}", printable(quote)));
    }
    if let Some(escape) = &dialect.escape {
        words.push(format!("escaped by {}", printable(escape)));
    }
    if let Some(comment) = &dialect.comment {
        words.push(format!("comments behind {}", printable(comment)));
    }
    words.push(match dialect.line_terminator.as_str() {
        "\n" => "lines end in LF".to_owned(),
        "\r\n" => "lines end in CRLF".to_owned(),
        "\r" => "lines end in CR".to_owned(),
        other => format!("line ends {}", printable(other)),
    });
    match dialect.preamble_lines {
        0 => {}
        1 => words.push("1 line before the table".to_owned()),
        more => words.push(format!("{} lines before the table", grouped(more))),
    }
    if !dialect.header {
        words.push("no header".to_owned());
    }
    if dialect.byte_order_mark {
        words.push("byte order mark".to_owned());
    }
    words.join(", ")
}

fn named(delimiter: &str) -> String {
    match delimiter {
        "," => "comma".to_owned(),
        ";" => "semicolon".to_owned(),
        "\t" => "tab".to_owned(),
        "|" => "bar".to_owned(),
        ":" => "colon".to_owned(),
        " " => "blank".to_owned(),
        other => printable(other),
    }
}
