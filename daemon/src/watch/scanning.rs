//! When a watch scans, and what it makes of a scan.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tokio::task::JoinError;

use super::known::KnownError;
use super::observer::{Observer, RunningScan};
use super::rules::Mode;
use super::scan::{Report, Scan, ScanError};
use super::settle::MAX_PENDING;
use super::state::{How, ProblemKind};

/// How often a folder is polled that the rules give no interval for.
const POLL: Duration = Duration::from_secs(2);
/// How soon a missing root is looked for again.
const BROKEN: Duration = Duration::from_secs(2);
/// How soon native events are tried again after a limit of the kernel forbade them.
const LIMITED: Duration = Duration::from_secs(300);
/// Longest wait before what is known is asked for again.
const LONGEST_RETRY: Duration = Duration::from_secs(30);

impl Observer {
    /// Whether a scan could hand over what it finds.
    pub(super) fn has_room(&self) -> bool {
        self.settler.len() < MAX_PENDING / 4
    }

    /// Starts the scan that is due or wanted, if none is running.
    pub(super) fn begin_scan(&mut self, now: Instant) {
        if self.scan.is_some() {
            return;
        }
        let wanted = self.wanted.full && now >= self.scan_not_before && self.has_room();
        let from = if wanted || now >= self.scan_at {
            self.wanted.folders.clear();
            self.wanted.full = false;
            PathBuf::new()
        } else if self.ground.is_some()
            && let Some(folder) = self.wanted.folders.pop_first()
        {
            folder
        } else {
            return;
        };
        let is_full = from.as_os_str().is_empty();
        if now >= self.forget_at {
            self.remembered = Arc::default();
            self.forget_at = now + self.parts.rules.scan_every;
        }
        let scan = Scan {
            origin: self.origin.clone(),
            filter: Arc::clone(&self.parts.filter),
            events: Arc::clone(&self.parts.events),
            known: Arc::clone(&self.parts.known),
            mode: self.parts.rules.mode,
            try_native: now >= self.native_at,
            afresh: is_full && std::mem::take(&mut self.wanted.afresh),
            from: from.clone(),
            rest: self.parts.rules.settle.scanned,
            remembered: Arc::clone(&self.remembered),
            progress: Arc::default(),
            stop: self.parts.stop.clone(),
        };
        self.scan = Some(RunningScan {
            from,
            since: now,
            progress: Arc::clone(&scan.progress),
            progress_before: 0,
            task: tokio::task::spawn_blocking(move || scan.run()),
        });
    }

    pub(super) fn finish_scan(
        &mut self,
        done: Result<Result<Report, ScanError>, JoinError>,
        now: Instant,
    ) {
        let Some(scan) = self.scan.take() else {
            return;
        };
        self.scan_not_before = now + now.saturating_duration_since(scan.since);
        match done {
            Ok(Ok(report)) => self.take_report(report, &scan, now),
            Ok(Err(ScanError::Stopped)) => {}
            Ok(Err(ScanError::Broken(because))) => {
                self.ground = None;
                self.folders = 0;
                self.settler.clear();
                self.wanted.afresh = true;
                self.scan_at = now + BROKEN;
                self.now_works(How::Broken, Some(because));
            }
            Ok(Err(ScanError::Unknown(error))) => {
                self.scan_at = now + self.cannot_ask(&error);
                self.wanted.full = false;
            }
            Err(error) => {
                let because =
                    format!("the scan of the folder failed ({error}); tried again in 30 s");
                self.scan_at = now + LONGEST_RETRY;
                self.now_works(How::Broken, Some(because));
            }
        }
    }

    fn take_report(&mut self, report: Report, scan: &RunningScan, now: Instant) {
        let watch = self.origin.watch.clone();
        self.problems.keep_met(&scan.from, &report.problems);
        for problem in report.problems {
            self.problems.note(&watch, problem);
        }
        self.hear_taken();
        let mut room = true;
        for found in &report.found {
            let stamp = found.stamp();
            if !self.recent.on_its_way(&found.path, stamp) {
                room &= match found.rested {
                    true => self.settler.found_rested(&found.path, scan.since),
                    false => self.settler.found(&found.path, stamp, now),
                };
            }
        }
        self.answered();
        let is_full = scan.from.as_os_str().is_empty();
        // The limit was met by a part: the whole is polled from now on.
        self.wanted.full |= report.more || !room || (!is_full && report.polled.is_some());
        if self
            .ground
            .as_ref()
            .is_some_and(|before| *before != report.ground)
        {
            self.wanted.full = true;
            self.wanted.afresh = true;
        }
        self.folders = match report.polled {
            None => self.parts.events.folders(),
            Some(_) => report.folders,
        };
        if !is_full && report.polled.is_none() {
            return;
        }
        let took = now.saturating_duration_since(scan.since);
        let interval = match self.parts.rules.mode {
            Mode::Poll { interval } => interval,
            Mode::Auto | Mode::Native => POLL,
        };
        if report.limited && now >= self.native_at {
            self.native_at = now + LIMITED;
        }
        if report.polled.is_some() {
            self.remembered = Arc::new(report.remembered);
            self.scan_at = now + interval.max(took * 10);
        } else {
            self.scan_at = now + self.parts.rules.scan_every;
        }
        let how = match report.polled {
            Some(_) => How::Polled { interval },
            None => How::Native,
        };
        let because = match (report.polled, report.ground.silent) {
            // The reason was said by the scan that met the limit.
            (Some(reason), _) if reason.is_empty() && report.limited => self.because.clone(),
            (Some(reason), _) => Some(reason).filter(|reason| !reason.is_empty()),
            (None, Some(kind)) => Some(format!(
                "native events were asked for, but on {kind} the writes of other machines raise none; \
                 they are found by a scan only"
            )),
            (None, None) => None,
        };
        self.ground = Some(report.ground);
        self.now_works(how, because);
    }

    /// Notes that the question what is known had no answer; says how long to wait with the next.
    pub(super) fn cannot_ask(&mut self, error: &KnownError) -> Duration {
        let wait = Duration::from_millis(500 << self.unanswered.min(6)).min(LONGEST_RETRY);
        let because = format!("new files wait: it cannot be asked which are known: {error}");
        if self.unanswered == 0 {
            let watch = &self.origin.watch;
            tracing::warn!(watch, "{because}");
        }
        self.unanswered += 1;
        self.waiting = Some(because);
        wait
    }

    /// Notes that the question what is known was answered.
    pub(super) fn answered(&mut self) {
        self.unanswered = 0;
        self.waiting = None;
    }

    /// Another try for what could not be read.
    pub(super) fn retry_unreadable(&mut self, now: Instant) {
        let again: Vec<_> = self
            .problems
            .unreadable()
            .map(|(path, kind)| (path.to_owned(), kind))
            .collect();
        for (path, kind) in again {
            match kind {
                ProblemKind::UnreadableFolder => self.wanted.folder(&path),
                ProblemKind::UnreadableFile | ProblemKind::Refused | ProblemKind::RefusedName => {
                    self.wanted.full |= !self.settler.found_rested(&path, now);
                }
            }
        }
    }

    /// A dead network mount answers nothing at all, not even with an error.
    pub(super) fn watch_for_hanging(&mut self, now: Instant) {
        let mut hangs = self.batch.is_some()
            && now.saturating_duration_since(self.batch_since) > Duration::from_secs(60);
        if let Some(scan) = &mut self.scan {
            let progress = scan.progress.load(Ordering::Relaxed);
            hangs |= progress == scan.progress_before
                && now.saturating_duration_since(scan.since) > Duration::from_secs(60);
            scan.progress_before = progress;
        }
        if hangs {
            self.hung = true;
            let because = "the folder has not answered for a minute; is it on a network mount whose \
                           server is away?";
            self.now_works(How::Broken, Some(because.to_owned()));
        }
    }
}
