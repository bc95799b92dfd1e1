//! The same digests with coreutils alone, as an auditor computes them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use terrace_release::{Compiler, Component, Digest, Environment, Kind, ReleaseManifest, Sums};

#[expect(
    clippy::disallowed_methods,
    reason = "a test runs the auditor's tools themselves"
)]
fn shell(dir: &Path, script: &str) -> Option<String> {
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", script])
        .current_dir(dir)
        .output()
        .ok()?;
    assert!(
        output.status.success(),
        "{script}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn coreutils_compute_the_same_digests() {
    let dir = tempfile::tempdir().expect("temporary folder");
    if shell(dir.path(), "sha256sum --version >/dev/null; sort --version").is_none() {
        eprintln!("skipped: coreutils_compute_the_same_digests: no bash");
        return;
    }
    let mut environments = BTreeMap::new();
    for env in ["apps", "ops"] {
        let mut environment = Environment::default();
        for name in ["net", "net-x", "net.y"] {
            let files = [
                ("main.tf", format!("# {env} {name}\n")),
                ("modules/a-b/x.tf", String::from("\n")),
                ("modules/a/x.tf", String::new()),
            ];
            let folder = dir.path().join(env).join(name);
            for (path, text) in &files {
                let path = folder.join(path);
                std::fs::create_dir_all(path.parent().expect("has one")).expect("folder");
                std::fs::write(path, text).expect("file");
            }
            let sums = Sums::of_files(files.iter().map(|(path, text)| (*path, text.as_bytes())))
                .expect("valid");
            std::fs::write(folder.join(Sums::FILE), sums.to_text()).expect("sums");
            let theirs = shell(
                &folder,
                "sha256sum -c --quiet SHA256SUMS && find . ! -type d ! -path ./SHA256SUMS | cut -c3- \
                 | LC_ALL=C sort | diff - <(cut -c67- SHA256SUMS) && sha256sum SHA256SUMS | cut -c-64",
            );
            assert_eq!(
                theirs.as_deref().map(str::trim),
                Some(&*sums.digest().to_string())
            );
            let component = Component {
                kind: Kind::Terraform,
                sha256: sums.digest(),
                deps: BTreeSet::new(),
                members: BTreeSet::new(),
                uncovered: BTreeSet::new(),
            };
            environment.components.insert(String::from(name), component);
        }
        environments.insert(String::from(env), environment);
    }
    let release = ReleaseManifest {
        platform: String::from("acme"),
        source: None,
        lock: None,
        policies: BTreeMap::new(),
        compiler: Compiler {
            name: String::from("terrace"),
            version: String::from("0"),
        },
        environments,
    };
    let list = |depth: &str| {
        format!(
            "find . -mindepth {depth} -maxdepth {depth} -name SHA256SUMS | cut -c3- | LC_ALL=C sort \
             | xargs sha256sum | sha256sum | cut -c-64"
        )
    };
    let content = shell(dir.path(), &list("3"));
    assert_eq!(
        content.as_deref().map(str::trim),
        Some(&*release.content_id().to_string())
    );
    let ops = shell(&dir.path().join("ops"), &list("2"));
    assert_eq!(
        ops.as_deref().map(str::trim),
        Some(&*release.environments["ops"].digest().to_string())
    );
    std::fs::write(dir.path().join(ReleaseManifest::FILE), release.to_text()).expect("file");
    let id = shell(dir.path(), "sha256sum release.json | cut -c-64");
    assert_eq!(
        id.as_deref().map(str::trim),
        Some(&*release.id().to_string())
    );
    let canonical = shell(
        dir.path(),
        "! command -v jq >/dev/null || jq -S . release.json | diff - release.json",
    );
    assert_eq!(canonical.as_deref(), Some(""));
    assert_eq!(Digest::of(release.to_text()), release.id());
}
