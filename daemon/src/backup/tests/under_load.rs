use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Instant;

use super::*;

/// Writers that share commits, as the pipeline's do: so many that a slow disk's commits do not lower the rate.
const WRITERS: u32 = 32;
/// Drops a second of all writers together.
const RATE: u32 = 500;
/// Rows that each writer writes to in turns, so that the last of two hundred backups is no larger than
/// the first. The number of the round stands in `inode`.
const ROWS: u32 = 125;

fn row_of(writer: u32, round: u32) -> u32 {
    1_000 + (round % ROWS) * WRITERS + writer
}

/// Backs up `rounds` times while writes run, restores each, and asserts that every write that was
/// acknowledged before a backup began is in it. Answers how long writes took, sorted: with no
/// backup under way, and with one.
async fn backups_while_writing(rounds: u32, key: Option<&str>) -> [Vec<Duration>; 2] {
    let yard = Arc::new(Yard::new(key));
    yard.fill(0, 500).await;
    let stop = Arc::new(AtomicBool::new(false));
    let backing_up = Arc::new(AtomicBool::new(false));
    // Every number up to this one was acknowledged, by writer.
    let acknowledged: Arc<Vec<AtomicU32>> =
        Arc::new((0..WRITERS).map(|_| AtomicU32::new(0)).collect());
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (yard, stop) = (Arc::clone(&yard), Arc::clone(&stop));
            let (acknowledged, backing_up) = (Arc::clone(&acknowledged), Arc::clone(&backing_up));
            tokio::spawn(async move {
                let mut took = [Vec::new(), Vec::new()];
                // Who is late writes again at once, so that the rate holds.
                let mut due = tokio::time::interval(Duration::from_secs(1) * WRITERS / RATE);
                for round in 0.. {
                    due.tick().await;
                    if stop.load(Ordering::SeqCst) {
                        break;
                    }
                    let during = usize::from(backing_up.load(Ordering::SeqCst));
                    let start = Instant::now();
                    let mut written = drop_of(row_of(writer, round));
                    written.sighting.inode = u64::from(round);
                    yard.store.record(written).await.unwrap();
                    took[during].push(start.elapsed());
                    acknowledged[writer as usize].store(round + 1, Ordering::SeqCst);
                }
                took
            })
        })
        .collect();
    let begun = Instant::now();
    for _ in 0..rounds {
        let before: Vec<u32> = acknowledged
            .iter()
            .map(|count| count.load(Ordering::SeqCst))
            .collect();
        let (of_thread, during) = (Arc::clone(&yard), Arc::clone(&backing_up));
        let restored = tokio::task::spawn_blocking(move || {
            during.store(true, Ordering::SeqCst);
            let manifest = of_thread.full();
            during.store(false, Ordering::SeqCst);
            of_thread.verify(&manifest);
            let restored = of_thread.restored(&manifest);
            let mut found = restored.prepare("SELECT size, inode FROM drops").unwrap();
            let found = found.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
            let found: BTreeMap<u32, u32> = found.unwrap().map(Result::unwrap).collect();
            of_thread.shop.local.remove(&manifest.id).unwrap();
            std::fs::remove_file(
                of_thread
                    .dir
                    .path()
                    .join(format!("restored-{}", manifest.id)),
            )
            .unwrap();
            found
        });
        let found = restored.await.unwrap();
        for (writer, count) in (0..).zip(before) {
            for round in count.saturating_sub(ROWS)..count {
                let there = found.get(&row_of(writer, round));
                assert!(
                    there.is_some_and(|there| *there >= round),
                    "round {round} of writer {writer} was acknowledged, and there is {there:?}"
                );
            }
        }
    }
    stop.store(true, Ordering::SeqCst);
    let lasted = begun.elapsed().as_secs_f64();
    let mut all = [Vec::new(), Vec::new()];
    for writer in writers {
        for (all, took) in all.iter_mut().zip(writer.await.unwrap()) {
            all.extend(took);
        }
    }
    for took in &mut all {
        took.sort_unstable();
    }
    let p99 = |took: &[Duration]| took.get(took.len() * 99 / 100).copied().unwrap_or_default();
    println!(
        "{rounds} backups, {:.0} writes/s: {} writes beside none, p99 {:?}; {} beside one, p99 {:?}, longest {:?}",
        (all[0].len() + all[1].len()) as f64 / lasted,
        all[0].len(),
        p99(&all[0]),
        all[1].len(),
        p99(&all[1]),
        all[1].last().copied().unwrap_or_default()
    );
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_backups_hold_every_write_acknowledged_before_they_began() {
    let [_, during] = backups_while_writing(20, None).await;
    assert!(
        !during.is_empty(),
        "nothing was written while a backup was under way"
    );
}

mod long {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn two_hundred_backups_hold_every_write_acknowledged_before_they_began() {
        backups_while_writing(200, Some("a key that is long enough")).await;
    }
}
