//! From the tree of the schema to fields with paths, and to leaves that know what their levels say.

use std::collections::HashSet;

use serde_json::Value;

use super::footer::{Element, Footer};
use super::look::{self, Look, Physical, logical, logical_of};
use super::stop::Stop;
use crate::accumulate::{FieldId, FieldSpec, Kind};
use crate::json::escape;
use crate::meaning::{is_pii, mask};

/// Groups within groups: every level is a recursion, and a level number must fit a byte.
const DEEPEST: usize = 64;

/// Fields of one table.
const MOST: usize = 20_000;

/// Bytes of all paths together: a long name stands in the path of everything beneath it.
const PATH_BYTES: usize = 16 << 20;

const REQUIRED: i32 = 0;
const OPTIONAL: i32 = 1;
const REPEATED: i32 = 2;

/// What a field's occurrences are known by, in the levels of a leaf at or beneath it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) field: FieldId,
    pub(super) kind: Kind,
    /// Definition level from which on it has its place.
    pub(super) slot: u32,
    /// Definition level from which on it is there; between the two it is null.
    pub(super) present: u32,
    /// Largest repetition level that begins another occurrence of it.
    pub(super) repeats: u32,
}

/// A column of the file.
#[derive(Debug, Clone)]
pub(super) struct Leaf {
    pub(super) physical: Physical,
    pub(super) look: Look,
    pub(super) max_definition: u32,
    pub(super) max_repetition: u32,
    /// Containers whose occurrences are counted by this leaf's levels.
    pub(super) containers: Vec<Node>,
    /// None beneath the deepest level that is shown.
    pub(super) node: Option<Node>,
}

/// A field, and what the file states of it.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub(super) spec: FieldSpec,
    pub(super) declared: Value,
    /// The type of a field that has no value.
    pub(super) type_name: &'static str,
}

/// What there is to read.
#[derive(Debug, Default)]
pub(super) struct Schema {
    pub(super) fields: Vec<Shown>,
    pub(super) leaves: Vec<Leaf>,
}

/// Where a node hangs.
#[derive(Debug, Clone, Default)]
struct Above {
    field: Option<FieldId>,
    /// Of the field, or of the list whose elements come.
    path: String,
    name: String,
    level: usize,
    /// Whether fields are made of what hangs here.
    open: bool,
    definition: u32,
    repetition: u32,
    groups: usize,
}

struct Builder<'a> {
    elements: &'a [Element],
    next: usize,
    depth: usize,
    schema: Schema,
    paths: HashSet<String>,
    path_bytes: usize,
    /// Containers that wait for their first leaf.
    waiting: Vec<Node>,
}

impl Schema {
    /// Of a footer; fields of a higher level than `depth` stay closed.
    pub(super) fn of(footer: &Footer, depth: usize) -> Result<Self, Stop> {
        let mut builder = Builder {
            elements: &footer.schema,
            next: 0,
            depth,
            schema: Self::default(),
            paths: HashSet::new(),
            path_bytes: 0,
            waiting: Vec::new(),
        };
        builder
            .root()
            .map_err(|why| Stop::broken(footer.start, format!("in the schema, {why}")))?;
        Ok(builder.schema)
    }
}

impl Builder<'_> {
    fn root(&mut self) -> Result<(), &'static str> {
        let root = self.take()?;
        let above = Above {
            open: true,
            ..Above::default()
        };
        for _ in 0..root.children {
            self.element(&above)?;
        }
        if self.next != self.elements.len() {
            return Err("there are columns that belong to no group");
        }
        if self.schema.leaves.is_empty() {
            return Err("there is no column");
        }
        Ok(())
    }

    fn take(&mut self) -> Result<Element, &'static str> {
        let element = self.elements.get(self.next);
        self.next += 1;
        element
            .cloned()
            .ok_or("a group claims more columns than there are")
    }

    /// The next element and all beneath it.
    fn element(&mut self, above: &Above) -> Result<(), &'static str> {
        let element = self.take()?;
        if above.groups > DEEPEST {
            return Err("groups lie too deep in one another");
        }
        let above = Above {
            groups: above.groups + 1,
            ..above.clone()
        };
        let name = shown_name(&element.name);
        match element.repetition {
            REQUIRED | OPTIONAL => {
                let definition = above.definition + u32::from(element.repetition == OPTIONAL);
                self.content(&element, &above, &name, definition)
            }
            // Repeated without a list around it: a list that is never null, nor are its elements.
            REPEATED => {
                let list = self.list_field(&element, &above, &name, above.definition)?;
                let inside = Above {
                    definition: list.definition + 1,
                    repetition: list.repetition + 1,
                    ..list
                };
                let definition = inside.definition;
                self.content(&element, &inside, "", definition)
            }
            _ => Err("a column is neither required nor optional nor repeated"),
        }
    }

    /// What an element holds; an empty name is that of the elements of the list above. `definition`
    /// is the level from which on it is there.
    fn content(
        &mut self,
        element: &Element,
        above: &Above,
        name: &str,
        definition: u32,
    ) -> Result<(), &'static str> {
        if element.children <= 0 {
            return self.leaf(element, above, name, definition);
        }
        let annotated = logical_of(element).map(|found| found.id);
        let child = self.elements.get(self.next);
        let repeated = element.children == 1 && child.is_some_and(|c| c.repetition == REPEATED);
        if repeated && annotated == Some(logical::LIST) {
            let list = self.list_field(element, above, name, definition)?;
            return self.elements_of(&element.name, list);
        }
        if repeated && annotated == Some(logical::MAP) {
            let list = self.list_field(element, above, name, definition)?;
            let entry = self.take()?;
            let inside = Above {
                definition: list.definition + 1,
                repetition: list.repetition + 1,
                ..list
            };
            let definition = inside.definition;
            return self.group(&entry, &inside, "", definition);
        }
        self.group(element, above, name, definition)
    }

    /// A group whose members are fields of their own.
    fn group(
        &mut self,
        element: &Element,
        above: &Above,
        name: &str,
        definition: u32,
    ) -> Result<(), &'static str> {
        if element.children <= 0 {
            return self.leaf(element, above, name, definition);
        }
        let inside = self.container(element, above, name, definition, Kind::Object)?;
        for _ in 0..element.children {
            self.element(&inside)?;
        }
        Ok(())
    }

    /// The field of a list, or of a map. What it returns is where the list itself lies.
    fn list_field(
        &mut self,
        element: &Element,
        above: &Above,
        name: &str,
        definition: u32,
    ) -> Result<Above, &'static str> {
        self.container(element, above, name, definition, Kind::Array)
    }

    /// The elements of an annotated list, whose repeated child comes next. Older writers wrote the
    /// elements themselves repeated, newer ones a group around each.
    fn elements_of(&mut self, list_name: &str, list: Above) -> Result<(), &'static str> {
        let repeated = self.take()?;
        let inside = Above {
            definition: list.definition + 1,
            repetition: list.repetition + 1,
            groups: list.groups + 1,
            ..list
        };
        let only = self.elements.get(self.next);
        let is_element = repeated.children != 1
            || only.is_some_and(|c| c.repetition == REPEATED)
            || repeated.name == "array"
            || repeated.name == format!("{list_name}_tuple");
        if is_element {
            let definition = inside.definition;
            return self.content(&repeated, &inside, "", definition);
        }
        let element = self.take()?;
        let definition = inside.definition + u32::from(element.repetition == OPTIONAL);
        self.content(&element, &inside, "", definition)
    }

    fn container(
        &mut self,
        element: &Element,
        above: &Above,
        name: &str,
        definition: u32,
        kind: Kind,
    ) -> Result<Above, &'static str> {
        let type_name = if kind == Kind::Array {
            "array"
        } else {
            "object"
        };
        let declared = look::declared(element, None);
        let field = self.field(above, name, declared, type_name)?;
        if let Some(field) = field {
            self.waiting.push(Node {
                field,
                kind,
                slot: above.definition,
                present: definition,
                repeats: above.repetition,
            });
        }
        let (path, full_name) = path_of(above, name);
        Ok(Above {
            field,
            path,
            name: full_name,
            level: above.level + 1,
            open: field.is_some() && above.level < self.depth,
            definition,
            repetition: above.repetition,
            groups: above.groups + 1,
        })
    }

    fn leaf(
        &mut self,
        element: &Element,
        above: &Above,
        name: &str,
        definition: u32,
    ) -> Result<(), &'static str> {
        let physical = Physical::of(element)?;
        let look = Look::of(physical, logical_of(element));
        let declared = look::declared(element, Some(physical));
        let field = self.field(above, name, declared, look.type_name())?;
        let node = field.map(|field| Node {
            field,
            kind: Kind::Text,
            slot: above.definition,
            present: definition,
            repeats: above.repetition,
        });
        self.schema.leaves.push(Leaf {
            physical,
            look,
            max_definition: definition,
            max_repetition: above.repetition,
            containers: std::mem::take(&mut self.waiting),
            node,
        });
        Ok(())
    }

    fn field(
        &mut self,
        above: &Above,
        name: &str,
        declared: Value,
        type_name: &'static str,
    ) -> Result<Option<FieldId>, &'static str> {
        if !above.open {
            return Ok(None);
        }
        if self.schema.fields.len() >= MOST {
            return Err("there are more fields than a table may have");
        }
        let element = name.is_empty();
        let (mut path, full_name) = path_of(above, name);
        self.path_bytes += path.len();
        if self.path_bytes > PATH_BYTES {
            return Err("the names of the columns are too long");
        }
        let first = path.clone();
        let mut again = 1;
        while !self.paths.insert(path.clone()) {
            again += 1;
            path = format!("{first}#{again}");
        }
        // Bounded above.
        let id = FieldId(self.schema.fields.len() as u32);
        self.schema.fields.push(Shown {
            spec: FieldSpec {
                path,
                name: full_name,
                parent: above.field,
                element,
            },
            declared,
            type_name,
        });
        Ok(Some(id))
    }
}

/// Path and name of what hangs at `above`.
fn path_of(above: &Above, name: &str) -> (String, String) {
    if name.is_empty() {
        return (format!("{}[]", above.path), format!("{}[]", above.name));
    }
    let mut path = above.path.clone();
    if above.field.is_some() {
        path.push('.');
    }
    escape(name, &mut path);
    (path, name.to_owned())
}

/// Names that are personal data are masked wherever they are shown. A column without a name is
/// called so: an empty name stands for the elements of a list here.
fn shown_name(name: &str) -> String {
    if name.is_empty() {
        return "(no name)".to_owned();
    }
    if is_pii(name) {
        mask(name)
    } else {
        name.to_owned()
    }
}
