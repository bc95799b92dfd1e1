//! S14: a process that is killed at any point where it changes something leaves
//! a state from which the same command, run again, converges: no entry twice, no
//! ref half-moved, and everything verifies.
//!
//! Everything that leaves a trace outside of the process goes through git and
//! tofu, but for the work folders. So every call of git that writes, and every
//! call of tofu, kills the process that made it: before it does anything, and
//! after it has done all of it. What only reads cannot tell two such points
//! apart. Kills at random moments cover the rest.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use super::cloud::executable;
use super::platform::{Checkout, Platform, Setup};

/// Calls of git that move refs. Objects that no ref leads to are not seen by
/// anyone, so that those that only write objects matter no more than those that
/// read. `EVERY=1` kills at each of them all the same.
const MOVES: &str = "push fetch update-ref";
const WRITES: &str = "push fetch update-ref hash-object fast-import";

/// Calls of tofu that change something, or leave something behind.
const ACTS: &str = "plan apply";

#[expect(clippy::disallowed_methods, reason = "the switch of these tests")]
fn every() -> bool {
    std::env::var_os("EVERY").is_some()
}

/// Programs that kill whoever calls them for the `at`-th time.
struct Crashes {
    folder: std::path::PathBuf,
}

impl Crashes {
    fn new(platform: &Platform) -> Self {
        let folder = platform.sandbox.path("crashes");
        std::fs::create_dir(&folder).expect("a folder");
        for tool in ["git", "tofu"] {
            let real = platform.sandbox.path("bin").join(tool);
            let words = match (tool, every()) {
                ("git", false) => MOVES,
                ("git", true) => WRITES,
                (_, false) => ACTS,
                (_, true) => "version init plan show apply state",
            };
            let words = words.split(' ').map(|word| format!("*' {word} '*"));
            let writes = words.collect::<Vec<_>>().join("|");
            let script = format!(
                "#!/bin/sh\ncase \" $* \" in {writes})\n  read -r at when < {here}/plan\n  read -r n < {here}/count\n  \
                 n=$((n + 1)); echo $n > {here}/count\n  if [ $n = $at ]; then\n    \
                 if [ $when = after ]; then {real} \"$@\"; fi\n    kill -9 $PPID; exit 1\n  fi ;;\nesac\nexec {real} \"$@\"\n",
                here = folder.display(),
                real = real.display(),
            );
            executable(&folder.join(tool), &script);
        }
        Self { folder }
    }

    /// Runs the command; whether it was killed at that point.
    fn run(&self, platform: &Platform, at: usize, when: &str, args: &[&str]) -> bool {
        std::fs::write(self.folder.join("plan"), format!("{at} {when}\n")).expect("written");
        std::fs::write(self.folder.join("count"), "0\n").expect("written");
        let path = format!(
            "{}:{}",
            self.folder.display(),
            platform.sandbox.path("bin").display()
        );
        let ran = platform.cli.clone().variable("PATH", &path).run(args);
        assert!([0, 137].contains(&ran.code), "{at} {when} {args:?}: {ran}");
        ran.code == 137
    }
}

/// Everything that lasts, put aside and back.
struct Snapshot<'a> {
    platform: &'a Platform,
    parts: Vec<&'static str>,
}

impl<'a> Snapshot<'a> {
    fn of(platform: &'a Platform, name: &'static str) -> (Self, &'static str) {
        let all = ["project", "origin.git", "cloud"];
        let parts = all
            .into_iter()
            .filter(|part| platform.sandbox.path(part).exists())
            .collect();
        let snapshot = Self { platform, parts };
        snapshot.copy(Path::new(""), Path::new(name));
        (snapshot, name)
    }

    fn copy(&self, from: &Path, to: &Path) {
        let top = self.platform.sandbox.path("");
        let (from, to) = (top.join(from), top.join(to));
        for part in &self.parts {
            self.platform.shell(&format!(
                "rm -rf {to}/{part}; mkdir -p {to}; cp -a {from}/{part} {to}/{part}",
                from = from.display(),
                to = to.display(),
            ));
        }
    }

    fn restore(&self, name: &str) {
        self.copy(Path::new(name), Path::new(""));
    }
}

/// What has to be the same however often it was interrupted.
#[derive(Debug, PartialEq, Eq)]
struct End {
    kinds: Vec<String>,
    releases: Vec<Option<String>>,
    refs: Vec<String>,
    applied: BTreeMap<String, Option<String>>,
}

fn end(platform: &Platform) -> End {
    let envs = ["ops", "apps"];
    let roots = ["network", "cluster", "service"];
    let applied = envs
        .into_iter()
        .flat_map(|env| roots.map(|root| (env, root)));
    platform.verifies();
    End {
        kinds: once(platform.kinds()),
        releases: envs
            .into_iter()
            .map(|env| platform.release_of(env))
            .collect(),
        refs: platform.refs().into_keys().collect(),
        applied: applied
            .map(|(env, root)| (format!("{env}/{root}"), platform.cloud.applied(env, root)))
            .collect(),
    }
}

/// What was validated twice, whole each time, was validated.
fn once(mut kinds: Vec<String>) -> Vec<String> {
    let twice = ["gate", "evidence", "gate", "evidence"];
    while kinds.windows(4).any(|four| four == twice) {
        let at = kinds.windows(4).position(|four| four == twice);
        kinds.drain(at.map_or(0..0, |at| at..at + 2));
    }
    kinds
}

/// Kills the command at each point, and runs it again until it is through.
fn survives(platform: &Platform, args: &[&str]) -> usize {
    let crashes = Crashes::new(platform);
    let (snapshot, name) = Snapshot::of(platform, "before");
    platform.ok(args);
    let expected = end(platform);
    let mut kills = 0;
    // Before a call of git is after the one before it; before a call of tofu
    // something was noted in the work folder.
    let moments: &[&str] = match every() || args[0] == "apply" {
        true => &["before", "after"],
        false => &["after"],
    };
    for at in 1.. {
        let mut killed = false;
        for when in moments {
            snapshot.restore(name);
            if crashes.run(platform, at, when, args) {
                killed = true;
                kills += 1;
                // Whoever comes next sees nothing that does not verify.
                platform.ok(args);
            }
            assert_eq!(
                end(platform),
                expected,
                "killed {when} call {at} of {args:?}"
            );
        }
        if !killed {
            break;
        }
    }
    std::fs::remove_dir_all(&crashes.folder).expect("removed");
    kills
}

fn points(remote: bool) -> Platform {
    Platform::with(&Setup {
        remote,
        ..Setup::default()
    })
}

#[test]
fn promoted_into_an_entry() {
    for remote in [false, true] {
        let platform = points(remote);
        let kills = survives(&platform, &["promote", "ops"]);
        assert!(kills >= 1, "{kills}");
    }
}

#[test]
fn applied_and_validated() {
    let platform = points(false);
    platform.ok(&["promote", "ops"]);
    let kills = survives(&platform, &["apply", "ops"]);
    assert!(kills >= 1, "{kills}");
    let kills = survives(&platform, &["validate", "ops"]);
    assert!(kills >= 1, "{kills}");
}

#[test]
fn promoted_and_rolled_back() {
    let platform = points(true);
    platform.through_apps();
    platform.resize("service", 2);
    platform.through_ops();
    let kills = survives(&platform, &["promote", "apps"]);
    assert!(kills >= 1, "{kills}");
    platform.ok(&["apply", "apps"]);
    let kills = survives(&platform, &["rollback", "apps"]);
    assert!(kills >= 1, "{kills}");
}

#[test]
fn on_a_server_that_moves_refs_one_by_one() {
    let platform = points(true);
    platform.git_there(&["config", "receive.advertiseAtomic", "false"]);
    let kills = survives(&platform, &["promote", "ops"]);
    assert!(kills >= 1, "{kills}");
    // Between the intent and the branch anyone may go on: apply, or resume.
    platform.ok(&["apply", "ops"]);
    platform.ok(&["validate", "ops"]);
    let before = platform.refs();
    platform.ok(&["promote", "apps"]);
    platform.reset(
        "refs/heads/env/apps",
        before.get("refs/heads/env/apps").map(String::as_str),
    );
    let clone = platform.clone_of();
    clone.exits(5, &["verify"]);
    clone.ok(&["resume", "apps"]);
    platform.verifies();
    assert_eq!(platform.release_of("apps"), platform.release_of("ops"));
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "a child that is killed at a random moment"
)]
fn at_any_moment() {
    use std::process::{Command, Stdio};
    let platform = points(true);
    platform.ok(&["promote", "ops"]);
    let (snapshot, name) = Snapshot::of(&platform, "before");
    let ways: [&[&str]; 2] = [&["apply", "ops"], &["validate", "ops"]];
    let mut takes = Vec::new();
    for args in ways {
        let start = Instant::now();
        platform.ok(args);
        takes.push(start.elapsed());
    }
    let expected = end(&platform);
    let mut killed = 0;
    for round in 0..5_u32 {
        snapshot.restore(name);
        for (args, takes) in ways.iter().zip(&takes) {
            let here: &Checkout = &platform;
            let mut child = Command::new(crate::support::TERRACE)
                .args(*args)
                .current_dir(&here.folder)
                .env_clear()
                .envs(here.variables().iter())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("terrace");
            std::thread::sleep(*takes * (10 + round * 18) / 100);
            killed += u32::from(child.try_wait().expect("its state").is_none());
            child.kill().expect("killed, or over");
            child.wait().expect("over");
            // What it started may still hold a lock for a moment.
            let ran = (0..50).map(|_| platform.run(args)).find(|ran| {
                if ran.code != 0 {
                    std::thread::sleep(Duration::from_millis(100));
                }
                ran.code == 0
            });
            assert!(ran.is_some(), "round {round}: {args:?} does not converge");
        }
        let found = end(&platform);
        assert_eq!(found.kinds, expected.kinds, "round {round}");
        assert_eq!(found, expected, "round {round}");
    }
    println!("{killed} of 10 were killed");
}
