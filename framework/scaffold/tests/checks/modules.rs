//! What holds for every module, by its text and by the real terraform.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, thread};

use hcl_edit::structure::Body;

use crate::{readme, tools};

/// The folder of every module, sorted.
pub(crate) fn all() -> Vec<PathBuf> {
    fn walk(folder: &Path, into: &mut Vec<PathBuf>) {
        if folder.join("variables.tf").is_file() {
            into.push(folder.to_owned());
        }
        let mut folders: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| {
                path.is_dir() && !path.ends_with("tests") && !path.ends_with(".terraform")
            })
            .collect();
        folders.sort();
        for folder in folders {
            walk(&folder, into);
        }
    }
    let mut modules = Vec::new();
    walk(&tools::repository().join("modules"), &mut modules);
    assert!(modules.len() >= 5, "{modules:?}");
    modules
}

fn name(module: &Path) -> String {
    let root = tools::repository().join("modules");
    module.strip_prefix(root).unwrap().display().to_string()
}

/// The files of a folder with an ending, one after the other.
fn sources(folder: &Path, ending: &str) -> String {
    let mut paths: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect()
}

/// Whether `word` stands in `text` with neither a letter, digit, `_` nor `-`
/// around it.
fn mentions(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(part) && !text[at + word.len()..].starts_with(part))
}

/// Whether a test gives a variable a value.
fn sets(tests: &str, variable: &str) -> bool {
    tests.lines().any(|line| {
        line.trim_start()
            .strip_prefix(variable)
            .is_some_and(|rest| rest.trim_start().starts_with('='))
    })
}

#[test]
fn contract() {
    let mut problems = Vec::new();
    for module in all() {
        let name = name(&module);
        let mut problem = |text: String| problems.push(format!("{name}: {text}"));
        let source = sources(&module, ".tf");
        let tests = sources(&module.join("tests"), ".tftest.hcl");
        let refused: BTreeSet<&str> = tests
            .split("expect_failures")
            .skip(1)
            .filter_map(|rest| rest.split_once(']'))
            .flat_map(|(list, _)| {
                list.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))
            })
            .filter_map(|word| word.strip_prefix("var."))
            .collect();
        for file in ["variables.tf", "outputs.tf", "versions.tf", "README.md"] {
            if !module.join(file).is_file() {
                problem(format!("no {file}"));
            }
        }
        let body: Body = match source.parse() {
            Ok(body) => body,
            Err(error) => {
                problem(format!("{error}"));
                continue;
            }
        };
        let pieces: Vec<(Option<&str>, String)> = body
            .iter()
            .map(|piece| {
                let variable = piece
                    .as_block()
                    .filter(|block| block.ident.as_str() == "variable")
                    .map(|block| block.labels[0].as_str());
                (variable, Body::from(vec![piece.clone()]).to_string())
            })
            .collect();
        if body.get_blocks("provider").next().is_some() {
            problem("has a provider block".to_owned());
        }
        if source.contains("resource \"kubernetes_") || source.contains("resource \"helm_") {
            problem("has Kubernetes resources".to_owned());
        }
        for (kind, block) in ["variable", "output"]
            .iter()
            .flat_map(|kind| body.get_blocks(kind).map(move |block| (*kind, block)))
        {
            let label = block.labels[0].as_str();
            if !block.body.has_attribute("description") {
                problem(format!("{kind} {label} has no description"));
            }
            if kind == "output" {
                continue;
            }
            if !block.body.has_attribute("type") {
                problem(format!("variable {label} has no type"));
            }
            // A validation's own condition does not count as reading it.
            let read = pieces.iter().any(|(variable, text)| {
                *variable != Some(label) && mentions(text, &format!("var.{label}"))
            });
            if !read {
                problem(format!("variable {label} is never read"));
            }
            if !sets(&tests, label) {
                problem(format!("no test sets {label}"));
            }
            if block.body.has_blocks("validation") && !refused.contains(label) {
                problem(format!("no test sees {label} refused"));
            }
        }
        let variables: Vec<_> = body.get_blocks("variable").collect();
        let readme = fs::read_to_string(module.join("README.md")).unwrap_or_default();
        for text in example(&readme, &variables) {
            problem(text);
        }
        match readme::made(&module) {
            Some(text) if text == fs::read_to_string(module.join("README.md")).unwrap() => {}
            Some(_) => problem("README.md is out of date: cargo test -p terrace-scaffold -- --ignored write_tables".to_owned()),
            None => problem("README.md has no place for its tables".to_owned()),
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// What is wrong with the README's example: it must give the module's required
/// inputs, and no others than it has.
fn example(readme: &str, variables: &[&hcl_edit::structure::Block]) -> Vec<String> {
    let Some(example) = readme
        .split_once("```hcl\n")
        .and_then(|(_, rest)| rest.split_once("```"))
    else {
        return vec!["README.md has no example".to_owned()];
    };
    let body: Body = match example.0.parse() {
        Ok(body) => body,
        Err(error) => return vec![format!("README.md: {error}")],
    };
    let Some(block) = body.iter().find_map(|structure| structure.as_block()) else {
        return vec!["README.md: the example has no block".to_owned()];
    };
    let given: BTreeSet<String> = match block.body.get_attribute("inputs") {
        Some(inputs) => inputs
            .value
            .as_object()
            .into_iter()
            .flat_map(|object| {
                object
                    .iter()
                    .filter_map(|(key, _)| key.as_ident())
                    .map(|key| key.as_str().to_owned())
            })
            .collect(),
        // The metadata module is called by modules, in Terraform's own way.
        None => block
            .body
            .attributes()
            .map(|attribute| attribute.key.to_string())
            .filter(|key| key != "source")
            .collect(),
    };
    let name = |variable: &hcl_edit::structure::Block| variable.labels[0].as_str().to_owned();
    let known: BTreeSet<String> = variables.iter().map(|variable| name(variable)).collect();
    let required = variables
        .iter()
        .filter(|variable| !variable.body.has_attribute("default"))
        .map(|variable| name(variable));
    given
        .difference(&known)
        .map(|key| format!("README.md: the example sets {key}, which is no input"))
        .chain(
            required
                .filter(|key| !given.contains(key))
                .map(|key| format!("README.md: the example lacks {key}")),
        )
        .collect()
}

#[test]
fn formatted() {
    let folder = tools::repository().join("modules");
    match tools::run(
        "terraform",
        &folder,
        &["fmt", "-check", "-diff", "-recursive"],
    ) {
        Some(output) => assert!(output.status.success(), "{}", tools::said(&output)),
        None => tools::skipped("terraform fmt of the modules", "no terraform on PATH"),
    }
}

/// `terraform test`, which validates first, of the modules that need no
/// provider but the built-in one.
#[test]
fn tests_of_modules_without_a_cloud_pass() {
    let terraform = |arguments: &[&str], folder: &Path| tools::run("terraform", folder, arguments);
    test_modules(
        |module| !has_provider(module),
        |folder| {
            // Links the modules that are called; there is nothing to download.
            let output = terraform(&["init", "-backend=false", "-no-color"], folder)?;
            if !output.status.success() {
                return Some(output);
            }
            terraform(&["test", "-no-color"], folder)
        },
    );
}

/// The same for all others, with the true schemas of their providers.
#[test]
fn tests_of_cloud_modules_pass() {
    let offline = tools::repository().join("../shared/tools/terraform-offline/terraform-offline");
    if !offline.is_file() {
        return tools::skipped("tests of cloud modules", "no schema provider");
    }
    test_modules(has_provider, |folder| {
        tools::run("terraform", folder, &["version"])?;
        tools::run(&offline, folder, &[".", "test", "-no-color"])
    });
}

fn has_provider(module: &Path) -> bool {
    sources(module, "versions.tf").contains("required_providers")
}

/// Runs the chosen modules' tests on copies, some at a time.
fn test_modules(choose: impl Fn(&Path) -> bool, test: impl Fn(&Path) -> Option<Output> + Sync) {
    let root = tempfile::tempdir().unwrap();
    let copies = root.path().join("modules");
    tools::copy(&tools::repository().join("modules"), &copies);
    let modules: Vec<_> = all().into_iter().filter(|module| choose(module)).collect();
    assert!(!modules.is_empty());
    let next = AtomicUsize::new(0);
    let problems = Mutex::new(Vec::new());
    let work = || {
        while let Some(module) = modules.get(next.fetch_add(1, Ordering::Relaxed)) {
            let Some(output) = test(&copies.join(name(module))) else {
                return tools::skipped("tests of modules", "no terraform on PATH");
            };
            if !output.status.success() {
                let problem = format!("{}:\n{}", name(module), tools::said(&output));
                problems.lock().unwrap().push(problem);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, |count| count.get().min(4)) {
            scope.spawn(work);
        }
    });
    let problems = problems.into_inner().unwrap();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
