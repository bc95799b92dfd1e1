//! Builds random kustomizations and compares with `kubectl kustomize`.
//!
//! `cargo run --release -p terrace-kustomize --example fuzz-diff -- --runs 1000 --seed 1 [--keep DIR] [--errors show]`
//!
//! Each run is named by its seed; `--seed S --runs 1` repeats it. Runs that
//! differ are written to the folder of `--keep`.

#![expect(clippy::print_stdout, reason = "a command")]

mod fuzz_tree;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use terrace_kustomize::{Disk, Options, load};

/// What one of the two said.
enum Outcome {
    Output(String),
    Error(String),
}

fn main() -> std::io::Result<()> {
    let (mut runs, mut seed) = (200_u64, 1_u64);
    let mut keep = None;
    let mut show_errors = false;
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let value = args.next().unwrap_or_default();
        match arg.as_str() {
            "--runs" => runs = value.parse().unwrap_or(runs),
            "--seed" => seed = value.parse().unwrap_or(seed),
            "--keep" => keep = Some(PathBuf::from(value)),
            "--errors" => show_errors = value == "show",
            other => println!("unknown: {other}"),
        }
    }
    let root = std::env::temp_dir().join(format!("kustomize-fuzz-{}", std::process::id()));
    let (mut outputs, mut errors, mut panics, mut different) = (0, 0, 0, 0);
    for seed in seed..seed + runs {
        let files = fuzz_tree::generate(seed);
        let _ = fs::remove_dir_all(&root);
        for (path, text) in &files {
            let path = root.join(path);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(path, text)?;
        }
        let top = fs::canonicalize(root.join("top"))?;
        let theirs = kubectl(&top)?;
        let ours = own(&top);
        let problem = match (&theirs, &ours) {
            (Outcome::Output(theirs), Outcome::Output(ours)) if theirs == ours => {
                outputs += 1;
                None
            }
            (Outcome::Error(theirs), Outcome::Error(ours)) => {
                errors += 1;
                if show_errors {
                    println!("seed {seed}: kubectl `{}` ours `{ours}`", theirs.trim());
                }
                None
            }
            (Outcome::Output(theirs), Outcome::Output(ours)) => {
                let line = theirs
                    .lines()
                    .zip(ours.lines())
                    .position(|(a, b)| a != b)
                    .unwrap_or_else(|| theirs.lines().count().min(ours.lines().count()));
                let show = |text: &str| text.lines().nth(line).unwrap_or("<end>").to_owned();
                Some(format!(
                    "line {}: kubectl `{}` ours `{}`",
                    line + 1,
                    show(theirs),
                    show(ours)
                ))
            }
            (Outcome::Output(_), Outcome::Error(error)) => {
                Some(format!("only ours fails: {error}"))
            }
            (Outcome::Error(error), Outcome::Output(_)) if error.contains("panic: ") => {
                panics += 1;
                None
            }
            (Outcome::Error(error), Outcome::Output(_)) => {
                Some(format!("only kubectl fails: {}", error.trim()))
            }
        };
        if let Some(problem) = problem {
            different += 1;
            println!("seed {seed}: {problem}");
            if let Some(keep) = &keep {
                save(&root, &keep.join(seed.to_string()), &theirs, &ours)?;
            }
        }
    }
    let _ = fs::remove_dir_all(&root);
    println!(
        "{outputs} equal outputs, {errors} errors of both, {panics} panics of kubectl, \
         {different} different"
    );
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the oracle is a program")]
fn kubectl(dir: &Path) -> std::io::Result<Outcome> {
    let output = Command::new("kubectl").arg("kustomize").arg(dir).output()?;
    Ok(if output.status.success() {
        Outcome::Output(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Outcome::Error(String::from_utf8_lossy(&output.stderr).into_owned())
    })
}

fn own(dir: &Path) -> Outcome {
    match load(&Disk, &dir.to_string_lossy(), &Options::default()) {
        Ok(resources) => match resources.to_yaml() {
            Ok(text) => Outcome::Output(text),
            Err(errors) => Outcome::Error(
                errors
                    .iter()
                    .next()
                    .map_or_else(String::new, |error| error.message.clone()),
            ),
        },
        Err(error) => Outcome::Error(
            error
                .diagnostics
                .iter()
                .next()
                .map_or_else(String::new, |error| error.message.clone()),
        ),
    }
}

fn save(from: &Path, to: &Path, theirs: &Outcome, ours: &Outcome) -> std::io::Result<()> {
    let _ = fs::remove_dir_all(to);
    copy(from, &to.join("in"))?;
    for (name, outcome) in [("kubectl", theirs), ("ours", ours)] {
        let (Outcome::Output(text) | Outcome::Error(text)) = outcome;
        fs::write(to.join(name), text)?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
