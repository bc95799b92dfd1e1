//! What fails leaves nothing behind.

use std::fs::File;
use std::time::Duration;

use terrace_exec::{Cancel, Command, Context, Frozen, Ladder};

use super::world::World;
use crate::support::{TERRACE, files};

#[test]
fn a_source_that_fails_leaves_nothing_behind() {
    let world = World::new();
    world
        .write("-- base/bad.hcl --\nterraform \"bad\" {\n  source = \"http://HOST/none.zip\"\n}\n");
    let ran = world.run(&["vendor"]);
    assert_eq!(ran.code, 1, "{ran}");
    assert!(
        ran.stderr.contains("none.zip") && ran.stderr.contains("base/bad.hcl:2:"),
        "{ran}"
    );
    assert!(!world.path("terrace.lock").exists() && !world.path("vendor").exists());
}

#[test]
fn the_policy_is_that_of_the_platform() {
    let world = World::new();
    let file = world.sandbox.read("terrace.hcl");
    let with = |block: &str| {
        let at = file.find("vendor {").expect("the block");
        std::fs::write(world.path("terrace.hcl"), format!("{}{block}", &file[..at]))
            .expect("written");
        world.run(&["vendor"])
    };
    let ran = with("");
    assert_eq!(ran.code, 1, "{ran}");
    assert!(ran.stderr.contains("plain http"), "{ran}");
    let ran = with("vendor {\n  insecure_hosts = [\"127.0.0.1\"]\n}\n");
    assert!(ran.stderr.contains("not a public address"), "{ran}");
    let ran = with("vendor {\n  allowed_hosts = [\"github.com\"]\n}\n");
    assert!(ran.stderr.contains("allowed hosts"), "{ran}");
    let ran = with("vendor {\n  alowed_hosts = []\n}\n");
    assert_eq!(ran.code, 1, "{ran}");
    assert!(
        ran.stderr.contains("did you mean `allowed_hosts`?"),
        "{ran}"
    );
    assert_eq!(world.asked(), 0, "nothing was asked");
    assert!(!world.path("vendor").exists());
}

#[test]
fn one_run_at_a_time() {
    let world = World::new();
    std::fs::create_dir(world.path("vendor")).expect("a folder");
    let held = File::open(world.path("vendor")).expect("opens");
    held.lock().expect("locks");
    let ran = world.run(&["vendor"]);
    assert_eq!(ran.code, 4, "{ran}");
    drop(held);
    world.ok(&["vendor"]);
}

/// Killed at any moment, the lock and the copies belong together, or there is
/// no lock yet; the next run ends what was begun.
#[test]
fn a_killed_run_is_ended_by_the_next() {
    let world = World::new();
    world.ok(&["vendor"]);
    let wanted = (
        world.sandbox.read("terrace.lock"),
        files(&world.path("vendor")),
    );
    let mut finished = 0;
    for step in 0..14 {
        std::fs::remove_dir_all(world.path("vendor")).expect("removed");
        std::fs::remove_file(world.path("terrace.lock")).expect("removed");
        let cancel = Cancel::new();
        let context = Context {
            clock: &Frozen::default(),
            cancel: &cancel,
        };
        let outcome = Command::new(TERRACE)
            .arg("vendor")
            .environment(world.sandbox.variables())
            .folder(world.sandbox.project())
            .timeout(Duration::from_millis(40 * step))
            .ladder(Ladder {
                interrupt: Duration::ZERO,
                terminate: Duration::ZERO,
            })
            .run_quietly(&context)
            .expect("runs");
        finished += usize::from(outcome.success());
        if world.path("terrace.lock").exists() {
            world.ok(&["vendor", "--check"]);
        }
        world.ok(&["vendor"]);
        let now = (
            world.sandbox.read("terrace.lock"),
            files(&world.path("vendor")),
        );
        assert!(now == wanted, "after {step} steps");
    }
    assert!(finished < 14, "no run was killed");
}

/// What cannot be vendored is refused by every command that reads it, before
/// anybody is asked, and no credential is shown or written.
#[test]
fn addresses_that_are_refused_are_shown_without_their_credentials() {
    let world = World::new();
    world.ok(&["vendor"]);
    world.ok(&["render"]);
    let before = files(&world.sandbox.project());
    let asked = world.asked();
    world.write(
        "-- base/bad.hcl --\nterraform \"bad\" {\n  source = \"git::http://u:hunter2@HOST/modules.git?ref=v1\"\n}\n\
         -- base/more/kustomization.yaml --\nresources:\n- http://u:hunter2@HOST/bundle.yaml\n",
    );
    let layers = ["base/bad.hcl", "base/more/kustomization.yaml"];
    for (code, args) in [
        (2, vec!["vendor", "--check"]),
        (1, vec!["vendor"]),
        (1, vec!["vendor", "--update", "--yes"]),
        (1, vec!["check"]),
        (1, vec!["render"]),
        (1, vec!["kustomize", "build", "base/more"]),
    ] {
        let ran = world.run(&args);
        assert_eq!(ran.code, code, "{args:?} {ran}");
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(
            said.contains("error[E1210]") && said.contains("://u:*******@"),
            "{args:?} {ran}"
        );
        assert!(!said.contains("hunter2"), "{args:?} {ran}");
        assert!(
            args[0] == "kustomize" || layers.iter().all(|file| said.contains(file)),
            "{args:?} {ran}"
        );
    }
    let ran = world.run(&["check", "--json"]);
    assert!(
        ran.stdout.contains("E1210") && !ran.stdout.contains("hunter2"),
        "{ran}"
    );
    assert_eq!(world.asked(), asked, "nobody was asked");
    let mut after = files(&world.sandbox.project());
    after.retain(|path, _| !layers.contains(&path.as_str()));
    assert!(after == before, "nothing was written");
}
