//! Benchmark: a ledger of 5,000 entries about 300 components in 5 environments.
//!
//! `cargo build --release && cargo run --release -p terrace-commands --example
//! ledger [-- ENTRIES [COMPONENTS [FOLDER]]]` makes the platform with its history
//! (a folder that is named is kept, and used again), and runs the binary: `status`
//! and `promote --dry-run` cold and warm, and `verify` in a fresh clone, beside
//! what git itself needs to list the commits of the same ledger. Figures are the
//! best of five; processor time counts all processes, and tells more than the
//! clock on a busy machine.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(
    clippy::disallowed_methods,
    reason = "a benchmark is its own command line, and measures processes"
)]

mod history;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 5;

fn main() {
    let mut args = std::env::args().skip(1);
    let mut number = |default| {
        let given = args.next().and_then(|arg| arg.parse::<usize>().ok());
        given.unwrap_or(default)
    };
    let (entries, components) = (number(5000), number(300));
    let kept = args.next().map(PathBuf::from);
    let folder = kept.clone().unwrap_or_else(|| {
        std::env::temp_dir().join(format!("terrace-ledger-{}", std::process::id()))
    });
    let start = Instant::now();
    if !folder.join("clone").exists() {
        history::make(&folder, entries, components);
        println!("made in {:.0?}", start.elapsed());
    }
    let terrace = std::env::current_exe()
        .ok()
        .and_then(|example| Some(example.parent()?.parent()?.join("terrace")))
        .filter(|binary| binary.exists())
        .expect("cargo build --release comes first");

    let clone = folder.join("clone");
    let git = |args: &[&str]| best(&clone, Path::new("git"), args, RUNS);
    let floor = git(&["log", "--format=%H", "origin/terrace/ledger"]);
    line("git log of the ledger", floor, None);
    let run = |what: &str, args: &[&str], runs: usize| {
        line(what, best(&clone, &terrace, args, runs), Some(floor));
    };
    let cache = clone.join(".git/terrace");
    let _ = std::fs::remove_dir_all(&cache);
    run("status, cold", &["status"], 1);
    run("status", &["status"], RUNS);
    let _ = std::fs::remove_dir_all(&cache);
    run(
        "promote --dry-run, cold",
        &["promote", "eu", "--dry-run"],
        1,
    );
    run("promote --dry-run", &["promote", "eu", "--dry-run"], RUNS);
    let _ = std::fs::remove_dir_all(&cache);
    run("verify, fresh clone", &["verify"], 1);
    run("verify, again", &["verify"], 2);
    if kept.is_none() {
        let _ = std::fs::remove_dir_all(&folder);
    }
}

/// Wall and processor time of the fastest run.
fn best(folder: &Path, program: &Path, args: &[&str], runs: usize) -> (Duration, Duration) {
    let mut least = (Duration::MAX, Duration::MAX);
    for _ in 0..runs {
        let before = children();
        let start = Instant::now();
        let output = Command::new(program)
            .args(args)
            .current_dir(folder)
            .env("HOME", folder.with_file_name("home"))
            .env("XDG_CONFIG_HOME", folder.with_file_name("config"))
            .stdin(Stdio::null())
            .output()
            .expect("it starts");
        let wall = start.elapsed();
        let ended = output.status.code().unwrap_or(-1);
        assert!(
            [0, 3].contains(&ended),
            "{} {args:?}: {ended}\n{}",
            program.display(),
            String::from_utf8_lossy(&output.stderr)
        );
        let used = children().saturating_sub(before);
        least = (least.0.min(wall), least.1.min(used));
    }
    least
}

/// Processor time of all children that ended (proc(5), `cutime` and `cstime`).
fn children() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: u64 = fields
        .split_whitespace()
        .skip(13)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 10)
}

fn line(what: &str, (wall, used): (Duration, Duration), floor: Option<(Duration, Duration)>) {
    let ratio = floor.map_or(String::new(), |floor| {
        let ratio = used.as_secs_f64() / floor.1.as_secs_f64().max(0.005);
        format!("  {ratio:5.1} × git log")
    });
    println!("{what:<26}{wall:>9.0?}  {used:>9.0?} of processors{ratio}");
}
