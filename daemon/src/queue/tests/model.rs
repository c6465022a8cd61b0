//! Random operations on the real file and on a model that is a plain list, with orderly stops and
//! crashes at random points. A crash is an image of the file taken while it is open: what a kill
//! leaves behind.

mod list;

use std::path::{Path, PathBuf};

use proptest::prelude::{ProptestConfig, Strategy, any, prop_oneof};
use proptest::{collection, proptest};
use tempfile::tempdir;

use super::super::book::Book;
use super::super::job::{Blame, Ended, Limits, Outcome, Which};
use super::{file, open_with};
use crate::arrival::{DropId, Origin};
use list::Model;

const LIMITS: Limits = Limits {
    jobs: 9,
    tries: 2,
    first_wait_ms: 10,
    longest_wait_ms: 60,
};

#[derive(Debug, Clone)]
enum Op {
    Enqueue(Vec<(u8, u8, u8)>),
    Lease(usize),
    Done(usize),
    Forget(usize),
    Fail(usize, bool),
    Park(usize),
    RetryAll,
    RetryOne(usize),
    Pass(i64),
    Restart,
    Crash,
}

fn an_op() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => collection::vec((0..3_u8, 0..4_u8, 0..3_u8), 1..5).prop_map(Op::Enqueue),
        5 => (1..4_usize).prop_map(Op::Lease),
        4 => any::<usize>().prop_map(Op::Done),
        1 => any::<usize>().prop_map(Op::Forget),
        3 => (any::<usize>(), any::<bool>()).prop_map(|(n, worker)| Op::Fail(n, worker)),
        1 => any::<usize>().prop_map(Op::Park),
        1 => proptest::strategy::Just(Op::RetryAll),
        1 => any::<usize>().prop_map(Op::RetryOne),
        2 => (1..50_i64).prop_map(Op::Pass),
        1 => proptest::strategy::Just(Op::Restart),
        1 => proptest::strategy::Just(Op::Crash),
    ]
}

struct Run {
    dir: PathBuf,
    images: u32,
    book: Option<Book>,
    model: Model,
    /// The model as of the last durable change.
    on_disk: Model,
}

impl Run {
    fn book(&mut self) -> &mut Book {
        self.book.as_mut().unwrap()
    }

    fn running(&self, n: usize) -> Option<usize> {
        let running: Vec<_> = (0..self.model.entries.len())
            .filter(|at| self.model.entries[*at].running)
            .collect();
        (!running.is_empty()).then(|| running[n % running.len()])
    }

    fn step(&mut self, op: &Op) {
        let now = self.model.now;
        match op {
            Op::Enqueue(files) => {
                let batch: Vec<_> = files
                    .iter()
                    .map(|(w, p, c)| {
                        file(
                            ["", "a", "b"][usize::from(*w)],
                            &p.to_string(),
                            u64::from(*c),
                        )
                    })
                    .collect();
                let outcomes = self.book().enqueue(&batch, Origin::Watched, now).unwrap();
                for (seen, outcome) in batch.iter().zip(&outcomes) {
                    self.model.enqueue(seen, *outcome);
                }
                if outcomes
                    .iter()
                    .any(|o| !matches!(o, Outcome::Known { .. } | Outcome::Full))
                {
                    self.on_disk = self.model.clone();
                }
            }
            Op::Lease(most) => {
                let jobs = self.book().lease(*most, now).unwrap();
                let ids: Vec<_> = jobs.iter().map(|job| job.id).collect();
                assert_eq!(ids, self.model.lease(*most));
            }
            Op::Done(n) | Op::Forget(n) => {
                let Some(at) = self.running(*n) else { return };
                let id = self.model.entries[at].id;
                self.model.end(at);
                if matches!(op, Op::Done(_)) {
                    self.book().done(&[id]).unwrap();
                } else {
                    self.book().forget(&[id]).unwrap();
                    self.on_disk = self.model.clone();
                }
            }
            Op::Fail(n, worker) => {
                let Some(at) = self.running(*n) else { return };
                let id = self.model.entries[at].id;
                let blame = if *worker {
                    Blame::Worker
                } else {
                    Blame::Surroundings
                };
                let ended = self
                    .book()
                    .retry_later(id, "why", blame, None, now)
                    .unwrap();
                assert_eq!(ended, self.model.fail(at, *worker));
                self.on_disk = self.model.clone();
            }
            Op::Park(n) => {
                let Some(at) = self.running(*n) else { return };
                let id = self.model.entries[at].id;
                let ended = self.book().park(id, "why", now).unwrap();
                if let Some(by) = self.model.entries[at].follow_up.as_ref().map(|e| e.id) {
                    assert_eq!(ended, Ended::Superseded { by });
                    self.model.end(at);
                } else {
                    assert_eq!(ended, Ended::Parked);
                    let entry = &mut self.model.entries[at];
                    entry.running = false;
                    entry.parked = true;
                }
                self.on_disk = self.model.clone();
            }
            Op::RetryAll => self.retry(&Which::All, None),
            Op::RetryOne(n) => {
                if self.model.entries.is_empty() {
                    return;
                }
                let id = self.model.entries[n % self.model.entries.len()].id;
                self.retry(&Which::Ids(vec![id]), Some(id));
            }
            Op::Pass(time) => self.model.now += time,
            Op::Restart => self.restart(false),
            Op::Crash => self.restart(true),
        }
    }

    fn retry(&mut self, which: &Which, only: Option<DropId>) {
        // What is due becomes ready with the next lease: until then a retry names it as well.
        let now = self.model.now;
        self.book().lease(0, now).unwrap();
        let mut retried = self.book().retry(which).unwrap();
        let mut expected = self.model.retry(only);
        retried.sort();
        expected.sort();
        assert_eq!(retried, expected);
        if !retried.is_empty() {
            self.on_disk = self.model.clone();
        }
    }

    fn restart(&mut self, crash: bool) {
        let now = self.model.now;
        let path = self.dir.join("queue.redb");
        if crash {
            self.images += 1;
            let dir = self.dir.parent().unwrap().join(self.images.to_string());
            std::fs::create_dir(&dir).unwrap();
            std::fs::copy(&path, dir.join("queue.redb")).unwrap();
            self.dir = dir;
            self.model = self.on_disk.clone();
            self.model.now = now;
        } else {
            self.book().close().unwrap();
        }
        self.book = None;
        self.book = Some(open_with(&self.dir, LIMITS));
        assert!(self.book().set_aside().is_none());
        self.model.restart();
        self.on_disk = self.model.clone();
    }

    fn check(&mut self) {
        let counts = self.book().signal().unwrap().counts;
        assert_eq!(counts, self.model.counts());
        let mut parked: Vec<_> = self
            .model
            .entries
            .iter()
            .filter(|e| e.parked)
            .map(|e| (e.seq, e.id))
            .collect();
        parked.sort();
        let ids: Vec<_> = self
            .book()
            .parked(0, 99)
            .unwrap()
            .iter()
            .map(|p| p.job.id)
            .collect();
        assert_eq!(ids, parked.iter().map(|(_, id)| *id).collect::<Vec<_>>());
        let all: Vec<_> = self
            .model
            .entries
            .iter()
            .flat_map(|e| {
                std::iter::once(e.seen.clone()).chain(e.follow_up.iter().map(|f| f.seen.clone()))
            })
            .collect();
        assert!(
            self.book()
                .contains(&all)
                .unwrap()
                .into_iter()
                .all(|here| here)
        );
        assert_eq!(
            self.book().contains(&[file("a", "nowhere", 1)]).unwrap(),
            [false]
        );
    }
}

fn follow(dir: &Path, ops: &[Op]) {
    let dir = dir.join("0");
    std::fs::create_dir(&dir).unwrap();
    let book = Some(open_with(&dir, LIMITS));
    let (model, on_disk) = (Model::default(), Model::default());
    let mut run = Run {
        dir,
        images: 0,
        book,
        model,
        on_disk,
    };
    for op in ops {
        run.step(op);
        run.check();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_queue_does_what_the_model_does(ops in collection::vec(an_op(), 1..60)) {
        let dir = tempdir().unwrap();
        follow(dir.path(), &ops);
    }
}
