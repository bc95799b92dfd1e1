//! Renders that are killed, and renders at the same time: every environment
//! is whole, old or new, and the next render converges.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use terrace_testkit::Cli;

use crate::support::{TERRACE, files, starter};

type Environment = BTreeMap<String, Vec<u8>>;

fn environments(rendered: &Path) -> BTreeMap<String, Environment> {
    ["ops", "apps"]
        .into_iter()
        .filter(|name| rendered.join(name).is_dir())
        .map(|name| (name.to_owned(), files(&rendered.join(name))))
        .collect()
}

/// Changes what every root and component of both environments is made of.
fn turn(project: &Path, version: usize) {
    let text = format!("locals {{\n  turn = \"turn-{version}\"\n}}\n");
    fs::write(project.join("base/turn.hcl"), text).expect("a layer file");
    let modules = files(&project.join("modules"));
    for path in modules.keys().filter(|path| path.ends_with("versions.tf")) {
        let file = project.join("modules").join(path);
        let text = fs::read_to_string(&file).expect("a module file");
        let text = text.split("# turn").next().unwrap_or_default();
        fs::write(&file, format!("{text}# turn {version}\n")).expect("a module file");
    }
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "a child that is killed at a random moment"
)]
fn killed_at_any_moment_every_environment_is_whole() {
    let (sandbox, cli) = starter("local");
    let project = sandbox.project().join("p");
    let rendered = project.join("rendered");
    let mut whole = Vec::new();
    let mut takes = Duration::ZERO;
    for version in [0, 1] {
        turn(&project, version);
        let start = Instant::now();
        let ran = cli.run(["render", "--no-sync"]);
        takes = start.elapsed();
        assert_eq!(ran.code, 0, "{ran}");
        whole.push(environments(&rendered));
    }
    assert!(whole[0] != whole[1], "the two sources must differ");
    let (mut killed, mut moved) = (0, 0);
    for round in 0..30_u64 {
        let version = (round % 2) as usize;
        turn(&project, version);
        let mut child = Command::new(TERRACE)
            .args(["render", "--no-sync"])
            .current_dir(&project)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("terrace");
        // From before it reads its first file until it is done, in uneven steps;
        // most of them late, where it writes.
        let part = 20 + (round * 37) % 90;
        thread::sleep(takes * part as u32 / 100);
        let ended = child.try_wait().expect("its state").is_some();
        child.kill().expect("killed, or over");
        child.wait().expect("over");
        killed += usize::from(!ended);
        for (name, found) in environments(&rendered) {
            let old = found == whole[1 - version][&name];
            let new = found == whole[version][&name];
            assert!(old || new, "round {round}: {name} is neither old nor new");
            moved += usize::from(new);
        }
        assert_eq!(
            environments(&rendered).len(),
            2,
            "round {round}: an environment is gone"
        );
        if round % 5 == 0 {
            let ran = cli.run(["render"]);
            assert_eq!(ran.code, 0, "round {round}: {ran}");
            assert!(environments(&rendered) == whole[version], "round {round}");
            let ran = cli.run(["render", "--check"]);
            assert_eq!(ran.code, 0, "round {round}: {ran}");
        }
    }
    let ran = cli.run(["render"]);
    assert_eq!(ran.code, 0, "{ran}");
    assert!(environments(&rendered) == whole[1]);
    let left: Vec<String> = fs::read_dir(&rendered)
        .expect("rendered")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !["ops", "apps", "release.json"].contains(&name.as_str()))
        .filter(|name| !name.contains("lock"))
        .collect();
    assert!(left.is_empty(), "left over: {left:?}");
    println!("{killed} of 30 renders were killed; {moved} environments were new");
}

#[test]
fn two_renders_at_once() {
    let (sandbox, cli) = starter("local");
    let project = sandbox.project().join("p");
    for round in 0..4 {
        turn(&project, round);
        let run = |cli: Cli| thread::spawn(move || cli.run(["render"]));
        let both = [run(cli.clone()), run(cli.clone())].map(|thread| thread.join().expect("ran"));
        let mut codes: Vec<i32> = both.iter().map(|ran| ran.code).collect();
        codes.sort_unstable();
        assert!(
            codes == [0, 0] || codes == [0, 4],
            "round {round}\n{}\n{}",
            both[0],
            both[1]
        );
        for ran in both.iter().filter(|ran| ran.code == 4) {
            assert!(ran.stderr.contains("another"), "{ran}");
        }
        let ran = cli.run(["render", "--check"]);
        assert_eq!(ran.code, 0, "round {round}: {ran}");
    }
}
