//! What holds for every base, by kubectl kustomize and by the schemas of the
//! Kubernetes API.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::tools;

/// APIs that Kubernetes itself does not have, so that no schema is at hand.
const UNCHECKED: [&str; 2] = ["cert-manager.io/v1", "gateway.networking.k8s.io/v1"];

/// The folders with a kustomization file, sorted, relative to `bases/`.
fn all() -> Vec<String> {
    fn walk(folder: &Path, into: &mut Vec<PathBuf>) {
        if folder.join("kustomization.yaml").is_file() {
            into.push(folder.to_owned());
        }
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, into);
            }
        }
    }
    let root = tools::repository().join("bases");
    let mut folders = Vec::new();
    walk(&root, &mut folders);
    let mut names: Vec<String> = folders
        .iter()
        .map(|folder| folder.strip_prefix(&root).unwrap().display().to_string())
        .collect();
    names.sort();
    names
}

#[test]
fn readmes() {
    let root = tools::repository().join("bases");
    let tops: BTreeSet<String> = all()
        .iter()
        .map(|name| name.split('/').next().unwrap().to_owned())
        .collect();
    for top in tops {
        let readme = fs::read_to_string(root.join(&top).join("README.md")).unwrap_or_default();
        assert!(readme.starts_with(&format!("# {top}\n")), "{top}/README.md");
    }
}

/// Where pods of external-dns get their credentials and every pod its DNS, as
/// the clouds document it.
#[test]
fn policies_let_identities_and_dns_through() {
    let folder = tools::repository().join("bases/namespaces");
    for (variant, policy, wanted, count) in [
        ("aws", "allow-apis", "cidr: 169.254.170.23/32", 1),
        ("google", "allow-apis", "cidr: 169.254.169.254/32", 1),
        ("google", "allow-dns", "k8s-app: node-local-dns", 3),
        ("google", "allow-dns", "cidr: 169.254.20.10/32", 3),
        (".", "allow-dns", "k8s-app: kube-dns", 3),
        (".", "allow-apis", "cidr:", 0),
    ] {
        let Some(output) = tools::run("kubectl", &folder, &["kustomize", variant]) else {
            return tools::skipped("network policies", "no kubectl on PATH");
        };
        let said = tools::said(&output);
        let found = said
            .split("\n---\n")
            .filter(|document| document.contains(&format!("\n  name: {policy}\n")))
            .filter(|document| document.contains(wanted))
            .count();
        assert_eq!(found, count, "{variant} {policy} {wanted}: {said}");
    }
}

#[test]
fn build_and_fit_the_kubernetes_api() {
    let root = tools::repository().join("bases");
    let built = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for name in all() {
        let Some(output) = tools::run("kubectl", &root, &["kustomize", &name]) else {
            return tools::skipped("bases", "no kubectl on PATH");
        };
        let said = tools::said(&output);
        assert!(
            output.status.success() && !said.contains("Warning"),
            "{name}: {said}"
        );
        for line in said.lines() {
            if let Some(image) = line
                .trim_start()
                .trim_start_matches("- ")
                .strip_prefix("image: ")
            {
                assert!(
                    image.contains(":v") && image.contains("@sha256:"),
                    "{name}: {image}"
                );
            }
        }
        let file = format!("{}.yaml", name.replace('/', "_"));
        fs::write(built.path().join(&file), &output.stdout).unwrap();
        files.push(file);
    }
    let mut arguments = vec!["--strict", "-k", "1.35"];
    arguments.extend(files.iter().map(String::as_str));
    let Some(output) = tools::run("kubernetes-validate", built.path(), &arguments) else {
        return tools::skipped("schemas of the bases", "no kubernetes-validate on PATH");
    };
    let said = tools::said(&output);
    let wrong: Vec<_> = said
        .lines()
        .filter(|line| !line.starts_with("INFO"))
        .filter(|line| {
            !UNCHECKED
                .iter()
                .any(|api| line.contains(&format!("api version {api} ")))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
