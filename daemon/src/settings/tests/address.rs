//! Where HTTP listens: one word or two halves, and what others leave in the environment.

use super::{Severity, errors, loaded, of};

#[test]
fn a_host_that_a_shell_exported_is_not_an_address_and_not_an_error() {
    let loaded = loaded(&[(".env", "HOST=127.0.0.2\n")], &[("HOST", "annes-laptop")]);
    assert_eq!(errors(&loaded), Vec::<String>::new());
    assert_eq!(
        loaded.settings.http.address.unwrap().to_string(),
        "127.0.0.2:8000"
    );
    let warning = of(&loaded, Severity::Warning)[0].to_string();
    assert!(
        warning.starts_with("environment HOST: HOST holds no address"),
        "{warning}"
    );
}

#[test]
fn a_host_of_our_own_must_be_an_address() {
    let loaded = loaded(&[], &[("DDGEN_HOST", "annes-laptop")]);
    assert!(errors(&loaded)[0].starts_with("environment DDGEN_HOST: http.host is"));
}

#[test]
fn a_service_link_of_kubernetes_is_no_port() {
    let links = [
        ("DDGEN_PORT", "tcp://10.0.0.7:8000"),
        ("DDGEN_SERVICE_HOST", "10.0.0.7"),
        ("DDGEN_PORT_8000_TCP_ADDR", "10.0.0.7"),
    ];
    let loaded = loaded(&[], &links);
    assert_eq!(errors(&loaded), Vec::<String>::new());
    assert_eq!(loaded.settings.http.address.unwrap().port(), 8000);
    assert_eq!(of(&loaded, Severity::Warning).len(), 1);
}

#[test]
fn off_stays_off_whatever_host_and_port_say() {
    let off = loaded(
        &[("ddgen.toml", "http.address = \"off\"\n")],
        &[("HOST", "0.0.0.0")],
    );
    assert_eq!(off.settings.http.address, None);
    assert_eq!(errors(&off), Vec::<String>::new());
    let on = loaded(
        &[("ddgen.toml", "http.address = \"off\"\n")],
        &[("DDGEN_HTTP", "[::1]:1")],
    );
    assert_eq!(on.settings.http.address.unwrap().to_string(), "[::1]:1");
}

#[test]
fn the_halves_of_an_address_come_from_the_layers_that_know_them() {
    let toml = [("ddgen.toml", "http.address = \"127.0.0.3:9000\"\n")];
    let port = loaded(&toml, &[("PORT", "81")]);
    assert_eq!(
        port.settings.http.address.unwrap().to_string(),
        "127.0.0.3:81"
    );
    let host = loaded(&toml, &[("DDGEN_HOST", "localhost")]);
    assert_eq!(
        host.settings.http.address.unwrap().to_string(),
        "127.0.0.1:9000"
    );
}
