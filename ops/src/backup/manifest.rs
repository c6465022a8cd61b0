//! What a backup is: one document beside its objects, written last.

use std::collections::BTreeMap;
use std::fmt;

use ddgen_ipc::Timestamp;
use serde::{Deserialize, Serialize};

use super::BackupError;
use super::journal::{Mark, Stretch};

/// Goes up when the meaning of a manifest changes; higher ones are refused.
const VERSION: u32 = 2;
/// Name of the manifest beside its objects.
pub const MANIFEST: &str = "manifest.json";
/// A store of a thousand tables fits many times over.
pub const LARGEST_MANIFEST: u64 = 4 << 20;
/// The last line: the BLAKE3 of every byte before it.
const SEAL: &str = ",\n  \"seal\": \"";
const SEAL_END: &str = "\"\n}\n";

/// Whether a backup stands alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The whole store.
    Full,
    /// The pages that differ from a full one.
    Incremental,
}

impl Kind {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Incremental => "incremental",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Who asked for a backup; decides how long it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    Schedule,
    OnDemand,
}

/// What an object is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The store: unpacks to one SQLite file.
    Store,
    /// Pages that differ from the base.
    Delta,
    /// One hash a page of the store, for increments.
    Pages,
    /// Commits since the backup before it, for moments in between.
    Journal,
    /// A file of settings: without secrets, or, where the backup is encrypted, with them.
    Settings,
    /// A further file of the data directory that the store needs, such as a key; only encrypted.
    DataFile,
}

/// One file of a backup as it lies in a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    pub name: String,
    /// Its name once unpacked.
    pub plain_name: String,
    pub role: Role,
    pub bytes: u64,
    pub blake3: String,
    /// Bytes once unpacked: an unpacking that brings more is stopped.
    pub plain_bytes: u64,
}

/// One table as it was in the backup's own snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    pub rows: u64,
    /// Over every value of every row, in order of the key.
    pub blake3: String,
}

/// What a store holds, told apart from how its file looks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// Number of the last migration.
    pub schema: u32,
    pub tables: BTreeMap<String, Table>,
}

/// Commits that one object holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bundled {
    pub object: String,
    #[serde(flatten)]
    pub stretch: Stretch,
}

/// The store's file, unpacked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unpacked {
    pub bytes: u64,
    pub blake3: String,
    pub page_bytes: u32,
}

/// One backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub manifest_version: u32,
    /// Also the name of its folder.
    pub id: String,
    pub kind: Kind,
    pub why: Why,
    /// The full one an increment needs.
    pub base: Option<String>,
    /// Every commit that was acknowledged before this moment is in it.
    pub taken_at: Timestamp,
    pub finished_at: Timestamp,
    /// Version of the ddgend that made it.
    pub made_by: String,
    pub encrypted: bool,
    pub store: Unpacked,
    pub contents: Contents,
    pub objects: Vec<Object>,
    /// How far the journal was in its snapshot; none where there was no journal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub journal: Vec<Bundled>,
}

impl Manifest {
    pub(crate) fn version() -> u32 {
        VERSION
    }

    /// The name of a backup taken at this moment; names sort by time.
    #[must_use]
    pub fn id_of(taken_at: Timestamp, kind: Kind) -> String {
        let moment = taken_at.to_string();
        let digits: String = moment
            .chars()
            .filter(|c| c.is_ascii_alphanumeric())
            .collect();
        format!("{digits}-{kind}")
    }

    /// Whether a folder can be one of ours: what is called otherwise belongs to somebody else.
    #[must_use]
    pub fn is_id(name: &str) -> bool {
        let Some((moment, kind)) = name.split_once('-') else {
            return false;
        };
        let digits = |text: &str, count: usize| {
            text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        let is_moment = moment
            .strip_suffix('Z')
            .and_then(|moment| moment.split_once('T'))
            .is_some_and(|(date, time)| digits(date, 8) && digits(time, 9));
        is_moment
            && [Kind::Full, Kind::Incremental]
                .iter()
                .any(|of| kind == of.as_str())
    }

    /// Bytes of all its objects.
    #[must_use]
    pub fn packed_bytes(&self) -> u64 {
        self.objects.iter().map(|object| object.bytes).sum()
    }

    /// The object of a role.
    ///
    /// # Errors
    /// When the manifest names none.
    pub fn object(&self, role: Role) -> Result<&Object, BackupError> {
        let found = self.objects.iter().find(|object| object.role == role);
        found.ok_or_else(|| {
            BackupError::damaged(&self.id, format!("its manifest names no {role:?} object"))
        })
    }

    /// The text that is written, sealed by its own hash.
    ///
    /// # Errors
    /// When a value cannot be written as JSON, which is a defect.
    pub fn to_text(&self) -> Result<String, BackupError> {
        let text = serde_json::to_string_pretty(self)
            .map_err(|error| BackupError::Refused(format!("a manifest has no text: {error}")))?;
        let body = text.strip_suffix("\n}").unwrap_or(&text);
        let seal = blake3::hash(body.as_bytes()).to_hex();
        Ok(format!("{body}{SEAL}{seal}{SEAL_END}"))
    }

    /// Reads a manifest that should be that of `id`. Any byte that is not as it was written is
    /// found: those before the seal by the seal, the seal and what follows by their form.
    ///
    /// # Errors
    /// When it is damaged, another backup's, or written by a newer ddgend.
    pub fn parse(id: &str, bytes: &[u8]) -> Result<Self, BackupError> {
        let damaged = |because: &str| {
            BackupError::damaged(format!("the manifest of the backup `{id}`"), because)
        };
        let text = std::str::from_utf8(bytes).map_err(|_| damaged("it is no UTF-8"))?;
        let (body, rest) = text
            .rsplit_once(SEAL)
            .ok_or_else(|| damaged("it has no seal, so that its end is missing"))?;
        let seal = blake3::hash(body.as_bytes()).to_hex();
        if rest.strip_suffix(SEAL_END) != Some(seal.as_str()) {
            return Err(damaged("its seal does not fit its text"));
        }
        let manifest: Self = serde_json::from_str(&format!("{body}\n}}"))
            .map_err(|error| damaged(&error.to_string()))?;
        if manifest.manifest_version > VERSION {
            let found = manifest.manifest_version;
            return Err(BackupError::Refused(format!(
                "the backup `{id}` was made by a newer ddgend ({}): it has manifest version \
                 {found}, this one knows up to {VERSION}. Restore it with that ddgend",
                manifest.made_by
            )));
        }
        if manifest.id != id {
            return Err(damaged(&format!("it is that of `{}`", manifest.id)));
        }
        if manifest
            .objects
            .iter()
            .any(|object| !is_plain_name(&object.name) || !is_plain_name(&object.plain_name))
        {
            return Err(damaged("it names an object outside its folder"));
        }
        Ok(manifest)
    }
}

/// Whether a name is one file in one folder, and stays there.
#[must_use]
pub fn is_plain_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    !name.is_empty() && name.len() <= 200 && !name.starts_with('.') && name.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        Manifest {
            manifest_version: VERSION,
            id: "x-full".into(),
            kind: Kind::Full,
            why: Why::Schedule,
            base: None,
            taken_at: Timestamp(1_767_225_600_123),
            finished_at: Timestamp(1_767_225_601_000),
            made_by: "0.1.0".into(),
            encrypted: false,
            store: Unpacked {
                bytes: 4096,
                blake3: "00".into(),
                page_bytes: 4096,
            },
            contents: Contents::default(),
            objects: Vec::new(),
            mark: None,
            journal: Vec::new(),
        }
    }

    #[test]
    fn names_sort_by_time() {
        let id = |ms| Manifest::id_of(Timestamp(ms), Kind::Full);
        assert_eq!(id(1_767_225_600_123), "20260101T000000123Z-full");
        assert!(id(999_999) < id(1_000_000));
        assert!(Manifest::is_id(&id(0)) && Manifest::is_id(&id(1_767_225_600_123)));
        for strange in [
            "full",
            "my-full",
            "20260101-full",
            "20260101T000000123Z-full2",
            "a/b",
        ] {
            assert!(!Manifest::is_id(strange), "{strange}");
        }
    }

    #[test]
    fn every_flipped_bit_and_every_cut_of_a_manifest_is_found() {
        let text = manifest().to_text().unwrap();
        assert_eq!(
            Manifest::parse("x-full", text.as_bytes()).unwrap(),
            manifest()
        );
        // Still one JSON document for whoever reads it with other tools.
        serde_json::from_str::<serde_json::Value>(&text).unwrap();
        for at in 0..text.len() {
            for bit in 0..8 {
                let mut bytes = text.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                assert!(
                    Manifest::parse("x-full", &bytes).is_err(),
                    "byte {at} bit {bit}"
                );
            }
            assert!(Manifest::parse("x-full", &text.as_bytes()[..at]).is_err());
        }
        assert!(Manifest::parse("y-full", text.as_bytes()).is_err());
    }

    #[test]
    fn an_object_never_lies_outside_its_folder() {
        for name in ["", "..", ".x", "a/b", "/etc/passwd", "a\0", "ü"] {
            assert!(!is_plain_name(name), "{name}");
        }
        assert!(is_plain_name("ddgen.db.zst.age"));
    }
}
