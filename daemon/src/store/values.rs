//! Between Rust's types and SQLite's.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use rusqlite::types::{FromSql, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use crate::arrival::DropId;

/// A path: TEXT where it is UTF-8, so that people can read it with `sqlite3`; else BLOB.
pub(super) struct SqlPath<P>(pub(super) P);

impl<P: AsRef<Path>> ToSql for SqlPath<P> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let path = self.0.as_ref();
        let value = match path.to_str() {
            Some(text) => ValueRef::Text(text.as_bytes()),
            None => ValueRef::Blob(path.as_os_str().as_bytes()),
        };
        Ok(ToSqlOutput::Borrowed(value))
    }
}

impl FromSql for SqlPath<PathBuf> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let bytes = value.as_bytes()?;
        let path: &OsStr = OsStr::from_bytes(bytes);
        Ok(Self(OsString::from_vec(path.as_bytes().to_vec()).into()))
    }
}

/// The 16 bytes of a drop's id.
pub(super) struct SqlId(pub(super) DropId);

impl ToSql for SqlId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.0.to_be_bytes().to_vec().into())
    }
}

impl FromSql for SqlId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        <[u8; 16]>::column_result(value).map(|bytes| Self(DropId(u128::from_be_bytes(bytes))))
    }
}

/// Counts and sizes are far below 2^63; one that is not stays the largest there is.
pub(super) fn int(value: impl TryInto<i64>) -> i64 {
    value.try_into().unwrap_or(i64::MAX)
}

/// Back again; what is negative was never written.
pub(super) fn count(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

/// Inodes use all 64 bits on some file systems: the bits are kept, the sign means nothing.
pub(super) fn bits(value: u64) -> i64 {
    value.cast_signed()
}
