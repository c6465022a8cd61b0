//! How many requests one key, or one address without a key, may make: a bucket each, which fills at
//! a steady rate.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Buckets that are kept, of about 100 bytes each. At the bound the one that was used longest ago
/// makes room: it is the fullest.
const BUCKETS: usize = 10_000;
/// A bucket holds what comes in within ten seconds, at least so much.
const LEAST: f64 = 10.0;

/// Who makes requests.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Who {
    /// The id of an API key.
    Key(String),
    Address(IpAddr),
}

impl Who {
    /// All addresses of one household or machine: a client of IPv6 has 2^64 of them.
    #[must_use]
    pub fn address(address: IpAddr) -> Self {
        Self::Address(match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(address) => {
                let network = address.to_bits() & !u128::from(u64::MAX);
                IpAddr::V6(network.into())
            }
        })
    }
}

struct Bucket {
    requests: f64,
    at: Instant,
}

/// The limit and all buckets.
pub struct RateLimit {
    /// Requests a second; none: any number.
    rate: Option<f64>,
    buckets: Mutex<HashMap<Who, Bucket>>,
}

impl RateLimit {
    /// 0: any number.
    #[must_use]
    pub fn per_minute(requests: u32) -> Self {
        let rate = (requests > 0).then(|| f64::from(requests) / 60.0);
        Self {
            rate,
            buckets: Mutex::default(),
        }
    }

    /// Takes one request out of the bucket.
    ///
    /// # Errors
    /// How long until there is one in it.
    pub fn take(&self, who: Who, now: Instant) -> Result<(), Duration> {
        let Some(rate) = self.rate else { return Ok(()) };
        let full = (rate * 10.0).max(LEAST);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= BUCKETS && !buckets.contains_key(&who) {
            make_room(&mut buckets);
        }
        let bucket = buckets.entry(who).or_insert(Bucket {
            requests: full,
            at: now,
        });
        let gained = now.saturating_duration_since(bucket.at).as_secs_f64() * rate;
        bucket.requests = (bucket.requests + gained).min(full);
        bucket.at = now;
        if bucket.requests >= 1.0 {
            bucket.requests -= 1.0;
            Ok(())
        } else {
            Err(Duration::from_secs_f64((1.0 - bucket.requests) / rate))
        }
    }
}

fn make_room(buckets: &mut HashMap<Who, Bucket>) {
    let oldest = buckets.iter().min_by_key(|(_, bucket)| bucket.at);
    if let Some(oldest) = oldest.map(|(who, _)| who.clone()) {
        buckets.remove(&oldest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    fn at(number: u32) -> Who {
        Who::address(IpAddr::V4(Ipv4Addr::from_bits(number)))
    }

    #[test]
    fn a_burst_then_a_steady_rate() {
        let limit = RateLimit::per_minute(600);
        let start = Instant::now();
        let taken = (0..1_000).filter(|_| limit.take(at(1), start).is_ok());
        assert_eq!(taken.count(), 100);
        let wait = limit.take(at(1), start).unwrap_err();
        assert_eq!(wait, Duration::from_millis(100));
        // Another address, or a key of the same, has its own.
        assert!(limit.take(at(2), start).is_ok());
        assert!(limit.take(Who::Key("a".into()), start).is_ok());
        // In the next minute exactly 600 get through, however often it is tried.
        let tries = (1..=60_000).map(|ms| start + Duration::from_millis(ms));
        let taken = tries.filter(|now| limit.take(at(1), *now).is_ok()).count();
        assert!((599..=600).contains(&taken), "{taken}");
    }

    #[test]
    fn no_limit_is_none() {
        let limit = RateLimit::per_minute(0);
        let now = Instant::now();
        assert!((0..100_000).all(|_| limit.take(at(1), now).is_ok()));
    }

    #[test]
    fn the_table_is_bounded_and_who_waits_is_not_forgotten_first() {
        let limit = RateLimit::per_minute(60);
        let start = Instant::now();
        for number in 0..20_000 {
            let now = start + Duration::from_micros(u64::from(number));
            while limit.take(at(u32::MAX), now).is_ok() {}
            limit.take(at(number), now).unwrap();
        }
        assert_eq!(limit.buckets.lock().unwrap().len(), BUCKETS);
        assert!(limit.take(at(u32::MAX), start).is_err());
    }

    #[test]
    fn one_client_of_ipv6_has_one_bucket() {
        let who = |text: &str| Who::address(text.parse().unwrap());
        assert_eq!(who("2001:db8::1"), who("2001:db8::ffff:1"));
        assert_ne!(who("2001:db8::1"), who("2001:db8:0:1::1"));
    }
}
