//! Nested paths: `customer.address[].city`.

use std::collections::HashMap;

use super::stop::Stop;
use crate::accumulate::hash::hash;
use crate::accumulate::{Columns, FieldId, FieldSpec};
use crate::meaning::{PERSONAL_KEYS, is_pii};

/// Paths of one table. More of them mean that the keys of an object are values.
const MOST: usize = 20_000;

/// Members past this are looked up by hash.
const FEW: usize = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NodeId(u32);

/// The records themselves.
pub(super) const ROOT: NodeId = NodeId(0);

struct Node {
    path: String,
    name: String,
    parent: NodeId,
    /// Of a field; the root has none, and its members are at level 0.
    level: usize,
    element: bool,
    /// Given once a value of it is counted: a rejected line leaves no field.
    field: Option<FieldId>,
    members: Vec<(Box<[u8]>, NodeId)>,
    by_key: HashMap<Box<[u8]>, usize>,
    /// Where the next member is expected: objects of one kind write their keys in one order.
    next: usize,
    elements: Option<NodeId>,
    /// What stands under keys that are personal data.
    personal: Option<NodeId>,
    /// Object that last gave this key, and how often.
    given_in: u64,
    times: u32,
}

/// Keys that have no path of their own name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct KeyCounts {
    /// Given before in the same object.
    pub(super) repeated: u64,
    /// Personal data by themselves.
    pub(super) personal: u64,
}

/// Where a value of an object belongs.
pub(super) struct Member {
    pub(super) node: NodeId,
    /// The hash of a key that the path does not tell.
    pub(super) hidden: Option<u64>,
}

pub(super) struct Paths {
    nodes: Vec<Node>,
    objects: u64,
    pub(super) keys: KeyCounts,
}

impl Paths {
    pub(super) fn new() -> Self {
        let root = Node::new(String::new(), String::new(), ROOT, 0, false);
        Self {
            nodes: vec![root],
            objects: 0,
            keys: KeyCounts::default(),
        }
    }

    /// A number for the object that is now opened.
    pub(super) fn open_object(&mut self) -> u64 {
        self.objects += 1;
        self.objects
    }

    pub(super) fn level(&self, node: NodeId) -> usize {
        self.nodes[node.0 as usize].level
    }

    /// The member `key` of an object at `parent`.
    pub(super) fn member(
        &mut self,
        parent: NodeId,
        key: &[u8],
        object: u64,
        offset: u64,
    ) -> Result<Member, Stop> {
        let found = self.nodes[parent.0 as usize].find(key);
        let child = match found {
            Some(child) => child,
            None if std::str::from_utf8(key).is_ok_and(is_pii) => {
                self.keys.personal += 1;
                return Ok(Member {
                    node: self.personal(parent, offset)?,
                    hidden: Some(hash(key)),
                });
            }
            None => self.add_member(parent, key, key, 1, offset)?,
        };
        self.told_apart(parent, child, key, object, offset)
            .map(|node| Member { node, hidden: None })
    }

    /// The path of a key that was found at `child`: another one where this object gave it before.
    #[inline]
    fn told_apart(
        &mut self,
        parent: NodeId,
        child: NodeId,
        key: &[u8],
        object: u64,
        offset: u64,
    ) -> Result<NodeId, Stop> {
        let node = &mut self.nodes[child.0 as usize];
        if node.given_in != object {
            node.given_in = object;
            node.times = 1;
            return Ok(child);
        }
        node.times += 1;
        let times = node.times;
        self.keys.repeated += 1;
        // 0xFF is in no key: it keeps `a#2` the repeated apart from `a#2` the name.
        let mut marked = vec![0xff];
        marked.extend_from_slice(times.to_string().as_bytes());
        marked.extend_from_slice(key);
        match self.nodes[parent.0 as usize].find(&marked) {
            Some(child) => Ok(child),
            None => self.add_member(parent, &marked, key, times, offset),
        }
    }

    fn add_member(
        &mut self,
        parent: NodeId,
        index: &[u8],
        key: &[u8],
        times: u32,
        offset: u64,
    ) -> Result<NodeId, Stop> {
        let name = String::from_utf8_lossy(key).into_owned();
        let (mut path, level) = self.inside(parent);
        escape(&name, &mut path);
        if times > 1 {
            path.push_str(&format!("#{times}"));
        }
        let child = self.add(Node::new(path, name, parent, level, false), offset)?;
        let above = &mut self.nodes[parent.0 as usize];
        above.by_key.insert(index.into(), above.members.len());
        above.members.push((index.into(), child));
        Ok(child)
    }

    /// Where the path of a member of `parent` begins, and its level.
    fn inside(&self, parent: NodeId) -> (String, usize) {
        if parent == ROOT {
            return (String::new(), 0);
        }
        let above = &self.nodes[parent.0 as usize];
        (format!("{}.", above.path), above.level + 1)
    }

    /// All members of `parent` whose keys are personal data: one path, however many there are.
    /// They occur as the elements of an array do, once a key, and are never absent.
    fn personal(&mut self, parent: NodeId, offset: u64) -> Result<NodeId, Stop> {
        if let Some(child) = self.nodes[parent.0 as usize].personal {
            return Ok(child);
        }
        let (mut path, level) = self.inside(parent);
        path.push_str(PERSONAL_KEYS);
        let node = Node::new(path, PERSONAL_KEYS.to_owned(), parent, level, true);
        let child = self.add(node, offset)?;
        self.nodes[parent.0 as usize].personal = Some(child);
        Ok(child)
    }

    /// The elements of an array at `parent`.
    pub(super) fn elements(&mut self, parent: NodeId, offset: u64) -> Result<NodeId, Stop> {
        let above = &self.nodes[parent.0 as usize];
        if let Some(child) = above.elements {
            return Ok(child);
        }
        let node = Node::new(
            format!("{}[]", above.path),
            format!("{}[]", above.name),
            parent,
            above.level + 1,
            true,
        );
        let child = self.add(node, offset)?;
        self.nodes[parent.0 as usize].elements = Some(child);
        Ok(child)
    }

    fn add(&mut self, node: Node, offset: u64) -> Result<NodeId, Stop> {
        check_width(self.nodes.len() - 1).map_err(|stop| match stop {
            Stop::TooLarge { why, .. } => Stop::TooLarge { offset, why },
            other => other,
        })?;
        let id = NodeId(u32::try_from(self.nodes.len()).expect("bounded above"));
        self.nodes.push(node);
        Ok(id)
    }

    /// The field of a path, made when the first value of it is counted.
    pub(super) fn field(&mut self, node: NodeId, columns: &mut Columns) -> FieldId {
        if let Some(field) = self.nodes[node.0 as usize].field {
            return field;
        }
        let parent = self.nodes[node.0 as usize].parent;
        // A parent's own value is counted before those of its members.
        let parent = (parent != ROOT).then(|| self.field(parent, columns));
        let node = &mut self.nodes[node.0 as usize];
        let field = columns.field(&FieldSpec {
            path: node.path.clone(),
            name: node.name.clone(),
            parent,
            element: node.element,
        });
        node.field = Some(field);
        field
    }
}

impl Node {
    fn new(path: String, name: String, parent: NodeId, level: usize, element: bool) -> Self {
        Self {
            path,
            name,
            parent,
            level,
            element,
            field: None,
            members: Vec::new(),
            by_key: HashMap::new(),
            next: 0,
            elements: None,
            personal: None,
            given_in: 0,
            times: 0,
        }
    }

    #[inline]
    fn find(&mut self, key: &[u8]) -> Option<NodeId> {
        let guess = self.next;
        if let Some((known, child)) = self.members.get(guess)
            && **known == *key
        {
            self.next = guess + 1;
            return Some(*child);
        }
        let at = if self.members.len() <= FEW {
            self.members.iter().position(|(known, _)| **known == *key)?
        } else {
            *self.by_key.get(key)?
        };
        self.next = at + 1;
        Some(self.members[at].1)
    }

    /// A new object of this path begins.
    #[inline]
    fn restart(&mut self) {
        self.next = 0;
    }
}

impl Paths {
    #[inline]
    pub(super) fn restart(&mut self, node: NodeId) {
        self.nodes[node.0 as usize].restart();
    }
}

/// Refuses more fields than a table may have.
pub(super) fn check_width(fields: usize) -> Result<(), Stop> {
    if fields < MOST {
        return Ok(());
    }
    let why = format!(
        "there are more than {MOST} different paths: the keys of some object seem to be values"
    );
    Err(Stop::TooLarge { offset: 0, why })
}

/// `.`, `[`, `]` and the backslash itself are escaped within a name, and a name that is the word for
/// personal keys is set apart from it.
fn escape(name: &str, path: &mut String) {
    if name == PERSONAL_KEYS {
        path.push('\\');
    }
    for c in name.chars() {
        if matches!(c, '.' | '[' | ']' | '\\') {
            path.push('\\');
        }
        path.push(c);
    }
}
