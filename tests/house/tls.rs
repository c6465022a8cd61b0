//! HTTP over TLS, and certificates that are renewed while the daemon runs.

use std::fs;
use std::path::Path;
use std::process::Command;

use harness::{Daemon, Place, Plan, curl, skip, until};
use rustix::process::Signal;

/// A certificate of localhost by `openssl`, which ends in so many days.
fn certify(place: &Place, days: u32) -> Result<(), &'static str> {
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
        ])
        .args([
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost",
        ])
        .args(["-days", &days.to_string()])
        .args(["-keyout", "new-key.pem", "-out", "new-certificate.pem"])
        .current_dir(place.path())
        .output();
    let made = made.map_err(|_| "openssl is not installed")?;
    assert!(made.status.success(), "{made:?}");
    // As certbot does it: both files are there whole, one after the other.
    for name in ["key.pem", "certificate.pem"] {
        let new = place.path().join(format!("new-{name}"));
        fs::rename(new, place.path().join(name)).unwrap();
    }
    Ok(())
}

/// What `openssl` reads in a certificate.
fn read(certificate: &Path, what: &str) -> String {
    let said = Command::new("openssl")
        .args(["x509", "-noout", "-dateopt", "iso_8601", what, "-in"])
        .arg(certificate)
        .output()
        .unwrap();
    let text = String::from_utf8(said.stdout).unwrap();
    text.trim().split_once('=').unwrap().1.to_owned()
}

fn probe(place: &Place) -> (String, String) {
    let status = place.ask(&["status"]);
    let probes = status["probes"].as_array().unwrap();
    let found = probes.iter().find(|probe| probe["name"] == "certificate");
    let text = |key: &str| found.unwrap()[key].as_str().unwrap().to_owned();
    (text("verdict"), text("because"))
}

#[test]
fn certificates_are_served_watched_and_renewed_without_a_restart() {
    let place = Place::new();
    if let Err(because) = certify(&place, 90) {
        return skip("TLS", because);
    }
    let at = |name: &str| place.path().join(name).display().to_string();
    let (certificate, key) = (at("certificate.pem"), at("key.pem"));
    let settings = format!("[http]\ntls_certificate = \"{certificate}\"\ntls_key = \"{key}\"\n");
    let plan = Plan::default()
        .with_argument("--http")
        .with_argument("127.0.0.1:0")
        .with_settings(settings);
    let daemon = Daemon::start_as(&place, &plan);
    let http = place.http();
    let url = format!("{}/health", http.replace("127.0.0.1", "localhost"));
    assert!(url.starts_with("https://"), "{url}");
    let asked = || curl(&["--cacert", &certificate, "--ipv4", "-I", &url]);
    let head = asked();
    assert_eq!(head.code, 200);
    for (name, value) in [
        ("strict-transport-security", "max-age=31536000"),
        ("x-frame-options", "SAMEORIGIN"),
        ("x-content-type-options", "nosniff"),
        ("x-xss-protection", "1; mode=block"),
    ] {
        assert!(
            head.header(name).unwrap().starts_with(value),
            "{name}: {head:?}"
        );
    }
    let ends = |path: &str| read(Path::new(path), "-enddate")[..10].to_owned();
    let (verdict, because) = probe(&place);
    assert_eq!(verdict, "ok", "{because}");
    assert!(because.contains(&ends(&certificate)), "{because}");

    // Renewed, and nobody asked for it but the tick of the daemon (a status looks as well).
    certify(&place, 5).unwrap();
    let (verdict, because) = until("the new certificate", || {
        let found = probe(&place);
        found.1.contains(&ends(&certificate)).then_some(found)
    });
    assert_eq!(verdict, "degraded", "{because}");
    assert_eq!(asked().code, 200);

    // A key of another certificate: the old one is served on, and said so.
    let good = fs::read(&certificate).unwrap();
    certify(&place, 60).unwrap();
    let other = fs::read(&certificate).unwrap();
    fs::write(&certificate, &good).unwrap();
    daemon.signal(Signal::HUP);
    until("the mismatch is told", || {
        let (verdict, because) = probe(&place);
        (verdict == "degraded" && because.contains("together")).then_some(())
    });
    assert_eq!(asked().code, 200);
    fs::write(&certificate, &other).unwrap();
    daemon.signal(Signal::HUP);
    until("the third certificate", || {
        (probe(&place).0 == "ok").then_some(())
    });
    assert_eq!(asked().code, 200);
}

#[test]
fn a_certificate_that_cannot_be_used_is_refused_at_the_start() {
    let place = Place::new();
    let settings = "[http]\ntls_certificate = \"nowhere.pem\"\ntls_key = \"nowhere.key\"\n";
    let plan = Plan::default()
        .with_argument("--http")
        .with_argument("127.0.0.1:0")
        .with_settings(settings);
    let (code, said) = Daemon::refusal(&place, &plan);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("nowhere.pem"), "{said}");
}
