//! Files that go and come back.

use super::*;

/// Takes the next sighting as the queue does, and lets it be known by its newest content only.
async fn take(bench: &mut Bench) -> Sighting {
    bench.memory.forget_all();
    let seen = bench.next().await;
    bench.handle.taken_in(&seen);
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn content_that_is_swapped_back_is_handed_on_again() {
    let mut bench = Bench::new().await;
    fs::write(bench.outside("a"), "x\n1\n").expect("written");
    fs::write(bench.outside("b"), "x\n2\n").expect("written");
    fs::rename(bench.outside("a"), bench.path("swap.csv")).expect("renamed");
    let first = take(&mut bench).await;
    fs::rename(bench.path("swap.csv"), bench.outside("a")).expect("renamed");
    fs::rename(bench.outside("b"), bench.path("swap.csv")).expect("renamed");
    let second = take(&mut bench).await;
    assert_ne!(second.inode, first.inode);
    fs::rename(bench.path("swap.csv"), bench.outside("b")).expect("renamed");
    fs::rename(bench.outside("a"), bench.path("swap.csv")).expect("renamed");
    assert_eq!(take(&mut bench).await, first);
    bench.nothing_else().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_finds_what_came_back_unheard() {
    let mut bench = Bench::new().await;
    bench.write("a.csv", "x\n1\n");
    let seen = take(&mut bench).await;
    bench.memory.forget_all();
    assert!(bench.handle.rescan("w"));
    assert_eq!(take(&mut bench).await, seen);
    bench.nothing_else().await;
}

/// The answer is older than the queue's word: it must not count.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_overtaken_hands_nothing_on_twice() {
    let mut bench = Bench::new().await;
    bench.write("a.csv", "x\n1\n");
    let seen = bench.next().await;
    bench.memory.forget_all();
    bench.memory.hold.store(HOLD_NEXT, Ordering::SeqCst);
    assert!(bench.handle.look_again(&seen));
    until("held", || bench.memory.hold.load(Ordering::SeqCst) == HELD).await;
    bench.memory.learn(&seen);
    bench.handle.taken_in(&seen);
    // With its first scan the watch hears of that; the second begins when the first is over.
    for _ in 0..2 {
        let asked = bench.memory.asked();
        assert!(bench.handle.rescan("w"));
        until("scanned", || bench.memory.asked() > asked).await;
    }
    bench.memory.hold.store(0, Ordering::SeqCst);
    bench.nothing_else().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_came_back_while_the_queue_still_held_it_is_looked_at_again() {
    let mut bench = Bench::new().await;
    bench.write("a.csv", "x\n1\n");
    let seen = bench.next().await;
    bench.handle.taken_in(&seen);
    fs::rename(bench.path("a.csv"), bench.outside("a")).expect("renamed");
    fs::rename(bench.outside("a"), bench.path("a.csv")).expect("renamed");
    bench.nothing_else().await;
    bench.memory.forget_all();
    assert!(bench.handle.look_again(&seen));
    assert_eq!(take(&mut bench).await, seen);
    fs::remove_file(bench.path("a.csv")).expect("removed");
    assert!(bench.handle.look_again(&seen));
    bench.nothing_else().await;
    let elsewhere = Sighting {
        watch: "other".to_owned(),
        ..seen
    };
    assert!(!bench.handle.look_again(&elsewhere));
}
