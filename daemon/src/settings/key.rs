//! The names of one setting.

/// What every name of our own in the environment begins with.
pub(super) const PREFIX: &str = "DDGEN_";

/// One setting: what it is called, and how it is treated.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    /// Dotted name in `ddgen.toml` and in everything we print.
    pub(super) name: &'static str,
    /// Name in the environment, without `DDGEN_`.
    pub(super) variable: &'static str,
    /// Whether the name counts without `DDGEN_` as well: the names of the original guide.
    pub(super) bare: bool,
    /// Never printed, and may come from a file.
    pub(super) secret: bool,
    /// Takes effect when the running daemon reloads.
    pub(super) live: bool,
}

impl Key {
    pub(super) const fn new(name: &'static str, variable: &'static str) -> Self {
        Self {
            name,
            variable,
            bare: false,
            secret: false,
            live: false,
        }
    }

    pub(super) const fn bare(mut self) -> Self {
        self.bare = true;
        self
    }

    pub(super) const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    pub(super) const fn live(mut self) -> Self {
        self.live = true;
        self
    }

    /// Every name in the environment, the stronger first, and whether it is one of our own.
    pub(super) fn variables(self) -> impl Iterator<Item = (String, bool)> {
        let bare = self.bare.then(|| (self.variable.to_owned(), false));
        std::iter::once((format!("{PREFIX}{}", self.variable), true)).chain(bare)
    }
}
