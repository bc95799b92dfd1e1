//! S5: a base change that ops masks is refused with the list of what nobody
//! exercised; an approver acknowledges exactly that list; any further change
//! makes the acknowledgement void.

use super::platform::Platform;

/// No word of coverage: it is asked for wherever something is promoted.
const RULES: &str = "expires = \"24h\"";

fn list(platform: &Platform) -> String {
    let shown = platform.json(&["ack", "apps"]);
    shown["list"].as_str().expect("a list").to_owned()
}

/// Sets the label that ops overrides.
fn relabel(platform: &Platform, label: &str) {
    let text = std::fs::read_to_string(platform.folder.join("base/network.hcl")).expect("a file");
    let line = text
        .lines()
        .find(|line| line.contains("label"))
        .expect("a label");
    platform.edit(
        "base/network.hcl",
        line,
        &format!("    label = \"{label}\""),
    );
    platform.commit(label);
}

/// Apps has no label of its own here, so it takes the one of base.
fn started() -> Platform {
    let platform = Platform::new(RULES);
    platform.edit(
        "apps/network.hcl",
        "inputs = { label = \"network-apps\" }",
        "",
    );
    platform.commit("apps takes the label of base");
    platform.through_ops();
    // The first promotion is shown and does not block.
    let first = platform.ok(&["promote", "apps"]);
    assert!(first.stdout.contains("coverage ops -> apps: "), "{first}");
    platform.ok(&["apply", "apps"]);
    platform
}

#[test]
fn what_ops_masks_is_listed_and_acknowledged_exactly() {
    let platform = started();
    relabel(&platform, "new");
    platform.resize("network", 2);
    platform.through_ops();
    let refused = platform.refused(
        &["promote", "apps"],
        &[
            "apps BLOCKED  I2 coverage: network .label masked by ops/network.hcl:2 (base/network.hcl:5)",
            "terrace ack apps --list",
            "50% of 2 changed values (1 exercised, 1 masked)",
        ],
    );
    assert!(!refused.stdout.contains(".size"), "exercised\n{refused}");
    let dry = platform.exits(3, &["promote", "apps", "--dry-run"]);
    assert_eq!(dry.stdout, refused.stdout);
    let status = platform.ok(&["status"]);
    assert!(
        status.stdout.contains(refused.stdout.trim_end()),
        "{status}"
    );
    // The wrong list and the wrong person are refused.
    platform.refused(&["ack", "apps", "--list", "0123456789"], &["the list is"]);
    let first = list(&platform);
    let before = platform.refs();
    let ran = platform.as_("ci", &["ack", "apps", "--list", &first[..12]]);
    assert_eq!(ran.code, 3, "a promoter is no approver\n{ran}");
    assert_eq!(platform.refs(), before);
    // Void: the value changes once more.
    let ran = platform.as_("ann", &["ack", "apps", "--list", &first[..12]]);
    assert_eq!(ran.code, 0, "{ran}");
    relabel(&platform, "newer");
    platform.through_ops();
    platform.refused(&["promote", "apps"], &["network .label masked by"]);
    let second = list(&platform);
    assert_ne!(first, second);
    // A change that ops exercises leaves the list as it is.
    let ran = platform.as_("ann", &["ack", "apps", "--list", &second]);
    assert_eq!(ran.code, 0, "{ran}");
    platform.resize("cluster", 7);
    platform.through_ops();
    let moved = platform.ok(&["promote", "apps", "--json"]);
    assert_eq!(moved.json()["data"]["list"], second.as_str());
    platform.ok(&["apply", "apps"]);
    platform.ok(&["verify", "--recompute"]);
    // The same values once more, later: agreed to anew.
    relabel(&platform, "new");
    platform.deploy("ops");
    platform.ok(&["validate", "ops"]);
    platform.refused(&["promote", "apps"], &["network .label masked by"]);
}

#[test]
fn a_second_clone_computes_the_same_list() {
    let platform = Platform::with(&super::platform::Setup {
        remote: true,
        rules: RULES,
        ..Default::default()
    });
    platform.through_ops();
    platform.deploy("apps");
    platform.edit("apps/network.hcl", "network-apps", "other");
    platform.resize("network", 3);
    platform.through_ops();
    let clone = platform.clone_of();
    assert_eq!(
        clone.json(&["ack", "apps"])["list"].as_str(),
        Some(&*list(&platform))
    );
}
