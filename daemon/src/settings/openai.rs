//! Descriptions by a language model. This build has none: the settings are read, judged and shown.

use secrecy::SecretString;

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
