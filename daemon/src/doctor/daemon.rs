//! The daemon, if one runs: its lock, its socket, and what it says of itself.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

use ddgen_ipc::Client;
use ddgen_ipc::message::{Reply, Request, Status, Verdict};
use ddgen_ipc::place::Hints;

use super::Check;
use crate::settings::{Settings, Surroundings};

/// How long the socket may take to answer.
const DEADLINE: Duration = Duration::from_secs(10);

pub(super) fn checks(around: &Surroundings, settings: &Settings) -> (Vec<Check>, Option<Status>) {
    let dir = &settings.data.dir;
    let hints = Hints::from_environment(
        settings.data.runtime_dir.clone(),
        Some(around.flags.data_dir.clone().unwrap_or_else(|| dir.clone())),
    );
    let socket = match hints.socket() {
        Ok(socket) => socket,
        Err(error) => {
            let advice = "name a shorter folder with runtime_dir";
            return (
                vec![Check::broken("socket", error.to_string(), advice)],
                None,
            );
        }
    };
    let held = is_held(&dir.join("ddgend.lock"));
    match (ask(&hints), held) {
        (Ok(status), _) => (said(&status), Some(status)),
        (Err(_), Some(false)) => {
            let words = "no daemon runs on this data directory";
            (vec![Check::ok("daemon", words)], None)
        }
        (Err(because), Some(true)) => {
            let words = format!(
                "a daemon holds {} and does not answer at {}: {because}",
                dir.display(),
                socket.display()
            );
            let advice = "look at its log (`journalctl -u ddgend`); are you in its group? \
                          DDGEN_RUNTIME_DIR must be the daemon's";
            (vec![Check::broken("daemon", words, advice)], None)
        }
        (Err(because), None) => {
            let words = format!("nobody answers at {}: {because}", socket.display());
            (vec![Check::ok("daemon", words)], None)
        }
    }
}

/// Whether somebody holds the lock; none when it cannot be told.
fn is_held(lock: &Path) -> Option<bool> {
    let file = match File::open(lock) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Some(false),
        Err(_) => return None,
    };
    match file.try_lock_shared() {
        Ok(()) => Some(false),
        Err(TryLockError::WouldBlock) => Some(true),
        Err(TryLockError::Error(_)) => None,
    }
}

fn ask(hints: &Hints) -> Result<Status, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let connected = Client::connect(hints, DEADLINE).await;
        let (client, _events) = connected.map_err(|error| error.to_string())?;
        match client.call(Request::Status).await {
            Ok(Reply::Status(status)) => Ok(*status),
            Ok(_) => Err("it answered something else".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    })
}

fn said(status: &Status) -> Vec<Check> {
    let ours = env!("CARGO_PKG_VERSION");
    let mut checks = vec![if status.version == ours {
        Check::ok("daemon", format!("process {} answers", status.pid))
    } else {
        Check::warning(
            "daemon",
            format!("the daemon is ddgen {}, this is {ours}", status.version),
            "restart the daemon after an update",
        )
    }];
    for probe in &status.probes {
        let advice = "`ddgend status` shows all probes";
        match probe.verdict {
            Verdict::Ok => {}
            Verdict::Degraded => {
                let words = format!("{}: {}", probe.name, probe.because);
                checks.push(Check::warning("probe", words, advice));
            }
            Verdict::Down => {
                let words = format!("{}: {}", probe.name, probe.because);
                checks.push(Check::broken("probe", words, advice));
            }
        }
    }
    checks
}
