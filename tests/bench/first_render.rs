//! Benchmark: the first minute with Terrace.
//!
//! `cargo bench --bench first_render` runs `terrace init` and the first
//! `terrace render` of each starter as a person would, a process each, and
//! beside them what cannot be saved: git making the same first commit, and
//! `cp -r` of what was rendered. Each figure is the best of ten.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark starts programs and prints their figures"
)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use terrace_scaffold::STARTERS;

const TERRACE: &str = env!("CARGO_BIN_EXE_terrace");
const RUNS: usize = 10;

fn main() {
    println!("starter       init  render     sum   git commit  cp -r   sum / floor");
    for starter in STARTERS {
        let mut best = [Duration::MAX; 4];
        for _ in 0..RUNS {
            for (best, time) in best.iter_mut().zip(once(starter.name)) {
                *best = time.min(*best);
            }
        }
        let ms = best.map(|time| time.as_secs_f64() * 1e3);
        let [init, render, commit, copy] = ms;
        println!(
            "{:12} {init:5.0} {render:7.0} {:7.0} {commit:12.0} {copy:6.0} {:13.2}",
            starter.name,
            init + render,
            (init + render) / (commit + copy),
        );
    }
}

/// `init`, `render`, git's part of the first, `cp -r` of the second's output.
fn once(starter: &str) -> [Duration; 4] {
    let folder = tempfile::tempdir().expect("a folder");
    let made = folder.path().join("acme");
    let init = time(
        TERRACE,
        &["init", "acme", "--starter", starter],
        folder.path(),
    );
    let render = time(TERRACE, &["render"], &made);
    let copy = time("cp", &["-r", "rendered", "copy"], &made);
    for generated in ["rendered", "copy", ".git"] {
        let _ = std::fs::remove_dir_all(made.join(generated));
    }
    let script = "git init -q -b main && git add -A && git commit -qm first";
    let commit = time("sh", &["-c", script], &made);
    [init, render, commit, copy]
}

fn time(program: &str, args: &[&str], folder: &Path) -> Duration {
    let start = Instant::now();
    let status = Command::new(program)
        .args(args)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_AUTHOR_NAME", "A. U. Thor")
        .env("GIT_AUTHOR_EMAIL", "author@example.com")
        .env("GIT_COMMITTER_NAME", "A. U. Thor")
        .env("GIT_COMMITTER_EMAIL", "author@example.com")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(status.success(), "{program} {args:?}");
    start.elapsed()
}
