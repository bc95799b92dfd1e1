//! Servers that ask who it is: what they are sent, and what nobody is.

use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::json;
use terrace_diag::{Code, Diagnostic};
use terrace_exec::Environment;
use terrace_release::Digest;
use terrace_testkit::{HttpServer, Reply, Request, git_http_backend, variables};
use terrace_vendor::{Fetched, Result, codes};

use crate::support::{file, get_in, one_commit, paths, refused, tar_gz};

/// What must never show.
const SECRET: &str = "hunter2";

/// `robot:hunter2`
const BASIC: &str = "Basic cm9ib3Q6aHVudGVyMg==";

fn good() -> Vec<u8> {
    tar_gz(&[file("main.tf", "# m")])
}

/// A server that knows what it was sent. It is one host as 127.0.0.1 and
/// another one as localhost.
struct Server {
    server: HttpServer,
    sent: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// `answer` is told the address of the other host.
    fn start(answer: impl Fn(&Request, &str) -> Reply + Send + Sync + 'static) -> Self {
        let sent: Arc<Mutex<Vec<String>>> = Arc::default();
        let port = Arc::new(AtomicU16::new(0));
        let (log, known) = (Arc::clone(&sent), Arc::clone(&port));
        let server = HttpServer::start(move |request| {
            let host = request.header("host").unwrap_or_default();
            let name = host.split(':').next().unwrap_or_default();
            let authorization = request.header("authorization").unwrap_or("-");
            let line = format!("{name}{} {authorization}", request.path);
            log.lock().expect("unpoisoned").push(line);
            let other = format!("http://localhost:{}", known.load(Ordering::SeqCst));
            answer(request, &other)
        });
        port.store(server.port(), Ordering::SeqCst);
        Self { server, sent }
    }

    /// Host, path and authorization of each request.
    fn sent(&self) -> Vec<String> {
        std::mem::take(&mut self.sent.lock().expect("unpoisoned"))
    }
}

/// The answer for who has the right credentials.
fn guarded(request: &Request, authorization: &str, challenge: &str, answer: Reply) -> Reply {
    match request.header("authorization") == Some(authorization) {
        true => answer,
        false => Reply::status(401, SECRET).header("www-authenticate", challenge),
    }
}

/// A home folder with these files.
fn home(files: &[(&str, String)]) -> (tempfile::TempDir, Environment) {
    let home = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let full = home.path().join(path);
        std::fs::create_dir_all(full.parent().expect("a folder")).expect("made");
        std::fs::write(full, text).expect("written");
    }
    let environment = variables(home.path());
    (home, environment)
}

/// The refusal shows no secret, and says what to do.
#[track_caller]
fn discreet(result: Result<Fetched>, code: &'static Code, help: &str) -> Diagnostic {
    let error = refused(result, code);
    let shown = format!("{error:?}");
    assert!(!shown.contains(SECRET), "{shown}");
    assert!(!shown.contains(BASIC), "{shown}");
    assert!(
        error.help.iter().any(|line| line.contains(help)),
        "{help}: {:?}",
        error.help
    );
    error
}

/// A registry of modules for those with the token.
fn registry() -> Server {
    Server::start(|request, other| {
        let token = |answer: Reply| guarded(request, "Bearer hunter2", "Bearer", answer);
        let versions = r#"{"modules":[{"versions":[{"version":"1.0.0"}]}]}"#;
        let at = |location: &str| Reply::status(204, "").header("x-terraform-get", location);
        match request.path.as_str() {
            "/.well-known/terraform.json" => token(Reply::ok(r#"{"modules.v1": "/v1/"}"#)),
            "/m.tgz" => Reply::ok(good()),
            "/none.tgz" => Reply::status(404, ""),
            path => match path.strip_prefix("/v1/acme/").unwrap_or_default() {
                "vpc/aws/1.0.0/download" => token(at(&format!("{other}/m.tgz"))),
                "same/aws/1.0.0/download" => token(at("/m.tgz")),
                "signed/aws/1.0.0/download" => token(at(
                    "/m.tgz?token=hunter2&X-Amz-Signature=hunter2&archive=tgz",
                )),
                "gone/aws/1.0.0/download" => token(at("/none.tgz?token=hunter2")),
                "moved/aws/1.0.0/download" => token(Reply::redirect(&format!(
                    "{other}/v1/acme/same/aws/1.0.0/download"
                ))),
                rest if rest.ends_with("/versions") => token(Reply::ok(versions)),
                _ => Reply::status(404, ""),
            },
        }
    })
}

#[test]
fn registries_get_terraforms_tokens() {
    let registry = registry();
    let host = registry.server.host();
    let address = format!("{host}/acme/vpc/aws");
    let block = format!("credentials \"{host}\" {{\n  token = \"{SECRET}\"\n}}\n");
    let login = json!({ "credentials": { &host: { "token": SECRET } } }).to_string();
    let (_nothing, anonymous) = home(&[]);
    let (_main, main) = home(&[(".terraformrc", block.clone())]);
    let (_login, login) = home(&[(".terraform.d/credentials.tfrc.json", login)]);
    let (own, named) = home(&[("own.tfrc", block)]);
    let variable = anonymous.clone().with(format!("TF_TOKEN_{host}"), SECRET);
    for environment in [
        variable,
        main,
        login,
        named.with("TF_CLI_CONFIG_FILE", own.path().join("own.tfrc")),
    ] {
        let fetched = get_in(&environment, &address).expect("lets us in");
        assert_eq!(paths(&fetched), ["main.tf"]);
        // The archive is on another host.
        assert_eq!(
            registry.sent(),
            [
                "127.0.0.1/.well-known/terraform.json Bearer hunter2",
                "127.0.0.1/v1/acme/vpc/aws/versions Bearer hunter2",
                "127.0.0.1/v1/acme/vpc/aws/1.0.0/download Bearer hunter2",
                "localhost/m.tgz -",
            ]
        );
    }
    discreet(
        get_in(&anonymous, &address),
        &codes::UNREACHABLE,
        "TF_TOKEN_127_0_0_1",
    );
    let wrong = anonymous.with(format!("TF_TOKEN_{host}"), "hunter2x");
    let error = discreet(
        get_in(&wrong, &address),
        &codes::UNREACHABLE,
        "TF_TOKEN_127.0.0.1",
    );
    assert!(error.help[0].contains("not enough"), "{error:?}");
}

#[test]
fn tokens_of_a_registry_stay_with_it() {
    let registry = registry();
    let host = registry.server.host();
    let (_home, environment) = home(&[]);
    let environment = environment.with(format!("TF_TOKEN_{host}"), SECRET);
    let fetch = |name: &str| get_in(&environment, &format!("{host}/acme/{name}/aws"));
    // An archive is no part of the registry's protocol, wherever it lies.
    fetch("same").expect("fetches");
    assert_eq!(
        registry.sent().last().map(String::as_str),
        Some("127.0.0.1/m.tgz -")
    );
    discreet(
        fetch("moved"),
        &codes::UNREACHABLE,
        "is not sent to localhost",
    );
    assert_eq!(
        registry.sent().last().map(String::as_str),
        Some("localhost/v1/acme/same/aws/1.0.0/download -")
    );
    // A service that lies elsewhere has credentials of its own, or none.
    let elsewhere =
        Server::start(|_, other| Reply::ok(format!(r#"{{"modules.v1": "{other}/v1/"}}"#)));
    let host = elsewhere.server.host();
    let environment = environment.with(format!("TF_TOKEN_{host}"), SECRET);
    let result = get_in(&environment, &format!("{host}/acme/vpc/aws"));
    assert!(result.is_err());
    assert_eq!(
        elsewhere.sent(),
        [
            "127.0.0.1/.well-known/terraform.json Bearer hunter2",
            "localhost/v1/acme/vpc/aws/versions -",
        ]
    );
}

#[test]
fn signed_addresses_are_used_and_not_recorded() {
    let registry = registry();
    let host = registry.server.host();
    let (_home, environment) = home(&[]);
    let environment = environment.with(format!("TF_TOKEN_{host}"), SECRET);
    let fetch = |name: &str| get_in(&environment, &format!("{host}/acme/{name}/aws"));
    let fetched = fetch("signed").expect("fetches");
    let from = fetched.from.as_ref().map(ToString::to_string);
    assert_eq!(from, Some(format!("http://{host}/m.tgz")));
    let asked = registry.server.asked();
    assert_eq!(
        asked.last().map(String::as_str),
        Some("GET /m.tgz?token=hunter2&X-Amz-Signature=hunter2")
    );
    discreet(fetch("gone"), &codes::NOT_THERE, "machine 127.0.0.1");
}

#[test]
fn files_get_the_login_of_netrc() {
    let server = Server::start(|request, other| match request.path.as_str() {
        "/away.tgz" => Reply::redirect(&format!("{other}/m.tgz")),
        "/open.tgz" => Reply::redirect(&format!("{other}/public.tgz")),
        "/round.tgz" => Reply::redirect(&format!("{other}/back.tgz")),
        "/back.tgz" => {
            let port = other.rsplit(':').next().unwrap_or_default();
            Reply::redirect(&format!("http://127.0.0.1:{port}/m.tgz"))
        }
        "/public.tgz" => Reply::ok(good()),
        _ => guarded(request, BASIC, "Basic realm=\"x\"", Reply::ok(good())),
    });
    let netrc = String::from("machine 127.0.0.1 login robot password hunter2\n");
    let (_home, environment) = home(&[(".netrc", netrc.clone())]);
    let (other, named) = home(&[("mine", netrc)]);
    let (_default, default) = home(&[(
        ".netrc",
        String::from("default login robot password hunter2\n"),
    )]);
    let named = named.with("NETRC", other.path().join("mine"));
    for environment in [&environment, &named] {
        get_in(environment, &server.server.url("/m.tgz")).expect("lets us in");
        assert_eq!(server.sent(), [format!("127.0.0.1/m.tgz {BASIC}")]);
    }
    get_in(&environment, &server.server.url("/open.tgz")).expect("is open");
    assert_eq!(
        server.sent(),
        [
            format!("127.0.0.1/open.tgz {BASIC}"),
            String::from("localhost/public.tgz -")
        ]
    );
    // Not on the way back either.
    let round = get_in(&environment, &server.server.url("/round.tgz"));
    discreet(round, &codes::UNREACHABLE, "is not sent to 127.0.0.1");
    let sent = server.sent();
    assert_eq!(sent[1..], ["localhost/back.tgz -", "127.0.0.1/m.tgz -"]);
    let away = get_in(&environment, &server.server.url("/away.tgz"));
    discreet(away, &codes::UNREACHABLE, "is not sent to localhost");
    let by_name = format!("http://localhost:{}/m.tgz", server.server.port());
    for (environment, address) in [(&environment, &by_name), (&default, &by_name)] {
        server.sent();
        discreet(
            get_in(environment, address),
            &codes::UNREACHABLE,
            "machine localhost",
        );
        assert_eq!(server.sent(), ["localhost/m.tgz -"]);
    }
}

/// A registry with one artifact; `challenge` is what it asks for, and its token
/// server knows the password and the refresh token.
fn artifacts(challenge: &'static str, wanted: &'static str) -> Server {
    let blob = good();
    let digest = format!("sha256:{}", Digest::of(&blob));
    let manifest = json!({ "schemaVersion": 2, "layers": [{
        "mediaType": "application/vnd.cncf.flux.content.v1.tar+gzip",
        "digest": digest, "size": blob.len(),
    }] });
    Server::start(move |request, other| {
        let host = request.header("host").unwrap_or_default();
        let challenge = challenge.replace("HOST", host).replace("OTHER", other);
        match request.path.as_str() {
            "/token" if request.method == "POST" => {
                let form = String::from_utf8_lossy(&request.body).into_owned();
                match form.contains("&refresh_token=hunter2")
                    && form.contains("grant_type=refresh_token")
                {
                    true => Reply::ok(r#"{"access_token": "t0ken"}"#),
                    false => Reply::status(401, ""),
                }
            }
            "/token" => guarded(request, BASIC, "Basic", Reply::ok(r#"{"token": "t0ken"}"#)),
            "/v2/acme/vpc/manifests/1" => {
                guarded(request, wanted, &challenge, Reply::ok(manifest.to_string()))
            }
            "/v2/acme/away/manifests/1" => {
                Reply::redirect(&format!("{other}/v2/acme/vpc/manifests/1"))
            }
            "/blob" => Reply::ok(blob.clone()),
            path if path.starts_with("/v2/acme/vpc/blobs/") => {
                let away = Reply::redirect(&format!("{other}/blob"));
                guarded(request, wanted, &challenge, away)
            }
            _ => Reply::status(404, ""),
        }
    })
}

const BEARER: &str =
    "Bearer realm=\"http://HOST/token\",service=\"x\",scope=\"repository:acme/vpc:pull\"";

fn docker(host: &str, auth: serde_json::Value) -> (tempfile::TempDir, Environment) {
    home(&[(
        ".docker/config.json",
        json!({ "auths": { host: auth } }).to_string(),
    )])
}

/// `docker-credential-test` in a folder of PATH that is searched first.
fn with_program(home: &Path, environment: &Environment, script: &str) -> Environment {
    let path = home.join("docker-credential-test");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("written");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("a mode");
    let mut folders = home.as_os_str().to_owned();
    write!(folders, ":").expect("writes");
    folders.push(environment.get("PATH").expect("PATH"));
    environment.clone().with("PATH", folders)
}

#[test]
fn artifacts_get_the_login_of_docker() {
    let password = json!({ "auth": BASIC.trim_start_matches("Basic ") });
    for (challenge, wanted, auth) in [
        (BEARER, "Bearer t0ken", password.clone()),
        (BEARER, "Bearer t0ken", json!({ "identitytoken": SECRET })),
        (BEARER, "Bearer hunter2", json!({ "registrytoken": SECRET })),
        ("Basic realm=\"x\"", BASIC, password.clone()),
        ("BASIC realm=\"x\"", BASIC, password.clone()),
    ] {
        let registry = artifacts(challenge, wanted);
        let host = registry.server.host();
        let address = format!("oci://{host}/acme/vpc:1");
        let (_home, environment) = docker(&host, auth);
        let fetched = get_in(&environment, &address).expect(challenge);
        assert_eq!(paths(&fetched), ["main.tf"]);
        let sent = registry.sent();
        let away: Vec<&String> = sent
            .iter()
            .filter(|one| one.starts_with("localhost"))
            .collect();
        assert_eq!(away, ["localhost/blob -"], "nothing goes to another host");
        assert_eq!(
            sent[0], "127.0.0.1/v2/acme/vpc/manifests/1 -",
            "not before it is asked for"
        );

        let (_nothing, anonymous) = home(&[]);
        discreet(
            get_in(&anonymous, &address),
            &codes::UNREACHABLE,
            "`docker login 127.0.0.1:",
        );
        let (_wrong, wrong) = docker(&host, json!({ "username": "x", "password": "hunter2x" }));
        discreet(
            get_in(&wrong, &address),
            &codes::UNREACHABLE,
            "config.json are not enough",
        );
    }
}

#[test]
fn artifacts_get_the_login_of_dockers_programs() {
    let registry = artifacts(BEARER, "Bearer t0ken");
    let host = registry.server.host();
    let address = format!("oci://{host}/acme/vpc:1");
    let answer = r#"echo '{"Username": "robot", "Secret": "hunter2"}'"#;
    for config in [
        json!({ "credHelpers": { &host: "test" } }),
        json!({ "credsStore": "test", "auths": { &host: {} } }),
    ] {
        let (folder, environment) = home(&[("config.json", config.to_string())]);
        let environment = environment.with("DOCKER_CONFIG", folder.path());
        let with = |script: &str| with_program(folder.path(), &environment, script);
        get_in(&with(answer), &address).expect("lets us in");
        let broken = with("echo hunter2; echo hunter2 >&2; exit 1");
        let result = get_in(&broken, &address);
        discreet(
            result,
            &codes::UNREACHABLE,
            "`docker-credential-test get` failed",
        );
        let none = with("echo 'credentials not found in native keychain'; exit 1");
        discreet(get_in(&none, &address), &codes::UNREACHABLE, "docker login");
    }
}

#[test]
fn only_the_registry_itself_is_answered() {
    let registry = artifacts(BEARER, "Bearer t0ken");
    let host = registry.server.host();
    let (_home, environment) = docker(&host, json!({ "username": "robot", "password": SECRET }));
    let result = get_in(&environment, &format!("oci://{host}/acme/away:1"));
    refused(result, &codes::UNREACHABLE);
    let sent = registry.sent();
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert!(sent.iter().all(|one| one.ends_with(" -")), "{sent:?}");
}

/// Git has its own programs for credentials.
#[test]
fn git_asks_its_credential_helpers() {
    let top = tempfile::tempdir().expect("a folder");
    one_commit(top.path());
    let (folder, own) = (top.path().to_owned(), variables(top.path()));
    let server = Server::start(move |request, _| {
        guarded(
            request,
            BASIC,
            "Basic realm=\"x\"",
            git_http_backend(&folder, &own, request),
        )
    });
    let address = format!("git::{}", server.server.url("/r.git"));
    let helper =
        "[credential]\n\thelper = \"!f() { echo username=robot; echo password=hunter2; }; f\"\n";
    let (folder, environment) = home(&[("gitconfig", String::from(helper))]);
    let config = folder.path().join("gitconfig");
    let environment = environment.with("GIT_CONFIG_GLOBAL", config);
    let fetched = get_in(&environment, &address).expect("lets us in");
    assert_eq!(paths(&fetched), ["main.tf"]);
    let (_nothing, anonymous) = home(&[]);
    discreet(
        get_in(&anonymous, &address),
        &codes::UNREACHABLE,
        "credential helpers",
    );
    // git reads `.netrc`, too.
    let netrc = String::from("machine 127.0.0.1 login robot password hunter2\n");
    let (_home, environment) = home(&[(".netrc", netrc)]);
    get_in(&environment, &address).expect("lets us in");
}
