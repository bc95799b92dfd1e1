//! S24: a plan is approved, and then the state moves: apply refuses the stale
//! plan, and the approval is void. The very plan that was approved is applied,
//! also where it replaces something.

use super::platform::Platform;

/// Everything runs; from now on promotions into apps need an approval.
fn started(rule: &str) -> Platform {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_ops();
    platform.deploy("apps");
    platform.edit("terrace.hcl", "expires = \"24h\"", rule);
    platform.resize("network", 2);
    platform.through_ops();
    platform
}

fn approve(platform: &Platform, who: &str) {
    let release = platform.release_of("ops").expect("a release");
    platform.ok(&["plan", "apps", "--release", &release]);
    let ran = platform.as_(who, &["approve", "apps"]);
    assert_eq!(ran.code, 0, "{ran}");
    assert!(
        ran.stdout.contains("network: 0 to add, 1 to change"),
        "{ran}"
    );
}

#[test]
fn a_plan_of_another_state_is_not_the_one_that_was_approved() {
    let platform = started("approvals {}");
    platform.refused(
        &["promote", "apps"],
        &["apps BLOCKED  I8 approval: 0 of 1 approvals    fix: terrace approve apps"],
    );
    approve(&platform, "ann");
    platform.ok(&["promote", "apps"]);
    let before = platform.cloud.applied("apps", "network");
    platform.cloud.move_serial("apps", "network");
    let refused = platform.refused(
        &["apply", "apps"],
        &[
            "was approved",
            "terrace plan apps, look",
            "terrace approve apps",
        ],
    );
    assert!(
        refused.stdout.contains("apps/network: refused"),
        "{refused}"
    );
    assert_eq!(platform.cloud.applied("apps", "network"), before);
    // Looked at and approved anew.
    platform.ok(&["plan", "apps"]);
    let ran = platform.as_("abe", &["approve", "apps"]);
    assert_eq!(ran.code, 0, "{ran}");
    platform.ok(&["apply", "apps"]);
    assert_ne!(platform.cloud.applied("apps", "network"), before);
    platform.ok(&["verify"]);
}

#[test]
fn an_approval_dies_with_the_plans_it_was_given_for() {
    let platform = started("approvals {}");
    approve(&platform, "ann");
    platform.cloud.move_serial("apps", "network");
    let release = platform.release_of("ops").expect("a release");
    platform.ok(&["plan", "apps", "--release", &release]);
    platform.refused(
        &["promote", "apps"],
        &["0 of 1 approvals; 1 given for other plans"],
    );
}

#[test]
fn who_wrote_or_validated_the_change_does_not_approve_it() {
    let platform = started("approvals {\n    min = 2\n  }");
    // Git knows ann by her address; allowed_signers names both.
    let keys = "trust/allowed_signers";
    let text = std::fs::read_to_string(platform.folder.join(keys)).expect("keys");
    let line = text
        .lines()
        .find(|line| line.starts_with("ann "))
        .expect("ann");
    platform.edit(
        keys,
        line,
        &line.replacen("ann ", "ann,ann@example.com ", 1),
    );
    platform.resize("network", 3);
    platform.git(&[
        "commit",
        "-q",
        "--amend",
        "--no-edit",
        "--author=A <Ann@example.com>",
    ]);
    platform.through_ops();
    approve(&platform, "ann");
    approve(&platform, "abe");
    platform.refused(
        &["promote", "apps"],
        &["1 of 2 approvals; ann wrote the change"],
    );
}

#[test]
fn the_destroy_guard_lets_through_what_was_approved() {
    for approved in [false, true] {
        let platform = Platform::new("expires = \"24h\"");
        platform.through_ops();
        platform.deploy("apps");
        platform.resize("network", 2);
        platform.through_ops();
        platform.ok(&["promote", "apps"]);
        platform.cloud.replaces("apps", "network", true);
        if approved {
            platform.ok(&["plan", "apps"]);
            let ran = platform.as_("ann", &["approve", "apps"]);
            assert_eq!(ran.code, 0, "{ran}");
            platform.ok(&["apply", "apps"]);
        } else {
            platform.refused(&["apply", "apps"], &["--allow-destroy network"]);
        }
    }
}
