//! The HTTP door: where it listens and what it lets in.

use serde_json::Value;

use super::key::Key;
use super::kind::{Kind, boolean, list, number, path, size};
use super::layers::Candidate;
use super::network::Network;
use super::notice::Notice;
use super::origin::{Origin, Rank};
use super::raw::Raw;
use super::reader::{Given, Reader};

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// The HTTP endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpSettings {
    /// `None`: no HTTP at all (`off`). Port 0: any free port.
    pub address: Option<SocketAddr>,
    /// As somebody said it; `None` where nobody said anything.
    pub api_keys: Option<bool>,
    /// Origins a browser may call from: `https://host[:port]`, or `*` alone.
    pub allowed_origins: Vec<String>,
    /// Bytes of one uploaded file.
    pub max_upload_size: u64,
    /// Requests a minute that one key, or one address without a key, may make. 0: any number.
    pub rate_limit: u32,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// `None`: plain HTTP.
    pub tls: Option<TlsFiles>,
}

/// The certificate chain and its private key, PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// Who needs an API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPolicy {
    /// Everybody.
    Everyone,
    /// Whoever does not ask from this machine, by an address of this machine: what comes through a
    /// proxy, or from a web page under a name of its own, needs one.
    Strangers,
    /// Nobody: it was said so in words.
    Nobody,
}

impl HttpSettings {
    /// Whether other machines can reach the endpoint.
    #[must_use]
    pub fn beyond_loopback(&self) -> bool {
        self.address
            .is_some_and(|address| !address.ip().to_canonical().is_loopback())
    }

    /// Beyond this machine everybody needs a key, unless somebody said otherwise.
    #[must_use]
    pub fn key_policy(&self) -> KeyPolicy {
        match self.api_keys {
            Some(true) => KeyPolicy::Everyone,
            Some(false) => KeyPolicy::Nobody,
            None if self.beyond_loopback() => KeyPolicy::Everyone,
            None => KeyPolicy::Strangers,
        }
    }
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            address: Some(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8000)),
            api_keys: None,
            allowed_origins: Vec::new(),
            max_upload_size: 500 << 20,
            // 100 a second: a script that turns pages never meets it, a loop gone wild does.
            rate_limit: 6_000,
            trusted_proxies: Vec::new(),
            tls: None,
        }
    }
}

const ADDRESS: Key = Key::new("http.address", "HTTP");
const HOST: Key = Key::new("http.host", "HOST").bare();
const PORT: Key = Key::new("http.port", "PORT").bare();
const API_KEYS: Key = Key::new("http.api_keys", "API_KEY_ENABLED").bare();
const ALLOWED_ORIGINS: Key = Key::new("http.allowed_origins", "ALLOWED_ORIGINS").bare();
const MAX_UPLOAD_SIZE: Key = Key::new("http.max_upload_size", "MAX_UPLOAD_SIZE").bare();
const RATE_LIMIT: Key = Key::new("http.rate_limit", "RATE_LIMIT");
const TRUSTED_PROXIES: Key = Key::new("http.trusted_proxies", "TRUSTED_PROXIES");
const TLS_CERTIFICATE: Key = Key::new("http.tls_certificate", "TLS_CERTIFICATE");
const TLS_KEY: Key = Key::new("http.tls_key", "TLS_KEY");

/// `http.address`: the whole endpoint in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whole {
    Off,
    At(IpAddr, Option<u16>),
}

impl HttpSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let usual = Self::default();
        let address = read_address(reader);
        let api_keys = reader.given(&API_KEYS, &boolean().optional(), &None);
        let http = Self {
            address,
            api_keys: api_keys.as_ref().and_then(|given| given.value),
            allowed_origins: reader.get(
                &ALLOWED_ORIGINS,
                &list("origins such as https://example.org", origin),
                usual.allowed_origins,
            ),
            max_upload_size: reader.get(
                &MAX_UPLOAD_SIZE,
                &size(1..=1 << 40),
                usual.max_upload_size,
            ),
            rate_limit: reader.get(&RATE_LIMIT, &number(0..=10_000_000), usual.rate_limit),
            trusted_proxies: read_proxies(reader),
            tls: read_tls(reader),
        };
        http.judge_keys(api_keys.as_ref(), reader);
        http
    }

    fn judge_keys(&self, given: Option<&Given<Option<bool>>>, reader: &mut Reader<'_>) {
        let Some(address) = self.address else { return };
        let why = match (self.key_policy(), given) {
            (_, Some(_)) => None,
            (KeyPolicy::Everyone, None) => Some("wanted, since HTTP listens beyond this machine"),
            (_, None) => Some("wanted of what does not come from this machine itself"),
        };
        if let Some(why) = why {
            reader.remark(API_KEYS.name, why);
        }
        let told = reader.rows.iter().find(|row| row.name == ADDRESS.name);
        let origin = told.map_or(Origin::Default, |row| row.origin.clone());
        if self.beyond_loopback() && self.key_policy() == KeyPolicy::Nobody {
            let message = format!(
                "HTTP listens on {address}, beyond this machine, without API keys, because \
                 API_KEY_ENABLED=false says so: whoever reaches the port reads and changes \
                 everything"
            );
            reader.notices.push(
                Notice::warning(ADDRESS.name, message)
                    .at(&origin)
                    .standing(),
            );
        }
    }
}

fn read_proxies(reader: &mut Reader<'_>) -> Vec<Network> {
    let each = |text: &str| text.parse::<Network>().map(|network| network.to_string());
    let kind = list("addresses or networks, such as [\"127.0.0.1\"]", each);
    let proxies = reader.get(&TRUSTED_PROXIES, &kind, Vec::new());
    proxies
        .iter()
        .filter_map(|text| text.parse().ok())
        .collect()
}

/// Both files, or none.
fn read_tls(reader: &mut Reader<'_>) -> Option<TlsFiles> {
    let base = reader.working_dir();
    let certificate = reader.given(&TLS_CERTIFICATE, &path(base).optional(), &None);
    let key = reader.given(&TLS_KEY, &path(base).optional(), &None);
    let lacks = |has: &Key, origin: &Origin, lacks: &Key| {
        let message = format!(
            "{} is set without {}: TLS needs the certificate and its private key",
            has.name, lacks.name
        );
        Notice::error(has.name, message).at(origin)
    };
    match (certificate, key) {
        (Some(certificate), Some(key)) => Some(TlsFiles {
            certificate: certificate.value?,
            key: key.value?,
        }),
        (Some(given), None) => {
            let notice = lacks(&TLS_CERTIFICATE, &given.origin, &TLS_KEY);
            reader.notices.push(notice);
            None
        }
        (None, Some(given)) => {
            let notice = lacks(&TLS_KEY, &given.origin, &TLS_CERTIFICATE);
            reader.notices.push(notice);
            None
        }
        (None, None) => None,
    }
}

/// The address is one word or two halves. Each half comes from the strongest layer that speaks
/// about it; `off` holds against halves, which say where to listen and not whether.
fn read_address(reader: &mut Reader<'_>) -> Option<SocketAddr> {
    let usual = (IpAddr::V4(Ipv4Addr::LOCALHOST), 8000);
    let candidates = without_foreign(reader, &ADDRESS);
    let whole = reader.choose(
        &ADDRESS,
        &whole(),
        &Whole::At(usual.0, Some(usual.1)),
        candidates,
    );
    let candidates = without_foreign(reader, &HOST);
    let host = reader.choose(&HOST, &host(), &usual.0, candidates);
    if host
        .as_ref()
        .is_some_and(|given| given.rank == Rank::BareVariable)
    {
        reader.remark(
            HOST.name,
            "HOST is exported by some shells; DDGEN_HOST wins over it",
        );
    }
    let candidates = without_foreign(reader, &PORT);
    let port = reader.choose(&PORT, &number(0..=u16::MAX), &usual.1, candidates);
    let rank = whole.as_ref().map_or(Rank::Default, |given| given.rank);
    let host = host.filter(|given| given.rank > rank);
    let (ip, port, origin) = match whole.map(|given| (given.value, given.origin)) {
        Some((Whole::Off, _)) => {
            reader.remark(ADDRESS.name, "no HTTP at all; host and port are not used");
            return None;
        }
        Some((Whole::At(ip, Some(own)), origin)) => {
            let port = port.filter(|given| given.rank > rank);
            (ip, port.map_or(own, |given| given.value), origin)
        }
        Some((Whole::At(ip, None), origin)) => {
            (ip, port.map_or(usual.1, |given| given.value), origin)
        }
        None => {
            let origin = port
                .as_ref()
                .map_or(Origin::Default, |given| given.origin.clone());
            (usual.0, port.map_or(usual.1, |given| given.value), origin)
        }
    };
    let (ip, origin) = host.map_or((ip, origin), |given| (given.value, given.origin));
    let address = SocketAddr::new(ip, port);
    reader.amend(
        ADDRESS.name,
        Value::from(address.to_string()),
        Some(&origin),
    );
    reader.amend(HOST.name, Value::from(ip.to_string()), None);
    reader.amend(PORT.name, Value::from(port), None);
    Some(address)
}

/// Leaves out what others put into the environment for themselves: shells export `HOST` as the
/// machine's name, and Kubernetes gives every pod `DDGEN_PORT=tcp://…` once a service is called
/// ddgen. Both would keep the daemon from starting with settings nobody made.
fn without_foreign(reader: &mut Reader<'_>, key: &Key) -> Vec<Candidate> {
    let (foreign, own): (Vec<_>, Vec<_>) =
        reader
            .layers
            .candidates(key)
            .into_iter()
            .partition(|candidate| {
                let Ok(Raw::Text(text)) = &candidate.raw else {
                    return false;
                };
                match candidate.rank {
                    Rank::BareVariable if key.name == HOST.name => {
                        parse_host(text.trim()).is_none()
                    }
                    Rank::OwnVariable => text.starts_with("tcp://") || text.starts_with("udp://"),
                    _ => false,
                }
            });
    for candidate in foreign {
        let message = if key.name == HOST.name {
            "HOST holds no address, so it is taken for the machine's name that shells export, and \
             not used: set DDGEN_HOST to say where to listen"
        } else {
            "this looks like a service link of Kubernetes and is not used: set \
             `enableServiceLinks: false` in the pod to be rid of it"
        };
        reader
            .notices
            .push(Notice::warning(key.name, message).at(&candidate.origin));
    }
    own
}

fn parse_host(text: &str) -> Option<IpAddr> {
    if text.eq_ignore_ascii_case("localhost") {
        return Some(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    let bare = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(text);
    bare.parse().ok()
}

fn host() -> Kind<IpAddr> {
    let expected = "expected an IP address to listen on, such as 127.0.0.1, 0.0.0.0 or ::1";
    Kind::new(
        move |text| parse_host(text).ok_or_else(|| expected.to_owned()),
        |value| Value::from(value.to_string()),
    )
}

fn whole() -> Kind<Whole> {
    let parse = |text: &str| {
        if text.eq_ignore_ascii_case("off") {
            return Ok(Whole::Off);
        }
        if let Some(ip) = parse_host(text) {
            return Ok(Whole::At(ip, None));
        }
        text.rsplit_once(':')
            .and_then(|(host, port)| Some(Whole::At(parse_host(host)?, Some(port.parse().ok()?))))
            .ok_or_else(|| {
                "expected an address such as 127.0.0.1:8000 or [::1]:8000, or off".to_owned()
            })
    };
    let show = |value: &Whole| match value {
        Whole::Off => Value::from("off"),
        Whole::At(ip, Some(port)) => Value::from(SocketAddr::new(*ip, *port).to_string()),
        Whole::At(ip, None) => Value::from(ip.to_string()),
    };
    Kind::new(parse, show)
}

fn origin(text: &str) -> Result<String, String> {
    let text = text.trim_end_matches('/');
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']' | '_');
    if text == "*" || host.is_some_and(|host| !host.is_empty() && host.chars().all(plain)) {
        Ok(text.to_owned())
    } else {
        Err(
            "expected origins such as https://example.org or http://localhost:3000, without a \
             path, or * alone"
                .to_owned(),
        )
    }
}
