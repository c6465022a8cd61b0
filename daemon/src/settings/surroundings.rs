//! What the loader is handed, so that it need not look around by itself.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;

// The flags that are settings. Values stay text: the loader judges them together with all else.
// (A doc comment here would become the description of every command that takes them.)
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct Flags {
    /// Settings file; without it ./ddgen.toml, then the user's, then /etc/ddgen/ddgen.toml
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// File of NAME=VALUE lines, read after ./.env
    #[arg(long, value_name = "FILE")]
    pub env_file: Option<PathBuf>,
    /// Folder that holds the store
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Folder of the socket
    #[arg(long, value_name = "DIR")]
    pub runtime_dir: Option<PathBuf>,
    /// Folders to watch, instead of those the settings file names
    #[arg(long, value_name = "DIR", num_args = 1..)]
    pub watch: Vec<PathBuf>,
    /// Address of the HTTP endpoint, or off
    #[arg(long, value_name = "ADDR|off")]
    pub http: Option<String>,
    /// Worker processes
    #[arg(long, value_name = "N")]
    pub workers: Option<String>,
    /// Who may connect: private, group or auto
    #[arg(long, value_name = "WHO")]
    pub socket_access: Option<String>,
    /// trace, debug, info, warning, error or off
    #[arg(long, value_name = "LEVEL")]
    pub log_level: Option<String>,
    /// text or json
    #[arg(long, value_name = "FORMAT")]
    pub log_format: Option<String>,
}

/// Everything outside the settings files that decides what the settings are.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    pub environment: BTreeMap<String, String>,
    /// Names of variables that are no text, and so could not be taken into `environment`.
    pub unreadable_variables: Vec<String>,
    /// Absolute. Relative paths of every layer start here, and `.env` lies here.
    pub working_dir: PathBuf,
    pub flags: Flags,
    /// Processor cores the process may use.
    pub cores: usize,
    /// The settings file of the machine: `/etc/ddgen/ddgen.toml`.
    pub system_config: PathBuf,
}

impl Surroundings {
    /// The surroundings of this very process: the one place that reads its environment.
    ///
    /// # Errors
    /// When the working directory is gone or unreadable.
    pub fn of_process(flags: Flags) -> std::io::Result<Self> {
        let mut environment = BTreeMap::new();
        let mut unreadable_variables = Vec::new();
        for (name, value) in std::env::vars_os() {
            match (name.into_string(), value.into_string()) {
                (Ok(name), Ok(value)) => {
                    environment.insert(name, value);
                }
                (Ok(name), Err(_)) => unreadable_variables.push(name),
                (Err(_), _) => {}
            }
        }
        Ok(Self {
            environment,
            unreadable_variables,
            working_dir: std::env::current_dir()?,
            flags,
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            system_config: PathBuf::from("/etc/ddgen/ddgen.toml"),
        })
    }

    /// A variable that is set and not empty.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.environment
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.trim().is_empty())
    }
}
