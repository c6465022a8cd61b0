use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

use super::super::spot::{drop_first_name, keeps};
use super::*;

struct Ground {
    dir: tempfile::TempDir,
}

impl Ground {
    fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    fn root(&self) -> &Path {
        self.dir.path()
    }

    fn at(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    /// A file as a drop would have seen it.
    fn lay(&self, path: &str, text: &str) -> Meant {
        fs::create_dir_all(self.at(path).parent().unwrap()).unwrap();
        fs::write(self.at(path), text).unwrap();
        self.meant(path, text)
    }

    fn meant(&self, path: &str, text: &str) -> Meant {
        let seen = fs::metadata(self.at(path)).unwrap();
        Meant {
            size: seen.len(),
            mtime_ns: seen.mtime() * 1_000_000_000 + seen.mtime_nsec(),
            inode: seen.ino(),
            blake3: blake3::hash(text.as_bytes()).to_hex().to_string(),
            tag: "0123456789abcdef".to_owned(),
        }
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap()
    }

    fn carry(&self, from: &str, to: &[&str], meant: &Meant) -> Result<PathBuf, CarryError> {
        let to: Vec<PathBuf> = to.iter().map(PathBuf::from).collect();
        carry(self.root(), Path::new(from), &to, meant)
    }

    /// Every file there is, with what is in it.
    fn all(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let mut folders = vec![self.root().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(self.root()).unwrap();
                    let text = fs::read_to_string(&path).unwrap();
                    found.push((name.to_str().unwrap().to_owned(), text));
                }
            }
        }
        found.sort();
        found
    }
}

#[test]
fn a_file_moves_once_and_the_same_call_again_finds_it() {
    let ground = Ground::new();
    let meant = ground.lay("in/a.csv", "x\n1\n");
    for _ in 0..2 {
        let lies = ground
            .carry("in/a.csv", &["quarantine/7/a.csv"], &meant)
            .unwrap();
        assert_eq!(lies, Path::new("quarantine/7/a.csv"));
        let all = [("quarantine/7/a.csv".to_owned(), "x\n1\n".to_owned())];
        assert_eq!(ground.all(), all);
    }
    // And back again.
    ground
        .carry("quarantine/7/a.csv", &["in/a.csv"], &meant)
        .unwrap();
    assert_eq!(
        ground.meant("in/a.csv", "x\n1\n"),
        meant,
        "inode and time as they were"
    );
}

#[test]
fn what_lies_at_the_new_place_stays() {
    let ground = Ground::new();
    let meant = ground.lay("a.csv", "new");
    ground.lay("done/a.csv", "old");
    fs::create_dir(ground.at("done/b.csv")).unwrap();
    for taken in [&["done/a.csv"][..], &["done/a.csv", "done/b.csv"]] {
        let refused = ground.carry("a.csv", taken, &meant).unwrap_err();
        assert!(matches!(refused, CarryError::Taken(_)), "{refused}");
    }
    let lies = ground
        .carry("a.csv", &["done/a.csv", "done/a~1.csv"], &meant)
        .unwrap();
    assert_eq!(lies, Path::new("done/a~1.csv"));
    assert_eq!(ground.read("done/a.csv"), "old");
    assert_eq!(ground.read("done/a~1.csv"), "new");
}

#[test]
fn only_the_very_file_moves_or_goes() {
    let ground = Ground::new();
    let meant = ground.lay("a.csv", "one");
    // Replaced by another of the same length and time.
    fs::write(ground.at("b.csv"), "two").unwrap();
    fs::rename(ground.at("b.csv"), ground.at("a.csv")).unwrap();
    let seen = fs::File::options()
        .write(true)
        .open(ground.at("a.csv"))
        .unwrap();
    let nanos = u64::try_from(meant.mtime_ns).unwrap();
    let when = std::time::UNIX_EPOCH + std::time::Duration::from_nanos(nanos);
    seen.set_modified(when).unwrap();
    let refused = ground.carry("a.csv", &["done/a.csv"], &meant).unwrap_err();
    assert!(matches!(refused, CarryError::Changed(_)), "{refused}");
    let refused = remove(ground.root(), Path::new("a.csv"), &meant).unwrap_err();
    assert!(matches!(refused, CarryError::Changed(_)), "{refused}");
    // The same inode, length and time, and other bytes: nothing tells but reading it.
    let meant = Meant {
        inode: ground.meant("a.csv", "").inode,
        ..meant
    };
    let refused = remove(ground.root(), Path::new("a.csv"), &meant).unwrap_err();
    assert!(matches!(refused, CarryError::Changed(_)), "{refused}");
    assert_eq!(ground.all(), [("a.csv".to_owned(), "two".to_owned())]);
    fs::remove_file(ground.at("a.csv")).unwrap();
    let refused = ground.carry("a.csv", &["done/a.csv"], &meant).unwrap_err();
    assert!(matches!(refused, CarryError::Gone(_)), "{refused}");
}

#[test]
fn a_file_is_removed_also_when_that_was_cut_short() {
    let ground = Ground::new();
    let meant = ground.lay("a.csv", "one");
    remove(ground.root(), Path::new("a.csv"), &meant).unwrap();
    assert_eq!(ground.all(), []);
    let gone = remove(ground.root(), Path::new("a.csv"), &meant).unwrap_err();
    assert!(matches!(gone, CarryError::Gone(_)), "{gone}");
    // Killed between setting it aside and removing it, with the next delivery there already.
    let meant = ground.lay("b.csv", "two");
    fs::rename(ground.at("b.csv"), ground.at(&meant.part())).unwrap();
    ground.lay("b.csv", "three");
    remove(ground.root(), Path::new("b.csv"), &meant).unwrap();
    assert_eq!(ground.all(), [("b.csv".to_owned(), "three".to_owned())]);
}

#[test]
fn no_link_is_followed() {
    let ground = Ground::new();
    let elsewhere = tempfile::tempdir().unwrap();
    let meant = ground.lay("a.csv", "one");
    symlink(elsewhere.path(), ground.at("quarantine")).unwrap();
    let refused = ground
        .carry("a.csv", &["quarantine/7/a.csv"], &meant)
        .unwrap_err();
    assert!(matches!(refused, CarryError::Io { .. }), "{refused}");
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    symlink(ground.at("a.csv"), ground.at("b.csv")).unwrap();
    let refused = ground.carry("b.csv", &["done/a.csv"], &meant).unwrap_err();
    assert!(matches!(refused, CarryError::Changed(_)), "{refused}");
    let outside = ground
        .carry("../a.csv", &["done/a.csv"], &meant)
        .unwrap_err();
    assert!(matches!(outside, CarryError::Io { .. }), "{outside}");
    assert_eq!(ground.read("a.csv"), "one");
}

/// A folder on another file system, where there is one to be had.
fn other_disk(ground: &Ground) -> Option<tempfile::TempDir> {
    let there = tempfile::tempdir_in("/dev/shm").ok()?;
    let here = ground.root().metadata().unwrap().dev();
    (there.path().metadata().unwrap().dev() != here).then_some(there)
}

#[test]
fn across_file_systems_it_is_copied_and_then_taken_away() {
    let ground = Ground::new();
    let Some(there) = other_disk(&ground) else {
        eprintln!("skipped: no second file system");
        return;
    };
    let meant = ground.lay("a.csv", "one");
    let spot = |root: &Path, path: &str, make| {
        Spot::find(&open_root(root).unwrap(), root, Path::new(path), make).unwrap()
    };
    let source = spot(ground.root(), "a.csv", Make::No);
    let target = spot(there.path(), "q/a.csv", Make::Folders);
    // Killed behind the copy: both are there.
    source.copy_to(&target, &meant).unwrap();
    assert_eq!(ground.read("a.csv"), "one");
    source.move_to(&target, &meant).unwrap();
    assert_eq!(ground.all(), []);
    let lies = there.path().join("q/a.csv");
    assert_eq!(fs::read_to_string(&lies).unwrap(), "one");
    let seen = lies.metadata().unwrap();
    assert_eq!(
        seen.mtime() * 1_000_000_000 + seen.mtime_nsec(),
        meant.mtime_ns
    );
    // In one go, to a name that is free.
    let meant = ground.lay("b.csv", "two");
    let source = spot(ground.root(), "b.csv", Make::No);
    source
        .move_to(&spot(there.path(), "q/b.csv", Make::Folders), &meant)
        .unwrap();
    assert_eq!(ground.all(), []);
    assert_eq!(
        fs::read_to_string(there.path().join("q/b.csv")).unwrap(),
        "two"
    );
    // What was written to meanwhile is not the bytes that are meant.
    let meant = Meant {
        blake3: meant.blake3,
        ..ground.lay("c.csv", "six")
    };
    let source = spot(ground.root(), "c.csv", Make::No);
    let refused = source.move_to(&spot(there.path(), "q/c.csv", Make::Folders), &meant);
    assert!(matches!(refused, Err(CarryError::Changed(_))));
    assert_eq!(ground.all(), [("c.csv".to_owned(), "six".to_owned())]);
    assert!(!there.path().join("q/c.csv").exists());
}

#[test]
fn without_names_that_must_be_new_what_was_renamed_into_place_stays() {
    let ground = Ground::new();
    let spot = |path: &str| {
        let top = open_root(ground.root()).unwrap();
        Spot::find(&top, ground.root(), Path::new(path), Make::Folders).unwrap()
    };
    let (from, to) = (spot("a.csv"), spot("done/a.csv"));
    let old = ("done/a.csv".to_owned(), "old".to_owned());
    ground.lay("a.csv", "old");
    fs::hard_link(ground.at("a.csv"), ground.at("done/a.csv")).unwrap();
    drop_first_name(&from, &to).unwrap();
    assert_eq!(ground.all(), std::slice::from_ref(&old));
    ground.lay("a.csv", "new");
    drop_first_name(&from, &to).unwrap();
    assert_eq!(ground.all(), [("a.csv".to_owned(), "new".to_owned()), old]);
}

#[test]
fn a_sticky_folder_keeps_the_files_of_others() {
    let ground = Ground::new();
    ground.lay("in/a.csv", "one");
    let mine = fs::metadata(ground.at("in")).unwrap().uid();
    let keeps = |mode, me| {
        fs::set_permissions(ground.at("in"), fs::Permissions::from_mode(mode)).unwrap();
        let stat = |path| rustix::fs::stat(ground.at(path)).unwrap();
        keeps(
            &stat("in"),
            &stat("in/a.csv"),
            rustix::process::Uid::from_raw(me),
        )
    };
    assert!(keeps(0o1777, mine + 1));
    assert!(!keeps(0o1777, mine) && !keeps(0o777, mine + 1));
}
