//! Updates: shown before they are written, and only what was asked for.

use super::world::World;
use crate::support::files;

#[test]
fn an_update_is_shown_and_then_written() {
    let world = World::new();
    world.ok(&["vendor"]);
    let (lock, before) = (
        world.sandbox.read("terrace.lock"),
        files(&world.path("vendor")),
    );
    assert!(
        world
            .ok(&["vendor", "--update", "--yes"])
            .stdout
            .contains("4 remote sources")
    );

    world.commit(
        "kustomize.git",
        "-- base/config.yaml --\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: upstream\ndata:\n  a: \"2\"\n-- base/more.yaml --\na: 1\n",
        None,
    );
    world.publish("1.1.0");
    world.publish("2.0.0");
    let dry = world.ok(&["vendor", "--update", "--dry-run"]);
    let asking = world.run(&["vendor", "--update"]);
    assert_eq!(asking.code, 1, "{asking}");
    assert!(asking.stderr.contains("`--yes`"), "{asking}");
    for shown in [&dry.stdout, &asking.stdout] {
        for line in [
            "1.0.0",
            " -> 1.1.0",
            "M base/config.yaml +1 -1",
            "A base/more.yaml +1 -0",
            "M main.tf +1 -1",
        ] {
            assert!(shown.contains(line), "{line}\n{shown}");
        }
        assert!(
            !shown.contains("2.0.0") && !shown.contains("modules.git"),
            "{shown}"
        );
    }
    assert_eq!(
        world.sandbox.read("terrace.lock"),
        lock,
        "nothing was written"
    );
    assert_eq!(files(&world.path("vendor")), before);

    // One by its folder's name, the other by its address.
    let ran = world.run(&["vendor", "--update", "nothing-of-this-name", "--yes"]);
    assert_eq!(ran.code, 1, "{ran}");
    let name = format!("{}/acme/labels/null", world.server.host());
    let ran = world.ok(&["vendor", "--update", &name, "--yes"]);
    assert!(
        ran.stdout.contains("-> 1.1.0") && !ran.stdout.contains("kustomize.git"),
        "{ran}"
    );
    world.ok(&["vendor", "--check"]);
    let json = world.ok(&["vendor", "--update", "--yes", "--json"]).json();
    let changes = json["data"]["changes"].as_array().expect("changes");
    assert_eq!(changes.len(), 1, "{json:#}");
    assert_eq!(changes[0]["files"][0]["path"], "base/config.yaml");
    assert_eq!(json["data"]["written"], true);
    world.ok(&["vendor", "--check"]);
    world.ok(&["render"]);
    let manifests = world.sandbox.read("rendered/ops/web/manifests.yaml");
    assert!(manifests.contains("a: \"2\""), "{manifests}");
}

#[test]
fn what_nothing_uses_goes_away() {
    let world = World::new();
    world.ok(&["vendor"]);
    std::fs::remove_file(world.path("base/web/kustomization.yaml")).expect("removed");
    std::fs::remove_dir(world.path("base/web")).expect("removed");
    let ran = world.run(&["vendor", "--check"]);
    assert_eq!(ran.code, 2, "{ran}");
    assert!(ran.stderr.contains("nothing uses"), "{ran}");
    let ran = world.ok(&["vendor"]);
    assert_eq!(ran.stdout.matches("\n  vendor/").count(), 2, "{ran}");
    world.ok(&["vendor", "--check"]);
    for path in ["base/net.hcl", "base/labels.hcl"] {
        std::fs::remove_file(world.path(path)).expect("removed");
    }
    world.ok(&["vendor"]);
    assert!(!world.path("terrace.lock").exists() && !world.path("vendor").exists());
}

/// A file that does not parse may name sources, too.
#[test]
fn nothing_goes_away_while_a_file_cannot_be_read() {
    let world = World::new();
    world.ok(&["vendor"]);
    let lock = world.sandbox.read("terrace.lock");
    world.write("-- base/net.hcl --\nterraform \"net\" {\n");
    let ran = world.run(&["vendor"]);
    assert_eq!(ran.code, 1, "{ran}");
    assert!(ran.stderr.contains("base/net.hcl"), "{ran}");
    assert_eq!(world.sandbox.read("terrace.lock"), lock);
}

#[test]
fn constraints_share_a_version_where_they_can() {
    let world = World::new();
    world.publish("1.1.0");
    world.publish("1.2.0");
    world.write("-- base/exact.hcl --\nterraform \"exact\" {\n  source  = \"HOST/acme/labels/null\"\n  version = \"1.1.0\"\n  inputs  = { name = \"x\" }\n}\n");
    world.ok(&["vendor"]);
    let lock = world.sandbox.read("terrace.lock");
    assert_eq!(lock.matches("/acme/labels/null\"").count(), 2, "{lock}");
    assert!(
        lock.contains("\"1.1.0\"") && lock.contains("\"1.2.0\""),
        "{lock}"
    );
    world.ok(&["render"]);
    let exact = files(&world.path("rendered/ops/exact"));
    let text: String = exact
        .values()
        .map(|bytes| String::from_utf8_lossy(bytes))
        .collect();
    assert!(
        text.contains("1.1.0-$") && !text.contains("1.2.0"),
        "{text}"
    );
}

/// What changes is on the screen before anything is written.
#[test]
fn on_a_terminal_it_asks_first() {
    let world = World::new();
    world.ok(&["vendor"]);
    world.publish("1.1.0");
    let cli = world.cli();
    let state = || {
        let lock = world.sandbox.read("terrace.lock");
        (lock, files(&world.path("vendor")))
    };
    let before = state();
    let shown = "-> 1.1.0";
    let question = "Write this? [y/N]: ";
    for (typed, code, said) in [
        (&["n"][..], 0, "nothing was written\n"),
        (&[""], 0, "nothing was written\n"),
        (&["perhaps", "no"], 0, "nothing was written\n"),
        // Ctrl-C, at once and after something that is no answer.
        (&[], 130, "nothing was written\n"),
        (&["yess"], 130, "nothing was written\n"),
    ] {
        let ran = cli.on_terminal(&["vendor", "--update"], typed);
        assert_eq!(ran.code, code, "{typed:?} {ran}");
        assert!(ran.stdout.ends_with(said), "{typed:?} {ran}");
        let (change, asked) = (ran.stdout.find(shown), ran.stdout.find(question));
        assert!(change.is_some() && change < asked, "{typed:?} {ran}");
        assert_eq!(ran.stdout.matches(shown).count(), 1, "{ran}");
        assert!(state() == before, "{typed:?} {ran}");
    }
    let ran = cli.on_terminal(&["vendor", "--update"], &["y"]);
    assert_eq!(ran.code, 0, "{ran}");
    assert!(ran.stdout.ends_with("written\n"), "{ran}");
    assert!(state() != before);
    assert!(world.sandbox.read("terrace.lock").contains("\"1.1.0\""));
    world.ok(&["vendor", "--check"]);
    // Nothing changes, nothing is asked.
    let ran = cli.on_terminal(&["vendor", "--update"], &[]);
    assert_eq!(ran.code, 0, "{ran}");
    assert!(!ran.stdout.contains(question), "{ran}");
    // In CI nobody is there, terminal or not.
    world.publish("1.2.0");
    let ran = cli
        .variable("CI", "true")
        .on_terminal(&["vendor", "--update"], &[]);
    assert_eq!(ran.code, 1, "{ran}");
    assert!(ran.stdout.contains("--yes"), "{ran}");
}
