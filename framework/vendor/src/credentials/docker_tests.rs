use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use terrace_exec::{Cancel, Environment};

use super::*;

fn password(user: &str, password: &str) -> Option<Login> {
    Some(Login::Password {
        user: user.to_owned(),
        password: Secret::new(password),
    })
}

fn ring(environment: &Environment) -> Keyring {
    Keyring::new(environment, &Cancel::new(), Duration::from_secs(20))
}

fn found(environment: &Environment, address: &str) -> Option<Login> {
    let (host, repository) = address.split_once('/').expect("a repository");
    let found = login(&ring(environment), host, repository);
    found.expect("no problem").map(|(login, _)| login)
}

/// An environment with this `config.json` and these programs.
fn with(folder: &Path, config: &str, programs: &[(&str, &str)]) -> Environment {
    std::fs::write(folder.join("config.json"), config).expect("written");
    for (name, script) in programs {
        let path = folder.join(format!("docker-credential-{name}"));
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("written");
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(path, mode).expect("a mode");
    }
    Environment::new()
        .with("DOCKER_CONFIG", folder)
        .with("PATH", format!("{}:/usr/bin:/bin", folder.display()))
}

#[test]
fn logins_are_found_by_host_and_repository() {
    let folder = tempfile::tempdir().expect("a folder");
    let auth = |pair: &str| format!(r#"{{"auth": "{}"}}"#, STANDARD.encode(pair));
    let config = format!(
        r#"{{"auths": {{
            "oci.example": {}, "oci.example/acme": {}, "oci.example/acme/vpc": {},
            "https://old.example/v1/": {}, "https://index.docker.io/v1/": {},
            "plain.example": {{"username": "u", "password": "p"}},
            "azure.example": {{"auth": "{}", "identitytoken": "refresh"}},
            "token.example": {{"registrytoken": "bearer"}},
            "empty.example": {{}}, "bad.example": {{"auth": "%"}}
        }}}}"#,
        auth("a:1"),
        auth("b:2"),
        auth("c:3:4"),
        auth("d:5"),
        auth("hub:6"),
        STANDARD.encode("0000:"),
    );
    let environment = with(folder.path(), &config, &[]);
    for (address, login) in [
        ("oci.example/other/vpc", password("a", "1")),
        ("oci.example/acme/x", password("b", "2")),
        ("oci.example/acme/vpc", password("c", "3:4")),
        ("oci.example/acme/vpcs", password("b", "2")),
        ("old.example/x", password("d", "5")),
        ("docker.io/acme/x", password("hub", "6")),
        ("registry-1.docker.io/acme/x", password("hub", "6")),
        ("plain.example/x", password("u", "p")),
        (
            "azure.example/x",
            Some(Login::Identity(Secret::new("refresh"))),
        ),
        ("token.example/x", Some(Login::Token(Secret::new("bearer")))),
        ("empty.example/x", None),
        ("bad.example/x", None),
        ("oci.example:444/x", None),
        ("eviloci.example/x", None),
    ] {
        assert_eq!(found(&environment, address), login, "{address}");
    }
}

#[test]
fn programs_have_logins() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = format!(
        r#"{{"credHelpers": {{"one.example": "one", "id.example": "id", "broken.example": "broken",
            "gone.example": "gone", "odd.example": "odd"}},
            "credsStore": "store", "auths": {{"file.example": {{"auth": "{}"}}}}}}"#,
        STANDARD.encode("f:1")
    );
    let answer = r#"read -r server; echo "{\"ServerURL\": \"$server\", \"Username\": \"$0 $1\", \"Secret\": \"$server\"}""#;
    let answer = answer.replace("$0", "one");
    let none = format!("echo '{NOT_FOUND}'; exit 1");
    let environment = with(
        folder.path(),
        &config,
        &[
            ("one", &answer),
            (
                "id",
                r#"echo '{"Username": "<token>", "Secret": "refresh"}'"#,
            ),
            ("broken", "echo hunter2; echo hunter2 >&2; exit 3"),
            ("odd", "echo hunter2"),
            ("store", &none),
        ],
    );
    for (address, login) in [
        ("one.example/x", password("one get", "one.example")),
        (
            "id.example/x",
            Some(Login::Identity(Secret::new("refresh"))),
        ),
        ("file.example/x", password("f", "1")),
        ("other.example/x", None),
    ] {
        assert_eq!(found(&environment, address), login, "{address}");
    }
    for (host, said) in [
        (
            "broken.example",
            "`docker-credential-broken get` failed: exit status 3",
        ),
        ("gone.example", "not in PATH"),
        ("odd.example", "does not answer"),
    ] {
        let problem = login(&ring(&environment), host, "x").expect_err(host);
        assert!(
            problem.contains(said) && !problem.contains("hunter2"),
            "{problem}"
        );
    }
    std::fs::write(folder.path().join("config.json"), "{ hunter2").expect("written");
    let problem = login(&ring(&environment), "one.example", "x").expect_err("broken");
    assert!(
        problem.contains("config.json") && !problem.contains("hunter2"),
        "{problem}"
    );
}

#[test]
fn a_program_that_waits_is_not_waited_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = r#"{"credsStore": "slow"}"#;
    let environment = with(folder.path(), config, &[("slow", "sleep 600")]);
    let short = Keyring::new(&environment, &Cancel::new(), Duration::from_millis(200));
    let problem = login(&short, "one.example", "x").expect_err("too slow");
    assert!(problem.contains("timed out"), "{problem}");
}
