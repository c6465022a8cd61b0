//! Addresses and networks, as `10.0.0.0/8` writes them.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// One address, or all that share its first bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// Whether the address lies in it. `::ffff:10.0.0.1` is `10.0.0.1`.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let (here, width) = number(self.address);
        let (there, other_width) = number(address.to_canonical());
        let rest = u32::from(width - self.bits);
        // Shifting by all the bits there are is no shift.
        let same = |a: u128, b: u128| a.checked_shr(rest) == b.checked_shr(rest);
        width == other_width && same(here, there)
    }
}

fn number(address: IpAddr) -> (u128, u8) {
    match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()), 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (address, bits) = match text.split_once('/') {
                Some((address, bits)) => (address, Some(bits)),
                None => (text, None),
            };
            let address: IpAddr = address.parse().ok()?;
            let address = address.to_canonical();
            let (_, width) = number(address);
            let bits = match bits {
                Some(bits) => bits.parse().ok().filter(|bits| *bits <= width)?,
                None => width,
            };
            Some(Self { address, bits })
        };
        parse().ok_or_else(|| {
            "expected addresses or networks such as 127.0.0.1 or 10.0.0.0/8".to_owned()
        })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (_, width) = number(self.address);
        if self.bits == width {
            write!(f, "{}", self.address)
        } else {
            write!(f, "{}/{}", self.address, self.bits)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_hold_what_shares_their_bits() {
        let holds = |network: &str, address: &str| {
            let network: Network = network.parse().unwrap();
            network.contains(address.parse().unwrap())
        };
        assert!(holds("10.0.0.0/8", "10.255.1.2") && !holds("10.0.0.0/8", "11.0.0.0"));
        assert!(holds("192.168.1.128/25", "192.168.1.129"));
        assert!(!holds("192.168.1.128/25", "192.168.1.127"));
        assert!(holds("127.0.0.1", "127.0.0.1") && !holds("127.0.0.1", "127.0.0.2"));
        assert!(holds("0.0.0.0/0", "8.8.8.8") && !holds("0.0.0.0/0", "::1"));
        assert!(holds("::/0", "2001:db8::1") && holds("fd00::/8", "fdff::"));
        assert!(holds("10.0.0.0/8", "::ffff:10.1.1.1"));
        for bad in ["", "10.0.0.0/33", "::/129", "host", "10.0.0.0/", "10.0.0/8"] {
            assert!(bad.parse::<Network>().is_err(), "{bad}");
        }
        for text in ["10.0.0.0/8", "127.0.0.1", "fd00::/8"] {
            assert_eq!(text.parse::<Network>().unwrap().to_string(), text);
        }
    }
}
