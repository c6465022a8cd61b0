use std::time::Duration;

/// The bounds of the HTTP door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpLimits {
    /// Connections at once. At the bound new ones wait in the kernel's backlog.
    pub connections: usize,
    /// A client that has not sent its whole header by then is disconnected; so is one that keeps
    /// its connection open without a request.
    pub header: Duration,
    /// A request that is not answered by then is refused with 503.
    pub request: Duration,
    /// The longest body in bytes.
    pub body: u64,
    /// How long a stop waits for requests that are being answered.
    pub drain: Duration,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            // Some monitors, a load balancer and a page of scripts; each costs about 20 KiB.
            connections: 256,
            header: Duration::from_secs(10),
            request: Duration::from_secs(30),
            // No route takes a body yet.
            body: 1 << 20,
            // Shorter than what service managers wait before they kill.
            drain: Duration::from_secs(5),
        }
    }
}
