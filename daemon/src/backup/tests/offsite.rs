//! Copies in a folder elsewhere; those in a bucket are tested from outside.

use ddgen_ops::backup::{Depth, check, copy};

use super::*;

#[tokio::test]
async fn a_folder_elsewhere_gets_the_same_backup_and_refuses_increments() {
    let yard = Yard::new(None);
    yard.fill(0, 10).await;
    let (full, control) = (yard.full(), Control::default());
    let other = tempfile::tempdir().unwrap();
    let elsewhere = DirPlace::new(other.path().join("mounted"));
    copy(&yard.shop.local, &full.id, &elsewhere, &control).unwrap();
    copy(&yard.shop.local, &full.id, &elsewhere, &control).unwrap();
    yard.shop.verify(&elsewhere, &full.id, &control).unwrap();
    assert_eq!(
        check(&elsewhere, &[].into(), Depth::Bytes, &control).unwrap(),
        []
    );
    let increment = yard.incremental(&full);
    assert!(copy(&yard.shop.local, &increment.id, &elsewhere, &control).is_err());
    // What was damaged there is sent anew.
    let there = other
        .path()
        .join("mounted")
        .join(&full.id)
        .join("ddgen.db.zst");
    std::fs::write(&there, b"not it").unwrap();
    copy(&yard.shop.local, &full.id, &elsewhere, &control).unwrap();
    yard.shop.verify(&elsewhere, &full.id, &control).unwrap();
    // What is damaged here does not get there.
    let next = yard.full();
    let object = yard.shop.local.root().join(&next.id).join("ddgen.db.zst");
    std::fs::write(object, b"not it").unwrap();
    assert!(copy(&yard.shop.local, &next.id, &elsewhere, &control).is_err());
    assert_eq!(elsewhere.list().unwrap().len(), 1);
}
