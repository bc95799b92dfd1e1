//! A small module registry.

use std::sync::{Arc, Mutex};

use terrace_testkit::{HttpServer, Reply, Request};
use terrace_vendor::{Fetched, Result, codes};

use crate::support::{fetcher, file, get, package, paths, refused, tar_gz};

/// Versions, and what `X-Terraform-Get` says for each.
fn registry(location: impl Fn(&Request, &str) -> Reply + Send + Sync + 'static) -> HttpServer {
    let archive = tar_gz(&[file("top/main.tf", "# m"), file("top/sub/x.tf", "# s")]);
    HttpServer::start(move |request| {
        let path = request.path.as_str();
        if path == "/.well-known/terraform.json" {
            return Reply::ok(r#"{"modules.v1": "/api/v1/modules/"}"#);
        }
        if path == "/archive.tar.gz" {
            return Reply::ok(archive.clone());
        }
        match path.strip_prefix("/api/v1/modules/acme/vpc/aws/") {
            Some("versions") => Reply::ok(
                r#"{"modules":[{"versions":[{"version":"1.0.0"},{"version":"1.2.0"},{"version":"1.10.1"},
                {"version":"2.0.0-rc1"},{"version":"nonsense"}]}]}"#,
            ),
            Some(rest) => location(request, rest.trim_end_matches("/download")),
            None => Reply::status(404, "no such module"),
        }
    })
}

fn archive(_: &Request, _: &str) -> Reply {
    Reply::status(204, "").header("x-terraform-get", "/archive.tar.gz//*/sub?archive=tar.gz")
}

fn fetch(server: &HttpServer, constraint: &str) -> Result<Fetched> {
    let module = package(&format!("{}/acme/vpc/aws", server.host()));
    fetcher().fetch(&module, constraint, None)
}

#[test]
fn the_newest_version_that_is_allowed_is_fetched() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    let server = registry(move |request, version| {
        seen.lock().expect("unpoisoned").push(version.to_owned());
        archive(request, version)
    });
    for (constraint, version) in [
        ("", "1.10.1"),
        ("~> 1.0", "1.10.1"),
        ("~> 1.2.0", "1.2.0"),
        (">= 1.0, < 1.10, != 1.2.0", "1.0.0"),
        ("2.0.0-rc1", "2.0.0-rc1"),
    ] {
        let fetched = fetch(&server, constraint).expect(constraint);
        assert_eq!(fetched.version.as_deref(), Some(version), "{constraint}");
        assert_eq!(paths(&fetched), ["main.tf", "sub/x.tf"]);
        assert_eq!(fetched.inner, "sub");
    }
    assert_eq!(asked.lock().expect("unpoisoned").len(), 5);
    let error = refused(fetch(&server, ">= 2.0.0"), &codes::NOT_THERE);
    assert!(error.help[0].contains("1.10.1"), "{:?}", error.help);
    refused(
        fetch(&server, "about 2"),
        &terrace_lock::codes::BAD_CONSTRAINT,
    );
}

#[test]
fn the_body_may_say_where_the_module_is() {
    let server = registry(|_, _| Reply::ok(r#"{"location": "/archive.tar.gz//*?archive=tar.gz"}"#));
    let fetched = fetch(&server, "").expect("fetches");
    assert_eq!(fetched.inner, "");
    assert_eq!(paths(&fetched), ["main.tf", "sub/x.tf"]);
}

#[test]
fn what_a_registry_says_is_not_trusted() {
    for (location, code) in [
        ("./../../../../../etc", &codes::UNREADABLE),
        ("git::ext::sh -c x", &codes::UNREADABLE),
        ("git::https://u:hunter2@acme.example/x", &codes::UNREADABLE),
        ("s3::https://acme.example/x", &codes::UNREADABLE),
        ("acme/vpc/aws", &codes::UNREADABLE),
        ("git::file:///etc", &codes::FORBIDDEN),
        (
            "http://169.254.169.254/latest/meta-data?archive=zip",
            &codes::FORBIDDEN,
        ),
        ("https://127.0.0.2/x.zip", &codes::FORBIDDEN),
    ] {
        let server =
            registry(move |_, _| Reply::status(204, "").header("x-terraform-get", location));
        let error = refused(fetch(&server, ""), code);
        assert!(!error.message.contains("hunter2"), "{}", error.message);
    }
    let silent = registry(|_, _| Reply::ok("{}"));
    refused(fetch(&silent, ""), &codes::UNREADABLE);
    let none = HttpServer::start(|_| Reply::ok(r#"{"providers.v1": "/"}"#));
    refused(fetch(&none, ""), &codes::NOT_THERE);
    let page = HttpServer::start(|_| Reply::ok("<html>"));
    refused(fetch(&page, ""), &codes::UNREADABLE);
}

/// A plain address may say in a header where its module is.
#[test]
fn addresses_may_lead_to_modules() {
    let archive = tar_gz(&[file("main.tf", "# m"), file("sub/x.tf", "# s")]);
    let server = HttpServer::start(move |request| match request.path.as_str() {
        "/vpc" => Reply::ok("<html>").header("x-terraform-get", "./m.tar.gz//sub"),
        "/loop" => Reply::ok("").header("x-terraform-get", "/loop"),
        "/m.tar.gz" => Reply::ok(archive.clone()),
        _ => Reply::status(404, ""),
    });
    let fetched = get(&server.url("/vpc")).expect("fetches");
    assert_eq!(paths(&fetched), ["main.tf", "sub/x.tf"]);
    assert_eq!(fetched.inner, "sub");
    assert_eq!(fetched.file, None);
    refused(get(&server.url("/loop")), &codes::UNREADABLE);
}
