//! What waits to be written to one client: bounded, with a deadline for every write.

use std::time::Duration;

use ddgen_ipc::codec;
use ddgen_ipc::message::{Answer, Event, EventFrame, FromDaemon, Refusal, RefusalKind, Reply};
use futures::SinkExt;
use interprocess::local_socket::tokio::Stream;
use tokio::io::WriteHalf;
use tokio::sync::{broadcast, mpsc};
use tokio_util::bytes::Bytes;
use tokio_util::codec::{FramedWrite, LengthDelimitedCodec};
use tokio_util::sync::CancellationToken;

/// Answers that may wait: a handler that makes more waits for its own client, and for no other.
const ANSWERS: usize = 16;
/// A peer that takes no byte for this long is gone: a sleeping laptop comes back by itself.
const WRITE_DEADLINE: Duration = Duration::from_secs(20);
/// Rows of one part.
const ROWS: usize = 500;

/// What a handler hands to its client's writer.
enum Outgoing {
    Answer(Answer),
    Events(broadcast::Receiver<EventFrame>),
}

/// The writing end of one call's answer.
#[derive(Clone)]
pub struct Answering {
    id: u64,
    queue: mpsc::Sender<Outgoing>,
}

/// The client hung up: whoever works for it can stop.
#[derive(Debug)]
pub struct HungUp;

impl Answering {
    /// Sends a part that others will follow.
    ///
    /// # Errors
    /// When the client hung up.
    pub async fn part(&self, reply: Reply) -> Result<(), HungUp> {
        self.send(true, Ok(reply)).await
    }

    /// Sends the last part, or the refusal.
    ///
    /// # Errors
    /// When the client hung up.
    pub async fn last(&self, result: Result<Reply, Refusal>) -> Result<(), HungUp> {
        self.send(false, result).await
    }

    /// Answers with rows of at most a few hundred bytes each, in parts that fit a frame.
    ///
    /// # Errors
    /// When the client has gone.
    pub async fn rows<T: Clone>(
        &self,
        rows: &[T],
        reply: fn(Vec<T>) -> Reply,
    ) -> Result<(), HungUp> {
        let mut parts = rows.chunks(ROWS).peekable();
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                return self.last(Ok(reply(part.to_vec()))).await;
            }
            self.part(reply(part.to_vec())).await?;
        }
        self.last(Ok(reply(Vec::new()))).await
    }

    /// From now on the client is told what happens.
    ///
    /// # Errors
    /// When the client hung up.
    pub async fn events(&self, events: broadcast::Receiver<EventFrame>) -> Result<(), HungUp> {
        self.queue
            .send(Outgoing::Events(events))
            .await
            .map_err(|_| HungUp)
    }

    /// Sends a JSON text in parts.
    ///
    /// # Errors
    /// When the client hung up.
    pub async fn json(&self, text: &[u8]) -> Result<(), HungUp> {
        let mut pieces = text.chunks(codec::PART_BYTES).peekable();
        while let Some(piece) = pieces.next() {
            let reply = Reply::Json(piece.to_vec());
            if pieces.peek().is_some() {
                self.part(reply).await?;
            } else {
                return self.last(Ok(reply)).await;
            }
        }
        self.last(Ok(Reply::Json(Vec::new()))).await
    }

    async fn send(&self, more: bool, result: Result<Reply, Refusal>) -> Result<(), HungUp> {
        let answer = Answer {
            id: self.id,
            more,
            result,
        };
        self.queue
            .send(Outgoing::Answer(answer))
            .await
            .map_err(|_| HungUp)
    }
}

/// Where a session takes its [`Answering`]s from.
pub struct Outbox {
    queue: mpsc::Sender<Outgoing>,
}

impl Outbox {
    /// An outbox, and the writer that empties it.
    pub fn new(stream: WriteHalf<Stream>) -> (Self, Writer) {
        let (queue, waiting) = mpsc::channel(ANSWERS);
        let frames = FramedWrite::new(stream, codec::framing());
        (
            Self { queue },
            Writer {
                frames,
                waiting,
                events: None,
            },
        )
    }

    pub fn answering(&self, id: u64) -> Answering {
        Answering {
            id,
            queue: self.queue.clone(),
        }
    }
}

/// Writes answers and events to one client.
pub struct Writer {
    frames: FramedWrite<WriteHalf<Stream>, LengthDelimitedCodec>,
    waiting: mpsc::Receiver<Outgoing>,
    events: Option<broadcast::Receiver<EventFrame>>,
}

impl Writer {
    /// Runs until the session drops its outbox, the client hangs up, or `stop`.
    pub async fn run(mut self, stop: CancellationToken) {
        loop {
            let frame = tokio::select! {
                biased;
                outgoing = self.waiting.recv() => match outgoing {
                    None => return,
                    Some(Outgoing::Events(events)) => {
                        self.events = Some(events);
                        continue;
                    }
                    Some(Outgoing::Answer(answer)) => FromDaemon::Answer(answer),
                },
                frame = next_event(&mut self.events) => match frame {
                    None => {
                        self.events = None;
                        continue;
                    }
                    Some(frame) => FromDaemon::Event(frame),
                },
                () = stop.cancelled() => return,
            };
            if self.write(&frame).await.is_err() {
                return;
            }
        }
    }

    async fn write(&mut self, frame: &FromDaemon) -> Result<(), HungUp> {
        let bytes = match codec::encode(frame) {
            Ok(bytes) => bytes,
            Err(error) => {
                let FromDaemon::Answer(answer) = frame else {
                    return Ok(());
                };
                tracing::error!(%error, "an answer does not fit the wire");
                let refusal = Refusal::new(
                    RefusalKind::Internal,
                    format!("the answer does not fit the wire: {error}"),
                );
                let answer = Answer {
                    id: answer.id,
                    more: false,
                    result: Err(refusal),
                };
                codec::encode(&FromDaemon::Answer(answer)).map_err(|_| HungUp)?
            }
        };
        match tokio::time::timeout(WRITE_DEADLINE, self.frames.send(Bytes::from(bytes))).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(HungUp),
        }
    }
}

/// The next event of a subscribed client; waits for ever without a subscription.
async fn next_event(events: &mut Option<broadcast::Receiver<EventFrame>>) -> Option<EventFrame> {
    let Some(receiver) = events else {
        return std::future::pending().await;
    };
    match receiver.recv().await {
        Ok(frame) => Some(frame),
        // The numbers of what was left out show as a gap behind this frame.
        Err(broadcast::error::RecvError::Lagged(_)) => Some(EventFrame {
            seq: 0,
            event: Event::Resync,
        }),
        Err(broadcast::error::RecvError::Closed) => None,
    }
}
