use std::process::ExitCode;

use ddgen_ipc::message::Verdict;
use serde_json::json;

use super::args::{Format, Place};
use super::failure::{Failure, REFUSED};
use super::{output, status};

/// Asks through the socket, so that it works with HTTP off as well.
pub(super) fn run(place: &Place, format: Format) -> Result<ExitCode, Failure> {
    let status = status::fetch(place)?;
    let because: Vec<_> = status
        .probes
        .iter()
        .filter(|probe| probe.verdict != Verdict::Ok)
        .map(|probe| format!("{}: {}", probe.name, probe.because))
        .collect();
    match format {
        Format::Json => {
            output::json(&json!({ "status": status.status, "because": because }))?;
        }
        Format::Table => output::line(&format!("{} {}", status.status, because.join("; ")))?,
    }
    Ok(match status.status {
        Verdict::Ok | Verdict::Degraded => ExitCode::SUCCESS,
        Verdict::Down => ExitCode::from(REFUSED),
    })
}
