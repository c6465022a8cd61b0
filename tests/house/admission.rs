//! Who comes in through the socket, and what the others read.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use harness::{Accounts, Daemon, Place, Plan, Terminal, ddgend_as, skip, through, until};

/// The client as another account.
fn client(place: &Place, account: &str) -> Terminal {
    let through = through(account);
    let client = place.shared_binary("ddgen-tui").display().to_string();
    let mut words: Vec<&str> = through[1..].iter().map(String::as_str).collect();
    words.push(&client);
    Terminal::start(place, &through[0], &words, (120, 40), &[])
}

/// Mode and group of the socket's two folders and of the socket.
fn modes(place: &Place) -> Vec<(u32, u32)> {
    ["", "v1", "v1/ddgend.sock"]
        .iter()
        .map(|below| {
            let found = fs::metadata(place.runtime_dir().join(below)).unwrap();
            (found.permissions().mode() & 0o7777, found.gid())
        })
        .collect()
}

fn group_number(name: &str) -> u32 {
    let groups = fs::read_to_string("/etc/group").unwrap();
    let line = groups
        .lines()
        .find(|line| line.starts_with(&format!("{name}:")));
    line.unwrap().split(':').nth(2).unwrap().parse().unwrap()
}

#[test]
fn a_private_daemon_serves_its_own_account_and_tells_the_others_why_not() {
    let mut accounts = match Accounts::new() {
        Ok(accounts) => accounts,
        Err(because) => return skip("a private daemon refuses others", because),
    };
    let place = Place::new();
    let owner = accounts.user("owner", place.path(), &[]);
    let stranger = accounts.user("stranger", place.path(), &[]);
    place.share(&owner);
    let _daemon = Daemon::start_as(&place, &Plan::default().with_account(&owner));
    let modes: Vec<u32> = modes(&place).iter().map(|(mode, _)| *mode).collect();
    assert_eq!(modes, [0o700, 0o700, 0o600]);
    let data = fs::metadata(place.data_dir()).unwrap();
    assert_eq!(data.permissions().mode() & 0o777, 0o700);

    place.drop_file("sales.csv", "id,city\n1,Wien\n");
    until("the owner's dictionary", || {
        let list = ddgend_as(&place, &owner, ["list", "--format", "json"]).json();
        (list[0]["name"] == "sales").then_some(())
    });

    // The stranger does not get as far as the socket.
    let refused = ddgend_as(&place, &stranger, ["status", "--format", "json"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (3, ""));
    for word in ["v1/ddgend.sock", "its own account", "ask its operator"] {
        assert!(refused.stderr.contains(word), "{}", refused.stderr);
    }
    let screen = client(&place, &stranger).wait_for_words("may not be opened by this account");
    assert!(!screen.contains("sales"), "{screen}");

    // Root is held back by no mode, so it is the daemon that refuses it.
    let refused = place.run(&["list"]);
    assert_eq!(refused.code, 3, "{refused:?}");
    let words = format!("private to `{owner}` and you are `root`");
    assert!(refused.stderr.contains(&words), "{}", refused.stderr);
    assert!(refused.stderr.contains("access = \"group\""));
    client(&place, "root").wait_for_words(&words);
    assert!(Daemon::log(&place).contains("turned away"));
    // Modes that somebody widened let nobody in either.
    for (below, mode) in [("", 0o755), ("v1", 0o755), ("v1/ddgend.sock", 0o666)] {
        let path = place.runtime_dir().join(below);
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
    let refused = ddgend_as(&place, &stranger, ["list"]);
    assert_eq!(refused.code, 3, "{refused:?}");
    let words = format!("private to `{owner}` and you are `{stranger}`");
    assert!(refused.stderr.contains(&words), "{}", refused.stderr);
}

#[test]
fn a_group_shares_a_daemon_that_knows_its_members_by_name() {
    let mut accounts = match Accounts::new() {
        Ok(accounts) => accounts,
        Err(because) => return skip("a group shares a daemon", because),
    };
    let place = Place::new();
    let group = accounts.group("team");
    let owner = accounts.user("owner", place.path(), &[&group]);
    let member = accounts.user("member", place.path(), &[&group]);
    let stranger = accounts.user("stranger", place.path(), &[]);
    place.share(&owner);
    let mut plan = Plan::default()
        .with_account(&owner)
        .with_argument("--socket-access")
        .with_argument("group");
    plan.settings = Some(format!(
        "[socket]\ngroup = \"{group}\"\n[[watch]]\nname = \"drop\"\npath = \"{}\"\n",
        place.drop_dir().display()
    ));
    let _daemon = Daemon::start_as(&place, &plan);
    let gid = group_number(&group);
    assert_eq!(modes(&place), [(0o750, gid), (0o750, gid), (0o660, gid)]);

    place.drop_file("sales.csv", "id,city\n1,Wien\n");
    client(&place, &member).wait_for("sales");
    let file = place.path().join("by_hand.csv");
    fs::write(&file, "id\n1\n2\n").unwrap();
    let ingest = ["ingest", file.to_str().unwrap(), "--format", "json"];
    let drop = ddgend_as(&place, &member, ingest).json();
    assert_eq!(drop["state"], "done");
    let log = Daemon::log(&place);
    let line = log.lines().find(|line| line.contains("by command"));
    assert!(line.unwrap().contains(&format!("peer={member}")), "{log}");

    // Outside the group: no way to the socket, and where somebody opened the way, the daemon's no.
    let refused = ddgend_as(&place, &stranger, ["status"]);
    assert_eq!(refused.code, 3);
    assert!(
        refused.stderr.contains("members of its group"),
        "{}",
        refused.stderr
    );
    client(&place, &stranger).wait_for_words("may not be opened by this account");
    for (below, mode) in [("", 0o755), ("v1", 0o755), ("v1/ddgend.sock", 0o666)] {
        let path = place.runtime_dir().join(below);
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
    let refused = ddgend_as(&place, &stranger, ["list"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (3, ""));
    let words = format!("`{stranger}` is in none of the groups this daemon serves ({group})");
    assert!(refused.stderr.contains(&words), "{}", refused.stderr);
    client(&place, &stranger).wait_for_words(&words);
}

#[test]
fn a_group_that_does_not_exist_is_said_before_anything_opens() {
    let place = Place::new();
    let mut plan = Plan::default()
        .with_argument("--socket-access")
        .with_argument("group");
    plan.settings = Some(format!(
        "[socket]\ngroup = \"nobody-has-this-group\"\n[[watch]]\npath = \"{}\"\n",
        place.drop_dir().display()
    ));
    let status = Daemon::spawn(&place, &plan).wait().unwrap();
    assert_eq!(status.code(), Some(1));
    let log = Daemon::log(&place);
    assert!(log.contains("nobody-has-this-group"), "{log}");
    assert!(!place.runtime_dir().join("v1/ddgend.sock").exists());
}
