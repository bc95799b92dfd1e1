//! An OCI registry with token authentication.

use std::collections::BTreeMap;

use serde_json::json;
use terrace_release::Digest;
use terrace_testkit::{HttpServer, Reply};
use terrace_vendor::{Fetched, Result, codes};

use crate::support::{executables, file, get, paths, refused, tar_gz, with_mode, zip};

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// A registry with one repository, `acme/vpc`, whose tag `1.0` is the manifest.
struct Registry {
    server: HttpServer,
    digest: String,
}

fn layer(media_type: &str, bytes: &[u8], title: Option<&str>) -> serde_json::Value {
    let mut layer = json!({
        "mediaType": media_type,
        "digest": format!("sha256:{}", Digest::of(bytes)),
        "size": bytes.len(),
    });
    if let Some(title) = title {
        layer["annotations"] = json!({ "org.opencontainers.image.title": title });
    }
    layer
}

fn registry(manifest: &serde_json::Value, blobs: &[&[u8]], lie: bool) -> Registry {
    let manifest = serde_json::to_vec(manifest).expect("JSON");
    let digest = format!("sha256:{}", Digest::of(&manifest));
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    files.insert(String::from("manifests/1.0"), manifest.clone());
    files.insert(format!("manifests/{digest}"), manifest.clone());
    files.insert(format!("manifests/sha256:{}", "0".repeat(64)), manifest);
    for blob in blobs {
        let mut bytes = blob.to_vec();
        if lie {
            bytes.reverse();
        }
        files.insert(format!("blobs/sha256:{}", Digest::of(blob)), bytes);
    }
    let server = HttpServer::start(move |request| {
        let host = request.header("host").unwrap_or_default().to_owned();
        if request.path == "/token" {
            assert_eq!(
                request.query,
                "service=acme%20registry&scope=repository:acme/vpc:pull"
            );
            return Reply::ok(r#"{"token": "t0ken"}"#);
        }
        if request.header("authorization") != Some("Bearer t0ken") {
            let challenge = format!(
                "Bearer realm=\"http://{host}/token\",service=\"acme registry\",scope=\"x\""
            );
            return Reply::status(401, "").header("www-authenticate", &challenge);
        }
        let path = request
            .path
            .strip_prefix("/v2/acme/vpc/")
            .unwrap_or_default();
        match files.get(path) {
            Some(bytes) => Reply::ok(bytes.clone()).header("content-type", MANIFEST),
            None => Reply::status(404, "{}"),
        }
    });
    Registry { server, digest }
}

impl Registry {
    fn get(&self, rest: &str) -> Result<Fetched> {
        get(&format!("oci://{}/acme/vpc{rest}", self.server.host()))
    }
}

fn manifest(layers: &[serde_json::Value]) -> serde_json::Value {
    json!({ "schemaVersion": 2, "mediaType": MANIFEST, "config": {}, "layers": layers })
}

#[test]
fn module_packages_and_artifacts_are_fetched() {
    let zipped = zip(&[("main.tf", 0, b"# m")]);
    let packed = tar_gz(&[file("main.tf", "# m")]);
    for (media_type, blob, title) in [
        ("archive/zip", &zipped, None),
        (
            "application/vnd.cncf.flux.content.v1.tar+gzip",
            &packed,
            None,
        ),
        (
            "application/vnd.oci.image.layer.v1.tar+gzip",
            &packed,
            Some("module.tar.gz"),
        ),
    ] {
        let registry = registry(&manifest(&[layer(media_type, blob, title)]), &[blob], false);
        for wanted in [
            ":1.0",
            "?tag=1.0",
            &format!("@{}", registry.digest),
            &format!(":1.0@{}", registry.digest),
        ] {
            let fetched = registry.get(wanted).expect(media_type);
            assert_eq!(paths(&fetched), ["main.tf"], "{media_type} {wanted}");
            assert_eq!(fetched.manifest.as_ref(), Some(&registry.digest));
        }
    }
    let (a, b) = (b"a: 1\n", b"b: 2\n");
    let media_type = "application/vnd.oci.image.layer.v1.tar";
    let layers = [
        layer(media_type, a, Some("a.yaml")),
        layer(media_type, b, Some("x/b.yaml")),
    ];
    let registry = registry(&manifest(&layers), &[a, b], false);
    let fetched = registry.get(":1.0").expect("files");
    assert_eq!(paths(&fetched), ["a.yaml", "x/b.yaml"]);
    refused(registry.get(":2.0"), &codes::NOT_THERE);
}

#[test]
fn executable_bits_are_kept() {
    let packed = tar_gz(&[with_mode("a.sh", 0o644), with_mode("run.sh", 0o755)]);
    let zipped = zip(&[("a.sh", 0o644, b"#!"), ("run.sh", 0o755, b"#!")]);
    for (media_type, blob) in [
        ("application/vnd.cncf.flux.content.v1.tar+gzip", &packed),
        ("archive/zip", &zipped),
    ] {
        let registry = registry(&manifest(&[layer(media_type, blob, None)]), &[blob], false);
        let fetched = registry.get(":1.0").expect(media_type);
        assert_eq!(executables(&fetched), ["run.sh"], "{media_type}");
    }
}

#[test]
fn digests_are_verified() {
    let packed = tar_gz(&[file("main.tf", "# m")]);
    let of = |lie| {
        registry(
            &manifest(&[layer("archive/tar+gzip", &packed, None)]),
            &[&packed],
            lie,
        )
    };
    let error = refused(of(true).get(":1.0"), &codes::MISMATCH);
    assert!(error.message.contains("a layer"), "{}", error.message);
    let wrong = format!("@sha256:{}", "0".repeat(64));
    let error = refused(of(false).get(&wrong), &codes::MISMATCH);
    assert!(error.message.contains("a manifest"), "{}", error.message);
}

#[test]
fn what_is_no_artifact_is_refused() {
    let evil = b"evil";
    let title = |name: &str| manifest(&[layer("text/plain", evil, Some(name))]);
    let untitled = manifest(&[layer("text/plain", evil, None)]);
    let index = json!({ "schemaVersion": 2, "manifests": [] });
    let mut huge = manifest(&[layer("archive/zip", evil, None)]);
    huge["layers"][0]["size"] = json!(1_u64 << 40);
    let mut short = manifest(&[layer("archive/zip", evil, None)]);
    short["layers"][0]["size"] = json!(2);
    for (manifest, code) in [
        (title("../evil"), &codes::UNSAFE_PATH),
        (title("/etc/evil"), &codes::UNSAFE_PATH),
        (untitled, &codes::UNREADABLE),
        (index, &codes::UNREADABLE),
        (manifest(&[]), &codes::UNREADABLE),
        (
            json!({ "layers": [{ "digest": "md5:1", "size": 1, "mediaType": "x" }] }),
            &codes::UNREADABLE,
        ),
        (json!([]), &codes::UNREADABLE),
        (huge, &codes::TOO_LARGE),
        (short, &codes::TOO_LARGE),
    ] {
        refused(registry(&manifest, &[evil], false).get(":1.0"), code);
    }
}

#[test]
fn tokens_are_asked_for_in_safe_places_only() {
    for challenge in [
        "Basic realm=\"x\"",
        "",
        "Bearer",
        "Bearer realm=\"http://u:p@127.0.0.1/token\"",
        "Bearer realm=\"file:///etc/passwd\"",
    ] {
        let server = HttpServer::start(move |_| {
            Reply::status(401, "").header("www-authenticate", challenge)
        });
        let error = get(&format!("oci://{}/acme/vpc:1", server.host())).expect_err(challenge);
        let fine = [codes::FORBIDDEN.id, codes::UNREACHABLE.id];
        assert!(
            fine.contains(&error.code.id),
            "{challenge}: {}",
            error.message
        );
    }
}
