//! What the commands of operators take.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use ddgen_ipc::message::Scope;

use super::Place;
use crate::settings::parse_span;

#[derive(Debug, Args)]
pub(in crate::cli) struct BackupArgs {
    #[command(subcommand)]
    pub(in crate::cli) verb: BackupVerb,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum BackupVerb {
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
pub(in crate::cli) struct AlertsArgs {
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    /// What to do [default: list]
    #[command(subcommand)]
    pub(in crate::cli) verb: Option<AlertVerb>,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum AlertVerb {
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
pub(in crate::cli) struct UpkeepArgs {
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    /// What to do [default: list]
    #[command(subcommand)]
    pub(in crate::cli) verb: Option<UpkeepVerb>,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum UpkeepVerb {
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
pub(in crate::cli) struct SupportBundleArgs {
    /// Settings file; without it ./ddgen.toml, then the user's, then /etc/ddgen/ddgen.toml
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) config: Option<PathBuf>,
    /// Folder that holds the store [env: DDGEN_DATA_DIR]
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) data_dir: Option<PathBuf>,
    /// Where the daemon's socket lies [env: DDGEN_RUNTIME_DIR]
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) runtime_dir: Option<PathBuf>,
    /// The file to write, which must not be there, or `-` [default: ddgen-support-TIME.json]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RestoreArgs {
    /// Settings file; without it ./ddgen.toml, then the user's, then /etc/ddgen/ddgen.toml
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) config: Option<PathBuf>,
    /// Folder that holds the store [env: DDGEN_DATA_DIR]
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) data_dir: Option<PathBuf>,
    /// As it was at this time, such as 2026-01-31T14:00:30Z, or 2026-01-31T14:00 by the local
    /// clock; to the commit where there is a journal of it, else the newest backup before
    /// [default: the newest backup]
    #[arg(long, value_name = "TIME")]
    pub(in crate::cli) at: Option<String>,
    /// The directory, or s3://BUCKET/FOLDER, that holds the backups [default: backup.dir]
    #[arg(long, value_name = "PLACE")]
    pub(in crate::cli) from: Option<String>,
    /// Unpack into this empty folder instead; nothing else is touched
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) into: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct KeysArgs {
    #[command(subcommand)]
    pub(in crate::cli) verb: KeysVerb,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum KeysVerb {
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
