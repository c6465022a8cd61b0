use std::process::ExitCode;

use ddgen_ipc::ClientError;
use ddgen_ipc::client::CALL_DEADLINE;
use ddgen_ipc::message::{AnnotationRow, Aspect, Edit, Reply, Request};

use super::args::{AnnotateArgs, Format};
use super::attach::with_daemon;
use super::failure::Failure;
use super::output::{self, Align, Table};

/// Writes, or without anything to write shows what is written.
pub(super) fn run(args: &AnnotateArgs, format: Format) -> Result<ExitCode, Failure> {
    let name = args.name.clone();
    let request = match args.history {
        Some(aspect) => Request::History {
            name,
            field: args.field.first().cloned(),
            aspect,
        },
        None if args.words.is_empty() => Request::Annotations { name },
        None => Request::Annotate {
            name,
            edits: edits(args)?,
        },
    };
    let only_fields = args.words.is_empty() && args.history.is_none();
    let mut rows = with_daemon(&args.place, async |client| {
        let (mut rows, mut strange) = (Vec::new(), false);
        client
            .call_parts(request, CALL_DEADLINE, |reply| match reply {
                Reply::Annotations(part) => rows.extend(part),
                _ => strange = true,
            })
            .await?;
        match strange {
            true => Err(ClientError::Unexpected.into()),
            false => Ok(rows),
        }
    })?;
    if only_fields && !args.field.is_empty() {
        let named =
            |row: &AnnotationRow| row.field.as_ref().is_some_and(|f| args.field.contains(f));
        rows.retain(named);
    }
    match format {
        Format::Json => output::json(&rows)?,
        Format::Table => print(&rows)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Every word for every field that is named; without one, for the dictionary.
fn edits(args: &AnnotateArgs) -> Result<Vec<Edit>, Failure> {
    let fields: Vec<Option<String>> = match args.field.as_slice() {
        [] => vec![None],
        fields => fields.iter().cloned().map(Some).collect(),
    };
    let mut edits = Vec::new();
    for word in &args.words {
        let (aspect, value) = word.split_once('=').ok_or_else(|| {
            Failure::usage(format!(
                "`{word}` says nothing to write: give ASPECT=TEXT, for instance owner=ana"
            ))
        })?;
        let aspect: Aspect = aspect.parse().map_err(Failure::usage)?;
        edits.extend(fields.iter().map(|field| Edit {
            field: field.clone(),
            aspect,
            value: value.to_owned(),
            expects: args.expects,
        }));
    }
    Ok(edits)
}

fn print(rows: &[AnnotationRow]) -> Result<(), Failure> {
    if rows.is_empty() {
        return output::line("nothing is written");
    }
    let mut table = Table::new(&[
        ("FIELD", Align::Left),
        ("ASPECT", Align::Left),
        ("AUTHOR", Align::Left),
        ("WRITTEN", Align::Left),
        ("TEXT", Align::Left),
    ]);
    for row in rows {
        table.row([
            row.field.clone().unwrap_or_default(),
            row.aspect.to_string(),
            row.author.clone(),
            row.written_at.to_string(),
            row.value.clone(),
        ]);
    }
    table.print()
}
