//! Secrets: how they are read, and how a placeholder is told from one.

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::kind::Kind;

/// A secret. What `show` answers is fingerprinted and masked, never printed.
pub(super) fn secret() -> Kind<SecretString> {
    let parse = |text: &str| {
        if text.is_empty() || text.contains('\0') {
            return Err("expected a secret of at least one character".to_owned());
        }
        Ok(SecretString::from(text))
    };
    Kind::verbatim(parse, |secret| Value::from(secret.expose_secret()))
}

/// Words that stand in examples and never in a random key. Hexadecimal and base64 of random bytes
/// hit none of them: each holds a letter beyond `f` and is long or carries a mark.
const EXAMPLES: [&str; 10] = [
    "your-",
    "your_",
    "change-me",
    "changeme",
    "change_me",
    "change-this",
    "placeholder",
    "replace-",
    "example",
    "insecure",
];

/// Why a secret is none, or `None` when it may be one.
pub(super) fn placeholder(secret: &str) -> Option<&'static str> {
    let small = secret.to_ascii_lowercase();
    if secret.contains("$(") || secret.contains("${") || secret.starts_with('`') {
        return Some("is a shell command that nobody ran");
    }
    let bracketed = secret.starts_with('<') && secret.ends_with('>');
    let first = small.chars().next();
    let monotonous = small.chars().all(|c| Some(c) == first || c == '-');
    if bracketed || monotonous || EXAMPLES.iter().any(|word| small.contains(word)) {
        return Some("is a placeholder");
    }
    matches!(
        small.as_str(),
        "secret" | "password" | "secret-key" | "secret_key" | "sk-..."
    )
    .then_some("is a placeholder")
}

/// An `http` or `https` address without a password inside.
pub(super) fn web_address() -> Kind<String> {
    let parse = |text: &str| {
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"));
        match rest {
            Some(rest) if !rest.is_empty() && !rest.contains(['@', ' ', '"']) => {
                Ok(text.to_owned())
            }
            _ => Err("expected an address such as https://api.openai.com/v1".to_owned()),
        }
    };
    Kind::new(parse, |value| Value::from(value.as_str()))
}

/// The address of a server with its password masked: `postgresql://me:***@host/db`.
pub(super) fn masked_address(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else {
        return address.to_owned();
    };
    // A password may hold `/`, `?` or `@` that nobody escaped: the last `@` ends it, and what
    // follows a `?` may name one too.
    let (rest, query) = match rest.rfind('@') {
        Some(at) => match rest[at..].split_once('?') {
            Some((host, _)) => (&rest[..at + host.len()], "?***"),
            None => (rest, ""),
        },
        None => rest
            .split_once('?')
            .map_or((rest, ""), |(rest, _)| (rest, "?***")),
    };
    match rest.rsplit_once('@') {
        Some((user, host)) => {
            let user = user.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}:***@{host}{query}")
        }
        None => format!("{scheme}://{rest}{query}"),
    }
}
