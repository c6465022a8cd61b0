//! The client at the other end of a real SSH connection.

use harness::{Accounts, Daemon, Place, Plan, Sshd, Terminal, skip, until};

struct Home {
    sshd: Sshd,
    _daemon: Daemon,
    place: Place,
    owner: String,
    member: String,
    stranger: String,
    _accounts: Accounts,
}

impl Home {
    /// A daemon of the account `owner` with one dictionary, shared with a group or not.
    fn new(shared: bool) -> Result<Self, &'static str> {
        let mut accounts = Accounts::new()?;
        let place = Place::new();
        let sshd = Sshd::start(&place)?;
        let group = accounts.group("team");
        let owner = accounts.user("owner", place.path(), &[&group]);
        let member = accounts.user("member", place.path(), &[&group]);
        let stranger = accounts.user("stranger", place.path(), &[]);
        place.share(&owner);
        let mut plan = Plan::default().with_account(&owner);
        if shared {
            plan = plan.with_argument("--socket-access").with_argument("group");
            plan.settings = Some(format!(
                "[socket]\ngroup = \"{group}\"\n[[watch]]\nname = \"drop\"\npath = \"{}\"\n",
                place.drop_dir().display()
            ));
        }
        let daemon = Daemon::start_as(&place, &plan);
        place.drop_file("sales.csv", "id,city\n1,Wien\n2,Graz\n");
        Ok(Self {
            sshd,
            _daemon: daemon,
            place,
            owner,
            member,
            stranger,
            _accounts: accounts,
        })
    }

    fn log_in(&self, account: &str, program: &str) -> Terminal {
        let run = self.place.runtime_dir();
        let program = self.place.shared_binary(program);
        let command = format!(
            "env DDGEN_RUNTIME_DIR={} {}",
            run.display(),
            program.display()
        );
        let words = self.sshd.arguments(self.sshd.port(), account, &command);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        Terminal::start(&self.place, "ssh", &words, (80, 24), &[])
    }

    /// Sees the dictionary and its fields, and leaves.
    fn reads(&self, account: &str) {
        let mut terminal = self.log_in(account, "ddgen-tui");
        terminal.wait_until("the dictionary", |screen| {
            screen.contains("sales") && screen.contains("1/1")
        });
        terminal.send("\r");
        terminal.wait_until("its fields", |screen| {
            screen.contains("id") && screen.contains("city") && screen.contains("1/2")
        });
        terminal.send("q");
        assert_eq!(terminal.ended(), 0, "{}", self.sshd.log());
        assert_eq!(terminal.held(), [""; 0]);
    }
}

#[test]
fn a_private_daemon_is_read_over_ssh_by_its_owner_alone() {
    let home = match Home::new(false) {
        Ok(home) => home,
        Err(because) => return skip("a private daemon over ssh", because),
    };
    home.reads(&home.owner);
    for account in [&home.member, &home.stranger] {
        let mut terminal = home.log_in(account, "ddgen-tui");
        let screen = terminal.wait_for_words("may not be opened by this account");
        assert!(!screen.contains("sales"), "{screen}");
        terminal.send("q");
        assert_eq!(terminal.ended(), 0);
        let mut terminal = home.log_in(account, "ddgend status");
        terminal.wait_for_words("may not be opened by this account");
        assert_eq!(terminal.ended(), 3);
    }
}

#[test]
fn a_group_reads_one_daemon_over_ssh_and_a_stranger_reads_why_not() {
    let home = match Home::new(true) {
        Ok(home) => home,
        Err(because) => return skip("a group over ssh", because),
    };
    home.reads(&home.owner);
    home.reads(&home.member);
    let mut terminal = home.log_in(&home.stranger, "ddgen-tui");
    let screen = terminal.wait_for_words("members of its group");
    assert!(!screen.contains("sales"), "{screen}");
    terminal.send("q");
    assert_eq!(terminal.ended(), 0);
}

#[test]
fn a_connection_that_breaks_leaves_no_client_behind() {
    let home = match Home::new(false) {
        Ok(home) => home,
        Err(because) => return skip("a broken ssh connection", because),
    };
    let terminal = home.log_in(&home.owner, "ddgen-tui");
    terminal.wait_for("1/1");
    let client = home.place.shared_binary("ddgen-tui");
    assert_eq!(running(&client), 1);
    drop(terminal);
    until("the client ends", || (running(&client) == 0).then_some(()));
}

/// Processes of this binary.
fn running(program: &std::path::Path) -> usize {
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    all.filter(|entry| {
        let program_of = std::fs::read_link(entry.path().join("exe"));
        program_of.is_ok_and(|found| found == program)
    })
    .count()
}
