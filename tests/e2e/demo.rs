//! `terrace demo`: the whole way, with and without terraform.

use std::os::unix::fs::symlink;

use terrace_testkit::{Cli, Sandbox, tool};

use crate::support::TERRACE;

#[test]
fn the_whole_way_with_terraform() {
    if tool("the_whole_way_with_terraform", "terraform").is_none() {
        return;
    }
    let sandbox = Sandbox::default();
    let cli = Cli::new(TERRACE, &sandbox);
    let ran = cli.run(["demo", "--dir", "p"]);
    assert_eq!(ran.code, 0, "{ran}");
    let said = format!("{}{}", ran.stdout, ran.stderr);
    for word in ["promote apps", "apply apps", "status"] {
        assert!(said.contains(word), "{word}\n{ran}");
    }
    // The demo keeps its key beside its platform, and says so.
    let keys = ran
        .stdout
        .lines()
        .find_map(|line| line.trim().strip_prefix("export XDG_CONFIG_HOME="))
        .expect("where the key is")
        .replace("[PROJECT]", &sandbox.project().display().to_string());
    let cli = cli
        .folder(sandbox.project().join("p"))
        .variable("XDG_CONFIG_HOME", &keys);
    let verified = cli.run(["verify"]);
    assert_eq!(verified.code, 0, "{verified}");
    let status = cli.run(["status"]);
    assert_eq!(status.code, 0, "{status}");
    // A change is refused in apps until ops has it, applied and validated.
    let edit = "sed -i 's/region = \"local\"/region = \"moon\"/' terrace.hcl && git add -A && git commit -qm moon";
    let shell = Cli::new("/bin/sh", &sandbox).folder(sandbox.project().join("p"));
    let edited = shell.run(["-c", edit]);
    assert_eq!(edited.code, 0, "{edited}");
    let ops = cli.run(["promote", "ops"]);
    assert_eq!(ops.code, 0, "{ops}");
    let refused = cli.run(["promote", "apps"]);
    assert_eq!(refused.code, 3, "{refused}");
    let said = format!("{}{}", refused.stdout, refused.stderr);
    assert!(said.contains("terrace apply ops"), "{refused}");
}

#[test]
fn without_terraform_it_says_so_and_shows_the_rest() {
    let sandbox = Sandbox::default();
    let tools = sandbox.path("tools");
    std::fs::create_dir(&tools).expect("a folder");
    for name in ["git", "sh", "env", "cat", "uname"] {
        if let Some(program) = tool("without_terraform", name) {
            symlink(program, tools.join(name)).expect("a link");
        }
    }
    let cli = Cli::new(TERRACE, &sandbox).variable("PATH", &tools.display().to_string());
    let ran = cli.run(["demo", "--dir", "p"]);
    assert_eq!(ran.code, 0, "{ran}");
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(said.contains("terraform"), "{ran}");
    assert!(said.contains("tofu"), "{ran}");
    assert!(!said.contains("applied apps"), "{ran}");
    assert!(sandbox.project().join("p/rendered/ops").is_dir(), "{ran}");
}
