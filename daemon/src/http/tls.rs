//! TLS for the HTTP door: a certificate and its key from two files, read again when they change.

mod validity;

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use ddgen_ipc::Timestamp;
use thiserror::Error;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

use crate::settings::TlsFiles;

#[derive(Debug, Error)]
pub enum TlsError {
    #[error("the {what} `{}` cannot be read as PEM: {because}", path.display())]
    File {
        what: &'static str,
        path: PathBuf,
        because: String,
    },
    #[error("`{}` holds no certificate", .0.display())]
    Empty(PathBuf),
    #[error(
        "certificate `{}` and key `{}` cannot be used together: {because}", 
        certificate.display(), key.display()
    )]
    Mismatch {
        certificate: PathBuf,
        key: PathBuf,
        because: rustls::Error,
    },
}

/// What tells two states of a file apart: modified, size, inode.
type Stamp = (i64, i64, u64, u64);

struct Current {
    config: Arc<ServerConfig>,
    /// When the certificate ends, where that could be read in it.
    ends: Option<Timestamp>,
    /// Of both files when they were read last, with whatever result.
    stamps: [Option<Stamp>; 2],
    /// Why the files as they are now were not taken.
    failed: Option<String>,
}

/// The certificate in use.
pub struct Tls {
    files: TlsFiles,
    current: RwLock<Current>,
}

impl Tls {
    /// # Errors
    /// When the files cannot be read, or do not belong together.
    pub fn load(files: &TlsFiles) -> Result<Arc<Self>, TlsError> {
        let stamps = stamps(files);
        let (config, ends) = read(files)?;
        Ok(Arc::new(Self {
            files: files.clone(),
            current: RwLock::new(Current {
                config,
                ends,
                stamps,
                failed: None,
            }),
        }))
    }

    /// For connections from now on.
    #[must_use]
    pub fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.current().config))
    }

    /// When the certificate in use ends.
    #[must_use]
    pub fn ends(&self) -> Option<Timestamp> {
        self.current().ends
    }

    /// Why the files as they are now were not taken; then those of before are in use.
    #[must_use]
    pub fn failed(&self) -> Option<String> {
        self.current().failed.clone()
    }

    /// Reads the files again if they are not what they were.
    pub fn reload_when_changed(&self) {
        if self.current().stamps != stamps(&self.files) {
            self.reload();
        }
    }

    /// Reads the files again. What cannot be used changes nothing.
    pub fn reload(&self) {
        let stamps = stamps(&self.files);
        let read = read(&self.files);
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        current.stamps = stamps;
        match read {
            Ok((config, ends)) => {
                (current.config, current.ends, current.failed) = (config, ends, None);
                tracing::info!("the certificate was read again");
            }
            Err(error) => {
                tracing::error!(%error, "the certificate stays what it was");
                current.failed = Some(error.to_string());
            }
        }
    }

    fn current(&self) -> RwLockReadGuard<'_, Current> {
        self.current.read().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(files: &TlsFiles) -> Result<(Arc<ServerConfig>, Option<Timestamp>), TlsError> {
    let unreadable = |what: &'static str, path: &Path| {
        let path = path.to_owned();
        move |error: &dyn std::fmt::Display| TlsError::File {
            what,
            path,
            because: error.to_string(),
        }
    };
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| unreadable("certificate", &files.certificate)(&error))?;
    let first = chain
        .first()
        .ok_or_else(|| TlsError::Empty(files.certificate.clone()))?;
    let ends = validity::ends(first);
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|error| unreadable("private key", &files.key)(&error))?;
    // No global provider: whoever links us may have another.
    let provider = Arc::new(ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|because| TlsError::Mismatch {
            certificate: files.certificate.clone(),
            key: files.key.clone(),
            because,
        });
    let mut config = config?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok((Arc::new(config), ends))
}

fn stamps(files: &TlsFiles) -> [Option<Stamp>; 2] {
    [&files.certificate, &files.key].map(|path| {
        let found = std::fs::metadata(path).ok()?;
        Some((found.mtime(), found.mtime_nsec(), found.size(), found.ino()))
    })
}
