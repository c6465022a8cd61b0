//! Plausible dictionaries, fields and drops, with the odd one among them.
#![allow(dead_code)]

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::CoverageRow;
use ddgen_ipc::message::{
    AlertList, AlertRow, AlertSeverity, AlertState, AnnotationRow, Aspect, BackupList, BackupRow,
    BreachRow, DictionaryRow, DropCounts, DropRow, DropState, FieldRow, Found, FoundDictionary,
    FoundField, ProbeRow, QuarantineRow, QuarantineState, QueueCounts, Reading, SinkRow, Status,
    Verdict, VersionRow, WatchRow, WorkerRow,
};

/// 2026-11-22 15:00:00 UTC.
pub const NOON: i64 = 1_795_359_600_000;

pub fn at(seconds_ago: i64) -> Timestamp {
    Timestamp(NOON - seconds_ago * 1000)
}

pub fn dictionary(name: &str, records: u64, fields: u32, ago: i64) -> DictionaryRow {
    DictionaryRow {
        name: name.to_owned(),
        watch: "drop".to_owned(),
        stem: name.to_owned(),
        versions: 1 + (records % 7) as u32,
        version: 1 + (records % 7) as u32,
        records,
        fields,
        pii_fields: (records % 4) as u32,
        warnings: (records % 3) as u32,
        format: "csv".to_owned(),
        bytes: records * 92,
        file: format!("{name}.csv"),
        updated_at: at(ago),
        provisional_until: None,
    }
}

pub fn dictionaries() -> Vec<DictionaryRow> {
    vec![
        dictionary("flights", 336_776, 19, 12),
        dictionary("sales", 48_210, 12, 340),
        dictionary(
            "customers_with_a_name_that_goes_on_and_on_for_ever",
            9_412_337,
            31,
            4000,
        ),
        dictionary("日本の顧客データ", 1_204, 8, 90_000),
        dictionary("orders.items", 123_456_789_012, 44, 400_000),
        dictionary("evil\u{1b}[31mname\u{7}", 12, 2, 40_000_000),
        dictionary("wide", 500, 10_000, 41_000_000),
    ]
}

pub fn field(position: u32, path: &str, kind: &str) -> FieldRow {
    FieldRow {
        path: path.to_owned(),
        name: path.rsplit('.').next().unwrap_or(path).to_owned(),
        position,
        nesting_level: path.matches('.').count() as u32,
        field_type: kind.to_owned(),
        nullable: false,
        count: 336_776,
        null_count: 0,
        distinct_count: u64::from(position) * 37 + 3,
        semantic_type: None,
        pii: None,
        min: Some("1".to_owned()),
        max: Some("2400".to_owned()),
        mean: Some(17.5),
        findings: 0,
        estimated: false,
    }
}

/// The fields of a dictionary: flights as they are, others by number.
pub fn fields(name: &str, count: u32) -> Vec<FieldRow> {
    if name == "flights" {
        return flights();
    }
    (1..=count)
        .map(|position| {
            let mut row = field(
                position,
                &format!("customer.address[].column_{position:05}"),
                "string",
            );
            row.null_count = u64::from(position % 11) * 997;
            row.semantic_type = (position % 5 == 0).then(|| "city".to_owned());
            row
        })
        .collect()
}

fn flights() -> Vec<FieldRow> {
    let names = [
        ("year", "integer"),
        ("month", "integer"),
        ("day", "integer"),
        ("dep_time", "integer"),
        ("sched_dep_time", "integer"),
        ("dep_delay", "number"),
        ("arr_time", "integer"),
        ("carrier", "string"),
        ("flight", "integer"),
        ("tailnum", "string"),
        ("contact.email", "string"),
        ("contact.phones[].number", "string"),
        ("time_hour", "datetime"),
        ("", "string"),
        ("a header with\ttabs and \u{202e}tricks 日本語 👩‍👩‍👧", "string"),
    ];
    let mut rows: Vec<FieldRow> = (1..)
        .zip(names)
        .map(|(position, (path, kind))| field(position, path, kind))
        .collect();
    rows[0].semantic_type = Some("year".to_owned());
    rows[3].null_count = 8255;
    rows[3].findings = 1;
    rows[5].null_count = 12;
    rows[5].estimated = true;
    rows[5].min = Some("-43".to_owned());
    rows[7].min = Some("9E".to_owned());
    rows[7].max = Some("YV".to_owned());
    rows[10].pii = Some("EMAIL_ADDRESS".to_owned());
    rows[10].min = Some("x####@xxxxxxx.xxx".to_owned());
    rows[10].max = None;
    rows[11].pii = Some("PHONE_NUMBER".to_owned());
    rows[12].min = Some("2013-01-01 05:00".to_owned());
    rows[12].max = Some("2013-12-31 23:00".to_owned());
    rows[13].null_count = 336_776;
    rows
}

/// A field as the profile document has it.
pub fn field_json(path: &str) -> String {
    let bins: Vec<String> = (0..24)
        .map(|bin: i64| {
            let count = 900 + (bin * bin * 40) * (24 - bin);
            format!(
                r#"{{"from":{},"to":{},"count":{count}}}"#,
                1 + bin * 100,
                1 + (bin + 1) * 100
            )
        })
        .collect();
    let pii = if path.contains("email") {
        r#"{"entity":"EMAIL_ADDRESS","confidence":0.99,"matched":9812,"tested":10000,
            "because":"98% of the values tested have the shape of an address with a known ending, and the name says email"}"#
    } else {
        "null"
    };
    let path = serde_json::to_string(path).unwrap_or_default();
    format!(
        r#"{{"path":{path},"name":{path},"parent_path":null,"position":4,"nesting_level":0,
        "type":"integer","format":null,"nullable":true,
        "type_counts":{{"integer":328521,"missing":8255}},
        "type_exception":{{"record":81234,"value":"N/A\u001b[31m"}},
        "count":336776,"null_count":8255,"null_proportion":0.0245,"missing_values":["NA","-"],
        "distinct_count":1318,"unique_count":32,"min":1,"max":2400,"mean":1349.109947,
        "stddev":488.281791,"sum":443210949,
        "quantiles":{{"p05":624,"p25":907,"p50":1401,"p75":1744,"p95":2112}},
        "histogram":[{}],
        "top_values":[{{"value":"555","count":834}},{{"value":"日本語の長い値","count":721}},
            {{"value":"600","count":411}},{{"value":"line\nbreak and a value that is far too long for any column of this table","count":12}}],
        "length":{{"min":1,"max":4,"mean":3.7}},"samples":["517","533","2359","tab\there"],
        "semantic_type":"time","semantic_confidence":0.93,"pii":{pii},"masked":false,
        "estimates":{{"quantiles":{{"method":"kll","rank_error":0.01}},"distinct_count":{{"method":"hll","relative_error":0.008}}}},
        "declared":null,
        "findings":[
            {{"code":"MISSING_VALUES","severity":"warning","message":"8,255 of 336,776 values are missing (2.5%), written as NA and -; the earliest is in record 839."}},
            {{"code":"HIGH_CARDINALITY","severity":"info","message":"1,318 distinct values."}}]}}"#,
        bins.join(",")
    )
}

pub fn drop_row(number: u64, file: &str, state: DropState, ago: i64) -> DropRow {
    DropRow {
        id: format!("{number:032x}"),
        seq: number,
        watch: "drop".to_owned(),
        path: format!("/srv/data/incoming/{file}"),
        size: 31_053_850 / (1 + number % 9),
        mtime: at(ago + 1),
        blake3: Some("af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262".to_owned()),
        state,
        reason: None,
        dictionary: None,
        version: None,
        tries: 1,
        arrived_at: at(ago),
        finished_at: Some(at(ago - 1)),
    }
}

pub fn drops() -> Vec<DropRow> {
    let mut rows = vec![
        drop_row(9, "sales_2026-11-22.csv", DropState::Pending, 3),
        drop_row(8, "flights_2026.csv", DropState::Running, 5),
        drop_row(7, "flights.csv", DropState::Done, 12),
        drop_row(6, "broken_export.json", DropState::Parked, 60),
        drop_row(5, "sales_2026-11-21.csv", DropState::Duplicate, 3600),
        drop_row(4, "gone.csv", DropState::Failed, 90_000),
        drop_row(
            3,
            "bad_contract_日本語.csv",
            DropState::Quarantined,
            400_000,
        ),
    ];
    rows[0].finished_at = None;
    rows[1].finished_at = None;
    for (place, name, version) in [(2, "flights", 4), (4, "sales", 7)] {
        rows[place].dictionary = Some(name.to_owned());
        rows[place].version = Some(version);
    }
    rows[3].reason = Some(
        "it is no valid JSON: expected `,` or `}` at byte 18,204 (line 211, column 17); correct \
         the file, or drop it again"
            .to_owned(),
    );
    rows[3].tries = 3;
    rows[4].reason = Some("the same content as version 7".to_owned());
    rows[5].reason = Some("the file went away before it could be read".to_owned());
    rows[6].reason = Some("3 of 12 rules of the contract are broken".to_owned());
    rows
}

pub fn status() -> Status {
    Status {
        status: Verdict::Degraded,
        queue: QueueCounts {
            pending: 1,
            running: 1,
            parked: 1,
        },
        drops: DropCounts {
            total: 1234,
            done: 1200,
            failed: 3,
            duplicate: 20,
            parked: 10,
            quarantined: 1,
        },
        probes: vec![
            ProbeRow {
                name: "store".to_owned(),
                verdict: Verdict::Ok,
                because: "the last write took 3 ms".to_owned(),
            },
            ProbeRow {
                name: "sandbox".to_owned(),
                verdict: Verdict::Degraded,
                because: "this kernel has no Landlock: workers are limited by seccomp alone; use \
                          Linux 5.13 or later"
                    .to_owned(),
            },
        ],
        watches: vec![
            WatchRow {
                name: "drop".to_owned(),
                root: "/srv/data/incoming".to_owned(),
                how: "native".to_owned(),
                because: None,
                folders: 12,
                unreadable: 0,
                refused_names: 0,
            },
            WatchRow {
                name: "nas".to_owned(),
                root: "/mnt/nas/exports".to_owned(),
                how: "broken".to_owned(),
                because: Some("permission denied: let the account ddgen read it".to_owned()),
                folders: 0,
                unreadable: 0,
                refused_names: 0,
            },
        ],
        workers: vec![
            WorkerRow {
                pid: 4711,
                busy: true,
                jobs_done: 1199,
            },
            WorkerRow {
                pid: 4712,
                busy: false,
                jobs_done: 35,
            },
        ],
        version: "0.1.0".to_owned(),
        pid: 4700,
        started_at: at(86_400),
        data_dir: "/var/lib/ddgen".to_owned(),
        http: Some("127.0.0.1:8000".to_owned()),
        clients: 2,
        dictionaries: 7,
        store_bytes: 12_345_678,
    }
}

fn annotation(revision: u64, field: Option<&str>, aspect: Aspect, value: &str) -> AnnotationRow {
    AnnotationRow {
        field: field.map(str::to_owned),
        aspect,
        value: value.to_owned(),
        author: "ana".to_owned(),
        written_at: at(8_990),
        revision,
        version: Some(2),
    }
}

/// What stands about flights, a text that would steer a terminal among it.
pub fn annotations() -> Vec<AnnotationRow> {
    let year = Some("year");
    vec![
        annotation(1, None, Aspect::Description, "All flights from New York"),
        annotation(2, year, Aspect::Tags, "calendar, key"),
        annotation(
            3,
            year,
            Aspect::Description,
            "Of the departure, in local time.\nNever of the arrival: a flight over midnight counts once.",
        ),
        annotation(4, year, Aspect::Owner, "team\u{1b}[31mred"),
    ]
}

/// After bob wrote about the dictionary.
pub fn annotations_of_bob() -> Vec<AnnotationRow> {
    let mut rows = annotations();
    rows[0] = AnnotationRow {
        value: "Departures".to_owned(),
        author: "bob".to_owned(),
        revision: 5,
        ..rows[0].clone()
    };
    rows
}

pub fn versions() -> Vec<VersionRow> {
    [3, 2, 1]
        .into_iter()
        .map(|number| VersionRow {
            number,
            current: number == 3,
            records: 336_776,
            fields: 19,
            schema_hash: "ab".repeat(32),
            file: format!("flights_2026-01-0{number}.csv"),
            bytes: 31_053_850,
            blake3: "cd".repeat(32),
            created_at: at(i64::from(4 - number) * 86_400),
        })
        .collect()
}

pub const DIFF: &str = r#"{"name":"flights","changes":[
    {"kind":"removed","severity":"breaking","path":"tailnum"},
    {"kind":"modified","severity":"warning","path":"dep_time","aspect":"nullable","from":false,"to":true},
    {"kind":"modified","severity":"breaking","path":"air_time","aspect":"type","from":"integer","to":"string"},
    {"kind":"added","severity":"info","path":"gate"},
    {"kind":"reordered","severity":"info","path":"year"}]}"#;

/// A day of readings, with a night in which nothing came, a stop, and a flood an hour ago.
pub fn readings() -> Vec<Reading> {
    let minutes = (0..1440_i64).filter(|minute| !(900..960).contains(minute));
    let minutes = minutes.map(|minute| {
        let flood = (1380..1400).contains(&minute);
        let night = minute < 500;
        Reading {
            at: at((1440 - minute) * 60),
            elapsed_ms: if minute == 960 { 0 } else { 60_000 },
            cpu_ms: match (flood, night) {
                (true, _) => 58_000 + (minute % 7) as u64 * 5_000,
                (_, true) => 12,
                _ => 900 + (minute % 11) as u64 * 300,
            },
            drops: match (flood, night) {
                (true, _) => 2_000 + (minute % 5) as u64 * 400,
                (_, true) => 0,
                _ => (minute % 3) as u64,
            },
            memory: 24_000_000 + (minute % 30) as u64 * 400_000 + u64::from(flood) * 150_000_000,
            disk_permille: Some(400 + (minute / 10) as u16),
            queued: if flood {
                12_000 - (minute - 1380) as u64 * 600
            } else {
                0
            },
        }
    });
    minutes.collect()
}

pub fn backups() -> BackupList {
    let row = |id: &str, kind: &str, hours: i64, bytes| BackupRow {
        id: id.to_owned(),
        place: "local".to_owned(),
        kind: kind.to_owned(),
        why: "schedule".to_owned(),
        base: (kind == "incremental").then(|| "20261122T040000Z-f".to_owned()),
        taken_at: at(hours * 3_600),
        finished_at: at(hours * 3_600 - 4),
        bytes,
        store_bytes: 318_000_000,
        there: true,
        verified_at: (kind == "full").then(|| at(hours * 3_600 - 9)),
        problem: None,
    };
    let failed = BackupRow {
        problem: Some(
            "there is no space left on the device: free some, the next try is at the full hour"
                .to_owned(),
        ),
        ..row("20261122T050000Z-i", "incremental", 10, 0)
    };
    BackupList {
        backups: vec![
            row("20261122T140000Z-i", "incremental", 1, 210_000),
            row("20261122T130000Z-i", "incremental", 2, 198_000),
            failed,
            row("20261122T040000Z-f", "full", 11, 64_200_000),
        ],
        more: false,
        copies: 2,
        media: 1,
        offsite_at: None,
        broken: vec![
            "all copies lie on one disk: name another place in [backup] places".to_owned(),
        ],
        reminders: vec![
            "SECRET_KEY is in no backup: name a backup.key, or keep it elsewhere yourself"
                .to_owned(),
        ],
        next_full: Some(at(-46_800)),
        next_incremental: Some(at(-1_800)),
        next_offsite: None,
    }
}

/// What a search finds, the row of many fields among it.
pub fn found() -> Found {
    let field = |dictionary: &str, path: &str, position| FoundField {
        dictionary: dictionary.to_owned(),
        version: 3,
        path: path.to_owned(),
        name: path.rsplit('.').next().unwrap_or(path).to_owned(),
        field_type: "string".to_owned(),
        position,
        semantic_type: Some("city".to_owned()),
        pii: None,
        description: None,
    };
    Found {
        dictionaries: vec![FoundDictionary {
            name: "wide".to_owned(),
            watch: "exports".to_owned(),
            version: 3,
            records: 1_204,
            fields: 10_000,
            updated_at: at(60),
            description: None,
        }],
        fields: vec![
            FoundField {
                pii: Some("EMAIL_ADDRESS".to_owned()),
                ..field("flights", "contact.email", 11)
            },
            field("wide", "customer.address[].column_08990", 8_990),
            FoundField {
                description: Some("When it left, local time\nor nothing".to_owned()),
                ..field("flights", "dep_time", 4)
            },
            field("wide", "a header with\ttabs and \u{202e}tricks 日本語", 7),
        ],
        more: true,
        read_as: Some("customer".to_owned()),
    }
}

pub fn alerts() -> AlertList {
    let row = |id: u64, alert: &str, severity, state, ago| AlertRow {
        id,
        alert: alert.to_owned(),
        rule: alert.split('/').next().unwrap_or_default().to_owned(),
        subject: alert.split('/').next_back().unwrap_or_default().to_owned(),
        severity,
        state,
        because: "the disk under /var/lib/ddgen is 91 % full, 4 GiB left; free space there before \
                  it is full, else new files wait"
            .to_owned(),
        count: 1,
        since: at(ago),
        raised_at: Some(at(ago - 60)),
        cleared_at: (state == AlertState::Cleared).then(|| at(ago - 600)),
        acknowledged_by: None,
        acknowledged_at: None,
        note: None,
        silenced_until: None,
    };
    let (raised, cleared) = (AlertState::Raised, AlertState::Cleared);
    let seen = AlertRow {
        because: "orders lost the field `currency`: what reads it will fail".to_owned(),
        count: 3,
        acknowledged_by: Some("ana".to_owned()),
        acknowledged_at: Some(at(100)),
        note: Some("the shop puts it back tonight".to_owned()),
        silenced_until: Some(at(-28_000)),
        ..row(7, "breaking/orders", AlertSeverity::Warning, raised, 4_000)
    };
    let sink = |name: &str, kind: &str, problem: Option<&str>| SinkRow {
        name: name.to_owned(),
        kind: kind.to_owned(),
        waiting: u32::from(problem.is_some()),
        sent: 12,
        dead: 2 * u64::from(problem.is_some()),
        last_sent_at: Some(at(5_000)),
        problem: problem.map(str::to_owned),
    };
    AlertList {
        alerts: vec![
            row(9, "disk/disk_data", AlertSeverity::Critical, raised, 900),
            seen,
        ],
        cleared: vec![row(5, "queue", AlertSeverity::Warning, cleared, 90_000)],
        silences: Vec::new(),
        sinks: vec![
            sink("log", "log", None),
            sink(
                "on-call",
                "webhook",
                Some("hooks.example.org refuses connections"),
            ),
        ],
        dead_letters: Vec::new(),
    }
}

pub fn quarantine() -> Vec<QuarantineRow> {
    let breach = |field: &str, rule: &str, example: Option<&str>, message: &str| BreachRow {
        field: Some(field.to_owned()),
        rule: rule.to_owned(),
        count: Some(12),
        first_record: Some(3),
        example: example.map(str::to_owned),
        message: message.to_owned(),
    };
    let row = |id: &str, name: &str, ago, breaches| QuarantineRow {
        id: id.to_owned(),
        watch: "drop".to_owned(),
        path: format!("/srv/drop/{name}"),
        lies: format!("/srv/drop/quarantine/{id}/{name}"),
        size: 81_920,
        arrived_at: at(ago + 10),
        quarantined_at: at(ago),
        dictionary: "orders".to_owned(),
        contract: "of `orders`, set by ana at 2026-11-01T08:00:00Z".to_owned(),
        state: QuarantineState::Held,
        problem: None,
        decided_by: None,
        breaches,
        more_breaches: 0,
    };
    let unique = breach("id", "unique", Some("4711"), "12 values are there before");
    let missing = breach("mail", "required", None, "12 of 900 values are missing");
    vec![
        row(
            "0198a1b2c3d4e5f60718293a4b5c6d7e",
            "orders_2026-11-23.csv",
            300,
            vec![unique, missing.clone()],
        ),
        row(
            "0198a1b2c3d4e5f60718293a4b5c0000",
            "orders_2026-11-20.csv",
            260_000,
            vec![missing],
        ),
    ]
}

pub fn coverage() -> Vec<CoverageRow> {
    let row = |name: &str, fields, described, owned, classified| CoverageRow {
        name: name.to_owned(),
        fields,
        described,
        owned,
        classified,
        has_description: described > 0,
        has_owner: false,
        has_classification: false,
    };
    vec![
        row("flights", 19, 19, 19, 4),
        row("sales", 7, 3, 7, 0),
        row("wide", 10_000, 12, 0, 0),
    ]
}
