//! `terrace init` by flags, on a terminal, and where something is there already.

use std::fs;

use terrace_testkit::{Cli, Sandbox};

use crate::support::{TERRACE, files};

#[test]
fn on_a_terminal_it_asks_for_what_no_flag_says() {
    let sandbox = Sandbox::default();
    let cli = Cli::new(TERRACE, &sandbox);
    let ran = cli.on_terminal(
        &["init", "trial", "--domain", "infra.example.org"],
        &["ecs", "eks", "Wile E", "wile", "", "123456789012", ""],
    );
    assert_eq!(ran.code, 0, "{ran}");
    for shown in [
        "there is no starter `ecs`",
        "did you mean `eks`?",
        "`Wile E` is not a valid answer for `--name`",
        "AWS region [eu-west-1]: ",
        "bootstrap asks []: ",
        "next: cd trial && terrace render",
    ] {
        assert!(ran.stdout.contains(shown), "{shown}\n{ran}");
    }
    assert!(!ran.stdout.contains("Domain under which"), "{ran}");
    // The same answers as flags give the same files.
    let flags = [
        "init",
        "flags",
        "--starter=eks",
        "--name=wile",
        "--domain=infra.example.org",
        "--account=123456789012",
    ];
    assert_eq!(cli.run(flags).code, 0);
    let made = |name: &str| {
        let mut made = files(&sandbox.project().join(name));
        made.retain(|path, _| !path.starts_with(".git/"));
        made
    };
    assert_eq!(made("trial"), made("flags"));
}

#[test]
fn who_leaves_the_dialogue_leaves_nothing_behind() {
    let sandbox = Sandbox::default();
    let cli = Cli::new(TERRACE, &sandbox);
    let ran = cli.on_terminal(&["init", "trial"], &["kind", "wile"]);
    assert_eq!(ran.code, 130, "{ran}");
    assert!(ran.stdout.ends_with("nothing was written\n"), "{ran}");
    assert!(files(&sandbox.project()).is_empty());
}

#[test]
fn nothing_is_asked_without_input_in_json_or_in_ci() {
    let sandbox = Sandbox::default();
    let cli = Cli::new(TERRACE, &sandbox);
    let ran = cli.on_terminal(&["init", "a", "--no-input"], &[]);
    assert_eq!(ran.code, 0, "{ran}");
    let ran = cli.on_terminal(&["init", "b", "--json"], &[]);
    assert_eq!(ran.code, 0, "{ran}");
    assert_eq!(ran.json()["data"]["starter"], "local");
    let ran = cli.variable("CI", "true").on_terminal(&["init", "c"], &[]);
    assert_eq!(ran.code, 0, "{ran}");
}

#[test]
fn a_folder_with_something_in_it_is_refused_before_any_question() {
    let sandbox = Sandbox::new("-- mine --\nkeep\n");
    let before = files(&sandbox.project());
    let cli = Cli::new(TERRACE, &sandbox);
    let ran = cli.on_terminal(&["init"], &[]);
    assert_eq!(ran.code, 1, "{ran}");
    assert!(ran.stdout.contains("not an empty folder"), "{ran}");
    assert!(!ran.stdout.contains("Starter ["), "{ran}");
    // Everything wrong at once where nobody is asked.
    let ran = cli.run(["init", ".", "--name", "A", "--account", "1"]);
    assert_eq!(ran.code, 1, "{ran}");
    assert!(ran.stderr.contains("3 errors"), "{ran}");
    assert_eq!(files(&sandbox.project()), before);
    fs::remove_file(sandbox.project().join("mine")).expect("removed");
    assert_eq!(cli.run(["init", "--no-git"]).code, 0);
}
