//! I2: evidence of another release counts where everything that changes in the
//! target is the same there, dependencies included, and ops exercised all of it.
//! What ops masks is the same in ops as well, and proves nothing.

use super::platform::{Platform, Setup};

/// Ops and apps run the first release; a third environment stands beside them.
fn started() -> Platform {
    let platform = Platform::with(&Setup {
        rules: "expires = \"24h\"",
        more: "environment \"spare\" {\n  entry  = true\n  layers = [\"base\", \"spare\"]\n}\n",
        files: "-- spare/network.hcl --\nterraform \"network\" {\n  inputs = { label = \"spare\" }\n}\n",
        ..Setup::default()
    });
    platform.edit(
        "apps/network.hcl",
        "inputs = { label = \"network-apps\" }",
        "",
    );
    platform.commit("apps takes the label of base");
    platform.through_ops();
    platform.deploy("apps");
    platform
}

/// Only the third environment changes, and ops is not validated again.
fn elsewhere(platform: &Platform) {
    platform.edit("spare/network.hcl", "\"spare\"", "\"spare 2\"");
    platform.commit("spare only");
    platform.deploy("ops");
}

#[test]
fn a_change_elsewhere_asks_for_no_new_evidence() {
    let platform = started();
    platform.resize("network", 2);
    platform.through_ops();
    elsewhere(&platform);
    let moved = platform.ok(&["promote", "apps"]);
    assert!(moved.stdout.contains("evidence is reused"), "{moved}");
    platform.ok(&["apply", "apps"]);
    platform.ok(&["verify", "--recompute"]);
}

#[test]
fn a_dependency_that_differs_or_a_failure_since_speaks_against_it() {
    let platform = started();
    platform.resize("cluster", 2);
    platform.through_ops();
    // The cluster reads the network, which ops has not run like this.
    platform.edit("ops/network.hcl", "network-ops", "network-new");
    platform.commit("another network in ops");
    platform.deploy("ops");
    platform.refused(&["promote", "apps"], &["I2 evidence"]);
    platform.gate_fails("ops", true);
    platform.exits(3, &["validate", "ops"]);
    platform.refused(&["promote", "apps"], &["I4 verdict"]);
}

#[test]
fn what_ops_masks_is_not_proved_by_its_bytes() {
    let platform = started();
    platform.resize("network", 2);
    platform.through_ops();
    let label = "label = \"network\"";
    platform.edit("base/network.hcl", label, "label = \"masked\"");
    platform.commit("ops overrides it");
    platform.deploy("ops");
    platform.refused(
        &["promote", "apps"],
        &[
            "I2 evidence: ops runs release",
            "terrace validate ops",
            "1 masked",
        ],
    );
}
