//! The doors, and who reports at them.

use std::sync::Arc;

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::Event;
use ddgen_ops::{Board, Facts, Snapshot, Stage};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::ground::Door;
use super::inside::Inside;
use super::probes;
use super::truths::HttpTruths;
use crate::backup::Backups;
use crate::clients::Clients;
use crate::desk::Desk;
use crate::http::{self, Http, HttpLimits, Reading};
use crate::report::{Identity, Reporter};
use crate::settings::Loaded;
use crate::socket;

pub(super) struct Doors {
    /// Where HTTP is served; none when it is off.
    pub(super) http_address: Option<String>,
    reporter: Arc<Reporter>,
    desk: Arc<Desk>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Doors {
    pub(super) async fn open(
        loaded: &Loaded,
        inside: &Inside,
        http: Option<TcpListener>,
        door: Door,
        started_at: Timestamp,
        backups: &Backups,
    ) -> anyhow::Result<Self> {
        let pipeline = &inside.pipeline;
        let address = http
            .as_ref()
            .and_then(|listener| listener.local_addr().ok());
        let http_address = address.map(|address| format!("http://{address}"));
        let clients = Arc::new(Clients::default());
        let at_start = Facts::at_start(env!("CARGO_PKG_VERSION"), started_at);
        let reporter = Arc::new(Reporter::new(
            Identity {
                started_at,
                data_dir: loaded.settings.data.dir.to_string_lossy().into_owned(),
                http: http_address.clone(),
                workers_wanted: u32::try_from(loaded.settings.worker.count).unwrap_or(u32::MAX),
            },
            Arc::clone(pipeline),
            Arc::clone(&clients),
            probes::all(loaded, pipeline, backups),
            Board::new(Snapshot::take(at_start, &[])),
        ));
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        tasks.spawn(Arc::clone(&reporter).run(stop.clone()));
        reporter.set_stage(Stage::Running);
        reporter.refresh().await;

        let desk = Arc::new(Desk {
            store: pipeline.store.clone(),
            pipeline: Arc::clone(pipeline),
            reporter: Arc::clone(&reporter),
            hub: Arc::clone(&pipeline.hub),
            backups: backups.clone(),
        });
        if let Some(listener) = http {
            let truths = HttpTruths::new(Arc::clone(&reporter), pipeline.store.clone());
            let limits = HttpLimits::default();
            let http = Http {
                truths: Arc::new(truths),
                metrics: pipeline.metrics.clone(),
                limits: limits.clone(),
                tls: false,
            };
            let reading = http::reading(Reading::new(Arc::clone(&desk)));
            let router = http::router(http, reading);
            tasks.spawn(http::serve(listener, router, limits, stop.clone()));
        }
        let endpoint = door.claim.bind()?;
        let shared = Arc::clone(&desk);
        tasks.spawn(socket::serve(
            endpoint,
            door.admission,
            shared,
            clients,
            stop.clone(),
        ));
        Ok(Self {
            http_address,
            reporter,
            desk,
            stop,
            tasks,
        })
    }

    /// Tells clients and load balancers; both are still served.
    pub(super) fn announce_stop(&self) {
        self.reporter.set_stage(Stage::Stopping);
        self.desk.hub.publish(Event::Stopping);
    }

    pub(super) async fn close(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}
