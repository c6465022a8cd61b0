//! `ddgend import`: what was edited in an export, back into the dictionaries.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use ddgen_ipc::client::CALL_DEADLINE;
use ddgen_ipc::codec::MAX_FRAME;
use ddgen_ipc::message::{
    AnnotationRow, Aspect, ImportCell, ImportOutcome, ImportedCell, OnConflict, RefusalKind, Reply,
    Request,
};
use ddgen_ipc::{Client, ClientError};
use serde::Serialize;

use super::args::{Format, ImportArgs};
use super::attach::with_daemon;
use super::failure::Failure;
use super::output::{self, Align, Table};
use crate::export::directory::{self, Index};
use crate::import;

/// Bytes of one file: far above any export that people edit.
const LARGEST: u64 = 256 << 20;

/// What `--format json` prints.
#[derive(Serialize)]
struct Done {
    dry_run: bool,
    written: usize,
    skipped: usize,
    cells: Vec<ImportedCell>,
}

pub(super) fn run(args: &ImportArgs, format: Format) -> Result<ExitCode, Failure> {
    let cells = read(&args.from)?;
    let on_conflict = args.on_conflict.into();
    let dry_run = args.dry_run;
    let cells = with_daemon(&args.place, async |client| {
        let cells = changed(client, cells).await?;
        if cells.is_empty() {
            return Ok(Vec::new());
        }
        let request = Request::Import {
            cells,
            on_conflict,
            dry_run,
        };
        // With room for what is around it.
        let bytes = ddgen_ipc::codec::encode(&request).map_or(usize::MAX, |bytes| bytes.len());
        if bytes > MAX_FRAME - 64 {
            return Err(Failure::refused(
                "more was changed than one import takes (1 MiB): import fewer dictionaries at once",
            ));
        }
        let (mut told, mut strange) = (Vec::new(), false);
        client
            .call_parts(request, CALL_DEADLINE, |reply| match reply {
                Reply::Imported(part) => told.extend(part),
                _ => strange = true,
            })
            .await?;
        match strange {
            true => Err(ClientError::Unexpected.into()),
            false => Ok(told),
        }
    })?;
    let skipped = cells
        .iter()
        .filter(|cell| cell.outcome == ImportOutcome::Skipped)
        .count();
    let done = Done {
        dry_run,
        written: cells.len() - skipped,
        skipped,
        cells,
    };
    match format {
        Format::Json => output::json(&done)?,
        Format::Table => print(&done)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn read(from: &Path) -> Result<Vec<ImportCell>, Failure> {
    if !from.is_dir() {
        return file(from, import::read);
    }
    let index = file(&from.join(directory::INDEX), |bytes| {
        Ok(serde_json::from_slice::<Index>(bytes)?)
    })?;
    if index.ddgen_directory > directory::VERSION {
        return Err(Failure::refused(format!(
            "the folder is of version {}, and this ddgend reads version {}",
            index.ddgen_directory,
            directory::VERSION
        )));
    }
    let mut cells = Vec::new();
    for name in index.dictionaries.keys() {
        // By the name, never by what the index calls the file: it may have come from anywhere.
        let path = from.join(directory::file(name));
        cells.extend(file(&path, import::read)?);
    }
    import::once(cells).map_err(|error| Failure::refused(error.to_string()))
}

fn file<T>(
    path: &Path,
    read: impl FnOnce(&[u8]) -> Result<T, import::ImportError>,
) -> Result<T, Failure> {
    let shown = output::printable(&path.display().to_string());
    let failed = |because: String| Failure::refused(format!("`{shown}`: {because}"));
    let size = fs::metadata(path)
        .map_err(|error| failed(error.to_string()))?
        .len();
    if size > LARGEST {
        return Err(failed(format!(
            "{size} bytes are more than an import reads"
        )));
    }
    let bytes = fs::read(path).map_err(|error| failed(error.to_string()))?;
    read(&bytes).map_err(|error| failed(error.to_string()))
}

/// The cells that say something else than what stands: all others need not be sent. What is none of
/// the daemon's dictionaries or fields is left for the daemon to say.
async fn changed(client: &Client, cells: Vec<ImportCell>) -> Result<Vec<ImportCell>, Failure> {
    let mut by_name: BTreeMap<String, Vec<ImportCell>> = BTreeMap::new();
    for cell in cells {
        by_name
            .entry(cell.dictionary.clone())
            .or_default()
            .push(cell);
    }
    let mut changed = Vec::new();
    for (name, cells) in by_name {
        let mut rows: Vec<AnnotationRow> = Vec::new();
        let request = Request::Annotations { name };
        let asked = client.call_parts(request, CALL_DEADLINE, |reply| {
            if let Reply::Annotations(part) = reply {
                rows.extend(part);
            }
        });
        match asked.await {
            Err(ClientError::Refused(refusal)) if refusal.kind == RefusalKind::NotFound => {}
            other => other?,
        }
        let standing: HashMap<(Option<&str>, Aspect), &str> = rows
            .iter()
            .map(|row| ((row.field.as_deref(), row.aspect), row.value.as_str()))
            .collect();
        changed.extend(cells.into_iter().filter(|cell| {
            let stands = standing.get(&(cell.field.as_deref(), cell.aspect)).copied();
            cell.value.trim() != stands.unwrap_or_default()
        }));
    }
    Ok(changed)
}

fn print(done: &Done) -> Result<(), Failure> {
    if done.cells.is_empty() {
        return output::line("nothing was changed");
    }
    let mut table = Table::new(&[
        ("DICTIONARY", Align::Left),
        ("FIELD", Align::Left),
        ("ASPECT", Align::Left),
        ("BEFORE", Align::Left),
        ("AFTER", Align::Left),
        ("OUTCOME", Align::Left),
    ]);
    for cell in &done.cells {
        let outcome = match (cell.outcome, done.dry_run) {
            (ImportOutcome::Written, false) => "written",
            (ImportOutcome::Written, true) => "would be written",
            (ImportOutcome::Overwritten, false) => "overwritten",
            (ImportOutcome::Overwritten, true) => "would be overwritten",
            (ImportOutcome::Skipped, _) => "skipped",
        };
        let because = cell
            .because
            .as_deref()
            .map(|because| format!(": {because}"));
        table.row([
            cell.dictionary.clone(),
            cell.field.clone().unwrap_or_default(),
            cell.aspect.to_string(),
            cell.before.clone(),
            cell.after.clone(),
            format!("{outcome}{}", because.unwrap_or_default()),
        ]);
    }
    table.print()?;
    let did = if done.dry_run {
        "would be written"
    } else {
        "written"
    };
    output::line(&format!("{} {did}, {} skipped", done.written, done.skipped))
}

impl From<super::args::Conflicts> for OnConflict {
    fn from(conflicts: super::args::Conflicts) -> Self {
        match conflicts {
            super::args::Conflicts::Skip => Self::Skip,
            super::args::Conflicts::Overwrite => Self::Overwrite,
            super::args::Conflicts::Fail => Self::Fail,
        }
    }
}
