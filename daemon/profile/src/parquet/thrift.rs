//! The compact protocol of Thrift, as much of it as Parquet's footer and page headers need.
//!
//! Nothing is allocated by what a length claims: lists are handed out element by element, and a
//! list or text can never be longer than the bytes that are left.

/// Why bytes cannot be read.
pub(super) type Read<T> = Result<T, &'static str>;

/// Structs within structs deeper than this are no Parquet.
const DEEPEST: u32 = 32;

pub(super) const ENDS_EARLY: &str = "the bytes end within a structure";
const NOT_WHAT: &str = "a value is of another type than the format says";

/// The types a field or an element can have.
pub(super) mod kind {
    pub(in crate::parquet) const TRUE: u8 = 1;
    pub(in crate::parquet) const FALSE: u8 = 2;
    pub(in crate::parquet) const BYTE: u8 = 3;
    pub(in crate::parquet) const I16: u8 = 4;
    pub(in crate::parquet) const I32: u8 = 5;
    pub(in crate::parquet) const I64: u8 = 6;
    pub(in crate::parquet) const DOUBLE: u8 = 7;
    pub(in crate::parquet) const BINARY: u8 = 8;
    pub(in crate::parquet) const LIST: u8 = 9;
    pub(in crate::parquet) const SET: u8 = 10;
    pub(in crate::parquet) const MAP: u8 = 11;
    pub(in crate::parquet) const STRUCT: u8 = 12;
}

/// Reads from a slice.
pub(super) struct Thrift<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// A field of a struct: its number and its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FieldHead {
    pub(super) id: i16,
    pub(super) kind: u8,
}

impl<'a> Thrift<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Bytes read so far.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    fn byte(&mut self) -> Read<u8> {
        let byte = *self.bytes.get(self.at).ok_or(ENDS_EARLY)?;
        self.at += 1;
        Ok(byte)
    }

    fn varint(&mut self) -> Read<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err("a number has more than 64 bits")
    }

    fn zigzag(&mut self) -> Read<i64> {
        let value = self.varint()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    fn slice(&mut self, length: usize) -> Read<&'a [u8]> {
        let end = self.at.checked_add(length).ok_or(ENDS_EARLY)?;
        let slice = self.bytes.get(self.at..end).ok_or(ENDS_EARLY)?;
        self.at = end;
        Ok(slice)
    }

    /// The next field of a struct; `last` is the number of the field before. None at its end.
    pub(super) fn field(&mut self, last: &mut i16) -> Read<Option<FieldHead>> {
        let head = self.byte()?;
        if head == 0 {
            return Ok(None);
        }
        let kind = head & 0x0f;
        let id = match head >> 4 {
            0 => i16::try_from(self.zigzag()?).map_err(|_| "a field has an odd number")?,
            step => last
                .checked_add(i16::from(step))
                .ok_or("a field has an odd number")?,
        };
        *last = id;
        Ok(Some(FieldHead { id, kind }))
    }

    /// A number of 16, 32 or 64 bits.
    pub(super) fn integer(&mut self, kind: u8) -> Read<i64> {
        match kind {
            kind::I16 | kind::I32 | kind::I64 => self.zigzag(),
            kind::BYTE => self.byte().map(|b| i64::from(b as i8)),
            _ => Err(NOT_WHAT),
        }
    }

    /// A number of at most 32 bits.
    pub(super) fn small(&mut self, kind: u8) -> Read<i32> {
        i32::try_from(self.integer(kind)?).map_err(|_| "a number has more than 32 bits")
    }

    /// A truth, which lies in the type of its field.
    pub(super) fn truth(kind: u8) -> Read<bool> {
        match kind {
            kind::TRUE => Ok(true),
            kind::FALSE => Ok(false),
            _ => Err(NOT_WHAT),
        }
    }

    /// Bytes or a text.
    pub(super) fn binary(&mut self, kind: u8) -> Read<&'a [u8]> {
        if kind != kind::BINARY {
            return Err(NOT_WHAT);
        }
        let length = usize::try_from(self.varint()?).map_err(|_| ENDS_EARLY)?;
        self.slice(length)
    }

    /// Opens a list: the type of its elements and how many there are.
    pub(super) fn list(&mut self, kind: u8) -> Read<(u8, usize)> {
        if kind != kind::LIST && kind != kind::SET {
            return Err(NOT_WHAT);
        }
        let head = self.byte()?;
        let size = match head >> 4 {
            15 => usize::try_from(self.varint()?).map_err(|_| ENDS_EARLY)?,
            few => usize::from(few),
        };
        // Every element takes a byte at least.
        if size > self.left() {
            return Err("a list claims more elements than there are bytes left");
        }
        Ok((head & 0x0f, size))
    }

    /// Checks that what comes is a struct; its fields are then read with [`Self::field`].
    pub(super) fn open(kind: u8) -> Read<()> {
        if kind == kind::STRUCT {
            Ok(())
        } else {
            Err(NOT_WHAT)
        }
    }

    /// Passes over a field that says nothing here.
    pub(super) fn skip(&mut self, kind: u8) -> Read<()> {
        self.skip_within(kind, DEEPEST)
    }

    fn skip_within(&mut self, kind: u8, depth: u32) -> Read<()> {
        let Some(deeper) = depth.checked_sub(1) else {
            return Err("structures lie too deep in one another");
        };
        match kind {
            kind::TRUE | kind::FALSE => Ok(()),
            kind::BYTE => self.byte().map(drop),
            kind::I16 | kind::I32 | kind::I64 => self.varint().map(drop),
            kind::DOUBLE => self.slice(8).map(drop),
            kind::BINARY => self.binary(kind).map(drop),
            kind::LIST | kind::SET => {
                let (element, size) = self.list(kind)?;
                for _ in 0..size {
                    self.skip_element(element, deeper)?;
                }
                Ok(())
            }
            kind::MAP => {
                let size = self.varint()?;
                if size == 0 {
                    return Ok(());
                }
                if size > self.left() as u64 {
                    return Err("a map claims more entries than there are bytes left");
                }
                let kinds = self.byte()?;
                for _ in 0..size {
                    self.skip_element(kinds >> 4, deeper)?;
                    self.skip_element(kinds & 0x0f, deeper)?;
                }
                Ok(())
            }
            kind::STRUCT => {
                let mut last = 0;
                while let Some(head) = self.field(&mut last)? {
                    self.skip_within(head.kind, deeper)?;
                }
                Ok(())
            }
            _ => Err("a field has an unknown type"),
        }
    }

    /// Truths take a byte in lists, and none as fields.
    fn skip_element(&mut self, kind: u8, depth: u32) -> Read<()> {
        if matches!(kind, kind::TRUE | kind::FALSE) {
            self.byte().map(drop)
        } else {
            self.skip_within(kind, depth)
        }
    }
}
