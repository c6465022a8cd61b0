//! Nested paths: `customer.address[].city`.

use std::collections::HashMap;

use super::stop::Stop;
use crate::accumulate::hash::hash;
use crate::accumulate::{Columns, FieldId, FieldSpec};
use crate::meaning::{PERSONAL_KEYS, is_pii};

/// Paths of one table. More of them mean that the keys of an object are values.
const MOST: usize = 20_000;

/// Bytes of all paths of one table, for the same reason.
const MOST_BYTES: usize = 16 << 20;

/// A longer key is refused: it is kept with the path of every value under it.
pub(super) const LONGEST_KEY: usize = 64 << 10;

/// Members past this are looked up by hash.
const FEW: usize = 8;

/// Members that are compared in order before a key is looked up: some keys are absent at times.
const AHEAD: usize = 4;

/// Bytes of a key as it is written that are compared at once.
const WRITTEN: usize = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NodeId(pub u32);

/// The records themselves.
pub(super) const ROOT: NodeId = NodeId(0);

struct Node {
    members: Vec<Member>,
    level: usize,
    elements: Option<NodeId>,
    /// What stands under keys that are personal data.
    personal: Option<NodeId>,
    /// Given once a value of it is counted: a rejected line leaves no field.
    field: Option<FieldId>,
    by_key: HashMap<Box<[u8]>, usize, foldhash::fast::RandomState>,
    path: String,
    name: String,
    parent: NodeId,
    element: bool,
}

/// A key of an object and where its value belongs.
struct Member {
    /// The first bytes of `"key":`, as a word padded with zeros, and ones where they stand. Nothing is
    /// like the word of a key that is written with escapes or never.
    written: u128,
    mask: u128,
    /// Bytes of `"key":`.
    length: usize,
    /// Object that last gave this key, and how often.
    given_in: u64,
    times: u32,
    node: NodeId,
    key: Box<[u8]>,
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
pub(super) struct Place {
    pub(super) node: NodeId,
    /// The hash of a key that the path does not tell.
    pub(super) hidden: Option<u64>,
    /// Number of the member that is likely to follow.
    pub(super) next: Option<usize>,
}

/// A key that was found where it was expected.
pub(super) struct Expected {
    pub(super) node: NodeId,
    /// Number of the member.
    pub(super) number: usize,
    /// Bytes of the key with its quotes and colon.
    pub(super) length: usize,
}

pub(super) struct Paths {
    nodes: Vec<Node>,
    /// Of all their paths.
    bytes: usize,
    objects: u64,
    pub(super) keys: KeyCounts,
}

impl Paths {
    pub(super) fn new() -> Self {
        let root = Node::new(String::new(), String::new(), ROOT, 0, false);
        Self {
            nodes: vec![root],
            bytes: 0,
            objects: 0,
            keys: KeyCounts::default(),
        }
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Forgets the nodes past the first `length`: those of a rejected record.
    pub(super) fn truncate(&mut self, length: usize) {
        while self.nodes.len() > length {
            let id = NodeId(self.nodes.len() as u32 - 1);
            let Some(node) = self.nodes.pop() else { return };
            self.bytes -= node.path.len();
            let above = &mut self.nodes[node.parent.0 as usize];
            if above.elements == Some(id) {
                above.elements = None;
            } else if above.personal == Some(id) {
                above.personal = None;
            } else if let Some(member) = above.members.pop() {
                above.by_key.remove(&member.key);
            }
        }
    }

    /// A number for the object that is now opened.
    #[inline(always)]
    pub(super) fn open_object(&mut self) -> u64 {
        self.objects += 1;
        self.objects
    }

    #[inline(always)]
    pub(super) fn level(&self, node: NodeId) -> usize {
        self.nodes[node.0 as usize].level
    }

    /// The member `guess` of an object at `parent`, or one of the next few, if its key is how `text`
    /// begins and this object did not give it before.
    #[inline(always)]
    pub(super) fn expected(
        &mut self,
        parent: NodeId,
        guess: usize,
        text: &[u8],
        object: u64,
    ) -> Option<Expected> {
        let head = u128::from_le_bytes(*text.first_chunk()?);
        let members = self.nodes[parent.0 as usize].members.get_mut(guess..)?;
        for (ahead, member) in members.iter_mut().take(AHEAD).enumerate() {
            if member.is_written(head, text) {
                if member.given_in == object {
                    return None;
                }
                member.given_in = object;
                member.times = 1;
                return Some(Expected {
                    node: member.node,
                    number: guess + ahead,
                    length: member.length,
                });
            }
        }
        None
    }

    /// The member `key` of an object at `parent`.
    pub(super) fn member(
        &mut self,
        parent: NodeId,
        key: &[u8],
        object: u64,
    ) -> Result<Place, Stop> {
        let found = self.nodes[parent.0 as usize].find(key);
        let number = match found {
            Some(number) => number,
            None if std::str::from_utf8(key).is_ok_and(is_pii) => {
                self.keys.personal += 1;
                return Ok(Place {
                    node: self.personal(parent)?,
                    hidden: Some(hash(key)),
                    next: None,
                });
            }
            None => self.add_member(parent, key, key, 1)?,
        };
        let node = self.told_apart(parent, number, key, object)?;
        Ok(Place {
            node,
            hidden: None,
            next: Some(number + 1),
        })
    }

    /// The path of a key that was found at `number`: another one where this object gave it before.
    #[inline]
    fn told_apart(
        &mut self,
        parent: NodeId,
        number: usize,
        key: &[u8],
        object: u64,
    ) -> Result<NodeId, Stop> {
        let member = &mut self.nodes[parent.0 as usize].members[number];
        if member.given_in != object {
            member.given_in = object;
            member.times = 1;
            return Ok(member.node);
        }
        member.times += 1;
        let times = member.times;
        self.keys.repeated += 1;
        // 0xFF is in no key: it keeps `a#2` the repeated apart from `a#2` the name.
        let mut marked = vec![0xff];
        marked.extend_from_slice(times.to_string().as_bytes());
        marked.extend_from_slice(key);
        let number = match self.nodes[parent.0 as usize].find(&marked) {
            Some(number) => number,
            None => self.add_member(parent, &marked, key, times)?,
        };
        Ok(self.nodes[parent.0 as usize].members[number].node)
    }

    /// Adds a member; its number.
    fn add_member(
        &mut self,
        parent: NodeId,
        index: &[u8],
        key: &[u8],
        times: u32,
    ) -> Result<usize, Stop> {
        let name = String::from_utf8_lossy(key).into_owned();
        let (mut path, level) = self.inside(parent);
        escape(&name, &mut path);
        if times > 1 {
            path.push_str(&format!("#{times}"));
        }
        let child = self.add(Node::new(path, name, parent, level, false))?;
        let above = &mut self.nodes[parent.0 as usize];
        let number = above.members.len();
        above.by_key.insert(index.into(), number);
        above.members.push(Member::new(index, child));
        Ok(number)
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
    fn personal(&mut self, parent: NodeId) -> Result<NodeId, Stop> {
        if let Some(child) = self.nodes[parent.0 as usize].personal {
            return Ok(child);
        }
        let (mut path, level) = self.inside(parent);
        path.push_str(PERSONAL_KEYS);
        let node = Node::new(path, PERSONAL_KEYS.to_owned(), parent, level, true);
        let child = self.add(node)?;
        self.nodes[parent.0 as usize].personal = Some(child);
        Ok(child)
    }

    /// The elements of an array at `parent`.
    #[inline(always)]
    pub(super) fn elements(&mut self, parent: NodeId) -> Result<NodeId, Stop> {
        match self.nodes[parent.0 as usize].elements {
            Some(child) => Ok(child),
            None => self.add_elements(parent),
        }
    }

    #[cold]
    fn add_elements(&mut self, parent: NodeId) -> Result<NodeId, Stop> {
        let above = &self.nodes[parent.0 as usize];
        let node = Node::new(
            format!("{}[]", above.path),
            format!("{}[]", above.name),
            parent,
            above.level + 1,
            true,
        );
        let child = self.add(node)?;
        self.nodes[parent.0 as usize].elements = Some(child);
        Ok(child)
    }

    fn add(&mut self, node: Node) -> Result<NodeId, Stop> {
        self.bytes += node.path.len();
        check_width(self.nodes.len(), self.bytes).inspect_err(|_| self.bytes -= node.path.len())?;
        let id = NodeId(u32::try_from(self.nodes.len()).expect("bounded above"));
        self.nodes.push(node);
        Ok(id)
    }

    /// The field of a path, made when the first value of it is counted: that of the record at
    /// `place`, the number `position` in it.
    pub(super) fn field(
        &mut self,
        node: NodeId,
        columns: &mut Columns,
        place: u64,
        position: impl Fn() -> u64 + Copy,
    ) -> FieldId {
        if let Some(field) = self.nodes[node.0 as usize].field {
            return field;
        }
        let parent = self.nodes[node.0 as usize].parent;
        // A parent's own value is counted before those of its members.
        let parent = (parent != ROOT).then(|| self.field(parent, columns, place, position));
        let node = &mut self.nodes[node.0 as usize];
        let field = columns.field(&FieldSpec {
            path: node.path.clone(),
            name: node.name.clone(),
            parent,
            element: node.element,
        });
        columns.fields[field.0 as usize].note_first(place, position());
        node.field = Some(field);
        field
    }

    /// The field of a node whose values were counted.
    #[inline]
    pub(super) fn known_field(&self, node: usize) -> Option<FieldId> {
        self.nodes[node].field
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
            by_key: HashMap::default(),
            elements: None,
            personal: None,
        }
    }

    #[inline]
    fn find(&self, key: &[u8]) -> Option<usize> {
        if self.members.len() <= FEW {
            self.members.iter().position(|m| *m.key == *key)
        } else {
            self.by_key.get(key).copied()
        }
    }
}

impl Member {
    fn new(key: &[u8], node: NodeId) -> Self {
        let plain = key
            .iter()
            .all(|b| *b >= 0x20 && *b != b'"' && *b != b'\\' && *b != 0xff);
        let text = [b"\"", key, b"\":"].concat();
        let (mut written, mut mask) = ([0; WRITTEN], [0xff; WRITTEN]);
        if plain {
            let known = text.len().min(WRITTEN);
            written[..known].copy_from_slice(&text[..known]);
            mask[known..].fill(0);
        }
        Self {
            written: u128::from_le_bytes(written),
            mask: u128::from_le_bytes(mask),
            length: text.len(),
            given_in: 0,
            times: 0,
            node,
            key: key.into(),
        }
    }

    /// Whether `text`, whose first bytes are `head`, begins with the key as it is usually written.
    #[inline(always)]
    fn is_written(&self, head: u128, text: &[u8]) -> bool {
        (head ^ self.written) & self.mask == 0
            && (self.length <= WRITTEN
                || (text.get(1..=self.key.len()) == Some(&*self.key)
                    && text.get(self.key.len() + 1..self.length) == Some(b"\":")))
    }
}

/// Refuses more fields than a table may have, or longer paths of them.
pub(super) fn check_width(fields: usize, bytes: usize) -> Result<(), Stop> {
    if fields > MOST {
        return Err(Stop::TooManyPaths { most: MOST });
    }
    if bytes > MOST_BYTES {
        return Err(Stop::LongPaths { most: MOST_BYTES });
    }
    Ok(())
}

/// `.`, `[`, `]` and the backslash itself are escaped within a name, and a name that is the word for
/// personal keys is set apart from it.
pub(crate) fn escape(name: &str, path: &mut String) {
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
