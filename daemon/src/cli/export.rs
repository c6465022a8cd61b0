//! `ddgend export`: dictionaries in the forms of other tools.

use std::fs;
use std::io::{IsTerminal, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ddgen_ipc::Client;
use ddgen_ipc::client::CALL_DEADLINE;
use ddgen_ipc::message::{Reply, Request};
use serde::Serialize;

use super::args::{ExportArgs, Format};
use super::attach::with_daemon;
use super::failure::Failure;
use super::output;
use crate::export::directory::{self, Index};
use crate::export::{self, Dictionary, Form};

/// What was written where, as `--format json` prints it.
#[derive(Serialize)]
struct Done {
    dictionaries: usize,
    /// Files that are new or other than before.
    written: Vec<PathBuf>,
    removed: Vec<PathBuf>,
}

pub(super) fn run(args: &ExportArgs, format: Format) -> Result<ExitCode, Failure> {
    if let Some(dir) = &args.dir {
        return report(&to_directory(args, dir)?, format);
    }
    let form = match (args.form, format) {
        (Some(form), _) => form,
        (None, Format::Json) => Form::Json,
        (None, Format::Table) => {
            return Err(Failure::usage(
                "say in which form: `--as markdown`, csv, json, xlsx …",
            ));
        }
    };
    if args.out.is_none() {
        if format == Format::Json && form != Form::Json {
            let words =
                "the export itself would be printed: give `--out FILE` with `--format json`";
            return Err(Failure::usage(words));
        }
        if form == Form::Xlsx && stdout().is_terminal() {
            return Err(Failure::usage("a workbook is no text: give `--out FILE`"));
        }
    }
    let dictionaries = with_daemon(&args.place, async |client| {
        let mut dictionaries = Vec::new();
        for name in names(client, args).await? {
            dictionaries.push(fetch(client, &name).await?);
        }
        Ok(dictionaries)
    })?;
    let bytes =
        export::render(form, &dictionaries).map_err(|error| Failure::refused(error.to_string()))?;
    let Some(out) = &args.out else {
        output::all(&bytes)?;
        return Ok(ExitCode::SUCCESS);
    };
    replace(out, &bytes)?;
    let done = Done {
        dictionaries: dictionaries.len(),
        written: vec![out.clone()],
        removed: Vec::new(),
    };
    report(&done, format)
}

fn report(done: &Done, format: Format) -> Result<ExitCode, Failure> {
    match format {
        Format::Json => output::json(done)?,
        Format::Table => {
            let place = |path: &PathBuf| output::printable(&path.display().to_string());
            for path in &done.written {
                output::line(&format!("wrote {}", place(path)))?;
            }
            for path in &done.removed {
                output::line(&format!("removed {}", place(path)))?;
            }
            output::line(&format!("{} dictionaries", done.dictionaries))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn names(client: &Client, args: &ExportArgs) -> Result<Vec<String>, Failure> {
    if !args.all {
        return Ok(args.names.clone());
    }
    let mut names = Vec::new();
    client
        .call_parts(Request::List, CALL_DEADLINE, |reply| {
            if let Reply::Dictionaries(part) = reply {
                names.extend(part.into_iter().map(|row| row.name));
            }
        })
        .await?;
    Ok(names)
}

async fn fetch(client: &Client, name: &str) -> Result<Dictionary, Failure> {
    let request = Request::Show {
        name: name.to_owned(),
        version: None,
    };
    let text = client.call_json(request).await?;
    serde_json::from_slice(&text)
        .map_err(|error| Failure::refused(format!("the daemon's answer cannot be read: {error}")))
}

/// One dictionary at a time: a folder may hold more than memory.
fn to_directory(args: &ExportArgs, dir: &Path) -> Result<Done, Failure> {
    let before = index_of(dir)?;
    fs::create_dir_all(dir)?;
    with_daemon(&args.place, async |client| {
        let names = names(client, args).await?;
        let mut written = Vec::new();
        let mut kept = Vec::new();
        for name in &names {
            let dictionary = fetch(client, name).await?;
            let bytes = directory::sheet(&dictionary)
                .map_err(|error| Failure::refused(error.to_string()))?;
            let path = dir.join(directory::file(&dictionary.name));
            if fs::read(&path).ok().as_ref() != Some(&bytes) {
                replace(&path, &bytes)?;
                written.push(path);
            }
            kept.push(dictionary.name);
        }
        let mut removed = Vec::new();
        for (name, file) in before.iter().flat_map(|index| &index.dictionaries) {
            // Only what is named as we name files: an index may have come from anywhere.
            let gone = args.all && !kept.contains(name) && *file == directory::file(name);
            if gone && fs::remove_file(dir.join(file)).is_ok() {
                removed.push(dir.join(file));
            } else if !args.all && !kept.contains(name) {
                kept.push(name.clone());
            }
        }
        let bytes = directory::index(kept.iter().map(String::as_str))
            .map_err(|error| Failure::refused(error.to_string()))?;
        let index = dir.join(directory::INDEX);
        if fs::read(&index).ok().as_ref() != Some(&bytes) {
            replace(&index, &bytes)?;
            written.push(index);
        }
        Ok(Done {
            dictionaries: names.len(),
            written,
            removed,
        })
    })
}

/// The index of a folder that was exported into before; a folder with anything else in it is left
/// alone.
fn index_of(dir: &Path) -> Result<Option<Index>, Failure> {
    let shown = output::printable(&dir.display().to_string());
    match fs::read(dir.join(directory::INDEX)) {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|error| {
            Failure::refused(format!(
                "`{shown}/{}` cannot be read: {error}",
                directory::INDEX
            ))
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let visible = |name: &std::ffi::OsStr| !name.as_encoded_bytes().starts_with(b".");
            let used = fs::read_dir(dir).is_ok_and(|mut entries| {
                entries.any(|entry| entry.is_ok_and(|entry| visible(&entry.file_name())))
            });
            match used {
                true => Err(Failure::refused(format!(
                    "`{shown}` holds other files and no export: name an empty folder or a new one"
                ))),
                false => Ok(None),
            }
        }
        Err(error) => Err(Failure::refused(format!(
            "`{shown}` cannot be read: {error}"
        ))),
    }
}

/// The old file or the new one stands there, whatever happens in between.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        let shown = output::printable(&path.display().to_string());
        Failure::refused(format!("`{shown}` cannot be written: {error}"))
    };
    let mut part = path.as_os_str().to_owned();
    part.push(format!(".{}.part", std::process::id()));
    let part = PathBuf::from(part);
    let done = fs::write(&part, bytes).and_then(|()| fs::rename(&part, path));
    if done.is_err() {
        let _ = fs::remove_file(&part);
    }
    done.map_err(failed)
}
