use std::process::ExitCode;

use ddgen_ipc::message::{KeyRow, Keys, Reply, Request};
use ddgen_ipc::{ClientError, Timestamp};
use serde_json::json;

use super::args::{Format, KeysArgs, KeysVerb, Place};
use super::attach::with_daemon;
use super::failure::Failure;
use super::output::{self, Align, Table};

pub(super) fn run(args: &KeysArgs, format: Format) -> Result<ExitCode, Failure> {
    match &args.verb {
        KeysVerb::Create {
            place,
            name,
            scope,
            expires,
        } => {
            let call = Keys::Create {
                name: name.clone(),
                scope: *scope,
                expires_in: expires.map(|span| span.as_secs()),
            };
            made(place, call, format)
        }
        KeysVerb::Rotate { place, id, overlap } => {
            let call = Keys::Rotate {
                id: id.clone(),
                overlap: overlap.as_secs(),
            };
            made(place, call, format)
        }
        KeysVerb::Revoke { place, id } => listed(place, Keys::Revoke { id: id.clone() }, format),
        KeysVerb::List { place } => listed(place, Keys::List, format),
    }
}

/// The key goes to standard output alone, so that it can be piped into a safe place; what there is
/// to know about it goes to standard error.
fn made(place: &Place, call: Keys, format: Format) -> Result<ExitCode, Failure> {
    let (key, row) = match ask(place, call)? {
        Reply::NewKey { key, row } => (key, row),
        _ => return Err(ClientError::Unexpected.into()),
    };
    if format == Format::Json {
        let mut document = json!(row);
        document["key"] = json!(key);
        output::json(&document)?;
        return Ok(ExitCode::SUCCESS);
    }
    let until = row
        .expires_at
        .map_or_else(String::new, |end| format!(", until {end}"));
    eprintln!(
        "API key {} of `{}` to {}{until}. It is shown this one time:",
        row.id,
        output::printable(&row.name),
        row.scope
    );
    output::line(&key)?;
    Ok(ExitCode::SUCCESS)
}

fn listed(place: &Place, call: Keys, format: Format) -> Result<ExitCode, Failure> {
    let Reply::Keys(rows) = ask(place, call)? else {
        return Err(ClientError::Unexpected.into());
    };
    match format {
        Format::Json => output::json(&rows)?,
        Format::Table => print(&rows)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn ask(place: &Place, call: Keys) -> Result<Reply, Failure> {
    with_daemon(place, async |client| {
        Ok(client.call(Request::Keys(call)).await?)
    })
}

fn print(rows: &[KeyRow]) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("ID", Align::Left),
        ("NAME", Align::Left),
        ("SCOPE", Align::Left),
        ("STATE", Align::Left),
        ("CREATED", Align::Left),
        ("BY", Align::Left),
        ("LAST USED", Align::Left),
        ("FROM", Align::Left),
    ]);
    let now = Timestamp::now();
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    for row in rows {
        table.row([
            row.id.clone(),
            row.name.clone(),
            row.scope.to_string(),
            state(row, now),
            row.created_at.to_string(),
            row.created_by.clone(),
            time(row.last_used_at),
            row.last_used_from.clone().unwrap_or_default(),
        ]);
    }
    table.print()
}

fn state(row: &KeyRow, now: Timestamp) -> String {
    match (row.revoked_at, row.expires_at) {
        (Some(at), _) => format!("revoked {at}"),
        (None, Some(end)) if end <= now => format!("expired {end}"),
        (None, Some(end)) => format!("until {end}"),
        (None, None) => "good".to_owned(),
    }
}
