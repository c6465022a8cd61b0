use std::process::ExitCode;

use super::failure::Failure;
use crate::boot;
use crate::settings::{self, Flags, Surroundings};

/// The daemon, in the foreground, until SIGTERM or SIGINT.
pub(super) fn run(flags: &Flags) -> Result<ExitCode, Failure> {
    let around = Surroundings::of_process(flags.clone())?;
    let loaded =
        settings::load(&around).map_err(|refused| Failure::refused(refused.to_string()))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::refused(format!("the daemon cannot start: {error}")))?;
    let flags = flags.clone();
    let result = runtime.block_on(boot::run(loaded, flags));
    // Blocking threads that hang (a dead network mount) must not keep the process.
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    match result {
        Ok(()) => Ok(ExitCode::SUCCESS),
        // With its causes: the last of them is what has to be mended.
        Err(error) => Err(Failure::refused(format!("{error:#}"))),
    }
}
