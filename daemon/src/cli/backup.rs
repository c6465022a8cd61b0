use std::process::ExitCode;
use std::time::Duration;

use ddgen_ipc::ClientError;
use ddgen_ipc::message::{
    BackupCall, BackupList, BackupPruned, BackupRow, BackupVerified, Reply, Request,
};

use super::args::{BackupArgs, BackupVerb, Format, Place};
use super::attach::with_daemon;
use super::failure::{Failure, REFUSED};
use super::output::{self, Align, Table};
use super::progress::Progress;

/// The daemon says that it works at least this often, times a margin for a loaded machine.
const PART_DEADLINE: Duration = Duration::from_secs(60);

pub(super) fn run(args: &BackupArgs, format: Format) -> Result<ExitCode, Failure> {
    match &args.verb {
        BackupVerb::Now { place, elsewhere } => now(place, *elsewhere, format),
        BackupVerb::List(place) => list(place, format),
        BackupVerb::Verify { place, id } => verify(place, id.clone(), format),
        BackupVerb::Prune { place, dry_run } => prune(place, *dry_run, format),
    }
}

fn now(place: &Place, elsewhere: bool, format: Format) -> Result<ExitCode, Failure> {
    let call = match elsewhere {
        true => BackupCall::Elsewhere,
        false => BackupCall::Now,
    };
    let Reply::Backup(row) = ask(place, call, "backing up")? else {
        return Err(ClientError::Unexpected.into());
    };
    match format {
        Format::Json => output::json(&*row)?,
        Format::Table => output::line(&format!(
            "{}: {} of store in {}, restored and found whole, in {}",
            row.id,
            output::bytes(row.store_bytes),
            output::bytes(row.bytes),
            output::printable(&row.place)
        ))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn list(place: &Place, format: Format) -> Result<ExitCode, Failure> {
    let Reply::Backups(list) = ask(place, BackupCall::List, "looking")? else {
        return Err(ClientError::Unexpected.into());
    };
    match format {
        Format::Json => output::json(&*list)?,
        Format::Table => print(&list)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Exit 1 when something is wrong.
fn verify(place: &Place, id: Option<String>, format: Format) -> Result<ExitCode, Failure> {
    let call = BackupCall::Verify { id };
    let Reply::BackupVerified(seen) = ask(place, call, "verifying")? else {
        return Err(ClientError::Unexpected.into());
    };
    match format {
        Format::Json => output::json(&*seen)?,
        Format::Table => print_verified(&seen)?,
    }
    Ok(if seen.problems.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(REFUSED)
    })
}

fn prune(place: &Place, dry_run: bool, format: Format) -> Result<ExitCode, Failure> {
    let call = BackupCall::Prune { dry_run };
    let Reply::Pruned(rows) = ask(place, call, "looking")? else {
        return Err(ClientError::Unexpected.into());
    };
    match format {
        Format::Json => output::json(&rows)?,
        Format::Table => print_pruned(&rows, dry_run)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The last part of the answer; the others say how far the work is.
fn ask(place: &Place, call: BackupCall, doing: &'static str) -> Result<Reply, Failure> {
    with_daemon(place, async |client| {
        let mut last = None;
        let progress = Progress::start(doing);
        client
            .call_parts(Request::Backup(call), PART_DEADLINE, |reply| match reply {
                Reply::Working { bytes, total } => progress.tell(bytes, Some(total)),
                reply => last = Some(reply),
            })
            .await?;
        drop(progress);
        last.ok_or_else(|| Failure::from(ClientError::Unexpected))
    })
}

fn print(list: &BackupList) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("TAKEN", Align::Left),
        ("KIND", Align::Left),
        ("WHY", Align::Left),
        ("PACKED", Align::Right),
        ("STORE", Align::Right),
        ("VERIFIED", Align::Left),
        ("ID", Align::Left),
        ("PLACE", Align::Left),
    ]);
    for row in &list.backups {
        table.row([
            row.taken_at.to_string(),
            row.kind.clone(),
            row.why.clone(),
            output::bytes(row.bytes),
            output::bytes(row.store_bytes),
            state(row),
            row.id.clone(),
            row.place.clone(),
        ]);
    }
    table.print()?;
    for row in &list.backups {
        if let Some(problem) = &row.problem {
            output::line(&format!("{}: {}", row.id, output::printable(problem)))?;
        }
    }
    if list.more {
        output::line("older ones are not shown")?;
    }
    let copies = if list.copies == 1 { "copy" } else { "copies" };
    let media = if list.media == 1 { "medium" } else { "media" };
    let elsewhere = match list.offsite_at {
        Some(at) => format!("the newest elsewhere is of {at}"),
        None => "none elsewhere".to_owned(),
    };
    output::line(&format!(
        "\n{} {copies} on {} {media}, {elsewhere}",
        list.copies, list.media
    ))?;
    for words in list.broken.iter().chain(&list.reminders) {
        output::line(&output::printable(words))?;
    }
    let next = [
        ("full", list.next_full),
        ("incremental", list.next_incremental),
        ("off-site", list.next_offsite),
    ];
    let next: Vec<String> = next
        .iter()
        .filter_map(|(kind, at)| Some(format!("{kind} {}", (*at)?)))
        .collect();
    if next.is_empty() {
        output::line("the schedule makes none")
    } else {
        output::line(&format!("next: {}", next.join(", ")))
    }
}

fn state(row: &BackupRow) -> String {
    match (&row.problem, row.there, row.verified_at) {
        (Some(_), true, _) => "damaged".to_owned(),
        (Some(_), false, _) => "failed".to_owned(),
        (None, false, _) => "gone".to_owned(),
        (None, true, None) => "not yet".to_owned(),
        (None, true, Some(at)) => at.to_string(),
    }
}

fn print_verified(seen: &BackupVerified) -> Result<(), Failure> {
    for problem in &seen.problems {
        let id = problem.id.as_deref().unwrap_or("-");
        output::line(&format!("{id}: {}", output::printable(&problem.because)))?;
    }
    output::line(&format!(
        "{} read, {} restored and found whole{}, {} problems",
        seen.checked,
        seen.restored.len(),
        match seen.restored.join(", ") {
            ids if ids.is_empty() => String::new(),
            ids => format!(" ({ids})"),
        },
        seen.problems.len()
    ))
}

fn print_pruned(rows: &[BackupPruned], dry_run: bool) -> Result<(), Failure> {
    for row in rows {
        output::line(&format!(
            "{}  {:>10}  {}",
            row.id,
            output::bytes(row.bytes),
            row.because
        ))?;
    }
    let bytes = rows.iter().map(|row| row.bytes).sum();
    output::line(&format!(
        "{} backups, {}, {}",
        rows.len(),
        output::bytes(bytes),
        if dry_run {
            "would be removed"
        } else {
            "removed"
        }
    ))
}
