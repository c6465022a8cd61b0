//! The files that are shipped say what the program does.

use super::{around, errors, inspect, loaded, write};
use crate::settings::load;

const TOML: &str = include_str!("../../../../packaging/ddgen.toml");
const ENV: &str = include_str!("../../../../packaging/ddgen.env.example");

#[test]
fn the_shipped_settings_change_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let bare = load(&around(dir.path())).unwrap();
    write(dir.path(), "ddgen.toml", TOML);
    let shipped = load(&around(dir.path())).unwrap();
    assert!(crate::settings::Reload::between(&bare, &shipped).is_empty());
}

/// Uncommented, the shipped file names every setting, and the value it shows is the default.
#[test]
fn the_shipped_settings_name_every_setting_with_its_default() {
    let dir = tempfile::tempdir().unwrap();
    let uncommented: String = TOML
        .lines()
        .map(|line| {
            line.strip_prefix("#")
                .filter(|rest| !rest.starts_with([' ', '#']))
                .unwrap_or(line)
        })
        .filter(|line| !line.starts_with('#'))
        .map(|line| format!("{line}\n"))
        .collect();
    write(dir.path(), "ddgen.toml", &uncommented);
    let loaded = inspect(&around(dir.path()));
    assert_eq!(errors(&loaded), Vec::<String>::new(), "{uncommented}");
    let bare = super::loaded(&[], &[]);
    // Who nobody can guess: where things lie, the secrets, and what only answers for others.
    let free = [
        "data_dir",
        "runtime_dir",
        "store_file",
        "secret_key",
        "backup.dir",
        "backup.key",
        "backup.offsite",
        "backup.s3_endpoint",
        "backup.s3_access_key",
        "backup.s3_secret_key",
        "lineage.api_key",
        "lineage.file",
        "lineage.url",
        "openai.api_key",
        "worker.count",
    ];
    let idle = [
        "database.url",
        "database.check_same_thread",
        "database.pool_size",
        "database.max_overflow",
        "database.echo",
        "redis.url",
        "redis.cache_ttl",
        "http.host",
        "http.port",
        "http.api_keys",
        "http.tls_certificate",
        "http.tls_key",
        "database.type",
    ];
    for row in &bare.rows {
        if idle.contains(&row.name.as_str()) || row.name == "store_file" {
            continue;
        }
        let shipped = loaded
            .rows
            .iter()
            .find(|other| other.name == row.name)
            .unwrap();
        assert_ne!(
            shipped.origin.to_string(),
            "default",
            "{} is not shipped",
            row.name
        );
        if !free.contains(&row.name.as_str()) {
            assert_eq!(shipped.value, row.value, "{}", row.name);
        }
    }
}

#[test]
fn the_shipped_environment_loads() {
    let loaded = loaded(&[(".env", ENV)], &[]);
    assert_eq!(errors(&loaded), Vec::<String>::new());
    let unknown = loaded
        .notices
        .iter()
        .find(|notice| notice.message.contains("is no setting"));
    assert!(unknown.is_none(), "{unknown:?}");
}
