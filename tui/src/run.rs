//! From the first frame to the last: messages in, effects out, a picture when something changed.

mod effects;
mod pace;
mod signals;

use std::io;
use std::sync::Arc;
use std::time::Instant;

use ddgen_ipc::Timestamp;
use ddgen_ipc::place::{Hints, PlaceError};
use jiff::tz::TimeZone;
use thiserror::Error;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::app::message::{LinkNews, Message};
use crate::cli::Cli;
use crate::format::Clock;
use crate::terminal::{self, Guard, Painter, Writer};
use crate::update::update;
use crate::view::theme::Theme;
use crate::{link, view};

use effects::Hands;
use pace::Pace;
use signals::{Signals, Told};

/// Messages that may wait: beyond, their senders wait, and the daemon answers with one `Resync`.
const WAITING: usize = 1024;
/// Messages taken in before the next look at the clock, so that a flood cannot stop the pictures.
const AT_ONCE: usize = 256;

#[derive(Debug, Error)]
pub enum RunError {
    #[error(transparent)]
    Place(#[from] PlaceError),
    #[error("the terminal failed: {0}")]
    Terminal(#[from] io::Error),
}

/// Runs until the user is done, or the terminal or a signal ends it.
///
/// # Errors
/// When the terminal cannot be used, or the socket's path is impossible.
pub fn run(cli: Cli) -> Result<(), RunError> {
    let hints = Hints::from_environment(cli.runtime_dir, cli.data_dir);
    let searched = hints
        .sockets()?
        .iter()
        .map(|socket| socket.display().to_string())
        .collect();
    // One thread of its own for the connection, so that a long list never delays a key.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let guard = Guard::take()?;
    let ended = runtime.block_on(async {
        let mut client = Running::new(&hints, searched)?;
        let ended = client.until_done().await;
        client.stop.cancel();
        client.writer.settle().await;
        ended
    });
    drop(guard);
    // Nothing is waited for: what is still on its way ends with the process.
    runtime.shutdown_background();
    Ok(ended?)
}

fn set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}

struct Running {
    app: App,
    theme: Theme,
    painter: Painter,
    writer: Writer,
    pace: Pace,
    hands: Hands,
    signals: Signals,
    messages: mpsc::Receiver<Message>,
    news: mpsc::Receiver<LinkNews>,
    stop: CancellationToken,
}

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    GoOn,
    Quit,
}

impl Running {
    fn new(hints: &Hints, searched: Vec<String>) -> io::Result<Self> {
        let clock = Clock {
            now: Timestamp::now(),
            zone: TimeZone::system(),
        };
        let (message_in, messages) = mpsc::channel(WAITING);
        let (news_in, news) = mpsc::channel(WAITING);
        let (asks_in, asks) = mpsc::channel(WAITING);
        let stop = CancellationToken::new();
        let nudge = Arc::new(Notify::new());
        terminal::spawn_input(message_in.clone())?;
        let link = link::run(
            hints.clone(),
            asks,
            news_in,
            Arc::clone(&nudge),
            stop.clone(),
        );
        tokio::spawn(link);
        Ok(Self {
            app: App::new(terminal::size(), clock, searched),
            theme: Theme::new(!set("NO_COLOR")),
            painter: Painter::new(),
            writer: Writer::spawn()?,
            pace: Pace::new(set("SSH_CONNECTION") || set("SSH_TTY")),
            hands: Hands::new(asks_in, message_in, nudge, hints),
            signals: Signals::listen()?,
            messages,
            news,
            stop,
        })
    }

    async fn until_done(&mut self) -> io::Result<()> {
        loop {
            if self.pace.is_due(Instant::now()) && self.writer.is_free() {
                self.draw();
            }
            let waits = self.pace.due().filter(|_| self.writer.is_free());
            let then = tokio::select! {
                biased;
                told = self.signals.next() => self.told(told)?,
                message = self.messages.recv() => match message {
                    Some(message) => {
                        self.pace.touched();
                        self.take(message)?
                    }
                    // The terminal is gone, and with it the user.
                    None => Then::Quit,
                },
                Some(news) = self.news.recv() => {
                    self.pace.changed();
                    self.take(Message::Link(news))?
                }
                written = self.writer.written(), if !self.writer.is_free() => {
                    written?;
                    Then::GoOn
                }
                () = pace::until(waits), if waits.is_some() => Then::GoOn,
            };
            if then == Then::Quit || self.drain()? == Then::Quit {
                return Ok(());
            }
        }
    }

    /// Takes in what is there already, so that one picture shows all of it.
    fn drain(&mut self) -> io::Result<Then> {
        for _ in 0..AT_ONCE {
            if let Ok(message) = self.messages.try_recv() {
                self.pace.touched();
                if self.take(message)? == Then::Quit {
                    return Ok(Then::Quit);
                }
            } else if let Ok(news) = self.news.try_recv() {
                self.pace.changed();
                self.take(Message::Link(news))?;
            } else {
                break;
            }
        }
        Ok(Then::GoOn)
    }

    fn take(&mut self, message: Message) -> io::Result<Then> {
        self.app.clock.now = Timestamp::now();
        for effect in update(&mut self.app, message) {
            if self.act(effect)? == Then::Quit {
                return Ok(Then::Quit);
            }
        }
        Ok(Then::GoOn)
    }

    fn told(&mut self, told: Told) -> io::Result<Then> {
        match told {
            Told::Quit => Ok(Then::Quit),
            Told::Suspend => {
                self.suspend()?;
                Ok(Then::GoOn)
            }
            Told::Continued => {
                terminal::retake()?;
                self.pace.touched();
                self.take(Message::Resumed(terminal::size()))
            }
        }
    }

    fn suspend(&mut self) -> io::Result<()> {
        self.pace.touched();
        if terminal::can_suspend() {
            terminal::suspend()?;
            self.take(Message::Resumed(terminal::size()))?;
        } else {
            let words = "there is no shell to come back from here, so it goes on";
            self.take(Message::Failed(words.to_owned()))?;
        }
        Ok(())
    }

    fn draw(&mut self) {
        self.app.arrange();
        let mut picture = Painter::canvas(self.app.size);
        let drawn = view::draw(&self.app, self.theme, &mut picture);
        self.app.scroll_limit = drawn.scroll_limit;
        if let Some(bytes) = self.painter.paint(picture, drawn.cursor)
            && !self.writer.give(bytes)
        {
            // Part of a picture is lost: the next one is painted as a whole.
            self.painter.forget();
        }
        self.pace.drawn(Instant::now());
    }
}
