//! S6: an edit of the apps layer alone is refused: ops is a no-op for it, and has
//! validated nothing of it.

use super::platform::{Platform, Setup};

fn edited(platform: &Platform) {
    platform.through_ops();
    platform.deploy("apps");
    platform.edit("apps/network.hcl", "network-apps", "by-apps");
    platform.commit("apps only");
    platform.through_ops();
}

#[test]
fn an_edit_of_apps_alone_is_refused_until_it_is_acknowledged() {
    let platform = Platform::new("coverage {\n    approvers = 2\n  }");
    edited(&platform);
    platform.refused(
        &["promote", "apps"],
        &[
            "network .label set in apps only (apps/network.hcl:2)",
            "(role approver, 0 of 2)",
            "coverage ops -> apps: 0% of 1 changed value (1 apps only)",
        ],
    );
    let list = platform.json(&["ack", "apps"])["list"].clone();
    let list = list.as_str().expect("a list");
    for (who, left) in [
        ("ann", Some("1 of 2")),
        ("ann", Some("1 of 2")),
        ("abe", None),
    ] {
        let ran = platform.as_(who, &["ack", "apps", "--list", list]);
        assert_eq!(ran.code, 0, "{ran}");
        match left {
            // One person twice is one person.
            Some(count) => _ = platform.refused(&["promote", "apps"], &[count]),
            None => _ = platform.ok(&["promote", "apps"]),
        }
    }
    platform.ok(&["verify", "--recompute"]);
}

#[test]
fn a_gate_that_covers_the_value_stands_in_for_ops() {
    let platform = Platform::with(&Setup {
        rules: "coverage {}",
        ..Setup::default()
    });
    platform.edit(
        "terrace.hcl",
        "command = [\"./gates/smoke.sh\"]",
        "command = [\"./gates/smoke.sh\"]\n  covers  = [\"network.*\"]",
    );
    platform.commit("the gate looks at networks");
    edited(&platform);
    let moved = platform.ok(&["promote", "apps"]);
    assert!(moved.stdout.contains("covered by network.*"), "{moved}");
    assert!(moved.stdout.contains("100% of 1 changed value"), "{moved}");
}
