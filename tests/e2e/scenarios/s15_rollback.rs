//! S15: a rollback moves the stored bytes of the last good release, although
//! templates have changed since, and sets a hold that no automatic promotion
//! undoes.

use super::platform::Platform;

#[test]
fn byte_for_byte_and_it_stays() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_apps();
    let good = platform.release_of("apps").expect("a release");
    let tree = platform.git_there(&["rev-parse", "env/apps^{tree}"]);
    let applied = platform.cloud.applied("apps", "service");
    // Module and value change: rendered again, the old commit's layers would
    // give other bytes now.
    platform.edit("modules/thing/main.tf", "resource", "# newer\nresource");
    platform.resize("service", 5);
    platform.through_ops();
    platform.deploy("apps");
    assert_ne!(platform.cloud.applied("apps", "service"), applied);

    platform.ok(&["rollback", "apps", "--reason", "latency"]);
    assert_eq!(platform.release_of("apps"), Some(good));
    assert_eq!(platform.git_there(&["rev-parse", "env/apps^{tree}"]), tree);
    // Said again, it neither goes back further nor forward again.
    let again = platform.ok(&["rollback", "apps"]);
    assert!(again.stdout.contains("already"), "{again}");
    platform.ok(&["apply", "apps"]);
    assert_eq!(platform.cloud.applied("apps", "service"), applied);
    platform.refused(
        &["rollback", "apps"],
        &["I9", "no good release from before"],
    );
    // What CI runs over and over does not undo it; nor does a newer release.
    platform.refused(&["promote", "apps"], &["I12 hold", "terrace unhold apps"]);
    let status = platform.ok(&["status"]);
    assert!(
        status.stdout.contains("apps is held: rolled back to"),
        "{status}"
    );
    platform.resize("service", 6);
    platform.through_ops();
    platform.refused(&["promote", "apps"], &["I12 hold"]);
    platform.ok(&["unhold", "apps", "--reason", "fixed"]);
    platform.deploy("apps");
    platform.verifies();
}

#[test]
fn what_never_was_good_or_is_revoked_is_no_way_back() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_apps();
    let first = platform.release_of("apps").expect("a release");
    platform.resize("service", 5);
    platform.through_ops();
    // The apply fails, so the new release never was good.
    platform.cloud.fails("apps", "service", true);
    platform.ok(&["promote", "apps"]);
    platform.exits(6, &["apply", "apps"]);
    let revoked = platform.as_("rex", &["revoke", &first, "--reason", "a hole"]);
    assert_eq!(revoked.code, 0, "{revoked}");
    platform.refused(&["rollback", "apps"], &["revoked"]);
    let second = platform.release_of("ops").expect("a release");
    platform.refused(
        &["rollback", "apps", "--release", &second],
        &["was never good in apps"],
    );
}

#[test]
fn a_hold_may_end_by_itself() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_ops();
    platform.ok(&["hold", "apps", "--reason", "a holiday", "--until", "2h"]);
    platform.refused(&["promote", "apps"], &["I12 hold", "a holiday"]);
    let later = platform.machine(super::platform::clock::<{ 3 * 3600 }>);
    let forward = terrace_commands::promote::Options::forward("apps");
    super::platform::ended(
        &terrace_commands::promote::run(&later, &forward),
        terrace_commands::Exit::Success,
    );
}

#[test]
fn back_is_back_and_a_hold_holds() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_apps();
    platform.resize("service", 5);
    platform.through_apps();
    let second = platform.release_of("apps").expect("a release");
    platform.ok(&["rollback", "apps"]);
    platform.ok(&["apply", "apps"]);
    platform.refused(
        &["rollback", "apps", "--release", &second],
        &["I9 order", "newer", "terrace promote apps"],
    );
    // A rollback holds without an end; nothing shortens that but its own word.
    let hold = ["hold", "apps", "--reason", "x", "--until"];
    for until in ["2020-01-01T00:00:00Z", "1h"] {
        platform.refused(&[&hold[..], &[until]].concat(), &["I12 hold"]);
    }
    platform.refused(&["unhold", "ops", "--reason", "x"], &["ops is not held"]);
    platform.ok(&["unhold", "apps", "--reason", "x"]);
    platform.ok(&["promote", "apps"]);
    assert_eq!(platform.release_of("apps"), Some(second));
    platform.verifies();
}

#[test]
fn a_hold_of_an_entry_is_said_by_status_with_its_fix() {
    let platform = Platform::new("expires = \"24h\"");
    platform.through_apps();
    platform.ok(&["hold", "ops", "--reason", "a freeze"]);
    platform.resize("service", 3);
    let refused = platform.refused(&["promote", "ops"], &["I12 hold"]);
    let line = refused.stdout.lines().next().expect("a line");
    for args in [&["status"][..], &["status", "ops"]] {
        let status = platform.ok(args);
        assert!(status.stdout.contains(line), "{line}\n{status}");
    }
    let denials = platform.json(&["status"])["denials"].clone();
    assert_eq!(denials.as_array().map(Vec::len), Some(1), "{denials}");
    assert_eq!(denials[0]["invariant"], "I12");
    let other = platform.ok(&["status", "apps"]);
    assert!(!other.stdout.contains("I12"), "{other}");
}
