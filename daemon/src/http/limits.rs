//! The bounds of the HTTP door.

pub mod places;
pub mod rate;

use std::time::Duration;

/// The bounds of connections and requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpLimits {
    /// Connections at once. At the bound a new one takes the place of the one that has kept us
    /// waiting longest for a request; when all are being answered, it waits.
    pub connections: usize,
    /// A client that has not sent its whole header by then is disconnected; so is one that keeps
    /// its connection open without a request, or does not end its TLS handshake.
    pub header: Duration,
    /// A request that is not answered by then is refused with 503. Uploads have their own bounds.
    pub request: Duration,
    /// A client that takes no byte of its answer for so long is disconnected.
    pub write: Duration,
    /// The longest body in bytes, but for uploads.
    pub body: u64,
    /// How long a stop waits for requests that are being answered.
    pub drain: Duration,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            // Some monitors, a load balancer and a page of scripts; each costs about 20 KiB and a
            // file descriptor, of which a process has 1,024 where nobody raised it.
            connections: 512,
            header: Duration::from_secs(10),
            request: Duration::from_secs(30),
            write: Duration::from_secs(30),
            // Descriptions and tags; files are uploaded elsewhere.
            body: 1 << 20,
            // Shorter than what service managers wait before they kill.
            drain: Duration::from_secs(5),
        }
    }
}
