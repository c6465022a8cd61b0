//! What a watch makes of hints.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::native::Hint;
use super::observer::Observer;
use super::settle::Need;

impl Observer {
    pub(super) fn take_hints(&mut self, hints: &mut Vec<Hint>, now: Instant) {
        for hint in hints.drain(..) {
            self.take_hint(hint, now);
        }
        // Only when all that came before the gap is taken in: a file whose close fell into it must be
        // among those that are doubted.
        if self.parts.hints.is_empty() && self.parts.events.take_missed() {
            self.missed_events(now);
        }
    }

    fn take_hint(&mut self, hint: Hint, now: Instant) {
        match hint {
            Hint::NewFolder(path) => {
                if let Some(path) = self.below(&path)
                    && self.parts.filter.enters(&path)
                {
                    self.new_folder(&path, now);
                }
            }
            Hint::NewFile(path) => self.about_file(&path, Need::Created, now),
            Hint::Written(path) => self.about_file(&path, Need::Writing, now),
            Hint::Closed(path) => self.about_file(&path, Need::Closed, now),
            Hint::Touched(path) => self.about_file(&path, Need::Touched, now),
            Hint::MovedHere(path, cookie) => self.moved_here(&path, cookie, now),
            Hint::MovedAway(path, cookie) => {
                if let Some(below) = self.below(&path) {
                    self.settler.moved_away(&below, cookie);
                }
                self.gone(&path);
            }
            Hint::Gone(path) => self.gone(&path),
        }
    }

    /// Events were lost. What they would have told only a scan knows, and what waits may have been
    /// closed, or opened again, unheard.
    fn missed_events(&mut self, now: Instant) {
        let watch = &self.origin.watch;
        tracing::info!(
            watch,
            "events were lost in a flood; the folder is scanned instead"
        );
        self.settler.doubt_all(now);
        self.wanted.full = true;
    }

    fn new_folder(&mut self, path: &Path, now: Instant) {
        if path.to_str().is_some() {
            self.wanted.folder(path);
        } else if !self.settler.hint(path, Need::Placed, now) {
            self.wanted.full = true;
        }
    }

    fn about_file(&mut self, path: &Path, need: Need, now: Instant) {
        let Some(path) = self.below(path) else {
            return;
        };
        let ours = self.parts.filter.takes_file(&path) || self.problems.has(&path);
        if ours && !self.settler.hint(&path, need, now) {
            self.wanted.full = true;
        }
    }

    /// What was renamed may be a file or a folder: the look will tell.
    fn moved_here(&mut self, path: &Path, cookie: usize, now: Instant) {
        let Some(path) = self.below(path) else {
            return;
        };
        let ours = self.parts.filter.takes_file(&path) || self.parts.filter.enters(&path);
        if ours && !self.settler.moved_here(&path, cookie, now) {
            self.wanted.full = true;
        }
    }

    fn gone(&mut self, path: &Path) {
        let Some(below) = self.below(path) else {
            return;
        };
        if below.as_os_str().is_empty() {
            self.wanted.full = true;
            self.wanted.afresh = true;
            return;
        }
        self.settler.forget(&below);
        self.problems.resolve(&below);
        if self.parts.events.watches(path) {
            self.parts.events.forget_below(path);
            self.folders = self.parts.events.folders();
            self.settler.forget_below(&below);
            self.problems.resolve_below(&below);
            self.wanted
                .folders
                .retain(|folder| !folder.starts_with(&below));
        }
    }

    /// The path below the root. While there is no root nothing is below it.
    fn below(&self, path: &Path) -> Option<PathBuf> {
        let top = &self.ground.as_ref()?.top;
        path.strip_prefix(top).ok().map(Path::to_path_buf)
    }
}
