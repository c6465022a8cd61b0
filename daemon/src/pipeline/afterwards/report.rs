//! The readable report beside a file in quarantine.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use ddgen_ipc::message::{BreachRow, QuarantineRow};

use super::spot::{CarryError, Make, Spot, open_root};
use crate::markdown::escaped;

/// What it is called, unless that is what the file is called.
const NAME: &str = "report.md";
const OTHER: &str = "ddgen-report.md";

/// Puts the report beside the file of this name. Blocks.
pub(super) fn write(
    root: &Path,
    folder: &Path,
    file: &OsStr,
    text: &str,
) -> Result<(), CarryError> {
    let top = open_root(root)?;
    Spot::find(&top, root, &beside(folder, file), Make::No)?.put(text)
}

/// Takes it away with its folder. What cannot be taken away is in nobody's way. Blocks.
pub(super) fn remove(root: &Path, folder: &Path, file: &OsStr) {
    let removed = || -> Result<(), CarryError> {
        let top = open_root(root)?;
        Spot::find(&top, root, &beside(folder, file), Make::No)?.unlink()?;
        Spot::find(&top, root, folder, Make::No)?.remove_folder()
    };
    if let Err(error) = removed() {
        tracing::debug!(%error, "a report stays where its file was");
    }
}

fn beside(folder: &Path, file: &OsStr) -> PathBuf {
    let name = if file == NAME { OTHER } else { NAME };
    folder.join(name)
}

/// What the file is, what it breaks, and what to do, as Markdown.
#[must_use]
pub fn markdown(row: &QuarantineRow) -> String {
    text(row, true)
}

/// The same for the file beside it. Without values: nobody would take them out of there again once
/// their field turns out to be personal data.
pub(super) fn lasting(row: &QuarantineRow) -> String {
    text(row, false)
}

fn text(row: &QuarantineRow, examples: bool) -> String {
    let file = row.path.rsplit('/').next().unwrap_or(&row.path);
    let mut text = format!(
        "# {} is in quarantine\n\n\
         It breaks its contract, and its watch says that such files are set aside. It is no version of \
         {}.\n\n\
         | | |\n|---|---|\n",
        escaped(file),
        escaped(&row.dictionary)
    );
    for (what, value) in [
        ("came as", escaped(&row.path)),
        ("lies at", escaped(&row.lies)),
        ("watch", escaped(&row.watch)),
        ("arrived", row.arrived_at.to_string()),
        ("bytes", row.size.to_string()),
        ("drop", escaped(&row.id)),
        ("contract", escaped(&row.contract)),
    ] {
        text += &format!("| {what} | {value} |\n");
    }
    let (column, rule) = match examples {
        true => (" for instance |", "---|"),
        false => ("", ""),
    };
    text += &format!(
        "\n## What it breaks\n\n\
         | field | rule | count | first record | what |{column}\n\
         |---|---|---:|---:|---|{rule}\n"
    );
    for breach in &row.breaches {
        text += &line(breach, examples);
    }
    if row.more_breaches > 0 {
        text += &format!("\nAnd {} more.\n", row.more_breaches);
    }
    if !examples {
        text += &format!(
            "\nExamples: `ddgend quarantine show {}`, as long as it lies here.\n",
            row.id
        );
    }
    text += &format!(
        "\n## What to do\n\n\
         * Mend the file and deliver it again. This one can be removed from here then.\n\
         * `ddgend release {0}` makes a version of it all the same, and puts it back where it came.\n\
         * `ddgend quarantine accept {0}` makes a version of it, and leaves it here.\n",
        row.id
    );
    text
}

fn line(breach: &BreachRow, examples: bool) -> String {
    let number = |number: Option<u64>| number.map(|n| n.to_string()).unwrap_or_default();
    let example = breach.example.as_deref().map(escaped).unwrap_or_default();
    let example = match examples {
        true => format!(" {example} |"),
        false => String::new(),
    };
    format!(
        "| {} | {} | {} | {} | {} |{example}\n",
        breach.field.as_deref().map(escaped).unwrap_or_default(),
        escaped(&breach.rule),
        number(breach.count),
        number(breach.first_record),
        escaped(&breach.message),
    )
}
