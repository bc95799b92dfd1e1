//! Hostile input ends early, with a message of its own.

use std::fmt::Write as _;

use terrace_kustomize::{Memory, Options, load};

fn message(kustomization: &str, resources: &str) -> String {
    let mut files = Memory::new();
    files.insert("/top/kustomization.yaml", kustomization);
    files.insert("/top/r.yaml", resources);
    match load(&files, "/top", &Options::default()) {
        Ok(_) => String::from("builds"),
        Err(error) => error
            .diagnostics
            .iter()
            .map(|one| one.message.clone())
            .collect(),
    }
}

const LIST: &str = "resources: [r.yaml]\n";

#[test]
fn aliases_do_not_explode() {
    let mut bomb = String::from("apiVersion: v1\nkind: C\nmetadata: {name: c}\na0: &a0 [x, x]\n");
    for at in 1..40 {
        let _ = writeln!(bomb, "a{at}: &a{at} [*a{0}, *a{0}]", at - 1);
    }
    assert!(
        message(LIST, &bomb).contains("alias"),
        "{}",
        message(LIST, &bomb)
    );
}

#[test]
fn deep_nesting_is_refused() {
    let deep = format!(
        "apiVersion: v1\nkind: C\nmetadata: {{name: c}}\na: {}{}\n",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert_ne!(message(LIST, &deep), "builds");
}

#[test]
fn many_documents_are_refused() {
    let document = "apiVersion: v1\nkind: C\nmetadata: {name: c}\n---\n";
    let many = document.repeat(100_000);
    assert!(message(LIST, &many).contains("documents"));
}

#[test]
fn a_large_scalar_is_fine() {
    let large = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata:\n  a: {}\n",
        "x".repeat(10 << 20)
    );
    assert_eq!(
        message("resources: [r.yaml]\nnamePrefix: p-\n", &large),
        "builds"
    );
}

#[test]
fn remote_resources_are_refused_with_the_place() {
    for address in [
        "https://example.com/r.yaml",
        "github.com/org/repo//base?ref=v1",
    ] {
        let text = message(&format!("resources: ['{address}']\n"), "");
        assert!(text.contains("remote resource"), "{text}");
    }
}
