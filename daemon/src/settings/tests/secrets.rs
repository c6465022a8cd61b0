//! Secrets from files and credentials, never in print.

use std::os::unix::fs::PermissionsExt;

use secrecy::ExposeSecret;

use super::{around, errors, inspect, load, loaded, origin, row, set, write};
use crate::settings::{Surroundings, check, config};

const SECRET: &str = "c0ffee11c0ffee22c0ffee33c0ffee44c0ffee55";

fn secret_of(around: &Surroundings) -> String {
    let loaded = load(around).unwrap();
    loaded
        .settings
        .application
        .secret_key
        .expect("a secret")
        .expose_secret()
        .to_owned()
}

#[test]
fn a_secret_comes_from_a_file_without_its_line_end() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "key", &format!("{SECRET}\n"));
    let mut around = around(dir.path());
    set(&mut around, "SECRET_KEY_FILE", "key");
    assert_eq!(secret_of(&around), SECRET);
    let key = dir.path().join("key");
    assert_eq!(
        origin(&inspect(&around), "secret_key"),
        format!(
            "file {}, named by environment SECRET_KEY_FILE",
            key.display()
        )
    );
}

#[test]
fn a_secret_s_file_can_be_named_in_every_layer() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "key", SECRET);
    write(dir.path(), ".env", "DDGEN_SECRET_KEY_FILE=key\n");
    assert_eq!(secret_of(&around(dir.path())), SECRET);
    write(dir.path(), ".env", "");
    write(dir.path(), "ddgen.toml", "secret_key_file = \"key\"\n");
    assert_eq!(secret_of(&around(dir.path())), SECRET);
}

#[test]
fn a_credential_of_systemd_is_found_by_its_name() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("credentials")).unwrap();
    write(dir.path(), "credentials/SECRET_KEY", SECRET);
    let mut around = around(dir.path());
    let folder = dir.path().join("credentials").display().to_string();
    set(&mut around, "CREDENTIALS_DIRECTORY", &folder);
    set(
        &mut around,
        "SECRET_KEY",
        "not this one, a credential is the stronger word",
    );
    assert_eq!(secret_of(&around), SECRET);
}

#[test]
fn a_secret_given_twice_on_one_level_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "key", SECRET);
    let mut around = around(dir.path());
    set(&mut around, "SECRET_KEY", SECRET);
    set(&mut around, "SECRET_KEY_FILE", "key");
    let refused = load(&around).unwrap_err().to_string();
    assert!(refused.contains("secret_key is given twice"), "{refused}");
    assert!(!refused.contains(SECRET));
}

#[test]
fn a_secret_s_file_that_holds_none_says_so() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "empty", "\n");
    for (file, why) in [
        ("empty", "the file is empty"),
        ("gone", "the file cannot be read"),
    ] {
        let mut around = around(dir.path());
        set(&mut around, "SECRET_KEY_FILE", file);
        let errors = errors(&inspect(&around));
        assert_eq!(errors.len(), 1);
        assert!(errors[0].contains(why), "{errors:?}");
    }
}

#[test]
fn config_masks_a_secret_and_still_shows_where_it_came_from() {
    let dir = tempfile::tempdir().unwrap();
    let mut around = around(dir.path());
    set(&mut around, "SECRET_KEY", SECRET);
    set(&mut around, "OPENAI_API_KEY", "sk-proj-4Zt9QmB7uLw2");
    let document = config(&around);
    let text = format!(
        "{}{}",
        document.table(),
        serde_json::to_string(&document).unwrap()
    );
    assert!(
        !text.contains(SECRET) && !text.contains("4Zt9QmB7uLw2"),
        "{text}"
    );
    let loaded = inspect(&around);
    assert_eq!(row(&loaded, "secret_key").value, "***");
    assert_eq!(
        origin(&loaded, "openai.api_key"),
        "environment OPENAI_API_KEY"
    );
}

#[test]
fn passwords_in_addresses_are_masked_however_they_are_written() {
    use crate::settings::secret::masked_address;
    for (written, shown) in [
        (
            "postgresql://me:pa@ss/w?rd@db:5432/x",
            "postgresql://me:***@db:5432/x",
        ),
        ("redis://:hunter2@redis:6379/0", "redis://:***@redis:6379/0"),
        (
            "postgresql://db/x?user=me&password=hunter2",
            "postgresql://db/x?***",
        ),
        (
            "postgresql://me:a@db/x?password=b",
            "postgresql://me:***@db/x?***",
        ),
        ("sqlite:///./data/app.db", "sqlite:///./data/app.db"),
    ] {
        assert_eq!(masked_address(written), shown);
    }
}

#[test]
fn placeholders_are_told_from_secrets() {
    use crate::settings::secret::placeholder;
    for text in [
        "sk-your-actual-api-key-here",
        "your_secret_key",
        "changeme",
        "CHANGE-ME-IN-PRODUCTION",
        "$(openssl rand -hex 32)",
        "${SECRET}",
        "<secret>",
        "xxxxxxxxxxxxxxxx",
        "password",
        "00000000-0000-0000-0000-000000000000",
    ] {
        assert!(placeholder(text).is_some(), "{text}");
    }
    for text in [
        SECRET,
        "sk-proj-4Zt9QmB7uLw2",
        "correct horse battery staple",
        "p@$$w0rd-9Lk",
    ] {
        assert!(placeholder(text).is_none(), "{text}");
    }
}

#[test]
fn check_warns_of_a_secret_that_everyone_may_read() {
    let dir = tempfile::tempdir().unwrap();
    let line = format!("SECRET_KEY={SECRET}\n");
    write(dir.path(), ".env", &line);
    let path = dir.path().join(".env");
    let warned = |mode: u32| {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let document = check(&around(dir.path()));
        document
            .warnings
            .iter()
            .any(|n| n.message.contains("everyone may read it"))
    };
    assert!(warned(0o644));
    assert!(!warned(0o600));
}

#[test]
fn outside_production_a_weak_secret_is_a_warning() {
    let loaded = loaded(&[], &[("SECRET_KEY", "dev")]);
    assert_eq!(errors(&loaded), Vec::<String>::new());
    assert!(
        loaded.notices[0]
            .message
            .contains("production would refuse it")
    );
}

#[test]
fn a_secret_keeps_the_spaces_it_was_quoted_with() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), ".env", &format!("SECRET_KEY=\"  {SECRET} \"\n"));
    assert_eq!(secret_of(&around(dir.path())), format!("  {SECRET} "));
}
