//! Flags.

use std::path::PathBuf;

use clap::Parser;

/// The terminal client of ddgen: what is in the files of your folders, live.
#[derive(Debug, Parser)]
#[command(name = "ddgen-tui", version, about)]
pub struct Cli {
    /// Data directory of the daemon to talk to (DDGEN_DATA_DIR)
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Folder of the daemon's socket (DDGEN_RUNTIME_DIR)
    #[arg(long, value_name = "DIR")]
    pub runtime_dir: Option<PathBuf>,
}
