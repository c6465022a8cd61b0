//! Who may come in through the socket.

/// Who may connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SocketAccess {
    /// Directory 0700, socket 0600: the user who started the daemon, nobody else.
    Private,
    /// Directory 0750, socket 0660: the members of one unix group.
    Group,
}

/// The socket's door and the unix groups behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SocketSettings {
    /// `auto` is decided here already: group where systemd made the runtime directory.
    pub access: SocketAccess,
    /// The unix group that owns the socket in group mode.
    pub group: String,
    /// Unix groups whose members may read. Empty: everyone who can connect.
    pub readers: Vec<String>,
    /// Unix groups whose members may annotate. Empty: everyone who can connect.
    pub editors: Vec<String>,
    /// Unix groups whose members may administer. Empty: the user of the daemon and root.
    pub admins: Vec<String>,
}

impl Default for SocketSettings {
    fn default() -> Self {
        Self {
            access: SocketAccess::Private,
            group: "ddgen".to_owned(),
            readers: Vec::new(),
            editors: Vec::new(),
            admins: Vec::new(),
        }
    }
}
