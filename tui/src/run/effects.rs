//! The hands of the model: what it wants done in the world.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use ddgen_ipc::place::Hints;
use tokio::sync::{Notify, mpsc};

use super::{Running, Then};
use crate::app::message::{Ask, Effect, Message};
use crate::start::{self, Plan};

pub(super) struct Hands {
    asks: mpsc::Sender<Ask>,
    messages: mpsc::Sender<Message>,
    /// Has the connection tried again at once.
    nudge: Arc<Notify>,
    plan: Plan,
}

impl Hands {
    pub(super) fn new(
        asks: mpsc::Sender<Ask>,
        messages: mpsc::Sender<Message>,
        nudge: Arc<Notify>,
        hints: &Hints,
    ) -> Self {
        Self {
            asks,
            messages,
            nudge,
            plan: Plan {
                data_dir: hints.data_dir.clone(),
                runtime_dir: hints.runtime_dir.clone(),
                log: log_path(hints),
            },
        }
    }

    /// Starts the daemon in a thread of its own and stays to hear whether it ends at once.
    fn start(&self, folder: PathBuf) {
        let (plan, nudge) = (self.plan.clone(), Arc::clone(&self.nudge));
        let messages = self.messages.clone();
        thread::spawn(move || match start::start(&plan, &folder) {
            Ok(started) => {
                let _closing = messages.blocking_send(Message::Started(Ok(started.words.clone())));
                nudge.notify_one();
                let _closing = messages.blocking_send(Message::StartedEnded(started.wait()));
            }
            Err(words) => {
                let _closing = messages.blocking_send(Message::Started(Err(words)));
            }
        });
    }
}

/// Beside the data where a data directory was named, else where XDG keeps logs.
fn log_path(hints: &Hints) -> PathBuf {
    let folder = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let state = folder("XDG_STATE_HOME")
        .or_else(|| Some(folder("HOME")?.join(".local/state")))
        .unwrap_or_else(std::env::temp_dir)
        .join("ddgen");
    let place = hints.data_dir.clone().unwrap_or(state);
    place.join("ddgend-output.log")
}

impl Running {
    pub(super) fn act(&mut self, effect: Effect) -> io::Result<Then> {
        match effect {
            Effect::Ask(question) => {
                if self.hands.asks.try_send(question).is_err() {
                    self.app.complain(
                        "the daemon is behind with its answers: the newest question was not asked",
                    );
                }
            }
            Effect::Copy(text) => {
                if !self.writer.copy(&text) {
                    self.app
                        .complain("the terminal takes no bytes: nothing was copied");
                }
            }
            Effect::StartDaemon(folder) => self.hands.start(folder),
            Effect::Mouse(on) => {
                self.writer.mouse(on);
            }
            Effect::Repaint => self.painter.forget(),
            Effect::Suspend => self.suspend()?,
            Effect::Quit => return Ok(Then::Quit),
        }
        Ok(Then::GoOn)
    }
}
