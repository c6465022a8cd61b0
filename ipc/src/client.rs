//! The client's end of a connection: calls with deadlines, answers in parts, events aside.

mod connect;
mod error;

pub use error::ClientError;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::bytes::Bytes;
use tokio_util::codec::{FramedRead, FramedWrite, LengthDelimitedCodec};

use crate::codec::{decode, encode, framing};
use crate::hello::Role;
use crate::message::{Answer, Call, EventFrame, FromDaemon, Reply, Request};
use crate::place::Hints;

/// How long a client waits for the next part of an answer before it says so.
pub const CALL_DEADLINE: Duration = Duration::from_secs(10);

/// Events that may wait for their reader. When it is full we stop reading: the daemon's outbox
/// fills, and it answers with one `Resync`.
const EVENTS: usize = 1024;
/// Parts of one answer that may wait for their reader.
const PARTS: usize = 16;

type Waiting = Arc<Mutex<HashMap<u64, mpsc::Sender<Answer>>>>;

/// One connection to a daemon; dropping it hangs up.
pub struct Client {
    writer: tokio::sync::Mutex<FramedWrite<connect::WriteHalf, LengthDelimitedCodec>>,
    waiting: Waiting,
    next_id: AtomicU64,
    reader: JoinHandle<()>,
    role: Role,
    version: String,
    socket: PathBuf,
}

impl Client {
    /// Attaches to the daemon these hints lead to. Events come once
    /// [`Request::Subscribe`] was called; the channel closes when the connection ends.
    ///
    /// # Errors
    /// When there is no daemon, it turns us away, or it does not answer within the deadline.
    pub async fn connect(
        hints: &Hints,
        deadline: Duration,
    ) -> Result<(Self, mpsc::Receiver<EventFrame>), ClientError> {
        let connected = connect::connect(hints, deadline).await?;
        let (events_in, events) = mpsc::channel(EVENTS);
        let waiting = Waiting::default();
        let reader = FramedRead::new(connected.reader, framing());
        let reader = tokio::spawn(route(reader, Arc::clone(&waiting), events_in));
        let client = Self {
            writer: tokio::sync::Mutex::new(FramedWrite::new(connected.writer, framing())),
            waiting,
            next_id: AtomicU64::new(1),
            reader,
            role: connected.role,
            version: connected.version,
            socket: connected.socket,
        };
        Ok((client, events))
    }

    /// What this peer may do.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// The daemon's version.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The socket we are attached to.
    #[must_use]
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Calls and hands every part of the answer to `part`, in order. The deadline holds for each
    /// part anew.
    ///
    /// # Errors
    /// A refusal of the daemon, a missed deadline, a lost connection.
    pub async fn call_parts(
        &self,
        request: Request,
        deadline: Duration,
        mut part: impl FnMut(Reply),
    ) -> Result<(), ClientError> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let (sender, mut parts) = mpsc::channel(PARTS);
        let _forget = Forget {
            id,
            waiting: &self.waiting,
        };
        lock(&self.waiting).insert(id, sender);
        // The reader may have ended between connecting and now, and would never clear our entry.
        if self.reader.is_finished() {
            return Err(ClientError::Lost);
        }
        let bytes = encode(&Call { id, request })?;
        let sent = tokio::time::timeout(deadline, async {
            self.writer.lock().await.send(Bytes::from(bytes)).await
        });
        match sent.await {
            Err(_) => return Err(ClientError::Deadline(deadline)),
            Ok(Err(_)) => return Err(ClientError::Lost),
            Ok(Ok(())) => {}
        }
        loop {
            let answer = tokio::time::timeout(deadline, parts.recv())
                .await
                .map_err(|_| ClientError::Deadline(deadline))?
                .ok_or(ClientError::Lost)?;
            part(answer.result?);
            if !answer.more {
                return Ok(());
            }
        }
    }

    /// Calls for an answer of one part.
    ///
    /// # Errors
    /// As [`Client::call_parts`].
    pub async fn call(&self, request: Request) -> Result<Reply, ClientError> {
        let mut last = None;
        self.call_parts(request, CALL_DEADLINE, |reply| last = Some(reply))
            .await?;
        last.ok_or(ClientError::Unexpected)
    }

    /// Calls for a JSON text and joins its parts.
    ///
    /// # Errors
    /// As [`Client::call_parts`]; [`ClientError::Unexpected`] when something else is answered.
    pub async fn call_json(&self, request: Request) -> Result<Vec<u8>, ClientError> {
        let mut text = Vec::new();
        let mut strange = false;
        self.call_parts(request, CALL_DEADLINE, |reply| match reply {
            Reply::Json(piece) => text.extend_from_slice(&piece),
            _ => strange = true,
        })
        .await?;
        if strange {
            Err(ClientError::Unexpected)
        } else {
            Ok(text)
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

/// Takes a call out of the list however it ends.
struct Forget<'a> {
    id: u64,
    waiting: &'a Waiting,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        lock(self.waiting).remove(&self.id);
    }
}

fn lock(waiting: &Waiting) -> std::sync::MutexGuard<'_, HashMap<u64, mpsc::Sender<Answer>>> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads until the connection ends, then lets every waiting call know.
async fn route(
    mut frames: FramedRead<connect::ReadHalf, LengthDelimitedCodec>,
    waiting: Waiting,
    events: mpsc::Sender<EventFrame>,
) {
    while let Some(Ok(bytes)) = frames.next().await {
        match decode(&bytes) {
            Ok(FromDaemon::Answer(answer)) => {
                let caller = lock(&waiting).get(&answer.id).cloned();
                // A caller that gave up left the list: its late answer is of no use to anyone.
                if let Some(caller) = caller {
                    let _gone = caller.send(answer).await;
                }
            }
            Ok(FromDaemon::Event(event)) => {
                if events.send(event).await.is_err() {
                    break;
                }
            }
            Err(_) => break,
        }
    }
    lock(&waiting).clear();
}
