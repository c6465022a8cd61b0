use std::net::Ipv4Addr;
use std::time::Duration;

use super::*;
use crate::caller::Via;

const HOUR: i64 = 3_600_000;
const FROM: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fn anne() -> Caller {
    Caller {
        name: "anne".into(),
        role: Role::Admin,
        via: Via::Socket,
        origin: "uid 1000".into(),
    }
}

struct Scene {
    dir: tempfile::TempDir,
    store: Store,
    ring: KeyRing,
}

async fn scene() -> Scene {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), Duration::from_secs(5)).unwrap();
    let ring = KeyRing::load(store.clone()).await.unwrap();
    Scene { dir, store, ring }
}

impl Scene {
    fn judge(&self, key: &str) -> Result<Role, Wrong> {
        let admitted = self.ring.judge(key, FROM, Timestamp::now());
        admitted.map(|admitted| admitted.role)
    }

    /// What another program reads in the file.
    fn sql(&self, query: &str) -> Vec<String> {
        let db = rusqlite::Connection::open(self.dir.path().join(crate::store::FILE)).unwrap();
        let mut rows = db.prepare(query).unwrap();
        let rows = rows.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }
}

#[tokio::test]
async fn a_key_opens_until_it_expires_or_is_revoked_also_after_a_restart() {
    let scene = scene().await;
    let ring = &scene.ring;
    let (reads, row) = ring
        .create("grafana", Scope::Read, None, &anne())
        .await
        .unwrap();
    let (short, _) = ring
        .create("script", Scope::Write, Some(HOUR), &anne())
        .await
        .unwrap();
    let (admin, doomed) = ring
        .create("me", Scope::Admin, None, &anne())
        .await
        .unwrap();
    assert_eq!(scene.judge(&reads.reveal()), Ok(Role::Reader));
    assert_eq!(scene.judge(&short.reveal()), Ok(Role::Editor));
    assert_eq!(scene.judge(&admin.reveal()), Ok(Role::Admin));
    ring.revoke(&doomed.id, &anne()).await.unwrap();
    assert_eq!(scene.judge(&admin.reveal()), Err(Wrong::Revoked));
    let later = Timestamp(Timestamp::now().0 + HOUR + 1);
    assert_eq!(
        ring.judge(&short.reveal(), FROM, later),
        Err(Wrong::Expired)
    );
    // The right id with another secret is no more than an unknown key, also of one that has ended.
    let forged = format!("{}{}", &reads.reveal()[..13], "0".repeat(64));
    assert_eq!(scene.judge(&forged), Err(Wrong::Unknown));
    let forged = format!("{}{}", &admin.reveal()[..13], "0".repeat(64));
    assert_eq!(scene.judge(&forged), Err(Wrong::Unknown));

    let again = KeyRing::load(scene.store.clone()).await.unwrap();
    let admitted = again.judge(&reads.reveal(), FROM, Timestamp::now());
    assert_eq!(admitted.unwrap().name, "grafana");
    assert_eq!(
        again.judge(&admin.reveal(), FROM, Timestamp::now()),
        Err(Wrong::Revoked)
    );
    assert_eq!(again.list().len(), 3);
    assert_eq!(
        again.list().last().unwrap().id,
        doomed.id,
        "ended ones last"
    );
    assert_eq!(row.created_by, "anne");
}

#[tokio::test]
async fn no_secret_is_in_the_file_and_every_change_is_in_the_audit_log() {
    let scene = scene().await;
    let (secret, row) = scene
        .ring
        .create("grafana", Scope::Read, None, &anne())
        .await
        .unwrap();
    scene.ring.rotate(&row.id, HOUR, &anne()).await.unwrap();
    scene.ring.revoke(&row.id, &anne()).await.unwrap();
    scene.store.close().await.unwrap();
    let text = secret.reveal();
    let hex = &text[13..];
    let raw: Vec<u8> = (0..64)
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect();
    for name in [crate::store::FILE, "ddgen.db-wal"] {
        let file = std::fs::read(scene.dir.path().join(name)).unwrap_or_default();
        for needle in [hex.as_bytes(), raw.as_slice()] {
            assert!(!file.windows(needle.len()).any(|part| part == needle));
        }
    }
    let log = scene.sql("SELECT action || ' by ' || who || ' ' || outcome FROM audit ORDER BY seq");
    let expected = ["create", "rotate", "revoke"].map(|verb| format!("keys {verb} by anne done"));
    assert_eq!(log, expected);
}

#[tokio::test]
async fn the_old_key_goes_on_for_the_overlap_and_not_longer() {
    let scene = scene().await;
    let ring = &scene.ring;
    let (old, row) = ring
        .create("script", Scope::Write, Some(100 * HOUR), &anne())
        .await
        .unwrap();
    let (new, fresh) = ring.rotate(&row.id, HOUR, &anne()).await.unwrap();
    assert_eq!((fresh.name.as_str(), fresh.scope), ("script", Scope::Write));
    let span = fresh.expires_at.unwrap().0 - fresh.created_at.0;
    assert_eq!(
        span,
        100 * HOUR,
        "a new key lives as long as the old one did"
    );
    assert_eq!(scene.judge(&old.reveal()), Ok(Role::Editor));
    let later = Timestamp(Timestamp::now().0 + HOUR + 1);
    assert_eq!(ring.judge(&old.reveal(), FROM, later), Err(Wrong::Expired));
    assert_eq!(ring.judge(&new.reveal(), FROM, later).unwrap().id, fresh.id);
    // At once.
    ring.rotate(&fresh.id, 0, &anne()).await.unwrap();
    assert_eq!(scene.judge(&new.reveal()), Err(Wrong::Expired));
    let over = ring.rotate(&fresh.id, 0, &anne()).await.unwrap_err();
    assert!(matches!(over, KeysError::Over(_, "expired")), "{over}");
}

#[tokio::test]
async fn the_last_use_is_shown_at_once_and_written_at_most_once_a_minute() {
    let scene = scene().await;
    let (secret, row) = scene
        .ring
        .create("grafana", Scope::Read, None, &anne())
        .await
        .unwrap();
    let start = Timestamp::now().0;
    let key = secret.reveal();
    for second in 0..59 {
        let now = Timestamp(start + second * 1_000);
        scene.ring.judge(&key, FROM, now).unwrap();
    }
    let shown = scene.ring.list()[0].clone();
    assert_eq!(shown.last_used_at, Some(Timestamp(start + 58_000)));
    assert_eq!(shown.last_used_from.as_deref(), Some("127.0.0.1"));
    let written = || {
        let query = format!(
            "SELECT last_used_at || '' FROM api_keys \
             WHERE id = '{}' AND last_used_at IS NOT NULL",
            row.id
        );
        scene.sql(&query)
    };
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    let at = |moment: i64| {
        let written = &written;
        async move {
            while written() != [moment.to_string()] {
                assert!(std::time::Instant::now() < deadline, "{:?}", written());
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    };
    // The first use is written, and none of the 58 after it.
    let writes_between = scene
        .store
        .audit(AuditEntry::done(&anne(), "test", "x"))
        .await;
    writes_between.unwrap();
    assert!([vec![], vec![start.to_string()]].contains(&written()));
    scene
        .ring
        .judge(&key, FROM, Timestamp(start + 60_000))
        .unwrap();
    at(start + 60_000).await;
}

#[tokio::test]
async fn names_are_checked() {
    let scene = scene().await;
    for bad in ["", "  ", "a\nb", &"x".repeat(81)] {
        let refused = scene.ring.create(bad, Scope::Read, None, &anne()).await;
        assert!(matches!(refused, Err(KeysError::Name)), "{bad:?}");
    }
    let unknown = scene.ring.revoke("deadbeef", &anne()).await.unwrap_err();
    assert!(unknown.to_string().contains("keys list"), "{unknown}");
}
