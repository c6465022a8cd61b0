//! The values of a page, in whatever encoding they are stored.

use super::delta::Delta;
use super::hybrid::{Hybrid, width_of};
use super::look::{Look, Physical};
use super::page::PADDING;
use super::thrift::{ENDS_EARLY, Read};

const UNKNOWN: &str = "values are in an encoding that does not go with their type";

/// The values of one page, in order.
pub(super) enum Values<'a> {
    /// Places in the dictionary.
    Indices(Hybrid<'a>),
    /// Numbers and truths.
    Words(Words<'a>),
    /// All else.
    Bytes(Bytes<'a>),
}

/// How four bytes become eight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Widen {
    Signed,
    Zeros,
}

impl Widen {
    pub(super) fn of(physical: Physical, look: Look) -> Self {
        if physical == Physical::Int32 && look != Look::Unsigned {
            Self::Signed
        } else {
            Self::Zeros
        }
    }

    #[inline(always)]
    fn word(self, word: u32) -> u64 {
        match self {
            Self::Signed => i64::from(word as i32) as u64,
            Self::Zeros => u64::from(word),
        }
    }
}

/// Values that fit a word.
pub(super) enum Words<'a> {
    Bits {
        bytes: &'a [u8],
        at: usize,
    },
    Truths(Hybrid<'a>),
    Four(&'a [u8], Widen),
    Eight(&'a [u8]),
    Delta(Delta<'a>, Option<Widen>),
    /// The first bytes of all values, then the second ones, and so on.
    Split {
        bytes: &'a [u8],
        width: usize,
        at: usize,
        widen: Widen,
    },
}

/// Values that are bytes.
pub(super) enum Bytes<'a> {
    /// Each after its length.
    Plain(&'a [u8]),
    Fixed(&'a [u8], usize),
    Lengths {
        lengths: Delta<'a>,
        bytes: &'a [u8],
    },
    /// Each begins as the one before.
    Fronts {
        fronts: Delta<'a>,
        lengths: Delta<'a>,
        bytes: &'a [u8],
        last: Vec<u8>,
    },
    Split {
        bytes: &'a [u8],
        width: usize,
        at: usize,
        value: Vec<u8>,
    },
}

impl<'a> Values<'a> {
    /// Of `page[from..end]`, after which there is padding; `count` values with the nulls at most.
    pub(super) fn of(
        page: &'a [u8],
        (from, end): (usize, usize),
        encoding: i32,
        physical: Physical,
        look: Look,
    ) -> Read<Self> {
        let bytes = page.get(from..end).ok_or(ENDS_EARLY)?;
        let widen = Widen::of(physical, look);
        Ok(match (encoding, physical) {
            (2 | 8, _) => {
                let Some(width) = bytes.first() else {
                    // A page of nulls may leave it out.
                    return Ok(Self::Indices(Hybrid::new(page, (end, end), 0)?));
                };
                Self::Indices(Hybrid::new(page, (from + 1, end), u32::from(*width))?)
            }
            (0, Physical::Boolean) => Self::Words(Words::Bits { bytes, at: 0 }),
            (3, Physical::Boolean) => {
                let length = bytes.first_chunk::<4>().ok_or(ENDS_EARLY)?;
                let length = u32::from_le_bytes(*length) as usize;
                if length > bytes.len() - 4 {
                    return Err(ENDS_EARLY);
                }
                let place = (from + 4, from + 4 + length);
                Self::Words(Words::Truths(Hybrid::new(page, place, width_of(1))?))
            }
            (0, Physical::Int32 | Physical::Float) => Self::Words(Words::Four(bytes, widen)),
            (0, Physical::Int64 | Physical::Double) => Self::Words(Words::Eight(bytes)),
            (5, Physical::Int32) => Self::Words(Words::Delta(Delta::new(bytes, 0)?, Some(widen))),
            (5, Physical::Int64) => Self::Words(Words::Delta(Delta::new(bytes, 0)?, None)),
            (9, Physical::Int32 | Physical::Float | Physical::Int64 | Physical::Double) => {
                Self::Words(Words::Split {
                    bytes,
                    width: physical.width().ok_or(UNKNOWN)?,
                    at: 0,
                    widen,
                })
            }
            (0, Physical::Bytes) => Self::Bytes(Bytes::Plain(bytes)),
            (0, Physical::Fixed(width)) => Self::Bytes(Bytes::Fixed(bytes, width)),
            (0, Physical::Int96) => Self::Bytes(Bytes::Fixed(bytes, 12)),
            (6, Physical::Bytes) => {
                let lengths = Delta::new(bytes, 0)?;
                let start = Delta::new(bytes, 0)?.end()?;
                Self::Bytes(Bytes::Lengths {
                    lengths,
                    bytes: &bytes[start..],
                })
            }
            (7, Physical::Bytes | Physical::Fixed(_)) => {
                let fronts = Delta::new(bytes, 0)?;
                let middle = Delta::new(bytes, 0)?.end()?;
                let lengths = Delta::new(bytes, middle)?;
                let start = Delta::new(bytes, middle)?.end()?;
                Self::Bytes(Bytes::Fronts {
                    fronts,
                    lengths,
                    bytes: &bytes[start..],
                    last: Vec::new(),
                })
            }
            (9, Physical::Fixed(width)) => Self::Bytes(Bytes::Split {
                bytes,
                width,
                at: 0,
                value: Vec::new(),
            }),
            _ => return Err(UNKNOWN),
        })
    }
}

/// A value of `width` bytes at `at`, of those that are split.
fn gather(bytes: &[u8], width: usize, at: usize, mut each: impl FnMut(u8)) -> Read<()> {
    let count = bytes.len() / width;
    if at >= count {
        return Err(ENDS_EARLY);
    }
    for part in 0..width {
        each(bytes[part * count + at]);
    }
    Ok(())
}

impl Words<'_> {
    /// Fills `out`.
    pub(super) fn fill(&mut self, out: &mut [u64]) -> Read<()> {
        match self {
            Self::Bits { bytes, at } => {
                for word in out {
                    let byte = bytes.get(*at / 8).ok_or(ENDS_EARLY)?;
                    *word = u64::from(byte >> (*at % 8) & 1);
                    *at += 1;
                }
            }
            Self::Truths(truths) => {
                let mut one = [0];
                for word in out {
                    truths.fill(&mut one)?;
                    *word = u64::from(one[0]);
                }
            }
            Self::Four(bytes, widen) => {
                let (here, rest) = bytes.split_at_checked(out.len() * 4).ok_or(ENDS_EARLY)?;
                for (word, four) in out.iter_mut().zip(here.as_chunks().0) {
                    *word = widen.word(u32::from_le_bytes(*four));
                }
                *bytes = rest;
            }
            Self::Eight(bytes) => {
                let (here, rest) = bytes.split_at_checked(out.len() * 8).ok_or(ENDS_EARLY)?;
                for (word, eight) in out.iter_mut().zip(here.as_chunks().0) {
                    *word = u64::from_le_bytes(*eight);
                }
                *bytes = rest;
            }
            Self::Delta(delta, widen) => {
                for word in out {
                    let value = delta.next()? as u64;
                    *word = widen.map_or(value, |widen| widen.word(value as u32));
                }
            }
            Self::Split {
                bytes,
                width,
                at,
                widen,
            } => {
                for word in out {
                    let (mut value, mut shift) = (0, 0);
                    gather(bytes, *width, *at, |byte| {
                        value |= u64::from(byte) << shift;
                        shift += 8;
                    })?;
                    *at += 1;
                    *word = if *width == 4 {
                        widen.word(value as u32)
                    } else {
                        value
                    };
                }
            }
        }
        Ok(())
    }
}

impl Bytes<'_> {
    /// The next value.
    pub(super) fn next(&mut self) -> Read<&[u8]> {
        match self {
            Self::Plain(bytes) => {
                let (length, rest) = bytes.split_first_chunk::<4>().ok_or(ENDS_EARLY)?;
                let length = u32::from_le_bytes(*length) as usize;
                let (value, rest) = rest.split_at_checked(length).ok_or(ENDS_EARLY)?;
                *bytes = rest;
                Ok(value)
            }
            Self::Fixed(bytes, width) => {
                let (value, rest) = bytes.split_at_checked(*width).ok_or(ENDS_EARLY)?;
                *bytes = rest;
                Ok(value)
            }
            Self::Lengths { lengths, bytes } => {
                let length = usize::try_from(lengths.next()?).map_err(|_| ENDS_EARLY)?;
                let (value, rest) = bytes.split_at_checked(length).ok_or(ENDS_EARLY)?;
                *bytes = rest;
                Ok(value)
            }
            Self::Fronts {
                fronts,
                lengths,
                bytes,
                last,
            } => {
                let front = usize::try_from(fronts.next()?).map_err(|_| ENDS_EARLY)?;
                let length = usize::try_from(lengths.next()?).map_err(|_| ENDS_EARLY)?;
                let (value, rest) = bytes.split_at_checked(length).ok_or(ENDS_EARLY)?;
                if front > last.len() {
                    return Err("a value begins as a longer one before it");
                }
                last.truncate(front);
                last.extend_from_slice(value);
                *bytes = rest;
                Ok(last)
            }
            Self::Split {
                bytes,
                width,
                at,
                value,
            } => {
                value.clear();
                gather(bytes, *width, *at, |byte| value.push(byte))?;
                *at += 1;
                Ok(value)
            }
        }
    }
}

/// The slice of a room's page without its padding.
pub(super) fn unpadded(page: &[u8]) -> &[u8] {
    &page[..page.len().saturating_sub(PADDING)]
}
