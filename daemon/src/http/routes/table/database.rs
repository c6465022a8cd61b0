//! The store and its backups.

use super::operation::Shape::{Document, Json};
use super::operation::{ADMIN, Operation, READER, Shape, Takes, read, slow, write};

pub(super) const DATABASE: &[Operation] = &[
    read(
        "/api/v1/database/health",
        "database health",
        READER,
        "How the store is; 503 when it is unhealthy",
        &[],
        &[(200, Json("DatabaseHealth")), (503, Json("DatabaseHealth"))],
    ),
    read(
        "/api/v1/database/stats",
        "database stats",
        READER,
        "How much the store holds",
        &[],
        &[(200, Json("DatabaseStats"))],
    ),
    read(
        "/api/v1/database/tables",
        "database tables",
        READER,
        "The tables of the store with their rows and columns",
        &[],
        &[(200, Document("Tables"))],
    ),
    read(
        "/api/v1/database/backup",
        "backups",
        READER,
        "All backups, and what they amount to",
        &[],
        &[(200, Document("Backups"))],
    ),
    slow(write(
        "POST",
        "/api/v1/database/backup",
        "backup now",
        ADMIN,
        "Makes a full backup and verifies it: 201 when it is done, 202 when it takes longer than \
         `Prefer: wait=` seconds",
        (&[], Takes::Nothing),
        &[(201, Json("Backup")), (202, Json("UnderWay"))],
    )),
    slow(read(
        "/api/v1/database/backup/download",
        "backup download",
        ADMIN,
        "The store as it is now, copied and examined: one SQLite file",
        &[],
        &[(200, Shape::Bytes("application/vnd.sqlite3"))],
    )),
    write(
        "POST",
        "/api/v1/database/clear",
        "clear",
        ADMIN,
        "Takes every dictionary, version and drop away; keys and the audit log stay",
        (&[], Takes::Json("Confirmation")),
        &[(200, Json("Cleared"))],
    ),
];
