//! Starting a daemon that outlives this client.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const PROGRAM: &str = "ddgend";
/// Bytes of the last words of a daemon that ended at once.
const LAST_WORDS: u64 = 2000;
const LAST_LINES: usize = 3;

/// What the daemon is started with.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    pub data_dir: Option<PathBuf>,
    pub runtime_dir: Option<PathBuf>,
    /// Where the daemon's output goes.
    pub log: PathBuf,
}

/// A daemon on its way up.
#[derive(Debug)]
pub struct Started {
    child: Child,
    log: PathBuf,
    /// Where its output begins in the log.
    from: u64,
    pub words: String,
}

/// Starts `ddgend run --watch FOLDER`, detached from this terminal.
///
/// # Errors
/// In words: the folder is none, there is no program, it cannot be started.
pub fn start(plan: &Plan, folder: &Path) -> Result<Started, String> {
    let folder = expand(folder);
    let folder = match fs::canonicalize(&folder) {
        Ok(path) if path.is_dir() => path,
        Ok(path) => return Err(format!("`{}` is a file, not a folder", path.display())),
        Err(error) => return Err(format!("`{}` cannot be watched: {error}", folder.display())),
    };
    let program = find()?;
    let (out, from) = open_log(&plan.log).map_err(|error| {
        format!(
            "the log `{}` cannot be written: {error}",
            plan.log.display()
        )
    })?;
    let errors = out.try_clone().map_err(|error| {
        format!(
            "the log `{}` cannot be written: {error}",
            plan.log.display()
        )
    })?;
    let mut command = Command::new(&program);
    command
        .arg("run")
        .arg("--watch")
        .arg(&folder)
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(errors)
        // A group of its own: neither ctrl-c nor the end of this terminal reaches it.
        .process_group(0);
    if let Some(data_dir) = &plan.data_dir {
        command.env("DDGEN_DATA_DIR", data_dir);
    }
    if let Some(runtime_dir) = &plan.runtime_dir {
        command.env("DDGEN_RUNTIME_DIR", runtime_dir);
    }
    let child = command
        .spawn()
        .map_err(|error| format!("`{}` cannot be started: {error}", program.display()))?;
    let words = format!(
        "Started ddgend (process {}) on {}; its output is in {}.",
        child.id(),
        folder.display(),
        plan.log.display()
    );
    Ok(Started {
        child,
        log: plan.log.clone(),
        from,
        words,
    })
}

impl Started {
    /// Waits until the daemon ends; its last words.
    pub fn wait(mut self) -> String {
        let how = match self.child.wait() {
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        };
        let words = last_words(&self.log, self.from).unwrap_or_default();
        // The last lines say why; those before them are its start.
        let lines: Vec<&str> = words
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        match lines.as_slice() {
            [] => format!("the daemon ended without a word ({how})"),
            lines => format!(
                "the daemon ended ({how}): {}",
                lines[lines.len().saturating_sub(LAST_LINES)..].join(" | ")
            ),
        }
    }
}

/// Beside this program, else in the folders of `PATH`.
fn find() -> Result<PathBuf, String> {
    let beside = std::env::current_exe()
        .ok()
        .and_then(|own| Some(own.parent()?.join(PROGRAM)));
    let path = std::env::var_os("PATH").unwrap_or_default();
    beside
        .into_iter()
        .chain(std::env::split_paths(&path).map(|folder| folder.join(PROGRAM)))
        .find(|program| program.is_file())
        .ok_or_else(|| {
            format!("there is no `{PROGRAM}` beside this program or on PATH: install it, or start it by hand")
        })
}

/// `~` is the shell's, but people type it everywhere.
fn expand(folder: &Path) -> PathBuf {
    match (folder.strip_prefix("~"), std::env::var_os("HOME")) {
        (Ok(rest), Some(home)) => Path::new(&home).join(rest),
        _ => folder.to_owned(),
    }
}

fn open_log(path: &Path) -> io::Result<(File, u64)> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let file = OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)?;
    let from = file.metadata()?.len();
    Ok((file, from))
}

fn last_words(path: &Path, from: u64) -> io::Result<String> {
    let mut file = File::open(path)?;
    let end = file.metadata()?.len();
    file.seek(SeekFrom::Start(from.max(end.saturating_sub(LAST_WORDS))))?;
    let mut bytes = Vec::new();
    file.take(LAST_WORDS).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
