//! Scalars of MongoDB Extended JSON: version 2, canonical and relaxed, and the forms of version 1
//! that are still written.

use serde_json::{Map, Value};

use crate::accumulate::Kind;

/// The first keys of wrappers.
pub(super) const KEYS: &[&[u8]] = &[
    b"$oid",
    b"$uuid",
    b"$symbol",
    b"$code",
    b"$numberInt",
    b"$numberLong",
    b"$numberDouble",
    b"$numberDecimal",
    b"$date",
    b"$timestamp",
    b"$binary",
    b"$type",
    b"$regularExpression",
    b"$regex",
    b"$options",
    b"$minKey",
    b"$maxKey",
    b"$undefined",
];

/// What a wrapper stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scalar {
    Value(Kind, String),
    Missing,
}

/// A longer object is a wrapper only where it holds little but one string: reading it as a tree
/// must not cost many times its size.
const LONG: usize = 64 << 10;

/// Reads the source text of an object; `None` when it is an object in its own right.
pub(super) fn scalar(raw: &[u8]) -> Option<Scalar> {
    if raw.len() > LONG && memchr::memchr2_iter(b',', b'[', raw).nth(4).is_some() {
        return None;
    }
    let Value::Object(object) = serde_json::from_slice(raw).ok()? else {
        return None;
    };
    match object.len() {
        1 => object
            .iter()
            .next()
            .and_then(|(key, value)| single(key, value)),
        2 => pair(&object),
        _ => None,
    }
}

fn single(key: &str, value: &Value) -> Option<Scalar> {
    let text = value.as_str();
    let (kind, text) = match key {
        "$oid" => (
            Kind::Text,
            text.filter(|t| t.len() == 24 && is_hex(t))?.to_owned(),
        ),
        "$uuid" | "$symbol" | "$code" => (Kind::Text, text?.to_owned()),
        "$numberInt" | "$numberLong" => (Kind::Number, text.filter(|t| is_integer(t))?.to_owned()),
        "$numberDouble" | "$numberDecimal" => return number(text?),
        "$date" => (Kind::Text, date(value)?),
        "$timestamp" => {
            let seconds = value.get("t")?.as_i64()?;
            value.get("i")?.as_u64()?;
            (Kind::Text, iso(seconds.checked_mul(1000)?)?)
        }
        "$binary" => {
            let base64 = value.get("base64")?.as_str()?;
            value.get("subType")?.as_str()?;
            (Kind::Binary, base64.to_owned())
        }
        "$regularExpression" => {
            let (pattern, options) = (
                value.get("pattern")?.as_str()?,
                value.get("options")?.as_str()?,
            );
            (Kind::Text, format!("/{pattern}/{options}"))
        }
        "$minKey" if value.as_i64() == Some(1) => (Kind::Text, "MinKey".to_owned()),
        "$maxKey" if value.as_i64() == Some(1) => (Kind::Text, "MaxKey".to_owned()),
        "$undefined" if *value == Value::Bool(true) => return Some(Scalar::Missing),
        _ => return None,
    };
    Some(Scalar::Value(kind, text))
}

/// Version 1 wrote binaries and expressions in two keys.
fn pair(object: &Map<String, Value>) -> Option<Scalar> {
    let text = |key: &str| object.get(key).and_then(Value::as_str);
    if let (Some(base64), Some(_)) = (text("$binary"), text("$type")) {
        return Some(Scalar::Value(Kind::Binary, base64.to_owned()));
    }
    let (pattern, options) = (text("$regex")?, text("$options")?);
    Some(Scalar::Value(Kind::Text, format!("/{pattern}/{options}")))
}

fn number(text: &str) -> Option<Scalar> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(digits, "Infinity" | "NaN") {
        return Some(Scalar::Value(Kind::Text, text.to_owned()));
    }
    let sound = digits
        .bytes()
        .next()
        .is_some_and(|b| b.is_ascii_digit() || b == b'.')
        && digits
            .bytes()
            .all(|b| b.is_ascii_digit() || b".eE+-".contains(&b))
        && text.parse::<f64>().is_ok();
    sound.then(|| {
        Scalar::Value(
            Kind::Number,
            text.strip_prefix('+').unwrap_or(text).to_owned(),
        )
    })
}

/// Relaxed: an ISO text. Canonical: milliseconds since 1970 in a `$numberLong`. Version 1: a number.
fn date(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => text
            .bytes()
            .next()
            .filter(u8::is_ascii_digit)
            .map(|_| text.clone()),
        Value::Number(number) => iso(number.as_i64()?),
        Value::Object(inner) if inner.len() == 1 => {
            let text = inner.get("$numberLong")?.as_str()?;
            text.parse().ok().and_then(iso)
        }
        _ => None,
    }
}

/// ISO 8601 in UTC of a count of milliseconds, for the years 1 to 9999.
fn iso(milliseconds: i64) -> Option<String> {
    let (days, in_day) = (
        milliseconds.div_euclid(86_400_000),
        milliseconds.rem_euclid(86_400_000),
    );
    // Days since 0000-03-01, in eras of 400 years.
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    if !(1..=9999).contains(&year) {
        return None;
    }
    let (hour, minute) = (in_day / 3_600_000, in_day / 60_000 % 60);
    let (second, milli) = (in_day / 1000 % 60, in_day % 1000);
    let fraction = if milli == 0 {
        String::new()
    } else {
        format!(".{milli:03}")
    };
    Some(format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z"
    ))
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.len() <= 19 && digits.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str) -> Option<(Kind, String)> {
        match scalar(raw.as_bytes())? {
            Scalar::Value(kind, text) => Some((kind, text)),
            Scalar::Missing => None,
        }
    }

    #[test]
    fn wrappers_of_the_specification() {
        // Examples of the specification's own conversion table.
        let cases = [
            (
                r#"{"$oid":"5d505646cf6d4fe581014ab2"}"#,
                Kind::Text,
                "5d505646cf6d4fe581014ab2",
            ),
            (r#"{"$numberInt":"42"}"#, Kind::Number, "42"),
            (
                r#"{"$numberLong":"9223372036854775807"}"#,
                Kind::Number,
                "9223372036854775807",
            ),
            (r#"{"$numberDouble":"42.42"}"#, Kind::Number, "42.42"),
            (r#"{"$numberDouble":"-Infinity"}"#, Kind::Text, "-Infinity"),
            (
                r#"{"$numberDecimal":"1234.56789012345678901234567890"}"#,
                Kind::Number,
                "1234.56789012345678901234567890",
            ),
            (
                r#"{"$date":"2019-08-11T17:54:14.692Z"}"#,
                Kind::Text,
                "2019-08-11T17:54:14.692Z",
            ),
            (
                r#"{"$date":{"$numberLong":"1565546054692"}}"#,
                Kind::Text,
                "2019-08-11T17:54:14.692Z",
            ),
            (
                r#"{"$date":{"$numberLong":"-62135593139000"}}"#,
                Kind::Text,
                "0001-01-01T01:01:01Z",
            ),
            (
                r#"{"$binary":{"base64":"o0w498Or7cijeBSpkquNtg==","subType":"04"}}"#,
                Kind::Binary,
                "o0w498Or7cijeBSpkquNtg==",
            ),
            (
                r#"{"$timestamp":{"t":1565545664,"i":1}}"#,
                Kind::Text,
                "2019-08-11T17:47:44Z",
            ),
            (
                r#"{"$regularExpression":{"pattern":"^H","options":"i"}}"#,
                Kind::Text,
                "/^H/i",
            ),
            (r#"{"$minKey":1}"#, Kind::Text, "MinKey"),
            (r#"{"$binary":"AQ==","$type":"00"}"#, Kind::Binary, "AQ=="),
        ];
        for (raw, kind, text) in cases {
            assert_eq!(read(raw), Some((kind, text.to_owned())), "{raw}");
        }
        assert_eq!(scalar(br#"{"$undefined":true}"#), Some(Scalar::Missing));
    }

    #[test]
    fn long_wrappers_hold_one_string() {
        let base64 = "QUJD".repeat(1 << 18);
        let raw = format!(r#"{{"$binary":{{"base64":"{base64}","subType":"00"}}}}"#);
        assert_eq!(read(&raw), Some((Kind::Binary, base64)));
        let many = format!(r#"{{"$oid":[{}0]}}"#, "0,".repeat(1 << 16));
        assert_eq!(scalar(many.as_bytes()), None);
    }

    #[test]
    fn other_objects_stay_objects() {
        for raw in [
            r#"{"$oid":"short"}"#,
            r#"{"$oid":1}"#,
            r#"{"$ref":"c","$id":1}"#,
            r#"{"$numberLong":"1.5"}"#,
            r#"{"$date":"today"}"#,
            r#"{"$schema":"x"}"#,
            r#"{"$date":1,"more":2}"#,
            r#"{"$binary":{"base64":1}}"#,
        ] {
            assert_eq!(scalar(raw.as_bytes()), None, "{raw}");
        }
    }
}
