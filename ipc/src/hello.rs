//! The first bytes on every connection: fixed, so that any two versions can still tell each other
//! what is wrong.
//!
//! Client: magic (8), protocol (`u16`), 2 bytes of zero.
//! Daemon: magic (8), protocol (`u16`), verdict (`u8`), role (`u8`), length (`u16`), text (UTF-8).
//! All numbers are little endian.

use thiserror::Error;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::PROTOCOL;

pub const MAGIC: [u8; 8] = *b"ddgen\r\n\0";
/// Bytes of the words behind the daemon's verdict at most.
const MAX_TEXT: usize = 1024;

/// What the peer may do, by its unix groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Reader,
    Editor,
    Admin,
}

/// The daemon's first words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Greeting {
    /// Come in; `text` is the daemon's version.
    Welcome { role: Role, text: String },
    /// This peer may not come in, in words.
    Denied(String),
    /// Try again later, in words.
    Full(String),
    /// The daemon speaks another protocol.
    Protocol { theirs: u16 },
}

#[derive(Debug, Error)]
pub enum HelloError {
    #[error("the peer does not speak ddgen's protocol")]
    NotOurs,
    #[error("the connection failed during the hello: {0}")]
    Io(#[from] std::io::Error),
}

/// The client's side of the hello.
///
/// # Errors
/// When the peer is no ddgend, or the connection breaks.
pub async fn greet<S>(stream: &mut S) -> Result<Greeting, HelloError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut out = [0_u8; 12];
    out[..8].copy_from_slice(&MAGIC);
    out[8..10].copy_from_slice(&PROTOCOL.to_le_bytes());
    // A daemon that turns us away may have closed its side already: its words are still readable.
    let sent = stream.write_all(&out).await;
    let mut head = [0_u8; 14];
    if let Err(error) = stream.read_exact(&mut head).await {
        return Err(sent.err().unwrap_or(error).into());
    }
    if head[..8] != MAGIC {
        return Err(HelloError::NotOurs);
    }
    let theirs = u16::from_le_bytes([head[8], head[9]]);
    let length = usize::from(u16::from_le_bytes([head[12], head[13]]));
    if length > MAX_TEXT {
        return Err(HelloError::NotOurs);
    }
    let mut text = vec![0_u8; length];
    stream.read_exact(&mut text).await?;
    let text = String::from_utf8(text).map_err(|_| HelloError::NotOurs)?;
    match head[10] {
        0 if theirs == PROTOCOL => Ok(Greeting::Welcome {
            role: role_of(head[11])?,
            text,
        }),
        1 => Ok(Greeting::Denied(text)),
        2 => Ok(Greeting::Full(text)),
        _ => Ok(Greeting::Protocol { theirs }),
    }
}

/// Reads the client's hello: the protocol it speaks.
///
/// # Errors
/// When the peer is no client of ours, or the connection breaks.
pub async fn receive<S: AsyncRead + Unpin>(stream: &mut S) -> Result<u16, HelloError> {
    let mut head = [0_u8; 12];
    stream.read_exact(&mut head).await?;
    if head[..8] == MAGIC {
        Ok(u16::from_le_bytes([head[8], head[9]]))
    } else {
        Err(HelloError::NotOurs)
    }
}

/// The daemon's side of the hello.
///
/// # Errors
/// When the connection breaks.
pub async fn answer<S>(stream: &mut S, greeting: &Greeting) -> Result<(), HelloError>
where
    S: AsyncWrite + Unpin,
{
    let (verdict, role, text) = match greeting {
        Greeting::Welcome { role, text } => (0, role_byte(*role), text.as_str()),
        Greeting::Denied(text) => (1, 0, text.as_str()),
        Greeting::Full(text) => (2, 0, text.as_str()),
        Greeting::Protocol { .. } => (3, 0, ""),
    };
    let text = &text[..text.floor_char_boundary(MAX_TEXT)];
    let mut out = Vec::with_capacity(14 + text.len());
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&PROTOCOL.to_le_bytes());
    out.extend_from_slice(&[verdict, role]);
    out.extend_from_slice(&u16::try_from(text.len()).unwrap_or(0).to_le_bytes());
    out.extend_from_slice(text.as_bytes());
    stream.write_all(&out).await?;
    stream.flush().await?;
    Ok(())
}

fn role_byte(role: Role) -> u8 {
    match role {
        Role::Reader => 0,
        Role::Editor => 1,
        Role::Admin => 2,
    }
}

fn role_of(byte: u8) -> Result<Role, HelloError> {
    match byte {
        0 => Ok(Role::Reader),
        1 => Ok(Role::Editor),
        2 => Ok(Role::Admin),
        _ => Err(HelloError::NotOurs),
    }
}
