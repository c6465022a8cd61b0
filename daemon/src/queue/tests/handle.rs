use std::time::{Duration, Instant};

use tempfile::tempdir;
use tokio::time::timeout;

use super::super::{Blame, Counts, Ended, Limits, Queue, QueueError};
use super::file;
use crate::arrival::Origin;

const DEADLINE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn wait_returns_for_a_new_job_a_follow_up_and_a_wait_that_ends() {
    let dir = tempdir().unwrap();
    let limits = Limits {
        first_wait_ms: 300,
        ..Limits::default()
    };
    let queue = Queue::open(dir.path(), limits).unwrap();
    let waiting = tokio::spawn({
        let queue = queue.clone();
        async move { queue.wait().await }
    });
    assert!(
        timeout(Duration::from_millis(50), queue.wait())
            .await
            .is_err(),
        "nothing is due"
    );
    queue
        .enqueue(vec![file("in", "a", 1)], Origin::Watched)
        .await
        .unwrap();
    timeout(DEADLINE, waiting).await.unwrap().unwrap();

    let job = queue.lease_any(4).await.unwrap().remove(0);
    assert!(
        timeout(Duration::from_millis(50), queue.wait())
            .await
            .is_err(),
        "all is leased"
    );
    let failed = Instant::now();
    let ended = queue
        .retry_later(job.id, "busy".into(), Blame::Surroundings, None)
        .await
        .unwrap();
    assert!(matches!(ended, Ended::Waits { .. }));
    timeout(DEADLINE, queue.wait()).await.unwrap();
    assert!(failed.elapsed() >= Duration::from_millis(299));

    // The two clocks may differ by a millisecond.
    let job = timeout(DEADLINE, async {
        loop {
            if let Some(job) = queue.lease_any(4).await.unwrap().pop() {
                break job;
            }
            queue.wait().await;
        }
    })
    .await
    .unwrap();
    queue
        .enqueue(vec![file("in", "a", 2)], Origin::Watched)
        .await
        .unwrap();
    queue.done(vec![job.id]).await.unwrap();
    timeout(DEADLINE, queue.wait()).await.unwrap();
    assert_eq!(queue.lease_any(4).await.unwrap()[0].sighting.size, 2);
}

#[tokio::test]
async fn counts_follow_every_operation() {
    let dir = tempdir().unwrap();
    let queue = Queue::open(dir.path(), Limits::default()).unwrap();
    assert_eq!(queue.counts(), Counts::default());
    let change = tokio::spawn({
        let queue = queue.clone();
        async move { queue.changed(Counts::default()).await }
    });
    let batch = (0..2_500).map(|n| file("in", &n.to_string(), 1)).collect();
    assert_eq!(
        queue.enqueue(batch, Origin::Watched).await.unwrap().len(),
        2_500
    );
    assert!(timeout(DEADLINE, change).await.unwrap().unwrap().pending > 0);
    assert_eq!(queue.counts().pending, 2_500);
    let jobs = queue.lease_any(3).await.unwrap();
    queue.park(jobs[0].id, "no".into()).await.unwrap();
    queue.done(vec![jobs[1].id]).await.unwrap();
    let counts = queue.counts();
    assert_eq!(
        (counts.pending, counts.running, counts.parked),
        (2_497, 1, 1)
    );
    assert!(counts.oldest_pending_ms.is_some());
}

#[tokio::test]
async fn an_orderly_stop_keeps_what_was_done_lazily() {
    let dir = tempdir().unwrap();
    let queue = Queue::open(dir.path(), Limits::default()).unwrap();
    queue
        .enqueue(
            vec![file("in", "a", 1), file("in", "b", 1)],
            Origin::Watched,
        )
        .await
        .unwrap();
    let jobs = queue.lease_any(1).await.unwrap();
    queue.done(vec![jobs[0].id]).await.unwrap();
    queue.close().await.unwrap();
    assert!(matches!(queue.lease_any(1).await, Err(QueueError::Closed)));

    let queue = Queue::open(dir.path(), Limits::default()).unwrap();
    assert_eq!(queue.counts().pending, 1);
    assert_eq!(
        queue.lease_any(9).await.unwrap()[0].sighting,
        file("in", "b", 1)
    );
}

/// As after a clock that was set back: the file says "in an hour", no wait may be that long.
#[tokio::test]
async fn no_wait_is_longer_than_the_longest() {
    let dir = tempdir().unwrap();
    let hour = 3_600_000;
    let limits = Limits {
        first_wait_ms: hour,
        longest_wait_ms: hour,
        ..Limits::default()
    };
    let queue = Queue::open(dir.path(), limits).unwrap();
    queue
        .enqueue(vec![file("in", "a", 1)], Origin::Watched)
        .await
        .unwrap();
    let id = queue.lease_any(1).await.unwrap()[0].id;
    queue
        .retry_later(id, "busy".into(), Blame::Surroundings, None)
        .await
        .unwrap();
    assert!(
        timeout(Duration::from_millis(50), queue.wait())
            .await
            .is_err()
    );
    queue.close().await.unwrap();

    let limits = Limits {
        longest_wait_ms: 100,
        ..Limits::default()
    };
    let queue = Queue::open(dir.path(), limits).unwrap();
    timeout(DEADLINE, queue.wait())
        .await
        .expect("it waits for an hour");
    assert_eq!(queue.lease_any(1).await.unwrap()[0].id, id);
}
