//! Descriptions by a language model. This build has none: the settings are read, judged and shown.

use super::key::Key;
use super::kind::{boolean, fraction, number, text};
use super::notice::Notice;
use super::reader::Reader;
use super::secret::{placeholder, secret, web_address};

use secrecy::{ExposeSecret, SecretString};

/// The language model that would write descriptions.
#[derive(Debug, Clone)]
pub struct OpenaiSettings {
    /// False whenever descriptions stay off, whatever was asked for.
    pub enabled: bool,
    /// `None` where no key, or only a placeholder, was given.
    pub api_key: Option<SecretString>,
    pub model: String,
    pub base_url: String,
    pub max_tokens: u32,
    pub temperature: f64,
}

impl Default for OpenaiSettings {
    fn default() -> Self {
        Self {
            enabled: false,
            api_key: None,
            model: "gpt-4".to_owned(),
            base_url: "https://api.openai.com/v1".to_owned(),
            max_tokens: 500,
            temperature: 0.7,
        }
    }
}

const ENABLED: Key = Key::new("openai.enabled", "OPENAI_ENABLED").bare();
const API_KEY: Key = Key::new("openai.api_key", "OPENAI_API_KEY").bare().secret();
const MODEL: Key = Key::new("openai.model", "OPENAI_MODEL").bare();
const BASE_URL: Key = Key::new("openai.base_url", "OPENAI_BASE_URL").bare();
const MAX_TOKENS: Key = Key::new("openai.max_tokens", "OPENAI_MAX_TOKENS").bare();
const TEMPERATURE: Key = Key::new("openai.temperature", "OPENAI_TEMPERATURE").bare();

impl OpenaiSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let usual = Self::default();
        let wanted = reader.given(&ENABLED, &boolean(), &usual.enabled);
        let api_key = reader.given(&API_KEY, &secret().optional(), &None);
        let api_key = api_key.and_then(|given| given.value);
        let lacking = match &api_key {
            None => Some("no key is given"),
            Some(key) => {
                placeholder(key.expose_secret()).map(|_| "OPENAI_API_KEY is a placeholder")
            }
        };
        if let Some(given) = wanted.filter(|given| given.value) {
            if let Some(why) = lacking {
                let message = format!("descriptions by a language model stay off: {why}");
                reader.remark(ENABLED.name, message.as_str());
                reader
                    .notices
                    .push(Notice::note(ENABLED.name, message).at(&given.origin));
            } else {
                let message = "this build does not serve descriptions by a language model yet: set \
                               OPENAI_ENABLED=false (DDGEN_OPENAI_ENABLED=false where the name \
                               belongs to another program)";
                reader
                    .notices
                    .push(Notice::error(ENABLED.name, message).at(&given.origin));
            }
        }
        Self {
            // Nothing in this build asks a language model, whatever was wished for.
            enabled: false,
            api_key: api_key.filter(|_| lacking.is_none()),
            model: reader.get(&MODEL, &text(200), usual.model),
            base_url: reader.get(&BASE_URL, &web_address(), usual.base_url),
            max_tokens: reader.get(&MAX_TOKENS, &number(1..=1_000_000), usual.max_tokens),
            temperature: reader.get(&TEMPERATURE, &fraction(0.0..=2.0), usual.temperature),
        }
    }
}
