//! The shape of a table: which fields it has, and of which types.

use ddgen_profile::document::Field;

/// What of a schema is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    /// Lower-case hex of a BLAKE3 over the set of (path, type): the order of columns does not show.
    pub hash: String,
    /// Paths in order of position.
    pub paths: Vec<String>,
}

impl Schema {
    #[must_use]
    pub fn of(fields: &[Field]) -> Self {
        let mut set: Vec<(&str, &str)> = fields
            .iter()
            .map(|field| (field.path.as_str(), field.field_type.as_str()))
            .collect();
        set.sort_unstable();
        set.dedup();
        let mut hasher = blake3::Hasher::new();
        for part in set.iter().flat_map(|(path, kind)| [path, kind]) {
            // The length in front: no two sets share their bytes.
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        Self {
            hash: hasher.finalize().to_hex().to_string(),
            paths: in_order(fields),
        }
    }
}

fn in_order(fields: &[Field]) -> Vec<String> {
    let mut fields: Vec<&Field> = fields.iter().collect();
    fields.sort_by_key(|field| field.position);
    fields.into_iter().map(|field| field.path.clone()).collect()
}
