//! Real stores, real writers, real damage.

mod damage;
mod disk_full;
mod offsite;
mod point_in_time;
mod under_load;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::DropState;
use ddgen_ops::backup::{Control, DirPlace, Key, Manifest, Place, Role, Why, Workshop, rebuild};
use rusqlite::Connection;
use secrecy::SecretString;
use tempfile::TempDir;

use super::{Extras, SqliteSubject};
use crate::arrival::{DropId, Origin, Sighting};
use crate::store::{FILE, Store, Unprofiled};

/// A store with its workshop, in a folder of its own.
struct Yard {
    dir: TempDir,
    store: Store,
    shop: Arc<Workshop>,
}

impl Yard {
    fn new(key: Option<&str>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open_as(dir.path(), Duration::from_secs(5), true).unwrap();
        let shop = workshop_of(dir.path(), &store, key);
        Self {
            dir,
            store,
            shop: Arc::new(shop),
        }
    }

    /// Notes so many drops, from a number on.
    async fn fill(&self, from: u32, count: u32) {
        for id in from..from + count {
            self.store.record(drop_of(id)).await.unwrap();
        }
    }

    fn full(&self) -> Manifest {
        self.shop.full(Why::Schedule, &Control::default()).unwrap()
    }

    fn incremental(&self, base: &Manifest) -> Manifest {
        let control = Control::default();
        let made = self.shop.incremental(&base.id, Why::Schedule, &control);
        made.unwrap()
    }

    fn verify(&self, manifest: &Manifest) {
        let place = &self.shop.local;
        self.shop
            .verify(place, &manifest.id, &Control::default())
            .unwrap();
    }

    /// Restored by hand, looked at by another program than the one that made it.
    fn restored(&self, manifest: &Manifest) -> Connection {
        let file = self.dir.path().join(format!("restored-{}", manifest.id));
        let key = self.shop.key.as_ref();
        rebuild(&self.shop.local, manifest, key, &Control::default(), &file).unwrap();
        let db = Connection::open(file).unwrap();
        let verdict: String = db
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(verdict, "ok");
        let orphans = db.prepare("PRAGMA foreign_key_check").unwrap().exists([]);
        assert!(!orphans.unwrap());
        db
    }

    fn objects(&self) -> Vec<PathBuf> {
        let mut all = Vec::new();
        for found in self.shop.local.list().unwrap() {
            let folder = self.shop.local.root().join(found.id);
            let entries = std::fs::read_dir(folder).unwrap();
            all.extend(entries.map(|entry| entry.unwrap().path()));
        }
        all.push(self.shop.local.root().join("latest.json"));
        all.sort();
        all
    }
}

fn workshop_of(dir: &Path, store: &Store, key: Option<&str>) -> Workshop {
    let extras = Extras {
        data_dir: dir.to_path_buf(),
        ..Extras::default()
    };
    Workshop {
        subject: Arc::new(SqliteSubject {
            file: dir.join(FILE),
            busy: Duration::from_secs(5),
            extras,
            journal: store.journal().cloned(),
        }),
        local: DirPlace::new(dir.join("backups")),
        scratch: dir.join("scratch"),
        scratch_limit: 1 << 30,
        key: key.map(|key| Key::new(SecretString::from(key))),
        made_by: "test".to_owned(),
        clock: Timestamp::now,
    }
}

fn drop_of(id: u32) -> Unprofiled {
    Unprofiled {
        drop: DropId(u128::from(id) + 1),
        sighting: Sighting {
            watch: "w".to_owned(),
            root: Path::new("/data").to_path_buf(),
            path: format!("file-{id}.csv").into(),
            size: u64::from(id),
            mtime_ns: i64::from(id),
            inode: 1,
        },
        origin: Origin::Watched,
        state: DropState::Parked,
        reason: Some(format!(
            "reason {} of {id}",
            blake3::hash(&id.to_le_bytes())
        )),
        tries: 1,
        arrived_at: Timestamp(1_000),
        finished_at: Some(Timestamp(1_000)),
    }
}

fn count(db: &Connection) -> u32 {
    db.query_row("SELECT count(*) FROM drops", [], |row| row.get(0))
        .unwrap()
}

#[tokio::test]
async fn an_increment_holds_what_changed_and_restores_over_its_base() {
    for key in [None, Some("a key that is long enough")] {
        let yard = Yard::new(key);
        yard.fill(0, 400).await;
        let full = yard.full();
        yard.fill(400, 30).await;
        let first = yard.incremental(&full);
        yard.fill(430, 5).await;
        let second = yard.incremental(&full);
        for (manifest, expected) in [(&full, 400), (&first, 430), (&second, 435)] {
            yard.verify(manifest);
            assert_eq!(count(&yard.restored(manifest)), expected);
        }
        let whole = full.packed_bytes();
        let pages = first.objects.iter();
        let pages = pages.filter(|object| object.role != Role::Journal);
        let part: u64 = pages.map(|object| object.bytes).sum();
        assert!(
            part < whole,
            "{part} bytes of increment, {whole} of its base"
        );
        // A store that was vacuumed shrinks and has all its pages elsewhere.
        let db = Connection::open(yard.dir.path().join(FILE)).unwrap();
        db.execute_batch("DELETE FROM drops WHERE seq % 4 > 0; VACUUM;")
            .unwrap();
        let third = yard.incremental(&full);
        yard.verify(&third);
        assert_eq!(count(&yard.restored(&third)), 108);
    }
}

#[tokio::test]
async fn a_backup_that_is_stopped_leaves_nothing_behind() {
    let yard = Yard::new(None);
    yard.fill(0, 50).await;
    let control = Control::default();
    control.stop();
    assert!(yard.shop.full(Why::OnDemand, &control).is_err());
    assert_eq!(yard.shop.local.list().unwrap(), []);
    let left = std::fs::read_dir(yard.shop.local.root());
    assert_eq!(left.map_or(0, Iterator::count), 0);
    assert!(!yard.shop.scratch.exists());
}

#[tokio::test]
async fn a_scratch_place_too_small_is_refused_before_anything_is_written() {
    let yard = Yard::new(None);
    yard.fill(0, 2_000).await;
    let shop = Workshop {
        subject: Arc::clone(&yard.shop.subject),
        local: yard.shop.local.clone(),
        scratch: yard.shop.scratch.clone(),
        scratch_limit: 100_000,
        key: None,
        made_by: String::new(),
        clock: Timestamp::now,
    };
    let error = shop.full(Why::OnDemand, &Control::default()).unwrap_err();
    assert!(
        error.to_string().contains("backup.scratch_limit"),
        "{error}"
    );
    assert!(!yard.shop.local.root().exists());
}
