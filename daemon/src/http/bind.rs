//! Taking an address.

use std::io::ErrorKind;

use thiserror::Error;
use tokio::net::TcpListener;

#[derive(Debug, Error)]
pub enum HttpError {
    #[error(
        "HTTP cannot be served on {address}: another program uses that address; stop it, choose \
         another with --http HOST:PORT, or do without with --http off"
    )]
    InUse { address: String },
    #[error(
        "HTTP cannot be served on {address}: this user may not take that port; ports below 1024 \
         need a privilege, choose another with --http HOST:PORT"
    )]
    NotAllowed { address: String },
    #[error(
        "HTTP cannot be served on {address}: this machine does not have that address; choose one \
         it has with --http HOST:PORT (0.0.0.0 is all of them)"
    )]
    NotOurs { address: String },
    #[error("HTTP cannot be served on {address}: {source}; choose another with --http HOST:PORT")]
    Other {
        address: String,
        source: std::io::Error,
    },
}

/// Takes the address (`host:port`) without answering anyone yet.
///
/// # Errors
/// Says which address, why not, and what to do.
pub async fn bind(address: &str) -> Result<TcpListener, HttpError> {
    TcpListener::bind(address).await.map_err(|source| {
        let address = address.to_owned();
        match source.kind() {
            ErrorKind::AddrInUse => HttpError::InUse { address },
            ErrorKind::PermissionDenied => HttpError::NotAllowed { address },
            ErrorKind::AddrNotAvailable => HttpError::NotOurs { address },
            _ => HttpError::Other { address, source },
        }
    })
}
