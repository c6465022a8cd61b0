//! Any moment: restored, and held against what was noted when each commit was acknowledged.

use std::collections::BTreeSet;

use ddgen_ops::backup::{BackupError, Restored, Target, reach, restore};

use super::*;

/// A store with a journal that can be closed and opened again.
struct Journaled {
    dir: TempDir,
    store: Store,
    /// The number of drops from each moment on, as the writer was told.
    known: Vec<(Timestamp, u32)>,
}

/// Returns once it is later than `moment`, so that what is done next is told from what was before.
async fn after(moment: Timestamp) {
    while Timestamp::now() <= moment {
        tokio::task::yield_now().await;
    }
}

impl Journaled {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = open(&dir);
        Self {
            dir,
            store,
            known: Vec::new(),
        }
    }

    fn shop(&self, key: Option<&str>) -> Workshop {
        workshop_of(self.dir.path(), &self.store, key)
    }

    async fn write(&mut self, count: u32) {
        for _ in 0..count {
            let id = self.known.last().map_or(0, |(_, drops)| *drops);
            self.store.record(drop_of(id)).await.unwrap();
            let at = Timestamp::now();
            self.known.push((at, id + 1));
            // Also of the moment after, the next commit is no part.
            after(Timestamp(at.0 + 1)).await;
        }
    }

    async fn reopen(&mut self) {
        self.store.close().await.unwrap();
        self.store = open(&self.dir);
    }

    fn here(&self) -> PathBuf {
        self.dir.path().join(crate::store::JOURNAL)
    }

    fn at(&self, shop: &Workshop, at: Timestamp) -> Result<(Connection, Restored), BackupError> {
        let control = Control::default();
        let key = shop.key.as_ref();
        let (choice, replay) = reach(&shop.local, &self.here(), key, at, &control)?;
        let machine = self.dir.path().join("machine");
        let _gone = std::fs::remove_dir_all(&machine);
        std::fs::create_dir(&machine).unwrap();
        let target = Target {
            data_dir: &machine,
            discard: &[],
            subject: &*shop.subject,
            now: Timestamp::now(),
        };
        let replay = replay.as_ref();
        let restored = restore(
            &shop.local,
            &choice.manifest,
            replay,
            key,
            &target,
            &control,
        )?;
        Ok((Connection::open(machine.join(FILE)).unwrap(), restored))
    }

    /// What was there at a moment is there, all of it, and nothing that came later.
    fn assert_at(&self, shop: &Workshop, at: Timestamp) {
        let before = self.known.iter().rev().find(|(then, _)| *then <= at);
        let wanted = before.map_or(0, |(_, drops)| *drops);
        let (db, _) = self.at(shop, at).unwrap();
        let mut found = db.prepare("SELECT size FROM drops").unwrap();
        let found = found.query_map([], |row| row.get::<_, u32>(0)).unwrap();
        let found: BTreeSet<u32> = found.map(Result::unwrap).collect();
        assert_eq!(found, (0..wanted).collect(), "at {at}");
        let verdict: String = db
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(verdict, "ok");
    }
}

fn open(dir: &TempDir) -> Store {
    Store::open_as(dir.path(), Duration::from_secs(5), true).unwrap()
}

fn dice(state: &mut u64, below: usize) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    usize::try_from(*state % below as u64).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_moments_are_restored_as_they_were() {
    let mut one = Journaled::new();
    let control = Control::default();
    one.write(20).await;
    let full = one.shop(None).full(Why::Schedule, &control).unwrap();
    let from = one.known.len();
    for round in 0..6 {
        one.write(40).await;
        match round {
            1 | 3 => {
                let shop = one.shop(None);
                drop(shop.incremental(&full.id, Why::Schedule, &control).unwrap());
            }
            2 | 4 => one.reopen().await,
            _ => {}
        }
    }
    let shop = one.shop(None);
    let mut state = 0x9E37_79B9_7F4A_7C15;
    for _ in 0..100 {
        let index = from + dice(&mut state, one.known.len() - from);
        let at = Timestamp(one.known[index].0.0 + i64::from(dice(&mut state, 2) == 1));
        one.assert_at(&shop, at);
    }
    // The very moment of a backup, and after everything.
    one.assert_at(&shop, full.taken_at);
    one.assert_at(&shop, Timestamp::now());
    let bundled = shop.local.list().unwrap().len();
    assert_eq!(bundled, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn increments_that_take_the_journal_in_while_it_grows_lose_nothing_of_it() {
    let mut one = Journaled::new();
    let full = one.shop(None).full(Why::Schedule, &Control::default());
    let full = full.unwrap();
    let store = one.store.clone();
    let writer = tokio::spawn(async move {
        let mut known = Vec::new();
        for id in 0..400 {
            store.record(drop_of(id)).await.unwrap();
            let at = Timestamp::now();
            known.push((at, id + 1));
            after(Timestamp(at.0 + 1)).await;
        }
        known
    });
    let mut increments = 0;
    while !writer.is_finished() {
        let (shop, base) = (one.shop(None), full.id.clone());
        let made = tokio::task::spawn_blocking(move || {
            shop.incremental(&base, Why::Schedule, &Control::default())
        });
        drop(made.await.unwrap().unwrap());
        increments += 1;
    }
    assert!(increments > 2, "only {increments} increments");
    one.known = writer.await.unwrap();
    let shop = one.shop(None);
    for at in (0..400).step_by(23).chain([399]) {
        one.assert_at(&shop, one.known[at].0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn under_a_key_nothing_of_a_bundled_journal_lies_open() {
    let mut one = Journaled::new();
    let (key, control) = (Some("a key that is long enough"), Control::default());
    let full = one.shop(key).full(Why::Schedule, &control).unwrap();
    one.write(30).await;
    let shop = one.shop(key);
    let made = shop.incremental(&full.id, Why::Schedule, &control).unwrap();
    assert_eq!(made.journal.len(), 1);
    let object = shop
        .local
        .root()
        .join(&made.id)
        .join(&made.journal[0].object);
    let bytes = std::fs::read(object).unwrap();
    assert!(bytes.starts_with(b"age-encryption.org/v1\n"));
    shop.verify(&shop.local, &made.id, &control).unwrap();
    for at in [0, 7, 29] {
        one.assert_at(&shop, one.known[at].0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_named_with_the_nearest_moments() {
    let mut one = Journaled::new();
    let control = Control::default();
    let full = one.shop(None).full(Why::Schedule, &control).unwrap();
    let mut increments = Vec::new();
    for _ in 0..3 {
        one.write(20).await;
        let shop = one.shop(None);
        increments.push(shop.incremental(&full.id, Why::Schedule, &control).unwrap());
    }
    one.write(20).await;
    let shop = one.shop(None);
    // The second hour is gone.
    let lost = shop.local.root().join(&increments[1].id);
    std::fs::remove_dir_all(lost).unwrap();
    let refused = one.at(&shop, one.known[30].0).map(drop).unwrap_err();
    let said = refused.to_string();
    assert!(matches!(refused, BackupError::NotThere(_)), "{said}");
    let (before, after) = (increments[0].taken_at, increments[2].taken_at);
    assert!(said.contains("is missing"), "{said}");
    assert!(said.contains(&after.to_string()), "{said}");
    // What it names can be restored, and so can all around it.
    for at in [
        before,
        after,
        one.known[5].0,
        one.known[19].0,
        one.known[70].0,
    ] {
        one.assert_at(&shop, at);
    }
    let named = said
        .rsplit_once(" are ")
        .unwrap()
        .1
        .split(' ')
        .next()
        .unwrap();
    let named: jiff::Timestamp = named.parse().unwrap();
    one.assert_at(&shop, Timestamp(named.as_millisecond()));
    // A journal that is damaged is no journal.
    let journal = &increments[2].journal[0].object;
    let object = shop.local.root().join(&increments[2].id).join(journal);
    std::fs::write(object, b"not it").unwrap();
    assert!(one.at(&shop, one.known[50].0).is_err());
    one.assert_at(&shop, one.known[5].0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_program_writes_ends_the_chain_and_is_no_silent_loss() {
    let mut one = Journaled::new();
    let control = Control::default();
    let full = one.shop(None).full(Why::Schedule, &control).unwrap();
    one.write(10).await;
    let other = Connection::open(one.dir.path().join(FILE)).unwrap();
    other
        .execute("UPDATE drops SET reason = 'by hand' WHERE size = 3", [])
        .unwrap();
    drop(other);
    let gap = Timestamp::now();
    after(gap).await;
    one.write(10).await;
    let shop = one.shop(None);
    one.assert_at(&shop, one.known[4].0);
    for lost in [gap, one.known[15].0] {
        let refused = one.at(&shop, lost).map(drop).unwrap_err();
        assert!(refused.to_string().contains("is missing"), "{refused}");
    }
    drop(shop.incremental(&full.id, Why::Schedule, &control).unwrap());
    one.write(10).await;
    one.assert_at(&shop, one.known[25].0);
}

/// What a machine that died left, on another one.
fn copied(one: &Journaled) -> Journaled {
    copied_after(one, |_| {})
}

/// The same, and what somebody did there before the daemon started.
fn copied_after(one: &Journaled, deed: impl FnOnce(&Path)) -> Journaled {
    let dir = tempfile::tempdir().unwrap();
    let from = one.dir.path().join(".");
    let copied = std::process::Command::new("cp")
        .arg("-a")
        .args([&from, &dir.path().to_path_buf()])
        .status();
    assert!(copied.unwrap().success());
    deed(dir.path());
    let store = open(&dir);
    Journaled {
        dir,
        store,
        known: one.known.clone(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_goes_on_after_a_crash_and_says_what_it_cannot_know() {
    let mut one = Journaled::new();
    let control = Control::default();
    drop(one.shop(None).full(Why::Schedule, &control).unwrap());
    one.write(10).await;

    let mut killed = copied(&one);
    killed.write(10).await;
    let shop = killed.shop(None);
    for at in [0, 5, 9, 10, 19] {
        killed.assert_at(&shop, killed.known[at].0);
    }

    // The end of the journal never reached the disk; the log did.
    let segment = std::fs::read_dir(one.here()).unwrap().next().unwrap();
    let segment = segment.unwrap().path();
    let whole = std::fs::read(&segment).unwrap();
    std::fs::write(&segment, &whole[..whole.len() - 100]).unwrap();
    after(Timestamp::now()).await;
    let mut torn = copied(&one);
    torn.write(10).await;
    let shop = torn.shop(None);
    for at in [0, 7, 10, 19] {
        torn.assert_at(&shop, torn.known[at].0);
    }
    torn.assert_at(&shop, Timestamp(torn.known[9].0.0 + 20));
    // The log says when it was last written to, and nothing of what was before.
    let between = Timestamp(torn.known[8].0.0 + 1);
    let refused = torn.at(&shop, between).map(drop).unwrap_err();
    assert!(refused.to_string().contains("is not known"), "{refused}");
    std::fs::write(&segment, &whole).unwrap();

    // Another program took the log home: whether it wrote as well cannot be told.
    let mut touched = copied_after(&one, |dir| {
        let other = Connection::open(dir.join(FILE)).unwrap();
        other
            .execute("DELETE FROM drops WHERE size = 9", [])
            .unwrap();
    });
    touched.known.pop();
    touched.write(5).await;
    let shop = touched.shop(None);
    touched.assert_at(&shop, touched.known[5].0);
    let refused = touched
        .at(&shop, touched.known[12].0)
        .map(drop)
        .unwrap_err();
    assert!(refused.to_string().contains("is missing"), "{refused}");
}
