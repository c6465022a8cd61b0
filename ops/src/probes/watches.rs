use crate::{Facts, Finding, Probe, WatchRow};

/// Names said in one sentence; the rest is counted.
const NAMED: usize = 3;

/// Whether every watch sees its folder, and all that lies in it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Watches;

impl Probe for Watches {
    fn name(&self) -> &str {
        "watches"
    }

    fn look(&self, facts: &Facts) -> Finding {
        let is_broken = |watch: &&WatchRow| watch.how == "broken";
        let leaves_out = |watch: &&WatchRow| watch.unreadable + watch.refused_names > 0;
        let watches = || facts.watches.iter();
        let broken: Vec<_> = watches().filter(is_broken).collect();
        let partial: Vec<_> = watches()
            .filter(|watch| !is_broken(watch) && leaves_out(watch))
            .collect();
        let mut said = Vec::new();
        if !broken.is_empty() {
            said.push(format!("files are not seen in {}", named(&broken)));
        }
        if !partial.is_empty() {
            let unreadable: u64 = partial.iter().map(|watch| watch.unreadable).sum();
            let names: u64 = partial.iter().map(|watch| watch.refused_names).sum();
            said.push(format!(
                "left out: {unreadable} unreadable, {names} with a name that is not UTF-8, in {}",
                named(&partial)
            ));
        }
        if said.is_empty() {
            return Finding::ok(format!("{} watches see their folders", facts.watches.len()));
        }
        Finding::degraded(said.join("; "))
    }
}

fn named(watches: &[&WatchRow]) -> String {
    let mut said: Vec<String> = watches
        .iter()
        .take(NAMED)
        .map(|watch| match &watch.because {
            Some(because) => format!("{} ({}): {because}", watch.name, watch.root),
            None => format!("{} ({})", watch.name, watch.root),
        })
        .collect();
    if watches.len() > NAMED {
        said.push(format!("and {} more", watches.len() - NAMED));
    }
    said.join("; ")
}
