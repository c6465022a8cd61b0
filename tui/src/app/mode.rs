//! Who gets the next key.

/// What the keys mean at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    Browse,
    /// Letters go into the filter of the list on screen.
    Filter,
    /// Letters go into the folder a new daemon shall watch.
    Folder(String),
    /// The help overlay, scrolled down by so many lines.
    Help(usize),
    /// Everything about the selected drop, scrolled down by so many lines.
    Drop(usize),
}

/// What a command or the daemon had to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub text: String,
    pub bad: bool,
}
