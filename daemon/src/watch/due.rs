//! A batch of files whose time has come: one look at each, one question about all.

use std::path::PathBuf;
use std::sync::Arc;

use super::filter::Filter;
use super::ground::Ground;
use super::known::{Known, KnownError, Origin, ask};
use super::look::{Seen, Stamp, look};
use super::settle::{Decision, Due, Need, decide};
use super::walk::refusal;

/// All a batch needs; it runs where it may block.
pub(super) struct Batch {
    pub(super) origin: Origin,
    pub(super) filter: Arc<Filter>,
    pub(super) known: Arc<dyn Known>,
    /// The root without links.
    pub(super) top: PathBuf,
    pub(super) due: Vec<Due>,
    /// Compare the root with what it was, too.
    pub(super) check: Option<Ground>,
}

/// What became of one due path.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Complete and unknown.
    Ready(Stamp),
    /// Complete and known already.
    Known,
    Wait(Need, Stamp),
    /// Gone, or not this watch's business.
    Nothing,
    Folder,
    /// Left alone, in words.
    Refused(String),
    /// Left alone because its name is no text.
    RefusedName,
    Unreadable(std::io::Error),
}

pub(super) struct Answers {
    pub(super) outcomes: Vec<(Due, Outcome)>,
    /// Whether there was anything to ask.
    pub(super) asked: bool,
    /// When it cannot be said what is known: those that were [`Outcome::Ready`] must be asked about
    /// again.
    pub(super) unknown: Option<KnownError>,
    /// The root is another folder than before, or gone.
    pub(super) ground_changed: bool,
}

impl Batch {
    pub(super) fn run(self) -> Answers {
        let ground_changed = self
            .check
            .as_ref()
            .is_some_and(|before| Ground::find(&self.origin.root).as_ref() != Ok(before));
        let mut outcomes: Vec<(Due, Outcome)> = self
            .due
            .iter()
            .map(|due| (due.clone(), self.outcome(due)))
            .collect();
        let questions: Vec<(usize, _)> = outcomes
            .iter()
            .enumerate()
            .filter_map(|(at, (due, outcome))| match outcome {
                Outcome::Ready(stamp) if !due.forced => {
                    Some((at, self.origin.sighting(&due.path, *stamp)))
                }
                _ => None,
            })
            .collect();
        let (places, sightings): (Vec<usize>, Vec<_>) = questions.into_iter().unzip();
        let unknown = match ask(&*self.known, &sightings) {
            Ok(answers) => {
                for (at, _) in places.iter().zip(answers).filter(|(_, known)| *known) {
                    outcomes[*at].1 = Outcome::Known;
                }
                None
            }
            Err(error) => Some(error),
        };
        Answers {
            outcomes,
            asked: !places.is_empty(),
            unknown,
            ground_changed,
        }
    }

    fn outcome(&self, due: &Due) -> Outcome {
        match look(&self.top.join(&due.path)) {
            Seen::Gone => Outcome::Nothing,
            Seen::Folder if !self.filter.enters(&due.path) => Outcome::Nothing,
            Seen::Folder if due.path.to_str().is_none() => Outcome::RefusedName,
            Seen::Folder => Outcome::Folder,
            _ if !self.filter.takes_file(&due.path) => Outcome::Nothing,
            Seen::Refused(kind) => Outcome::Refused(refusal(kind)),
            _ if due.path.to_str().is_none() => Outcome::RefusedName,
            Seen::Unreadable(error) => Outcome::Unreadable(error),
            Seen::File(file) => match decide(due.need, due.seen, &file) {
                Decision::Ready => Outcome::Ready(file.stamp),
                Decision::Wait(need) => Outcome::Wait(need, file.stamp),
            },
        }
    }
}
