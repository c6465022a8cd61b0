//! The doors, and who reports at them.

use std::sync::Arc;

use ddgen_ipc::Timestamp;
use ddgen_ipc::hello::Role;
use ddgen_ipc::message::Event;
use ddgen_ops::{Board, Facts, Snapshot, Stage};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::ground::Door;
use super::inside::Inside;
use super::truths::HttpTruths;
use super::{Staff, probes, signals};
use crate::clients::Clients;
use crate::desk::Desk;
use crate::http::limits::rate::RateLimit;
use crate::http::{self, Gate, Http, HttpLimits, Reading, Tls, Uploads, Writing};
use crate::keys::KeyRing;
use crate::report::{Identity, Reporter};
use crate::settings::{KeyPolicy, Loaded, Settings, SocketAccess};
use crate::socket;

pub(super) struct Doors {
    /// Where HTTP is served; none when it is off.
    pub(super) http_address: Option<String>,
    reporter: Arc<Reporter>,
    desk: Arc<Desk>,
    tls: Option<Arc<Tls>>,
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
        staff: &Staff,
    ) -> anyhow::Result<Self> {
        let pipeline = &inside.pipeline;
        let address = http
            .as_ref()
            .and_then(|listener| listener.local_addr().ok());
        let tls = match &loaded.settings.http.tls {
            Some(files) if http.is_some() => Some(Tls::load(files)?),
            _ => None,
        };
        let scheme = if tls.is_some() { "https" } else { "http" };
        let http_address = address.map(|address| format!("{scheme}://{address}"));
        let clients = Arc::new(Clients::default());
        let at_start = Facts::at_start(env!("CARGO_PKG_VERSION"), started_at);
        let lateness = Arc::default();
        let reporter = Arc::new(Reporter::new(
            Identity {
                started_at,
                data_dir: loaded.settings.data.dir.to_string_lossy().into_owned(),
                http: http_address.clone(),
                workers_wanted: u32::try_from(loaded.settings.worker.count).unwrap_or(u32::MAX),
            },
            Arc::clone(pipeline),
            Arc::clone(&clients),
            probes::all(loaded, pipeline, staff, tls.clone(), &lateness),
            Board::new(Snapshot::take(at_start, &[])),
            Arc::clone(&lateness),
        ));
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        tasks.spawn(Arc::clone(&reporter).run(stop.clone()));
        tasks.spawn(signals::feed_watchdog(Arc::clone(&reporter), stop.clone()));
        reporter.set_stage(Stage::Running);
        reporter.refresh().await;

        let desk = Arc::new(Desk {
            store: pipeline.store.clone(),
            pipeline: Arc::clone(pipeline),
            reporter: Arc::clone(&reporter),
            hub: Arc::clone(&pipeline.hub),
            backups: staff.backups.clone(),
            alerts: staff.alerts.clone(),
            upkeep: staff.upkeep.clone(),
            keys: Arc::new(KeyRing::load(pipeline.store.clone()).await?),
        });
        staff
            .alerts
            .watch(Arc::clone(&reporter), Arc::clone(pipeline));
        if let Some(listener) = http {
            let gate = gate_of(&loaded.settings, Arc::clone(&desk.keys));
            let truths = HttpTruths::new(&desk);
            let limits = HttpLimits::default();
            let http = Http {
                truths: Arc::new(truths),
                metrics: pipeline.metrics.clone(),
                limits: limits.clone(),
                tls: tls.is_some(),
                gate: Arc::new(gate),
            };
            let data = &loaded.settings.data.dir;
            let uploads = Uploads::new(data, loaded.settings.http.max_upload_size);
            let keep =
                http::upload::keep(Arc::clone(&desk), uploads.folder().to_owned(), stop.clone());
            tasks.spawn(keep);
            let writing = http::writing(Writing::new(Arc::clone(&desk), uploads));
            let reading = http::reading(Reading::new(Arc::clone(&desk)));
            let router = http::router(http, writing.merge(reading));
            let serving = http::serve(listener, router, limits, tls.clone(), stop.clone());
            tasks.spawn(serving);
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
            tls,
            stop,
            tasks,
        })
    }

    /// Reads again what lies in files of its own.
    pub(super) fn reload(&self) {
        if let Some(tls) = &self.tls {
            tls.reload();
        }
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

/// Who may do what at the HTTP door.
fn gate_of(settings: &Settings, keys: Arc<KeyRing>) -> Gate {
    let (http, policy) = (&settings.http, settings.http.key_policy());
    if policy == KeyPolicy::Everyone && !keys.has_any(Timestamp::now()) {
        tracing::warn!("HTTP wants API keys and there is none: `ddgend keys create NAME`");
    }
    Gate {
        policy,
        unnamed: match (policy, settings.socket.access) {
            // Said in words.
            (KeyPolicy::Nobody, _) => Role::Admin,
            // Every account of the machine can reach the port. Where one person has the machine,
            // they may write; where several share a daemon, unix groups or keys say who may.
            (_, SocketAccess::Private) => Role::Editor,
            (_, SocketAccess::Group) => Role::Reader,
        },
        keys,
        proxies: http.trusted_proxies.clone(),
        rate: RateLimit::per_minute(http.rate_limit),
        origins: http.allowed_origins.clone(),
    }
}
