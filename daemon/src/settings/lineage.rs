//! Lineage events: where they are told.

use std::path::PathBuf;

use secrecy::SecretString;

use super::key::Key;
use super::kind::{path, text};
use super::reader::Reader;
use super::secret::{secret, web_address};

/// OpenLineage events of every drop; none are made where neither a file nor an address is given.
#[derive(Debug, Clone)]
pub struct LineageSettings {
    /// Gets a line for each event.
    pub file: Option<PathBuf>,
    /// A server such as Marquez; with `endpoint` behind it.
    pub url: Option<String>,
    pub endpoint: String,
    pub api_key: Option<SecretString>,
    /// Of jobs and dictionaries.
    pub namespace: String,
}

// The variables are those of OpenLineage's own clients.
const FILE: Key = Key::new("lineage.file", "OPENLINEAGE_FILE").bare();
const URL: Key = Key::new("lineage.url", "OPENLINEAGE_URL").bare();
const ENDPOINT: Key = Key::new("lineage.endpoint", "OPENLINEAGE_ENDPOINT").bare();
const API_KEY: Key = Key::new("lineage.api_key", "OPENLINEAGE_API_KEY")
    .bare()
    .secret();
const NAMESPACE: Key = Key::new("lineage.namespace", "OPENLINEAGE_NAMESPACE").bare();

impl LineageSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let base = reader.working_dir().to_path_buf();
        Self {
            file: reader.get(&FILE, &path(&base).optional(), None),
            url: reader.get(&URL, &web_address().optional(), None),
            endpoint: reader.get(&ENDPOINT, &text(200), "api/v1/lineage".to_owned()),
            api_key: reader.get(&API_KEY, &secret().optional(), None),
            namespace: reader.get(&NAMESPACE, &text(200), "ddgen".to_owned()),
        }
    }
}
