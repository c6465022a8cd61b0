use std::collections::HashSet;
use std::process::ExitCode;

use ddgen_ipc::ClientError;
use ddgen_ipc::message::{DropRow, Reply, Request};

use super::args::{DropsArgs, Format};
use super::attach::with_daemon;
use super::failure::Failure;
use super::output::{self, Align, Table};

/// Drops that are asked for at a time.
const PAGE: u32 = 500;

pub(super) fn run(args: &DropsArgs, format: Format) -> Result<ExitCode, Failure> {
    let rows = fetch(args)?;
    match format {
        Format::Json => output::json(&rows)?,
        Format::Table => print(&rows)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn fetch(args: &DropsArgs) -> Result<Vec<DropRow>, Failure> {
    let limit = args.limit.unwrap_or(usize::MAX);
    with_daemon(&args.place, async |client| {
        let mut all: Vec<DropRow> = Vec::new();
        let mut before = None;
        while all.len() < limit {
            let request = Request::Drops {
                state: args.state,
                before,
                limit: PAGE,
            };
            let Reply::Drops { rows, older } = client.call(request).await? else {
                return Err(ClientError::Unexpected.into());
            };
            before = rows.iter().map(|row| row.seq).min();
            // One that ends while the pages are turned is met again: the later word counts.
            let again: HashSet<&str> = rows.iter().map(|row| row.id.as_str()).collect();
            all.retain(|row| !again.contains(row.id.as_str()));
            all.extend(rows);
            if !older || before.is_none() {
                break;
            }
        }
        all.truncate(limit);
        Ok(all)
    })
}

fn print(rows: &[DropRow]) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("ARRIVED", Align::Left),
        ("STATE", Align::Left),
        ("DICTIONARY", Align::Left),
        ("VERSION", Align::Right),
        ("SIZE", Align::Right),
        ("PATH", Align::Left),
        ("ID", Align::Left),
    ]);
    for row in rows {
        table.row([
            row.arrived_at.to_string(),
            row.state.to_string(),
            row.dictionary.clone().unwrap_or_default(),
            row.version
                .map(|version| version.to_string())
                .unwrap_or_default(),
            output::bytes(row.size),
            row.path.clone(),
            row.id.clone(),
        ]);
    }
    table.print()?;
    for row in rows {
        if let Some(reason) = &row.reason {
            output::line(&format!(
                "{}: {}",
                output::printable(&row.path),
                output::printable(reason)
            ))?;
        }
    }
    Ok(())
}
