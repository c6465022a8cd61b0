//! When a certificate ends: the one date of X.509 that a daemon needs, read out of its DER.

use ddgen_ipc::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

const SEQUENCE: u8 = 0x30;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
/// The version, which old certificates lack.
const VERSION: u8 = 0xA0;

/// None: not to be read as a certificate.
pub(super) fn ends(der: &[u8]) -> Option<Timestamp> {
    let (certificate, _) = value(der, SEQUENCE)?;
    let (mut fields, _) = value(certificate, SEQUENCE)?;
    if fields.first() == Some(&VERSION) {
        fields = any(fields)?.2;
    }
    // Serial number, algorithm, issuer.
    for _ in 0..3 {
        fields = any(fields)?.2;
    }
    let (validity, _) = value(fields, SEQUENCE)?;
    let (_, _, after) = any(validity)?;
    let (kind, text, _) = any(after)?;
    moment(kind, std::str::from_utf8(text).ok()?)
}

/// One element: its tag, its content, and what follows.
fn any(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let bytes = usize::from(first & 0x7F);
        if !(1..=4).contains(&bytes) {
            return None;
        }
        let (digits, rest) = rest.split_at_checked(bytes)?;
        let length = digits
            .iter()
            .fold(0, |length, digit| length << 8 | usize::from(*digit));
        (length, rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

fn value(der: &[u8], wanted: u8) -> Option<(&[u8], &[u8])> {
    let (tag, content, rest) = any(der)?;
    (tag == wanted).then_some((content, rest))
}

/// `YYMMDDhhmmssZ`, or with four digits of year.
fn moment(kind: u8, text: &str) -> Option<Timestamp> {
    let digits = text.strip_suffix('Z')?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (year, rest) = match (kind, digits.len()) {
        (UTC_TIME, 12) => {
            let year: i16 = digits[..2].parse().ok()?;
            // RFC 5280: 50 to 99 are of the last century.
            (
                if year < 50 { 2000 + year } else { 1900 + year },
                &digits[2..],
            )
        }
        (GENERALIZED_TIME, 14) => (digits[..4].parse().ok()?, &digits[4..]),
        _ => return None,
    };
    let part = |at: usize| rest[at..at + 2].parse::<i8>().ok();
    let time = DateTime::new(year, part(0)?, part(2)?, part(4)?, part(6)?, part(8)?, 0).ok()?;
    let time = time.to_zoned(TimeZone::UTC).ok()?;
    Some(Timestamp(time.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::{GENERALIZED_TIME, SEQUENCE, UTC_TIME, VERSION, ends};
    use proptest::prelude::*;

    fn element(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x82], length.as_slice(), content].concat()
    }

    /// The skeleton of a certificate that ends then.
    fn certificate(with_version: bool, kind: u8, end: &str) -> Vec<u8> {
        let version = element(VERSION, &element(0x02, &[2]));
        let start = element(UTC_TIME, b"250101000000Z");
        let validity = [start, element(kind, end.as_bytes())].concat();
        let fields = [
            if with_version { version } else { Vec::new() },
            element(0x02, &[0; 200]),
            element(SEQUENCE, b"algorithm"),
            element(SEQUENCE, b"issuer"),
            element(SEQUENCE, &validity),
            element(SEQUENCE, b"subject"),
        ];
        element(SEQUENCE, &element(SEQUENCE, &fields.concat()))
    }

    #[test]
    fn the_end_is_found_in_both_writings_with_and_without_a_version() {
        let ended = |version, kind, end: &str| {
            ends(&certificate(version, kind, end)).map(|end| end.to_string())
        };
        for version in [true, false] {
            assert_eq!(
                ended(version, UTC_TIME, "260930235959Z").as_deref(),
                Some("2026-09-30T23:59:59.000Z")
            );
            assert_eq!(
                ended(version, GENERALIZED_TIME, "20500101000000Z").as_deref(),
                Some("2050-01-01T00:00:00.000Z")
            );
        }
        assert!(
            ended(true, UTC_TIME, "991231235959Z")
                .unwrap()
                .starts_with("1999")
        );
        for bad in [
            "261330000000Z",
            "2609302359",
            "26093023595Z",
            "x60930235959Z",
        ] {
            assert_eq!(ended(true, UTC_TIME, bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn whatever_the_bytes_nothing_breaks(
            cut in 0_usize..300, at in 0_usize..300, to in any::<u8>()
        ) {
            let mut der = certificate(true, UTC_TIME, "260930235959Z");
            let at = at % der.len();
            der[at] = to;
            let _end = ends(&der);
            let _end = ends(&der[..cut.min(der.len())]);
        }
    }
}
