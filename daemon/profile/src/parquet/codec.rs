//! Pages out of their compression, into a buffer whose size was judged before it was made.

use std::io::Read;

use super::thrift::Read as Done;

const WRONG: &str = "the page cannot be decompressed";
const OTHER_SIZE: &str = "the page has another size than it says";

/// Decompresses; keeps what is costly to set up.
#[derive(Default)]
pub(super) struct Codecs {
    zstd: Option<zstd::bulk::Decompressor<'static>>,
}

impl Codecs {
    /// Whether pages of this codec can be read; else its name.
    pub(super) fn refuses(codec: i32) -> Option<&'static str> {
        match codec {
            0..=2 | 4..=7 => None,
            3 => Some("LZO"),
            _ => Some("a compression this version does not know"),
        }
    }

    /// Decompresses all of `from` into all of `to`.
    pub(super) fn decompress(&mut self, codec: i32, from: &[u8], to: &mut [u8]) -> Done<()> {
        if to.is_empty() {
            return Ok(());
        }
        let written = match codec {
            1 => {
                if snap::raw::decompress_len(from).ok() != Some(to.len()) {
                    return Err(OTHER_SIZE);
                }
                snap::raw::Decoder::new()
                    .decompress(from, to)
                    .map_err(|_| WRONG)?
            }
            2 => read_all(flate2::read::MultiGzDecoder::new(from), to)?,
            4 => read_all(brotli_decompressor::Decompressor::new(from, 4096), to)?,
            5 => hadoop_lz4(from, to)?,
            6 => {
                if self.zstd.is_none() {
                    self.zstd = Some(zstd::bulk::Decompressor::new().map_err(|_| WRONG)?);
                }
                let zstd = self.zstd.as_mut().ok_or(WRONG)?;
                zstd.decompress_to_buffer(from, to).map_err(|_| WRONG)?
            }
            7 => lz4_flex::block::decompress_into(from, to).map_err(|_| WRONG)?,
            _ => return Err("the compression of the page is unknown"),
        };
        if written == to.len() {
            Ok(())
        } else {
            Err(OTHER_SIZE)
        }
    }
}

/// Fills `to`; what follows is left unread.
fn read_all(mut from: impl Read, to: &mut [u8]) -> Done<usize> {
    let mut length = 0;
    while length < to.len() {
        match from.read(&mut to[length..]) {
            Ok(0) => break,
            Ok(n) => length += n,
            Err(_) => return Err(WRONG),
        }
    }
    Ok(length)
}

/// LZ4 as Hadoop writes it: blocks, each after its two sizes. Some writers wrote a bare block.
fn hadoop_lz4(from: &[u8], to: &mut [u8]) -> Done<usize> {
    let framed = blocks(from, to);
    match framed {
        Some(written) if written == to.len() => Ok(written),
        _ => lz4_flex::block::decompress_into(from, to).map_err(|_| WRONG),
    }
}

fn blocks(mut from: &[u8], to: &mut [u8]) -> Option<usize> {
    let mut written = 0_usize;
    while !from.is_empty() {
        let (size, rest) = from.split_first_chunk::<4>()?;
        let (packed, rest) = rest.split_first_chunk::<4>()?;
        let size = u32::from_be_bytes(*size) as usize;
        let packed = u32::from_be_bytes(*packed) as usize;
        let block = rest.get(..packed)?;
        let room = to.get_mut(written..written.checked_add(size)?)?;
        if lz4_flex::block::decompress_into(block, room).ok()? != size {
            return None;
        }
        written += size;
        from = &rest[packed..];
    }
    Some(written)
}
