//! The one writer: commands over a bounded channel, many of them in one transaction.
//!
//! A caller is answered only after the COMMIT that holds its command. Each command stands in a
//! savepoint of its own, so that one that fails undoes nothing of the others.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;

use ddgen_ipc::Timestamp;
use ddgen_ops::backup::{Held, Journal};
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::error::StoreError;

/// Commands that may wait; a caller that comes when all places are taken waits for one.
const WAITING: usize = 1024;
/// Commands in one transaction: the first of them must not wait for ever.
const GROUP: usize = 256;

/// A command, and after the commit its answer.
trait Command: Send {
    fn run(&mut self, db: &Connection) -> Result<(), StoreError>;
    /// `fate` is what became of the transaction.
    fn answer(self: Box<Self>, fate: Result<(), StoreError>);
}

struct Asked<T, F> {
    work: Option<F>,
    result: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Command for Asked<T, F>
where
    T: Send,
    F: FnOnce(&Connection) -> Result<T, StoreError> + Send,
{
    fn run(&mut self, db: &Connection) -> Result<(), StoreError> {
        let Some(work) = self.work.take() else {
            return Err(StoreError::Internal("a command was run twice".to_owned()));
        };
        let done = catch_unwind(AssertUnwindSafe(|| work(db))).unwrap_or_else(|_| {
            Err(StoreError::Internal(
                "a command of the store panicked".to_owned(),
            ))
        });
        let fate = done.as_ref().map(|_| ()).map_err(StoreError::clone);
        self.result = Some(done);
        fate
    }

    fn answer(self: Box<Self>, fate: Result<(), StoreError>) {
        let answer = match (self.result, fate) {
            // Its own failure says more than what became of the others.
            (Some(Err(error)), _) | (_, Err(error)) => Err(error),
            (Some(done), Ok(())) => done,
            (None, Ok(())) => Err(StoreError::Internal("a command was never run".to_owned())),
        };
        // The caller may have given up waiting: what was committed stays.
        let _ = self.reply.send(answer);
    }
}

/// What is done last in every transaction.
pub(super) type Last = fn(&Connection) -> Result<(), StoreError>;

enum Message {
    Run(Box<dyn Command>),
    Close(oneshot::Sender<Result<(), StoreError>>),
}

/// The way to the writer's thread.
#[derive(Clone)]
pub(super) struct Writer {
    to: mpsc::Sender<Message>,
}

impl Writer {
    /// Starts the thread; it ends with [`Writer::close`], or when no handle is left.
    /// `last` runs before each COMMIT; where it fails, the transaction does.
    pub(super) fn start(
        db: Connection,
        last: Last,
        journal: Option<Arc<Journal>>,
    ) -> Result<(Self, JoinHandle<()>), StoreError> {
        let (to, from) = mpsc::channel(WAITING);
        // From here on nothing that others write goes unnoticed.
        take_in(&mut journal.as_deref().map(Journal::hold), &db);
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || serve(db, journal.as_deref(), from, last))
            .map_err(|error| StoreError::Io(format!("no thread for the writer: {error}")))?;
        Ok((Self { to }, thread))
    }

    /// Runs `work` in the writer's next transaction; returns after its commit.
    pub(super) async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let command = Asked {
            work: Some(work),
            result: None,
            reply,
        };
        self.to
            .send(Message::Run(Box::new(command)))
            .await
            .map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Everything sent before is committed, the log is copied home, the file is closed.
    pub(super) async fn close(&self) -> Result<(), StoreError> {
        let (reply, answer) = oneshot::channel();
        if self.to.send(Message::Close(reply)).await.is_err() {
            return Ok(());
        }
        answer.await.unwrap_or(Ok(()))
    }
}

fn serve(db: Connection, journal: Option<&Journal>, mut from: mpsc::Receiver<Message>, last: Last) {
    while let Some(first) = from.blocking_recv() {
        let mut next = Some(first);
        let mut group = Vec::new();
        let mut closing = None;
        while let Some(message) = next.take() {
            match message {
                Message::Run(command) => group.push(command),
                Message::Close(reply) => closing = Some(reply),
            }
            if closing.is_none() && group.len() < GROUP {
                next = from.try_recv().ok();
            }
        }
        if !group.is_empty() {
            commit(&db, journal, group, last);
        }
        if let Some(reply) = closing {
            from.close();
            let _ = reply.send(finish(db, journal));
            return;
        }
    }
    if let Err(error) = finish(db, journal) {
        tracing::warn!(%error, "the store was not closed cleanly; the next start repairs it");
    }
}

fn finish(db: Connection, journal: Option<&Journal>) -> Result<(), StoreError> {
    // A reader may still hold the log: then the next start copies it home.
    let _ = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    db.close().map_err(|(_, error)| error)?;
    if let Some(Err(error)) = journal.map(Journal::close) {
        tracing::warn!(%error, "the next start begins the journal of the store anew");
    }
    Ok(())
}

/// What the log got since goes into the journal. Before each transaction, too: whatever was written
/// past it would be lost with the log that the next write may begin anew.
fn take_in(held: &mut Option<Held<'_>>, db: &Connection) {
    let Some(held) = held else {
        return;
    };
    let seen = db
        .prepare_cached("PRAGMA data_version")
        .and_then(|mut seen| seen.query_row([], |row| row.get(0)));
    match seen {
        Ok(seen) => {
            if let Some(because) = held.take_in(Timestamp::now(), seen) {
                tracing::warn!(
                    because,
                    "the journal has a gap: moments after it can be restored once there is a backup"
                );
            }
        }
        Err(error) => held.end(error.to_string()),
    }
}

/// Runs a group in as few transactions as it takes; one, unless the disk fails on the way.
fn commit(db: &Connection, journal: Option<&Journal>, group: Vec<Box<dyn Command>>, last: Last) {
    let mut waiting = group.into_iter();
    while waiting.len() > 0 {
        let mut held = journal.map(Journal::hold);
        take_in(&mut held, db);
        if let Err(error) = db.execute_batch("BEGIN IMMEDIATE") {
            let error = StoreError::from(error);
            waiting.for_each(|command| command.answer(Err(error.clone())));
            return;
        }
        let mut ran = Vec::with_capacity(waiting.len());
        let mut fate = Ok(());
        let mut full = false;
        for mut command in waiting.by_ref() {
            let kept = step(db, command.as_mut());
            ran.push(command);
            match kept {
                Ok(done) => full |= matches!(done, Err(StoreError::DiskFull(_))),
                Err(error) => {
                    fate = Err(error);
                    break;
                }
            }
        }
        let fate = fate
            .and_then(|()| last(db))
            .and_then(|()| Ok(db.execute_batch("COMMIT")?));
        if fate.is_err() && !db.is_autocommit() {
            let _ = db.execute_batch("ROLLBACK");
        }
        if full || matches!(fate, Err(StoreError::DiskFull(_))) {
            // What the log holds goes home, so that its bytes can be written over: that may be
            // all the space there is.
            let _ = db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        }
        take_in(&mut held, db);
        drop(held);
        ran.into_iter()
            .for_each(|command| command.answer(fate.clone()));
    }
}

/// One command in its savepoint, and how it ended. An outer error means that the whole transaction
/// is lost.
fn step(db: &Connection, command: &mut dyn Command) -> Result<Result<(), StoreError>, StoreError> {
    db.prepare_cached("SAVEPOINT command")?.execute([])?;
    let done = command.run(db);
    if db.is_autocommit() {
        // SQLite itself rolled back: out of space, memory, or luck.
        return Err(done.err().unwrap_or_else(|| {
            StoreError::Internal("a command ended the writer's transaction".to_owned())
        }));
    }
    if done.is_err() {
        db.prepare_cached("ROLLBACK TO command")?.execute([])?;
    }
    db.prepare_cached("RELEASE command")?.execute([])?;
    Ok(done)
}
