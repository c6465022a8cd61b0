use std::process::ExitCode;

use ddgen_ipc::client::CALL_DEADLINE;
use ddgen_ipc::message::{Reply, Request};

use super::args::{Format, Place};
use super::attach::with_daemon;
use super::failure::Failure;
use super::output::{self, Align, Table, grouped};

pub(super) fn run(place: &Place, format: Format) -> Result<ExitCode, Failure> {
    let rows = with_daemon(place, async |client| {
        let mut rows = Vec::new();
        client
            .call_parts(Request::List, CALL_DEADLINE, |reply| {
                if let Reply::Dictionaries(part) = reply {
                    rows.extend(part);
                }
            })
            .await?;
        Ok(rows)
    })?;
    if format == Format::Json {
        output::json(&rows)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = Table::new(&[
        ("NAME", Align::Left),
        ("VERSIONS", Align::Right),
        ("RECORDS", Align::Right),
        ("FIELDS", Align::Right),
        ("PII", Align::Right),
        ("WATCH", Align::Left),
        ("FILE", Align::Left),
        ("UPDATED", Align::Left),
    ]);
    for row in rows {
        table.row([
            row.name,
            row.versions.to_string(),
            grouped(row.records),
            row.fields.to_string(),
            row.pii_fields.to_string(),
            row.watch,
            row.file,
            row.updated_at.to_string(),
        ]);
    }
    table.print()?;
    Ok(ExitCode::SUCCESS)
}
