//! Who is at the other end, by the kernel's word, and what its unix groups let it do.

use std::ffi::CString;

use ddgen_ipc::hello::Role;
use nix::unistd::{Gid, Group, Uid, User, getgrouplist};

use super::endpoint::Access;
use crate::caller::{Caller, Via};

/// An account that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// The account's name: the author of what it writes.
    pub name: String,
    pub uid: u32,
    pub role: Role,
}

impl Peer {
    /// The peer as the author of what it writes.
    #[must_use]
    pub fn caller(&self) -> Caller {
        Caller {
            name: self.name.clone(),
            role: self.role,
            via: Via::Socket,
            origin: format!("uid {}", self.uid),
        }
    }
}

/// Which unix groups give which role in group mode. Without groups of its own a role falls to the
/// socket's group: members may edit, and only root and the daemon's account administer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoleGroups {
    pub readers: Vec<String>,
    pub editors: Vec<String>,
    pub admins: Vec<String>,
}

/// The rule at the door.
#[derive(Debug, Clone)]
pub struct Admission {
    pub access: Access,
    pub groups: RoleGroups,
    /// The daemon's own account.
    pub own_uid: u32,
}

impl Admission {
    /// The peer with its role, or the words it is turned away with.
    ///
    /// # Errors
    /// The words.
    pub fn identify(&self, uid: Option<u32>, gid: Option<u32>) -> Result<Peer, String> {
        let uid = uid.ok_or("the kernel does not say who you are")?;
        let user = User::from_uid(Uid::from_raw(uid)).ok().flatten();
        let name = user
            .as_ref()
            .map_or_else(|| format!("uid {uid}"), |user| user.name.clone());
        if uid == self.own_uid {
            return Ok(Peer {
                name,
                uid,
                role: Role::Admin,
            });
        }
        let Access::Group(door) = self.access else {
            return Err(format!(
                "this daemon is private to `{}` and you are `{name}`. Its operator can share it with a \
                 group: `[socket] access = \"group\"`",
                account(self.own_uid)
            ));
        };
        let member_of = groups_of(user.as_ref(), gid);
        match self.role(uid, door, &member_of) {
            Some(role) => Ok(Peer { name, uid, role }),
            None => Err(format!(
                "`{name}` is in none of the groups this daemon serves ({}): ask its operator to add you",
                self.served(door)
            )),
        }
    }

    fn role(&self, uid: u32, door: u32, member_of: &[u32]) -> Option<Role> {
        let named = |groups: &[String]| {
            groups
                .iter()
                .filter_map(|group| gid_of(group))
                .any(|gid| member_of.contains(&gid))
        };
        if uid == 0 || named(&self.groups.admins) {
            Some(Role::Admin)
        } else if named(&self.groups.editors) {
            Some(Role::Editor)
        } else if named(&self.groups.readers) {
            Some(Role::Reader)
        } else if member_of.contains(&door) {
            // With groups for editors the others of the door's group only read.
            Some(if self.groups.editors.is_empty() {
                Role::Editor
            } else {
                Role::Reader
            })
        } else {
            None
        }
    }

    fn served(&self, door: u32) -> String {
        let door = Group::from_gid(Gid::from_raw(door)).ok().flatten();
        let door = door.map(|group| group.name);
        let groups = [
            &self.groups.readers,
            &self.groups.editors,
            &self.groups.admins,
        ];
        let names: Vec<_> = door
            .iter()
            .chain(groups.into_iter().flatten())
            .cloned()
            .collect();
        names.join(", ")
    }
}

/// The number of a group by its name, or by the number itself.
#[must_use]
pub fn gid_of(name: &str) -> Option<u32> {
    match Group::from_name(name) {
        Ok(Some(group)) => Some(group.gid.as_raw()),
        _ => name.parse().ok(),
    }
}

/// The name of an account, for messages.
#[must_use]
pub fn account(uid: u32) -> String {
    match User::from_uid(Uid::from_raw(uid)) {
        Ok(Some(user)) => user.name,
        _ => format!("uid {uid}"),
    }
}

fn groups_of(user: Option<&User>, gid: Option<u32>) -> Vec<u32> {
    let mut groups: Vec<u32> = gid.into_iter().collect();
    if let Some(user) = user
        && let Ok(name) = CString::new(user.name.clone())
        && let Ok(listed) = getgrouplist(&name, user.gid)
    {
        groups.extend(listed.into_iter().map(Gid::as_raw));
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admission(access: Access) -> Admission {
        Admission {
            access,
            groups: RoleGroups::default(),
            own_uid: 12_345,
        }
    }

    #[test]
    fn private_is_for_the_own_account_only() {
        let admission = admission(Access::Private);
        assert_eq!(
            admission.identify(Some(12_345), Some(1)).unwrap().role,
            Role::Admin
        );
        let words = admission.identify(Some(0), Some(0)).unwrap_err();
        assert!(
            words.contains("private to `uid 12345`") && words.contains("`root`"),
            "{words}"
        );
        assert!(admission.identify(None, None).is_err());
    }

    #[test]
    fn the_group_comes_in_and_others_are_told_which_group() {
        let admission = admission(Access::Group(54_321));
        let member = admission.identify(Some(999_999), Some(54_321)).unwrap();
        assert_eq!(
            (member.role, member.name.as_str()),
            (Role::Editor, "uid 999999")
        );
        assert!(admission.identify(Some(999_999), Some(54_322)).is_err());
        assert_eq!(
            admission.identify(Some(0), Some(0)).unwrap().role,
            Role::Admin
        );
    }

    #[test]
    fn named_groups_give_roles() {
        let groups = RoleGroups {
            readers: vec!["70001".into()],
            editors: vec!["70002".into()],
            admins: vec!["70003".into()],
        };
        let admission = Admission {
            groups,
            ..admission(Access::Group(70_000))
        };
        let role = |gid| {
            admission
                .identify(Some(999_999), Some(gid))
                .ok()
                .map(|peer| peer.role)
        };
        assert_eq!(role(70_000), Some(Role::Reader));
        assert_eq!(role(70_001), Some(Role::Reader));
        assert_eq!(role(70_002), Some(Role::Editor));
        assert_eq!(role(70_003), Some(Role::Admin));
        assert_eq!(role(70_004), None);
    }
}
