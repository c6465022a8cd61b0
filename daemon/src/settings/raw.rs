//! A value as it was written, before anybody asked what it means.

/// Scalars are kept as text: `PORT=8000`, `port = 8000` and `port = "8000"` are the same wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Raw {
    Text(String),
    List(Vec<String>),
    /// Something no setting takes, in words: `a table`.
    Other(&'static str),
}

impl Raw {
    /// As it is shown in a message.
    pub(super) fn quoted(&self) -> String {
        match self {
            Self::Text(text) => format!("`{}`", shorten(text)),
            Self::List(items) => format!("`[{}]`", shorten(&items.join(", "))),
            Self::Other(what) => (*what).to_owned(),
        }
    }

    /// An empty variable is how shells and compose files say "not set".
    pub(super) fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim().is_empty())
    }
}

/// A message must stay readable whatever was pasted into a value.
fn shorten(text: &str) -> String {
    const SHOWN: usize = 80;
    let clean: String = text
        .chars()
        .take(SHOWN)
        .flat_map(char::escape_debug)
        .collect();
    if text.chars().count() > SHOWN {
        format!("{clean}…")
    } else {
        clean
    }
}
