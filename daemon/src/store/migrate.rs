//! Numbered changes of the schema. One that was applied once never changes again.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::error::StoreError;

/// One numbered SQL file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Migration {
    pub(super) number: u32,
    pub(super) name: &'static str,
    pub(super) sql: &'static str,
}

pub(super) const ALL: &[Migration] = &[
    Migration {
        number: 1,
        name: "dictionaries_and_drops",
        sql: include_str!("migrations/0001_dictionaries_and_drops.sql"),
    },
    Migration {
        number: 2,
        name: "changes",
        sql: include_str!("migrations/0002_changes.sql"),
    },
    Migration {
        number: 3,
        name: "annotations",
        sql: include_str!("migrations/0003_annotations.sql"),
    },
    Migration {
        number: 4,
        name: "backups",
        sql: include_str!("migrations/0004_backups.sql"),
    },
    Migration {
        number: 5,
        name: "sketches",
        sql: include_str!("migrations/0005_sketches.sql"),
    },
    Migration {
        number: 6,
        name: "keys_and_audit",
        sql: include_str!("migrations/0006_keys_and_audit.sql"),
    },
    Migration {
        number: 7,
        name: "deletion",
        sql: include_str!("migrations/0007_deletion.sql"),
    },
    Migration {
        number: 8,
        name: "renames",
        sql: include_str!("migrations/0008_renames.sql"),
    },
    Migration {
        number: 9,
        name: "search",
        sql: include_str!("migrations/0009_search.sql"),
    },
    Migration {
        number: 10,
        name: "remembered",
        sql: include_str!("migrations/0010_remembered.sql"),
    },
    Migration {
        number: 11,
        name: "thinning",
        sql: include_str!("migrations/0011_thinning.sql"),
    },
    Migration {
        number: 12,
        name: "findings",
        sql: include_str!("migrations/0012_findings.sql"),
    },
    Migration {
        number: 13,
        name: "contracts",
        sql: include_str!("migrations/0013_contracts.sql"),
    },
    Migration {
        number: 14,
        name: "moves",
        sql: include_str!("migrations/0014_moves.sql"),
    },
    Migration {
        number: 15,
        name: "freshness",
        sql: include_str!("migrations/0015_freshness.sql"),
    },
    Migration {
        number: 16,
        name: "routes",
        sql: include_str!("migrations/0016_routes.sql"),
    },
];

impl Migration {
    /// Over the text with `\n` at its line ends, however it was checked out.
    fn checksum(&self) -> String {
        let text = self.sql.replace("\r\n", "\n");
        blake3::hash(text.as_bytes()).to_hex().to_string()
    }
}

/// Brings the schema up to the last of `migrations`, each in a transaction of its own, and says
/// how many were applied. Nothing is applied when one that was applied earlier differs.
pub(super) fn migrate(
    db: &mut Connection,
    path: &Path,
    migrations: &[Migration],
    now_ms: i64,
) -> Result<usize, StoreError> {
    let applied = applied(db, path)?;
    verify(&applied, migrations)?;
    let pending = &migrations[applied.len()..];
    for migration in pending {
        apply(db, migration, now_ms)?;
    }
    Ok(pending.len())
}

/// Number and checksum of what was applied, in order.
fn applied(db: &Connection, path: &Path) -> Result<Vec<(u32, String)>, StoreError> {
    let known: Option<i64> = db
        .query_row(
            "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'",
            [],
            |row| row.get(0),
        )
        .optional()?;
    if known.is_none() {
        let tables: i64 =
            db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        if tables > 0 {
            return Err(StoreError::Foreign {
                path: path.to_path_buf(),
            });
        }
        return Ok(Vec::new());
    }
    let mut rows = db.prepare("SELECT number, checksum FROM migrations ORDER BY number")?;
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn verify(applied: &[(u32, String)], migrations: &[Migration]) -> Result<(), StoreError> {
    let known = migrations.last().map_or(0, |migration| migration.number);
    let found = applied.last().map_or(0, |(number, _)| *number);
    if found > known {
        return Err(StoreError::NewerSchema { found, known });
    }
    for ((number, checksum), migration) in applied.iter().zip(migrations) {
        if *number != migration.number || *checksum != migration.checksum() {
            return Err(StoreError::ChangedMigration {
                number: migration.number,
                name: migration.name.to_owned(),
            });
        }
    }
    Ok(())
}

fn apply(db: &mut Connection, migration: &Migration, now_ms: i64) -> Result<(), StoreError> {
    let run =
        |db: &mut Connection| -> rusqlite::Result<()> {
            let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            tx.execute_batch(
                "CREATE TABLE IF NOT EXISTS migrations (
               number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL,
               applied_at INTEGER NOT NULL) STRICT",
            )?;
            tx.execute_batch(migration.sql)?;
            tx.execute(
            "INSERT INTO migrations (number, name, checksum, applied_at) VALUES (?1, ?2, ?3, ?4)",
            params![migration.number, migration.name, migration.checksum(), now_ms],
        )?;
            tx.commit()
        };
    run(db).map_err(|error| match StoreError::from(error) {
        passing if passing.passes() => passing,
        failed => StoreError::FailedMigration {
            number: migration.number,
            name: migration.name.to_owned(),
            because: failed.to_string(),
        },
    })
}
