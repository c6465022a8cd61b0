//! What the commands that only show take.

use std::path::PathBuf;

use clap::Args;
use ddgen_ipc::message::DropState;

use super::Place;

#[derive(Debug, Args)]
pub(in crate::cli) struct ShowArgs {
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    /// The dictionary's name, as `list` prints it
    pub(in crate::cli) name: String,
    /// Number of a version [default: the current one]
    #[arg(long, value_name = "N")]
    pub(in crate::cli) version: Option<u32>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct SearchArgs {
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    /// Words of names, descriptions, tags, owners or values, and filters: type:date pii:yes
    /// semantic:time owner:ana tag:gold dictionary:sales watch:drop described:no owned:no
    /// classified:no 'null>10%'
    #[arg(required = true, value_name = "WORDS")]
    pub(in crate::cli) words: Vec<String>,
    /// At most so many fields and so many dictionaries
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=500))]
    pub(in crate::cli) limit: u32,
    /// Leave out so many fields
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(in crate::cli) offset: u32,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct DiffArgs {
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    /// The dictionary's name, as `list` prints it
    pub(in crate::cli) name: String,
    /// Number of the older version [default: the one before]
    pub(in crate::cli) from: Option<u32>,
    /// Number of the newer version [default: the current one]
    pub(in crate::cli) to: Option<u32>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct NamedArgs {
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    /// The dictionary's name, as `list` prints it
    pub(in crate::cli) name: String,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct DropsArgs {
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    /// Only drops of this state
    #[arg(long, value_name = "STATE")]
    pub(in crate::cli) state: Option<DropState>,
    /// At most so many, the newest [default: all]
    #[arg(long, value_name = "N")]
    pub(in crate::cli) limit: Option<usize>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ProfileArgs {
    /// The file, or `-` for standard input
    pub(in crate::cli) file: PathBuf,
    /// How many values of a field are shown
    #[arg(long, value_name = "N")]
    pub(in crate::cli) samples: Option<usize>,
    /// Hold it against a Table Schema or an ODCS document (JSON); exit 4 where it is not kept
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) contract: Option<PathBuf>,
    /// All that is known of one field [example: customer.address[].city]
    #[arg(long, value_name = "PATH")]
    pub(in crate::cli) field: Option<String>,
}
