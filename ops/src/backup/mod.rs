//! Backups: made while the store is written to, verified by restoring them, kept by the calendar.
//!
//! A place holds one folder a backup; its manifest is written last. A full one holds the store as
//! one compressed SQLite file, an increment the pages that differ from a full one.

mod bucket;
mod calm;
mod control;
mod dir;
mod error;
mod journal;
mod key;
mod loose;
mod manifest;
mod offsite;
mod pack;
mod pages;
mod place;
mod pointer;
mod reach;
mod rebuild;
mod replay;
mod restore;
mod retention;
mod room;
mod s3;
mod schedule;
mod scratch;
mod seal;
mod subject;
mod swap;
mod unpack;
mod verify;
mod workshop;

pub use calm::calm_down;
pub use control::Control;
pub use dir::{DirPlace, write_whole};
pub use error::BackupError;
pub use journal::{Closed, Held, Journal, Mark, Stretch};
pub use key::Key;
pub use manifest::{Bundled, Contents, Kind, Manifest, Object, Role, Table, Unpacked, Why};
pub use offsite::copy;
pub use place::{Found, Place};
pub use reach::reach;
pub use rebuild::rebuild;
pub use replay::Replay;
pub use restore::{Choice, Restored, Target, choose, finish_restore, restore};
pub use retention::{Entry, Keep, prune};
pub use s3::{S3Place, S3Settings};
pub use schedule::Every;
pub use subject::{Extra, Subject};
pub use unpack::unpack;
pub use verify::{Depth, Problem, check, same};
pub use workshop::{Workshop, read_manifest};

#[cfg(test)]
mod retention_tests;
