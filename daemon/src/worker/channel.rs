//! The daemon's end of a worker's socket.

use std::io::{self, IoSlice};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd};

use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags};
use tokio::io::{AsyncReadExt, AsyncWriteExt, Interest};
use tokio::net::UnixStream;

use super::wire::{self, HEAD, Kind};

/// Frames out with a descriptor, frames in without.
pub struct Channel {
    stream: UnixStream,
}

impl Channel {
    #[must_use]
    pub const fn new(stream: UnixStream) -> Self {
        Self { stream }
    }

    /// Sends a job: the brief, and `file` with its first byte.
    ///
    /// # Errors
    /// `BrokenPipe` or `ConnectionReset` when the worker is gone.
    pub async fn send_job(&mut self, file: BorrowedFd<'_>, brief: &[u8]) -> io::Result<()> {
        let frame = [&wire::head(Kind::Job, brief.len())?[..], brief].concat();
        let stream = &self.stream;
        let sent = stream
            .async_io(Interest::WRITABLE, || {
                let files = [file];
                let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
                let mut ancillary = SendAncillaryBuffer::new(&mut space);
                ancillary.push(SendAncillaryMessage::ScmRights(&files));
                let out = [IoSlice::new(&frame)];
                let n = rustix::net::sendmsg(
                    stream.as_fd(),
                    &out,
                    &mut ancillary,
                    SendFlags::NOSIGNAL,
                )?;
                Ok(n)
            })
            .await?;
        self.stream.write_all(&frame[sent..]).await
    }

    /// The next frame, whole. Not safe to cancel: what was read is lost with it.
    ///
    /// # Errors
    /// `UnexpectedEof` when the worker closed its end, `InvalidData` when it does not keep the form.
    pub async fn read(&mut self) -> io::Result<(Kind, Vec<u8>)> {
        let mut head = [0; HEAD];
        self.stream.read_exact(&mut head).await?;
        let (kind, length) = wire::parse_head(head)?;
        // Grows with what arrives: an announced length alone takes no memory.
        let mut payload = Vec::with_capacity(length.min(64 << 10));
        (&mut self.stream)
            .take(length as u64)
            .read_to_end(&mut payload)
            .await?;
        if payload.len() < length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok((kind, payload))
    }
}
