//! Fields as the tree that their paths are.

use std::collections::HashMap;

use ddgen_profile::document::Field;

/// A field with those inside of it.
pub(crate) struct Node<'a> {
    pub(crate) field: &'a Field,
    pub(crate) inside: Vec<Node<'a>>,
}

impl Node<'_> {
    /// The elements of an array.
    pub(crate) fn element(&self) -> Option<&Self> {
        let path = format!("{}[]", self.field.path);
        self.inside.iter().find(|node| node.field.path == path)
    }
}

/// A field whose parent is nowhere stands on top.
pub(crate) fn of(fields: &[Field]) -> Vec<Node<'_>> {
    let places: HashMap<&str, usize> = fields
        .iter()
        .enumerate()
        .map(|(at, field)| (field.path.as_str(), at))
        .collect();
    let mut inside: Vec<Vec<usize>> = vec![Vec::new(); fields.len()];
    let mut top = Vec::new();
    for (at, field) in fields.iter().enumerate() {
        let parent = field
            .parent_path
            .as_deref()
            .and_then(|path| places.get(path));
        // A parent is longer by nothing: what points to itself or below would be no tree.
        match parent.filter(|parent| fields[**parent].path.len() < field.path.len()) {
            Some(parent) => inside[*parent].push(at),
            None => top.push(at),
        }
    }
    top.into_iter()
        .map(|at| node(fields, &inside, at))
        .collect()
}

/// As deep as paths are nested, which the engine bounds.
fn node<'a>(fields: &'a [Field], inside: &[Vec<usize>], at: usize) -> Node<'a> {
    let children = inside[at].iter();
    Node {
        field: &fields[at],
        inside: children.map(|at| node(fields, inside, *at)).collect(),
    }
}
