//! Who needs an API key: what is said, and what holds where nothing is.

use super::{errors, loaded};
use crate::settings::KeyPolicy;

#[test]
fn beyond_this_machine_everybody_needs_a_key_unless_told_otherwise_in_words() {
    let cases = [
        ("", KeyPolicy::Strangers, 0),
        ("HOST=::1\n", KeyPolicy::Strangers, 0),
        ("HOST=0.0.0.0\n", KeyPolicy::Everyone, 0),
        ("HOST=192.0.2.7\n", KeyPolicy::Everyone, 0),
        ("API_KEY_ENABLED=true\n", KeyPolicy::Everyone, 0),
        ("API_KEY_ENABLED=false\n", KeyPolicy::Nobody, 0),
        (
            "HOST=0.0.0.0\nAPI_KEY_ENABLED=true\n",
            KeyPolicy::Everyone,
            0,
        ),
        (
            "HOST=0.0.0.0\nAPI_KEY_ENABLED=false\n",
            KeyPolicy::Nobody,
            1,
        ),
    ];
    for (env, policy, warnings) in cases {
        let loaded = loaded(&[(".env", env)], &[]);
        assert_eq!(errors(&loaded), Vec::<String>::new(), "{env}");
        assert_eq!(loaded.settings.http.key_policy(), policy, "{env}");
        assert_eq!(loaded.standing_warnings().count(), warnings, "{env}");
    }
}
