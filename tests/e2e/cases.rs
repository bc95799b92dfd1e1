//! Data folders: `tests/cases/<area>/<case>/cmd` has one command a line, run in
//! a copy of `tests/platform` with the files of `in/` laid over it. A line that
//! starts with `$ ` is a line of shell, everything else arguments of terrace.
//! `stdout`, `stderr` and `exit` hold what they gave, under each command where
//! there are several. `UPDATE=1` writes them anew.

use std::fs;
use std::path::{Path, PathBuf};

use terrace_testkit::{Cli, process_path};

use crate::support::{TERRACE, copy, repository, small};

macro_rules! areas {
    ($($area:ident)*) => {
        $(
            #[test]
            fn $area() {
                area(stringify!($area));
            }
        )*

        /// A folder without a test would never run.
        #[test]
        fn every_area_is_tested() {
            let known = [$(stringify!($area)),*];
            for folder in sorted(&repository("tests/cases")) {
                let name = folder.file_name().unwrap_or_default().to_string_lossy();
                assert!(known.contains(&&*name), "tests/cases/{name}");
            }
        }
    };
}

areas! { console diff errors explain fmt graph help kustomize render }

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

#[expect(clippy::disallowed_methods, reason = "the switch of these tests")]
fn is_update() -> bool {
    std::env::var_os("UPDATE").is_some()
}

fn area(name: &str) {
    let mut failures = Vec::new();
    for case in sorted(&repository("tests/cases").join(name)) {
        for (file, actual) in run(&case) {
            let path = case.join(file);
            let before = fs::read_to_string(&path).unwrap_or_default();
            if before == actual {
                continue;
            }
            if is_update() {
                let result = match actual.is_empty() {
                    true => fs::remove_file(&path),
                    false => fs::write(&path, actual),
                };
                result.unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            } else {
                let case = case.file_name().unwrap_or_default().to_string_lossy();
                failures.push(format!(
                    "== {name}/{case}/{file}\n-- was\n{before}-- is\n{actual}"
                ));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn run(case: &Path) -> [(&'static str, String); 3] {
    let sandbox = small();
    let overlay = case.join("in");
    if overlay.exists() {
        copy(&overlay, &sandbox.project());
    }
    let terrace = Cli::new(TERRACE, &sandbox);
    let mut path = Path::new(TERRACE)
        .parent()
        .unwrap_or(case)
        .as_os_str()
        .to_owned();
    path.push(":");
    path.push(process_path());
    let shell = Cli::new("/bin/sh", &sandbox).variable("PATH", &path.to_string_lossy());
    let commands = fs::read_to_string(case.join("cmd"))
        .unwrap_or_else(|e| panic!("{}/cmd: {e}", case.display()));
    let (mut stdout, mut stderr, mut exit) = (String::new(), String::new(), String::new());
    let several = commands.lines().count() > 1;
    for line in commands.lines() {
        let (ran, shown) = match line.strip_prefix("$ ") {
            Some(script) => (shell.run(["-c", script]), line.to_owned()),
            None => (terrace.run(words(line)), format!("$ terrace {line}")),
        };
        for (into, text) in [(&mut stdout, &ran.stdout), (&mut stderr, &ran.stderr)] {
            if several && !text.is_empty() {
                into.push_str(&format!("{shown}\n"));
            }
            into.push_str(text);
        }
        exit.push_str(&format!("{}\n", ran.code));
    }
    [("stdout", stdout), ("stderr", stderr), ("exit", exit)]
}

/// Words at spaces; single quotes keep theirs.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().expect("one").push(c),
        }
    }
    words
}
