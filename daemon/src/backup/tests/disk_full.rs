use std::process::Command;

use ddgen_ops::backup::BackupError;

use super::*;

/// A small disk of its own; gone when dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// None where this process may not mount.
    fn mount(at: &Path, size: &str) -> Option<Self> {
        std::fs::create_dir_all(at).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(at)
            .output();
        let mounted = mounted.is_ok_and(|output| output.status.success());
        mounted.then(|| Self(at.to_path_buf()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[tokio::test]
async fn a_full_place_is_said_leaves_no_backup_and_spares_the_store() {
    let yard = Yard::new(None);
    yard.fill(0, 3_000).await;
    let Some(disk) = SmallDisk::mount(&yard.dir.path().join("backups"), "34m") else {
        eprintln!("SKIPPED a_full_place_is_said: mounting a small disk needs root");
        return;
    };
    let good = yard.full();
    // Beyond what is asked for before: it runs full while it is written.
    let filler = disk.0.join("filler");
    let fill = |left: u64| {
        let stat = rustix::fs::statvfs(&disk.0).unwrap();
        let free = stat.f_bavail * stat.f_frsize;
        std::fs::write(&filler, vec![0; usize::try_from(free - left).unwrap()]).unwrap();
    };
    fill(64 << 10);
    let error = yard
        .shop
        .full(Why::Schedule, &Control::default())
        .unwrap_err();
    assert!(matches!(error, BackupError::NoSpace { .. }), "{error}");
    let found = yard.shop.local.list().unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    yard.fill(3_000, 1).await;
    yard.verify(&good);
    // With space again the next one comes by itself to its end.
    std::fs::remove_file(&filler).unwrap();
    let again = yard.full();
    assert_eq!(count(&yard.restored(&again)), 3_001);
}
