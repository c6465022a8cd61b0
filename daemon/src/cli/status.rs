use std::process::ExitCode;

use ddgen_ipc::ClientError;
use ddgen_ipc::message::{Reply, Request, Status};

use super::args::{Format, Place};
use super::attach::with_daemon;
use super::failure::Failure;
use super::output::{self, Align, Table, grouped};

/// Exit 0 whenever the daemon answered: the verdict is in the document.
pub(super) fn run(place: &Place, format: Format) -> Result<ExitCode, Failure> {
    let status = fetch(place)?;
    match format {
        Format::Json => output::json(&status)?,
        Format::Table => print(&status)?,
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn fetch(place: &Place) -> Result<Status, Failure> {
    with_daemon(place, async |client| {
        match client.call(Request::Status).await? {
            Reply::Status(status) => Ok(*status),
            _ => Err(ClientError::Unexpected.into()),
        }
    })
}

fn print(status: &Status) -> Result<(), Failure> {
    output::line(&format!(
        "{}: ddgend {}, process {}, since {}",
        status.status, status.version, status.pid, status.started_at
    ))?;
    output::line(&format!("data     {}", status.data_dir))?;
    output::line(&format!(
        "http     {}",
        status.http.as_deref().unwrap_or("off")
    ))?;
    let queue = status.queue;
    output::line(&format!(
        "queue    {} pending, {} running, {} parked",
        grouped(queue.pending),
        grouped(queue.running),
        grouped(queue.parked)
    ))?;
    let drops = status.drops;
    output::line(&format!(
        "drops    {}: {} done, {} duplicate, {} failed, {} parked, {} quarantined",
        grouped(drops.total),
        grouped(drops.done),
        grouped(drops.duplicate),
        grouped(drops.failed),
        grouped(drops.parked),
        grouped(drops.quarantined)
    ))?;
    output::line(&format!(
        "store    {} dictionaries, {}",
        grouped(status.dictionaries),
        output::bytes(status.store_bytes)
    ))?;
    output::line("")?;
    let mut watches = Table::new(&[
        ("WATCH", Align::Left),
        ("HOW", Align::Left),
        ("FOLDERS", Align::Right),
        ("ROOT", Align::Left),
        ("BECAUSE", Align::Left),
    ]);
    for watch in &status.watches {
        watches.row([
            watch.name.clone(),
            watch.how.clone(),
            grouped(watch.folders),
            watch.root.clone(),
            watch.because.clone().unwrap_or_default(),
        ]);
    }
    watches.print()?;
    output::line("")?;
    let mut probes = Table::new(&[
        ("PROBE", Align::Left),
        ("VERDICT", Align::Left),
        ("BECAUSE", Align::Left),
    ]);
    for probe in &status.probes {
        probes.row([
            probe.name.clone(),
            probe.verdict.to_string(),
            probe.because.clone(),
        ]);
    }
    probes.print()
}
