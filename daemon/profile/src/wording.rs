//! Words that hang on a number.

/// The verb after so many things.
pub(crate) fn is_or_are(count: u64) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

/// `1 value`, `2 values`.
pub(crate) fn values(count: u64) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} value{plural}")
}
