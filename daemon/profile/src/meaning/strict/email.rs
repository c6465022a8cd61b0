//! E-mail addresses and web addresses.

/// An address as people have them: a dotted atom, `@`, and a host name with a top level domain of
/// letters. Quoted local parts and address literals are not meant.
pub(crate) fn is_email(bytes: &[u8]) -> bool {
    let Some(at) = memchr::memchr(b'@', bytes) else {
        return false;
    };
    let (local, host) = (&bytes[..at], &bytes[at + 1..]);
    !local.is_empty()
        && local.len() <= 64
        && local[0] != b'.'
        && local[local.len() - 1] != b'.'
        && !local.windows(2).any(|w| w == b"..")
        && local
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(b) || *b >= 128)
        && local.iter().any(|b| b.is_ascii_alphanumeric() || *b >= 128)
        && is_host(host)
}

/// A host name with at least two labels whose last one is no number.
pub(crate) fn is_host(host: &[u8]) -> bool {
    if host.len() < 4 || host.len() > 253 || !host.contains(&b'.') {
        return false;
    }
    let mut last: &[u8] = &[];
    for label in host.split(|b| *b == b'.') {
        let sound = !label.is_empty()
            && label.len() <= 63
            && label[0] != b'-'
            && label[label.len() - 1] != b'-'
            && label
                .iter()
                .all(|b| b.is_ascii_alphanumeric() || *b == b'-' || *b == b'_' || *b >= 128);
        if !sound {
            return false;
        }
        last = label;
    }
    last.len() >= 2
        && last
            .iter()
            .all(|b| b.is_ascii_alphabetic() || *b >= 128 || *b == b'-')
        || last.starts_with(b"xn--")
}

/// `scheme://host...` without white space.
pub(crate) fn is_url(bytes: &[u8]) -> bool {
    let Some(at) = memchr::memmem::find(bytes, b"://") else {
        return false;
    };
    let scheme = &bytes[..at];
    let rest = &bytes[at + 3..];
    (2..=12).contains(&scheme.len())
        && scheme[0].is_ascii_alphabetic()
        && scheme
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(b))
        && rest
            .first()
            .is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'[' || *b >= 128 || *b == b'/')
        && !rest.iter().any(|b| b.is_ascii_whitespace() || *b < 32)
}
