use std::process::ExitCode;

use ddgen_ipc::ClientError;
use ddgen_ipc::client::CALL_DEADLINE;
use ddgen_ipc::message::{RenameCall, RenameRow, Reply, Request};

use super::args::{DecideArgs, Format, NamedArgs, Place};
use super::attach::with_daemon;
use super::failure::Failure;
use super::output::{self, Align, Table};

pub(super) fn run(args: &NamedArgs, format: Format) -> Result<ExitCode, Failure> {
    let request = Request::Renames {
        name: args.name.clone(),
    };
    tell(&args.place, request, format, "no field was renamed")
}

pub(super) fn accept(args: &DecideArgs, format: Format) -> Result<ExitCode, Failure> {
    let request = Request::Accept {
        name: args.name.clone(),
        renames: calls(args)?,
    };
    tell(&args.place, request, format, "nothing was proposed")
}

pub(super) fn refuse(args: &DecideArgs, format: Format) -> Result<ExitCode, Failure> {
    let request = Request::Refuse {
        name: args.name.clone(),
        renames: calls(args)?,
    };
    tell(&args.place, request, format, "nothing was proposed")
}

fn calls(args: &DecideArgs) -> Result<Vec<RenameCall>, Failure> {
    if args.from.is_some() && args.fields.len() != 1 {
        return Err(Failure::usage(
            "--from OLD tells the old path of one field: name just that field",
        ));
    }
    let call = |field: &String| RenameCall {
        from: args.from.clone(),
        to: field.clone(),
    };
    Ok(args.fields.iter().map(call).collect())
}

fn tell(place: &Place, request: Request, format: Format, none: &str) -> Result<ExitCode, Failure> {
    let rows = with_daemon(place, async |client| {
        let (mut rows, mut strange) = (Vec::new(), false);
        client
            .call_parts(request, CALL_DEADLINE, |reply| match reply {
                Reply::Renames(part) => rows.extend(part),
                _ => strange = true,
            })
            .await?;
        match strange {
            true => Err(ClientError::Unexpected.into()),
            false => Ok(rows),
        }
    })?;
    match format {
        Format::Json => output::json(&rows)?,
        Format::Table if rows.is_empty() => output::line(none)?,
        Format::Table => print(&rows)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn print(rows: &[RenameRow]) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("VERSION", Align::Right),
        ("FROM", Align::Left),
        ("TO", Align::Left),
        ("SCORE", Align::Right),
        ("STATE", Align::Left),
        ("BY", Align::Left),
        ("BECAUSE", Align::Left),
    ]);
    for row in rows {
        table.row([
            row.version.to_string(),
            row.from.clone(),
            row.to.clone(),
            format!("{:.3}", row.score),
            row.state.word().to_owned(),
            row.author.clone().unwrap_or_default(),
            row.because.clone(),
        ]);
    }
    table.print()
}
