//! The store's connection. Where its file lies is in [`super::DataSettings`].

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::key::Key;
use super::kind::{Kind, absolute, boolean, choice, number, span};
use super::notice::Notice;
use super::raw::Raw;
use super::reader::{Given, Reader};
use super::secret::masked_address;

use std::time::Duration;

/// SQLite, the only store of this build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseSettings {
    /// How long a connection waits for another one's lock (`busy_timeout`).
    pub busy_timeout: Duration,
}

impl Default for DatabaseSettings {
    fn default() -> Self {
        Self {
            busy_timeout: Duration::from_secs(30),
        }
    }
}

const URL: Key = Key::new("database.url", "DATABASE_URL").bare().secret();
const TYPE: Key = Key::new("database.type", "DATABASE_TYPE").bare();
const TIMEOUT: Key = Key::new("database.timeout", "SQLITE_TIMEOUT").bare();
const SAME_THREAD: Key = Key::new("database.check_same_thread", "SQLITE_CHECK_SAME_THREAD").bare();
const POOL_SIZE: Key = Key::new("database.pool_size", "DB_POOL_SIZE").bare();
const MAX_OVERFLOW: Key = Key::new("database.max_overflow", "DB_MAX_OVERFLOW").bare();
const ECHO: Key = Key::new("database.echo", "DB_ECHO").bare();
const REDIS_URL: Key = Key::new("redis.url", "REDIS_URL").bare().secret();
const REDIS_CACHE_TTL: Key = Key::new("redis.cache_ttl", "REDIS_CACHE_TTL").bare();

const POSTGRESQL: &str = "this build does not serve PostgreSQL yet: set \
    DATABASE_URL=sqlite:///./data/app.db and DATABASE_TYPE=sqlite, or leave both out (names that \
    begin with DDGEN_ win, where these belong to another program)";
const REDIS: &str = "this build does not serve Redis yet, and needs no cache: leave REDIS_URL out \
    (DDGEN_REDIS_URL=off, where the name belongs to another program)";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DatabaseType {
    Sqlite,
    Postgresql,
}

const TYPES: &[(&str, DatabaseType)] = &[
    ("sqlite", DatabaseType::Sqlite),
    ("postgresql", DatabaseType::Postgresql),
    ("postgres", DatabaseType::Postgresql),
];

/// What `DATABASE_URL` names.
#[derive(Debug, Clone, PartialEq, Eq)]
enum DatabaseUrl {
    Sqlite(PathBuf),
    Postgresql,
}

impl DatabaseSettings {
    /// The settings, and the file `DATABASE_URL` names, where it names one.
    pub(super) fn read(reader: &mut Reader<'_>) -> (Self, Option<Given<PathBuf>>) {
        let file = read_url(reader);
        let kind = reader.given(&TYPE, &choice(TYPES), &DatabaseType::Sqlite);
        if let Some(given) = kind.filter(|given| given.value == DatabaseType::Postgresql) {
            reader
                .notices
                .push(Notice::error(TYPE.name, POSTGRESQL).at(&given.origin));
        }
        let hour = Duration::from_secs(3600);
        let usual = Self::default();
        let timeout = span(Duration::ZERO..=hour);
        let busy_timeout = reader.get(&TIMEOUT, &timeout, usual.busy_timeout);
        accept_idle(
            reader,
            &SAME_THREAD,
            boolean(),
            "there are no Python threads here",
        );
        let pool = "for PostgreSQL only; SQLite has one writer and as many readers as are needed";
        accept_idle(reader, &POOL_SIZE, number(0..=10_000_u32), pool);
        accept_idle(reader, &MAX_OVERFLOW, number(0..=10_000_u32), pool);
        accept_idle(reader, &ECHO, boolean(), "statements are not logged");
        read_redis(reader);
        (Self { busy_timeout }, file)
    }
}

fn read_url(reader: &mut Reader<'_>) -> Option<Given<PathBuf>> {
    let kind = database_url(reader.working_dir()).optional();
    let given = reader.given(&URL, &kind, &None)?;
    show_masked(reader, &URL);
    match given.value? {
        DatabaseUrl::Sqlite(file) => Some(Given {
            value: file,
            origin: given.origin,
            rank: given.rank,
        }),
        DatabaseUrl::Postgresql => {
            reader
                .notices
                .push(Notice::error(URL.name, POSTGRESQL).at(&given.origin));
            None
        }
    }
}

fn read_redis(reader: &mut Reader<'_>) {
    // `None` is the word for programs that share an environment with one that has a Redis.
    let parse = |text: &str| Ok((!text.eq_ignore_ascii_case("off")).then(|| text.to_owned()));
    let kind = Kind::new(parse, |address| Value::from(address.clone()));
    if let Some(given) = reader.given(&REDIS_URL, &kind, &None)
        && given.value.is_some()
    {
        show_masked(reader, &REDIS_URL);
        reader
            .notices
            .push(Notice::error(REDIS_URL.name, REDIS).at(&given.origin));
    }
    let ttl = span(Duration::ZERO..=Duration::from_secs(365 * 24 * 3600));
    accept_idle(
        reader,
        &REDIS_CACHE_TTL,
        ttl,
        "there is no Redis in this build",
    );
}

/// A name of the original guide that has nothing to decide here: judged, shown, and said so.
fn accept_idle<T: 'static>(reader: &mut Reader<'_>, key: &Key, kind: Kind<T>, why: &str) {
    let kind = kind.optional();
    if let Some(given) = reader.given(key, &kind, &None) {
        let message = format!("{} is accepted and not used: {why}", key.name);
        reader
            .notices
            .push(Notice::note(key.name, message).at(&given.origin));
        reader.remark(key.name, format!("not used: {why}"));
    }
}

/// The address may be seen, the password in it may not.
fn show_masked(reader: &mut Reader<'_>, key: &Key) {
    let strongest = reader.layers.candidates(key).into_iter().next();
    let Some(Ok(Raw::Text(address))) = strongest.map(|candidate| candidate.raw) else {
        return;
    };
    if let Some(row) = reader.rows.iter_mut().find(|row| row.name == key.name) {
        row.value = Value::from(masked_address(address.trim()));
    }
}

fn database_url(base: &Path) -> Kind<DatabaseUrl> {
    let base = base.to_path_buf();
    let parse = move |text: &str| {
        let expected = "expected sqlite:///./data/app.db (three slashes, then the path) or \
                        postgresql://user:password@host/database";
        let (scheme, rest) = text.split_once(':').ok_or(expected)?;
        // SQLAlchemy names the driver behind a plus: sqlite+aiosqlite.
        let scheme = scheme
            .split('+')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        match scheme.as_str() {
            "postgresql" | "postgres" => Ok(DatabaseUrl::Postgresql),
            "sqlite" => sqlite_file(&base, rest)
                .map(DatabaseUrl::Sqlite)
                .map_err(str::to_owned),
            _ => Err(format!("this kind of database is not served; {expected}")),
        }
    };
    let show = |url: &DatabaseUrl| match url {
        DatabaseUrl::Sqlite(file) => Value::from(file.to_string_lossy()),
        DatabaseUrl::Postgresql => Value::from("postgresql"),
    };
    Kind::new(parse, show)
}

fn sqlite_file(base: &Path, rest: &str) -> Result<PathBuf, &'static str> {
    let path = match rest.strip_prefix("///") {
        Some(path) => path,
        None if matches!(rest, "" | "//") => "",
        None => {
            return Err(
                "a SQLite address has three slashes before its path: sqlite:///./data/app.db",
            );
        }
    };
    if path.is_empty() || path.contains(":memory:") {
        return Err(
            "a store in memory would forget what people wrote: name a file, as in \
                    sqlite:///./data/app.db",
        );
    }
    if path.contains('?') {
        return Err("options behind `?` are not known here: write the path alone");
    }
    let file = absolute(base, Path::new(path));
    if path.ends_with('/') || path.ends_with("/.") || file.file_name().is_none() {
        return Err("the path names a folder: name the file in it, as in sqlite:///./data/app.db");
    }
    Ok(file)
}
