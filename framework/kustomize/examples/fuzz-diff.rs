//! Builds random kustomizations and compares with `kubectl kustomize`.
//!
//! `cargo run --release -p terrace-kustomize --example fuzz-diff -- --runs 1000 --seed 1 [--keep DIR] [--errors show]`
//!
//! Each run is named by its seed; `--seed S --runs 1` repeats it. Runs that
//! differ are written to the folder of `--keep`.

#![expect(clippy::print_stdout, reason = "a command")]

mod fuzz_tree;
mod oracle;

use std::fs;
use std::path::{Path, PathBuf};

use oracle::{Outcome, Verdict};

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
    let (mut outputs, mut errors, mut panics, mut sentences, mut different) = (0, 0, 0, 0, 0);
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
        let theirs = oracle::kubectl(&top, false)?;
        let ours = oracle::own(&top, false);
        let problem = match oracle::compare(&theirs, &ours) {
            Verdict::SameOutput => {
                outputs += 1;
                None
            }
            Verdict::SameError => {
                errors += 1;
                if show_errors {
                    println!(
                        "seed {seed}: kubectl `{}` ours `{}`",
                        theirs.text().trim(),
                        ours.text()
                    );
                    if let Some(keep) = &keep {
                        save(&root, &keep.join(seed.to_string()), &theirs, &ours)?;
                    }
                }
                None
            }
            Verdict::Panic => {
                panics += 1;
                None
            }
            Verdict::OtherSentence(problem) => {
                sentences += 1;
                println!("seed {seed}: sentence: {problem}");
                None
            }
            Verdict::Different(problem) => Some(problem),
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
        "{outputs} equal outputs, {errors} equal errors, {panics} panics of kubectl, \
         {sentences} other sentences, {different} different"
    );
    Ok(())
}

fn save(from: &Path, to: &Path, theirs: &Outcome, ours: &Outcome) -> std::io::Result<()> {
    let _ = fs::remove_dir_all(to);
    copy(from, &to.join("in"))?;
    for (name, outcome) in [("kubectl", theirs), ("ours", ours)] {
        fs::write(to.join(name), outcome.text())?;
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
