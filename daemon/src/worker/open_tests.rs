use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, symlink};
use std::os::unix::net::UnixListener;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

/// Both ways must judge alike: the kernel's walk, and ours for kernels without it.
const WAYS: [(&str, Look); 2] = [
    ("openat2", look_at_once),
    ("step by step", |_, _| Err(Errno::NOSYS)),
];

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("a/b")).unwrap();
    fs::write(folder.path().join("a/b/x.csv"), "id\n1\n").unwrap();
    fs::write(folder.path().join("top.csv"), "id\n1\n2\n").unwrap();
    folder
}

#[test]
fn a_regular_file_opens_with_what_it_was() {
    let folder = folder();
    for (way, look) in WAYS {
        for (path, content) in [("a/b/x.csv", "id\n1\n"), ("top.csv", "id\n1\n2\n")] {
            let mut opened = open_with(folder.path(), Path::new(path), look).unwrap();
            let meta = fs::metadata(folder.path().join(path)).unwrap();
            assert_eq!(opened.size, content.len() as u64, "{way}");
            assert_eq!(opened.inode, meta.ino());
            assert_eq!(
                opened.mtime_ns,
                meta.mtime() * 1_000_000_000 + meta.mtime_nsec()
            );
            let mut text = String::new();
            opened.file.read_to_string(&mut text).unwrap();
            assert_eq!(text, content);
            let flags = rustix::io::fcntl_getfd(&opened.file).unwrap();
            assert!(flags.contains(rustix::io::FdFlags::CLOEXEC));
        }
    }
}

#[test]
fn what_is_no_regular_file_is_refused_in_words() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    symlink(at("top.csv"), at("link.csv")).unwrap();
    symlink("/nowhere", at("a/dangling.csv")).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, at("pipe.csv"), Mode::RWXU).unwrap();
    let _socket = UnixListener::bind(at("socket.csv")).unwrap();
    let cases = [
        ("link.csv", "a symbolic link"),
        ("a/dangling.csv", "a symbolic link"),
        ("pipe.csv", "a pipe"),
        ("socket.csv", "a socket"),
        ("a", "a folder"),
    ];
    for (way, look) in WAYS {
        for (path, expected) in cases {
            match open_with(folder.path(), Path::new(path), look) {
                Err(OpenError::NotAFile { what, path: full }) => {
                    assert_eq!((what, full), (expected, at(path)), "{way}");
                }
                other => panic!("{way}: {path}: {other:?}"),
            }
        }
        let device = open_with(Path::new("/dev"), Path::new("null"), look);
        assert!(
            matches!(
                device,
                Err(OpenError::NotAFile {
                    what: "a device",
                    ..
                })
            ),
            "{way}"
        );
    }
}

#[test]
fn the_writer_of_a_pipe_is_not_woken() {
    let folder = folder();
    let path = folder.path().join("pipe.csv");
    rustix::fs::mkfifoat(rustix::fs::CWD, &path, Mode::RWXU).unwrap();
    assert!(open_beneath(folder.path(), Path::new("pipe.csv")).is_err());
    // With a reader there, even for a moment ago, this would have been a writer's end once.
    let writer = OFlags::WRONLY | OFlags::NONBLOCK;
    assert_eq!(
        rustix::fs::open(&path, writer, Mode::empty()).unwrap_err(),
        Errno::NXIO
    );
}

#[test]
fn nothing_behind_a_link_or_outside_is_reached() {
    let outside = folder();
    let folder = folder();
    symlink(outside.path(), folder.path().join("way")).unwrap();
    symlink("a", folder.path().join("inner")).unwrap();
    for (way, look) in WAYS {
        for path in ["way/top.csv", "inner/b/x.csv", "way/a/b/x.csv"] {
            let refused = open_with(folder.path(), Path::new(path), look);
            assert!(
                matches!(refused, Err(OpenError::BehindLink { .. })),
                "{way}: {refused:?}"
            );
        }
        for path in ["../top.csv", "a/../top.csv", "/etc/passwd", "", ".", ".."] {
            let refused = open_with(folder.path(), Path::new(path), look);
            assert!(
                matches!(refused, Err(OpenError::Outside { .. })),
                "{way}: {path}"
            );
        }
    }
}

#[test]
fn a_missing_file_is_gone_but_a_missing_root_is_trouble() {
    let folder = folder();
    for (way, look) in WAYS {
        for path in ["no.csv", "no/x.csv", "top.csv/x.csv"] {
            let gone = open_with(folder.path(), Path::new(path), look);
            assert!(
                matches!(gone, Err(OpenError::Gone { .. })),
                "{way}: {path}: {gone:?}"
            );
        }
        let unmounted = open_with(&folder.path().join("mount"), Path::new("top.csv"), look);
        assert!(matches!(unmounted, Err(OpenError::Io { .. })), "{way}");
    }
}

#[test]
fn a_root_that_is_a_link_is_the_operators_choice() {
    let folder = folder();
    let link = tempfile::tempdir().unwrap();
    let root = link.path().join("drop");
    symlink(folder.path(), &root).unwrap();
    assert_eq!(open_beneath(&root, Path::new("top.csv")).unwrap().size, 7);
}

#[test]
fn a_change_after_opening_is_noticed() {
    let folder = folder();
    let path = folder.path().join("top.csv");
    let opened = open_beneath(folder.path(), Path::new("top.csv")).unwrap();
    assert!(unchanged(&opened).unwrap());
    fs::OpenOptions::new()
        .append(true)
        .open(&path)
        .unwrap()
        .write_all(b"3\n")
        .unwrap();
    assert!(!unchanged(&opened).unwrap());

    let opened = open_beneath(folder.path(), Path::new("top.csv")).unwrap();
    let other_time = std::time::UNIX_EPOCH + std::time::Duration::from_nanos(1_000_000_007);
    fs::File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_modified(other_time)
        .unwrap();
    assert!(!unchanged(&opened).unwrap());
    assert_eq!(
        open_beneath(folder.path(), Path::new("top.csv"))
            .unwrap()
            .mtime_ns,
        1_000_000_007
    );
}

proptest! {
    #[test]
    fn no_path_leads_out(parts in prop::collection::vec("(\\.\\.|\\.|a|b|way|/|x\\.csv)", 0..6)) {
        let outside = tempfile::tempdir().unwrap();
        fs::create_dir_all(outside.path().join("a/b")).unwrap();
        fs::write(outside.path().join("x.csv"), "secret").unwrap();
        fs::write(outside.path().join("a/b/x.csv"), "secret").unwrap();
        let root = outside.path().join("root");
        fs::create_dir_all(root.join("a/b")).unwrap();
        fs::write(root.join("a/b/x.csv"), "ours").unwrap();
        symlink(outside.path(), root.join("way")).unwrap();
        let path = PathBuf::from(parts.join("/"));
        for (way, look) in WAYS {
            if let Ok(mut opened) = open_with(&root, &path, look) {
                let mut text = String::new();
                opened.file.read_to_string(&mut text).unwrap();
                prop_assert_eq!(text, "ours", "{} {:?}", way, &path);
            }
        }
    }
}
