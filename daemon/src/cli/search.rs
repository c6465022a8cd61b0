use std::process::ExitCode;

use ddgen_ipc::ClientError;
use ddgen_ipc::message::{Found, Reply, Request};

use super::args::{Format, SearchArgs};
use super::attach::with_daemon;
use super::failure::Failure;
use super::output::{self, Align, Table, grouped};

pub(super) fn run(args: &SearchArgs, format: Format) -> Result<ExitCode, Failure> {
    let request = Request::Search {
        words: args.words.join(" "),
        offset: args.offset,
        limit: args.limit,
    };
    let found = with_daemon(&args.place, async |client| {
        match client.call(request).await? {
            Reply::Found(found) => Ok(found),
            _ => Err(ClientError::Unexpected.into()),
        }
    })?;
    match format {
        Format::Json => output::json(&found)?,
        Format::Table => print(&found)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn print(found: &Found) -> Result<(), Failure> {
    if let Some(read_as) = &found.read_as {
        output::line(&format!(
            "nothing is spelt so; found for: {}",
            output::printable(read_as)
        ))?;
    }
    if found.fields.is_empty() && found.dictionaries.is_empty() {
        return output::line("nothing found");
    }
    if !found.dictionaries.is_empty() {
        let mut table = Table::new(&[
            ("DICTIONARY", Align::Left),
            ("RECORDS", Align::Right),
            ("FIELDS", Align::Right),
            ("DESCRIPTION", Align::Left),
        ]);
        for row in &found.dictionaries {
            table.row([
                row.name.clone(),
                grouped(row.records),
                row.fields.to_string(),
                first_line(row.description.as_deref()),
            ]);
        }
        table.print()?;
    }
    if !found.fields.is_empty() {
        let mut table = Table::new(&[
            ("FIELD", Align::Left),
            ("DICTIONARY", Align::Left),
            ("TYPE", Align::Left),
            ("MEANING", Align::Left),
            ("PII", Align::Left),
            ("DESCRIPTION", Align::Left),
        ]);
        for row in &found.fields {
            table.row([
                row.path.clone(),
                row.dictionary.clone(),
                row.field_type.clone(),
                row.semantic_type.clone().unwrap_or_default(),
                row.pii.clone().unwrap_or_default(),
                first_line(row.description.as_deref()),
            ]);
        }
        table.print()?;
    }
    if found.more {
        output::line("there are more: write more words, or ask with --limit and --offset")?;
    }
    Ok(())
}

fn first_line(text: Option<&str>) -> String {
    text.and_then(|text| text.lines().next())
        .unwrap_or_default()
        .to_owned()
}
