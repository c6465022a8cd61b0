//! A daemon's door without a house behind it: the real hello, frames and codec over a real socket.
// Each user needs a part of it; a failure here is the failure of its test.
#![allow(dead_code, clippy::unwrap_used)]

pub mod sample;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use ddgen_ipc::codec::{PART_BYTES, decode, encode, framing};
use ddgen_ipc::hello::{self, Greeting, Role};
use ddgen_ipc::message::{
    Answer, Call, DictionaryRow, DropRow, Event, EventFrame, FieldRow, FromDaemon, Refusal,
    RefusalKind, Reply, Request, Status,
};
use futures::{SinkExt, StreamExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;
use tokio_util::bytes::Bytes;
use tokio_util::codec::Framed;

/// What it answers with.
pub struct House {
    pub dictionaries: Vec<DictionaryRow>,
    pub drops: Vec<DropRow>,
    pub status: Status,
    pub fields: fn(&str) -> Vec<FieldRow>,
    pub requests: Vec<Request>,
    seq: u64,
    listeners: Vec<mpsc::UnboundedSender<FromDaemon>>,
}

impl Default for House {
    fn default() -> Self {
        Self {
            dictionaries: sample::dictionaries(),
            drops: sample::drops(),
            status: sample::status(),
            fields: |name| sample::fields(name, if name == "wide" { 10_000 } else { 30 }),
            requests: Vec::new(),
            seq: 1,
            listeners: Vec::new(),
        }
    }
}

impl House {
    /// Tells every subscriber.
    pub fn tell(&mut self, event: Event) {
        let frame = EventFrame {
            seq: self.seq,
            event,
        };
        self.seq += 1;
        self.listeners
            .retain(|listener| listener.send(FromDaemon::Event(frame.clone())).is_ok());
    }

    /// Skips a number, as a daemon never should.
    pub fn skip(&mut self) {
        self.seq += 1;
    }

    /// A dictionary is new, or has moved on.
    pub fn land(&mut self, row: DictionaryRow) {
        self.dictionaries.retain(|known| known.name != row.name);
        self.dictionaries.push(row.clone());
        self.tell(Event::Dictionary(Box::new(row)));
    }
}

pub struct StandIn {
    pub house: Arc<Mutex<House>>,
    runtime: Option<tokio::runtime::Runtime>,
    socket: PathBuf,
}

impl StandIn {
    /// Listens where a client with this runtime folder looks.
    pub fn start(runtime_dir: &Path, house: House) -> Self {
        Self::serve(runtime_dir, Arc::new(Mutex::new(house)))
    }

    fn serve(runtime_dir: &Path, house: Arc<Mutex<House>>) -> Self {
        let socket = runtime_dir.join("v1/ddgend.sock");
        std::fs::create_dir_all(socket.parent().unwrap()).unwrap();
        let _stale = std::fs::remove_file(&socket);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let listener = {
            let _inside = runtime.enter();
            UnixListener::bind(&socket).unwrap()
        };
        let shared = Arc::clone(&house);
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(one_client(stream, Arc::clone(&shared)));
            }
        });
        Self {
            house,
            runtime: Some(runtime),
            socket,
        }
    }

    /// Dies with all its connections, as by `kill -9`; the house stays as it is.
    pub fn kill(mut self) -> Arc<Mutex<House>> {
        self.end();
        Arc::clone(&self.house)
    }

    /// Comes back with the same house.
    pub fn restart(runtime_dir: &Path, house: Arc<Mutex<House>>) -> Self {
        house.lock().unwrap().listeners.clear();
        Self::serve(runtime_dir, house)
    }

    fn end(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
        let _gone = std::fs::remove_file(&self.socket);
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.end();
    }
}

async fn one_client(mut stream: UnixStream, house: Arc<Mutex<House>>) {
    if hello::receive(&mut stream).await.is_err() {
        return;
    }
    let welcome = Greeting::Welcome {
        role: Role::Admin,
        text: "0.1.0".to_owned(),
    };
    if hello::answer(&mut stream, &welcome).await.is_err() {
        return;
    }
    let mut frames = Framed::new(stream, framing());
    let (told, mut telling) = mpsc::unbounded_channel();
    loop {
        let out = tokio::select! {
            frame = frames.next() => {
                let Some(Ok(bytes)) = frame else { return };
                let call: Call = decode(&bytes).unwrap();
                answers(&call, &house, &told)
            }
            Some(event) = telling.recv() => vec![event],
        };
        for message in out {
            let bytes = Bytes::from(encode(&message).unwrap());
            if frames.send(bytes).await.is_err() {
                return;
            }
        }
    }
}

fn answers(
    call: &Call,
    house: &Mutex<House>,
    told: &mpsc::UnboundedSender<FromDaemon>,
) -> Vec<FromDaemon> {
    let mut house = house.lock().unwrap();
    house.requests.push(call.request.clone());
    let replies: Vec<Result<Reply, Refusal>> = match &call.request {
        Request::Status => vec![Ok(Reply::Status(Box::new(house.status.clone())))],
        Request::List => {
            let mut rows = house.dictionaries.clone();
            rows.sort_by(|left, right| left.name.cmp(&right.name));
            let parts: Vec<_> = rows
                .chunks(500)
                .map(|rows| Ok(Reply::Dictionaries(rows.to_vec())))
                .collect();
            if parts.is_empty() {
                vec![Ok(Reply::Dictionaries(Vec::new()))]
            } else {
                parts
            }
        }
        Request::Fields {
            name,
            offset,
            limit,
            ..
        } => {
            let rows = (house.fields)(name);
            let total = rows.len() as u32;
            let rows = rows
                .into_iter()
                .skip(*offset as usize)
                .take(*limit as usize)
                .collect();
            vec![Ok(Reply::Fields { total, rows })]
        }
        Request::Field { path, .. } => sample::field_json(path)
            .into_bytes()
            .chunks(PART_BYTES)
            .map(|piece| Ok(Reply::Json(piece.to_vec())))
            .collect(),
        Request::Drops { limit, .. } => vec![Ok(Reply::Drops {
            rows: house.drops.iter().take(*limit as usize).cloned().collect(),
            older: false,
        })],
        Request::Readings => vec![Ok(Reply::Readings(sample::readings()))],
        Request::Retry(_) => vec![Ok(Reply::Retried(1))],
        Request::Subscribe => {
            house.listeners.push(told.clone());
            vec![Ok(Reply::Subscribed { next: house.seq })]
        }
        _ => vec![Err(Refusal::new(
            RefusalKind::Internal,
            "the stand-in does not do this",
        ))],
    };
    let last = replies.len() - 1;
    replies
        .into_iter()
        .enumerate()
        .map(|(place, result)| {
            FromDaemon::Answer(Answer {
                id: call.id,
                more: place < last,
                result,
            })
        })
        .collect()
}
