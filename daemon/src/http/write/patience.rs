//! How long a client waits for work that may take a while.

use std::time::Duration;

use axum::http::HeaderMap;

/// Where the client names no time: shorter than the patience of most clients and proxies. Then it is
/// 202, and the work goes on.
const USUAL: Duration = Duration::from_secs(20);
const LONGEST: Duration = Duration::from_secs(300);

/// How long the client waits: `Prefer: respond-async` not at all, `Prefer: wait=5` five seconds.
pub(super) fn patience(headers: &HeaderMap) -> Duration {
    let mut patience = USUAL;
    for line in headers.get_all("prefer") {
        for word in line.to_str().unwrap_or_default().split(',') {
            let word = word.trim().to_ascii_lowercase();
            if word == "respond-async" {
                return Duration::ZERO;
            }
            let seconds = word
                .strip_prefix("wait=")
                .and_then(|text| text.parse().ok());
            if let Some(seconds) = seconds {
                patience = Duration::from_secs(seconds).min(LONGEST);
            }
        }
    }
    patience
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_says_how_long_it_waits() {
        let asked = |lines: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("prefer", line.parse().unwrap());
            }
            patience(&headers).as_secs()
        };
        assert_eq!(asked(&[]), 20);
        assert_eq!(asked(&["wait=5"]), 5);
        assert_eq!(asked(&["return=minimal, Wait=7"]), 7);
        assert_eq!(asked(&["wait=100000"]), 300);
        assert_eq!(asked(&["wait=soon"]), 20);
        assert_eq!(asked(&["wait=9", "respond-async"]), 0);
    }
}
