//! Bases and rendered manifests: the same bytes as kubectl's, and what the
//! Kubernetes API takes.

use std::fs;
use std::path::Path;

use terrace_scaffold::STARTERS;
use terrace_testkit::{Cli, Sandbox, tool};

use crate::support::{TERRACE, copy, files, repository};

/// APIs that Kubernetes itself does not have, so that no schema is at hand.
const UNCHECKED: [&str; 2] = ["cert-manager.io/v1", "gateway.networking.k8s.io/v1"];

#[test]
fn bases_build_to_the_bytes_of_kubectl() {
    let Some(kubectl) = tool("bases_build_to_the_bytes_of_kubectl", "kubectl") else {
        return;
    };
    let sandbox = Sandbox::default();
    copy(&repository("bases"), &sandbox.project());
    let bases: Vec<String> = files(&sandbox.project())
        .into_keys()
        .filter_map(|path| path.strip_suffix("/kustomization.yaml").map(str::to_owned))
        .collect();
    assert!(bases.len() >= 10, "{bases:?}");
    let terrace = Cli::new(TERRACE, &sandbox).raw();
    let kubectl = Cli::new(kubectl, &sandbox).raw();
    for base in bases {
        let ours = terrace.run(["kustomize", "build", &base]);
        let theirs = kubectl.run(["kustomize", &base]);
        assert_eq!(ours, theirs, "{base}");
        assert_eq!(ours.code, 0, "{base}\n{ours}");
    }
}

#[test]
fn rendered_manifests_fit_the_kubernetes_api() {
    let test = "rendered_manifests_fit_the_kubernetes_api";
    let Some(validate) = tool(test, "kubernetes-validate") else {
        return;
    };
    let sandbox = Sandbox::default();
    let cli = Cli::new(TERRACE, &sandbox);
    let mut arguments = vec![String::from("--strict"), String::from("-k=1.35")];
    for starter in STARTERS {
        let ran = cli.run(["init", starter.name, "--starter", starter.name, "--no-git"]);
        assert_eq!(ran.code, 0, "{ran}");
        let ran = cli.run(["-C", starter.name, "render"]);
        assert_eq!(ran.code, 0, "{ran}");
        let rendered = Path::new(starter.name).join("rendered");
        let manifests = files(&sandbox.project().join(&rendered)).into_keys();
        arguments.extend(
            manifests
                .filter(|path| path.ends_with("/manifests.yaml"))
                .map(|path| rendered.join(path).display().to_string()),
        );
    }
    assert!(arguments.len() > 2 * STARTERS.len(), "{arguments:?}");
    for manifests in &arguments[2..] {
        let text = fs::read_to_string(sandbox.project().join(manifests)).expect("manifests");
        assert!(text.contains("\nkind: "), "{manifests}");
    }
    let ran = Cli::new(validate, &sandbox).raw().run(&arguments);
    let said = format!("{}{}", ran.stdout, ran.stderr);
    let wrong: Vec<&str> = said
        .lines()
        .filter(|line| !line.starts_with("INFO"))
        .filter(|line| {
            let unchecked = |api: &&str| line.contains(&format!("api version {api} "));
            !UNCHECKED.iter().any(unchecked)
        })
        .collect();
    assert!(said.contains("INFO"), "{ran}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
