//! What can be typed.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use ddgen_ipc::message::{Aspect, DropState, Scope};

use crate::export::Form;
use crate::settings::{Flags, parse_span};

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
    /// For a wiki or a merge request (`profile` only)
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

#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    #[command(flatten)]
    pub(super) place: Place,
    /// The dictionary's name, as `list` prints it
    pub(super) name: String,
    /// Number of a version [default: the current one]
    #[arg(long, value_name = "N")]
    pub(super) version: Option<u32>,
}

#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    #[command(flatten)]
    pub(super) place: Place,
    /// The dictionaries' names, as `list` prints them
    #[arg(
        value_name = "NAME",
        required_unless_present = "all",
        conflicts_with = "all"
    )]
    pub(super) names: Vec<String>,
    /// All dictionaries
    #[arg(long)]
    pub(super) all: bool,
    /// In which form
    #[arg(long = "as", value_name = "FORM", value_enum)]
    pub(super) form: Option<Form>,
    /// Into this file [default: standard output]
    #[arg(long, value_name = "FILE", requires = "form")]
    pub(super) out: Option<PathBuf>,
    /// Into a folder, one file a dictionary; the same dictionaries make the same bytes
    #[arg(long, value_name = "DIR", conflicts_with_all = ["form", "out"])]
    pub(super) dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    #[command(flatten)]
    pub(super) place: Place,
    /// The file or folder, as `export` wrote it; or a list with the columns dictionary, path and
    /// what is to be written
    #[arg(value_name = "FILE|DIR")]
    pub(super) from: PathBuf,
    /// Only say what would be written
    #[arg(long)]
    pub(super) dry_run: bool,
    /// What becomes of a text that somebody else wrote since the export
    #[arg(long, value_name = "MODE", value_enum, default_value_t = Conflicts::Fail)]
    pub(super) on_conflict: Conflicts,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Conflicts {
    /// It stays as it is
    Skip,
    /// It becomes what the import says
    Overwrite,
    /// Nothing at all is imported
    Fail,
}

#[derive(Debug, Args)]
pub(super) struct LintArgs {
    #[command(flatten)]
    pub(super) place: Place,
    /// Only these dictionaries [default: all]
    #[arg(value_name = "NAME")]
    pub(super) names: Vec<String>,
    /// Exit 1 when a smaller share of the fields has a description
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(..=100))]
    pub(super) min_described: Option<u8>,
    /// Exit 1 when a smaller share has an owner, of its own or of its dictionary
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(..=100))]
    pub(super) min_owned: Option<u8>,
    /// Exit 1 when a smaller share has a classification
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(..=100))]
    pub(super) min_classified: Option<u8>,
    /// Name so many fields that nobody has described
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(..=500))]
    pub(super) next: u32,
}

#[derive(Debug, Args)]
pub(super) struct SearchArgs {
    #[command(flatten)]
    pub(super) place: Place,
    /// Words of names, descriptions, tags, owners or values, and filters: type:date pii:yes
    /// semantic:time owner:ana tag:gold dictionary:sales watch:drop described:no owned:no
    /// classified:no 'null>10%'
    #[arg(required = true, value_name = "WORDS")]
    pub(super) words: Vec<String>,
    /// At most so many fields and so many dictionaries
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=500))]
    pub(super) limit: u32,
    /// Leave out so many fields
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) offset: u32,
}

#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    #[command(flatten)]
    pub(super) place: Place,
    /// The dictionary's name, as `list` prints it
    pub(super) name: String,
    /// Number of the older version [default: the one before]
    pub(super) from: Option<u32>,
    /// Number of the newer version [default: the current one]
    pub(super) to: Option<u32>,
}

#[derive(Debug, Args)]
pub(super) struct NamedArgs {
    #[command(flatten)]
    pub(super) place: Place,
    /// The dictionary's name, as `list` prints it
    pub(super) name: String,
}

#[derive(Debug, Args)]
pub(super) struct ContractArgs {
    #[command(subcommand)]
    pub(super) verb: ContractVerb,
}

#[derive(Debug, Subcommand)]
pub(super) enum ContractVerb {
    /// Print a contract made from a version, as Table Schema
    Init {
        #[command(flatten)]
        place: Place,
        /// The dictionary's name
        name: String,
        /// Number of a version [default: the current one]
        #[arg(long, value_name = "N")]
        version: Option<u32>,
    },
    /// Hold every file from now on against a Table Schema or an ODCS document (JSON)
    Set {
        #[command(flatten)]
        place: Place,
        /// The dictionary's name
        name: String,
        /// The document
        file: PathBuf,
    },
    /// The contract as it was set
    Show {
        #[command(flatten)]
        place: Place,
        /// The dictionary's name
        name: String,
    },
    /// Hold files against nothing any more
    Remove {
        #[command(flatten)]
        place: Place,
        /// The dictionary's name
        name: String,
    },
    /// Where a version is not what its contract said; exit 4 where it is not
    Check {
        #[command(flatten)]
        place: Place,
        /// The dictionary's name
        name: String,
        /// Number of a version [default: the current one]
        #[arg(long, value_name = "N")]
        version: Option<u32>,
    },
}

#[derive(Debug, Args)]
pub(super) struct DecideArgs {
    #[command(flatten)]
    pub(super) place: Place,
    /// The dictionary's name, as `list` prints it
    pub(super) name: String,
    /// New paths of renamed fields [default: all that are proposed]
    #[arg(value_name = "FIELD")]
    pub(super) fields: Vec<String>,
    /// The old path, to name a rename that was not found
    #[arg(long, value_name = "OLD", requires = "fields")]
    pub(super) from: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct AnnotateArgs {
    #[command(flatten)]
    pub(super) place: Place,
    /// The dictionary's name, as `list` prints it
    pub(super) name: String,
    /// What to write: description, business_name, owner, tags, classification, criticality or
    /// examples; nothing after `=` removes
    #[arg(value_name = "ASPECT=TEXT")]
    pub(super) words: Vec<String>,
    /// About this field, and not about the dictionary; several times for several fields
    #[arg(long, value_name = "PATH")]
    pub(super) field: Vec<String>,
    /// Only when this revision stands (0: when nothing does)
    #[arg(long, value_name = "N", requires = "words")]
    pub(super) expects: Option<u64>,
    /// All that was ever written about one aspect, newest first
    #[arg(long, value_name = "ASPECT", conflicts_with = "words")]
    pub(super) history: Option<Aspect>,
}

#[derive(Debug, Args)]
pub(super) struct DropsArgs {
    #[command(flatten)]
    pub(super) place: Place,
    /// Only drops of this state
    #[arg(long, value_name = "STATE")]
    pub(super) state: Option<DropState>,
    /// At most so many, the newest [default: all]
    #[arg(long, value_name = "N")]
    pub(super) limit: Option<usize>,
}

#[derive(Debug, Args)]
pub(super) struct RetryArgs {
    #[command(flatten)]
    pub(super) place: Place,
    /// The drop's id, or the path of its file
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    pub(super) drop: Option<String>,
    /// All parked drops
    #[arg(long)]
    pub(super) all: bool,
}

#[derive(Debug, Args)]
pub(super) struct IngestArgs {
    #[command(flatten)]
    pub(super) place: Place,
    /// The file
    pub(super) file: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct BackupArgs {
    #[command(subcommand)]
    pub(super) verb: BackupVerb,
}

#[derive(Debug, Subcommand)]
pub(super) enum BackupVerb {
    /// Make a full backup, and return once it was restored and found whole
    Now {
        #[command(flatten)]
        place: Place,
        /// Copy it to the place elsewhere, too, and return once every byte was read back there
        #[arg(long)]
        elsewhere: bool,
    },
    /// All backups, what they amount to, and when the next ones are due
    List(Place),
    /// Read every byte of all backups and restore the newest, or restore one, into a scratch place
    Verify {
        #[command(flatten)]
        place: Place,
        /// The backup, as `list` prints it [default: all]
        id: Option<String>,
    },
    /// Remove what the settings keep no longer
    Prune {
        #[command(flatten)]
        place: Place,
        /// Only say what would be removed
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct AlertsArgs {
    #[command(flatten)]
    pub(super) place: Place,
    /// What to do [default: list]
    #[command(subcommand)]
    pub(super) verb: Option<AlertVerb>,
}

#[derive(Debug, Subcommand)]
pub(super) enum AlertVerb {
    /// Raised and pending alerts, silences, and where alerts are told
    List(Place),
    /// Say that you take care of a raised alert
    Ack {
        #[command(flatten)]
        place: Place,
        /// The alert as `list` prints it, or its rule
        alert: String,
        /// What others should know
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
    /// Tell nobody of an alert, a rule or `all` for a while; what stands then is told then
    Silence {
        #[command(flatten)]
        place: Place,
        /// The alert as `list` prints it, its rule, or `all`
        alert: String,
        /// For so long, such as 30m, 8h or 2d
        #[arg(long = "for", value_name = "TIME", default_value = "1h")]
        span: String,
        /// Until this time, such as 2026-01-31T14:00Z, or 2026-01-31T14:00 by the local clock
        #[arg(long, value_name = "TIME", conflicts_with = "span")]
        until: Option<String>,
        /// What others should know
        #[arg(long, value_name = "TEXT")]
        because: Option<String>,
    },
    /// End a silence; what it held back is told
    Unsilence {
        #[command(flatten)]
        place: Place,
        /// As it was silenced
        alert: String,
    },
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct UpkeepArgs {
    #[command(flatten)]
    pub(super) place: Place,
    /// What to do [default: list]
    #[command(subcommand)]
    pub(super) verb: Option<UpkeepVerb>,
}

#[derive(Debug, Subcommand)]
pub(super) enum UpkeepVerb {
    /// All tasks with their last run and the next
    List(Place),
    /// Run one now, and return when it is done
    Run {
        #[command(flatten)]
        place: Place,
        /// The task, as `list` prints it
        name: String,
    },
    /// Let the schedule rest until `resume`, also over restarts
    Pause(Place),
    /// Go on; what was missed is made up for once
    Resume(Place),
}

#[derive(Debug, Args)]
pub(super) struct SupportBundleArgs {
    /// Settings file; without it ./ddgen.toml, then the user's, then /etc/ddgen/ddgen.toml
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Folder that holds the store [env: DDGEN_DATA_DIR]
    #[arg(long, value_name = "DIR")]
    pub(super) data_dir: Option<PathBuf>,
    /// Where the daemon's socket lies [env: DDGEN_RUNTIME_DIR]
    #[arg(long, value_name = "DIR")]
    pub(super) runtime_dir: Option<PathBuf>,
    /// The file to write, which must not be there, or `-` [default: ddgen-support-TIME.json]
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct RestoreArgs {
    /// Settings file; without it ./ddgen.toml, then the user's, then /etc/ddgen/ddgen.toml
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Folder that holds the store [env: DDGEN_DATA_DIR]
    #[arg(long, value_name = "DIR")]
    pub(super) data_dir: Option<PathBuf>,
    /// As it was at this time, such as 2026-01-31T14:00:30Z, or 2026-01-31T14:00 by the local
    /// clock; to the commit where there is a journal of it, else the newest backup before
    /// [default: the newest backup]
    #[arg(long, value_name = "TIME")]
    pub(super) at: Option<String>,
    /// The directory, or s3://BUCKET/FOLDER, that holds the backups [default: backup.dir]
    #[arg(long, value_name = "PLACE")]
    pub(super) from: Option<String>,
    /// Unpack into this empty folder instead; nothing else is touched
    #[arg(long, value_name = "DIR")]
    pub(super) into: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct KeysArgs {
    #[command(subcommand)]
    pub(super) verb: KeysVerb,
}

#[derive(Debug, Subcommand)]
pub(super) enum KeysVerb {
    /// Make a key and print it, this one time
    Create {
        #[command(flatten)]
        place: Place,
        /// Whose it is, or what it is for
        name: String,
        /// read, write or admin
        #[arg(long, default_value_t = Scope::Read)]
        scope: Scope,
        /// When it expires, from now on: 90d, 12h [default: never]
        #[arg(long, value_name = "SPAN", value_parser = span)]
        expires: Option<Duration>,
    },
    /// All keys, with their last use
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Make a key in place of another and print it, this one time
    Rotate {
        #[command(flatten)]
        place: Place,
        /// The key's id, as `keys list` prints it
        id: String,
        /// How long the old one goes on
        #[arg(long, value_name = "SPAN", default_value = "24h", value_parser = span)]
        overlap: Duration,
    },
    /// Refuse a key from now on
    Revoke {
        #[command(flatten)]
        place: Place,
        /// The key's id, as `keys list` prints it
        id: String,
    },
}

fn span(text: &str) -> Result<Duration, String> {
    parse_span(text).ok_or_else(|| "expected a duration such as 12h, 30d or 0s".to_owned())
}

#[derive(Debug, Args)]
pub(super) struct ProfileArgs {
    /// The file, or `-` for standard input
    pub(super) file: PathBuf,
    /// How many values of a field are shown
    #[arg(long, value_name = "N")]
    pub(super) samples: Option<usize>,
    /// Hold it against a Table Schema or an ODCS document (JSON); exit 4 where it is not kept
    #[arg(long, value_name = "FILE")]
    pub(super) contract: Option<PathBuf>,
    /// All that is known of one field [example: customer.address[].city]
    #[arg(long, value_name = "PATH")]
    pub(super) field: Option<String>,
}
