//! A moment between two backups: the last backup before it, and the commits from there on.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use ddgen_ipc::Timestamp;

use super::BackupError;
use super::control::Control;
use super::journal;
use super::key::Key;
use super::manifest::Manifest;
use super::place::Place;
use super::replay::{Piece, Replay, Source};
use super::restore::{self, Choice};
use super::workshop::read_manifest;

/// The store as it was at `at`: by the journal, whose newest files lie in the folder `here`, where
/// there is one of that time; else by the newest backup before.
///
/// # Errors
/// When something is missing: named, with the nearest moments that can be restored.
pub fn reach(
    place: &dyn Place,
    here: &Path,
    key: Option<&Key>,
    at: Timestamp,
    control: &Control,
) -> Result<(Choice, Option<Replay>), BackupError> {
    let (manifests, mut passed_over) = manifests(place)?;
    // The very moment of a backup is that backup.
    if let Some(manifest) = manifests.iter().find(|manifest| manifest.taken_at == at) {
        let choice = Choice {
            manifest: Manifest::clone(manifest),
            passed_over,
        };
        return Ok((choice, None));
    }
    let pieces = pieces(&manifests, here)?;
    let started = |piece: &&Piece| piece.stretch.chain_started_at <= at;
    let newest = pieces
        .iter()
        .filter(started)
        .max_by_key(|piece| piece.stretch.chain_started_at);
    let Some(chain) = newest.map(|piece| piece.stretch.chain.clone()) else {
        let mut choice = restore::choose(place, Some(at))?;
        choice.passed_over.append(&mut passed_over);
        return Ok((choice, None));
    };
    let all = Chains {
        manifests: &manifests,
        pieces: &pieces,
        chain: &chain,
        at,
    };
    let upto = all.commit_at(place, key, control)?;
    let base = all.base(upto.0)?;
    let from = base.mark.as_ref().map_or(0, |mark| mark.commit);
    let pieces = all.between(from, upto.0)?;
    let replay = Replay {
        pieces,
        from,
        upto: upto.0,
        at: upto.1.filter(|_| upto.0 > from),
    };
    let choice = Choice {
        manifest: Manifest::clone(base),
        passed_over,
    };
    Ok((choice, Some(replay)))
}

type Manifests = (Vec<Arc<Manifest>>, Vec<String>);

fn manifests(place: &dyn Place) -> Result<Manifests, BackupError> {
    let (mut whole, mut passed_over) = (Vec::new(), Vec::new());
    for found in place.list()?.iter().filter(|found| found.has_manifest) {
        match read_manifest(place, &found.id) {
            Ok(manifest) => whole.push(Arc::new(manifest)),
            Err(error) if error.is_damage() => passed_over.push(error.to_string()),
            Err(error) => return Err(error),
        }
    }
    // An increment is worth nothing without its base.
    let ids: BTreeSet<String> = whole.iter().map(|manifest| manifest.id.clone()).collect();
    whole.sort_by(|one, other| one.id.cmp(&other.id));
    for manifest in &whole {
        if let Some(base) = manifest.base.as_ref().filter(|base| !ids.contains(*base)) {
            let id = &manifest.id;
            passed_over.push(format!(
                "`{id}` needs the full backup `{base}`, which is gone"
            ));
        }
    }
    Ok((whole, passed_over))
}

fn pieces(manifests: &[Arc<Manifest>], here: &Path) -> Result<Vec<Piece>, BackupError> {
    let mut pieces: Vec<Piece> = Vec::new();
    for closed in journal::segments(here)? {
        pieces.push(Piece {
            stretch: closed.stretch,
            source: Source::Here(closed.path),
        });
    }
    for manifest in manifests {
        for bundled in &manifest.journal {
            pieces.push(Piece {
                stretch: bundled.stretch.clone(),
                source: Source::Bundled(Arc::clone(manifest), bundled.object.clone()),
            });
        }
    }
    pieces.sort_by_key(|piece| {
        let stretch = &piece.stretch;
        (stretch.chain_started_at, stretch.first, stretch.last)
    });
    Ok(pieces)
}

/// One chain among what there is, and the moment that is wanted of it.
struct Chains<'a> {
    manifests: &'a [Arc<Manifest>],
    pieces: &'a [Piece],
    chain: &'a str,
    at: Timestamp,
}

impl<'a> Chains<'a> {
    fn of_chain(&self) -> impl DoubleEndedIterator<Item = &'a Piece> {
        let chain = self.chain;
        self.pieces
            .iter()
            .filter(move |piece| piece.stretch.chain == chain)
    }

    /// Backups of this chain that can be restored, the oldest first.
    fn bases(&self) -> impl DoubleEndedIterator<Item = &'a Arc<Manifest>> {
        let (chain, manifests) = (self.chain, self.manifests);
        manifests.iter().filter(move |manifest| {
            let of_chain = manifest
                .mark
                .as_ref()
                .is_some_and(|mark| mark.chain == chain);
            let mut bases = manifests.iter();
            let base = manifest.base.as_ref();
            of_chain && base.is_none_or(|base| bases.any(|other| other.id == *base))
        })
    }

    /// The last commit that was made at the moment or before, and when.
    fn commit_at(
        &self,
        place: &dyn Place,
        key: Option<&Key>,
        control: &Control,
    ) -> Result<(u64, Option<Timestamp>), BackupError> {
        let mut before = self
            .of_chain()
            .filter(|piece| piece.stretch.from_at <= self.at);
        let Some(piece) = before.next_back() else {
            // Before the first commit that is known: only right where that is the first of all.
            let first = self.of_chain().map(|piece| piece.stretch.first).min();
            return match first {
                Some(1) => Ok((0, None)),
                _ => Err(self.missing(None, first)),
            };
        };
        let stretch = &piece.stretch;
        if self.at == stretch.to_at {
            return Ok((stretch.last, Some(stretch.to_at)));
        }
        if self.at > stretch.to_at {
            let mut later = self
                .of_chain()
                .filter(|other| other.stretch.first > stretch.last);
            let next = later.next().map(|other| other.stretch.first);
            let starts = self
                .pieces
                .iter()
                .map(|piece| piece.stretch.chain_started_at);
            let followed = starts.max() > Some(stretch.chain_started_at);
            // A backup that holds nothing later says that nothing was made until then.
            let quiet = self.manifests.iter().any(|manifest| {
                let mark = manifest.mark.as_ref();
                let same = mark
                    .is_some_and(|mark| mark.chain == self.chain && mark.commit == stretch.last);
                same && manifest.taken_at >= self.at
            });
            return match next {
                _ if quiet => Ok((stretch.last, Some(stretch.to_at))),
                Some(next) if next == stretch.last + 1 => self.without_doubt(
                    (stretch.last, stretch.to_at),
                    self.first_of(next, place, key, control)?,
                ),
                // Whether it went on, and what was in it, nobody knows.
                Some(next) => Err(self.missing(Some(stretch.to_at), Some(next))),
                None if followed => Err(self.missing(Some(stretch.to_at), None)),
                None => Ok((stretch.last, Some(stretch.to_at))),
            };
        }
        let (mut last, mut next) = ((stretch.first, stretch.from_at), None);
        piece.read(place, key, control, |_, record| {
            if record.at <= self.at {
                last = (record.number, record.at);
            } else if next.is_none() {
                next = Some((record.at, record.doubtful));
            }
            Ok(())
        })?;
        self.without_doubt(last, next)
    }

    fn first_of(
        &self,
        number: u64,
        place: &dyn Place,
        key: Option<&Key>,
        control: &Control,
    ) -> Result<Option<(Timestamp, bool)>, BackupError> {
        let mut found = None;
        let mut pieces = self
            .of_chain()
            .filter(|piece| piece.stretch.first == number);
        if let Some(piece) = pieces.next() {
            piece.read(place, key, control, |_, record| {
                found = found.or(Some((record.at, record.doubtful)));
                Ok(())
            })?;
        }
        Ok(found)
    }

    /// `last`, unless what follows was made at a time nobody knows.
    fn without_doubt(
        &self,
        last: (u64, Timestamp),
        next: Option<(Timestamp, bool)>,
    ) -> Result<(u64, Option<Timestamp>), BackupError> {
        match next {
            Some((next, true)) if last.1 < self.at => Err(BackupError::NotThere(format!(
                "the machine died after {}, and when its last commits were made before {next} is not \
                 known: these two moments can be restored",
                last.1
            ))),
            _ => Ok((last.0, Some(last.1))),
        }
    }

    fn base(&self, upto: u64) -> Result<&'a Arc<Manifest>, BackupError> {
        let usable = self.bases().filter(|manifest| {
            manifest
                .mark
                .as_ref()
                .is_some_and(|mark| mark.commit <= upto)
        });
        let newest = usable.max_by_key(|manifest| manifest.mark.as_ref().map(|mark| mark.commit));
        newest.ok_or_else(|| self.missing(None, Some(upto)))
    }

    /// The pieces that lead from one commit to another without a gap.
    fn between(&self, from: u64, upto: u64) -> Result<Vec<Piece>, BackupError> {
        let (mut pieces, mut reached, mut reached_at) = (Vec::new(), from, None);
        for piece in self.of_chain() {
            let stretch = &piece.stretch;
            if reached >= upto || stretch.first > reached + 1 {
                break;
            }
            if stretch.last > reached {
                (reached, reached_at) = (stretch.last, Some(stretch.to_at));
                pieces.push(piece.clone());
            }
        }
        if reached >= upto {
            return Ok(pieces);
        }
        Err(self.missing(reached_at, Some(reached + 1)))
    }

    /// What is not there, and what can be restored instead. `before` is the end of what leads up to
    /// the gap; `lost` the first commit that is lost.
    fn missing(&self, before: Option<Timestamp>, lost: Option<u64>) -> BackupError {
        let of_backup = |found: Option<&Arc<Manifest>>| found.map(|manifest| manifest.taken_at);
        let older = of_backup(
            self.manifests
                .iter()
                .rfind(|manifest| manifest.taken_at <= self.at),
        );
        let newer = of_backup(
            self.manifests
                .iter()
                .find(|manifest| manifest.taken_at > self.at),
        );
        let commit = lost.map_or_else(String::new, |lost| format!(", from commit {lost} on"));
        let nearest = match (before.max(older), newer) {
            (Some(before), Some(after)) => {
                format!("the nearest moments that can be restored are {before} and {after}")
            }
            (Some(one), None) | (None, Some(one)) => {
                format!("the nearest moment that can be restored is {one}")
            }
            (None, None) => "no other moment can be restored either".to_owned(),
        };
        BackupError::NotThere(format!(
            "the journal that leads to {} is missing (chain {}{commit}); {nearest}",
            self.at, self.chain
        ))
    }
}
