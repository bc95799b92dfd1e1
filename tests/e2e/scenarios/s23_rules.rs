//! S23: rules that contradict themselves are configuration errors, found before
//! anything is written; an environment is not opened by deleting its promotion.

use super::platform::Platform;

#[test]
fn cycles_unknown_environments_and_unguarded_ones_are_errors() {
    for (block, says) in [
        (
            "promotion \"apps\" \"ops\" {\n  gates = [gate.smoke]\n}\n",
            "ops",
        ),
        (
            "promotion \"apps\" \"moon\" {\n  gates = [gate.smoke]\n}\n",
            "moon",
        ),
        (
            "promotion \"apps\" \"apps\" {\n  gates = [gate.smoke]\n}\n",
            "apps",
        ),
        ("environment \"prod\" {\n  layers = [\"base\"]\n}\n", "prod"),
    ] {
        let platform = Platform::new("expires = \"24h\"");
        platform.edit(
            "terrace.hcl",
            "gate \"smoke\"",
            &format!("{block}\ngate \"smoke\""),
        );
        platform.commit("rules");
        for args in [&["promote", "ops"][..], &["check"]] {
            let ran = platform.exits(1, args);
            assert!(ran.stderr.contains(says), "{says}\n{ran}");
            assert!(ran.stderr.contains("terrace.hcl:"), "{ran}");
        }
        assert!(platform.refs().is_empty(), "{block}");
    }
}

#[test]
fn an_environment_that_is_removed_while_it_runs_something() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_apps();
    let hcl = std::fs::read_to_string(platform.folder.join("terrace.hcl")).expect("read");
    let start = hcl.find("promotion \"ops\"").expect("there");
    let end = start + hcl[start..].find("\n}\n").expect("its end") + 3;
    // Without its promotion apps would stand unguarded: an error, not a way in.
    let without = format!("{}{}", &hcl[..start], &hcl[end..]);
    std::fs::write(platform.folder.join("terrace.hcl"), &without).expect("written");
    platform.commit("no promotion");
    let ran = platform.exits(1, &["promote", "apps"]);
    assert!(ran.stderr.contains("apps"), "{ran}");
    // Made an entry, it still asks for an approver's word.
    let entry = without.replace(
        "environment \"apps\" {",
        "environment \"apps\" {\n  entry = true",
    );
    std::fs::write(platform.folder.join("terrace.hcl"), entry).expect("written");
    platform.commit("apps is an entry now");
    platform.refused(&["promote", "apps"], &["I10", "approver"]);
}

#[test]
fn an_environment_that_gets_another_name_while_it_runs_something() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_apps();
    let release = platform.release_of("apps").expect("a release");
    platform.edit(
        "terrace.hcl",
        "environment \"apps\"",
        "environment \"live\"",
    );
    platform.edit(
        "terrace.hcl",
        "promotion \"ops\" \"apps\"",
        "promotion \"ops\" \"live\"",
    );
    platform.commit("apps is live now");
    // It is still seen, and nothing moves as if it were not there.
    let status = platform.ok(&["status"]);
    for words in ["NOT IN terrace.hcl", &format!("{} ", &release[..7])] {
        assert!(status.stdout.contains(words), "{words}\n{status}");
    }
    let says = ["I10", "apps runs release", "terrace ack apps --open"];
    platform.refused(&["promote", "ops"], &says);
    let word = ["ack", "apps", "--open", "--reason", "destroyed by hand"];
    let ran = platform.as_("ann", &word);
    assert_eq!(ran.code, 0, "{ran}");
    platform.deploy("ops");
    platform.ok(&["validate", "ops"]);
    platform.deploy("live");
    let status = platform.ok(&["status"]);
    assert!(!status.stdout.contains("apps"), "{status}");
    platform.verifies();
}
