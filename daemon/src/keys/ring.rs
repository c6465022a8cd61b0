//! All keys, in memory and in the store.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ddgen_ipc::Timestamp;
use ddgen_ipc::hello::Role;
use ddgen_ipc::message::{KeyRow, Scope};
use thiserror::Error;

use super::text::{Presented, Secret};
use crate::caller::Caller;
use crate::store::{AuditEntry, Store, StoreError, StoredKey};

/// Keys that may be in use at once. A team has dozens; each costs a few hundred bytes.
const MOST: usize = 1_000;
/// Rows that a list shows, those in use first of all.
const SHOWN: usize = 2_000;
/// How often the last use of a key is written down.
const NOTED_EVERY_MS: i64 = 60_000;
/// Characters of a name.
const LONGEST_NAME: usize = 80;

#[derive(Debug, Error)]
pub enum KeysError {
    #[error("there is no API key `{0}`: `ddgend keys list` shows their ids")]
    NotFound(String),
    #[error("the API key `{0}` is {1} already")]
    Over(String, &'static str),
    #[error("a key needs a name of 1 to {LONGEST_NAME} characters, without control characters")]
    Name,
    #[error("there are {MOST} API keys in use: revoke some first")]
    Full,
    #[error("the system hands out no randomness for a key: {0}")]
    Random(#[from] std::io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a presented key does not open the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// Not of the form of our keys.
    Malformed,
    /// No such key, or not its secret: which of the two is not told.
    Unknown,
    Expired,
    Revoked,
}

impl Wrong {
    /// For the log and for the one who sent it.
    #[must_use]
    pub fn because(self) -> &'static str {
        match self {
            Self::Malformed => "it is not of the form of an API key of ddgen",
            Self::Unknown => "it is not known here",
            Self::Expired => "it has expired",
            Self::Revoked => "it was revoked",
        }
    }
}

/// The bearer of a good key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    pub id: String,
    pub name: String,
    pub role: Role,
}

struct Held {
    key: StoredKey,
    /// When its last use was written down.
    noted_at: i64,
}

/// The keys of one daemon.
pub struct KeyRing {
    store: Store,
    held: Mutex<HashMap<String, Held>>,
    /// One change at a time, so that memory and store agree on the order.
    changing: tokio::sync::Mutex<()>,
}

impl KeyRing {
    /// # Errors
    /// When the store cannot be read.
    pub async fn load(store: Store) -> Result<Self, StoreError> {
        let held = store.keys().await?.into_iter().map(|key| {
            let noted_at = key.row.last_used_at.map_or(0, |at| at.0);
            (key.row.id.clone(), Held { key, noted_at })
        });
        let held = Mutex::new(held.collect());
        let changing = tokio::sync::Mutex::default();
        Ok(Self {
            store,
            held,
            changing,
        })
    }

    /// Whether any key would open the door.
    #[must_use]
    pub fn has_any(&self, now: Timestamp) -> bool {
        let held = self.held();
        held.values()
            .any(|held| ended(&held.key.row, now).is_none())
    }

    /// Every key, newest first, at most 2,000.
    #[must_use]
    pub fn list(&self) -> Vec<KeyRow> {
        let mut rows: Vec<KeyRow> = self
            .held()
            .values()
            .map(|held| held.key.row.clone())
            .collect();
        rows.sort_by(|a, b| (b.created_at, &b.id).cmp(&(a.created_at, &a.id)));
        let now = Timestamp::now();
        // Stable: the newest of those in use, then the newest of the others.
        rows.sort_by_key(|row| ended(row, now).is_some());
        rows.truncate(SHOWN);
        rows
    }

    /// Makes a key and returns it: afterwards nobody can.
    ///
    /// # Errors
    /// When there is no place, no good name, or nothing could be stored.
    pub async fn create(
        &self,
        name: &str,
        scope: Scope,
        expires_in_ms: Option<i64>,
        by: &Caller,
    ) -> Result<(Secret, KeyRow), KeysError> {
        let _one = self.changing.lock().await;
        let name = good_name(name)?;
        let made = self.make(name, scope, expires_in_ms, by)?;
        self.add(made, None, "keys create", by).await
    }

    /// Makes a key like this one, which ends `overlap_ms` from now.
    ///
    /// # Errors
    /// When there is no such key in use, or nothing could be stored.
    pub async fn rotate(
        &self,
        id: &str,
        overlap_ms: i64,
        by: &Caller,
    ) -> Result<(Secret, KeyRow), KeysError> {
        let _one = self.changing.lock().await;
        let old = self.in_use(id)?;
        let span = old.expires_at.map(|end| end.0 - old.created_at.0);
        let made = self.make(&old.name, old.scope, span, by)?;
        let end = Timestamp::now().0.saturating_add(overlap_ms.max(0));
        let end = old.expires_at.map_or(end, |earlier| earlier.0.min(end));
        let replaced = Some((old.id, Timestamp(end)));
        self.add(made, replaced, "keys rotate", by).await
    }

    /// From now on the key opens nothing.
    ///
    /// # Errors
    /// When there is no such key in use, or nothing could be stored.
    pub async fn revoke(&self, id: &str, by: &Caller) -> Result<KeyRow, KeysError> {
        let _one = self.changing.lock().await;
        let mut row = self.in_use(id)?;
        let now = Timestamp::now();
        let entry = AuditEntry::done(by, "keys revoke", described(&row));
        self.store.revoke_key(row.id.clone(), now, entry).await?;
        row.revoked_at = Some(now);
        if let Some(held) = self.held().get_mut(id) {
            held.key.row.revoked_at = Some(now);
        }
        Ok(row)
    }

    /// Whether a presented key opens the door, and for whom. Notes its use.
    ///
    /// # Errors
    /// Why it does not.
    pub fn judge(&self, sent: &str, from: IpAddr, now: Timestamp) -> Result<Admitted, Wrong> {
        let sent = Presented::parse(sent).ok_or(Wrong::Malformed)?;
        let mut all = self.held();
        let held = all.get_mut(sent.id()).ok_or(Wrong::Unknown)?;
        // Only who has the secret learns what became of the key.
        if !sent.matches(&held.key.hash) {
            return Err(Wrong::Unknown);
        }
        if let Some(wrong) = ended(&held.key.row, now) {
            return Err(wrong);
        }
        let row = &mut held.key.row;
        row.last_used_at = Some(now);
        row.last_used_from = Some(from.to_string());
        let admitted = Admitted {
            id: row.id.clone(),
            name: row.name.clone(),
            role: role_of(row.scope),
        };
        if now.0.saturating_sub(held.noted_at) >= NOTED_EVERY_MS {
            held.noted_at = now.0;
            self.note_use(&admitted.id, now, from);
        }
        Ok(admitted)
    }

    /// Beside the request: nobody waits for it, and a store that fails has its own probe.
    fn note_use(&self, id: &str, at: Timestamp, from: IpAddr) {
        let (store, id) = (self.store.clone(), id.to_owned());
        tokio::spawn(async move {
            if let Err(error) = store.note_key_use(id, at, from.to_string()).await {
                tracing::debug!(%error, "the use of an API key was not noted");
            }
        });
    }

    fn make(
        &self,
        name: &str,
        scope: Scope,
        expires_in_ms: Option<i64>,
        by: &Caller,
    ) -> Result<(Secret, KeyRow), KeysError> {
        let now = Timestamp::now();
        let held = self.held();
        let in_use = held
            .values()
            .filter(|held| ended(&held.key.row, now).is_none());
        if in_use.count() >= MOST {
            return Err(KeysError::Full);
        }
        let mut secret = Secret::new()?;
        while held.contains_key(secret.id()) {
            secret = Secret::new()?;
        }
        let row = KeyRow {
            id: secret.id().to_owned(),
            name: name.to_owned(),
            scope,
            created_at: now,
            created_by: by.name.clone(),
            expires_at: expires_in_ms.map(|span| Timestamp(now.0.saturating_add(span))),
            last_used_at: None,
            last_used_from: None,
            revoked_at: None,
        };
        Ok((secret, row))
    }

    async fn add(
        &self,
        (secret, row): (Secret, KeyRow),
        replaced: Option<(String, Timestamp)>,
        action: &'static str,
        by: &Caller,
    ) -> Result<(Secret, KeyRow), KeysError> {
        let key = StoredKey {
            row: row.clone(),
            hash: secret.hash(),
        };
        let target = match &replaced {
            Some((old, _)) => format!("{}, in place of {old}", described(&row)),
            None => described(&row),
        };
        let entry = AuditEntry::done(by, action, target);
        self.store
            .add_key(key.clone(), replaced.clone(), entry)
            .await?;
        let mut held = self.held();
        if let Some((old, end)) = replaced
            && let Some(old) = held.get_mut(&old)
        {
            old.key.row.expires_at = Some(end);
        }
        held.insert(row.id.clone(), Held { key, noted_at: 0 });
        Ok((secret, row))
    }

    fn in_use(&self, id: &str) -> Result<KeyRow, KeysError> {
        let held = self.held();
        let held = held
            .get(id)
            .ok_or_else(|| KeysError::NotFound(id.to_owned()))?;
        match ended(&held.key.row, Timestamp::now()) {
            Some(Wrong::Revoked) => Err(KeysError::Over(id.to_owned(), "revoked")),
            Some(_) => Err(KeysError::Over(id.to_owned(), "expired")),
            None => Ok(held.key.row.clone()),
        }
    }

    fn held(&self) -> MutexGuard<'_, HashMap<String, Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn ended(row: &KeyRow, now: Timestamp) -> Option<Wrong> {
    if row.revoked_at.is_some() {
        Some(Wrong::Revoked)
    } else if row.expires_at.is_some_and(|end| end <= now) {
        Some(Wrong::Expired)
    } else {
        None
    }
}

fn role_of(scope: Scope) -> Role {
    match scope {
        Scope::Read => Role::Reader,
        Scope::Write => Role::Editor,
        Scope::Admin => Role::Admin,
    }
}

fn described(row: &KeyRow) -> String {
    format!("{} ({}, {})", row.id, row.name, row.scope)
}

fn good_name(name: &str) -> Result<&str, KeysError> {
    let name = name.trim();
    let long = name.chars().count() > LONGEST_NAME;
    if name.is_empty() || long || name.chars().any(char::is_control) {
        return Err(KeysError::Name);
    }
    Ok(name)
}

#[cfg(test)]
mod tests;
