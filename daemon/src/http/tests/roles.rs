//! A verb needs the same role at both doors.

use ddgen_ipc::message::{BackupCall, QuarantineCall, Request};

use super::super::routes::table::operations;
use crate::socket::needs;

#[test]
fn a_verb_needs_the_same_role_on_the_socket_and_over_http() {
    let name = || "a".to_owned();
    let version = None;
    let verbs = [
        ("list", Request::List),
        (
            "show",
            Request::Show {
                name: name(),
                version,
            },
        ),
        ("versions", Request::Versions { name: name() }),
        (
            "field",
            Request::Field {
                name: name(),
                version,
                path: name(),
            },
        ),
        (
            "diff",
            Request::Diff {
                name: name(),
                from: None,
                to: None,
            },
        ),
        (
            "drops",
            Request::Drops {
                state: None,
                before: None,
                limit: 1,
            },
        ),
        ("events", Request::Subscribe),
        ("upload", Request::Ingest { path: name() }),
        (
            "describe",
            Request::Annotate {
                name: name(),
                edits: Vec::new(),
            },
        ),
        ("quarantine", Request::Quarantine(QuarantineCall::List)),
        (
            "release",
            Request::Quarantine(QuarantineCall::Release { drop: name() }),
        ),
        (
            "accept",
            Request::Quarantine(QuarantineCall::Accept { drop: name() }),
        ),
        ("backups", Request::Backup(BackupCall::List)),
        ("backup now", Request::Backup(BackupCall::Now)),
    ];
    for (verb, request) in verbs {
        let mut all = operations();
        let operation = all.find(|it| it.name == verb).expect(verb);
        assert_eq!(operation.needs, Some(needs(&request)), "{verb}");
    }
}

/// What writes is never open to those who only read, and what everybody may ask is for monitors.
#[test]
fn whoever_only_reads_changes_nothing() {
    use ddgen_ipc::hello::Role;
    for operation in operations() {
        if operation.method != "GET" {
            assert!(operation.needs >= Some(Role::Editor), "{}", operation.name);
        }
        let is_api = operation.path.starts_with("/api/v1/");
        assert_eq!(operation.needs.is_some(), is_api, "{}", operation.path);
    }
}
