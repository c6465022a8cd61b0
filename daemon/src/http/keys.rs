//! Who asks, and whether they may: the one gate before all routes but health and metrics.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{AUTHORIZATION, HOST, ORIGIN, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use ddgen_ipc::Timestamp;
use ddgen_ipc::hello::Role;

use super::answer::refuse;
use super::limits::rate::{RateLimit, Who};
use super::peer::{self, Peer};
use super::routes::table;
use crate::caller::{Caller, Via};
use crate::keys::{KeyRing, Wrong};
use crate::settings::{KeyPolicy, Network};

const API_KEY: &str = "x-api-key";

/// What the gate goes by.
pub struct Gate {
    pub policy: KeyPolicy,
    /// What somebody may do who needs no key and has none.
    pub unnamed: Role,
    pub keys: Arc<KeyRing>,
    pub proxies: Vec<Network>,
    pub rate: RateLimit,
    /// Origins whose pages may write in the name of who looks at them.
    pub origins: Vec<String>,
}

/// Lets a request through with its [`Caller`], or answers why not.
pub(super) async fn guard(
    State(gate): State<Arc<Gate>>,
    mut request: Request,
    next: Next,
) -> Response {
    let pattern = pattern(&request);
    if table::is_open(pattern) {
        return next.run(request).await;
    }
    match gate.admit(&request) {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(refusal) => refusal,
    }
}

/// What this pattern and method need.
fn needs(method: &Method, pattern: &str) -> Role {
    match table::find(method.as_str(), pattern) {
        Some(operation) => operation.needs.unwrap_or(Role::Reader),
        // It is refused with what there is: that much whoever may read can know.
        None if method.is_safe() => Role::Reader,
        None => Role::Editor,
    }
}

fn pattern(request: &Request) -> &str {
    let matched = request.extensions().get::<MatchedPath>();
    matched.map_or("", MatchedPath::as_str)
}

impl Gate {
    fn client(&self, request: &Request) -> IpAddr {
        peer::client(peer_of(request), request.headers(), &self.proxies)
    }

    // A response is large, and made once a request at most.
    #[allow(clippy::result_large_err, reason = "the refusal is the answer")]
    fn admit(&self, request: &Request) -> Result<Caller, Response> {
        let (from, headers) = (self.client(request), request.headers());
        let (method, pattern) = (request.method(), pattern(request));
        let Some(sent) = presented(headers) else {
            self.take(Who::address(from))?;
            // That there is nothing can be told to everybody.
            if pattern.is_empty() || self.needs_no_key(from, headers) {
                let caller = self.unnamed(from);
                self.not_for_a_page(method, headers)?;
                self.not_under_a_borrowed_name(request)?;
                return allowed(caller, needs(method, pattern));
            }
            return Err(unauthorized(&self.wanted()));
        };
        match self.keys.judge(sent, from, Timestamp::now()) {
            Ok(admitted) => {
                self.take(Who::Key(admitted.id))?;
                let caller = Caller {
                    name: admitted.name,
                    role: admitted.role,
                    via: Via::Http,
                    origin: from.to_string(),
                };
                allowed(caller, needs(method, pattern))
            }
            Err(wrong) => {
                // First: who tries keys at random is slowed down and fills no log.
                self.take(Who::address(from))?;
                Err(refused(from, wrong))
            }
        }
    }

    fn needs_no_key(&self, from: IpAddr, headers: &HeaderMap) -> bool {
        match self.policy {
            KeyPolicy::Nobody => true,
            KeyPolicy::Strangers => peer::is_local(from, headers),
            KeyPolicy::Everyone => false,
        }
    }

    fn unnamed(&self, from: IpAddr) -> Caller {
        Caller {
            name: "anonymous".to_owned(),
            role: self.unnamed,
            via: Via::Http,
            origin: from.to_string(),
        }
    }

    /// A web page can send a request from the browser of somebody who needs no key. It cannot hide
    /// where it came from.
    #[allow(clippy::result_large_err, reason = "the refusal is the answer")]
    fn not_for_a_page(&self, method: &Method, headers: &HeaderMap) -> Result<(), Response> {
        let Some(origin) = headers.get(ORIGIN).filter(|_| !method.is_safe()) else {
            return Ok(());
        };
        let origin = origin.to_str().unwrap_or("?");
        let named = |known: &String| known == "*" || known == origin;
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        let own = host.is_some_and(|host| {
            origin
                .split_once("://")
                .is_some_and(|(_, named)| named == host)
        });
        if own || self.origins.iter().any(named) {
            return Ok(());
        }
        Err(refuse(
            StatusCode::FORBIDDEN,
            "a web page of another origin may not write here: name it in ALLOWED_ORIGINS, or use \
             an API key",
        ))
    }

    /// A web page can let its own name point to this machine; the browser of somebody who needs no key
    /// then asks us under that name, and takes the answers for the page's own.
    #[allow(clippy::result_large_err, reason = "the refusal is the answer")]
    fn not_under_a_borrowed_name(&self, request: &Request) -> Result<(), Response> {
        let peer = peer_of(request).to_canonical();
        let is_proxy = || self.proxies.iter().any(|network| network.contains(peer));
        if pattern(request).is_empty() || is_proxy() {
            return Ok(());
        }
        let Some(host) = request.headers().get(HOST) else {
            return Ok(());
        };
        let host = host.to_str().unwrap_or("?");
        if peer::is_no_strangers(host) || self.origins.iter().any(|it| peer::is_of(it, host)) {
            return Ok(());
        }
        Err(refuse(
            StatusCode::MISDIRECTED_REQUEST,
            "this daemon does not know the name it was asked by (the Host header): ask localhost, \
             name it in ALLOWED_ORIGINS or its proxy in TRUSTED_PROXIES, or use an API key",
        ))
    }

    #[allow(clippy::result_large_err, reason = "the refusal is the answer")]
    fn take(&self, who: Who) -> Result<(), Response> {
        self.rate.take(who, Instant::now()).map_err(too_many)
    }

    fn wanted(&self) -> String {
        let why = match self.policy {
            KeyPolicy::Strangers => {
                " (only who asks this machine from this machine, by an address of its own, needs \
                 none)"
            }
            _ => "",
        };
        format!(
            "an API key is wanted{why}: send it as `X-API-Key: ddg_...` or `Authorization: Bearer \
             ddg_...`; the daemon's operator makes one with `ddgend keys create NAME`"
        )
    }
}

/// Without a connection there is nobody to trust.
fn peer_of(request: &Request) -> IpAddr {
    let peer = request.extensions().get::<Peer>();
    peer.map_or_else(|| IpAddr::from([0, 0, 0, 0]), |peer| peer.0.ip())
}

/// The key of a request, whatever it is worth.
fn presented(headers: &HeaderMap) -> Option<&str> {
    if let Some(key) = headers.get(API_KEY) {
        return Some(key.to_str().unwrap_or_default().trim());
    }
    // Other schemes are for the proxy in front of us.
    let (scheme, key) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

#[allow(clippy::result_large_err, reason = "the refusal is the answer")]
fn allowed(caller: Caller, needs: Role) -> Result<Caller, Response> {
    match caller.may(needs) {
        Ok(()) => Ok(caller),
        Err(words) => Err(refuse(StatusCode::FORBIDDEN, words)),
    }
}

/// One line a refused key. `packaging/fail2ban` reads it: nothing a client sent stands in it.
fn refused(from: IpAddr, wrong: Wrong) -> Response {
    let because = wrong.because();
    tracing::warn!(peer = %from, because, "an API key was refused");
    unauthorized(&format!("the API key was refused: {because}"))
}

fn unauthorized(words: &str) -> Response {
    let mut response = refuse(StatusCode::UNAUTHORIZED, words);
    let bearer = HeaderValue::from_static("Bearer realm=\"ddgen\"");
    response.headers_mut().insert(WWW_AUTHENTICATE, bearer);
    response
}

fn too_many(wait: Duration) -> Response {
    let seconds = wait.as_secs() + 1;
    let mut response = refuse(
        StatusCode::TOO_MANY_REQUESTS,
        format!("too many requests: try again in {seconds} s"),
    );
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}
