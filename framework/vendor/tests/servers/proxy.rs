//! Behind a proxy, which resolves the names.

use terrace_exec::Environment;
use terrace_testkit::{
    Authority, ConnectProxy, HttpServer, Reply, Validity, git_http_backend, variables,
};
use terrace_vendor::{Policy, codes};

use crate::support::{file, get_in, get_under, loopback, one_commit, paths, refused, tar_gz};

/// Names that lead nowhere but through the proxy.
const HOSTS: [&str; 2] = ["modules.acme.invalid", "git.acme.invalid"];

struct World {
    top: tempfile::TempDir,
    server: HttpServer,
    proxy: ConnectProxy,
}

impl World {
    fn new(authorization: Option<&str>) -> Self {
        let top = tempfile::tempdir().expect("a folder");
        one_commit(top.path());
        let authority = Authority::new();
        std::fs::write(top.path().join("authority.pem"), authority.pem()).expect("written");
        let (folder, own) = (top.path().to_owned(), variables(top.path()));
        let identity = authority.issue(&HOSTS, Validity::Now);
        let server = HttpServer::start_tls(identity, move |request| match request.path.as_str() {
            "/m.tgz" => Reply::ok(tar_gz(&[file("main.tf", "# m")])),
            "/inside.tgz" => Reply::redirect("https://10.0.0.1/m.tgz"),
            _ => git_http_backend(&folder, &own, request),
        });
        let proxy = ConnectProxy::start(server.port(), authorization);
        Self { top, server, proxy }
    }

    fn environment(&self, variable: &str, user: &str) -> Environment {
        variables(self.top.path())
            .with("SSL_CERT_FILE", self.top.path().join("authority.pem"))
            .with(variable, format!("http://{user}{}", self.proxy.host()))
    }
}

#[test]
fn a_proxy_is_gone_through() {
    let world = World::new(None);
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        let environment = world.environment(variable, "");
        let public = Policy::default();
        let fetched = get_under(public, &environment, "https://modules.acme.invalid/m.tgz");
        assert_eq!(paths(&fetched.expect(variable)), ["main.tf"]);
    }
    assert_eq!(world.proxy.asked(), ["modules.acme.invalid:443"; 3]);
    let environment = world.environment("HTTPS_PROXY", "");
    let address = "git::https://git.acme.invalid:8443/r.git";
    let fetched = get_under(Policy::default(), &environment, address).expect("fetches");
    assert_eq!(paths(&fetched), ["main.tf"]);
    let asked = world.proxy.asked();
    assert!(asked.len() >= 5, "git itself, too: {asked:?}");
    assert!(
        asked[3..].iter().all(|one| one == "git.acme.invalid:8443"),
        "{asked:?}"
    );
}

#[test]
fn plain_http_has_a_proxy_of_its_own() {
    let server = HttpServer::start(|_| Reply::ok(tar_gz(&[file("main.tf", "# m")])));
    let proxy = ConnectProxy::start(server.port(), None);
    let insecure = Policy {
        insecure_hosts: vec![String::from("*.acme.invalid")],
        ..Policy::default()
    };
    let address = "http://modules.acme.invalid/m.tgz";
    let environment = variables("/nonexistent".as_ref())
        .with("HTTPS_PROXY", "http://127.0.0.1:1")
        .with("HTTP_PROXY", proxy.host());
    assert!(get_under(insecure, &environment, address).is_ok());
    assert_eq!(proxy.asked(), ["modules.acme.invalid:80"]);
}

#[test]
fn exceptions_are_asked_directly() {
    let world = World::new(None);
    // This machine is always one.
    let nowhere = "http://127.0.0.1:1";
    let environment = variables(world.top.path())
        .with("HTTP_PROXY", nowhere)
        .with("HTTPS_PROXY", nowhere)
        .with("http_proxy", nowhere);
    let server = HttpServer::start({
        let (folder, own) = (world.top.path().to_owned(), variables(world.top.path()));
        move |request| match request.path.as_str() {
            "/m.tgz" => Reply::ok(tar_gz(&[file("main.tf", "# m")])),
            _ => git_http_backend(&folder, &own, request),
        }
    });
    for address in [
        server.url("/m.tgz"),
        format!("git::{}", server.url("/r.git")),
    ] {
        let fetched = get_in(&environment, &address);
        assert!(fetched.is_ok(), "{address}: {fetched:?}");
    }
    let environment = world
        .environment("HTTPS_PROXY", "")
        .with("NO_PROXY", "other.invalid,acme.invalid");
    let address = "https://modules.acme.invalid/m.tgz";
    assert!(get_in(&environment, address).is_err(), "no such host");
    assert!(world.proxy.asked().is_empty());
}

/// The names are the proxy's matter; what can be checked here, is.
#[test]
fn the_policy_holds_behind_a_proxy() {
    let world = World::new(None);
    let environment = world.environment("HTTPS_PROXY", "");
    let get = |policy: Policy, address: &str| get_under(policy, &environment, address);
    for address in [
        "https://10.0.0.1/m.tgz",
        "https://169.254.169.254/m.tgz",
        "https://[fd00::1]:8443/m.tgz",
        "git::https://192.168.1.1/r.git",
        "https://2130706433/m.tgz",
        "https://0x7f.1/m.tgz",
        "https://10.1/m.tgz",
        "http://modules.acme.invalid/m.tgz",
    ] {
        refused(get(Policy::default(), address), &codes::FORBIDDEN);
    }
    let other = Policy {
        allowed_hosts: vec![String::from("other.acme.invalid")],
        ..Policy::default()
    };
    refused(
        get(other, "https://modules.acme.invalid/m.tgz"),
        &codes::FORBIDDEN,
    );
    assert!(world.proxy.asked().is_empty(), "nothing was asked");
    let inside = get(Policy::default(), "https://modules.acme.invalid/inside.tgz");
    let error = refused(inside, &codes::FORBIDDEN);
    assert!(error.message.contains("10.0.0.1"), "{error:?}");
    let server_asked = world.server.asked();
    assert_eq!(server_asked, ["GET /inside.tgz"]);
}

#[test]
fn a_proxy_may_ask_who_it_is() {
    // `robot:hunter2`
    let world = World::new(Some("Basic cm9ib3Q6aHVudGVyMg=="));
    let address = "https://modules.acme.invalid/m.tgz";
    let git = "git::https://git.acme.invalid/r.git";
    let known = world.environment("HTTPS_PROXY", "robot:hunter2@");
    for address in [address, git] {
        let fetched = get_under(loopback(), &known, address);
        assert!(fetched.is_ok(), "{address}: {fetched:?}");
    }
    let wrong = world.environment("HTTPS_PROXY", "robot:hunter22@");
    for address in [address, git] {
        let error = refused(get_under(loopback(), &wrong, address), &codes::UNREACHABLE);
        let shown = format!("{error:?}");
        assert!(
            shown.contains("407") && !shown.contains("hunter2"),
            "{shown}"
        );
        assert!(error.help[0].contains("HTTPS_PROXY"), "{shown}");
    }
}
