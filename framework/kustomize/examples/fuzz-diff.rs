//! Builds random kustomizations and compares with `kubectl kustomize`.
//!
//! `cargo run --release -p terrace-kustomize --example fuzz-diff -- --runs 1000 --seed 1 [--keep DIR] [--errors show] [--batch N] [--errors-every N]`
//!
//! Each run is named by its seed; `--seed S --runs 1` repeats it. Runs that
//! differ are written to the folder of `--keep`.
//!
//! Most of kubectl's time goes into its start. With `--batch N`, trees that the
//! own build takes are resources of one kustomization, N at a time, each under a
//! prefix of its own; where that differs, or cannot be built, they are built one
//! by one. With `--errors-every N` only every N-th tree that the own build
//! refuses is compared.

#![expect(clippy::print_stdout, reason = "a command")]

mod fuzz_tree;
mod oracle;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use oracle::{Outcome, Verdict};
use terrace_kustomize::{Disk, Options, load};

fn main() -> std::io::Result<()> {
    let (mut runs, mut seed) = (200_u64, 1_u64);
    let (mut batch, mut every) = (1_usize, 1_u64);
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
            "--batch" => batch = value.parse().unwrap_or(batch),
            "--errors-every" => every = value.parse().unwrap_or(every),
            other => return Err(std::io::Error::other(format!("unknown: {other}"))),
        }
    }
    let root = std::env::temp_dir().join(format!("kustomize-fuzz-{}", std::process::id()));
    let mut fuzz = Fuzz {
        root,
        keep,
        show_errors,
        every,
        counts: Counts::default(),
    };
    let seeds: Vec<u64> = (seed..seed + runs).collect();
    for some in seeds.chunks(batch.max(1)) {
        fuzz.run(some)?;
    }
    let _ = fs::remove_dir_all(&fuzz.root);
    let counts = &fuzz.counts;
    println!(
        "{} equal outputs, {} equal errors, {} errors not compared, {} panics of kubectl, \
         {} other sentences, {} different",
        counts.outputs,
        counts.errors,
        counts.skipped,
        counts.panics,
        counts.sentences,
        counts.different
    );
    Ok(())
}

#[derive(Default)]
struct Counts {
    outputs: usize,
    errors: usize,
    skipped: usize,
    panics: usize,
    sentences: usize,
    different: usize,
}

struct Fuzz {
    root: PathBuf,
    keep: Option<PathBuf>,
    show_errors: bool,
    every: u64,
    counts: Counts,
}

impl Fuzz {
    fn tree(&self, seed: u64) -> PathBuf {
        self.root.join(format!("s{seed}"))
    }

    /// Compares the trees of some seeds.
    fn run(&mut self, seeds: &[u64]) -> std::io::Result<()> {
        let _ = fs::remove_dir_all(&self.root);
        fs::create_dir_all(&self.root)?;
        self.root = fs::canonicalize(&self.root)?;
        let mut built = Vec::new();
        for seed in seeds {
            for (path, text) in &fuzz_tree::generate(*seed) {
                write(&self.tree(*seed).join(path), text)?;
            }
            let top = self.tree(*seed).join("top");
            match oracle::own(&top, false) {
                Outcome::Output { .. } if seeds.len() > 1 => built.push(*seed),
                Outcome::Error(_) if !seed.is_multiple_of(self.every) => self.counts.skipped += 1,
                ours => self.one(*seed, &ours)?,
            }
        }
        self.together(&built)
    }

    /// Compares one tree.
    fn one(&mut self, seed: u64, ours: &Outcome) -> std::io::Result<()> {
        let theirs = oracle::kubectl(&self.tree(seed).join("top"), false)?;
        let is_kept = match oracle::compare(&theirs, ours) {
            Verdict::SameOutput => {
                self.counts.outputs += 1;
                false
            }
            Verdict::SameError => {
                self.counts.errors += 1;
                if self.show_errors {
                    println!(
                        "seed {seed}: kubectl `{}` ours `{}`",
                        theirs.text().trim(),
                        ours.text()
                    );
                }
                self.show_errors
            }
            Verdict::Panic => {
                self.counts.panics += 1;
                false
            }
            Verdict::OtherSentence(problem) => {
                self.counts.sentences += 1;
                println!("seed {seed}: sentence: {problem}");
                true
            }
            Verdict::Different(problem) => {
                self.counts.different += 1;
                println!("seed {seed}: {problem}");
                true
            }
        };
        match &self.keep {
            Some(keep) if is_kept => save(
                &self.tree(seed),
                &keep.join(seed.to_string()),
                &theirs,
                ours,
            ),
            _ => Ok(()),
        }
    }

    /// Compares several trees as one.
    fn together(&mut self, seeds: &[u64]) -> std::io::Result<()> {
        if seeds.len() < 3 {
            for seed in seeds {
                let ours = oracle::own(&self.tree(*seed).join("top"), false);
                self.one(*seed, &ours)?;
            }
            return Ok(());
        }
        let mut all = String::from("resources:\n");
        for seed in seeds {
            self.wrap(*seed)?;
            let _ = writeln!(all, "- ../s{seed}/wrap");
        }
        let dir = self.root.join("all");
        write(&dir.join("kustomization.yaml"), &all)?;
        let ours = oracle::own(&dir, false);
        if let Outcome::Output { .. } = ours
            && let theirs = oracle::kubectl(&dir, false)?
            && let Verdict::SameOutput = oracle::compare(&theirs, &ours)
        {
            self.counts.outputs += seeds.len();
            return Ok(());
        }
        let (first, second) = seeds.split_at(seeds.len() / 2);
        self.together(first)?;
        self.together(second)
    }

    /// A kustomization around a tree that gives its resources names that no
    /// other tree has.
    fn wrap(&self, seed: u64) -> std::io::Result<()> {
        let mut text = format!("resources: [../top]\nnamePrefix: s{seed}-\n");
        let top = self.tree(seed).join("top");
        let built = load(&Disk, &top.to_string_lossy(), &Options::default());
        let names: BTreeSet<(String, String)> = built
            .iter()
            .flat_map(|resources| resources.iter())
            .filter(|one| matches!(one.kind(), "Namespace" | "CustomResourceDefinition"))
            .map(|one| (one.kind().to_owned(), one.name().to_owned()))
            .collect();
        if !names.is_empty() {
            text.push_str("patches:\n");
        }
        for (at, (kind, name)) in names.iter().enumerate() {
            // Prefixes leave these kinds alone.
            let _ = write!(
                text,
                "- target: {{kind: {kind}, name: '^{name}$'}}\n  patch: '[{{\"op\": \"replace\", \
                 \"path\": \"/metadata/name\", \"value\": \"s{seed}-{at}\"}}]'\n"
            );
        }
        write(&self.tree(seed).join("wrap/kustomization.yaml"), &text)
    }
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, text)
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
