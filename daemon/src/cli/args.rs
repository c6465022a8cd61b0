//! What can be typed.

mod operating;
mod reading;
mod writing;

pub(super) use operating::{
    AlertVerb, AlertsArgs, BackupArgs, BackupVerb, KeysArgs, KeysVerb, RestoreArgs,
    SupportBundleArgs, UpkeepArgs, UpkeepVerb,
};
pub(super) use reading::{DiffArgs, DropsArgs, NamedArgs, ProfileArgs, SearchArgs, ShowArgs};
pub(super) use writing::{
    AnnotateArgs, Conflicts, ContractArgs, ContractForm, ContractVerb, DecideArgs, ExportArgs,
    ImportArgs, IngestArgs, LintArgs, QuarantineArgs, QuarantineVerb, ReleaseArgs, RetryArgs,
};

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::reshape::{MergeArgs, MoveArgs, SplitArgs, UnfoldArgs};
use super::verdict::VerdictArgs;
use crate::settings::Flags;

/// Turns folders into living data dictionaries.
#[derive(Debug, Parser)]
#[command(name = "ddgend", version, about, max_term_width = 100)]
pub(super) struct Arguments {
    /// How the result is printed
    #[arg(long, global = true, value_enum, default_value_t = ProfileFormat::Table)]
    pub(super) format: ProfileFormat,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// Where the running daemon is.
#[derive(Debug, Args)]
pub(super) struct Place {
    /// Where the daemon keeps its data [env: DDGEN_DATA_DIR]
    #[arg(long, value_name = "DIR")]
    pub(super) data_dir: Option<PathBuf>,
    /// Where the daemon's socket lies [env: DDGEN_RUNTIME_DIR]
    #[arg(long, value_name = "DIR")]
    pub(super) runtime_dir: Option<PathBuf>,
}

/// How a profile can be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ProfileFormat {
    /// For people
    Table,
    /// One JSON document
    Json,
    /// For a wiki or a merge request (`profile` and `diff` only)
    Markdown,
    /// One row a field, for a spreadsheet (`profile` only)
    Csv,
}

/// How everything else is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Table,
    Json,
}

impl ProfileFormat {
    /// None for what only a profile is printed as.
    pub(super) fn common(self) -> Option<Format> {
        match self {
            Self::Table => Some(Format::Table),
            Self::Json => Some(Format::Json),
            Self::Markdown | Self::Csv => None,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Watch folders and keep their dictionaries, in the foreground
    Run(Flags),
    /// How the daemon is
    Status(Place),
    /// All dictionaries
    List(Place),
    /// One dictionary: its annotations and the profile of its current version
    Show(ShowArgs),
    /// Find fields and dictionaries by words and filters
    Search(SearchArgs),
    /// Write dictionaries in the forms of other tools, or as a folder fit for git
    Export(ExportArgs),
    /// Take over what was edited in an export: workbook, CSV, JSON or folder
    Import(ImportArgs),
    /// How much has been written about, and whether it is enough
    Lint(LintArgs),
    /// Write about a dictionary or its fields, or show what is written
    Annotate(AnnotateArgs),
    /// Say what a field means and whether it is personal data, whatever its values say
    Verdict(VerdictArgs),
    /// Give a dictionary another name
    Move(MoveArgs),
    /// Put the versions, words and later files of one dictionary into another
    Merge(MergeArgs),
    /// Make some versions of a dictionary one of their own
    Split(SplitArgs),
    /// Take a file out of the series it was folded into
    Unfold(UnfoldArgs),
    /// What changed between two versions of a dictionary
    Diff(DiffArgs),
    /// Fields that went on under another name: found, and decided
    Renames(NamedArgs),
    /// Take renamed fields for the same ones: what is written about them goes along
    Accept(DecideArgs),
    /// Take fields for two, and undo a rename
    Refuse(DecideArgs),
    /// What drops of a dictionary must satisfy: make, set, show, check
    Contract(ContractArgs),
    /// What arrived, and what became of it; newest first
    Drops(DropsArgs),
    /// Files that were set aside because they break their contract: list, show, release, accept
    Quarantine(QuarantineArgs),
    /// Take a file in quarantine as a version all the same, and put it back where it came
    Release(ReleaseArgs),
    /// Try parked or failed drops again
    Retry(RetryArgs),
    /// Profile a file, wherever it lies, into its dictionary
    Ingest(IngestArgs),
    /// Backups of the store: make, list, verify, prune
    Backup(BackupArgs),
    /// What is done for the store by schedule: list, run, pause, resume
    Upkeep(UpkeepArgs),
    /// What is raised; acknowledge and silence
    Alerts(AlertsArgs),
    /// Put a backup in the place of the store, without a daemon
    Restore(RestoreArgs),
    /// API keys of the HTTP door: create, list, rotate, revoke
    Keys(KeysArgs),
    /// Profile a file without a daemon
    Profile(ProfileArgs),
    /// Check the settings and what they name, without starting
    Check(Flags),
    /// Look at everything a daemon stands on, without one, and say what to do
    Doctor(Flags),
    /// Write a file that helps others to see what is wrong; without secrets and names
    SupportBundle(SupportBundleArgs),
    /// Every setting with its value and where it came from
    Config(Flags),
    /// Exit 0 when the daemon is well or degraded (for containers)
    Health(Place),
}
