use std::process::ExitCode;

use ddgen_ipc::message::Request;
use serde_json::value::RawValue;

use super::args::{DiffArgs, ProfileFormat};
use super::attach::with_daemon;
use super::failure::Failure;
use super::output::{self, Align, Table};
use crate::export::changelog::{self, Diff, Side};

pub(super) fn run(args: &DiffArgs, format: ProfileFormat) -> Result<ExitCode, Failure> {
    let request = Request::Diff {
        name: args.name.clone(),
        from: args.from,
        to: args.to,
    };
    let text = with_daemon(&args.place, async |client| {
        Ok(client.call_json(request).await?)
    })?;
    let strange = |error| Failure::refused(format!("the daemon's answer cannot be read: {error}"));
    match format {
        ProfileFormat::Json => {
            let document: Box<RawValue> = serde_json::from_slice(&text).map_err(strange)?;
            output::line(document.get())?;
        }
        ProfileFormat::Markdown => {
            let diff: Diff = serde_json::from_slice(&text).map_err(strange)?;
            output::line(changelog::markdown(&diff).trim_end())?;
        }
        // `dispatch` refused csv.
        ProfileFormat::Table | ProfileFormat::Csv => {
            table(&serde_json::from_slice(&text).map_err(strange)?)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn table(diff: &Diff) -> Result<(), Failure> {
    let side = |side: &Side| format!("{} ({})", side.version, output::printable(&side.file));
    output::line(&format!(
        "{}: from version {} to {}",
        output::printable(&diff.name),
        side(&diff.from),
        side(&diff.to)
    ))?;
    if diff.changes.is_empty() && diff.findings.is_empty() {
        return output::line("no changes");
    }
    let mut table = Table::new(&[
        ("SEVERITY", Align::Left),
        ("FIELD", Align::Left),
        ("CHANGE", Align::Left),
    ]);
    for change in &diff.changes {
        table.row([
            change.severity().word().to_owned(),
            change.path().to_owned(),
            change.sentence(),
        ]);
    }
    for found in &diff.findings {
        table.row([
            found.severity.clone(),
            found.field.clone().unwrap_or_default(),
            found.message.clone(),
        ]);
    }
    table.print()
}
