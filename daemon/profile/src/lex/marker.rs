//! Values that may stand for "no value".
//!
//! They are only candidates: whether one is missing in a field is decided by the evidence of that
//! field's other values (`assemble::missing`). Candidates are exempt from sampling, so that their
//! counts are exact in a field of any size.

/// How sure the spelling alone makes us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    /// Nothing but a marker, even among texts: `NULL`, `N/A`, `\N`.
    Certain,
    /// A word or sign that could be a value among texts: `NA`, `-`, `None`.
    Word,
    /// A number no honest value lies near: `-999`.
    Number,
    /// What a division by zero leaves: no sum or mean can hold it.
    Infinity,
    /// A date that means never: `9999-12-31`.
    Date,
}

/// What kind of marker a value would be.
pub fn marker(text: &[u8]) -> Option<Marker> {
    // The longest is a date with a time.
    if text.len() > 19 {
        return None;
    }
    match text {
        b"NULL" | b"null" | b"Null" | b"(null)" | b"<null>" | b"<NULL>" | b"\\N" | b"N/A"
        | b"n/a" | b"#N/A" | b"#NA" | b"<NA>" | b"NaN" | b"nan" | b"NAN" | b"-nan" | b"-NaN"
        | b"#NULL!" | b"#VALUE!" | b"#REF!" | b"#DIV/0!" => Some(Marker::Certain),
        b"NA" | b"na" | b"n.a." | b"N.A." | b"None" | b"none" | b"NONE" | b"nil" | b"-" | b"--"
        | b"---" | b"?" | b"." | b".." | b"..." | b"missing" | b"MISSING" | b"unknown"
        | b"Unknown" | b"UNKNOWN" | b"*" => Some(Marker::Word),
        b"-99" | b"-999" | b"-9999" | b"-99999" | b"-999999" | b"-99.0" | b"-999.0"
        | b"-9999.0" | b"-99.9" | b"-999.9" => Some(Marker::Number),
        b"Infinity" | b"-Infinity" | b"inf" | b"-inf" | b"Inf" | b"-Inf" | b"INF" | b"-INF" => {
            Some(Marker::Infinity)
        }
        b"9999-12-31"
        | b"9999-12-31 00:00:00"
        | b"9999-12-31T00:00:00"
        | b"9999-12-31 23:59:59"
        | b"9999-12-31T23:59:59"
        | b"0000-00-00"
        | b"0000-00-00 00:00:00"
        | b"31/12/9999"
        | b"12/31/9999"
        | b"31.12.9999" => Some(Marker::Date),
        _ => None,
    }
}

/// Whether a value may stand for "no value".
#[inline]
pub fn is_candidate(text: &[u8]) -> bool {
    opens_marker(text) && marker(text).is_some()
}

/// Whether a text may be a marker, by its length and first byte.
#[inline]
fn opens_marker(text: &[u8]) -> bool {
    let Some(first) = text.first() else {
        return false;
    };
    match first {
        // Dates.
        b'0'..=b'9' => matches!(text.len(), 10 | 19),
        b'-' | b'(' | b'<' | b'\\' | b'#' | b'?' | b'.' | b'*' => text.len() <= 9,
        b'N' | b'n' | b'm' | b'M' | b'u' | b'U' | b'I' | b'i' => text.len() <= 8,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_marker_is_passed_over(text in "[-nNaA/.uUlL<>()#0-9:? *\\\\]{0,20}|-?[Ii]nf(inity)?|#[A-Z/0]{2,5}[!]?") {
            prop_assert_eq!(is_candidate(text.as_bytes()), marker(text.as_bytes()).is_some());
        }
    }

    #[test]
    fn all_markers_are_candidates() {
        for text in [
            "NULL",
            "null",
            "Null",
            "(null)",
            "<null>",
            "<NULL>",
            "\\N",
            "N/A",
            "n/a",
            "#N/A",
            "#NA",
            "<NA>",
            "NaN",
            "nan",
            "NAN",
            "-nan",
            "-NaN",
            "#NULL!",
            "#VALUE!",
            "#REF!",
            "#DIV/0!",
            "NA",
            "na",
            "n.a.",
            "N.A.",
            "None",
            "none",
            "NONE",
            "nil",
            "-",
            "--",
            "---",
            "?",
            ".",
            "..",
            "...",
            "missing",
            "MISSING",
            "unknown",
            "Unknown",
            "UNKNOWN",
            "*",
            "-99",
            "-999",
            "-9999",
            "-99999",
            "-999999",
            "-99.0",
            "-999.0",
            "-9999.0",
            "-99.9",
            "-999.9",
            "Infinity",
            "-Infinity",
            "inf",
            "-inf",
            "Inf",
            "-Inf",
            "INF",
            "-INF",
            "9999-12-31",
            "9999-12-31 00:00:00",
            "9999-12-31T00:00:00",
            "9999-12-31 23:59:59",
            "9999-12-31T23:59:59",
            "0000-00-00",
            "0000-00-00 00:00:00",
            "31/12/9999",
            "12/31/9999",
            "31.12.9999",
        ] {
            assert!(is_candidate(text.as_bytes()), "{text}");
        }
    }
}
