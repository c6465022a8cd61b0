//! One compressed stream, pushed along: bytes in, bytes out, nothing kept beyond its window.

use flate2::{Decompress, FlushDecompress, Status};
use liblzma::stream::{Action, Stream};
use zstd::stream::raw::{DParameter, Operation};

/// A window of 128 MiB at most, as the `zstd` command allows unasked.
const ZSTD_WINDOW_LOG: u32 = 27;

/// Enough for `xz -9` (65 MiB) and dictionaries twice that size.
const XZ_MEMORY: u64 = 160 << 20;

/// What one step came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) consumed: usize,
    pub(super) made: usize,
    /// The stream is complete; what follows it is not its own.
    pub(super) end: bool,
}

/// Why a stream goes no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Corrupt,
    /// It asks for a larger window than it may have.
    Window,
}

/// A decoder of any kind.
pub(super) enum Decoder {
    /// Ends where its member does.
    Stored,
    /// gzip or bare deflate.
    Deflate(Decompress),
    Bzip2(bzip2::Decompress),
    Xz(Stream),
    Zstd(Box<zstd::stream::raw::Decoder<'static>>),
}

impl Decoder {
    pub(super) fn gzip() -> Self {
        Self::Deflate(Decompress::new_gzip(15))
    }

    pub(super) fn deflate() -> Self {
        Self::Deflate(Decompress::new(false))
    }

    pub(super) fn bzip2() -> Self {
        Self::Bzip2(bzip2::Decompress::new(false))
    }

    /// None when there is no memory for its state.
    pub(super) fn xz() -> Option<Self> {
        Stream::new_stream_decoder(XZ_MEMORY, 0).ok().map(Self::Xz)
    }

    /// None when there is no memory for its state.
    pub(super) fn zstd() -> Option<Self> {
        let mut decoder = zstd::stream::raw::Decoder::new().ok()?;
        decoder
            .set_parameter(DParameter::WindowLogMax(ZSTD_WINDOW_LOG))
            .ok()?;
        Some(Self::Zstd(Box::new(decoder)))
    }

    /// Decodes some of `input` into some of `output`.
    pub(super) fn step(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step, Fault> {
        match self {
            Self::Stored => {
                let length = input.len().min(output.len());
                output[..length].copy_from_slice(&input[..length]);
                Ok(Step {
                    consumed: length,
                    made: length,
                    end: false,
                })
            }
            Self::Deflate(decoder) => {
                let before = (decoder.total_in(), decoder.total_out());
                let status = decoder.decompress(input, output, FlushDecompress::None);
                let after = (decoder.total_in(), decoder.total_out());
                let status = status.map_err(|_| Fault::Corrupt)?;
                Ok(moved(before, after, status == Status::StreamEnd))
            }
            Self::Bzip2(decoder) => {
                let before = (decoder.total_in(), decoder.total_out());
                let status = decoder.decompress(input, output);
                let after = (decoder.total_in(), decoder.total_out());
                let status = status.map_err(|_| Fault::Corrupt)?;
                Ok(moved(before, after, status == bzip2::Status::StreamEnd))
            }
            Self::Xz(decoder) => {
                let before = (decoder.total_in(), decoder.total_out());
                let status = decoder.process(input, output, Action::Run);
                let after = (decoder.total_in(), decoder.total_out());
                let status = status.map_err(|error| match error {
                    liblzma::stream::Error::MemLimit => Fault::Window,
                    _ => Fault::Corrupt,
                })?;
                let end = status == liblzma::stream::Status::StreamEnd;
                Ok(moved(before, after, end))
            }
            Self::Zstd(decoder) => {
                let status = decoder.run_on_buffers(input, output).map_err(|error| {
                    // The library has a text for it and no code that is handed on.
                    if error.to_string().contains("too much memory") {
                        Fault::Window
                    } else {
                        Fault::Corrupt
                    }
                })?;
                Ok(Step {
                    consumed: status.bytes_read,
                    made: status.bytes_written,
                    end: status.remaining == 0,
                })
            }
        }
    }
}

fn moved(before: (u64, u64), after: (u64, u64), end: bool) -> Step {
    // Both are bounded by the lengths of the buffers.
    Step {
        consumed: (after.0 - before.0) as usize,
        made: (after.1 - before.1) as usize,
        end,
    }
}
