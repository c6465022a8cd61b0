//! The two `.env` files of the original guide, as its heredocs write them.

use std::net::SocketAddr;
use std::time::Duration;

use secrecy::ExposeSecret;

use super::{Severity, around, errors, loaded, of, origin, row, set, write};
use crate::settings::{Environment, LogLevel, load};

const SQLITE: &str = include_str!("fixtures/guide/sqlite.env");
const POSTGRESQL: &str = include_str!("fixtures/guide/postgresql.env");
const SECRET: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

#[test]
fn the_sqlite_file_starts_and_means_what_the_guide_means() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), ".env", SQLITE);
    let loaded = load(&around(dir.path())).expect("the guide's file starts");
    let settings = &loaded.settings;
    assert_eq!(settings.data.store_file, dir.path().join("data/ddgen.db"));
    assert_eq!(settings.data.dir, dir.path().join("data"));
    assert_eq!(settings.database.busy_timeout, Duration::from_secs(30));
    assert_eq!(settings.application.name, "Data Dictionary Generator");
    assert_eq!(settings.application.environment, Environment::Production);
    assert!(!settings.application.debug);
    assert_eq!(settings.log.level, LogLevel::Info);
    assert_eq!(
        settings.http.address,
        Some(SocketAddr::from(([0, 0, 0, 0], 8000)))
    );
    assert_eq!(settings.http.api_keys, Some(false));
    assert_eq!(settings.http.allowed_origins, ["https://yourdomain.com"]);
    assert_eq!(settings.http.max_upload_size, 524_288_000);
    let secret = settings.application.secret_key.as_ref().expect("a secret");
    assert_eq!(secret.expose_secret(), SECRET);
    assert!(
        !settings.openai.enabled,
        "a placeholder switches descriptions off"
    );
    assert!(settings.openai.api_key.is_none());
    assert_eq!(settings.openai.model, "gpt-4");
    assert_eq!(settings.openai.max_tokens, 500);
    assert!((settings.openai.temperature - 0.7).abs() < f64::EPSILON);
    assert_eq!(settings.profile.sample_size, 1000);
    assert_eq!(settings.profile.nested_depth_limit, 10);
}

#[test]
fn the_sqlite_file_earns_one_standing_warning_and_two_notes() {
    let loaded = loaded(&[(".env", SQLITE)], &[]);
    let standing: Vec<String> = loaded
        .standing_warnings()
        .map(|n| n.message.clone())
        .collect();
    let expected = "HTTP listens on 0.0.0.0:8000, beyond this machine, without API keys, because \
                    API_KEY_ENABLED=false says so: whoever reaches the port reads and changes \
                    everything";
    assert_eq!(standing, [expected]);
    assert_eq!(of(&loaded, Severity::Warning).len(), 1);
    let notes: Vec<&str> = of(&loaded, Severity::Note)
        .iter()
        .map(|n| n.message.as_str())
        .collect();
    let idle =
        "database.check_same_thread is accepted and not used: there are no Python threads here";
    let off = "descriptions by a language model stay off: OPENAI_API_KEY is a placeholder";
    assert_eq!(notes, [idle, off]);
}

#[test]
fn every_name_of_the_guide_has_a_row_that_names_its_line() {
    let loaded = loaded(&[(".env", SQLITE)], &[]);
    let names = SQLITE.lines().enumerate().filter_map(|(index, line)| {
        let (name, _) = line.split_once('=')?;
        Some((format!(":{} {name}", index + 1), name))
    });
    for (place, name) in names {
        let found = loaded
            .rows
            .iter()
            .any(|row| row.origin.to_string().ends_with(&place));
        assert!(found, "no setting comes from {name}");
    }
}

#[test]
fn the_postgresql_file_is_refused_in_words_all_at_once() {
    let loaded = loaded(&[(".env", POSTGRESQL)], &[]);
    let errors = errors(&loaded);
    let about = |name: &str| {
        let found: Vec<&String> = errors.iter().filter(|e| e.contains(name)).collect();
        assert_eq!(found.len(), 1, "{name}: {errors:?}");
        found[0].clone()
    };
    assert!(about(".env:2 DATABASE_URL: ").contains("this build does not serve PostgreSQL yet"));
    assert!(about(".env:3 DATABASE_TYPE: ").contains("this build does not serve PostgreSQL yet"));
    assert!(about(".env:24 REDIS_URL: ").contains("this build does not serve Redis yet"));
    assert_eq!(errors.len(), 3);
    assert_eq!(
        row(&loaded, "database.url").value,
        "postgresql://ddgen_user:***@postgres:5432/data_dictionary_db"
    );
}

#[test]
fn an_outright_data_directory_wins_over_the_url_and_says_so() {
    let loaded = loaded(&[(".env", SQLITE)], &[("DDGEN_DATA_DIR", "/srv/dd")]);
    assert_eq!(loaded.settings.data.dir, std::path::Path::new("/srv/dd"));
    assert_eq!(
        loaded.settings.data.store_file,
        std::path::Path::new("/srv/dd/ddgen.db")
    );
    assert_eq!(origin(&loaded, "store_file"), "environment DDGEN_DATA_DIR");
    let warned = of(&loaded, Severity::Warning);
    assert!(
        warned
            .iter()
            .any(|n| n.message.contains("the store is /srv/dd/ddgen.db"))
    );
}

#[test]
fn a_data_directory_that_holds_the_url_s_file_is_no_contradiction() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), ".env", SQLITE);
    let mut around = around(dir.path());
    set(&mut around, "DDGEN_DATA_DIR", "data");
    let loaded = load(&around).unwrap();
    assert_eq!(
        loaded.settings.data.store_file,
        dir.path().join("data/ddgen.db")
    );
    let note = row(&loaded, "store_file").note.as_deref();
    assert_eq!(
        note,
        Some("always ddgen.db; a file app.db beside it is left alone")
    );
    assert!(
        of(&loaded, Severity::Warning)
            .iter()
            .all(|n| !n.message.contains("data_dir"))
    );
}

#[test]
fn the_postgresql_file_starts_with_names_of_our_own_beside_it() {
    let variables = [
        ("DDGEN_DATABASE_URL", "sqlite:////srv/dd/own.db"),
        ("DDGEN_DATABASE_TYPE", "sqlite"),
        ("DDGEN_REDIS_URL", "off"),
    ];
    let loaded = loaded(&[(".env", POSTGRESQL)], &variables);
    assert_eq!(errors(&loaded), Vec::<String>::new());
    assert_eq!(
        loaded.settings.data.store_file,
        std::path::Path::new("/srv/dd/ddgen.db")
    );
}
