use std::process::ExitCode;
use std::time::Duration;

use ddgen_ipc::ClientError;
use ddgen_ipc::message::{DropRow, Reply, Request};

use super::args::{Format, IngestArgs};
use super::attach::with_daemon;
use super::failure::Failure;
use super::output;
use super::progress::Progress;

/// The daemon says that it works at least this often, times a margin for a loaded machine.
pub(super) const PART_DEADLINE: Duration = Duration::from_secs(60);

pub(super) fn run(args: &IngestArgs, format: Format) -> Result<ExitCode, Failure> {
    let path = std::fs::canonicalize(&args.file).map_err(|error| {
        Failure::refused(format!("`{}` cannot be read: {error}", args.file.display()))
    })?;
    let path = path.into_os_string().into_string().map_err(|path| {
        Failure::refused(format!(
            "`{}` is no UTF-8: rename the file, or drop it into a watched folder",
            path.display()
        ))
    })?;
    let row = with_daemon(&args.place, async |client| {
        let mut row = None;
        let progress = Progress::start("reading");
        client
            .call_parts(
                Request::Ingest { path },
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

/// What became of a file, in one sentence.
pub(super) fn sentence(row: &DropRow) -> String {
    let path = output::printable(&row.path);
    let reason = row
        .reason
        .as_deref()
        .map(|reason| format!(" ({reason})"))
        .unwrap_or_default();
    match (&row.dictionary, row.version) {
        (Some(dictionary), Some(version)) => {
            format!(
                "{path}: {} as version {version} of {dictionary}{reason}",
                row.state
            )
        }
        _ => format!("{path}: {}{reason}", row.state),
    }
}
