//! What the commands that write about dictionaries take, and those that feed them.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use ddgen_ipc::message::Aspect;

use super::Place;
use crate::export::Form;

#[derive(Debug, Args)]
pub(in crate::cli) struct ExportArgs {
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    /// The dictionaries' names, as `list` prints them
    #[arg(
        value_name = "NAME",
        required_unless_present = "all",
        conflicts_with = "all"
    )]
    pub(in crate::cli) names: Vec<String>,
    /// All dictionaries
    #[arg(long)]
    pub(in crate::cli) all: bool,
    /// In which form
    #[arg(long = "as", value_name = "FORM", value_enum)]
    pub(in crate::cli) form: Option<Form>,
    /// Into this file [default: standard output]
    #[arg(long, value_name = "FILE", requires = "form")]
    pub(in crate::cli) out: Option<PathBuf>,
    /// Into a folder, one file a dictionary; the same dictionaries make the same bytes
    #[arg(long, value_name = "DIR", conflicts_with_all = ["form", "out"])]
    pub(in crate::cli) dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ImportArgs {
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    /// The file or folder, as `export` wrote it; or a list with the columns dictionary, path and
    /// what is to be written
    #[arg(value_name = "FILE|DIR")]
    pub(in crate::cli) from: PathBuf,
    /// Only say what would be written
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    /// What becomes of a text that somebody else wrote since the export
    #[arg(long, value_name = "MODE", value_enum, default_value_t = Conflicts::Fail)]
    pub(in crate::cli) on_conflict: Conflicts,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Conflicts {
    /// It stays as it is
    Skip,
    /// It becomes what the import says
    Overwrite,
    /// Nothing at all is imported
    Fail,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct LintArgs {
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    /// Only these dictionaries [default: all]
    #[arg(value_name = "NAME")]
    pub(in crate::cli) names: Vec<String>,
    /// Exit 1 when a smaller share of the fields has a description
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(..=100))]
    pub(in crate::cli) min_described: Option<u8>,
    /// Exit 1 when a smaller share has an owner, of its own or of its dictionary
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(..=100))]
    pub(in crate::cli) min_owned: Option<u8>,
    /// Exit 1 when a smaller share has a classification
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(..=100))]
    pub(in crate::cli) min_classified: Option<u8>,
    /// Name so many fields that nobody has described
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(..=500))]
    pub(in crate::cli) next: u32,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ContractArgs {
    #[command(subcommand)]
    pub(in crate::cli) verb: ContractVerb,
}

/// The standards that contracts are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ContractForm {
    /// Frictionless Table Schema
    TableSchema,
    /// Open Data Contract Standard 3.1
    Odcs,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ContractVerb {
    /// Print a contract made from a version, to be edited
    Init {
        #[command(flatten)]
        place: Place,
        /// The dictionary's name
        name: String,
        /// In which words; ODCS is printed as YAML, with `--format json` as JSON
        #[arg(long = "as", value_enum, default_value_t = ContractForm::TableSchema)]
        form: ContractForm,
        /// Number of a version [default: the current one]
        #[arg(long, value_name = "N")]
        version: Option<u32>,
    },
    /// Hold every file from now on against a Table Schema or an ODCS document (JSON or YAML)
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
pub(in crate::cli) struct DecideArgs {
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    /// The dictionary's name, as `list` prints it
    pub(in crate::cli) name: String,
    /// New paths of renamed fields [default: all that are proposed]
    #[arg(value_name = "FIELD")]
    pub(in crate::cli) fields: Vec<String>,
    /// The old path, to name a rename that was not found
    #[arg(long, value_name = "OLD", requires = "fields")]
    pub(in crate::cli) from: Option<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct AnnotateArgs {
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    /// The dictionary's name, as `list` prints it
    pub(in crate::cli) name: String,
    /// What to write: description, business_name, owner, tags, classification, criticality or
    /// examples; nothing after `=` removes
    #[arg(value_name = "ASPECT=TEXT")]
    pub(in crate::cli) words: Vec<String>,
    /// About this field, and not about the dictionary; several times for several fields
    #[arg(long, value_name = "PATH")]
    pub(in crate::cli) field: Vec<String>,
    /// Only when this revision stands (0: when nothing does)
    #[arg(long, value_name = "N", requires = "words")]
    pub(in crate::cli) expects: Option<u64>,
    /// All that was ever written about one aspect, newest first
    #[arg(long, value_name = "ASPECT", conflicts_with = "words")]
    pub(in crate::cli) history: Option<Aspect>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RetryArgs {
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    /// The drop's id, or the path of its file
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    pub(in crate::cli) drop: Option<String>,
    /// All parked drops
    #[arg(long)]
    pub(in crate::cli) all: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct IngestArgs {
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    /// The file
    pub(in crate::cli) file: PathBuf,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(in crate::cli) struct QuarantineArgs {
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    #[command(subcommand)]
    pub(in crate::cli) verb: Option<QuarantineVerb>,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum QuarantineVerb {
    /// What lies in quarantine, the newest first
    List(Place),
    /// What one of them breaks: the report that lies beside it
    Show(ReleaseArgs),
    /// Take it as a version all the same, and put it back where it came
    Release(ReleaseArgs),
    /// Take it as a version all the same; it stays there, or goes where its watch wants files after
    /// success
    Accept(ReleaseArgs),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ReleaseArgs {
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    /// The drop's id, or the path that its producer gave the file
    pub(in crate::cli) drop: String,
}
