//! The one file that knows bincode: frames of `u32` length (little endian) and a bincode body.
//!
//! bincode 2.0.1, `standard()` configuration (little endian, variable integers). Golden bytes in
//! the tests pin what goes over the wire.

use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;
use tokio_util::codec::LengthDelimitedCodec;

/// Bytes of one frame at most. Longer replies travel in parts.
pub const MAX_FRAME: usize = 1 << 20;

/// Bytes of payload a part of a long reply should stay below: a quarter of a frame, so that two
/// parts fit the outbox of a slow client.
pub const PART_BYTES: usize = MAX_FRAME / 4;

#[derive(Debug, Error)]
pub enum CodecError {
    #[error("a message of {0} bytes does not fit a frame of {MAX_FRAME}")]
    TooLong(usize),
    #[error("a message cannot be encoded: {0}")]
    Encode(#[from] bincode::error::EncodeError),
    #[error("the peer sent bytes that are no message of this protocol: {0}")]
    Decode(#[from] bincode::error::DecodeError),
    #[error("the peer sent {0} bytes too many behind a message")]
    Trailing(usize),
}

/// # Errors
/// When the message is longer than a frame.
pub fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, CodecError> {
    let bytes = bincode::serde::encode_to_vec(message, bincode::config::standard())?;
    if bytes.len() > MAX_FRAME {
        Err(CodecError::TooLong(bytes.len()))
    } else {
        Ok(bytes)
    }
}

/// How many of these rows fit one answer: at least one, and as many as stay below half a frame.
#[must_use]
pub fn fitting<T: Serialize>(rows: &[T]) -> usize {
    let mut room = MAX_FRAME / 2;
    let fits = rows.iter().take_while(|row| {
        let bytes = encode(row).map_or(MAX_FRAME, |bytes| bytes.len());
        room.checked_sub(bytes).map(|left| room = left).is_some()
    });
    fits.count().max(1).min(rows.len())
}

/// # Errors
/// When the bytes are not exactly one message. Allocations stay below [`MAX_FRAME`].
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
    let config = bincode::config::standard().with_limit::<MAX_FRAME>();
    let (message, read) = bincode::serde::decode_from_slice(bytes, config)?;
    if read == bytes.len() {
        Ok(message)
    } else {
        Err(CodecError::Trailing(bytes.len() - read))
    }
}

/// The framing both sides put around a stream.
#[must_use]
pub fn framing() -> LengthDelimitedCodec {
    LengthDelimitedCodec::builder()
        .little_endian()
        .length_field_length(4)
        .max_frame_length(MAX_FRAME)
        .new_codec()
}
