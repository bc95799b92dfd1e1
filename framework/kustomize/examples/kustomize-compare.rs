//! Compares every kustomization below some folders with `kubectl kustomize`:
//! output, warnings, and the sentences of errors.
//!
//! `cargo run --release -p terrace-kustomize --example kustomize-compare -- DIR… [--keep DIR] [--unrestricted] [--only TEXT]`
//!
//! What the own build refuses by name (remote, helm, plugins) is counted and not
//! compared. With `--keep`, both outputs of those that differ are written there.

#![expect(clippy::print_stdout, reason = "a command")]

mod oracle;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use oracle::{Outcome, Verdict};

const FILE_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

fn main() -> std::io::Result<()> {
    let mut roots = Vec::new();
    let (mut keep, mut only, mut unrestricted) = (None, None, false);
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--keep" => keep = args.next().map(PathBuf::from),
            "--only" => only = args.next(),
            "--unrestricted" => unrestricted = true,
            _ => roots.push(PathBuf::from(arg)),
        }
    }
    let (mut same, mut errors, mut refused, mut panics) = (0, 0, 0, 0);
    let (mut sentences, mut different) = (0, 0);
    for root in &roots {
        let mut folders = BTreeSet::new();
        collect(&fs::canonicalize(root)?, &mut folders)?;
        for dir in folders {
            let name = dir.display().to_string();
            if only.as_ref().is_some_and(|only| !name.contains(only)) {
                continue;
            }
            let ours = oracle::own(&dir, unrestricted);
            if let Outcome::Refused(_) = ours {
                refused += 1;
                continue;
            }
            let theirs = oracle::kubectl(&dir, unrestricted)?;
            match oracle::compare(&theirs, &ours) {
                Verdict::SameOutput => same += 1,
                Verdict::SameError => errors += 1,
                Verdict::Panic => panics += 1,
                Verdict::OtherSentence(problem) => {
                    sentences += 1;
                    println!("SENTENCE {name}: {problem}");
                }
                Verdict::Different(problem) => {
                    different += 1;
                    println!("DIFFERENT {name}: {problem}");
                    if let Some(keep) = &keep {
                        let to = keep.join(name.trim_matches('/').replace('/', "_"));
                        fs::create_dir_all(&to)?;
                        fs::write(to.join("kubectl"), theirs.text())?;
                        fs::write(to.join("ours"), ours.text())?;
                    }
                }
            }
        }
    }
    println!(
        "{same} equal outputs, {errors} equal errors, {refused} refused by name, \
         {panics} panics of kubectl, {sentences} other sentences, {different} different"
    );
    Ok(())
}

/// The folders that hold a kustomization.
fn collect(dir: &Path, folders: &mut BTreeSet<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            collect(&entry.path(), folders)?;
        } else if FILE_NAMES.iter().any(|name| entry.file_name() == *name) {
            folders.insert(dir.to_path_buf());
        }
    }
    Ok(())
}
