//! A real daemon process.

use std::ffi::OsString;
use std::fs::{self, File};
use std::process::{Child, ExitStatus};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::{Outcome, Place, ddgend, ddgend_as, until};

/// How a daemon is to be started.
#[derive(Clone, Default)]
pub struct Plan {
    /// Further arguments of `run`; without `--http` it is off.
    pub arguments: Vec<OsString>,
    /// Further variables.
    pub environment: Vec<(OsString, OsString)>,
    /// Written to the daemon's `ddgen.toml`.
    pub settings: Option<String>,
    /// A program with its arguments that becomes the daemon: `setpriv`, `unshare`.
    pub by: Vec<OsString>,
    /// Run as this account, in a shared place.
    pub account: Option<String>,
}

impl Plan {
    #[must_use]
    pub fn with_argument(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// As this account, in a place shared with it.
    #[must_use]
    pub fn with_account(mut self, account: impl Into<String>) -> Self {
        self.account = Some(account.into());
        self
    }

    #[must_use]
    pub fn with_settings(mut self, settings: impl Into<String>) -> Self {
        self.settings = Some(settings.into());
        self
    }

    /// Started by this program, which must become the daemon by `exec`.
    #[must_use]
    pub fn started_by<A: Into<OsString>>(mut self, words: impl IntoIterator<Item = A>) -> Self {
        self.by = words.into_iter().map(Into::into).collect();
        self
    }
}

/// A daemon that watches its place's drop folder; killed when dropped.
pub struct Daemon {
    child: Child,
}

impl Daemon {
    /// Starts a daemon and waits until it answers.
    ///
    /// # Panics
    /// When it does not come up; its log is in the message.
    #[must_use]
    pub fn start(place: &Place) -> Self {
        Self::start_as(place, &Plan::default())
    }

    /// Starts a daemon as planned and waits until it answers.
    ///
    /// # Panics
    /// When it does not come up; its log is in the message.
    #[must_use]
    pub fn start_as(place: &Place, plan: &Plan) -> Self {
        let mut daemon = Self::launch(place, plan);
        until("the daemon answers", || {
            if let Some(status) = daemon.ended() {
                panic!("the daemon ended with {status}:\n{}", Self::log(place));
            }
            let answer = match &plan.account {
                None => ddgend(place, ["status"]),
                Some(account) => ddgend_as(place, account, ["status"]),
            };
            (answer.code == 0).then_some(())
        });
        daemon
    }

    /// Starts a daemon without waiting for anything; killed when dropped.
    ///
    /// # Panics
    /// When the process cannot be started.
    #[must_use]
    pub fn launch(place: &Place, plan: &Plan) -> Self {
        Self {
            child: Self::spawn(place, plan),
        }
    }

    /// Starts a daemon that is expected to refuse, and returns its exit code and what it said.
    ///
    /// # Panics
    /// When it runs on, or is killed.
    #[must_use]
    pub fn refusal(place: &Place, plan: &Plan) -> (i32, String) {
        let said_before = Self::log(place).len();
        let mut daemon = Self::launch(place, plan);
        let status = until("the daemon refuses to start", || daemon.ended());
        let said = Self::log(place).split_off(said_before);
        let code = status.code();
        (code.unwrap_or_else(|| panic!("{status}:\n{said}")), said)
    }

    /// How it ended, if it has.
    ///
    /// # Panics
    /// When the process cannot be waited for.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// Starts a daemon and returns at once. Its log goes to `daemon.log` of the place.
    ///
    /// # Panics
    /// When the process cannot be started.
    #[must_use]
    pub fn spawn(place: &Place, plan: &Plan) -> Child {
        let log = File::options()
            .create(true)
            .append(true)
            .open(place.path().join("daemon.log"));
        let log = log.unwrap();
        let mut command = match &plan.account {
            None => place.ddgend(&plan.by),
            Some(account) => place.ddgend_of(account),
        };
        command.arg("run");
        if let Some(settings) = &plan.settings {
            let path = place.path().join("ddgen.toml");
            fs::write(&path, settings).unwrap();
            command.arg("--config").arg(path);
        }
        if !plan
            .settings
            .as_ref()
            .is_some_and(|settings| settings.contains("[[watch]]"))
        {
            command.arg("--watch").arg(place.drop_dir());
        }
        if !plan.arguments.iter().any(|argument| argument == "--http") {
            command.args(["--http", "off"]);
        }
        command
            .args(&plan.arguments)
            .envs(plan.environment.iter().cloned())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap()
    }

    /// Everything the daemons of this place have logged.
    #[must_use]
    pub fn log(place: &Place) -> String {
        fs::read_to_string(place.path().join("daemon.log")).unwrap_or_default()
    }

    #[must_use]
    pub fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Sends a signal.
    ///
    /// # Panics
    /// When the process is gone.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// `kill -9`, and waits until it is dead.
    ///
    /// # Panics
    /// When the process cannot be waited for.
    pub fn kill(&mut self) {
        let _already_dead = self.child.kill();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and waits for its end.
    ///
    /// # Panics
    /// When it does not end by the deadline.
    pub fn stop(&mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        until("the daemon stops", || self.child.try_wait().unwrap())
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Place {
    /// Runs a command that prints JSON and succeeds.
    ///
    /// # Panics
    /// When it does not.
    pub fn ask(&self, args: &[&str]) -> Value {
        self.run(&[args, &["--format", "json"]].concat()).json()
    }

    /// Runs a command.
    pub fn run(&self, args: &[&str]) -> Outcome {
        ddgend(self, args)
    }

    /// Waits until so many drops have reached an end, and returns the status.
    ///
    /// # Panics
    /// When they have not by the deadline.
    pub fn settled(&self, drops: u64) -> Value {
        until(&format!("{drops} drops"), || {
            let status = self.ask(&["status"]);
            let queue = &status["queue"];
            let idle = queue["pending"] == 0 && queue["running"] == 0;
            (idle && status["drops"]["total"].as_u64() >= Some(drops)).then_some(status)
        })
    }
}
