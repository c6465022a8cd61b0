use std::process::ExitCode;

use ddgen_ipc::ClientError;
use ddgen_ipc::client::CALL_DEADLINE;
use ddgen_ipc::message::{DropRow, QuarantineCall, QuarantineRow, Reply, Request};

use super::args::{Format, Place, QuarantineArgs, QuarantineVerb, ReleaseArgs};
use super::attach::with_daemon;
use super::failure::Failure;
use super::ingest::{PART_DEADLINE, sentence};
use super::output::{self, Align, Table};
use super::progress::Progress;
use super::retry::absolute;

pub(super) fn run(args: &QuarantineArgs, format: Format) -> Result<ExitCode, Failure> {
    match &args.verb {
        None => list(&args.place, format),
        Some(QuarantineVerb::List(place)) => list(place, format),
        Some(QuarantineVerb::Show(args)) => show(args, format),
        Some(QuarantineVerb::Release(args)) => release(args, format),
        Some(QuarantineVerb::Accept(args)) => {
            let drop = absolute(&args.drop);
            let_through(&args.place, QuarantineCall::Accept { drop }, format)
        }
    }
}

pub(super) fn release(args: &ReleaseArgs, format: Format) -> Result<ExitCode, Failure> {
    let drop = absolute(&args.drop);
    let_through(&args.place, QuarantineCall::Release { drop }, format)
}

fn rows(place: &Place) -> Result<Vec<QuarantineRow>, Failure> {
    with_daemon(place, async |client| {
        let mut rows = Vec::new();
        let call = Request::Quarantine(QuarantineCall::List);
        client
            .call_parts(call, CALL_DEADLINE, |reply| {
                if let Reply::Quarantine(part) = reply {
                    rows.extend(part);
                }
            })
            .await?;
        Ok(rows)
    })
}

fn list(place: &Place, format: Format) -> Result<ExitCode, Failure> {
    let rows = rows(place)?;
    match format {
        Format::Json => output::json(&rows)?,
        Format::Table if rows.is_empty() => output::line("nothing is in quarantine")?,
        Format::Table => {
            let mut table = Table::new(&[
                ("DROP", Align::Left),
                ("SINCE", Align::Left),
                ("STATE", Align::Left),
                ("DICTIONARY", Align::Left),
                ("FILE", Align::Left),
                ("BREAKS", Align::Left),
            ]);
            for row in &rows {
                table.row([
                    row.id.clone(),
                    row.quarantined_at.to_string(),
                    row.state.to_string(),
                    row.dictionary.clone(),
                    row.path.clone(),
                    row.problem.clone().unwrap_or_else(|| breaks(row)),
                ]);
            }
            table.print()?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn breaks(row: &QuarantineRow) -> String {
    let Some(first) = row.breaches.first() else {
        return String::new();
    };
    let field = first.field.as_ref();
    let field = field
        .map(|field| format!("`{field}`: "))
        .unwrap_or_default();
    let more = row.breaches.len() - 1 + row.more_breaches as usize;
    let more = match more {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    format!("{field}{}{more}", first.message)
}

fn show(args: &ReleaseArgs, format: Format) -> Result<ExitCode, Failure> {
    let named = absolute(&args.drop);
    let found = rows(&args.place)?;
    let found = found
        .into_iter()
        .find(|row| row.id == named || row.path == named);
    let row = found.ok_or_else(|| {
        Failure::refused(format!(
            "no file in quarantine is called `{named}`: `ddgend quarantine` lists them all"
        ))
    })?;
    match format {
        Format::Json => output::json(&row)?,
        Format::Table => output::line(crate::pipeline::quarantine_report(&row).trim_end())?,
    }
    Ok(ExitCode::SUCCESS)
}

fn let_through(place: &Place, call: QuarantineCall, format: Format) -> Result<ExitCode, Failure> {
    let row: DropRow = with_daemon(place, async |client| {
        let mut row = None;
        let progress = Progress::start("reading");
        client
            .call_parts(
                Request::Quarantine(call),
                PART_DEADLINE,
                |reply| match reply {
                    Reply::Drop(done) => row = Some(*done),
                    Reply::Working { bytes, total } => progress.tell(bytes, Some(total)),
                    _ => {}
                },
            )
            .await?;
        row.ok_or_else(|| Failure::from(ClientError::Unexpected))
    })?;
    match format {
        Format::Json => output::json(&row)?,
        Format::Table => output::line(&sentence(&row))?,
    }
    Ok(ExitCode::SUCCESS)
}
