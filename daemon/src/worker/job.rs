//! One file through one worker: hand over, listen, hold it to its time, and say what came of it.

use std::io;
use std::os::fd::BorrowedFd;
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::{Pid, Resource, Rlimit};
use tokio::time::Instant;

use super::channel::Channel;
use super::config::Limits;
use super::death::{self, Allowed, Death};
use super::error::WorkerError;
use super::launch::Scratch;
use super::roster::Lease;
use super::wire::{self, Failed, Kind, Refused};

/// How often the scratch folder of a busy worker is measured.
const MEASURE_EVERY: Duration = Duration::from_secs(1);

/// From the end of the channel to the end of the process.
const DYING: Duration = Duration::from_secs(5);

/// What is to be done.
pub struct Job<'a> {
    pub file: BorrowedFd<'a>,
    pub size: u64,
    pub brief: &'a [u8],
}

/// What came of handing it over.
pub enum Outcome {
    Done(Result<Learned, WorkerError>),
    /// The worker had died while it was idle: another one may have the job.
    NotTaken,
}

/// What a worker made of a file, as it said it.
pub struct Learned {
    pub document: Vec<u8>,
    pub sketches: Option<Vec<u8>>,
}

enum Answer {
    Learned(Learned),
    Refused(Refused),
    Failed(Failed),
}

enum Trouble {
    /// The worker closed its end, or its end was closed by its death.
    Gone,
    /// It does not keep the form of the frames.
    Malformed,
    Late,
    Scratch,
}

/// Runs `job` in the worker of `lease`.
pub async fn run(
    mut lease: Lease,
    limits: &Limits,
    job: &Job<'_>,
    progress: &mut (impl FnMut(u64) + Send),
) -> Outcome {
    let wall = limits.wall.of(job.size);
    let cpu_seconds = limits.cpu.of(job.size).as_secs();
    let seat = lease.seat();
    let allowed = Allowed {
        memory: seat.limits.memory,
        scratch: seat.limits.scratch,
        cpu_seconds,
    };
    // Any other refusal (a container's own filter) leaves the limit on wall time.
    if allow_cpu(seat.pid, seat.cpu_used, cpu_seconds) == Err(Errno::SRCH) {
        discard(lease);
        return Outcome::NotTaken;
    }
    lease.begin();
    let deadline = Instant::now() + wall;
    let seat = lease.seat();
    let sent = tokio::time::timeout_at(deadline, seat.channel.send_job(job.file, job.brief)).await;
    let answer = match sent {
        Ok(Ok(())) => {
            tokio::select! {
                answer = listen(&mut seat.channel, progress) => answer,
                () = tokio::time::sleep_until(deadline) => Err(Trouble::Late),
                () = outgrow(&seat.scratch, allowed.scratch) => Err(Trouble::Scratch),
            }
        }
        Ok(Err(_)) => {
            discard(lease);
            return Outcome::NotTaken;
        }
        Err(_) => Err(Trouble::Late),
    };
    Outcome::Done(match answer {
        Ok(answer) => {
            settle(lease, limits.resident);
            match answer {
                Answer::Learned(learned) => Ok(learned),
                Answer::Refused(Refused {
                    kind,
                    message,
                    offset,
                }) => Err(WorkerError::Refused {
                    kind,
                    message,
                    offset,
                }),
                Answer::Failed(Failed { message }) => Err(WorkerError::Io(message)),
            }
        }
        Err(trouble) => Err(autopsy(lease, &trouble, wall, &allowed).await),
    })
}

async fn listen(
    channel: &mut Channel,
    progress: &mut (impl FnMut(u64) + Send),
) -> Result<Answer, Trouble> {
    let trouble = |error: io::Error| match error.kind() {
        io::ErrorKind::InvalidData => Trouble::Malformed,
        _ => Trouble::Gone,
    };
    let malformed = |_: serde_json::Error| Trouble::Malformed;
    let mut sketches = None;
    loop {
        let (kind, payload) = channel.read().await.map_err(trouble)?;
        return Ok(match kind {
            Kind::Progress => {
                progress(wire::parse_progress(&payload).map_err(trouble)?);
                continue;
            }
            Kind::Sketches if sketches.is_none() => {
                sketches = Some(payload);
                continue;
            }
            Kind::Profile => Answer::Learned(Learned {
                document: payload,
                sketches,
            }),
            Kind::Refused => Answer::Refused(serde_json::from_slice(&payload).map_err(malformed)?),
            Kind::Failed => Answer::Failed(serde_json::from_slice(&payload).map_err(malformed)?),
            Kind::Hello | Kind::Job | Kind::Sketches => return Err(Trouble::Malformed),
        });
    }
}

/// Returns when the scratch folder holds more than it may. `RLIMIT_FSIZE` bounds one file, this
/// their sum.
async fn outgrow(scratch: &Scratch, most: u64) {
    loop {
        tokio::time::sleep(MEASURE_EVERY).await;
        if scratch.used() > most {
            return;
        }
    }
}

/// Makes the worker ready for the next file, or lets it go.
fn settle(mut lease: Lease, most: u64) {
    let seat = lease.seat();
    let clean = seat.scratch.empty().is_ok();
    match usage(seat.pid) {
        Some(usage) if clean && usage.resident <= most => {
            seat.cpu_used = usage.cpu;
            lease.finish();
        }
        // Without /proc its size cannot be known, nor its time: it must not go on for ever.
        _ => lease.retire(),
    }
}

fn discard(lease: Lease) {
    if let Some(control) = lease.abandon() {
        control.kill.cancel();
    }
}

/// Ends the worker and says why the job has no answer.
async fn autopsy(
    mut lease: Lease,
    trouble: &Trouble,
    wall: Duration,
    allowed: &Allowed,
) -> WorkerError {
    let breached = |reason: String| WorkerError::Breached { reason };
    let mut exit = lease.seat().control.exit.clone();
    let Some(control) = lease.abandon() else {
        return WorkerError::Stopped;
    };
    if !matches!(trouble, Trouble::Gone) {
        control.kill.cancel();
    }
    let ended = tokio::time::timeout(DYING, exit.wait_for(Option::is_some)).await;
    let ended = ended
        .ok()
        .and_then(Result::ok)
        .and_then(|exit| exit.clone());
    control.kill.cancel();
    match (trouble, ended) {
        (Trouble::Late, _) => breached(format!("was not done within {} s", wall.as_secs())),
        (Trouble::Scratch, _) => breached(format!(
            "needed more than {} of scratch space",
            death::size(allowed.scratch)
        )),
        (Trouble::Malformed, _) => WorkerError::Died {
            reason: "its worker answered out of form".into(),
        },
        (Trouble::Gone, Some(exit)) => match death::explain(exit.status, &exit.last_words, allowed)
        {
            Death::Breach(reason) => breached(reason),
            Death::Crash(reason) => WorkerError::Died { reason },
        },
        (Trouble::Gone, None) => WorkerError::Died {
            reason: "its worker closed its channel and hung".into(),
        },
    }
}

/// Lets the worker use `seconds` more of processor time than it has.
fn allow_cpu(pid: Pid, used: Duration, seconds: u64) -> rustix::io::Result<()> {
    let ceiling = rustix::process::getrlimit(Resource::Cpu).maximum;
    // The kernel counts whole seconds: the begun one is on us.
    let until = used.as_secs().saturating_add(1).saturating_add(seconds);
    let until = ceiling.map_or(until, |ceiling| until.min(ceiling));
    rustix::process::prlimit(
        Some(pid),
        Resource::Cpu,
        Rlimit {
            current: Some(until),
            maximum: ceiling,
        },
    )?;
    Ok(())
}

struct Usage {
    cpu: Duration,
    resident: u64,
}

fn usage(pid: Pid) -> Option<Usage> {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?;
    parse_stat(
        &stat,
        rustix::param::clock_ticks_per_second(),
        rustix::param::page_size() as u64,
    )
}

/// `proc(5)`: the name in parentheses may hold anything, so fields are counted after its end; there
/// the state is the first, user and system ticks the 12th and 13th, resident pages the 22nd.
fn parse_stat(stat: &str, ticks_per_second: u64, page: u64) -> Option<Usage> {
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    let pages: u64 = fields.nth(8)?.parse().ok()?;
    let millis = (user + system)
        .checked_mul(1000)?
        .checked_div(ticks_per_second)?;
    Some(Usage {
        cpu: Duration::from_millis(millis),
        resident: pages.checked_mul(page)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_is_read_past_any_name() {
        let stat = "42 (a) (b 1 2) S 1 42 42 0 -1 4194560 100 0 0 0 250 50 7 8 20 0 2 0 12345 9999 300 rest";
        let usage = parse_stat(stat, 100, 4096).unwrap();
        assert_eq!(usage.cpu, Duration::from_secs(3));
        assert_eq!(usage.resident, 300 * 4096);
        assert!(parse_stat("42 (a) S 1", 100, 4096).is_none());
    }

    #[test]
    fn usage_of_this_process_is_of_its_size() {
        let own = usage(rustix::process::getpid()).unwrap();
        assert!(
            own.resident > 100 << 10 && own.resident < 4 << 30,
            "{}",
            own.resident
        );
    }
}
