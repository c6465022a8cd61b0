//! Workers that misbehave in ways the real one does not: a shell script takes its place.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use ddgen_profile::Brief;
use ddgend::worker::{Allowance, Limits, PoolConfig, WorkerError, wire};

use super::bench::{Bench, SOON, brief, config};

const FILE: &[u8] = b"id\n1\n";

/// Until the job comes, and then until the socket closes.
const WAIT: &str = "read -r line";

fn died(answer: Result<Vec<u8>, WorkerError>) -> String {
    match answer {
        Err(WorkerError::Died { reason }) => reason,
        other => panic!("expected a death, got {other:?}"),
    }
}

fn breached(answer: Result<Vec<u8>, WorkerError>) -> String {
    match answer {
        Err(WorkerError::Breached { reason }) => reason,
        other => panic!("expected a breach, got {other:?}"),
    }
}

/// A stand-in for the binary: says hello, then does `and_then` with its socket as standard input.
fn impostor(folder: &Path, build: &str, limits: Limits, and_then: &str) -> PoolConfig {
    let hello = format!(r#"{{"build":"{build}","sandbox":"full"}}"#);
    let head = format!("\\{:03o}\\000\\000\\000\\001", hello.len());
    let script = format!("#!/bin/sh\nprintf '{head}%s' '{hello}' >&0\n{and_then}\n");
    let program = folder.join("impostor");
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    PoolConfig {
        program,
        ..config(folder, 1, limits)
    }
}

async fn with_impostor(and_then: &str) -> Bench {
    with_limits(and_then, Limits::default()).await
}

async fn with_limits(and_then: &str, limits: Limits) -> Bench {
    let config = |folder: &Path| impostor(folder, wire::BUILD, limits, and_then);
    Bench::run(config).await.unwrap()
}

/// A brief of 266 bytes: the first byte of its frame is then a newline, on which the shell's
/// `read` returns, so that a script can wait for its job.
fn legible() -> Brief {
    let mut brief = brief("x.csv");
    while serde_json::to_vec(&brief).unwrap().len() < 266 {
        brief.name.push('x');
    }
    brief
}

async fn answer(bench: &Bench) -> Result<Vec<u8>, WorkerError> {
    let (file, brief) = (bench.file("x.csv", FILE), legible());
    let answer = bench.pool.profile(&file, &brief, |_| ());
    let profiled = tokio::time::timeout(SOON, answer).await.unwrap()?;
    Ok(profiled.document)
}

#[tokio::test]
async fn a_worker_that_answers_out_of_form_is_dead_to_us() {
    for said in [
        r"\001\000\000\000\077x",
        r"\377\377\377\377\004",
        r"\003\000\000\000\003abc",
        r"\001\000\000\000\005x",
        // Sketches twice.
        r"\001\000\000\000\007x\001\000\000\000\007x",
        r"\377\377\377\377\007",
    ] {
        let bench = with_impostor(&format!("{WAIT}; printf '{said}' >&0; {WAIT}")).await;
        let reason = died(answer(&bench).await);
        assert_eq!(reason, "its worker answered out of form", "{said}");
    }
}

#[tokio::test]
async fn a_worker_of_another_build_is_not_used() {
    let refused =
        Bench::run(|folder| impostor(folder, "0.0.0-other", Limits::default(), "read -r line"))
            .await;
    let reason = refused.err().unwrap();
    assert!(reason.contains("it is of build 0.0.0-other"), "{reason}");
}

#[tokio::test]
async fn a_program_that_is_no_worker_is_named() {
    let refused = Bench::run(|folder| PoolConfig {
        program: folder.join("missing"),
        ..config(folder, 2, Limits::default())
    });
    let reason = refused.await.err().unwrap();
    assert!(
        reason.contains("missing cannot be started as a worker"),
        "{reason}"
    );

    let refused = Bench::run(|folder| PoolConfig {
        program: "/bin/false".into(),
        ..config(folder, 1, Limits::default())
    });
    let reason = refused.await.err().unwrap();
    assert!(reason.contains("did not come up"), "{reason}");
}

#[tokio::test]
async fn progress_and_the_document_reach_the_caller_as_they_were_said() {
    // 258 bytes read, then 70,000, then a document of eight bytes.
    let progress = |bytes: &str| format!(r"\010\000\000\000\003{bytes}\000\000\000\000\000");
    let said = [
        progress(r"\002\001\000"),
        progress(r"\160\021\001"),
        r#"\010\000\000\000\004{"a": 1}"#.into(),
    ];
    let bench = with_impostor(&format!("{WAIT}; printf '{}' >&0; {WAIT}", said.concat())).await;
    let (file, brief) = (bench.file("x.csv", FILE), legible());
    let mut told = Vec::new();
    let document = bench
        .pool
        .profile(&file, &brief, |bytes| told.push(bytes))
        .await;
    assert_eq!(document.unwrap().document, b"{\"a\": 1}");
    assert_eq!(told, [258, 70_000]);
}

#[tokio::test]
async fn processor_time_is_bounded_by_the_kernel() {
    let cpu = Allowance {
        base: Duration::from_secs(1),
        per_mib: Duration::ZERO,
    };
    let spin = format!("{WAIT}; while :; do :; done");
    let bench = with_limits(
        &spin,
        Limits {
            cpu,
            ..Limits::default()
        },
    )
    .await;
    assert_eq!(
        breached(answer(&bench).await),
        "used more than 1 s of processor time"
    );
}

#[tokio::test]
async fn a_scratch_folder_that_fills_up_ends_the_job() {
    // Many small files: the limit on one file's size never sees it.
    let fill =
        format!("{WAIT}; n=0; while [ $n -lt 400 ]; do echo x > $n; n=$((n+1)); done; {WAIT}");
    let bench = with_limits(
        &fill,
        Limits {
            scratch: 1 << 20,
            ..Limits::default()
        },
    )
    .await;
    assert_eq!(
        breached(answer(&bench).await),
        "needed more than 1 MiB of scratch space"
    );
}

#[tokio::test]
async fn what_one_file_left_in_the_scratch_folder_the_next_does_not_find() {
    let said = r"\002\000\000\000\004{}";
    let bench = with_impostor(&format!(
        "echo x > junk; {WAIT}; printf '{said}' >&0; {WAIT}"
    ))
    .await;
    let scratch = bench.folder.path().join("scratch");
    let worker = std::fs::read_dir(&scratch)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    assert_eq!(answer(&bench).await, Ok(b"{}".to_vec()));
    assert_eq!(std::fs::read_dir(worker).unwrap().count(), 0);
}

#[tokio::test]
async fn the_last_words_of_a_worker_explain_but_are_never_quoted() {
    // Twenty times what is kept goes ahead.
    let noise = format!(
        "n=0; while [ $n -lt 1600 ]; do echo {} >&2; n=$((n+1)); done",
        "z".repeat(100)
    );
    let place = "its worker met a fault of ddgen at src/a.rs:7:9 and stopped";
    for (words, expected) in [
        (
            "memory allocation of 77 bytes failed: jane@example.org",
            "needed more than 512 MiB of memory",
        ),
        (
            "worker panicked at jane@example.org",
            "its worker aborted (signal 6)",
        ),
        ("worker panicked at src/a.rs:7:9", place),
    ] {
        let last = format!("{WAIT}; {noise}; echo '{words}' >&2; kill -ABRT $$");
        let told = answer(&with_impostor(&last).await).await.unwrap_err();
        assert_eq!(told.to_string(), expected);
    }
}
