//! Benchmark: the first minute with Terrace.
//!
//! `cargo bench --bench first_render` runs `terrace init` and the first
//! `terrace render` of each starter as a person would, a process each, and
//! beside them what cannot be saved: git making the same first commit, and
//! `cp -r` of what was rendered. Each figure is the best of ten. Nothing is
//! removed before the end: for minutes ext4 passes over every inode that was
//! freed, one by one, and a new file costs ten times as much.

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
    let place = tempfile::tempdir().expect("a folder");
    for starter in STARTERS {
        let mut best = [Duration::MAX; 4];
        for run in 0..RUNS {
            let folder = place.path().join(format!("{}-{run}", starter.name));
            for (best, time) in best.iter_mut().zip(once(starter.name, &folder)) {
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
fn once(starter: &str, folder: &Path) -> [Duration; 4] {
    std::fs::create_dir(folder).expect("a folder");
    let init = |name, more: &[&str]| {
        let args = [&["init", name, "--starter", starter], more].concat();
        time(TERRACE, &args, folder)
    };
    let whole = init("acme", &[]);
    let made = folder.join("acme");
    let render = time(TERRACE, &["render"], &made);
    let copy = time("cp", &["-r", "rendered", "copy"], &made);
    init("files", &["--no-git"]);
    let script = "git init -q -b main && git add -A && git commit -qm first";
    let commit = time("sh", &["-c", script], &folder.join("files"));
    [whole, render, commit, copy]
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
