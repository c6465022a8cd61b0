//! The file itself: opened, reopened after a disk error, set aside when damaged.

use std::fs::File;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use redb::{Database, DatabaseError, Durability, ReadTransaction};
use redb::{ReadableDatabase, TableDefinition};

use super::error::QueueError;
use super::record::VERSION;
use super::tables::Tables;

const META: TableDefinition<&str, u64> = TableDefinition::new("meta");
const FORMAT: &str = "format";
/// redb would take a gigabyte; the inner nodes of a million jobs fit into this.
const CACHE_BYTES: usize = 8 << 20;

/// Opens the database at a path; tests put a failing disk here.
pub(super) type Opener = Box<dyn Fn(&Path) -> Result<Database, DatabaseError> + Send>;

/// A queue file that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// Where it lies now.
    pub file: PathBuf,
    pub because: String,
}

/// Why an access to the file failed.
pub(super) enum Fault {
    Redb(redb::Error),
    /// The bytes are there and make no sense.
    Damage(String),
}

impl<E: Into<redb::Error>> From<E> for Fault {
    fn from(error: E) -> Self {
        Self::Redb(error.into())
    }
}

/// What is to become of a change.
pub(super) enum Keep<T> {
    /// On disk when the call returns.
    Durably(T),
    /// With the next durable change; lost in a crash.
    Lazily(T),
    /// There was nothing to change.
    Nothing(T),
}

pub(super) struct QueueFile {
    path: PathBuf,
    opener: Opener,
    /// `None` after a disk error: redb wants a file reopened that has failed once.
    db: Option<Database>,
    set_aside: Option<SetAside>,
    /// Watch and place of what became due in changes that were kept.
    came: Vec<(String, u64)>,
}

pub(super) fn open_file(path: &Path) -> Result<Database, DatabaseError> {
    // Paths and reasons stand in it: for this account alone, whatever the folder lets through.
    File::options()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)?;
    Database::builder().set_cache_size(CACHE_BYTES).create(path)
}

impl QueueFile {
    pub(super) fn open(path: PathBuf, opener: Opener) -> Result<Self, QueueError> {
        let mut file = Self {
            path,
            opener,
            db: None,
            set_aside: None,
            came: Vec::new(),
        };
        file.ensure_open()?;
        Ok(file)
    }

    pub(super) fn set_aside(&self) -> Option<&SetAside> {
        self.set_aside.as_ref()
    }

    /// Opens the file unless it is open. True when it was opened now, so that what had been
    /// changed lazily is gone.
    pub(super) fn ensure_open(&mut self) -> Result<bool, QueueError> {
        if self.db.is_some() {
            return Ok(false);
        }
        let fault = match self.try_open() {
            Ok(db) => {
                self.db = Some(db);
                return Ok(true);
            }
            Err(fault) => fault,
        };
        match fault {
            Fault::Redb(redb::Error::DatabaseAlreadyOpen) => Err(QueueError::InUse {
                path: self.path.clone(),
            }),
            fault => match damage(&fault) {
                Some(because) => {
                    self.move_aside(because)?;
                    self.db = Some(self.try_open().map_err(|fault| self.cannot_open(&fault))?);
                    Ok(true)
                }
                None => Err(self.cannot_open(&fault)),
            },
        }
    }

    fn try_open(&self) -> Result<Database, Fault> {
        // redb asserts on some damaged files instead of returning an error.
        catch_unwind(AssertUnwindSafe(|| {
            let db = (self.opener)(&self.path)?;
            check_format(&db)?;
            Ok(db)
        }))
        .unwrap_or_else(|_| {
            Err(Fault::Damage(
                "it makes no sense to the database".to_owned(),
            ))
        })
    }

    /// Changes the file in one transaction.
    pub(super) fn change<T>(
        &mut self,
        work: impl FnOnce(&mut Tables<'_>) -> Result<Keep<T>, Fault>,
    ) -> Result<T, QueueError> {
        let (value, mut came) = self.access(|db| {
            let mut change = db.begin_write()?;
            // Without it a kill costs a walk over the whole file at the next start.
            change.set_quick_repair(true);
            let mut tables = Tables::open(&change)?;
            let keep = work(&mut tables)?;
            let came = std::mem::take(&mut tables.came);
            drop(tables);
            match keep {
                Keep::Durably(value) => {
                    change.commit()?;
                    Ok((value, came))
                }
                Keep::Lazily(value) => {
                    change.set_durability(Durability::None)?;
                    change.commit()?;
                    Ok((value, came))
                }
                Keep::Nothing(value) => {
                    change.abort()?;
                    Ok((value, Vec::new()))
                }
            }
        })?;
        self.came.append(&mut came);
        Ok(value)
    }

    /// Watch and place of what became due since this was asked last.
    pub(super) fn take_came(&mut self) -> Vec<(String, u64)> {
        std::mem::take(&mut self.came)
    }

    pub(super) fn read<T>(
        &mut self,
        work: impl FnOnce(&ReadTransaction) -> Result<T, Fault>,
    ) -> Result<T, QueueError> {
        self.access(|db| work(&db.begin_read()?))
    }

    fn access<T>(
        &mut self,
        work: impl FnOnce(&Database) -> Result<T, Fault>,
    ) -> Result<T, QueueError> {
        let db = self.db.as_ref().ok_or_else(|| QueueError::Disk {
            path: self.path.clone(),
            because: "it is closed after a disk error".to_owned(),
        })?;
        let fault = match catch_unwind(AssertUnwindSafe(|| work(db))) {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(fault)) => fault,
            Err(_) => Fault::Damage("reading it failed an assertion".to_owned()),
        };
        self.close();
        match damage(&fault) {
            Some(because) => {
                let aside = self.move_aside(because.clone())?;
                Err(QueueError::Damaged { aside, because })
            }
            None => Err(QueueError::Disk {
                path: self.path.clone(),
                because: words(&fault),
            }),
        }
    }

    /// Closes the file; the next call opens it again.
    pub(super) fn close(&mut self) {
        let db = self.db.take();
        // Closing writes, and that may fail as well: there is nothing left to lose.
        if catch_unwind(AssertUnwindSafe(|| drop(db))).is_err() {
            tracing::warn!(file = %self.path.display(), "closing the job queue failed");
        }
    }

    fn move_aside(&mut self, because: String) -> Result<PathBuf, QueueError> {
        let time = jiff::Timestamp::now()
            .strftime("%Y%m%dT%H%M%S%.6fZ")
            .to_string();
        let mut name = self.path.clone().into_os_string();
        name.push(format!(".broken-{time}"));
        let aside = PathBuf::from(name);
        std::fs::rename(&self.path, &aside).map_err(|error| QueueError::CannotSetAside {
            path: self.path.clone(),
            damage: because.clone(),
            because: error.to_string(),
        })?;
        tracing::error!(
            file = %self.path.display(), aside = %aside.display(), because,
            "the job queue was damaged and set aside; it starts empty, a scan refills it"
        );
        self.set_aside = Some(SetAside {
            file: aside.clone(),
            because,
        });
        Ok(aside)
    }

    fn cannot_open(&self, fault: &Fault) -> QueueError {
        QueueError::Open {
            path: self.path.clone(),
            because: words(fault),
        }
    }
}

/// Refuses the file of another format; gives a new file its format and its tables.
fn check_format(db: &Database) -> Result<(), Fault> {
    if let Some(format) = format_of(db)? {
        if format == u64::from(VERSION) {
            return Ok(());
        }
        return Err(Fault::Damage(format!(
            "it is of format {format}, this ddgend reads format {VERSION}"
        )));
    }
    let mut change = db.begin_write()?;
    change.set_quick_repair(true);
    change
        .open_table(META)?
        .insert(FORMAT, u64::from(VERSION))?;
    // Reading needs every table to be there.
    drop(Tables::open(&change)?);
    Ok(change.commit()?)
}

fn format_of(db: &Database) -> Result<Option<u64>, Fault> {
    match db.begin_read()?.open_table(META) {
        Ok(meta) => Ok(meta.get(FORMAT)?.map(|format| format.value())),
        Err(redb::TableError::TableDoesNotExist(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// What is wrong with the content, or `None` when the disk or the rights are at fault.
fn damage(fault: &Fault) -> Option<String> {
    use redb::Error;
    match fault {
        Fault::Damage(because) => Some(because.clone()),
        Fault::Redb(Error::Io(error)) => matches!(
            error.kind(),
            ErrorKind::InvalidData | ErrorKind::UnexpectedEof
        )
        .then(|| error.to_string()),
        Fault::Redb(
            error @ (Error::Corrupted(_)
            | Error::UpgradeRequired(_)
            | Error::RepairAborted
            | Error::TableTypeMismatch { .. }
            | Error::TableIsMultimap(_)
            | Error::TypeDefinitionChanged { .. }
            | Error::TableDoesNotExist(_)),
        ) => Some(error.to_string()),
        Fault::Redb(_) => None,
    }
}

fn words(fault: &Fault) -> String {
    match fault {
        Fault::Damage(because) => because.clone(),
        Fault::Redb(redb::Error::Io(error)) => error.to_string(),
        Fault::Redb(error) => error.to_string(),
    }
}
