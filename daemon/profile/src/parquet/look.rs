//! What the values of a column stand for, by its physical and logical type.

use serde_json::{Value, json};

use super::footer::{Element, Logical};

/// How a column's values are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Physical {
    Boolean,
    Int32,
    Int64,
    Int96,
    Float,
    Double,
    Bytes,
    /// Of so many bytes each.
    Fixed(usize),
}

/// What a column's values stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Boolean,
    Signed,
    Unsigned,
    Float,
    Double,
    Half,
    /// With so many decimals.
    Decimal(u32),
    /// Days since 1970.
    Date,
    /// Since midnight.
    Time(Unit, Zone),
    /// Since 1970.
    Timestamp(Unit, Zone),
    /// Nanoseconds of a Julian day.
    Int96,
    Text,
    Json,
    Uuid,
    /// Months, days and milliseconds.
    Interval,
    Binary,
}

/// A part of a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Milli,
    Micro,
    Nano,
}

/// Whether a moment is one in UTC or of a clock on the wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    Utc,
    Local,
}

impl Unit {
    /// In a second.
    pub(super) fn per_second(self) -> i64 {
        match self {
            Self::Milli => 1_000,
            Self::Micro => 1_000_000,
            Self::Nano => 1_000_000_000,
        }
    }

    fn of(number: i32) -> Option<Self> {
        match number {
            1 => Some(Self::Milli),
            2 => Some(Self::Micro),
            3 => Some(Self::Nano),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Milli => "ms",
            Self::Micro => "us",
            Self::Nano => "ns",
        }
    }
}

impl Physical {
    /// Of a leaf of the schema.
    pub(super) fn of(element: &Element) -> Result<Self, &'static str> {
        Ok(match element.physical {
            Some(0) => Self::Boolean,
            Some(1) => Self::Int32,
            Some(2) => Self::Int64,
            Some(3) => Self::Int96,
            Some(4) => Self::Float,
            Some(5) => Self::Double,
            Some(6) => Self::Bytes,
            Some(7) => match usize::try_from(element.length) {
                Ok(length) if length > 0 => Self::Fixed(length),
                _ => return Err("a column of fixed length does not say its length"),
            },
            Some(_) => return Err("a column has an unknown type"),
            None => return Err("a column has no type"),
        })
    }

    /// Bytes of a value that is stored as it is.
    pub(super) fn width(self) -> Option<usize> {
        match self {
            Self::Boolean | Self::Bytes => None,
            Self::Int32 | Self::Float => Some(4),
            Self::Int64 | Self::Double => Some(8),
            Self::Int96 => Some(12),
            Self::Fixed(width) => Some(width),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Boolean => "BOOLEAN",
            Self::Int32 => "INT32",
            Self::Int64 => "INT64",
            Self::Int96 => "INT96",
            Self::Float => "FLOAT",
            Self::Double => "DOUBLE",
            Self::Bytes => "BYTE_ARRAY",
            Self::Fixed(_) => "FIXED_LEN_BYTE_ARRAY",
        }
    }
}

/// Logical types by their number in the format.
pub(super) mod logical {
    pub(in crate::parquet) const STRING: i16 = 1;
    pub(in crate::parquet) const MAP: i16 = 2;
    pub(in crate::parquet) const LIST: i16 = 3;
    pub(in crate::parquet) const ENUM: i16 = 4;
    pub(in crate::parquet) const DECIMAL: i16 = 5;
    pub(in crate::parquet) const DATE: i16 = 6;
    pub(in crate::parquet) const TIME: i16 = 7;
    pub(in crate::parquet) const TIMESTAMP: i16 = 8;
    pub(in crate::parquet) const INTEGER: i16 = 10;
    pub(in crate::parquet) const UNKNOWN: i16 = 11;
    pub(in crate::parquet) const JSON: i16 = 12;
    pub(in crate::parquet) const BSON: i16 = 13;
    pub(in crate::parquet) const UUID: i16 = 14;
    pub(in crate::parquet) const FLOAT16: i16 = 15;
    pub(in crate::parquet) const VARIANT: i16 = 16;
    pub(in crate::parquet) const GEOMETRY: i16 = 17;
    pub(in crate::parquet) const GEOGRAPHY: i16 = 18;
    /// Only the older annotation has it.
    pub(in crate::parquet) const INTERVAL: i16 = -1;
}

/// The logical type of an element, from its older annotation where it has only that.
pub(super) fn logical_of(element: &Element) -> Option<Logical> {
    if element.logical.is_some() {
        return element.logical;
    }
    let (id, detail, flag) = match element.converted? {
        0 => (logical::STRING, 0, false),
        1 | 2 => (logical::MAP, 0, false),
        3 => (logical::LIST, 0, false),
        4 => (logical::ENUM, 0, false),
        5 => (logical::DECIMAL, element.scale, false),
        6 => (logical::DATE, 0, false),
        // Which clock these were of was never written down.
        7 => (logical::TIME, 1, false),
        8 => (logical::TIME, 2, false),
        9 => (logical::TIMESTAMP, 1, false),
        10 => (logical::TIMESTAMP, 2, false),
        n @ 11..=14 => (logical::INTEGER, 8 << (n - 11), false),
        n @ 15..=18 => (logical::INTEGER, 8 << (n - 15), true),
        19 => (logical::JSON, 0, false),
        20 => (logical::BSON, 0, false),
        21 => (logical::INTERVAL, 0, false),
        _ => return None,
    };
    Some(Logical {
        id,
        detail,
        precision: element.precision,
        flag,
    })
}

impl Look {
    /// Of a leaf. A logical type that does not go with the physical one says nothing.
    pub(super) fn of(physical: Physical, logical: Option<Logical>) -> Self {
        let plain = match physical {
            Physical::Boolean => Self::Boolean,
            Physical::Int32 | Physical::Int64 => Self::Signed,
            Physical::Int96 => Self::Int96,
            Physical::Float => Self::Float,
            Physical::Double => Self::Double,
            Physical::Bytes | Physical::Fixed(_) => Self::Binary,
        };
        let Some(logical) = logical else {
            return plain;
        };
        let zone = if logical.flag { Zone::Utc } else { Zone::Local };
        let unit = Unit::of(logical.detail);
        match (logical.id, physical) {
            (logical::STRING | logical::ENUM, Physical::Bytes | Physical::Fixed(_)) => Self::Text,
            (logical::JSON, Physical::Bytes) => Self::Json,
            (logical::INTEGER, Physical::Int32 | Physical::Int64) if !logical.flag => {
                Self::Unsigned
            }
            (
                logical::DECIMAL,
                Physical::Int32 | Physical::Int64 | Physical::Bytes | Physical::Fixed(_),
            ) => u32::try_from(logical.detail)
                .ok()
                .filter(|scale| *scale <= 76)
                .map_or(plain, Self::Decimal),
            (logical::DATE, Physical::Int32) => Self::Date,
            (logical::TIME, Physical::Int32 | Physical::Int64) => {
                unit.map_or(plain, |unit| Self::Time(unit, zone))
            }
            (logical::TIMESTAMP, Physical::Int64) => {
                unit.map_or(plain, |unit| Self::Timestamp(unit, zone))
            }
            (logical::UUID, Physical::Fixed(16)) => Self::Uuid,
            (logical::FLOAT16, Physical::Fixed(2)) => Self::Half,
            (logical::INTERVAL, Physical::Fixed(12)) => Self::Interval,
            _ => plain,
        }
    }

    /// The Table Schema type its values have.
    pub(super) fn type_name(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Signed | Self::Unsigned | Self::Decimal(0) => "integer",
            Self::Float | Self::Double | Self::Half | Self::Decimal(_) => "number",
            Self::Date => "date",
            Self::Time(..) => "time",
            Self::Timestamp(..) | Self::Int96 => "datetime",
            Self::Text | Self::Uuid => "string",
            Self::Json => "object",
            Self::Interval => "duration",
            Self::Binary => "binary",
        }
    }
}

/// What the file states of a field.
pub(super) fn declared(element: &Element, physical: Option<Physical>) -> Value {
    let mut all = serde_json::Map::new();
    if let Some(physical) = physical {
        all.insert("physical_type".into(), physical.name().into());
        if let Physical::Fixed(length) = physical {
            all.insert("byte_length".into(), length.into());
        }
    }
    if let Some(found) = logical_of(element) {
        let name = match found.id {
            logical::STRING => "STRING",
            logical::MAP => "MAP",
            logical::LIST => "LIST",
            logical::ENUM => "ENUM",
            logical::DECIMAL => "DECIMAL",
            logical::DATE => "DATE",
            logical::TIME => "TIME",
            logical::TIMESTAMP => "TIMESTAMP",
            logical::INTEGER => "INTEGER",
            logical::UNKNOWN => "UNKNOWN",
            logical::JSON => "JSON",
            logical::BSON => "BSON",
            logical::UUID => "UUID",
            logical::FLOAT16 => "FLOAT16",
            logical::VARIANT => "VARIANT",
            logical::GEOMETRY => "GEOMETRY",
            logical::GEOGRAPHY => "GEOGRAPHY",
            logical::INTERVAL => "INTERVAL",
            _ => "another one",
        };
        all.insert("logical_type".into(), name.into());
        match found.id {
            logical::DECIMAL => {
                all.insert("precision".into(), found.precision.into());
                all.insert("scale".into(), found.detail.into());
            }
            logical::INTEGER => {
                all.insert("bits".into(), found.detail.into());
                all.insert("signed".into(), found.flag.into());
            }
            logical::TIME | logical::TIMESTAMP => {
                let unit = Unit::of(found.detail).map(Unit::name);
                all.insert("unit".into(), json!(unit));
                if element.logical.is_some() {
                    all.insert("utc".into(), found.flag.into());
                }
            }
            _ => {}
        }
    }
    all.insert("required".into(), (element.repetition == 0).into());
    Value::Object(all)
}
