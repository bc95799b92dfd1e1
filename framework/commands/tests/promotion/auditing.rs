//! The commands of docs/auditing.md, run as they stand.

use std::path::Path;
use std::process::Command;

use terrace_commands::{Exit, World};

use crate::platform::{Platform, text};

/// The page's `sh` blocks as one script.
fn script() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/auditing.md");
    let page = std::fs::read_to_string(page).expect("docs/auditing.md");
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

#[expect(
    clippy::disallowed_methods,
    reason = "a test runs the auditor's tools themselves"
)]
fn run(world: &World, env: &str) -> (bool, String) {
    let mut command = Command::new("bash");
    command
        .args(["-c", &script()])
        .current_dir(&world.cwd)
        .env_clear()
        .envs(world.env.iter())
        .env("env", env);
    let output = command.output().expect("bash starts");
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

#[test]
fn an_auditor_checks_a_release_with_git_coreutils_and_openssl_alone() {
    let test = "an_auditor_checks_a_release_with_git_coreutils_and_openssl_alone";
    for tool in ["bash", "openssl", "ssh-keygen", "sha256sum"] {
        if terrace_testkit::tool(test, tool).is_none() {
            return;
        }
    }
    let platform = Platform::new(false);
    platform.through_ops();
    let apps = platform.promote("apps");
    assert_eq!(apps.status(), Exit::Success, "{}", text(&apps));
    for env in ["ops", "apps"] {
        let (ok, said) = run(&platform.world, env);
        assert!(ok, "{env}: {said}");
        assert!(said.contains(" evidence by val ("), "{said}");
    }
    let (_, said) = run(&platform.world, "apps");
    assert!(said.contains("GATE_SMOKE"), "{said}");

    // What the page is there to find.
    platform.hand_commit("apps");
    assert!(!run(&platform.world, "apps").0, "a hand-made commit");
    let whole = platform.refs();
    platform.attack("change");
    assert!(!run(&platform.world, "ops").0, "a changed entry");
    platform.reset_branch("terrace/ledger", whole.get("refs/heads/terrace/ledger"));
    platform.attack("delete");
    assert!(!run(&platform.world, "ops").0, "a missing entry");
}
