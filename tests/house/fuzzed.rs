//! The HTTP door against requests that a stranger makes up from its own description, by
//! schemathesis: no error of the server, no answer that the description does not know.

mod long {
    use std::path::PathBuf;
    use std::process::Command;

    use harness::{Daemon, Place, Plan, curl, skip};

    /// A daemon that knows two dictionaries.
    fn serving(keys: bool) -> (Place, Daemon, String) {
        let place = Place::new();
        let plan = Plan::default()
            .with_argument("--http")
            .with_argument("127.0.0.1:0")
            .with_settings(format!("[http]\napi_keys = {keys}\nrate_limit = 0\n"));
        let daemon = Daemon::start_as(&place, &plan);
        let http = place.http();
        for name in ["sales_2026-01-05", "sales_2026-01-06", "people"] {
            place.drop_file(&format!("{name}.csv"), format!("id,{name}\n1,a\n"));
        }
        place.settled(3);
        (place, daemon, http)
    }

    /// Asks all that the description names, but what never ends (`events`) and, unless `clear`, what
    /// takes away what the others ask for.
    fn fuzz(place: &Place, http: &str, header: Option<&str>, clear: bool) {
        let test = "requests made up by schemathesis";
        let packages = std::env::var_os("DDGEN_TEST_SCHEMATHESIS").map(PathBuf::from);
        let Some(packages) = packages.filter(|it| it.join("schemathesis").exists()) else {
            return skip(test, "it is not where DDGEN_TEST_SCHEMATHESIS says");
        };
        let mut command = Command::new("python3");
        command
            .args(["-m", "schemathesis.cli", "run"])
            .arg(format!("{http}/api/openapi.json"))
            .args(["--phases", "coverage,fuzzing", "-n", "20", "--seed", "7"])
            .args(["--continue-on-failure", "--request-timeout", "60"])
            .args(["--suppress-health-check", "all", "--warnings", "off"]);
        if clear {
            command.args(["--include-path", "/api/v1/database/clear"]);
        } else {
            for path in ["/api/v1/events", "/api/v1/database/clear"] {
                command.args(["--exclude-path", path]);
            }
        }
        // Whether a file can be read, and whether a name is repeated, no description of it can say.
        command.args(["--exclude-checks", "positive_data_acceptance"]);
        if let Some(header) = header {
            command.args(["--header", header]);
        }
        let ran = command
            .env("PYTHONPATH", packages)
            .env("NO_COLOR", "1")
            .current_dir(place.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ran.stdout);
        let shown: String = said.chars().take(20_000).collect();
        assert!(ran.status.success(), "{shown}\n{}", Daemon::log(place));
        assert_eq!(curl(&[&format!("{http}/health")]).code, 200);
        assert!(!Daemon::log(place).contains("panicked"));
    }

    #[test]
    fn where_no_key_is_wanted_every_answer_is_one_that_was_announced() {
        let (place, _daemon, http) = serving(false);
        fuzz(&place, &http, None, false);
        fuzz(&place, &http, None, true);
    }

    #[test]
    fn with_a_key_and_without_the_one_that_is_wanted_too() {
        let (place, _daemon, http) = serving(true);
        fuzz(&place, &http, None, false);
        let made = place.run(&["keys", "create", "fuzz", "--scope", "admin"]);
        let header = format!("X-API-Key: {}", made.stdout.trim());
        fuzz(&place, &http, Some(&header), false);
    }
}
