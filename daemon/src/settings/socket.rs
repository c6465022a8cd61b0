//! Who may come in through the socket.

use serde_json::Value;

use super::key::Key;
use super::kind::{choice, list, text};
use super::reader::Reader;

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

const ACCESS: Key = Key::new("socket.access", "SOCKET_ACCESS");
const GROUP: Key = Key::new("socket.group", "SOCKET_GROUP");
const READERS: Key = Key::new("socket.readers", "SOCKET_READERS");
const EDITORS: Key = Key::new("socket.editors", "SOCKET_EDITORS");
const ADMINS: Key = Key::new("socket.admins", "SOCKET_ADMINS");

/// `None` stands for `auto`.
const ACCESSES: &[(&str, Option<SocketAccess>)] = &[
    ("auto", None),
    ("private", Some(SocketAccess::Private)),
    ("group", Some(SocketAccess::Group)),
];

impl SocketSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let usual = Self::default();
        let groups = || list("unix group names, such as [\"stewards\"]", group_name);
        let asked = reader.get(&ACCESS, &choice(ACCESSES), None);
        Self {
            access: asked.unwrap_or_else(|| decide(reader)),
            group: reader.get(&GROUP, &group(), usual.group),
            readers: reader.get(&READERS, &groups(), usual.readers),
            editors: reader.get(&EDITORS, &groups(), usual.editors),
            admins: reader.get(&ADMINS, &groups(), usual.admins),
        }
    }
}

/// Systemd sets `RUNTIME_DIRECTORY` only for a unit that asked for one. `INVOCATION_ID` would not
/// do: terminals of a systemd user session carry it as well.
fn decide(reader: &mut Reader<'_>) -> SocketAccess {
    let (access, why) = if reader.layers.around.variable("RUNTIME_DIRECTORY").is_some() {
        (
            SocketAccess::Group,
            "auto: systemd made the runtime directory of this service",
        )
    } else {
        (SocketAccess::Private, "auto: started by a person")
    };
    let word = if access == SocketAccess::Group {
        "group"
    } else {
        "private"
    };
    reader.amend(ACCESS.name, Value::from(word), None);
    reader.remark(ACCESS.name, why);
    access
}

fn group() -> super::kind::Kind<String> {
    let show = text(32).show;
    super::kind::Kind::new(group_name, move |name| show(name))
}

fn group_name(name: &str) -> Result<String, String> {
    let plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '$' | '@' | '\\');
    if !name.is_empty() && name.len() <= 256 && name.chars().all(plain) && !name.starts_with('-') {
        Ok(name.to_owned())
    } else {
        Err("expected the name of a unix group".to_owned())
    }
}
