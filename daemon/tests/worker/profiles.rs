//! The real engine behind the real walls.

use std::fmt::Write as _;
use std::io::Write as _;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as StdUnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use ddgen_profile::sketch::{FieldSketch, Packed};
use ddgen_profile::{Brief, Profile, SketchKey};
use ddgend::worker::child::Orders;
use ddgend::worker::wire::Kind;
use ddgend::worker::{Limits, WorkerError, channel::Channel, open_beneath, unchanged};
use rustix::process::Signal;
use tokio::sync::mpsc;

use super::bench::{Bench, SOON, brief, process_state, processor_ticks, signal, until};

/// Every value but the header's occurs once: nothing a profile could count cheaply.
fn unique_rows(rows: u32) -> Vec<u8> {
    let mut text = String::from("id,digest\n");
    for row in 0..rows {
        writeln!(text, "{row},{}", blake3::hash(&row.to_le_bytes())).unwrap();
    }
    text.into_bytes()
}

/// So long that the first word of progress comes early in it.
fn long_work() -> Vec<u8> {
    let mut content = unique_rows(400_000);
    let records = content.split_off(b"id,digest\n".len());
    content.extend(records.repeat(8));
    content
}

#[tokio::test]
async fn a_dropped_file_becomes_a_profile() {
    let bench = Bench::new(1).await;
    let rows = b"city,people\nOslo,700000\nBergen,290000\nOslo,\n\"Bod\xc3\xb8, north\",53000\n";
    std::fs::write(bench.folder.path().join("cities.csv"), rows).unwrap();
    let opened = open_beneath(bench.folder.path(), "cities.csv".as_ref()).unwrap();
    let document = bench
        .pool
        .profile(&opened.file, &brief("cities.csv"), |_| ())
        .await
        .unwrap()
        .document;
    assert!(unchanged(&opened).unwrap());

    let profile: Profile = serde_json::from_slice(&document).unwrap();
    assert_eq!(profile.source.name, "cities.csv");
    assert_eq!(profile.source.bytes, rows.len() as u64);
    assert_eq!(profile.source.blake3, blake3::hash(rows).to_hex().as_str());
    let [table] = &profile.tables[..] else {
        panic!("{} tables", profile.tables.len())
    };
    assert_eq!(table.records, 4);
    let [city, people] = &table.fields[..] else {
        panic!("{} fields", table.fields.len())
    };
    assert_eq!(
        (city.name.as_str(), city.field_type.as_str()),
        ("city", "string")
    );
    assert_eq!((city.distinct_count, city.null_count), (3, 0));
    assert_eq!(
        (people.field_type.as_str(), people.null_count),
        ("integer", 1)
    );
    assert_eq!(people.mean, Some(1_043_000.0 / 3.0));
}

/// 200 cities in 4 row groups, as pyarrow writes them (zstd, pages of version 2): 100 `Oslo`, 60
/// `Bergen`, 40 null; `people` counts from 0 to 159 and is null after that; lists of 2, 0, no and 1
/// tags in turn.
#[tokio::test]
async fn a_parquet_file_is_read_behind_the_walls() {
    let bench = Bench::new(1).await;
    let bytes = include_bytes!("../../profile/tests/data/cities.parquet");
    let file = bench.file("cities.parquet", bytes);
    let mut documents = Vec::new();
    for threads in [1, 2] {
        let brief = Brief {
            threads,
            ..brief("cities.parquet")
        };
        let profiled = bench.pool.profile(&file, &brief, |_| ()).await.unwrap();
        documents.push(profiled.document);
    }
    assert!(documents[0] == documents[1]);
    let profile: Profile = serde_json::from_slice(&documents[0]).unwrap();
    assert_eq!(profile.source.format, "parquet");
    assert_eq!(profile.source.blake3, blake3::hash(bytes).to_hex().as_str());
    let table = &profile.tables[0];
    assert_eq!((table.name.as_str(), table.records), ("cities", 200));
    let rows = table.fields.iter().map(|f| {
        let numbers = (f.count, f.null_count, f.distinct_count);
        (f.path.as_str(), f.field_type.as_str(), numbers)
    });
    assert_eq!(
        rows.collect::<Vec<_>>(),
        [
            ("city", "string", (200, 40, 2)),
            ("people", "integer", (200, 40, 160)),
            ("founded", "date", (200, 0, 50)),
            ("tags", "array", (200, 50, 0)),
            ("tags[]", "string", (150, 0, 2)),
        ]
    );
    assert_eq!(table.fields[1].mean, Some(79.5));
    assert_eq!(bench.state().deaths, 0);
}

#[tokio::test]
async fn sketches_come_beside_the_profile_when_there_is_a_key_for_them() {
    let bench = Bench::new(1).await;
    let file = bench.file("x.csv", &unique_rows(500));
    let key = SketchKey::new([5; 32]);
    let keyed = Brief {
        sketch_key: Some(key.clone()),
        ..brief("x.csv")
    };
    let profiled = bench.pool.profile(&file, &keyed, |_| ()).await.unwrap();
    let packed = Packed::unpack(&profiled.sketches.unwrap()).unwrap();
    assert_eq!((packed.key, packed.tables[0].len()), (key.id(), 2));
    let id = FieldSketch::decode(&packed.tables[0][0], &key).unwrap();
    assert_eq!(id.present(), 500);
    let middle = id.quantile(0.5).unwrap();
    assert!((middle - 249.0).abs() < 8.0, "{middle}");

    let without = bench.pool.profile(&file, &brief("x.csv"), |_| ()).await;
    let without = without.unwrap();
    assert_eq!(without.sketches, None);
    assert!(without.document == profiled.document);
}

#[tokio::test]
async fn threads_start_behind_the_walls_and_change_no_number() {
    let bench = Bench::new(1).await;
    let file = bench.file("x.csv", &unique_rows(60_000));
    let mut documents = Vec::new();
    for threads in [1, 4] {
        let brief = Brief {
            threads,
            ..brief("x.csv")
        };
        let profiled = bench.pool.profile(&file, &brief, |_| ()).await.unwrap();
        documents.push(profiled.document);
    }
    assert!(documents[0] == documents[1]);
    assert_eq!(bench.state().deaths, 0);
}

/// Decoders allocate windows and tables of their own, in the thread that reads: nothing of it may
/// need a call that the walls refuse.
#[tokio::test]
async fn packed_files_are_unpacked_behind_the_walls() {
    let bench = Bench::new(1).await;
    let rows = unique_rows(40_000);
    let gzip = {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        writer.write_all(&rows).unwrap();
        writer.finish().unwrap()
    };
    let bz2 = {
        let mut writer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
        writer.write_all(&rows).unwrap();
        writer.finish().unwrap()
    };
    let xz = {
        // The largest dictionary of the usual presets: 64 MiB.
        let mut writer = liblzma::write::XzEncoder::new(Vec::new(), 9);
        writer.write_all(&rows).unwrap();
        writer.finish().unwrap()
    };
    let zstd = {
        let mut writer = zstd::Encoder::new(Vec::new(), 3).unwrap();
        writer.window_log(27).unwrap();
        writer.write_all(&rows).unwrap();
        writer.finish().unwrap()
    };
    let brief = Brief {
        threads: 2,
        ..brief("x.csv.packed")
    };
    let file = bench.file("x.csv", &rows);
    let plain = bench.pool.profile(&file, &brief, |_| ()).await.unwrap();
    let plain: Profile = serde_json::from_slice(&plain.document).unwrap();
    for (name, packed) in [("gzip", gzip), ("bz2", bz2), ("xz", xz), ("zstd", zstd)] {
        let file = bench.file(name, &packed);
        let profiled = bench.pool.profile(&file, &brief, |_| ()).await.unwrap();
        let profile: Profile = serde_json::from_slice(&profiled.document).unwrap();
        assert_eq!(profile.source.compression.as_deref(), Some(name));
        assert_eq!(profile.source.bytes, packed.len() as u64);
        assert!(profile.tables == plain.tables, "{name}");
        // Cut short, it is a refusal and costs no worker.
        let file = bench.file(name, &packed[..packed.len() / 2]);
        let refused = bench.pool.profile(&file, &brief, |_| ()).await.unwrap_err();
        assert!(refused.to_string().contains("cut short"), "{refused}");
    }
    assert_eq!(bench.state().deaths, 0);
}

#[tokio::test]
async fn a_file_that_needs_more_memory_than_there_is_ends_its_worker_only() {
    let bench = Bench::with(
        1,
        Limits {
            memory: 32 << 20,
            ..Limits::default()
        },
    )
    .await;
    let file = bench.file("x.csv", &unique_rows(400_000));
    let greedy = Brief {
        memory_budget: 1 << 30,
        ..brief("x.csv")
    };
    let answer = bench.pool.profile(&file, &greedy, |_| ()).await;
    let reason = "needed more than 32 MiB of memory".into();
    assert_eq!(answer.unwrap_err(), WorkerError::Breached { reason });
    assert!(bench.works().await);
    assert_eq!(bench.state().deaths, 1);
}

#[tokio::test]
async fn progress_moves_and_kill_9_between_two_steps_is_a_death() {
    let bench = Bench::new(1).await;
    let content = long_work();
    let (tell, mut told) = mpsc::unbounded_channel();
    let (file, pid) = (bench.file("x.csv", &content), bench.pid());
    let pool = std::sync::Arc::clone(&bench.pool);
    let job = tokio::spawn(async move {
        pool.profile(&file, &brief("x.csv"), |bytes| tell.send(bytes).unwrap())
            .await
    });
    let seen = tokio::time::timeout(SOON, told.recv())
        .await
        .unwrap()
        .unwrap();
    assert!(seen > 0 && seen <= content.len() as u64, "{seen}");
    signal(pid, Signal::KILL);
    let answer = tokio::time::timeout(SOON, job).await.unwrap().unwrap();
    assert!(matches!(&answer, Err(WorkerError::Died { reason }) if reason.contains("signal 9")));
    assert!(bench.works().await);
}

/// Also in the midst of work: the main thread hears nothing then, another one listens.
#[tokio::test]
async fn a_worker_at_work_ends_when_its_socket_closes() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("x.csv"), long_work()).unwrap();
    let (mut undisturbed, mut channel) = start_on_its_file(folder.path()).await;
    while channel.read().await.unwrap().0 == Kind::Progress {}
    drop(channel);
    let whole = processor_time_in_the_end(&mut undisturbed).await;
    let (mut abandoned, mut channel) = start_on_its_file(folder.path()).await;
    let (kind, _) = channel.read().await.unwrap();
    assert_eq!(kind, Kind::Progress, "the file is too small");
    drop(channel);
    let part = processor_time_in_the_end(&mut abandoned).await;
    assert!(part < whole / 2, "{part} of {whole} ticks");
}

/// A worker as the daemon starts it, just handed `x.csv` of `folder`.
async fn start_on_its_file(folder: &Path) -> (Child, Channel) {
    let opened = open_beneath(folder, "x.csv".as_ref()).unwrap();
    let (ours, theirs) = StdUnixStream::pair().unwrap();
    ours.set_nonblocking(true).unwrap();
    let orders = Orders {
        memory: 512 << 20,
        scratch_file: 1 << 20,
        scratch: folder.to_path_buf(),
    };
    let worker = Command::new(env!("CARGO_BIN_EXE_ddgend"))
        .args(orders.to_arguments())
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .spawn()
        .unwrap();
    let mut channel = Channel::new(tokio::net::UnixStream::from_std(ours).unwrap());
    assert_eq!(channel.read().await.unwrap().0, Kind::Hello);
    let brief = serde_json::to_vec(&brief("x.csv")).unwrap();
    channel
        .send_job(std::os::fd::AsFd::as_fd(&opened.file), &brief)
        .await
        .unwrap();
    (worker, channel)
}

/// Clock ticks that a worker had of all processors when it ended: however busy the machine is, work
/// that was not done takes none.
async fn processor_time_in_the_end(worker: &mut Child) -> u64 {
    let state = || process_state(worker.id());
    until("the worker ended", || state() == Some('Z')).await;
    let ticks = processor_ticks(worker.id());
    assert!(
        worker.wait().unwrap().code().is_some(),
        "no signal ended it"
    );
    ticks
}
