//! A real listener and a client that writes its requests by hand.

mod answers;
mod connections;
mod gate;
mod roles;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::routing::get;
use axum::{Extension, Router};
use ddgen_ipc::hello::Role;
use ddgen_ops::{Board, Facts, Metrics, Probe, Snapshot, Stage, Store, Timestamp};
use futures::FutureExt;
use futures::future::BoxFuture;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{
    Check, DatabaseHealth, DatabaseStats, DatabaseStatus, DatabaseType, Gate, Http, HttpLimits,
    TableCounts, Truths, bind, router, serve,
};
use crate::caller::Caller;
use crate::http::limits::rate::RateLimit;
use crate::keys::KeyRing;
use crate::settings::KeyPolicy;

const DEADLINE: Duration = Duration::from_secs(20);

struct Told {
    board: Board,
    database: Mutex<DatabaseStatus>,
    stats: Mutex<Result<DatabaseStats, String>>,
    /// Answers of the store come only while this is free.
    store: tokio::sync::Mutex<()>,
    /// Someone has asked for the store's numbers.
    asked: tokio::sync::Notify,
}

impl Truths for Told {
    fn snapshot(&self) -> Arc<Snapshot> {
        self.board.get()
    }

    fn database_health(&self) -> BoxFuture<'_, DatabaseHealth> {
        async {
            let _free = self.store.lock().await;
            DatabaseHealth {
                status: *self.database.lock().unwrap(),
                connection: Check::Ok,
                integrity: Check::Unknown,
                checked_at: Some(Timestamp(1_000)),
                because: None,
            }
        }
        .boxed()
    }

    fn database_stats(&self) -> BoxFuture<'_, Result<DatabaseStats, String>> {
        async {
            self.asked.notify_one();
            let _free = self.store.lock().await;
            self.stats.lock().unwrap().clone()
        }
        .boxed()
    }
}

fn facts(stage: Stage, silent: Option<&str>) -> Facts {
    let mut facts = Facts::at_start("9.8.7", Timestamp::now());
    facts.started_at = Timestamp(facts.started_at.0 - 90_500);
    facts.stage = stage;
    facts.store.silent = silent.map(str::to_owned);
    facts
}

fn snapshot(facts: Facts) -> Snapshot {
    let probes: Vec<Box<dyn Probe>> = vec![Box::new(Store)];
    Snapshot::take(facts, &probes)
}

struct Door {
    address: String,
    told: Arc<Told>,
    metrics: Metrics,
    keys: Arc<KeyRing>,
    /// A listener to the endless route is gone.
    listened: CancellationToken,
    stop: CancellationToken,
    served: JoinHandle<()>,
    _store: tempfile::TempDir,
}

/// Where everybody may do everything.
async fn open(limits: HttpLimits, tls: bool) -> Door {
    open_gate(limits, tls, |_| {}).await
}

/// With a gate of the test's own.
async fn open_gate(limits: HttpLimits, tls: bool, change: impl FnOnce(&mut Gate)) -> Door {
    let dir = tempfile::tempdir().unwrap();
    let store = crate::store::Store::open(dir.path(), DEADLINE).unwrap();
    let keys = Arc::new(KeyRing::load(store).await.unwrap());
    let mut gate = Gate {
        policy: KeyPolicy::Nobody,
        unnamed: Role::Admin,
        keys: Arc::clone(&keys),
        proxies: Vec::new(),
        rate: RateLimit::per_minute(0),
        origins: Vec::new(),
    };
    change(&mut gate);
    let told = Arc::new(Told {
        board: Board::new(snapshot(facts(Stage::Running, None))),
        database: Mutex::new(DatabaseStatus::Healthy),
        stats: Mutex::new(Ok(DatabaseStats {
            database_type: DatabaseType::Sqlite,
            database_size: 4_096,
            table_counts: TableCounts {
                dictionaries: 1,
                versions: 2,
                fields: 3,
                annotations: 4,
            },
            total_records: 10,
            last_updated: Some(Timestamp(1_700_000_000_000)),
        })),
        store: tokio::sync::Mutex::default(),
        asked: tokio::sync::Notify::new(),
    });
    let metrics = Metrics::default();
    let listener = bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let truths = Arc::clone(&told) as Arc<dyn Truths>;
    let http = Http {
        truths,
        metrics: metrics.clone(),
        limits: limits.clone(),
        tls,
        gate: Arc::new(gate),
    };
    let listened = CancellationToken::new();
    let routes = router(http, writes().merge(endless(listened.clone())));
    let stop = CancellationToken::new();
    let served = tokio::spawn(serve(listener, routes, limits, None, stop.clone()));
    Door {
        address,
        told,
        metrics,
        keys,
        listened,
        stop,
        served,
        _store: dir,
    }
}

/// A route that writes, and says who may have written.
fn writes() -> Router {
    let who = async |Extension(caller): Extension<Caller>| {
        format!("{} {:?} {}", caller.name, caller.role, caller.origin)
    };
    Router::new().route("/test", get(who).post(who))
}

/// A route whose answer never ends; `gone` once its listener is.
fn endless(gone: CancellationToken) -> Router {
    let answer = async move || {
        let held = gone.clone().drop_guard();
        let events = futures::stream::repeat_with(move || {
            let _ = &held;
            Ok::<_, std::convert::Infallible>(vec![b'x'; 64 << 10])
        });
        axum::body::Body::from_stream(events)
    };
    Router::new().route("/endless", get(answer))
}

async fn plain() -> Door {
    open(HttpLimits::default(), false).await
}

struct Answer {
    code: u16,
    head: String,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        let kind = self.header("content-type");
        assert_eq!(kind.as_deref(), Some("application/json"), "{}", self.body);
        serde_json::from_str(&self.body).unwrap()
    }

    /// The detail of a problem document about this answer.
    fn detail(&self) -> String {
        let kind = self.header("content-type");
        assert_eq!(kind.as_deref(), Some("application/problem+json"));
        let problem: Value = serde_json::from_str(&self.body).unwrap();
        assert_eq!(problem["status"], self.code);
        assert_eq!(problem["type"], "about:blank");
        assert!(!problem["title"].as_str().unwrap().is_empty());
        problem["detail"].as_str().unwrap().to_owned()
    }

    fn header(&self, name: &str) -> Option<String> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.to_owned())
    }
}

impl Door {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).await.unwrap()
    }

    async fn ask(&self, method: &str, path: &str) -> Answer {
        self.send(&format!(
            "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        ))
        .await
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path).await
    }

    async fn send(&self, request: &str) -> Answer {
        let mut stream = self.connect().await;
        stream.write_all(request.as_bytes()).await.unwrap();
        read(&mut stream).await
    }
}

/// Reads until the server closes.
async fn read(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let reading = stream.read_to_end(&mut bytes);
    tokio::time::timeout(DEADLINE, reading)
        .await
        .expect("an answer in time")
        .unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let code = head
        .split_whitespace()
        .nth(1)
        .map_or(0, |code| code.parse().unwrap());
    Answer {
        code,
        head: head.to_owned(),
        body: body.to_owned(),
    }
}
