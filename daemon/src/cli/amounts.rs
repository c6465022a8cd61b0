//! Numbers as a person reads them.

use ddgen_profile::document::Number;

/// 1234567 as `1,234,567`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The whole count where it fits, else as many digits of it as do (`12.3M`).
pub(super) fn count_in(number: u64, columns: usize) -> String {
    const UNITS: [char; 6] = ['k', 'M', 'G', 'T', 'P', 'E'];
    let whole = [grouped(number), number.to_string()];
    if let Some(fits) = whole.into_iter().find(|text| text.len() <= columns) {
        return fits;
    }
    let mut size = number as f64;
    let mut unit = ' ';
    for next in UNITS {
        // Not 1000: what is rounded up would get a fourth digit.
        if size < 999.5 {
            break;
        }
        size /= 1000.0;
        unit = next;
    }
    let decimals = if size < 9.95 { 1 } else { 0 };
    format!("{size:.decimals$}{unit}")
}

/// Bytes as a person says them.
pub(super) fn bytes(number: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut size = number as f64;
    let mut unit = 0;
    while size >= 1024.0 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    if unit == 0 {
        format!("{number} B")
    } else {
        format!("{size:.1} {}", UNITS[unit])
    }
}

/// A share that never rounds to none or to all: `<0.1%`, `>99%`. At most five columns.
pub(super) fn share(part: u64, whole: u64) -> String {
    if part == 0 || whole == 0 {
        return "0%".to_owned();
    }
    if part >= whole {
        return "100%".to_owned();
    }
    match part as f64 * 100.0 / whole as f64 {
        percent if percent < 0.1 => "<0.1%".to_owned(),
        percent if percent > 99.9 => ">99%".to_owned(),
        percent => format!("{percent:.1}%"),
    }
}

/// Six significant digits are what a table is read for; `--format json` has them all.
pub(super) fn real(value: f64) -> String {
    digits(value, 6)
}

/// A value of the file as the document has it; numbers not of the file are rounded by [`real`].
pub(super) fn value(number: &Number) -> String {
    match number {
        Number::Integer(value) => value.to_string(),
        Number::Float(value) => real(*value),
        Number::Text(value) => super::text::printable(value),
    }
}

/// A number in a column: exact, then with fewer digits, never with its end cut off. None when it is
/// no number.
pub(super) fn number_in(number: &Number, columns: usize) -> Option<String> {
    let near = match number {
        Number::Integer(value) => *value as f64,
        Number::Float(value) => *value,
        Number::Text(text) if is_number(text) => text.parse().ok()?,
        Number::Text(_) => return None,
    };
    let exact = value(number);
    if exact.len() <= columns {
        return Some(exact);
    }
    let shorter = (1..6).rev().map(|precision| digits(near, precision));
    let powers = (0..4).rev().map(|decimals| format!("{near:.decimals$e}"));
    let all: Vec<String> = shorter
        .chain(powers)
        // Fewer digits may be no number of this size any more.
        .filter(|text| close(text, near))
        .collect();
    let fits = all.iter().find(|text| text.len() <= columns);
    Some(fits.or(all.last()).cloned().unwrap_or(exact))
}

/// Whether the text is a number in decimal notation, with nothing else about it.
pub(super) fn is_number(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | 'e' | 'E');
    text.chars().all(plain) && text.parse::<f64>().is_ok()
}

fn close(text: &str, near: f64) -> bool {
    let error = text.parse::<f64>().map_or(f64::MAX, |it| (it - near).abs());
    error <= near.abs() * 0.05
}

fn digits(value: f64, precision: usize) -> String {
    let size = value.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    if !(1e-4..1e15).contains(&size) {
        return format!("{value:.*e}", precision - 1);
    }
    let before = size.log10().floor() as i32 + 1;
    let wanted = i32::try_from(precision).unwrap_or(6);
    let decimals = usize::try_from(wanted - before).unwrap_or(0);
    let text = format!("{value:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_and_shortened_only_where_they_must_be() {
        assert_eq!(
            [0, 999, 1_000, 12_345_678].map(grouped),
            ["0", "999", "1,000", "12,345,678"]
        );
        assert_eq!(count_in(1_234_567, 9), "1,234,567");
        assert_eq!(count_in(1_234_567, 8), "1234567");
        assert_eq!(count_in(1_234_567, 6), "1.2M");
        assert_eq!(count_in(999_999_999, 6), "1.0G");
        assert_eq!(count_in(u64::MAX, 8), "18E");
        assert_eq!(bytes(1536), "1.5 KiB");
        assert_eq!(bytes(1023), "1023 B");
    }

    #[test]
    fn a_share_never_claims_none_or_all() {
        assert_eq!(share(0, 10), "0%");
        assert_eq!(share(1, 1_000_000), "<0.1%");
        assert_eq!(share(8_255, 336_776), "2.5%");
        assert_eq!(share(999_999, 1_000_000), ">99%");
        assert_eq!(share(10, 10), "100%");
    }

    #[test]
    fn numbers_keep_six_digits() {
        assert_eq!(real(1_349.109_947), "1349.11");
        assert_eq!(real(-0.5), "-0.5");
        assert_eq!(real(2400.0), "2400");
        assert_eq!(real(0.000_012_3), "1.23000e-5");
        assert_eq!(real(443_210_949.4), "443210949");
    }

    #[test]
    fn a_number_that_does_not_fit_keeps_its_size() {
        let fit = |number, columns| number_in(&number, columns).unwrap();
        assert_eq!(fit(Number::Integer(-1_234_567), 8), "-1234567");
        assert_eq!(fit(Number::Integer(-123_456_789), 8), "-1.235e8");
        assert_eq!(fit(Number::Float(150.686_460_198_7), 8), "150.686");
        assert_eq!(fit(Number::Float(150.686_460_198_7), 4), "151");
        let big = Number::Text("18446744073709551616.5".into());
        assert_eq!(fit(big, 8), "1.845e19");
        assert_eq!(number_in(&Number::Text("2013-01-01".into()), 5), None);
    }
}
