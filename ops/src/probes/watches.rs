use crate::{Facts, Finding, Probe};

/// Names said in one sentence; the rest is counted.
const NAMED: usize = 3;

/// Whether every watch sees its folder.
#[derive(Debug, Clone, Copy, Default)]
pub struct Watches;

impl Probe for Watches {
    fn name(&self) -> &str {
        "watches"
    }

    fn look(&self, facts: &Facts) -> Finding {
        let broken: Vec<_> = facts
            .watches
            .iter()
            .filter(|watch| watch.how == "broken")
            .collect();
        if broken.is_empty() {
            return Finding::ok(format!("{} watches see their folders", facts.watches.len()));
        }
        let mut said: Vec<String> = broken
            .iter()
            .take(NAMED)
            .map(|watch| match &watch.because {
                Some(because) => format!("{} ({}): {because}", watch.name, watch.root),
                None => format!("{} ({})", watch.name, watch.root),
            })
            .collect();
        if broken.len() > NAMED {
            said.push(format!("and {} more", broken.len() - NAMED));
        }
        Finding::degraded(format!("files are not seen in {}", said.join("; ")))
    }
}
