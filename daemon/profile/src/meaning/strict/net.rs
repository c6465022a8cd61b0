//! Addresses of machines.

/// Four octets without leading zeros.
pub(crate) fn ipv4(bytes: &[u8]) -> Option<[u8; 4]> {
    if !(7..=15).contains(&bytes.len()) {
        return None;
    }
    let mut octets = [0u8; 4];
    let mut n = 0;
    for part in bytes.split(|b| *b == b'.') {
        if n == 4 || part.is_empty() || part.len() > 3 || (part.len() > 1 && part[0] == b'0') {
            return None;
        }
        let mut value = 0u16;
        for b in part {
            if !b.is_ascii_digit() {
                return None;
            }
            value = value * 10 + u16::from(b - b'0');
        }
        octets[n] = u8::try_from(value).ok()?;
        n += 1;
    }
    (n == 4).then_some(octets)
}

/// Four small numbers are as likely a version as an address.
pub(crate) fn like_a_version(octets: [u8; 4]) -> bool {
    octets[0] == 0 || (octets.iter().all(|o| *o < 100) && octets[0] != 10)
}

/// An IPv4 address that no version looks like.
pub(crate) fn is_plain_ipv4(bytes: &[u8]) -> bool {
    ipv4(bytes).is_some_and(|octets| !like_a_version(octets))
}

/// At least two colons and a hexadecimal group of substance, so that `::` and times stay out.
pub(crate) fn is_ipv6(text: &str) -> bool {
    let address = text.split_once('%').map_or(text, |(head, _)| head);
    address.len() >= 6
        && address.bytes().filter(|b| *b == b':').count() >= 2
        && (address.contains("::")
            || address.bytes().filter(|b| *b == b':').count() == 7
            || address.contains('.'))
        && address.parse::<std::net::Ipv6Addr>().is_ok()
}

/// Six pairs of hexadecimal digits parted by `:` or `-`, or three groups of four parted by `.`.
pub(crate) fn is_mac(bytes: &[u8]) -> bool {
    match bytes.len() {
        17 => {
            let separator = bytes[2];
            (separator == b':' || separator == b'-')
                && bytes.iter().enumerate().all(|(i, b)| {
                    if i % 3 == 2 {
                        *b == separator
                    } else {
                        b.is_ascii_hexdigit()
                    }
                })
        }
        14 => bytes.iter().enumerate().all(|(i, b)| {
            if i == 4 || i == 9 {
                *b == b'.'
            } else {
                b.is_ascii_hexdigit()
            }
        }),
        _ => false,
    }
}

/// `8-4-4-4-12` hexadecimal digits, in braces or not.
pub(crate) fn is_uuid(bytes: &[u8]) -> bool {
    let inner = match bytes {
        [b'{', inner @ .., b'}'] => inner,
        all => all,
    };
    inner.len() == 36
        && inner.iter().enumerate().all(|(i, b)| {
            if matches!(i, 8 | 13 | 18 | 23) {
                *b == b'-'
            } else {
                b.is_ascii_hexdigit()
            }
        })
}
