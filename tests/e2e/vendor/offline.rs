//! Vendored once, everything is built from files.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use terrace_testkit::tool;

use super::world::World;
use crate::support::files;

#[test]
fn remote_sources_become_local_files() {
    let world = World::new();
    let before = world.run(&["render"]);
    assert_eq!(before.code, 1, "{before}");
    assert!(before.stderr.contains("run `terrace vendor`"), "{before}");
    assert!(
        before.stderr.contains("base/web/kustomization.yaml"),
        "{before}"
    );

    let ran = world.ok(&["vendor"]);
    let host = world.server.host();
    let lock = world.sandbox.read("terrace.lock");
    for source in [
        format!("git::http://{host}/modules.git?ref=v1"),
        format!("git::http://{host}/kustomize.git?ref=main"),
        format!("http://{host}/bundle.yaml"),
        format!("{host}/acme/labels/null"),
    ] {
        assert!(
            lock.contains(&format!("source \"{source}\"")),
            "{source}\n{lock}"
        );
        assert!(ran.stdout.contains(&source), "{ran}");
    }
    assert!(lock.contains("version     = \"1.0.0\""), "{lock}");
    assert!(lock.contains("licence = \"LICENSE\""), "{lock}");
    let vendored = files(&world.path("vendor"));
    let mut names: Vec<&str> = vendored
        .keys()
        .filter_map(|path| path.split_once('/').map(|(_, rest)| rest))
        .collect();
    // Folders are named after hosts, whose ports differ from run to run.
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "LICENSE",
            "base/config.yaml",
            "base/kustomization.yaml",
            "bundle.yaml",
            "main.tf",
            "network/main.tf",
            "network/run.sh",
            "overlay/kustomization.yaml",
            "shared/main.tf",
        ],
        "only what is reached, without settings of git"
    );

    // From here on nothing is asked of anybody.
    let asked = world.asked();
    world.ok(&["vendor", "--check"]);
    let again = world.ok(&["vendor"]);
    assert_eq!(again.stdout, "4 remote sources are vendored\n");
    let ran = world.ok(&["render"]);
    assert!(!ran.stderr.contains("not at hand"), "{ran}");
    world.ok(&["render", "--check"]);
    world.ok(&["check"]);
    world.ok(&["fmt", "--check"]);
    let built = world.ok(&["kustomize", "build", "base/web"]);
    assert_eq!(world.asked(), asked, "no server was asked");

    assert!(built.stdout.contains("name: bundle") && built.stdout.contains("name: up-upstream"));
    let rendered = files(&world.path("rendered/ops"));
    let manifests = &rendered["web/manifests.yaml"];
    assert_eq!(String::from_utf8_lossy(manifests), built.stdout);
    for (path, bytes) in &rendered {
        let text = String::from_utf8_lossy(bytes);
        let is_hcl = path.ends_with(".tf");
        assert!(
            !is_hcl || !text.contains(&host),
            "{path} is not self-contained:\n{text}"
        );
    }
    let main = String::from_utf8_lossy(&rendered["net/main.tf"]).into_owned();
    assert!(main.contains("source = \"./modules/vendor/"), "{main}");
    let release = world.sandbox.read("rendered/release.json");
    assert!(
        !release.contains(&host),
        "every source is covered: {release}"
    );
    terraform(&world);
}

/// The rendered root is what terraform accepts as it stands.
fn terraform(world: &World) {
    let Some(terraform) = tool("remote_sources_become_local_files", "terraform") else {
        return;
    };
    let root = world.path("rendered/ops/net");
    let cli = |args: &[&str]| {
        let script = format!("{} {}", terraform.display(), args.join(" "));
        let ran = terrace_testkit::Cli::new("/bin/sh", &world.sandbox)
            .folder(&root)
            .run(["-c", &script]);
        assert_eq!(ran.code, 0, "{script} {ran}");
    };
    cli(&["fmt", "-check", "-recursive"]);
    cli(&["init", "-backend=false", "-input=false", "-no-color"]);
    cli(&["validate", "-no-color"]);
}

#[test]
fn without_an_entry_the_place_is_named() {
    let world = World::new();
    world.ok(&["vendor"]);
    world.write("-- base/more.hcl --\nterraform \"more\" {\n  source = \"git::http://HOST/modules.git//network?ref=v2\"\n}\n");
    let ran = world.run(&["render"]);
    assert_eq!(ran.code, 1, "{ran}");
    assert!(
        ran.stderr.contains("not-vendored") || ran.stderr.contains("E1213"),
        "{ran}"
    );
    assert!(ran.stderr.contains("base/more.hcl:2:"), "{ran}");
    assert!(ran.stderr.contains("run `terrace vendor`"), "{ran}");
    let ran = world.run(&["vendor", "--check"]);
    assert_eq!(ran.code, 2, "{ran}");
    // A folder that was not used before belongs to the same entry.
    world.write("-- base/more.hcl --\nterraform \"more\" {\n  source = \"git::http://HOST/modules.git//unused?ref=v1\"\n}\n");
    let ran = world.run(&["vendor", "--check"]);
    assert_eq!(ran.code, 2, "{ran}");
    world.ok(&["vendor"]);
    world.ok(&["render"]);
    let lock = world.sandbox.read("terrace.lock");
    assert!(lock.contains("[\"network\", \"unused\"]"), "{lock}");
    assert_eq!(lock.matches("modules.git").count(), 1, "{lock}");
}

#[test]
fn overlays_may_be_remote_as_a_whole() {
    let world = World::new();
    world.write("-- base/remote.hcl --\nkustomize \"remote\" {\n  source = \"git::http://HOST/kustomize.git//overlay?ref=main\"\n  namePrefix = \"our-\"\n}\n");
    world.ok(&["vendor"]);
    world.ok(&["render"]);
    let manifests = world.sandbox.read("rendered/ops/remote/manifests.yaml");
    assert!(manifests.contains("name: our-up-upstream"), "{manifests}");
}

#[test]
fn copies_that_were_changed_are_found() {
    let world = World::new();
    world.ok(&["vendor"]);
    let lock = world.sandbox.read("terrace.lock");
    let vendored = world.path("vendor");
    let folder = fs::read_dir(&vendored)
        .expect("vendor")
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.join("network").is_dir())
        .expect("the modules");
    let before = files(&vendored);
    let script = folder.join("network/run.sh");
    let is_executable = || fs::metadata(&script).expect("there").permissions().mode() & 0o100 != 0;
    assert!(is_executable());
    let spoil: [(&str, &dyn Fn()); 5] = [
        ("no longer executable", &|| {
            fs::set_permissions(&script, fs::Permissions::from_mode(0o644)).expect("a mode")
        }),
        ("changed", &|| {
            fs::write(folder.join("network/main.tf"), "").expect("written")
        }),
        ("added", &|| {
            fs::write(folder.join("network/z_override.tf"), "").expect("written")
        }),
        ("removed", &|| {
            fs::remove_file(folder.join("LICENSE")).expect("removed")
        }),
        ("linked", &|| {
            std::os::unix::fs::symlink("/etc/passwd", folder.join("l")).expect("a link");
        }),
    ];
    for (what, spoil) in spoil {
        spoil();
        let ran = world.run(&["vendor", "--check"]);
        assert_eq!(ran.code, 2, "{what} {ran}");
        assert!(ran.stderr.contains("terrace.lock"), "{what} {ran}");
        let ran = world.run(&["check"]);
        assert_eq!(ran.code, 1, "{what} {ran}");
        assert!(ran.stderr.contains("error[E1231]"), "{what} {ran}");
        let ran = world.run(&["vendor"]);
        assert_eq!(ran.code, 1, "{what} {ran}");
        assert!(ran.stderr.contains("--force"), "{what} {ran}");
        world.ok(&["vendor", "--force"]);
        assert_eq!(files(&vendored), before, "{what}");
        assert!(is_executable(), "{what}");
        world.ok(&["vendor", "--check"]);
    }
    digests_can_be_made_by_hand(&world, &folder, &lock);
    let digest = lock.lines().find(|line| line.contains("sha256 "));
    let digest = digest.and_then(|line| line.split('"').nth(1)).expect("one");
    fs::write(
        world.path("terrace.lock"),
        lock.replace(digest, &"0".repeat(64)),
    )
    .expect("written");
    assert_eq!(world.run(&["vendor", "--check"]).code, 2);
    assert_eq!(world.run(&["check"]).code, 1);
    world.ok(&["render"]);
    fs::write(world.path("terrace.lock"), &lock).expect("written");
    world.ok(&["check"]);
    // A copy that is gone comes back as it was locked, whatever main is now.
    world.commit("kustomize.git", "-- base/more.yaml --\na: 1\n", None);
    fs::remove_dir_all(&vendored).expect("removed");
    assert_eq!(world.run(&["vendor", "--check"]).code, 2);
    world.ok(&["vendor"]);
    assert_eq!(files(&vendored), before);
    assert_eq!(world.sandbox.read("terrace.lock"), lock);
}

/// The recipe of docs/vendoring.md.
fn digests_can_be_made_by_hand(world: &World, folder: &Path, lock: &str) {
    let recipe = "{ find . -type f | cut -c3- | LC_ALL=C sort | xargs sha256sum
        find . -type f -perm -100 | cut -c3- | LC_ALL=C sort | sed 's/^/executable  /'
        } | sha256sum";
    let ran = terrace_testkit::Cli::new("/bin/sh", &world.sandbox)
        .raw()
        .folder(folder)
        .run(["-c", recipe]);
    assert_eq!(ran.code, 0, "{ran}");
    let digest = ran.stdout.split_whitespace().next().unwrap_or_default();
    assert!(lock.contains(&format!("\"{digest}\"")), "{digest}\n{lock}");
}

#[test]
fn bases_of_bases_are_vendored() {
    let world = World::new();
    world.commit(
        "deep.git",
        "-- overlay/kustomization.yaml --\nresources:\n- http://HOST/kustomize.git//base?ref=main\nnameSuffix: -deep\n",
        None,
    );
    world.write("-- base/deep/kustomization.yaml --\nresources:\n- http://HOST/deep.git//overlay?ref=main\n");
    world.ok(&["vendor"]);
    world.ok(&["vendor", "--check"]);
    let lock = world.sandbox.read("terrace.lock");
    assert!(lock.contains("[\"base\", \"overlay\"]"), "{lock}");
    world.ok(&["render"]);
    let manifests = world.sandbox.read("rendered/ops/deep/manifests.yaml");
    assert!(manifests.contains("name: upstream-deep"), "{manifests}");
}

/// What is vendored stays inside of its copy, whatever it names.
#[test]
fn a_source_reaches_nothing_outside_of_itself() {
    let world = World::new();
    world.commit(
        "evil.git",
        "-- overlay/kustomization.yaml --\nresources:\n- ../../../base/own\n-- module/main.tf --\nmodule \"own\" {\n  source = \"../../../modules/own\"\n}\n",
        None,
    );
    world.write(
        "-- base/own/kustomization.yaml --\nresources: []\n-- modules/own/main.tf --\nterraform {}\n\
         -- base/evil/kustomization.yaml --\nresources:\n- http://HOST/evil.git//overlay?ref=main\n",
    );
    world.ok(&["vendor"]);
    let ran = world.run(&["kustomize", "build", "base/evil"]);
    assert_eq!(ran.code, 1, "{ran}");
    assert!(
        ran.stderr.contains("leads out of the remote source"),
        "{ran}"
    );
    std::fs::remove_dir_all(world.path("base/evil")).expect("removed");
    world.write("-- base/evil.hcl --\nterraform \"evil\" {\n  source = \"git::http://HOST/evil.git//module?ref=main\"\n}\n");
    let lock = world.sandbox.read("terrace.lock");
    let ran = world.run(&["vendor"]);
    assert_eq!(ran.code, 1, "{ran}");
    assert!(ran.stderr.contains("leads out of git::"), "{ran}");
    assert_eq!(
        world.sandbox.read("terrace.lock"),
        lock,
        "nothing was written"
    );
}

/// Folders of the user's own beside the copies are none of its business.
#[test]
fn other_folders_in_vendor_stay() {
    let world = World::new();
    world.write(
        "-- vendor/mine/main.tf --\nterraform {}\n\
         -- base/mine.hcl --\nterraform \"mine\" {\n  source = \"./vendor/mine\"\n}\n",
    );
    world.ok(&["vendor"]);
    world.ok(&["vendor", "--update", "--yes"]);
    world.ok(&["vendor", "--check"]);
    world.ok(&["render"]);
    assert_eq!(world.sandbox.read("vendor/mine/main.tf"), "terraform {}\n");
}

/// A promotion that asks for it has other rules than one that does not.
#[test]
fn a_promotion_may_ask_for_vendored_sources() {
    let world = World::new();
    world.ok(&["vendor"]);
    let policy = |attribute: &str| {
        let file = world.sandbox.read("terrace.hcl");
        let before = file
            .split("environment \"apps\"")
            .next()
            .unwrap_or_default();
        let edge = format!(
            "environment \"apps\" {{\n  layers = [\"base\"]\n}}\n\npromotion \"ops\" \"apps\" {{\n  gates = [gate.plan_clean]\n{attribute}}}\n"
        );
        fs::write(world.path("terrace.hcl"), format!("{before}{edge}")).expect("written");
        let ran = world.run(&["render"]);
        (
            ran.code,
            ran.stderr,
            world.sandbox.read("rendered/release.json"),
        )
    };
    let digest = |release: &str| {
        let line = release
            .lines()
            .skip_while(|line| !line.contains("ops->apps"));
        line.take(2).collect::<String>()
    };
    let (code, said, without) = policy("");
    assert_eq!(code, 0, "{said}");
    let (code, said, with) = policy("  vendored = true\n");
    assert_eq!(code, 0, "{said}");
    assert_ne!(digest(&without), digest(&with));
    assert_eq!(policy("  vendored = \"yes\"\n").0, 1);
}
