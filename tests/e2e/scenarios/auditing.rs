//! The commands of docs/auditing.md, run as they stand, with keys of every kind.

use std::path::Path;

use terrace_testkit::{Cli, Ran, process_path, tool};

use super::platform::{Platform, Setup};
use crate::support::repository;

/// The page's `sh` blocks as one script.
fn script() -> String {
    let page = std::fs::read_to_string(repository("docs/auditing.md")).expect("docs/auditing.md");
    let mut script = String::new();
    let mut inside = false;
    for line in page.lines() {
        match line {
            "```sh" => inside = true,
            "```" => inside = false,
            line if inside => {
                script.push_str(line);
                script.push('\n');
            }
            _ => {}
        }
    }
    script
}

fn audit(platform: &Platform, folder: &Path, env: &str) -> Ran {
    let bash = tool("docs/auditing.md", "bash").expect("looked for before");
    Cli::new(bash, &platform.sandbox)
        .raw()
        .variable("PATH", &process_path().to_string_lossy())
        .folder(folder)
        .variable("env", env)
        .run(["-c", &script()])
}

/// A platform whose promoter has a key of this kind, up to apps.
fn platform(kind: &str) -> Platform {
    let platform = Platform::with(&Setup {
        remote: true,
        ..Setup::default()
    });
    let path = platform.sandbox.path("home/id");
    let line = match kind {
        "ed25519" => None,
        "ecdsa-p256" => {
            let words = [
                "keys",
                "new",
                "other",
                "--role",
                "promoter",
                "--algorithm",
                kind,
            ];
            let made = platform.json(&words);
            let line = made["allowed_signers"].as_str().expect("a line");
            std::fs::copy(platform.key("other"), &path).expect("a copy");
            std::fs::remove_file(platform.key("other")).expect("removed");
            Some(line.replacen("other ", "ci ", 1))
        }
        _ => {
            let keygen = tool("docs/auditing.md", "ssh-keygen").expect("looked for before");
            let file = path.display().to_string();
            let made = Cli::new(keygen, &platform.sandbox)
                .run(["-q", "-t", "ed25519", "-N", "", "-f", &file]);
            assert_eq!(made.code, 0, "{made}");
            let public = std::fs::read_to_string(path.with_extension("pub")).expect("read");
            Some(format!("ci namespaces=\"terrace\" {}", public.trim_end()))
        }
    };
    if let Some(line) = line {
        let signers = platform.folder.join("trust/allowed_signers");
        let text = std::fs::read_to_string(&signers).expect("read");
        let kept = text.lines().filter(|line| !line.starts_with("ci "));
        let kept: String = kept.map(|line| format!("{line}\n")).collect();
        std::fs::write(signers, format!("{kept}{line}\n")).expect("written");
        platform.commit("another key for ci");
        std::fs::rename(path, platform.key("ci")).expect("moved");
    }
    platform.through_apps();
    platform
}

#[test]
fn an_auditor_checks_a_release_with_git_coreutils_and_openssl_alone() {
    let test = "an_auditor_checks_a_release_with_git_coreutils_and_openssl_alone";
    for name in ["bash", "openssl", "ssh-keygen", "sha256sum"] {
        if tool(test, name).is_none() {
            return;
        }
    }
    for kind in ["ecdsa-p256", "openssh", "ed25519"] {
        let platform = platform(kind);
        let clone = platform.clone_of();
        for env in ["ops", "apps"] {
            let ran = audit(&platform, &clone.folder, env);
            assert_eq!(ran.code, 0, "{kind} {env}: {ran}");
            assert!(ran.stderr.is_empty(), "{kind} {env}: {ran}");
            assert!(ran.stdout.contains(" evidence by val ("), "{ran}");
            assert!(ran.stdout.contains(" intent by ci ("), "{ran}");
        }
        let ran = audit(&platform, &clone.folder, "apps");
        assert!(ran.stdout.contains("GATE_SMOKE"), "{ran}");
        if kind != "ed25519" {
            continue;
        }
        // What the page is there to find.
        let whole = platform.ledger();
        let hold = |what: &str| {
            let clone = platform.clone_of();
            assert_ne!(audit(&platform, &clone.folder, "ops").code, 0, "{what}");
        };
        let mut changed = whole.clone();
        let at = changed[2].1.len() / 3;
        changed[2].1[at] = if changed[2].1[at] == b'A' { b'B' } else { b'A' };
        platform.put_ledger(&changed);
        hold("a changed entry");
        let mut fewer = whole.clone();
        fewer.remove(2);
        platform.put_ledger(&fewer);
        hold("a missing entry");
        platform.put_ledger(&whole);
        let old = platform.refs()["refs/heads/env/ops"].clone();
        let tree = platform.git_there(&["rev-parse", "env/apps^{tree}"]);
        let commit = platform.git_there(&["commit-tree", &tree, "-p", &old, "-m", "by hand"]);
        platform.reset("refs/heads/env/ops", Some(&commit));
        hold("a hand-made commit");
    }
}

#[test]
fn an_auditor_checks_a_platform_that_is_not_the_whole_repository() {
    let test = "an_auditor_checks_a_platform_that_is_not_the_whole_repository";
    for name in ["bash", "openssl", "sha256sum"] {
        if tool(test, name).is_none() {
            return;
        }
    }
    let platform = Platform::remote();
    platform
        .shell("mkdir live; git mv apps base gates modules ops trust terrace.hcl .gitignore live");
    platform.commit("a folder of its own");
    let cli = platform.cli.clone().folder(platform.folder.join("live"));
    for words in [
        &["promote", "ops"][..],
        &["apply", "ops"],
        &["validate", "ops"],
        &["promote", "apps"],
        &["verify"],
    ] {
        let ran = cli.run(words);
        assert_eq!(ran.code, 0, "{words:?} {ran}");
    }
    let clone = platform.clone_of();
    for env in ["ops", "apps"] {
        let ran = audit(&platform, &clone.folder.join("live"), env);
        assert_eq!(ran.code, 0, "{env}: {ran}");
        assert!(ran.stdout.contains(" evidence by val ("), "{ran}");
    }
}
