//! Finding the daemon's socket and getting through its door.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use interprocess::local_socket::tokio::Stream;
use interprocess::local_socket::tokio::prelude::*;
use interprocess::local_socket::{GenericFilePath, ToFsName};

use super::ClientError;
use crate::hello::{self, Greeting, Role};
use crate::place::Hints;

pub(super) type ReadHalf = tokio::io::ReadHalf<Stream>;
pub(super) type WriteHalf = tokio::io::WriteHalf<Stream>;

pub(super) struct Connected {
    pub(super) reader: ReadHalf,
    pub(super) writer: WriteHalf,
    pub(super) role: Role,
    pub(super) version: String,
    pub(super) socket: PathBuf,
}

pub(super) async fn connect(hints: &Hints, deadline: Duration) -> Result<Connected, ClientError> {
    tokio::time::timeout(deadline, first_that_answers(hints))
        .await
        .map_err(|_| ClientError::Deadline(deadline))?
}

async fn first_that_answers(hints: &Hints) -> Result<Connected, ClientError> {
    let sockets = hints.sockets()?;
    let mut forbidden = None;
    for socket in &sockets {
        match open(socket).await {
            Ok(stream) => return enter(stream, socket).await,
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                forbidden.get_or_insert_with(|| socket.clone());
            }
            Err(_) => {}
        }
    }
    Err(forbidden.map_or(ClientError::NoDaemon(sockets), ClientError::Forbidden))
}

async fn open(socket: &Path) -> io::Result<Stream> {
    Stream::connect(socket.to_fs_name::<GenericFilePath>()?).await
}

async fn enter(mut stream: Stream, socket: &Path) -> Result<Connected, ClientError> {
    match hello::greet(&mut stream).await? {
        Greeting::Welcome { role, text } => {
            let (reader, writer) = tokio::io::split(stream);
            Ok(Connected {
                reader,
                writer,
                role,
                version: text,
                socket: socket.to_owned(),
            })
        }
        Greeting::Denied(words) => Err(ClientError::Denied(words)),
        Greeting::Full(words) => Err(ClientError::Full(words)),
        Greeting::Protocol { theirs } => Err(ClientError::Protocol { theirs }),
    }
}
