//! A real listener and a client that writes its requests by hand.

mod answers;
mod connections;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use ddgen_ops::{Board, Facts, Metrics, Probe, Snapshot, Stage, Store, Timestamp};
use futures::FutureExt;
use futures::future::BoxFuture;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{
    Check, DatabaseHealth, DatabaseStats, DatabaseStatus, DatabaseType, Http, HttpLimits,
    TableCounts, Truths, bind, router, serve,
};

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
    stop: CancellationToken,
    served: JoinHandle<()>,
}

async fn open(limits: HttpLimits, tls: bool) -> Door {
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
    };
    let routes = router(http, axum::Router::new());
    let stop = CancellationToken::new();
    let served = tokio::spawn(serve(listener, routes, limits, stop.clone()));
    Door {
        address,
        told,
        metrics,
        stop,
        served,
    }
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
        self.body_of("application/json")
    }

    /// The document of a refusal.
    fn problem(&self) -> Value {
        let problem = self.body_of("application/problem+json");
        assert_eq!(problem["status"], self.code);
        problem
    }

    fn body_of(&self, kind: &str) -> Value {
        let found = self.header("content-type");
        assert_eq!(found.as_deref(), Some(kind), "{}", self.body);
        serde_json::from_str(&self.body).unwrap()
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
