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
        &["ecs", "eks", "Wile E", "wile", "", "", "123456789012", ""],
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

/// A git that does everything but one command, which fails.
fn git_that_fails(sandbox: &Sandbox, cli: Cli, command: &str) -> Cli {
    let folder = sandbox.path(command);
    fs::create_dir(&folder).expect("a folder");
    let script = format!(
        "#!/bin/sh\nfor word; do [ \"$word\" = {command} ] && exit 1; done\nPATH='{}' exec git \"$@\"\n",
        terrace_testkit::process_path().to_string_lossy()
    );
    fs::write(folder.join("git"), script).expect("a script");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(folder.join("git"), mode).expect("a mode");
    cli.variable("PATH", &folder.to_string_lossy())
}

#[test]
fn without_git_nothing_is_written_and_no_git_works() {
    let sandbox = Sandbox::default();
    let nowhere = sandbox.path("nowhere").to_string_lossy().into_owned();
    let cli = Cli::new(TERRACE, &sandbox).variable("PATH", &nowhere);
    let ran = cli.run(["init", "trial", "--name", "A"]);
    assert_eq!(ran.code, 1, "{ran}");
    assert!(ran.stderr.contains("2 errors"), "all at once: {ran}");
    assert!(ran.stderr.contains("`--no-git`"), "{ran}");
    let ran = cli.on_terminal(&["init", "trial"], &[]);
    assert_eq!(ran.code, 1, "before any question: {ran}");
    assert!(files(&sandbox.project()).is_empty());
    assert_eq!(cli.run(["init", "trial", "--no-git"]).code, 0);
}

#[test]
fn git_that_fails_on_the_way_leaves_nothing() {
    for command in ["init", "fast-import", "reset"] {
        let sandbox = Sandbox::default();
        let fails = git_that_fails(&sandbox, Cli::new(TERRACE, &sandbox), command);
        for dir in ["trial", "."] {
            let ran = fails.run(["init", dir]);
            assert_eq!(ran.code, 1, "{command} {ran}");
            assert!(ran.stderr.contains("nothing was written"), "{ran}");
            let left: Vec<_> = fs::read_dir(sandbox.project()).expect("there").collect();
            assert!(left.is_empty(), "{command} {left:?}");
        }
        assert_eq!(fails.run(["init", "--no-git"]).code, 0, "{command}");
    }
}

#[test]
fn what_somebody_set_for_line_endings_and_ignores_does_not_matter() {
    let sandbox = Sandbox::default();
    let config = sandbox.path("config");
    let ignores = sandbox.path("ignores");
    fs::write(&ignores, "*.hcl\n.gitignore\n").expect("written");
    let text = format!(
        "[core]\nautocrlf = true\nsafecrlf = true\nexcludesFile = {}\n",
        ignores.display()
    );
    fs::write(&config, text).expect("written");
    let cli = Cli::new(TERRACE, &sandbox).variable("GIT_CONFIG_GLOBAL", &config.to_string_lossy());
    let ran = cli.run(["init", "."]);
    assert_eq!(ran.code, 0, "{ran}");
    assert!(ran.stdout.ends_with("next: terrace render\n"), "{ran}");
    assert!(sandbox.repository().status().expect("status").is_clean());
}

#[test]
fn a_fresh_clone_gets_its_first_commit() {
    let sandbox = Sandbox::default();
    let cli = Cli::new(TERRACE, &sandbox);
    let project = sandbox.project();
    let ran = Cli::new("/bin/sh", &sandbox).run(["-c", "git init -q -b trunk"]);
    assert_eq!(ran.code, 0, "{ran}");
    let fresh = files(&project);
    for command in ["fast-import", "reset"] {
        let ran = git_that_fails(&sandbox, Cli::new(TERRACE, &sandbox), command).run(["init"]);
        assert_eq!(ran.code, 1, "{command} {ran}");
        let mut left = files(&project);
        left.retain(|path, _| !path.starts_with(".git/objects") && !path.starts_with(".git/logs"));
        assert_eq!(left, fresh, "{command}");
    }
    let ran = cli.run(["init"]);
    assert_eq!(ran.code, 0, "{ran}");
    let repository = sandbox.repository();
    assert!(repository.status().expect("status").is_clean());
    let head = repository.commit_id("refs/heads/trunk").expect("a commit");
    assert!(ran.stdout.contains("first commit"), "{ran}");
    // A repository with commits keeps to itself what it is.
    for entry in fs::read_dir(&project).expect("there").flatten() {
        match entry.path() {
            path if path.ends_with(".git") => {}
            path if path.is_dir() => fs::remove_dir_all(path).expect("removed"),
            path => fs::remove_file(path).expect("removed"),
        }
    }
    let ran = cli.run(["init"]);
    assert_eq!(ran.code, 1, "{ran}");
    assert!(ran.stderr.contains("has commits already"), "{ran}");
    assert_eq!(cli.run(["init", "--no-git"]).code, 0);
    assert_eq!(repository.commit_id("HEAD").expect("a commit"), head);
}

#[test]
fn what_to_do_next_can_be_pasted() {
    let sandbox = Sandbox::default();
    let cli = Cli::new(TERRACE, &sandbox);
    for (dir, word) in [("a b", "'a b'"), ("-x", "./-x"), ("it's", r"'it'\''s'")] {
        let ran = cli.run(["init", "--no-git", "--", dir]);
        assert_eq!(ran.code, 0, "{ran}");
        let next = format!("next: cd {word} && terrace render\n");
        assert!(ran.stdout.ends_with(&next), "{ran}");
    }
}
