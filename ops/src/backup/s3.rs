//! A place that is a folder of a bucket of any S3 service.
//!
//! An object appears whole or not at all by the service's own promise; what arrives is read back
//! before a manifest names it, so that a promise that was not kept is found while the original lies
//! here.

use std::collections::BTreeMap;
use std::io::Read;

use rusty_s3::{Bucket, Credentials, UrlStyle};
use secrecy::{ExposeSecret, SecretString};

use super::BackupError;
use super::bucket::Client;
use super::manifest::{LARGEST_MANIFEST, MANIFEST, Manifest, is_plain_name};
use super::place::{Found, Place};

const LATEST: &str = "latest.json";
/// The largest object S3 takes in one piece.
const LARGEST: u64 = 5 << 30;

/// Where the bucket is, and who asks.
#[derive(Clone)]
pub struct S3Settings {
    /// Such as `https://s3.eu-central-1.amazonaws.com`.
    pub endpoint: String,
    pub region: String,
    pub bucket: String,
    /// Folder in the bucket; may be empty.
    pub prefix: String,
    pub access_key: String,
    pub secret_key: SecretString,
}

/// A folder of a bucket. What else lies in it is left alone.
pub struct S3Place {
    client: Client,
    prefix: String,
}

impl S3Place {
    /// # Errors
    /// When the endpoint is no address. The service is not asked.
    pub fn new(settings: &S3Settings) -> Result<Self, BackupError> {
        let refused = |because: String| {
            BackupError::Refused(format!(
                "the S3 endpoint `{}` cannot be used: {because}",
                settings.endpoint
            ))
        };
        let endpoint = settings.endpoint.parse();
        let endpoint = endpoint.map_err(|error| refused(format!("{error}")))?;
        let bucket = Bucket::new(
            endpoint,
            UrlStyle::Path,
            settings.bucket.clone(),
            settings.region.clone(),
        );
        let bucket = bucket.map_err(|error| refused(error.to_string()))?;
        let credentials = Credentials::new(
            settings.access_key.clone(),
            settings.secret_key.expose_secret(),
        );
        Ok(Self {
            client: Client::new(bucket, credentials),
            prefix: match settings.prefix.trim_matches('/') {
                "" => String::new(),
                prefix => format!("{prefix}/"),
            },
        })
    }

    fn key(&self, id: &str, object: &str) -> Result<String, BackupError> {
        if Manifest::is_id(id) && is_plain_name(object) {
            Ok(format!("{}{id}/{object}", self.prefix))
        } else {
            Err(BackupError::NotThere(format!(
                "`{id}` is no name of a backup: `ddgend backup list` shows them"
            )))
        }
    }
}

impl Place for S3Place {
    fn describe(&self) -> String {
        let address = format!("s3://{}/{}", self.client.bucket_name(), self.prefix);
        address.trim_end_matches('/').to_owned()
    }

    fn list(&self) -> Result<Vec<Found>, BackupError> {
        let mut found: BTreeMap<String, bool> = BTreeMap::new();
        for key in self.client.keys(&self.prefix)? {
            let below = key.strip_prefix(&self.prefix).unwrap_or(&key);
            if let Some((id, object)) = below.split_once('/')
                && Manifest::is_id(id)
            {
                *found.entry(id.to_owned()).or_default() |= object == MANIFEST;
            }
        }
        let found = found
            .into_iter()
            .map(|(id, has_manifest)| Found { id, has_manifest });
        Ok(found.collect())
    }

    fn manifest(&self, id: &str) -> Result<Vec<u8>, BackupError> {
        let found = self
            .client
            .get_small(&self.key(id, MANIFEST)?, LARGEST_MANIFEST)?;
        found.ok_or_else(|| {
            BackupError::NotThere(format!("there is no backup `{id}` in {}", self.describe()))
        })
    }

    fn open(&self, id: &str, object: &str) -> Result<Box<dyn Read + Send>, BackupError> {
        self.client.get(&self.key(id, object)?)?.ok_or_else(|| {
            let place = self.describe();
            BackupError::NotThere(format!(
                "{object} of the backup `{id}` is gone from {place}"
            ))
        })
    }

    fn put(
        &self,
        id: &str,
        object: &str,
        bytes: u64,
        from: &mut (dyn Read + Send),
    ) -> Result<(), BackupError> {
        if bytes > LARGEST {
            return Err(BackupError::Refused(format!(
                "{object} of `{id}` has {} GiB and S3 takes 5 GiB at once: name a directory as the \
                 place elsewhere",
                bytes >> 30
            )));
        }
        self.client.put(&self.key(id, object)?, bytes, from)
    }

    fn read_back(&self, id: &str, object: &str) -> Result<Box<dyn Read + Send>, BackupError> {
        self.open(id, object)
    }

    fn publish(&self, id: &str, manifest: &[u8]) -> Result<(), BackupError> {
        let key = self.key(id, MANIFEST)?;
        let published = self.client.put_small(&key, manifest);
        if published.is_err() {
            // Half of one must not stay. Where this fails too, its seal tells.
            drop(self.client.delete(&key));
        }
        published
    }

    fn remove(&self, id: &str) -> Result<(), BackupError> {
        self.client.delete(&self.key(id, MANIFEST)?)?;
        for key in self.client.keys(&format!("{}{id}/", self.prefix))? {
            self.client.delete(&key)?;
        }
        Ok(())
    }

    fn sweep(&self) -> Result<(), BackupError> {
        for found in self.list()? {
            // A listing may be older than what it lists.
            let begun = !found.has_manifest
                && matches!(self.manifest(&found.id), Err(BackupError::NotThere(_)));
            if begun {
                self.remove(&found.id)?;
            }
        }
        Ok(())
    }

    fn latest(&self) -> Result<Option<Vec<u8>>, BackupError> {
        let key = format!("{}{LATEST}", self.prefix);
        self.client.get_small(&key, LARGEST_MANIFEST)
    }

    fn point(&self, latest: &[u8]) -> Result<(), BackupError> {
        self.client
            .put_small(&format!("{}{LATEST}", self.prefix), latest)
    }
}
