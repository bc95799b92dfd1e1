//! A registry of a company: over https by its own authority, for those with a
//! token, with archives at signed addresses.

use std::os::unix::fs::PermissionsExt as _;

use terrace_testkit::{Authority, Cli, HttpServer, Ran, Reply, Sandbox, Validity, tool};

use crate::support::TERRACE;

const TOKEN: &str = "t0ken-of-the-company";
const SIGNATURE: &str = "s1gned-for-one-hour";

const PLATFORM: &str = r#"
-- terrace.hcl --
platform "acme" {}

environment "ops" {
  entry  = true
  layers = ["base"]
}

vendor {
  allowed_hosts = ["localhost"]
  private_hosts = ["localhost"]
}
-- base/labels.hcl --
terraform "labels" {
  source  = "HOST/acme/labels/null"
  version = "~> 1.0"
}
-- base/backend.hcl --
backend "local" {
  path = "/tmp/${env.name}-${state.name}.tfstate"
}
"#;

const MODULE: &str = "-- module/main.tf --\nterraform {}\n-- module/read.sh +x --\n#!/bin/sh\n";

/// The module as an archive; `None` without `tar`.
fn archive(sandbox: &Sandbox) -> Option<Vec<u8>> {
    tool("a_company_has_its_own_registry", "tar")?;
    sandbox.write(MODULE);
    let script = "tar -czf ../module.tgz -C module . && rm -r module";
    let ran = Cli::new("/bin/sh", sandbox).run(["-c", script]);
    assert_eq!(ran.code, 0, "{ran}");
    std::fs::read(sandbox.path("module.tgz")).ok()
}

fn registry(authority: &Authority, archive: Vec<u8>) -> HttpServer {
    let identity = authority.issue(&["localhost"], Validity::Now);
    HttpServer::start_tls(identity, move |request| {
        let bearer = format!("Bearer {TOKEN}");
        let is_known = request.header("authorization") == Some(bearer.as_str());
        match request.path.as_str() {
            "/module.tgz" if request.query == format!("token={SIGNATURE}") => {
                Reply::ok(archive.clone())
            }
            "/module.tgz" => Reply::status(403, ""),
            _ if !is_known => Reply::status(401, ""),
            "/.well-known/terraform.json" => Reply::ok(r#"{"modules.v1": "/v1/"}"#),
            "/v1/acme/labels/null/versions" => {
                Reply::ok(r#"{"modules": [{"versions": [{"version": "1.0.0"}]}]}"#)
            }
            "/v1/acme/labels/null/1.0.0/download" => {
                let location = format!("/module.tgz?archive=tar.gz&token={SIGNATURE}");
                Reply::status(204, "").header("x-terraform-get", &location)
            }
            _ => Reply::status(404, ""),
        }
    })
}

/// Nothing that is said shows a secret.
#[track_caller]
fn discreet(ran: &Ran) {
    for secret in [TOKEN, SIGNATURE] {
        assert!(!ran.stdout.contains(secret), "{ran}");
        assert!(!ran.stderr.contains(secret), "{ran}");
    }
}

#[test]
fn a_company_has_its_own_registry() {
    let sandbox = Sandbox::new("");
    let Some(archive) = archive(&sandbox) else {
        return;
    };
    let authority = Authority::new();
    let server = registry(&authority, archive);
    let host = format!("localhost:{}", server.port());
    sandbox.write(&PLATFORM.replace("HOST", &host));
    let certificates = sandbox.path("authority.pem");
    std::fs::write(&certificates, authority.pem()).expect("written");
    let certificates = certificates.display().to_string();
    let stranger = Cli::new(TERRACE, &sandbox).raw();
    let trusting = stranger.clone().variable("SSL_CERT_FILE", &certificates);
    let token = format!("TF_TOKEN_{host}");
    let known = trusting.clone().variable(&token, TOKEN);

    for (cli, said) in [
        (stranger.variable(&token, TOKEN), "E1237"),
        (trusting.clone(), "TF_TOKEN_localhost"),
        (trusting.variable(&token, "t0ken"), "are not enough"),
    ] {
        let ran = cli.run(["vendor"]);
        assert_eq!(ran.code, 1, "{ran}");
        assert!(ran.stderr.contains(said), "{said} {ran}");
        assert!(ran.stderr.contains("base/labels.hcl:2:"), "{ran}");
        discreet(&ran);
        assert!(!sandbox.project().join("terrace.lock").exists(), "{ran}");
    }

    let ran = known.run(["vendor", "--json"]);
    assert_eq!(ran.code, 0, "{ran}");
    discreet(&ran);
    let lock = sandbox.read("terrace.lock");
    assert!(!lock.contains(SIGNATURE) && !lock.contains(TOKEN), "{lock}");
    let from = format!("from        = \"https://{host}/module.tgz\"");
    assert!(lock.contains(&from), "{lock}");

    // Fetched again as it is locked, its script as executable as before.
    let vendored = std::fs::read_dir(sandbox.project().join("vendor"));
    let folder = vendored.expect("vendor").flatten().next().expect("a copy");
    for _ in 0..2 {
        let script = folder.path().join("read.sh");
        let mode = script.metadata().expect("the script").permissions().mode();
        assert_ne!(mode & 0o100, 0);
        assert_eq!(known.run(["vendor", "--check"]).code, 0);
        std::fs::remove_dir_all(folder.path()).expect("removed");
        let ran = known.run(["vendor"]);
        assert_eq!(ran.code, 0, "{ran}");
        discreet(&ran);
    }
    assert_eq!(sandbox.read("terrace.lock"), lock);
}
