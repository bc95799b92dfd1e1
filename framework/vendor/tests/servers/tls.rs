//! Servers over https: who is trusted, and who is not.

use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use serde_json::json;
use terrace_exec::{Cancel, Environment};
use terrace_release::Digest;
use terrace_testkit::{
    Authority, HttpServer, Identity, Reply, Request, Validity, git_http_backend, variables,
};
use terrace_vendor::{Fetcher, Policy, codes};

use crate::support::{file, get_under, limits, one_commit, paths, refused, tar_gz};

fn good() -> Vec<u8> {
    tar_gz(&[file("main.tf", "# m")])
}

/// Loopback is allowed, plain http is not.
fn secure() -> Policy {
    let hosts = ["127.0.0.1", "localhost"].map(String::from);
    Policy {
        private_hosts: hosts.into(),
        ..Policy::default()
    }
}

/// All kinds of sources in one server.
fn answer(request: &Request, top: &Path, own: &Environment) -> Reply {
    let blob = good();
    let manifest = json!({ "schemaVersion": 2, "layers": [{
        "mediaType": "application/vnd.cncf.flux.content.v1.tar+gzip",
        "digest": format!("sha256:{}", Digest::of(&blob)), "size": blob.len(),
    }] });
    match request.path.as_str() {
        "/m.tgz" => Reply::ok(blob),
        "/plain.tgz" => Reply::redirect("http://127.0.0.1:1/m.tgz"),
        "/.well-known/terraform.json" => Reply::ok(r#"{"modules.v1": "/v1/"}"#),
        "/v1/acme/vpc/aws/versions" => {
            Reply::ok(r#"{"modules":[{"versions":[{"version":"1.0.0"}]}]}"#)
        }
        "/v1/acme/vpc/aws/1.0.0/download" => {
            Reply::status(204, "").header("x-terraform-get", "/m.tgz")
        }
        "/v2/acme/vpc/manifests/1" => Reply::ok(manifest.to_string()),
        path if path.starts_with("/v2/acme/vpc/blobs/") => Reply::ok(blob),
        path if path.starts_with("/r.git/") => git_http_backend(top, own, request),
        _ => Reply::status(404, ""),
    }
}

struct World {
    top: tempfile::TempDir,
    authority: Authority,
}

impl World {
    fn new() -> Self {
        Self {
            top: tempfile::tempdir().expect("a folder"),
            authority: Authority::new(),
        }
    }

    fn server(&self, identity: Identity) -> HttpServer {
        let (top, own) = (self.top.path().to_owned(), variables(self.top.path()));
        HttpServer::start_tls(identity, move |request| answer(request, &top, &own))
    }

    fn here(&self, validity: Validity) -> HttpServer {
        self.server(self.authority.issue(&["127.0.0.1", "localhost"], validity))
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.top.path().join(name);
        std::fs::write(&path, text).expect("written");
        path
    }

    /// An environment that trusts the authority.
    fn trusting(&self) -> Environment {
        let file = self.write("authority.pem", self.authority.pem());
        variables(self.top.path()).with("SSL_CERT_FILE", file)
    }
}

#[test]
fn an_authority_is_trusted_by_its_file() {
    let world = World::new();
    one_commit(world.top.path());
    let server = world.here(Validity::Now);
    let host = server.host();
    let by_name = host.replace("127.0.0.1", "localhost");
    let stranger = variables(world.top.path());
    for address in [
        format!("https://{host}/m.tgz"),
        format!("https://{by_name}/m.tgz"),
        format!("{host}/acme/vpc/aws"),
        format!("oci://{host}/acme/vpc:1"),
        format!("git::https://{host}/r.git"),
        format!("git::https://{by_name}/r.git?ref=main"),
    ] {
        let fetched = get_under(secure(), &world.trusting(), &address);
        let fetched = fetched.unwrap_or_else(|error| panic!("{address}: {error:?}"));
        assert_eq!(paths(&fetched), ["main.tf"], "{address}");

        let error = refused(get_under(secure(), &stranger, &address), &codes::UNTRUSTED);
        assert!(
            error.message.contains("signed by nobody who is trusted"),
            "{error:?}"
        );
        assert!(error.help[0].contains("SSL_CERT_FILE"), "{error:?}");
    }
    // Another authority of the same name is another one.
    let other = world.write("other.pem", Authority::new().pem());
    let environment = stranger.with("SSL_CERT_FILE", other);
    let result = get_under(secure(), &environment, &server.url("/m.tgz"));
    let error = refused(result, &codes::UNTRUSTED);
    assert!(error.message.contains("signed by nobody"), "{error:?}");
}

#[test]
fn certificates_are_read_to_the_end() {
    let world = World::new();
    for (validity, said) in [
        (Validity::Past, "has expired"),
        (Validity::Future, "is not valid yet"),
    ] {
        let server = world.here(validity);
        let result = get_under(secure(), &world.trusting(), &server.url("/m.tgz"));
        let error = refused(result, &codes::UNTRUSTED);
        assert!(error.message.contains(said), "{error:?}");
        assert!(error.message.contains(&server.host()), "{error:?}");
        assert!(error.help[0].contains("clock"), "{error:?}");
    }
    let names = ["modules.acme.example", "127.0.0.2"];
    let server = world.server(world.authority.issue(&names, Validity::Now));
    let result = get_under(secure(), &world.trusting(), &server.url("/m.tgz"));
    let error = refused(result, &codes::UNTRUSTED);
    assert!(
        error.message.contains("of another host") && error.message.contains("modules.acme.example"),
        "{error:?}"
    );
    assert!(server.asked().is_empty(), "nothing was asked");
}

#[test]
fn what_is_safe_stays_safe() {
    let world = World::new();
    let server = world.here(Validity::Now);
    let result = get_under(secure(), &world.trusting(), &server.url("/plain.tgz"));
    refused(result, &codes::REDIRECT);
    let plain = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("https://{}/m.tgz", plain.local_addr().expect("an address"));
    std::thread::spawn(move || {
        let (mut stream, _) = plain.accept().expect("a connection");
        let answer = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
        stream.write_all(answer).expect("written");
        // Until the other end goes away, or its hello would be lost with this.
        let _ = std::io::copy(&mut stream, &mut std::io::sink());
    });
    let error = refused(
        get_under(secure(), &world.trusting(), &address),
        &codes::UNREACHABLE,
    );
    assert!(error.message.contains("does not speak TLS"), "{error:?}");
}

#[test]
fn a_file_without_certificates_is_said() {
    let world = World::new();
    let missing = world.top.path().join("missing.pem");
    for (file, said) in [
        (missing, "No such file"),
        (world.write("empty.pem", ""), "it holds no certificate"),
        (
            world.write(
                "broken.pem",
                "-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----\n",
            ),
            "",
        ),
    ] {
        let environment = variables(world.top.path()).with("SSL_CERT_FILE", &file);
        let made = Fetcher::new(
            secure(),
            limits(),
            &environment,
            &Cancel::new(),
            world.top.path().to_owned(),
        );
        let Err(error) = made else {
            panic!("{} was taken", file.display());
        };
        assert!(
            error.message.contains("SSL_CERT_FILE") && error.message.contains(said),
            "{error:?}"
        );
    }
}
