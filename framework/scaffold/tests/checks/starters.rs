//! Every starter with every combination of its options.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use terrace_scaffold::{Answers, File, OptionSpec, STARTERS, Starter, scaffold, write_new};

use crate::tools;

/// The starter with no answers, with each option alone off its default, and
/// with all of them.
fn combinations(starter: &Starter) -> Vec<Answers> {
    let other = |option: &OptionSpec| (option.name.to_owned(), option.kind.example().to_owned());
    let mut all = vec![BTreeMap::new()];
    all.extend(
        starter
            .options
            .iter()
            .map(|option| BTreeMap::from([other(option)])),
    );
    all.push(starter.options.iter().map(other).collect());
    all
}

#[test]
fn examples_fit_and_are_no_defaults() {
    for option in STARTERS.iter().flat_map(|starter| starter.options) {
        let example = option.kind.example();
        assert_eq!(option.check(example), Ok(()), "{}", option.name);
        assert_ne!(example, option.default, "{}", option.name);
    }
}

fn each(mut check: impl FnMut(&Starter, &Answers, &[File])) {
    for starter in STARTERS {
        for answers in combinations(starter) {
            let files = scaffold(starter, &answers)
                .unwrap_or_else(|problems| panic!("{} {answers:?}: {problems:#?}", starter.name));
            check(starter, &answers, &files);
        }
    }
}

fn text(file: &File) -> &str {
    std::str::from_utf8(&file.bytes).unwrap()
}

#[test]
fn hcl_parses_and_templates_leave_nothing_behind() {
    each(|starter, answers, files| {
        for file in files {
            let place = format!("{} {answers:?} {}", starter.name, file.path);
            assert!(file.bytes.ends_with(b"\n"), "{place}: no final newline");
            assert!(!file.bytes.contains(&b'\r'), "{place}: carriage return");
            if !file.path.starts_with("modules/") && !file.path.starts_with("bases/") {
                assert!(!text(file).contains("{{"), "{place}: template left");
                assert!(!text(file).contains("{%"), "{place}: template left");
                assert!(
                    !text(file).contains("\n\n\n"),
                    "{place}: a gap left by a template"
                );
            }
            if file.path.ends_with(".hcl") || file.path.ends_with(".tf") {
                let parsed = text(file).parse::<hcl_edit::structure::Body>();
                assert!(parsed.is_ok(), "{place}: {}", parsed.unwrap_err());
            }
        }
    });
}

#[test]
fn paths_are_portable_and_what_is_run_is_executable() {
    each(|_, _, files| {
        let mut folded = std::collections::BTreeSet::new();
        for file in files {
            assert!(
                file.path
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte)),
                "{}",
                file.path
            );
            assert!(folded.insert(file.path.to_lowercase()), "{}", file.path);
            assert_eq!(file.executable, file.path.ends_with(".sh"), "{}", file.path);
        }
    });
}

#[test]
fn what_is_wired_is_there() {
    each(|starter, _, files| {
        let has = |folder: &str| files.iter().any(|file| file.path.starts_with(folder));
        for file in files
            .iter()
            .filter(|file| !file.path.starts_with("modules/"))
        {
            for part in text(file)
                .split('"')
                .filter(|part| part.starts_with("./modules/"))
            {
                assert!(has(&format!("{}/", &part[2..])), "{}: {part}", file.path);
            }
            for part in text(file)
                .split([' ', '\n'])
                .filter_map(|part| part.strip_prefix("../../bases/"))
            {
                assert!(has(&format!("bases/{part}/")), "{}: {part}", file.path);
            }
        }
        for (top, folders) in [("modules", starter.modules), ("bases", starter.bases)] {
            for folder in folders {
                assert!(has(&format!("{top}/{folder}/README.md")), "{top}/{folder}");
            }
        }
        for needed in [
            "terrace.hcl",
            "README.md",
            ".gitattributes",
            ".gitignore",
            "trust/allowed_signers",
            "gates/smoke.sh",
        ] {
            assert!(files.iter().any(|file| file.path == needed), "{needed}");
        }
    });
}

#[test]
fn terraform_formats_nothing() {
    let root = tempfile::tempdir().unwrap();
    let mut count = 0;
    each(|_, _, files| {
        let folder = root.path().join(count.to_string());
        count += 1;
        let layers: Vec<File> = files
            .iter()
            .filter(|file| !file.path.starts_with("modules/"))
            .filter(|file| file.path.ends_with(".hcl") || file.path.ends_with(".tf"))
            // terraform fmt looks at its own file names only.
            .map(|file| File {
                path: file.path.replace(".hcl", ".tf"),
                ..file.clone()
            })
            .collect();
        write_new(&folder, &layers).unwrap();
    });
    let arguments = ["fmt", "-check", "-diff", "-recursive"];
    match tools::run("terraform", root.path(), &arguments) {
        Some(output) => assert!(output.status.success(), "{}", tools::said(&output)),
        None => tools::skipped("terraform fmt of the starters", "no terraform on PATH"),
    }
}

/// Every Kustomize component of every environment, with its layers stacked as
/// terrace stacks them: the lower one first among the higher one's resources.
#[test]
fn kustomize_components_build() {
    let root = tempfile::tempdir().unwrap();
    for starter in STARTERS {
        let mut files = scaffold(starter, &BTreeMap::new()).unwrap();
        let mut builds = BTreeSet::new();
        for file in &mut files {
            let parts: Vec<&str> = file.path.split('/').collect();
            let [
                layer @ ("base" | "ops" | "apps"),
                component,
                "kustomization.yaml",
            ] = parts[..]
            else {
                continue;
            };
            builds.insert(format!("{layer}/{component}"));
            if layer != "base" {
                let stacked = format!("{}resources: [../../base/{component}]\n", text(file));
                file.bytes = stacked.into_bytes().into();
            }
        }
        assert!(builds.len() >= 4, "{}: {builds:?}", starter.name);
        let folder = root.path().join(starter.name);
        write_new(&folder, &files).unwrap();
        for build in builds {
            let Some(output) = tools::run("kubectl", &folder, &["kustomize", &build]) else {
                return tools::skipped("kustomize components", "no kubectl on PATH");
            };
            assert!(
                output.status.success(),
                "{} {build}: {}",
                starter.name,
                tools::said(&output)
            );
        }
    }
}

/// A plan of everything with made-up clouds. Ids are unknown in it, so that it
/// also fails where a module counts by something that is known too late.
const PLAN: &str = r#"
mock_provider "PROVIDER" {}

run "plan" {
  command = plan
}
"#;

/// The ranges of addresses in a text: what stands at `…_cidr = "…"` in a line of its own.
fn ranges(text: &str) -> Vec<(u32, u32)> {
    text.lines()
        .filter_map(|line| line.trim().split_once("_cidr"))
        .filter(|(name, _)| !name.contains(' '))
        .filter_map(|(_, rest)| rest.trim_start().strip_prefix("= \""))
        .map(|value| {
            let (address, bits) = value.trim_end_matches('"').split_once('/').unwrap();
            let first = u32::from(address.parse::<std::net::Ipv4Addr>().unwrap());
            (first, first | (u32::MAX >> bits.parse::<u32>().unwrap()))
        })
        .collect()
}

/// So that networks can be joined later, those of the page's further
/// environment and region, too.
#[test]
fn address_ranges_do_not_overlap() {
    for starter in STARTERS {
        let files = scaffold(starter, &BTreeMap::new()).unwrap();
        let page = tools::repository().join(format!("docs/starters/{}.md", starter.name));
        let mut ranges = ranges(&std::fs::read_to_string(page).unwrap());
        let platform = files
            .iter()
            .find(|file| file.path == "terrace.hcl")
            .unwrap();
        ranges.extend(self::ranges(text(platform)));
        ranges.sort_unstable();
        for pair in ranges.windows(2) {
            assert!(pair[0].1 < pair[1].0, "{}: {pair:?}", starter.name);
        }
        let cloud = !matches!(starter.name, "local" | "kind");
        assert_eq!(ranges.len() > 2, cloud, "{}: {ranges:?}", starter.name);
    }
}

/// The plain Terraform that is applied before all else, with the true schemas.
#[test]
fn bootstraps_plan() {
    let offline = tools::repository().join("../shared/tools/terraform-offline/terraform-offline");
    if !offline.is_file() {
        return tools::skipped("bootstraps", "no schema provider");
    }
    let root = tempfile::tempdir().unwrap();
    for starter in STARTERS {
        let mut files = scaffold(starter, &BTreeMap::new()).unwrap();
        let source: String = files
            .iter()
            .filter(|file| file.path.starts_with("bootstrap/"))
            .map(text)
            .collect();
        let mut plan = PLAN.to_owned();
        for provider in ["aws", "google", "azurerm"] {
            if source.contains(&format!("provider \"{provider}\"")) {
                plan = plan.replace(
                    "PROVIDER",
                    &format!("{provider}\" {{}}\nmock_provider \"PROVIDER"),
                );
            }
        }
        plan = plan.replace("mock_provider \"PROVIDER\" {}\n", "");
        files.push(File {
            path: "bootstrap/plan.tftest.hcl".to_owned(),
            bytes: plan.into_bytes().into(),
            executable: false,
        });
        let mut values = String::from("repository = \"acme/platform\"\n");
        if source.contains("variable \"apply_policy_arns\"") {
            values.push_str("apply_policy_arns = [\"arn:aws:iam::111111111111:policy/p\"]\n");
        }
        files.push(File {
            path: "bootstrap/terraform.tfvars".to_owned(),
            bytes: values.into_bytes().into(),
            executable: false,
        });
        let folder = root.path().join(starter.name);
        write_new(&folder, &files).unwrap();
        if source.is_empty() {
            continue;
        }
        let bootstrap = folder.join("bootstrap");
        let output = tools::run(&offline, &bootstrap, &[".", "test", "-no-color"]).unwrap();
        assert!(
            tools::said(&output).contains("1 passed"),
            "{}",
            starter.name
        );
        assert!(
            output.status.success(),
            "{}: {}",
            starter.name,
            tools::said(&output)
        );
    }
}

/// A made-up repository may be a stranger's: without an answer nothing is
/// trusted, and terraform asks.
#[test]
fn bootstraps_trust_the_repository_that_was_given_and_no_other() {
    each(|starter, answers, files| {
        let Some(bootstrap) = files.iter().find(|file| file.path == "bootstrap/main.tf") else {
            return;
        };
        let body: hcl_edit::structure::Body = text(bootstrap).parse().unwrap();
        let variable = body
            .get_blocks("variable")
            .find(|block| block.labels[0].as_str() == "repository")
            .unwrap();
        let default = variable.body.get_attribute("default");
        assert_eq!(
            default.and_then(|attribute| attribute.value.as_str()),
            answers.get("repository").map(String::as_str),
            "{} {answers:?}",
            starter.name
        );
        for file in files
            .iter()
            .filter(|file| file.path.starts_with("bootstrap/"))
        {
            for line in text(file).lines().map(str::trim) {
                let Some(value) = line.strip_prefix("repository ") else {
                    continue;
                };
                assert_eq!(value.trim_start(), "= var.repository", "{}", file.path);
            }
        }
    });
}

#[test]
fn gates_are_posix_shell() {
    let root = tempfile::tempdir().unwrap();
    for starter in STARTERS {
        let files = scaffold(starter, &BTreeMap::new()).unwrap();
        let folder = root.path().join(starter.name);
        write_new(&folder, &files).unwrap();
        match tools::run("sh", &folder, &["-n", "gates/smoke.sh"]) {
            Some(output) => assert!(output.status.success(), "{}", tools::said(&output)),
            None => return tools::skipped("gates", "no sh on PATH"),
        }
    }
}

/// Writes every starter with its defaults below cargo's folder for tests'
/// files, to look at or to try out.
#[test]
#[ignore = "writes to the target folder"]
fn write_starters() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("starters");
    if root.exists() {
        std::fs::remove_dir_all(&root).unwrap();
    }
    for starter in STARTERS {
        let files = scaffold(starter, &BTreeMap::new()).unwrap();
        write_new(&root.join(starter.name), &files).unwrap();
    }
}

#[test]
fn each_starter_has_its_page_and_snippets_parse() {
    let pages = tools::repository().join("docs/starters");
    for starter in STARTERS {
        let page = std::fs::read_to_string(pages.join(format!("{}.md", starter.name))).unwrap();
        assert!(page.starts_with(&format!("# The starter `{}`\n", starter.name)));
        for snippet in page.split("```hcl\n").skip(1) {
            let snippet = snippet.split("```").next().unwrap();
            let parsed = snippet.parse::<hcl_edit::structure::Body>();
            assert!(parsed.is_ok(), "{}: {}", starter.name, parsed.unwrap_err());
        }
    }
}

/// What in the files of apps names apps, the page tells to change in a copy: an
/// owner id or a domain that stays would delete the records of apps.
#[test]
fn pages_say_what_to_change_in_a_copy_of_apps() {
    for starter in STARTERS.iter().filter(|starter| starter.name != "local") {
        let page = tools::repository().join(format!("docs/starters/{}.md", starter.name));
        let page = std::fs::read_to_string(page).unwrap();
        let section = page.split("### Add an environment").nth(1).unwrap();
        let section = section.split("### ").next().unwrap();
        let files = scaffold(starter, &BTreeMap::new()).unwrap();
        let mut count = 0;
        for file in files.iter().filter(|file| file.path.starts_with("apps/")) {
            let names_apps = |line: &&str| {
                line.split(|c: char| !c.is_alphanumeric())
                    .any(|word| word == "apps")
            };
            for line in text(file).lines().map(str::trim).filter(names_apps) {
                let value = line.trim_start_matches("value: ");
                let place = match value.split_once(['=', ':']) {
                    Some((name, _)) => name.trim_matches('"').to_owned(),
                    None => value.replace("apps", "staging"),
                };
                let path = file.path.replacen("apps/", "staging/", 1);
                assert!(section.contains(&place), "{}: {line}", starter.name);
                assert!(section.contains(&path), "{}: {path}", starter.name);
                count += 1;
            }
        }
        assert!(count > 0, "{}", starter.name);
    }
}

#[test]
fn files_of_each_starter() {
    for starter in STARTERS {
        let files = scaffold(starter, &BTreeMap::new()).unwrap();
        let mut list = String::new();
        for file in &files {
            let mark = if file.executable { " (executable)" } else { "" };
            let _ = writeln!(list, "{}{mark}", file.path);
        }
        insta::assert_snapshot!(starter.name, list);
    }
}
