//! `move`, `merge`, `split` and `unfold`.

use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use ddgen_ipc::ClientError;
use ddgen_ipc::message::{DictionaryRow, Reply, Request, ReshapeCall, SplitBy};

use super::args::{Format, Place};
use super::attach::with_daemon;
use super::failure::Failure;
use super::output::{self, Align, Table};

#[derive(Debug, Args)]
pub(super) struct MoveArgs {
    #[command(flatten)]
    place: Place,
    /// The dictionary's name, as `list` prints it
    name: String,
    /// What it is to be called; the old name still leads there
    to: String,
}

#[derive(Debug, Args)]
pub(super) struct MergeArgs {
    #[command(flatten)]
    place: Place,
    /// The dictionary whose versions, words and later files go
    name: String,
    /// The dictionary they go into
    into: String,
}

#[derive(Debug, Args)]
pub(super) struct SplitArgs {
    #[command(flatten)]
    place: Place,
    /// The dictionary they are in
    name: String,
    /// What the new one is to be called
    to: String,
    /// These versions: 3, 1,4 or 2-5
    #[arg(
        long,
        value_name = "N,N-N",
        required_unless_present = "series",
        conflicts_with = "series"
    )]
    versions: Option<String>,
    /// All whose files have this name or fold to it, and later ones
    #[arg(long, value_name = "STEM")]
    series: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct UnfoldArgs {
    #[command(flatten)]
    place: Place,
    /// The drop's id, or the path of its file
    drop: String,
}

pub(super) fn rename(args: &MoveArgs, format: Format) -> Result<ExitCode, Failure> {
    let call = ReshapeCall::Move {
        name: args.name.clone(),
        to: args.to.clone(),
    };
    tell(&args.place, call, format)
}

pub(super) fn merge(args: &MergeArgs, format: Format) -> Result<ExitCode, Failure> {
    let call = ReshapeCall::Merge {
        name: args.name.clone(),
        into: args.into.clone(),
    };
    tell(&args.place, call, format)
}

pub(super) fn split(args: &SplitArgs, format: Format) -> Result<ExitCode, Failure> {
    let what = match (&args.versions, &args.series) {
        (Some(versions), _) => SplitBy::Versions(numbers(versions)?),
        (None, Some(series)) => SplitBy::Series(series.clone()),
        (None, None) => return Err(Failure::usage("say --versions or --series")),
    };
    let call = ReshapeCall::Split {
        name: args.name.clone(),
        to: args.to.clone(),
        what,
    };
    tell(&args.place, call, format)
}

pub(super) fn unfold(args: &UnfoldArgs, format: Format) -> Result<ExitCode, Failure> {
    let path = Path::new(&args.drop);
    let drop = match path.exists().then(|| std::path::absolute(path)) {
        Some(Ok(path)) => path.to_string_lossy().into_owned(),
        _ => args.drop.clone(),
    };
    tell(&args.place, ReshapeCall::Unfold { drop }, format)
}

/// Versions that one range may name: far more than there are.
const MOST: u32 = 100_000;

/// `1,3-5`.
fn numbers(text: &str) -> Result<Vec<u32>, Failure> {
    let bad = || {
        Failure::usage(format!(
            "`{text}` names no versions: write numbers and ranges, for instance 3 or 1,4-6"
        ))
    };
    let mut all = Vec::new();
    for part in text.split(',') {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let number = |text: &str| text.trim().parse::<u32>().map_err(|_| bad());
        let (from, to) = (number(from)?, number(to)?);
        if from > to || to - from > MOST {
            return Err(bad());
        }
        all.extend(from..=to);
    }
    Ok(all)
}

fn tell(place: &Place, call: ReshapeCall, format: Format) -> Result<ExitCode, Failure> {
    let asked = call.clone();
    let rows = with_daemon(place, async |client| {
        match client.call(Request::Reshape(call)).await? {
            Reply::Dictionaries(rows) => Ok(rows),
            _ => Err(ClientError::Unexpected.into()),
        }
    })?;
    match format {
        Format::Json => output::json(&rows)?,
        Format::Table => {
            print(&rows)?;
            if let Some(words) = undone(&asked, &rows) {
                output::line(&output::printable(&words))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// How it is undone.
fn undone(call: &ReshapeCall, rows: &[DictionaryRow]) -> Option<String> {
    let first = &rows.first()?.name;
    let command = match call {
        ReshapeCall::Move { name, .. } => format!("move {first} {name}"),
        ReshapeCall::Merge { name, .. } => format!("split {first} {name} --series {name}"),
        ReshapeCall::Split { name, .. } => format!("merge {first} {name}"),
        ReshapeCall::Unfold { .. } => format!("merge {first} {}", rows.get(1)?.name),
    };
    Some(format!("`ddgend {command}` undoes it"))
}

fn print(rows: &[DictionaryRow]) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("NAME", Align::Left),
        ("VERSIONS", Align::Right),
        ("WATCH", Align::Left),
        ("FILE", Align::Left),
    ]);
    for row in rows {
        table.row([
            row.name.clone(),
            row.versions.to_string(),
            row.watch.clone(),
            row.file.clone(),
        ]);
    }
    table.print()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_numbers_and_ranges() {
        assert_eq!(numbers("3").unwrap(), [3]);
        assert_eq!(numbers("1, 4-6,9").unwrap(), [1, 4, 5, 6, 9]);
        for bad in ["", "a", "3-1", "1,,2", "1-4000000000"] {
            assert!(numbers(bad).is_err(), "{bad}");
        }
    }
}
