//! Which layer wins.

use proptest::prelude::*;

use super::{around, errors, loaded, origin, row, set, write};
use crate::settings::{Flags, Severity, config, inspect, load};

/// The layers a port can come from, weakest first: where it is written and how its origin reads.
const LAYERS: [&str; 7] = [
    "toml",
    "env file bare",
    "variable bare",
    "env file own",
    "named env file own",
    "variable own",
    "flag",
];

fn expected_origin(layer: usize, dir: &str) -> String {
    match layer {
        0 => format!("{dir}/ddgen.toml:2"),
        1 => format!("{dir}/.env:1 PORT"),
        2 => "environment PORT".to_owned(),
        3 => format!("{dir}/.env:2 DDGEN_PORT"),
        4 => format!("{dir}/more.env:1 DDGEN_PORT"),
        5 => "environment DDGEN_PORT".to_owned(),
        _ => "flag --http".to_owned(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever subset of the layers speaks, the strongest of them is heard, and it is named.
    #[test]
    fn the_strongest_layer_that_speaks_is_heard(
        ports in proptest::collection::vec(proptest::option::of(1_u16..=u16::MAX), LAYERS.len()),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let mut around = around(dir.path());
        let line = |name: &str, port: Option<u16>| {
            port.map_or("# nothing".to_owned(), |port| format!("{name}={port}"))
        };
        if let Some(port) = ports[0] {
            write(dir.path(), "ddgen.toml", &format!("[http]\nport = {port}\n"));
        }
        let both = format!("{}\n{}\n", line("PORT", ports[1]), line("DDGEN_PORT", ports[3]));
        write(dir.path(), ".env", &both);
        write(dir.path(), "more.env", &line("DDGEN_PORT", ports[4]));
        around.flags.env_file = Some("more.env".into());
        for (layer, name) in [(2, "PORT"), (5, "DDGEN_PORT")] {
            if let Some(port) = ports[layer] {
                set(&mut around, name, &port.to_string());
            }
        }
        around.flags.http = ports[6].map(|port| format!("127.0.0.1:{port}"));

        let loaded = load(&around).unwrap();
        let winner = (0..LAYERS.len()).rev().find(|layer| ports[*layer].is_some());
        let address = loaded.settings.http.address.expect("HTTP is on");
        prop_assert_eq!(address.port(), winner.and_then(|layer| ports[layer]).unwrap_or(8000));
        let expected = winner.map_or("default".to_owned(), |layer| {
            expected_origin(layer, &dir.path().display().to_string())
        });
        prop_assert_eq!(origin(&loaded, "http.address"), expected);
    }

    /// A value is the same wish in whatever layer it stands.
    #[test]
    fn a_value_means_the_same_in_every_layer(tries in 1_u32..=100, layer in 0_usize..3) {
        let text = tries.to_string();
        let loaded = match layer {
            0 => loaded(&[("ddgen.toml", &format!("[worker]\ntries = {tries}\n"))], &[]),
            1 => loaded(&[(".env", &format!("DDGEN_WORKER_TRIES={tries}\n"))], &[]),
            _ => loaded(&[], &[("DDGEN_WORKER_TRIES", &text)]),
        };
        prop_assert_eq!(loaded.settings.worker.tries, tries);
        prop_assert_eq!(errors(&loaded), Vec::<String>::new());
    }
}

#[test]
fn with_no_settings_at_all_it_runs() {
    let dir = tempfile::tempdir().unwrap();
    let loaded = load(&around(dir.path())).expect("nothing is wrong with nothing");
    let settings = &loaded.settings;
    assert_eq!(
        settings.data.dir,
        std::path::Path::new("/home/ann/.local/share/ddgen")
    );
    assert_eq!(settings.data.store_file, settings.data.dir.join("ddgen.db"));
    assert!(!settings.http.beyond_loopback());
    assert_eq!(settings.worker.count, 4);
    assert!(loaded.notices.is_empty(), "{:?}", loaded.notices);
    assert!(
        loaded
            .rows
            .iter()
            .all(|row| row.origin.to_string() == "default")
    );
}

#[test]
fn the_defaults_of_the_structs_are_those_of_the_loader() {
    use crate::settings::{
        DatabaseSettings, HttpSettings, LogSettings, ProfileSettings, SocketSettings,
        WorkerSettings,
    };
    let settings = loaded(&[], &[]).settings;
    assert_eq!(
        settings.worker,
        WorkerSettings {
            count: 4,
            ..WorkerSettings::default()
        }
    );
    assert_eq!(settings.http, HttpSettings::default());
    assert_eq!(settings.socket, SocketSettings::default());
    assert_eq!(settings.log, LogSettings::default());
    assert_eq!(settings.profile, ProfileSettings::default());
    assert_eq!(settings.database, DatabaseSettings::default());
}

#[test]
fn an_empty_variable_says_nothing() {
    let loaded = loaded(
        &[("ddgen.toml", "[log]\nlevel = \"error\"\n")],
        &[("LOG_LEVEL", " ")],
    );
    assert_eq!(loaded.settings.log.level.as_str(), "error");
}

#[test]
fn config_says_who_won_over_whom() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), ".env", "LOG_LEVEL=error\n");
    let mut around = around(dir.path());
    set(&mut around, "LOG_LEVEL", "debug");
    set(&mut around, "DDGEN_LOG_LEVEL", "trace");
    let table = config(&around).table();
    let expected = format!(
        "log.level: environment DDGEN_LOG_LEVEL wins over environment LOG_LEVEL and {}/.env:1 \
         LOG_LEVEL",
        dir.path().display()
    );
    assert!(table.contains(&expected), "{table}");
}

#[test]
fn the_nearest_settings_file_is_read_and_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let mut around = around(dir.path());
    std::fs::create_dir_all(dir.path().join("etc")).unwrap();
    std::fs::create_dir_all(dir.path().join("xdg/ddgen")).unwrap();
    let xdg = dir.path().join("xdg").display().to_string();
    set(&mut around, "XDG_CONFIG_HOME", &xdg);
    let name = |around: &_| inspect(around).settings.application.name;
    write(dir.path(), "etc/ddgen.toml", "app_name = \"machine\"\n");
    assert_eq!(name(&around), "machine");
    write(dir.path(), "xdg/ddgen/ddgen.toml", "app_name = \"user\"\n");
    assert_eq!(name(&around), "user");
    write(dir.path(), "ddgen.toml", "app_name = \"folder\"\n");
    assert_eq!(name(&around), "folder");
    write(dir.path(), "named.toml", "app_name = \"variable\"\n");
    set(&mut around, "DDGEN_CONFIG", "named.toml");
    assert_eq!(name(&around), "variable");
    write(dir.path(), "flag.toml", "app_name = \"flag\"\n");
    around.flags = Flags {
        config: Some("flag.toml".into()),
        ..Flags::default()
    };
    assert_eq!(name(&around), "flag");
}

#[test]
fn a_named_file_that_is_not_there_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let mut around = around(dir.path());
    around.flags.config = Some("gone.toml".into());
    around.flags.env_file = Some("gone.env".into());
    let refused = load(&around).unwrap_err().to_string();
    assert!(
        refused.starts_with("the settings have 2 problems:"),
        "{refused}"
    );
    assert!(
        refused.contains("gone.toml was named as settings and cannot be read"),
        "{refused}"
    );
    assert!(
        refused.contains("gone.env was named as settings and cannot be read"),
        "{refused}"
    );
}

#[test]
fn an_unknown_name_of_our_own_in_the_environment_is_a_warning_with_the_nearest() {
    let loaded = loaded(
        &[(".env", "POSTGRES_USER=x\nLOG_LEVL=info\n")],
        &[("DDGEN_PROT", "1")],
    );
    let warnings: Vec<String> = super::of(&loaded, Severity::Warning)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert_eq!(
        warnings[0],
        "environment DDGEN_PROT is no setting and is not used; did you mean DDGEN_PORT?"
    );
    assert!(
        warnings[1].ends_with("LOG_LEVL is no setting and is not used; did you mean LOG_LEVEL?")
    );
}

#[test]
fn debug_lowers_the_log_level_only_where_nobody_named_one() {
    let quiet = loaded(&[], &[("DEBUG", "true"), ("LOG_LEVEL", "WARNING")]);
    assert_eq!(quiet.settings.log.level.as_str(), "warn");
    let loud = loaded(&[], &[("DEBUG", "true")]);
    assert_eq!(loud.settings.log.level.as_str(), "debug");
    assert_eq!(row(&loud, "log.level").value, "debug");
}

#[test]
fn a_bad_value_in_a_common_name_tells_which_name_is_ours() {
    let loaded = loaded(&[], &[("DEBUG", "express:*")]);
    assert_eq!(
        errors(&loaded),
        [
            "environment DEBUG: debug is `express:*`: expected true or false (where DEBUG belongs to \
          another program, DDGEN_DEBUG wins)"
        ]
    );
}

#[test]
fn auto_is_group_only_where_systemd_made_the_runtime_directory() {
    use crate::settings::SocketAccess;
    let service = loaded(&[], &[("RUNTIME_DIRECTORY", "/run/ddgen")]);
    assert_eq!(service.settings.socket.access, SocketAccess::Group);
    assert_eq!(row(&service, "socket.access").value, "group");
    let person = loaded(&[], &[("INVOCATION_ID", "8d1f")]);
    assert_eq!(person.settings.socket.access, SocketAccess::Private);
}

/// Every setting can be said in the environment, by the name `config` gives for it, and what
/// `config` shows is understood when it is said back.
#[test]
fn every_setting_has_a_name_in_the_environment_that_works() {
    let bare = loaded(&[], &[]);
    let mut said = 0;
    for row in &bare.rows {
        let Some(variable) = &row.variable else {
            assert_eq!(row.name, "store_file");
            continue;
        };
        let value = match &row.value {
            serde_json::Value::String(text) => text.clone(),
            serde_json::Value::Null | serde_json::Value::Array(_) => continue,
            other => other.to_string(),
        };
        let told = loaded(&[], &[(variable, &value)]);
        let told = self::row(&told, &row.name);
        assert_eq!(told.value, row.value, "{variable}");
        assert_eq!(told.origin.to_string(), format!("environment {variable}"));
        said += 1;
    }
    assert!(said >= 25, "only {said} settings were said");
}

/// The list of the map, word for word.
#[test]
fn every_name_of_the_original_guide_is_known_without_a_prefix() {
    let names = "DATABASE_URL DATABASE_TYPE SQLITE_TIMEOUT SQLITE_CHECK_SAME_THREAD APP_NAME \
                 ENVIRONMENT DEBUG LOG_LEVEL LOG_FORMAT HOST PORT SECRET_KEY ALLOWED_ORIGINS \
                 API_KEY_ENABLED MAX_UPLOAD_SIZE SAMPLE_SIZE NESTED_DEPTH_LIMIT DB_POOL_SIZE \
                 DB_MAX_OVERFLOW DB_ECHO REDIS_URL REDIS_CACHE_TTL OPENAI_API_KEY OPENAI_ENABLED \
                 OPENAI_MODEL OPENAI_BASE_URL OPENAI_MAX_TOKENS OPENAI_TEMPERATURE";
    for name in names.split_whitespace() {
        // No value suits all of them; a control character suits none and is complained about.
        let loaded = loaded(&[], &[(name, "\0")]);
        let place = format!("environment {name}: ");
        let heard = loaded
            .notices
            .iter()
            .any(|notice| notice.to_string().starts_with(&place));
        assert!(heard, "{name} is not heard");
    }
}
