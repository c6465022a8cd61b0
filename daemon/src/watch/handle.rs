//! All watches together: started, asked, changed and awaited.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::filter::Filter;
use super::known::Known;
use super::native::Hub;
use super::observer::{Observer, Order, Parts};
use super::rules::{RuleError, WatchRules};
use super::state::{How, WatchState};
use super::taken::Taken;
use crate::arrival::Sighting;

/// Orders that may wait for one watch. At the bound the watch is told to scan when it comes to it.
const MOST_ORDERS: usize = 1024;

/// Starts observing. Sightings go to `out` in batches of at most 500; a full channel makes the
/// watches wait. Needs a tokio runtime with time.
///
/// # Errors
/// Rules that cannot be followed; nothing is started then. A root that is missing is no error: its
/// watch says so in its state and begins when the folder appears.
pub fn start(
    rules: Vec<WatchRules>,
    known: Arc<dyn Known>,
    out: mpsc::Sender<Vec<Sighting>>,
    stop: CancellationToken,
) -> Result<WatchHandle, RuleError> {
    let shared = Shared {
        hub: Hub::new(),
        known,
        out,
        stop,
        tasks: TaskTracker::new(),
        running: Mutex::new(Vec::new()),
    };
    shared.tasks.close();
    let handle = WatchHandle {
        shared: Arc::new(shared),
    };
    handle.set_rules(rules)?;
    Ok(handle)
}

/// The running watches. Clones are the same watches; they run on when all of them are dropped.
#[derive(Clone)]
pub struct WatchHandle {
    shared: Arc<Shared>,
}

struct Shared {
    hub: Arc<Hub>,
    known: Arc<dyn Known>,
    out: mpsc::Sender<Vec<Sighting>>,
    stop: CancellationToken,
    tasks: TaskTracker,
    running: Mutex<Vec<Running>>,
}

struct Running {
    rules: WatchRules,
    stop: CancellationToken,
    orders: mpsc::Sender<Order>,
    state: Arc<Mutex<WatchState>>,
    taken: Arc<Taken>,
    overrun: Arc<AtomicBool>,
}

impl WatchHandle {
    /// How each watch is doing, in the order of the rules.
    #[must_use]
    pub fn states(&self) -> Vec<WatchState> {
        self.running()
            .iter()
            .map(|watch| {
                watch
                    .state
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .clone()
            })
            .collect()
    }

    /// Scans a watch now. False when there is none of this name.
    pub fn rescan(&self, name: &str) -> bool {
        self.order(name, Order::Rescan)
    }

    /// The file of this sighting changed while it was read: it is handed on again once it is quiet,
    /// even if it is known. False when its watch is gone.
    pub fn settle_again(&self, sighting: &Sighting) -> bool {
        self.order(&sighting.watch, Order::Again(sighting.path.clone()))
    }

    /// The file of this sighting was not there any more when its turn came. It may have come back
    /// while the queue still held it, which the watch was told then; so it looks once more. False
    /// when its watch is gone.
    pub fn look_again(&self, sighting: &Sighting) -> bool {
        self.order(&sighting.watch, Order::Look(sighting.path.clone()))
    }

    /// The queue has this sighting: from now on it, and then the store, answer for it.
    pub fn taken_in(&self, sighting: &Sighting) {
        let running = self.running();
        let watch = running
            .iter()
            .find(|watch| watch.rules.name == sighting.watch);
        if let Some(watch) = watch {
            watch.taken.note(sighting);
        }
    }

    /// Makes these the rules. Watches whose rules stay go on undisturbed.
    ///
    /// # Errors
    /// Rules that cannot be followed; the old rules stay in force then.
    pub fn set_rules(&self, rules: Vec<WatchRules>) -> Result<(), RuleError> {
        let mut names = HashSet::new();
        let mut checked = Vec::with_capacity(rules.len());
        for rules in rules {
            rules.check()?;
            if !names.insert(rules.name.clone()) {
                return Err(RuleError::SameName { watch: rules.name });
            }
            let filter = Filter::new(&rules)?;
            checked.push((rules, Arc::new(filter)));
        }
        let mut running = self.running();
        let mut before = std::mem::take(&mut *running);
        for (rules, filter) in checked {
            let same = before.iter().position(|watch| watch.rules == rules);
            let watch = match same {
                Some(at) => before.swap_remove(at),
                None => self.begin(rules, filter),
            };
            running.push(watch);
        }
        for gone in before {
            gone.stop.cancel();
        }
        Ok(())
    }

    /// Returns once all watches have ended after their stop. A look at a dead network mount that
    /// never returns is not waited for.
    pub async fn wait(&self) {
        self.shared.tasks.wait().await;
    }

    /// The watcher of all watches, for tests that hold up or lose its events.
    #[cfg(test)]
    pub(super) fn hub(&self) -> &Hub {
        &self.shared.hub
    }

    fn begin(&self, rules: WatchRules, filter: Arc<Filter>) -> Running {
        let state = Arc::new(Mutex::new(WatchState {
            name: rules.name.clone(),
            root: rules.root.clone(),
            how: How::Starting,
            because: None,
            folders: 0,
            pending_settle: 0,
            problems: Vec::new(),
            unreadable: 0,
            refused_names: 0,
        }));
        let stop = self.shared.stop.child_token();
        let (orders, received) = mpsc::channel(MOST_ORDERS);
        let watch = Running {
            rules,
            stop,
            orders,
            state,
            taken: Arc::default(),
            overrun: Arc::default(),
        };
        let keeper = Keeper {
            rules: watch.rules.clone(),
            filter,
            stop: watch.stop.clone(),
            state: Arc::clone(&watch.state),
            taken: Arc::clone(&watch.taken),
            overrun: Arc::clone(&watch.overrun),
            hub: Arc::clone(&self.shared.hub),
            known: Arc::clone(&self.shared.known),
            out: self.shared.out.clone(),
        };
        let all = self.shared.stop.clone();
        self.shared.tasks.spawn(keeper.keep(received, all));
        watch
    }

    fn order(&self, name: &str, order: Order) -> bool {
        self.running()
            .iter()
            .find(|watch| watch.rules.name == name)
            .is_some_and(|watch| match watch.orders.try_send(order) {
                Ok(()) => true,
                Err(TrySendError::Full(_)) => {
                    watch.overrun.store(true, Ordering::Release);
                    true
                }
                Err(TrySendError::Closed(_)) => false,
            })
    }

    fn running(&self) -> MutexGuard<'_, Vec<Running>> {
        self.shared
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps one watch running: a fault of ours in it must not end the observation.
struct Keeper {
    rules: WatchRules,
    filter: Arc<Filter>,
    stop: CancellationToken,
    state: Arc<Mutex<WatchState>>,
    taken: Arc<Taken>,
    overrun: Arc<AtomicBool>,
    hub: Arc<Hub>,
    known: Arc<dyn Known>,
    out: mpsc::Sender<Vec<Sighting>>,
}

impl Keeper {
    async fn keep(self, orders: mpsc::Receiver<Order>, all: CancellationToken) {
        // Shared with each run of the watch, so that a failed one takes no orders with it.
        let orders = Arc::new(tokio::sync::Mutex::new(orders));
        while !self.stop.is_cancelled() {
            let (events, hints) = self.hub.subscribe();
            let events = Arc::new(events);
            let observer = Observer::new(Parts {
                rules: self.rules.clone(),
                filter: Arc::clone(&self.filter),
                events: Arc::clone(&events),
                hints,
                known: Arc::clone(&self.known),
                out: self.out.clone(),
                state: Arc::clone(&self.state),
                taken: Arc::clone(&self.taken),
                overrun: Arc::clone(&self.overrun),
                stop: self.stop.clone(),
            });
            let received = Arc::clone(&orders);
            let ended =
                tokio::spawn(async move { observer.run(&mut *received.lock().await).await }).await;
            // When all ends the kernel forgets the folders with the watcher.
            if !all.is_cancelled() {
                let _ended = tokio::task::spawn_blocking(move || events.close()).await;
            }
            let Err(error) = ended else {
                return;
            };
            let watch = &self.rules.name;
            tracing::error!(watch, "the watch failed: {error}; it starts again in 5 s");
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = tokio::time::sleep(Duration::from_secs(5)) => {}
            }
        }
    }
}
