//! The shape of the workspace: which crate may use which, where some libraries
//! may be used, and that long files say why they are long.
#![expect(
    clippy::disallowed_methods,
    reason = "asks cargo, in the environment that cargo runs tests in"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Each crate with those of the workspace that it may use, in layers from the
/// bottom to the top. A crate that is not here, or a direction that is not, is
/// a decision to be made (and to be written here), not an accident.
const ALLOWED: &[(&str, &[&str])] = &[
    ("diag", &[]),
    ("source", &["diag"]),
    ("yaml", &["diag"]),
    ("hcl", &["diag"]),
    ("eval", &["diag", "hcl", "yaml"]),
    ("layers", &["diag", "source", "hcl", "yaml", "eval"]),
    ("kustomize", &["diag", "yaml"]),
    ("release", &["diag"]),
    ("lock", &["diag", "source", "hcl", "release"]),
    (
        "platform",
        &["diag", "source", "hcl", "eval", "layers", "lock"],
    ),
    (
        "render",
        &[
            "diag",
            "source",
            "hcl",
            "yaml",
            "eval",
            "layers",
            "platform",
            "kustomize",
            "release",
            "lock",
        ],
    ),
    ("exec", &["diag"]),
    ("git", &["diag", "exec"]),
    ("gates", &["diag", "exec", "release"]),
    ("terraform", &["diag", "exec", "release"]),
    ("evidence", &["diag", "release"]),
    ("promotion", &["diag", "release", "evidence"]),
    ("scaffold", &["diag"]),
    (
        "vendor",
        &[
            "diag", "source", "hcl", "yaml", "release", "lock", "exec", "git",
        ],
    ),
    (
        "commands",
        &[
            "diag",
            "source",
            "yaml",
            "hcl",
            "eval",
            "layers",
            "kustomize",
            "platform",
            "release",
            "render",
            "exec",
            "git",
            "gates",
            "terraform",
            "evidence",
            "promotion",
            "scaffold",
            "lock",
            "vendor",
        ],
    ),
    ("cli", &["commands", "diag", "exec"]),
    ("testkit", &["exec", "git"]),
];

/// Libraries that only some crates may use, and why.
const ONLY_IN: &[(&str, &[&str], &str)] = &[
    (
        "tokio",
        &[],
        "nothing here waits for the network; threads and processes do",
    ),
    (
        "async-std",
        &[],
        "nothing here waits for the network; threads and processes do",
    ),
    (
        "reqwest",
        &[],
        "`vendor` alone speaks to the network, through ureq",
    ),
    (
        "ureq",
        &["vendor"],
        "one crate speaks to the network, under its policy",
    ),
    (
        "anyhow",
        &["cli", "commands"],
        "libraries say what can go wrong",
    ),
    ("clap", &["cli"], "one crate knows the command line"),
    (
        "clap_complete",
        &["cli"],
        "one crate knows the command line",
    ),
];

/// A longer file says why in its first comment.
const LONG: usize = 1200;

fn metadata() -> serde_json::Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo metadata");
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{message}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Crates with their dependencies by kind (`normal`, `dev`, `build`).
fn crates() -> BTreeMap<String, BTreeSet<(String, String)>> {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("packages");
    packages
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().expect("dependencies");
            let dependencies = dependencies
                .iter()
                .map(|dependency| {
                    let kind = dependency["kind"].as_str().unwrap_or("normal");
                    (text(&dependency["name"]), kind.to_owned())
                })
                .collect();
            (text(&package["name"]), dependencies)
        })
        .collect()
}

fn text(value: &serde_json::Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[test]
fn crates_use_only_what_lies_below_them() {
    let allowed: BTreeMap<&str, &[&str]> = ALLOWED.iter().copied().collect();
    let mut faults = Vec::new();
    for (name, dependencies) in crates() {
        let Some(name) = name.strip_prefix("terrace-") else {
            continue;
        };
        let Some(allowed) = allowed.get(name) else {
            faults.push(format!(
                "{name} is not in the table of tests/architecture.rs"
            ));
            continue;
        };
        for (dependency, kind) in &dependencies {
            let Some(dependency) = dependency.strip_prefix("terrace-") else {
                continue;
            };
            if kind == "normal" && !allowed.contains(&dependency) {
                faults.push(format!("{name} must not use {dependency}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_table_has_no_circle_and_nothing_that_is_gone() {
    let there = crates();
    let mut below = BTreeSet::new();
    for (name, uses) in ALLOWED {
        let package = format!("terrace-{name}");
        assert!(there.contains_key(&package), "there is no {package}");
        for used in *uses {
            assert!(
                below.contains(used),
                "{name}: {used} does not stand before it"
            );
        }
        below.insert(*name);
    }
}

#[test]
fn testkit_is_for_tests() {
    for (name, dependencies) in crates() {
        let normal = ("terrace-testkit".to_owned(), "normal".to_owned());
        assert!(!dependencies.contains(&normal), "{name} uses the testkit");
    }
}

#[test]
fn some_libraries_stay_where_they_belong() {
    let mut faults = Vec::new();
    for (name, dependencies) in crates() {
        let short = name.strip_prefix("terrace-").unwrap_or(&name);
        for (dependency, _) in &dependencies {
            for (library, homes, why) in ONLY_IN {
                if dependency == library && !homes.contains(&short) {
                    faults.push(format!("{name} uses {library}: {why}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn long_files_say_why() {
    let mut todo: Vec<PathBuf> = ["framework", "tests"]
        .iter()
        .map(|folder| Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
        .collect();
    let (mut faults, mut count) = (Vec::new(), 0);
    while let Some(folder) = todo.pop() {
        let entries = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() && entry.file_name() != "target" {
                todo.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                count += 1;
                let text = fs::read_to_string(&path).expect("a source file");
                let lines = text.lines().count();
                let first: String = text.lines().take_while(|l| l.starts_with("//!")).collect();
                // The reason names the length: a word like these stands in it.
                let says = ["long", "one file", "in one place", "generated", "table"];
                if lines > LONG && !says.iter().any(|word| first.contains(word)) {
                    faults.push(format!("{}: {lines} lines", path.display()));
                }
            }
        }
    }
    assert!(count > 200, "only {count} source files");
    let why = "longer than a file should be: split it, or say why in its first comment";
    assert!(faults.is_empty(), "{why}\n{}", faults.join("\n"));
}
