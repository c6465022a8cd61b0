//! Where a request comes from: the peer of its connection, or whom a trusted proxy says it speaks
//! for.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use axum::http::header::{FORWARDED, HOST, VIA};

use crate::settings::Network;

/// The other end of the connection; an extension of every request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub(super) SocketAddr);

const FORWARDED_FOR: &str = "x-forwarded-for";
/// What proxies leave in a request.
const TRACES: [&str; 3] = [FORWARDED_FOR, "x-real-ip", "x-forwarded-host"];
/// Addresses of one header that are looked at: no chain of proxies is longer.
const CHAIN: usize = 32;

/// The client's address. Each trusted proxy vouches for the address before its own, so that the
/// list is read from its end; what a stranger wrote is never reached.
pub(super) fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let mut client = peer.to_canonical();
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let lines: Vec<&str> = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .collect();
    let hops = lines.iter().rev().flat_map(|line| line.rsplit(','));
    for hop in hops.take(CHAIN) {
        if !is_trusted(client) {
            break;
        }
        match address(hop.trim()) {
            Some(address) => client = address,
            None => break,
        }
    }
    client
}

/// Some proxies add the port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let bare = bare.map_or(text, |(address, _)| address);
    let parsed = bare.parse::<IpAddr>().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    parsed
        .or_else(with_port)
        .map(|address| address.to_canonical())
}

/// Whether somebody on this machine asks this machine: no proxy stands between, and the name that
/// is asked for is none that a web page could have chosen.
pub(super) fn is_local(client: IpAddr, headers: &HeaderMap) -> bool {
    let through_proxy = TRACES.iter().any(|name| headers.contains_key(*name))
        || headers.contains_key(FORWARDED)
        || headers.contains_key(VIA);
    let host = headers.get(HOST).map(|host| host.to_str().unwrap_or("?"));
    client.is_loopback() && !through_proxy && host.is_none_or(is_this_machine)
}

fn is_this_machine(host: &str) -> bool {
    let name = without_port(host);
    name.eq_ignore_ascii_case("localhost")
        || address(name).is_some_and(|address| address.is_loopback())
}

/// Ends of names that nobody can register: RFC 6761, 6762 and 8375, and ICANN's resolution of 2024-07-29.
const PRIVATE: [&str; 4] = ["localhost", "local", "internal", "home.arpa"];

/// Whether no stranger can own this name: an address, a name of this machine or its network, or one
/// without a dot, which only this network knows.
pub(super) fn is_no_strangers(host: &str) -> bool {
    let name = without_port(host).to_ascii_lowercase();
    let is_below = |end: &str| {
        let before = name.strip_suffix(end);
        before.is_some_and(|before| before.ends_with('.'))
    };
    address(&name).is_some() || !name.contains('.') || PRIVATE.into_iter().any(is_below)
}

/// Whether an origin (`https://host[:port]`, or `*`) is of this host.
pub(super) fn is_of(origin: &str, host: &str) -> bool {
    let named = origin.split_once("://").map(|(_, named)| named);
    origin == "*"
        || named.is_some_and(|it| without_port(it).eq_ignore_ascii_case(without_port(host)))
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    fn seen(peer: &str, lines: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, HeaderValue::from_str(line).unwrap());
        }
        let trusted: Vec<Network> = trusted.iter().map(|text| text.parse().unwrap()).collect();
        client(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn a_header_counts_only_from_a_trusted_proxy() {
        let nginx = &["127.0.0.1", "10.0.0.0/8"];
        assert_eq!(seen("203.0.113.9", &["1.1.1.1"], nginx), "203.0.113.9");
        assert_eq!(seen("127.0.0.1", &["1.1.1.1"], &[]), "127.0.0.1");
        assert_eq!(seen("127.0.0.1", &["1.1.1.1"], nginx), "1.1.1.1");
        // What the client wrote before the proxy added its own word is not believed.
        assert_eq!(seen("127.0.0.1", &["6.6.6.6, 1.1.1.1"], nginx), "1.1.1.1");
        assert_eq!(seen("127.0.0.1", &["6.6.6.6", "1.1.1.1"], nginx), "1.1.1.1");
        assert_eq!(
            seen("127.0.0.1", &["6.6.6.6, 1.1.1.1, 10.0.0.7"], nginx),
            "1.1.1.1"
        );
        assert_eq!(seen("127.0.0.1", &["1.1.1.1, unknown"], nginx), "127.0.0.1");
        assert_eq!(seen("127.0.0.1", &["1.1.1.1:4711"], nginx), "1.1.1.1");
        assert_eq!(
            seen("::1", &["[2001:db8::1]:4711"], &["::1"]),
            "2001:db8::1"
        );
        assert_eq!(seen("::ffff:127.0.0.1", &["1.1.1.1"], nginx), "1.1.1.1");
    }

    #[test]
    fn local_is_who_asks_this_machine_by_its_own_name() {
        let local = |client: &str, headers: &[(&'static str, &str)]| {
            let headers = headers
                .iter()
                .map(|(name, value)| {
                    let value = HeaderValue::from_str(value).unwrap();
                    (axum::http::HeaderName::from_static(name), value)
                })
                .collect();
            is_local(client.parse().unwrap(), &headers)
        };
        for host in [
            "localhost",
            "LocalHost:8000",
            "127.0.0.1:8000",
            "[::1]:8000",
            "127.9.9.9",
        ] {
            assert!(local("127.0.0.1", &[("host", host)]), "{host}");
        }
        assert!(local("::1", &[]));
        for host in [
            "evil.example:8000",
            "192.168.0.1",
            "localhost.evil.example",
            "",
        ] {
            assert!(!local("127.0.0.1", &[("host", host)]), "{host}");
        }
        let proxied = [("host", "localhost"), ("x-forwarded-for", "127.0.0.1")];
        assert!(!local("127.0.0.1", &proxied));
        assert!(!local("10.0.0.1", &[("host", "localhost")]));
    }

    #[test]
    fn a_name_that_a_stranger_can_own_is_told_from_others() {
        for host in [
            "localhost",
            "ddgen:8000",
            "127.0.0.1:8000",
            "[::1]:8000",
            "192.168.0.1",
            "2001:db8::1",
            "a.localhost:80",
            "Ddgen.data.svc.cluster.Local:8000",
            "files.internal",
        ] {
            assert!(is_no_strangers(host), "{host}");
        }
        for host in [
            "evil.example",
            "evil.example:8000",
            "127.0.0.1.evil.example",
            "evil.example.notlocal",
        ] {
            assert!(!is_no_strangers(host), "{host}");
        }
        assert!(is_of("https://data.example.org", "Data.example.org:8000"));
        assert!(is_of("https://data.example.org:444", "data.example.org"));
        assert!(!is_of("https://data.example.org", "evil.data.example.org"));
        assert!(is_of("*", "evil.example"));
    }

    proptest! {
        #[test]
        fn an_untrusted_peer_is_itself_whatever_it_writes(text in "[ -~]{0,80}") {
            prop_assert_eq!(seen("203.0.113.9", &[&text], &["127.0.0.1"]), "203.0.113.9");
        }
    }
}
