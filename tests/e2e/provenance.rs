//! Every leaf of every example and starter, in every environment: the cited
//! line holds the key and, for a literal, the value.

use std::fs;
use std::path::Path;

use serde_json::Value as Json;
use terrace_testkit::{Cli, Sandbox};

use crate::support::{TERRACE, copy, repository, small, starter};

fn walks(cli: &Cli, project: &Path) -> usize {
    let cli = cli.clone().raw();
    let graph = cli.run(["graph", "--format", "json"]);
    assert_eq!(graph.code, 0, "{graph}");
    let mut count = 0;
    for (environment, component) in components(&graph.json()) {
        let ran = cli.run(["explain", &environment, &component, "--json"]);
        assert_eq!(ran.code, 0, "{environment} {component}: {ran}");
        let leaves = ran.json();
        for leaf in leaves["data"].as_array().expect("leaves") {
            holds(project, leaf);
            count += 1;
        }
    }
    count
}

/// Environments and Terraform components of `graph --format json`.
fn components(graph: &Json) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for (environment, nodes) in graph.as_object().expect("environments") {
        for node in nodes.as_object().expect("nodes").values() {
            for component in node["members"].as_array().expect("members") {
                let component = component.as_str().expect("a name");
                out.push((environment.clone(), component.to_owned()));
            }
        }
    }
    out
}

fn holds(project: &Path, leaf: &Json) {
    let path = leaf["path"].as_str().expect("a path");
    let value = leaf["value"].as_str().expect("a value");
    let place = &leaf["winner"]["place"];
    let file = project.join(place["file"].as_str().unwrap_or_else(|| panic!("{leaf}")));
    let text = fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let line = place["line"].as_u64().expect("a line") as usize;
    let line = text.lines().nth(line - 1).unwrap_or_default();
    let written = leaf["winner"]["written"].as_str().expect("as written");
    let first = written.trim_end_matches(" …");
    // The value stands on the cited line, or starts on one below for YAML blocks.
    assert!(
        text.contains(first),
        "{path}: {first} is not in {}",
        file.display()
    );
    let literal = value == written || value.trim_matches('"') == written.trim_matches(['"', '\'']);
    let keys: Vec<&str> = path.split('.').rev().collect();
    let is_item = keys[0].bytes().all(|b| b.is_ascii_digit());
    if literal && !is_item {
        assert!(line.contains(keys[0]), "{path}: no key on: {line}");
        assert!(line.contains(written), "{path}: no {written} on: {line}");
    } else if literal {
        assert!(line.contains(written), "{path}: no {written} on: {line}");
    } else {
        // What an expression gives is cited where the expression is, at the key
        // of the value or of a map or list around it.
        let known = keys.iter().any(|key| line.contains(key));
        assert!(known || is_item, "{path}: none of its keys on: {line}");
    }
}

#[test]
fn small_platform() {
    let sandbox = small();
    assert!(walks(&Cli::new(TERRACE, &sandbox), &sandbox.project()) > 15);
}

#[test]
fn starters() {
    for name in ["local", "kind", "eks", "gke", "aks", "multi-cloud"] {
        let (sandbox, cli) = starter(name);
        let count = walks(&cli, &sandbox.project().join("p"));
        assert!(count > 10, "{name}: {count} leaves");
    }
}

#[test]
fn examples() {
    for example in fs::read_dir(repository("examples"))
        .expect("examples")
        .flatten()
    {
        if !example.path().join("terrace.hcl").exists() {
            continue;
        }
        let sandbox = Sandbox::default();
        copy(&example.path(), &sandbox.project());
        walks(&Cli::new(TERRACE, &sandbox), &sandbox.project());
    }
}
