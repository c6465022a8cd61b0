//! The HTTP door: where it listens and what it lets in.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The HTTP endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpSettings {
    /// `None`: no HTTP at all (`off`). Port 0: any free port.
    pub address: Option<SocketAddr>,
    /// As somebody said it; `None` where nobody said anything.
    pub api_keys: Option<bool>,
    /// Origins a browser may call from: `https://host[:port]`, or `*` alone.
    pub allowed_origins: Vec<String>,
    /// Bytes of one request's body.
    pub max_upload_size: u64,
}

impl HttpSettings {
    /// Whether other machines can reach the endpoint.
    #[must_use]
    pub fn beyond_loopback(&self) -> bool {
        self.address
            .is_some_and(|address| !address.ip().to_canonical().is_loopback())
    }
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            address: Some(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8000)),
            api_keys: None,
            allowed_origins: Vec::new(),
            max_upload_size: 500 << 20,
        }
    }
}
