//! The running daemon, for a command that goes through it.

use std::time::Duration;

use ddgen_ipc::Client;
use ddgen_ipc::place::Hints;

use super::args::Place;
use super::failure::Failure;

/// How long a command waits for the daemon to open its door.
const CONNECT_DEADLINE: Duration = Duration::from_secs(5);

/// Runs `work` with a client attached to the daemon that the flags and the environment lead to.
pub(super) fn with_daemon<T>(
    place: &Place,
    work: impl AsyncFnOnce(&Client) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let hints = Hints::from_environment(place.runtime_dir.clone(), place.data_dir.clone());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let (client, _events) = Client::connect(&hints, CONNECT_DEADLINE).await?;
        work(&client).await
    })
}
