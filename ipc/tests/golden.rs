//! Yesterday's bytes: what goes over the wire must not change within a protocol number. The bytes
//! were worked out by hand from bincode's specification: enum variants and integers as varints
//! (one byte below 251), signed integers zigzag, strings with their length, options with 0 or 1.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use ddgen_ipc::Timestamp;
use ddgen_ipc::codec::{decode, encode};
use ddgen_ipc::message::{
    AlertCall, AlertRow, AlertSeverity, AlertState, Answer, Aspect, BackupCall, BreachRow, Call,
    CoverageRow, DropState, Edit, Event, EventFrame, FindingRow, Found, FromDaemon, ImportCell,
    ImportOutcome, ImportedCell, KeyRow, Keys, OnConflict, QuarantineCall, QuarantineRow,
    QuarantineState, Reading, Refusal, RefusalKind, RenameCall, RenameRow, RenameState, Reply,
    Request, Retry, Scope, UpkeepCall, Verdict,
};
use ddgen_ipc::message::{ReshapeCall, SplitBy};

fn pinned<T>(message: &T, bytes: &[u8])
where
    T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    assert_eq!(encode(message).unwrap(), bytes, "{message:?}");
    assert_eq!(&decode::<T>(bytes).unwrap(), message);
}

#[test]
fn calls() {
    let call = |id, request| Call { id, request };
    pinned(&call(1, Request::Status), &[1, 0]);
    pinned(&call(250, Request::List), &[250, 1]);
    // 251 and up take a marker and two bytes.
    pinned(
        &call(
            251,
            Request::Show {
                name: "a".into(),
                version: Some(2),
            },
        ),
        &[251, 251, 0, 2, 1, b'a', 1, 2],
    );
    pinned(
        &call(3, Request::Versions { name: "a".into() }),
        &[3, 3, 1, b'a'],
    );
    let fields = Request::Fields {
        name: "a".into(),
        version: None,
        offset: 7,
        limit: 500,
    };
    pinned(&call(4, fields), &[4, 4, 1, b'a', 0, 7, 251, 0xF4, 0x01]);
    let field = Request::Field {
        name: "a".into(),
        version: None,
        path: "b".into(),
    };
    pinned(&call(5, field), &[5, 5, 1, b'a', 0, 1, b'b']);
    let drops = Request::Drops {
        state: Some(DropState::Parked),
        before: None,
        limit: 9,
    };
    pinned(&call(6, drops), &[6, 6, 1, 5, 0, 9]);
    pinned(&call(7, Request::Retry(Retry::All)), &[7, 7, 0]);
    pinned(
        &call(8, Request::Retry(Retry::One("x".into()))),
        &[8, 7, 1, 1, b'x'],
    );
    pinned(
        &call(9, Request::Ingest { path: "/f".into() }),
        &[9, 8, 2, b'/', b'f'],
    );
    pinned(&call(10, Request::Subscribe), &[10, 9]);
    let diff = Request::Diff {
        name: "a".into(),
        from: Some(1),
        to: None,
    };
    pinned(&call(11, diff), &[11, 10, 1, b'a', 1, 1, 0]);
    let annotations = Request::Annotations { name: "a".into() };
    pinned(&call(12, annotations), &[12, 11, 1, b'a']);
    let history = Request::History {
        name: "a".into(),
        field: Some("b".into()),
        aspect: Aspect::Tags,
    };
    pinned(&call(13, history), &[13, 12, 1, b'a', 1, 1, b'b', 3]);
    let edit = Edit {
        field: None,
        aspect: Aspect::Owner,
        value: "c".into(),
        expects: Some(0),
    };
    let annotate = Request::Annotate {
        name: "a".into(),
        edits: vec![edit],
    };
    pinned(
        &call(14, annotate),
        &[14, 13, 1, b'a', 1, 0, 2, 1, b'c', 1, 0],
    );
    let elsewhere = Request::Backup(BackupCall::Elsewhere);
    pinned(&call(15, elsewhere), &[15, 14, 4]);
    let create = Keys::Create {
        name: "a".into(),
        scope: Scope::Write,
        expires_in: Some(60),
    };
    for (keys, bytes) in [
        (create, vec![16, 15, 0, 1, b'a', 1, 1, 60]),
        (Keys::List, vec![16, 15, 1]),
        (
            Keys::Rotate {
                id: "b".into(),
                overlap: 0,
            },
            vec![16, 15, 2, 1, b'b', 0],
        ),
        (Keys::Revoke { id: "b".into() }, vec![16, 15, 3, 1, b'b']),
    ] {
        pinned(&call(16, Request::Keys(keys)), &bytes);
    }
    pinned(&call(21, Request::Readings), &[21, 20]);
}

#[test]
fn calls_about_renames() {
    let call = |id, request| Call { id, request };
    let renames = Request::Renames { name: "a".into() };
    pinned(&call(17, renames), &[17, 16, 1, b'a']);
    let rename = RenameCall {
        from: None,
        to: "b".into(),
    };
    let accept = Request::Accept {
        name: "a".into(),
        renames: vec![rename.clone()],
    };
    pinned(&call(18, accept), &[18, 17, 1, b'a', 1, 0, 1, b'b']);
    let refuse = Request::Refuse {
        name: "a".into(),
        renames: vec![RenameCall {
            from: Some("c".into()),
            ..rename
        }],
    };
    pinned(
        &call(19, refuse),
        &[19, 18, 1, b'a', 1, 1, 1, b'c', 1, b'b'],
    );
}

#[test]
fn calls_about_contracts() {
    let call = |id, request| Call { id, request };
    let contract = Request::Contract { name: "a".into() };
    pinned(&call(20, contract), &[20, 25, 1, b'a']);
    let set = Request::SetContract {
        name: "a".into(),
        text: "b".into(),
    };
    pinned(&call(21, set), &[21, 26, 1, b'a', 1, b'b']);
}

#[test]
fn events_about_versions() {
    let event = |event| FromDaemon::Event(EventFrame { seq: 9, event });
    let finding = FindingRow {
        field: None,
        source: "s".into(),
        code: "c".into(),
        severity: "w".into(),
        message: "m".into(),
    };
    let judged = Event::Judged {
        dictionary: "d".into(),
        version: 2,
        findings: vec![finding],
    };
    let words = [1, b's', 1, b'c', 1, b'w', 1, b'm'];
    pinned(
        &event(judged),
        &[&[1, 9, 9, 1, b'd', 2, 1, 0][..], &words].concat(),
    );
}

#[test]
fn answers_and_events() {
    let answer = |result| {
        FromDaemon::Answer(Answer {
            id: 1,
            more: true,
            result,
        })
    };
    pinned(
        &answer(Ok(Reply::Json(vec![0x7B, 0x7D]))),
        &[0, 1, 1, 0, 2, 2, 0x7B, 0x7D],
    );
    pinned(&answer(Ok(Reply::Retried(3))), &[0, 1, 1, 0, 6, 3]);
    pinned(
        &answer(Ok(Reply::Working { bytes: 1, total: 2 })),
        &[0, 1, 1, 0, 7, 1, 2],
    );
    pinned(
        &answer(Ok(Reply::Subscribed { next: 5 })),
        &[0, 1, 1, 0, 9, 5],
    );
    let row = KeyRow {
        id: "b".into(),
        name: "a".into(),
        scope: Scope::Admin,
        created_at: Timestamp(1),
        created_by: "c".into(),
        expires_at: None,
        last_used_at: Some(Timestamp(2)),
        last_used_from: Some("d".into()),
        revoked_at: None,
    };
    let bytes = [1, b'b', 1, b'a', 2, 2, 1, b'c', 0, 1, 4, 1, 1, b'd', 0];
    let keys = answer(Ok(Reply::Keys(vec![row.clone()])));
    pinned(&keys, &[&[0, 1, 1, 0, 15, 1][..], &bytes].concat());
    let key = "k".to_owned();
    let made = answer(Ok(Reply::NewKey { key, row }));
    pinned(&made, &[&[0, 1, 1, 0, 16, 1, b'k'][..], &bytes].concat());
    let rename = RenameRow {
        version: 2,
        from: "a".into(),
        to: "b".into(),
        score: 0.5,
        because: "c".into(),
        state: RenameState::Proposed,
        author: None,
        decided_at: Timestamp(1),
    };
    let half = [0, 0, 0, 0, 0, 0, 0xE0, 0x3F];
    pinned(
        &answer(Ok(Reply::Renames(vec![rename]))),
        &[
            &[0, 1, 1, 0, 17, 1, 2, 1, b'a', 1, b'b'],
            &half[..],
            &[1, b'c', 1, 0, 2],
        ]
        .concat(),
    );
    let reading = Reading {
        at: Timestamp(1),
        elapsed_ms: 2,
        cpu_ms: 3,
        drops: 4,
        memory: 5,
        disk_permille: Some(6),
        queued: 7,
    };
    pinned(
        &answer(Ok(Reply::Readings(vec![reading]))),
        &[0, 1, 1, 0, 19, 1, 2, 2, 3, 4, 5, 1, 6, 7],
    );
    let refusal = Refusal::new(RefusalKind::Denied, "no");
    pinned(&answer(Err(refusal)), &[0, 1, 1, 1, 2, 2, b'n', b'o']);
    let event = |event| FromDaemon::Event(EventFrame { seq: 9, event });
    let progress = Event::Progress {
        id: "d".into(),
        bytes: 1,
        total: 2,
    };
    pinned(&event(progress), &[1, 9, 1, 1, b'd', 1, 2]);
    let verdict = Event::Verdict {
        verdict: Verdict::Degraded,
        because: "x".into(),
    };
    pinned(&event(verdict), &[1, 9, 3, 1, 1, b'x']);
    pinned(&event(Event::Resync), &[1, 9, 4]);
    pinned(&event(Event::Stopping), &[1, 9, 5]);
    pinned(
        &event(Event::Reading(reading)),
        &[1, 9, 7, 2, 2, 3, 4, 5, 1, 6, 7],
    );
}

#[test]
fn alerts() {
    let call = |id, request| Call { id, request };
    pinned(&call(15, Request::Alerts(AlertCall::List)), &[15, 21, 0]);
    let silence = AlertCall::Silence {
        alert: "a".into(),
        until: Timestamp(1),
        because: None,
    };
    pinned(
        &call(16, Request::Alerts(silence)),
        &[16, 21, 2, 1, b'a', 2, 0],
    );
    let alert = AlertRow {
        id: 1,
        alert: "a".into(),
        rule: "a".into(),
        subject: "a".into(),
        severity: AlertSeverity::Critical,
        state: AlertState::Raised,
        because: "b".into(),
        count: 0,
        since: Timestamp(1),
        raised_at: Some(Timestamp(1)),
        cleared_at: None,
        acknowledged_by: None,
        acknowledged_at: None,
        note: None,
        silenced_until: None,
    };
    let event = Event::Alert(Box::new(alert));
    pinned(
        &FromDaemon::Event(EventFrame { seq: 9, event }),
        &[
            1, 9, 8, 1, 1, b'a', 1, b'a', 1, b'a', 2, 1, 1, b'b', 0, 2, 1, 2, 0, 0, 0, 0, 0,
        ],
    );
}

#[test]
fn upkeep() {
    let call = |request| Call { id: 1, request };
    let run = UpkeepCall::Run { name: "a".into() };
    pinned(&call(Request::Upkeep(run)), &[1, 24, 1, 1, b'a']);
    pinned(&call(Request::Upkeep(UpkeepCall::Resume)), &[1, 24, 3]);
}

#[test]
fn quarantine() {
    let call = |call| Call {
        id: 1,
        request: Request::Quarantine(call),
    };
    pinned(&call(QuarantineCall::List), &[1, 27, 0]);
    let release = QuarantineCall::Release { drop: "a".into() };
    pinned(&call(release), &[1, 27, 1, 1, b'a']);
    let breach = BreachRow {
        field: Some("f".into()),
        rule: "r".into(),
        count: Some(2),
        first_record: None,
        example: None,
        message: "m".into(),
    };
    let row = QuarantineRow {
        id: "a".into(),
        watch: "b".into(),
        path: "c".into(),
        lies: "d".into(),
        size: 3,
        arrived_at: Timestamp(1),
        quarantined_at: Timestamp(2),
        dictionary: "e".into(),
        contract: "g".into(),
        state: QuarantineState::Deciding,
        problem: None,
        decided_by: Some("h".into()),
        breaches: vec![breach],
        more_breaches: 4,
    };
    let answer = FromDaemon::Answer(Answer {
        id: 1,
        more: false,
        result: Ok(Reply::Quarantine(vec![row])),
    });
    let head = [
        0, 1, 0, 0, 24, 1, 1, b'a', 1, b'b', 1, b'c', 1, b'd', 3, 2, 4,
    ];
    let rest = [1, b'e', 1, b'g', 2, 0, 1, 1, b'h', 1];
    let breach = [1, 1, b'f', 1, b'r', 1, 2, 0, 0, 1, b'm', 4];
    pinned(&answer, &[&head[..], &rest, &breach].concat());
}

#[test]
fn moments_are_zigzag_on_the_wire_and_rfc_3339_on_paper() {
    pinned(&Timestamp(-1), &[1]);
    pinned(&Timestamp(100), &[200]);
}

#[test]
fn a_search_and_what_it_found() {
    let request = Request::Search {
        words: "a".into(),
        offset: 1,
        limit: 2,
    };
    pinned(&Call { id: 20, request }, &[20, 19, 1, b'a', 1, 2]);
    let found = Found {
        dictionaries: Vec::new(),
        fields: Vec::new(),
        more: true,
        read_as: Some("a".into()),
    };
    let answer = FromDaemon::Answer(Answer {
        id: 1,
        more: true,
        result: Ok(Reply::Found(Box::new(found))),
    });
    pinned(&answer, &[0, 1, 1, 0, 18, 0, 0, 1, 1, 1, b'a']);
}

#[test]
fn verdicts_are_aspects() {
    let call = |id, request| Call { id, request };
    for (aspect, place) in [(Aspect::SaidType, 7), (Aspect::SaidPii, 8)] {
        let history = Request::History {
            name: "a".into(),
            field: None,
            aspect,
        };
        pinned(&call(13, history), &[13, 12, 1, b'a', 0, place]);
    }
}

#[test]
fn dictionaries_reshaped() {
    let place = 28;
    let (a, b) = (|| "a".to_owned(), || "b".to_owned());
    for (call, bytes) in [
        (
            ReshapeCall::Move { name: a(), to: b() },
            vec![0, 1, b'a', 1, b'b'],
        ),
        (
            ReshapeCall::Merge {
                name: a(),
                into: b(),
            },
            vec![1, 1, b'a', 1, b'b'],
        ),
        (
            ReshapeCall::Split {
                name: a(),
                to: b(),
                what: SplitBy::Versions(vec![1, 3]),
            },
            vec![2, 1, b'a', 1, b'b', 0, 2, 1, 3],
        ),
        (
            ReshapeCall::Split {
                name: a(),
                to: b(),
                what: SplitBy::Series("c".into()),
            },
            vec![2, 1, b'a', 1, b'b', 1, 1, b'c'],
        ),
        (ReshapeCall::Unfold { drop: a() }, vec![3, 1, b'a']),
    ] {
        let request = Request::Reshape(call);
        let bytes = [vec![23, place], bytes].concat();
        pinned(&Call { id: 23, request }, &bytes);
    }
}

#[test]
fn an_import_and_what_became_of_it() {
    let cell = ImportCell {
        dictionary: "a".into(),
        field: Some("b".into()),
        aspect: Aspect::Tags,
        value: "c".into(),
        base: Some(5),
    };
    let request = Request::Import {
        cells: vec![cell],
        on_conflict: OnConflict::Fail,
        dry_run: true,
    };
    let bytes = [21, 22, 1, 1, b'a', 1, 1, b'b', 3, 1, b'c', 1, 5, 2, 1];
    pinned(&Call { id: 21, request }, &bytes);
    let request = Request::Coverage;
    pinned(&Call { id: 22, request }, &[22, 23]);
    let answer = |reply| {
        FromDaemon::Answer(Answer {
            id: 1,
            more: false,
            result: Ok(reply),
        })
    };
    let cell = ImportedCell {
        dictionary: "a".into(),
        field: None,
        aspect: Aspect::Owner,
        before: String::new(),
        after: "c".into(),
        outcome: ImportOutcome::Skipped,
        because: Some("d".into()),
    };
    pinned(
        &answer(Reply::Imported(vec![cell])),
        &[0, 1, 0, 0, 21, 1, 1, b'a', 0, 2, 0, 1, b'c', 2, 1, 1, b'd'],
    );
    let row = CoverageRow {
        name: "a".into(),
        fields: 4,
        described: 3,
        owned: 2,
        classified: 1,
        has_description: true,
        has_owner: false,
        has_classification: false,
    };
    pinned(
        &answer(Reply::Coverage(vec![row])),
        &[0, 1, 0, 0, 22, 1, 1, b'a', 4, 3, 2, 1, 1, 0, 0],
    );
}
