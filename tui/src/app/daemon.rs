//! What the daemon says of itself.

use ddgen_ipc::message::{Status, Verdict};

use super::readings::Readings;

#[derive(Debug, Default)]
pub struct Daemon {
    pub status: Option<Status>,
    /// The latest verdict, by event or by status.
    pub verdict: Option<(Verdict, String)>,
    /// A status was asked for and is not here yet.
    pub asked: bool,
    pub readings: Readings,
    /// The screen's first visible line.
    pub offset: usize,
}

impl Daemon {
    /// Takes a status as the latest word; in the words of the event that tells the same.
    pub fn learn(&mut self, status: Status) {
        let because = status
            .probes
            .iter()
            .filter(|probe| probe.verdict == status.status && probe.verdict != Verdict::Ok)
            .map(|probe| probe.because.as_str())
            .collect::<Vec<_>>()
            .join("; ");
        self.verdict = Some((status.status, because));
        self.status = Some(status);
        self.asked = false;
    }
}
