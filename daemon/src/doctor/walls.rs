//! Whether workers can be locked in: by locking one in.

use tokio_util::sync::CancellationToken;

use super::Check;
use crate::worker::{Limits, PoolConfig, Sandbox, WorkerPool, this_program};

const ADVICE: &str = "a kernel from 5.13 on has Landlock; a container needs a seccomp profile that \
                      allows landlock_create_ruleset and seccomp";

pub(super) fn check() -> Check {
    match try_one() {
        Ok(Sandbox::Full) => Check::ok("sandbox", "a worker sees no files and no network"),
        Ok(Sandbox::Partial(because) | Sandbox::None(because)) => Check::warning(
            "sandbox",
            format!("workers are not locked in as they should be: {because}"),
            ADVICE,
        ),
        Err(because) => Check::broken(
            "sandbox",
            format!("no worker could be started: {because}"),
            "run `ddgend profile FILE` to see why; the limits of memory and processes of this \
             user may be too low",
        ),
    }
}

fn try_one() -> Result<Sandbox, String> {
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let config = PoolConfig {
        count: 1,
        program: this_program(),
        scratch_root: scratch.path().to_path_buf(),
        limits: Limits::default(),
    };
    runtime.block_on(async {
        let stop = CancellationToken::new();
        let pool = WorkerPool::start(config, stop.clone()).await?;
        let sandbox = pool.state().sandbox;
        stop.cancel();
        pool.finish(std::time::Duration::from_secs(5)).await;
        Ok(sandbox)
    })
}
