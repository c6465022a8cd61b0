//! Whose turn it is: one watch after the other, in order of arrival inside each.

use std::collections::{HashMap, HashSet};

use redb::ReadableTable;

use super::file::Fault;
use crate::arrival::DropId;

pub(super) struct Turns<'a, T> {
    ready: &'a T,
    running: &'a HashSet<DropId>,
    /// The watch served last.
    last: String,
    /// The first place not yet looked at, by watch: each place is looked at once.
    next_place: HashMap<String, u64>,
}

impl<'a, T: ReadableTable<(&'static str, u64), u128>> Turns<'a, T> {
    pub(super) fn new(ready: &'a T, running: &'a HashSet<DropId>, last: &str) -> Self {
        Self {
            ready,
            running,
            last: last.to_owned(),
            next_place: HashMap::new(),
        }
    }

    /// The watch that was served last, to go on behind it.
    pub(super) fn last(self) -> String {
        self.last
    }

    /// The next job that nobody works on; no job is named twice.
    pub(super) fn next(&mut self) -> Result<Option<DropId>, Fault> {
        let start = self.last.clone();
        let mut watch = self.watch_behind(&start)?;
        let mut wrapped = false;
        loop {
            let Some(name) = watch else {
                if wrapped {
                    return Ok(None);
                }
                wrapped = true;
                watch = self.first_watch()?;
                continue;
            };
            if let Some(id) = self.first_free(&name)? {
                self.last = name;
                return Ok(Some(id));
            }
            if wrapped && name >= start {
                return Ok(None);
            }
            watch = self.watch_behind(&name)?;
        }
    }

    fn first_watch(&self) -> Result<Option<String>, Fault> {
        Ok(self.ready.first()?.map(|(key, _)| key.value().0.to_owned()))
    }

    fn watch_behind(&self, name: &str) -> Result<Option<String>, Fault> {
        let next = self.ready.range((name, u64::MAX)..)?.next().transpose()?;
        Ok(next.map(|(key, _)| key.value().0.to_owned()))
    }

    fn first_free(&mut self, watch: &str) -> Result<Option<DropId>, Fault> {
        let from = self.next_place.get(watch).copied().unwrap_or(0);
        let mut free = None;
        let mut next = from;
        for entry in self.ready.range((watch, from)..(watch, u64::MAX))? {
            let (key, id) = entry?;
            next = key.value().1 + 1;
            let id = DropId(id.value());
            if !self.running.contains(&id) {
                free = Some(id);
                break;
            }
        }
        self.next_place.insert(watch.to_owned(), next);
        Ok(free)
    }
}
