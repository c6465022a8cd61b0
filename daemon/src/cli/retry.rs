use std::path::Path;
use std::process::ExitCode;

use ddgen_ipc::ClientError;
use ddgen_ipc::message::{Reply, Request, Retry};
use serde_json::json;

use super::args::{Format, RetryArgs};
use super::attach::with_daemon;
use super::failure::Failure;
use super::output;

pub(super) fn run(args: &RetryArgs, format: Format) -> Result<ExitCode, Failure> {
    let which = match &args.drop {
        Some(named) => Retry::One(absolute(named)),
        None => Retry::All,
    };
    let retried = with_daemon(&args.place, async |client| {
        match client.call(Request::Retry(which)).await? {
            Reply::Retried(count) => Ok(count),
            _ => Err(ClientError::Unexpected.into()),
        }
    })?;
    match format {
        Format::Json => output::json(&json!({ "retried": retried }))?,
        Format::Table => output::line(&format!("{retried} put back into the queue"))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// A path as the daemon knows it; an id stays what it is.
pub(super) fn absolute(named: &str) -> String {
    let path = Path::new(named);
    if path.exists() {
        std::path::absolute(path).map_or_else(
            |_| named.to_owned(),
            |path| path.to_string_lossy().into_owned(),
        )
    } else {
        named.to_owned()
    }
}
